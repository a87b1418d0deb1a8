//! Conversation details: fourteen tables from one answer.

mod build;
mod columns;
mod derive;
mod schema;
mod visit;

use self::build::Build;
use self::schema::NAMES;
use self::visit::Visit;
use super::{Fault, Tables};
use crate::reader::Reader;

/// The names of the tables, those around before those inside.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter()
}

/// Reads an answer. `skip` holds positions of the page, in order; `wanted` says which tables are built.
pub(super) fn decode(text: &str, skip: &[u32], wanted: impl Fn(&str) -> bool) -> Result<Tables, Fault> {
    let mut build = Build::new(skip, &wanted);
    Reader::all(text, |reader| Visit { reader, build: &mut build }.top())?;
    build.finish(wanted)
}
