//! Requests as values: the only place where URLs, tokens and bodies meet.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Method, Request};
use url::form_urlencoded::Serializer;

use crate::config::{Config, Credentials};
use crate::error::{Error, ErrorKind};
use crate::plan::Ask;
use crate::secret::Secret;

type Built = Result<Request<Vec<u8>>, Error>;

/// A request to the API.
pub(crate) fn api(config: &Config, token: &Secret, ask: &Ask) -> Built {
    let mut url = config.region.api_url(&ask.path);
    if !ask.query.is_empty() {
        url.push(if ask.path.contains('?') { '&' } else { '?' });
        url.push_str(&Serializer::new(String::new()).extend_pairs(&ask.query).finish());
    }
    let body =
        ask.body.as_ref().map(serde_json::to_vec).transpose().map_err(|error| {
            Error::new(ErrorKind::QueryBody, format!("the body cannot be written as JSON: {error}"))
        })?;
    let mut headers = vec![(AUTHORIZATION, secret(&format!("Bearer {}", token.expose()), "the access token")?)];
    if body.is_some() {
        headers.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
    }
    build(config, ask.method.clone(), &url, headers, body.unwrap_or_default())
}

/// A token request: form encoded, Basic by default (RFC 6749 §2.3.1; the official clients send nothing else).
pub(crate) fn token(config: &Config) -> Built {
    let Credentials::Client { id, secret: client_secret, form } = &config.credentials else {
        return Err(Error::new(ErrorKind::ConfigCredentials, "a token was given: none can be minted"));
    };
    let mut headers = vec![(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))];
    let mut fields = Serializer::new(String::new());
    fields.append_pair("grant_type", "client_credentials");
    if *form {
        fields.append_pair("client_id", id).append_pair("client_secret", client_secret.expose());
    } else {
        let pair = BASE64_STANDARD.encode(format!("{id}:{}", client_secret.expose()));
        headers.push((AUTHORIZATION, secret(&format!("Basic {pair}"), "the client credentials")?));
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
