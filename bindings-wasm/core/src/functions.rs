//! What needs no session.

use pegcount::config::{Files, VARIABLES};
use pegcount::{Interval, wire};
use wasm_bindgen::prelude::*;

use crate::session::{text_of, variables_of};
use crate::value::{from_js, thrown, to_js};

/// Explains an answer in the shape of `pegcount::wire::case`.
#[wasm_bindgen]
pub fn explain(case: JsValue) -> Result<JsValue, JsValue> {
    let error = wire::case(&from_js(case)?).map_err(|error| thrown(&error))?;
    to_js(&wire::error(&error))
}

/// What is wrong with a report: `{"severity", "error"}`.
#[wasm_bindgen]
pub fn lint(report: JsValue, wall: f64) -> Result<JsValue, JsValue> {
    to_js(&wire::findings(&from_js(report)?, wall as i64))
}

/// What a report would cost at a pace of so many requests a minute: see `pegcount::wire::plan`.
#[wasm_bindgen]
pub fn plan(report: JsValue, pace: u32, wall: f64) -> Result<JsValue, JsValue> {
    to_js(&wire::plan(&from_js(report)?, pace, wall as i64).map_err(|error| thrown(&error))?)
}

/// Which grant fits a situation: see `pegcount::wire::advise`.
#[wasm_bindgen]
pub fn advise(situation: JsValue) -> Result<JsValue, JsValue> {
    to_js(&wire::advise(&from_js(situation)?).map_err(|error| thrown(&error))?)
}

/// Begins the log-in of a user, with 48 bytes of randomness and what a session is made of: `{"url", "state",
/// "verifier"}`.
#[wasm_bindgen(js_name = beginLogin)]
pub fn begin_login(
    wish: JsValue,
    randomness: &[u8],
    arguments: JsValue,
    environment: JsValue,
    pegcount_toml: Option<String>,
    gc_toml: Option<String>,
) -> Result<JsValue, JsValue> {
    let (wish, arguments, variables) = (from_js(wish)?, from_js(arguments)?, variables_of(environment)?);
    let files = Files::new(pegcount_toml, gc_toml);
    let environment = |name: &str| text_of(&variables, name);
    to_js(&wire::begin_login(&wish, randomness, &arguments, &environment, &files).map_err(|error| thrown(&error))?)
}

/// Takes the code from the address at which the user came back.
#[wasm_bindgen(js_name = finishLogin)]
pub fn finish_login(came_back: &str, state: &str) -> Result<String, JsValue> {
    wire::finish_login(came_back, state).map_err(|error| thrown(&error))
}

/// Reads an interval: the first millisecond and the one after the last, since 1970 UTC.
#[wasm_bindgen]
pub fn interval(text: &str, time_zone: Option<String>, wall: f64) -> Result<Vec<f64>, JsValue> {
    let interval = Interval::parse(text, time_zone.as_deref(), wall as i64).map_err(|error| thrown(&error))?;
    Ok(vec![interval.from as f64, interval.to as f64])
}

/// Every kind of error: `{"code", "class", "exit_code"}`.
#[wasm_bindgen]
pub fn kinds() -> Result<JsValue, JsValue> {
    to_js(&wire::kinds())
}

/// The environment variables that a configuration is read from.
#[wasm_bindgen]
pub fn variables() -> Vec<String> {
    VARIABLES.iter().map(|name| (*name).to_owned()).collect()
}

/// The version of the package.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
