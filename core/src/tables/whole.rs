//! The rows of many pages as one table.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::{RecordBatch, new_null_array};
use arrow_schema::{ArrowError, Field, Schema, SchemaRef};
use arrow_select::concat::concat_batches;

use super::Tables;
use super::write::{self, Layout};
use crate::error::{Error, ErrorKind};

/// Rows of one kind, of one page or of many. All batches have the columns of the schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// The columns.
    pub schema: SchemaRef,
    /// The rows, page by page.
    pub batches: Vec<RecordBatch>,
}

impl From<RecordBatch> for Whole {
    fn from(batch: RecordBatch) -> Self {
        Whole { schema: batch.schema(), batches: vec![batch] }
    }
}

impl Whole {
    /// Gives the batches of one table's pages the columns of all, without a copy; what one lacks is null.
    ///
    /// # Errors
    /// `answer.unexpected` if a column has one type here and another there.
    pub fn unite(batches: &[RecordBatch]) -> Result<Whole, Error> {
        let Some(first) = batches.first() else {
            return Ok(Whole { schema: Arc::new(Schema::empty()), batches: Vec::new() });
        };
        let fit = || {
            let schema = match batches.iter().all(|batch| batch.schema() == first.schema()) {
                true => first.schema(),
                false => Arc::new(Schema::try_merge(batches.iter().map(|batch| Schema::clone(batch.schema_ref())))?),
            };
            let batches = batches.iter().map(|batch| fitted(batch, &schema)).collect::<Result<_, _>>()?;
            Ok(Whole { schema, batches })
        };
        fit().map_err(|error: ArrowError| {
            Error::new(ErrorKind::AnswerUnexpected, format!("the pages have different columns: {error}"))
        })
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The names of the columns, in order.
    pub fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// CSV as UTF-8, with or without a line of column names.
    pub fn csv(&self, header: bool) -> Vec<u8> {
        let mut text = Vec::new();
        if header {
            write::csv_header(&self.schema, &mut text);
        }
        self.batches.iter().for_each(|batch| write::csv_rows(batch, &mut text));
        text
    }

    /// JSON as UTF-8, one object a line.
    pub fn ndjson(&self) -> Vec<u8> {
        let mut text = Vec::new();
        self.batches.iter().for_each(|batch| write::ndjson(batch, &mut text));
        text
    }

    /// Arrow IPC in the streaming format.
    ///
    /// # Errors
    /// Those of [`write::ipc_stream`].
    pub fn ipc_stream(&self) -> Result<Vec<u8>, Error> {
        write::ipc_stream(&self.schema, &self.batches)
    }

    /// Arrow IPC in the file format.
    ///
    /// # Errors
    /// As [`Whole::ipc_stream`].
    pub fn ipc_file(&self) -> Result<Vec<u8>, Error> {
        write::ipc_file(&self.schema, &self.batches)
    }

    /// The columns in one block of bytes, and where in it they lie.
    ///
    /// # Errors
    /// `limit.answer_too_large` where all pages together do not fit into columns.
    pub fn flat(&self) -> Result<(Layout, Vec<u8>), Error> {
        let whole = concat_batches(&self.schema, &self.batches).map_err(|error| {
            Error::new(ErrorKind::LimitAnswerTooLarge, format!("the pages are no one table: {error}"))
        })?;
        let mut block = Vec::new();
        Ok((write::flat(&whole, &mut block), block))
    }
}

/// The pages of a report, table by table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gathered(Vec<(Cow<'static, str>, Vec<RecordBatch>)>);

impl Gathered {
    /// Adds a page.
    pub fn add(&mut self, page: Tables) {
        for table in page {
            match self.0.iter_mut().find(|(name, _)| *name == table.name) {
                Some((_, batches)) => batches.push(table.batch),
                None => self.0.push((table.name, vec![table.batch])),
            }
        }
    }

    /// The tables so far by their names, in the order of the documentation; none before the first page.
    ///
    /// # Errors
    /// Those of [`Whole::unite`].
    pub fn tables(&self) -> Result<Vec<(String, Whole)>, Error> {
        self.0.iter().map(|(name, batches)| Ok((name.to_string(), Whole::unite(batches)?))).collect()
    }
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
