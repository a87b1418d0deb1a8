use super::*;
use crate::error::{Certainty, ErrorKind, Retry};

fn api(status: u16, code: &str, message: &str) -> (u16, String) {
    let body = serde_json::json!({"message": message, "code": code, "status": status, "contextId": "ctx-1", "details": [], "errors": []});
    (status, body.to_string())
}

fn ask<'a>(answer: &'a (u16, String), method: &'a str, path: &'a str) -> Error {
    explain(&Case {
        status: Some(answer.0),
        body: &answer.1,
        method: Some(method),
        path: Some(path),
        ..Case::default()
    })
}

#[test]
fn a_missing_permission_is_named() {
    let answer = api(
        403,
        "missing.any.permissions",
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: [analytics:conversationDetail:view, analytics:agentConversationDetail:view]",
    );
    let error = ask(&answer, "POST", "/api/v2/analytics/conversations/details/query");
    assert_eq!(error.kind, ErrorKind::ForbiddenPermission);
    assert_eq!(
        error.explanation.missing,
        ["analytics:conversationDetail:view", "analytics:agentConversationDetail:view"]
    );
    assert_eq!(error.explanation.certainty, Certainty::Certain);
    assert_eq!(error.request_id.as_deref(), Some("ctx-1"));
    assert_eq!(error.operation.as_deref(), Some("POST /api/v2/analytics/conversations/details/query"));
}

#[test]
fn where_the_server_names_nothing_the_catalogue_does() {
    let answer = api(403, "missing.permissions", "You are missing the following permission(s): []");
    let error = ask(&answer, "GET", "/api/v2/routing/queues/1bc96a39-6725-40c4-9345-db72aa67b8c6");
    assert!(error.explanation.missing.iter().any(|name| name.starts_with("routing:queue:")), "{error:?}");
}

#[test]
fn a_missing_division_is_named() {
    let division = "1b6b98a6-3d70-47be-9406-61a5aa8cc570";
    let message = format!(
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: [] in at least one of the following division(s): [{division}]"
    );
    let error = ask(&api(403, "missing.any.division.permissions", &message), "GET", "/api/v2/routing/queues");
    assert_eq!(error.kind, ErrorKind::ForbiddenDivision);
    assert_eq!(error.explanation.missing.first().map(String::as_str), Some(division));
}

#[test]
fn an_invented_endpoint_finds_the_real_one() {
    let error = ask(
        &api(404, "not.found", "The requested resource was not found."),
        "GET",
        "/api/v2/analytics/reporting/queues/summary",
    );
    assert_eq!(error.kind, ErrorKind::NotFoundOperation);
    assert_eq!(error.explanation.nearest[0], "POST /api/v2/analytics/queues/observations/query");
    assert!(error.explanation.belief.is_some());
    let real = ask(&api(404, "not.found", "The requested resource was not found."), "GET", "/api/v2/users/x");
    assert_eq!(real.kind, ErrorKind::NotFoundEntity);
}

#[test]
fn values_that_are_not_allowed_find_the_nearest() {
    let message =
        "Value [nOfferd] is not valid for field type [metric]. Allowable values are: nOffered, tHandle, nFlow";
    let error = ask(&api(400, "invalid.value", message), "POST", "/api/v2/analytics/conversations/aggregates/query");
    assert_eq!(error.kind, ErrorKind::QueryMetric);
    assert_eq!(error.explanation.nearest, ["nOffered"]);
}

#[test]
fn a_wait_of_a_day_is_deferred() {
    let answer = api(
        429,
        "too.many.requests.retry.after",
        "Rate limit exceeded the maximum. Retry the request in [86400] seconds",
    );
    let error = ask(&answer, "GET", "/api/v2/users");
    assert_eq!(error.kind, ErrorKind::LimitDeferred);
    assert_eq!(error.retry, Retry::Later { after_ms: Some(86_400_000) });
}

