//! An aggregate query, read and checked against the words of its family.

use serde_json::Value;

use super::families::Family;
use super::rank::Rank;
use super::vocabulary;
use crate::analytics::buckets::Buckets;
use crate::analytics::filter::{Filter, Values};
use crate::analytics::{interval_of, only, strings};
use crate::refusal::Refusal;
use crate::time::{DAY, Interval};

/// The longest interval; the API's own number is not known, a field client splits at twelve months.
const LONGEST_DAYS: i64 = 366;

/// The most views of a query.
const MOST_VIEWS: usize = 10;

/// A view: how often a metric lay in a range.
pub(super) struct View {
    pub(super) name: String,
    target: String,
    gte: f64,
    lt: f64,
}

/// Values of the grouping, in the order asked; absent where a thing has none.
pub(super) type Group = Vec<Option<String>>;

/// What is asked.
pub(super) struct Query {
    pub(super) interval: Interval,
    pub(super) group_by: Vec<String>,
    pub(super) metrics: Vec<String>,
    pub(super) filter: Option<Filter>,
    pub(super) views: Vec<View>,
    pub(super) buckets: Buckets,
    /// The moment a thing counts at, where it is not the usual one.
    pub(super) alternate_time: Option<String>,
    /// Which groups are told, where not all are.
    pub(super) rank: Option<Rank>,
    flatten: bool,
}

impl Query {
    /// Reads a body; a job's may also tell the size of its pages.
    pub(super) fn read(family: &Family, body: &Value, is_job: bool) -> Result<Self, Refusal> {
        let list = |kind: &str| format!("{}.{kind}", family.path);
        let mut known = vocabulary::words(&list("property"));
        known.extend(is_job.then_some("pageSize"));
        only(body, family.object, &known)?;
        check_kinds(body)?;
        let interval = interval_of(body)?;
        if interval.end - interval.start > LONGEST_DAYS * DAY {
            return Err(Refusal::bad(format!("The interval may not exceed {LONGEST_DAYS} days.")));
        }
        let metrics = strings(body, "metrics");
        for metric in &metrics {
            vocabulary::check(metric, &list("metric"), "metrics")?;
        }
        let group_by = strings(body, "groupBy");
        for dimension in &group_by {
            vocabulary::check(dimension, &list("groupBy"), "groupBy")?;
        }
        let views = body["views"].as_array().cloned().unwrap_or_default();
        if metrics.is_empty() && views.is_empty() {
            return Err(Refusal::bad("At least one metric is required."));
        }
        let views = views.iter().map(|view| View::read(view, &list("metric"))).collect::<Result<Vec<_>, _>>()?;
        check_views(&views)?;
        Ok(Self {
            interval,
            group_by,
            rank: Rank::read(family, body, &metrics)?,
            metrics,
            filter: match &body["filter"] {
                Value::Null => None,
                filter => Some(Filter::read(filter, family.path)?),
            },
            views,
            alternate_time: match body["alternateTimeDimension"].as_str() {
                None => None,
                Some(word) => {
                    vocabulary::check(word, &list("alternateTimeDimension"), "alternateTimeDimension")?;
                    Some(word.to_string())
                }
            },
            flatten: body["flattenMultivaluedDimensions"].as_bool().unwrap_or(false),
            buckets: Buckets::new(interval, body["granularity"].as_str(), body["timeZone"].as_str())?,
        })
    }

    /// Whether a metric is asked for.
    pub(super) fn wants(&self, metric: &str) -> bool {
        self.metrics.iter().any(|wanted| wanted == metric)
    }

    /// Whether a metric has to do with the answer.
    pub(super) fn uses(&self, metric: &str) -> bool {
        let is_viewed = || self.views.iter().any(|view| view.target == metric);
        self.wants(metric) || is_viewed() || self.rank.as_ref().is_some_and(|rank| rank.is_by(metric))
    }

    /// The groups a thing counts for: several when a dimension has several values.
    pub(super) fn groups(&self, thing: &dyn Values) -> Vec<Group> {
        let mut groups: Vec<Group> = vec![Vec::new()];
        for dimension in &self.group_by {
            let values = thing.dimension(dimension);
            let values: Vec<Option<String>> = match values.len() {
                0 => vec![None],
                _ if self.flatten => vec![Some(values.join(","))],
                _ => values.into_iter().map(Some).collect(),
            };
            groups = groups
                .into_iter()
                .flat_map(|group| values.iter().map(move |value| [group.clone(), vec![value.clone()]].concat()))
                .collect();
        }
        groups
    }
}

/// Refuses a property that is of another kind than the model has it.
fn check_kinds(body: &Value) -> Result<(), Refusal> {
    for (name, value) in body.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        let (fits, kind) = match name.as_str() {
            "metrics" | "groupBy" => {
                (value.as_array().is_some_and(|list| list.iter().all(Value::is_string)), "a list of strings")
            }
            "views" => (value.is_array(), "a list of objects"),
            "filter" | "sortMetric" => (value.is_object(), "an object"),
            "flattenMultivaluedDimensions" => (value.is_boolean(), "true, false"),
            "limit" | "pageSize" => (value.is_number(), "a number"),
            _ => (value.is_string(), "a string"),
        };
        if !fits {
            return Err(Refusal::value(&value.to_string(), name, &[kind]));
        }
    }
    Ok(())
}

/// Refuses more views than there may be, and names that do not tell them apart.
fn check_views(views: &[View]) -> Result<(), Refusal> {
    if views.len() > MOST_VIEWS {
        return Err(Refusal::bad(format!("A query may have at most {MOST_VIEWS} views.")));
    }
    for (at, view) in views.iter().enumerate() {
        if views[..at].iter().any(|other| other.name == view.name) {
            return Err(Refusal::bad(format!("The name of a view must be unique: {}.", view.name)));
        }
    }
    Ok(())
}

impl View {
    fn read(body: &Value, metrics: &str) -> Result<Self, Refusal> {
        only(body, "AggregationView", &["target", "name", "function", "range"])?;
        let text = |name: &str| body[name].as_str().map(String::from);
        let (Some(name), Some(target)) = (text("name"), text("target")) else {
            return Err(Refusal::bad("A view must have a name and a target."));
        };
        vocabulary::check(&target, metrics, "target")?;
        if !target.starts_with('t') {
            return Err(Refusal::bad(format!("A view must be of a timer metric: {target} is none.")));
        }
        if vocabulary::words(metrics).contains(&name.as_str()) {
            return Err(Refusal::bad(format!("The name of a view must be distinct from metric names: {name}.")));
        }
        match body["function"].as_str() {
            Some("rangeBound") => {}
            other => return Err(Refusal::value(other.unwrap_or_default(), "function", &["rangeBound"])),
        }
        let range = &body["range"];
        if !range.is_null() {
            only(range, "AggregationRange", &["gte", "lt"])?;
        }
        let bound = |name: &str, none: f64| match &range[name] {
            Value::Null => Ok(none),
            bound => bound.as_f64().ok_or_else(|| Refusal::value(&bound.to_string(), name, &["a number"])),
        };
        Ok(Self { gte: bound("gte", f64::NEG_INFINITY)?, lt: bound("lt", f64::INFINITY)?, name, target })
    }

    /// Whether the view looks at a metric, and whether a value lies in its range.
    pub(super) fn sees(&self, metric: &str, value: i64) -> Option<bool> {
        let value = value as f64;
        (self.target == metric).then_some(value >= self.gte && value < self.lt)
    }
}
