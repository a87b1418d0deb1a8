//! A simulated Genesys Cloud organisation with the real wire format.
//!
//! The heart is [`Org`]: a pure machine, `handle(request, now) -> response`, without clock or socket. The same seed and
//! time give the same bytes. `Server` (feature `server`) puts it on a port. Nothing here depends on the library it helps to test.
//!
//! ```
//! use pegcount_sandbox::{Options, Org, Request};
//!
//! let now = 1_773_133_200_000; // 2026-03-10T09:00:00Z
//! let mut org = Org::new(&Options::new(now));
//! let answer = org.handle(&Request::new("GET", "/api/v2/users"), now);
//! assert_eq!(answer.status, 401);
//! assert_eq!(answer.parsed()["code"], "authentication.required");
//! ```

#![forbid(unsafe_code)]

mod agents;
mod analytics;
mod audits;
mod catalogue;
mod declared;
pub mod directory;
mod entities;
mod extraction;
mod files;
mod json;
mod operations;
pub mod org;
mod refusal;
mod rng;
#[cfg(feature = "server")]
pub mod server;
mod speech;
pub mod time;
pub mod traffic;
mod uuid;
pub mod wire;

pub use declared::DECLARED;
pub use directory::Size;
pub use org::faults::{FAULTS, Fault};
pub use org::{LONGEST_LIFE, Options, Org};
#[cfg(feature = "server")]
pub use server::Server;
pub use uuid::Uuid;
pub use wire::{Effect, Origin, Request, Response};
