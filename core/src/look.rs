//! What the machine wants to know of an answer, and what was seen in it.
//!
//! Bodies never enter the session. The host keeps the bytes, calls [`inspect`] outside every lock, and hands the
//! small [`Seen`] to [`crate::Session::handle_response`].

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// What to look for in an answer. Plain data: it may travel to another thread or WebAssembly instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// A token answer of the login host.
    Token,
    /// A file, whatever is in it.
    File,
    /// Any JSON: only that it is whole.
    Json,
    /// A page of conversation details: ids and starts.
    Conversations,
    /// A page of an entity listing: how many, and whether more follow.
    Listing,
    /// The same, and the id of each entity.
    Entities,
    /// A job that was submitted, or how it stands.
    Job,
    /// Up to when the data that jobs read is complete.
    Availability,
}

/// What was seen in an answer: everything that paging, limits and retries need, and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The HTTP status.
    pub status: u16,
    /// What the headers say.
    pub headers: Headers,
    /// What the body says.
    pub found: Found,
}

/// The headers that matter. Names are matched in any case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Headers {
    /// `Retry-After` in seconds.
    pub retry_after: Option<u64>,
    /// `inin-ratelimit-count`: requests used in the present window.
    pub limit_count: Option<u64>,
    /// `inin-ratelimit-allowed`: requests allowed in a window.
    pub limit_allowed: Option<u64>,
    /// `inin-ratelimit-reset`: seconds until the window ends.
    pub limit_reset: Option<u64>,
    /// `ININ-Correlation-Id`, or the newer `Genesys-Correlation-Id`.
    pub request_id: Option<String>,
    /// `Content-Type`, without parameters, in lower case.
    pub content_type: Option<String>,
}

/// What a body says.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// A token.
    Token(TokenAnswer),
    /// A file.
    File,
    /// JSON that is whole.
    Json,
    /// A page of conversations.
    Conversations {
        /// One for each conversation, in order.
        rows: Vec<Row>,
        /// `totalHits`, which is approximate.
        total: Option<u64>,
        /// Where the answer says that it goes on.
        next: Option<Next>,
    },
    /// A page of entities, of results, of users' details.
    Listing {
        /// The ids, for [`Look::Entities`] alone; an entity without an id is passed over.
        ids: Vec<String>,
        /// How many entities the page holds.
        count: u32,
        /// A sum of their text: a page that is the one before it has the same.
        sum: u32,
        /// `pageCount`, where the envelope has one.
        page_count: Option<u64>,
        /// `total`, where the envelope has one.
        total: Option<u64>,
        /// Where the answer says that it goes on.
        next: Option<Next>,
    },
    /// A job.
    Job {
        /// `jobId`, of a submission.
        id: Option<String>,
        /// `state`, of a status: `QUEUED`, `PENDING`, `FULFILLED`, `FAILED`, `CANCELLED`, `EXPIRED`, or a newer one.
        state: Option<String>,
        /// `errorMessage`.
        reason: Option<String>,
    },
    /// `dataAvailabilityDate` in ms since 1970 UTC.
    Availability(Option<i64>),
    /// A status of 300 and above: the body, cut at 64 KiB, for [`crate::explain`].
    Refusal(Refusal),
    /// A success that cannot be read: `answer.not_json`, `answer.truncated` or `answer.unexpected`, and what was seen.
    Unreadable(crate::ErrorKind, String),
}

/// Where an answer says that it goes on. The API has three ways (`operations.json`, paging).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    /// `cursor`: the next request carries it.
    Cursor(String),
    /// `cursors.after`: the next request carries it as `after`.
    After(String),
    /// `nextUri`: path and query string of the next request.
    Uri(String),
}

/// What a conversation is recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The conversation id as 128 bits: a UUID's value, or a hash of any other id; `None` where there is none.
    pub id: Option<u128>,
    /// `conversationStart` in ms since 1970 UTC.
    pub start: Option<i64>,
}

/// A sum of a text (FNV-1a): texts that are not alike have the same one by chance alone.
pub(crate) fn sum_of(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

impl Row {
    /// An id as it is compared: a UUID's value, or a hash of anything else.
    pub(crate) fn fingerprint(raw: &str) -> u128 {
        let text = raw.trim_matches('"');
        let digits = || text.bytes().filter(|byte| *byte != b'-');
        if text.len() == 36 && digits().count() == 32 && digits().all(|byte| byte.is_ascii_hexdigit()) {
            let digit = |byte: u8| u128::from((byte as char).to_digit(16).unwrap_or(0));
            return digits().fold(0, |value, byte| value << 4 | digit(byte));
        }
        // FNV-1a, 128 bits: ids of other forms are rare and not hostile to their own owner.
        text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, byte| {
            (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        })
    }
}

/// A token answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenAnswer {
    /// The token.
    pub access_token: Secret,
    /// Seconds it says it lives.
    pub expires_in: Option<u64>,
    /// What the next one can be had for, after a user's log-in.
    pub refresh_token: Option<Secret>,
}

/// The body of a refusal. `Debug` shows its length only: a body may hold anything.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The text, with invalid UTF-8 replaced.
    pub body: String,
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({} bytes)", self.body.len())
    }
}
