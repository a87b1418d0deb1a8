//! Audits: what was done to the organisation, asked for now or by a query that takes its time.

use std::collections::BTreeMap;

use pegcount_sandbox::Size;
use pegcount_sandbox::time::{DAY, HOUR, MINUTE, SECOND, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::Caller;

const QUERY: &str = "/api/v2/audits/query";

fn query(from: i64, until: i64, service: &str, filters: &[(&str, &str)]) -> Value {
    let filters: Vec<Value> =
        filters.iter().map(|(property, value)| json!({"property": property, "value": value})).collect();
    json!({"interval": format!("{}/{}", iso(from), iso(until)), "serviceName": service, "filters": filters})
}

/// What a query finds, when it is done, by pages of so many.
fn run(caller: &mut Caller, body: &Value, size: usize) -> Vec<Value> {
    let submitted = caller.post(QUERY, body.clone());
    assert_eq!((submitted.status, &submitted.parsed()["state"]), (202, &json!("Queued")));
    let id = submitted.parsed()["id"].as_str().unwrap().to_string();
    let results = format!("{QUERY}/{id}/results");
    assert_eq!(caller.get(&results).status, 400);
    let mut states = Vec::new();
    for _ in 0..3 {
        caller.now += SECOND;
        states.push(caller.get(&format!("{QUERY}/{id}")).parsed()["state"].clone());
    }
    assert_eq!(states, ["Running", "Running", "Succeeded"]);
    let (mut found, mut target) = (Vec::new(), format!("{results}?pageSize={size}"));
    loop {
        let page = caller.get(&target).parsed();
        let entities = page["entities"].as_array().unwrap();
        found.extend(entities.iter().cloned());
        match page["cursor"].as_str() {
            Some(cursor) => target = format!("{results}?pageSize={size}&cursor={cursor}"),
            None => return found,
        }
        assert_eq!(entities.len(), size);
    }
}

fn recent(caller: &mut Caller, body: &Value) -> Vec<Value> {
    let mut body = body.clone();
    body["pageSize"] = json!(500);
    let answer = caller.ask(&format!("{QUERY}/realtime"), body);
    assert_eq!(answer["total"], answer["entities"].as_array().unwrap().len());
    answer["entities"].as_array().unwrap().clone()
}

#[test]
fn a_query_and_what_is_recent_tell_the_same() {
    let mut caller = Caller::new("admin");
    let (from, until) = (caller.now - 13 * DAY, caller.now);
    for (service, least) in [("ContactCenter", 50), ("Directory", 10), ("PeoplePermissions", 1)] {
        let body = query(from, until + 1, service, &[]);
        let found = run(&mut caller, &body, 7);
        assert!(found.len() >= least, "{service}: {}", found.len());
        assert!(found.iter().all(|one| one["serviceName"] == service));
        assert!(found.is_sorted_by_key(|one| one["eventDate"].as_str().unwrap().to_string()));
        assert_eq!(recent(&mut caller, &body), found);
        let mut backwards = body.clone();
        backwards["sort"] = json!([{"name": "Timestamp", "sortOrder": "descending"}]);
        assert_eq!(recent(&mut caller, &backwards), found.into_iter().rev().collect::<Vec<_>>());
    }
}

#[test]
fn filters_go_together() {
    let mut caller = Caller::new("admin");
    let (from, until) = (caller.now - 29 * DAY, caller.now);
    let all = run(&mut caller, &query(from, until, "ContactCenter", &[]), 500);
    let one = all.iter().find(|one| one["action"] == "MemberAdd").unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let (queue, user) = (text(&one["entity"]["id"]), text(&one["user"]["id"]));
    let filters = [("EntityType", "Queue"), ("Action", "MemberAdd"), ("EntityId", &*queue), ("UserId", &*user)];
    let found = run(&mut caller, &query(from, until, "ContactCenter", &filters), 500);
    let fits = |one: &&Value| {
        one["action"] == "MemberAdd" && one["entity"]["id"] == queue.as_str() && one["user"]["id"] == user.as_str()
    };
    assert_eq!(found, all.iter().filter(fits).cloned().collect::<Vec<_>>());
    let change = &one["propertyChanges"][0];
    assert_eq!(change["property"], format!("queueId:{queue}:members"));
    let member = text(&change["newValues"][0]).strip_prefix("queueMember:").unwrap().to_string();
    assert_eq!(caller.get(&format!("/api/v2/users/{member}")).status, 200);
    assert_eq!(caller.get(&format!("/api/v2/routing/queues/{queue}")).parsed()["name"], one["entity"]["name"]);
}

#[test]
fn what_came_of_the_same_action() {
    let mut caller = Caller::new("admin");
    let now = caller.now;
    let all = recent(&mut caller, &query(now - 13 * DAY, now, "ContactCenter", &[]));
    let one = all.iter().find(|one| one["action"] == "MemberRemove").unwrap();
    let related = caller.ask(&format!("{QUERY}/realtime/related"), json!({"auditId": one["id"]}));
    let [first, second] = related["entities"].as_array().unwrap().as_slice() else { panic!("{related}") };
    assert_eq!((first, &second["level"], &second["entity"]), (one, &json!("SYSTEM"), &one["entity"]));
    assert_eq!(first["initiatingAction"], second["initiatingAction"]);
    assert_eq!(caller.post(&format!("{QUERY}/realtime/related"), json!({"auditId": "x"})).status, 404);
}

#[test]
fn changes_of_clients_and_their_log_ins_are_written_down() {
    let mut caller = Caller::new("admin");
    let begun = caller.now;
    caller.now += MINUTE;
    let permissions = json!({"add": ["recording:recording:view"], "remove": ["analytics:userDetail:view"]});
    caller.control("POST", "/clients/reporting/permissions", permissions);
    caller.control("POST", "/clients/emea-only/divisions", json!({"divisions": ["Americas"]}));
    let secret = caller.control("POST", "/clients/reporting/rotate-secret", json!({}))["client_secret"].clone();
    let code = caller.code("code");
    caller.grant(
        "code",
        &[("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", crate::caller::REDIRECT)],
    );
    assert_eq!(caller.log_in("reporting").status, 401, "the secret is another");
    caller.log_in("admin");
    let found = recent(&mut caller, &query(begun, begun + HOUR, "PeoplePermissions", &[]));
    let told: Vec<String> = found
        .iter()
        .map(|one| format!("{} {}", one["entityType"].as_str().unwrap(), one["action"].as_str().unwrap()))
        .collect();
    // The log-in of the beginning, three changes, the user's log-in, and the last.
    let mut sorted = told.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        [
            "AccessToken Create",
            "AccessToken Create",
            "AccessToken Create",
            "OAuthClient Update",
            "Role MemberUpdate",
            "Role Update"
        ]
    );
    let one = |name: &str| &found[told.iter().position(|one| one == name).unwrap()];
    let change = &one("Role Update")["propertyChanges"][0];
    let has = |side: &str, name: &str| change[side].as_array().unwrap().iter().any(|one| one == name);
    assert!(has("newValues", "recording:recording:view") && !has("oldValues", "recording:recording:view"));
    assert!(has("oldValues", "analytics:userDetail:view") && !has("newValues", "analytics:userDetail:view"));
    let all = serde_json::to_string(&found).unwrap();
    assert!(!all.contains(secret.as_str().unwrap()) && !all.contains(&caller.token));
    let by_user = found
        .iter()
        .filter(|one| one["entityType"] == "AccessToken" && one["user"]["id"] == caller.ready["user"]["id"]);
    assert_eq!(
        by_user.map(|one| &one["client"]["id"]).collect::<Vec<_>>(),
        [&caller.ready["clients"]["code"]["client_id"]]
    );
    caller.control("POST", "/reset", json!({}));
    caller.log_in("admin");
    assert_eq!(recent(&mut caller, &query(begun, begun + HOUR, "PeoplePermissions", &[])).len(), 1);
}

