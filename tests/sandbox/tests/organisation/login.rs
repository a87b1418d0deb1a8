//! `POST /oauth/token`.

use pegcount_sandbox::Request;
use serde_json::json;

use crate::caller::{Caller, FORM};

fn ask(caller: &mut Caller, form: &str) -> (u16, String, String) {
    let answer = caller.send(Request::new("POST", "/oauth/token").body(FORM, form));
    let body = answer.parsed();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_string();
    assert_eq!(text("description"), text("error_description"));
    (answer.status, text("error"), text("description"))
}

#[test]
fn each_mistake_has_its_refusal() {
    let mut caller = Caller::new("reporting");
    let id = caller.ready["clients"]["reporting"]["client_id"].as_str().unwrap().to_string();
    let secret = caller.ready["clients"]["reporting"]["client_secret"].as_str().unwrap().to_string();
    let unknown = "grant_type=client_credentials&client_id=00000000-0000-4000-8000-000000000000&client_secret=x";
    assert_eq!(ask(&mut caller, unknown), (400, "invalid_client".into(), "client not found".into()));
    let wrong = format!("grant_type=client_credentials&client_id={id}&client_secret=x");
    assert_eq!(ask(&mut caller, &wrong), (401, "invalid_client".into(), "authentication failed".into()));
    let grant = format!("grant_type=password&client_id={id}&client_secret={secret}");
    assert_eq!(ask(&mut caller, &grant).1, "unsupported_grant_type");
    assert_eq!(caller.log_in("wrong-grant").parsed()["error"], "unauthorized_client");
    assert_eq!(caller.log_in("disabled").status, 400);
    let json = caller.send(Request::new("POST", "/oauth/token").body("application/json", "{}"));
    assert_eq!(json.status, 400);
}

#[test]
fn a_token_lives_its_life() {
    let mut caller = Caller::new("reporting");
    let life = caller.log_in("reporting").parsed()["expires_in"].as_i64().unwrap();
    assert_eq!(life, 86_400);
    assert_eq!(caller.get("/api/v2/users").status, 200);
    caller.now += life * 1_000;
    let answer = caller.get("/api/v2/users");
    assert_eq!((answer.status, answer.parsed()["code"].as_str()), (401, Some("bad.credentials")));
}

#[test]
fn a_rotated_secret_is_the_only_good_one() {
    let mut caller = Caller::new("reporting");
    let told = caller.control("POST", "/clients/reporting/rotate-secret", json!({}));
    assert_eq!(caller.get("/api/v2/users").status, 200, "tokens outlive the secret");
    assert_eq!(caller.log_in("reporting").status, 401);
    caller.ready["clients"]["reporting"]["client_secret"] = told["client_secret"].clone();
    assert_eq!(caller.log_in("reporting").status, 200);
}

#[test]
fn the_life_of_tokens_can_be_set() {
    let mut caller = Caller::new("reporting");
    let told = caller.control("POST", "/token-life", json!({"seconds": 300}));
    assert_eq!(told, json!({"seconds": 300, "idle_seconds": 0}));
    assert_eq!(caller.log_in("reporting").parsed()["expires_in"], 300);
    caller.now += 299_999;
    assert_eq!(caller.get("/api/v2/users").status, 200);
    caller.now += 1;
    assert_eq!(caller.get("/api/v2/users").status, 401);

    caller.control("POST", "/token-life", json!({"idle_seconds": 60}));
    assert_eq!(caller.log_in("reporting").parsed()["expires_in"], 300);
    for _ in 0..3 {
        caller.now += 60_000;
        assert_eq!(caller.get("/api/v2/users").status, 200, "use keeps it");
    }
    caller.control("DELETE", "/faults", json!({}));
    caller.now += 60_001;
    assert_eq!(caller.get("/api/v2/users").status, 401);
    caller.control("POST", "/token-life", json!({"idle_seconds": 0}));
    caller.log_in("reporting");
    caller.now += 299_999;
    assert_eq!(caller.get("/api/v2/users").status, 200, "none at all");
    for wrong in [json!({}), json!({"seconds": 0}), json!({"idle_seconds": "900"})] {
        let request = Request::new("POST", "/sandbox/token-life").body("application/json", wrong.to_string());
        assert_eq!(caller.send(request).status, 400, "{wrong}");
    }
}

#[test]
fn minting_can_be_limited() {
    let mut caller = Caller::new("reporting");
    caller.control("POST", "/mint", json!({"per_minute": 2}));
    let statuses: Vec<u16> = ["reporting", "admin", "reporting"].map(|name| caller.log_in(name).status).into();
    assert_eq!(statuses, [200, 200, 400]);
    let refused = caller.log_in("reporting").parsed();
    assert_eq!(refused["error"], "invalid_request");
    assert!(refused["error_description"].as_str().unwrap().starts_with("rate limit exceeded;"));
    caller.now += 60_000;
    assert_eq!(caller.log_in("reporting").status, 200);
    caller.control("POST", "/mint", json!({"per_minute": 0}));
    assert!((0..100).all(|_| caller.log_in("reporting").status == 200));
}
