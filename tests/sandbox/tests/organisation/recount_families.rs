//! Aggregates of every family that counts, asked at random and recounted from what the details tell: filters of two levels,
//! groups of things with several values, periods in time zones.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::tz::TimeZone;
use pegcount_sandbox::time::{DAY, HOUR, Interval, MINUTE, parse_iso};
use serde_json::{Value, json};

use crate::caller::{Caller, Chance};
use crate::questions::{Dimensions, filter, groups, passes, pick, text};

fn moment(value: &Value) -> i64 {
    parse_iso(value.as_str().unwrap()).unwrap()
}

/// Something that counts: when, for which metric, how much, and what it can be grouped by.
struct Fact {
    at: i64,
    metric: String,
    value: i64,
    dimensions: Dimensions,
}

/// What outcomes of flows are told by.
const OUTCOME: &[&str] = &["flowOutcome", "flowOutcomeId", "flowOutcomeValue"];

fn outcomes(session: &Value) -> &[Value] {
    session["flow"]["outcomes"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The outcomes that emitted a metric at a moment: when they ended or, without an end, when the flow was left.
fn emitters<'v>(session: &'v Value, name: &str, date: &Value) -> Vec<&'v Value> {
    let left = &session["segments"].as_array().unwrap().last().unwrap()["segmentEnd"];
    let at = |one: &'v Value| one.get("flowOutcomeEndTimestamp").unwrap_or(left);
    let emits = |one: &&Value| match name {
        "nFlowOutcomeFailed" => one["flowOutcomeValue"] == "FAILURE",
        "tFlowOutcome" => one["flowOutcomeValue"] == "SUCCESS",
        _ => name == "nFlowOutcome",
    };
    outcomes(session).iter().filter(emits).filter(|one| at(one) == date).collect()
}

/// What a session can be grouped by.
fn of_session(it: &Value, participant: &Value, session: &Value) -> Dimensions {
    let segments = session["segments"].as_array().unwrap();
    let mut dimensions = pick([session], &["mediaType", "direction", "usedRouting", "provider", "messageType"]);
    dimensions.extend(pick([participant], &["userId", "purpose", "teamId"]));
    dimensions.extend(pick([&session["flow"]], &["flowId", "flowType", "exitReason"]));
    dimensions.extend(pick(outcomes(session), OUTCOME));
    dimensions.extend(pick(segments, &["queueId", "wrapUpCode", "disconnectType", "requestedLanguageId"]));
    // Whoever waits for another queue counts for the first.
    dimensions.entry("queueId").and_modify(|queues| queues.truncate(1));
    dimensions.extend(pick([it], &["conversationId", "originatingDirection"]));
    for (name, list, of) in [
        ("divisionId", "divisionIds", std::slice::from_ref(it)),
        ("requestedRoutingSkillId", "requestedRoutingSkillIds", segments),
    ] {
        dimensions.extend(pick(of, &[list]).into_values().map(|values| (name, values)));
    }
    dimensions
}

