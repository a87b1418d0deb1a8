//! Aggregates of anything asked at random, recounted from what the details tell.

use std::collections::BTreeMap;

use pegcount_sandbox::Size;
use pegcount_sandbox::time::{DAY, HOUR, Interval, MINUTE, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::{Caller, Chance, USER_AGGREGATES};

/// Sums by group, bucket, metric and qualifier.
type Sums = BTreeMap<(String, String, String, String), i64>;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_string()
}

fn moment(value: &Value) -> Option<i64> {
    value.as_str().map(|text| parse_iso(text).unwrap())
}

/// The periods of a granularity in minutes; none is the whole.
fn buckets(interval: Interval, minutes: Option<i64>) -> Vec<Interval> {
    let step = minutes.map_or(interval.end - interval.start, |minutes| minutes * MINUTE);
    let starts = (0..).map(|at| interval.start + at * step).take_while(|start| *start < interval.end);
    starts.map(|start| Interval { start, end: (start + step).min(interval.end) }).collect()
}

/// What an answer of aggregates says.
fn told(answer: &Value, group: &str) -> Sums {
    let mut sums = Sums::new();
    for result in answer["results"].as_array().into_iter().flatten() {
        for data in result["data"].as_array().unwrap() {
            for metric in data["metrics"].as_array().unwrap() {
                let key = (
                    text(&result["group"][group]),
                    text(&data["interval"]),
                    text(&metric["metric"]),
                    text(&metric["qualifier"]),
                );
                assert!(sums.insert(key, metric["stats"]["sum"].as_i64().unwrap()).is_none());
            }
        }
    }
    sums
}

/// Time in each state, reckoned from the records of the details.
fn spent(users: &[Value], cut: &[Interval], metrics: &[&str], is_grouped: bool, now: i64) -> Sums {
    let mut sums = Sums::new();
    for user in users {
        let group = if is_grouped { text(&user["userId"]) } else { String::new() };
        let of = [
            ("primaryPresence", "systemPresence", "tSystemPresence"),
            ("primaryPresence", "organizationPresenceId", "tOrganizationPresence"),
            ("routingStatus", "routingStatus", "tAgentRoutingStatus"),
        ];
        for (list, name, metric) in of.into_iter().filter(|(_, _, metric)| metrics.contains(metric)) {
            for record in user[list].as_array().unwrap() {
                let (start, end) = (moment(&record["startTime"]).unwrap(), moment(&record["endTime"]).unwrap_or(now));
                for bucket in cut {
                    let overlap = end.min(bucket.end) - start.max(bucket.start);
                    if overlap > 0 {
                        let key = (group.clone(), bucket.text(), metric.to_string(), text(&record[name]));
                        *sums.entry(key).or_default() += overlap;
                    }
                }
            }
        }
    }
    sums
}

#[test]
fn time_in_every_state_is_what_the_records_tell() {
    let mut chance = Chance::of(11);
    for size in [Size::Small, Size::Tiny, Size::Tiny] {
        let mut caller = Caller::anywhere("admin", size, &mut chance);
        recount(&mut caller, &mut chance);
    }
}

