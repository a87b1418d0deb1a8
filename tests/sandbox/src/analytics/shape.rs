//! The members of queries: that a model has them, and that each is of the kind the model has it.

use serde_json::Value;

use super::only;
use crate::refusal::Refusal;

/// Models whose metrics are objects; elsewhere they are words.
const WITH_OBJECTS: [&str; 6] = [
    "ConversationActivityQuery",
    "FlowActivityQuery",
    "RoutingActivityQuery",
    "TaskManagementObservationQuery",
    "TeamActivityQuery",
    "UserActivityQuery",
];

/// Refuses a body with a member its model has not, or has of another kind. Nothing (`null`) is of every kind.
pub(super) fn check(body: &Value, object: &str, known: &[&str]) -> Result<(), Refusal> {
    only(body, object, known)?;
    let list = |value: &Value, of: fn(&Value) -> bool| value.as_array().is_some_and(|list| list.iter().all(of));
    for (name, value) in body.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        let (fits, kind) = match name.as_str() {
            "metrics" if WITH_OBJECTS.contains(&object) => (list(value, Value::is_object), "a list of objects"),
            "metrics" | "detailMetrics" | "groupBy" | "expands" => (list(value, Value::is_string), "a list of strings"),
            "views" | "clauses" | "predicates" | "ranges" | "aggregations" => {
                (list(value, Value::is_object), "a list of objects")
            }
            name if name.ends_with("Filters") || name.ends_with("Aggregations") => {
                (list(value, Value::is_object), "a list of objects")
            }
            "filter" | "userFilter" | "sessionFilter" | "sortMetric" | "paging" | "range" => {
                (value.is_object(), "an object")
            }
            "flattenMultivaluedDimensions" | "startOfDayIntervalMatching" | "details" => {
                (value.is_boolean(), "true, false")
            }
            "limit" | "size" | "pageSize" | "pageNumber" => (value.is_i64() || value.is_u64(), "a whole number"),
            "gt" | "gte" | "lt" | "lte" => (value.is_number(), "a number"),
            _ => (value.is_string(), "a string"),
        };
        if !fits {
            return Err(Refusal::value(&value.to_string(), name, &[kind]));
        }
    }
    Ok(())
}

/// A number from one on, of a body that was checked.
pub(super) fn at_least_one(body: &Value, name: &str) -> Result<Option<usize>, Refusal> {
    match &body[name] {
        Value::Null => Ok(None),
        value => match value.as_u64().filter(|number| *number > 0) {
            Some(number) => Ok(Some(usize::try_from(number).unwrap_or(usize::MAX))),
            None => Err(Refusal::bad(format!("The {name} must be at least 1."))),
        },
    }
}

/// Bounds of a number; what is not told does not bind.
#[derive(Clone, Debug)]
pub(super) struct Range {
    gt: Option<f64>,
    gte: Option<f64>,
    lt: Option<f64>,
    lte: Option<f64>,
}

impl Range {
    /// Reads a range whose model has some of the four bounds.
    pub(super) fn read(body: &Value, object: &str, known: &[&str]) -> Result<Self, Refusal> {
        check(body, object, known)?;
        let bound = |name: &str| body[name].as_f64();
        Ok(Self { gt: bound("gt"), gte: bound("gte"), lt: bound("lt"), lte: bound("lte") })
    }

    /// Reads the range of an aggregation or a view.
    pub(super) fn half_open(body: &Value) -> Result<Self, Refusal> {
        Self::read(body, "AggregationRange", &["gte", "lt"])
    }

    /// Whether a number lies within.
    pub(super) fn holds(&self, value: f64) -> bool {
        self.gt.is_none_or(|bound| value > bound)
            && self.gte.is_none_or(|bound| value >= bound)
            && self.lt.is_none_or(|bound| value < bound)
            && self.lte.is_none_or(|bound| value <= bound)
    }
}
