//! What needs no session.

use pegcount::config::VARIABLES;
use pegcount::{Interval, wire};
use wasm_bindgen::prelude::*;

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
