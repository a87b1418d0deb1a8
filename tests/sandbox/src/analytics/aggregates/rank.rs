//! The first or last groups only: `queryType`, `sortMetric` and `limit`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::families::Family;
use super::table::{Amount, Fact, Sum};
use super::vocabulary;
use crate::analytics::shape;
use crate::refusal::Refusal;
use crate::uuid::Uuid;

const KINDS: [&str; 3] = ["groupBy", "topN", "bottomN"];
const FUNCTIONS: [&str; 5] = ["average", "count", "max", "min", "sum"];

/// What groups are ordered by, and how many of them are told.
pub(super) struct Rank {
    metric: String,
    function: String,
    is_top: bool,
    limit: Option<usize>,
}

/// What a group collects of the metric that ranks it, over all buckets.
#[derive(Default)]
pub(super) struct Standing {
    sum: Sum,
    distinct: BTreeSet<Uuid>,
}

impl Rank {
    /// Reads what a body says about it: nothing, or all of it.
    pub(super) fn read(family: &Family, body: &Value, metrics: &[String]) -> Result<Option<Self>, Refusal> {
        let kind = body["queryType"].as_str().unwrap_or("groupBy");
        let known = vocabulary::words(&format!("{}.sort", family.path));
        if !KINDS.contains(&kind) {
            return Err(Refusal::value(kind, "queryType", &KINDS));
        }
        if kind == "groupBy" {
            let idle = ["sortMetric", "limit"].into_iter().find(|name| !body[*name].is_null());
            return match idle {
                None => Ok(None),
                Some(name) => {
                    Err(Refusal::bad(format!("{name} is only applicable for the query types topN and bottomN.")))
                }
            };
        }
        if body["groupBy"].as_array().is_none_or(Vec::is_empty) {
            return Err(Refusal::bad(format!("A query of type {kind} must have a groupBy.")));
        }
        let limit = shape::at_least_one(body, "limit")?;
        let sort = &body["sortMetric"];
        let (metric, function) = match metrics {
            [metric] if sort.is_null() => (metric.clone(), if metric.starts_with('n') { "count" } else { "sum" }),
            _ if sort.is_null() => {
                return Err(Refusal::bad("A sortMetric is required when requesting multiple metrics."));
            }
            _ => {
                shape::check(sort, "AggregationSort", &["name", "function"])?;
                let (Some(name), Some(function)) = (sort["name"].as_str(), sort["function"].as_str()) else {
                    return Err(Refusal::bad("A sortMetric must have a name and a function."));
                };
                (name.to_string(), function)
            }
        };
        if !known.contains(&metric.as_str()) {
            return Err(Refusal::value(&metric, "sortMetric", &known));
        }
        if !FUNCTIONS.contains(&function) {
            return Err(Refusal::value(function, "function", &FUNCTIONS));
        }
        Ok(Some(Self { metric, function: function.into(), is_top: kind == "topN", limit }))
    }

    /// Whether a metric decides the order.
    pub(super) fn is_by(&self, metric: &str) -> bool {
        self.metric == metric
    }

    /// What a standing amounts to; nothing where the metric never came up.
    fn figure(&self, standing: &Standing) -> Option<f64> {
        if !standing.distinct.is_empty() {
            return Some(standing.distinct.len() as f64);
        }
        standing.sum.figure(&self.metric, &self.function)
    }

    /// The order of two groups: what has no figure comes last, equals keep their order.
    pub(super) fn order(&self, one: &Standing, other: &Standing) -> std::cmp::Ordering {
        let signed = |standing| self.figure(standing).map(|figure| if self.is_top { -figure } else { figure });
        let (one, other) = (signed(one).unwrap_or(f64::INFINITY), signed(other).unwrap_or(f64::INFINITY));
        one.total_cmp(&other)
    }

    /// How many groups are told.
    pub(super) fn limit(&self) -> usize {
        self.limit.unwrap_or(usize::MAX)
    }
}

impl Standing {
    /// Counts a fact of the metric.
    pub(super) fn add(&mut self, fact: &Fact) {
        match &fact.amount {
            Amount::Distinct(id) => drop(self.distinct.insert(*id)),
            Amount::Value(value) | Amount::Spent(value, _) => self.sum.add(*value),
            Amount::Share(belongs) => self.sum.add(i64::from(*belongs)),
        }
    }
}
