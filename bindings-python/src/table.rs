//! Tables, handed over through the Arrow PyCapsule interface without a copy.

use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator};
use pegcount::tables::Whole;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyDict, PyList};

use crate::rows;

/// Rows of one kind in Arrow memory.
#[pyclass(frozen, module = "pegcount._native")]
pub(crate) struct Table(pub(crate) Whole);

impl From<RecordBatch> for Table {
    fn from(batch: RecordBatch) -> Self {
        Table(batch.into())
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
        let batches: Vec<_> = tables.iter().flat_map(|table| table.0.batches.iter().cloned()).collect();
        Whole::unite(&batches).map(Table).map_err(refused)
    }

    /// The number of rows.
    fn __len__(&self) -> usize {
        self.0.rows()
    }

    /// The names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.0.column_names()
    }

    /// The columns and their Arrow types, as text.
    #[getter]
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let types = PyDict::new(py);
        for field in self.0.schema.fields() {
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
        let batches = self.0.batches.clone().into_iter().map(Ok);
        let reader = RecordBatchIterator::new(batches, Arc::clone(&self.0.schema));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), c"arrow_array_stream")
    }

    /// The Arrow PyCapsule interface: the schema alone.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.0.schema.as_ref()).map_err(refused)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// The rows as CSV, with or without a line of column names.
    fn to_csv<'py>(&self, py: Python<'py>, header: bool) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &py.detach(|| self.0.csv(header)))
    }

    /// The rows as JSON, one object a line.
    fn to_ndjson<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &py.detach(|| self.0.ndjson()))
    }

    /// The rows from `start` on, `length` of them or all, as dictionaries. Times are aware datetimes, durations whole milliseconds.
    #[pyo3(signature = (start=0, length=None))]
    fn to_pylist<'py>(&self, py: Python<'py>, start: usize, length: Option<usize>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        let (mut skip, mut left) = (start, length.unwrap_or(usize::MAX));
        for batch in &self.0.batches {
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
