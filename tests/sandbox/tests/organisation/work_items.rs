//! There are no work items, but not everything can be asked of them.

use serde_json::{Value, json};

use crate::caller::Caller;

const QUERY: &str = "/api/v2/analytics/taskmanagement/metrics/query";

fn query(queue: &Value) -> Value {
    json!({
        "groupBy": ["queueId", "statusCategory"],
        "metrics": [{"name": "oWorkitemsDue", "qualifier": "Hours24"}, {"name": "oWorkitemsAssigned"}],
        "filter": {"predicates": [{"dimension": "queueId", "value": queue}]},
        "expands": ["type", "assignee"],
    })
}

fn a_queue(caller: &mut Caller, division: &str) -> Value {
    let queues = caller.get("/api/v2/routing/queues?pageSize=100").parsed();
    let queues = queues["entities"].as_array().unwrap();
    queues.iter().find(|queue| queue["division"]["name"] == division).unwrap()["id"].clone()
}

#[test]
fn no_queue_has_any() {
    let mut caller = Caller::new("admin");
    let (home, emea) = (a_queue(&mut caller, "Home"), a_queue(&mut caller, "EMEA"));
    for queue in [&home, &emea, &json!("00000000-0000-4000-8000-000000000000")] {
        assert_eq!(caller.ask(&format!("{QUERY}?pageSize=200&after=x"), query(queue)), json!({}));
    }
    caller.log_in("emea-only");
    let refused = caller.post(QUERY, query(&emea));
    assert_eq!((refused.status, refused.parsed()["code"].clone()), (403, json!("missing.permissions")));
    let permission = json!({"add": ["analytics:taskManagementObservation:view"], "after_ms": 0});
    caller.control("POST", "/clients/emea-only/permissions", permission);
    assert_eq!(caller.ask(QUERY, query(&emea)), json!({}));
    let refused = caller.post(QUERY, query(&home));
    assert_eq!((refused.status, refused.parsed()["code"].clone()), (403, json!("missing.any.division.permissions")));
}

#[test]
fn what_no_model_has_is_refused() {
    let mut caller = Caller::new("admin");
    let queue = a_queue(&mut caller, "Home");
    let predicate = |dimension: &str, value: &str| json!({"dimension": dimension, "value": value});
    let own = json!({"dimension": "queueId", "value": queue});
    for (member, value, code) in [
        ("interval", json!("2026-03-09T00:00:00Z/P1D"), "invalid.property"),
        ("groupBy", json!([]), "bad.request"),
        ("groupBy", json!(["userId"]), "invalid.value"),
        ("metrics", json!([]), "bad.request"),
        ("metrics", json!(["oWorkitemsDue"]), "invalid.value"),
        ("metrics", json!([{"name": "nWorkitemsCreated"}]), "invalid.value"),
        ("metrics", json!([{"name": "oWorkitemsDue", "qualifier": "Hours48"}]), "invalid.value"),
        ("metrics", json!([{"metric": "oWorkitemsDue"}]), "invalid.property"),
        ("expands", json!(["queue"]), "invalid.value"),
        ("filter", json!(null), "bad.request"),
        ("filter", json!({"type": "and", "predicates": [own]}), "invalid.property"),
        ("filter", json!({"predicates": []}), "bad.request"),
        ("filter", json!({"predicates": [own, own]}), "bad.request"),
        ("filter", json!({"predicates": [predicate("typeId", "00000000-0000-4000-8000-000000000000")]}), "bad.request"),
        ("filter", json!({"predicates": [predicate("assigneeId", "x")]}), "invalid.value"),
        ("filter", json!({"predicates": [predicate("queueId", "x")]}), "invalid.value"),
    ] {
        let mut body = query(&queue);
        body[member] = value;
        let answer = caller.post(QUERY, body.clone());
        assert_eq!((answer.status, answer.parsed()["code"].clone()), (400, json!(code)), "{body}");
    }
    for size in ["0", "201", "many"] {
        let answer = caller.post(&format!("{QUERY}?pageSize={size}"), query(&queue));
        assert_eq!((answer.status, answer.parsed()["code"].clone()), (400, json!("invalid.query.param.value")));
    }
}
