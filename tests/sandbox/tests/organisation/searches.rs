//! Searches find what the listings and queries tell.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pegcount_sandbox::time::{DAY, iso};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::evaluations::evaluations;

const EVALUATIONS: &str = "/api/v2/quality/evaluations/search";
const USERS: &str = "/api/v2/users/search";

fn ids(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_string()).collect()
}

/// A week's evaluations.
fn week(caller: &Caller, more: Value) -> Value {
    let end = caller.day().end;
    let range =
        json!({"type": "DATE_RANGE", "field": "releaseDate", "startValue": iso(end - 7 * DAY), "endValue": iso(end)});
    let mut query = vec![range];
    query.extend(more.as_array().unwrap().clone());
    json!({"pageNumber": 1, "pageSize": 100, "query": query})
}

#[test]
fn evaluations_are_those_of_the_query() {
    let mut caller = Caller::new("admin");
    let end = caller.day().end;
    // They are assigned before they are released.
    let listed = evaluations(&mut caller, 30, "&isReleased=true&expandAnswerTotalScores=true");
    let week_before = iso(end - 7 * DAY)..iso(end);
    let is_in_week = |one: &Value| week_before.contains(&one["releaseDate"].as_str().unwrap().into());
    let mut listed: Vec<Value> = listed.into_iter().filter(is_in_week).collect();
    listed.sort_by_key(|one| one["releaseDate"].to_string());
    let all = caller.ask(EVALUATIONS, week(&caller, json!([])))["results"].clone();
    assert!(ids(&all).len() > 10);
    assert_eq!(ids(&all), ids(&json!(listed)));
    let same = listed.iter().find(|one| one["id"] == all[0]["id"]).unwrap();
    assert_eq!(all[0]["answers"], same["answers"]);
    let agent = all[0]["agent"]["id"].clone();
    let by_agent = json!([{"type": "EXACT", "field": "agentId", "value": agent}]);
    let of_agent = caller.ask(EVALUATIONS, week(&caller, by_agent))["results"].clone();
    assert!(of_agent.as_array().unwrap().iter().all(|one| one["agent"]["id"] == agent));
    let others = json!([{"type": "EXACT", "field": "agentId", "values": [agent], "operator": "NOT"}]);
    let of_others = caller.ask(EVALUATIONS, week(&caller, others))["results"].clone();
    assert_eq!(ids(&of_agent).len() + ids(&of_others).len(), ids(&all).len());
    let good = json!([{"type": "GREATER_THAN_EQUAL_TO", "field": "totalScore", "value": "70"}]);
    let good = caller.ask(EVALUATIONS, week(&caller, good))["results"].clone();
    let scores = |list: &Value| -> Vec<f64> {
        list.as_array().unwrap().iter().map(|one| one["answers"]["totalScore"].as_f64().unwrap()).collect()
    };
    assert_eq!(scores(&good).len(), scores(&all).iter().filter(|score| **score >= 70.0).count());
    let mut counted = week(&caller, json!([]));
    counted["pageSize"] = json!(0);
    counted["aggregations"] = json!([
        {"name": "agents", "field": "agentId", "type": "TERM", "size": 100},
        {"name": "mean", "field": "totalScore", "type": "AVERAGE"},
        {"name": "stats", "field": "totalScore", "type": "STATS"},
    ]);
    let answer = caller.ask(EVALUATIONS, counted.clone());
    let buckets = answer["aggregations"]["agents"]["buckets"].as_array().unwrap();
    let count: i64 = buckets.iter().map(|bucket| bucket["documentCount"].as_i64().unwrap()).sum();
    assert_eq!(count as usize, ids(&all).len());
    let mean = scores(&all).iter().sum::<f64>() / scores(&all).len() as f64;
    assert!((answer["aggregations"]["mean"]["value"].as_f64().unwrap() - mean).abs() < 1e-9);
    assert_eq!(answer["results"], Value::Null);
    let (least, most) = scores(&all).into_iter().fold((f64::MAX, 0.0), |(l, m): (f64, f64), s| (l.min(s), m.max(s)));
    let stats = &answer["aggregations"]["stats"];
    let told = ["minimum", "maximum", "average", "sum"].map(|name| stats[name].as_f64().unwrap());
    let sum = scores(&all).iter().sum::<f64>();
    assert_eq!((told, &stats["count"]), ([least, most, mean, sum], &json!(scores(&all).len())));
    let none = json!({"type": "GREATER_THAN", "field": "totalScore", "value": "100"});
    counted["query"].as_array_mut().unwrap().push(none);
    let stats = caller.ask(EVALUATIONS, counted)["aggregations"]["stats"].clone();
    assert_eq!(stats, json!({"count": 0, "minimum": 0.0, "maximum": 0.0, "average": 0.0, "sum": 0.0}));
    assert!(!stats.to_string().contains('-'));
}

