//! What the judge of all answers is worth: it sees every kind of fault, and genuine answers pass.

use std::collections::BTreeSet;

use pegcount_sandbox::Response;
use serde_json::{Value, json};

use crate::definitions::DEFINITIONS;

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