/// What a change of something listed says: who or what, in which list, and whether it was added.
fn listed(one: &Value) -> Option<((String, String), bool)> {
    let change = &one["propertyChanges"][0];
    let property = change["property"].as_str()?;
    let values = |side: &str| change[side].as_array().unwrap().first().map(|value| value.as_str().unwrap().to_string());
    let (old, new) = (values("oldValues"), values("newValues"));
    let is_list = property.ends_with(":members") || ["wrapupCodes", "group-membership"].contains(&property);
    let value = new.clone().or(old.clone()).filter(|_| is_list)?;
    let value = value.trim_start_matches("queueMember:").to_string();
    assert!(old.is_some() != new.is_some(), "{one}");
    Some(((one["entity"]["id"].as_str().unwrap().into(), value), new.is_some()))
}

#[test]
fn changes_of_what_is_listed_lead_to_what_is_listed() {
    for (size, seed) in [(Size::Tiny, 5), (Size::Small, 1), (Size::Medium, 2)] {
        let mut caller = Caller::with("admin", |options| (options.size, options.seed) = (size, seed));
        let (now, mut checked) = (caller.now, 0);
        let mut services = Vec::new();
        for service in ["ContactCenter", "Directory", "Groups"] {
            services.extend(run(&mut caller, &query(now - 29 * DAY, now, service, &[]), 500));
        }
        let mut last: BTreeMap<(String, String), bool> = BTreeMap::new();
        for (of, is_added) in services.iter().filter_map(listed) {
            assert_ne!(last.insert(of, is_added), Some(is_added), "added or removed twice");
        }
        let ids = |caller: &mut Caller, target: &str| -> Vec<String> {
            let page = caller.get(target).parsed();
            page["entities"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().into()).collect()
        };
        for (kind, lists) in [("routing/queues", ["members", "wrapupcodes"].as_slice()), ("groups", &["members"])] {
            for thing in ids(&mut caller, &format!("/api/v2/{kind}?pageSize=100")) {
                let lists = lists.iter().map(|list| format!("/api/v2/{kind}/{thing}/{list}?pageSize=100"));
                let mut there: Vec<String> = lists.flat_map(|target| ids(&mut caller, &target)).collect();
                // There are no more than two pages of members.
                if kind == "routing/queues" {
                    there
                        .extend(ids(&mut caller, &format!("/api/v2/{kind}/{thing}/members?pageSize=100&pageNumber=2")));
                }
                for ((_, value), is_added) in last.iter().filter(|((of, _), _)| *of == thing) {
                    assert_eq!(there.contains(value), *is_added, "{kind} {thing}: {value}");
                    checked += 1;
                }
            }
        }
        assert!(checked > 15, "{checked}");
        let mut departments = BTreeMap::new();
        for one in services.iter().filter(|one| one["propertyChanges"][0]["property"] == "department") {
            let change = &one["propertyChanges"][0];
            let (user, old) = (one["entity"]["id"].as_str().unwrap(), &change["oldValues"][0]);
            assert_eq!(departments.insert(user, &change["newValues"][0]).unwrap_or(old), old);
        }
        for (user, department) in departments {
            assert_eq!(caller.get(&format!("/api/v2/users/{user}")).parsed()["department"], *department);
        }
        let mut counts = BTreeMap::new();
        for one in services.iter().filter(|one| one["propertyChanges"][0]["property"] == "memberCount") {
            let change = &one["propertyChanges"][0];
            let (queue, old) = (one["entity"]["id"].as_str().unwrap(), &change["oldValues"][0]);
            assert_eq!(counts.insert(queue, &change["newValues"][0]).unwrap_or(old), old);
        }
        for (queue, count) in counts {
            let queue = caller.get(&format!("/api/v2/routing/queues/{queue}")).parsed();
            assert_eq!(queue["memberCount"].to_string(), count.as_str().unwrap());
        }
    }
}

