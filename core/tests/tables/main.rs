//! Answers become tables, and nothing is lost on the way.
#![cfg(feature = "tables")]
#![expect(clippy::disallowed_methods, reason = "tests read files")]

mod conversations;
mod leaves;
mod samples;
mod strays;
mod whole;
