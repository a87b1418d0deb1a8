//! Tables, handed over through the Arrow PyCapsule interface without a copy.

use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_schema::SchemaRef;
use pegcount::tables::write;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyDict, PyList};

use crate::rows;

/// Rows of one kind in Arrow memory.
#[pyclass(frozen, module = "pegcount._native")]
pub(crate) struct Table {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: Vec<RecordBatch>,
}

impl From<RecordBatch> for Table {
    fn from(batch: RecordBatch) -> Self {
        Table { schema: batch.schema(), batches: vec![batch] }
    }
}

#[pymethods]
impl Table {
    /// Several tables of the same columns as one, without a copy.
    #[staticmethod]
    fn concat(tables: Vec<PyRef<'_, Table>>) -> PyResult<Self> {
        if tables.is_empty() {
            return Err(PyValueError::new_err("nothing to concatenate"));
        }
        let batches: Vec<_> = tables.iter().flat_map(|table| table.batches.iter().cloned()).collect();
        let (schema, batches) = pegcount::tables::unite(&batches).map_err(refused)?;
        Ok(Table { schema, batches })
    }

    /// The number of rows.
    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The columns and their Arrow types, as text.
    #[getter]
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let types = PyDict::new(py);
        for field in self.schema.fields() {
            types.set_item(field.name(), field.data_type().to_string())?;
        }
        Ok(types)
    }

    /// The Arrow PyCapsule interface. The schema asked for is not converted to: consumers cast.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batches = self.batches.clone().into_iter().map(Ok);
        let reader = RecordBatchIterator::new(batches, Arc::clone(&self.schema));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
    }

    /// The Arrow PyCapsule interface: the schema alone.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema.as_ref()).map_err(refused)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// The rows as CSV, with or without a line of column names.
    fn to_csv<'py>(&self, py: Python<'py>, header: bool) -> Bound<'py, PyBytes> {
        let text = py.detach(|| {
            let mut text = Vec::new();
            if header {
                write::csv_header(&self.schema, &mut text);
            }
            self.batches.iter().for_each(|batch| write::csv_rows(batch, &mut text));
            text
        });
        PyBytes::new(py, &text)
    }

    /// The rows as JSON, one object a line.
    fn to_ndjson<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let text = py.detach(|| {
            let mut text = Vec::new();
            self.batches.iter().for_each(|batch| write::ndjson(batch, &mut text));
            text
        });
        PyBytes::new(py, &text)
    }

    /// The rows from `start` on, `length` of them or all, as dictionaries. Times are aware datetimes, durations whole milliseconds.
    #[pyo3(signature = (start=0, length=None))]
    fn to_pylist<'py>(&self, py: Python<'py>, start: usize, length: Option<usize>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        let (mut skip, mut left) = (start, length.unwrap_or(usize::MAX));
        for batch in &self.batches {
            let from = skip.min(batch.num_rows());
            let taken = batch.slice(from, left.min(batch.num_rows() - from));
            (skip, left) = (skip - from, left - taken.num_rows());
            rows::append(&list, &taken)?;
        }
        Ok(list)
    }
}

pub(crate) fn refused(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}
