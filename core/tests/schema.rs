//! `core/schema.json` is what the core says it is. `UPDATE=1` writes it.
#![expect(clippy::disallowed_methods, reason = "tests read files")]

use pegcount::{Report, wire};
use serde_json::{Map, Value, json};

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

/// The words of a type that is written as one.
fn words(schema: &Value, name: &str) -> Vec<Value> {
    let words: Vec<_> =
        schema["types"][name]["oneOf"].as_array().unwrap().iter().map(|word| word["const"].clone()).collect();
    assert!(words.len() > 1 && words.iter().all(Value::is_string), "{name}: {words:?}");
    words
}

#[test]
fn every_field_and_word_that_it_names_is_read() {
    let schema = wire::schema();
    for report in schema["types"]["Report"]["oneOf"].as_array().unwrap() {
        let (name, fields) = (&report["properties"]["report"]["const"], report["properties"].as_object().unwrap());
        let mut known = Report::fields(name.as_str().unwrap()).unwrap();
        known.push("report");
        known.sort_unstable();
        let mut told: Vec<&str> = fields.keys().map(String::as_str).collect();
        told.sort_unstable();
        assert_eq!(told, known, "{name}");
        for (field, word) in of_words(&schema, fields) {
            let given = Value::Object(Map::from_iter([("report".into(), name.clone()), (field.clone(), word.clone())]));
            let read = Report::from_json(&given).unwrap();
            let written = serde_json::to_value(&read).unwrap();
            assert!(written.get(&field).is_none_or(|written| *written == word), "{given}: {written}");
        }
    }
    for sent in words(&schema, "Sent") {
        for cause in words(&schema, "Cause") {
            let failure = wire::failure(&json!({"sent": sent, "cause": cause})).unwrap();
            assert_eq!((json!(failure.sent), json!(failure.cause)), (sent.clone(), cause));
        }
    }
}

/// The fields whose values are words, with each of them.
fn of_words(schema: &Value, fields: &Map<String, Value>) -> Vec<(String, Value)> {
    let refers = |field: &Value| Some(field["$ref"].as_str()?.rsplit_once('/')?.1.to_owned());
    let named = fields.iter().filter_map(|(field, told)| Some((field, refers(told)?)));
    named.flat_map(|(field, of)| words(schema, &of).into_iter().map(|word| (field.clone(), word))).collect()
}
