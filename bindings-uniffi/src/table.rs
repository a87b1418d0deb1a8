//! Tables: Arrow memory behind an object.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use arrow_select::concat::concat_batches;
use pegcount::tables::{self, write};
use pegcount::{Error, ErrorKind, PageContext, Report};

use crate::bytes::Bytes;
use crate::problem::Fault;
use crate::session::parsed;

/// Rows of one kind.
#[derive(uniffi::Object)]
pub struct Table {
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
    pub fn name(&self) -> String {
        self.name.clone()
    }

    /// The number of rows.
    pub fn rows(&self) -> i64 {
        self.batches.iter().map(|batch| batch.num_rows() as i64).sum()
    }

    /// The names of the columns, in order.
    pub fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Arrow IPC in the streaming format.
    pub fn ipc(&self) -> Result<Bytes, Fault> {
        small(write::ipc_stream(&self.schema, &self.batches)?)
    }

    /// Arrow IPC in the file format, also known as Feather 2.
    pub fn ipc_file(&self) -> Result<Bytes, Fault> {
        small(write::ipc_file(&self.schema, &self.batches)?)
    }

    /// CSV as UTF-8, with or without a line of column names.
    pub fn csv(&self, header: bool) -> Result<Bytes, Fault> {
        let mut text = Vec::new();
        if header {
            write::csv_header(&self.schema, &mut text);
        }
        self.batches.iter().for_each(|batch| write::csv_rows(batch, &mut text));
        small(text)
    }

    /// JSON as UTF-8, one object a line.
    pub fn ndjson(&self) -> Result<Bytes, Fault> {
        let mut text = Vec::new();
        self.batches.iter().for_each(|batch| write::ndjson(batch, &mut text));
        small(text)
    }

    /// The columns in one block of bytes, and where in it they lie.
    pub fn flat(&self) -> Result<Flat, Fault> {
        let whole = concat_batches(&self.schema, &self.batches).map_err(|error| {
            Error::new(ErrorKind::LimitAnswerTooLarge, format!("the pages are no one table: {error}"))
        })?;
        let mut block = Vec::new();
        let layout = write::flat(&whole, &mut block);
        let columns = layout.columns.into_iter().map(Column::from).collect();
        Ok(Flat { rows: layout.rows as i64, columns, block: small(block)? })
    }
}

/// Reads the pages of a report into one table of each name.
#[derive(uniffi::Object)]
pub struct Reading {
    report: PageContext,
    names: Option<Vec<String>>,
    parts: Mutex<Vec<(String, Vec<RecordBatch>)>>,
}

#[uniffi::export]
impl Reading {
    /// Begins with nothing: `report` is JSON, `names` the tables that are wanted.
    #[uniffi::constructor]
    pub fn new(report: String, names: Option<Vec<String>>) -> Result<Self, Fault> {
        let report = PageContext::of(Report::from_json(&parsed(&report)?)?);
        Ok(Reading { report, names, parts: Mutex::default() })
    }

    /// Adds a page.
    pub fn add(&self, context: String, body: Bytes) -> Result<(), Fault> {
        let decoded = decoded(&PageContext::from_json(&parsed(&context)?)?, &body.0, self.names.as_deref())?;
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
    pub fn tables(&self) -> Result<Vec<Arc<Table>>, Fault> {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if parts.is_empty() {
            let empty = decoded(&self.report, b"{}", self.names.as_deref())?;
            return Ok(empty.into_iter().map(|table| Arc::new(table.into())).collect());
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
pub fn decode(context: String, body: Bytes, names: Option<Vec<String>>) -> Result<Vec<Arc<Table>>, Fault> {
    let decoded = decoded(&PageContext::from_json(&parsed(&context)?)?, &body.0, names.as_deref())?;
    Ok(decoded.into_iter().map(|table| Arc::new(table.into())).collect())
}

fn decoded(context: &PageContext, body: &[u8], names: Option<&[String]>) -> Result<tables::Tables, Error> {
    match names {
        None => tables::decode(context, body),
        Some(names) => tables::decode_only(context, body, &names.iter().map(String::as_str).collect::<Vec<_>>()),
    }
}

/// Columns in one block of bytes. Numbers are little-endian; every part begins at a multiple of eight.
#[derive(uniffi::Record)]
pub struct Flat {
    /// How many rows each column has.
    pub rows: i64,
    /// The columns in order.
    pub columns: Vec<Column>,
    /// The bytes.
    pub block: Bytes,
}

/// Where a column lies in a block. Positions are bytes from the block's start.
#[derive(uniffi::Record)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// `bool` (a bitmap, the lowest bit first), `float` (64 bits), `int` (64 bits), `time` (64 bits, ms since 1970
    /// UTC), `text` (UTF-8 between offsets) or `list` (of the texts between offsets).
    pub kind: String,
    /// The cells.
    pub cells: Cells,
    /// What the lists hold.
    pub items: Option<Cells>,
}

/// Where cells lie.
#[derive(uniffi::Record)]
pub struct Cells {
    /// A bitmap of those that hold a value, the lowest bit first; absent where all do.
    pub validity: Option<i32>,
    /// The values; absent for lists, and together with all else where no cell holds a value.
    pub values: Option<i32>,
    /// Where each text or list begins: one more than there are cells, 32 bits each; of texts in bytes from `values`,
    /// of lists in items.
    pub offsets: Option<i32>,
}

impl From<write::Place> for Column {
    fn from(place: write::Place) -> Self {
        Column {
            cells: Cells::of(&place),
            items: place.items.as_deref().map(Cells::of),
            name: place.name,
            kind: place.kind.to_owned(),
        }
    }
}

impl Cells {
    fn of(place: &write::Place) -> Self {
        // A block of more than 2 GiB is refused, so that every position in one fits.
        let position = |at: usize| i32::try_from(at).unwrap_or(i32::MAX);
        Cells {
            validity: place.validity.map(position),
            values: place.values.map(position),
            offsets: place.offsets.map(position),
        }
    }
}

fn small(bytes: Vec<u8>) -> Result<Bytes, Fault> {
    // With the length that goes before it.
    if bytes.len() > i32::MAX as usize - 4 {
        let error = Error::new(ErrorKind::LimitAnswerTooLarge, "an array of the JVM holds no more than 2 GiB");
        return Err(error.remedy("take the table page by page").into());
    }
    Ok(Bytes(bytes))
}
