//! Jobs: submitted, worked on, fetched by cursor, gone after a while. What they find is the affair of `lake.rs`,
//! `user_details.rs` and `aggregates/`; their life is the same.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::aggregates::{Family, family};
use crate::entities::number;
use crate::org::{Call, Fate, Org};
use crate::refusal::Refusal;
use crate::rng::{Rng, key};
use crate::time::{DAY, SECOND, iso};
use crate::traffic::Place;

/// How long a job waits, works and keeps its result. The shortest seen took about three seconds; the rest is a guess.
const WAITS: i64 = SECOND;
const WORKS: i64 = 3 * SECOND;
const KEEPS: i64 = DAY;
const LARGEST_PAGE: usize = 1_000;

/// What a job is about. One kind's job is not found where the other's are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Aggregates(&'static Family),
    Conversations,
    Users,
}

impl Kind {
    /// The kind of `/api/v2/analytics/{family}/{details or aggregates}/jobs`.
    fn of(call: &Call) -> Result<Self, Refusal> {
        let mut parts = call.path.split('/').skip(4);
        match (parts.next(), parts.next()) {
            (Some("conversations"), Some("details")) => Ok(Self::Conversations),
            (Some("users"), Some("details")) => Ok(Self::Users),
            (Some(path), Some("aggregates")) => family(path).map(Self::Aggregates).ok_or_else(Refusal::not_found),
            _ => Err(Refusal::not_found()),
        }
    }
}

/// What a job found for one client, kept from page to page.
#[derive(Clone, Debug)]
enum Found {
    Aggregates(Arc<Vec<Value>>),
    Conversations(Arc<Vec<Place>>),
    /// Indexes of users.
    Users(Arc<Vec<usize>>),
}

/// A job that was submitted.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    kind: Kind,
    query: Value,
    fate: Fate,
    /// When it was ended before its time.
    cancelled: Option<i64>,
    found: Option<(usize, Found)>,
}

impl Job {
    fn state(&self, now: i64) -> &'static str {
        match now {
            _ if self.cancelled.is_some() => "CANCELLED",
            now if now < self.fate.submitted + WAITS => "QUEUED",
            now if now < self.fate.done => "PENDING",
            _ if self.fate.fails => "FAILED",
            now if now < self.fate.expires => "FULFILLED",
            _ => "EXPIRED",
        }
    }

    /// How many results a page has: details are told with each page, aggregates were told when they were submitted.
    fn page_size(&self, call: &Call) -> Result<usize, Refusal> {
        match self.kind {
            Kind::Aggregates(_) => page_size(&self.query),
            _ => number(call, "pageSize", LARGEST_PAGE, LARGEST_PAGE),
        }
    }
}

/// The page size in the body of a job.
fn page_size(body: &Value) -> Result<usize, Refusal> {
    let size = match &body["pageSize"] {
        Value::Null => Some(LARGEST_PAGE),
        value => value.as_u64().map(|size| size as usize).filter(|size| (1..=LARGEST_PAGE).contains(size)),
    };
    size.ok_or_else(|| Refusal::bad(format!("The page size must be between 1 and {LARGEST_PAGE}.")))
}

impl Org {
    /// `POST …/jobs`: checked at once, done later.
    pub(crate) fn submit_job(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let kind = Kind::of(call)?;
        match kind {
            Kind::Aggregates(of) => self.check_aggregates_job(of, &call.body).and(page_size(&call.body).map(drop))?,
            Kind::Conversations => self.check_details_job(&call.body)?,
            Kind::Users => self.check_user_details_job(&call.body)?,
        }
        let id = Rng::new(key(&[self.seed, self.jobs.len() as u64, 7])).uuid().to_string();
        let fate = self.job_fate((call.path, call.now), WORKS, KEEPS);
        let job = Job { kind, query: call.body.clone(), fate, cancelled: None, found: None };
        self.jobs.insert(id.clone(), job);
        Ok(json!({"jobId": id}).to_string().into_bytes())
    }

