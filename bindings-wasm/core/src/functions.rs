//! What needs no session.

use pegcount::config::VARIABLES;
use pegcount::{Finding, Interval, Level, Now, Report, wire};
use serde_json::json;
use wasm_bindgen::prelude::*;

use crate::value::{from_js, thrown, to_js};

/// Explains an answer in the shape of `pegcount::wire::case`.
#[wasm_bindgen]
pub fn explain(case: JsValue) -> Result<JsValue, JsValue> {
    let error = wire::case(&from_js(case)?).map_err(|error| thrown(&error))?;
    to_js(&wire::error(&error))
}

/// What is wrong with a report: pairs of a severity (`error` or `warning`) and an error.
#[wasm_bindgen]
pub fn lint(report: JsValue, wall: f64) -> Result<JsValue, JsValue> {
    let found = match Report::from_json(&from_js(report)?) {
        Ok(report) => pegcount::lint(&report, Now { mono: 0, wall: wall as i64 }),
        Err(error) => vec![Finding { level: Level::Error, error }],
    };
    let name = |level| match level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    to_js(&found.into_iter().map(|found| json!([name(found.level), wire::error(&found.error)])).collect())
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
