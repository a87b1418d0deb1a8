//! Orders, events and notices: as in [`pegcount::Action`] and beside it.

use std::sync::Arc;

use pegcount::PageContext;
use serde::Deserialize;
use serde_json::json;

use crate::bytes::Bytes;
use crate::problem::Problem;
use crate::scalars::{Count, Json};

/// An order of the core.
#[derive(Deserialize, uniffi::Enum)]
#[serde(tag = "action", rename_all = "snake_case")]
pub(crate) enum Action {
    Send {
        id: Count,
        call: Option<Count>,
        purpose: Purpose,
        request: Arc<HttpRequest>,
        timeout: Count,
        max_body: Count,
        look: Json,
    },
    Abort {
        id: Count,
    },
    Store {
        id: Count,
        #[serde(flatten)]
        op: StoreOp,
    },
    Credentials {
        id: Count,
    },
    Emit {
        call: Count,
        #[serde(flatten)]
        event: Event,
    },
    Wait {
        until: Option<Count>,
        why: String,
    },
    Idle,
}

/// What an exchange is for.
#[derive(Clone, Copy, Deserialize, uniffi::Enum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    Call,
    Chore,
    Login,
}

/// What to send. It holds a token or a secret: an object, so that nothing prints it.
#[derive(Deserialize, uniffi::Object)]
pub(crate) struct HttpRequest {
    method: String,
    url: String,
    headers: Vec<Header>,
    body: Option<String>,
}

#[uniffi::export]
impl HttpRequest {
    fn method(&self) -> String {
        self.method.clone()
    }

    fn url(&self) -> String {
        self.url.clone()
    }

    fn headers(&self) -> Vec<Header> {
        self.headers.clone()
    }

    fn body(&self) -> Option<Bytes> {
        self.body.clone().map(|text| Bytes(text.into_bytes()))
    }
}

/// A header field.
#[derive(Clone, Deserialize, uniffi::Record)]
pub(crate) struct Header {
    /// Its name.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: String,
}

/// What a call tells its caller. `Done` and `Failed` are last words: exactly one a call.
#[derive(Deserialize, uniffi::Enum)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    Page {
        page: PageHead,
    },
    Done {
        summary: Summary,
    },
    Failed {
        #[serde(rename = "error")]
        problem: Problem,
    },
}

/// What belongs to the bytes of a page; `context` is for `decode`.
#[derive(Deserialize, uniffi::Record)]
#[serde(from = "PageContext")]
pub(crate) struct PageHead {
    context: Json,
    number: Count,
    request_id: Option<String>,
}

impl From<PageContext> for PageHead {
    fn from(page: PageContext) -> Self {
        PageHead { context: Json(json!(page)), number: Count(page.number.into()), request_id: page.request_id }
    }
}

/// What a finished call did.
#[derive(Deserialize, uniffi::Record)]
pub(crate) struct Summary {
    /// Pages delivered.
    pages: Count,
    /// Conversations or entities delivered; an answer that lists neither counts as one.
    items: Count,
    /// Conversations left out because they start outside the asked interval.
    outside: Count,
    /// Conversations left out because an earlier page had them.
    duplicates: Count,
    /// Requests sent, repeated ones included, log-ins not.
    requests: Count,
    /// Requests repeated.
    retries: Count,
    /// Milliseconds waited for limits and retries.
    waited: Count,
}

/// What a person would like to know while waiting.
#[derive(Deserialize, uniffi::Record)]
pub(crate) struct Notice {
    /// The number of the call it concerns, if any.
    call: Option<Count>,
    /// `job`, `limit`, `lint`, `minted`, `pace`, `progress`, `retry`, `shared`, `store` or `token_refused`.
    kind: String,
    /// One sentence for a person.
    text: String,
    /// Milliseconds of the wait, where there is one.
    wait: Option<Count>,
}

/// A question to the token store.
#[derive(Deserialize, uniffi::Enum)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum StoreOp {
    Load,
    Lock { owner: String, takeover: Option<String> },
    Save { record: Arc<SecretText> },
    Unlock { owner: String },
}

/// Text that must not be printed: the record of a token.
#[derive(Deserialize, uniffi::Object)]
pub(crate) struct SecretText(String);

#[uniffi::export]
impl SecretText {
    fn expose(&self) -> String {
        self.0.clone()
    }
}
