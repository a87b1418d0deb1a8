//! What goes in and out of the machine: orders, answers, events.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Error;
use crate::fields::{Field, Misfit, record, word};
use crate::look::Look;
use crate::page::PageContext;
use crate::secret::Secret;

/// One call of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallId(pub u64);

/// One request. A repeated request has a new id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RequestId(pub u64);

/// One question to the token store, or to the provider of credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AskId(pub u64);

/// An order to the host. Exhaustive on purpose: a host that does not know one must not build.
pub enum Action {
    /// Perform this exchange and answer with `handle_response` or `handle_failure`.
    Send {
        /// Names the exchange.
        id: RequestId,
        /// The call it serves; `None` for every other purpose.
        call: Option<CallId>,
        /// What it is for: whoever closes a session ends log-ins and waits for chores.
        purpose: Purpose,
        /// Method, absolute URL, headers and body.
        request: http::Request<Vec<u8>>,
        /// Milliseconds for the whole exchange.
        timeout: u64,
        /// The largest body to accept, in decompressed bytes; above it: `Cause::TooLarge`.
        max_body: u64,
        /// What to look for: the argument of `inspect`.
        look: Look,
    },
    /// The answer is no longer wanted: close the exchange.
    Abort {
        /// The exchange.
        id: RequestId,
    },
    /// Perform this on the token store and answer with `handle_store`.
    Store {
        /// Names the question.
        id: AskId,
        /// What to do.
        op: StoreOp,
    },
    /// Ask the host's provider for id and secret and answer with `handle_credentials`.
    Credentials {
        /// Names the question.
        id: AskId,
    },
    /// Give this to whoever waits for the call.
    Emit {
        /// The call.
        call: CallId,
        /// What happened.
        event: Event,
    },
    /// Nothing to do until then, or until something is handled; `None`: only an answer can move things on.
    Wait {
        /// On the monotonic clock.
        until: Option<u64>,
        /// What is waited for.
        why: Why,
    },
    /// No call is open.
    Idle,
}

/// Bodies and headers stay out: a token request holds a secret.
impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Send { id, call, request, look, .. } => {
                write!(f, "Send({id:?}, {call:?}, {} {}, {look:?})", request.method(), request.uri().path())
            }
            Action::Abort { id } => write!(f, "Abort({id:?})"),
            Action::Credentials { id } => write!(f, "Credentials({id:?})"),
            Action::Store { id, op } => write!(f, "Store({id:?}, {op:?})"),
            Action::Emit { call, event } => write!(f, "Emit({call:?}, {event:?})"),
            Action::Wait { until, why } => write!(f, "Wait({until:?}, {why:?})"),
            Action::Idle => f.write_str("Idle"),
        }
    }
}

/// What an exchange is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A call.
    Call,
    /// To end on the server what a caller no longer wants: it would go on without it.
    Chore,
    /// To log in: it serves every call that waits for a token, and is of no use once none does.
    Login,
}

/// Why the machine waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// An answer is on its way.
    Answer,
    /// A job on the server is not done yet.
    Job,
    /// A log-in is on its way.
    LogIn,
    /// The server asked to wait (429).
    Limit,
    /// The pace would be exceeded.
    Pace,
    /// A failed request is about to be repeated.
    Retry,
    /// Another process logs in: its token will be shared.
    Sharing,
    /// Nobody asked for the next page.
    Pull,
}

/// What a call tells its caller. `Done` and `Failed` are last words: exactly one a call.
#[derive(Debug)]
pub enum Event {
    /// An answer: the host has the bytes under `PageContext::request`.
    Page(PageContext),
    /// Everything was delivered.
    Done(Summary),
    /// It ended early.
    Failed(Error),
}

/// What a finished call did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// Pages delivered.
    pub pages: u32,
    /// Conversations or entities delivered; an answer that lists neither counts as one.
    pub items: u64,
    /// Conversations left out because they start outside the asked interval.
    pub outside: u64,
    /// Conversations left out because an earlier page had them.
    pub duplicates: u64,
    /// Requests sent, repeated ones included, log-ins not.
    pub requests: u32,
    /// Requests repeated.
    pub retries: u32,
    /// Milliseconds waited for limits and retries.
    pub waited: u64,
}

/// Why an exchange brought no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whether the server may have received the request.
    pub sent: Sent,
    /// What broke.
    pub cause: Cause,
    /// What the host's library said; never shown with secrets.
    pub detail: String,
}

/// Whether a request may have reached the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sent {
    /// Certainly not: no connection was made.
    No,
    /// Possibly.
    Maybe,
}

/// What broke an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The connection broke, or the answer made no sense as HTTP.
    Broken,
    /// The host gave up because the caller did.
    Cancelled,
    /// The name could not be resolved.
    Dns,
    /// The proxy refused or failed.
    Proxy,
    /// A redirect that the host was not allowed to follow.
    Redirected,
    /// Nobody listens there.
    Refused,
    /// No answer in time.
    Timeout,
    /// The TLS handshake or the certificate failed.
    Tls,
    /// The body is larger than `max_body`.
    TooLarge,
}

/// A question to the token store: one record, shared by processes and languages, and one lock beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreOp {
    /// Read the record. Takes no lock. Answer: `Loaded`.
    Load,
    /// Create the lock exclusively with this owner in it. With `takeover`, if the lock's owner is still that one, put
    /// this owner in its place (by rename) first. Answer: `Locked` if the lock now holds this owner, else `Busy`.
    Lock {
        /// A random name for this session.
        owner: String,
        /// The owner that has been seen for too long.
        takeover: Option<String>,
    },
    /// Replace the record: temporary file of mode 0600, fsync, rename. Answer: `Done`.
    Save {
        /// The record.
        record: Secret,
    },
    /// Remove the lock if it still holds this owner. Answer: `Done`.
    Unlock {
        /// The name given to `Lock`.
        owner: String,
    },
}

/// What the token store answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreAnswer {
    /// The record, if there is one.
    Loaded(Option<Secret>),
    /// The lock is held.
    Locked,
    /// Another owner holds the lock.
    Busy {
        /// Its name.
        owner: String,
    },
    /// It is done.
    Done,
    /// The store does not work: the session goes on without sharing, and says so.
    Failed(String),
}

/// What the host's provider of credentials answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provided {
    /// The client id; `None` where the configuration names it.
    pub id: Option<String>,
    /// The client secret.
    pub secret: Secret,
}

/// Wishes for one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct CallOptions {
    /// Milliseconds for each exchange, instead of the session's.
    pub timeout: Option<u64>,
    /// Milliseconds for the whole call, instead of the session's.
    pub deadline: Option<u64>,
    /// Requests that the call may send, log-ins not counted; no limit unless told.
    pub max_calls: Option<u32>,
}

record!(CallOptions: timeout, deadline, max_calls);

impl Field for Option<Sent> {
    fn read(value: &Value) -> Result<Self, Misfit<'_>> {
        word(value, &[Sent::No, Sent::Maybe]).map(Some)
    }
}

impl Field for Option<Cause> {
    fn read(value: &Value) -> Result<Self, Misfit<'_>> {
        use Cause::{Broken, Cancelled, Dns, Proxy, Redirected, Refused, Timeout, Tls, TooLarge};
        word(value, &[Broken, Cancelled, Dns, Proxy, Redirected, Refused, Timeout, Tls, TooLarge]).map(Some)
    }
}
