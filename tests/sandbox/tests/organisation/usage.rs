//! The use of the API, as the organisation tells it, and its limits.

use pegcount_sandbox::time::{DAY, HOUR, Interval, iso};
use serde_json::{Value, json};

use crate::caller::Caller;

const USAGE: &str = "/api/v2/usage/query";

/// The rows of a query.
fn rows(caller: &mut Caller, query: Value) -> Vec<Value> {
    let asked = caller.ask(USAGE, query);
    let results = caller.get(asked["resultsUri"].as_str().unwrap()).parsed();
    assert_eq!(results["queryStatus"], "Complete");
    results["results"].as_array().unwrap().clone()
}

/// An hour to either side of the present.
fn about(caller: &Caller) -> String {
    Interval { start: caller.now - HOUR, end: caller.now + HOUR }.text()
}

fn members(row: &Value) -> Vec<&str> {
    row.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_use_of_the_api_is_what_was_answered() {
    let mut caller = Caller::new("admin");
    for _ in 0..3 {
        caller.get("/api/v2/users");
    }
    caller.get("/api/v2/users/00000000-0000-4000-8000-000000000000");
    let query = json!({"interval": about(&caller), "groupBy": ["OAuthClientId", "TemplateUri"]});
    let rows = rows(&mut caller, query);
    let row = |template: &str| rows.iter().find(|row| row["templateUri"] == template).unwrap();
    let (users, user) = (row("api/v2/users"), row("api/v2/users/{userId}"));
    assert_eq!((&users["requests"], &users["status200"]), (&json!(3), &json!(3)));
    assert_eq!((&user["requests"], &user["status400"]), (&json!(1), &json!(1)));
    assert_eq!(users["clientId"], caller.ready["clients"]["admin"]["client_id"]);
}

#[test]
fn what_was_refused_for_its_rate_and_what_is_not_there_count_for_themselves() {
    let mut caller = Caller::new("admin");
    caller.control("POST", "/rate", json!({"allowed": 1}));
    let statuses = ["analytics/dataretention/settings", "users", "users"]
        .map(|path| caller.get(&format!("/api/v2/{path}")).status);
    assert_eq!(statuses, [501, 429, 429]);
    caller.control("POST", "/rate", json!({"allowed": 0}));
    let query = json!({"interval": about(&caller), "groupBy": ["TemplateUri"]});
    let rows = rows(&mut caller, query);
    for (template, expected) in [("users", [2, 0, 0, 2, 0]), ("analytics/dataretention/settings", [1, 0, 0, 0, 1])] {
        let row = rows.iter().find(|row| row["templateUri"] == format!("api/v2/{template}")).unwrap();
        let counts = ["requests", "status200", "status400", "status429", "status500"].map(|name| row[name].as_i64());
        assert_eq!(counts, expected.map(Some), "{template}");
    }
}

#[test]
fn rows_are_as_a_genuine_organisation_has_them() {
    let path = format!("{}/../vectors/samples/usage-query-results.json", env!("CARGO_MANIFEST_DIR"));
    let sample: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut caller = Caller::new("admin");
    caller.get("/api/v2/users");
    let interval = about(&caller);
    let query = json!({"interval": interval, "granularity": "Day", "groupBy": ["OAuthClientId", "TemplateUri"]});
    let found = rows(&mut caller, query);
    let row = found.iter().find(|row| row["templateUri"] == "api/v2/users").unwrap();
    assert_eq!(members(row), members(&sample["results"][0]));
    assert_eq!((&row["clientName"], &row["date"]), (&json!("admin"), &json!("2026-03-10T00:00:00Z")));
    for (name, nothing) in [("organizationId", json!("")), ("httpMethod", json!("")), ("status500", json!(0))] {
        assert_eq!(row[name], nothing);
    }
    // Without a granularity there is no date, without a group there are clients.
    let found = rows(&mut caller, json!({"interval": interval}));
    let [row] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&row["date"], &row["clientName"], &row["templateUri"]), (&Value::Null, &json!("admin"), &json!("")));
    let found = rows(&mut caller, json!({"interval": interval, "metrics": ["Requests"], "groupBy": ["UserId"]}));
    assert_eq!(members(&found[0]).split_off(6), ["requests"]);
}

#[test]
fn periods_are_days_weeks_and_months() {
    let mut caller = Caller::new("admin");
    for day in [1, 2, 8, 25] {
        caller.now = pegcount_sandbox::time::parse_iso("2026-03-01T00:00:00Z").unwrap() + day * DAY - HOUR;
        caller.log_in("admin");
        caller.get("/api/v2/users");
    }
    let interval = Interval { start: caller.now - 40 * DAY, end: caller.now }.text();
    let mut dates = |granularity: &str| -> Vec<String> {
        let query = json!({"interval": interval, "granularity": granularity, "groupBy": ["HttpMethod"]});
        let found = rows(&mut caller, query);
        let gets = found.iter().filter(|row| row["httpMethod"] == "GET");
        gets.map(|row| row["date"].as_str().unwrap()[..10].to_string()).collect()
    };
    assert_eq!(dates("Day"), ["2026-03-01", "2026-03-02", "2026-03-08"]);
    assert_eq!(dates("Week"), ["2026-02-23", "2026-03-02"]);
    assert_eq!(dates("Month"), ["2026-03-01"]);
}

