//! Logging users in, as hosts speak of it.

use serde_json::Value;

use super::{misshapen, read, tagged};
use crate::auth;
use crate::config::{self, Arguments, Environment, Files};
use crate::error::Error;
use crate::fields::record;
use crate::json::{self, object};
use crate::secret::Secret;

/// Begins the log-in of a user: `{"client_id"?, "redirect_uri", "org"?, "provider"?, "prompt"?, "target"?}` and 48 bytes
/// of randomness become `{"url", "state", "verifier"}`, two of them secrets. What is left out comes from the
/// configuration.
///
/// # Errors
/// Those of [`auth::begin`] and of the configuration.
pub fn begin_login(
    wish: &Value,
    randomness: &[u8],
    arguments: &Value,
    environment: &Environment<'_>,
    files: &Files,
) -> Result<Value, Error> {
    struct Shape {
        client_id: Option<String>,
        redirect_uri: Option<String>,
        org: Option<String>,
        provider: Option<String>,
        prompt: Option<bool>,
        target: Option<String>,
    }
    record!(Shape: client_id, redirect_uri, org, provider, prompt, target);
    let Shape { client_id, redirect_uri, org, provider, prompt, target } = read("a log-in", wish)?;
    let redirect_uri = redirect_uri.ok_or_else(|| misshapen("a log-in", "`redirect_uri`"))?;
    let (region, configured) = config::place_of_login(Arguments::from_json(arguments)?, environment, files)?;
    let client_id = client_id.or(configured).unwrap_or_default();
    let prompt = prompt.unwrap_or(false);
    let wish = auth::Wish { client_id, redirect_uri, org, provider, prompt, target };
    let begun = auth::begin(&region, &wish, randomness)?;
    Ok(object! {"url": begun.url, "state": begun.state.expose(), "verifier": begun.verifier.expose()})
}

/// Takes the code from the address at which the user came back; see [`auth::finish`].
///
/// # Errors
/// Those of [`auth::finish`].
pub fn finish_login(came_back: &str, state: &str) -> Result<String, Error> {
    auth::finish(came_back, &Secret::new(state)).map(|code| code.expose().to_owned())
}

/// Says which grant fits: the fields of [`auth::Situation`] become those of [`auth::Advice`], and the whole as a `text`.
///
/// # Errors
/// `config.value` for an unknown field or grant.
pub fn advise(situation: &Value) -> Result<Value, Error> {
    let advice = auth::advise(&read("a situation", situation)?)?;
    Ok(tagged(json::of(&advice), object! {"text": advice.to_string()}))
}