#[test]
fn bodies_of_no_form() {
    let kind = |status, body: &str| explain(&Case { status: Some(status), body, ..Case::default() }).kind;
    assert_eq!(kind(200, "<html>"), ErrorKind::NetworkProxy);
    assert_eq!(kind(403, "<!doctype html>"), ErrorKind::NetworkProxy);
    assert_eq!(kind(502, "<html>502</html>"), ErrorKind::ServerUnavailable);
    for (status, expected) in [
        (401, ErrorKind::AuthTokenRefused),
        (403, ErrorKind::ForbiddenOther),
        (404, ErrorKind::NotFoundEntity),
        (429, ErrorKind::LimitRate),
        (500, ErrorKind::ServerFault),
        (503, ErrorKind::ServerUnavailable),
        (302, ErrorKind::NetworkProxy),
    ] {
        for body in ["", "nonsense", "[]", "{}", "{\"code\":7}"] {
            assert_eq!(kind(status, body), expected, "{status} {body}");
        }
    }
}

#[test]
fn what_a_server_echoes_of_a_credential_is_cut_out() {
    let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9abcdef";
    let error =
        ask(&api(401, "bad.credentials", &format!("Invalid: Bearer {token} in header")), "GET", "/api/v2/users");
    assert!(!format!("{error} {error:?} {}", error.explanation).contains(token));
}

#[test]
fn pasted_answers() {
    let sdk = r#"(403)
Reason: Forbidden
HTTP response headers: HTTPHeaderDict({'Content-Type': 'application/json', 'ININ-Correlation-Id': 'abc', 'Retry-After': '9'})
HTTP response body: {"message":"m","code":"missing.permissions","status":403}"#;
    let pasted = parse_paste(sdk);
    assert_eq!(
        (pasted.status, pasted.headers.request_id.as_deref(), pasted.headers.retry_after),
        (Some(403), Some("abc"), Some(9))
    );
    assert_eq!(explain(&pasted.case()).kind, ErrorKind::ForbiddenPermission);

    let curl = "HTTP/1.1 100 Continue\r\n\r\nHTTP/2 429 \r\ncontent-type: application/json\r\nretry-after: 42\r\n\r\n{\"code\":\"too.many.requests.retry.after\"}\r\n";
    let pasted = parse_paste(curl);
    assert_eq!((pasted.status, pasted.headers.retry_after), (Some(429), Some(42)));
    assert!(pasted.body.starts_with('{'));

    let log = "2026-03-10 ERROR request failed: {\"error\":\"invalid_client\",\"description\":\"client not found\"} (giving up)";
    assert_eq!(explain(&parse_paste(log).case()).kind, ErrorKind::AuthUnknownClient);
    for odd in ["", "{", "(x)", "HTTP/", "HTTP/1.1", "HTTP/1.1 x\n\n", "\u{feff}{}", "(403)\nReason:"] {
        explain(&parse_paste(odd).case());
    }
}