#[test]
fn a_mistake_is_told_when_it_is_put_right() {
    let mut caller = Caller::new("admin");
    let now = caller.now;
    let all = recent(&mut caller, &query(now - DAY, now, "ContactCenter", &[]));
    let (of, is_added) = all.iter().find_map(listed).unwrap();
    let mine = all.iter().filter(|one| listed(one).is_some_and(|(other, _)| other == of));
    let times: Vec<&str> = mine.map(|one| one["eventDate"].as_str().unwrap()).collect();
    let (first, second) = (parse_iso(times[0]).unwrap(), parse_iso(times[1]).unwrap());
    assert!((5 * SECOND..=30 * SECOND).contains(&(second - first)));
    caller.now = first + SECOND;
    caller.log_in("admin");
    let before = recent(&mut caller, &query(now - DAY, first + SECOND, "ContactCenter", &[]));
    assert!(before.iter().filter_map(listed).all(|(other, added)| other != of || added != is_added));
}

#[test]
fn tokens_made_void_and_settings_are_written_down() {
    let mut caller = Caller::new("admin");
    let begun = caller.now;
    caller.now += MINUTE;
    caller.log_in("reporting");
    let fields = [("grant_type", "authorization_code"), ("redirect_uri", crate::caller::REDIRECT)];
    let code = caller.code("code");
    caller.grant("code", &[&fields[..], &[("code", &code)]].concat());
    assert_eq!(caller.control("POST", "/clients/code/revoke-refresh", json!({}))["revoked"], 1);
    assert_eq!(caller.control("POST", "/clients/code/revoke-refresh", json!({}))["revoked"], 0);
    for enforce in [true, true, false] {
        caller.control("POST", "/scopes", json!({"enforce": enforce}));
    }
    caller.control("POST", "/token-life", json!({"idle_seconds": 600}));
    caller.log_in("admin");
    let user = caller.ready["user"]["id"].as_str().unwrap().to_string();
    assert_eq!(caller.delete(&format!("/api/v2/tokens/{user}")).status, 204);
    assert_eq!(caller.control("POST", "/tokens/revoke", json!({}))["revoked"], 3);
    caller.log_in("admin");
    let found = recent(&mut caller, &query(begun, begun + HOUR, "PeoplePermissions", &[]));
    let told = |entity: &str, action: &str| -> Vec<&Value> {
        found.iter().filter(|one| one["entityType"] == entity && one["action"] == action).collect()
    };
    let changes = |one: &Value| one["propertyChanges"][0].clone();
    assert_eq!(
        told("OAuthClient", "Update").into_iter().map(changes).collect::<Vec<_>>(),
        [json!({"property": "refreshTokens", "oldValues": [], "newValues": []})]
    );
    assert_eq!(
        told("AuthOrganization", "Update").into_iter().map(changes).collect::<Vec<_>>(),
        [
            json!({"property": "enforceScopes", "oldValues": ["false"], "newValues": ["true"]}),
            json!({"property": "enforceScopes", "oldValues": ["true"], "newValues": ["false"]}),
            json!({"property": "idleTokenTimeoutSeconds", "oldValues": ["0"], "newValues": ["600"]}),
        ]
    );
    let mut void: Vec<Value> =
        told("AccessToken", "Delete").iter().map(|one| changes(one)["oldValues"][0].clone()).collect();
    let clients = ["code", "admin", "admin", "reporting"];
    let mut ids = clients.map(|name| caller.ready["clients"][name]["client_id"].clone()).to_vec();
    ids.sort_by_key(Value::to_string);
    void.sort_by_key(Value::to_string);
    assert_eq!(void, ids);
    assert!(told("AccessToken", "Delete").iter().all(|one| one["user"]["id"] == user.as_str()));
}

