//! Every error body that is known of the platform and its login host, produced and compared with
//! `tests/vectors/explain.json`.

use std::collections::BTreeMap;

use pegcount_sandbox::time::{HOUR, SECOND, iso};
use pegcount_sandbox::{DECLARED, Request, Response};
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller, DETAILS, FORM, REDIRECT, form, sent_back};
use crate::speech::fetch;

/// Refusals of the login host whose text no source gives: the code alone is compared.
const TEXT_UNKNOWN: [&str; 3] = ["T-400-GRANT", "T-400-UNAUTHCLIENT", "T-400-UNSUPPORTED"];

const QUEUES: &str = "/api/v2/routing/queues";
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

fn login(caller: &mut Caller, client: &str, fields: &[(&str, &str)]) -> Response {
    caller.grant(client, fields)
}

fn with_fault(fault: Value, path: &str) -> Response {
    let mut caller = Caller::new("admin");
    caller.control("POST", "/faults", fault);
    match path {
        DETAILS => caller.post(DETAILS, details(&caller.ready["interval"].clone())),
        path => caller.get(path),
    }
}

fn details(interval: &Value) -> Value {
    json!({"interval": interval, "paging": {"pageSize": 100, "pageNumber": 1}})
}

/// A queue of a division that `emea-only` may not see.
fn elsewhere(caller: &mut Caller) -> String {
    caller.log_in("admin");
    let all = caller.get(&format!("{QUEUES}?pageSize=100")).parsed();
    let queue = all["entities"].as_array().unwrap().iter().find(|queue| queue["division"]["name"] == "Americas");
    queue.unwrap()["id"].as_str().unwrap().to_string()
}

/// The answer of the login host to a mistake.
fn of_login(id: &str) -> Option<Response> {
    let mut caller = Caller::new("admin");
    let credentials = [("grant_type", "client_credentials")];
    Some(match id {
        "T-400-CLIENT" => {
            let fields = [("grant_type", "client_credentials"), ("client_id", NOBODY), ("client_secret", "x")];
            caller.send(Request::new("POST", "/oauth/token").body(FORM, form(&fields)))
        }
        "T-401-SECRET" => {
            caller.ready["clients"]["admin"]["client_secret"] = json!("wrong");
            login(&mut caller, "admin", &credentials)
        }
        "T-400-RATE" => {
            caller.control("POST", "/faults", json!({"name": "mint-limit"}));
            login(&mut caller, "admin", &credentials)
        }
        "T-400-GRANT" => {
            let fields = [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "http://127.0.0.1/")];
            login(&mut caller, "code", &fields)
        }
        "T-400-UNAUTHCLIENT" => login(&mut caller, "wrong-grant", &credentials),
        "T-400-UNSUPPORTED" => login(&mut caller, "admin", &[("grant_type", "password")]),
        "T-REDIRECT-ERR" => {
            let page = caller.page("pkce", &[("response_type", "token")]);
            caller.send(Request::new("GET", &page))
        }
        _ => return None,
    })
}

