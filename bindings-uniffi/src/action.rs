//! Orders and events.

use std::sync::Arc;

use pegcount::Secret;
pub use pegcount::{Cause, Sent};
use serde::Serialize;
use serde_json::{Value, json};

use crate::bytes::Bytes;
use crate::problem::Problem;

/// An order of the core.
#[derive(uniffi::Enum)]
pub enum Action {
    /// Perform this exchange and answer with `handle_response` or `handle_failure`.
    Send {
        /// Names the exchange.
        id: i64,
        /// The call it serves; none for a log-in.
        call: Option<i64>,
        /// What to send.
        request: Arc<HttpRequest>,
        /// Milliseconds for the whole exchange.
        timeout: i64,
        /// The largest body to accept, in decompressed bytes; above it: `Cause::TooLarge`.
        max_body: i64,
        /// What to look for: the argument of `inspect`.
        look: String,
    },
    /// The answer is no longer wanted: close the exchange.
    Abort {
        /// The exchange.
        id: i64,
    },
    /// Perform this on the token store and answer with `handle_store`.
    Store {
        /// Names the question.
        id: i64,
        /// What to do.
        op: StoreOp,
    },
    /// Give this to whoever waits for the call.
    Emit {
        /// The call.
        call: i64,
        /// What happened.
        event: Event,
    },
    /// Nothing to do until then, or until something is handled.
    Wait {
        /// On the monotonic clock; none: only an answer can move things on.
        until: Option<i64>,
        /// What is waited for.
        why: String,
    },
    /// No call is open.
    Idle,
}

/// What a call tells its caller. `Done` and `Failed` are last words: exactly one a call.
#[derive(uniffi::Enum)]
pub enum Event {
    /// An answer: the host has the bytes under `request`.
    Page {
        /// What `decode` needs beside the bytes: to be kept, not to be read.
        context: String,
        /// The exchange whose answer it is.
        request: i64,
        /// 1 for the first page.
        number: i64,
        /// The id to give to Genesys support.
        request_id: Option<String>,
    },
    /// Everything was delivered.
    Done {
        /// What the call did.
        summary: Summary,
    },
    /// It ended early.
    Failed {
        /// Why.
        problem: Problem,
    },
}

/// What to send. It holds a token or a secret: an object, so that nothing prints it.
#[derive(uniffi::Object)]
pub struct HttpRequest {
    method: String,
    url: String,
    headers: Vec<Header>,
    body: Vec<u8>,
}

#[uniffi::export]
impl HttpRequest {
    /// `GET`, `POST`, ….
    pub fn method(&self) -> String {
        self.method.clone()
    }

    /// The whole URL.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Every header field.
    pub fn headers(&self) -> Vec<Header> {
        self.headers.clone()
    }

    /// The body, if there is one.
    pub fn body(&self) -> Option<Bytes> {
        (!self.body.is_empty()).then(|| Bytes(self.body.clone()))
    }
}

/// A header field.
#[derive(Clone, uniffi::Record)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What a finished call did.
#[derive(uniffi::Record)]
pub struct Summary {
    /// Pages delivered.
    pub pages: i64,
    /// Conversations or entities delivered.
    pub items: i64,
    /// Conversations left out because they start outside the asked interval.
    pub outside: i64,
    /// Conversations left out because an earlier page had them.
    pub duplicates: i64,
    /// Requests sent, repeated ones included, log-ins not.
    pub requests: i64,
    /// Requests repeated.
    pub retries: i64,
    /// Milliseconds waited for limits and retries.
    pub waited: i64,
}

/// A question to the token store: one record, shared by processes and languages, and one lock beside it.
#[derive(uniffi::Enum)]
pub enum StoreOp {
    /// Read the record. Takes no lock. Answer: `Loaded`.
    Load,
    /// Make the lock if nobody holds it, or put the owner in the place of `takeover` if that one still holds it.
    /// Answer: `Locked`, or `Busy`.
    Lock {
        /// A random name for this session.
        owner: String,
        /// The owner that has been seen for too long.
        takeover: Option<String>,
    },
    /// Replace the record, all or nothing. Answer: `Done`.
    Save {
        /// The record.
        record: Arc<SecretText>,
    },
    /// Remove the lock if it still holds this owner. Answer: `Done`.
    Unlock {
        /// The name given to `Lock`.
        owner: String,
    },
}

/// Text that must not be printed: the record of a token.
#[derive(uniffi::Object)]
pub struct SecretText(Secret);

#[uniffi::export]
impl SecretText {
    /// The text itself.
    pub fn expose(&self) -> String {
        self.0.expose().to_owned()
    }
}

