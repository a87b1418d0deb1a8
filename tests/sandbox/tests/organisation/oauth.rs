//! OAuth clients as administrators see them.

use pegcount_sandbox::Request;
use serde_json::{Value, json};

use crate::caller::{Caller, DETAILS, REDIRECT};
use pegcount_sandbox::time::{MINUTE, iso, parse_iso};

const CLIENTS: &str = "/api/v2/oauth/clients";

fn id(caller: &Caller, name: &str) -> String {
    caller.ready["clients"][name]["client_id"].as_str().unwrap().to_string()
}

/// A POST without a body, as the platform takes it here.
fn rotate(caller: &mut Caller, id: &str) -> (u16, Value) {
    let request = Request::new("POST", &format!("{CLIENTS}/{id}/secret"));
    let answer = caller.send(request.header("Authorization", &format!("Bearer {}", caller.token)));
    (answer.status, answer.parsed())
}

#[test]
fn a_secret_is_replaced_by_the_api() {
    let mut caller = Caller::new("reporting");
    let (old, token) = (caller.ready["clients"]["reporting"]["client_secret"].clone(), caller.token.clone());
    let reporting = id(&caller, "reporting");
    assert_eq!(rotate(&mut caller, &reporting).1["code"], "missing.any.permissions");
    caller.log_in("admin");
    let (status, told) = rotate(&mut caller, &reporting);
    assert_eq!((status, &told["id"], &told["name"]), (200, &json!(reporting), &json!("reporting")));
    assert!(told["secret"].is_string() && told["secret"] != old);
    let again = caller.get(&format!("{CLIENTS}/{reporting}")).parsed();
    assert!(again.get("secret").is_none());
    assert_eq!(caller.log_in("reporting").status, 401, "the old one is void");
    caller.ready["clients"]["reporting"]["client_secret"] = told["secret"].clone();
    assert_eq!(caller.log_in("reporting").status, 200);
    caller.token = token;
    let interval = caller.ready["interval"].clone();
    assert_eq!(caller.post(DETAILS, json!({"interval": interval})).status, 200, "tokens stay good");
    caller.log_in("admin");
    let public = id(&caller, "pkce");
    assert_eq!(rotate(&mut caller, &public).0, 400);
    assert_eq!(rotate(&mut caller, "00000000-0000-4000-8000-000000000000").0, 404);
}

#[test]
fn a_summary_counts_what_the_client_asked() {
    let mut caller = Caller::new("reporting");
    for _ in 0..3 {
        caller.get("/api/v2/users");
    }
    caller.get("/api/v2/oauth/clients");
    let reporting = id(&caller, "reporting");
    caller.log_in("admin");
    let asked = caller.get(&format!("{CLIENTS}/{reporting}/usage/summary?days=2")).parsed();
    let results = caller.get(asked["resultsUri"].as_str().unwrap()).parsed();
    assert_eq!(results["queryStatus"], "Complete");
    let [row] = results["results"].as_array().unwrap().as_slice() else { panic!("{results}") };
    assert_eq!((&row["requests"], &row["status200"], &row["status400"]), (&json!(4), &json!(3), &json!(1)));
    assert_eq!(caller.get(&format!("{CLIENTS}/{reporting}/usage/summary?days=0")).status, 400);
    let nobody = "00000000-0000-4000-8000-000000000000";
    assert_eq!(caller.get(&format!("{CLIENTS}/{nobody}/usage/summary")).status, 404);
}

#[test]
fn scopes_and_authorisations_are_those_of_the_clients() {
    let mut caller = Caller::new("admin");
    let scopes = caller.get("/api/v2/oauth/scopes").parsed();
    let known: Vec<&str> =
        scopes["entities"].as_array().unwrap().iter().map(|scope| scope["id"].as_str().unwrap()).collect();
    assert_eq!(scopes["total"], known.len());
    assert!(known.contains(&"analytics:readonly") && known.is_sorted());
    for scope in &scopes["entities"].as_array().unwrap()[..5] {
        assert_eq!(&caller.get(scope["selfUri"].as_str().unwrap()).parsed(), scope);
    }
    assert_eq!(caller.get("/api/v2/oauth/scopes/everything").status, 404);
    caller.control("POST", "/clients/code/scopes", json!({"scopes": ["quality:readonly"]}));
    let all = caller.get("/api/v2/oauth/authorizations").parsed();
    let mut names = Vec::new();
    for one in all["entities"].as_array().unwrap() {
        assert_eq!((&one["scope"], &one["state"]), (&one["client"]["scope"], &json!("Authorized")));
        assert!(one["scope"].as_array().unwrap().iter().all(|scope| known.contains(&scope.as_str().unwrap())));
        assert_eq!(&caller.get(one["selfUri"].as_str().unwrap()).parsed(), one);
        assert!(one["client"].get("secret").is_none());
        if one["client"]["name"] == "code" {
            assert_eq!(one["scope"], json!(["quality:readonly"]));
        }
        names.push(one["client"]["name"].as_str().unwrap().to_string());
    }
    assert_eq!(names, ["wrong-grant", "pkce", "code", "saml"]);
    let reporting = id(&caller, "reporting");
    assert_eq!(caller.get(&format!("/api/v2/oauth/authorizations/{reporting}")).status, 404);
}

