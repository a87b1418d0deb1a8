//! JSON as servers send it, which is not always Unicode: an escape may name half a character.

use std::borrow::Cow;
use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer};

/// What some Windows tools write before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a body, without a byte order mark.
///
/// # Errors
/// Where it is no UTF-8.
pub(crate) fn utf8(body: &[u8]) -> Result<&str, std::str::Utf8Error> {
    std::str::from_utf8(body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body))
}

/// A key as its bytes, borrowed where it has no escapes. Only a key that nobody knows is looked at any closer.
#[derive(Debug)]
pub(crate) struct Key<'a>(pub(crate) Cow<'a, [u8]>);

#[cfg(feature = "tables")]
impl Key<'_> {
    /// The text; `None` where it holds half a character.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The key as JSON: what has no text keeps its escapes.
    pub(crate) fn to_json(&self) -> String {
        if let Some(text) = self.text() {
            return serde_json::Value::from(text).to_string();
        }
        // Half a character is written as three bytes (generalised UTF-8): 1110xxxx 10xxxxxx 10xxxxxx.
        let (mut json, mut rest) = (String::from("\""), &*self.0);
        while let Some(chunk) = rest.utf8_chunks().next() {
            let valid = serde_json::Value::from(chunk.valid()).to_string();
            json.push_str(valid.get(1..valid.len() - 1).unwrap_or_default());
            rest = rest.get(chunk.valid().len()..).unwrap_or_default();
            let [first, second, third, after @ ..] = rest else { break };
            let unit = u32::from(first & 0x0f) << 12 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f);
            json.push_str(&format!("\\u{unit:04x}"));
            rest = after;
        }
        json.push('"');
        json
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(bytes)))
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(bytes.to_vec())))
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text.as_bytes())))
            }
            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.as_bytes().to_vec())))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

#[cfg(all(test, feature = "tables"))]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_no_unicode_come_out_as_they_went_in() {
        for raw in
            [r#""plain""#, r#""a\"b\\c""#, r#""\ud83d""#, r#""é\ud83d!\udc00""#, r#""\ud800\ud801""#, r#""\"\ud800\"""#]
        {
            let key: Key<'_> = serde_json::from_str(raw).unwrap();
            assert_eq!(key.to_json(), raw);
        }
        assert_eq!(serde_json::from_str::<Key<'_>>(r#""\ud83d\ude00""#).unwrap().text(), Some("😀"));
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(utf8(b"\xef\xbb\xbf{}"), Ok("{}"));
        assert!(utf8(b"\xff").is_err());
    }
}
