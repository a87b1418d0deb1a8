//! Conversation details: fourteen tables from one answer.

mod derive;
mod schema;
mod visit;

use serde::de::DeserializeSeed;

use self::schema::NAMES;
use self::visit::{Build, Top};
use super::{Table, Tables};

/// The names of the tables, those around before those inside.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter()
}

/// Reads an answer. `skip` holds positions of the page, in order; `wanted` says which tables are built.
pub(super) fn decode(text: &str, skip: &[u32], wanted: impl Fn(&str) -> bool) -> Result<Tables, serde_json::Error> {
    let mut build = Build::new(skip, &wanted);
    let mut reader = serde_json::Deserializer::from_str(text);
    Top(&mut build).deserialize(&mut reader)?;
    reader.end()?;
    let sheets = NAMES.into_iter().zip(build.sheets).filter(|(name, _)| wanted(name));
    Ok(Tables(sheets.map(|(name, sheet)| Table { name: name.into(), batch: sheet.finish() }).collect()))
}
