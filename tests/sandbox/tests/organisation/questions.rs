//! Filters at random, and what they leave: a second reading of the rules, beside the sandbox's own.

use std::collections::BTreeMap;

use pegcount_sandbox::time::{HOUR, Interval, parse_iso};
use serde_json::{Value, json};

use crate::caller::Chance;

/// What a thing can be grouped and filtered by, and the metrics it can be filtered by.
pub(crate) type Dimensions = BTreeMap<&'static str, Vec<String>>;

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

/// The words of a list of `data/vocabulary.tsv`; none where there is no list.
pub(crate) fn words(list: &str) -> Vec<&'static str> {
    let mut lines = include_str!("../../data/vocabulary.tsv").lines().filter_map(|line| line.split_once('\t'));
    lines.find(|(name, _)| *name == list).map(|(_, words)| words.split(' ').collect()).unwrap_or_default()
}

/// How a filter writes a value.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(is_so) => Some(is_so.to_string()),
        Value::Number(number) => Some(number.as_i64().map_or(number.as_f64()?.to_string(), |whole| whole.to_string())),
        _ => None,
    }
}

/// Some members of JSON objects, each value once; what is asked for by one of them may be told as a list, `…s`.
pub(crate) fn pick<'v>(of: impl IntoIterator<Item = &'v Value> + Clone, names: &[&'static str]) -> Dimensions {
    let values = |name: &'static str| {
        let several = format!("{name}s");
        let mut values: Vec<String> = Vec::new();
        for object in of.clone() {
            let list = object[several.as_str()].as_array().or(object[name].as_array());
            for one in list.map_or(std::slice::from_ref(&object[name]), Vec::as_slice).iter().filter_map(written) {
                if !values.contains(&one) {
                    values.push(one);
                }
            }
        }
        values
    };
    names.iter().map(|name| (*name, values(name))).filter(|(_, values)| !values.is_empty()).collect()
}

/// Whether a word is a metric's, as `tTalk` is and `teamId` is not.
fn is_metric(word: &str) -> bool {
    word.starts_with(['n', 't', 'o']) && word[1..].starts_with(char::is_uppercase)
}

/// A range of one bound or two about a number, at it or beside it.
fn range(chance: &mut Chance, number: f64) -> Value {
    let mut range = json!({});
    let sides = 1 + chance.below(3);
    for (side, bounds, sign) in [(1, ["gt", "gte"], -1.0), (2, ["lt", "lte"], 1.0)] {
        if sides & side != 0 {
            range[*chance.pick(&bounds)] = json!(number + sign * *chance.pick(&[0.0, 0.5, 1.0, 60_000.0]));
        }
    }
    range
}

/// What may be asked for: words, whether by ranges, and of what.
#[derive(Clone, Copy)]
pub(crate) struct Words<'a> {
    pub(crate) names: &'a [&'static str],
    pub(crate) has_ranges: bool,
    pub(crate) things: &'a [&'a Dimensions],
}

impl Words<'_> {
    /// A predicate on something that occurs; now and then in capitals, which match as well, or by what a value lies in.
    fn predicate(&self, chance: &mut Chance) -> Value {
        let name = *chance.pick(self.names);
        let kind = if is_metric(name) { "metric" } else { "dimension" };
        let mut made = json!({"type": kind, kind: name});
        let having: Vec<&&Dimensions> = self.things.iter().filter(|thing| thing.contains_key(name)).collect();
        match chance.below(5) {
            0 => made["operator"] = json!("exists"),
            1 => made["operator"] = json!("notExists"),
            _ if having.is_empty() => made["value"] = json!("nobody's"),
            nth => {
                let thing = *chance.pick(&having);
                let value = chance.pick(&thing[name]).clone();
                match (value.parse(), parse_iso(&value)) {
                    (Ok(number), _) if self.has_ranges && nth > 2 => made["range"] = range(chance, number),
                    (_, Some(at)) if nth == 3 => {
                        let before = chance.below(HOUR as usize) as i64;
                        let interval = Interval { start: at - before, end: at + chance.below(2) as i64 * HOUR + 1 };
                        made["value"] = json!(interval.text());
                    }
                    _ => made["value"] = json!(if nth == 2 { value.to_uppercase() } else { value }),
                }
            }
        }
        made
    }

    /// A filter with predicates, clauses, or both.
    pub(crate) fn filter(&self, chance: &mut Chance) -> Value {
        let kind = |chance: &mut Chance| *chance.pick(&["and", "or"]);
        let some = |chance: &mut Chance| (0..=chance.below(2)).map(|_| self.predicate(chance)).collect::<Vec<_>>();
        let mut made = json!({"type": kind(chance)});
        let shape = chance.below(3);
        if shape != 0 {
            made["predicates"] = json!(some(chance));
        }
        if shape != 1 {
            let clauses = 0..=chance.below(2);
            let clauses = clauses.map(|_| json!({"type": kind(chance), "predicates": some(chance)}));
            made["clauses"] = clauses.collect();
        }
        made
    }
}

/// A filter without ranges.
pub(crate) fn filter(chance: &mut Chance, names: &[&'static str], things: &[&Dimensions]) -> Value {
    Words { names, has_ranges: false, things }.filter(chance)
}

fn is_within(range: &Value, value: &str) -> bool {
    let Ok(value) = value.parse::<f64>() else { return false };
    let holds = |(bound, limit): (&String, &Value)| match (bound.as_str(), limit.as_f64().unwrap()) {
        ("gt", limit) => value > limit,
        ("gte", limit) => value >= limit,
        ("lt", limit) => value < limit,
        (_, limit) => value <= limit,
    };
    range.as_object().unwrap().iter().all(holds)
}

fn matches(value: &str, wanted: &str) -> bool {
    match (parse_iso(value), Interval::parse(wanted)) {
        (Some(at), Some(interval)) => interval.start <= at && at < interval.end,
        _ => value.to_lowercase() == wanted.to_lowercase(),
    }
}

/// Whether a filter, if there is one, leaves a thing.
pub(crate) fn passes(filter: &Value, dimensions: &Dimensions) -> bool {
    let holds = |predicate: &Value| {
        let name = predicate["dimension"].as_str().or(predicate["metric"].as_str()).unwrap();
        let values = dimensions.get(name);
        match (predicate["operator"].as_str(), predicate["value"].as_str()) {
            (Some("exists"), _) => values.is_some(),
            (Some("notExists"), _) => values.is_none(),
            (_, Some(wanted)) => values.is_some_and(|values| values.iter().any(|value| matches(value, wanted))),
            _ => values.is_some_and(|values| values.iter().any(|value| is_within(&predicate["range"], value))),
        }
    };
    let list = |name: &str| filter[name].as_array().cloned().unwrap_or_default();
    let mut all: Vec<bool> = list("predicates").iter().map(holds).collect();
    all.extend(list("clauses").iter().map(|clause| passes(clause, dimensions)));
    filter.is_null() || if filter["type"] == "and" { all.iter().all(|one| *one) } else { all.iter().any(|one| *one) }
}

/// Every way to take one value of each dimension; none of what has none.
pub(crate) fn groups(group_by: &[&str], dimensions: &Dimensions) -> Vec<Vec<String>> {
    group_by.iter().fold(vec![Vec::new()], |groups, name| {
        let none = [String::new()];
        let values = dimensions.get(*name).map_or(&none[..], Vec::as_slice);
        let with = |value: &String, group: &Vec<String>| [&group[..], std::slice::from_ref(value)].concat();
        groups.iter().flat_map(|group| values.iter().map(move |value| with(value, group))).collect()
    })
}
