//! The module `pegcount._native`: conversion of shapes between the core and Python. No policy lives here.
//!
//! Small values (orders, errors, reports) cross as the JSON shapes of `pegcount::wire`, made into Python objects on
//! the way; tables stay in Arrow memory. Whatever reads a body lets go of the interpreter while it does.

#![deny(unsafe_code)]

mod functions;
mod rows;
mod session;
mod store;
mod table;
mod value;
mod write;

use pyo3::prelude::*;

/// The core of pegcount.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::functions::{
        advise, begin_login, decode, explain, finish_login, inspect, interval, kinds, lint, plan, reports, token_state,
        variables,
    };
    #[pymodule_export]
    use super::session::{Seen, Session};
    #[pymodule_export]
    use super::store::TokenFile;
    #[pymodule_export]
    use super::table::Table;
    #[pymodule_export]
    use super::write::{ArrowWriter, ParquetWriter};
    use super::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
