//! JSON values to Python objects and back.

use pegcount::{Error, wire};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use serde_json::{Map, Number, Value};

/// Makes a Python object of a JSON value.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => whole.into_pyobject(py)?.into_any(),
            (None, Some(whole)) => whole.into_pyobject(py)?.into_any(),
            (None, None) => PyFloat::new(py, number.as_f64().unwrap_or(f64::NAN)).into_any(),
        },
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(items) => {
            let items = items.iter().map(|item| to_python(py, item)).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, items)?.into_any()
        }
        Value::Object(map) => {
            let dict = PyDict::new(py);
            for (key, item) in map {
                dict.set_item(key, to_python(py, item)?)?;
            }
            dict.into_any()
        }
    })
}

/// Makes a JSON value of a Python object: `None`, `bool`, `int`, `float`, `str`, lists, tuples and dictionaries of them.
pub(crate) fn from_python(object: &Bound<'_, PyAny>) -> PyResult<Value> {
    nested(object, 0)
}

/// Deeper than any request body; a list that holds itself ends here.
const DEPTH: u32 = 100;

fn nested(object: &Bound<'_, PyAny>, depth: u32) -> PyResult<Value> {
    let refuse = |what: &str| Err(PyTypeError::new_err(format!("{what} cannot become JSON")));
    let items = |items: &mut dyn Iterator<Item = Bound<'_, PyAny>>| {
        items.map(|item| nested(&item, depth + 1)).collect::<PyResult<Vec<_>>>()
    };
    if depth > DEPTH {
        return refuse("what is nested so deep");
    }
    Ok(if object.is_none() {
        Value::Null
    } else if let Ok(flag) = object.cast::<PyBool>() {
        flag.is_true().into()
    } else if let Ok(text) = object.cast::<PyString>() {
        text.to_cow()?.into_owned().into()
    } else if object.is_instance_of::<PyInt>() {
        match (object.extract::<i64>(), object.extract::<u64>()) {
            (Ok(whole), _) => whole.into(),
            (_, Ok(whole)) => whole.into(),
            _ => return refuse("an integer of more than 64 bits"),
        }
    } else if let Ok(float) = object.cast::<PyFloat>() {
        match Number::from_f64(float.extract()?) {
            Some(number) => Value::Number(number),
            None => return refuse("a number that is not finite"),
        }
    } else if let Ok(dict) = object.cast::<PyDict>() {
        let mut map = Map::new();
        for (key, item) in dict {
            let Ok(key) = key.cast::<PyString>() else { return refuse("a key that is no string") };
            map.insert(key.to_cow()?.into_owned(), nested(&item, depth + 1)?);
        }
        Value::Object(map)
    } else if let Ok(list) = object.cast::<PyList>() {
        Value::Array(items(&mut list.iter())?)
    } else if let Ok(tuple) = object.cast::<PyTuple>() {
        Value::Array(items(&mut tuple.iter())?)
    } else {
        return refuse(&object.get_type().qualname()?.to_cow()?);
    })
}

/// The Python exception of an error: the class is looked up by name in `pegcount.errors`.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    let exception = || {
        let shape = to_python(py, &wire::error(error))?;
        py.import("pegcount.errors")?.getattr("of")?.call1((shape,))
    };
    exception().map_or_else(|failed| failed, PyErr::from_value)
}
