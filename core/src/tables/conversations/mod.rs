//! Conversation details: fourteen tables from one answer.

mod build;
mod columns;
mod derive;
mod schema;
mod visit;

use serde::de::DeserializeSeed;

use self::build::Build;
use self::schema::NAMES;
use self::visit::Top;
use super::{Fault, Tables};

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
    build.finish(wanted)
}

fn read<'s>(text: &str, mut build: Build<'s>) -> Result<Build<'s>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    Top(&mut build).deserialize(&mut reader)?;
    reader.end()?;
    Ok(build)
}
