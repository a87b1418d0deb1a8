//! Listings of entities.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::Size;
use serde_json::{Value, json};

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
        ("/api/v2/users", 160),
        ("/api/v2/users?state=any&pageSize=33", 176),
        ("/api/v2/routing/queues?pageSize=7", 20),
        ("/api/v2/routing/wrapupcodes?pageSize=4", 30),
        ("/api/v2/authorization/divisions", 3),
        ("/api/v2/routing/skills", 12),
        ("/api/v2/routing/languages", 4),
        ("/api/v2/groups?pageSize=4", 6),
        ("/api/v2/flows?pageSize=5", 9),
        ("/api/v2/flows/outcomes?pageSize=2", 5),
        ("/api/v2/flows/milestones", 4),
        ("/api/v2/locations", 3),
        ("/api/v2/authorization/roles", 3),
        ("/api/v2/presencedefinitions?pageSize=5", 12),
    ];
    for (target, count) in expected {
        let found = follow(&mut caller, target);
        let ids: BTreeSet<&str> = found.iter().map(|entity| entity["id"].as_str().unwrap()).collect();
        assert_eq!((found.len(), ids.len()), (count, count), "{target}");
        for entity in found.iter().take(2).filter(|_| !target.contains("any")) {
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
    for (target, status) in [("?pageNumber=5", 200), ("?pageNumber=6", 400), ("/all?pageNumber=6&pageSize=500", 200)] {
        assert_eq!(caller.get(&format!("/api/v2/routing/queues/divisionviews{target}")).status, status, "{target}");
    }
    let last = Caller::medium("admin").get("/api/v2/routing/queues/divisionviews?pageSize=1&pageNumber=5").parsed();
    assert!(last["total"].as_i64() > Some(5) && last.get("nextUri").is_none());
}

#[test]
fn parameters_say_enumerated_words_alone() {
    let mut caller = Caller::new("admin");
    let lines = include_str!("../../data/parameters.tsv").lines().filter(|line| line.starts_with("GET\t"));
    let lines = lines.filter(|line| !line.contains('{'));
    for line in lines {
        let [_, path, name, words] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let refused = |caller: &mut Caller, word: &str| {
            let answer = caller.get(&format!("{path}?{name}={word}"));
            let code = answer.parsed()["code"].clone();
            answer.status == 400 && code == "invalid.query.param.value"
        };
        let needs_a_user = path.ends_with("/me");
        assert!(needs_a_user || refused(&mut caller, "zzz"), "{line}");
        for word in words.split(',').take(2) {
            for word in [word, &word.to_uppercase(), &word.to_lowercase()] {
                assert!(!refused(&mut caller, word), "{line}: {word}");
            }
        }
    }
    for order in ["a", "ASC", "desc"] {
        assert_eq!(caller.get(&format!("/api/v2/groups?sortOrder={order}")).status, 200);
    }
}

#[test]
fn each_user_logs_in_by_a_name_of_their_own() {
    let mut caller = Caller::with("admin", |options| (options.size, options.seed) = (Size::Large, 3));
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for user in follow(&mut caller, "/api/v2/users?state=any&pageSize=500") {
        let [name, id] = ["username", "id"].map(|member| user[member].as_str().unwrap().to_string());
        assert_eq!(user["email"], name);
        assert_eq!(ids.insert(name, id), None, "{user}");
    }
    assert_eq!(ids.len(), 3_300);
    let long = ids.iter().filter(|(name, _)| name.len() > "agent12345@sandbox.example.com".len());
    let long: Vec<(&String, &String)> = long.collect();
    assert!((1..100).contains(&long.len()), "only who would have the name of another has a longer one: {long:?}");
    for (name, id) in long.into_iter().take(3) {
        let query = json!({"query": [{"type": "EXACT", "fields": ["username"], "value": name}]});
        let found = caller.ask("/api/v2/users/search", query);
        assert!(found["results"].as_array().unwrap().iter().all(|user| user["id"] == *id));
    }
}

#[test]
fn a_token_tells_what_it_is() {
    let mut caller = Caller::new("emea-only");
    let info = caller.get("/api/v2/tokens/me").parsed();
    assert_eq!(info["OAuthClient"]["authorizedGrantType"], "CLIENT-CREDENTIALS");
    assert_eq!(info["organization"], info["homeOrganization"]);
    let subject = caller.get("/api/v2/authorization/subjects/me").parsed();
    assert_eq!(subject["grants"][0]["division"]["name"], "EMEA");
    let organization = caller.get("/api/v2/routing/queues").parsed()["entities"][0]["dateCreated"].clone();
    assert_eq!(subject["grants"][0]["grantMadeAt"], organization);
    assert_eq!(subject["id"], info["OAuthClient"]["id"]);
}

#[test]
fn memberships_agree_from_both_ends() {
    let mut caller = Caller::new("admin");
    let mut of_users: BTreeSet<(String, String)> = BTreeSet::new();
    for user in follow(&mut caller, "/api/v2/users") {
        let id = user["id"].as_str().unwrap();
        for queue in follow(&mut caller, &format!("/api/v2/users/{id}/queues?pageSize=3")) {
            of_users.insert((queue["id"].as_str().unwrap().into(), id.into()));
        }
        for kind in ["skills", "languages"] {
            let mastered = follow(&mut caller, &format!("/api/v2/users/{id}/routing{kind}"));
            assert!(!mastered.is_empty());
            for one in mastered {
                let known = caller.get(&format!("/api/v2/routing/{kind}/{}", one["id"].as_str().unwrap())).parsed();
                assert_eq!(known["name"], one["name"]);
            }
        }
    }
    let mut of_queues = BTreeSet::new();
    for queue in follow(&mut caller, "/api/v2/routing/queues") {
        let id = queue["id"].as_str().unwrap();
        let mut next = Some(format!("/api/v2/routing/queues/{id}/members?pageSize=4"));
        let mut members = 0;
        while let Some(target) = next {
            let page = caller.get(&target).parsed();
            for member in page["entities"].as_array().unwrap() {
                of_queues.insert((id.to_string(), member["id"].as_str().unwrap().to_string()));
                members += 1;
            }
            next = page["nextUri"].as_str().map(String::from);
        }
        assert_eq!(queue["memberCount"], members);
    }
    assert_eq!(of_users, of_queues);
    for (kind, most) in [("teams", 8), ("groups", 6)] {
        let all = caller.get(&format!("/api/v2/{kind}?pageSize=100")).parsed();
        assert_eq!(all["entities"].as_array().unwrap().len(), most);
        for one in all["entities"].as_array().unwrap() {
            let members = caller.get(&format!("/api/v2/{kind}/{}/members?pageSize=100", one["id"].as_str().unwrap()));
            assert_eq!(
                members.parsed()["entities"].as_array().unwrap().len() as u64,
                one["memberCount"].as_u64().unwrap()
            );
        }
    }
}

/// The ids of what a listing shows.
fn shown(caller: &mut Caller, target: &str) -> Vec<String> {
    let page = caller.get(target).parsed();
    let all = page["entities"].as_array().unwrap_or_else(|| panic!("{target}: {page}"));
    all.iter().map(|one| one["id"].as_str().unwrap().to_string()).collect()
}

#[test]
fn members_of_a_queue_are_those_asked_for() {
    let mut caller = Caller::medium("admin");
    let queue = shown(&mut caller, "/api/v2/routing/queues")[0].clone();
    let members = format!("/api/v2/routing/queues/{queue}/members?pageSize=100");
    let all = caller.get(&format!("{members}&expand=presence&expand=routingStatus&expand=skills")).parsed();
    let all = all["entities"].as_array().unwrap();
    let (mut presences, mut routing, mut skills) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let text = |value: &Value| value.as_str().unwrap().to_string();
    for member in all {
        let status = caller.get(&format!("{}/routingstatus", text(&member["user"]["selfUri"]))).parsed();
        assert_eq!((&member["routingStatus"], &member["user"]["routingStatus"]), (&status, &status));
        presences.insert(text(&member["user"]["presence"]["presenceDefinition"]["systemPresence"]));
        routing.insert(text(&status["status"]));
        skills.extend(member["user"]["skills"].as_array().unwrap().iter().map(|skill| text(&skill["id"])));
    }
    assert!(presences.len() > 1 && routing.len() > 1 && skills.len() > 5);
    let asked = [("presence", presences), ("routingStatus", routing)];
    for (name, values) in asked {
        let by_value = values.iter().map(|value| shown(&mut caller, &format!("{members}&{name}={value}")).len());
        assert_eq!(by_value.sum::<usize>(), all.len(), "{name}");
    }
    let skill = skills.first().unwrap();
    let masters = |member: &&Value| member["user"]["skills"].as_array().unwrap().iter().any(|one| one["id"] == **skill);
    let found = shown(&mut caller, &format!("{members}&skills={skill}"));
    assert_eq!(found, all.iter().filter(masters).map(|one| text(&one["id"])).collect::<Vec<_>>());
    let english = shown(&mut caller, "/api/v2/routing/languages")[0].clone();
    let speakers = shown(&mut caller, &format!("{members}&languages={english}"));
    assert!((1..all.len()).contains(&speakers.len()));
    for nobody in ["profileSkills=x", "joined=false", "memberBy=group", "presence=x", "routingStatus=x"] {
        assert_eq!(shown(&mut caller, &format!("{members}&{nobody}")), [""; 0], "{nobody}");
    }
}

#[test]
fn users_are_expanded_by_what_is_known_of_them() {
    let mut caller = Caller::new("admin");
    let group = shown(&mut caller, "/api/v2/groups")[0].clone();
    let members = shown(&mut caller, &format!("/api/v2/groups/{group}/members"));
    let expand = "expand=groups,skills,languages,locations,authorization,profileSkills,certifications,presence";
    let users = follow(&mut caller, &format!("/api/v2/users?{expand}&pageSize=100"));
    for user in &users {
        let id = user["id"].as_str().unwrap();
        let is_in = user["groups"].as_array().unwrap().iter().any(|one| one["id"] == group.as_str());
        assert_eq!(is_in, members.contains(&id.to_string()));
        for kind in ["skills", "languages"] {
            let own = caller.get(&format!("/api/v2/users/{id}/routing{kind}")).parsed();
            assert_eq!(user[kind], own["entities"], "{kind}");
        }
        assert_eq!(user["authorization"], caller.get(&format!("/api/v2/users/{id}/roles")).parsed());
        let place = caller.get(user["locations"][0]["locationDefinition"]["selfUri"].as_str().unwrap());
        assert_eq!(place.status, 200);
    }
    let of_group = follow(&mut caller, &format!("/api/v2/groups/{group}/members?{expand}"));
    assert!(of_group.len() > 1 && of_group.iter().all(|member| users.contains(member)));
}

#[test]
fn flows_of_conversations_are_the_flows_of_the_directory() {
    let mut caller = Caller::new("admin");
    let flows = follow(&mut caller, "/api/v2/flows");
    let outcomes = follow(&mut caller, "/api/v2/flows/outcomes");
    let interval = caller.ready["interval"].clone();
    let conversations = caller.page_through(json!({"interval": interval}));
    let mut seen = 0;
    for (_, session) in crate::caller::sessions(&conversations) {
        let Some(id) = session["flow"]["flowId"].as_str() else { continue };
        let flow = flows.iter().find(|flow| flow["id"] == id).unwrap();
        assert_eq!((&flow["name"], &flow["type"]), (&session["flow"]["flowName"], &session["flow"]["flowType"]));
        for outcome in session["flow"]["outcomes"].as_array().into_iter().flatten() {
            assert!(outcomes.iter().any(|known| known["id"] == outcome["flowOutcomeId"]));
            seen += 1;
        }
    }
    assert!(seen > 5);
}

#[test]
fn secrets_are_in_no_listing() {
    let mut caller = Caller::new("admin");
    let told = String::from_utf8(caller.get("/api/v2/oauth/clients").body).unwrap();
    for client in caller.ready["clients"].as_object().unwrap().values() {
        assert!(told.contains(client["client_id"].as_str().unwrap()));
        assert!(client["client_secret"].as_str().is_none_or(|secret| !told.contains(secret)));
    }
}

#[test]
fn what_is_not_simulated_says_so_after_permission_and_existence() {
    let mut caller = Caller::new("admin");
    let user = caller.ready["user"]["id"].as_str().unwrap().to_string();
    let unknown = "00000000-0000-4000-8000-000000000000";
    assert_eq!(caller.get(&format!("/api/v2/users/{user}/greetings")).status, 501);
    assert_eq!(caller.get(&format!("/api/v2/users/{unknown}/greetings")).status, 404);
    assert_eq!(caller.get(&format!("/api/v2/recording/jobs/{unknown}")).status, 404);
    let answer = caller.get("/api/v2/billing/contracts");
    assert_eq!(answer.status, 501);
    assert!(answer.parsed()["message"].as_str().unwrap().contains("GET /api/v2/billing/contracts"));
    caller.log_in("reporting");
    assert_eq!(caller.get(&format!("/api/v2/recording/jobs/{unknown}")).status, 403);
}
