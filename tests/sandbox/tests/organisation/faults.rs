//! Every fault does what its line says.

use std::io::Read as _;

use pegcount_sandbox::{DECLARED, Effect, FAULTS};
use serde_json::{Value, json};

use crate::caller::{Caller, DETAILS, USER_DETAILS};

fn with(fault: Value) -> Caller {
    let mut caller = Caller::new("reporting");
    caller.control("POST", "/faults", fault);
    caller
}

#[test]
fn each_can_be_switched_on_and_off() {
    let mut caller = Caller::new("reporting");
    for (name, ..) in FAULTS {
        caller.control("POST", "/faults", json!({"name": name, "count": (name != "rotated").then_some(3)}));
    }
    caller.control("DELETE", "/faults", json!({}));
    assert_eq!(caller.get("/api/v2/users").status, 200);
}

#[test]
fn each_is_in_the_readme() {
    let readme = include_str!("../../README.md");
    for (name, meaning, _) in FAULTS {
        assert!(readme.contains(&format!("| `{name}` | {meaning} |")), "{name}");
    }
    for (code, ..) in DECLARED {
        assert!(readme.contains(&format!("`{code}`")), "{code}");
    }
}

#[test]
fn statuses_come_as_often_as_asked() {
    for (name, status) in [("408", 408), ("429", 429), ("500", 500), ("502", 502), ("503", 503), ("504", 504)] {
        let mut caller = with(json!({"name": name, "count": 2}));
        let seen: Vec<u16> = (0..3).map(|_| caller.get("/api/v2/users").status).collect();
        assert_eq!(seen, [status, status, 200], "{name}");
    }
    let mut caller = with(json!({"name": "retry-after", "arg": "3600"}));
    assert_eq!(caller.get("/api/v2/users").value("Retry-After"), Some("3600"));
    let mut caller = with(json!({"name": "500", "path": "/api/v2/routing"}));
    assert_eq!(caller.get("/api/v2/users").status, 200);
    assert_eq!(caller.get("/api/v2/routing/queues").status, 500);
}

#[test]
fn the_transport_is_told() {
    for (name, effect) in [
        ("reset-before", Effect::ResetBefore),
        ("reset-after", Effect::ResetAfter),
        ("truncated", Effect::Truncate),
        ("hang", Effect::Hang),
        ("close", Effect::Close),
    ] {
        let mut caller = with(json!({"name": name}));
        assert_eq!(caller.get("/api/v2/users").effect, effect);
        assert_eq!(caller.get("/api/v2/users").effect, Effect::None);
    }
    let mut caller = with(json!({"name": "slow", "arg": 40}));
    assert_eq!(caller.get("/api/v2/users").effect, Effect::Delay(40));
    assert_eq!(caller.get("/api/v2/users").effect, Effect::Delay(40), "slow lasts");
}

