//! The token file.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

/// What the system calls a file that may not be opened, or that cannot be read, where it was not the system that said so.
const EACCES: i32 = 13;
const EIO: i32 = 5;

/// A token in a file of mode 0600, and a `.lock` file beside it.
#[pyclass(frozen, module = "pegcount._native")]
pub(crate) struct TokenFile(pegcount_files::TokenFile);

#[pymethods]
impl TokenFile {
    #[new]
    fn new(path: PathBuf) -> Self {
        TokenFile(pegcount_files::TokenFile::new(path))
    }

    fn load(&self, py: Python<'_>) -> PyResult<Option<String>> {
        py.detach(|| self.0.load()).map_err(raised)
    }

    fn lock(&self, py: Python<'_>, owner: &str, takeover: Option<&str>) -> PyResult<String> {
        py.detach(|| self.0.lock(owner, takeover)).map_err(raised)
    }

    fn save(&self, py: Python<'_>, record: &str) -> PyResult<()> {
        py.detach(|| self.0.save(record)).map_err(raised)
    }

    fn unlock(&self, py: Python<'_>, owner: &str) -> PyResult<()> {
        py.detach(|| self.0.unlock(owner)).map_err(raised)
    }

    fn clear(&self, py: Python<'_>) -> PyResult<bool> {
        py.detach(|| self.0.clear()).map_err(raised)
    }
}

/// Python chooses the class by the number: `PermissionError`, ….
fn raised(error: io::Error) -> PyErr {
    let other = if error.kind() == ErrorKind::PermissionDenied { EACCES } else { EIO };
    PyOSError::new_err((error.raw_os_error().unwrap_or(other), error.to_string()))
}
