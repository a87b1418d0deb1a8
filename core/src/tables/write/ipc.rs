//! Arrow IPC, by Arrow's own writer.

use arrow_array::RecordBatch;
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::{ArrowError, Schema};

use crate::error::{Error, ErrorKind};

/// The streaming format: `pyarrow.ipc.open_stream`, `arrow-go`, `arrow-vector`.
///
/// # Errors
/// `answer.unexpected` where a batch is not of this schema.
pub fn ipc_stream(schema: &Schema, batches: &[RecordBatch]) -> Result<Vec<u8>, Error> {
    check(schema, batches)?;
    let write = || {
        let mut writer = StreamWriter::try_new(Vec::new(), schema)?;
        batches.iter().try_for_each(|batch| writer.write(batch))?;
        writer.finish()?;
        writer.into_inner()
    };
    write().map_err(|error| refused(&error))
}

/// The file format, also known as Feather 2.
///
/// # Errors
/// As [`ipc_stream`].
pub fn ipc_file(schema: &Schema, batches: &[RecordBatch]) -> Result<Vec<u8>, Error> {
    check(schema, batches)?;
    let write = || {
        let mut writer = FileWriter::try_new(Vec::new(), schema)?;
        batches.iter().try_for_each(|batch| writer.write(batch))?;
        writer.finish()?;
        writer.into_inner()
    };
    write().map_err(|error| refused(&error))
}

/// Arrow's writers take any batch, and write what no reader reads.
fn check(schema: &Schema, batches: &[RecordBatch]) -> Result<(), Error> {
    match batches.iter().find(|batch| batch.schema().fields() != schema.fields()) {
        Some(_) => Err(refused(&ArrowError::SchemaError("the pages have different columns".into()))),
        None => Ok(()),
    }
}

fn refused(error: &ArrowError) -> Error {
    Error::new(ErrorKind::AnswerUnexpected, format!("the table cannot be written: {error}"))
}
