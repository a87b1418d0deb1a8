//! 400, 401, 403, 404, 405, 415, 429: bodies and headers.

use pegcount_sandbox::{Request, Response};
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller, DETAILS};

/// Checks what every refusal has, and tells its code and message.
fn refusal(answer: &Response, status: u16) -> (String, String) {
    let body = answer.parsed();
    assert_eq!(answer.status, status, "{body}");
    assert_eq!(body["status"], status);
    assert_eq!((&body["details"], &body["errors"]), (&json!([]), &json!([])));
    assert_eq!(body["contextId"].as_str(), answer.value("ININ-Correlation-Id"));
    let text = |name: &str| body[name].as_str().unwrap().to_string();
    (text("code"), text("message"))
}

#[test]
fn no_token_a_false_token_a_revoked_token() {
    let mut caller = Caller::new("reporting");
    let without = caller.send(Request::new("GET", "/api/v2/users"));
    let (code, message) = refusal(&without, 401);
    assert_eq!(code, "authentication.required");
    assert_eq!(message, "No authentication bearer token specified in authorization header.");
    let good = std::mem::replace(&mut caller.token, "nonsense".into());
    assert_eq!(refusal(&caller.get("/api/v2/users"), 401).0, "bad.credentials");
    caller.token = good;
    assert_eq!(caller.delete("/api/v2/tokens/me").status, 200);
    assert_eq!(refusal(&caller.get("/api/v2/users"), 401).1, "Invalid login credentials.");
}

#[test]
fn permissions_are_named() {
    let mut caller = Caller::new("no-analytics");
    let (code, message) = refusal(&caller.post(DETAILS, json!({})), 403);
    assert_eq!(code, "missing.any.permissions");
    assert_eq!(
        message,
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: \
         [analytics:conversationDetail:view, analytics:agentConversationDetail:view]"
    );
    let (code, message) = refusal(&caller.get("/api/v2/analytics/reporting/exports"), 403);
    assert_eq!(code, "missing.permissions");
    assert!(message.contains("missing the following permission(s): [analytics:dataExport:view]"), "{message}");
    assert_eq!(caller.get("/api/v2/routing/queues").status, 200);
}

#[test]
fn divisions_are_named() {
    let mut caller = Caller::new("emea-only");
    let mine = caller.get("/api/v2/routing/queues?pageSize=100").parsed();
    assert!(mine["entities"].as_array().unwrap().iter().all(|queue| queue["division"]["name"] == "EMEA"));
    caller.log_in("admin");
    let all = caller.get("/api/v2/routing/queues?pageSize=100").parsed();
    let other = all["entities"].as_array().unwrap().iter().find(|q| q["division"]["name"] == "Americas").unwrap();
    caller.log_in("emea-only");
    let target = format!("/api/v2/routing/queues/{}", other["id"].as_str().unwrap());
    let (code, message) = refusal(&caller.get(&target), 403);
    assert_eq!(code, "missing.any.division.permissions");
    assert!(message.contains(other["division"]["id"].as_str().unwrap()));
}

#[test]
fn what_is_not_there() {
    let mut caller = Caller::new("admin");
    assert_eq!(refusal(&caller.get("/api/v2/nothing/of/the/kind"), 404).0, "not.found");
    assert_eq!(refusal(&caller.get("/api/v2/users/me"), 400).0, "not.a.user");
    assert_eq!(refusal(&caller.post("/api/v2/users", json!({})), 405).0, "method.not.allowed");
    assert_eq!(refusal(&caller.get("/api/v2/billing/contracts"), 501).0, "not.implemented");
}

#[test]
fn bodies_that_are_none() {
    let mut caller = Caller::new("reporting");
    let authorization = format!("Bearer {}", caller.token);
    let post = Request::new("POST", DETAILS).header("Authorization", &authorization);
    let torn = caller.send(post.clone().body("application/json", "{\"interval\":"));
    assert_eq!(refusal(&torn, 400).0, "bad.request");
    let xml = caller.send(post.clone().body("text/xml", "<query/>"));
    assert_eq!(refusal(&xml, 415).0, "unsupported.media.type");
    let big = caller.send(post.body("application/json", vec![b' '; 512_001]));
    assert_eq!(refusal(&big, 413).0, "request.entity.too.large");
}

#[test]
fn queries_that_break_a_rule() {
    let mut caller = Caller::new("reporting");
    let good = "2026-03-08T00:00:00.000Z/2026-03-09T00:00:00.000Z";
    let cases: [(&str, Value, &str); 11] = [
        (DETAILS, json!({}), "bad.request"),
        (DETAILS, json!({"interval": "yesterday"}), "invalid.date"),
        (DETAILS, json!({"interval": "2026-03-09T00:00:00Z/2026-03-08T00:00:00Z"}), "bad.request"),
        (DETAILS, json!({"interval": "2026-03-01T00:00:00Z/2026-03-09T00:00:00Z"}), "bad.request"),
        (DETAILS, json!({"interval": good, "paging": {"pageSize": 101, "pageNumber": 1}}), "bad.request"),
        (DETAILS, json!({"interval": good, "paging": {"pageSize": 100, "pageNumber": 1001}}), "bad.request"),
        (DETAILS, json!({"interval": good, "dateFrom": "2026-03-08"}), "invalid.property"),
        (DETAILS, json!({"interval": good, "orderBy": "duration"}), "invalid.value"),
        (DETAILS, json!({"interval": good, "segmentFilters": [{"type": "and", "predicates": []}]}), "bad.request"),
        (
            DETAILS,
            json!({"interval": good, "segmentFilters": [{"type": "and", "predicates": [{"dimension": "queue", "value": "x"}]}]}),
            "invalid.value",
        ),
        (AGGREGATES, json!({"interval": good, "metrics": ["tHandle"], "granularity": "hourly"}), "bad.request"),
    ];
    for (target, body, expected) in cases {
        assert_eq!(refusal(&caller.post(target, body.clone()), 400).0, expected, "{body}");
    }
    let deep = caller.post(DETAILS, json!({"interval": good, "paging": {"pageSize": 100, "pageNumber": 1001}}));
    assert_eq!(refusal(&deep, 400).1, "Pagination may not exceed 100000 results.");
}

#[test]
fn a_rate_has_a_window() {
    let mut caller = Caller::with("reporting", |options| options.rate = 3);
    for count in 1..=3 {
        let answer = caller.get("/api/v2/users");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.value("inin-ratelimit-count"), Some(count.to_string().as_str()));
        assert_eq!(answer.value("inin-ratelimit-allowed"), Some("3"));
    }
    caller.now += 20_000;
    let answer = caller.get("/api/v2/users");
    let (code, message) = refusal(&answer, 429);
    assert_eq!(code, "too.many.requests.retry.after");
    assert_eq!(message, "Rate limit exceeded the maximum. Retry the request in [40] seconds");
    assert_eq!(answer.value("Retry-After"), Some("40"));
    caller.now += 40_000;
    assert_eq!(caller.get("/api/v2/users").status, 200);
}
