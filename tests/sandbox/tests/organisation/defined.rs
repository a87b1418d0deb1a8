//! What the judge of all answers is worth: it sees every kind of fault, and genuine answers pass.

use std::collections::BTreeSet;

use pegcount_sandbox::{Request, Response};
use serde_json::{Value, json};

use crate::definitions::DEFINITIONS;
use crate::sense::{of_objects, of_pages, of_rate, of_values};

fn sample(name: &str) -> Value {
    let path = format!("{}/../vectors/samples/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn genuine_answers_pass() {
    for (name, kind, least) in [
        ("authorization-subject.json", "AuthzSubject", 400),
        ("conversation-aggregates-query.json", "ConversationAggregateQueryResponse", 10),
        ("conversation-detail-1.json", "AnalyticsConversationWithoutAttributes", 100),
        ("conversation-detail-2.json", "AnalyticsConversationWithoutAttributes", 70),
        ("conversation-get.json", "Conversation", 250),
        ("conversation-recordings.json", "[Recording]", 200),
        ("conversations-details-query-empty-page.json", "AnalyticsConversationQueryResponse", 1),
        ("conversations-details-query-partial.json", "AnalyticsConversationQueryResponse", 10),
        ("error-429.json", "ErrorBody", 4),
        ("queue-observations-query.json", "QueueObservationQueryResponse", 40),
        ("usage-query-results.json", "ApiUsageQueryResult", 40),
    ] {
        let verdict = DEFINITIONS.judge_model(&sample(name), kind);
        assert!(verdict.leaves >= least, "{name}: {}", verdict.leaves);
        let ends: BTreeSet<&str> =
            verdict.complaints.iter().map(|one| one.rsplit('.').next().unwrap_or_default()).collect();
        match name {
            // Whoever made the names in it anonymous wrote a day with one digit.
            "conversation-detail-2.json" => {
                assert!(verdict.complaints.iter().all(|one| one.contains("2021-04-2T")), "{ends:?}");
            }
            // Neither the swagger nor the SDK knows of it.
            "conversation-recordings.json" => {
                assert_eq!(ends.into_iter().collect::<Vec<_>>(), ["externalContacts: is no member of Recording"]);
            }
            _ => assert!(ends.is_empty(), "{name}: {ends:?}"),
        }
    }
}

#[test]
fn faults_are_seen() {
    let users = |user: Value| {
        let body = json!({"entities": [user], "pageNumber": 1}).to_string();
        DEFINITIONS.judge("GET", "/api/v2/users", &Response::json(200, body)).complaints
    };
    assert_eq!(users(json!({"version": 1, "state": "active", "dateLastLogin": "2026-03-10T15:00:00.000Z"})), [""; 0]);
    for (user, complaint) in [
        (json!({}), "$.entities[0].version: is required of User"),
        (json!({"version": 1, "shoes": 2}), "$.entities[0].shoes: is no member of User"),
        (json!({"version": 3_000_000_000_i64}), "$.entities[0].version: 3000000000 is not an int32"),
        (json!({"version": 1.5}), "$.entities[0].version: 1.5 is not an int32"),
        (json!({"version": 1, "name": null}), "$.entities[0].name: null is not a text"),
        (json!({"version": 1, "acdAutoAnswer": "yes"}), "$.entities[0].acdAutoAnswer: \"yes\" is not a truth value"),
        (json!({"version": 1, "manager": "x"}), "$.entities[0].manager: \"x\" is not User"),
        (json!({"version": 1, "skills": {}}), "$.entities[0].skills: {} is not a list"),
        (json!({"version": 1, "selfUri": "a b"}), "$.entities[0].selfUri: \"a b\" is not a URI"),
        (
            json!({"version": 1, "state": "asleep"}),
            "$.entities[0].state: \"asleep\" is not one of active inactive deleted",
        ),
        (
            json!({"version": 1, "dateLastLogin": "2026-03-10 15:00:00"}),
            "$.entities[0].dateLastLogin: \"2026-03-10 15:00:00\" is not a date-time",
        ),
    ] {
        assert_eq!(users(user), [complaint]);
    }
    let judge = |method: &str, path: &str, status: u16, body: &str| {
        DEFINITIONS.judge(method, &format!("/api/v2/{path}"), &Response::json(status, body)).complaints.len()
    };
    for (method, path, status, body, count) in [
        ("GET", "users", 200, "{}", 0),
        ("GET", "users", 202, "{}", 1),
        ("GET", "users", 200, "{", 1),
        ("GET", "users", 404, "{\"code\":\"not.found\",\"status\":404}", 0),
        ("GET", "users", 404, "{\"error\":\"not_found\"}", 1),
        ("GET", "nothing", 200, "{}", 1),
        ("DELETE", "analytics/conversations/details/jobs/x", 204, "", 0),
        ("DELETE", "analytics/conversations/details/jobs/x", 204, "{}", 1),
        ("GET", "conversations/x/recordings", 202, "", 0),
        ("HEAD", "users", 200, "{}", 0),
        ("HEAD", "users", 200, "{\"shoes\":2}", 1),
    ] {
        assert_eq!(judge(method, path, status, body), count, "{method} {path} {status} {body}");
    }
    assert_eq!(DEFINITIONS.judge("GET", "/api/v2/users", &Response::html(200, "{}")).complaints.len(), 1);
    assert_eq!(DEFINITIONS.judge_model(&json!("2026-03-10T00:00:00Z/2026-03-11T00:00:00Z"), "v").complaints, [""; 0]);
    for (value, kind) in
        [(json!("2026-03-10"), "v"), (json!("2026-3-10"), "d"), (json!([1, 1]), "<i>"), (json!(1), "{s}")]
    {
        assert_eq!(DEFINITIONS.judge_model(&value, kind).complaints.len(), 1, "{value} {kind}");
    }
}

/// What the judge has to say beside what the definitions say.
fn sensed(target: &str, body: &Value) -> usize {
    let request = Request::new("GET", target);
    [of_pages(&request, body), of_objects(request.path(), body), of_values(body)].concat().len()
}

#[test]
fn what_contradicts_itself_is_seen() {
    let link = |number: u64| format!("/api/v2/x?pageSize=2&pageNumber={number}&name=a");
    let good = json!({
        "entities": [{}, {}], "pageSize": 2, "pageNumber": 2, "total": 5, "pageCount": 3, "firstUri": link(1),
        "previousUri": link(1), "selfUri": link(2), "nextUri": link(3), "lastUri": link(3),
    });
    let asked = "/api/v2/x?name=a&pageNumber=2&pageSize=2";
    assert_eq!(sensed(asked, &good), 0);
    for (name, value) in [
        ("entities", json!([{}])),
        ("entities", json!([{}, {}, {}])),
        ("pageSize", json!(3)),
        ("pageNumber", json!(1)),
        ("total", json!(3)),
        ("pageCount", json!(2)),
        ("firstUri", json!(link(2))),
        ("previousUri", Value::Null),
        ("selfUri", json!("/api/v2/x?pageSize=2&pageNumber=2")),
        ("nextUri", json!(link(2))),
        ("nextUri", Value::Null),
        ("lastUri", json!(link(4))),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        assert!(sensed(asked, &bad) > 0, "{bad}");
    }
    let after = |link: &str| json!({"entities": [{}], "nextUri": link});
    assert_eq!(sensed("/api/v2/x?name=a", &after("/api/v2/x?name=a&after=1")), 0);
    for link in ["/api/v2/x?after=1", "/api/v2/y?name=a&after=1", "/api/v2/x?name=a"] {
        assert_eq!(sensed("/api/v2/x?name=a", &after(link)), 1, "{link}");
    }
    for (value, count) in [
        (json!({"timeZone": "Europe/Berlin", "proficiency": 5.0, "country": "DE", "overtalkPercentage": 100}), 0),
        (json!({"settings": {"timeZone": "Europe/Nowhere"}}), 1),
        (json!({"timeZone": "europe/berlin"}), 1),
        (json!([{"proficiency": 9.5}, {"country": "de"}, {"sentimentScore": -2}, {"lengthMinutes": -1}]), 4),
    ] {
        assert_eq!(sensed("/api/v2/x", &value), count, "{value}");
    }
    assert_eq!(sensed("/api/v2/speechandtextanalytics/transcripts/search", &json!({"results": [{"mood": "x"}]})), 1);
}

#[test]
fn a_rate_that_is_told_wrong_is_seen() {
    let told = |count: i64, allowed: i64, reset: i64| {
        let answer = Response::json(200, "{}").header("inin-ratelimit-count", count.to_string());
        answer.header("inin-ratelimit-allowed", allowed.to_string()).header("inin-ratelimit-reset", reset.to_string())
    };
    let mut before = None;
    for (second, count, reset) in [(0, 1, 60), (10, 2, 50), (10, 3, 50), (61, 1, 60)] {
        assert_eq!(of_rate(&told(count, 9, reset), second * 1_000, &mut before), [""; 0]);
    }
    for (count, allowed, reset) in [(2, 9, 90), (2, 9, 0), (10, 9, 60), (1, 9, 60), (2, 9, 58), (0, 9, 60)] {
        assert!(
            !of_rate(&told(count, allowed, reset), 61_000, &mut before.clone()).is_empty(),
            "{count} {allowed} {reset}"
        );
    }
    assert_eq!(of_rate(&Response::json(200, "{}"), 61_000, &mut before).len(), 1);
    assert_eq!(of_rate(&Response::json(401, "{}"), 61_000, &mut before), [""; 0]);
}
