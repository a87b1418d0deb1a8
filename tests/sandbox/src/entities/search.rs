//! Searches with criteria in the body: evaluations and users.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::check_words;
use crate::analytics::{only, strings};
use crate::catalogue::Found;
use crate::directory::User;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{DAY, iso, parse_iso};
use crate::traffic::Evaluation;
use crate::traffic::model::Conversation;
use crate::uuid::Uuid;

/// A search of evaluations must name a time no longer than this.
const LONGEST: i64 = 92 * DAY;

/// What a thing has for a field: texts, among which a number or a date is one, too. None where the field is not known.
type Field<'a> = dyn Fn(&str) -> Option<Vec<String>> + 'a;

/// The page of a body.
struct Asked {
    size: usize,
    number: usize,
}

impl Asked {
    fn read(body: &Value, least: usize) -> Result<Self, Refusal> {
        let read = |name: &str, usual: usize, range: std::ops::RangeInclusive<usize>| match &body[name] {
            Value::Null => Ok(usual),
            value => {
                let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
                let within = number.filter(|number| range.contains(number));
                let allowed = format!("{} to {}", range.start(), range.end());
                within.ok_or_else(|| Refusal::value(&value.to_string(), name, &[allowed.as_str()]))
            }
        };
        Ok(Self { size: read("pageSize", 25, least..=100)?, number: read("pageNumber", 1, 1..=1_000_000)? })
    }

    fn cut(&self, all: Vec<Value>) -> Vec<Value> {
        all.into_iter().skip((self.number - 1) * self.size).take(self.size).collect()
    }
}

/// A number or a date, to be compared.
fn measure(text: &str) -> Option<f64> {
    text.parse().ok().or_else(|| parse_iso(text).map(|at| at as f64))
}

