//! JSON taken apart one level at a time, each value as the text it came in: nothing is lost, nothing is copied.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::json::Key;

/// The members of an object in their order.
pub(super) struct Members<'a>(pub(super) Vec<(Cow<'a, str>, &'a str)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    members.push((key.0, value.get()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// A key as text.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The members of an object; `None` for anything else.
pub(super) fn members(raw: &str) -> Option<Vec<(Cow<'_, str>, &str)>> {
    if !raw.starts_with('{') {
        return None;
    }
    serde_json::from_str::<Members<'_>>(raw).ok().map(|members| members.0)
}

/// The items of a list; `None` for anything else.
pub(super) fn items(raw: &str) -> Option<Vec<&str>> {
    if !raw.starts_with('[') {
        return None;
    }
    let items = serde_json::from_str::<Vec<&RawValue>>(raw).ok()?;
    Some(items.into_iter().map(RawValue::get).collect())
}

/// The text of a string; `None` for anything else.
pub(super) fn text(raw: &str) -> Option<Cow<'_, str>> {
    match plain(raw) {
        Some(text) => Some(Cow::Borrowed(text)),
        None => serde_json::from_str::<String>(raw).ok().map(Cow::Owned),
    }
}

/// The text of a list whose items are read one by one.
pub(super) fn list_text<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<String, A::Error> {
    let mut items = Vec::new();
    while let Some(raw) = seq.next_element::<&RawValue>()? {
        items.push(raw.get());
    }
    Ok(format!("[{}]", items.join(",")))
}

/// The text of an object whose members are read one by one.
pub(super) fn object_text<'de, A: MapAccess<'de>>(mut map: A) -> Result<String, A::Error> {
    let mut members = String::new();
    while let Some((key, value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
        member_as(&mut members, &key.to_json(), value.get());
    }
    Ok(format!("{{{members}}}"))
}

/// Adds a member to the text of an object, which is written without its braces.
pub(super) fn member(members: &mut String, key: &str, raw: &str) {
    member_as(members, &serde_json::Value::from(key).to_string(), raw);
}

/// The same, of a key that is JSON already.
pub(super) fn member_as(members: &mut String, key: &str, raw: &str) {
    if !members.is_empty() {
        members.push(',');
    }
    members.push_str(key);
    members.push(':');
    members.push_str(raw);
}

/// The text of a JSON string without escapes.
fn plain(raw: &str) -> Option<&str> {
    let text = raw.strip_prefix('"')?.strip_suffix('"')?;
    // Short texts are the rule: a loop beats a call of memchr.
    (!text.bytes().any(|byte| byte == b'\\')).then_some(text)
}
