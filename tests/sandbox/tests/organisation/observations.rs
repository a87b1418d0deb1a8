//! Queue observations are the open segments of the details.

use std::collections::BTreeMap;

use pegcount_sandbox::time::{DAY, iso};
use serde_json::json;

use crate::caller::{Caller, OBSERVATIONS, sessions};

#[test]
fn who_waits_and_who_talks_agrees_with_the_details() {
    let mut caller = Caller::medium("reporting");
    let interval = format!("{}/{}", iso(caller.now - 3 * DAY), iso(caller.now));
    let recent = caller.page_through(json!({"interval": interval}));
    let mut expected: BTreeMap<(String, &str), i64> = BTreeMap::new();
    for (participant, session) in sessions(&recent).into_iter().filter(|(_, s)| s["mediaType"] == "voice") {
        let last = session["segments"].as_array().unwrap().last().unwrap();
        let metric = match (participant["purpose"].as_str().unwrap(), last["segmentType"].as_str().unwrap()) {
            ("acd", _) => "oWaiting",
            ("agent", "interact" | "hold") => "oInteracting",
            _ => continue,
        };
        if let (true, Some(queue)) = (last["segmentEnd"].is_null(), last["queueId"].as_str()) {
            *expected.entry((queue.to_string(), metric)).or_default() += 1;
        }
    }
    let body = json!({
        "filter": {"type": "or", "predicates": [{"dimension": "mediaType", "value": "voice"}]},
        "metrics": ["oWaiting", "oInteracting"],
        "detailMetrics": ["oInteracting"],
    });
    let answer = caller.post(OBSERVATIONS, body);
    assert_eq!(answer.status, 200, "{}", answer.parsed());
    let mut seen = BTreeMap::new();
    let answer = answer.parsed();
    for result in answer["results"].as_array().unwrap() {
        for data in result["data"].as_array().unwrap() {
            let count = data["stats"]["count"].as_i64().unwrap();
            let listed = data["observations"].as_array().map_or(0, Vec::len) as i64;
            let metric = if data["metric"] == "oWaiting" { "oWaiting" } else { "oInteracting" };
            assert!(metric == "oWaiting" || listed == count);
            if count > 0 {
                seen.insert((result["group"]["queueId"].as_str().unwrap().to_string(), metric), count);
            }
        }
    }
    assert_eq!(seen, expected);
    assert!(!seen.is_empty());
}

#[test]
fn every_member_has_one_status() {
    let mut caller = Caller::new("reporting");
    let queues = caller.get("/api/v2/routing/queues?pageSize=100").parsed();
    for queue in queues["entities"].as_array().unwrap() {
        let body = json!({
            "filter": {"type": "and", "predicates": [{"dimension": "queueId", "value": queue["id"]}]},
            "metrics": ["oUserRoutingStatuses", "oOnQueueUsers", "oOffQueueUsers", "oMemberUsers"],
        });
        let answer = caller.post(OBSERVATIONS, body).parsed();
        let data = answer["results"][0]["data"].as_array().unwrap();
        let total = |metric: &str| -> i64 {
            data.iter().filter(|d| d["metric"] == metric).map(|d| d["stats"]["count"].as_i64().unwrap()).sum()
        };
        assert_eq!(total("oUserRoutingStatuses"), queue["memberCount"].as_i64().unwrap());
        assert_eq!(total("oOnQueueUsers") + total("oOffQueueUsers"), total("oMemberUsers"));
    }
}
