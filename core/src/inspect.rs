//! Looks at an answer without keeping it: bytes in, facts out.

use std::borrow::Cow;

use http::HeaderMap;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::error::ErrorKind;
use crate::look::{Found, Headers, Look, Refusal, Row, Seen, TokenAnswer};
use crate::secret::Secret;
use crate::time;

/// How much of a refusal is kept for its explanation.
const REFUSAL: usize = 64 * 1024;

/// Looks at an answer. Pure: call it in any thread, outside every lock.
///
/// `body` is the whole body, decompressed. Nothing of it is kept but what [`Seen`] shows; a refusal keeps up to 64 KiB
/// of text for its explanation.
pub fn inspect(look: Look, status: u16, headers: &HeaderMap, body: &[u8]) -> Seen {
    let headers = Headers::of(headers);
    let found = if (200..300).contains(&status) && !is_html(body) {
        read(look, body).unwrap_or_else(|problem| problem)
    } else {
        let cut = body.get(..REFUSAL).unwrap_or(body);
        Found::Refusal(Refusal { body: String::from_utf8_lossy(cut).into_owned() })
    };
    Seen { status, headers, found }
}

impl Headers {
    /// Reads the headers that matter; what cannot be read counts as absent.
    pub fn of(headers: &HeaderMap) -> Headers {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let number = |name: &str| text(name).and_then(|value| value.parse().ok());
        let id = text("inin-correlation-id").or_else(|| text("genesys-correlation-id"));
        let kind = text("content-type").and_then(|value| value.split(';').next());
        Headers {
            retry_after: number("retry-after"),
            limit_count: number("inin-ratelimit-count"),
            limit_allowed: number("inin-ratelimit-allowed"),
            limit_reset: number("inin-ratelimit-reset"),
            // An id is printed: one of unreasonable length is no id.
            request_id: id.filter(|id| !id.is_empty() && id.len() <= 128).map(str::to_owned),
            content_type: kind.map(|kind| kind.trim().to_ascii_lowercase()),
        }
    }
}

