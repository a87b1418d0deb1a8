//! Conversation details: paging, order, filters, divisions, ids, time.

use std::collections::BTreeSet;

use pegcount_sandbox::time::{DAY, HOUR, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::{Caller, DETAILS, sessions};
use crate::questions::words;

fn ids(conversations: &[Value]) -> BTreeSet<String> {
    conversations.iter().map(|c| c["conversationId"].as_str().unwrap().to_string()).collect()
}

#[test]
fn the_same_seed_and_time_give_the_same_bytes() {
    let run = || {
        let mut caller = Caller::new("reporting");
        let query = json!({"interval": caller.ready["interval"]});
        let mut bytes = caller.ready.to_string().into_bytes();
        bytes.extend(caller.post(DETAILS, query).body);
        bytes.extend(caller.get("/api/v2/users?pageSize=500").body);
        bytes
    };
    assert_eq!(run(), run());
    let mut other = Caller::with("reporting", |options| options.seed = 2);
    let query = json!({"interval": other.ready["interval"]});
    assert_ne!(Caller::new("reporting").post(DETAILS, query.clone()).body, other.post(DETAILS, query).body);
}

#[test]
fn paging_covers_each_conversation_once_in_order() {
    let mut caller = Caller::new("reporting");
    let query = json!({"interval": caller.ready["interval"]});
    let all = caller.page_through(query.clone());
    assert_eq!((all.len(), ids(&all).len()), (200, 200));
    let starts: Vec<&str> = all.iter().map(|c| c["conversationStart"].as_str().unwrap()).collect();
    assert!(starts.is_sorted());
    let mut backwards = query;
    backwards["order"] = json!("desc");
    let mut reversed = caller.page_through(backwards);
    reversed.reverse();
    assert_eq!(all, reversed);
}

#[test]
fn an_interval_means_the_days_it_touches() {
    let mut caller = Caller::new("reporting");
    let day = caller.day();
    let minute = format!("{}/{}", iso(day.start + 12 * HOUR), iso(day.start + 12 * HOUR + 60_000));
    assert_eq!(caller.post(DETAILS, json!({"interval": minute})).parsed()["totalHits"], 200);
}

#[test]
fn the_present_holds_back_what_has_not_happened() {
    let mut caller = Caller::medium("reporting");
    let today = json!({"interval": format!("{}/{}", iso(caller.day().end), iso(caller.day().end + DAY))});
    let early = caller.page_through(today.clone());
    let open = early.iter().filter(|c| c["conversationEnd"].is_null()).count();
    assert!(open > 5, "{open} conversations go on at three in the afternoon");
    for (_, session) in sessions(&early) {
        let metrics = session["metrics"].as_array().cloned().unwrap_or_default();
        assert!(metrics.iter().all(|m| parse_iso(m["emitDate"].as_str().unwrap()) <= Some(caller.now)));
        let segments = session["segments"].as_array().unwrap();
        assert!(segments.iter().all(|s| parse_iso(s["segmentStart"].as_str().unwrap()) <= Some(caller.now)));
    }
    caller.control("POST", "/clock", json!({"advance_ms": 10 * DAY}));
    caller.log_in("reporting");
    let late = caller.page_through(today);
    // A Tuesday.
    assert_eq!(late.len(), 5_400);
    assert!(late.iter().all(|c| c["conversationEnd"].is_string()));
    assert!(ids(&early).is_subset(&ids(&late)));
}

#[test]
fn pages_of_queries_by_turns_while_time_goes_on_are_those_of_whoever_asks_for_the_first_time() {
    let mut caller = Caller::new("admin");
    let day = caller.day();
    let interval = format!("{}/{}", iso(day.start), iso(day.end + DAY));
    let voice = json!([{"type": "and", "predicates": [{"dimension": "mediaType", "value": "voice"}]}]);
    let open = json!([{"type": "and", "predicates": [{"dimension": "conversationEnd", "operator": "notExists"}]}]);
    let terms = json!([{"type": "termFrequency", "dimension": "disconnectType", "size": 5}]);
    let queries = [
        json!({"interval": interval}),
        json!({"interval": interval, "segmentFilters": voice, "order": "desc"}),
        json!({"interval": interval, "conversationFilters": open}),
        json!({"interval": interval, "orderBy": "conversationEnd", "order": "desc"}),
        json!({"interval": interval, "segmentFilters": voice, "aggregations": terms}),
    ];
    for wait in [0, 1, 60_000, 3_600_000, 1_000, -1_800_000, 9 * HOUR, DAY] {
        caller.now += wait;
        let mut stranger = Caller::with("admin", |_| ());
        stranger.now = caller.now;
        stranger.log_in("admin");
        caller.log_in("admin");
        for query in &queries {
            let mut query = query.clone();
            query["paging"] = json!({"pageSize": 100, "pageNumber": 1});
            let known = caller.post(DETAILS, query.clone()).body;
            assert!(known == stranger.post(DETAILS, query.clone()).body, "{wait} {query}");
        }
    }
}

#[test]
fn every_word_is_one_a_filter_knows() {
    let known: BTreeSet<String> = words("conversation.metric").into_iter().map(String::from).collect();
    let mut caller = Caller::medium("reporting");
    let all = caller.page_through(json!({"interval": caller.ready["interval"]}));
    let metrics = sessions(&all).into_iter().flat_map(|(_, s)| s["metrics"].as_array().cloned().unwrap_or_default());
    let used: BTreeSet<String> = metrics.map(|m| m["name"].as_str().unwrap().to_string()).collect();
    assert!(used.is_subset(&known), "{:?}", used.difference(&known));
    assert!(used.len() > 30, "{used:?}");
    let longest = sessions(&all).into_iter().map(|(_, s)| s["sessionId"].as_str().unwrap().len()).max();
    assert_eq!(longest, Some(73));
}

#[test]
fn filters_leave_what_they_name() {
    let mut caller = Caller::new("reporting");
    let interval = caller.ready["interval"].clone();
    let all = caller.page_through(json!({"interval": interval}));
    let queue = sessions(&all)
        .iter()
        .find_map(|(p, s)| (p["purpose"] == "acd").then(|| s["segments"][0]["queueId"].as_str().unwrap().to_string()));
    let queue = queue.unwrap();
    let of_queue = |c: &&Value| c.to_string().contains(&format!("\"queueId\":\"{queue}\""));
    let filter =
        json!([{"type": "and", "predicates": [{"type": "dimension", "dimension": "queueId", "value": queue}]}]);
    let found = caller.page_through(json!({"interval": interval, "segmentFilters": filter}));
    let expected: Vec<Value> = all
        .iter()
        .filter(|c| sessions(std::slice::from_ref(*c)).iter().any(|(_, s)| of_queue(&&s["segments"])))
        .cloned()
        .collect();
    assert_eq!(found, expected);
    let open = json!([{"type": "and", "predicates": [{"dimension": "conversationEnd", "operator": "notExists"}]}]);
    let found = caller.page_through(json!({"interval": interval, "conversationFilters": open}));
    assert_eq!(found.len(), all.iter().filter(|c| c["conversationEnd"].is_null()).count());
    let long =
        json!([{"type": "and", "predicates": [{"type": "metric", "metric": "tHeld", "range": {"gte": 30_000}}]}]);
    for one in caller.page_through(json!({"interval": interval, "conversationFilters": long})) {
        let one = [one];
        let metrics = sessions(&one).into_iter().flat_map(|(_, s)| s["metrics"].as_array().unwrap());
        let held: i64 = metrics.filter(|m| m["name"] == "tHeld").map(|m| m["value"].as_i64().unwrap()).sum();
        assert!(held >= 30_000);
    }
}

#[test]
fn one_and_many_by_id_are_what_the_query_showed() {
    let mut caller = Caller::new("reporting");
    let query = json!({"interval": caller.ready["interval"]});
    let all = caller.page_through(query);
    let id = |at: usize| all[at]["conversationId"].as_str().unwrap().to_string();
    assert_eq!(caller.get(&format!("/api/v2/analytics/conversations/{}/details", id(7))).parsed(), all[7]);
    let unknown = "00000000-0000-4000-8000-000000000000";
    let many = format!("/api/v2/analytics/conversations/details?id={}&id={unknown}&id={}", id(3), id(5));
    assert_eq!(caller.get(&many).parsed()["conversations"], json!([all[3], all[5]]));
    assert_eq!(caller.get(&format!("/api/v2/analytics/conversations/{unknown}/details")).status, 404);
}

#[test]
fn a_division_shows_its_own() {
    let mut caller = Caller::new("reporting");
    let query = json!({"interval": caller.ready["interval"]});
    let all = caller.page_through(query.clone());
    caller.log_in("emea-only");
    let some = caller.page_through(query);
    let divisions = caller.get("/api/v2/authorization/divisions?name=EMEA").parsed();
    let emea = divisions["entities"][0]["id"].clone();
    let of_emea = |c: &&Value| c["divisionIds"].as_array().unwrap().contains(&emea);
    assert_eq!(some, all.iter().filter(of_emea).cloned().collect::<Vec<_>>());
    let other = all.iter().find(|c| !of_emea(c)).unwrap();
    let target = format!("/api/v2/analytics/conversations/{}/details", other["conversationId"].as_str().unwrap());
    let answer = caller.get(&target);
    assert_eq!((answer.status, answer.parsed()["code"].as_str()), (403, Some("missing.any.division.permissions")));
}
