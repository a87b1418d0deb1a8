//! JSON values to JavaScript objects and back.

use pegcount::{Error, ErrorKind, wire};
use serde::Serialize;
use serde_json::Value;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

/// Makes a JavaScript value: objects and `null`, never a `Map`, `undefined` or a `BigInt`.
pub(crate) fn to_js(value: &Value) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}

/// Makes a JSON value of a JavaScript value. The caller has seen to it that it is plain, and not nested without end.
pub(crate) fn from_js(value: JsValue) -> Result<Value, JsValue> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|error| thrown(&Error::new(ErrorKind::ConfigValue, error.to_string())))
}

/// What is thrown for an error.
pub(crate) fn thrown(error: &Error) -> JsValue {
    to_js(&wire::error(error)).unwrap_or_else(|failed| failed)
}
