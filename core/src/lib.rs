//! pegcount
mod action;
mod call;
pub mod catalogue;
pub mod config;
mod error;
pub mod explain;
mod flow;
mod gate;
mod inspect;
mod keys;
mod look;
mod notice;
mod page;
pub mod plan;
pub mod region;
pub mod report;
mod request;
mod retry;
mod rng;
mod secret;
pub mod session;
#[cfg(feature = "tables")]
pub mod tables;
pub mod time;
mod token;
pub mod wire;

pub use action::{
    Action, AskId, CallId, CallOptions, Cause, Event, Failure, Now, RequestId, Sent, StoreAnswer, StoreOp, Summary, Why,
};
pub use config::{Config, Credentials};
pub use error::{Certainty, Error, ErrorClass, ErrorKind, Explanation, Retry};
pub use inspect::inspect;
pub use look::{Found, Headers, Look, Refusal, Row, Seen, TokenAnswer};
pub use notice::{Notice, NoticeKind};
pub use page::PageContext;
pub use region::Region;
pub use report::Report;
pub use secret::Secret;
pub use session::Session;
pub use time::{Interval, interval};
