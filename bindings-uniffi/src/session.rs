//! The session.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pegcount::wire::{self, Opened};
use pegcount::{AskId, CallId, Now, Report, RequestId};

use crate::bytes::Bytes;
use crate::orders::{Action, Header, Notice};
use crate::places::{self, Environment};
use crate::problem::Fault;
use crate::scalars::{Count, Json, shaped};

/// One credential, one region, one rate allowance, serving many calls at once.
///
/// `mono` and `wall` are milliseconds: on a clock that never goes back, and since 1970 UTC. What a host answers is JSON
/// in the shapes of [`pegcount::wire`].
#[derive(uniffi::Object)]
pub(crate) struct Session {
    machine: Mutex<pegcount::Session>,
    opened: Opened,
}

impl Session {
    fn machine(&self) -> MutexGuard<'_, pegcount::Session> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export]
impl Session {
    /// Resolves a configuration: `arguments` is JSON in the shape of `Arguments`. Without an environment that of this
    /// process is read, and its configuration files: they hold secrets, and so need not pass through a host.
    #[uniffi::constructor]
    fn new(arguments: Json, environment: Environment) -> Result<Self, Fault> {
        let (environment, files) = places::around(environment);
        let (machine, opened) = wire::open(&arguments.0, &*environment, &files)?;
        Ok(Session { machine: Mutex::new(machine), opened })
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
        let seen = pegcount::inspect(look, status, pegcount::Headers::from_pairs(&pairs), &body.0);
        self.machine().handle_response(RequestId(id.0), seen, now(mono, wall));
        Ok(())
    }

    /// Takes the reason why no answer came. Its detail is what the host's library said, without secrets.
    fn handle_failure(&self, id: Count, failure: Json, mono: Count, wall: i64) -> Result<(), Fault> {
        self.machine().handle_failure(RequestId(id.0), wire::failure(&failure.0)?, now(mono, wall));
        Ok(())
    }

    /// Takes the token store's answer.
    fn handle_store(&self, id: Count, answer: Json, mono: Count, wall: i64) -> Result<(), Fault> {
        self.machine().handle_store(AskId(id.0), wire::store_answer(&answer.0)?, now(mono, wall));
        Ok(())
    }

    /// Takes what the provider of credentials gave.
    fn handle_credentials(&self, id: Count, answer: Json, mono: Count, wall: i64) -> Result<(), Fault> {
        self.machine().handle_credentials(AskId(id.0), wire::provided(&answer.0)?, now(mono, wall));
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