/// The answer of the API to a request that causes the refusal by itself.
fn of_request(id: &str) -> Option<Response> {
    let client = if id.starts_with("A-403") { "no-analytics" } else { "admin" };
    let mut caller = Caller::new(client);
    let mut good = details(&caller.ready["interval"].clone());
    Some(match id {
        "A-401-NOTOKEN" => caller.send(Request::new("POST", DETAILS).body("application/json", "{}")),
        "A-401-BAD" => {
            caller.token = "nonsense".into();
            caller.post(DETAILS, good)
        }
        "A-403-ANY" => caller.post(DETAILS, good),
        "A-403-ALL" => caller.get("/api/v2/analytics/reporting/exports"),
        "A-403-ANYDIV" => {
            let queue = elsewhere(&mut caller);
            caller.log_in("emea-only");
            caller.get(&format!("{QUEUES}/{queue}"))
        }
        "A-403-SCOPE" => {
            caller.control("POST", "/scopes", json!({"enforce": true}));
            caller.control("POST", "/clients/code/scopes", json!({"scopes": ["user-basic-info"]}));
            let code = caller.code("code");
            let exchange = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
            caller.grant("code", &exchange);
            caller.post(DETAILS, good)
        }
        "A-400-NOTUSER" => caller.get("/api/v2/users/me"),
        "A-400-BAD" => {
            let authorization = format!("Bearer {}", caller.token);
            let post = Request::new("POST", DETAILS).header("Authorization", &authorization);
            caller.send(post.body("application/json", "{\"interval\":"))
        }
        "A-400-DATE" => caller.post(DETAILS, json!({"interval": "yesterday"})),
        "A-400-VALUE" => caller.post(AGGREGATES, json!({"interval": good["interval"], "metrics": ["nOfferd"]})),
        "A-400-QUERYPARAM" => caller.get("/api/v2/users?pageSize=many"),
        "A-400-PROP" => {
            good["dateRange"] = json!("today");
            caller.post(DETAILS, good)
        }
        "A-404" => caller.get(&format!("{QUEUES}/{NOBODY}")),
        "A-413-REQ" => {
            let authorization = format!("Bearer {}", caller.token);
            let post = Request::new("POST", DETAILS).header("Authorization", &authorization);
            caller.send(post.body("application/json", vec![b' '; 512_001]))
        }
        "A-415" => {
            let authorization = format!("Bearer {}", caller.token);
            let post = Request::new("POST", DETAILS).header("Authorization", &authorization);
            caller.send(post.body("text/xml", "<query/>"))
        }
        "A-429" => {
            let mut caller = Caller::with("admin", |options| options.rate = 1);
            caller.get("/api/v2/users");
            caller.get("/api/v2/users")
        }
        _ => return None,
    })
}

/// The answer of the store of files.
fn of_store(id: &str) -> Option<Response> {
    if !id.starts_with("S3-") && id != "FILE-401" {
        return None;
    }
    let mut caller = Caller::new("admin");
    let units = caller.get("/api/v2/workforcemanagement/managementunits").parsed();
    let (unit, day) = (units["entities"][0]["id"].as_str().unwrap(), caller.day());
    let target = format!("/api/v2/workforcemanagement/managementunits/{unit}/historicaladherencequery");
    let asked = caller.post(&target, json!({"startDate": iso(day.start), "endDate": iso(day.end)})).parsed();
    caller.now += 10 * SECOND;
    let job = format!("/api/v2/workforcemanagement/adherence/historical/jobs/{}", asked["id"].as_str().unwrap());
    let done = caller.get(&job).parsed();
    let url = done["downloadUrls"][0].as_str().unwrap();
    assert_eq!(fetch(&mut caller, "GET", url, &[]).status, 200);
    match id {
        "S3-403-EXPIRED" => caller.now += HOUR,
        "S3-403-DENIED" => return Some(fetch(&mut caller, "GET", url.split('?').next().unwrap(), &[])),
        // Signed, and gone: nobody knows of the job any more.
        "S3-404" => drop(caller.control("POST", "/reset", json!({}))),
        "FILE-401" => drop(caller.control("POST", "/faults", json!({"name": "401", "path": "/adherence/"}))),
        _ => panic!("{id}"),
    }
    Some(fetch(&mut caller, "GET", url, &[]))
}

/// The answer while a fault is on: its name is the code, or what `--help` calls it.
fn of_fault(case: &Value) -> Response {
    let body: Value = serde_json::from_str(case["body"].as_str().unwrap()).unwrap_or_default();
    let (name, path) = match case["id"].as_str().unwrap() {
        "A-401-IP" => ("ip", QUEUES),
        "A-403-POLICY" => ("forbidden-policy", QUEUES),
        "A-400-RESPTOOLARGE" => ("too-large", DETAILS),
        "A-408" => ("408", QUEUES),
        "A-500" => ("500", QUEUES),
        "A-502" => ("502", QUEUES),
        "A-503" => ("503", QUEUES),
        "A-504" => ("504", QUEUES),
        _ => (body["code"].as_str().unwrap(), QUEUES),
    };
    with_fault(json!({"name": name}), path)
}