/// Whether a thing meets one criterion; several of a group are joined by their operators.
fn meets(criterion: &Value, field: &Field<'_>) -> Result<bool, Refusal> {
    let group = criterion["group"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !group.is_empty() {
        return meets_all(group, field);
    }
    let names = match criterion["field"].as_str() {
        Some(name) => vec![name.to_string()],
        None => strings(criterion, "fields"),
    };
    let mut found = Vec::new();
    for name in &names {
        found.extend(field(name).ok_or_else(|| Refusal::value(name, "field", &["those of the model"]))?);
    }
    let mut wanted: Vec<String> = strings(criterion, "values");
    wanted.extend(criterion["value"].as_str().map(String::from));
    let lower = |text: &String| text.to_lowercase();
    let any = |test: fn(&str, &str) -> bool| {
        found.iter().map(lower).any(|has| wanted.iter().map(lower).any(|wants| test(&has, &wants)))
    };
    let bound = |name: &str| criterion[name].as_str().and_then(measure);
    let compared = |test: &dyn Fn(f64) -> bool| found.iter().filter_map(|text| measure(text)).any(test);
    let value = criterion["value"].as_str().and_then(measure);
    let against = |test: fn(f64, f64) -> bool| value.is_some_and(|value| compared(&|has| test(has, value)));
    Ok(match criterion["type"].as_str().unwrap_or_default() {
        "EXACT" | "TERM" | "TERMS" => any(|has, wants| has == wants),
        "STARTS_WITH" => any(|has, wants| has.starts_with(wants)),
        "CONTAINS" => any(|has, wants| has.contains(wants)),
        "REQUIRED_FIELDS" => !found.is_empty(),
        "MATCH_ALL" => true,
        "RANGE" | "DATE_RANGE" => {
            let (from, until) = (bound("startValue"), bound("endValue"));
            compared(&|has| from.is_none_or(|from| has >= from) && until.is_none_or(|until| has <= until))
        }
        "GREATER_THAN" => against(|has, value| has > value),
        "GREATER_THAN_EQUAL_TO" => against(|has, value| has >= value),
        "LESS_THAN" => against(|has, value| has < value),
        "LESS_THAN_EQUAL_TO" => against(|has, value| has <= value),
        other => return Err(Refusal::bad(format!("Criteria of type {other} are not simulated."))),
    })
}

fn meets_all(criteria: &[Value], field: &Field<'_>) -> Result<bool, Refusal> {
    let mut so_far = true;
    for criterion in criteria {
        let met = meets(criterion, field)?;
        so_far = match criterion["operator"].as_str() {
            Some("OR") => so_far || met,
            Some("NOT") => so_far && !met,
            _ => so_far && met,
        };
    }
    Ok(so_far)
}

impl Org {
    /// `quality/evaluations/search`.
    pub(crate) fn search_evaluations(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let body = &call.body;
        let known = ["query", "aggregations", "pageSize", "pageNumber", "sortOrder", "sortBy", "systemSubmitted"];
        only(body, "EvaluationSearchRequestDTO", &known)?;
        let asked = Asked::read(body, 0)?;
        let criteria = body["query"].as_array().cloned().unwrap_or_default();
        let aggregations = body["aggregations"].as_array().cloned().unwrap_or_default();
        if !aggregations.is_empty() && body["pageSize"].as_u64().unwrap_or(0) > 0 {
            return Err(Refusal::bad("The pageSize must be 0 or omitted with aggregations."));
        }
        let span = criteria.iter().find(|criterion| criterion["type"] == "DATE_RANGE");
        let read = |name: &str| span.and_then(|span| span[name].as_str()).and_then(parse_iso);
        let (Some(start), Some(end)) = (read("startValue"), read("endValue")) else {
            return Err(Refusal::bad("A query must have a criterion of type DATE_RANGE."));
        };
        if end < start || end - start > LONGEST {
            return Err(Refusal::bad("The date range may not exceed 3 months."));
        }
        // Whoever asks by the conversation's date finds what was said later.
        let mut found = Vec::new();
        for (it, evaluation) in self.evaluations_between(call, (start, call.now + 1), |it| it.steps.last().1) {
            if meets_all(&criteria, &|name: &str| self.evaluation_field(&it, &evaluation, name))? {
                found.push((it, evaluation));
            }
        }
        if body["sortBy"] == "conversationDate" {
            found.sort_by_key(|(it, _)| it.start);
        }
        if body["sortOrder"] == "DESC" {
            found.reverse();
        }
        // Nobody submits evaluations by himself here.
        if body["systemSubmitted"].as_bool().unwrap_or(false) {
            found.clear();
        }
        let mut answer = json!({"pageSize": asked.size, "pageNumber": asked.number});
        if aggregations.is_empty() {
            let all = found.iter().map(|(it, evaluation)| self.found_evaluation(it, evaluation)).collect();
            answer["results"] = Value::Array(asked.cut(all));
        } else {
            answer["pageSize"] = json!(0);
            answer["aggregations"] = self.evaluation_aggregations(&aggregations, &found)?;
        }
        Ok(answer.to_string().into_bytes())
    }

    fn evaluation_field(&self, it: &Conversation, evaluation: &Evaluation, name: &str) -> Option<Vec<String>> {
        let text = |id: Uuid| vec![id.to_string()];
        Some(match name {
            "evaluationId" => text(evaluation.id),
            "conversationId" => text(it.id),
            "contextId" | "formId" | "formIdReleased" => text(self.form_of(evaluation).id),
            "evaluationStatus" => vec![evaluation.steps.last().0.to_uppercase()],
            "queueId" => text(evaluation.queue),
            "agentTeamId" => {
                let user = self.directory.user(evaluation.user);
                user.map(|user| self.directory.teams[user.team].id.to_string()).into_iter().collect()
            }
            "divisionId" => it.divisions.iter().map(Uuid::to_string).collect(),
            "agentId" => text(evaluation.user),
            "evaluatorId" => text(evaluation.evaluator),
            "totalScore" => evaluation.score().iter().map(i64::to_string).collect(),
            "totalCriticalScore" => evaluation.critical_score().iter().map(i64::to_string).collect(),
            "conversationDate" => vec![iso(it.start)],
            "createdDate" => vec![iso(evaluation.steps.made())],
            "submittedDate" | "releaseDate" => evaluation.finished().map(iso).into_iter().collect(),
            "released" => vec![evaluation.finished().is_some().to_string()],
            "mediaType" => media_of(it, evaluation).into_iter().collect(),
            _ => return None,
        })
    }

    /// An evaluation as a search tells it: the form is named by its latest version, and its own dates are told.
    fn found_evaluation(&self, it: &Conversation, evaluation: &Evaluation) -> Value {
        let mut body = self.evaluation_json(it, evaluation);
        if let Some(form) = body["evaluationForm"].as_object_mut()
            && let Some(name) = form.shift_remove("name")
        {
            form.insert("latestVersionFormName".into(), name);
        }
        body["createdDate"] = json!(iso(evaluation.steps.made()));
        if let Some(at) = evaluation.finished() {
            body["submittedDate"] = json!(iso(at));
        }
        body["mediaType"] = json!(media_of(it, evaluation).into_iter().collect::<Vec<_>>());
        body
    }

    fn evaluation_aggregations(&self, asked: &[Value], found: &[(Conversation, Evaluation)]) -> Result<Value, Refusal> {
        let mut answer = Map::new();
        for one in asked {
            let known = ["name", "field", "type", "size"];
            only(one, "EvaluationSearchAggregationDTO", &known)?;
            let (Some(name), Some(field)) = (one["name"].as_str(), one["field"].as_str()) else {
                return Err(Refusal::bad("An aggregation must have a name and a field."));
            };
            let size = &one["size"];
            if !size.is_null() && !size.as_u64().is_some_and(|size| (1..=100).contains(&size)) {
                return Err(Refusal::value(&size.to_string(), "size", &["1 to 100"]));
            }
            let mut values = Vec::new();
            for (it, evaluation) in found {
                let of = self.evaluation_field(it, evaluation, field);
                values.extend(of.ok_or_else(|| Refusal::bad(format!("Aggregations of {field} are not simulated.")))?);
            }
            answer.insert(name.into(), aggregation(one, &values)?);
        }
        Ok(Value::Object(answer))
    }

    /// `users/search`, with its criteria in the body, or in `q64` as base64 of the same.
    pub(crate) fn search_users(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let body = match call.parameter("q64") {
            None if call.body.is_null() => return Err(Refusal::bad("A q64 is required.")),
            None => call.body.clone(),
            Some(text) => {
                let bytes = STANDARD.decode(text).map_err(|_| Refusal::bad("The q64 is not valid."))?;
                serde_json::from_slice(&bytes).map_err(|_| Refusal::bad("The q64 is not valid."))?
            }
        };
        let known = [
            "sortOrder",
            "sortBy",
            "pageSize",
            "pageNumber",
            "sort",
            "expand",
            "query",
            "integrationPresenceSource",
            "enforcePermissions",
        ];
        only(&body, "UserSearchRequest", &known)?;
        if let Found::Operation(listing, _) = self.catalogue().find("GET", "/api/v2/users") {
            check_words(&body, "expand", listing.words_of("expand").unwrap_or_default())?;
        }
        let asked = Asked::read(&body, 1)?;
        let criteria = body["query"].as_array().cloned().unwrap_or_default();
        let mut call = call.clone();
        call.query.extend(strings(&body, "expand").into_iter().map(|wanted| ("expand".to_string(), wanted)));
        let directory = self.directory.clone();
        let mut found: Vec<&User> = Vec::new();
        for user in directory.users.iter().filter(|user| user.state != "deleted") {
            let division = directory.divisions[user.entity.division].id;
            let field = |name: &str| {
                Some(match name {
                    "id" | "guid" => vec![user.entity.id.to_string()],
                    "name" => vec![user.entity.name.clone()],
                    "email" | "username" => vec![user.username().to_string()],
                    "state" => vec![user.state.to_string()],
                    "divisionId" => vec![division.to_string()],
                    _ => return None,
                })
            };
            if call.sees(&[division]) && meets_all(&criteria, &field)? {
                found.push(user);
            }
        }
        if body["sortOrder"] == "DESC" {
            found.reverse();
        }
        let (total, count) = (found.len(), found.len().div_ceil(asked.size));
        let present = self.present_if_asked(&call);
        let all = found.into_iter().map(|user| self.user_json(user, &call, &present)).collect();
        let answer = json!({
            "total": total,
            "pageCount": count,
            "pageSize": asked.size,
            "pageNumber": asked.number,
            "types": ["users"],
            "results": asked.cut(all),
        });
        Ok(answer.to_string().into_bytes())
    }
}

/// The medium of an evaluated session, as evaluations spell it.
fn media_of(it: &Conversation, evaluation: &Evaluation) -> Option<String> {
    let agent = it.participants.iter().find(|participant| participant.user == Some(evaluation.user))?;
    let media = agent.sessions.first()?.media;
    Some(if media == "voice" { "CALL".into() } else { media.to_uppercase() })
}

fn aggregation(asked: &Value, values: &[String]) -> Result<Value, Refusal> {
    let numbers: Vec<f64> = values.iter().filter_map(|text| measure(text)).collect();
    let (count, sum) = (values.len(), numbers.iter().fold(0.0, |sum, number| sum + number));
    let average = if numbers.is_empty() { 0.0 } else { sum / numbers.len() as f64 };
    let extreme = |of: fn(f64, f64) -> f64| numbers.iter().copied().reduce(of).unwrap_or_default();
    Ok(match asked["type"].as_str().unwrap_or_default() {
        "COUNT" => json!({"value": count as f64}),
        "SUM" => json!({"value": sum}),
        "AVERAGE" => json!({"value": average}),
        "STATS" => json!({
            "count": numbers.len(),
            "minimum": extreme(f64::min),
            "maximum": extreme(f64::max),
            "average": average,
            "sum": sum,
        }),
        "TERM" => {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for value in values {
                *counts.entry(value).or_default() += 1;
            }
            let mut counts: Vec<_> = counts.into_iter().collect();
            counts.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
            let size = asked["size"].as_u64().unwrap_or(10) as usize;
            let others: usize = counts.iter().skip(size).map(|(_, count)| count).sum();
            let shown = counts.into_iter().take(size);
            let buckets: Vec<Value> = shown.map(|(key, count)| json!({"key": key, "documentCount": count})).collect();
            json!({"documentCountErrorUpperBound": 0, "sumOtherDocumentCount": others, "buckets": buckets})
        }
        other => return Err(Refusal::bad(format!("Aggregations of type {other} are not simulated."))),
    })
}
