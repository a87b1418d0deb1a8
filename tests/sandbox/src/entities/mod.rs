//! Listings of people and things, with the paging of the API.

mod access;
pub(crate) mod adherence;
mod forms;
mod grants;
mod members;
mod messaging;
mod oauth;
mod outbound;
mod presences;
mod quality;
mod quality_activity;
mod routing;
mod rows;
mod schedules;
mod search;
mod shelf;
mod timeoff;
mod units;
mod usage;
mod users;

pub(crate) use quality::named;
pub(crate) use rows::FOUNDED;
use serde_json::{Value, json};

use crate::org::Call;
use crate::refusal::Refusal;
use crate::uuid::Uuid;

/// The page a caller asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    pub(crate) size: usize,
    pub(crate) number: usize,
    /// The last page that may be asked for.
    last: usize,
}

impl Page {
    /// Reads `pageSize` (default 25) and `pageNumber` (default 1).
    pub(crate) fn of(call: &Call, most: usize) -> Result<Self, Refusal> {
        Self::within(call, most, i32::MAX as usize)
    }

    /// The same where there is a last page.
    fn within(call: &Call, most: usize, last: usize) -> Result<Self, Refusal> {
        Ok(Self { size: number(call, "pageSize", 25, most)?, number: number(call, "pageNumber", 1, last)?, last })
    }
}

/// A parameter that is a number from one to the most there may be.
pub(crate) fn number(call: &Call, name: &str, usual: usize, most: usize) -> Result<usize, Refusal> {
    match call.parameter(name) {
        None => Ok(usual),
        Some(text) => match text.parse::<usize>() {
            Ok(number) if (1..=most).contains(&number) => Ok(number),
            _ => Err(Refusal::parameter(text, name, &format!("1 to {most}"))),
        },
    }
}

/// The path to another page of what is asked for.
fn link(call: &Call, page: &[(&str, usize)]) -> String {
    let rest = call.query.iter().filter(|(key, _)| !["pageSize", "pageNumber", "after"].contains(&key.as_str()));
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(page.iter().map(|(name, value)| (name, value.to_string()))).extend_pairs(rest);
    format!("{}?{}", call.target(), query.finish())
}

/// A page of entities with its links. Links are paths, as the API gives them, and lead nowhere that is refused.
pub(crate) fn listing(call: &Call, page: Page, all: Vec<Value>) -> Vec<u8> {
    let total = all.len();
    let count = total.div_ceil(page.size).max(1);
    let last = count.min(page.last);
    let link = |number: usize| link(call, &[("pageSize", page.size), ("pageNumber", number)]);
    let entities: Vec<Value> = all.into_iter().skip((page.number - 1) * page.size).take(page.size).collect();
    let mut body = json!({
        "entities": entities,
        "pageSize": page.size,
        "pageNumber": page.number,
        "total": total,
        "firstUri": link(1),
        "selfUri": link(page.number),
        "lastUri": link(last),
        "pageCount": count,
    });
    if page.number < last {
        body["nextUri"] = json!(link(page.number + 1));
    }
    if page.number > 1 {
        body["previousUri"] = json!(link(page.number - 1));
    }
    body.to_string().into_bytes()
}

/// Whether an entity is among the `id=` values, if there are any.
fn asked_for(call: &Call, id: Uuid) -> bool {
    fits(call, "id", Some(id))
}

/// Whether a name fits `name=`, which the API matches without regard to case and with `*` for anything.
pub(crate) fn named_so(call: &Call, name: &str) -> bool {
    call.parameter("name").is_none_or(|asked| fits_name(asked, name))
}

fn fits_name(asked: &str, name: &str) -> bool {
    if asked.is_empty() {
        return true;
    }
    let (asked, name) = (asked.to_lowercase(), name.to_lowercase());
    let inner = asked.trim_matches('*');
    match (asked.starts_with('*'), asked.ends_with('*')) {
        (true, true) => name.contains(inner),
        (true, false) => name.ends_with(inner),
        (false, true) => name.starts_with(inner),
        (false, false) => name == asked,
    }
}

/// Whether an id is one of those that a parameter names, if it names any.
fn fits(call: &Call, name: &str, id: Option<Uuid>) -> bool {
    let asked = call.parameters(name);
    asked.is_empty() || (id.is_some() && asked.iter().any(|text| Uuid::parse(text) == id))
}

/// Whether a parameter that says one of a few words is absent or says this one.
fn says(call: &Call, name: &str, value: &str) -> bool {
    call.parameter(name).is_none_or(|asked| asked.is_empty() || asked.eq_ignore_ascii_case(value))
}

/// Whether a parameter that is false unless told is told to be true.
fn is_true(call: &Call, name: &str) -> bool {
    call.parameter(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// Whether the listing is asked for from the end.
fn is_descending(call: &Call) -> bool {
    call.parameter("sortOrder").is_some_and(|order| order.to_lowercase().starts_with('d'))
}

/// Refuses a list with a word outside its enumeration.
fn check_words(body: &Value, name: &str, known: &[&str]) -> Result<(), Refusal> {
    match &body[name] {
        Value::Null => Ok(()),
        Value::Array(words) => words.iter().try_for_each(|word| check_value(word, name, known)),
        other => Err(Refusal::value(&other.to_string(), name, known)),
    }
}

/// Refuses a word outside its enumeration.
fn check_word(body: &Value, name: &str, known: &[&str]) -> Result<(), Refusal> {
    if body[name].is_null() { Ok(()) } else { check_value(&body[name], name, known) }
}

fn check_value(value: &Value, name: &str, known: &[&str]) -> Result<(), Refusal> {
    match value.as_str() {
        Some(word) if known.contains(&word) => Ok(()),
        word => Err(Refusal::value(word.unwrap_or(&value.to_string()), name, known)),
    }
}

/// The id in the path, or 404.
fn path_id(call: &Call) -> Result<Uuid, Refusal> {
    call.params.first().and_then(|text| Uuid::parse(text)).ok_or_else(Refusal::not_found)
}