/// What the token store answered.
#[derive(uniffi::Enum)]
pub enum StoreAnswer {
    /// The record, if there is one.
    Loaded {
        /// As it was saved.
        record: Option<String>,
    },
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
    Failed {
        /// The kind of failure, without any record.
        why: String,
    },
}

/// Whether a request may have reached the server.
#[uniffi::remote(Enum)]
pub enum Sent {
    /// Certainly not: no connection was made.
    No,
    /// Possibly.
    Maybe,
}

/// What broke an exchange.
#[uniffi::remote(Enum)]
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

/// What a person would like to know while waiting.
#[derive(uniffi::Record)]
pub struct Notice {
    /// The number of the call it concerns, if any.
    pub call: Option<i64>,
    /// `limit`, `lint`, `minted`, `pace`, `progress`, `retry`, `shared`, `store` or `token_refused`.
    pub kind: String,
    /// One sentence for a person.
    pub text: String,
    /// Milliseconds of the wait, where there is one.
    pub wait: Option<i64>,
}

/// Java has no unsigned numbers; nothing that is counted here comes near the end of the signed ones.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number below zero names nothing: the core ignores what it does not know.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// The name of a variant, or an opaque value, as the JSON of `pegcount::wire` has it.
fn named(value: &impl Serialize) -> String {
    match json!(value) {
        Value::String(name) => name,
        other => other.to_string(),
    }
}

impl From<pegcount::Action> for Action {
    fn from(action: pegcount::Action) -> Self {
        match action {
            pegcount::Action::Send { id, call, request, timeout, max_body, look } => {
                let fields = request.headers().iter().map(|(name, value)| Header {
                    name: name.to_string(),
                    value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
                });
                Action::Send {
                    id: signed(id.0),
                    call: call.map(|call| signed(call.0)),
                    timeout: signed(timeout),
                    max_body: signed(max_body),
                    look: json!(look).to_string(),
                    request: Arc::new(HttpRequest {
                        method: request.method().to_string(),
                        url: request.uri().to_string(),
                        headers: fields.collect(),
                        body: request.into_body(),
                    }),
                }
            }
            pegcount::Action::Abort { id } => Action::Abort { id: signed(id.0) },
            pegcount::Action::Store { id, op } => Action::Store { id: signed(id.0), op: op.into() },
            pegcount::Action::Emit { call, event } => Action::Emit { call: signed(call.0), event: event.into() },
            pegcount::Action::Wait { until, why } => Action::Wait { until: until.map(signed), why: named(&why) },
            pegcount::Action::Idle => Action::Idle,
        }
    }
}

impl From<pegcount::Event> for Event {
    fn from(event: pegcount::Event) -> Self {
        match event {
            pegcount::Event::Page(page) => Event::Page {
                context: json!(page).to_string(),
                request: signed(page.request.0),
                number: page.number.into(),
                request_id: page.request_id,
            },
            pegcount::Event::Done(done) => Event::Done {
                summary: Summary {
                    pages: done.pages.into(),
                    items: signed(done.items),
                    outside: signed(done.outside),
                    duplicates: signed(done.duplicates),
                    requests: done.requests.into(),
                    retries: done.retries.into(),
                    waited: signed(done.waited),
                },
            },
            pegcount::Event::Failed(error) => Event::Failed { problem: error.into() },
        }
    }
}

impl From<pegcount::StoreOp> for StoreOp {
    fn from(op: pegcount::StoreOp) -> Self {
        match op {
            pegcount::StoreOp::Load => StoreOp::Load,
            pegcount::StoreOp::Lock { owner, takeover } => StoreOp::Lock { owner, takeover },
            pegcount::StoreOp::Save { record } => StoreOp::Save { record: Arc::new(SecretText(record)) },
            pegcount::StoreOp::Unlock { owner } => StoreOp::Unlock { owner },
        }
    }
}

impl From<StoreAnswer> for pegcount::StoreAnswer {
    fn from(answer: StoreAnswer) -> Self {
        match answer {
            StoreAnswer::Loaded { record } => pegcount::StoreAnswer::Loaded(record.map(Secret::new)),
            StoreAnswer::Locked => pegcount::StoreAnswer::Locked,
            StoreAnswer::Busy { owner } => pegcount::StoreAnswer::Busy { owner },
            StoreAnswer::Done => pegcount::StoreAnswer::Done,
            StoreAnswer::Failed { why } => pegcount::StoreAnswer::Failed(why),
        }
    }
}

impl From<pegcount::Notice> for Notice {
    fn from(notice: pegcount::Notice) -> Self {
        Notice {
            call: notice.call.map(|call| signed(call.0)),
            kind: named(&notice.kind),
            text: notice.text,
            wait: notice.wait.map(signed),
        }
    }
}
