use serde_json::json;

use super::*;
use crate::error::ErrorKind;
use crate::report::Report;

/// 2026-03-10T09:00:00Z.
const NOW: Now = Now { mono: 0, wall: 1_773_133_200_000 };

fn plan(path: &str, region: &Region) -> Result<Plan, Error> {
    Report::from_json(&json!({"report": "call", "path": path})).and_then(|report| report.plan_at(region, NOW))
}

/// The path that is asked, without the origin, or whole where it is one of a file.
fn path(written: &str, region: &Region) -> String {
    match plan(written, region).unwrap_or_else(|error| panic!("{written}: {error}")).steps {
        Steps::Each(asks) if asks.len() == 1 => asks[0].path.clone(),
        other => panic!("{written}: {other:?}"),
    }
}

fn gateway(api: &str) -> Region {
    Region::from_urls(Some(api), Some("https://login.corp.example")).unwrap()
}

#[test]
fn a_url_of_ones_own_api_is_a_path() {
    for api in ["http://127.0.0.1:8080/corp/gen/api", "https://gw.example.com/gc", "https://gw.example.com:8443"] {
        let region = gateway(api);
        assert_eq!(path(&format!("{api}/api/v2/users/me"), &region), "/api/v2/users/me", "{api}");
    }
    let region = gateway("https://gw.example.com/gc");
    for same in ["HTTPS://GW.example.com:443/gc/api/v2/users/me", " https://gw.example.com/gc/api/v2/users/me "] {
        assert_eq!(path(same, &region), "/api/v2/users/me", "{same}");
    }
    for file in [
        "https://gw.example.com/files/x?signature=1",
        "https://gw.example.com/gc/files/x?signature=1",
        "https://gw.example.com/other/gc/api/v2/users/me",
        "https://gw.example.com/gcx/api/v2/users/me",
        "https://gw.example.com:8443/gc/api/v2/users/me",
        "https://gw.example.com.evil.example/gc/api/v2/users/me",
    ] {
        assert_eq!(path(file, &region), file, "goes without the token");
    }
    let region = Region::parse("mypurecloud.ie").unwrap();
    for same in ["https://api.mypurecloud.ie/api/v2/users/me", "https://API.mypurecloud.ie:443/api/v2/users/me"] {
        assert_eq!(path(same, &region), "/api/v2/users/me", "{same}");
    }
}

#[test]
fn a_url_of_another_api_is_refused_with_both_hosts() {
    let ireland = Region::parse("mypurecloud.ie").unwrap();
    let sandbox = Region::parse("http://127.0.0.1:8080").unwrap();
    for (written, region, own) in [
        ("https://api.mypurecloud.de/api/v2/users/me", &ireland, "api.mypurecloud.ie"),
        ("https://api.usw2.pure.cloud/api/v2/users/me", &ireland, "api.mypurecloud.ie"),
        ("http://127.0.0.1:8080/api/v2/users/me", &ireland, "api.mypurecloud.ie"),
        ("http://127.0.0.1:8081/api/v2/users/me", &sandbox, "127.0.0.1:8080"),
        ("https://other.example.com/api/v2/users/me?x=hunter", &sandbox, "127.0.0.1:8080"),
        ("https://u:hunter@other.example.com/api/v2/users/me", &sandbox, "127.0.0.1:8080"),
    ] {
        let error = plan(written, region).expect_err(written);
        let host = written.split('/').nth(2).unwrap().rsplit('@').next().unwrap();
        assert_eq!(error.kind, ErrorKind::QueryBody, "{error}");
        assert!(error.message.contains(host) && error.message.contains(own), "{error}");
        assert!(!error.message.contains("hunter"), "{error}");
    }
    // Which region is behind a gateway, or played by a sandbox, is not known.
    assert_eq!(path("https://api.mypurecloud.de/api/v2/users/me", &sandbox), "/api/v2/users/me");
}

#[test]
fn a_slash_too_many_is_no_other_operation() {
    for (method, path, body) in [
        ("POST", "/api/v2/analytics/conversations/details/query", json!({"interval": "2026-03-09/2026-03-10"})),
        ("POST", "/api/v2/analytics/users/details/query", json!({"interval": "2026-03-09/2026-03-10"})),
        ("POST", "/api/v2/analytics/conversations/aggregates/query", json!({"interval": "2026-03-09/2026-03-10"})),
        ("GET", "/api/v2/users", Value::Null),
        ("GET", "/api/v2/users/me", Value::Null),
    ] {
        let plan = |path: &str| {
            let report = json!({"report": "call", "method": method, "path": path, "body": body});
            Report::from_json(&report).and_then(|report| report.plan(NOW)).unwrap()
        };
        assert_eq!(plan(&format!("{path}/")), plan(path), "{path}");
        assert_eq!(plan(&path.replace("v2/", "v2//")), plan(path), "{path}");
    }
    let unknown = Report::from_json(&json!({"report": "call", "path": "/api/v2/newer/"})).unwrap().plan(NOW).unwrap();
    assert!(matches!(unknown.steps, Steps::Each(asks) if asks[0].path == "/api/v2/newer/"), "stays as it is written");
}
