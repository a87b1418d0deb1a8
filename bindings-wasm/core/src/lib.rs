//! The core as a WebAssembly module for JavaScript. No policy lives here.
//!
//! Small values (orders, errors, reports) cross as the JSON shapes of `pegcount::wire`, as plain JavaScript objects.
//! Numbers of calls and requests are JavaScript numbers. What fails throws an error in the shape of `wire::error`.

pub mod functions;
pub mod session;
mod value;
