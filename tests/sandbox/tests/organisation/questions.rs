//! Filters at random, and what they leave: a second reading of the rules, beside the sandbox's own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::caller::Chance;

/// What a thing can be grouped and filtered by.
pub(crate) type Dimensions = BTreeMap<&'static str, Vec<String>>;

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

/// Some members of JSON objects, each value once.
pub(crate) fn pick<'v>(of: impl IntoIterator<Item = &'v Value> + Clone, names: &[&'static str]) -> Dimensions {
    let values = |name: &'static str| {
        let mut values: Vec<String> = Vec::new();
        for value in of.clone() {
            let several = value[name].as_array().map_or(std::slice::from_ref(&value[name]), Vec::as_slice);
            for one in several.iter().filter_map(Value::as_str) {
                if !values.iter().any(|known| known == one) {
                    values.push(one.to_string());
                }
            }
        }
        values
    };
    names.iter().map(|name| (*name, values(name))).filter(|(_, values)| !values.is_empty()).collect()
}

/// A predicate on something that occurs; now and then in capitals, which match as well.
fn predicate(chance: &mut Chance, names: &[&'static str], things: &[&Dimensions]) -> Value {
    let name = *chance.pick(names);
    let having: Vec<&&Dimensions> = things.iter().filter(|thing| thing.contains_key(name)).collect();
    match chance.below(5) {
        0 => json!({"type": "dimension", "dimension": name, "operator": "exists"}),
        1 => json!({"type": "dimension", "dimension": name, "operator": "notExists"}),
        _ if having.is_empty() => json!({"type": "dimension", "dimension": name, "value": "nobody's"}),
        nth => {
            let thing = *chance.pick(&having);
            let value = chance.pick(&thing[name]).clone();
            let value = if nth == 2 { value.to_uppercase() } else { value };
            json!({"type": "dimension", "dimension": name, "value": value})
        }
    }
}

/// A filter with predicates, clauses, or both.
pub(crate) fn filter(chance: &mut Chance, names: &[&'static str], things: &[&Dimensions]) -> Value {
    let kind = |chance: &mut Chance| *chance.pick(&["and", "or"]);
    let some =
        |chance: &mut Chance| (0..=chance.below(2)).map(|_| predicate(chance, names, things)).collect::<Vec<_>>();
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

/// Whether a filter, if there is one, leaves a thing.
pub(crate) fn passes(filter: &Value, dimensions: &Dimensions) -> bool {
    let holds = |predicate: &Value| {
        let values = dimensions.get(predicate["dimension"].as_str().unwrap());
        let wanted = text(&predicate["value"]).to_lowercase();
        match predicate["operator"].as_str() {
            Some("exists") => values.is_some(),
            Some("notExists") => values.is_none(),
            _ => values.is_some_and(|values| values.iter().any(|value| value.to_lowercase() == wanted)),
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
