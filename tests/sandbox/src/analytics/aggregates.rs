//! Aggregates of conversations, by query and by job: the metrics they emitted, counted by bucket and group.
//!
//! A metric belongs to the moment it was emitted, as it stands in the details, so that both can be reconciled.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::buckets::Buckets;
use super::dimensions::Part;
use super::filter::{Filter, Values};
use super::{interval_of, only, strings, vocabulary};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{DAY, Interval};
use crate::traffic::model::{Conversation, Metric, Session};
use crate::uuid::Uuid;

const PROPERTIES: [&str; 12] = [
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
];

/// The longest interval; the API's own number is not known, a field client splits at twelve months.
const LONGEST_DAYS: i64 = 366;

/// Share of answers that should come within a queue's target, as every queue here has it.
const SERVICE_TARGET: f64 = 0.8;

/// Values of one metric.
#[derive(Clone, Debug, Default)]
struct Sum {
    count: i64,
    sum: i64,
    min: i64,
    max: i64,
}

impl Sum {
    fn add(&mut self, value: i64) {
        (self.min, self.max) =
            if self.count == 0 { (value, value) } else { (self.min.min(value), self.max.max(value)) };
        self.count += 1;
        self.sum += value;
    }

    /// Timers have all four figures; counters only how many.
    fn stats(&self, metric: &str) -> Value {
        if metric.starts_with('n') {
            return json!({"count": self.sum});
        }
        json!({"max": self.max, "min": self.min, "count": self.count, "sum": self.sum})
    }
}

/// A view: how often a metric lay in a range.
struct View {
    name: String,
    target: String,
    gte: f64,
    lt: f64,
}

/// What one bucket of one group has collected.
#[derive(Default)]
struct Cell {
    metrics: BTreeMap<String, Sum>,
    views: BTreeMap<usize, i64>,
    within: i64,
    offered: i64,
    conversations: BTreeSet<Uuid>,
}

/// Values of the grouping, in the order asked; absent where a session has none.
type Group = Vec<Option<String>>;

struct Query {
    interval: Interval,
    group_by: Vec<String>,
    metrics: Vec<String>,
    filter: Option<Filter>,
    views: Vec<View>,
    flatten: bool,
    buckets: Buckets,
}

impl Query {
    fn read(body: &Value) -> Result<Self, Refusal> {
        let interval = interval_of(body)?;
        if interval.end - interval.start > LONGEST_DAYS * DAY {
            return Err(Refusal::bad(format!("The interval may not exceed {LONGEST_DAYS} days.")));
        }
        let metrics = strings(body, "metrics");
        for metric in &metrics {
            vocabulary::check(metric, "aggregate.metric", "metrics")?;
        }
        let group_by = strings(body, "groupBy");
        for dimension in &group_by {
            vocabulary::check(dimension, "aggregate.groupBy", "groupBy")?;
        }
        let views = body["views"].as_array().cloned().unwrap_or_default();
        if metrics.is_empty() && views.is_empty() {
            return Err(Refusal::bad("At least one metric is required."));
        }
        Ok(Self {
            interval,
            group_by,
            metrics,
            filter: match &body["filter"] {
                Value::Null => None,
                filter => Some(Filter::read(filter, "aggregate")?),
            },
            views: views.iter().map(View::read).collect::<Result<_, _>>()?,
            flatten: body["flattenMultivaluedDimensions"].as_bool().unwrap_or(false),
            buckets: Buckets::new(interval, body["granularity"].as_str(), body["timeZone"].as_str())?,
        })
    }

    fn wants(&self, metric: &str) -> bool {
        self.metrics.iter().any(|wanted| wanted == metric)
    }

