//! `POST transcripts/search`: which transcripts there are, by when, where and what.

use serde_json::{Map, Value, json};

use super::talk::phrases;
use super::transcript::media_of;
use super::{Answer, transcribed};
use crate::analytics::{only, strings};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{DAY, Interval, iso, parse_iso};
use crate::traffic::Place;
use crate::uuid::Uuid;

/// How far back is looked where no time is given.
const USUAL: i64 = 7 * DAY;

/// The longest stretch that is looked through.
const LONGEST: i64 = 31 * DAY;

/// What can be asked for, and is told.
const FIELDS: [&str; 7] = [
    "conversationId",
    "communicationId",
    "mediaType",
    "conversationStartTime",
    "conversationEndTime",
    "language",
    "text",
];

/// What a criterion asks.
enum Test {
    /// One of these values.
    Exact(Vec<String>),
    /// All these words, one after the other.
    Phrase(String),
    /// A time.
    Between(i64, i64),
    /// Criteria of its own.
    Group(Vec<Criterion>),
}

/// How a criterion goes with the others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    And,
    Or,
    Not,
}

struct Criterion {
    operator: Operator,
    fields: Vec<String>,
    test: Test,
}

/// A transcript, as far as it can be asked about.
struct Found {
    row: Map<String, Value>,
    start: i64,
    text: String,
}

impl Criterion {
    fn read(body: &Value) -> Result<Self, Refusal> {
        const KNOWN: [&str; 9] =
            ["endValue", "values", "startValue", "value", "operator", "group", "dateFormat", "type", "fields"];
        only(body, "TranscriptSearchCriteria", &KNOWN)?;
        let fields = strings(body, "fields");
        if let Some(unknown) = fields.iter().find(|field| !FIELDS.contains(&field.as_str())) {
            return Err(Refusal::value(unknown, "fields", &FIELDS));
        }
        let operator = match body["operator"].as_str() {
            None | Some("AND") => Operator::And,
            Some("OR") => Operator::Or,
            Some("NOT") => Operator::Not,
            Some(other) => return Err(Refusal::value(other, "operator", &["AND", "OR", "NOT"])),
        };
        let mut values = strings(body, "values");
        values.extend(body["value"].as_str().map(String::from));
        let at = |name: &str| body[name].as_str().and_then(parse_iso).ok_or_else(Refusal::date);
        let group = body["group"].as_array().map(Vec::as_slice).unwrap_or_default();
        let test = match body["type"].as_str() {
            _ if !group.is_empty() => Test::Group(group.iter().map(Self::read).collect::<Result<_, _>>()?),
            Some("EXACT") => Test::Exact(values),
            Some("PHRASE" | "EXACT_PHRASE") => Test::Phrase(values.join(" ").to_lowercase()),
            Some("DATE_RANGE") => Test::Between(at("startValue")?, at("endValue")?),
            Some("GREATER_THAN") => Test::Between(at("value")? + 1, i64::MAX),
            Some("LESS_THAN") => Test::Between(i64::MIN, at("value")? - 1),
            other => {
                let known = ["EXACT", "EXACT_PHRASE", "PHRASE", "DATE_RANGE", "GREATER_THAN", "LESS_THAN"];
                return Err(Refusal::value(other.unwrap_or("null"), "type", &known));
            }
        };
        Ok(Self { operator, fields, test })
    }

    fn holds(&self, found: &Found) -> bool {
        let mut values = self.fields.iter().map(|field| (field, found.row.get(field).and_then(Value::as_str)));
        match &self.test {
            Test::Exact(wanted) => {
                values.any(|(_, value)| value.is_some_and(|value| wanted.iter().any(|one| one == value)))
            }
            Test::Phrase(words) => values.any(|(field, value)| match field.as_str() {
                "text" => found.text.contains(words),
                _ => value.is_some_and(|value| value.to_lowercase().contains(words)),
            }),
            Test::Between(from, until) => {
                values.any(|(_, value)| value.and_then(parse_iso).is_some_and(|at| *from <= at && at <= *until))
            }
            Test::Group(criteria) => passes(criteria, found),
        }
    }
}

/// All that must hold hold, one of those that may, and none that must not.
fn passes(criteria: &[Criterion], found: &Found) -> bool {
    let of = |operator: Operator| criteria.iter().filter(move |criterion| criterion.operator == operator);
    let may = of(Operator::Or).count() == 0 || of(Operator::Or).any(|criterion| criterion.holds(found));
    may && of(Operator::And).all(|criterion| criterion.holds(found)) && !of(Operator::Not).any(|c| c.holds(found))
}

