//! What an id, a secret or a token may look like. A broken one is never sent and never shown: the error names the
//! place and the rule.

use crate::error::{Error, ErrorKind};

/// Checks a client id, a secret or a token.
///
/// # Errors
/// `config.credentials` with what is wrong with it, and no part of its text.
pub(crate) fn check(what: &str, place: &str, text: &str) -> Result<(), Error> {
    let Some(rule) = broken(text) else { return Ok(()) };
    let error = Error::new(ErrorKind::ConfigCredentials, format!("the {what} ({place}) {rule}"));
    Err(match rule {
        EMPTY => error.remedy("set it, or remove it where it is set to nothing"),
        _ => error.remedy(
            "copy it again without what stands around it; a file read into a variable often brings its last line break",
        ),
    })
}

const EMPTY: &str = "is empty";

/// What is wrong with it.
pub(crate) fn broken(text: &str) -> Option<&'static str> {
    let first = text.chars().next();
    let last = text.chars().next_back();
    match (first, last) {
        (None, _) | (_, None) => Some(EMPTY),
        (_, Some('\n' | '\r')) => Some("ends with a line break"),
        (Some('\n' | '\r'), _) => Some("begins with a line break"),
        (Some('\u{feff}'), _) => Some("begins with a byte order mark"),
        (_, Some(c)) if c.is_whitespace() => Some("ends with a blank"),
        (Some(c), _) if c.is_whitespace() => Some("begins with a blank"),
        (Some(quote @ ('"' | '\'')), Some(end)) if quote == end && text.len() > 1 => {
            Some("is wrapped in quotation marks")
        }
        _ if text.chars().any(char::is_control) => Some("holds a control character"),
        _ if text.chars().any(char::is_whitespace) => Some("holds a blank"),
        _ if !text.is_ascii() => Some("holds a character that is not ASCII"),
        _ => None,
    }
}
