//! Every error body that is known is explained as `tests/vectors/explain.json` says.
//!
//! `UPDATE=1` writes what is explained into the file: to be read before it is committed.
#![expect(clippy::disallowed_methods, reason = "tests read files")]

use pegcount::explain::{Case, explain};
use pegcount::{Error, ErrorKind};
use serde_json::{Value, json};

fn path(name: &str) -> String {
    format!("{}/../tests/vectors/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path(name)).unwrap()).unwrap()
}

fn explained(case: &Value) -> Error {
    let text = |key: &str| case[key].as_str();
    explain(&Case {
        status: case["status"].as_u64().map(|status| u16::try_from(status).unwrap()),
        body: text("body").unwrap(),
        method: text("method"),
        path: text("path"),
        login: case["login"].as_bool(),
        ..Case::default()
    })
}

fn shown(error: &Error) -> Value {
    let explanation = &error.explanation;
    json!({
        "code": error.kind.code(),
        "cause": explanation.cause,
        "certainty": explanation.certainty,
        "missing": explanation.missing,
        "nearest": explanation.nearest,
        "retry": error.retry,
    })
}

#[test]
fn every_known_body_is_explained() {
    let mut file = read("explain.json");
    if std::env::var_os("UPDATE").is_some() {
        for case in file["cases"].as_array_mut().unwrap() {
            case["expect"] = shown(&explained(case));
        }
        std::fs::write(path("explain.json"), serde_json::to_string_pretty(&file).unwrap() + "\n").unwrap();
    }
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 60, "the known bodies of the platform and its login host");
    for case in cases {
        let error = explained(case);
        assert_eq!(shown(&error), case["expect"], "{}", case["id"]);
        assert!(
            !error.explanation.remedy.is_empty() || error.kind == ErrorKind::ServerFault,
            "{}: no advice",
            case["id"]
        );
        assert!(!error.explanation.evidence.is_empty(), "{}", case["id"]);
        assert!(error.explanation.to_string().lines().count() <= 14, "{}: too long to read at night", case["id"]);
    }
}

#[test]
fn the_table_of_errors_is_the_taxonomy() {
    let table = read("errors.json");
    let rows = table["errors"].as_array().unwrap();
    let codes: Vec<&str> = rows.iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ErrorKind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>());
    for (row, kind) in rows.iter().zip(ErrorKind::ALL) {
        let class = &table["classes"][kind.class().name()];
        assert_eq!(row["class"], kind.class().name(), "{}", row["code"]);
        assert_eq!(class["exit"], kind.class().exit_code(), "{}", row["code"]);
        assert_eq!(class["python"], format!("{}Error", kind.class().name()));
    }
}

/// Genuine answers and headers, as they were captured.
#[test]
fn genuine_refusals() {
    let sample = |name: &str| std::fs::read_to_string(path(&format!("samples/{name}.json"))).unwrap();
    let explained = |status, body: &str| explain(&Case { status: Some(status), body, ..Case::default() });
    let limited = explained(429, &sample("error-429"));
    assert_eq!(limited.kind, ErrorKind::LimitRate);
    assert!(matches!(limited.retry, pegcount::Retry::Later { after_ms: Some(ms) } if ms > 0), "{limited:?}");
    assert_eq!(explained(400, &sample("oauth-token-error-400")).kind, ErrorKind::AuthWrongSecret);

    let mut headers = http::HeaderMap::new();
    let text = sample("response-headers");
    for (name, value) in serde_json::from_str::<Value>(&text).unwrap()["headers"].as_object().unwrap() {
        let Some(value) = value.as_str() else { continue };
        headers.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
    }
    let seen = pegcount::Headers::from(&headers);
    assert_eq!((seen.limit_count, seen.limit_allowed, seen.limit_reset), (Some(1), Some(180), Some(61)));
}
