//! The typed edge: what can be asked, as plain data.
//!
//! Every language, the command line, Grafana and the test vectors speak [`Report`]. One file a family holds its
//! fields, its plan and the lint rules it uses.

pub mod aggregates;
pub mod availability;
pub mod call;
pub mod conversations;
pub mod directory;
pub(crate) mod filters;
pub mod observations;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};
use crate::fields::{self, Fault, Field, Misfit, Record, names_of, word};
use crate::json;
use crate::lint::body;
use crate::plan::Plan;
use crate::region::Region;
use crate::time::Interval;
use crate::time::Now;

/// What is asked for: `{"report": "conversations", "interval": "…", …}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "report", rename_all = "snake_case")]
pub enum Report {
    /// Aggregated metrics.
    Aggregates(aggregates::Aggregates),
    /// Up to when the data of jobs is complete.
    Availability(availability::Availability),
    /// Any operation.
    Call(call::Call),
    /// Conversation details.
    Conversations(conversations::Conversations),
    /// Listings that turn ids into names.
    Directory(directory::Directory),
    /// What is going on at the moment.
    Observations(observations::Observations),
}

/// How an answer is asked for, where there are two ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Whatever fits: the query, and for conversations of a long interval the job.
    #[default]
    Auto,
    /// The query: at once.
    Query,
    /// The asynchronous job: submitted, waited for, read.
    Job,
}

impl Field for Via {
    fn read(value: &Value) -> Result<Self, Misfit<'_>> {
        word(value, &[Via::Auto, Via::Query, Via::Job])
    }
}

impl Report {
    /// The names of all reports.
    pub const NAMES: &'static [&'static str] =
        &["aggregates", "availability", "call", "conversations", "directory", "observations"];

    /// Reads a report.
    ///
    /// # Errors
    /// `query.body` for an unknown report or key, with the nearest real ones and the false belief an invented key
    /// comes from, and for a value of the wrong type.
    pub fn from_json(value: &Value) -> Result<Report, Error> {
        let refuse = |why: String| Error::new(ErrorKind::QueryBody, why);
        let map = value.as_object().ok_or_else(|| refuse("a report is a JSON object".to_owned()))?;
        let name = match map.get("report") {
            Some(Value::String(name)) => name.as_str(),
            _ => {
                return Err(
                    refuse("`report` is missing".to_owned()).remedy(format!("write one of {}", Self::NAMES.join(", ")))
                );
            }
        };
        let mut wishes = map.clone();
        wishes.remove("report");
        let wishes = &wishes;
        match name {
            "aggregates" => read(name, wishes).map(Report::Aggregates),
            "availability" => read(name, wishes).map(Report::Availability),
            "call" => read(name, wishes).map(Report::Call),
            "conversations" => read(name, wishes).map(Report::Conversations),
            "directory" => read(name, wishes).map(Report::Directory),
            "observations" => read(name, wishes).map(Report::Observations),
            _ => Err(refuse(format!("there is no report `{name}` in this version")).there_are(name, Self::NAMES)),
        }
    }

    /// The fields of a report, as its data names them; `None` for an unknown report.
    pub fn fields(name: &str) -> Option<Vec<&'static str>> {
        match name {
            "aggregates" => Some(names_of::<aggregates::Aggregates>()),
            "availability" => Some(names_of::<availability::Availability>()),
            "call" => Some(names_of::<call::Call>()),
            "conversations" => Some(names_of::<conversations::Conversations>()),
            "directory" => Some(names_of::<directory::Directory>()),
            "observations" => Some(names_of::<observations::Observations>()),
            _ => None,
        }
    }

    /// Lints and plans. Nothing is sent.
    ///
    /// # Errors
    /// `query.*` where the server would certainly refuse; what only looks wrong becomes a warning of the plan.
    pub fn plan(&self, now: Now) -> Result<Plan, Error> {
        match self {
            Report::Aggregates(report) => report.plan(now),
            Report::Availability(report) => report.plan(),
            Report::Call(report) => report.plan(now),
            Report::Conversations(report) => report.plan(now),
            Report::Directory(report) => report.plan(now),
            Report::Observations(report) => report.plan(now),
        }
    }
}

impl Report {
    /// The plan of a client of a region: it knows which URLs are its own.
    pub(crate) fn plan_at(&self, region: &Region, now: Now) -> Result<Plan, Error> {
        match self {
            Report::Call(report) => report.at(region)?.plan(now),
            report => report.plan(now),
        }
    }

    /// Where it goes on, if it was begun before.
    pub(crate) fn resume(&self) -> Option<&str> {
        match self {
            Report::Call(report) => report.resume.as_deref(),
            Report::Conversations(report) => report.resume.as_deref(),
            Report::Directory(report) => report.resume.as_deref(),
            Report::Aggregates(_) | Report::Availability(_) | Report::Observations(_) => None,
        }
    }

