//! An aggregate query, read and checked against the words of its family.

use serde_json::Value;

use super::families::Family;
use super::rank::Rank;
use super::vocabulary;
use crate::analytics::buckets::Buckets;
use crate::analytics::filter::{Filter, Group, Values, groups};
use crate::analytics::shape::{self, Range};
use crate::analytics::{interval_of, strings};
use crate::refusal::Refusal;
use crate::time::{DAY, Interval};

/// The longest interval; the API's own number is not known, a field client splits at twelve months.
const LONGEST_DAYS: i64 = 366;

/// The most views of a query.
const MOST_VIEWS: usize = 10;

/// The most users that aggregates of users are asked for by their ids.
const MOST_USERS: usize = 100;

/// A view: how often a metric lay in a range.
pub(super) struct View {
    pub(super) name: String,
    target: String,
    /// Without a range, everywhere.
    range: Option<Range>,
}

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
        shape::check(body, family.object, &known)?;
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
        let filter = match &body["filter"] {
            Value::Null => None,
            filter => Some(Filter::read(filter, family.path)?),
        };
        let users = filter.as_ref().map_or(0, |filter| filter.asked("userId").len());
        if family.path == "users" && users > MOST_USERS {
            return Err(Refusal::bad(format!("A query may have at most {MOST_USERS} predicates of userId.")));
        }
        Ok(Self {
            interval,
            group_by,
            rank: Rank::read(family, body, &metrics)?,
            metrics,
            filter,
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

    /// The groups a thing counts for.
    pub(super) fn groups(&self, thing: &dyn Values) -> Vec<Group> {
        groups(thing, &self.group_by, self.flatten)
    }
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
        shape::check(body, "AggregationView", &["target", "name", "function", "range"])?;
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
        let range = match &body["range"] {
            Value::Null => None,
            range => Some(Range::half_open(range)?),
        };
        Ok(Self { name, target, range })
    }

    /// Whether the view looks at a metric, and whether a value lies in its range.
    pub(super) fn sees(&self, metric: &str, value: i64) -> Option<bool> {
        (self.target == metric).then(|| self.range.as_ref().is_none_or(|range| range.holds(value as f64)))
    }
}