    /// The groups a session counts for: several when a dimension has several values.
    fn groups(&self, part: &Part<'_>) -> Vec<Group> {
        let mut groups: Vec<Group> = vec![Vec::new()];
        for dimension in &self.group_by {
            let values = part.dimension(dimension);
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

impl View {
    fn read(body: &Value) -> Result<Self, Refusal> {
        let text = |name: &str| body[name].as_str().map(String::from);
        let (Some(name), Some(target)) = (text("name"), text("target")) else {
            return Err(Refusal::bad("A view must have a name and a target."));
        };
        vocabulary::check(&target, "aggregate.metric", "target")?;
        let bound = |name: &str, none: f64| body["range"][name].as_f64().unwrap_or(none);
        Ok(Self { name, target, gte: bound("gte", f64::NEG_INFINITY), lt: bound("lt", f64::INFINITY) })
    }
}

impl Org {
    /// `POST analytics/conversations/aggregates/query`.
    pub(crate) fn query_aggregates(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        only(&call.body, "ConversationAggregationQuery", &PROPERTIES)?;
        let query = Query::read(&call.body)?;
        Ok(json!({"results": self.aggregate(&query, call, call.now)}).to_string().into_bytes())
    }

    /// Refuses what no job can be made of. A job takes what the query takes, and the size of its pages.
    pub(super) fn check_aggregates_job(&self, body: &Value) -> Result<(), Refusal> {
        only(body, "ConversationAsyncAggregationQuery", &[&PROPERTIES[..], &["pageSize"]].concat())?;
        Query::read(body).map(drop)
    }

    /// The groups a job finds: what the query would have answered when the job was done.
    pub(super) fn aggregates_of_job(&mut self, body: &Value, call: &Call, done: i64) -> Result<Vec<Value>, Refusal> {
        let query = Query::read(body)?;
        Ok(self.aggregate(&query, call, done))
    }

    fn aggregate(&mut self, query: &Query, call: &Call, now: i64) -> Vec<Value> {
        let mut table: BTreeMap<Group, BTreeMap<usize, Cell>> = BTreeMap::new();
        for place in self.traffic.alive(query.interval.start, query.interval.end.min(now + 1)) {
            let it = self.traffic.build(place).seen_at(now);
            if call.sees(&it.divisions) {
                self.count(query, &it, &mut table);
            }
        }
        table.into_iter().filter_map(|(group, cells)| render(query, &group, cells)).collect()
    }

    fn count(&self, query: &Query, conversation: &Conversation, table: &mut BTreeMap<Group, BTreeMap<usize, Cell>>) {
        for participant in &conversation.participants {
            for session in &participant.sessions {
                let part = Part { conversation, participant, session, segment: None };
                if query.filter.as_ref().is_some_and(|filter| !filter.passes(&part)) {
                    continue;
                }
                let mut groups = None;
                for metric in &session.metrics {
                    let Some(bucket) = query.buckets.of(metric.emitted) else { continue };
                    for group in groups.get_or_insert_with(|| query.groups(&part)).iter() {
                        let cell = table.entry(group.clone()).or_default().entry(bucket).or_default();
                        self.add(query, cell, metric, session);
                        cell.conversations.insert(conversation.id);
                    }
                }
            }
        }
    }

    fn add(&self, query: &Query, cell: &mut Cell, metric: &Metric, session: &Session) {
        if query.wants(metric.name) {
            cell.metrics.entry(metric.name.to_string()).or_default().add(metric.value);
        }
        for (at, view) in query.views.iter().enumerate().filter(|(_, view)| view.target == metric.name) {
            let value = metric.value as f64;
            *cell.views.entry(at).or_default() += i64::from(value >= view.gte && value < view.lt);
        }
        if matches!(metric.name, "tAnswered" | "tAbandon") && query.wants("oServiceLevel") {
            let queue = session.queue().and_then(|id| self.directory.queue(id));
            let target = queue.map_or(20_000, |queue| queue.target_ms(session.media));
            cell.offered += 1;
            cell.within += i64::from(metric.name == "tAnswered" && metric.value <= target);
        }
    }
}

/// One group with its buckets. What has no data is left out: missing is not zero.
fn render(query: &Query, group: &Group, cells: BTreeMap<usize, Cell>) -> Option<Value> {
    let named = query.group_by.iter().zip(group);
    let named: Map<String, Value> =
        named.filter_map(|(name, value)| Some((name.clone(), Value::String(value.clone()?)))).collect();
    let data: Vec<Value> = cells.into_iter().filter_map(|(bucket, cell)| bucket_json(query, bucket, &cell)).collect();
    (!data.is_empty()).then(|| json!({"group": named, "data": data}))
}

fn bucket_json(query: &Query, bucket: usize, cell: &Cell) -> Option<Value> {
    let mut metrics = Vec::new();
    for name in &query.metrics {
        let stats = match name.as_str() {
            "oServiceLevel" if cell.offered > 0 => json!({
                "ratio": cell.within as f64 / cell.offered as f64,
                "numerator": cell.within,
                "denominator": cell.offered,
                "target": SERVICE_TARGET,
            }),
            "nConversations" => json!({"count": cell.conversations.len()}),
            _ => match cell.metrics.get(name) {
                Some(sum) => sum.stats(name),
                None => continue,
            },
        };
        metrics.push(json!({"metric": name, "stats": stats}));
    }
    let views: Vec<Value> = cell
        .views
        .iter()
        .map(|(at, count)| json!({"name": query.views[*at].name, "stats": {"count": count}}))
        .collect();
    if metrics.is_empty() && views.is_empty() {
        return None;
    }
    let mut body = json!({"interval": query.buckets.interval(bucket).text(), "metrics": metrics});
    if !query.views.is_empty() {
        body["views"] = json!(views);
    }
    Some(body)
}
