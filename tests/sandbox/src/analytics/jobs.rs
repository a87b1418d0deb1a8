//! Details jobs: submitted, worked on, fetched by cursor, gone after a while. They read the data lake, which is hours
//! behind, and are the only ones to tell participants' attributes.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::filters::Filters;
use super::{interval_of, only};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::rng::{Rng, key};
use crate::time::{DAY, HOUR, Interval, SECOND, day_of, iso};
use crate::traffic::{Manner, Place, write_conversation};

const PROPERTIES: [&str; 10] = [
    "conversationFilters",
    "segmentFilters",
    "evaluationFilters",
    "surveyFilters",
    "resolutionFilters",
    "order",
    "orderBy",
    "interval",
    "limit",
    "startOfDayIntervalMatching",
];

/// How long a job waits, works and keeps its result. The shortest seen took about three seconds; the rest is a guess.
const WAITS: i64 = SECOND;
const WORKS: i64 = 3 * SECOND;
const KEEPS: i64 = DAY;
const LARGEST_PAGE: usize = 1_000;

/// A job that was submitted.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    submitted: i64,
    query: Value,
    is_cancelled: bool,
    fails: bool,
    /// What it found for a client, kept from page to page.
    found: Option<(usize, Arc<Vec<Place>>)>,
}

impl Job {
    fn state(&self, now: i64) -> &'static str {
        match now - self.submitted {
            _ if self.is_cancelled => "CANCELLED",
            age if age < WAITS => "QUEUED",
            age if age < WORKS => "PENDING",
            _ if self.fails => "FAILED",
            age if age < KEEPS => "FULFILLED",
            _ => "EXPIRED",
        }
    }
}

impl Org {
    /// How far the data lake is: some hours behind, in whole hours.
    fn available(&self, now: i64) -> i64 {
        now - 6 * HOUR - now.rem_euclid(HOUR)
    }

    /// `GET …/details/jobs/availability`.
    pub(crate) fn availability(&self, call: &Call) -> Vec<u8> {
        json!({"dataAvailabilityDate": iso(self.available(call.now))}).to_string().into_bytes()
    }

    /// `POST …/details/jobs`: checked at once, done later.
    pub(crate) fn submit_job(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        only(&call.body, "AsyncConversationQuery", &PROPERTIES)?;
        interval_of(&call.body)?;
        Filters::read(&call.body)?;
        let id = Rng::new(key(&[self.seed, self.jobs.len() as u64, 7])).uuid().to_string();
        let fails = self.job_fails(call.path);
        let job = Job { submitted: call.now, query: call.body.clone(), is_cancelled: false, fails, found: None };
        self.jobs.insert(id.clone(), job);
        Ok(json!({"jobId": id}).to_string().into_bytes())
    }

    fn job(&self, call: &Call) -> Result<&Job, Refusal> {
        call.params.first().and_then(|id| self.jobs.get(id)).ok_or_else(Refusal::not_found)
    }

    /// `GET …/details/jobs/{jobId}`.
    pub(crate) fn job_status(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let job = self.job(call)?;
        let state = job.state(call.now);
        let mut body = json!({"state": state, "submissionDate": iso(job.submitted)});
        if matches!(state, "FULFILLED" | "EXPIRED" | "FAILED") {
            body["completionDate"] = json!(iso(job.submitted + WORKS));
            body["expirationDate"] = json!(iso(job.submitted + KEEPS));
        }
        if state == "FAILED" {
            body["errorMessage"] = json!("The query could not be completed.");
        }
        Ok(body.to_string().into_bytes())
    }

    /// `DELETE …/details/jobs/{jobId}`.
    pub(crate) fn cancel_job(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        self.job(call)?;
        if let Some(job) = call.params.first().and_then(|id| self.jobs.get_mut(id)) {
            job.is_cancelled = true;
        }
        Ok(Vec::new())
    }

    /// `GET …/details/jobs/{jobId}/results`: a page and the cursor of the next, which the last page has not.
    pub(crate) fn job_results(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let job = self.job(call)?.clone();
        let state = job.state(call.now);
        if state != "FULFILLED" {
            return Err(Refusal::bad(format!("The results of the job are not available: its state is {state}.")));
        }
        let size = match call.parameter("pageSize").map(str::parse::<usize>) {
            None => LARGEST_PAGE,
            Some(Ok(size)) if (1..=LARGEST_PAGE).contains(&size) => size,
            Some(_) => return Err(Refusal::parameter("pageSize", "pageSize", &format!("1 to {LARGEST_PAGE}"))),
        };
        let from = match call.parameter("cursor") {
            None => 0,
            Some(cursor) => offset_of(cursor).ok_or_else(|| Refusal::bad("The cursor is not valid."))?,
        };
        // The lake is read as it was when the job was done, however often the result is fetched.
        let until = self.available(job.submitted + WORKS);
        let places = match &job.found {
            Some((client, places)) if *client == call.client => places.clone(),
            _ => Arc::new(self.job_places(&job.query, call, until)?),
        };
        if let Some(job) = call.params.first().and_then(|id| self.jobs.get_mut(id)) {
            job.found = Some((call.client, places.clone()));
        }
        let manner = Manner { future: self.is_future(call.path), attributes: true };
        let mut out = b"{".to_vec();
        let page: Vec<&Place> = places.iter().skip(from).take(size).collect();
        if !page.is_empty() {
            out.extend_from_slice(b"\"conversations\":[");
            for (at, place) in page.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write_conversation(&self.traffic.build(**place).seen_at(until), &self.directory, manner, &mut out);
            }
            out.extend_from_slice(b"],");
        }
        if from + size < places.len() {
            out.extend_from_slice(format!("\"cursor\":\"{}\",", cursor_of(from + size)).as_bytes());
        }
        out.extend_from_slice(format!("\"dataAvailabilityDate\":\"{}\"}}", iso(until)).as_bytes());
        Ok(out)
    }

    /// A job finds what was alive in its interval, unless it is told to match by the day of the start.
    fn job_places(&mut self, query: &Value, call: &Call, until: i64) -> Result<Vec<Place>, Refusal> {
        let interval = interval_of(query)?;
        let filters = Filters::read(query)?;
        let by_day = query["startOfDayIntervalMatching"].as_bool().unwrap_or(false);
        let days = interval.days();
        let span = match by_day {
            true => Interval { start: days.start() * DAY, end: (days.end() + 1) * DAY },
            false => interval,
        };
        let mut found = Vec::new();
        for place in self.traffic.alive(span.start, span.end.min(until + 1)) {
            if by_day && !days.contains(&day_of(place.day * DAY)) {
                continue;
            }
            let it = self.traffic.build(place).seen_at(until);
            let overlaps = by_day || it.end.is_none_or(|end| end >= interval.start);
            if overlaps && call.sees(&it.divisions) && filters.pass(&it) {
                found.push((it.start, place));
            }
        }
        found.sort_unstable();
        if query["order"] == "desc" {
            found.reverse();
        }
        let limit = query["limit"].as_u64().map_or(usize::MAX, |limit| limit as usize);
        Ok(found.into_iter().take(limit).map(|(_, place)| place).collect())
    }
}

fn cursor_of(offset: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("offset:{offset}"))
}

fn offset_of(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.strip_prefix("offset:")?.parse().ok()
}
