//! JSON values to JavaScript values and back.

use js_sys::{Array, JSON, Object};
use pegcount::{Error, ErrorKind, wire};
use serde_json::{Map, Number, Value};
use wasm_bindgen::{JsCast, JsValue};

/// The largest number below which every integer is a JavaScript number.
const SAFE: f64 = 9_007_199_254_740_991.0;

/// Makes a JavaScript value: objects and `null`, never a `Map`, `undefined` or a `BigInt`.
pub(crate) fn to_js(value: &Value) -> Result<JsValue, JsValue> {
    // Not by `Display`, which is another writer.
    JSON::parse(&serde_json::to_string(value).unwrap_or_default())
}

/// Makes a JSON value of a JavaScript value. The caller has seen to it that it is plain, and not nested without end.
/// No text lies between the two: JSON has no word for a `BigInt`.
pub(crate) fn from_js(value: JsValue) -> Result<Value, JsValue> {
    read(value).ok_or_else(|| thrown(&Error::new(ErrorKind::ConfigValue, "a value that JSON does not have")))
}

fn read(value: JsValue) -> Option<Value> {
    if value.is_null() || value.is_undefined() {
        return Some(Value::Null);
    }
    if let Some(value) = value.as_bool() {
        return Some(Value::Bool(value));
    }
    if let Some(number) = value.as_f64() {
        let whole = number.trunc() == number && number.abs() <= SAFE;
        // What is no number must not become `null`: that would be nothing said.
        return if whole { Some(Value::from(number as i64)) } else { Number::from_f64(number).map(Value::Number) };
    }
    if let Some(text) = value.as_string() {
        return Some(Value::String(text));
    }
    if value.is_bigint() {
        return i64::try_from(value.clone()).map(Value::from).or_else(|_| u64::try_from(value).map(Value::from)).ok();
    }
    if Array::is_array(&value) {
        let mut items = Vec::new();
        for item in value.unchecked_into::<Array>() {
            items.push(read(item)?);
        }
        return Some(Value::Array(items));
    }
    // By its type, not its class: an object of another window or context is one, too.
    let object = value.is_object().then(|| value.unchecked_into::<Object>())?;
    let mut members = Map::new();
    for pair in Object::entries(&object) {
        let pair = pair.unchecked_into::<Array>();
        members.insert(pair.get(0).as_string()?, read(pair.get(1))?);
    }
    Some(Value::Object(members))
}

/// What is thrown for an error.
pub(crate) fn thrown(error: &Error) -> JsValue {
    to_js(&wire::error(error)).unwrap_or_else(|failed| failed)
}
