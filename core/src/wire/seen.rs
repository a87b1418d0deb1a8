//! What was seen in an answer, for hosts that look at it in another WebAssembly instance than the session's.
//!
//! `{"status", "headers": {…}, "found": …}`, where `found` is one of `{"token": {"access_token", "expires_in"}}`,
//! `"file"`, `"json"`, `{"conversations": {"rows": [[id, start], …], "total", "next"}}`, `{"listing": {…}}`, `{"job": {…}}`,
//! `{"availability": ms}`, `{"refusal": {"body"}}` and `{"unreadable": {"code", "what"}}`. To hosts it is opaque: they carry it from [`crate::inspect`] to the session.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::misshapen;
use crate::error::{Error, ErrorKind};
use crate::fields::word;
use crate::json;
use crate::look::{Found, Headers, Look, Next, Refusal, Row, Seen, TokenAnswer};
use crate::secret::Secret;

#[derive(Serialize, Deserialize)]
struct Whole {
    status: u16,
    headers: Headers,
    found: Shape,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shape {
    Token { access_token: String, expires_in: Option<u64>, refresh_token: Option<String> },
    File,
    Json,
    Conversations { rows: Vec<(Option<String>, Option<i64>)>, total: Option<u64>, next: Option<Next> },
    Listing { ids: Vec<String>, count: u32, sum: u32, page_count: Option<u64>, total: Option<u64>, next: Option<Next> },
    Job { id: Option<String>, state: Option<String>, reason: Option<String> },
    Availability(Option<i64>),
    Refusal { body: String },
    Unreadable { code: String, what: String },
}

/// Reads what to look for in an answer.
///
/// # Errors
/// `config.value` for anything else.
pub fn look(value: &Value) -> Result<Look, Error> {
    use Look::{Availability, Conversations, Entities, File, Job, Json, Listing, Token};
    word(value, &[Token, Json, File, Conversations, Listing, Entities, Job, Availability])
        .map_err(|misfit| misshapen("what to look for", &misfit.expected))
}

/// Writes what was seen. It may hold a token: not for logs.
pub fn seen(seen: &Seen) -> Value {
    let found = match seen.found.clone() {
        Found::Token(TokenAnswer { access_token, expires_in, refresh_token }) => Shape::Token {
            access_token: access_token.expose().to_owned(),
            expires_in,
            refresh_token: refresh_token.map(|token| token.expose().to_owned()),
        },
        Found::File => Shape::File,
        Found::Json => Shape::Json,
        Found::Conversations { rows, total, next } => {
            let row = |row: Row| (row.id.map(|id| format!("{id:032x}")), row.start);
            Shape::Conversations { rows: rows.into_iter().map(row).collect(), total, next }
        }
        Found::Listing { ids, count, sum, page_count, total, next } => {
            Shape::Listing { ids, count, sum, page_count, total, next }
        }
        Found::Job { id, state, reason } => Shape::Job { id, state, reason },
        Found::Availability(until) => Shape::Availability(until),
        Found::Refusal(Refusal { body }) => Shape::Refusal { body },
        Found::Unreadable(kind, what) => Shape::Unreadable { code: kind.code().to_owned(), what },
    };
    json::of(&Whole { status: seen.status, headers: seen.headers.clone(), found })
}

/// Reads what [`seen`] wrote.
///
/// # Errors
/// `config.value` if the shape is another one.
pub fn read_seen(value: &Value) -> Result<Seen, Error> {
    let refuse = || Error::new(ErrorKind::ConfigValue, "what was seen has another shape");
    let Whole { status, headers, found } = Whole::deserialize(value).map_err(|_| refuse())?;
    let found = match found {
        Shape::Token { access_token, expires_in, refresh_token } => Found::Token(TokenAnswer {
            access_token: Secret::new(access_token),
            expires_in,
            refresh_token: refresh_token.map(Secret::new),
        }),
        Shape::File => Found::File,
        Shape::Json => Found::Json,
        Shape::Conversations { rows, total, next } => {
            let row = |(id, start): (Option<String>, Option<i64>)| {
                Ok(Row { id: id.map(|id| u128::from_str_radix(&id, 16)).transpose()?, start })
            };
            let rows: Result<_, std::num::ParseIntError> = rows.into_iter().map(row).collect();
            Found::Conversations { rows: rows.map_err(|_| refuse())?, total, next }
        }
        Shape::Listing { ids, count, sum, page_count, total, next } => {
            Found::Listing { ids, count, sum, page_count, total, next }
        }
        Shape::Job { id, state, reason } => Found::Job { id, state, reason },
        Shape::Availability(until) => Found::Availability(until),
        Shape::Refusal { body } => Found::Refusal(Refusal { body }),
        Shape::Unreadable { code, what } => {
            let kind = ErrorKind::ALL.iter().find(|kind| kind.code() == code).ok_or_else(refuse)?;
            Found::Unreadable(*kind, what)
        }
    };
    Ok(Seen { status, headers, found })
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use serde_json::json;

    use super::*;
    use crate::inspect;

    #[test]
    fn what_was_seen_travels_as_it_was() {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static("5"));
        let page = r#"{"conversations":[{"conversationId":"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            "conversationStart":"2026-03-09T00:00:00.000Z"},{"conversationId":"no uuid"},null],"totalHits":7}"#;
        for (look, status, body) in [
            (Look::Token, 200, r#"{"access_token":"t","expires_in":86399,"refresh_token":"r"}"#),
            (Look::Token, 200, "{}"),
            (Look::File, 200, "<a,b"),
            (Look::Json, 200, "[1]"),
            (Look::Conversations, 200, page),
            (Look::Entities, 200, r#"{"entities":[{"id":"a"}],"pageCount":3,"total":51,"nextUri":"/x"}"#),
            (Look::Listing, 200, r#"{"results":[1],"cursors":{"after":"a","before":"b"}}"#),
            (Look::Conversations, 200, r#"{"conversations":[],"cursor":"c"}"#),
            (Look::Job, 202, r#"{"jobId":"j"}"#),
            (Look::Job, 200, r#"{"state":"FAILED","errorMessage":"e"}"#),
            (Look::Availability, 200, r#"{"dataAvailabilityDate":"2026-03-09T00:00:00.000Z"}"#),
            (Look::Json, 429, r#"{"message":"é"}"#),
            (Look::Json, 200, "<html>"),
        ] {
            assert_eq!(super::look(&json::of(&look)), Ok(look));
            let whole = inspect(look, status, &headers, body.as_bytes());
            assert_eq!(read_seen(&seen(&whole)), Ok(whole));
        }
    }

    #[test]
    fn strangers_are_refused_without_being_shown() {
        for found in [json!({"token": {"access_token": 12345}}), json!({"unreadable": {"code": "x", "what": ""}})] {
            let refused = read_seen(&json!({"status": 200, "headers": {}, "found": found})).unwrap_err();
            assert!(!refused.to_string().contains("12345"), "{refused}");
        }
        let rows = json!({"conversations": {"rows": [["xyz", null]]}});
        assert!(read_seen(&json!({"status": 200, "headers": {}, "found": rows})).is_err());
    }
}
