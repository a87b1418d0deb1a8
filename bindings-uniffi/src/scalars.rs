//! Numbers and JSON.

use std::io;

use pegcount::{Error, ErrorKind};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::Fault;

/// An id, a count or milliseconds. Java has no unsigned numbers; nothing here comes near the end of the signed ones,
/// and what is below zero is zero, which names nothing.
#[derive(Debug, Deserialize)]
pub(crate) struct Count(pub(crate) u64);

uniffi::custom_type!(Count, i64, {
    lower: |count| i64::try_from(count.0).unwrap_or(i64::MAX),
    try_lift: |number| Ok(Count(u64::try_from(number).unwrap_or_default())),
});

/// A value that hosts write, or keep without reading it, as text.
#[derive(Deserialize)]
pub(crate) struct Json(pub(crate) Value);

uniffi::custom_type!(Json, String, {
    lower: |json| json.0.to_string(),
    try_lift: |text| Ok(serde_json::from_str(&text).map(Json).map_err(misplaced)?),
});

/// The reason names a place, never the text: it may hold a secret.
fn misplaced(error: serde_json::Error) -> Fault {
    let place = format!("line {}, column {}", error.line(), error.column());
    Error::new(ErrorKind::ConfigValue, format!("this is not the JSON that belongs here ({place})")).into()
}

/// A shape of [`pegcount::wire`] as a type.
pub(crate) fn shaped<T: DeserializeOwned>(shape: Value) -> Result<T, Fault> {
    Ok(serde_json::from_value(shape).map_err(io::Error::from)?)
}
