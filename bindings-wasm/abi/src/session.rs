//! Sessions behind handles.

use std::cell::RefCell;
use std::collections::BTreeMap;

use pegcount::config::Files;
use pegcount::wire::{self, Opened};
use pegcount::{AskId, CallId, Error, ErrorKind, Now, Report, RequestId, Session};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Answer, read};

#[derive(Default)]
struct Sessions {
    open: BTreeMap<u32, Session>,
    last: u32,
}

thread_local! {
    static SESSIONS: RefCell<Sessions> = RefCell::default();
}

/// Where a configuration comes from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sources {
    pub(crate) arguments: Value,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    pegcount_toml: Option<String>,
    gc_toml: Option<String>,
}

impl Sources {
    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        self.environment.get(name).cloned()
    }

    pub(crate) fn files(&self) -> Files {
        Files::new(self.pegcount_toml.clone(), self.gc_toml.clone())
    }
}

/// Resolves a configuration and begins a session.
///
/// # Errors
/// `config.*`.
pub fn open(text: &[u8]) -> Answer {
    let from: Sources = read(text)?;
    let (session, Opened { token_key, api, login }) =
        wire::open(&from.arguments, &|name| from.variable(name), &from.files())?;
    let handle = SESSIONS.with_borrow_mut(|sessions| {
        sessions.last += 1;
        sessions.open.insert(sessions.last, session);
        sessions.last
    });
    Ok(json!({"handle": handle, "token_key": token_key, "api": api, "login": login}))
}

/// Ends a session. A handle that is closed already is no harm.
pub fn close(handle: u32) {
    SESSIONS.with_borrow_mut(|sessions| sessions.open.remove(&handle));
}

/// One input of a session: what a host says, and when, in milliseconds.
#[derive(Deserialize)]
struct Step {
    #[serde(flatten)]
    input: Input,
    mono: u64,
    wall: i64,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Input {
    Start { report: Value, options: Value },
    Pull { call: u64 },
    Cancel { call: u64 },
    Response { id: u64, seen: Value },
    Failure { id: u64, failure: Value },
    Store { id: u64, answer: Value },
    Credentials { id: u64, answer: Value },
    Poll,
    Observe,
}

/// Takes one input, `{"do", …, "mono", "wall"}`:
///
/// | `do` | with | gives |
/// |---|---|---|
/// | `start` | `report`, `options` | the call's number |
/// | `pull`, `cancel` | `call` | |
/// | `response` | `id`, `seen` | |
/// | `failure` | `id`, `failure` | |
/// | `store`, `credentials` | `id`, `answer` | |
/// | `poll` | | every order up to `wait` or `idle`, included |
/// | `observe` | | every notice |
///
/// # Errors
/// `query.*` of a report that cannot be meant, `config.value` for another shape, `cancelled` for a closed handle.
pub fn step(handle: u32, text: &[u8]) -> Answer {
    let Step { input, mono, wall } = read(text)?;
    SESSIONS.with_borrow_mut(|sessions| match sessions.open.get_mut(&handle) {
        Some(session) => give(session, input, Now { mono, wall }),
        None => Err(Error::new(ErrorKind::Cancelled, "the client is closed")),
    })
}

fn give(session: &mut Session, input: Input, now: Now) -> Answer {
    match input {
        Input::Start { report, options } => {
            let call = session.start(Report::from_json(&report)?, wire::call_options(&options)?, now)?;
            return Ok(json!(call));
        }
        Input::Pull { call } => session.pull(CallId(call), now),
        Input::Cancel { call } => session.cancel(CallId(call), now),
        Input::Response { id, seen } => session.handle_response(RequestId(id), wire::read_seen(&seen)?, now),
        Input::Failure { id, failure } => session.handle_failure(RequestId(id), wire::failure(&failure)?, now),
        Input::Store { id, answer } => session.handle_store(AskId(id), wire::store_answer(&answer)?, now),
        Input::Credentials { id, answer } => session.handle_credentials(AskId(id), wire::provided(&answer)?, now),
        Input::Poll => return Ok(orders(session, now)),
        Input::Observe => {
            return Ok(std::iter::from_fn(|| session.observe()).map(|notice| wire::notice(&notice)).collect());
        }
    }
    Ok(Value::Null)
}

fn orders(session: &mut Session, now: Now) -> Value {
    let mut orders = Vec::new();
    loop {
        let action = session.poll(now);
        orders.push(wire::action(&action));
        if matches!(action, pegcount::Action::Wait { .. } | pegcount::Action::Idle) {
            return Value::Array(orders);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(handle: u32, input: &Value) -> Answer {
        let mut input = input.clone();
        input["mono"] = 0.into();
        input["wall"] = 1_773_132_000_000_i64.into();
        step(handle, input.to_string().as_bytes())
    }

    #[test]
    fn a_session_lives_behind_its_handle() {
        let arguments = json!({"region": "eu_west_1", "client_id": "a", "client_secret": "b", "seed": 1});
        let opened = open(json!({"arguments": arguments}).to_string().as_bytes()).unwrap();
        let handle = u32::try_from(opened["handle"].as_u64().unwrap()).unwrap();
        assert_eq!(opened["api"], "https://api.mypurecloud.ie");
        let report = json!({"report": "call", "path": "/api/v2/organizations/me"});
        let call = told(handle, &json!({"do": "start", "report": report, "options": {}})).unwrap();
        assert_eq!(told(handle, &json!({"do": "poll"})).unwrap()[0]["action"], "wait");
        assert_eq!(told(handle, &json!({"do": "pull", "call": call})), Ok(Value::Null));
        let orders = told(handle, &json!({"do": "poll"})).unwrap();
        assert_eq!(orders[0]["look"], "token");
        assert_eq!(orders.as_array().unwrap().last().unwrap()["action"], "wait");
        assert_eq!(told(handle, &json!({"do": "observe"})), Ok(json!([])));
        close(handle);
        close(handle);
        assert_eq!(told(handle, &json!({"do": "poll"})).unwrap_err().kind, ErrorKind::Cancelled);
    }

    #[test]
    fn another_shape_is_refused_without_being_shown() {
        for text in
            ["", "[]", r#"{"arguments": {"client_secret": 12345}}"#, r#"{"argumants": {"client_secret": "12345"}}"#]
        {
            let error = open(text.as_bytes()).unwrap_err();
            assert_eq!(error.kind, ErrorKind::ConfigValue, "{text}");
            assert!(!error.to_string().contains("12345"), "{error}");
        }
    }
}
