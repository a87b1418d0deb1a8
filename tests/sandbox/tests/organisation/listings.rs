//! Listings of entities.

use std::collections::BTreeSet;

use pegcount_sandbox::Size;
use serde_json::Value;

use crate::caller::Caller;

fn follow(caller: &mut Caller, first: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut next = Some(first.to_string());
    while let Some(target) = next {
        let answer = caller.get(&target);
        assert_eq!(answer.status, 200, "{}", answer.parsed());
        let page = answer.parsed();
        found.extend(page["entities"].as_array().unwrap().iter().cloned());
        next = page["nextUri"].as_str().map(String::from);
        assert_eq!(next.is_none(), page["pageNumber"] == page["pageCount"]);
    }
    found
}

#[test]
fn following_the_links_finds_each_entity_once() {
    let mut caller = Caller::with("admin", |options| options.size = Size::Medium);
    let expected = [
        ("/api/v2/users", 200),
        ("/api/v2/users?state=any&pageSize=33", 220),
        ("/api/v2/routing/queues?pageSize=7", 20),
        ("/api/v2/routing/wrapupcodes?pageSize=4", 30),
        ("/api/v2/authorization/divisions", 3),
        ("/api/v2/routing/skills", 12),
        ("/api/v2/routing/languages", 4),
    ];
    for (target, count) in expected {
        let found = follow(&mut caller, target);
        let ids: BTreeSet<&str> = found.iter().map(|entity| entity["id"].as_str().unwrap()).collect();
        assert_eq!((found.len(), ids.len()), (count, count), "{target}");
        for entity in found.iter().take(2).filter(|_| target.contains("queues") || target == "/api/v2/users") {
            let own = caller.get(entity["selfUri"].as_str().unwrap());
            assert_eq!(own.parsed(), *entity);
        }
    }
}

#[test]
fn names_and_ids_narrow_a_listing() {
    let mut caller = Caller::new("admin");
    let all = caller.get("/api/v2/routing/queues").parsed();
    let one = &all["entities"][1];
    let by_id = caller.get(&format!("/api/v2/routing/queues?id={}", one["id"].as_str().unwrap())).parsed();
    assert_eq!((by_id["total"].as_i64(), &by_id["entities"][0]), (Some(1), one));
    let by_name = caller.get("/api/v2/routing/queues?name=emea*").parsed();
    assert!(by_name["entities"].as_array().unwrap().iter().all(|q| q["name"].as_str().unwrap().starts_with("EMEA")));
    assert_eq!(caller.get("/api/v2/users?pageSize=501").status, 400);
    assert_eq!(caller.get("/api/v2/users?state=asleep").status, 400);
    assert_eq!(caller.get("/api/v2/routing/queues?pageNumber=9").parsed()["entities"], serde_json::json!([]));
}

#[test]
fn a_token_tells_what_it_is() {
    let mut caller = Caller::new("emea-only");
    let info = caller.get("/api/v2/tokens/me").parsed();
    assert_eq!(info["OAuthClient"]["authorizedGrantType"], "CLIENT-CREDENTIALS");
    assert_eq!(info["organization"], info["homeOrganization"]);
    let subject = caller.get("/api/v2/authorization/subjects/me").parsed();
    assert_eq!(subject["grants"][0]["division"]["name"], "EMEA");
    assert_eq!(subject["id"], info["OAuthClient"]["id"]);
}