#[test]
fn what_cannot_be_asked() {
    let mut caller = Caller::new("admin");
    let now = caller.now;
    let mapping = caller.get(&format!("{QUERY}/servicemapping")).parsed();
    let services: Vec<&Value> = mapping["services"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(services, ["ContactCenter", "Directory", "PeoplePermissions", "Groups"]);
    assert_eq!(
        caller.get(&format!("{QUERY}/realtime/servicemapping")).parsed()["services"].as_array().map(Vec::len),
        Some(3)
    );
    for wrong in [
        query(now - 31 * DAY, now, "Directory", &[]),
        query(now - DAY, now, "Nothing", &[]),
        query(now - DAY, now, "ContactCenter", &[("Action", "MemberAdd")]),
        query(now - DAY, now, "ContactCenter", &[("Mood", "good")]),
        json!({"serviceName": "Directory"}),
    ] {
        assert_eq!(caller.post(QUERY, wrong.clone()).status, 400, "{wrong}");
    }
    assert_eq!(caller.post(&format!("{QUERY}/realtime"), query(now - DAY, now, "Groups", &[])).status, 400);
    assert!(!run(&mut caller, &query(now - 29 * DAY, now, "Groups", &[]), 25).is_empty());
    assert!(
        run(&mut caller, &query(now - 390 * DAY, now - 370 * DAY, "Directory", &[]), 25).is_empty(),
        "kept for a year"
    );
    assert_eq!(recent(&mut caller, &query(now - 29 * DAY, now - 15 * DAY, "Directory", &[])), Vec::<Value>::new());
    assert_eq!(caller.get(&format!("{QUERY}/{}", mapping["services"][0]["name"])).status, 404);
    let id = caller.post(QUERY, query(now - DAY, now, "Directory", &[])).parsed()["id"].as_str().unwrap().to_string();
    caller.now += DAY;
    caller.log_in("admin");
    assert_eq!(caller.get(&format!("{QUERY}/{id}")).status, 404, "kept for a day");
    caller.log_in("reporting");
    assert_eq!(caller.post(QUERY, query(now - DAY, now, "Directory", &[])).parsed()["code"], "missing.permissions");
}

#[test]
fn whoever_logs_out_is_written_down() {
    let mut caller = Caller::new("admin");
    let begun = caller.now;
    let code = caller.code("code");
    let fields = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", crate::caller::REDIRECT)];
    caller.grant("code", &fields);
    assert_eq!(caller.delete("/api/v2/tokens/me").status, 200);
    assert_eq!(caller.delete("/api/v2/tokens/me").status, 401);
    caller.log_in("reporting");
    assert_eq!(caller.delete("/api/v2/tokens/me").status, 200);
    caller.log_in("admin");
    let filters = [("EntityType", "AccessToken"), ("Action", "Delete")];
    let found = recent(&mut caller, &query(begun, begun + HOUR, "PeoplePermissions", &filters));
    let by: Vec<(&Value, &Value)> = found.iter().map(|one| (&one["user"]["id"], &one["client"]["id"])).collect();
    let client = |name: &str| &caller.ready["clients"][name]["client_id"];
    assert_eq!(by, [(&caller.ready["user"]["id"], client("code")), (&Value::Null, client("reporting"))]);
}

#[test]
fn whoever_set_up_or_changed_something_is_still_there() {
    for (size, seed) in [(Size::Tiny, 5), (Size::Small, 1), (Size::Small, 2), (Size::Small, 3), (Size::Medium, 2)] {
        let mut caller = Caller::with("admin", |options| (options.size, options.seed) = (size, seed));
        let now = caller.now;
        let mut last: BTreeMap<String, Value> = BTreeMap::new();
        for service in ["ContactCenter", "Groups"] {
            for one in run(&mut caller, &query(now - 29 * DAY, now, service, &[]), 500) {
                last.insert(one["entity"]["id"].as_str().unwrap().into(), one);
            }
        }
        let mut entities = |target: &str| caller.get(target).parsed()["entities"].as_array().unwrap().clone();
        let queues = entities("/api/v2/routing/queues?pageSize=100");
        let groups = entities("/api/v2/groups?pageSize=100");
        let changed = queues.iter().chain(&groups).filter_map(|thing| Some((thing, last.get(thing["id"].as_str()?)?)));
        let mut checked = 0;
        for (thing, change) in changed {
            assert_eq!(thing["dateModified"], change["eventDate"], "{size:?} {seed}");
            let by = [&thing["modifiedBy"], &change["user"]["id"]];
            assert!(by.iter().any(|id| id.is_null()) || by[0] == by[1], "{size:?} {seed}");
            checked += 1;
        }
        assert!(checked > 5, "{checked}");
        let mut authors: Vec<Value> = Vec::new();
        for thing in queues.iter().chain(&entities("/api/v2/routing/wrapupcodes")) {
            authors.extend(["createdBy", "modifiedBy"].iter().filter_map(|name| thing.get(name).cloned()));
        }
        let topics = entities("/api/v2/speechandtextanalytics/topics");
        authors.extend(topics.iter().map(|topic| topic["modifiedBy"]["id"].clone()));
        authors.dedup();
        for author in authors {
            let user = caller.get(&format!("/api/v2/users/{}", author.as_str().unwrap())).parsed();
            assert_eq!(user["state"], "active", "{size:?} {seed}");
        }
        let queue = &queues[0];
        assert_eq!(caller.get(queue["selfUri"].as_str().unwrap()).parsed(), *queue);
    }
}
