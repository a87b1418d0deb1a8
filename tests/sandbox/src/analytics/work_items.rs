//! `POST analytics/taskmanagement/metrics/query`: this organisation has no work items, and looks at what is asked all
//! the same.

use serde_json::{Value, json};

use super::filter::Filter;
use super::{shape, strings, vocabulary};
use crate::entities::number;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::uuid::Uuid;

/// What the lists of words are called after.
const WORDS: &str = "workitem-observation";

/// The largest page.
const MOST: usize = 200;

fn check(word: &Value, list: &str, field: &str) -> Result<(), Refusal> {
    vocabulary::check(word.as_str().unwrap_or_default(), &format!("{WORDS}.{list}"), field)
}

impl Org {
    /// Answers the query: with nothing.
    pub(crate) fn query_work_items(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let body = &call.body;
        shape::check(body, "TaskManagementObservationQuery", &["groupBy", "metrics", "filter", "expands"])?;
        number(call, "pageSize", MOST, MOST)?;
        let metrics = body["metrics"].as_array().map(Vec::as_slice).unwrap_or_default();
        if metrics.is_empty() || strings(body, "groupBy").is_empty() {
            return Err(Refusal::bad("At least one metric and one dimension to group by are required."));
        }
        for metric in metrics {
            shape::check(metric, "TaskManagementQueryMetric", &["name", "qualifier"])?;
            check(&metric["name"], "metric", "name")?;
            if !metric["qualifier"].is_null() {
                check(&metric["qualifier"], "qualifier", "qualifier")?;
            }
        }
        for list in ["groupBy", "expands"] {
            for word in body[list].as_array().into_iter().flatten() {
                check(word, list, list)?;
            }
        }
        if body["filter"].is_null() {
            return Err(Refusal::bad("A filter is required."));
        }
        shape::check(&body["filter"], "TaskManagementObservationQueryFilter", &["predicates"])?;
        let all = json!({"type": "and", "predicates": body["filter"]["predicates"]});
        let filter = Filter::read(&all, WORDS)?;
        let ids = [filter.asked("queueId"), filter.asked("typeId")];
        if let Some(text) = ids.iter().flatten().find(|text| Uuid::parse(text).is_none()) {
            return Err(Refusal::value(text, "value", &["a UUID"]));
        }
        if ids[0].len() != 1 {
            return Err(Refusal::bad("A single predicate of queueId is required."));
        }
        self.asked_queues(&filter, call)?;
        Ok(b"{}".to_vec())
    }
}
