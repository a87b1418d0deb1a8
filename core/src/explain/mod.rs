//! What is wrong with this answer, after it came.

use crate::error::{Error, ErrorKind};
use crate::look::Headers;
use crate::session::Failure;

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
}

/// Explains a refusal.
pub fn explain(case: &Case<'_>) -> Error {
    Error { status: case.status, ..Error::new(ErrorKind::ForbiddenOther, "refused") }
}

/// Explains an exchange that brought no answer.
pub fn explain_failure(failure: &Failure, url: &url::Url) -> Error {
    Error::new(ErrorKind::NetworkBroken, format!("{} {}", failure.detail, url.host_str().unwrap_or_default()))
}

pub fn bracket_seconds(_b: &str) -> Option<u64> {
    None
}
pub fn token_refused(status: u16, _b: &str) -> bool {
    status == 401
}
pub fn answer_too_large(status: u16, _b: &str) -> bool {
    status == 413
}
pub fn login_is_rate_limited(b: &str) -> bool {
    b.contains("rate limit exceeded")
}
