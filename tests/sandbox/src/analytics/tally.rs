//! `aggregations` of a details query: how many of the things it found have each value, or a number in each range.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::filter::Values;
use super::shape::{self, Range};
use super::vocabulary;
use crate::refusal::Refusal;

const KINDS: [&str; 2] = ["termFrequency", "numericRange"];

/// How many terms are told unless asked for.
const USUAL_SIZE: usize = 10;

/// An aggregation and what it has counted so far.
pub(super) struct Tally {
    counts: Counts,
    things: usize,
}

enum Counts {
    Terms {
        dimension: String,
        size: usize,
        found: BTreeMap<String, usize>,
    },
    /// Each range with how it was written.
    Ranges {
        metric: String,
        found: Vec<(Range, Value, usize)>,
    },
}

impl Tally {
    /// Reads a list of aggregations, over words that filters of these kinds know.
    pub(super) fn read_all(body: &Value, member: &str, kinds: &[&str]) -> Result<Vec<Self>, Refusal> {
        body[member].as_array().into_iter().flatten().map(|one| Self::read(one, kinds)).collect()
    }

    fn read(body: &Value, kinds: &[&str]) -> Result<Self, Refusal> {
        shape::check(body, "AnalyticsQueryAggregation", &["type", "dimension", "metric", "size", "ranges"])?;
        let size = shape::at_least_one(body, "size")?.unwrap_or(USUAL_SIZE);
        let word = |member: &str| {
            let Some(word) = body[member].as_str() else {
                return Err(Refusal::bad(format!("An aggregation of this type must have a {member}.")));
            };
            let known: Vec<&str> =
                kinds.iter().flat_map(|kind| vocabulary::words(&format!("{kind}.{member}"))).collect();
            if known.contains(&word) { Ok(word.to_string()) } else { Err(Refusal::value(word, member, &known)) }
        };
        let counts = match body["type"].as_str() {
            Some("termFrequency") => Counts::Terms { dimension: word("dimension")?, size, found: BTreeMap::new() },
            Some("numericRange") => {
                let ranges = body["ranges"].as_array().map(Vec::as_slice).unwrap_or_default();
                if ranges.is_empty() {
                    return Err(Refusal::bad("An aggregation of this type must have ranges."));
                }
                let found = ranges.iter().map(|range| Ok((Range::half_open(range)?, range.clone(), 0)));
                Counts::Ranges { metric: word("metric")?, found: found.collect::<Result<_, Refusal>>()? }
            }
            Some(other) => return Err(Refusal::value(other, "type", &KINDS)),
            None => return Err(Refusal::bad(format!("The type of an aggregation is required: {}.", KINDS.join(", ")))),
        };
        Ok(Self { counts, things: 0 })
    }

    /// Counts a thing: once for each of its values.
    pub(super) fn add(&mut self, thing: &dyn Values) {
        self.things += 1;
        match &mut self.counts {
            Counts::Terms { dimension, found, .. } => {
                let values: BTreeSet<String> = thing.dimension(dimension).into_iter().collect();
                values.into_iter().for_each(|value| *found.entry(value).or_default() += 1);
            }
            Counts::Ranges { metric, found } => {
                let values = thing.metric(metric);
                for (range, _, count) in found {
                    *count += usize::from(values.iter().any(|value| range.holds(*value)));
                }
            }
        }
    }

    /// The result: the most frequent terms first, ranges as they were asked for.
    pub(super) fn told(self) -> Value {
        match self.counts {
            Counts::Terms { dimension, size, found } => {
                let mut found: Vec<(String, usize)> = found.into_iter().collect();
                found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
                let rows = found.into_iter().take(size).map(|(value, count)| json!({"count": count, "value": value}));
                let rows: Vec<Value> = rows.collect();
                json!({"type": "termFrequency", "dimension": dimension, "count": self.things, "results": rows})
            }
            Counts::Ranges { metric, found } => {
                let rows = found.into_iter().map(|(_, range, count)| {
                    let mut row = json!({"count": count});
                    for bound in ["gte", "lt"].into_iter().filter(|bound| !range[*bound].is_null()) {
                        row[bound] = range[bound].clone();
                    }
                    row
                });
                let rows: Vec<Value> = rows.collect();
                json!({"type": "numericRange", "metric": metric, "count": self.things, "results": rows})
            }
        }
    }
}
