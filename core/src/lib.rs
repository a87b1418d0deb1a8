//! pegcount
pub mod catalogue;
pub mod config;
mod error;
pub mod explain;
mod keys;
mod look;
mod page;
pub mod plan;
pub mod region;
pub mod report;
mod secret;
pub mod session;
#[cfg(feature = "tables")]
pub mod tables;
pub mod time;

pub use config::{Config, Credentials};
pub use error::{Certainty, Error, ErrorClass, ErrorKind, Explanation, Retry};
pub use look::{Found, Headers, Look, Refusal, Row, Seen, TokenAnswer};
pub use page::PageContext;
pub use region::Region;
pub use report::Report;
pub use secret::Secret;
pub use session::{Action, CallId, Event, Now, RequestId, Session};
pub use time::{Interval, interval};
