//! Tables: Arrow memory behind an object.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;
use pegcount::tables::{self, write};
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
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl From<tables::Table> for Table {
    fn from(table: tables::Table) -> Self {
        Table { name: table.name.into_owned(), schema: table.batch.schema(), batches: vec![table.batch] }
    }
}

#[uniffi::export]
impl Table {
    /// Its name, such as `segments`.
    fn name(&self) -> String {
        self.name.clone()
    }

    /// The number of rows.
    fn rows(&self) -> i64 {
        self.batches.iter().map(|batch| batch.num_rows() as i64).sum()
    }

    /// The names of the columns, in order.
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Arrow IPC in the streaming format.
    fn ipc(&self) -> Result<Bytes, Fault> {
        small(write::ipc_stream(&self.schema, &self.batches)?)
    }

    /// Arrow IPC in the file format, also known as Feather 2.
    fn ipc_file(&self) -> Result<Bytes, Fault> {
        small(write::ipc_file(&self.schema, &self.batches)?)
    }

    /// CSV as UTF-8, with or without a line of column names.
    fn csv(&self, header: bool) -> Result<Bytes, Fault> {
        let mut text = Vec::new();
        if header {
            write::csv_header(&self.schema, &mut text);
        }
        self.batches.iter().for_each(|batch| write::csv_rows(batch, &mut text));
        small(text)
    }

    /// JSON as UTF-8, one object a line.
    fn ndjson(&self) -> Result<Bytes, Fault> {
        let mut text = Vec::new();
        self.batches.iter().for_each(|batch| write::ndjson(batch, &mut text));
        small(text)
    }

    /// The columns in one block of bytes, and where in it they lie.
    fn flat(&self) -> Result<Flat, Fault> {
        let whole = concat_batches(&self.schema, &self.batches).map_err(|error| {
            Error::new(ErrorKind::LimitAnswerTooLarge, format!("the pages are no one table: {error}"))
        })?;
        let mut block = Vec::new();
        let layout = write::flat(&whole, &mut block);
        let block = small(block)?;
        Ok(Flat { rows: layout.rows as i64, columns: shaped(json!(layout.columns))?, block })
    }
}

/// Reads the pages of a report into one table of each name.
#[derive(uniffi::Object)]
pub(crate) struct Reading {
    report: Value,
    names: Option<Vec<String>>,
    parts: Mutex<Vec<(String, Vec<RecordBatch>)>>,
}

#[uniffi::export]
impl Reading {
    /// Begins with nothing: `report` is JSON, `names` the tables that are wanted.
    #[uniffi::constructor]
    fn new(report: Json, names: Option<Vec<String>>) -> Result<Self, Fault> {
        Ok(Reading { report: json!({"report": report.0}), names, parts: Mutex::default() })
    }

    /// Adds a page.
    fn add(&self, context: Json, body: Bytes) -> Result<(), Fault> {
        let decoded = wire::decode(&context.0, &body.0, self.names.as_deref())?;
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        for table in decoded {
            match parts.iter_mut().find(|(name, _)| *name == table.name) {
                Some((_, batches)) => batches.push(table.batch),
                None => parts.push((table.name.into_owned(), vec![table.batch])),
            }
        }
        Ok(())
    }

    /// The tables so far, in the order of the documentation. What has no rows still has columns.
    fn tables(&self) -> Result<Vec<Arc<Table>>, Fault> {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if parts.is_empty() {
            return Ok(shared(wire::decode(&self.report, b"{}", self.names.as_deref())?));
        }
        let united = |(name, batches): &(String, Vec<RecordBatch>)| {
            let (schema, batches) = tables::unite(batches)?;
            Ok(Arc::new(Table { name: name.clone(), schema, batches }))
        };
        parts.iter().map(united).collect()
    }
}

/// The tables of an answer, or those named: `context` is that of a page, or `{"report": …}` for bytes saved from
/// anywhere. Pure: outside every lock.
#[uniffi::export]
fn decode(context: Json, body: Bytes, names: Option<Vec<String>>) -> Result<Vec<Arc<Table>>, Fault> {
    Ok(shared(wire::decode(&context.0, &body.0, names.as_deref())?))
}

fn shared(tables: tables::Tables) -> Vec<Arc<Table>> {
    tables.into_iter().map(|table| Arc::new(table.into())).collect()
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