    /// Whether it can be taken up again where it ended.
    pub(crate) fn has_resume(&self) -> bool {
        matches!(self, Report::Call(_) | Report::Conversations(_) | Report::Directory(_))
    }
}

/// As [`Report::from_json`] reads it.
impl<'de> Deserialize<'de> for Report {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Report::from_json(&Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

fn read<T: Record>(name: &str, wishes: &Map<String, Value>) -> Result<T, Error> {
    fields::read(wishes).map_err(|fault| refused(name, &fault))
}

fn refused(name: &str, fault: &Fault<'_>) -> Error {
    match fault {
        Fault::Unknown(key, known) => body::unknown(&format!("report `{name}`"), key, known),
        Fault::Misfit(key, misfit) => {
            let error = Error::new(ErrorKind::QueryBody, format!("`{key}` of the report `{name}`: {misfit}"));
            match misfit.found {
                // One name where a list of them is asked for.
                Value::String(_) if misfit.expected == "a sequence" => {
                    error.remedy(format!("write a list: [{}]", json::text(misfit.found)))
                }
                _ => error,
            }
        }
    }
}

/// The interval of a report, or of its own query body, which loses it.
fn take_interval(
    query: &mut Map<String, Value>,
    written: &str,
    zone: Option<&str>,
    now: Now,
) -> Result<Interval, Error> {
    let text = match (query.remove("interval"), written) {
        (None, "") => {
            let error = Error::new(ErrorKind::QueryInterval, "no interval is given")
                .remedy("write one, such as yesterday, last-24h or 2026-03-09/2026-03-10");
            let belief = query.keys().find_map(|key| body::belief(key));
            return Err(belief.into_iter().fold(error, Error::evidence));
        }
        (None, written) => written.to_owned(),
        (Some(Value::String(text)), "") => text,
        (Some(Value::String(_)), _) => {
            return Err(Error::new(ErrorKind::QueryInterval, "two intervals are given")
                .remedy("give one: in the report or in its query"));
        }
        (Some(_), _) => return Err(Error::new(ErrorKind::QueryInterval, "the interval of the query is not text")),
    };
    Interval::parse(&text, zone, now.wall)
}

/// A job's id, which becomes a part of a path.
fn job_id(id: &str) -> Result<String, Error> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match id.trim() {
        id if !id.is_empty() && id.bytes().all(is_plain) => Ok(id.to_owned()),
        id => Err(Error::new(ErrorKind::QueryBody, format!("`{id}` is no job id"))),
    }
}

fn page_size(wish: Option<u32>, usual: u32, most: u32) -> Result<u32, Error> {
    match wish {
        None => Ok(usual),
        Some(size) if (1..=most).contains(&size) => Ok(size),
        Some(size) => Err(Error::new(ErrorKind::QueryPaging, format!("a page of {size} is outside 1 to {most}"))
            .remedy(format!("leave page_size out: {usual} is used"))),
    }
}

/// Adds a list of names to a query body.
fn put_list(query: &mut Map<String, Value>, key: &str, names: &[String]) -> Result<(), Error> {
    if names.is_empty() {
        return Ok(());
    }
    match query.insert(key.to_owned(), names.into()) {
        None => Ok(()),
        Some(_) => Err(Error::new(ErrorKind::QueryBody, format!("`{key}` is given in the report and in its query"))
            .remedy("give it once")),
    }
}

fn put_filter(query: &mut Map<String, Value>, filter: Value) -> Result<(), Error> {
    match query.insert("filter".to_owned(), filter) {
        None => Ok(()),
        Some(_) => {
            Err(Error::new(ErrorKind::QueryBody, "a filter is given by `where` and in the query").remedy("give one"))
        }
    }
}

/// A list of names in a query body.
fn strings(query: &Map<String, Value>, key: &str) -> Result<Vec<String>, Error> {
    let refuse = || Error::new(ErrorKind::QueryBody, format!("`{key}` is not a list of names"));
    match query.get(key) {
        None => Ok(Vec::new()),
        Some(Value::Array(names)) => {
            let mut texts = Vec::new();
            for name in names {
                texts.push(name.as_str().ok_or_else(refuse)?.to_owned());
            }
            Ok(texts)
        }
        Some(_) => Err(refuse()),
    }
}

/// Adds params to a query string, but those that are used already; a list repeats its key (`collectionFormat: multi`).
fn params(params: &Map<String, Value>, used: &[&str], pairs: &mut Vec<(String, String)>) -> Result<(), Error> {
    for (key, value) in params.iter().filter(|(key, _)| !used.contains(&key.as_str())) {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            Value::Null => &[],
            value => std::slice::from_ref(value),
        };
        for value in values {
            let text = text(value).ok_or_else(|| {
                Error::new(
                    ErrorKind::QueryBody,
                    format!("the parameter `{key}` is neither text, number, boolean nor a list of them"),
                )
            })?;
            pairs.push((key.clone(), text));
        }
    }
    Ok(())
}

/// A value as it stands in a URL.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests;
