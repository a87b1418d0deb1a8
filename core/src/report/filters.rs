//! `where`: one flat map of dimension to wish, compiled to the filters of the API.
//!
//! A wish is a value, a list of values (any of them), `{"exists": true}` or a range `{"gte": 1000}`. Several
//! dimensions must all hold.

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};
use crate::json::object;
use crate::lint::vocabulary as words;
use crate::lint::{Findings, names};

/// One of the filters of a details query, and what it may hold.
struct Filter {
    key: &'static str,
    dimensions: &'static [&'static str],
    metrics: &'static [&'static str],
}

/// In the order in which a dimension that several know is looked for.
const DETAILS: &[Filter] = &[
    Filter {
        key: "conversationFilters",
        dimensions: words::DETAIL_CONVERSATION,
        metrics: words::DETAIL_CONVERSATION_METRICS,
    },
    Filter { key: "segmentFilters", dimensions: words::DETAIL_SEGMENT, metrics: words::DETAIL_SEGMENT_METRICS },
    Filter {
        key: "evaluationFilters",
        dimensions: words::DETAIL_EVALUATION,
        metrics: words::DETAIL_EVALUATION_METRICS,
    },
    Filter { key: "surveyFilters", dimensions: words::DETAIL_SURVEY, metrics: words::DETAIL_SURVEY_METRICS },
    Filter { key: "resolutionFilters", dimensions: &[], metrics: words::DETAIL_RESOLUTION_METRICS },
];

/// The filters of a details query, by their key in the body. Filters of the user's own are kept beside them.
pub(super) fn details(
    wishes: &Map<String, Value>,
    body: &mut Map<String, Value>,
    findings: &mut Findings,
) -> Result<(), Error> {
    let mut compiled: Vec<(&'static str, Compiled)> = Vec::new();
    for (name, wish) in wishes {
        let known = DETAILS.iter().find_map(|filter| {
            let kind = subject(name, filter.dimensions, filter.metrics)?;
            Some((filter.key, kind))
        });
        let (key, kind) = match known {
            Some(known) => known,
            None => {
                let all = DETAILS.iter().flat_map(|filter| filter.dimensions.iter().chain(filter.metrics).copied());
                findings.doubt(names::unknown(ErrorKind::QueryDimension, "dimension", name, all))?;
                // Most dimensions are those of segments: the likeliest place of one that is not listed yet.
                ("segmentFilters", "dimension")
            }
        };
        let position = compiled.iter().position(|(found, _)| *found == key).unwrap_or_else(|| {
            compiled.push((key, Compiled::default()));
            compiled.len() - 1
        });
        if let Some((_, filter)) = compiled.get_mut(position) {
            filter.add(kind, name, wish)?;
        }
    }
    for (key, filter) in compiled {
        let list = body.entry(key).or_insert_with(|| Value::Array(Vec::new()));
        match list {
            Value::Array(list) => list.push(filter.into_value()),
            _ => return Err(Error::new(ErrorKind::QueryBody, format!("`{key}` of the query body is not a list"))),
        }
    }
    Ok(())
}

/// The single filter of aggregates and observations.
pub(super) fn single(
    wishes: &Map<String, Value>,
    dimensions: &[&[&'static str]],
    findings: &mut Findings,
) -> Result<Option<Value>, Error> {
    let mut filter = Compiled::default();
    for (name, wish) in wishes {
        let all = || dimensions.iter().flat_map(|list| list.iter().copied());
        if !all().any(|known| known == name) {
            findings.doubt(names::unknown(ErrorKind::QueryDimension, "dimension", name, all()))?;
        }
        filter.add("dimension", name, wish)?;
    }
    Ok(if wishes.is_empty() { None } else { Some(filter.into_value()) })
}

fn subject(name: &str, dimensions: &[&str], metrics: &[&str]) -> Option<&'static str> {
    match (dimensions.contains(&name), metrics.contains(&name)) {
        (true, _) => Some("dimension"),
        (_, true) => Some("metric"),
        _ => None,
    }
}

#[derive(Default)]
struct Compiled {
    predicates: Vec<Value>,
    clauses: Vec<Value>,
}

impl Compiled {
    fn add(&mut self, kind: &str, name: &str, wish: &Value) -> Result<(), Error> {
        match wish {
            Value::Array(values) if values.is_empty() => {
                Err(refuse(name, "has an empty list: it would match nothing").remedy("leave it out, or list values"))
            }
            Value::Array(values) => {
                let mut any = Vec::new();
                for value in values {
                    any.push(predicate(kind, name, value)?);
                }
                self.clauses.push(object! {"type": "or", "predicates": any});
                Ok(())
            }
            wish => predicate(kind, name, wish).map(|predicate| self.predicates.push(predicate)),
        }
    }

    fn into_value(self) -> Value {
        let mut filter = Map::new();
        filter.insert("type".to_owned(), "and".into());
        if !self.clauses.is_empty() {
            filter.insert("clauses".to_owned(), self.clauses.into());
        }
        if !self.predicates.is_empty() {
            filter.insert("predicates".to_owned(), self.predicates.into());
        }
        Value::Object(filter)
    }
}

/// Any of these values of one dimension.
pub(crate) fn any_of(dimension: &str, values: &[String]) -> Value {
    let any: Vec<Value> = values
        .iter()
        .map(|value| object! {"type": "dimension", "dimension": dimension, "operator": "matches", "value": value.as_str()})
        .collect();
    object! {"type": "or", "predicates": any}
}

fn predicate(kind: &str, name: &str, wish: &Value) -> Result<Value, Error> {
    let operator = |operator: &str| object! {"type": kind, kind: name, "operator": operator};
    let with = |key: &str, value: Value| {
        let mut made = operator("matches");
        if let Value::Object(map) = &mut made {
            map.insert(key.to_owned(), value);
        }
        made
    };
    match wish {
        Value::String(text) if text.is_empty() => Err(refuse(name, "has an empty value")),
        Value::String(text) => Ok(with("value", text.as_str().into())),
        // The model's `value` is a string.
        Value::Number(number) => Ok(with("value", number.to_string().into())),
        Value::Bool(value) => Ok(with("value", value.to_string().into())),
        Value::Object(map) => match map.get("exists") {
            Some(Value::Bool(exists)) if map.len() == 1 => Ok(operator(if *exists { "exists" } else { "notExists" })),
            Some(_) => Err(refuse(name, "is not understood").remedy("write {\"exists\": true} or {\"exists\": false}")),
            None => range(name, map).map(|range| with("range", range)),
        },
        Value::Null => Err(refuse(name, "has no value").remedy("write {\"exists\": false} for what is not set")),
        Value::Array(_) => Err(refuse(name, "has a list within a list")),
    }
}

/// `NumericRange` of the public API definition.
fn range(name: &str, map: &Map<String, Value>) -> Result<Value, Error> {
    let known = |key: &str| matches!(key, "gt" | "gte" | "lt" | "lte");
    if let Some(key) = map.keys().find(|key| !known(key)) {
        let why = format!("has an unknown condition `{key}`");
        return Err(refuse(name, &why).remedy(
            "write a value, a list of values, exists, gt, gte, lt or lte: the API has no other, and no `not`",
        ));
    }
    if map.is_empty() || map.values().any(|value| !value.is_number()) {
        return Err(refuse(name, "has a range that is not of numbers"));
    }
    Ok(Value::Object(map.clone()))
}

fn refuse(name: &str, why: &str) -> Error {
    Error::new(ErrorKind::QueryDimension, format!("`{name}` in `where` {why}"))
}

#[cfg(test)]
mod tests;
