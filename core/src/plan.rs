//! What a report becomes before anything is sent: an operation and the steps to ask it.
//!
//! `report/<family>.rs` makes plans, `flow/` carries them out. A plan is data: it can be shown, counted and compared.

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};
use crate::look::Look;
use crate::region::is_loopback;
use crate::time::{DAY, Interval};

/// The requests that answer a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The operation that errors name, such as `POST /api/v2/analytics/conversations/details/query`.
    pub operation: String,
    /// How the answer is asked for.
    pub steps: Steps,
    /// What looks wrong but may be right: told as notices, never a reason not to ask.
    pub warnings: Vec<Error>,
}

/// How a report's requests follow each other.
#[derive(Clone, Debug, PartialEq)]
pub enum Steps {
    /// Conversation details by job as far as its data goes, by query for the rest. Boxed: it is large.
    Auto(Box<Auto>),
    /// One request after another, one page each: a single query, or ids in batches.
    Each(Vec<Ask>),
    /// Conversation details by `paging` in the body.
    Conversations(ConversationPages),
    /// Pages that say themselves where they go on.
    Follow(Follow),
    /// An asynchronous job. Boxed: it is large.
    Job(Box<Job>),
    /// An entity listing by `pageNumber`.
    Listing(Listing),
    /// A listing first, then a query for each batch of the ids found.
    PerEntity(PerEntity),
}

/// One request, without the origin and the token.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// `GET`, `POST`, …
    pub method: http::Method,
    /// The path, beginning with `/api/v2/`, already percent-encoded; or the whole URL of a file that an answer named,
    /// which is asked for without the token.
    pub path: String,
    /// The query string in order; values are not yet encoded.
    pub query: Vec<(String, String)>,
    /// The JSON body.
    pub body: Option<Value>,
    /// What to look for in the answer.
    pub look: Look,
    /// Whether it may be sent again after its answer was lost: true for everything that only reads.
    pub repeatable: bool,
}

impl Ask {
    /// A `GET` of a path.
    pub fn get(path: impl Into<String>, look: Look) -> Ask {
        Ask { method: http::Method::GET, path: path.into(), query: Vec::new(), body: None, look, repeatable: true }
    }

    /// A file of another origin, by the signed URL that an answer named: over https, or plainly on a loopback address.
    ///
    /// # Errors
    /// `query.body` where it is no such URL; never with the signature in it.
    pub fn file(url: &str) -> Result<Ask, Error> {
        let refuse = |why: String| Error::new(ErrorKind::QueryBody, why).remedy("write the URL as the answer named it");
        let uri: http::Uri = url.trim().parse().map_err(|_| refuse("this is no URL of a file".to_owned()))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(refuse("this is no whole URL".to_owned()));
        };
        let host = authority.host();
        if authority.as_str().contains('@') {
            return Err(refuse(format!("the URL of {host} holds a user or a password")));
        }
        if scheme != "https" && !(scheme == "http" && is_loopback(host)) {
            return Err(refuse(format!("{scheme}://{host} is not https: files are fetched over nothing else")));
        }
        Ok(Ask::get(uri.to_string(), Look::File))
    }

    /// Whether it goes to another origin than the API, without the token.
    pub fn is_elsewhere(&self) -> bool {
        !self.path.starts_with('/')
    }

    /// A `POST` that only reads.
    pub fn query(path: impl Into<String>, body: Map<String, Value>, look: Look) -> Ask {
        Ask { method: http::Method::POST, body: Some(Value::Object(body)), ..Ask::get(path, look) }
    }
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

impl ConversationPages {
    /// The same over another interval, in windows as long as these.
    #[must_use]
    pub fn over(mut self, asked: Interval) -> Self {
        let longest = self.windows.iter().map(|window| window.to.saturating_sub(window.from)).max().unwrap_or(0);
        let days = u32::try_from(longest.div_euclid(DAY)).unwrap_or(u32::MAX);
        let days = if longest.rem_euclid(DAY) > 0 { days.saturating_add(1) } else { days };
        self.asked = asked;
        self.windows = asked.cut_at_midnights(days);
        self
    }

    /// What is left of it from a midnight on.
    #[must_use]
    pub fn after(mut self, midnight: i64) -> Self {
        self.asked.from = self.asked.from.max(midnight);
        self.windows.retain(|window| window.to > midnight);
        for window in &mut self.windows {
            window.from = window.from.max(midnight);
        }
        self
    }
}

/// Both ways to ask for the conversations of an interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Auto {
    /// The job, over all of the interval.
    pub job: Job,
    /// The query, likewise.
    pub pages: ConversationPages,
}

/// An entity listing that is read page by page until it is empty or its envelope says that it ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The request without `pageSize` and `pageNumber`.
    pub ask: Ask,
    /// Entities a page; `None` leaves it to the server, where its limit is not known.
    pub page_size: Option<u32>,
    /// Where the page is named.
    pub place: PagePlace,
}

/// Where a request names its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagePlace {
    /// In the query string.
    Query,
    /// In the JSON body.
    Body,
    /// In the object `paging` of the JSON body.
    Paging,
}

/// Pages that say themselves where they go on: by a cursor or a `nextUri`.
#[derive(Clone, Debug, PartialEq)]
pub struct Follow {
    /// The request for the first page.
    pub ask: Ask,
    /// Conversations that start outside it are left out.
    pub starts: Option<Interval>,
}

/// An asynchronous job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Where it is submitted; `/{jobId}` and `/{jobId}/results` lie below.
    pub path: String,
    /// What is submitted.
    pub body: Map<String, Value>,
    /// What has to be complete first, where the server tells (`/availability`).
    pub complete: Option<Complete>,
    /// How the results are read; the path is filled in when the job's id is known.
    pub results: Follow,
    /// The id of a job that was submitted earlier: nothing is submitted.
    pub known: Option<String>,
}

/// The data that a job needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Complete {
    /// The interval that was asked for.
    pub asked: Interval,
    /// Take what there is, and say so, where the data is not complete yet.
    pub partial: bool,
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
