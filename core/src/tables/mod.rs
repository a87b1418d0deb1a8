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
mod reader;
mod sheet;
pub mod write;

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::{RecordBatch, new_null_array};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};

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

/// Reads some tables only: the others are not built, and what only they need is not read.
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

/// Gives the batches of one table's pages the columns of all, without a copy; what one lacks is null.
///
/// # Errors
/// `answer.unexpected` if a column has one type here and another there.
pub fn unite(batches: &[RecordBatch]) -> Result<(SchemaRef, Vec<RecordBatch>), Error> {
    let Some(first) = batches.first() else { return Ok((Arc::new(Schema::empty()), Vec::new())) };
    let fit = || {
        let schema = match batches.iter().all(|batch| batch.schema() == first.schema()) {
            true => first.schema(),
            false => Arc::new(Schema::try_merge(batches.iter().map(|batch| Schema::clone(batch.schema_ref())))?),
        };
        let batches = batches.iter().map(|batch| fitted(batch, &schema)).collect::<Result<_, _>>()?;
        Ok((schema, batches))
    };
    fit().map_err(|error: ArrowError| {
        Error::new(ErrorKind::AnswerUnexpected, format!("the pages have different columns: {error}"))
    })
}

fn fitted(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    if batch.schema_ref() == schema {
        return Ok(batch.clone());
    }
    let column = |field: &Arc<Field>| {
        let found = batch.column_by_name(field.name()).cloned();
        found.unwrap_or_else(|| new_null_array(field.data_type(), batch.num_rows()))
    };
    RecordBatch::try_new(Arc::clone(schema), schema.fields().iter().map(column).collect())
}

fn build(context: &PageContext, body: &[u8], wanted: impl Fn(&str) -> bool) -> Result<Tables, Error> {
    read(&context.report, &context.skip, body, wanted).map_err(|error| Error {
        status: context.status,
        request_id: context.request_id.clone(),
        operation: context.operation.clone(),
        attempts: context.attempts,
        ..error
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
