//! The core as a plain WebAssembly module, for hosts that run WebAssembly without a browser.
//!
//! It imports nothing: what it cannot ask for it cannot do. JSON goes in and comes out, in the shapes of
//! [`pegcount::wire`]; bodies of answers go in beside the JSON, and tables come out as bytes behind it.
//!
//! | export | takes | gives |
//! |---|---|---|
//! | `alloc(len)` | | where `len` bytes may be written; 0 if there is no memory left |
//! | `free(ptr, len)` | a result | |
//! | `open(json)` | `{"arguments", "environment", "pegcount_toml", "gc_toml"}` | `{"handle", "token_key", "api", "login"}` |
//! | `step(handle, json)` | one input of a session, or a look at it: see [`session::step`] | |
//! | `close(handle)` | | |
//! | `inspect(json, body)` | `{"look", "status", "headers"}` | what was seen, for `step` |
//! | `decode(json, body)` | `{"page", "tables", "as"}`: see [`stateless::decode`] | a table's layout, then its bytes |
//! | `ask(json)` | what needs no session: see [`stateless::ask`] | |
//!
//! A text or body is a pointer and a length, from `alloc`; the call consumes it. A result is `pointer << 32 | length`
//! and is given back with `free`. Every result but those of `decode` is JSON, `{"ok": …}` or `{"error": …}`; that of
//! `decode` is the length of the JSON in eight bytes, the JSON, zeros up to a multiple of eight, and the bytes.
//!
//! One instance serves one host thread at a time. Its memory never shrinks: a host retires instances that have grown.

#![deny(unsafe_code)]

#[cfg(target_arch = "wasm32")]
mod exports;
pub mod session;
pub mod stateless;

use pegcount::{Error, wire};
use serde_json::{Value, json};

/// What an export hands out.
pub type Answer = Result<Value, Error>;

/// The one shape of results.
pub fn answer(answer: Answer) -> Vec<u8> {
    match answer {
        Ok(value) => json!({"ok": value}),
        Err(error) => json!({"error": wire::error(&error)}),
    }
    .to_string()
    .into_bytes()
}

/// Reads what the host wrote.
///
/// # Errors
/// `config.value`: the host's own fault. The text is not shown, it may hold a secret.
pub fn read<T: serde::de::DeserializeOwned>(text: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Error::new(pegcount::ErrorKind::ConfigValue, format!("the host wrote another shape: {place}"))
    })
}