/// A proxy or a captive portal answers in the server's place with a page, often with status 200.
fn is_html(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

fn read(look: Look, body: &[u8]) -> Result<Found, Found> {
    let text = std::str::from_utf8(body)
        .map_err(|error| Found::Unreadable(ErrorKind::AnswerNotJson, format!("not UTF-8: {error}")))?;
    match look {
        Look::Token => {
            let token: Token = parse(text)?;
            let access_token = token.access_token.filter(|token| !token.is_empty()).ok_or_else(|| {
                Found::Unreadable(ErrorKind::AnswerUnexpected, "the token answer holds no `access_token`".into())
            })?;
            Ok(Found::Token(TokenAnswer { access_token: Secret::new(access_token), expires_in: token.expires_in }))
        }
        Look::Json if text.trim_ascii().is_empty() => Ok(Found::Json),
        Look::Json => parse::<IgnoredAny>(text).map(|_| Found::Json),
        Look::Conversations => {
            let page: Conversations<'_> = borrow(text)?;
            let rows = page.conversations.unwrap_or_default().iter().map(Head::row).collect();
            Ok(Found::Conversations { rows, total: page.total })
        }
        Look::Listing => {
            let page: Listing<'_, IgnoredAny> = borrow(text)?;
            Ok(page.found(Vec::new()))
        }
        Look::Entities => {
            let page: Listing<'_, Entity> = borrow(text)?;
            let ids = page.entities.iter().flatten().filter_map(|entity| entity.id.clone()).collect();
            Ok(page.found(ids))
        }
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Found> {
    serde_json::from_str(text).map_err(|error| {
        let (kind, what) = unreadable(&error);
        Found::Unreadable(kind, what)
    })
}

fn borrow<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Found> {
    serde_json::from_str(text).map_err(|error| {
        let (kind, what) = unreadable(&error);
        Found::Unreadable(kind, what)
    })
}

/// The position is told, the text is not: an answer may hold anything.
pub(crate) fn unreadable(error: &serde_json::Error) -> (ErrorKind, String) {
    let (line, column) = (error.line(), error.column());
    let (kind, what) = match error.classify() {
        serde_json::error::Category::Eof => (ErrorKind::AnswerTruncated, "the answer stops in the middle"),
        serde_json::error::Category::Data => (ErrorKind::AnswerUnexpected, "the answer has another shape"),
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
            (ErrorKind::AnswerNotJson, "the answer is not JSON")
        }
    };
    (kind, format!("{what}, at line {line} column {column}"))
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    access_token: Option<String>,
    #[serde(default, deserialize_with = "number")]
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Conversations<'a> {
    #[serde(borrow, default)]
    conversations: Option<Vec<Head<'a>>>,
    #[serde(rename = "totalHits", default, deserialize_with = "number")]
    total: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head<'a> {
    #[serde(borrow, default)]
    conversation_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    conversation_start: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listing<'a, E> {
    #[serde(default = "Option::default")]
    entities: Option<Vec<E>>,
    #[serde(default, deserialize_with = "number")]
    page_count: Option<u64>,
    #[serde(default, deserialize_with = "number")]
    total: Option<u64>,
    #[serde(borrow, default)]
    next_uri: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Entity {
    #[serde(default)]
    id: Option<String>,
}

impl<E> Listing<'_, E> {
    fn found(&self, ids: Vec<String>) -> Found {
        Found::Listing {
            ids,
            count: u32::try_from(self.entities.as_ref().map_or(0, Vec::len)).unwrap_or(u32::MAX),
            page_count: self.page_count,
            total: self.total,
            next: self.next_uri.is_some(),
        }
    }
}

impl Head<'_> {
    fn row(&self) -> Row {
        let start = self.conversation_start.and_then(|raw| serde_json::from_str::<Cow<'_, str>>(raw.get()).ok());
        Row {
            id: self.conversation_id.map_or(0, |raw| fingerprint(raw.get())),
            start: start.and_then(|text| time::parse_instant(&text)),
        }
    }
}

/// A UUID's value, or a hash of anything else.
fn fingerprint(raw: &str) -> u128 {
    let text = raw.trim_matches('"');
    let digits = || text.bytes().filter(|byte| *byte != b'-');
    if text.len() == 36 && digits().count() == 32 && digits().all(|byte| byte.is_ascii_hexdigit()) {
        let digit = |byte: u8| u128::from((byte as char).to_digit(16).unwrap_or(0));
        return digits().fold(0, |value, byte| value << 4 | digit(byte));
    }
    // FNV-1a, 128 bits: ids of other forms are rare and not hostile to their own owner.
    text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

/// A count in whatever form it comes; anything that is no count is absent, never a reason to refuse a page.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    let text = raw.get().trim_matches('"');
    Ok(text.parse().ok().or_else(|| {
        let value = text.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked; `as` saturates")]
        Some(value as u64)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(look: Look, body: &str) -> Found {
        inspect(look, 200, &HeaderMap::new(), body.as_bytes()).found
    }

    #[test]
    fn headers_in_any_case_and_any_state() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("retry-after", "42"),
            ("inin-ratelimit-count", "x"),
            ("ININ-Correlation-Id", "6e9b8fd4"),
            ("content-type", "Application/JSON; charset=utf-8"),
        ] {
            headers.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value.parse().unwrap());
        }
        let seen = Headers::of(&headers);
        assert_eq!(seen.retry_after, Some(42));
        assert_eq!(seen.limit_count, None);
        assert_eq!(seen.request_id.as_deref(), Some("6e9b8fd4"));
        assert_eq!(seen.content_type.as_deref(), Some("application/json"));
    }

    #[test]
    fn a_page_of_conversations() {
        let body = r#"{"conversations":[
            {"conversationId":"1bc96a39-6725-40c4-9345-db72aa67b8c6","conversationStart":"2021-04-01T12:27:53.386Z","x":[1]},
            {"conversationId":7}], "totalHits": 2.0}"#;
        let Found::Conversations { rows, total } = look(Look::Conversations, body) else { panic!() };
        assert_eq!(total, Some(2));
        assert_eq!(rows[0].id, 0x1bc9_6a39_6725_40c4_9345_db72_aa67_b8c6);
        assert_eq!(rows[0].start, Some(1_617_280_073_386));
        assert_eq!(rows[1].start, None);
    }

    #[test]
    fn empty_pages_come_in_several_forms() {
        for body in ["{}", r#"{"totalHits":5}"#, r#"{"conversations":[]}"#, r#"{"conversations":null}"#] {
            assert!(matches!(look(Look::Conversations, body), Found::Conversations { rows, .. } if rows.is_empty()));
        }
    }

    #[test]
    fn listings_with_any_envelope() {
        assert_eq!(
            look(Look::Listing, r#"{"entities":[{},{}],"pageCount":3,"total":null,"nextUri":"/x"}"#),
            Found::Listing { ids: Vec::new(), count: 2, page_count: Some(3), total: None, next: true }
        );
        assert_eq!(
            look(Look::Listing, "{}"),
            Found::Listing { ids: Vec::new(), count: 0, page_count: None, total: None, next: false }
        );
        assert_eq!(
            look(Look::Entities, r#"{"entities":[{"id":"a","name":"x"},{},{"id":"b"}]}"#),
            Found::Listing { ids: vec!["a".into(), "b".into()], count: 3, page_count: None, total: None, next: false }
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        let kind = |body: &[u8]| match inspect(Look::Conversations, 200, &HeaderMap::new(), body).found {
            Found::Unreadable(kind, _) => Some(kind),
            _ => None,
        };
        assert_eq!(kind(b"{\"conversations\":[{"), Some(ErrorKind::AnswerTruncated));
        assert_eq!(kind(b"gateway says no"), Some(ErrorKind::AnswerNotJson));
        assert_eq!(kind(b"[1]"), Some(ErrorKind::AnswerUnexpected));
        assert_eq!(kind(b"\xff\xfe{}"), Some(ErrorKind::AnswerNotJson));
        assert!(matches!(look(Look::Json, " <html>"), Found::Refusal(_)));
        assert_eq!(look(Look::Json, ""), Found::Json);
    }

    #[test]
    fn deep_nesting_neither_overflows_nor_hides_a_page() {
        let deep = format!(r#"{{"x":{}1{},"conversations":[]}}"#, "[".repeat(10_000), "]".repeat(10_000));
        assert!(matches!(look(Look::Conversations, &deep), Found::Conversations { .. } | Found::Unreadable(..)));
        assert!(matches!(look(Look::Json, &deep), Found::Json | Found::Unreadable(..)));
    }

    #[test]
    fn tokens() {
        let Found::Token(token) = look(Look::Token, r#"{"access_token":"t","token_type":"bearer","expires_in":86399}"#)
        else {
            panic!()
        };
        assert_eq!((token.access_token.expose(), token.expires_in), ("t", Some(86_399)));
        assert!(matches!(look(Look::Token, "{}"), Found::Unreadable(ErrorKind::AnswerUnexpected, _)));
    }

    #[test]
    fn a_refusal_keeps_no_more_than_it_needs() {
        let body = "x".repeat(1 << 20);
        let Found::Refusal(refusal) = inspect(Look::Json, 502, &HeaderMap::new(), body.as_bytes()).found else {
            panic!()
        };
        assert_eq!(refusal.body.len(), REFUSAL);
    }
}
