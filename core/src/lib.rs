//! Headless reporting from Genesys Cloud, without the I/O.
//!
//! A *peg count* is the tally a telephone exchange kept of its calls. This crate logs in the right way, asks for
//! analytics, survives limits and faults, says exactly why something was refused, and hands back Arrow tables. It does
//! so as a value that is told what happened and says what to do next: it reads no clock, opens no socket, starts no
//! thread, and has no async function and no global. Whoever embeds it brings an HTTP client; the packages for Python,
//! JavaScript, Kotlin, Swift and Go do just that.
//!
//! It is not for you if you want calls to be placed or agents to be configured: the official SDKs do that.
//!
//! # The run loop
//!
//! 1. Make a [`Config`] (by [`config::resolve`] from arguments, environment and profiles) and a [`Session`] of it.
//! 2. [`Session::start`] a [`Report`], and [`Session::pull`] its first page.
//! 3. [`Session::poll`] until it says [`Action::Wait`] or [`Action::Idle`], performing each [`Action`] on the way.
//! 4. An [`Action::Send`] is one HTTP exchange. Hand the answer to [`inspect`], and what was seen to
//!    [`Session::handle_response`]; if none came, say why with [`Session::handle_failure`]. Then poll again.
//! 5. On [`Event::Page`] keep the bytes under its request id, and [`decode`] them when rows are wanted.
//! 6. On `Wait`, sleep until then or until something was handled, whichever is first.
//!
//! ```
//! # fn main() -> Result<(), pegcount::Error> {
//! use pegcount::{Action, CallOptions, Client, Config, Credentials, Event, Now, Region, Report, Secret, Session, inspect};
//!
//! let credentials = Credentials::Client(Client::credentials("id", Secret::new("secret")));
//! let mut session = Session::new(Config::new(Region::parse("eu_west_1")?, credentials));
//! let report = Report::from_json(
//!     &serde_json::json!({"report": "call", "method": "GET", "path": "/api/v2/organizations/me"}),
//! )?;
//! let now = Now { mono: 0, wall: 1_773_132_000_000 }; // the host's two clocks
//! let call = session.start(report, CallOptions::default(), now)?;
//! session.pull(call, now);
//! let page = loop {
//!     match session.poll(now) {
//!         Action::Send { id, look, request, .. } => {
//!             // Here the host would perform the exchange; this one knows its two answers by heart.
//!             let body = match request.uri().path() {
//!                 "/oauth/token" => r#"{"access_token": "t", "expires_in": 86400}"#,
//!                 _ => r#"{"name": "Example Inc."}"#,
//!             };
//!             session.handle_response(id, inspect(look, 200, &http::HeaderMap::new(), body.as_bytes()), now);
//!         }
//!         Action::Emit { event: Event::Page(page), .. } => break page,
//!         other => panic!("{other:?}"),
//!     }
//! };
//! assert_eq!(page.number, 1);
//! # Ok(()) }
//! ```
//!
//! # Rules
//!
//! - `poll` may be called at any time, any number of times; every order of calls is legal. An order is handed out once.
//! - Every response comes back, whatever its status, with all headers the host can see. The host never judges, never
//!   retries, never follows redirects.
//! - Each call has exactly one last word: [`Event::Done`] or [`Event::Failed`].
//! - Pages are pulled. No queue grows with the size of the result.
//! - The same configuration, seed and inputs give the same outputs, byte for byte.
//!
//! # Time
//!
//! [`Now`] carries two clocks. Rules (limits, retries, deadlines, the life of a token) use the monotonic one, dates
//! (`yesterday`, the life of a token that another process minted) the wall clock. A clock that goes back does no harm.
//!
//! # Panics and errors
//!
//! A panic is a bug of this crate, never the fault of the network or the user. Every failure is an [`Error`] with a
//! stable code ([`ErrorKind`]) and an [`Explanation`]. `Debug`, `Display`, errors and notices never hold a secret, a
//! token or a body.

#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)
)]

mod action;
pub mod auth;
mod call;
pub mod catalogue;
pub mod config;
mod error;
pub mod explain;
mod fields;
mod flow;
mod gate;
mod inspect;
mod json;
mod keys;
mod lint;
mod look;
mod notice;
mod open;
pub mod outlook;
mod page;
pub mod plan;
mod reader;
pub mod region;
pub mod report;
mod request;
mod retry;
mod rng;
mod secret;
mod session;
#[cfg(feature = "tables")]
pub mod tables;
pub mod time;
mod token;
pub mod wire;

pub use action::{
    Action, AskId, CallId, CallOptions, Cause, Event, Failure, Provided, Purpose, RequestId, Sent, StoreAnswer,
    StoreOp, Summary, Why,
};
pub use config::{Client, Config, Credentials, Grant};
pub use error::{Certainty, Error, ErrorClass, ErrorKind, ErrorParts, Explanation, Retry};
pub use inspect::inspect;
pub use lint::{Finding, Level, lint};
pub use look::{Found, Headers, Look, Refusal, Row, Seen, TokenAnswer};
pub use notice::{Notice, NoticeKind};
pub use page::PageContext;
pub use region::Region;
pub use report::Report;
pub use secret::Secret;
pub use session::Session;
#[cfg(feature = "tables")]
pub use tables::{decode, decode_only};
pub use time::{Interval, Now, interval};
