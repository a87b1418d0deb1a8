//! The files in `tests/vectors`: read, compared and written.
#![allow(dead_code, reason = "each test uses its part")]

use std::path::PathBuf;

use serde_json::{Map, Value};

/// Columns within which a value stays on one line.
const WIDTH: usize = 120;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/session")
}

/// A file beside the scripts.
pub(crate) fn read_file(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder().join("..").join(name)).unwrap()).unwrap()
}

/// Writes a file beside the scripts.
pub(crate) fn update_file(name: &str, value: &Value) {
    let mut text = String::new();
    write(value, 0, &mut text);
    std::fs::write(folder().join("..").join(name), text + "\n").unwrap();
}

/// Every script by its name, in order.
pub(crate) fn read() -> Vec<(String, Value)> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut scripts: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let script = serde_json::from_str(&std::fs::read_to_string(path).unwrap());
            let script = script.unwrap_or_else(|error| panic!("{name} is no JSON: {error}"));
            (name, script)
        })
        .collect();
    scripts.sort_by(|(one, _), (other, _)| one.cmp(other));
    scripts
}

/// A value without its nulls: absent and null mean the same.
pub(crate) fn plain(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(key, value)| (key.clone(), plain(value))).collect())
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}

/// Writes a script.
pub(crate) fn update(name: &str, script: &Value) {
    let mut text = String::new();
    write(script, 0, &mut text);
    std::fs::write(folder().join(name).with_extension("json"), text + "\n").unwrap();
}

/// On one line where it fits, so that a script reads as a list of steps.
fn write(value: &Value, depth: usize, text: &mut String) {
    let line = one_line(value);
    let indent = |depth: usize| format!("\n{}", "  ".repeat(depth));
    let mut list = |open: char, items: Vec<(String, &Value)>, close: char| {
        text.push(open);
        for (nth, (key, item)) in items.into_iter().enumerate() {
            text.push_str(if nth > 0 { "," } else { "" });
            text.push_str(&indent(depth + 1));
            text.push_str(&key);
            write(item, depth + 1, text);
        }
        text.push_str(&indent(depth));
        text.push(close);
    };
    let keyed = |map: &Map<String, Value>| {
        map.keys().map(|key| format!("{}: ", one_line(&key.as_str().into()))).collect::<Vec<_>>()
    };
    match value {
        _ if line.len() + 2 * depth <= WIDTH => text.push_str(&line),
        Value::Object(map) if !map.is_empty() => list('{', keyed(map).into_iter().zip(map.values()).collect(), '}'),
        Value::Array(items) if !items.is_empty() => {
            list('[', items.iter().map(|item| (String::new(), item)).collect(), ']');
        }
        _ => text.push_str(&line),
    }
}

fn one_line(value: &Value) -> String {
    let joined = |items: Vec<String>| items.join(", ");
    match value {
        Value::Object(map) => {
            let items = map.iter().map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), one_line(value)));
            format!("{{{}}}", joined(items.collect()))
        }
        Value::Array(items) => format!("[{}]", joined(items.iter().map(one_line).collect())),
        other => other.to_string(),
    }
}
