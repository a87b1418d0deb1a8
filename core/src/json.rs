//! JSON as servers send it, which is not always Unicode: an escape may name half a character.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;

use crate::reader::{Reader, Stop};

/// What some Windows tools write before a text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a body, without a byte order mark.
///
/// # Errors
/// Where it is no UTF-8.
pub(crate) fn utf8(body: &[u8]) -> Result<&str, std::str::Utf8Error> {
    std::str::from_utf8(body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body))
}

/// An object of `key: value`, each value one that a [`Value`] can be made of. `json!` writes the same out for each place
/// anew, with a panic for each of its values.
macro_rules! object {
    ($($key:tt: $value:expr),+ $(,)?) => {
        $crate::json::object_of(&mut [$(($key, serde_json::Value::from($value))),+])
    };
}
pub(crate) use object;

/// What [`object`] writes.
pub(crate) fn object_of(fields: &mut [(&str, Value)]) -> Value {
    Value::Object(fields.iter_mut().map(|(key, value)| ((*key).to_owned(), value.take())).collect())
}

/// The JSON shape of a value; null where it has none.
pub(crate) fn of<T: Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// A value as JSON. Its `Display` would bring another writer along, for indented text.
pub(crate) fn text(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A member of an object as it came; `None` where it is absent.
pub(crate) type Raw<'a> = Option<&'a str>;

/// Whether a text is JSON.
///
/// # Errors
/// Where it is none.
pub(crate) fn check(text: &str) -> serde_json::Result<()> {
    Reader::all(text, |reader| reader.value().map(drop))
}

/// Some members of the object that a text is.
///
/// # Errors
/// Where the text is no JSON, or no object.
pub(crate) fn members<'a, const N: usize>(text: &'a str, names: [&str; N]) -> serde_json::Result<[Raw<'a>; N]> {
    let mut members = [None; N];
    fill(text, &names, &mut members)?;
    Ok(members)
}

fn fill<'a>(text: &'a str, names: &[&str], members: &mut [Raw<'a>]) -> serde_json::Result<()> {
    Reader::all(text, |reader| match reader.peek()? {
        b'{' => take_members(reader, names, members),
        _ => reader.value().and(Err(Stop::Unexpected)),
    })
}

/// Takes some members of an object, which `peek` has shown, by their names. One reader serves every object of which a few
/// members are wanted: a derived one for each is many times the code.
pub(crate) fn take_members<'a>(reader: &mut Reader<'a>, names: &[&str], members: &mut [Raw<'a>]) -> Result<(), Stop> {
    reader.enter();
    while let Some(key) = reader.next_key()? {
        let value = reader.value()?;
        let key = key.text().unwrap_or_default();
        if let Some((_, member)) = names.iter().zip(&mut *members).find(|(name, _)| **name == key) {
            *member = Some(value);
        }
    }
    Ok(())
}

/// The text that a member is; `None` for anything else.
pub(crate) fn string(raw: Raw<'_>) -> Option<String> {
    raw.and_then(text_of).map(Cow::into_owned)
}

/// The text of a string; `None` for anything else.
pub(crate) fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    raw.starts_with('"').then(|| Reader::new(raw).string().ok()?.text())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(utf8(b"\xef\xbb\xbf{}"), Ok("{}"));
        assert!(utf8(b"\xff").is_err());
    }
}
