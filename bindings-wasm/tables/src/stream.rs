//! Arrow IPC streams, read and joined.

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_schema::SchemaRef;
use pegcount::tables::Whole;
use pegcount::{Error, ErrorKind};

pub(crate) type Batches = (SchemaRef, Vec<RecordBatch>);

/// Reads a stream.
pub(crate) fn read(stream: &[u8]) -> Result<Batches, Error> {
    let reader = StreamReader::try_new(stream, None).map_err(refused)?;
    Ok((reader.schema(), reader.collect::<Result<_, _>>().map_err(refused)?))
}

/// Writes several as one, with the columns of all of them.
pub(crate) fn join(parts: Vec<Batches>) -> Result<Vec<u8>, Error> {
    let batches: Vec<RecordBatch> = parts.into_iter().flat_map(|(_, batches)| batches).collect();
    Whole::unite(&batches)?.ipc_stream()
}

pub(crate) fn refused(why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::AnswerUnexpected, format!("the table cannot be read: {why}"))
}
