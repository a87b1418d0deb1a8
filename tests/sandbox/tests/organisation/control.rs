//! Control calls: what cannot be meant is refused, with a sentence, and changes nothing.

use pegcount_sandbox::{FAULTS, Fault, Request};
use serde_json::{Value, json};

use crate::caller::Caller;

/// The sentence with which a call is refused.
fn refused(caller: &mut Caller, method: &str, path: &str, body: &Value) -> String {
    let before = caller.control("GET", "/state", Value::Null);
    let request = Request::new(method, &format!("/sandbox{path}")).body("application/json", body.to_string());
    let answer = caller.send(request);
    assert_eq!(answer.status, 400, "{method} {path} {body}: {}", answer.parsed());
    assert_eq!(caller.control("GET", "/state", Value::Null), before, "{method} {path} {body}");
    answer.parsed()["error"].as_str().unwrap().to_string()
}

#[test]
fn a_fault_that_cannot_be_meant_is_refused() {
    let mut caller = Caller::new("reporting");
    for (fault, why) in [
        (json!({}), "`name` must be a text"),
        (json!({"name": 500}), "`name` must be a text"),
        (json!({"name": "teapot"}), "unknown fault `teapot`; known are 401, "),
        (json!({"name": "500", "count": "3"}), "`count` must be a whole number from 0 (for ever) on"),
        (json!({"name": "500", "count": -1}), "`count` must be a whole number from 0 (for ever) on"),
        (json!({"name": "500", "count": 1.5}), "`count` must be a whole number from 0 (for ever) on"),
        (json!({"name": "500", "path": 7}), "`path` must begin with `/` and have no query"),
        (json!({"name": "500", "path": "users"}), "`path` must begin with `/` and have no query"),
        (json!({"name": "500", "path": "/api/v2/users?pageSize=3"}), "`path` must begin with `/` and have no query"),
        (json!({"name": "500", "times": 3}), "`times` is no member of this call; these are: name, arg, count, path"),
        (json!({"name": "429", "arg": "x"}), "`arg`: `x` is not a number"),
        (json!({"name": "429", "arg": 1.5}), "`arg` must be a whole number"),
        (json!({"name": "429", "arg": -5}), "`429` takes a number from 0 to 1000000000"),
        (json!({"name": "idle", "arg": i64::MAX}), "`idle` takes a number from 0 to 1000000000"),
        (json!({"name": "500", "arg": 3}), "`500` takes no number"),
        (json!({"name": "too.many.requests", "arg": 3}), "`too.many.requests` takes no number"),
        (json!({"name": "rotated", "count": 3}), "`rotated` happens at once: it takes neither count nor path"),
        (json!([]), "an object is expected"),
        (json!("500"), "an object is expected"),
    ] {
        let said = refused(&mut caller, "POST", "/faults", &fault);
        assert!(said.starts_with(why), "{fault}: {said}");
    }
    assert_eq!(Fault::parse("429:-5").unwrap_err(), "`429` takes a number from 0 to 1000000000");
    assert_eq!(Fault::parse("401:1").unwrap_err(), "`401` takes no number");
    Fault::parse("skew:-300").expect("a clock may be behind");
    for (name, ..) in FAULTS {
        caller.control("POST", "/faults", json!({"name": name, "arg": null, "count": null, "path": null}));
    }
}

#[test]
fn a_clock_goes_to_moments_that_can_be_written() {
    let mut caller = Caller::new("reporting");
    for body in [
        json!({}),
        json!({"advance_ms": "60"}),
        json!({"advance_ms": 1.5}),
        json!({"advance_ms": i64::MAX}),
        json!({"advance_ms": i64::MIN}),
        json!({"now": "soon"}),
        json!({"now": 5}),
        json!({"now": "9999-12-30T00:00:00Z"}),
        json!({"advance_ms": 1_000, "now": "2030-01-01T00:00:00Z"}),
    ] {
        let said = refused(&mut caller, "POST", "/clock", &body);
        assert!(said.starts_with("give either `advance_ms` as a whole number or `now` as a date"), "{body}: {said}");
    }
    let moved = caller.control("POST", "/clock", json!({"now": "2030-01-01T00:00:00Z", "advance_ms": null}));
    assert_eq!(moved["now"], "2030-01-01T00:00:00.000Z");
    let moved = caller.control("POST", "/clock", json!({"advance_ms": -1_000}));
    assert_eq!(moved["now"], "2029-12-31T23:59:59.000Z");
}

#[test]
fn what_a_call_does_not_know_is_refused() {
    let mut caller = Caller::new("reporting");
    for (path, body) in [
        ("/clients/reporting/permissions", json!({"delete": ["routing:queue:view"]})),
        ("/clients/reporting/permissions", json!({})),
        ("/clients/reporting/divisions", json!({"divisions": null, "after": 3})),
        ("/clients/code/scopes", json!({"scopes": [], "add": []})),
        ("/clients/reporting/rotate-secret", json!({"secret": "mine"})),
        ("/scopes", json!({"enforce": true, "scopes": []})),
        ("/tokens/revoke", json!({"client": "reporting"})),
        ("/token-life", json!({"seconds": 60, "idle": 60})),
        ("/mint", json!({"per_minute": 3, "allowed": 3})),
        ("/rate", json!({"allowed": 3, "per_minute": 3})),
        ("/reset", json!({"seed": 3})),
    ] {
        refused(&mut caller, "POST", path, &body);
    }
    for query in ["last=x", "last=-1", "last=", "first=3", "last=3&path=/oauth/token"] {
        refused(&mut caller, "GET", &format!("/requests?{query}"), &Value::Null);
    }
    refused(&mut caller, "GET", "/state?now=0", &Value::Null);
    refused(&mut caller, "POST", "/reset?seed=3", &Value::Null);
}

#[test]
fn the_whole_log_is_told_unless_its_end_is_asked_for() {
    let mut caller = Caller::new("reporting");
    for _ in 0..1_100 {
        caller.send(Request::new("GET", "/nowhere"));
    }
    let log = caller.control("GET", "/requests", Value::Null);
    let lines = log["requests"].as_array().unwrap();
    assert_eq!((lines.len(), &lines[0]["path"]), (1_101, &json!("/oauth/token")));
    let end = caller.control("GET", "/requests?last=2", Value::Null);
    assert_eq!((end["requests"].as_array().unwrap().len(), &end["total"]), (2, &json!(1_101)));
}
