//! Looks at an answer without keeping it: bytes in, facts out.

mod page;

use http::HeaderMap;

use self::page::Page;
use crate::error::ErrorKind;
use crate::json::{Raw, check, members, string, utf8};
use crate::look::{Found, Headers, Look, Refusal, Seen, TokenAnswer, sum_of};
use crate::reader::Reader;
use crate::secret::Secret;
use crate::time::{self, parse_http_date};

/// How much of a refusal is kept for its explanation.
const REFUSAL: usize = 64 * 1024;

/// Looks at an answer. Pure: call it in any thread, outside every lock.
///
/// `body` is the whole body, decompressed. Nothing of it is kept but what [`Seen`] shows; a refusal keeps up to 64 KiB
/// of text for its explanation.
pub fn inspect(look: Look, status: u16, headers: impl Into<Headers>, body: &[u8]) -> Seen {
    look_at(look, status, headers.into(), body)
}

fn look_at(look: Look, status: u16, headers: Headers, body: &[u8]) -> Seen {
    let found = if look == Look::File && (200..300).contains(&status) {
        Found::File
    } else if (200..300).contains(&status) && !is_html(body) {
        read(look, body).unwrap_or_else(|problem| problem)
    } else {
        let cut = body.get(..REFUSAL).unwrap_or(body);
        Found::Refusal(Refusal { body: String::from_utf8_lossy(cut).into_owned() })
    };
    Seen { status, headers, found }
}

/// What cannot be read counts as absent.
impl From<&HeaderMap> for Headers {
    fn from(headers: &HeaderMap) -> Headers {
        Headers::read(&|name| headers.get(name)?.to_str().ok())
    }
}

impl Headers {
    /// Takes headers as hosts have them, names in any case. The first of several counts; what is no legal value, or
    /// cannot be read, counts as absent.
    pub fn from_pairs<N: AsRef<[u8]>, V: AsRef<[u8]>>(pairs: &[(N, V)]) -> Headers {
        Headers::read(&|wanted| {
            let named = pairs.iter().filter(|(name, _)| name.as_ref().eq_ignore_ascii_case(wanted.as_bytes()));
            let value = named.map(|(_, value)| value.as_ref()).find(|value| is_legal(value))?;
            std::str::from_utf8(value).ok().filter(|value| value.is_ascii())
        })
    }

    fn read<'a>(value: &dyn Fn(&str) -> Option<&'a str>) -> Headers {
        let text = |name: &str| value(name).map(str::trim);
        let number = |name: &str| text(name).and_then(|value| value.parse().ok());
        let id = text("inin-correlation-id").or_else(|| text("genesys-correlation-id"));
        let kind = text("content-type").and_then(|value| value.split(';').next());
        Headers {
            retry_after: text("retry-after").and_then(|after| seconds_of(after, text("date"))),
            limit_count: number("inin-ratelimit-count"),
            limit_allowed: number("inin-ratelimit-allowed"),
            limit_reset: number("inin-ratelimit-reset"),
            // An id is printed: one of unreasonable length is no id.
            request_id: id.filter(|id| !id.is_empty() && id.len() <= 128).map(str::to_owned),
            content_type: kind.map(|kind| kind.trim().to_ascii_lowercase()),
        }
    }
}

/// RFC 9110 §5.5: no control characters but the tab.
fn is_legal(value: &[u8]) -> bool {
    value.iter().all(|byte| *byte == b'\t' || !byte.is_ascii_control())
}

/// `Retry-After` is a number of seconds, or an HTTP date: then it counts from the date of the answer.
fn seconds_of(after: &str, date: Option<&str>) -> Option<u64> {
    if !after.is_empty() && after.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(after.parse().unwrap_or(u64::MAX));
    }
    let wait = parse_http_date(after)?.saturating_sub(parse_http_date(date?)?);
    u64::try_from(wait.max(0) / 1000).ok()
}

