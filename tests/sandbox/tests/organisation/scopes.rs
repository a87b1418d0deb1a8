//! Scopes of users' tokens, where the organisation enforces them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pegcount_sandbox::{Request, Response};
use serde_json::{Value, json};

use crate::caller::{Caller, DETAILS, REDIRECT, VERIFIER, form, sent_back};

const JOBS: &str = "/api/v2/analytics/conversations/aggregates/jobs";
const TOKEN: &str = "/api/v2/tokens/me";

fn enforcing(client: &str) -> Caller {
    let mut caller = Caller::new(client);
    assert_eq!(caller.control("POST", "/scopes", json!({"enforce": true})), json!({"enforce": true}));
    caller
}

/// Logs the user in to a client by the page, which is asked with these fields.
fn log_in(caller: &mut Caller, client: &str, more: &[(&str, &str)]) -> Response {
    let page = caller.page(client, more);
    let code = sent_back(&caller.agree(&page))["code"].clone();
    let mut fields = vec![("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
    if client == "pkce" {
        fields.push(("code_verifier", VERIFIER));
    }
    caller.grant(client, &fields)
}

fn show_assertion(caller: &mut Caller, scope: &str) -> Response {
    let name = caller.ready["user"]["username"].as_str().unwrap().to_string();
    let assertion = URL_SAFE_NO_PAD.encode(format!("<Assertion><NameID>{name}</NameID></Assertion>"));
    let org = caller.ready["org"].as_str().unwrap().to_string();
    let mut fields = vec![("grant_type", "urn:ietf:params:oauth:grant-type:saml2-bearer")];
    fields.extend([("orgName", org.as_str()), ("assertion", &assertion), ("scope", scope)]);
    caller.grant("saml", &fields)
}

fn give(caller: &mut Caller, client: &str, scopes: &[&str]) {
    let told = caller.control("POST", &format!("/clients/{client}/scopes"), json!({"scopes": scopes}));
    assert_eq!(told, json!({"scopes": scopes}));
}

fn details(caller: &mut Caller) -> Response {
    let interval = caller.ready["interval"].clone();
    caller.post(DETAILS, json!({"interval": interval}))
}

fn refused(answer: &Response) -> String {
    let body = answer.parsed();
    assert_eq!((answer.status, body["code"].as_str()), (403, Some("app.not.authorized.for.scope")), "{body}");
    body["message"].as_str().unwrap().to_string()
}

#[test]
fn nothing_is_enforced_until_somebody_says_so() {
    let mut caller = Caller::new("reporting");
    give(&mut caller, "code", &["user-basic-info"]);
    log_in(&mut caller, "code", &[("scope", "nonsense")]);
    assert_eq!(details(&mut caller).status, 200);
    caller.control("POST", "/scopes", json!({"enforce": true}));
    refused(&details(&mut caller));
    caller.control("POST", "/scopes", json!({"enforce": false}));
    assert_eq!(details(&mut caller).status, 200);
    caller.control("POST", "/scopes", json!({"enforce": true}));
    caller.control("POST", "/reset", json!({}));
    assert_eq!(caller.control("GET", "/state", json!({}))["enforces_scopes"], json!(false));
}

#[test]
fn a_user_s_token_may_do_what_its_scopes_cover_whatever_it_came_of() {
    let mut caller = enforcing("reporting");
    for client in ["code", "pkce", "saml"] {
        give(&mut caller, client, &["analytics:readonly", "user-basic-info"]);
        let told = match client {
            "saml" => show_assertion(&mut caller, "analytics:readonly user-basic-info"),
            _ => log_in(&mut caller, client, &[]),
        };
        assert_eq!(told.status, 200);
        assert_eq!(details(&mut caller).status, 200);
        let lists = caller.get("/api/v2/routing/queues");
        assert_eq!(refused(&lists), "App not authorized to use scope [routing, routing:readonly]");
        assert!(lists.value("inin-ratelimit-count").is_some(), "it counts");
        // A query may be read by who may only read, a job can be started but not cancelled.
        let interval = caller.ready["interval"].clone();
        let job = caller.post(JOBS, json!({"interval": interval, "metrics": ["nOffered"]}));
        let job = job.parsed()["jobId"].as_str().unwrap().to_string();
        assert_eq!(caller.get(&format!("{JOBS}/{job}")).status, 200);
        assert_eq!(refused(&caller.delete(&format!("{JOBS}/{job}"))), "App not authorized to use scope [analytics]");
        // What asks for no scope is everybody's; so is, with the scope for it, the token.
        assert_ne!(caller.get("/api/v2/timezones").status, 403);
        assert_eq!(caller.get(TOKEN).parsed()["authorizedScope"], json!(["analytics:readonly", "user-basic-info"]));
    }
    for client in ["reporting", "admin"] {
        caller.log_in(client);
        assert_eq!((details(&mut caller).status, caller.get("/api/v2/routing/queues").status), (200, 200));
        assert_eq!(caller.get(TOKEN).parsed()["authorizedScope"], json!([]));
    }
}

#[test]
fn a_log_in_may_ask_for_less_than_the_client_has_but_not_for_more() {
    let mut caller = enforcing("reporting");
    log_in(&mut caller, "pkce", &[("scope", "user-basic-info routing:readonly")]);
    assert_eq!(caller.get("/api/v2/routing/queues").status, 200);
    refused(&details(&mut caller));
    assert_eq!(caller.get(TOKEN).parsed()["authorizedScope"], json!(["user-basic-info", "routing:readonly"]));
    for more in ["routing", "routing:readonly quality", "routing:readonly,analytics", "nonsense"] {
        let page = caller.page("pkce", &[("scope", more)]);
        for answer in [caller.send(Request::new("GET", &page)), caller.agree(&page)] {
            let back = sent_back(&answer);
            assert_eq!((back["error"].as_str(), back["state"].as_str()), ("invalid_scope", "of mine & yours"));
        }
        let told = show_assertion(&mut caller, more);
        assert_eq!((told.status, told.parsed()["error"].as_str()), (400, Some("invalid_scope")));
    }
    // Of client credentials nothing is asked.
    let told = caller.grant("reporting", &[("grant_type", "client_credentials"), ("scope", "nonsense")]);
    assert_eq!((told.status, details(&mut caller).status), (200, 200));
}

#[test]
fn what_a_client_gets_later_needs_another_log_in() {
    let mut caller = enforcing("reporting");
    give(&mut caller, "code", &["user-basic-info"]);
    let told = log_in(&mut caller, "code", &[]).parsed();
    give(&mut caller, "code", &["analytics", "user-basic-info"]);
    refused(&details(&mut caller));
    let refresh = told["refresh_token"].as_str().unwrap();
    let more = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", "analytics")];
    assert_eq!(caller.grant("code", &more).status, 200);
    refused(&details(&mut caller));
    log_in(&mut caller, "code", &[]);
    assert_eq!(details(&mut caller).status, 200);
    // The client tells what it has now.
    caller.log_in("admin");
    let listed = caller.get("/api/v2/oauth/clients").parsed();
    let scopes = |name: &str| {
        let named = |client: &&Value| client["name"] == name;
        listed["entities"].as_array().unwrap().iter().find(named).unwrap()["scope"].clone()
    };
    assert_eq!((scopes("code"), scopes("admin")), (json!(["analytics", "user-basic-info"]), json!([])));
    assert!(scopes("pkce").as_array().unwrap().contains(&json!("routing:readonly")));
}

#[test]
fn control_refuses_what_cannot_be() {
    let mut caller = Caller::new("reporting");
    for (path, body) in [
        ("/scopes", json!({})),
        ("/scopes", json!({"enforce": "yes"})),
        ("/clients/code/scopes", json!({})),
        ("/clients/code/scopes", json!({"scopes": null})),
        ("/clients/code/scopes", json!({"scopes": ["analytics:everything"]})),
        ("/clients/nobody/scopes", json!({"scopes": []})),
        ("/clients/reporting/scopes", json!({"scopes": []})),
    ] {
        let request = Request::new("POST", &format!("/sandbox{path}")).body("application/json", body.to_string());
        let answer = caller.send(request);
        assert_eq!(answer.status, 400, "{path} {body}");
        assert!(answer.parsed()["error"].is_string());
    }
    // A form with the field twice names none.
    let twice = format!("{}&{}", caller.page("code", &[("scope", "quality")]), form(&[("scope", "nonsense")]));
    caller.control("POST", "/scopes", json!({"enforce": true}));
    assert!(sent_back(&caller.agree(&twice)).contains_key("code"));
}
