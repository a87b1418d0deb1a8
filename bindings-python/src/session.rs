//! The session, and what was seen in an answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pegcount::AskId;
use pegcount::config::Files;
use pegcount::wire::{self, Opened};
use pegcount::{CallId, Now, Report, RequestId};
use pyo3::prelude::*;

use crate::value::{from_python, raised, to_python};

/// One credential, one region, one rate allowance, serving many calls at once.
///
/// `mono` and `wall` are milliseconds: on a clock that never goes back, and since 1970 UTC.
#[pyclass(frozen, module = "pegcount._native")]
pub(crate) struct Session {
    machine: Mutex<pegcount::Session>,
    /// The file name under which the token may be shared; None for a ready token.
    #[pyo3(get)]
    token_key: Option<String>,
    /// Base of the API host.
    #[pyo3(get)]
    api: String,
    /// Base of the login host.
    #[pyo3(get)]
    login: String,
}

impl Session {
    fn machine(&self) -> MutexGuard<'_, pegcount::Session> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Session {
    #[new]
    #[pyo3(signature = (arguments, environment, pegcount_toml=None, gc_toml=None))]
    fn new(
        arguments: &Bound<'_, PyAny>,
        environment: BTreeMap<String, String>,
        pegcount_toml: Option<String>,
        gc_toml: Option<String>,
    ) -> PyResult<Self> {
        let py = arguments.py();
        let files = Files::new(pegcount_toml, gc_toml);
        let variable = |name: &str| environment.get(name).cloned();
        let (machine, Opened { token_key, api, login }) =
            wire::open(&from_python(arguments)?, &variable, &files).map_err(|error| raised(py, &error))?;
        Ok(Session { machine: Mutex::new(machine), token_key, api, login })
    }

    /// Lints and plans a report and names the call. Nothing is sent before `poll`.
    fn start(&self, report: &Bound<'_, PyAny>, options: &Bound<'_, PyAny>, mono: u64, wall: i64) -> PyResult<u64> {
        let (asked, options) = (from_python(report)?, from_python(options)?);
        let call = wire::call_options(&options)
            .and_then(|options| self.machine().start(Report::from_json(&asked)?, options, Now { mono, wall }));
        call.map(|call| call.0).map_err(|error| raised(report.py(), &error))
    }

    /// Asks for the next page.
    fn pull(&self, call: u64, mono: u64, wall: i64) {
        self.machine().pull(CallId(call), Now { mono, wall });
    }

    /// Ends a call; its last word is `failed` with `cancelled`.
    fn cancel(&self, call: u64, mono: u64, wall: i64) {
        self.machine().cancel(CallId(call), Now { mono, wall });
    }

    /// What to do next: an order in the shape of `pegcount::wire::action`.
    fn poll<'py>(&self, py: Python<'py>, mono: u64, wall: i64) -> PyResult<Bound<'py, PyAny>> {
        let action = self.machine().poll(Now { mono, wall });
        to_python(py, &wire::action(&action))
    }

    /// Takes what was seen in an answer.
    fn handle_response(&self, id: u64, seen: &Seen, mono: u64, wall: i64) {
        self.machine().handle_response(RequestId(id), seen.0.clone(), Now { mono, wall });
    }

    /// Takes the reason why no answer came: `{"sent", "cause", "detail"}`.
    fn handle_failure(&self, id: u64, failure: &Bound<'_, PyAny>, mono: u64, wall: i64) -> PyResult<()> {
        let failure = wire::failure(&from_python(failure)?).map_err(|error| raised(failure.py(), &error))?;
        self.machine().handle_failure(RequestId(id), failure, Now { mono, wall });
        Ok(())
    }

    /// Takes the token store's answer: `{"loaded": …}`, `"locked"`, `{"busy": …}`, `"done"` or `{"failed": …}`.
    fn handle_store(&self, id: u64, answer: &Bound<'_, PyAny>, mono: u64, wall: i64) -> PyResult<()> {
        let answer = wire::store_answer(&from_python(answer)?).map_err(|error| raised(answer.py(), &error))?;
        self.machine().handle_store(AskId(id), answer, Now { mono, wall });
        Ok(())
    }

    /// Takes what the provider of credentials gave: `{"client_id"?, "client_secret"}`, or `{"failed": …}`.
    fn handle_credentials(&self, id: u64, answer: &Bound<'_, PyAny>, mono: u64, wall: i64) -> PyResult<()> {
        let answer = wire::provided(&from_python(answer)?).map_err(|error| raised(answer.py(), &error))?;
        self.machine().handle_credentials(AskId(id), answer, Now { mono, wall });
        Ok(())
    }

    /// Takes new randomness: for the child after a fork.
    fn reseed(&self, seed: u64) {
        self.machine().reseed(seed);
    }

    /// Takes the next notice.
    fn observe<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let notice = self.machine().observe();
        notice.map(|notice| to_python(py, &wire::notice(&notice))).transpose()
    }
}

/// What was seen in an answer: for `Session.handle_response`, nothing else.
#[pyclass(frozen, module = "pegcount._native")]
pub(crate) struct Seen(pub(crate) pegcount::Seen);
