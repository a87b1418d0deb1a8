//! `core/schema.json` is what the core says it is. `UPDATE=1` writes it.
#![expect(clippy::disallowed_methods, reason = "tests read files")]

use serde_json::Value;

#[test]
fn the_schema_is_written_down() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.json");
    let schema = pegcount::wire::schema();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, serde_json::to_string_pretty(&schema).unwrap() + "\n").unwrap();
    }
    let written: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(schema == written, "core/schema.json is not what the core says: UPDATE=1 cargo test --features schema");
}

#[test]
fn it_names_every_report_table_and_error() {
    let schema = pegcount::wire::schema();
    let reports = schema["types"]["Report"]["oneOf"].as_array().unwrap();
    let names: Vec<_> =
        reports.iter().map(|report| report["properties"]["report"]["const"].as_str().unwrap()).collect();
    assert_eq!(names, pegcount::Report::NAMES);
    assert_eq!(schema["errors"].as_array().unwrap().len(), pegcount::ErrorKind::ALL.len());
    let tables = schema["tables"].as_array().unwrap();
    assert_eq!(tables.iter().filter(|table| table["report"] == "conversations").count(), 14);
    assert!(
        tables.iter().all(|table| table["columns"].as_array().unwrap().iter().any(|column| column["name"] == "_extra"))
    );
}
