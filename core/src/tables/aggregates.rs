//! Aggregates: one row a group, interval, metric and statistic, or one row a group and interval.

use std::collections::BTreeMap;

use super::column::{Kind, Value};
use super::grouped::{Entry, Group, entries, keep, snake, stats};
use super::loose::Loose;
use super::raw::{items, member, members};
use super::{Fault, Table, Tables};
use crate::json::text_of;
use crate::report::aggregates::Aggregates;
use crate::time::parse_instant;

pub(super) const NAME: &str = "aggregates";

/// Reads an answer. Never an average: sum and count are kept, as they came.
pub(super) fn decode(report: &Aggregates, body: &str) -> Result<Tables, Fault> {
    let entries = entries(body)?;
    let batch = if report.wide { wide(report, &entries) } else { long(report, &entries) };
    Ok(Tables(vec![Table { name: NAME.into(), batch: batch.finish()? }]))
}

/// One metric of one interval.
struct Metric<'a> {
    name: String,
    qualifier: Option<String>,
    is_view: bool,
    stats: Vec<(String, &'a str)>,
    rest: String,
}

/// One interval of one group.
struct Bucket<'a> {
    from: Option<i64>,
    to: Option<i64>,
    metrics: Vec<Metric<'a>>,
    rest: String,
}

fn bucket(raw: &str) -> Bucket<'_> {
    let mut bucket = Bucket { from: None, to: None, metrics: Vec::new(), rest: String::new() };
    let Some(all) = members(raw) else {
        member(&mut bucket.rest, "data", raw);
        return bucket;
    };
    for (key, raw) in all {
        match &*key {
            "interval" => {
                let ends = text_of(raw);
                let ends = ends.as_deref().and_then(|text| text.split_once('/'));
                let ends = ends.and_then(|(from, to)| Some((parse_instant(from)?, parse_instant(to)?)));
                match ends {
                    Some((from, to)) => (bucket.from, bucket.to) = (Some(from), Some(to)),
                    None => member(&mut bucket.rest, "interval", raw),
                }
            }
            "metrics" | "views" => match items(raw) {
                Some(all) => {
                    let is_view = key == "views";
                    bucket.metrics.extend(all.into_iter().map(|raw| metric(raw, is_view)));
                }
                None if raw == "null" => {}
                None => member(&mut bucket.rest, &key, raw),
            },
            _ => member(&mut bucket.rest, &key, raw),
        }
    }
    bucket
}

fn metric(raw: &str, is_view: bool) -> Metric<'_> {
    let mut metric = Metric { name: String::new(), qualifier: None, is_view, stats: Vec::new(), rest: String::new() };
    let Some(all) = members(raw) else {
        member(&mut metric.rest, "metric", raw);
        return metric;
    };
    for (key, raw) in all {
        match (&*key, text_of(raw)) {
            ("metric", Some(name)) if !is_view => metric.name = name.into_owned(),
            ("name", Some(name)) if is_view => metric.name = name.into_owned(),
            ("qualifier", Some(qualifier)) => metric.qualifier = Some(qualifier.into_owned()),
            ("stats", _) => metric.stats = stats(raw, &mut metric.rest),
            _ => member(&mut metric.rest, &key, raw),
        }
    }
    metric
}

fn dimensions(report: &Aggregates) -> Vec<String> {
    report.group_by.iter().map(|name| snake(name)).collect()
}

