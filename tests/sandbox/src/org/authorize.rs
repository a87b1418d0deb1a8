//! `/oauth/authorize`: the page where a user logs in and agrees (RFC 6749 §4.1.1, RFC 7636 §4.3).

use url::form_urlencoded::Serializer;
use url::{Host, Url};

use super::Org;
use super::clients::{Client, Grant};
use super::login::Form;
use super::page;
use super::tokens::Bearer;
use crate::directory::SHORT_NAME;
use crate::wire::{Request, Response};

/// A request that may be answered to its redirect.
struct Asked {
    client: usize,
    redirect_uri: String,
    state: Option<String>,
}

/// What is told to the redirect instead of a code: the error and its description.
type Refused = (&'static str, &'static str);

impl Asked {
    /// Sends the browser back with these fields and the state.
    fn answer(&self, fields: &[(&str, &str)]) -> Response {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(fields);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        let joint = if self.redirect_uri.contains('?') { '&' } else { '?' };
        let location = format!("{}{joint}{}", self.redirect_uri, query.finish());
        Response { status: 302, ..Response::default() }.header("Location", location).header("Cache-Control", "no-store")
    }

    fn refuse(&self, (error, description): Refused) -> Response {
        self.answer(&[("error", error), ("error_description", description)])
    }
}

impl Org {
    /// Shows the page, and takes what is filled in. Tells which client sent the user.
    pub(super) fn authorize(&mut self, request: &Request, now: i64, client: &mut Option<usize>) -> Response {
        if !matches!(request.method.as_str(), "GET" | "POST") {
            return page::wrong(405, "This page can be asked for and sent, nothing else.").header("Allow", "GET, POST");
        }
        // The form is sent to the address it came from, so that both carry the whole request.
        let query = Form::of_query(request);
        let asked = match self.asked(&query) {
            Ok(asked) => asked,
            Err(why) => return page::wrong(400, why),
        };
        *client = Some(asked.client);
        let asking = &self.clients.list()[asked.client];
        let Some(scopes) = self.granted(&asking.scopes, query.field("scope")) else {
            return asked.refuse(("invalid_scope", "Client has invalid scope"));
        };
        let bearer = Bearer { client: asked.client, user: Some(self.clients.account.user), code: None, scopes };
        let challenge = match challenge(asking, &query) {
            Ok(challenge) => challenge,
            Err(refused) => return asked.refuse(refused),
        };
        match (query.field("org"), query.field("provider")) {
            (None, None) => {}
            // The identity provider knows the user already.
            (Some(SHORT_NAME), Some(_)) => return self.send_code(&asked, bearer, challenge, now),
            (Some(_), Some(_)) => return asked.refuse(("access_denied", "organization not found")),
            _ => return asked.refuse(("invalid_request", "org and provider must be given together")),
        }
        if request.method == "GET" {
            return page::log_in(&self.directory.organization.name, asking.name);
        }
        let Some(form) = Form::read(request) else { return page::wrong(400, "The form could not be read.") };
        let account = &self.clients.account;
        if form.field("decision") == Some("deny") {
            return asked.refuse(("access_denied", "the user denied the request"));
        }
        if form.field("username") != Some(&account.username) || form.field("password") != Some(&account.password) {
            return asked.refuse(("access_denied", "invalid user name or password"));
        }
        self.send_code(&asked, bearer, challenge, now)
    }

    fn send_code(&mut self, asked: &Asked, bearer: Bearer, challenge: Option<String>, now: i64) -> Response {
        let code = self.tokens.mint_code(bearer, &asked.redirect_uri, challenge, now);
        asked.answer(&[("code", &code)])
    }

    /// Who asks and where the answer goes. Until both are sure nobody is redirected (RFC 6749 §4.1.2.1).
    fn asked(&self, query: &Form) -> Result<Asked, &'static str> {
        let client = query.field("client_id").and_then(|id| self.clients.find(id));
        let client = client.ok_or("There is no such client.")?;
        let asking = &self.clients.list()[client];
        if asking.is_disabled {
            return Err("The client is disabled.");
        }
        let redirect_uri = query.field("redirect_uri").ok_or("The request names no redirect_uri.")?;
        if !asking.redirect_uris.iter().any(|known| leads_to(redirect_uri, known)) {
            return Err("The redirect_uri is not registered for the client.");
        }
        Ok(Asked { client, redirect_uri: redirect_uri.into(), state: query.field("state").map(String::from) })
    }
}

/// The rest of the request: a code is asked for, and a public client binds it to a challenge.
fn challenge(client: &Client, query: &Form) -> Result<Option<String>, Refused> {
    match query.field("response_type") {
        Some("code") => {}
        Some(_) => return Err(("unsupported_response_type", "response_type must be code")),
        None => return Err(("invalid_request", "response_type is required")),
    }
    if client.grant != Grant::AuthorizationCode {
        return Err(("unauthorized_client", "client is not authorized for this grant type"));
    }
    match (query.field("code_challenge"), query.field("code_challenge_method")) {
        (None, None) if client.is_public() => Err(("invalid_request", "code_challenge is required")),
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) if is_digest(challenge) => Ok(Some(challenge.into())),
        (Some(_), Some("S256")) => Err(("invalid_request", "code_challenge is malformed")),
        _ => Err(("invalid_request", "code_challenge_method must be S256")),
    }
}

/// Whether this can be a SHA-256 digest in base64url without padding.
fn is_digest(challenge: &str) -> bool {
    challenge.len() == 43 && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Whether a redirect is the registered one; on loopback the port is the program's own affair (RFC 8252 §7.3).
fn leads_to(redirect_uri: &str, registered: &str) -> bool {
    if redirect_uri == registered {
        return true;
    }
    let (Ok(given), Ok(mut known)) = (Url::parse(redirect_uri), Url::parse(registered)) else { return false };
    let is_loopback = match known.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    // What reading would tidy away, line ends above all, must not get into a header.
    let is_plain = given.as_str() == redirect_uri;
    is_plain && is_loopback && known.set_port(given.port()).is_ok() && known == given
}
