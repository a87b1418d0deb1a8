//! Filters: predicates under `and` or `or`, in up to two levels.

use serde_json::Value;

use super::shape::{self, Range};
use super::vocabulary;
use crate::refusal::Refusal;
use crate::time::{Interval, parse_iso};

/// What a predicate asks.
#[derive(Clone, Debug)]
enum Test {
    Matches(String),
    Within(Range),
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

/// Values of a grouping, in the order asked; absent where a thing has none.
pub(super) type Group = Vec<Option<String>>;

/// The groups a thing counts for: several when a dimension has several values, unless they are joined.
pub(super) fn groups(thing: &dyn Values, group_by: &[String], is_joined: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = vec![Vec::new()];
    for dimension in group_by {
        let values = thing.dimension(dimension);
        let values: Vec<Option<String>> = match values.len() {
            0 => vec![None],
            _ if is_joined => vec![Some(values.join(","))],
            _ => values.into_iter().map(Some).collect(),
        };
        groups = groups
            .into_iter()
            .flat_map(|group| values.iter().map(move |value| [group.clone(), vec![value.clone()]].concat()))
            .collect();
    }
    groups
}

impl Filter {
    /// Reads a filter object. `kind` names the word lists: `conversation`, `segment`, ….
    pub(crate) fn read(body: &Value, kind: &str) -> Result<Self, Refusal> {
        Self::level(body, kind, 0)
    }

    /// Reads a list of filters; none where there is no such member.
    pub(crate) fn read_all(body: &Value, member: &str, kind: &str) -> Result<Vec<Self>, Refusal> {
        body[member].as_array().into_iter().flatten().map(|filter| Self::read(filter, kind)).collect()
    }

    fn level(body: &Value, kind: &str, depth: usize) -> Result<Self, Refusal> {
        shape::check(body, "QueryFilter", &["type", "clauses", "predicates"])?;
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

/// The members a predicate of a kind has.
fn members(kind: &str) -> &'static [&'static str] {
    const ALL: [&str; 8] = ["propertyType", "property", "dimension", "type", "operator", "value", "range", "metric"];
    match kind {
        "segment" => &ALL,
        "conversation" | "evaluation" | "survey" => &ALL[2..],
        "resolution" => &ALL[3..],
        "agent-state" | "agent-session" | "workitem-observation" => &["dimension", "value"],
        _ if kind.ends_with("-activity") => &ALL[2..6],
        _ => &ALL[2..7],
    }
}

impl Predicate {
    fn read(body: &Value, kind: &str) -> Result<Self, Refusal> {
        const KINDS: [&str; 3] = ["dimension", "property", "metric"];
        const TYPES: [&str; 5] = ["bool", "integer", "real", "date", "string"];
        shape::check(body, "QueryPredicate", members(kind))?;
        for (member, known) in [("type", &KINDS[..]), ("propertyType", &TYPES)] {
            if let Some(word) = body[member].as_str().filter(|word| !known.contains(word)) {
                return Err(Refusal::value(word, member, known));
            }
        }
        let mut named = KINDS.into_iter().filter_map(|of| Some((of, body[of].as_str()?)));
        let (of, name) = match (named.next(), named.next()) {
            (Some(one), None) => one,
            (None, _) => return Err(Refusal::bad("A predicate must name a dimension, a property or a metric.")),
            _ => return Err(Refusal::bad("A predicate may name one thing: a dimension, a property or a metric.")),
        };
        if let Some(told) = body["type"].as_str().filter(|told| *told != of) {
            return Err(Refusal::bad(format!("A predicate of type {told} must name a {told}, not a {of}.")));
        }
        if of != "property" {
            vocabulary::check(name, &format!("{kind}.{of}"), of)?;
        }
        let test = match body["operator"].as_str().unwrap_or("matches") {
            "exists" => Test::Exists,
            "notExists" => Test::NotExists,
            "matches" => Self::matches(body)?,
            other => return Err(Refusal::value(other, "operator", &["matches", "exists", "notExists"])),
        };
        Ok(Self { is_metric: of == "metric", name: name.to_string(), test })
    }

    fn matches(body: &Value) -> Result<Test, Refusal> {
        match (body["value"].as_str(), &body["range"]) {
            (Some(value), Value::Null) => Ok(Test::Matches(value.to_string())),
            (Some(_), _) => Err(Refusal::bad("A predicate may have a value or a range, not both.")),
            (None, Value::Null) => Err(Refusal::bad("A predicate that matches must have a value or a range.")),
            (None, range) => Range::read(range, "NumericRange", &["gt", "gte", "lt", "lte"]).map(Test::Within),
        }
    }

    fn holds(&self, values: &dyn Values) -> bool {
        if self.is_metric {
            let found = values.metric(&self.name);
            return match &self.test {
                Test::Exists => !found.is_empty(),
                Test::NotExists => found.is_empty(),
                Test::Matches(wanted) => found.iter().any(|value| wanted.parse() == Ok(*value)),
                Test::Within(range) => found.iter().any(|value| range.holds(*value)),
            };
        }
        let found = values.dimension(&self.name);
        match &self.test {
            Test::Exists => !found.is_empty(),
            Test::NotExists => found.is_empty(),
            Test::Matches(wanted) => found.iter().any(|value| same(value, wanted)),
            Test::Within(range) => found.iter().filter_map(|value| value.parse().ok()).any(|value| range.holds(value)),
        }
    }
}

/// Words match without regard to case; a date matches a date or an interval it lies in.
fn same(value: &str, wanted: &str) -> bool {
    if value.eq_ignore_ascii_case(wanted) || !value.is_ascii() && value.to_lowercase() == wanted.to_lowercase() {
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