/// A message without what differs from case to case: lists in brackets, allowed values, what follows a semicolon.
fn gist(message: &str) -> String {
    let mut gist = String::new();
    let mut depth = 0;
    for letter in message.split("Allowable values").next().unwrap_or_default().chars() {
        depth += i32::from(letter == '[');
        if depth == 0 {
            gist.push(letter);
        }
        depth -= i32::from(letter == ']');
    }
    gist
}

fn compare(case: &Value, answer: &Response) {
    let id = case["id"].as_str().unwrap();
    assert_eq!(u64::from(answer.status), case["status"].as_u64().unwrap(), "{id}");
    assert!(answer.value("Date").is_some(), "{id}");
    let Ok(expected) = serde_json::from_str::<Value>(case["body"].as_str().unwrap()) else {
        // A redirect has no body, a gateway's is no JSON, a store's is XML or nothing.
        let expected = case["body"].as_str().unwrap();
        match answer.status {
            _ if expected.starts_with("<?xml") => compare_xml(id, expected, answer),
            401 => assert!(answer.body.is_empty(), "{id}"),
            302 => assert!(sent_back(answer).contains_key("error_description"), "{id}"),
            _ => {
                assert!(answer.value("Content-Type").unwrap().starts_with("text/html"), "{id}");
                assert!(answer.body.starts_with(b"<html>"), "{id}");
            }
        }
        return;
    };
    let found = answer.parsed();
    assert_eq!(answer.value("Content-Type"), Some("application/json"), "{id}");
    let names = |body: &Value| body.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&found), names(&expected), "{id}");
    let context = found.get("contextId").map(|context| context.as_str().unwrap());
    assert!(context.is_none() || context == answer.value("ININ-Correlation-Id"), "{id}");
    assert_eq!(answer.value("Retry-After").is_some(), id == "A-429", "{id}");
    for (name, value) in expected.as_object().unwrap() {
        match value.as_str() {
            _ if name == "contextId" => {}
            Some(_) if name.contains("description") && TEXT_UNKNOWN.contains(&id) => {}
            Some(text) if id == "T-400-RATE" && name.contains("description") => {
                let end = text.find(';').unwrap();
                assert!(found[name].as_str().unwrap().starts_with(&text[..=end]), "{id}");
            }
            Some(text) => assert_eq!(gist(found[name].as_str().unwrap()), gist(text), "{id}"),
            None => assert_eq!(&found[name], value, "{id}"),
        }
    }
}

/// Names and texts of the elements inside `Error`.
fn elements(xml: &str) -> BTreeMap<&str, &str> {
    let inside = xml.split_once("<Error>").unwrap().1.strip_suffix("</Error>").unwrap();
    let starts = inside.split('<').filter(|part| !part.starts_with('/'));
    starts.filter_map(|part| part.split_once('>')).collect()
}

fn compare_xml(id: &str, expected: &str, answer: &Response) {
    assert_eq!(answer.value("Content-Type"), Some("application/xml"), "{id}");
    let text = String::from_utf8(answer.body.clone()).unwrap();
    let (found, expected) = (elements(&text), elements(expected));
    assert!(expected.keys().all(|name| found.contains_key(name)), "{id}: {text}");
    for name in ["Code", "Message"] {
        assert_eq!(found[name], expected[name], "{id}");
    }
    for (name, header) in [("RequestId", "x-amz-request-id"), ("HostId", "x-amz-id-2")] {
        assert_eq!(Some(found[name]), answer.value(header), "{id}");
    }
}

#[test]
fn every_known_body_is_produced() {
    let vectors: Value = serde_json::from_str(include_str!("../../../vectors/explain.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    let mut by_themselves = 0;
    let declared = |answer: &Response| {
        answer.body.starts_with(b"{") && {
            let body = answer.parsed();
            DECLARED.iter().any(|(code, ..)| body["code"] == *code)
        }
    };
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let answer = of_login(id).or_else(|| of_request(id)).or_else(|| of_store(id));
        by_themselves += usize::from(answer.is_some() && id != "FILE-401");
        assert!(!answer.as_ref().is_some_and(declared), "{id}: a request leads to it");
        compare(case, &answer.unwrap_or_else(|| of_fault(case)));
    }
    assert_eq!((cases.len(), by_themselves), (60, 26));
}
