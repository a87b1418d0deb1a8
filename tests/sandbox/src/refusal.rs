//! The refusals of the API, word for word where a source gives the words.
//!
//! Texts come from the `x-inin-error-codes` of the public swagger (api-evangelist/genesys) and from observed bodies;
//! `README.md` of this crate tells which are guesses.

use serde_json::{Map, Value, json};

/// Why a request was not served: an ErrorBody waiting for its correlation id.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    /// HTTP status, repeated in the body.
    pub(crate) status: u16,
    /// The code a program should look at.
    pub(crate) code: &'static str,
    /// The sentence.
    pub(crate) message: String,
    /// Seconds for `Retry-After`, on a 429 or a 503.
    pub(crate) retry_after: Option<i64>,
}

impl Refusal {
    /// Any refusal.
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: None }
    }

    /// 400 `bad.request` with a sentence of its own.
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, "bad.request", message)
    }

    /// 400 `invalid.date`.
    pub(crate) fn date() -> Self {
        Self::new(
            400,
            "invalid.date",
            "Dates must be specified as ISO-8601 strings. For example: yyyy-MM-ddTHH:mm:ss.SSSZ",
        )
    }

    /// 400 `invalid.value`: a word outside its enumeration.
    pub(crate) fn value(value: &str, field: &str, allowed: &[&str]) -> Self {
        let allowed = allowed.join(", ");
        Self::new(
            400,
            "invalid.value",
            format!("Value [{value}] is not valid for field type [{field}]. Allowable values are: {allowed}"),
        )
    }

    /// 400 `invalid.query.param.value`.
    pub(crate) fn parameter(value: &str, name: &str, allowed: &str) -> Self {
        Self::new(
            400,
            "invalid.query.param.value",
            format!("Value [{value}] is not valid for parameter [{name}]. Allowable values are: {allowed}"),
        )
    }

    /// 401 without a bearer token.
    pub(crate) fn no_token() -> Self {
        Self::new(401, "authentication.required", "No authentication bearer token specified in authorization header.")
    }

    /// 401 for a token that is expired, revoked, or of a disabled client: the API does not tell which.
    pub(crate) fn bad_token() -> Self {
        Self::new(401, "bad.credentials", "Invalid login credentials.")
    }

    /// 403 for an operation that asks for any of a list.
    pub(crate) fn any_permission(list: &[String]) -> Self {
        Self::new(
            403,
            "missing.any.permissions",
            format!(
                "Unable to perform the requested action. You must have at least one of the following permissions assigned: [{}]",
                list.join(", ")
            ),
        )
    }

    /// 403 for an operation that asks for all of a list; names those that are missing.
    pub(crate) fn all_permissions(missing: &[String]) -> Self {
        Self::new(
            403,
            "missing.permissions",
            format!(
                "Unable to perform the requested action. You are missing the following permission(s): [{}]",
                missing.join(", ")
            ),
        )
    }

    /// 403 for a token whose scopes do not cover an operation: any of those named would do.
    pub(crate) fn scope(list: &[&str]) -> Self {
        Self::new(403, "app.not.authorized.for.scope", format!("App not authorized to use scope [{}]", list.join(", ")))
    }

    /// 403 for a permission that is held, but not where the thing is.
    pub(crate) fn division(list: &[String], divisions: &[String]) -> Self {
        Self::new(
            403,
            "missing.any.division.permissions",
            format!(
                "Unable to perform the requested action. You must have at least one of the following permissions assigned: [{}] in at least one of the following division(s): [{}]",
                list.join(", "),
                divisions.join(", ")
            ),
        )
    }

    /// 400 for a client-credentials token where a person is meant.
    pub(crate) fn not_a_user() -> Self {
        Self::new(
            400,
            "not.a.user",
            "This request requires a user context. Client credentials cannot be used for requests to this resource.",
        )
    }

    /// 400, for what would be too long an answer.
    pub(crate) fn too_large() -> Self {
        Self::new(
            400,
            "response.entity.too.large",
            "The response is over the size limit. Reduce pageSize or expand list to reduce response size if applicable",
        )
    }

    /// 404.
    pub(crate) fn not_found() -> Self {
        Self::new(404, "not.found", "The requested resource was not found.")
    }

    /// 415.
    pub(crate) fn media_type() -> Self {
        Self::new(
            415,
            "unsupported.media.type",
            "Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect Content-Type value in the header.",
        )
    }

    /// 429 with the number of seconds both in the sentence and for the header.
    pub(crate) fn rate(seconds: i64) -> Self {
        let message = format!("Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds");
        Self { retry_after: Some(seconds), ..Self::new(429, "too.many.requests.retry.after", message) }
    }

    /// 500, 503, 504 and 408 in the words of the API.
    pub(crate) fn server(status: u16) -> Self {
        match status {
            408 => Self::new(
                408,
                "client.timeout",
                "The client did not produce a request within the server timeout limit. This can be caused by a slow network connection and/or large payloads.",
            ),
            503 => Self::new(
                503,
                "service.unavailable",
                "Service Unavailable - The server is currently unavailable (because it is overloaded or down for maintenance).",
            ),
            504 => Self::new(504, "request.timeout", "The request timed out."),
            _ => Self::new(
                500,
                "internal.server.error",
                "The server encountered an unexpected condition which prevented it from fulfilling the request.",
            ),
        }
    }

    /// The ErrorBody. `contextId` equals the correlation header; `details` and `errors` are there and empty.
    pub(crate) fn body(&self, context: &str) -> Vec<u8> {
        let mut body = Map::new();
        body.insert("message".into(), json!(self.message));
        body.insert("code".into(), json!(self.code));
        body.insert("status".into(), json!(self.status));
        body.insert("contextId".into(), json!(context));
        body.insert("details".into(), json!([]));
        body.insert("errors".into(), json!([]));
        Value::Object(body).to_string().into_bytes()
    }
}