    fn job(&mut self, call: &Call) -> Result<&mut Job, Refusal> {
        let kind = Kind::of(call)?;
        let job = call.params.first().and_then(|id| self.jobs.get_mut(id));
        job.filter(|job| job.kind == kind).ok_or_else(Refusal::not_found)
    }

    /// `GET …/jobs/{jobId}`.
    pub(crate) fn job_status(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let job = self.job(call)?;
        let state = job.state(call.now);
        let mut body = json!({"state": state, "submissionDate": iso(job.fate.submitted)});
        // One that was done keeps its dates.
        if job.fate.done <= job.cancelled.unwrap_or(call.now) {
            body["completionDate"] = json!(iso(job.fate.done));
            body["expirationDate"] = json!(iso(job.fate.expires));
        }
        if state == "FAILED" {
            body["errorMessage"] = json!("The query could not be completed.");
        }
        Ok(body.to_string().into_bytes())
    }

    /// `DELETE …/jobs/{jobId}`: there is nothing to end any more of one that was ended or has expired.
    pub(crate) fn cancel_job(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let job = self.job(call)?;
        if matches!(job.state(call.now), "CANCELLED" | "EXPIRED") {
            return Err(Refusal::not_found());
        }
        job.cancelled = Some(call.now);
        Ok(Vec::new())
    }

    /// `GET …/jobs/{jobId}/results`: a page and the cursor of the next, which the last page has not.
    pub(crate) fn job_results(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let job = self.job(call)?;
        let state = job.state(call.now);
        if state != "FULFILLED" {
            return Err(Refusal::bad(format!("The results of the job are not available: its state is {state}.")));
        }
        let size = job.page_size(call)?;
        let from = match call.parameter("cursor") {
            None => 0,
            Some(cursor) => offset_of(cursor).ok_or_else(|| Refusal::bad("The cursor is not valid."))?,
        };
        let done = job.fate.done;
        let found = match &job.found {
            Some((client, found)) if *client == call.client => found.clone(),
            _ => {
                let (kind, query) = (job.kind, job.query.clone());
                let found = self.job_found(kind, &query, call, done)?;
                self.job(call)?.found = Some((call.client, found.clone()));
                found
            }
        };
        let cursor = |total: usize| (from + size < total).then(|| cursor_of(from + size));
        Ok(match found {
            Found::Users(users) => {
                let page: Vec<usize> = users.iter().skip(from).take(size).copied().collect();
                let query = self.job(call)?.query.clone();
                self.user_details_page(&query, &page, cursor(users.len()), done)?
            }
            Found::Conversations(places) => {
                let page = places.iter().skip(from).take(size);
                self.details_page(page, cursor(places.len()), call, done)
            }
            Found::Aggregates(rows) => {
                let page: Vec<_> = rows.iter().skip(from).take(size).collect();
                let mut body = if page.is_empty() { json!({}) } else { json!({"results": page}) };
                if let Some(cursor) = cursor(rows.len()) {
                    body["cursor"] = json!(cursor);
                }
                body.to_string().into_bytes()
            }
        })
    }

    /// What there was when the job was done, however often and late the result is fetched.
    fn job_found(&mut self, kind: Kind, query: &Value, call: &Call, done: i64) -> Result<Found, Refusal> {
        Ok(match kind {
            Kind::Aggregates(of) => Found::Aggregates(Arc::new(self.aggregates_of_job(of, query, call, done)?)),
            Kind::Users => Found::Users(Arc::new(self.user_details_of_job(query, call, done)?)),
            Kind::Conversations => Found::Conversations(Arc::new(self.details_of_job(query, call, done)?)),
        })
    }
}

pub(crate) fn cursor_of(offset: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("offset:{offset}"))
}

pub(crate) fn offset_of(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.strip_prefix("offset:")?.parse().ok()
}
