//! What needs no session.

use std::collections::BTreeMap;

use pegcount::config::{Files, VARIABLES};
use pegcount::{Interval, Look, wire};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyDict;
use serde::Deserialize;

use crate::session::Seen;
use crate::table::Table;
use crate::value::{from_python, raised, to_python};

/// Looks at an answer: `look` is that of the order, the headers are pairs, the body is whole and decompressed.
#[pyfunction]
pub(crate) fn inspect(
    py: Python<'_>,
    look: &Bound<'_, PyAny>,
    status: u16,
    headers: Vec<(String, String)>,
    body: PyBackedBytes,
) -> PyResult<Seen> {
    let look = Look::deserialize(from_python(look)?).map_err(crate::table::refused)?;
    Ok(Seen(py.detach(|| pegcount::inspect(look, status, pegcount::Headers::from_pairs(&headers), &body))))
}

/// The tables of an answer by name, or those named: `context` is a page of an event, or `{"report": …}` for bytes saved
/// from anywhere.
#[pyfunction]
#[pyo3(signature = (context, body, names=None))]
pub(crate) fn decode<'py>(
    context: &Bound<'py, PyAny>,
    body: PyBackedBytes,
    names: Option<Vec<String>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (py, value) = (context.py(), from_python(context)?);
    let decoded = py.detach(|| wire::decode(&value, &body, names.as_deref()));
    let tables = PyDict::new(py);
    for table in decoded.map_err(|error| raised(py, &error))? {
        tables.set_item(&*table.name, Table::from(table.batch).into_pyobject(py)?)?;
    }
    Ok(tables)
}

/// Explains an answer in the shape of `pegcount::wire::case`.
#[pyfunction]
pub(crate) fn explain<'py>(case: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = case.py();
    let error = wire::case(&from_python(case)?).map_err(|error| raised(py, &error))?;
    to_python(py, &wire::error(&error))
}

/// What is wrong with a report: `{"severity", "error"}`.
#[pyfunction]
pub(crate) fn lint<'py>(report: &Bound<'py, PyAny>, wall: i64) -> PyResult<Bound<'py, PyAny>> {
    to_python(report.py(), &wire::findings(&from_python(report)?, wall))
}

/// What a report would cost at a pace of so many requests a minute; nothing is sent.
#[pyfunction]
pub(crate) fn plan<'py>(report: &Bound<'py, PyAny>, pace: u32, wall: i64) -> PyResult<Bound<'py, PyAny>> {
    let py = report.py();
    to_python(py, &wire::plan(&from_python(report)?, pace, wall).map_err(|error| raised(py, &error))?)
}

/// Which grant fits a situation.
#[pyfunction]
pub(crate) fn advise<'py>(situation: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = situation.py();
    to_python(py, &wire::advise(&from_python(situation)?).map_err(|error| raised(py, &error))?)
}

/// Begins the log-in of a user: `{"url", "state", "verifier"}`.
#[pyfunction]
#[pyo3(signature = (wish, randomness, arguments, environment, pegcount_toml=None, gc_toml=None))]
pub(crate) fn begin_login<'py>(
    wish: &Bound<'py, PyAny>,
    randomness: PyBackedBytes,
    arguments: &Bound<'py, PyAny>,
    environment: BTreeMap<String, String>,
    pegcount_toml: Option<String>,
    gc_toml: Option<String>,
) -> PyResult<Bound<'py, PyAny>> {
    let (py, files) = (wish.py(), Files::new(pegcount_toml, gc_toml));
    let variable = |name: &str| environment.get(name).cloned();
    let begun = wire::begin_login(&from_python(wish)?, &randomness, &from_python(arguments)?, &variable, &files);
    to_python(py, &begun.map_err(|error| raised(py, &error))?)
}

/// The code, from the address at which the user came back.
#[pyfunction]
pub(crate) fn finish_login(py: Python<'_>, came_back: &str, state: &str) -> PyResult<String> {
    wire::finish_login(came_back, state).map_err(|error| raised(py, &error))
}

/// Reads an interval: the first millisecond and the one after the last, since 1970 UTC.
#[pyfunction]
pub(crate) fn interval(py: Python<'_>, text: &str, time_zone: Option<&str>, wall: i64) -> PyResult<(i64, i64)> {
    let interval = Interval::parse(text, time_zone, wall).map_err(|error| raised(py, &error))?;
    Ok((interval.from, interval.to))
}

/// Every kind of error: `{"code", "class", "exit_code"}`.
#[pyfunction]
pub(crate) fn kinds(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    to_python(py, &wire::kinds())
}

/// The fields of every report, by its name.
#[pyfunction]
pub(crate) fn reports(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    to_python(py, &wire::reports())
}

/// What a record of the token store holds, for a person: `{"token", "expires"}`.
#[pyfunction]
pub(crate) fn token_state<'py>(py: Python<'py>, record: &str, wall: i64) -> PyResult<Bound<'py, PyAny>> {
    to_python(py, &wire::token_state(record, wall))
}

/// The environment variables that a configuration is read from.
#[pyfunction]
pub(crate) fn variables() -> Vec<&'static str> {
    VARIABLES.to_vec()
}
