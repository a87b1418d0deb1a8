//! Finds every leaf value of a JSON text in tables.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMillisecondType};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use pegcount::tables::Tables;
use pegcount::{PageContext, Report};
use serde_json::Value;

pub(crate) fn report(json: &str) -> PageContext {
    PageContext::of(serde_json::from_str::<Report>(json).unwrap())
}

pub(crate) fn sample(name: &str) -> String {
    let path = format!("{}/../tests/vectors/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Decodes a sample and asserts that each of its leaves is there as often as it came; returns how many there were.
pub(crate) fn assert_found(context: &PageContext, name: &str, envelope: &[&str]) -> usize {
    assert_kept(context, &sample(name), envelope)
}

pub(crate) fn assert_kept(context: &PageContext, text: &str, envelope: &[&str]) -> usize {
    let tables = pegcount::decode(context, text.as_bytes()).unwrap();
    let have = values(&tables);
    let mut json: Value = serde_json::from_str(text).unwrap();
    if let Some(object) = json.as_object_mut() {
        for key in envelope {
            object.remove(*key);
        }
    }
    let mut want = BTreeMap::new();
    count(&json, &mut want);
    for (leaf, times) in &want {
        let found = have.get(leaf).copied().unwrap_or(0);
        assert!(found >= *times, "{leaf} occurs {times} times in the answer and {found} times in the tables");
    }
    want.values().sum()
}

/// Asserts that each number of a sample is in the tables: a pivot makes column names of the texts.
pub(crate) fn assert_numbers(context: &PageContext, name: &str) {
    let text = sample(name);
    let have = values(&pegcount::decode(context, text.as_bytes()).unwrap());
    let mut want = BTreeMap::new();
    count(&serde_json::from_str(&text).unwrap(), &mut want);
    for (leaf, times) in want.iter().filter(|(leaf, _)| leaf.starts_with('#')) {
        assert!(have.get(leaf) >= Some(times), "{leaf}");
    }
}

/// Leaves as text: instants in one form, numbers as they print.
fn count(value: &Value, into: &mut BTreeMap<String, usize>) {
    match value {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| count(item, into)),
        Value::Object(members) => members.values().for_each(|member| count(member, into)),
        // An interval becomes two instants.
        Value::String(text) if text.contains('/') && interval(text).is_some() => {
            for at in interval(text).unwrap() {
                *into.entry(format!("@{at}")).or_default() += 1;
            }
        }
        leaf => *into.entry(shown(leaf)).or_default() += 1,
    }
}

fn interval(text: &str) -> Option<[i64; 2]> {
    let (from, to) = text.split_once('/')?;
    Some([pegcount::time::parse_instant(from)?, pegcount::time::parse_instant(to)?])
}

fn shown(leaf: &Value) -> String {
    match leaf {
        Value::String(text) => pegcount::time::parse_instant(text).map_or_else(|| text.clone(), |at| format!("@{at}")),
        Value::Number(number) => format!("#{}", number.as_f64().unwrap()),
        other => other.to_string(),
    }
}

/// Every value of every table, lists and JSON taken apart.
fn values(tables: &Tables) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for table in tables.iter() {
        for column in table.batch.columns() {
            for row in 0..column.len() {
                if !column.is_null(row) {
                    take(column, row, &mut found);
                }
            }
        }
    }
    found
}

fn take(column: &ArrayRef, row: usize, found: &mut BTreeMap<String, usize>) {
    let mut add = |text: String| *found.entry(text).or_default() += 1;
    match column.data_type() {
        DataType::Utf8 => {
            let text = column.as_string::<i32>().value(row);
            add(shown(&Value::from(text)));
            // A list of numbers holds their text; JSON columns and `_extra` hold values of their own.
            if let Ok(inner) = serde_json::from_str::<Value>(text) {
                match inner {
                    Value::Number(_) => add(shown(&inner)),
                    inner => count(&inner, found),
                }
            }
        }
        DataType::Float64 => add(format!("#{}", column.as_primitive::<Float64Type>().value(row))),
        #[expect(clippy::cast_precision_loss, reason = "compared as the JSON numbers are")]
        DataType::Int64 => add(format!("#{}", column.as_primitive::<Int64Type>().value(row) as f64)),
        DataType::Boolean => add(column.as_boolean().value(row).to_string()),
        DataType::Timestamp(..) => add(format!("@{}", column.as_primitive::<TimestampMillisecondType>().value(row))),
        DataType::List(_) => {
            let items = column.as_list::<i32>().value(row);
            (0..items.len()).filter(|nth| !items.is_null(*nth)).for_each(|nth| take(&items, nth, found));
        }
        other => panic!("no column is a {other}"),
    }
}
