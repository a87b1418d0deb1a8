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
    // Few pages in a lifetime hold a value that must be looked at before it is read.
    let build = match read(text, Build::new(skip, &wanted)) {
        Err(error) if !error.is_eof() => read(text, Build::new(skip, &wanted).careful())?,
        done => done?,
    };
    let sheets = NAMES.into_iter().zip(build.sheets).filter(|(name, _)| wanted(name));
    let table = |(name, sheet): (&'static str, Sheet)| Ok(Table { name: name.into(), batch: sheet.finish()? });
    sheets.map(table).collect::<Result<_, _>>().map(Tables)
}

fn read<'s>(text: &str, mut build: Build<'s>) -> Result<Build<'s>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    Top(&mut build).deserialize(&mut reader)?;
    reader.end()?;
    Ok(build)
}