#[test]
fn answers_that_are_not_what_they_seem() {
    let mut caller = with(json!({"name": "html"}));
    let page = caller.get("/api/v2/users");
    assert_eq!((page.status, page.value("Content-Type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.value("ININ-Correlation-Id").is_none(), "a proxy knows nothing of it");
    let mut caller = with(json!({"name": "deep", "arg": 500}));
    assert_eq!(caller.get("/api/v2/users").body.iter().filter(|byte| **byte == b'[').count(), 500);
    let mut caller = with(json!({"name": "huge", "arg": 1}));
    assert!(caller.get("/api/v2/users").body.len() > 1 << 20);
    let mut caller = with(json!({"name": "gzip-bomb", "arg": 4}));
    let bomb = caller.get("/api/v2/users");
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(bomb.body.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert!(unpacked.len() == 4 << 20 && bomb.body.len() < 20_000);
    let mut caller = with(json!({"name": "empty"}));
    let query = json!({"interval": caller.ready["interval"]});
    assert_eq!(caller.post(DETAILS, query).parsed(), json!({"totalHits": 200}));
}

#[test]
fn what_a_fault_leaves_alone_is_judged() {
    let mut caller = with(json!({"name": "html", "count": 2, "path": "/api/v2/users"}));
    for (target, judged) in
        [("/api/v2/users", 0), ("/api/v2/routing/queues", 1), ("/api/v2/users", 1), ("/api/v2/users", 2)]
    {
        caller.get(target);
        assert_eq!(caller.judged, judged, "{target}");
    }
    caller.control("POST", "/faults", json!({"name": "future"}));
    for (target, judged) in [("/api/v2/routing/queues", 2), ("/api/v2/routing/queues/nothing", 3)] {
        caller.get(target);
        assert_eq!(caller.judged, judged, "{target}");
    }
    caller.control("DELETE", "/faults", json!({}));
    caller.get("/api/v2/routing/queues");
    assert_eq!(caller.judged, 4);
}

#[test]
fn pages_can_be_too_large() {
    let mut caller = with(json!({"name": "too-large", "arg": 40}));
    let mut query = json!({"interval": caller.ready["interval"], "paging": {"pageSize": 100, "pageNumber": 1}});
    assert_eq!(caller.post(DETAILS, query.clone()).parsed()["code"], "response.entity.too.large");
    query["paging"]["pageSize"] = json!(40);
    assert_eq!(caller.post(DETAILS, query).status, 200);
}

#[test]
fn what_lasts_can_be_told_for_how_many_requests() {
    for name in ["approximate", "future", "idle", "skew", "slow", "too-large"] {
        let mut caller = with(json!({"name": name, "arg": (name != "future").then_some(5), "count": 2}));
        for left in [json!(2), json!(1)] {
            assert_eq!(caller.control("GET", "/faults", json!({}))["faults"][0]["left"], left, "{name}");
            caller.get("/api/v2/routing/queues");
        }
        assert_eq!(caller.control("GET", "/faults", json!({}))["faults"], json!([]), "{name}");
    }
}

#[test]
fn the_future_has_more_words() {
    let mut caller = with(json!({"name": "future"}));
    let query = json!({"interval": caller.ready["interval"], "paging": {"pageSize": 100, "pageNumber": 1}});
    let text = caller.post(DETAILS, query).parsed().to_string();
    assert!(text.contains("holographicPresence") && text.contains("\"mediaType\":\"hologram\""));
}

/// Answers of each shape: pages of details, a listing, names alone, a bare list, one thing.
fn shapes(caller: &mut Caller) -> Vec<Value> {
    let page = json!({"interval": caller.ready["interval"], "paging": {"pageSize": 100, "pageNumber": 1}});
    let user = caller.ready["user"]["id"].as_str().unwrap().to_string();
    let mut told = vec![caller.post(DETAILS, page.clone()), caller.post(USER_DETAILS, page)];
    for target in [
        "/api/v2/routing/queues",
        "/api/v2/organizations/limits/namespaces",
        &format!("/api/v2/users/presences/purecloud/bulk?id={user}"),
        &format!("/api/v2/users/{user}"),
    ] {
        told.push(caller.get(target));
    }
    told.iter()
        .map(|answer| if answer.status == 200 { answer.parsed() } else { panic!("{}", answer.parsed()) })
        .collect()
}

#[test]
fn every_shape_of_answer_is_emptied() {
    let mut caller = Caller::new("admin");
    let mut whole = shapes(&mut caller);
    for (answer, list) in whole.iter_mut().zip(["conversations", "userDetails", "entities", "entities"]) {
        assert!(answer.as_object_mut().unwrap().remove(list).is_some_and(|list| !list.as_array().unwrap().is_empty()));
    }
    (whole[4], whole[5]) = (json!([]), json!({}));
    caller.control("POST", "/faults", json!({"name": "empty", "count": 0}));
    for (at, (told, left)) in shapes(&mut caller).iter().zip(&whole).enumerate() {
        assert!(told == left, "{at}: {left}");
    }
    assert_eq!(caller.get("/api/v2/routing/queues/nothing").parsed()["code"], "not.found", "a refusal stays one");
}

#[test]
fn every_shape_of_answer_has_a_future() {
    let mut caller = Caller::new("admin");
    let before = shapes(&mut caller);
    caller.control("POST", "/faults", json!({"name": "future"}));
    let told: Vec<String> = shapes(&mut caller).iter().map(Value::to_string).collect();
    for at in [0, 1, 2, 3, 5] {
        assert!(told[at].contains("holographicPresence"), "{at}");
    }
    for at in [1, 2, 4] {
        assert!(told[at].contains("quantum"), "{at}");
    }
    let known: Value = serde_json::from_str(&told[3]).unwrap();
    assert_eq!(known["entities"], before[3]["entities"], "names stay names");
}

#[test]
fn users_have_pages_like_conversations() {
    let mut caller = with(json!({"name": "too-large", "arg": 3}));
    let mut query = json!({"interval": caller.ready["interval"], "paging": {"pageSize": 4, "pageNumber": 1}});
    assert_eq!(caller.post(USER_DETAILS, query.clone()).parsed()["code"], "response.entity.too.large");
    query["paging"]["pageSize"] = json!(3);
    let hits = caller.ask(USER_DETAILS, query.clone())["totalHits"].as_i64().unwrap();
    caller.control("POST", "/faults", json!({"name": "approximate", "arg": 500}));
    let mut told = Vec::new();
    for number in 1..=3 {
        query["paging"]["pageNumber"] = json!(number);
        told.push(caller.ask(USER_DETAILS, query.clone())["totalHits"].as_i64().unwrap());
    }
    assert!(told.iter().all(|told| (told - hits).abs() <= hits / 2), "{told:?} of {hits}");
    assert!(told.iter().any(|told| *told != hits), "{told:?}");
}

#[test]
fn the_servers_clock_may_be_ahead() {
    let mut caller = Caller::new("reporting");
    assert_eq!(caller.get("/api/v2/users").value("Date"), Some("Tue, 10 Mar 2026 15:00:00 GMT"));
    caller.control("POST", "/faults", json!({"name": "skew", "arg": 7_200}));
    assert_eq!(caller.get("/api/v2/users").value("Date"), Some("Tue, 10 Mar 2026 17:00:00 GMT"));
}

#[test]
fn a_reset_brings_back_the_start() {
    let mut caller = with(json!({"name": "rotated"}));
    caller.control("POST", "/clock", json!({"advance_ms": 86_400_000}));
    let before = Caller::new("reporting").control("GET", "/state", Value::Null)["now"].clone();
    assert_ne!(caller.control("GET", "/state", Value::Null)["now"], before);
    caller.control("POST", "/reset", json!({}));
    assert_eq!(caller.control("GET", "/state", Value::Null)["now"], before);
    assert_eq!(caller.log_in("reporting").status, 200);
}

#[test]
fn logins_fail_where_they_should() {
    let mut caller = with(json!({"name": "mint-limit"}));
    let refused = caller.log_in("reporting");
    assert_eq!(refused.status, 400);
    assert!(refused.parsed()["error_description"].as_str().unwrap().starts_with("rate limit exceeded;"));
    assert_eq!(caller.log_in("reporting").status, 200);
    let mut caller = with(json!({"name": "revoked"}));
    assert_eq!(caller.get("/api/v2/users").status, 401);
    let mut caller = with(json!({"name": "rotated"}));
    assert_eq!(caller.log_in("reporting").status, 401);
    let mut caller = with(json!({"name": "idle", "arg": 60}));
    assert_eq!(caller.get("/api/v2/users").status, 200);
    caller.now += 61_000;
    assert_eq!(caller.get("/api/v2/users").status, 401);
}

#[test]
fn the_log_remembers_requests() {
    let mut caller = Caller::new("reporting");
    caller.get("/api/v2/users?pageSize=3");
    let log = caller.control("GET", "/requests", Value::Null);
    assert_eq!((log["total"].as_i64(), log["token_requests"].as_i64()), (Some(2), Some(1)));
    let last = &log["requests"][1];
    assert_eq!((last["path"].as_str(), last["status"].as_i64()), (Some("/api/v2/users"), Some(200)));
    assert_eq!(last["client"], "reporting");
    caller.control("DELETE", "/requests", json!({}));
    assert_eq!(caller.control("GET", "/state", Value::Null)["requests"], 0);
}