#[test]
fn beliefs() {
    let path = |path| explain(&Case { status: Some(404), path: Some(path), method: Some("GET"), ..Case::default() });
    let body = |request| explain(&Case { status: Some(400), request_body: Some(request), ..Case::default() });
    for (error, word) in [
        (path("/api/v2/oauth/token"), "login.<domain>"),
        (path("https://api.mypurecloud.com/oauth/token"), "login host"),
        (path("https://us.genesys.cloud/api/v2/users"), "no host"),
        (path("/api/v2/analytics/interactions/sentiment/details"), "speechandtextanalytics"),
        (body(r#"{"dateRange":"x"}"#), "interval"),
        (body(r#"{"view_id":"x"}"#), "view_id"),
        (body("grant_type=client_credentials&scope=analytics:readonly"), "do not apply to client credentials"),
        (body("grant_type=client_credentials&scope=analytics:query"), "neither a scope nor a permission"),
        (body("scope=openid offline_access"), "not OpenID Connect"),
    ] {
        let belief = error.explanation.belief.as_deref().unwrap_or_default();
        assert!(belief.contains(word), "{word}: {belief}");
    }
    assert_eq!(body(r#"{"interval":"x"}"#).explanation.belief, None);
    let real = body(r#"{"scope":"analytics:conversationDetail:view"}"#);
    assert_eq!(real.explanation.belief, None, "a real permission");
}

#[test]
fn a_key_that_the_operation_does_not_know() {
    let refused = |key: &str, path: &str| {
        let message = format!("Value [{key}] is not a valid property for object [ConversationAggregationQuery]");
        ask(&api(400, "invalid.property", &message), "POST", path)
    };
    let (aggregates, details) =
        ("/api/v2/analytics/conversations/aggregates/query", "/api/v2/analytics/conversations/details/query");
    for key in ["dateFrom", "date_from", "date_to", "dateRange", "startDate"] {
        let error = refused(key, aggregates);
        assert_eq!((error.kind, error.explanation.nearest[0].as_str()), (ErrorKind::QueryBody, "interval"), "{key}");
        assert!(error.explanation.belief.is_some(), "{key}");
    }
    assert!(refused("view_id", aggregates).explanation.belief.is_some());
    // Its name is no reason to speak of metrics.
    let error = refused("metricFilters", details);
    assert_eq!((error.kind, error.explanation.belief.clone()), (ErrorKind::QueryBody, None));
    assert!(error.explanation.remedy[0].contains("metricFilters"));
    assert_eq!(refused("segmentFilter", details).explanation.nearest[0], "segmentFilters");
}

#[test]
fn beliefs_are_not_read_into_longer_names() {
    for innocent in ["bob@tommygen.com", "bob@genesyscloud.com", "queue OpenIdeas", "id 12592000-1"] {
        let error = ask(&api(400, "bad.request", innocent), "GET", "/api/v2/users");
        assert_eq!(error.explanation.belief, None, "{innocent}");
    }
}

#[test]
fn a_word_in_the_place_of_an_id() {
    let gone = api(404, "not.found", "The requested resource was not found.");
    let error = ask(&gone, "GET", "/api/v2/routing/queues/all");
    assert_eq!(error.kind, ErrorKind::NotFoundEntity);
    assert!(error.explanation.remedy.iter().any(|step| step.contains("`all` stands where {queueId}")), "{error:?}");
    assert!(error.explanation.nearest.contains(&"GET /api/v2/routing/queues".to_owned()), "{error:?}");
    let error = ask(&gone, "GET", "/api/v2/routing/queues/1bc96a39-6725-40c4-9345-db72aa67b8c6");
    assert_eq!(error.explanation.nearest, Vec::<String>::new());
}

#[test]
fn what_people_paste() {
    let pasted = |text: &str| {
        let pasted = parse_paste(text);
        explain(&pasted.case())
    };
    let body = r#"{"message":"m","code":"missing.any.permissions","status":403}"#;
    let trace = format!(
        "Traceback (most recent call last):\n  File \"r.py\", line 3, in <module>\n    f(1)\nApiException: (403)\nReason: Forbidden\nHTTP response headers: HTTPHeaderDict({{'ININ-Correlation-Id': 'c-1'}})\nHTTP response body: {body}\n"
    );
    let error = pasted(&trace);
    assert_eq!((error.kind, error.request_id.as_deref()), (ErrorKind::ForbiddenPermission, Some("c-1")));
    let error = pasted(
        "requests.exceptions.HTTPError: 404 Client Error: Not Found for url: https://api.mypurecloud.ie/api/v2/analytics/reporting/queues/summary",
    );
    assert_eq!((error.kind, error.status), (ErrorKind::NotFoundOperation, Some(404)));
    for text in [
        "https://app.example/cb?error=access_denied&error_description=User%20said%20no",
        "https://app.example/cb#error=access_denied&error_description=User%20said%20no",
        "HTTP/1.1 302 Found\nLocation: https://app.example/cb?error=access_denied&error_description=User%20said%20no\n\n",
    ] {
        let error = pasted(text);
        assert_eq!(error.kind, ErrorKind::AuthCodeRefused, "{text}");
        assert!(error.explanation.evidence.iter().any(|line| line == "User said no"), "{error:?}");
    }
}