/// A proxy or a captive portal answers in the server's place with a page, often with status 200.
fn is_html(body: &[u8]) -> bool {
    body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

fn read(look: Look, body: &[u8]) -> Result<Found, Found> {
    let text =
        utf8(body).map_err(|error| Found::Unreadable(ErrorKind::AnswerNotJson, format!("not UTF-8: {error}")))?;
    match look {
        Look::File => Ok(Found::File),
        Look::Token => {
            let [access_token, expires_in, refresh_token] =
                read_as(members(text, ["access_token", "expires_in", "refresh_token"]))?;
            let access_token = word(access_token).ok_or_else(|| {
                Found::Unreadable(ErrorKind::AnswerUnexpected, "the token answer holds no `access_token`".into())
            })?;
            Ok(Found::Token(TokenAnswer {
                access_token: Secret::new(access_token),
                // A token that is dead when it comes would be asked for again and again: 0 says nothing.
                expires_in: count(expires_in).filter(|seconds| *seconds > 0),
                refresh_token: word(refresh_token).map(Secret::new),
            }))
        }
        Look::Json if text.trim_ascii().is_empty() => Ok(Found::Json),
        Look::Json => read_as(check(text)).map(|()| Found::Json),
        Look::Conversations => {
            let page = page(text)?;
            let mut rows = Vec::new();
            for item in page.rows.iter().flatten() {
                rows.push(item.row());
            }
            Ok(Found::Conversations { rows, total: page.total, next: page.next })
        }
        Look::Listing | Look::Entities => {
            let page = page(text)?;
            let entities = page.rows.unwrap_or_default();
            let sum = if entities.is_empty() { 0 } else { sum_of(page.text) };
            let mut ids = Vec::new();
            for item in entities.iter().filter(|_| look == Look::Entities) {
                ids.extend(item.entity());
            }
            Ok(Found::Listing {
                count: u32::try_from(entities.len()).unwrap_or(u32::MAX),
                ids,
                sum,
                page_count: page.page_count,
                total: page.total,
                next: page.next,
            })
        }
        Look::Job => {
            let [id, state, reason] = read_as(members(text, ["jobId", "state", "errorMessage"]))?;
            Ok(Found::Job { id: word(id), state: word(state), reason: word(reason) })
        }
        Look::Availability => {
            let [date] = read_as(members(text, ["dataAvailabilityDate"]))?;
            Ok(Found::Availability(word(date).and_then(|date| time::parse_instant(&date))))
        }
    }
}

/// A page. Some proxies and some faults of the server send an error with the status of a success: no empty page.
fn page(text: &str) -> Result<Page<'_>, Found> {
    let page = read_as(Reader::all(text, Page::read))?;
    if page.rows.is_none()
        && let Some(error) = error_in(text)
    {
        return Err(Found::Unreadable(ErrorKind::AnswerUnexpected, error));
    }
    Ok(page)
}

/// The error that stands where rows are expected: an object with a `message`, and a `code` or a `status`.
pub(crate) fn error_in(text: &str) -> Option<String> {
    let [message, code, status] = members(text, ["message", "code", "status"]).ok()?;
    let message = string(message)?;
    let code = match code {
        None | Some("null") => None,
        code => Some(string(code)?),
    };
    let status = count(status).filter(|status| *status >= 400).map(|status| status.to_string());
    let code = code.or(status)?;
    let message: String = message.chars().take(500).collect();
    Some(format!("the answer is an error in spite of its status: {code}: {message}"))
}

fn read_as<T>(read: serde_json::Result<T>) -> Result<T, Found> {
    read.map_err(|error| {
        let (kind, what) = unreadable(&error);
        Found::Unreadable(kind, what)
    })
}

/// The position is told, the text is not: an answer may hold anything.
pub(crate) fn unreadable(error: &serde_json::Error) -> (ErrorKind, String) {
    let (line, column) = (error.line(), error.column());
    let (kind, what) = match error.classify() {
        serde_json::error::Category::Eof => (ErrorKind::AnswerTruncated, "the answer stops in the middle"),
        serde_json::error::Category::Data => (ErrorKind::AnswerUnexpected, "the answer has another shape"),
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => {
            (ErrorKind::AnswerNotJson, "the answer is not JSON")
        }
    };
    (kind, format!("{what}, at line {line} column {column}"))
}

/// A word; anything else is absent.
fn word(raw: Raw<'_>) -> Option<String> {
    string(raw).filter(|word| !word.is_empty())
}

/// A count in whatever form it comes; anything that is no count is absent, never a reason to refuse a page.
fn count(raw: Raw<'_>) -> Option<u64> {
    let text = raw?.trim_matches('"').trim_ascii();
    // Its digits, as far as the point goes: a reader of fractions would be kilobytes of tables.
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let point = i64::try_from(whole.len()).ok()?.checked_add(exponent.parse().ok()?)?;
    let point = usize::try_from(point).ok().filter(|point| *point <= 20)?;
    format!("{whole}{fraction:0<20}").get(..point)?.parse().ok()
}

#[cfg(test)]
mod tests;
