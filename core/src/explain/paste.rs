//! What people paste: a body, an answer with its headers, or what the official SDK printed.

use super::Case;
use crate::json::check;
use crate::look::Headers;

/// A pasted answer, taken apart. Every field may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// The HTTP status.
    pub status: Option<u16>,
    /// What the headers said.
    pub headers: Headers,
    /// The URL that was asked, where the text names it.
    pub path: Option<String>,
    /// The body.
    pub body: String,
}

impl Pasted {
    /// A case to explain.
    pub fn case(&self) -> Case<'_> {
        let (headers, path) = (self.headers.clone(), self.path.as_deref());
        Case { status: self.status, headers, body: &self.body, path, ..Case::default() }
    }
}

/// Takes a pasted text apart:
///
/// - `HTTP/1.1 403 Forbidden`, headers, an empty line, a body, as `curl -i` prints it; `curl -v` with its `<`, too
/// - `(403) Reason: Forbidden HTTP response headers: HTTPHeaderDict({…}) HTTP response body: …`, as the official Python
///   SDK prints its exceptions, with or without the traceback
/// - `403 Client Error: Forbidden for url: https://…`, as `requests` does
/// - anything else: the body itself, or the JSON that begins at its first brace
pub fn parse_paste(text: &str) -> Pasted {
    let text = text.trim().trim_start_matches('\u{feff}');
    sdk(text)
        .or_else(|| exchange(text))
        .or_else(|| requests(text))
        .unwrap_or_else(|| Pasted { body: json_of(text).to_owned(), ..Pasted::default() })
}

/// An exception of the official Python SDK (its `rest.py`, `ApiException.__str__`).
fn sdk(text: &str) -> Option<Pasted> {
    let (status, rest) = text.match_indices('(').find_map(|(at, _)| {
        let (status, rest) = text.get(at + 1..)?.split_once(')')?;
        let rest = rest.trim_start();
        let is_one = rest.starts_with("Reason:") || rest.starts_with("HTTP response");
        status.trim().parse().ok().filter(|_| is_one).map(|status| (status, rest))
    })?;
    let headers = rest.split_once("HTTP response headers:").map_or("", |(_, rest)| rest);
    let (headers, body) = headers.split_once("HTTP response body:").unwrap_or((headers, ""));
    let mut pairs = Vec::new();
    // A Python dictionary: 'name': 'value', and no value holds a quote.
    let parts: Vec<&str> = headers.split(['\'', '"']).collect();
    for part in parts.chunks(4) {
        if let [_, name, _, value] = part {
            pairs.push((*name, *value));
        }
    }
    let body = body.trim();
    let body = body.strip_prefix("b'").and_then(|body| body.strip_suffix('\'')).unwrap_or(body);
    Some(Pasted { status: Some(status), headers: last(pairs), body: json_of(body).to_owned(), ..Pasted::default() })
}

/// An exception of `requests` (its `Response.raise_for_status`), which drops the body.
fn requests(text: &str) -> Option<Pasted> {
    let at = text.find(" Client Error: ").or_else(|| text.find(" Server Error: "))?;
    let status = text.get(..at)?.rsplit([' ', '\n']).next()?.parse().ok()?;
    let (_, url) = text.get(at..)?.split_once(" for url: ")?;
    Some(Pasted { status: Some(status), path: url.split_whitespace().next().map(str::to_owned), ..Pasted::default() })
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
    let body = lines.skip(1).collect::<Vec<_>>().join("\n");
    // Where the log-in page refuses, the reason is in the address to which it sends back.
    let back = pairs.iter().find(|(name, _)| body.trim().is_empty() && name.eq_ignore_ascii_case("location"));
    let body = back.map_or_else(|| json_of(body.trim()), |(_, address)| address).to_owned();
    Some(Pasted { status: Some(status), headers: last(pairs), body, ..Pasted::default() })
}

/// Of several headers of a name the last one counts, as of several answers.
fn last(mut pairs: Vec<(&str, &str)>) -> Headers {
    pairs.reverse();
    Headers::from_pairs(&pairs)
}

/// The JSON in a text of a log, where there is one that can be read; else the text.
fn json_of(text: &str) -> &str {
    if text.starts_with(['{', '<']) {
        return text;
    }
    match (text.find('{'), text.rfind('}')) {
        (Some(from), Some(to)) if from < to => text.get(from..=to).filter(|json| check(json).is_ok()).unwrap_or(text),
        _ => text,
    }
}
