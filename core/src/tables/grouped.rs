//! What aggregates and observations have in common: groups of dimensions, and statistics of metrics.

use std::borrow::Cow;

use super::column::{Kind, Value};
use super::loose::Loose;
use super::raw::{items, member, members, object};
use crate::json::text_of;
use crate::reader::Reader;

/// The dimensions of one group, with the names of their columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Group<'a>(pub(super) Vec<(String, Cow<'a, str>)>);

/// One entry of `results`, taken apart.
pub(super) struct Entry<'a> {
    pub(super) group: Group<'a>,
    /// The items of `data`.
    pub(super) data: Vec<&'a str>,
    /// What else it held: goes to the `_extra` of its first row.
    pub(super) rest: String,
}

/// The entries of `results`.
///
/// # Errors
/// Where `results` is there and no list: no row could keep it.
pub(super) fn entries(envelope: &str) -> Result<Vec<Entry<'_>>, serde_json::Error> {
    let envelope = Reader::all(envelope, object)?;
    let results = envelope.iter().find(|(key, _)| key == "results").map(|(_, raw)| rows(raw));
    Ok(results.transpose()?.unwrap_or_default().into_iter().map(entry).collect())
}

/// The items of a list that rows are made of; none where there is `null`.
pub(super) fn rows(raw: &str) -> Result<Vec<&str>, serde_json::Error> {
    match items(raw) {
        Some(items) => Ok(items),
        None if raw == "null" => Ok(Vec::new()),
        None => Err(serde::de::Error::custom("something in place of a list of rows is none")),
    }
}

fn entry(raw: &str) -> Entry<'_> {
    let mut entry = Entry { group: Group::default(), data: Vec::new(), rest: String::new() };
    let Some(all) = members(raw) else {
        member(&mut entry.rest, "result", raw);
        return entry;
    };
    for (key, raw) in all {
        match (&*key, members(raw), items(raw)) {
            ("group", Some(dimensions), _) => {
                for (name, raw) in dimensions {
                    let column = snake(&name);
                    match text_of(raw).filter(|_| entry.group.0.iter().all(|(have, _)| *have != column)) {
                        Some(value) => entry.group.0.push((column, value)),
                        None => member(&mut entry.rest, &name, raw),
                    }
                }
            }
            ("data", _, Some(data)) => entry.data = data,
            (_, None, None) if raw == "null" => {}
            _ => member(&mut entry.rest, &key, raw),
        }
    }
    entry
}

impl Group<'_> {
    pub(super) fn set(&self, table: &mut Loose, row: usize, prefix: &str) {
        for (name, value) in &self.0 {
            table.set(row, &format!("{prefix}{name}"), Value::Str(value));
        }
    }
}

/// The members of `stats` as numbers; what is no number is handed to `rest`.
pub(super) fn stats<'a>(raw: &'a str, rest: &mut String) -> Vec<(String, &'a str)> {
    let Some(all) = members(raw) else {
        if raw != "null" {
            member(rest, "stats", raw);
        }
        return Vec::new();
    };
    let is_number = |raw: &str| raw.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    let mut found = Vec::new();
    for (name, raw) in all {
        if is_number(raw) {
            found.push((snake(&name), raw));
        } else if raw != "null" {
            member(rest, &name, raw);
        }
    }
    found
}

/// `camelCase` as `snake_case`.
pub(super) fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            if before.is_ascii_lowercase() || before.is_ascii_digit() {
                out.push('_');
            }
            out.push(letter.to_ascii_lowercase());
        } else {
            out.push(letter);
        }
        before = letter;
    }
    out
}

/// Sets a member of an entry in a column of its name, or leaves it in `rest`.
pub(super) fn keep(table: &mut Loose, row: usize, key: &str, kind: Kind, raw: &str, rest: &mut String) {
    if !table.set_raw(row, &snake(key), kind, raw) {
        member(rest, key, raw);
    }
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn names() {
        for (camel, expected) in [
            ("queueId", "queue_id"),
            ("tAnswered", "t_answered"),
            ("oUserRoutingStatuses", "o_user_routing_statuses"),
            ("p95", "p95"),
            ("countNegative", "count_negative"),
            ("ani", "ani"),
        ] {
            assert_eq!(snake(camel), expected);
        }
    }
}
