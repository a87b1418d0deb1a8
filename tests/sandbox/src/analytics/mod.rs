//! The analytics operations: details, aggregates, observations, all from the same conversations.

mod activity;
mod agent_states;
pub(crate) mod aggregates;
mod bots;
pub(crate) mod buckets;
pub(crate) mod details;
pub(crate) mod dimensions;
pub(crate) mod filter;
mod filters;
pub(crate) mod jobs;
mod lake;
mod live;
pub(crate) mod matches;
pub(crate) mod members;
pub(crate) mod observations;
mod order;
mod shape;
mod tally;
mod user_details;
mod user_observations;
pub(crate) mod vocabulary;
mod work_items;

use serde_json::Value;

use crate::refusal::Refusal;
use crate::time::Interval;

/// Reads the interval every query needs.
pub(crate) fn interval_of(body: &Value) -> Result<Interval, Refusal> {
    let Some(text) = body["interval"].as_str().filter(|text| !text.is_empty()) else {
        return Err(Refusal::bad("An interval is required."));
    };
    read_interval(text)
}

/// Reads an interval that may not be empty.
pub(crate) fn read_interval(text: &str) -> Result<Interval, Refusal> {
    let interval = Interval::parse(text).ok_or_else(Refusal::date)?;
    if interval.end <= interval.start {
        return Err(Refusal::bad("The interval must end after it starts."));
    }
    Ok(interval)
}

/// Refuses a body that is no object, or has a property the model has not.
pub(crate) fn only(body: &Value, object: &str, known: &[&str]) -> Result<(), Refusal> {
    let Some(members) = body.as_object() else {
        return Err(Refusal::bad("The request could not be understood by the server due to malformed syntax."));
    };
    match members.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => {
            let message = format!("Value [{key}] is not a valid property for object [{object}]");
            Err(Refusal::new(400, "invalid.property", message))
        }
    }
}

/// The strings of a list member; absent is empty.
pub(crate) fn strings(body: &Value, name: &str) -> Vec<String> {
    let list = body[name].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), String::from)).collect()
}
