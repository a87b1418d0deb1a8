//! Metrics, dimensions and granularities by name.

use super::Findings;
use crate::error::{Error, ErrorKind};
use crate::keys::nearest;
use crate::time::period;

/// Doubts every name that is not in its lists; `what` is what the family calls them.
pub(crate) fn known(
    findings: &mut Findings,
    kind: ErrorKind,
    what: &str,
    written: &[String],
    lists: &[&[&'static str]],
) -> Result<(), Error> {
    for name in written {
        if name.trim().is_empty() {
            return Err(Error::new(kind, format!("a {what} is empty text")));
        }
        let all = || lists.iter().flat_map(|list| list.iter().copied());
        if !all().any(|known| known == name) {
            findings.doubt(unknown(kind, what, name, all()))?;
        }
    }
    Ok(())
}

/// A name in no list, with the nearest that are and the belief it may come from.
pub(crate) fn unknown(kind: ErrorKind, what: &str, name: &str, all: impl Iterator<Item = &'static str>) -> Error {
    let mut error = Error::new(kind, format!("no {what} `{name}` is known")).nearest(nearest(name, all));
    if name == "conversationCount" {
        error.explanation.belief =
            Some("`conversationCount` is in no list of metrics: `nConversations` counts them".to_owned());
        error = error.nearest(["nConversations"]);
    }
    // A permission (`analytics:conversationDetail:view`) or scope (`analytics:readonly`) belongs to the client.
    if name.contains(':') {
        error.explanation.belief = Some(format!(
            "`{name}` looks like a permission or a scope: a query names {what}s, the OAuth client's roles hold permissions"
        ));
    }
    error
}

/// An ISO 8601 period such as `PT30M`, `P1D`, `P1DT12H`, `P1W`, `P1M` (public API definition,
/// `ConversationAggregationQuery.granularity`).
pub(crate) fn granularity(text: &str) -> Result<(), Error> {
    if text.starts_with('P') && period(text).is_some() {
        return Ok(());
    }
    let error = Error::new(ErrorKind::QueryGranularity, format!("the granularity `{text}` is not an ISO 8601 period"));
    let guess = guess(&text.trim().to_ascii_lowercase());
    Err(error
        .nearest(guess)
        .remedy("write PT15M, PT30M, PT1H, P1D, P1W or P1M; leave it out for one value over the whole interval"))
}

/// What was meant by `30m`, `1h`, `daily`.
fn guess(text: &str) -> Option<String> {
    match text {
        "hour" | "hourly" => return Some("PT1H".to_owned()),
        "day" | "daily" => return Some("P1D".to_owned()),
        "week" | "weekly" => return Some("P1W".to_owned()),
        "month" | "monthly" => return Some("P1M".to_owned()),
        _ => {}
    }
    let number: String = text.chars().filter(char::is_ascii_digit).collect();
    let unit: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    if number.trim_start_matches('0').is_empty() {
        return None;
    }
    match unit.as_str() {
        "m" | "min" | "mins" | "minute" | "minutes" | "pm" | "ptm" => Some(format!("PT{number}M")),
        "h" | "hour" | "hours" | "ph" | "pth" => Some(format!("PT{number}H")),
        "d" | "day" | "days" | "pd" | "ptd" => Some(format!("P{number}D")),
        "w" | "week" | "weeks" => Some(format!("P{number}W")),
        _ => None,
    }
}
