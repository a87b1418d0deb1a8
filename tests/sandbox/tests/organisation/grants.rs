//! What each grant gives at `POST /oauth/token`, and what it refuses.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use pegcount_sandbox::{Request, Response};
use serde_json::{Value, json};

use crate::caller::{Caller, DETAILS, FORM, REDIRECT, VERIFIER, form, sent_back};

const SAML: &str = "urn:ietf:params:oauth:grant-type:saml2-bearer";

/// Exchanges a code.
fn exchange(caller: &mut Caller, client: &str, code: &str, more: &[(&str, &str)]) -> Response {
    let fields = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT)];
    caller.grant(client, &[&fields, more].concat())
}

fn refresh(caller: &mut Caller, client: &str, token: &str) -> Response {
    caller.grant(client, &[("grant_type", "refresh_token"), ("refresh_token", token)])
}

fn error(answer: &Response) -> String {
    let body = answer.parsed();
    assert_eq!(answer.status, 400, "{body}");
    assert_eq!(body["description"], body["error_description"]);
    body["error"].as_str().unwrap().to_string()
}

/// A confidential client's tokens: access and refresh.
fn logged_in(caller: &mut Caller) -> (String, String) {
    let code = caller.code("code");
    let body = exchange(caller, "code", &code, &[]).parsed();
    (caller.token.clone(), body["refresh_token"].as_str().unwrap().to_string())
}

#[test]
fn a_confidential_client_gets_both_tokens_however_it_shows_its_secret() {
    let mut caller = Caller::new("reporting");
    let code = caller.code("code");
    let in_form = exchange(&mut caller, "code", &code, &[]);
    let keys = &caller.ready["clients"]["code"];
    let pair = format!("{}:{}", keys["client_id"].as_str().unwrap(), keys["client_secret"].as_str().unwrap());
    let code = caller.code("code");
    let fields = form(&[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)]);
    let basic =
        Request::new("POST", "/oauth/token").header("Authorization", &format!("Basic {}", STANDARD.encode(pair)));
    let in_header = caller.send(basic.body(FORM, fields));
    for answer in [in_form, in_header] {
        let body = answer.parsed();
        let members: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(members, ["access_token", "token_type", "expires_in", "refresh_token"]);
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(86_400)));
    }
}

#[test]
fn a_public_client_proves_itself_by_the_verifier_alone() {
    let mut caller = Caller::new("reporting");
    assert_eq!(caller.ready["clients"]["pkce"]["client_secret"], Value::Null);
    let code = caller.code("pkce");
    let other = VERIFIER.replace('d', "e");
    for wrong in [vec![("code_verifier", other.as_str())], vec![("code_verifier", "short")], vec![]] {
        assert_eq!(error(&exchange(&mut caller, "pkce", &code, &wrong)), "invalid_grant", "{wrong:?}");
    }
    let verifier = ("code_verifier", VERIFIER);
    let with_secret = exchange(&mut caller, "pkce", &code, &[verifier, ("client_secret", "x")]);
    assert_eq!((with_secret.status, with_secret.parsed()["error"].as_str()), (401, Some("invalid_client")));
    let good = exchange(&mut caller, "pkce", &code, &[verifier]).parsed();
    let members: Vec<&String> = good.as_object().unwrap().keys().collect();
    assert_eq!(members, ["access_token", "token_type", "expires_in"], "no refresh token");
    assert_eq!(caller.get("/api/v2/users/me").status, 200);
    let of_a_short_one = caller.page("pkce", &[("code_challenge", "d1DlZEz4VkZ7GssOWbPb5aKZHmm8G5hGq9T5kcgAz44")]);
    let code = sent_back(&caller.agree(&of_a_short_one))["code"].clone();
    assert_eq!(error(&exchange(&mut caller, "pkce", &code, &[("code_verifier", "too-short")])), "invalid_grant");
    let id = caller.ready["clients"]["pkce"]["client_id"].as_str().unwrap().to_string();
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:")));
    let code = caller.code("pkce");
    let fields = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT), verifier];
    let headed = Request::new("POST", "/oauth/token").header("Authorization", &basic).body(FORM, form(&fields));
    assert_eq!(caller.send(headed).status, 401);
}

