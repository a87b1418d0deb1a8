//! JSON as servers send it, which is not always Unicode: an escape may name half a character.

use std::borrow::Cow;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

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

/// A key as its bytes, borrowed where it has no escapes.
#[derive(Debug)]
pub(crate) struct Key<'a>(pub(crate) Cow<'a, [u8]>);

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

/// A member of an object as it came; `None` where it is absent.
pub(crate) type Raw<'a> = Option<&'a str>;

/// Some members of the object that a text is.
///
/// # Errors
/// Where the text is no JSON, or no object.
pub(crate) fn members<'a, const N: usize>(text: &'a str, names: [&'static str; N]) -> serde_json::Result<[Raw<'a>; N]> {
    let mut members = [None; N];
    let mut wanted: Vec<_> = names.into_iter().zip(&mut members).collect();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.deserialize_map(Members(&mut wanted))?;
    deserializer.end()?;
    Ok(members)
}

/// The text that a member is; `None` for anything else.
pub(crate) fn string(raw: Raw<'_>) -> Option<String> {
    serde_json::from_str(raw?).ok()
}

/// Takes some members of an object, by their names; none of anything else. One reader serves every object of which a few
/// members are wanted: a derived one for each is many times the code.
pub(crate) struct Members<'a, 'de>(pub(crate) &'a mut [(&'static str, &'a mut Raw<'de>)]);

/// Scalars where an object is expected.
macro_rules! no_members {
    ($($visit:ident: $kind:ty),+) => {
        $(fn $visit<E>(self, _: $kind) -> Result<(), E> {
            Ok(())
        })+
    };
}

impl<'de> Visitor<'de> for Members<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match self.0.iter_mut().find(|(name, _)| name.as_bytes() == &*key.0) {
                Some((_, member)) => **member = Some(map.next_value::<&RawValue>()?.get()),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    no_members!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);
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
