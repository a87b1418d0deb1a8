//! The session.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use pegcount::config::Files;
use pegcount::wire::{self, Opened};
use pegcount::{AskId, CallId, Cause, Failure, Now, Report, RequestId, Sent, StoreAnswer};

use crate::bytes::Bytes;
use crate::orders::{Action, Header, Notice};
use crate::places;
use crate::problem::Fault;
use crate::scalars::{Count, Json, shaped};

/// One credential, one region, one rate allowance, serving many calls at once.
///
/// `mono` and `wall` are milliseconds: on a clock that never goes back, and since 1970 UTC.
#[derive(uniffi::Object)]
pub(crate) struct Session {
    machine: Mutex<pegcount::Session>,
    opened: Opened,
}

impl Session {
    fn open(arguments: &Json, environment: &BTreeMap<String, String>, files: &Files) -> Result<Self, Fault> {
        let (machine, opened) = wire::open(&arguments.0, environment, files)?;
        Ok(Session { machine: Mutex::new(machine), opened })
    }

    fn machine(&self) -> MutexGuard<'_, pegcount::Session> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export]
impl Session {
    /// Resolves a configuration: `arguments` is JSON in the shape of `Arguments`, the files are texts.
    #[uniffi::constructor]
    fn new(
        arguments: Json,
        environment: HashMap<String, String>,
        pegcount_toml: Option<String>,
        gc_toml: Option<String>,
    ) -> Result<Self, Fault> {
        Session::open(&arguments, &environment.into_iter().collect(), &Files::new(pegcount_toml, gc_toml))
    }

    /// The same, with the environment and the configuration files of this process: they hold secrets, and so need not
    /// pass through a host.
    #[uniffi::constructor]
    fn here(arguments: Json) -> Result<Self, Fault> {
        Session::open(&arguments, &places::environment(), &places::files())
    }

    /// The file name under which the token may be shared; none for a ready token.
    fn token_key(&self) -> Option<String> {
        self.opened.token_key.clone()
    }

    /// Base of the API host.
    fn api(&self) -> String {
        self.opened.api.clone()
    }

    /// Lints and plans a report and names the call. Nothing is sent before `poll`. Both arguments are JSON.
    fn start(&self, report: Json, options: Json, mono: Count, wall: i64) -> Result<Count, Fault> {
        let (report, options) = (Report::from_json(&report.0)?, wire::call_options(&options.0)?);
        Ok(Count(self.machine().start(report, options, now(mono, wall))?.0))
    }

    /// Asks for the next page.
    fn pull(&self, call: Count, mono: Count, wall: i64) -> Result<(), Fault> {
        self.machine().pull(CallId(call.0), now(mono, wall));
        Ok(())
    }

    /// Ends a call; its last word is `Failed` with `cancelled`.
    fn cancel(&self, call: Count, mono: Count, wall: i64) -> Result<(), Fault> {
        self.machine().cancel(CallId(call.0), now(mono, wall));
        Ok(())
    }

    /// What to do next.
    fn poll(&self, mono: Count, wall: i64) -> Result<Action, Fault> {
        shaped(wire::action(&self.machine().poll(now(mono, wall))))
    }

    /// Takes an answer: `look` is that of the order, the body is whole and decompressed. It is looked at outside the
    /// session's lock. Objects are never arguments: UniFFI does not check whether one was closed.
    #[expect(clippy::too_many_arguments, reason = "an answer has these parts")]
    fn handle_response(
        &self,
        id: Count,
        look: Json,
        status: i32,
        headers: Vec<Header>,
        body: Bytes,
        mono: Count,
        wall: i64,
    ) -> Result<(), Fault> {
        let look = shaped(look.0)?;
        let pairs: Vec<_> = headers.into_iter().map(|header| (header.name, header.value)).collect();
        // What is no status of HTTP is none that the core knows: it says so.
        let status = u16::try_from(status).unwrap_or_default();
        let seen = pegcount::inspect(look, status, &wire::header_map(&pairs), &body.0);
        self.machine().handle_response(RequestId(id.0), seen, now(mono, wall));
        Ok(())
    }

    /// Takes the reason why no answer came. `detail` is what the host's library said, without secrets.
    fn handle_failure(
        &self,
        id: Count,
        sent: Sent,
        cause: Cause,
        detail: String,
        mono: Count,
        wall: i64,
    ) -> Result<(), Fault> {
        let failure = Failure { sent, cause, detail };
        self.machine().handle_failure(RequestId(id.0), failure, now(mono, wall));
        Ok(())
    }

    /// Takes the token store's answer.
    fn handle_store(&self, id: Count, answer: StoreAnswer, mono: Count, wall: i64) -> Result<(), Fault> {
        self.machine().handle_store(AskId(id.0), answer, now(mono, wall));
        Ok(())
    }

    /// Takes the next notice.
    fn observe(&self) -> Result<Option<Notice>, Fault> {
        let notice = self.machine().observe();
        notice.map(|notice| shaped(wire::notice(&notice))).transpose()
    }
}

fn now(mono: Count, wall: i64) -> Now {
    Now { mono: mono.0, wall }
}