#[test]
fn a_code_binds_what_it_was_asked_with() {
    let mut caller = Caller::new("reporting");
    let code = caller.code("code");
    assert_eq!(error(&exchange(&mut caller, "code", "nonsense", &[])), "invalid_grant");
    assert_eq!(error(&exchange(&mut caller, "code", &code, &[("code_verifier", VERIFIER)])), "invalid_grant");
    assert_eq!(error(&exchange(&mut caller, "pkce", &code, &[("code_verifier", VERIFIER)])), "invalid_grant");
    let elsewhere =
        [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", "http://127.0.0.1/callback")];
    assert_eq!(error(&caller.grant("code", &elsewhere)), "invalid_grant");
    for left_out in ["code", "redirect_uri"] {
        let fields: Vec<_> = elsewhere.into_iter().filter(|(name, _)| *name != left_out).collect();
        assert_eq!(error(&caller.grant("code", &fields)), "invalid_request");
    }
    caller.now += 59_999;
    assert_eq!(exchange(&mut caller, "code", &code, &[]).status, 200);
    let late = caller.code("code");
    caller.now += 60_000;
    assert_eq!(error(&exchange(&mut caller, "code", &late, &[])), "invalid_grant");
}

#[test]
fn a_code_used_twice_takes_its_tokens_with_it() {
    let mut caller = Caller::new("reporting");
    let (_, apart) = logged_in(&mut caller);
    let code = caller.code("code");
    let first = exchange(&mut caller, "code", &code, &[]).parsed()["refresh_token"].as_str().unwrap().to_string();
    let renewed = refresh(&mut caller, "code", &first).parsed()["refresh_token"].as_str().unwrap().to_string();
    let token = caller.token.clone();
    assert_eq!(caller.get("/api/v2/users/me").status, 200);
    assert_eq!(error(&exchange(&mut caller, "code", &code, &[])), "invalid_grant");
    caller.token = token;
    assert_eq!(caller.get("/api/v2/users/me").status, 401);
    assert_eq!(error(&refresh(&mut caller, "code", &renewed)), "invalid_grant");
    assert_eq!(refresh(&mut caller, "code", &apart).status, 200, "what came of another code stays good");
}

#[test]
fn a_refresh_token_is_good_once() {
    let mut caller = Caller::new("reporting");
    let (access, first) = logged_in(&mut caller);
    let answer = refresh(&mut caller, "code", &first).parsed();
    let second = answer["refresh_token"].as_str().unwrap().to_string();
    assert_ne!((&caller.token, &second), (&access, &first));
    assert_eq!(caller.get("/api/v2/users/me").status, 200);
    assert_eq!(error(&refresh(&mut caller, "code", &first)), "invalid_grant");
    assert_eq!(error(&refresh(&mut caller, "wrong-grant", &second)), "invalid_grant", "another client's");
    assert_eq!(error(&refresh(&mut caller, "pkce", &second)), "unauthorized_client", "public clients have none");
    assert_eq!(error(&caller.grant("code", &[("grant_type", "refresh_token")])), "invalid_request");
    caller.control("POST", "/tokens/revoke", json!({}));
    let third = refresh(&mut caller, "code", &second).parsed()["refresh_token"].as_str().unwrap().to_string();
    let told = caller.control("POST", "/clients/code/revoke-refresh", json!({}));
    assert_eq!(told, json!({"revoked": 1}));
    assert_eq!(error(&refresh(&mut caller, "code", &third)), "invalid_grant");
}

#[test]
fn logging_out_ends_the_refresh_token_too() {
    let mut caller = Caller::new("reporting");
    let (_, token) = logged_in(&mut caller);
    assert_eq!(caller.delete("/api/v2/tokens/me").status, 200);
    assert_eq!(caller.get("/api/v2/users/me").status, 401);
    assert_eq!(error(&refresh(&mut caller, "code", &token)), "invalid_grant");
}

#[test]
fn a_users_token_acts_as_the_user() {
    let mut caller = Caller::new("reporting");
    logged_in(&mut caller);
    let me = caller.get("/api/v2/users/me?expand=organization").parsed();
    let user = &caller.ready["user"];
    assert_eq!((&me["id"], &me["username"], &me["state"]), (&user["id"], &user["username"], &json!("active")));
    let id = me["id"].as_str().unwrap();
    assert_eq!(caller.get(&format!("/api/v2/users/{id}")).parsed(), me);
    let subject = caller.get("/api/v2/authorization/subjects/me").parsed();
    assert_eq!((&subject["id"], &subject["name"]), (&me["id"], &me["name"]));
    assert_eq!(subject["grants"][0]["role"]["name"], "Reporting");
    let token = caller.get("/api/v2/tokens/me").parsed();
    let client = &token["OAuthClient"];
    assert_eq!((&client["name"], &client["authorizedGrantType"]), (&json!("code"), &json!("CODE")));
    assert_eq!(client["roleDivisions"], json!([]));
    let query = json!({"interval": caller.ready["interval"]});
    assert_eq!(caller.post(DETAILS, query).status, 200);
    assert_eq!(caller.get("/api/v2/analytics/reporting/exports").parsed()["code"], "missing.permissions");
}

#[test]
fn an_assertion_must_name_the_user() {
    let mut caller = Caller::new("reporting");
    let name = caller.ready["user"]["username"].as_str().unwrap().to_string();
    let org = caller.ready["org"].as_str().unwrap().to_string();
    let xml = |name: &str| format!("<saml2:Assertion><saml2:NameID>{name}</saml2:NameID></saml2:Assertion>\n");
    let mut ask = |org: &str, assertion: &str| {
        let fields = [("grant_type", SAML), ("orgName", org), ("assertion", assertion)];
        caller.grant("saml", &fields)
    };
    for good in [URL_SAFE.encode(xml(&name)), URL_SAFE_NO_PAD.encode(xml(&name))] {
        let body = ask(&org, &good).parsed();
        assert!(body["access_token"].is_string() && body.get("refresh_token").is_none(), "{body}");
    }
    let good = URL_SAFE.encode(xml(&name));
    for (org, wrong) in [
        (org.as_str(), URL_SAFE.encode(xml("somebody@example.com"))),
        (&org, URL_SAFE.encode(&name)),
        (&org, xml(&name)),
        (&org, "%%%".into()),
        ("another", good.clone()),
    ] {
        assert_eq!(error(&ask(org, &wrong)), "invalid_grant", "{wrong}");
    }
    assert_eq!(error(&ask("", &good)), "invalid_request");
    assert_eq!(error(&ask(&org, "")), "invalid_request");
    assert_eq!(ask(&org, &good).status, 200);
    let token = caller.get("/api/v2/tokens/me").parsed();
    assert_eq!(token["OAuthClient"]["authorizedGrantType"], "SAML2-BEARER");
    assert_eq!(caller.get("/api/v2/users/me").parsed()["username"], name);
}

#[test]
fn a_client_has_one_grant() {
    let mut caller = Caller::new("reporting");
    let grants = ["authorization_code", "client_credentials", "refresh_token", SAML];
    let clients = caller.ready["clients"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for client in clients.iter().filter(|name| *name != "disabled") {
        let own = match client.as_str() {
            "code" | "wrong-grant" => vec!["authorization_code", "refresh_token"],
            "pkce" => vec!["authorization_code"],
            "saml" => vec![SAML],
            _ => vec!["client_credentials"],
        };
        for grant in grants {
            let answer = caller.grant(client, &[("grant_type", grant)]);
            let expected = match own.contains(&grant) {
                true if grant == "client_credentials" => Value::Null,
                true => json!("invalid_request"),
                false => json!("unauthorized_client"),
            };
            assert_eq!(answer.parsed()["error"], expected, "{client} with {grant}");
        }
    }
}
