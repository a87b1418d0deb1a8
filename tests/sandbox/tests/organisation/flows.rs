//! What flows achieved and what they passed: outcomes and milestones, told and counted.

use std::collections::BTreeMap;

use pegcount_sandbox::time::{DAY, Interval, parse_iso};
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller, DETAILS, sessions};

const FLOWS: &str = "/api/v2/analytics/flows/aggregates/query";

/// The week before the present.
fn week(caller: &Caller) -> String {
    Interval { start: caller.now - 7 * DAY, end: caller.now }.text()
}

fn metric(session: &Value, name: &str) -> Vec<i64> {
    let all = session["metrics"].as_array().into_iter().flatten().filter(|metric| metric["name"] == name);
    all.map(|metric| metric["value"].as_i64().unwrap()).collect()
}

fn outcomes(session: &Value) -> &[Value] {
    session["flow"]["outcomes"].as_array().map(Vec::as_slice).unwrap_or_default()
}

#[test]
fn a_flow_ran_in_the_version_that_is_published() {
    let mut caller = Caller::new("admin");
    let listed = caller.get("/api/v2/flows?pageSize=100").parsed()["entities"].clone();
    let views = caller.get("/api/v2/flows/divisionviews?pageSize=100").parsed()["entities"].clone();
    let query = json!({"interval": caller.ready["interval"]});
    let all = caller.page_through(query);
    let flows = sessions(&all).into_iter().filter_map(|(_, session)| session.get("flow"));
    let mut seen = 0;
    for flow in flows {
        for of in [&listed, &views] {
            let one = of.as_array().unwrap().iter().find(|one| one["id"] == flow["flowId"]).unwrap();
            assert_eq!(one["publishedVersion"]["id"], flow["flowVersion"]);
        }
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn flows_succeed_fail_and_leave_things_undone() {
    let mut caller = Caller::new("admin");
    let query = json!({"interval": week(&caller)});
    let all = caller.page_through(query);
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, session) in sessions(&all) {
        let told = outcomes(session);
        let (mut took, mut failed) = (Vec::new(), 0);
        for outcome in told {
            let value = outcome["flowOutcomeValue"].as_str().unwrap();
            let id = outcome["flowOutcomeId"].as_str().unwrap();
            assert_eq!(outcome["flowOutcome"], format!("{id}:{value}"));
            let moment = |name: &str| outcome[name].as_str().map(|text| parse_iso(text).unwrap());
            let (start, end) = (moment("flowOutcomeStartTimestamp").unwrap(), moment("flowOutcomeEndTimestamp"));
            assert!(end.is_none_or(|end| end >= start));
            *met.entry(if end.is_some() { value } else { "undone" }).or_default() += 1;
            match value {
                "SUCCESS" => took.push(end.unwrap() - start),
                "FAILURE" => failed += 1,
                _ => panic!("{value}"),
            }
        }
        *met.entry("several").or_default() += usize::from(told.len() > 1);
        assert_eq!(metric(session, "nFlowOutcome"), vec![1; told.len()]);
        assert_eq!(metric(session, "nFlowOutcomeFailed"), vec![1; failed]);
        assert_eq!(metric(session, "tFlowOutcome"), took);
        let passed = metric(session, "nFlowMilestone");
        assert!(passed.is_empty() || session["flow"].is_object());
        *met.entry("passed").or_default() += passed.len();
        let emitted = session["metrics"].as_array().into_iter().flatten().map(|metric| metric["emitDate"].as_str());
        assert!(session["flow"].is_null() || emitted.is_sorted());
    }
    assert!(met.values().all(|count| *count > 10) && met.len() == 5, "{met:?}");
    assert!(met["SUCCESS"] > met["FAILURE"] + met["undone"]);
}

#[test]
fn each_outcome_counts_for_itself() {
    let mut caller = Caller::new("admin");
    // What flows achieve at the edges of the interval may belong to conversations outside.
    let day = caller.day();
    let query = json!({"interval": day.text()});
    let all = caller.page_through(query);
    let last = Interval { start: day.start, end: day.end + DAY / 12 }.text();
    let mut expected: BTreeMap<(String, String), [i64; 3]> = BTreeMap::new();
    for (_, session) in sessions(&all) {
        for outcome in outcomes(session) {
            let (id, value) = (&outcome["flowOutcomeId"], &outcome["flowOutcomeValue"]);
            let key = (id.as_str().unwrap().to_string(), value.as_str().unwrap().to_string());
            let counts = expected.entry(key).or_default();
            counts[0] += 1;
            counts[1] += i64::from(value == "FAILURE");
            counts[2] += i64::from(value == "SUCCESS");
        }
    }
    let of_day: Vec<&Value> = all.iter().map(|it| &it["conversationId"]).collect();
    let body = json!({
        "interval": last,
        "groupBy": ["conversationId", "flowOutcomeId", "flowOutcomeValue"],
        "metrics": ["nFlowOutcome", "nFlowOutcomeFailed", "tFlowOutcome"],
        "filter": {"type": "and", "predicates": [{"dimension": "flowOutcomeId", "operator": "exists"}]},
    });
    let mut counted: BTreeMap<(String, String), [i64; 3]> = BTreeMap::new();
    for result in caller.ask(FLOWS, body)["results"].as_array().unwrap() {
        let group = &result["group"];
        if !of_day.contains(&&group["conversationId"]) {
            continue;
        }
        let text = |name: &str| group[name].as_str().unwrap().to_string();
        let counts = counted.entry((text("flowOutcomeId"), text("flowOutcomeValue"))).or_default();
        for told in result["data"][0]["metrics"].as_array().unwrap() {
            let at =
                ["nFlowOutcome", "nFlowOutcomeFailed", "tFlowOutcome"].iter().position(|name| told["metric"] == *name);
            counts[at.unwrap()] += told["stats"]["count"].as_i64().unwrap();
        }
    }
    assert_eq!(counted, expected);
    assert!(counted.len() > 5, "{counted:?}");
}

#[test]
fn milestones_are_those_of_the_directory() {
    let mut caller = Caller::new("admin");
    let interval = week(&caller);
    let known = caller.get("/api/v2/flows/milestones").parsed()["entities"].clone();
    let count = |caller: &mut Caller, group_by: Value| {
        let body = json!({"interval": interval, "groupBy": group_by, "metrics": ["nFlowMilestone"]});
        let answer = caller.ask(FLOWS, body)["results"].as_array().unwrap().clone();
        answer.into_iter().map(|row| (row["group"].clone(), row["data"][0]["metrics"][0]["stats"]["count"].clone()))
    };
    let all: i64 = count(&mut caller, json!([])).map(|(_, count)| count.as_i64().unwrap()).sum();
    let each: Vec<(Value, Value)> = count(&mut caller, json!(["flowMilestoneId"])).collect();
    assert_eq!(each.len(), known.as_array().unwrap().len());
    for (group, _) in &each {
        assert!(known.as_array().unwrap().iter().any(|one| one["id"] == group["flowMilestoneId"]), "{group}");
    }
    assert_eq!(each.iter().map(|(_, count)| count.as_i64().unwrap()).sum::<i64>(), all);
}

#[test]
fn conversations_are_found_by_what_their_flows_achieved() {
    let mut caller = Caller::new("admin");
    let interval = week(&caller);
    let all = caller.page_through(json!({"interval": interval}));
    let failed = |it: &Value| {
        sessions(std::slice::from_ref(it))
            .iter()
            .flat_map(|(_, session)| outcomes(session))
            .filter(|one| one["flowOutcomeValue"] == "FAILURE")
            .count()
    };
    let expected: Vec<&Value> = all.iter().filter(|it| failed(it) > 0).map(|it| &it["conversationId"]).collect();
    let by_value = json!({"dimension": "flowOutcomeValue", "value": "FAILURE"});
    let by_metric = json!({"type": "metric", "metric": "nFlowOutcomeFailed", "range": {"gte": 1}});
    for (list, predicate) in [("segmentFilters", by_value), ("conversationFilters", by_metric)] {
        let filter = json!([{"type": "and", "predicates": [predicate]}]);
        let found = caller.page_through(json!({"interval": interval, list: filter}));
        let found: Vec<&Value> = found.iter().map(|it| &it["conversationId"]).collect();
        assert_eq!(found, expected, "{list}");
    }
    let terms = json!([{"type": "termFrequency", "dimension": "flowOutcomeValue"}]);
    let told = caller.ask(DETAILS, json!({"interval": interval, "aggregations": terms}));
    let rows = told["aggregations"][0]["results"].as_array().unwrap();
    let row = rows.iter().find(|row| row["value"] == "FAILURE").unwrap();
    assert_eq!(row["count"], expected.len());
}

#[test]
fn whoever_goes_to_nobody_has_served_himself_wherever_it_is_told() {
    const BOTS: &str = "/api/v2/analytics/bots/aggregates/query";
    let mut caller = Caller::medium("admin");
    let day = caller.day();
    let all = caller.page_through(json!({"interval": day.text()}));
    let mut told: BTreeMap<(usize, Option<bool>), usize> = BTreeMap::new();
    for it in &all {
        let one = std::slice::from_ref(it);
        let flows: Vec<&Value> =
            sessions(one).into_iter().map(|(_, it)| &it["flow"]).filter(|it| it.is_object()).collect();
        for flow in &flows {
            assert_eq!(flow.get("endingLanguage"), flow.get("exitReason").map(|_| &flow["startingLanguage"]));
        }
        let is_left = flows.iter().all(|flow| flow["exitReason"].is_string());
        let served = flows.iter().all(|flow| flow["exitReason"] == "DISCONNECT");
        assert_eq!(it["selfServed"].as_bool(), (is_left && !flows.is_empty()).then_some(served));
        *told.entry((flows.len().min(2), it["selfServed"].as_bool())).or_default() += 1;
    }
    assert!(told[&(0, None)] > 100 && told[&(1, Some(true))] > 100 && told[&(1, Some(false))] > 100, "{told:?}");
    let mut count = |path: &str, metric: &str, filter: Value| -> BTreeMap<String, i64> {
        let query = json!({"interval": day.text(), "metrics": [metric], "groupBy": ["selfServed"], "filter": filter});
        let answer = caller.ask(path, query);
        let one = |result: &Value| {
            let stats = &result["data"][0]["metrics"][0]["stats"];
            (result["group"]["selfServed"].as_str().unwrap_or_default().into(), stats["count"].as_i64().unwrap())
        };
        answer["results"].as_array().unwrap().iter().map(one).collect()
    };
    let only =
        |dimension: &str, value: &str| json!({"type": "and", "predicates": [{"dimension": dimension, "value": value}]});
    // Nothing here has several flows, so that what is said of a conversation is said of its flow.
    for (dimension, value) in [("selfServed", "true"), ("selfServed", "false"), ("mediaType", "message")] {
        let flows = count(
            FLOWS,
            "tFlow",
            json!({"type": "and", "predicates": [
            {"dimension": dimension, "value": value}, {"dimension": "flowType", "value": "DIGITALBOT"}]}),
        );
        assert_eq!(flows, count(BOTS, "tBotSession", only(dimension, value)), "{dimension} {value}");
        assert!(flows.values().all(|count| *count > 50) && flows.len() == if value == "message" { 2 } else { 1 });
    }
    let ivr = count(AGGREGATES, "tIvr", only("mediaType", "voice"));
    assert_eq!(ivr, count(FLOWS, "tFlow", only("mediaType", "voice")));
}
