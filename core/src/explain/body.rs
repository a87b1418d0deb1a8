//! The two forms of an error body, and what their texts say.

use crate::json::{check, members, string};

/// What an error body says, whichever host it came from.
///
/// The platform answers with `message`, `code`, `status`, `contextId`, `details`, `errors`, `limit`, all optional; the
/// token endpoint with `error`, `description` and `error_description` (errors.json, "envelope"; RFC 6749 §5.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) status: Option<u16>,
    pub(super) context_id: Option<String>,
    /// Whether it has the form of the token endpoint.
    pub(super) is_login: bool,
    /// Whether it is a page for people, as proxies and edges send.
    pub(super) is_html: bool,
    pub(super) is_json: bool,
}

const MEMBERS: [&str; 8] =
    ["code", "message", "messageWithParams", "status", "contextId", "error", "description", "error_description"];

impl Body {
    pub(super) fn of(text: &str) -> Body {
        let text = text.trim();
        let Ok(members) = members(text, MEMBERS) else {
            if let Some(stored) = Body::of_storage(text) {
                return stored;
            }
            let is_json = check(text).is_ok();
            return Body { is_html: text.starts_with('<'), is_json, ..Body::default() };
        };
        let [code, message, with_params, status, context_id, error, description, error_description] = members;
        let (code, error) = (string(code), string(error));
        // "dispatch on surface first: a body with `error` and no `code` is a token-endpoint error"
        let is_login = error.is_some() && code.is_none();
        let described = string(description).or_else(|| string(error_description));
        Body {
            is_login,
            message: if is_login { described } else { string(message).or_else(|| string(with_params)) },
            code: if is_login { error } else { code },
            status: status.and_then(|raw| raw.trim_matches('"').parse().ok()),
            context_id: string(context_id).filter(|id| !id.is_empty() && id.len() <= 128),
            is_html: false,
            is_json: true,
        }
    }

    /// The XML of the storage that signed URLs point at: `<Error><Code>…</Code><Message>…</Message>…</Error>` (Amazon
    /// S3, "Error responses").
    fn of_storage(text: &str) -> Option<Body> {
        let element = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            Some(rest.split_once(&format!("</{name}>"))?.0.trim().to_owned())
        };
        let is_error = text.starts_with("<?xml") || text.starts_with("<Error>");
        let code = element("Code").filter(|_| is_error && text.contains("<Error>"))?;
        let context_id = element("RequestId").filter(|id| !id.is_empty() && id.len() <= 128);
        Some(Body { code: Some(code), message: element("Message"), context_id, ..Body::default() })
    }

    pub(super) fn code(&self) -> &str {
        self.code.as_deref().unwrap_or("")
    }

    pub(super) fn message(&self) -> &str {
        self.message.as_deref().unwrap_or("")
    }
}

/// The items of the first bracketed list behind some words: `[a, b]`; without brackets, up to the end.
///
/// A list may be empty, and some messages come without brackets (errors.json, "parsing_rules").
pub(super) fn list_after(message: &str, words: &str) -> Option<Vec<String>> {
    let at = message.find(words)? + words.len();
    let rest = message.get(at..)?.trim_start_matches([':', ' ']);
    let inside = match rest.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => rest,
    };
    // Without brackets the list ends where the sentence goes on.
    let inside = inside.split(" in at least").next()?;
    let mut items = Vec::new();
    for item in inside.split([',', ' ']) {
        let item = item.trim_matches(['[', ']', '\'', '"', '.', ' ']);
        if !item.is_empty() {
            items.push(item.to_owned());
        }
    }
    Some(items)
}

/// The first text in single quotes behind some words.
pub(super) fn quoted_after(message: &str, words: &str) -> Option<String> {
    let rest = message.get(message.find(words)? + words.len()..)?;
    let mut parts = rest.split('\'');
    parts.next()?;
    parts.next().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A permission and the division it is wanted in: four parts or more, the last one a UUID.
pub(super) fn permission_and_division(item: &str) -> (&str, Option<&str>) {
    match item.rsplit_once(':') {
        Some((permission, division)) if permission.matches(':').count() >= 2 && is_uuid(division) => {
            (permission, Some(division))
        }
        _ => (item, None),
    }
}

pub(super) fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_in_messages() {
        let any = "You must have at least one of the following permissions assigned: [a:b:view, c:d:view]";
        assert_eq!(list_after(any, "permissions assigned").unwrap(), ["a:b:view", "c:d:view"]);
        let none = "missing the following permission(s): []";
        assert_eq!(list_after(none, "permission(s)").unwrap(), Vec::<String>::new());
        let bare = "You are missing the following permission(s): routing:queue:view";
        assert_eq!(list_after(bare, "permission(s)").unwrap(), ["routing:queue:view"]);
        assert_eq!(list_after("nothing here", "permission(s)"), None);
        assert_eq!(quoted_after("missing the following permission 'x:y:z' in", "permission").unwrap(), "x:y:z");
    }

    #[test]
    fn permissions_with_a_division() {
        let division = "1b6b98a6-3d70-47be-9406-61a5aa8cc570";
        assert_eq!(permission_and_division(&format!("a:b:view:{division}")), ("a:b:view", Some(division)));
        assert_eq!(permission_and_division("a:b:view"), ("a:b:view", None));
    }

    #[test]
    fn both_forms_and_none() {
        let login = Body::of(r#"{"error":"invalid_client","description":"client not found"}"#);
        assert!(login.is_login);
        assert_eq!((login.code(), login.message()), ("invalid_client", "client not found"));
        let api = Body::of(r#"{"message":"m","code":"not.found","status":404,"contextId":"c","details":[]}"#);
        assert_eq!((api.code(), api.status, api.context_id.as_deref()), ("not.found", Some(404), Some("c")));
        assert!(Body::of("<html>").is_html);
        assert!(Body::of("<?xml version=\"1.0\"?><html><Code>x</Code></html>").is_html);
        let storage = Body::of(
            "<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
        );
        assert_eq!(
            (storage.code(), storage.message(), storage.is_html),
            ("AccessDenied", "Request has expired", false)
        );
        assert!(!Body::of("").is_json);
        assert_eq!(Body::of(r#"{"code":7,"message":["x"]}"#).code, None);
    }
}
