//! `POST /oauth/token` up to the grant: who asks, and whether it may ask so. And the metadata of the login host.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::Org;
use super::clients::{Client, Grant};
use crate::time::MINUTE;
use crate::wire::{Request, Response};

/// What may be asked for, and the grant that a client needs for it.
const GRANTS: [(&str, Grant); 4] = [
    ("authorization_code", Grant::AuthorizationCode),
    ("client_credentials", Grant::ClientCredentials),
    ("refresh_token", Grant::AuthorizationCode),
    ("urn:ietf:params:oauth:grant-type:saml2-bearer", Grant::Saml2Bearer),
];

/// The login host's error body: both texts are the same (gildas/go-gcloudcx `client_test.go`).
pub(super) fn refused(status: u16, error: &str, description: &str) -> Response {
    let body = json!({"error": error, "description": description, "error_description": description});
    Response::json(status, body.to_string())
}

/// How many requests the token endpoint answers in a minute, counted from the first.
#[derive(Clone, Debug, Default)]
pub(super) struct MintLimit {
    per_minute: i64,
    window: i64,
    count: i64,
}

impl MintLimit {
    /// A limit; 0 is none.
    pub(super) fn new(per_minute: i64) -> Self {
        Self { per_minute, window: 0, count: 0 }
    }

    /// Counts a request.
    pub(super) fn is_exceeded(&mut self, now: i64) -> bool {
        if self.count == 0 || now - self.window >= MINUTE {
            (self.window, self.count) = (now, 0);
        }
        self.count += 1;
        self.per_minute > 0 && self.count > self.per_minute
    }
}

/// The fields of a form, each given once; more than once is as good as not at all (RFC 6749 §3.2).
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body, if it is said to be a form.
    pub(super) fn read(request: &Request) -> Option<Self> {
        let content_type = request.value("Content-Type")?.to_ascii_lowercase();
        let is_form = content_type.starts_with("application/x-www-form-urlencoded");
        is_form.then(|| Self(url::form_urlencoded::parse(&request.body).into_owned().collect()))
    }

    /// Reads a query.
    pub(super) fn of_query(request: &Request) -> Self {
        Self(request.query())
    }

    /// A field that is not empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut given = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = given.next().filter(|value| !value.is_empty())?;
        given.next().is_none().then_some(value)
    }
}

impl Org {
    /// Serves the token endpoint. Tells which client asked, if it is known.
    pub(super) fn login(&mut self, request: &Request, now: i64, client: &mut Option<usize>) -> Response {
        if request.method != "POST" {
            return refused(405, "invalid_request", "method not allowed").header("Allow", "POST");
        }
        let Some(form) = Form::read(request) else {
            return refused(400, "invalid_request", "content type must be application/x-www-form-urlencoded");
        };
        let basic = basic(request);
        let field = |name: &str| form.field(name).map(String::from);
        let (id, secret) =
            basic.map_or_else(|| (field("client_id"), field("client_secret")), |(id, s)| (Some(id), Some(s)));
        *client = id.and_then(|id| self.clients.find(&id));
        if self.mint_is_limited(now) {
            return refused(400, "invalid_request", "rate limit exceeded; please try again later");
        }
        let Some(index) = *client else { return refused(400, "invalid_client", "client not found") };
        let asking = &self.clients.list()[index];
        // A public client has no secret to show; a header shows one, if only an empty one.
        if asking.secret != secret {
            return refused(401, "invalid_client", "authentication failed");
        }
        if asking.is_disabled {
            return refused(400, "invalid_client", "client is disabled");
        }
        let Some(grant) = form.field("grant_type") else {
            return refused(400, "invalid_request", "grant_type is required");
        };
        if !GRANTS.iter().any(|(known, _)| *known == grant) {
            return refused(400, "unsupported_grant_type", "unsupported grant type");
        }
        if !may_ask(asking, grant) {
            return refused(400, "unauthorized_client", "client is not authorized for this grant type");
        }
        self.grant(index, grant, &form, now)
    }

    /// RFC 8414 metadata as the genuine login host publishes it: no OpenID Connect, no implicit grant.
    pub(super) fn metadata(&self, request: &Request) -> Response {
        let host = request.value("Host").unwrap_or("127.0.0.1");
        let base = format!("http://{host}");
        let body = json!({
            "issuer": base,
            "authorization_endpoint": format!("{base}/oauth/authorize"),
            "token_endpoint": format!("{base}/oauth/token"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": GRANTS.map(|(name, _)| name),
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        });
        Response::json(200, body.to_string())
    }
}

/// A client has one grant; what refreshes its tokens belongs to it, unless the client is public.
fn may_ask(client: &Client, grant: &str) -> bool {
    let fits = GRANTS.iter().any(|(name, needed)| *name == grant && *needed == client.grant);
    fits && !(grant == "refresh_token" && client.is_public())
}

/// Id and secret of a Basic header. Clients disagree on whether to form-encode them first; a UUID looks the same.
fn basic(request: &Request) -> Option<(String, String)> {
    let header = request.value("Authorization")?;
    let (scheme, coded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(coded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_string(), secret.to_string()))
}
