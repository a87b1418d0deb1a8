//! Rows as Python objects, for those who have no Arrow library.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMillisecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDateTime, PyDict, PyList, PyString, PyTzInfo};

/// Appends the rows of a batch as dictionaries.
pub(crate) fn append(list: &Bound<'_, PyList>, batch: &RecordBatch) -> PyResult<()> {
    let py = list.py();
    let columns = batch.columns().iter().map(|column| objects(py, column)).collect::<PyResult<Vec<_>>>()?;
    let schema = batch.schema();
    let names: Vec<_> = schema.fields().iter().map(|field| PyString::intern(py, field.name())).collect();
    let mut columns: Vec<_> = columns.into_iter().map(Vec::into_iter).collect();
    for _ in 0..batch.num_rows() {
        let row = PyDict::new(py);
        for (name, column) in names.iter().zip(&mut columns) {
            row.set_item(name, column.next())?;
        }
        list.append(row)?;
    }
    Ok(())
}

type Objects<'py> = Vec<Option<Bound<'py, PyAny>>>;

fn objects<'py>(py: Python<'py>, column: &ArrayRef) -> PyResult<Objects<'py>> {
    match column.data_type() {
        DataType::Null => Ok(vec![None; column.len()]),
        DataType::Boolean => column.as_boolean().iter().map(|cell| object(py, cell)).collect(),
        DataType::Utf8 => column.as_string::<i32>().iter().map(|cell| object(py, cell)).collect(),
        DataType::LargeUtf8 => column.as_string::<i64>().iter().map(|cell| object(py, cell)).collect(),
        DataType::Utf8View => column.as_string_view().iter().map(|cell| object(py, cell)).collect(),
        DataType::Int8 => numbers::<Int8Type>(py, column),
        DataType::Int16 => numbers::<Int16Type>(py, column),
        DataType::Int32 => numbers::<Int32Type>(py, column),
        DataType::Int64 => numbers::<Int64Type>(py, column),
        DataType::UInt8 => numbers::<UInt8Type>(py, column),
        DataType::UInt16 => numbers::<UInt16Type>(py, column),
        DataType::UInt32 => numbers::<UInt32Type>(py, column),
        DataType::UInt64 => numbers::<UInt64Type>(py, column),
        DataType::Float32 => numbers::<Float32Type>(py, column),
        DataType::Float64 => numbers::<Float64Type>(py, column),
        DataType::Timestamp(TimeUnit::Millisecond, _) => times(py, column),
        DataType::List(_) => lists(py, column),
        DataType::Struct(_) => structs(py, column),
        other => Err(PyTypeError::new_err(format!("no Python object for {other}: take the column through Arrow"))),
    }
}

fn object<'py, T: IntoPyObject<'py>>(py: Python<'py>, cell: Option<T>) -> PyResult<Option<Bound<'py, PyAny>>> {
    cell.map(|value| value.into_bound_py_any(py)).transpose()
}

fn numbers<'py, T: ArrowPrimitiveType>(py: Python<'py>, column: &ArrayRef) -> PyResult<Objects<'py>>
where
    T::Native: IntoPyObject<'py>,
{
    column.as_primitive::<T>().iter().map(|cell| object(py, cell)).collect()
}

/// Aware datetimes in UTC. What a datetime cannot hold (a year above 9999) stays a count of milliseconds.
fn times<'py>(py: Python<'py>, column: &ArrayRef) -> PyResult<Objects<'py>> {
    let utc = PyTzInfo::utc(py)?;
    let time = |ms: i64| {
        #[expect(clippy::cast_precision_loss, reason = "exact for all times that a datetime can hold")]
        let seconds = ms as f64 / 1_000.0;
        PyDateTime::from_timestamp(py, seconds, Some(&utc))
            .map_or_else(|_| ms.into_bound_py_any(py), |time| Ok(time.into_any()))
    };
    column.as_primitive::<TimestampMillisecondType>().iter().map(|cell| cell.map(time).transpose()).collect()
}

fn lists<'py>(py: Python<'py>, column: &ArrayRef) -> PyResult<Objects<'py>> {
    let list = |items: ArrayRef| Ok(PyList::new(py, objects(py, &items)?)?.into_any());
    column.as_list::<i32>().iter().map(|cell| cell.map(list).transpose()).collect()
}

fn structs<'py>(py: Python<'py>, column: &ArrayRef) -> PyResult<Objects<'py>> {
    let rows = PyList::empty(py);
    append(&rows, &RecordBatch::from(column.as_struct()))?;
    Ok(rows.iter().enumerate().map(|(index, row)| column.is_valid(index).then_some(row)).collect())
}