#[test]
fn a_search_of_evaluations_has_its_limits() {
    let mut caller = Caller::new("admin");
    let long =
        json!([{"type": "DATE_RANGE", "field": "releaseDate", "startValue": iso(0), "endValue": iso(100 * DAY)}]);
    let mut both = week(&caller, json!([]));
    both["aggregations"] = json!([{"name": "x", "field": "agentId", "type": "COUNT"}]);
    let word = week(&caller, json!([{"type": "EXACT", "field": "shoeSize", "value": "9"}]));
    let terms = |size: Value| {
        let mut body = week(&caller, json!([]));
        body["pageSize"] = json!(0);
        body["aggregations"] = json!([{"name": "x", "field": "agentId", "type": "TERM", "size": size}]);
        body
    };
    let (most, large, negative) = (terms(json!(100)), terms(json!(101)), terms(json!(-1)));
    assert_eq!(caller.post(EVALUATIONS, most).status, 200);
    let (none, long) = (json!({"pageNumber": 1, "query": []}), json!({"pageNumber": 1, "query": long}));
    for body in [none, long, both, word, large, negative] {
        assert_eq!(caller.post(EVALUATIONS, body.clone()).status, 400, "{body}");
    }
}

#[test]
fn users_are_those_of_the_listing() {
    let mut caller = Caller::new("admin");
    let listed = caller.get("/api/v2/users?pageSize=100&expand=team").parsed()["entities"].clone();
    let active = json!([{"type": "EXACT", "fields": ["state"], "value": "active"}]);
    let all = caller.ask(USERS, json!({"pageSize": 100, "expand": ["team"], "query": active}));
    assert_eq!((&all["results"], &all["total"]), (&listed, &json!(ids(&listed).len())));
    let some = &listed[2];
    let name = some["name"].as_str().unwrap();
    let query = json!([{"type": "CONTAINS", "fields": ["name"], "value": name.to_uppercase()}]);
    let found = caller.ask(USERS, json!({"query": query}));
    assert!(ids(&found["results"]).contains(&some["id"].as_str().unwrap().to_string()));
    let either: Vec<Value> = [1, 4]
        .map(|at| json!({"type": "EXACT", "fields": ["id"], "value": listed[at]["id"], "operator": "OR"}))
        .to_vec();
    let query = json!([{"type": "EXACT", "fields": ["id"], "value": listed[0]["id"]}]);
    let query = [query.as_array().unwrap().clone(), either].concat();
    let q64 = STANDARD.encode(json!({"query": query, "pageSize": 2}).to_string());
    let page = caller.get(&format!("{USERS}?q64={}", q64.replace('+', "%2B").replace('=', "%3D"))).parsed();
    assert_eq!((&page["total"], &page["pageCount"], ids(&page["results"]).len()), (&json!(3), &json!(2), 2));
    assert_eq!(caller.post(USERS, json!({"expand": ["shoes"]})).status, 400);
    caller.log_in("emea-only");
    let mine = caller.ask(USERS, json!({"pageSize": 100}));
    assert!(mine["results"].as_array().unwrap().iter().all(|user| user["division"]["name"] == "EMEA"));
}
