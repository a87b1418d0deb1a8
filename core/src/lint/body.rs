//! Keys of query bodies and reports: real ones, and invented ones that machine-written guides spread.

use serde_json::{Map, Value};

use super::Findings;
use crate::error::{Error, ErrorKind};
use crate::json;
use crate::keys::nearest;

/// `ConversationQuery` of the public API definition.
pub(crate) const DETAILS: &[&str] = &[
    "interval",
    "conversationFilters",
    "segmentFilters",
    "evaluationFilters",
    "surveyFilters",
    "resolutionFilters",
    "order",
    "orderBy",
    "aggregations",
    "paging",
];

/// `AsyncConversationQuery`, likewise.
pub(crate) const DETAILS_JOB: &[&str] = &[
    "interval",
    "conversationFilters",
    "segmentFilters",
    "evaluationFilters",
    "surveyFilters",
    "resolutionFilters",
    "order",
    "orderBy",
    "limit",
    "startOfDayIntervalMatching",
];

/// The values of `ConversationQuery` that are words.
const ORDERS: &[(&str, &[&str])] = &[
    ("order", &["asc", "desc", "unordered"]),
    ("orderBy", &["conversationStart", "conversationEnd", "segmentStart", "segmentEnd"]),
];

/// `ConversationAsyncAggregationQuery`, likewise.
pub(crate) const AGGREGATES_JOB: &[&str] = &[
    "interval",
    "granularity",
    "timeZone",
    "groupBy",
    "filter",
    "metrics",
    "flattenMultivaluedDimensions",
    "views",
    "alternateTimeDimension",
    "queryType",
    "sortMetric",
    "limit",
    "pageSize",
];

/// `ConversationAggregationQuery`: the same without `pageSize`.
pub(crate) const AGGREGATES: &[&str] = match AGGREGATES_JOB.split_last() {
    Some((_, rest)) => rest,
    None => &[],
};

/// `QueueObservationQuery`, likewise.
pub(crate) const OBSERVATIONS: &[&str] = &["filter", "metrics", "detailMetrics"];

/// Invented keys and what to write instead (claims.md, rows 0-20 and 1-16).
const INVENTED: &[(&str, &str)] = &[
    ("dateRange", "interval"),
    ("dateFrom", "interval"),
    ("dateTo", "interval"),
    ("date_from", "interval"),
    ("date_to", "interval"),
    ("startDate", "interval"),
    ("endDate", "interval"),
    ("viewId", "metrics and groupBy"),
    ("view_id", "metrics and groupBy"),
];

/// The belief behind an invented key.
pub(crate) fn belief(key: &str) -> Option<String> {
    let (_, real) = INVENTED.iter().find(|(name, _)| *name == key)?;
    Some(format!("`{key}` is an invention of machine-written guides: the API has `{real}`"))
}

/// A key that an operation refused, with the nearest ones of its model: of the details, where the path tells nothing.
pub(crate) fn unknown_key(key: &str, path: &str) -> Error {
    let has = |words: &str| path.contains(words);
    let known = match () {
        () if has("details/jobs") => DETAILS_JOB,
        () if has("aggregates/jobs") => AGGREGATES_JOB,
        () if has("aggregates/query") => AGGREGATES,
        () if has("observations/query") => OBSERVATIONS,
        () => DETAILS,
    };
    unknown("body", key, known)
}

/// Doubts every key of `query` that its model does not have.
pub(crate) fn check(findings: &mut Findings, query: &Map<String, Value>, known: &[&'static str]) -> Result<(), Error> {
    for key in query.keys() {
        if !known.contains(&key.as_str()) {
            findings.doubt(unknown("query body", key, known))?;
        }
    }
    Ok(())
}

/// Doubts a value of the details query that its model does not list.
pub(crate) fn check_order(findings: &mut Findings, query: &Map<String, Value>) -> Result<(), Error> {
    for (key, known) in ORDERS {
        let Some(value) = query.get(*key) else { continue };
        let written = value.as_str().unwrap_or_default();
        if !known.contains(&written) {
            let what = format!("`{key}` of the query body is {}: {} are known", json::text(value), known.join(", "));
            findings.doubt(Error::new(ErrorKind::QueryBody, what).nearest(nearest(written, known.iter().copied())))?;
        }
    }
    Ok(())
}

/// A key that is not there, with the nearest real ones and the belief it comes from.
pub(crate) fn unknown(what: &str, key: &str, known: &[&'static str]) -> Error {
    let mut error = Error::new(ErrorKind::QueryBody, format!("the {what} has no `{key}`"))
        .nearest(nearest(key, known.iter().copied()));
    error.explanation.belief = belief(key);
    if error.explanation.belief.is_some() && known.contains(&"interval") && !key.starts_with("view") {
        error = error.nearest(["interval"]);
    }
    error
}