/// The time in which conversations must begin, where that is asked for.
fn span(criteria: &[Criterion], now: i64) -> Result<(i64, i64), Refusal> {
    let begins = |criterion: &&Criterion| {
        criterion.operator == Operator::And && criterion.fields.iter().any(|field| field == "conversationStartTime")
    };
    let times = criteria.iter().filter(begins).filter_map(|criterion| match criterion.test {
        Test::Between(from, until) => Some((from, until)),
        _ => None,
    });
    let asked = times.reduce(|(a, b), (c, d)| (a.max(c), b.min(d)));
    let (from, until) = asked.unwrap_or((now - USUAL, now));
    let (from, until) = (if from == i64::MIN { until.min(now) - USUAL } else { from }, until.min(now));
    if until - from > LONGEST {
        return Err(Refusal::bad("The range of conversationStartTime may not exceed 31 days."));
    }
    Ok((from, until))
}

impl Org {
    /// `POST transcripts/search`.
    pub(super) fn search_transcripts(&mut self, call: &Call) -> Answer {
        const KNOWN: [&str; 8] =
            ["sortOrder", "sortBy", "pageSize", "pageNumber", "sort", "returnFields", "types", "query"];
        let body = &call.body;
        only(body, "TranscriptSearchRequest", &KNOWN)?;
        let types = strings(body, "types");
        if types != ["transcripts"] {
            return Err(Refusal::value(&types.join(", "), "types", &["transcripts"]));
        }
        let criteria = body["query"].as_array().map(Vec::as_slice).unwrap_or_default();
        let criteria = criteria.iter().map(Criterion::read).collect::<Result<Vec<_>, _>>()?;
        let number = |name: &str, usual: usize, most: usize| match &body[name] {
            Value::Null => Ok(usual),
            value => match value.as_u64().map(|number| number as usize) {
                Some(number) if (1..=most).contains(&number) => Ok(number),
                _ => Err(Refusal::bad(format!("{name} must be a number from 1 to {most}."))),
            },
        };
        let (size, page) = (number("pageSize", 25, 100)?, number("pageNumber", 1, 100_000)?);
        let mut found = self.transcripts_of(&criteria, call)?;
        found.retain(|one| passes(&criteria, one));
        found.sort_by_key(|one| one.start);
        if body["sortOrder"].as_str() == Some("DESC") {
            found.reverse();
        }
        let fields = strings(body, "returnFields");
        let total = found.len();
        let rows = found.into_iter().skip((page - 1) * size).take(size).map(|one| {
            let told = one.row.into_iter().filter(|(name, _)| fields.is_empty() || fields.contains(name));
            Value::Object(told.collect())
        });
        let body = json!({
            "total": total,
            "pageCount": total.div_ceil(size),
            "pageSize": size,
            "pageNumber": page,
            "types": types,
            "results": rows.collect::<Vec<_>>(),
        });
        Ok(body.to_string().into_bytes())
    }

    /// The transcripts among which is looked: those of the conversations that are named, or of a time.
    fn transcripts_of(&mut self, criteria: &[Criterion], call: &Call) -> Result<Vec<Found>, Refusal> {
        let named = criteria.iter().find_map(|criterion| match &criterion.test {
            Test::Exact(ids) if criterion.operator == Operator::And && criterion.fields == ["conversationId"] => {
                Some(ids)
            }
            _ => None,
        });
        let places: Vec<Place> = match named {
            Some(ids) => ids.iter().filter_map(|id| self.traffic.find(Uuid::parse(id)?)).collect(),
            None => {
                let (start, end) = span(criteria, call.now)?;
                let days = Interval { start, end }.days();
                days.flat_map(|day| {
                    let starts = self.traffic.day(day).starts.clone();
                    starts.into_iter().map(move |(_, number)| Place { day, number })
                })
                .collect()
            }
        };
        let mut found = Vec::new();
        for place in places {
            let it = self.traffic.build(place).seen_at(call.now);
            if !call.sees(&it.divisions) {
                continue;
            }
            for leg in transcribed(&it, call.now) {
                let text: Vec<&str> = phrases(&it, &leg).iter().map(|phrase| phrase.line.text).collect();
                let mut row = json!({
                    "conversationId": it.id.to_string(),
                    "communicationId": leg.id().to_string(),
                    "mediaType": media_of(&leg),
                    "conversationStartTime": iso(it.start),
                    "language": "en-us",
                });
                if let Some(end) = it.end {
                    row["conversationEndTime"] = json!(iso(end));
                }
                let Value::Object(row) = row else { continue };
                found.push(Found { row, start: it.start, text: text.join("\n").to_lowercase() });
            }
        }
        Ok(found)
    }
}