/// What a family counts, read from conversations as the details query tells them.
fn facts(family: &str, conversations: &[Value]) -> Vec<Fact> {
    let mut facts = Vec::new();
    for it in conversations {
        let (list, names, score, one): (_, &[&'static str], _, _) = match family {
            "evaluations" => {
                ("evaluations", &["userId", "queueId", "evaluatorId", "formId"], "oTotalScore", Some("nEvaluations"))
            }
            "surveys" => {
                ("surveys", &["userId", "queueId", "surveyFormId"], "oSurveyTotalScore", Some("nSurveyResponses"))
            }
            "resolutions" => ("resolutions", &["userId", "queueId"], "nNextContactAvoided", None),
            _ => ("", &[], "", None),
        };
        for judged in it[list].as_array().into_iter().flatten() {
            let mut dimensions = pick([judged], names);
            dimensions.insert("conversationId", vec![text(&it["conversationId"])]);
            let at = moment(&judged["eventTime"]);
            // What is not over has no score; an evaluation counts all the same.
            if let Some(value) = judged[score].as_i64() {
                facts.push(Fact { at, metric: score.into(), value, dimensions: dimensions.clone() });
            } else if family != "evaluations" {
                continue;
            }
            facts.extend(one.map(|one| Fact { at, metric: one.into(), value: 1, dimensions }));
        }
        for participant in it["participants"].as_array().unwrap() {
            for session in participant["sessions"].as_array().unwrap() {
                let dimensions = of_session(it, participant, session);
                let mut emitted: BTreeMap<(String, String), usize> = BTreeMap::new();
                for metric in session["metrics"].as_array().into_iter().flatten() {
                    let name = text(&metric["name"]);
                    let mut dimensions = dimensions.clone();
                    if name.contains("FlowOutcome") {
                        let nth = emitted.entry((name.clone(), text(&metric["emitDate"]))).or_default();
                        dimensions.extend(pick([emitters(session, &name, &metric["emitDate"])[*nth]], OUTCOME));
                        *nth += 1;
                    }
                    let is_flow = name.starts_with("nFlow") || (name.starts_with("tFlow") && name != "tFlowOut");
                    if family == if is_flow { "flows" } else { "conversations" } {
                        let (at, value) = (moment(&metric["emitDate"]), metric["value"].as_i64().unwrap());
                        facts.push(Fact { at, metric: name, value, dimensions });
                    }
                }
            }
        }
    }
    facts
}

/// The periods of a granularity: hours are of sixty minutes, days are local ones from the start on.
fn buckets(interval: Interval, granularity: Option<&str>, zone: &str) -> Vec<Interval> {
    let start = |nth: i64| match granularity {
        None => {
            if nth == 0 {
                interval.start
            } else {
                interval.end
            }
        }
        Some("P1D" | "P1W") => {
            let days = if granularity == Some("P1W") { 7 } else { 1 };
            let local =
                jiff::Timestamp::from_millisecond(interval.start).unwrap().to_zoned(TimeZone::get(zone).unwrap());
            local.checked_add((nth * days).days()).unwrap().timestamp().as_millisecond()
        }
        Some(minutes) => interval.start + nth * MINUTE * minutes[2..minutes.len() - 1].parse::<i64>().unwrap(),
    };
    let all = (0..).map(|nth| Interval { start: start(nth), end: start(nth + 1).min(interval.end) });
    all.take_while(|bucket| bucket.start < interval.end).collect()
}

/// Figures by group, bucket and metric: count, sum, smallest and largest; of counters only the first.
type Figures = BTreeMap<(Vec<String>, String, String), (i64, i64, i64, i64)>;

fn figures_told(answer: &Value, group_by: &[&str]) -> Figures {
    let mut figures = Figures::new();
    for result in answer["results"].as_array().into_iter().flatten() {
        let group: Vec<String> = group_by.iter().map(|name| text(&result["group"][*name])).collect();
        for data in result["data"].as_array().unwrap() {
            for metric in data["metrics"].as_array().unwrap() {
                let (name, stats) = (text(&metric["metric"]), &metric["stats"]);
                let figure = |of: &str| stats[of].as_i64().unwrap_or_default();
                let all = (figure("count"), figure("sum"), figure("min"), figure("max"));
                assert!(figures.insert((group.clone(), text(&data["interval"]), name), all).is_none());
            }
        }
    }
    figures
}

#[test]
fn every_family_is_the_details_counted() {
    let mut caller = Caller::new("admin");
    recount(&mut caller, Chance(5));
    caller.log_in_to_emea();
    recount(&mut caller, Chance(6));
}

/// Counts what the caller sees.
fn recount(caller: &mut Caller, mut chance: Chance) {
    let past = [(18, 12), (12, 6), (6, 0)].map(|(from, to)| {
        let interval = Interval { start: caller.now - from * DAY, end: caller.now - to * DAY };
        caller.page_through(json!({"interval": interval.text()}))
    });
    // The days of two intervals may touch; a conversation counts once.
    let past: BTreeMap<String, Value> = past.concat().into_iter().map(|it| (text(&it["conversationId"]), it)).collect();
    let past: Vec<Value> = past.into_values().collect();
    let of_sessions = [
        "mediaType",
        "direction",
        "usedRouting",
        "provider",
        "messageType",
        "userId",
        "purpose",
        "teamId",
        "queueId",
        "wrapUpCode",
        "disconnectType",
        "requestedLanguageId",
        "divisionId",
        "requestedRoutingSkillId",
        "originatingDirection",
    ];
    for (family, dimensions, rounds) in [
        ("conversations", &of_sessions[..], 60),
        ("flows", &["flowId", "flowType", "exitReason", "mediaType", "flowOutcomeId", "flowOutcomeValue"], 30),
        ("evaluations", &["userId", "queueId", "evaluatorId", "formId"], 12),
        ("surveys", &["userId", "queueId", "surveyFormId"], 12),
        ("resolutions", &["userId", "queueId"], 12),
    ] {
        let facts = facts(family, &past);
        let things: Vec<&Dimensions> = facts.iter().map(|fact| &fact.dimensions).collect();
        let known: BTreeSet<&str> = facts.iter().map(|fact| fact.metric.as_str()).collect();
        let known: Vec<&str> = known.into_iter().collect();
        let mut met = 0;
        for round in 0..rounds {
            let start = caller.now - 7 * DAY + chance.below(4 * 24 * 60) as i64 * MINUTE;
            let interval = Interval { start, end: start + 2 * HOUR + chance.below(60 * 60) as i64 * MINUTE };
            let granularity =
                *chance.pick(&[None, Some("PT15M"), Some("PT30M"), Some("PT360M"), Some("P1D"), Some("P1W")]);
            let zone = *chance.pick(&["UTC", "Europe/Paris", "Asia/Kathmandu", "America/New_York"]);
            let group_by: Vec<&'static str> = (0..chance.below(4)).map(|_| *chance.pick(dimensions)).collect();
            let group_by: Vec<&'static str> = group_by.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
            let metrics: Vec<&str> =
                known.iter().copied().filter(|_| known.len() < 3 || chance.below(2) == 0).collect();
            let metrics = if metrics.is_empty() { known.clone() } else { metrics };
            let mut query =
                json!({"interval": interval.text(), "metrics": metrics, "groupBy": group_by, "timeZone": zone});
            if let Some(granularity) = granularity {
                query["granularity"] = json!(granularity);
            }
            if chance.below(3) > 0 {
                query["filter"] = filter(&mut chance, dimensions, &things);
            }
            let cut = buckets(interval, granularity, zone);
            let mut counted = Figures::new();
            for fact in facts.iter().filter(|fact| metrics.contains(&fact.metric.as_str())) {
                let passes = passes(&query["filter"], &fact.dimensions);
                let bucket = cut.iter().find(|bucket| bucket.start <= fact.at && fact.at < bucket.end);
                let (true, Some(bucket)) = (passes, bucket) else { continue };
                for group in groups(&group_by, &fact.dimensions) {
                    let key = (group, bucket.text(), fact.metric.clone());
                    let figure = counted.entry(key).or_insert((0, 0, i64::MAX, i64::MIN));
                    let (least, most) = (figure.2.min(fact.value), figure.3.max(fact.value));
                    *figure = match fact.metric.starts_with('n') {
                        true => (figure.0 + fact.value, 0, 0, 0),
                        false => (figure.0 + 1, figure.1 + fact.value, least, most),
                    };
                }
            }
            met += counted.len();
            let answer = caller.ask(&format!("/api/v2/analytics/{family}/aggregates/query"), query.clone());
            assert_eq!(figures_told(&answer, &group_by), counted, "{family}, round {round}: {query}");
        }
        assert!(met > 10, "{family}: {met}");
    }
}
