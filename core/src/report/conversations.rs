//! The report `conversations`: details by interval or by ids.

use std::collections::BTreeSet;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::filters;
use crate::error::{Error, ErrorKind};
use crate::lint::{Findings, body, span};
use crate::look::Look;
use crate::plan::{Ask, ConversationPages, Plan, Steps};
use crate::time::Now;

pub(crate) const QUERY: &str = "/api/v2/analytics/conversations/details/query";
const BY_IDS: &str = "/api/v2/analytics/conversations/details";

/// Ids a request: each takes 40 bytes of the URL, and lines of 8 KiB are refused by many proxies. The API states no
/// number.
const IDS_A_REQUEST: usize = 50;

/// The largest page of a details query (limits.md, "Page sizes, result caps, cursors").
pub(crate) const PAGE: u32 = 100;

/// Days that a details query may span, without any filter and with one (limits.md, "Intervals").
const DAYS: (u32, u32) = (7, 31);

/// How details are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Whatever fits: the query.
    #[default]
    Auto,
    /// The query: near real time, without participant attributes.
    Query,
    /// The asynchronous job. Not in this version.
    Job,
}

/// The wishes of the report `conversations`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// How to ask.
    pub via: Via,
    /// The IANA zone whose days the interval means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The API's own body (`ConversationQuery`); its interval and paging are taken over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<Map<String, Value>>,
    /// Conversations a page, 1 to 100; 100 unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
    /// Keep conversations that start on an asked day of UTC but outside the interval: the query matches whole days.
    pub keep_outside: bool,
    /// Unknown names are errors.
    pub strict: bool,
}

impl Conversations {
    pub(crate) fn plan(&self, now: Now) -> Result<Plan, Error> {
        if self.via == Via::Job {
            return Err(Error::new(ErrorKind::QueryBody, "`via: job` is not available in this version")
                .remedy("leave `via` out: the query answers the same but for participant attributes"));
        }
        if self.ids.is_empty() { self.by_interval(now) } else { self.by_ids() }
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
        Ok(Plan {
            operation: format!("POST {QUERY}"),
            repeatable: true,
            steps: Steps::Conversations(pages),
            warnings: findings.warnings,
        })
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
                        format!("the page size {size} is not a number of rows"),
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
        let mut seen = BTreeSet::new();
        let ids: Vec<&str> = self.ids.iter().map(|id| id.trim()).filter(|id| seen.insert(*id)).collect();
        if ids.contains(&"") {
            return Err(Error::new(ErrorKind::QueryBody, "one of the ids is empty text"));
        }
        let asks = ids.chunks(IDS_A_REQUEST).map(|batch| Ask {
            method: Method::GET,
            path: BY_IDS.to_owned(),
            query: batch.iter().map(|id| ("id".to_owned(), (*id).to_owned())).collect(),
            body: None,
            look: Look::Json,
        });
        Ok(Plan {
            operation: format!("GET {BY_IDS}"),
            repeatable: true,
            steps: Steps::Each(asks.collect()),
            warnings: Vec::new(),
        })
    }
}
