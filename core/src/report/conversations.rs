//! The report `conversations`: details by interval or by ids.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Via, filters};
use crate::error::{Error, ErrorKind};
use crate::fields::record;
use crate::json;
use crate::lint::{Findings, body, span};
use crate::look::Look;
use crate::plan::{Ask, Auto, Complete, ConversationPages, Follow, Job, Plan, Steps};
use crate::time::{Interval, Now};

pub(crate) const QUERY: &str = "/api/v2/analytics/conversations/details/query";
const BY_IDS: &str = "/api/v2/analytics/conversations/details";

/// Ids a request: each takes 40 bytes of the URL, and lines of 8 KiB are refused by many proxies. The API states no
/// number.
const IDS_A_REQUEST: usize = 50;

const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";

/// Conversations a page of a job's results: 1,000 are accepted, no maximum is documented (limits.md, "Page sizes").
const JOB_PAGE: u32 = 500;
const MOST_JOB_PAGE: u32 = 1_000;

/// The largest page of a details query (limits.md, "Page sizes, result caps, cursors").
pub(crate) const PAGE: u32 = 100;

/// Days that a details query may span, without any filter and with one (limits.md, "Intervals").
const DAYS: (u32, u32) = (7, 31);

/// The wishes of the report `conversations`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Conversations {
    /// `yesterday`, `last-24h`, `2026-03-09/2026-03-10`, …: every form that `Interval::parse` reads.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub interval: String,
    /// Conversation ids, instead of an interval.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
    /// Dimension or metric to value, list of values, `{"exists": true}` or range.
    #[serde(rename = "where", skip_serializing_if = "Map::is_empty")]
    pub filter: Map<String, Value>,
    /// How to ask: `query` is near real time and lacks participant attributes; `job` has everything, hours later.
    /// `auto` means the query where one request may span the interval (7 days, with a filter 31); of a longer one the
    /// days that jobs have are asked by job, the rest by query.
    pub via: Via,
    /// The id of a job that was submitted earlier: its results are read, nothing is submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// Where the data of jobs ends before the interval does, take what there is instead of failing.
    pub partial: bool,
    /// The IANA zone whose days the interval means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The API's own body (`ConversationQuery`); its interval and paging are taken over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<Map<String, Value>>,
    /// Conversations a page: 1 to 100, and 100 unless told; of a job 1 to 1,000, and 500 unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
    /// Keep conversations that start on an asked day of UTC but outside the interval: the query matches whole days.
    pub keep_outside: bool,
    /// Unknown names are errors.
    pub strict: bool,
    /// What an error named to go on where this report ended: what was delivered is not asked again. Of a page that was
    /// being read some may come once more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume: Option<String>,
}

record!(
    Conversations: interval, ids, filter = "where", via, job, partial, time_zone, query, page_size, keep_outside, strict,
    resume
);

impl Conversations {
    pub(crate) fn plan(&self, now: Now) -> Result<Plan, Error> {
        match (&self.job, self.via) {
            (Some(_), Via::Query) => Err(Error::new(ErrorKind::QueryBody, "`job` is given beside `via: query`")
                .remedy("leave `via` out: the results of the job are read")),
            (Some(id), _) => self.resume(id, now),
            (None, _) if !self.ids.is_empty() => self.by_ids(),
            (None, Via::Job) => self.by_job(now),
            (None, Via::Query) => self.by_interval(now),
            (None, Via::Auto) => self.by_what_fits(now),
        }
    }

    /// The server pages badly through long intervals and advises jobs for them (retry.md, BLOG-INT); long is what it
    /// does not take as one query. Whoever wrote more than filters into a query of their own meant the query.
    fn by_what_fits(&self, now: Now) -> Result<Plan, Error> {
        let mut plan = self.by_interval(now)?;
        let is_plain = |key: &String| key == "interval" || key.ends_with("Filters");
        let own = self.query.as_ref().is_some_and(|query| !query.keys().all(is_plain));
        if let Steps::Conversations(pages) = plan.steps {
            plan.steps = if own || pages.windows.len() < 2 {
                Steps::Conversations(pages)
            } else {
                let job = Job { complete: None, ..self.job(now)?.0 };
                Steps::Auto(Box::new(Auto { job, pages }))
            };
        }
        Ok(plan)
    }

    fn by_job(&self, now: Now) -> Result<Plan, Error> {
        let (job, warnings) = self.job(now)?;
        Ok(Plan { operation: format!("POST {JOBS}"), steps: Steps::Job(Box::new(job)), warnings })
    }

