//! Files for other programs, written table by table: each call hands over the bytes that are ready, so that a result
//! of any size passes through a small memory.

use std::mem::take;
use std::sync::Mutex;

use arrow_ipc::writer::{FileWriter, StreamWriter};
use parquet::arrow::ArrowWriter as Parquet;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::table::{Table, refused};

/// Rows of one row group: large enough to compress, small enough to hold.
const ROW_GROUP: usize = 128 << 10;

/// Writes Parquet, compressed with Snappy.
#[pyclass(frozen, module = "pegcount._native")]
pub(crate) struct ParquetWriter(Mutex<Option<Parquet<Vec<u8>>>>);

#[pymethods]
impl ParquetWriter {
    /// Begins a file with the columns of a table; no row is written yet.
    #[new]
    fn new(like: &Table) -> PyResult<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .set_created_by(concat!("pegcount ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = Parquet::try_new(Vec::new(), like.0.schema.clone(), Some(properties)).map_err(refused)?;
        Ok(ParquetWriter(Mutex::new(Some(writer))))
    }

    /// Adds the rows of a table.
    fn write<'py>(&self, py: Python<'py>, table: &Table) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| {
            let mut writer = self.0.lock().map_err(refused)?;
            let writer = writer.as_mut().ok_or_else(closed)?;
            for batch in &table.0.batches {
                writer.write(batch).map_err(refused)?;
            }
            writer.sync().map_err(refused)?;
            Ok::<_, PyErr>(take(writer.inner_mut()))
        })?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Ends the file and hands over its last bytes.
    fn close<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let writer = self.0.lock().map_err(refused)?.take().ok_or_else(closed)?;
        Ok(PyBytes::new(py, &py.detach(|| writer.into_inner()).map_err(refused)?))
    }
}

enum Ipc {
    File(FileWriter<Vec<u8>>),
    Stream(StreamWriter<Vec<u8>>),
}

/// Writes Arrow IPC: the file format, or the stream format where nothing can be looked up afterwards.
#[pyclass(frozen, module = "pegcount._native")]
pub(crate) struct ArrowWriter(Mutex<Option<Ipc>>);

#[pymethods]
impl ArrowWriter {
    /// Begins with the columns of a table; no row is written yet.
    #[new]
    #[pyo3(signature = (like, stream=false))]
    fn new(like: &Table, stream: bool) -> PyResult<Self> {
        let writer = match stream {
            true => StreamWriter::try_new(Vec::new(), &like.0.schema).map(Ipc::Stream),
            false => FileWriter::try_new(Vec::new(), &like.0.schema).map(Ipc::File),
        };
        Ok(ArrowWriter(Mutex::new(Some(writer.map_err(refused)?))))
    }

    /// Adds the rows of a table.
    fn write<'py>(&self, py: Python<'py>, table: &Table) -> PyResult<Bound<'py, PyBytes>> {
        let mut writer = self.0.lock().map_err(refused)?;
        for batch in &table.0.batches {
            match writer.as_mut().ok_or_else(closed)? {
                Ipc::File(writer) => writer.write(batch),
                Ipc::Stream(writer) => writer.write(batch),
            }
            .map_err(refused)?;
        }
        let ready = match writer.as_mut().ok_or_else(closed)? {
            Ipc::File(writer) => take(writer.get_mut()),
            Ipc::Stream(writer) => take(writer.get_mut()),
        };
        Ok(PyBytes::new(py, &ready))
    }

    /// Ends the data and hands over the last bytes.
    fn close<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let last = match self.0.lock().map_err(refused)?.take().ok_or_else(closed)? {
            Ipc::File(mut writer) => writer.finish().and_then(|()| writer.into_inner()),
            Ipc::Stream(mut writer) => writer.finish().and_then(|()| writer.into_inner()),
        };
        Ok(PyBytes::new(py, &last.map_err(refused)?))
    }
}

fn closed() -> PyErr {
    PyValueError::new_err("the writer is closed")
}
