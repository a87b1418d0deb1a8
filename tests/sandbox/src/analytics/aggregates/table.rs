//! Counting: facts go in, groups with their buckets come out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::query::Query;
use super::rank::Standing;
use crate::analytics::filter::{Group, Values};
use crate::uuid::Uuid;

/// Share of answers that should come within a queue's target, as every queue here has it.
const SERVICE_TARGET: f64 = 0.8;

/// How a fact counts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Amount {
    /// A measured value or a number of things.
    Value(i64),
    /// Time spent in a state, which is the qualifier.
    Spent(i64, Arc<str>),
    /// One of those among which a share is reckoned, and whether it belongs to it.
    Share(bool),
    /// A thing that counts once, however often it is met.
    Distinct(Uuid),
}

/// Something that counts for a metric.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) at: i64,
    pub(super) metric: &'static str,
    pub(super) amount: Amount,
}

/// Values of one metric.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    count: i64,
    sum: i64,
    min: i64,
    max: i64,
}

impl Sum {
    pub(super) fn add(&mut self, value: i64) {
        (self.min, self.max) =
            if self.count == 0 { (value, value) } else { (self.min.min(value), self.max.max(value)) };
        self.count += 1;
        self.sum += value;
    }

    /// One figure of a metric, by the name of its function; none where there was nothing to count.
    pub(super) fn figure(&self, metric: &str, function: &str) -> Option<f64> {
        let figure = match function {
            _ if metric == "oServiceTarget" => SERVICE_TARGET,
            "count" if metric.starts_with('n') => self.sum as f64,
            "count" => self.count as f64,
            "max" => self.max as f64,
            "min" => self.min as f64,
            "sum" => self.sum as f64,
            _ => self.sum as f64 / self.count as f64,
        };
        (self.count > 0).then_some(figure)
    }

    /// Time in a state is only summed; timers and scores have all four figures; counters only tell how many.
    fn stats(&self, metric: &str, qualifier: Option<&str>) -> Value {
        match (metric, qualifier) {
            (_, Some(_)) => json!({"sum": self.sum}),
            ("oServiceTarget", _) => json!({"target": SERVICE_TARGET}),
            ("oServiceLevel" | "oCallbackServiceLevel", _) => json!({
                "ratio": self.sum as f64 / self.count as f64,
                "numerator": self.sum,
                "denominator": self.count,
                "target": SERVICE_TARGET,
            }),
            _ if metric.starts_with('n') => json!({"count": self.sum}),
            _ => json!({"max": self.max, "min": self.min, "count": self.count, "sum": self.sum}),
        }
    }
}

/// What one bucket of one group has collected.
#[derive(Default)]
struct Cell {
    /// By metric and qualifier. They are few, and cells are many.
    sums: Vec<(&'static str, Option<Arc<str>>, Sum)>,
    views: BTreeMap<usize, i64>,
    distinct: BTreeMap<&'static str, BTreeSet<Uuid>>,
}

/// Groups with their buckets.
pub(super) struct Table<'q> {
    pub(super) query: &'q Query,
    groups: BTreeMap<Group, Collected>,
}

/// What a group has collected.
#[derive(Default)]
struct Collected {
    cells: BTreeMap<usize, Cell>,
    standing: Standing,
}

impl<'q> Table<'q> {
    /// A table for a query.
    pub(super) fn new(query: &'q Query) -> Self {
        Self { query, groups: BTreeMap::new() }
    }

    /// Counts the facts of a thing, unless the filter leaves it out.
    pub(super) fn count(&mut self, thing: &dyn Values, facts: impl IntoIterator<Item = Fact>) {
        let mut groups: Option<Vec<Group>> = None;
        for fact in facts {
            if !self.query.uses(fact.metric) {
                continue;
            }
            let Some(bucket) = self.query.buckets.of(fact.at) else { continue };
            if groups.is_none() {
                if self.query.filter.as_ref().is_some_and(|filter| !filter.passes(thing)) {
                    return;
                }
                groups = Some(self.query.groups(thing));
            }
            for group in groups.iter().flatten() {
                if !self.groups.contains_key(group) {
                    self.groups.insert(group.clone(), Collected::default());
                }
                let Some(collected) = self.groups.get_mut(group) else { continue };
                collected.cells.entry(bucket).or_default().add(self.query, &fact);
                if self.query.rank.as_ref().is_some_and(|rank| rank.is_by(fact.metric)) {
                    collected.standing.add(&fact);
                }
            }
        }
    }

