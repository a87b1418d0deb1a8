//! What is wrong with this answer, after it came.
//!
//! [`explain`] takes any status, headers and body, as the session saw them or as a user pasted them. It dispatches on
//! the surface (token endpoint or platform), then on status and code; texts are used to extract names only.

mod beliefs;
mod body;
mod forbidden;
mod login;
mod network;
mod paste;
mod status;

use self::body::Body;
use crate::auth;
use crate::catalogue;
use crate::error::Error;
use crate::look::Headers;

pub use network::explain_failure;
pub(crate) use network::unreadable;
pub use paste::{Pasted, parse_paste};

/// A wait in milliseconds beyond which nobody sits it out: the call ends with `limit.deferred`. The official clients
/// refuse to wait longer, too (retry.md §1).
pub(crate) const LONGEST_WAIT: u64 = 180_000;

/// An answer to explain: as the session saw it, or as a user pasted it. Every field may be missing.
#[derive(Clone, Debug, Default)]
pub struct Case<'a> {
    /// The HTTP status.
    pub status: Option<u16>,
    /// What the headers said.
    pub headers: Headers,
    /// The body, as text.
    pub body: &'a str,
    /// `POST`, …
    pub method: Option<&'a str>,
    /// The path or whole URL that was asked.
    pub path: Option<&'a str>,
    /// The domain of the region that was asked, such as `mypurecloud.ie`, where known.
    pub domain: Option<&'a str>,
    /// Whether it came from the token endpoint; `None` where unknown: the body then tells.
    pub login: Option<bool>,
    /// The `grant_type` of a token request, where known.
    pub grant: Option<&'a str>,
    /// The body of the request, where known: invented keys and scopes are looked for in it.
    pub request_body: Option<&'a str>,
}

/// Explains a refusal.
///
/// The error's message is the server's own, or ours where the server said nothing that can be shown.
pub fn explain(case: &Case<'_>) -> Error {
    let body = Body::of(case.body);
    let status = case.status.or(body.status);
    let is_login = case.login.unwrap_or(body.is_login) || body.is_login;
    let error = match sent_back(case.body) {
        Some(refused) => refused,
        None if is_login && !body.is_html => login::find(case, &body, status),
        None => status::find(case, &body, status),
    };
    finish(case, &body, status, is_login, error)
}

/// The address at which the log-in page sends a user back with an error: in its query, or behind the `#`.
fn sent_back(text: &str) -> Option<Error> {
    let address = text.trim();
    let (_, query) = address.split_once(['?', '#']).filter(|_| !address.contains(char::is_whitespace))?;
    auth::refusal(query)
}

/// Adds what is known whatever was found.
fn finish(case: &Case<'_>, body: &Body, status: Option<u16>, is_login: bool, mut error: Error) -> Error {
    let said = match (body.code(), body.message()) {
        ("", "") => None,
        (code, "") => Some(code.to_owned()),
        ("", message) => Some(message.to_owned()),
        (code, message) => Some(format!("{message} ({code})")),
    };
    let said = said.map(|said| hide_secrets(&said));
    let mut evidence = Vec::new();
    match (status, &said) {
        (Some(status), Some(said)) => evidence.push(format!("HTTP {status}: {said}")),
        (Some(status), None) => evidence.push(format!("HTTP {status} without an error of the platform in its body")),
        (None, Some(said)) => evidence.push(said.clone()),
        (None, None) => {}
    }
    evidence.append(&mut error.explanation.evidence);
    let misplaced = case.path.filter(|_| matches!(status, Some(403 | 404))).and_then(catalogue::word_for_id);
    if let Some((word, place)) = misplaced {
        let nearest = catalogue::nearest(case.method.unwrap_or("GET"), case.path.unwrap_or_default(), 3);
        error = error
            .remedy(format!("`{word}` stands where {place} belongs: perhaps another operation was meant"))
            .nearest(nearest.iter().map(catalogue::Operation::to_string));
    }
    let request_id = case.headers.request_id.clone().or_else(|| body.context_id.clone());
    if let Some(id) = &request_id {
        evidence.push(format!("request id {id}"));
    }
    error.explanation.evidence = evidence;
    error.explanation.belief = beliefs::find(case, body).or(error.explanation.belief.take());
    if let Some(said) = &body.message {
        error.message = hide_secrets(said);
    }
    error.status = status;
    error.request_id = request_id;
    error.operation = operation(case, is_login);
    error
}

/// Method and template of what was asked, where it is known.
fn operation(case: &Case<'_>, is_login: bool) -> Option<String> {
    if is_login {
        return Some("POST /oauth/token".into());
    }
    let (method, path) = (case.method?, case.path?);
    Some(
        catalogue::find(method, path)
            .map_or_else(|| format!("{method} {}", plain_path(path)), |found| found.to_string()),
    )
}

/// A path without its query string, which may hold a signature.
fn plain_path(path: &str) -> &str {
    path.split(['?', '#']).next().unwrap_or(path)
}

/// Servers echo what they were sent; what looks like a credential is cut out.
fn hide_secrets(text: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut after_scheme = false;
    for (nth, word) in text.split(' ').enumerate() {
        if nth > 0 {
            hidden.push(' ');
        }
        let is_long =
            word.len() >= 20 && !word.contains(['.', ':', '/']) && !body::is_uuid(word.trim_matches(['[', ']', ',']));
        hidden.push_str(if after_scheme && is_long { "[redacted]" } else { word });
        after_scheme = matches!(word.to_ascii_lowercase().trim_end_matches(':'), "bearer" | "basic");
    }
    hidden
}

/// The `code` or `error` of a body.
pub fn code_of(body: &str) -> Option<String> {
    Body::of(body).code
}

/// Seconds of a 429 from its message: `Retry the request in [42] seconds` (announcement on normalised 429 answers,
/// developer.genesys.cloud/forum/t/12028). For answers without `Retry-After`.
pub fn bracket_seconds(body: &str) -> Option<u64> {
    let body = Body::of(body);
    let rest = body.message().split("Retry the request in [").nth(1)?;
    rest.split(']').next()?.trim().parse().ok()
}

/// Whether the token itself was refused, so that another one may help: not for an address off the allow-list, and not
/// where no token was seen.
pub fn token_refused(status: u16, body: &str) -> bool {
    status == 401 && !matches!(Body::of(body).code(), "ip.not.authorized" | "authentication.required")
}

/// Whether the answer, not the request, was too large: then less may be asked for (limits.md, "Sizes").
pub fn answer_too_large(status: u16, body: &str) -> bool {
    match status {
        400 => Body::of(body).code() == "response.entity.too.large",
        413 => Body::of(body).code() == "payload.too.large",
        _ => false,
    }
}

/// Whether the client's upload broke off on its way: the one 400 that repeating mends (errors.json A-400-CLIENTFAIL).
pub fn upload_broke(status: u16, body: &str) -> bool {
    status == 400 && Body::of(body).code() == "client.failed.request"
}

/// Whether the login host's own limit was met, which it signals as HTTP 400 (errors.json T-400-RATE).
pub fn login_is_rate_limited(body: &str) -> bool {
    let body = Body::of(body);
    body.code() == "invalid_request" && body.message().to_ascii_lowercase().starts_with("rate limit exceeded")
}

#[cfg(test)]
mod tests;
