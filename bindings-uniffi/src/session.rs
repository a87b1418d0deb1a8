//! The session.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pegcount::config::{Arguments, Files, resolve};
use pegcount::{AskId, CallId, Error, ErrorKind, Failure, Look, Now, Report, RequestId, wire};
use serde::Deserialize;
use serde_json::Value;

use crate::action::{Action, Cause, Header, Notice, Sent, StoreAnswer, signed, unsigned};
use crate::bytes::Bytes;
use crate::places;
use crate::problem::Fault;

/// One credential, one region, one rate allowance, serving many calls at once.
///
/// `mono` and `wall` are milliseconds: on a clock that never goes back, and since 1970 UTC.
#[derive(uniffi::Object)]
pub struct Session {
    machine: Mutex<pegcount::Session>,
    token_key: Option<String>,
    api: String,
}

impl Session {
    fn machine(&self) -> MutexGuard<'_, pegcount::Session> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[uniffi::export]
impl Session {
    /// Resolves a configuration: `arguments` is JSON in the shape of `Arguments`, the files are texts.
    #[uniffi::constructor]
    pub fn new(
        arguments: String,
        environment: HashMap<String, String>,
        pegcount_toml: Option<String>,
        gc_toml: Option<String>,
    ) -> Result<Self, Fault> {
        let environment = environment.into_iter().collect();
        let arguments = Arguments::from_json(&parsed(&arguments)?)?;
        let config = resolve(arguments, &environment, &Files::new(pegcount_toml, gc_toml))?;
        Ok(Session {
            token_key: config.token_key(),
            api: config.region.api.to_string().trim_end_matches('/').to_owned(),
            machine: Mutex::new(pegcount::Session::new(config)),
        })
    }

    /// The same, with the environment and the configuration files of this process: they hold secrets, and so need not
    /// pass through a host.
    #[uniffi::constructor]
    pub fn here(arguments: String) -> Result<Self, Fault> {
        let (pegcount_toml, gc_toml) = places::files();
        Session::new(arguments, places::environment(), pegcount_toml, gc_toml)
    }

    /// The file name under which the token may be shared; none for a ready token.
    pub fn token_key(&self) -> Option<String> {
        self.token_key.clone()
    }

    /// Base of the API host.
    pub fn api(&self) -> String {
        self.api.clone()
    }

    /// Lints and plans a report and names the call. Nothing is sent before `poll`. Both arguments are JSON.
    pub fn start(&self, report: String, options: String, mono: i64, wall: i64) -> Result<i64, Fault> {
        let report = Report::from_json(&parsed(&report)?)?;
        let options = wire::call_options(&parsed(&options)?)?;
        Ok(signed(self.machine().start(report, options, now(mono, wall))?.0))
    }

    /// Asks for the next page.
    pub fn pull(&self, call: i64, mono: i64, wall: i64) -> Result<(), Fault> {
        self.machine().pull(CallId(unsigned(call)), now(mono, wall));
        Ok(())
    }

    /// Ends a call; its last word is `Failed` with `cancelled`.
    pub fn cancel(&self, call: i64, mono: i64, wall: i64) -> Result<(), Fault> {
        self.machine().cancel(CallId(unsigned(call)), now(mono, wall));
        Ok(())
    }

    /// What to do next.
    pub fn poll(&self, mono: i64, wall: i64) -> Result<Action, Fault> {
        Ok(self.machine().poll(now(mono, wall)).into())
    }

    /// Takes an answer: `look` is that of the order, the body is whole and decompressed. It is looked at outside the
    /// session's lock. Objects are never arguments: UniFFI does not check whether one was closed.
    #[expect(clippy::too_many_arguments, reason = "an answer has these parts")]
    pub fn handle_response(
        &self,
        id: i64,
        look: String,
        status: i32,
        headers: Vec<Header>,
        body: Bytes,
        mono: i64,
        wall: i64,
    ) -> Result<(), Fault> {
        let look = Look::deserialize(parsed(&look)?).map_err(refused)?;
        let pairs: Vec<_> = headers.into_iter().map(|header| (header.name, header.value)).collect();
        // What is no status of HTTP is none that the core knows: it says so.
        let status = u16::try_from(status).unwrap_or_default();
        let seen = pegcount::inspect(look, status, &wire::header_map(&pairs), &body.0);
        self.machine().handle_response(RequestId(unsigned(id)), seen, now(mono, wall));
        Ok(())
    }

    /// Takes the reason why no answer came. `detail` is what the host's library said, without secrets.
    pub fn handle_failure(
        &self,
        id: i64,
        sent: Sent,
        cause: Cause,
        detail: String,
        mono: i64,
        wall: i64,
    ) -> Result<(), Fault> {
        let failure = Failure { sent, cause, detail };
        self.machine().handle_failure(RequestId(unsigned(id)), failure, now(mono, wall));
        Ok(())
    }

    /// Takes the token store's answer.
    pub fn handle_store(&self, id: i64, answer: StoreAnswer, mono: i64, wall: i64) -> Result<(), Fault> {
        self.machine().handle_store(AskId(unsigned(id)), answer.into(), now(mono, wall));
        Ok(())
    }

    /// Takes the next notice.
    pub fn observe(&self) -> Result<Option<Notice>, Fault> {
        Ok(self.machine().observe().map(Notice::from))
    }
}

fn now(mono: i64, wall: i64) -> Now {
    Now { mono: u64::try_from(mono).unwrap_or_default(), wall }
}

/// Reads the JSON that a host wrote. The reason names a place, never the text: it may hold a secret.
pub(crate) fn parsed(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(refused)
}

fn refused(error: serde_json::Error) -> Error {
    let place = format!("line {}, column {}", error.line(), error.column());
    Error::new(ErrorKind::ConfigValue, format!("this is not the JSON that belongs here ({place})"))
}
