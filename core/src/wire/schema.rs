//! Everything that crosses a border, as one document: the types of each language are made from it.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

use crate::action::{CallOptions, Cause, Purpose, Sent, Summary, Why};
use crate::config::Arguments;
use crate::error::ErrorParts;
use crate::notice::Notice;
use crate::report::Report;
use crate::report::directory::Directory;
use crate::tables::write::flat;
use crate::{PageContext, decode};

/// The schema: `{"types": {name: JSON Schema}, "tables": [{"report", "of", "name", "columns": [{"name", "kind"}],
/// "more"}], "errors": [{"code", "class", "exit_code"}]}`.
///
/// `types` has `Report`, `CallOptions`, `Arguments`, `Summary`, `Notice`, `Error`, `PageContext`, `Sent`, `Cause`,
/// `Purpose`, `Why` and what they are made of. `kind` is that of [`flat`]. `more` says that an answer may bring further columns:
/// the dimensions of its groups. Milliseconds and counts are integers.
pub fn schema() -> Value {
    let mut types = SchemaGenerator::default();
    add::<Report>(&mut types);
    add::<CallOptions>(&mut types);
    add::<Arguments>(&mut types);
    add::<Summary>(&mut types);
    add::<Notice>(&mut types);
    add::<ErrorParts>(&mut types);
    add::<PageContext>(&mut types);
    add::<Sent>(&mut types);
    add::<Cause>(&mut types);
    add::<Purpose>(&mut types);
    add::<Why>(&mut types);
    let mut types = types.take_definitions(true);
    // What [`super::error`] and [`super::explanation`] add to the types.
    for (name, key, about) in [
        ("Error", "class", "The first word of the code, as the exception, case or sentinel of a language is called."),
        ("Explanation", "text", "The whole explanation as a short text."),
    ] {
        if let Some(Value::Object(properties)) = types.get_mut(name).and_then(|shape| shape.get_mut("properties")) {
            properties.insert(key.into(), json!({"type": "string", "description": about}));
        }
        if let Some(Value::Array(required)) = types.get_mut(name).and_then(|shape| shape.get_mut("required")) {
            required.push(key.into());
        }
    }
    json!({"types": types, "tables": tables(), "errors": super::kinds()})
}

fn add<T: JsonSchema>(types: &mut SchemaGenerator) {
    types.subschema_for::<T>();
}

/// The tables of answers without rows.
fn tables() -> Vec<Value> {
    let directories = Directory::kinds().map(|of| json!({"report": "directory", "of": of}));
    let reports = [
        json!({"report": "conversations"}),
        json!({"report": "aggregates", "of": "conversations"}),
        json!({"report": "availability", "of": "conversations"}),
        json!({"report": "observations", "of": "queues"}),
    ];
    let reports = reports.into_iter().chain(directories);
    let tables = reports.flat_map(|asked| {
        let decoded = Report::from_json(&asked).and_then(|report| decode(&PageContext::of(report), b"{}"));
        decoded.unwrap_or_default().into_iter().map(move |table| {
            let layout = flat(&table.batch, &mut Vec::new());
            let column = |place: &crate::tables::write::Place| json!({"name": place.name, "kind": place.kind});
            json!({
                "report": asked.get("report"),
                "of": asked.get("of"),
                "name": table.name,
                "columns": layout.columns.iter().map(column).collect::<Vec<_>>(),
                "more": matches!(asked.get("report").and_then(Value::as_str), Some("aggregates" | "observations")),
            })
        })
    });
    tables.collect()
}