    /// Counts time in a state, bucket by bucket.
    pub(super) fn spend(&mut self, thing: &dyn Values, (start, end): (i64, i64), states: &[(&'static str, Arc<str>)]) {
        let mut at = start.max(self.query.interval.start);
        let end = end.min(self.query.interval.end);
        let mut facts = Vec::new();
        while at < end {
            let Some(bucket) = self.query.buckets.of(at) else { break };
            let next = self.query.buckets.interval(bucket).end.min(end);
            for (metric, state) in states {
                facts.push(Fact { at, metric, amount: Amount::Spent(next - at, state.clone()) });
            }
            at = next;
        }
        self.count(thing, facts);
    }

    /// The groups, the first ones only where the query ranks them. What has no data is left out: missing is not zero.
    /// Each is made when it is asked for, since all of them may be many.
    pub(super) fn render(self) -> impl Iterator<Item = Value> {
        let query = self.query;
        let mut groups: Vec<(Group, Collected)> = self.groups.into_iter().collect();
        if let Some(rank) = &query.rank {
            groups.sort_by(|(_, one), (_, other)| rank.order(&one.standing, &other.standing));
        }
        let render = move |(group, collected): (Group, Collected)| {
            let named = query.group_by.iter().zip(group);
            let named: Map<String, Value> =
                named.filter_map(|(name, value)| Some((name.clone(), Value::String(value?)))).collect();
            let data: Vec<Value> =
                collected.cells.into_iter().filter_map(|(bucket, cell)| cell.render(query, bucket)).collect();
            (!data.is_empty()).then(|| json!({"group": named, "data": data}))
        };
        let limit = query.rank.as_ref().map_or(usize::MAX, |rank| rank.limit());
        groups.into_iter().filter_map(render).take(limit)
    }
}

impl Cell {
    fn add(&mut self, query: &Query, fact: &Fact) {
        let (value, qualifier) = match &fact.amount {
            Amount::Distinct(id) => {
                self.distinct.entry(fact.metric).or_default().insert(*id);
                return;
            }
            Amount::Value(value) => (*value, None),
            Amount::Spent(value, state) => (*value, Some(state.clone())),
            Amount::Share(belongs) => (i64::from(*belongs), None),
        };
        if query.wants(fact.metric) {
            // A view's target need not be among the metrics.
            match self.sums.iter_mut().find(|(metric, of, _)| *metric == fact.metric && *of == qualifier) {
                Some((_, _, sum)) => sum.add(value),
                None => {
                    let mut sum = Sum::default();
                    sum.add(value);
                    self.sums.push((fact.metric, qualifier, sum));
                }
            }
        }
        for (at, view) in query.views.iter().enumerate() {
            if let Some(is_inside) = view.sees(fact.metric, value) {
                *self.views.entry(at).or_default() += i64::from(is_inside);
            }
        }
    }

    fn render(&self, query: &Query, bucket: usize) -> Option<Value> {
        let mut metrics = Vec::new();
        for name in &query.metrics {
            if let Some(distinct) = self.distinct.get(name.as_str()) {
                metrics.push(json!({"metric": name, "stats": {"count": distinct.len()}}));
            }
            let mut sums: Vec<_> = self.sums.iter().filter(|(metric, ..)| metric == name).collect();
            sums.sort_by_key(|(_, qualifier, _)| qualifier.clone());
            for (_, qualifier, sum) in sums {
                let mut one = json!({"metric": name});
                if let Some(qualifier) = qualifier {
                    one["qualifier"] = json!(qualifier.as_ref());
                }
                one["stats"] = sum.stats(name, qualifier.as_deref());
                metrics.push(one);
            }
        }
        let views: Vec<Value> = self
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
}
