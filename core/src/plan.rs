//! What a report becomes before anything is sent: an operation and the steps to ask it.
//!
//! `report/<family>.rs` makes plans, `flow/` carries them out. A plan is data: it can be shown, counted and compared.

use serde_json::{Map, Value};

use crate::error::Error;
use crate::look::Look;
use crate::time::Interval;

/// The requests that answer a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The operation that errors name, such as `POST /api/v2/analytics/conversations/details/query`.
    pub operation: String,
    /// Whether the requests may be sent again after an answer was lost: true for everything that only reads.
    pub repeatable: bool,
    /// How the answer is asked for.
    pub steps: Steps,
    /// What looks wrong but may be right: told as notices, never a reason not to ask.
    pub warnings: Vec<Error>,
}

/// How a report's requests follow each other.
#[derive(Clone, Debug, PartialEq)]
pub enum Steps {
    /// One request after another, one page each: a single query, or ids in batches.
    Each(Vec<Ask>),
    /// Conversation details by `paging` in the body.
    Conversations(ConversationPages),
    /// An entity listing by `pageNumber` in the query string.
    Listing(Listing),
    /// A listing first, then a query for each batch of the ids found.
    PerEntity(PerEntity),
}

/// One request, without the origin and the token.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// `GET`, `POST`, …
    pub method: http::Method,
    /// The path, beginning with `/api/v2/`, already percent-encoded.
    pub path: String,
    /// The query string in order; values are not yet encoded.
    pub query: Vec<(String, String)>,
    /// The JSON body.
    pub body: Option<Value>,
    /// What to look for in the answer.
    pub look: Look,
}

/// Conversation details over an interval that may have been cut into windows.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationPages {
    /// The path of the query.
    pub path: String,
    /// The interval that was asked for: rows that start outside it are left out, unless `keep_outside`.
    pub asked: Interval,
    /// The intervals to send, in order, each no longer than the server allows, cut at midnights UTC.
    pub windows: Vec<Interval>,
    /// Everything of the body but `interval`, `paging`, `order` and `orderBy` (those are kept when the user set them).
    pub body: Map<String, Value>,
    /// Conversations a page, 1 to 100.
    pub page_size: u32,
    /// Keep conversations that start on an asked day but outside the asked interval.
    pub keep_outside: bool,
}

/// An entity listing that is read page by page until it is empty or its envelope says that it ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The request without `pageSize` and `pageNumber`.
    pub ask: Ask,
    /// Entities a page.
    pub page_size: u32,
}

/// A query that must name entities: they are listed first, and are not delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct PerEntity {
    /// The listing that gives the ids; its look is [`Look::Entities`].
    pub listing: Listing,
    /// Ids a query, above 0.
    pub ids_per_request: usize,
    /// The dimension that the ids are values of.
    pub dimension: &'static str,
    /// The query; the ids join `filter` of its body, which is an `and`.
    pub ask: Ask,
}

impl PerEntity {
    /// The query for some of the ids.
    pub fn ask_for(&self, ids: &[String]) -> Ask {
        let mut ask = self.ask.clone();
        if let Some(Value::Object(filter)) = ask.body.as_mut().and_then(|body| body.get_mut("filter")) {
            let clauses = filter.entry("clauses").or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(clauses) = clauses {
                clauses.push(crate::report::filters::any_of(self.dimension, ids));
            }
        }
        ask
    }
}
