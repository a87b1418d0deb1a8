//! Tables: Arrow memory behind an object.

use std::sync::{Arc, Mutex, PoisonError};

use pegcount::tables::{Gathered, Tables, Whole};
use pegcount::{Error, ErrorKind, wire};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::bytes::Bytes;
use crate::problem::Fault;
use crate::scalars::{Json, shaped};

/// Rows of one kind.
#[derive(uniffi::Object)]
pub(crate) struct Table {
    name: String,
    whole: Whole,
}

#[uniffi::export]
impl Table {
    /// Its name, such as `segments`.
    fn name(&self) -> String {
        self.name.clone()
    }

    /// The number of rows.
    fn rows(&self) -> i64 {
        self.whole.rows() as i64
    }

    /// The names of the columns, in order.
    fn column_names(&self) -> Vec<String> {
        self.whole.column_names()
    }

    /// Arrow IPC in the streaming format.
    fn ipc(&self) -> Result<Bytes, Fault> {
        small(self.whole.ipc_stream()?)
    }

    /// Arrow IPC in the file format, also known as Feather 2.
    fn ipc_file(&self) -> Result<Bytes, Fault> {
        small(self.whole.ipc_file()?)
    }

    /// CSV as UTF-8, with or without a line of column names.
    fn csv(&self, header: bool) -> Result<Bytes, Fault> {
        small(self.whole.csv(header))
    }

    /// JSON as UTF-8, one object a line.
    fn ndjson(&self) -> Result<Bytes, Fault> {
        small(self.whole.ndjson())
    }

    /// The columns in one block of bytes, and where in it they lie.
    fn flat(&self) -> Result<Flat, Fault> {
        let (layout, block) = self.whole.flat()?;
        Ok(Flat { rows: layout.rows as i64, columns: shaped(json!(layout.columns))?, block: small(block)? })
    }
}

/// Reads the pages of a report into one table of each name.
#[derive(uniffi::Object)]
pub(crate) struct Reading {
    report: Value,
    names: Option<Vec<String>>,
    pages: Mutex<Gathered>,
}

#[uniffi::export]
impl Reading {
    /// Begins with nothing: `report` is JSON, `names` the tables that are wanted.
    #[uniffi::constructor]
    fn new(report: Json, names: Option<Vec<String>>) -> Result<Self, Fault> {
        Ok(Reading { report: json!({"report": report.0}), names, pages: Mutex::default() })
    }

    /// Adds a page.
    fn add(&self, context: Json, body: Bytes) -> Result<(), Fault> {
        let page = wire::decode(&context.0, &body.0, self.names.as_deref())?;
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).add(page);
        Ok(())
    }

    /// The tables so far, in the order of the documentation. What has no rows still has columns.
    fn tables(&self) -> Result<Vec<Arc<Table>>, Fault> {
        let tables = self.pages.lock().unwrap_or_else(PoisonError::into_inner).tables()?;
        if tables.is_empty() {
            return Ok(shared(wire::decode(&self.report, b"{}", self.names.as_deref())?));
        }
        Ok(tables.into_iter().map(|(name, whole)| Arc::new(Table { name, whole })).collect())
    }
}

/// The tables of an answer, or those named: `context` is that of a page, or `{"report": …}` for bytes saved from
/// anywhere. Pure: outside every lock.
#[uniffi::export]
fn decode(context: Json, body: Bytes, names: Option<Vec<String>>) -> Result<Vec<Arc<Table>>, Fault> {
    Ok(shared(wire::decode(&context.0, &body.0, names.as_deref())?))
}

fn shared(tables: Tables) -> Vec<Arc<Table>> {
    let shared = tables.into_iter().map(|table| Table { name: table.name.into_owned(), whole: table.batch.into() });
    shared.map(Arc::new).collect()
}

/// Columns in one block of bytes. Numbers are little-endian; every part begins at a multiple of eight.
#[derive(uniffi::Record)]
pub(crate) struct Flat {
    /// How many rows each column has.
    rows: i64,
    /// The columns in order.
    columns: Vec<Column>,
    /// The bytes.
    block: Bytes,
}

/// Where a column lies in a block. Positions are bytes from the block's start.
#[derive(Deserialize, uniffi::Record)]
pub(crate) struct Column {
    /// Its name.
    name: String,
    /// `bool` (a bitmap, the lowest bit first), `float` (64 bits), `int` (64 bits), `time` (64 bits, ms since 1970
    /// UTC), `text` (UTF-8 between offsets) or `list` (of the texts between offsets).
    kind: String,
    /// The cells.
    #[serde(flatten)]
    cells: Cells,
    /// What the lists hold.
    items: Option<Cells>,
}

/// Where cells lie.
#[derive(Deserialize, uniffi::Record)]
pub(crate) struct Cells {
    /// A bitmap of those that hold a value, the lowest bit first; absent where all do.
    validity: Option<i32>,
    /// The values; absent for lists, and together with all else where no cell holds a value.
    values: Option<i32>,
    /// Where each text or list begins: one more than there are cells, 32 bits each; of texts in bytes from `values`,
    /// of lists in items.
    offsets: Option<i32>,
}

fn small(bytes: Vec<u8>) -> Result<Bytes, Fault> {
    // With the length that goes before it.
    if bytes.len() > i32::MAX as usize - 4 {
        let error = Error::new(ErrorKind::LimitAnswerTooLarge, "an array of the JVM holds no more than 2 GiB");
        return Err(error.remedy("take the table page by page").into());
    }
    Ok(Bytes(bytes))
}
