//! Answers as Arrow tables, straight from the bytes.

mod aggregates;
mod array;
mod availability;
mod cell;
mod column;
mod conversations;
mod directory;
mod grouped;
mod keys;
mod loose;
mod observations;
mod raw;
mod sheet;
mod whole;
pub mod write;

use std::borrow::Cow;

use arrow_array::RecordBatch;

pub use self::whole::{Gathered, Whole};
use crate::error::{Error, ErrorKind};
use crate::explain::unreadable;
use crate::inspect::{self, error_in};
use crate::json::utf8;
use crate::page::PageContext;
use crate::report::Report;

/// Rows of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its name, such as `segments`.
    pub name: Cow<'static, str>,
    /// Its rows and columns.
    pub batch: RecordBatch,
}

/// Why an answer does not become tables.
#[derive(Debug)]
enum Fault {
    /// It cannot be read.
    Json(serde_json::Error),
    /// It does not fit: a column of text holds 2 GiB.
    Full,
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Fault::Json(error)
    }
}

/// The tables of one answer, in the order of the documentation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables(pub Vec<Table>);

impl Tables {
    /// The table of this name.
    pub fn get(&self, name: &str) -> Option<&Table> {
        self.0.iter().find(|table| table.name == name)
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Table> {
        self.0.iter()
    }
}

impl IntoIterator for Tables {
    type Item = Table;
    type IntoIter = std::vec::IntoIter<Table>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Reads the rows of an answer: pure, in any thread.
///
/// # Errors
/// `answer.not_json`, `answer.truncated`, `answer.unexpected`; `query.body` for a report whose answer is no table.
pub fn decode(context: &PageContext, body: &[u8]) -> Result<Tables, Error> {
    build(context, body, |_| true)
}

/// Reads some tables only: the others are not built, and what only they need is not read. So what stands among their
/// rows and is none is in `_extra` of the table around only where they are read, too.
///
/// # Errors
/// Those of [`decode`], and `query.body` for a table that the report does not have.
pub fn decode_only(context: &PageContext, body: &[u8], tables: &[&str]) -> Result<Tables, Error> {
    let names: Vec<&str> = match &*context.report {
        Report::Conversations(_) => conversations::names().collect(),
        Report::Aggregates(_) => vec![aggregates::NAME],
        Report::Availability(_) => vec![availability::NAME],
        Report::Observations(_) => observations::NAMES.to_vec(),
        Report::Directory(report) => vec![&report.of],
        // Refused for a better reason.
        Report::Call(_) => return build(context, body, |_| true),
    };
    if let Some(unknown) = tables.iter().find(|name| !names.contains(name)) {
        let message = format!("this report has no table `{unknown}`: {}", names.join(", "));
        return Err(Error::new(ErrorKind::QueryBody, message));
    }
    let mut built = build(context, body, |name| tables.contains(&name))?;
    built.0.retain(|table| tables.contains(&&*table.name));
    Ok(built)
}

fn build(context: &PageContext, body: &[u8], wanted: impl Fn(&str) -> bool) -> Result<Tables, Error> {
    read(&context.report, &context.skip, body, wanted).map_err(|mut error| {
        error.status = context.status;
        error.request_id.clone_from(&context.request_id);
        error.operation.clone_from(&context.operation);
        error.attempts = context.attempts;
        error
    })
}

fn read(report: &Report, skip: &[u32], body: &[u8], wanted: impl Fn(&str) -> bool) -> Result<Tables, Error> {
    let text = utf8(body)
        .map_err(|error| unreadable(ErrorKind::AnswerNotJson, format!("the answer is not UTF-8: {error}")))?;
    let tables = match report {
        Report::Conversations(_) => conversations::decode(text, skip, wanted),
        Report::Aggregates(report) => aggregates::decode(report, text),
        Report::Availability(report) => availability::decode(report.of(), text),
        Report::Observations(_) => observations::decode(text),
        Report::Directory(report) => directory::decode(&report.of, text),
        Report::Call(_) => {
            let why = "the answer of a `call` is the JSON itself: it has no tables";
            return Err(Error::new(ErrorKind::QueryBody, why));
        }
    };
    let tables = tables.map_err(|fault| match fault {
        Fault::Json(error) => {
            let (kind, what) = inspect::unreadable(&error);
            unreadable(kind, what)
        }
        Fault::Full => Error::new(ErrorKind::LimitAnswerTooLarge, "a column would hold more than 2 GiB of text")
            .remedy("ask for smaller pages"),
    })?;
    let is_empty = tables.iter().all(|table| table.batch.num_rows() == 0);
    match is_empty.then(|| error_in(text)).flatten() {
        Some(error) => Err(unreadable(ErrorKind::AnswerUnexpected, error)),
        None => Ok(tables),
    }
}
