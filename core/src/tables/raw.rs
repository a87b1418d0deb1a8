//! JSON taken apart one level at a time, each value as the text it came in: nothing is lost, nothing is copied.

use std::borrow::Cow;

use crate::reader::{Reader, Stop};

/// The members of an object in their order.
pub(super) type Members<'a> = Vec<(Cow<'a, str>, &'a str)>;

/// Reads an object.
pub(super) fn object<'a>(reader: &mut Reader<'a>) -> Result<Members<'a>, Stop> {
    if reader.peek()? != b'{' {
        return Err(Stop::Unexpected);
    }
    reader.enter();
    let mut members = Vec::new();
    while let Some(key) = reader.next_key()? {
        members.push((key.text().ok_or(Stop::Unexpected)?, reader.value()?));
    }
    Ok(members)
}

/// Reads a list.
fn list<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a str>, Stop> {
    reader.enter();
    let mut items = Vec::new();
    while reader.next_item()? {
        items.push(reader.value()?);
    }
    Ok(items)
}

/// The members of an object; `None` for anything else.
pub(super) fn members(raw: &str) -> Option<Members<'_>> {
    raw.starts_with('{').then(|| object(&mut Reader::new(raw)).ok())?
}

/// The items of a list; `None` for anything else.
pub(super) fn items(raw: &str) -> Option<Vec<&str>> {
    raw.starts_with('[').then(|| list(&mut Reader::new(raw)).ok())?
}

/// Adds a member to the text of an object, which is written without its braces.
pub(super) fn member(members: &mut String, key: &str, raw: &str) {
    let key = serde_json::Value::from(key).to_string();
    member_as(members, key.get(1..key.len() - 1).unwrap_or_default(), raw);
}

/// The same, of a key that is escaped already.
pub(super) fn member_as(members: &mut String, key: &str, raw: &str) {
    if !members.is_empty() {
        members.push(',');
    }
    for part in ["\"", key, "\":", raw] {
        members.push_str(part);
    }
}
