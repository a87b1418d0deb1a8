//! `/oauth/authorize`: the page, and where it leads.

use pegcount_sandbox::{Request, Response};
use serde_json::json;

use crate::caller::{CHALLENGE, Caller, FORM, REDIRECT, VERIFIER, form, sent_back};

fn shown(caller: &mut Caller, page: &str) -> Response {
    caller.send(Request::new("GET", page))
}

fn text(answer: &Response) -> String {
    assert_eq!(answer.value("Content-Type"), Some("text/html; charset=utf-8"));
    String::from_utf8(answer.body.clone()).unwrap()
}

#[test]
fn the_page_is_a_form_that_everybody_can_use() {
    let mut caller = Caller::new("reporting");
    let page = caller.page("pkce", &[("prompt", "login"), ("scope", "analytics")]);
    let answer = shown(&mut caller, &page);
    assert_eq!(answer.status, 200);
    let html = text(&answer);
    for part in ["<html lang=\"en\">", "<title>", "<main>", "<form method=\"post\">", "<strong>pkce</strong>"] {
        assert!(html.contains(part), "{part} in {html}");
    }
    for field in ["username", "password"] {
        assert!(html.contains(&format!("<label for=\"{field}\">")), "{html}");
        assert!(html.contains(&format!("id=\"{field}\" name=\"{field}\"")), "{html}");
    }
    for decision in ["allow", "deny"] {
        assert!(html.contains(&format!("name=\"decision\" value=\"{decision}\"")), "{html}");
    }
    for elsewhere in ["<script", "src=", "href=", "url(", "@import", "http"] {
        assert!(!html.contains(elsewhere), "{elsewhere} in {html}");
    }
}

#[test]
fn who_agrees_is_sent_back_with_a_code_and_the_state() {
    let mut caller = Caller::new("reporting");
    for client in ["pkce", "code"] {
        let page = caller.page(client, &[]);
        let back = sent_back(&caller.agree(&page));
        assert_eq!(back.keys().collect::<Vec<_>>(), ["code", "state"]);
        assert_eq!(back["state"], "of mine & yours");
        let again = sent_back(&caller.agree(&page));
        assert_ne!(back["code"], again["code"]);
    }
    let page = caller.page("code", &[("state", "")]);
    assert_eq!(sent_back(&caller.agree(&page)).keys().collect::<Vec<_>>(), ["code"]);
}

#[test]
fn who_denies_or_mistypes_is_sent_back_with_an_error() {
    let mut caller = Caller::new("reporting");
    let user = caller.ready["user"].clone();
    let (name, password) = (user["username"].as_str().unwrap(), user["password"].as_str().unwrap());
    let page = caller.page("pkce", &[]);
    for filled in [
        form(&[("username", name), ("password", password), ("decision", "deny")]),
        form(&[("username", name), ("password", "guess"), ("decision", "allow")]),
        form(&[("username", "somebody"), ("password", password)]),
        form(&[("decision", "allow")]),
    ] {
        let back = sent_back(&caller.send(Request::new("POST", &page).body(FORM, filled)));
        assert_eq!((back["error"].as_str(), back["state"].as_str()), ("access_denied", "of mine & yours"));
        assert!(!back["error_description"].is_empty() && !back.contains_key("code"));
    }
}

#[test]
fn nobody_is_sent_to_where_no_client_wants_them() {
    let mut caller = Caller::new("reporting");
    let cases = [
        ("code", ("client_id", "00000000-0000-4000-8000-000000000000")),
        ("code", ("client_id", "")),
        ("code", ("redirect_uri", "")),
        ("code", ("redirect_uri", "https://app.sandbox.example.com/callback/more")),
        ("code", ("redirect_uri", "https://app.sandbox.example.com:444/callback")),
        ("code", ("redirect_uri", "http://127.0.0.1:49152/elsewhere")),
        ("code", ("redirect_uri", "http://127.0.0.1.example.com:49152/callback")),
        ("code", ("redirect_uri", "http://user@127.0.0.1:49152/callback")),
        ("code", ("redirect_uri", "https://127.0.0.1:49152/callback")),
        ("code", ("redirect_uri", "http://127.0.0.1:49152/callback?next=1")),
        ("code", ("redirect_uri", "http://127.0.0.1:49152/call\r\nback")),
        ("reporting", ("state", "s")),
        ("wrong-grant", ("state", "s")),
        ("saml", ("state", "s")),
        ("disabled", ("state", "s")),
    ];
    for (client, change) in cases {
        let page = caller.page(client, &[change]);
        for answer in [shown(&mut caller, &page), caller.agree(&page)] {
            assert_eq!((answer.status, answer.value("Location")), (400, None), "{client} {change:?}");
            assert!(text(&answer).contains("role=\"alert\""));
        }
    }
    let twice = format!("{}&redirect_uri=http://127.0.0.1:1/callback", caller.page("code", &[]));
    assert_eq!(shown(&mut caller, &twice).status, 400);
    let other = caller.send(Request::new("PUT", &twice));
    assert_eq!((other.status, other.value("Allow")), (405, Some("GET, POST")));
}