    /// The same conversations as the query gives: those that start in the interval. Jobs match by overlap unless they
    /// are told to match by the day of the start (public API definition, `AsyncConversationQuery`).
    fn job(&self, now: Now) -> Result<(Job, Vec<Error>), Error> {
        let mut findings = Findings::new(self.strict);
        let mut query = self.query.clone().unwrap_or_default();
        body::check(&mut findings, &query, body::DETAILS_JOB)?;
        body::check_order(&mut findings, &query)?;
        let asked = super::take_interval(&mut query, &self.interval, self.time_zone.as_deref(), now)?;
        span::future(&mut findings, asked, now)?;
        filters::details(&self.filter, &mut query, &mut findings)?;
        query.insert("interval".to_owned(), asked.to_wire().into());
        let by_start = query.entry("startOfDayIntervalMatching").or_insert(Value::Bool(true)) == &Value::Bool(true);
        let job = Job {
            path: JOBS.to_owned(),
            body: query,
            complete: Some(Complete { asked, partial: self.partial }),
            results: self.results((by_start && !self.keep_outside).then_some(asked))?,
            known: None,
        };
        Ok((job, findings.warnings))
    }

    /// The results of a job that was submitted earlier.
    fn resume(&self, id: &str, now: Now) -> Result<Plan, Error> {
        if !self.ids.is_empty() || !self.filter.is_empty() || self.query.is_some() {
            return Err(Error::new(ErrorKind::QueryBody, "`job` is given beside what was asked when it was submitted")
                .remedy("write `job` alone, or with the interval whose conversations are kept"));
        }
        let asked = match self.interval.as_str() {
            "" => None,
            text => Some(Interval::parse(text, self.time_zone.as_deref(), now.wall)?),
        };
        let job = Job {
            path: JOBS.to_owned(),
            body: Map::new(),
            complete: None,
            results: self.results(asked.filter(|_| !self.keep_outside))?,
            known: Some(super::job_id(id)?),
        };
        Ok(Plan { operation: format!("GET {JOBS}/{{jobId}}"), steps: Steps::Job(Box::new(job)), warnings: Vec::new() })
    }

    fn results(&self, starts: Option<Interval>) -> Result<Follow, Error> {
        let size = super::page_size(self.page_size, JOB_PAGE, MOST_JOB_PAGE)?;
        let query = vec![("pageSize".to_owned(), size.to_string())];
        Ok(Follow { ask: Ask { query, ..Ask::get("", Look::Conversations) }, starts })
    }

    fn by_interval(&self, now: Now) -> Result<Plan, Error> {
        let mut findings = Findings::new(self.strict);
        let mut query = self.query.clone().unwrap_or_default();
        body::check(&mut findings, &query, body::DETAILS)?;
        body::check_order(&mut findings, &query)?;
        if query.contains_key("aggregations") {
            let what = "the tables have no place for what `aggregations` brings: it is in the JSON of the first page";
            findings.warnings.push(Error::new(ErrorKind::QueryBody, what));
        }
        let asked = super::take_interval(&mut query, &self.interval, self.time_zone.as_deref(), now)?;
        span::future(&mut findings, asked, now)?;
        let page_size = self.take_page_size(&mut query)?;
        filters::details(&self.filter, &mut query, &mut findings)?;
        let filtered = query.iter().any(|(key, value)| key.ends_with("Filters") && *value != Value::Array(Vec::new()));
        let days = if filtered { DAYS.1 } else { DAYS.0 };
        let pages = ConversationPages {
            path: QUERY.to_owned(),
            asked,
            windows: asked.cut_at_midnights(days),
            body: query,
            page_size,
            keep_outside: self.keep_outside,
        };
        Ok(Plan { operation: format!("POST {QUERY}"), steps: Steps::Conversations(pages), warnings: findings.warnings })
    }

    fn take_page_size(&self, query: &mut Map<String, Value>) -> Result<u32, Error> {
        let theirs = query.remove("paging").and_then(|paging| paging.get("pageSize").cloned());
        let theirs = match theirs {
            None => None,
            Some(size) => match size.as_u64().and_then(|size| u32::try_from(size).ok()) {
                Some(size) => Some(size),
                None => {
                    return Err(Error::new(
                        ErrorKind::QueryPaging,
                        format!("the page size {} is not a number of rows", json::text(&size)),
                    ));
                }
            },
        };
        super::page_size(self.page_size.or(theirs), PAGE, PAGE)
    }

    fn by_ids(&self) -> Result<Plan, Error> {
        if !self.interval.is_empty() || !self.filter.is_empty() || self.query.is_some() {
            return Err(Error::new(ErrorKind::QueryBody, "ids are given beside an interval, `where` or `query`")
                .remedy("ask for the ids alone: the server returns each of them whole"));
        }
        let mut seen = Map::new();
        let mut is_new = |id: &&str| seen.insert((*id).to_owned(), Value::Null).is_none();
        let ids: Vec<&str> = self.ids.iter().map(|id| id.trim()).filter(|id| is_new(id)).collect();
        if ids.contains(&"") {
            return Err(Error::new(ErrorKind::QueryBody, "one of the ids is empty text"));
        }
        let asks = ids.chunks(IDS_A_REQUEST).map(|batch| {
            let query = batch.iter().map(|id| ("id".to_owned(), (*id).to_owned())).collect();
            Ask { query, ..Ask::get(BY_IDS, Look::Conversations) }
        });
        Ok(Plan { operation: format!("GET {BY_IDS}"), steps: Steps::Each(asks.collect()), warnings: Vec::new() })
    }
}