fn recount(caller: &mut Caller, chance: &mut Chance) {
    let all: Vec<String> = caller.get("/api/v2/users?pageSize=100").parsed()["entities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| text(&user["id"]))
        .collect();
    let mut met = 0;
    for round in 0..20 {
        let start = caller.now - DAY * 6 + chance.below(6 * 24 * 60) as i64 * MINUTE;
        let interval = Interval { start, end: start + HOUR + chance.below(40 * 60) as i64 * MINUTE };
        let minutes = *chance.pick(&[None, Some(15), Some(30), Some(60), Some(1_440)]);
        let metrics: Vec<&str> = ["tSystemPresence", "tOrganizationPresence", "tAgentRoutingStatus"]
            .into_iter()
            .filter(|_| chance.below(3) > 0)
            .collect();
        let metrics = if metrics.is_empty() { vec!["tSystemPresence"] } else { metrics };
        let some: Vec<&String> = all.iter().filter(|_| chance.below(3) == 0).collect();
        let predicates: Vec<Value> = some.iter().map(|id| json!({"dimension": "userId", "value": id})).collect();
        let filter = json!({"type": "or", "predicates": predicates});
        let is_grouped = chance.below(2) == 0;
        let mut query = json!({"interval": interval.text(), "metrics": metrics});
        let mut details = json!({"interval": interval.text()});
        if let Some(minutes) = minutes {
            query["granularity"] = json!(format!("PT{minutes}M"));
        }
        if is_grouped {
            query["groupBy"] = json!(["userId"]);
        }
        if !predicates.is_empty() {
            query["filter"] = filter.clone();
            details["userFilters"] = json!([filter]);
        }
        let answer = caller.ask(USER_AGGREGATES, query.clone());
        let users = caller.page_through_users(details);
        let counted = spent(&users, &buckets(interval, minutes), &metrics, is_grouped, caller.now);
        met += counted.len();
        assert_eq!(told(&answer, "userId"), counted, "round {round}: {query}");
    }
    assert!(met > 50, "{met}");
}

#[test]
fn the_states_of_a_user_fill_the_past_and_no_more() {
    let mut caller = Caller::anywhere("reporting", Size::Small, &mut Chance::of(12));
    let interval = Interval { start: caller.now - 5 * DAY, end: caller.now + DAY };
    let users = caller.page_through_users(json!({"interval": interval.text()}));
    assert_eq!(users.len(), 12, "those who left have no records");
    for user in &users {
        for list in ["primaryPresence", "routingStatus"] {
            let records = user[list].as_array().unwrap();
            let times: Vec<(i64, Option<i64>)> =
                records.iter().map(|r| (moment(&r["startTime"]).unwrap(), moment(&r["endTime"]))).collect();
            assert!(times[0].0 <= interval.start);
            assert!(times.windows(2).all(|two| two[0].1 == Some(two[1].0)), "{user}");
            let (start, end) = times[times.len() - 1];
            assert!(start <= caller.now && end.is_none(), "the last is open: {}", iso(start));
        }
    }
}

#[test]
fn flows_and_conversations_of_the_moment_are_the_open_details() {
    let mut caller = Caller::anywhere("admin", Size::Medium, &mut Chance::of(13));
    // Some minutes differ; a flow takes one of them at most.
    let (mut flows, mut talks) = (0, 0);
    for _ in 0..4 {
        caller.now += 7 * MINUTE;
        let interval = Interval { start: caller.now - 7 * DAY + HOUR, end: caller.now };
        let open = json!({"type": "and", "predicates": [{"dimension": "conversationEnd", "operator": "notExists"}]});
        let conversations = caller.page_through(json!({"interval": interval.text(), "conversationFilters": [open]}));
        let (mut in_flow, mut interacting) = (BTreeMap::<String, i64>::new(), BTreeMap::<String, i64>::new());
        for (participant, session) in crate::caller::sessions(&conversations) {
            let last = session["segments"].as_array().unwrap().last().unwrap();
            if !last["segmentEnd"].is_null() {
                continue;
            }
            if let Some(flow) = session["flow"]["flowId"].as_str() {
                *in_flow.entry(flow.into()).or_default() += 1;
            }
            let kind = text(&last["segmentType"]);
            if participant["purpose"] == "agent" && ["interact", "hold", "callback", "parked"].contains(&kind.as_str())
            {
                *interacting.entry(text(&session["mediaType"])).or_default() += 1;
            }
        }
        let counts = |answer: &Value, group: &str, count: fn(&Value) -> &Value| {
            let mut counts = BTreeMap::<String, i64>::new();
            for result in answer["results"].as_array().into_iter().flatten() {
                *counts.entry(text(&result["group"][group])).or_default() +=
                    count(&result["data"][0]).as_i64().unwrap();
            }
            counts
        };
        let asked = |metric: &str, group: &str| json!({"metrics": [{"metric": metric}], "groupBy": [group]});
        let answer = caller.ask("/api/v2/analytics/flows/activity/query", asked("oFlow", "flowId"));
        assert_eq!(counts(&answer, "flowId", |d| &d["count"]), in_flow);
        let all = json!({"type": "or", "predicates": [{"dimension": "flowId", "operator": "exists"}]});
        let observed = json!({"filter": all, "metrics": ["oFlow"], "detailMetrics": ["oFlow"]});
        let answer = caller.ask("/api/v2/analytics/flows/observations/query", observed);
        assert_eq!(counts(&answer, "flowId", |d| &d["stats"]["count"]), in_flow);
        let answer = caller.ask("/api/v2/analytics/conversations/activity/query", asked("oInteracting", "mediaType"));
        assert_eq!(counts(&answer, "mediaType", |d| &d["count"]), interacting);
        flows += in_flow.values().sum::<i64>();
        talks += interacting.values().sum::<i64>();
    }
    assert!(flows > 0 && talks > 20, "{flows} flows, {talks} talks");
}

#[test]
fn a_family_without_data_answers_nothing_after_the_same_checks() {
    let mut caller = Caller::new("admin");
    let interval = caller.ready["interval"].clone();
    for (family, metric) in [
        ("actions", "tTotalExecution"),
        ("agentcopilots", "nDistinctConversations"),
        ("agentutilizations", "anything"),
        ("casemanagement", "nCasesOpened"),
        ("copilots", "anything"),
        ("flowexecutions", "nFlowExecutions"),
        ("journeys", "nJourneySessions"),
        ("knowledge", "nKnowledgeSearch"),
        ("ratelimits", "oRateLimitRecorded"),
        ("taskmanagement", "nWorkitemsCreated"),
    ] {
        let path = format!("/api/v2/analytics/{family}/aggregates/query");
        caller.log_in("admin");
        assert_eq!(caller.ask(&path, json!({"interval": interval, "metrics": [metric]})), json!({}), "{family}");
        for wrong in [
            json!({"interval": "yesterday", "metrics": [metric]}),
            json!({"interval": interval, "metrics": []}),
            json!({"interval": interval, "metrics": [metric], "granularity": "often"}),
            json!({"interval": interval, "metrics": [metric], "unheardOf": 1}),
            json!({"interval": interval, "metrics": [metric], "filter": {"type": "neither"}}),
        ] {
            assert_eq!(caller.post(&path, wrong.clone()).status, 400, "{family}: {wrong}");
        }
        if metric != "anything" {
            let wrong = json!({"interval": interval, "metrics": ["tTalk"]});
            assert_eq!(caller.post(&path, wrong).parsed()["code"], "invalid.value", "{family}");
        }
        caller.log_in("no-analytics");
        let refused = caller.post(&path, json!({"interval": interval, "metrics": [metric]}));
        assert_eq!(refused.status, 403, "{family}: {}", refused.parsed());
    }
}