#[test]
fn the_tokens_of_a_user_are_voided_together() {
    let mut caller = Caller::new("admin");
    let admin = caller.token.clone();
    let code = caller.code("code");
    let exchange = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
    let told = caller.grant("code", &exchange).parsed();
    let user = caller.ready["user"]["id"].as_str().unwrap().to_string();
    assert_eq!(caller.delete(&format!("/api/v2/tokens/{user}")).status, 403, "not with the user's own role");
    let own = std::mem::replace(&mut caller.token, admin.clone());
    assert_eq!(caller.delete(&format!("/api/v2/tokens/{user}")).status, 204);
    assert_eq!(caller.delete("/api/v2/tokens/00000000-0000-4000-8000-000000000000").status, 404);
    caller.token = own;
    assert_eq!(caller.get("/api/v2/users/me").status, 401);
    let refresh = told["refresh_token"].as_str().unwrap();
    let again = caller.grant("code", &[("grant_type", "refresh_token"), ("refresh_token", refresh)]);
    assert_eq!((again.status, again.parsed()["error"].as_str()), (400, Some("invalid_grant")));
    caller.token = admin;
    assert_eq!(caller.get("/api/v2/users").status, 200, "client credentials have no user");
}

fn put(caller: &mut Caller, body: Value) -> (u16, Value) {
    let request = Request::new("PUT", "/api/v2/tokens/timeout").body("application/json", body.to_string());
    let answer = caller.send(request.header("Authorization", &format!("Bearer {}", caller.token)));
    (answer.status, answer.parsed())
}

#[test]
fn whoever_only_looks_at_a_token_does_not_use_it() {
    let mut caller = Caller::new("admin");
    put(&mut caller, json!({"enableIdleTokenTimeout": true, "idleTokenTimeoutSeconds": 600}));
    let idles = |caller: &mut Caller, how: &str| {
        let told = caller.get(&format!("/api/v2/tokens/me{how}")).parsed();
        parse_iso(told["dateTokenIdles"].as_str().unwrap()).unwrap()
    };
    let used = caller.now;
    caller.now += 5 * MINUTE;
    assert_eq!(idles(&mut caller, "?preserveIdleTTL=true"), used + 10 * MINUTE);
    caller.now += 2 * MINUTE;
    assert_eq!(idles(&mut caller, "?preserveIdleTTL=true"), used + 10 * MINUTE);
    assert_eq!(idles(&mut caller, ""), caller.now + 10 * MINUTE);
    // Elsewhere it is no such wish.
    caller.now += 9 * MINUTE;
    caller.get("/api/v2/routing/queues?name=preserveIdleTTL%3Dtrue");
    caller.now += 9 * MINUTE;
    assert_eq!(caller.get("/api/v2/routing/queues").status, 200);
}

#[test]
fn a_client_tells_when_it_was_changed() {
    let mut caller = Caller::new("admin");
    let id = caller.ready["clients"]["reporting"]["client_id"].as_str().unwrap().to_string();
    caller.now += MINUTE;
    caller.control("POST", "/faults", json!({"name": "rotated"}));
    let changed =
        |caller: &mut Caller| caller.get(&format!("/api/v2/oauth/clients/{id}")).parsed()["dateModified"].clone();
    assert_eq!(changed(&mut caller), iso(caller.now));
    caller.now += MINUTE;
    assert_eq!(rotate(&mut caller, &id).1["dateModified"], iso(caller.now));
}

#[test]
fn an_idle_token_ends_when_the_organisation_says_so() {
    let mut caller = Caller::new("admin");
    let now = |caller: &mut Caller| caller.get("/api/v2/tokens/timeout").parsed();
    assert_eq!(now(&mut caller), json!({"enableIdleTokenTimeout": false}));
    for wrong in [
        json!({}),
        json!({"idleTokenTimeoutSeconds": 299}),
        json!({"idleTokenTimeoutSeconds": 28_801}),
        json!({"seconds": 1}),
    ] {
        assert_eq!(put(&mut caller, wrong.clone()).0, 400, "{wrong}");
    }
    let limit = json!({"enableIdleTokenTimeout": true, "idleTokenTimeoutSeconds": 600});
    assert_eq!(put(&mut caller, limit.clone()), (200, limit.clone()));
    caller.now += 10 * MINUTE;
    assert_eq!(now(&mut caller), limit);
    caller.now += 10 * MINUTE + 1;
    assert_eq!(caller.get("/api/v2/users").status, 401);
    caller.log_in("admin");
    assert_eq!(put(&mut caller, json!({"enableIdleTokenTimeout": false})).0, 200);
    caller.now += 600 * MINUTE;
    assert_eq!(caller.get("/api/v2/users").status, 200);
}
