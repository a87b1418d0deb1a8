//! The catalogue is what its data file says, and finds what was meant.
#![expect(clippy::disallowed_methods, reason = "tests read files")]

use std::collections::BTreeSet;
use std::fmt::Write;

use pegcount::catalogue::{self, Mode, Paging};
use serde_json::Value;

fn folder() -> String {
    format!("{}/catalogue", env!("CARGO_MANIFEST_DIR"))
}

fn data() -> Vec<Value> {
    let text = std::fs::read_to_string(folder() + "/operations.json").unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["operations"].as_array().unwrap().clone()
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().map(|list| list.iter().map(|item| item.as_str().unwrap()).collect()).unwrap_or_default()
}

/// The permissions of an operation, and the sign of how many are needed.
fn permissions(operation: &Value) -> (&'static str, Vec<&str>) {
    let permissions = &operation["permissions"];
    for (mode, sign) in [("any", "|"), ("all", "*"), ("unknown", "?")] {
        if permissions.get(mode).is_some() {
            return (sign, strings(&permissions[mode]));
        }
    }
    ("", Vec::new())
}

fn generate(operations: &[Value]) -> String {
    let names = |of: &dyn Fn(&Value) -> Vec<String>| -> Vec<String> {
        operations.iter().flat_map(of).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let all_permissions = names(&|operation| owned(permissions(operation).1));
    let all_scopes = names(&|operation| owned(strings(&operation["scopes"])));
    let numbers = |list: Vec<&str>, all: &[String]| {
        let numbers = list.iter().map(|name| all.iter().position(|have| have == name).unwrap().to_string());
        numbers.collect::<Vec<_>>().join(",")
    };
    let mut out = format!("{}\n{}\n", all_permissions.join(" "), all_scopes.join(" "));
    for operation in operations {
        let (sign, needed) = permissions(operation);
        let paging = match operation["paging"].as_str() {
            Some("body_paging") => "b",
            Some("cursor") => "c",
            Some("next_uri") => "n",
            Some("query_paging") => "q",
            None => "",
            other => panic!("{other:?}"),
        };
        let mut flags = String::new();
        flags.push_str(match operation["needs"].as_str() {
            Some("user") => "u",
            Some("client") => "c",
            _ => "",
        });
        if operation["deprecated"] == true {
            flags.push('d');
        }
        let line = format!(
            "{}\t{}\t{sign}{}\t{}\t{paging}\t{flags}",
            operation["method"].as_str().unwrap(),
            operation["path"].as_str().unwrap().strip_prefix("/api/v2/").unwrap(),
            numbers(needed, &all_permissions),
            numbers(strings(&operation["scopes"]), &all_scopes),
        );
        writeln!(out, "{}", line.trim_end_matches('\t')).unwrap();
    }
    out
}

#[test]
fn the_text_is_made_from_the_data() {
    let path = folder() + "/operations.txt";
    let made = generate(&data());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == made, "run UPDATE=1 cargo test -p pegcount --test catalogue");
}

#[test]
fn every_operation_is_found_by_its_template_and_says_what_the_data_says() {
    let data = data();
    assert_eq!(data.len(), 939);
    for operation in &data {
        let (method, path) = (operation["method"].as_str().unwrap(), operation["path"].as_str().unwrap());
        let found = catalogue::find(method, path).unwrap_or_else(|| panic!("{method} {path}"));
        assert_eq!((found.method(), found.path().as_str()), (method, path));
        assert_eq!(found.permissions().collect::<Vec<_>>(), permissions(operation).1);
        assert_eq!(found.scopes().collect::<Vec<_>>(), strings(&operation["scopes"]));
        assert_eq!(found.needs_user(), operation["needs"] == "user");
    }
}

#[test]
fn real_paths_are_found_too() {
    for (method, path, template) in [
        (
            "get",
            "/api/v2/analytics/conversations/1bc96a39-6725-40c4-9345-db72aa67b8c6/details",
            "/api/v2/analytics/conversations/{conversationId}/details",
        ),
        ("GET", "https://api.mypurecloud.ie/api/v2/users?pageSize=100", "/api/v2/users"),
        ("GET", "/gateway/api/v2/users/me/", "/api/v2/users/me"),
    ] {
        assert_eq!(catalogue::find(method, path).unwrap().path(), template);
    }
    assert_eq!(catalogue::find("GET", "/api/v2/analytics/conversations/details/query"), None, "it is a POST");
    assert_eq!(catalogue::find("GET", "/api/v3/users"), None);
    assert_eq!(catalogue::find("GET", ""), None);
}

#[test]
fn facts() {
    let details = catalogue::find("POST", "/api/v2/analytics/conversations/details/query").unwrap();
    assert_eq!((details.mode(), details.paging()), (Mode::Any, Paging::Body));
    assert!(details.permissions().any(|permission| permission == "analytics:conversationDetail:view"));
    assert!(details.is_repeatable());
    assert!(!catalogue::find("POST", "/api/v2/analytics/conversations/details/jobs").unwrap().is_repeatable());
    assert!(catalogue::find("GET", "/api/v2/users/me").unwrap().needs_user());
    assert!(catalogue::scopes().any(|scope| scope == "analytics:readonly"));
}

/// Inventions in circulation, and what answers the same question in truth.
#[test]
fn what_was_meant_by_an_invention_is_among_the_nearest_five() {
    for (path, meant) in [
        (
            "/api/v2/analytics/interactions/sentiment/details",
            "/api/v2/speechandtextanalytics/conversations/{conversationId}",
        ),
        ("/api/v2/analytics/reporting/queues/summary", "/api/v2/analytics/queues/observations/query"),
        ("/api/v2/analytics/conversations/queries", "/api/v2/analytics/conversations/details/query"),
        ("/api/v2/oauth/token", "/api/v2/tokens/me"),
        ("/api/v2/analytics/conversation/details/query", "/api/v2/analytics/conversations/details/query"),
        ("/api/v2/analytics/agents/summary", "/api/v2/analytics/users/aggregates/query"),
        ("/api/v2/routing/queue", "/api/v2/routing/queues"),
        ("/api/v2/quality/evaluation/query", "/api/v2/quality/evaluations/query"),
    ] {
        let nearest: Vec<String> = catalogue::nearest("GET", path, 5).iter().map(|found| found.path()).collect();
        assert!(nearest.iter().any(|found| found == meant), "{path}: {nearest:#?}");
    }
}

#[test]
fn nonsense_is_near_to_nothing() {
    assert_eq!(catalogue::nearest("GET", "/api/v2/xyzzy/plugh", 5), []);
    assert_eq!(catalogue::nearest("GET", "", 5), []);
}

#[test]
fn words_find_operations() {
    let found = catalogue::search("queue observations", 3);
    assert_eq!(found[0].path(), "/api/v2/analytics/queues/observations/query");
}
