//! The session, and what was seen in an answer.

use pegcount::config::Files;
use pegcount::wire::{self, Opened};
use pegcount::{AskId, CallId, Error, ErrorKind, Now, Report, RequestId};
use serde_json::Value;
use wasm_bindgen::prelude::*;

use crate::value::{from_js, thrown, to_js};

/// One credential, one region, one rate allowance, serving many calls at once.
///
/// `mono` and `wall` are milliseconds: on a clock that never goes back, and since 1970 UTC.
#[wasm_bindgen]
pub struct Session {
    /// Nothing once it is closed.
    machine: Option<pegcount::Session>,
    token_key: Option<String>,
    api: String,
    login: String,
}

#[wasm_bindgen]
impl Session {
    /// Resolves a configuration: `environment` is a plain object, the files are texts.
    #[wasm_bindgen(constructor)]
    pub fn new(
        arguments: JsValue,
        environment: JsValue,
        pegcount_toml: Option<String>,
        gc_toml: Option<String>,
    ) -> Result<Session, JsValue> {
        let variables = variables_of(environment)?;
        let environment = |name: &str| text_of(&variables, name);
        let files = Files::new(pegcount_toml, gc_toml);
        let (machine, Opened { token_key, api, login }) =
            wire::open(&from_js(arguments)?, &environment, &files).map_err(|error| thrown(&error))?;
        Ok(Session { machine: Some(machine), token_key, api, login })
    }

    /// The file name under which the token may be shared; nothing for a ready token.
    #[wasm_bindgen(getter, js_name = tokenKey)]
    pub fn token_key(&self) -> Option<String> {
        self.token_key.clone()
    }

    /// Base of the API host.
    #[wasm_bindgen(getter)]
    pub fn api(&self) -> String {
        self.api.clone()
    }

    /// Base of the login host.
    #[wasm_bindgen(getter)]
    pub fn login(&self) -> String {
        self.login.clone()
    }

    /// Lints and plans a report and names the call. Nothing is sent before `poll`.
    pub fn start(&mut self, report: JsValue, options: JsValue, mono: f64, wall: f64) -> Result<f64, JsValue> {
        let (asked, options) = (from_js(report)?, from_js(options)?);
        let machine = self.machine()?;
        let call = wire::call_options(&options)
            .and_then(|options| machine.start(Report::from_json(&asked)?, options, now(mono, wall)));
        call.map(|call| call.0 as f64).map_err(|error| thrown(&error))
    }

    /// Asks for the next page.
    pub fn pull(&mut self, call: f64, mono: f64, wall: f64) -> Result<(), JsValue> {
        self.machine()?.pull(CallId(call as u64), now(mono, wall));
        Ok(())
    }

    /// Ends a call; its last word is `failed` with `cancelled`.
    pub fn cancel(&mut self, call: f64, mono: f64, wall: f64) -> Result<(), JsValue> {
        self.machine()?.cancel(CallId(call as u64), now(mono, wall));
        Ok(())
    }

    /// What to do next: an order in the shape of `pegcount::wire::action`.
    pub fn poll(&mut self, mono: f64, wall: f64) -> Result<JsValue, JsValue> {
        to_js(&wire::action(&self.machine()?.poll(now(mono, wall))))
    }

    /// Takes what was seen in an answer.
    #[wasm_bindgen(js_name = handleResponse)]
    pub fn handle_response(&mut self, id: f64, seen: Seen, mono: f64, wall: f64) -> Result<(), JsValue> {
        self.machine()?.handle_response(RequestId(id as u64), seen.0, now(mono, wall));
        Ok(())
    }

    /// Takes the reason why no answer came: `{"sent", "cause", "detail"}`.
    #[wasm_bindgen(js_name = handleFailure)]
    pub fn handle_failure(&mut self, id: f64, failure: JsValue, mono: f64, wall: f64) -> Result<(), JsValue> {
        let failure = wire::failure(&from_js(failure)?).map_err(|error| thrown(&error))?;
        self.machine()?.handle_failure(RequestId(id as u64), failure, now(mono, wall));
        Ok(())
    }

    /// Takes the token store's answer: `{"loaded": …}`, `"locked"`, `{"busy": …}`, `"done"` or `{"failed": …}`.
    #[wasm_bindgen(js_name = handleStore)]
    pub fn handle_store(&mut self, id: f64, answer: JsValue, mono: f64, wall: f64) -> Result<(), JsValue> {
        let answer = wire::store_answer(&from_js(answer)?).map_err(|error| thrown(&error))?;
        self.machine()?.handle_store(AskId(id as u64), answer, now(mono, wall));
        Ok(())
    }

    /// Takes what the provider of credentials gave: `{"client_id"?, "client_secret"}` or `{"failed": …}`.
    #[wasm_bindgen(js_name = handleCredentials)]
    pub fn handle_credentials(&mut self, id: f64, answer: JsValue, mono: f64, wall: f64) -> Result<(), JsValue> {
        let answer = wire::provided(&from_js(answer)?).map_err(|error| thrown(&error))?;
        self.machine()?.handle_credentials(AskId(id as u64), answer, now(mono, wall));
        Ok(())
    }

    /// Takes the next notice; `null` if there is none.
    pub fn observe(&mut self) -> Result<JsValue, JsValue> {
        let notice = self.machine()?.observe();
        notice.map_or(Ok(JsValue::NULL), |notice| to_js(&wire::notice(&notice)))
    }

    /// Lets go of everything. Whatever is asked afterwards throws `cancelled`.
    pub fn close(&mut self) {
        self.machine = None;
    }
}

impl Session {
    fn machine(&mut self) -> Result<&mut pegcount::Session, JsValue> {
        let closed = || thrown(&Error::new(ErrorKind::Cancelled, "the client is closed"));
        self.machine.as_mut().ok_or_else(closed)
    }
}

/// What was seen in an answer: for `Session.handleResponse`, which takes it over.
#[wasm_bindgen]
pub struct Seen(pegcount::Seen);

/// Looks at an answer: `look` is that of the order, the headers are pairs, the body is whole and decompressed.
#[wasm_bindgen]
pub fn inspect(look: JsValue, status: u16, headers: JsValue, body: &[u8]) -> Result<Seen, JsValue> {
    let look = wire::look(&from_js(look)?).map_err(|error| thrown(&error))?;
    let headers = wire::headers(&from_js(headers)?).map_err(|error| thrown(&error))?;
    Ok(Seen(pegcount::inspect(look, status, headers, body)))
}

/// Reads the environment: a plain object of texts.
pub(crate) fn variables_of(environment: JsValue) -> Result<Value, JsValue> {
    let given = from_js(environment)?;
    let is_fit = given.as_object().is_some_and(|given| given.values().all(Value::is_string));
    let refused = || thrown(&Error::new(ErrorKind::ConfigValue, "the environment is not an object of texts"));
    if is_fit { Ok(given) } else { Err(refused()) }
}

pub(crate) fn text_of(variables: &Value, name: &str) -> Option<String> {
    variables.get(name)?.as_str().map(str::to_owned)
}

fn now(mono: f64, wall: f64) -> Now {
    Now { mono: mono as u64, wall: wall as i64 }
}
