//! `POST /oauth/token`.

use pegcount_sandbox::Request;
use serde_json::json;

use crate::caller::Caller;

const FORM: &str = "application/x-www-form-urlencoded";

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
