//! `POST /oauth/token` and its refusals, and the metadata document of the login host.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::Org;
use super::clients::Grant;
use crate::wire::{Request, Response};

const GRANTS: [&str; 4] =
    ["authorization_code", "client_credentials", "refresh_token", "urn:ietf:params:oauth:grant-type:saml2-bearer"];

/// The login host's error body: both texts are the same (gildas/go-gcloudcx `client_test.go`).
fn refused(status: u16, error: &str, description: &str) -> Response {
    let body = json!({"error": error, "description": description, "error_description": description});
    Response::json(status, body.to_string())
}

impl Org {
    /// Serves the token endpoint. Tells which client asked, if it is known.
    pub(super) fn login(&mut self, request: &Request, now: i64) -> (Response, Option<usize>) {
        if request.method != "POST" {
            return (refused(405, "invalid_request", "method not allowed").header("Allow", "POST"), None);
        }
        let content_type = request.value("Content-Type").unwrap_or_default();
        if !content_type.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            return (refused(400, "invalid_request", "content type must be application/x-www-form-urlencoded"), None);
        }
        let form: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        let field = |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let (id, secret) = match basic(request) {
            Some(pair) => pair,
            None => (field("client_id").unwrap_or_default(), field("client_secret").unwrap_or_default()),
        };
        let grant = field("grant_type").unwrap_or_default();
        let known = self.clients.find(&id);
        (self.grant(known, &secret, &grant, now), known)
    }

    fn grant(&mut self, known: Option<usize>, secret: &str, grant: &str, now: i64) -> Response {
        if self.mint_is_limited(now) {
            return refused(400, "invalid_request", "rate limit exceeded; please try again later");
        }
        let Some(index) = known else { return refused(400, "invalid_client", "client not found") };
        let client = &self.clients.list()[index];
        if client.secret != secret {
            return refused(401, "invalid_client", "authentication failed");
        }
        if client.is_disabled {
            return refused(400, "invalid_client", "client is disabled");
        }
        if grant.is_empty() {
            return refused(400, "invalid_request", "grant_type is required");
        }
        if !GRANTS.contains(&grant) {
            return refused(400, "unsupported_grant_type", "unsupported grant type");
        }
        if grant != "client_credentials" || client.grant != Grant::ClientCredentials {
            return refused(400, "unauthorized_client", "client is not authorized for this grant type");
        }
        let token = self.clients.mint(index, now, self.token_life_ms);
        let body = json!({"access_token": token, "token_type": "bearer", "expires_in": self.token_life_ms / 1000});
        Response::json(200, body.to_string())
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
            "grant_types_supported": ["authorization_code", "client_credentials", "refresh_token", GRANTS[3]],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        });
        Response::json(200, body.to_string())
    }
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