#[test]
fn a_loopback_redirect_may_have_any_port() {
    let mut caller = Caller::new("reporting");
    let redirects = caller.ready["clients"]["pkce"]["redirect_uris"].clone();
    let registered = redirects.as_array().unwrap().iter().map(|uri| uri.as_str().unwrap().to_string());
    let ports = ["http://127.0.0.1:1/callback", "http://localhost:65535/callback", "http://[::1]:8080/callback"];
    for redirect in registered.chain(ports.map(String::from)) {
        let page = caller.page("pkce", &[("redirect_uri", &redirect)]);
        let answer = caller.agree(&page);
        assert_eq!(answer.status, 302, "{redirect}");
        assert!(answer.value("Location").unwrap().starts_with(&format!("{redirect}?code=")));
    }
}

#[test]
fn a_request_that_breaks_a_rule_is_sent_back() {
    let mut caller = Caller::new("reporting");
    let cases = [
        ("code", vec![("response_type", "token")], "unsupported_response_type"),
        ("code", vec![("response_type", "")], "invalid_request"),
        ("code", vec![("org", "pegcount-sandbox")], "invalid_request"),
        ("code", vec![("provider", "adfs")], "invalid_request"),
        ("code", vec![("org", "another"), ("provider", "adfs")], "access_denied"),
        ("code", vec![("code_challenge", CHALLENGE)], "invalid_request"),
        ("pkce", vec![("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
        ("pkce", vec![("code_challenge", VERIFIER), ("code_challenge_method", "plain")], "invalid_request"),
        ("pkce", vec![("code_challenge", "short")], "invalid_request"),
    ];
    for (client, change, error) in cases {
        let page = caller.page(client, &change);
        for answer in [shown(&mut caller, &page), caller.agree(&page)] {
            let back = sent_back(&answer);
            assert_eq!((back["error"].as_str(), back["state"].as_str()), (error, "of mine & yours"), "{change:?}");
        }
    }
}

#[test]
fn single_sign_on_leads_back_at_once() {
    let mut caller = Caller::new("reporting");
    let org = caller.ready["org"].as_str().unwrap().to_string();
    let page = caller.page("code", &[("org", &org), ("provider", "adfs")]);
    let code = sent_back(&shown(&mut caller, &page))["code"].clone();
    let exchange = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
    assert_eq!(caller.grant("code", &exchange).status, 200);
}

#[test]
fn the_log_tells_that_but_not_what() {
    let mut caller = Caller::new("reporting");
    let code = caller.code("code");
    let exchange = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
    let tokens = caller.grant("code", &exchange).parsed();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let renewed = caller.grant("code", &[("grant_type", "refresh_token"), ("refresh_token", refresh)]).parsed();
    caller.get("/api/v2/users/me");
    let log = caller.control("GET", "/requests", json!({}));
    let last = log["requests"].as_array().unwrap().iter().rev().take(4).map(|line| line["client"].as_str());
    assert_eq!(last.collect::<Vec<_>>(), [Some("code"); 4]);
    let user = &caller.ready["user"];
    let given = ["access_token", "refresh_token"].map(|name| [tokens[name].clone(), renewed[name].clone()]).concat();
    let secrets = [given, vec![json!(code), user["password"].clone(), user["username"].clone(), json!("of mine")]];
    for secret in secrets.concat() {
        assert!(!log.to_string().contains(secret.as_str().unwrap()));
    }
}
