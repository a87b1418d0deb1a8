//! Profiles in files: `pegcount.toml`, and `~/.gc/config.toml` of the official command line.

use serde_json::{Map, Value};

use super::resolve::Arguments;
use crate::error::{Error, ErrorKind};
use crate::secret::Secret;

/// Where a profile was looked for, and what there was.
pub(super) struct Found {
    pub(super) arguments: Option<Arguments>,
    pub(super) names: Vec<String>,
}

/// Reads a profile of `pegcount.toml`: one table a profile, with the keys of [`Arguments`].
pub(super) fn own(text: Option<&str>, profile: &str) -> Result<Found, Error> {
    let file = tables(text, "pegcount.toml")?;
    let arguments = match file.get(profile) {
        None => None,
        Some(Value::Object(table)) if table.contains_key("profile") => {
            return Err(broken("pegcount.toml", profile, "names another profile, which a profile cannot"));
        }
        Some(value) => Some(Arguments::from_json(value).map_err(|error| {
            broken("pegcount.toml", profile, &format!("has a fault: {}", error.message))
                .nearest(&error.explanation.nearest)
        })?),
    };
    Ok(Found { arguments, names: names(&file) })
}

/// Reads a profile of the official command line: one table a profile, names and keys in any case, with
/// `client_credentials` for the client id (MyPureCloud/platform-client-sdk-cli, `build/gc/config/config.go`).
pub(super) fn official(text: Option<&str>, profile: &str) -> Result<Found, Error> {
    let file = tables(text, "~/.gc/config.toml")?;
    let table = file.iter().find(|(name, _)| name.eq_ignore_ascii_case(profile)).map(|(_, value)| value);
    let Some(Value::Object(table)) = table else { return Ok(Found { arguments: None, names: names(&file) }) };
    let text = |wanted: &[&str]| -> Option<String> {
        let value = wanted.iter().find_map(|wanted| {
            table.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).and_then(|(_, value)| value.as_str())
        });
        value.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    if text(&["gateway_host"]).is_some() {
        return Err(broken("~/.gc/config.toml", profile, "goes through a gateway").remedy("give api_url and login_url"));
    }
    let mut arguments = Arguments {
        region: text(&["environment"]),
        client_id: text(&["client_credentials", "client_id"]),
        client_secret: text(&["client_secret"]).map(Secret::new),
        ..Arguments::default()
    };
    // Other grants leave an id without a secret, and the token of the last log-in.
    if arguments.client_id.is_none() || arguments.client_secret.is_none() {
        (arguments.client_id, arguments.client_secret) = (None, None);
        arguments.token = text(&["access_token"]).map(Secret::new);
    }
    Ok(Found { arguments: Some(arguments), names: names(&file) })
}

fn names(file: &Map<String, Value>) -> Vec<String> {
    file.iter().filter(|(_, value)| value.is_object()).map(|(name, _)| name.clone()).collect()
}

fn broken(file: &str, profile: &str, why: &str) -> Error {
    Error::new(ErrorKind::ConfigProfile, format!("profile `{profile}` of {file} {why}"))
}

#[cfg(feature = "profiles")]
fn tables(text: Option<&str>, file: &str) -> Result<Map<String, Value>, Error> {
    let Some(text) = text else { return Ok(Map::new()) };
    // The parser's own message quotes the line, which may hold a secret: only the place is told.
    toml::from_str::<Map<String, Value>>(text.trim_start_matches('\u{feff}')).map_err(|error| {
        let line = error.span().map(|span| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
        let place = line.map_or_else(String::new, |line| format!(" (line {line})"));
        Error::new(ErrorKind::ConfigProfile, format!("{file} is not TOML{place}: {}", error.message()))
    })
}

#[cfg(not(feature = "profiles"))]
fn tables(text: Option<&str>, file: &str) -> Result<Map<String, Value>, Error> {
    match text {
        None => Ok(Map::new()),
        Some(_) => Err(Error::new(ErrorKind::ConfigProfile, format!("{file}: this build reads no profiles"))),
    }
}
