//! Arrow IPC streams, read and joined.

use std::sync::Arc;

use arrow_array::{RecordBatch, new_null_array};
use arrow_ipc::reader::StreamReader;
use arrow_schema::{ArrowError, Schema, SchemaRef};
use pegcount::tables::write;
use pegcount::{Error, ErrorKind};

pub(crate) type Batches = (SchemaRef, Vec<RecordBatch>);

/// Reads a stream.
pub(crate) fn read(stream: &[u8]) -> Result<Batches, Error> {
    let reader = StreamReader::try_new(stream, None).map_err(refused)?;
    Ok((reader.schema(), reader.collect::<Result<_, _>>().map_err(refused)?))
}

/// Writes several as one, with the columns of all of them.
pub(crate) fn join(parts: Vec<Batches>) -> Result<Vec<u8>, Error> {
    let Some((first, _)) = parts.first() else { return Err(refused("nothing to put together")) };
    let schema = match parts.iter().all(|(schema, _)| schema == first) {
        true => Arc::clone(first),
        false => {
            Schema::try_merge(parts.iter().map(|(schema, _)| Schema::clone(schema))).map(Arc::new).map_err(refused)?
        }
    };
    let batches = parts.into_iter().flat_map(|(_, batches)| batches);
    let batches = batches.map(|batch| fit(batch, &schema)).collect::<Result<Vec<_>, _>>().map_err(refused)?;
    write::ipc_stream(&schema, &batches)
}

/// Gives a batch the columns of a wider schema; what it lacks is null.
fn fit(batch: RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    if batch.schema_ref() == schema {
        return Ok(batch);
    }
    let column = |name: &str, kind| {
        batch.column_by_name(name).cloned().unwrap_or_else(|| new_null_array(kind, batch.num_rows()))
    };
    let columns = schema.fields().iter().map(|field| column(field.name(), field.data_type()));
    RecordBatch::try_new(Arc::clone(schema), columns.collect())
}

pub(crate) fn refused(why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::AnswerUnexpected, format!("the table cannot be read: {why}"))
}
