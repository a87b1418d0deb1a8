//! What the core is told by hosts and servers, made of any bytes: it may refuse, and must not break.
//!
//! A target is a function of bytes that panics when something did not hold. `run.sh` searches for such bytes; the
//! tests replay what is in `corpus`, which holds one input for each way through the code that was found.

#![forbid(unsafe_code)]

mod actions;
mod body;
mod draw;
mod headers;
mod stage;
mod token;

pub use actions::actions;
pub use body::body;
pub use headers::headers;
pub use token::token;

/// A target: its name, which is that of its folder in `corpus`, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 4] = [("actions", actions), ("body", body), ("headers", headers), ("token", token)];
