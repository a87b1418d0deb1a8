//! What may stand as the path of a call: a path, a URL of the API, the URL of a file.

use serde_json::{Map, Value};

use super::refuse;
use crate::error::Error;
use crate::region::{Place, Region, is_loopback};
use crate::report;

/// Whether a URL is one of a file: neither of the API nor with one of its paths.
pub(super) fn is_elsewhere(written: &str) -> bool {
    let Some((host, path)) = host_and_path(written) else { return false };
    !path.starts_with("api/v2/") && !is_api(host)
}

/// Host and path of a URL, the path without its first slash; `None` for what is no URL.
fn host_and_path(written: &str) -> Option<(&str, &str)> {
    let (_, rest) = written.split_once("://")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    Some((authority.rsplit_once(':').map_or(authority, |(host, _)| host), path))
}

fn is_api(host: &str) -> bool {
    host.starts_with("api.") && Place::by_host(host).is_some()
}

/// The path of a URL of the client's own API; whatever else is written stays as it is.
///
/// # Errors
/// `query.body` for a URL of the API of another region, or of another gateway: one's own would answer for it.
pub(super) fn at<'a>(written: &'a str, region: &Region) -> Result<&'a str, Error> {
    let written = written.trim();
    let Some((host, path)) = host_and_path(written) else { return Ok(written) };
    if let Some(own) = region.api_path(written).filter(|path| path.starts_with("/api/v2/")) {
        return Ok(own);
    }
    let is_other = match (is_api(host), region.domain) {
        (true, Some(domain)) => Place::by_host(host).is_some_and(|place| place.domain != domain),
        // Nobody knows which region is behind a gateway.
        (true, None) => false,
        (false, domain) => path.starts_with("api/v2/") && (domain.is_none() || is_loopback(host)),
    };
    if !is_other {
        return Ok(written);
    }
    // What stands before an `@` may be a password, and a query string a signature.
    let base = written.split(['?', '#']).next().and_then(|place| place.split("/api/v2/").next()).unwrap_or_default();
    let base = base.rsplit('@').next().unwrap_or_default();
    Err(refuse(format!("`{base}` is not the API of this client, which is `{}`", region.api_url("")))
        .remedy("write the path alone, from /api/v2/ on, or ask with a client of that API"))
}

/// Path template and query string of a path or a whole URL.
pub(super) fn split(written: &str) -> Result<(String, Vec<(String, String)>), Error> {
    let written = written.trim();
    let path = match written.split_once("://") {
        None => written,
        Some((_, rest)) => {
            let (origin, _) = rest.split_once('/').unwrap_or((rest, ""));
            let host = origin.rsplit_once(':').map_or(origin, |(host, _)| host);
            if !is_api(host) && !is_loopback(host) {
                return Err(refuse(format!("`{host}` is not an API host of Genesys Cloud"))
                    .remedy("write the path alone, from /api/v2/ on"));
            }
            rest.get(origin.len()..).unwrap_or_default()
        }
    };
    let path = path.split('#').next().unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    if !path.starts_with("/api/v2/") {
        let error = refuse(format!("the path `{path}` does not begin with /api/v2/"));
        return Err(match path.trim_start_matches('/').strip_prefix("v2/") {
            Some(rest) => error.nearest([format!("/api/v2/{rest}")]),
            None => error.remedy("write the path as the API's documentation does: /api/v2/users/me"),
        });
    }
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(refuse(format!("the path `{path}` has a segment of dots")));
    }
    let mut pairs = Vec::new();
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        pairs.push((key.into_owned(), value.into_owned()));
    }
    Ok((path.to_owned(), pairs))
}

/// Puts params into their placeholders and encodes what the path cannot hold.
pub(super) fn fill<'a>(
    template: &str,
    params: &'a Map<String, Value>,
    used: &mut Vec<&'a str>,
) -> Result<String, Error> {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) =
            after.split_once('}').ok_or_else(|| refuse(format!("the path `{template}` has a `{{` without a `}}`")))?;
        encode(before, PATH, &mut path);
        let Some((key, value)) = params.get_key_value(name) else {
            return Err(
                refuse(format!("the path needs `{name}`")).remedy(format!("give it in params: {{\"{name}\": \"…\"}}"))
            );
        };
        match report::text(value) {
            Some(text) if !text.is_empty() && text != "." && text != ".." => encode(&text, SEGMENT, &mut path),
            _ => return Err(refuse(format!("`{name}` cannot stand in a path"))),
        }
        used.push(key.as_str());
        rest = after;
    }
    encode(rest, PATH, &mut path);
    Ok(path)
}

/// What stays as it is in a path that is written by hand: RFC 3986 `pchar`, `/`, and what is encoded already.
const PATH: &[u8] = b"-._~!$&'()*+,;=:@/%";
/// What stays as it is in a value.
const SEGMENT: &[u8] = b"-._~";

fn encode(text: &str, keep: &[u8], into: &mut String) {
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || keep.contains(&byte) {
            true => into.push(char::from(byte)),
            false => into.push_str(&format!("%{byte:02X}")),
        }
    }
}
