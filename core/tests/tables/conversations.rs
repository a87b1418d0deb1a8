//! The tables of a conversation hold every property of the API's models, whatever the server sends in it.
use crate::leaves::{assert_kept, report, sample};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use pegcount::{ErrorKind, PageContext, decode, decode_only};
use serde_json::{Map, Value, json};

fn context() -> PageContext {
    report(r#"{"report":"conversations"}"#)
}

fn models() -> Map<String, Value> {
    let path = format!("{}/../tests/vectors/models.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["tables"].as_object().unwrap().clone()
}

/// A value of a kind of the models, different each time.
fn value(kind: &Value, nth: &mut u64) -> Value {
    *nth += 1;
    let n = *nth;
    match kind.as_str() {
        Some("string") => json!(format!("text {n}")),
        Some("time") => json!(format!("2026-03-09T10:{:02}:{:02}.{:03}Z", n / 60 % 60, n % 60, n % 1000)),
        Some("integer") => json!(1_000_000 + n),
        Some("number") => json!(n as f64 + 0.123_456_789),
        Some("boolean") => json!(n.is_multiple_of(2)),
        Some("object") => json!({format!("attribute {n}"): format!("value {n}")}),
        _ => match kind.as_array().and_then(|list| list.first()).or_else(|| kind.get("model")) {
            Some(inner) => {
                let name = inner.as_str().unwrap();
                let one = match models().values().find(|model| model["model"] == name) {
                    Some(model) => object(&model["properties"], nth),
                    None if matches!(name, "string" | "integer") => value(inner, nth),
                    None => json!({"any": n}),
                };
                if kind.is_array() { json!([one, one]) } else { one }
            }
            None => panic!("{kind}"),
        },
    }
}

fn object(properties: &Value, nth: &mut u64) -> Value {
    let members = properties.as_object().unwrap().iter();
    Value::Object(members.map(|(key, kind)| (key.clone(), value(kind, nth))).collect())
}

fn full() -> Value {
    let mut conversation = object(&models()["conversations"]["properties"], &mut 0);
    conversation["participants"][0]["purpose"] = json!("agent");
    conversation
}

fn extra(batch: &RecordBatch) -> &ArrayRef {
    batch.column_by_name("_extra").unwrap()
}

#[test]
fn every_property_of_the_models_has_a_column() {
    let body = json!({"conversations": [full()]}).to_string();
    let tables = decode(&context(), body.as_bytes()).unwrap();
    for table in tables.iter() {
        assert!(table.batch.num_rows() > 0, "{}", table.name);
        assert_eq!(
            extra(&table.batch).null_count(),
            table.batch.num_rows(),
            "{}: {:?}",
            table.name,
            extra(&table.batch)
        );
        for (field, column) in table.batch.schema().fields().iter().zip(table.batch.columns()) {
            assert!(
                matches!(field.name().as_str(), "_extra" | "unit") || column.null_count() == 0,
                "{}.{} is null",
                table.name,
                field.name()
            );
        }
    }
    assert!(assert_kept(&context(), &body, &[]) > 400);
}

#[test]
fn a_property_that_nobody_knows_is_kept_as_it_came() {
    let mut conversation = full();
    conversation["participants"][0]["sessions"][0]["segments"][0]["shinyNewThing"] = json!({"a": [1.10, "x"]});
    let body = json!({"conversations": [conversation]}).to_string().replace("1.1,", "1.10000000000000000001,");
    let tables = decode_only(&context(), body.as_bytes(), &["segments"]).unwrap();
    let extra = extra(&tables.get("segments").unwrap().batch).as_string::<i32>();
    assert_eq!(extra.value(0), r#"{"shinyNewThing":{"a":[1.10000000000000000001,"x"]}}"#);
}

/// Small steps of a fixed generator: the same wild answers every time.
struct Wild(u64);

impl Wild {
    fn next(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn value(&mut self) -> Value {
        match self.next(9) {
            0 => json!(format!("w\"\\\n{}é", self.next(1000))),
            1 => json!(self.next(1 << 40)),
            2 => json!(self.next(1000) as f64 / 7.0),
            3 => json!(true),
            4 => json!([self.next(100), "x", {"y": self.next(100)}]),
            5 => json!({"z": {"deep": self.next(100)}}),
            6 => json!([]),
            7 => json!([[self.next(9)], format!("s{}", self.next(100))]),
            _ => json!(-1.5e-7),
        }
    }

    /// Puts wild values where other things are expected, at any depth.
    fn spoil(&mut self, value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (_, member) in members.iter_mut() {
                    if self.next(12) == 0 {
                        *member = self.value();
                    } else {
                        self.spoil(member);
                    }
                }
                if self.next(6) == 0 {
                    let (key, value) = (format!("unknown {}", self.next(1000)), self.value());
                    members.insert(key, value);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.spoil(item)),
            _ => {}
        }
    }
}

#[test]
fn wild_values_are_neither_lost_nor_fatal() {
    for seed in 0..300 {
        let mut conversation = full();
        Wild(seed).spoil(&mut conversation);
        assert_kept(&context(), &json!({"conversations": [conversation]}).to_string(), &[]);
    }
}

#[test]
fn an_answer_that_stops_anywhere_is_an_error() {
    let whole = format!(r#"{{"conversations":[{}]}}"#, sample("conversation-detail-2"));
    for end in 0..whole.len() - 1 {
        let error = decode(&context(), &whole.as_bytes()[..end]).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::AnswerTruncated | ErrorKind::AnswerNotJson), "{end}: {error}");
    }
    let error = decode(&context(), &whole.as_bytes()[..whole.len() / 2]).unwrap_err();
    assert_eq!(error.kind, ErrorKind::AnswerTruncated);
}

#[test]
fn other_answers() {
    let kind = |body: &str| decode(&context(), body.as_bytes()).map(|_| ()).map_err(|error| error.kind);
    assert_eq!(kind("<html>"), Err(ErrorKind::AnswerNotJson));
    assert_eq!(kind("7"), Err(ErrorKind::AnswerUnexpected));
    assert_eq!(kind(r#"{"conversations":[]} x"#), Err(ErrorKind::AnswerNotJson));
    for empty in ["{}", r#"{"conversations":null,"totalHits":0}"#, "[]", r#"{"conversations":[]}"#] {
        assert!(decode(&context(), empty.as_bytes()).unwrap().iter().all(|table| table.batch.num_rows() == 0));
    }
    let deep = format!(r#"{{"conversations":[{{"x":{}1{}}}]}}"#, "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(kind(&deep), Ok(()), "what nobody looks into may be as deep as it likes");
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    for none in [&deep, "[1,2]", "[null]", r#"["x"]"#, r#"{"conversations":"x"}"#] {
        assert_eq!(kind(none), Err(ErrorKind::AnswerUnexpected), "{}", &none[..3]);
    }
    let inside = format!(r#"{{"conversations":[{}]}}"#, r#"{"participants":["#.repeat(200));
    assert_ne!(kind(&inside), Ok(()));
}

#[test]
fn what_is_skipped_leaves_no_row_in_any_table() {
    let body = json!({"conversations": [full(), full(), full()]}).to_string();
    let all = decode(&context(), body.as_bytes()).unwrap();
    let some = decode(&PageContext { skip: vec![0, 2], ..context() }, body.as_bytes()).unwrap();
    for (all, some) in all.iter().zip(some.iter()) {
        assert_eq!(all.batch.num_rows(), 3 * some.batch.num_rows(), "{}", all.name);
    }
}

#[test]
fn some_tables_are_what_they_are_among_all() {
    let body = sample("conversation-detail-1");
    let all = decode(&context(), body.as_bytes()).unwrap();
    for table in all.iter() {
        let alone = decode_only(&context(), body.as_bytes(), &[&table.name]).unwrap();
        assert_eq!(alone.iter().collect::<Vec<_>>(), [table]);
    }
    let error = decode_only(&context(), body.as_bytes(), &["segmets"]).unwrap_err();
    assert!(error.message.contains("segments"), "{error}");
}

#[test]
fn the_order_of_keys_does_not_matter() {
    fn reversed(value: &Value) -> Value {
        match value {
            Value::Object(members) => members.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect(),
            Value::Array(items) => items.iter().map(reversed).collect(),
            other => other.clone(),
        }
    }
    let body: Value = serde_json::from_str(&sample("conversation-detail-1")).unwrap();
    let turned = reversed(&body);
    assert_ne!(body.to_string(), turned.to_string());
    let tables = |body: &Value| decode(&context(), body.to_string().as_bytes()).unwrap();
    assert_eq!(tables(&body), tables(&turned));
}
