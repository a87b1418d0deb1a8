//! Queue observations are the open segments of the details.

use std::collections::BTreeMap;

use pegcount_sandbox::time::{DAY, iso};
use serde_json::{Value, json};

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

/// The queues with rows of users, and the queues and media with rows of conversations.
fn groups(caller: &mut Caller, filter: &Value) -> (Vec<String>, Vec<(String, String)>) {
    let answer = caller.ask(OBSERVATIONS, json!({"filter": filter, "metrics": ["oWaiting", "oMemberUsers"]}));
    let groups = answer["results"].as_array().unwrap().iter().map(|result| result["group"].clone());
    let text = |group: &Value, name: &str| group[name].as_str().unwrap_or_default().to_string();
    let (of_media, of_queues): (Vec<Value>, Vec<Value>) = groups.partition(|group| group["mediaType"].is_string());
    let pair = |group: &Value| (text(group, "queueId"), text(group, "mediaType"));
    (of_queues.iter().map(|group| text(group, "queueId")).collect(), of_media.iter().map(pair).collect())
}

#[test]
fn a_filter_leaves_the_queues_and_media_that_pass() {
    let mut caller = Caller::new("reporting");
    let listed = caller.get("/api/v2/routing/queues?pageSize=100").parsed();
    let ids = listed["entities"].as_array().unwrap().iter().map(|queue| queue["id"].as_str().unwrap().to_string());
    let ids: Vec<String> = ids.collect();
    let of = |dimension: &str, value: &str| json!({"dimension": dimension, "value": value});
    let not = |dimension: &str| json!({"dimension": dimension, "operator": "notExists"});
    let all = |predicates: &[Value]| json!({"type": "and", "predicates": predicates});
    let any = |predicates: &[Value]| json!({"type": "or", "predicates": predicates});
    let nothing = (vec![], vec![]);
    assert_eq!(groups(&mut caller, &all(&[not("queueId")])), nothing);
    assert_eq!(groups(&mut caller, &all(&[of("queueId", &ids[0]), of("queueId", &ids[1])])), nothing);
    assert_eq!(groups(&mut caller, &all(&[of("mediaType", "voice"), of("mediaType", "email")])), nothing);
    assert_eq!(groups(&mut caller, &all(&[json!({"dimension": "queueId", "range": {"gte": 1}})])), nothing);
    let both = any(&[of("queueId", &ids[1]), of("queueId", &ids[0]), of("queueId", &ids[1])]);
    let (queues, media) = groups(&mut caller, &both);
    assert_eq!((queues, media.len()), (vec![ids[1].clone(), ids[0].clone()], 10), "once each, in the order asked");
    let one = (vec![ids[0].clone()], vec![(ids[0].clone(), "voice".to_string())]);
    assert_eq!(groups(&mut caller, &all(&[of("queueId", &ids[0]), of("mediaType", "VOICE")])), one);
    let (queues, media) = groups(&mut caller, &any(&[of("queueId", &ids[0]), of("mediaType", "email")]));
    assert_eq!((queues.len(), media.len()), (ids.len(), ids.len() + 4));
    let (queues, media) = groups(&mut caller, &all(&[not("mediaType")]));
    assert_eq!((queues.len(), media.len()), (ids.len(), 0), "users have no medium");
}
