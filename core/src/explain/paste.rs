//! What people paste: a body, an answer with its headers, or what the official SDK printed.

use super::Case;
use crate::look::Headers;

/// A pasted answer, taken apart. Every field may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// The HTTP status.
    pub status: Option<u16>,
    /// What the headers said.
    pub headers: Headers,
    /// The body.
    pub body: String,
}

impl Pasted {
    /// A case to explain.
    pub fn case(&self) -> Case<'_> {
        Case { status: self.status, headers: self.headers.clone(), body: &self.body, ..Case::default() }
    }
}

/// Takes a pasted text apart:
///
/// - `HTTP/1.1 403 Forbidden`, headers, an empty line, a body, as `curl -i` prints it; `curl -v` with its `<`, too
/// - `(403) Reason: Forbidden HTTP response headers: HTTPHeaderDict({…}) HTTP response body: …`, as the official Python
///   SDK prints its exceptions
/// - anything else: the body itself, or the JSON that begins at its first brace
pub fn parse_paste(text: &str) -> Pasted {
    let text = text.trim().trim_start_matches('\u{feff}');
    sdk(text)
        .or_else(|| exchange(text))
        .unwrap_or_else(|| Pasted { body: json_of(text).to_owned(), ..Pasted::default() })
}

/// An exception of the official Python SDK (its `rest.py`, `ApiException.__str__`).
fn sdk(text: &str) -> Option<Pasted> {
    let (_, rest) = text.split_once('(')?;
    let (status, rest) = rest.split_once(')')?;
    let status = status.trim().parse().ok()?;
    let rest = rest.trim_start();
    if !rest.starts_with("Reason:") && !rest.starts_with("HTTP response") {
        return None;
    }
    let headers = rest.split_once("HTTP response headers:").map_or("", |(_, rest)| rest);
    let (headers, body) = headers.split_once("HTTP response body:").unwrap_or((headers, ""));
    let mut pairs = Vec::new();
    // A Python dictionary: 'name': 'value', and no value holds a quote.
    let mut quoted = headers.split(['\'', '"']).skip(1).step_by(2);
    while let (Some(name), Some(value)) = (quoted.next(), quoted.next()) {
        pairs.push((name, value));
    }
    let body = body.trim();
    let body = body.strip_prefix("b'").and_then(|body| body.strip_suffix('\'')).unwrap_or(body);
    Some(Pasted { status: Some(status), headers: last(pairs), body: json_of(body).to_owned() })
}

/// A status line, headers, an empty line, a body.
fn exchange(text: &str) -> Option<Pasted> {
    // Of several answers (`100 Continue`, a proxy's, the server's) the last one counts.
    let begins = |at: usize| text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with(['\n', ' ']));
    let at = text.match_indices("HTTP/").map(|(at, _)| at).filter(|at| begins(*at)).max()?;
    let mut lines = text.get(at..)?.lines().map(|line| line.trim_start_matches("< ").trim_end()).peekable();
    let status = lines.next()?.split_whitespace().nth(1)?.parse().ok()?;
    let mut pairs = Vec::new();
    while let Some(line) = lines.next_if(|line| !line.is_empty() && *line != "<") {
        if let Some((name, value)) = line.split_once(':') {
            pairs.push((name.trim(), value.trim()));
        }
    }
    let body: Vec<&str> = lines.skip(1).collect();
    Some(Pasted { status: Some(status), headers: last(pairs), body: json_of(body.join("\n").trim()).to_owned() })
}

/// Of several headers of a name the last one counts, as of several answers.
fn last(mut pairs: Vec<(&str, &str)>) -> Headers {
    pairs.reverse();
    Headers::from_pairs(&pairs)
}

/// The JSON in a text of a log, where there is one that can be read; else the text.
fn json_of(text: &str) -> &str {
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    if text.starts_with(['{', '<']) {
        return text;
    }
    match (text.find('{'), text.rfind('}')) {
        (Some(from), Some(to)) if from < to => text.get(from..=to).filter(|json| is_json(json)).unwrap_or(text),
        _ => text,
    }
}
