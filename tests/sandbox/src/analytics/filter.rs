//! Filters: predicates under `and` or `or`, in up to two levels.

use serde_json::Value;

use super::{only, vocabulary};
use crate::refusal::Refusal;
use crate::time::{Interval, parse_iso};

/// What a predicate asks.
#[derive(Clone, Debug)]
enum Test {
    Matches(String),
    Range { gt: Option<f64>, gte: Option<f64>, lt: Option<f64>, lte: Option<f64> },
    Exists,
    NotExists,
}

/// One predicate.
#[derive(Clone, Debug)]
struct Predicate {
    is_metric: bool,
    name: String,
    test: Test,
}

/// Predicates and groups of predicates.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    all: bool,
    predicates: Vec<Predicate>,
    clauses: Vec<Filter>,
}

/// The values a thing has for a name. A metric's value is a number as text.
pub(crate) trait Values {
    /// Values of a dimension.
    fn dimension(&self, name: &str) -> Vec<String>;
    /// Values of a metric.
    fn metric(&self, name: &str) -> Vec<f64>;
}

impl Filter {
    /// Reads a filter object. `kind` names the word lists: `conversation`, `segment`, ….
    pub(crate) fn read(body: &Value, kind: &str) -> Result<Self, Refusal> {
        Self::level(body, kind, 0)
    }

    /// Reads a filter whose predicates have nothing but `dimension` and `value`.
    pub(crate) fn read_plain(body: &Value, kind: &str) -> Result<Self, Refusal> {
        let clauses = body["clauses"].as_array().into_iter().flatten();
        for predicate in clauses.chain([body]).flat_map(|part| part["predicates"].as_array()).flatten() {
            only(predicate, "QueryPredicate", &["dimension", "value"])?;
        }
        Self::read(body, kind)
    }

    fn level(body: &Value, kind: &str, depth: usize) -> Result<Self, Refusal> {
        only(body, "QueryFilter", &["type", "clauses", "predicates"])?;
        let all = match body["type"].as_str() {
            Some("and") => true,
            Some("or") => false,
            Some(other) => return Err(Refusal::value(other, "type", &["and", "or"])),
            None => return Err(Refusal::bad("The type of a filter is required: and, or.")),
        };
        let list = |name: &str| body[name].as_array().cloned().unwrap_or_default();
        let predicates = list("predicates").iter().map(|p| Predicate::read(p, kind)).collect::<Result<Vec<_>, _>>()?;
        let clauses = list("clauses");
        if depth > 0 && !clauses.is_empty() {
            return Err(Refusal::bad("Clauses may not be nested in clauses."));
        }
        let clauses = clauses.iter().map(|c| Self::level(c, kind, depth + 1)).collect::<Result<Vec<_>, _>>()?;
        if predicates.is_empty() && clauses.is_empty() {
            return Err(Refusal::bad("A filter must have at least one predicate or clause."));
        }
        Ok(Self { all, predicates, clauses })
    }

    /// Whether something passes.
    pub(crate) fn passes(&self, values: &dyn Values) -> bool {
        let mut results = self.predicates.iter().map(|predicate| predicate.holds(values));
        let mut groups = self.clauses.iter().map(|clause| clause.passes(values));
        if self.all {
            results.all(|yes| yes) && groups.all(|yes| yes)
        } else {
            results.any(|yes| yes) || groups.any(|yes| yes)
        }
    }

    /// The values the filter asks a dimension to match, wherever it does.
    pub(crate) fn asked(&self, dimension: &str) -> Vec<String> {
        let own = self.predicates.iter().filter(|p| !p.is_metric && p.name == dimension);
        let own = own.filter_map(|p| match &p.test {
            Test::Matches(value) => Some(value.clone()),
            _ => None,
        });
        own.chain(self.clauses.iter().flat_map(|clause| clause.asked(dimension))).collect()
    }
}