#[test]
fn what_cannot_be_asked() {
    let mut caller = Caller::new("admin");
    let (now, interval) = (caller.now, about(&caller));
    let since = |days: i64| format!("{}/{}", iso(now - days * DAY), iso(now - (days - 30) * DAY));
    for (query, status) in [
        (json!({"interval": interval, "granularity": "Hour"}), 400),
        (json!({"interval": interval, "granularity": ["Day"]}), 400),
        (json!({"interval": interval, "metrics": ["Bogus"]}), 400),
        (json!({"interval": interval, "metrics": "Requests"}), 400),
        (json!({"interval": interval, "groupBy": ["Mood"]}), 400),
        (json!({"interval": since(730)}), 400),
        (json!({"interval": since(367)}), 400),
        (json!({"interval": since(365)}), 200),
        (json!({"interval": format!("{}/{}", iso(now - 91 * DAY), iso(now))}), 400),
    ] {
        assert_eq!(caller.post(USAGE, query.clone()).status, status, "{query}");
    }
    let of_client = |id: &str| format!("/api/v2/oauth/clients/{id}/usage/query");
    let id = caller.ready["clients"]["admin"]["client_id"].as_str().unwrap().to_string();
    let query = |group: &str| json!({"interval": interval, "groupBy": [group]});
    assert_eq!(caller.post(&of_client(&id), query("TemplateUri")).status, 200);
    assert_eq!(caller.post(&of_client(&id), query("UserId")).status, 400, "it is one client's");
    let nobody = "00000000-0000-4000-8000-000000000000";
    assert_eq!(caller.post(&of_client(nobody), query("TemplateUri")).status, 404);
}

#[test]
fn three_months_are_performed_however_many_days_they_have() {
    let mut caller = Caller::new("admin");
    let id = caller.ready["clients"]["admin"]["client_id"].as_str().unwrap().to_string();
    caller.get("/api/v2/users");
    caller.now += 60 * DAY;
    caller.log_in("admin");
    caller.get("/api/v2/users");
    let of_client = format!("/api/v2/oauth/clients/{id}/usage/query");
    for target in [USAGE, of_client.as_str()] {
        for (granularity, interval, status) in [
            ("Month", "2026-03-01T00:00:00Z/2026-06-01T00:00:00Z", 200),
            ("Month", "2026-03-01T00:00:00Z/P3M", 200),
            ("Month", "2026-03-01T00:00:00Z/2026-06-01T00:00:01Z", 400),
            ("Day", "2026-03-01T00:00:00Z/2026-06-01T00:00:00Z", 400),
            ("Day", "2026-03-01T00:00:00Z/P90D", 200),
        ] {
            let query = json!({"interval": interval, "granularity": granularity, "groupBy": ["TemplateUri"]});
            let asked = caller.post(target, query);
            assert_eq!(asked.status, status, "{target} {granularity} {interval}");
            if status == 200 && granularity == "Month" {
                let found = caller.get(asked.parsed()["resultsUri"].as_str().unwrap()).parsed();
                let rows = found["results"].as_array().unwrap().iter();
                let rows = rows.filter(|row| row["templateUri"] == "api/v2/users");
                let rows: Vec<_> = rows.map(|row| (row["date"].as_str().unwrap(), row["requests"].clone())).collect();
                assert_eq!(rows, [("2026-03-01T00:00:00Z", json!(1)), ("2026-05-01T00:00:00Z", json!(1))]);
            }
        }
    }
}

#[test]
fn limits_are_told_by_namespace() {
    let mut caller = Caller::with("admin", |options| options.rate = 120);
    let names = caller.get("/api/v2/organizations/limits/namespaces").parsed()["entities"].clone();
    let mut told = std::collections::BTreeMap::new();
    for name in names.as_array().unwrap() {
        let name = name.as_str().unwrap();
        let limits = caller.get(&format!("/api/v2/organizations/limits/namespaces/{name}")).parsed();
        for limit in limits["entities"].as_array().unwrap() {
            assert_eq!(limit["namespace"], name);
            told.insert(limit["key"].as_str().unwrap().to_string(), limit["value"].as_i64().unwrap());
        }
    }
    for name in ["platform.api", "analytics", "analytics.realtime", "auth.api", "audit", "usage"] {
        assert!(names.as_array().unwrap().iter().any(|known| known == name), "{name}");
        let usual = caller.get(&format!("/api/v2/organizations/limits/namespaces/{name}/defaults")).parsed();
        for limit in usual["entities"].as_array().unwrap() {
            let key = limit["key"].as_str().unwrap();
            assert_eq!(limit["value"], if key.ends_with("token.rate.per.minute") { 300 } else { told[key] }, "{key}");
        }
    }
    for (key, value) in [
        ("client.credentials.token.rate.per.minute", 120),
        ("token.rate.per.minute", 120),
        ("org.app.user.rate.per.minute", 3_000),
        ("request.bytes.max", 512_000),
    ] {
        assert_eq!(told[key], value, "{key}");
    }
    let large = json!({"interval": "x".repeat(512_000)});
    assert_eq!(caller.post(USAGE, large).status, 413);
    assert_eq!(caller.get("/api/v2/organizations/limits/namespaces/nothing").status, 404);
}
