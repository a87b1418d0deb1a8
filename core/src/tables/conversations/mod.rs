//! Conversation details: fourteen tables from one answer.

mod columns;
mod derive;
mod schema;
mod visit;

use serde::de::DeserializeSeed;

use self::schema::NAMES;
use self::visit::{Build, Top};
use super::sheet::Sheet;
use super::{Fault, Table, Tables};

/// The names of the tables, those around before those inside.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter()
}

/// Reads an answer. `skip` holds positions of the page, in order; `wanted` says which tables are built.
pub(super) fn decode(text: &str, skip: &[u32], wanted: impl Fn(&str) -> bool) -> Result<Tables, Fault> {
    let mut build = Build::new(skip, &wanted);
    let mut reader = serde_json::Deserializer::from_str(text);
    Top(&mut build).deserialize(&mut reader)?;
    reader.end()?;
    let sheets = NAMES.into_iter().zip(build.sheets).filter(|(name, _)| wanted(name));
    let table = |(name, sheet): (&'static str, Sheet)| Ok(Table { name: name.into(), batch: sheet.finish()? });
    sheets.map(table).collect::<Result<_, _>>().map(Tables)
}
