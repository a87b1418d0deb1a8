//! Requests as values: the only place where URLs, tokens and bodies meet.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Method, Request};
use url::form_urlencoded::Serializer;

use crate::config::{Client, Config};
use crate::error::{Error, ErrorKind};
use crate::json;
use crate::plan::Ask;
use crate::secret::Secret;
use crate::token::Way;

type Built = Result<Request<Vec<u8>>, Error>;

/// A request for a file of another origin: nothing that is ours goes with it.
pub(crate) fn file(config: &Config, ask: &Ask) -> Built {
    let mut request = Request::builder().method(ask.method.clone()).uri(&ask.path);
    request = request.header(ACCEPT, "*/*").header(USER_AGENT, config.user_agent.as_str());
    // The URL is not shown: it may hold a signature.
    request.body(Vec::new()).map_err(|_| Error::new(ErrorKind::QueryBody, "no request can be made of this URL"))
}

/// A request to the API.
pub(crate) fn api(config: &Config, token: &Secret, ask: &Ask) -> Built {
    let mut url = config.region.api_url(&ask.path);
    if !ask.query.is_empty() {
        url.push(if ask.path.contains('?') { '&' } else { '?' });
        url.push_str(&Serializer::new(String::new()).extend_pairs(&ask.query).finish());
    }
    let body = ask.body.as_ref().map(|body| json::text(body).into_bytes());
    let mut headers = vec![(AUTHORIZATION, secret(&format!("Bearer {}", token.expose()), "the access token")?)];
    if body.is_some() {
        headers.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
    }
    build(config, ask.method.clone(), &url, headers, body.unwrap_or_default())
}

/// A token request: form encoded, Basic by default (RFC 6749 §2.3.1; the official clients send nothing else). A client
/// without a secret names itself in the form.
pub(crate) fn token(config: &Config, client: &Client, way: &Way) -> Built {
    let mut headers = vec![(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))];
    let mut fields = Serializer::new(String::new());
    fields.append_pair("grant_type", way.grant_type());
    match way {
        Way::ClientCredentials => {}
        Way::Code { code, redirect_uri, verifier } => {
            fields.append_pair("code", code.expose()).append_pair("redirect_uri", redirect_uri);
            if let Some(verifier) = verifier {
                fields.append_pair("code_verifier", verifier.expose());
            }
        }
        Way::Refresh(token) => {
            fields.append_pair("refresh_token", token.expose());
        }
        Way::Saml { org, assertion } => {
            fields.append_pair("orgName", org).append_pair("assertion", assertion.expose());
        }
    }
    match &client.secret {
        None => {
            fields.append_pair("client_id", &client.id);
        }
        Some(word) if client.form => {
            fields.append_pair("client_id", &client.id).append_pair("client_secret", word.expose());
        }
        Some(word) => {
            let pair = BASE64_STANDARD.encode(format!("{}:{}", client.id, word.expose()));
            headers.push((AUTHORIZATION, secret(&format!("Basic {pair}"), "the client credentials")?));
        }
    }
    build(config, Method::POST, &config.region.token_url(), headers, fields.finish().into_bytes())
}

fn secret(text: &str, what: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(text).map_err(|_| {
        Error::new(ErrorKind::ConfigCredentials, format!("{what} holds characters that no header may hold"))
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn build(
    config: &Config,
    method: Method,
    url: &str,
    headers: Vec<(http::HeaderName, HeaderValue)>,
    body: Vec<u8>,
) -> Built {
    let mut request = Request::builder().method(method).uri(url);
    request = request.header(ACCEPT, "application/json").header(USER_AGENT, config.user_agent.as_str());
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request
        .body(body)
        .map_err(|error| Error::new(ErrorKind::ConfigValue, format!("no request can be made of `{url}`: {error}")))
}