fn long(report: &Aggregates, entries: &[Entry<'_>]) -> Loose {
    let dims = dimensions(report);
    let first = [("interval_start", Kind::Time), ("interval_end", Kind::Time)];
    let last = [
        ("metric", Kind::Str),
        ("qualifier", Kind::Str),
        ("stat", Kind::Str),
        ("value", Kind::Float),
        ("is_view", Kind::Bool),
    ];
    // Dimensions that the report did not name, as with a body of the user's own, follow in the order of the answer.
    let dims: Vec<&str> = dims.iter().map(String::as_str).chain(met(entries)).collect();
    let dims = dims.iter().map(|name| (*name, Kind::Str));
    let mut table = Loose::new(first.into_iter().chain(unique(dims)).chain(last));
    for entry in entries {
        let before = table.rows();
        let mut rest = entry.rest.clone();
        for raw in &entry.data {
            let bucket = bucket(raw);
            join(&mut rest, &bucket.rest);
            for metric in &bucket.metrics {
                join(&mut rest, &metric.rest);
                let stats = metric.stats.iter().map(|(stat, raw)| Some((stat.as_str(), *raw)));
                // A metric without statistics is a row without a value, and no zero.
                let none = metric.stats.is_empty().then_some(None);
                for stat in stats.chain(none) {
                    let row = begin(&mut table, &entry.group, &bucket);
                    if !metric.name.is_empty() {
                        table.set(row, "metric", Value::Str(&metric.name));
                    }
                    if let Some(qualifier) = &metric.qualifier {
                        table.set(row, "qualifier", Value::Str(qualifier));
                    }
                    table.set(row, "is_view", Value::Bool(metric.is_view));
                    if let Some((stat, raw)) = stat {
                        table.set(row, "stat", Value::Str(stat));
                        keep(&mut table, row, "value", Kind::Float, raw, &mut rest);
                    }
                    table.set_extra(row, &std::mem::take(&mut rest));
                }
            }
            // An interval without metrics is a row as well.
            if bucket.metrics.is_empty() {
                let row = begin(&mut table, &entry.group, &bucket);
                table.set_extra(row, &std::mem::take(&mut rest));
            }
        }
        if !rest.is_empty() || table.rows() == before {
            let row = table.begin();
            entry.group.set(&mut table, row, "");
            table.set_extra(row, &rest);
        }
    }
    table
}

fn wide(report: &Aggregates, entries: &[Entry<'_>]) -> Loose {
    let dims = dimensions(report);
    let first = [("interval_start", Kind::Time), ("interval_end", Kind::Time)];
    let dims: Vec<&str> = dims.iter().map(String::as_str).chain(met(entries)).collect();
    let mut table = Loose::new(first.into_iter().chain(unique(dims.iter().map(|name| (*name, Kind::Str)))));
    for entry in entries {
        let mut rest = entry.rest.clone();
        let buckets = merged(entry.data.iter().map(|raw| bucket(raw)));
        for bucket in &buckets {
            join(&mut rest, &bucket.rest);
            let row = begin(&mut table, &entry.group, bucket);
            let mut bare = Vec::new();
            for metric in &bucket.metrics {
                join(&mut rest, &metric.rest);
                for (stat, raw) in &metric.stats {
                    let column = column(&metric.name, metric.qualifier.as_deref(), stat);
                    if !table.set_raw(row, &column, Kind::Float, raw) {
                        member(&mut rest, &column, raw);
                    }
                }
                if metric.stats.is_empty() && !metric.name.is_empty() {
                    bare.push(serde_json::json!({ "metric": metric.name, "qualifier": metric.qualifier }));
                }
            }
            // No statistic, no column: the names stay.
            if !bare.is_empty() {
                member(&mut rest, "metrics", &serde_json::Value::from(bare).to_string());
            }
            table.set_extra(row, &std::mem::take(&mut rest));
        }
        if !rest.is_empty() || buckets.is_empty() {
            let row = table.begin();
            entry.group.set(&mut table, row, "");
            table.set_extra(row, &rest);
        }
    }
    table
}

/// The same interval may come more than once in a group, each time with some of the metrics: a row is written once.
fn merged<'a>(buckets: impl Iterator<Item = Bucket<'a>>) -> Vec<Bucket<'a>> {
    let mut merged: Vec<Bucket<'a>> = Vec::new();
    let mut places: BTreeMap<(i64, i64), usize> = BTreeMap::new();
    for bucket in buckets {
        let interval = bucket.from.zip(bucket.to);
        match interval.and_then(|interval| places.get(&interval)).and_then(|nth| merged.get_mut(*nth)) {
            Some(first) => {
                first.metrics.extend(bucket.metrics);
                join(&mut first.rest, &bucket.rest);
            }
            None => {
                if let Some(interval) = interval {
                    places.insert(interval, merged.len());
                }
                merged.push(bucket);
            }
        }
    }
    merged
}

/// `n_offered`, `t_answered_count`, `t_answered_sum_ms`, `o_service_level_ratio`.
fn column(metric: &str, qualifier: Option<&str>, stat: &str) -> String {
    let name = match qualifier {
        Some(qualifier) => format!("{}_{}", snake(metric), qualifier.to_lowercase()),
        None => snake(metric),
    };
    let is = |letter: u8| metric.as_bytes().first() == Some(&letter);
    match stat {
        "count" if is(b'n') => name,
        "count" | "count_negative" | "count_positive" => format!("{name}_{stat}"),
        "ratio" | "numerator" | "denominator" | "target" => format!("{name}_{stat}"),
        _ if is(b't') => format!("{name}_{stat}_ms"),
        _ => format!("{name}_{stat}"),
    }
}

fn begin(table: &mut Loose, group: &Group<'_>, bucket: &Bucket<'_>) -> usize {
    let row = table.begin();
    group.set(table, row, "");
    for (name, at) in [("interval_start", bucket.from), ("interval_end", bucket.to)] {
        if let Some(at) = at {
            table.set(row, name, Value::Time(at));
        }
    }
    row
}

fn met<'e>(entries: &'e [Entry<'_>]) -> impl Iterator<Item = &'e str> {
    entries.iter().flat_map(|entry| entry.group.0.iter().map(|(name, _)| name.as_str()))
}

fn unique<'a>(columns: impl Iterator<Item = (&'a str, Kind)>) -> Vec<(&'a str, Kind)> {
    let mut found: Vec<(&str, Kind)> = Vec::new();
    for column in columns {
        if !found.contains(&column) {
            found.push(column);
        }
    }
    found
}

fn join(rest: &mut String, more: &str) {
    if !rest.is_empty() && !more.is_empty() {
        rest.push(',');
    }
    rest.push_str(more);
}

#[cfg(test)]
mod tests {
    use super::column;

    #[test]
    fn wide_columns_say_their_unit() {
        assert_eq!(column("nOffered", None, "count"), "n_offered");
        assert_eq!(column("tAnswered", None, "count"), "t_answered_count");
        assert_eq!(column("tAnswered", None, "sum"), "t_answered_sum_ms");
        assert_eq!(column("tAnswered", None, "p95"), "t_answered_p95_ms");
        assert_eq!(column("oServiceLevel", None, "ratio"), "o_service_level_ratio");
        assert_eq!(column("tSystemPresence", Some("AVAILABLE"), "sum"), "t_system_presence_available_sum_ms");
    }
}