impl Predicate {
    fn read(body: &Value, kind: &str) -> Result<Self, Refusal> {
        const KINDS: [&str; 3] = ["dimension", "property", "metric"];
        let known = ["type", "dimension", "propertyType", "property", "metric", "operator", "value", "range"];
        only(body, "QueryPredicate", &known)?;
        if let Some(of) = body["type"].as_str().filter(|of| !KINDS.contains(of)) {
            return Err(Refusal::value(of, "type", &KINDS));
        }
        let (is_metric, name) = match (body["dimension"].as_str(), body["metric"].as_str(), body["property"].as_str()) {
            (Some(name), _, _) => (false, name),
            (_, Some(name), _) => (true, name),
            (_, _, Some(name)) => (false, name),
            _ => return Err(Refusal::bad("A predicate must name a dimension, a property or a metric.")),
        };
        if body["property"].is_null() {
            let list = format!("{kind}.{}", if is_metric { "metric" } else { "dimension" });
            vocabulary::check(name, &list, if is_metric { "metric" } else { "dimension" })?;
        }
        let test = match body["operator"].as_str().unwrap_or("matches") {
            "exists" => Test::Exists,
            "notExists" => Test::NotExists,
            "matches" => Self::matches(body)?,
            other => return Err(Refusal::value(other, "operator", &["matches", "exists", "notExists"])),
        };
        Ok(Self { is_metric, name: name.to_string(), test })
    }

    fn matches(body: &Value) -> Result<Test, Refusal> {
        match (&body["value"], body["range"].as_object()) {
            (Value::String(value), _) => Ok(Test::Matches(value.clone())),
            (Value::Null, Some(range)) => {
                only(&body["range"], "NumericRange", &["gt", "gte", "lt", "lte"])?;
                let bound = |name: &str| match range.get(name).filter(|bound| !bound.is_null()) {
                    None => Ok(None),
                    Some(bound) => match bound.as_f64() {
                        Some(number) => Ok(Some(number)),
                        None => Err(Refusal::value(&bound.to_string(), name, &["a number"])),
                    },
                };
                Ok(Test::Range { gt: bound("gt")?, gte: bound("gte")?, lt: bound("lt")?, lte: bound("lte")? })
            }
            (Value::Null, None) => Err(Refusal::bad("A predicate that matches must have a value or a range.")),
            (other, _) => Ok(Test::Matches(other.to_string())),
        }
    }

    fn holds(&self, values: &dyn Values) -> bool {
        if self.is_metric {
            let found = values.metric(&self.name);
            return match &self.test {
                Test::Exists => !found.is_empty(),
                Test::NotExists => found.is_empty(),
                Test::Matches(wanted) => found.iter().any(|value| wanted.parse() == Ok(*value)),
                range => found.iter().any(|value| range.holds_number(*value)),
            };
        }
        let found = values.dimension(&self.name);
        match &self.test {
            Test::Exists => !found.is_empty(),
            Test::NotExists => found.is_empty(),
            Test::Matches(wanted) => found.iter().any(|value| same(value, wanted)),
            range => found.iter().filter_map(|value| value.parse().ok()).any(|value| range.holds_number(value)),
        }
    }
}

impl Test {
    fn holds_number(&self, value: f64) -> bool {
        let Self::Range { gt, gte, lt, lte } = self else { return false };
        gt.is_none_or(|bound| value > bound)
            && gte.is_none_or(|bound| value >= bound)
            && lt.is_none_or(|bound| value < bound)
            && lte.is_none_or(|bound| value <= bound)
    }
}

/// Words match without regard to case; a date matches a date or an interval it lies in.
fn same(value: &str, wanted: &str) -> bool {
    if value.eq_ignore_ascii_case(wanted) {
        return true;
    }
    if !value.ends_with('Z') {
        return false;
    }
    match (parse_iso(value), Interval::parse(wanted)) {
        (Some(at), Some(interval)) => (interval.start..interval.end).contains(&at),
        (Some(at), None) => parse_iso(wanted) == Some(at),
        _ => false,
    }
}
