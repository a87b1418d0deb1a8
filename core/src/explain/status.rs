//! Answers of the platform by status and code.

use super::body::Body;
use super::{Case, LONGEST_WAIT, forbidden, login, plain_path};
use crate::catalogue::{self, Operation};
use crate::error::{Certainty, Error, ErrorKind, Retry};
use crate::lint::body::unknown_key;

pub(super) fn find(case: &Case<'_>, body: &Body, status: Option<u16>) -> Error {
    if body.is_html && !matches!(status, Some(502..=504)) {
        return proxy(status);
    }
    if let Some(found) = forbidden::find(case, body) {
        return found;
    }
    // What does not exist cannot be allowed, wrong or limited: said first, where the path is not of the API.
    if let Some(found) = invented(case, body, status) {
        return found;
    }
    match status {
        Some(401 | 403) if case.path.is_some_and(|path| path.contains("://") && !path.contains("/api/v2/")) => {
            forbidden::url(body)
        }
        Some(400) => bad_request(case, body),
        Some(401) => unauthorized(case, body),
        Some(403) => forbidden::other(case),
        Some(404 | 410) => not_found(case),
        Some(405) => Error::new(ErrorKind::NotFoundOperation, "the path exists, this method of it does not")
            .remedy(methods(case)),
        Some(407) => Error::new(ErrorKind::NetworkProxy, "a proxy asks for credentials")
            .remedy("put them into the proxy's URL in HTTPS_PROXY, or have the proxy let this host through"),
        Some(408) => passing(ErrorKind::ServerUnavailable, "the server did not get the whole request in time"),
        Some(409) => Error::new(ErrorKind::ServerFault, "the request conflicts with the present state of the object")
            .remedy("read the object again, then repeat the change"),
        Some(413) => too_large(body),
        Some(415) => Error::new(ErrorKind::QueryBody, "the server wants another media type")
            .remedy("send JSON with Content-Type: application/json"),
        Some(429) => limited(case, body),
        Some(500) => passing(ErrorKind::ServerFault, "the server failed on this request")
            .remedy("if it fails again, give the request id to Genesys support"),
        Some(501) => Error::new(ErrorKind::ServerFault, "the server does not implement this operation"),
        Some(502..=599) => {
            passing(ErrorKind::ServerUnavailable, "the server, or the edge in front of it, is unavailable")
                .remedy("look at status.mypurecloud.com")
        }
        Some(300..=399) => redirected(),
        Some(200..=299) => Error::new(ErrorKind::AnswerUnexpected, "a success that is not what was expected"),
        Some(_) => Error::new(ErrorKind::QueryBody, "the server refused the request").sure(Certainty::Possible),
        None => by_code(case, body),
    }
}

/// A pasted body without its status: the code is enough for most.
fn by_code(case: &Case<'_>, body: &Body) -> Error {
    match body.code() {
        "bad.credentials" | "credentials.expired" | "authentication.required" | "ip.not.authorized" => {
            unauthorized(case, body)
        }
        "not.found" | "general.resource.not.found" => not_found(case),
        "too.many.requests" | "too.many.requests.retry.after" => limited(case, body),
        "request.entity.too.large" | "payload.too.large" | "response.entity.too.large" => too_large(body),
        "internal.server.error" => passing(ErrorKind::ServerFault, "the server failed on this request"),
        "service.unavailable"
        | "general.internal.server.error"
        | "request.timeout"
        | "authentication.request.timeout"
        | "division.authorization.timeout"
        | "client.timeout" => passing(ErrorKind::ServerUnavailable, "the server is unavailable"),
        "" if body.is_json => {
            Error::new(ErrorKind::AnswerUnexpected, "this is no error of the platform or of its login host")
                .sure(Certainty::Possible)
        }
        "" => Error::new(ErrorKind::AnswerNotJson, "this is no error of the platform: it is not even JSON")
            .sure(Certainty::Likely),
        _ => bad_request(case, body),
    }
}

fn proxy(status: Option<u16>) -> Error {
    let certainty = if status.is_some_and(|status| status < 400) { Certainty::Certain } else { Certainty::Likely };
    Error::new(
        ErrorKind::NetworkProxy,
        "a page for people came instead of JSON: something answered in the server's place",
    )
    .sure(certainty)
    .remedy("look for a proxy, a captive portal or a gateway between here and the server (HTTPS_PROXY, NO_PROXY)")
    .remedy("check the region or base URL: it may be the address of a web site, not of the API")
}

fn redirected() -> Error {
    Error::new(ErrorKind::NetworkProxy, "the server redirects, which the API does not do; redirects are not followed")
        .sure(Certainty::Likely)
        .remedy("check the base URL, and whether a proxy or portal stands in between")
}

/// A path that no operation has. The catalogue holds reporting operations, not all of the platform's: a 404 there is
/// taken for an invention only where nothing of the path fits, a refusal of another kind never.
fn invented(case: &Case<'_>, body: &Body, status: Option<u16>) -> Option<Error> {
    let path = plain_path(case.path?);
    if !matches!(status, Some(403..=405 | 410)) && !matches!(body.code(), "not.found" | "general.resource.not.found") {
        return None;
    }
    if !path.contains("/api/") || catalogue::at(path).next().is_some() {
        return None;
    }
    let nearest = catalogue::nearest(case.method.unwrap_or("GET"), path, 3);
    let mut error = Error::new(ErrorKind::NotFoundOperation, format!("there is no operation {path}"))
        .sure(if status == Some(404) { Certainty::Likely } else { Certainty::Possible })
        .evidence("the path is not among the 939 reporting operations of the API");
    if let Some(first) = nearest.first() {
        error = error.remedy(format!("use {first}"));
    }
    error.explanation.nearest = nearest.iter().map(Operation::to_string).collect();
    Some(error)
}

fn methods(case: &Case<'_>) -> String {
    let methods: Vec<&str> = case.path.into_iter().flat_map(catalogue::at).map(Operation::method).collect();
    match methods.as_slice() {
        [] => "look the operation up in the API's documentation".into(),
        methods => format!("use {}", methods.join(" or ")),
    }
}

fn not_found(case: &Case<'_>) -> Error {
    let what = case.path.map_or("it", plain_path);
    Error::new(ErrorKind::NotFoundEntity, format!("{what} was not found"))
        .sure(Certainty::Likely)
        .remedy("check the id; an object outside the divisions of the client looks like one that does not exist")
}

fn unauthorized(case: &Case<'_>, body: &Body) -> Error {
    match body.code() {
        "ip.not.authorized" => {
            let address = super::body::list_after(body.message(), "not authorized").unwrap_or_default();
            Error::new(ErrorKind::AuthIpNotAllowed, "the organisation's allow-list does not hold the caller's address")
                .missing(address)
                .remedy("have an administrator add the address: Admin > Account Settings > Organization Settings")
                .remedy("another token does not help")
        }
        "authentication.required" => Error::new(ErrorKind::AuthTokenRefused, "the request came without a token")
            .remedy("look for a proxy or gateway that takes the Authorization header away"),
        _ => {
            let region = case.domain.map_or_else(String::new, |domain| format!(" (asked: {domain})"));
            Error::new(ErrorKind::AuthTokenRefused, "the token is expired, revoked, or of another region")
                .sure(Certainty::Likely)
                .remedy("log in again; a token may end before its time: idle timeout, revocation, a client that was disabled")
                .remedy(format!("check that the token is of the region that was asked{region}"))
        }
    }
}

fn limited(case: &Case<'_>, body: &Body) -> Error {
    let seconds = case.headers.retry_after.or_else(|| super::bracket_seconds(case.body));
    let wait = seconds.map(|seconds| seconds.saturating_mul(1000));
    let retry = Retry::Later { after_ms: wait };
    if wait.is_some_and(|wait| wait > LONGEST_WAIT) {
        let seconds = seconds.unwrap_or_default();
        return Error::new(
            ErrorKind::LimitDeferred,
            format!("the server asks to come back in {seconds} s: too long to sit out"),
        )
        .retry(retry)
        .remedy("run again after that; some limits are daily");
    }
    Error::new(ErrorKind::LimitRate, "too many requests: 300 a minute and token by default")
        .sure(if body.code().is_empty() { Certainty::Likely } else { Certainty::Certain })
        .retry(retry)
        .remedy("wait as long as the server says, lower the pace, or use jobs for large pulls")
        .remedy("a user's token shares its allowance with that user's own screens")
}

fn too_large(body: &Body) -> Error {
    match body.code() {
        "request.entity.too.large" => Error::new(ErrorKind::QueryBody, "the request is larger than the server accepts")
            .remedy("send fewer ids, filters or metrics at once"),
        _ => Error::new(ErrorKind::LimitAnswerTooLarge, "the answer would be larger than the server sends")
            .remedy("ask for smaller pages, a shorter interval or fewer groups"),
    }
}

/// A fault that may pass.
fn passing(kind: ErrorKind, cause: &str) -> Error {
    Error::new(kind, cause).sure(Certainty::Likely).retry(Retry::Later { after_ms: None }).remedy("try again later")
}

fn bad_request(case: &Case<'_>, body: &Body) -> Error {
    let said = body.message().to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let error = match body.code() {
        "response.entity.too.large" => return too_large(body),
        "client.failed.request" => {
            return Error::new(
                ErrorKind::NetworkBroken,
                "the request did not arrive whole: a poor connection, or a client that broke off",
            )
            .sure(Certainty::Likely)
            .retry(Retry::Later { after_ms: None })
            .remedy("try again; if it happens often, look at the connection");
        }
        "bad.client.state" => return login::disabled(),
        "invalid.property" => property(case, body.message()),
        "invalid.date" => Error::new(ErrorKind::QueryInterval, "a date is not ISO 8601")
            .remedy("write 2026-03-09T00:00:00.000Z, and intervals as start/end"),
        // splunk/genesys_cloud_ta v0.2.2 and others: the number differs, the words do not.
        _ if said.contains("pagination may not exceed") => {
            Error::new(ErrorKind::QueryTooLarge, "the answer holds more than the server pages through")
                .remedy("cut the interval or narrow the filter; for whole days of large organisations use a job")
        }
        _ if has(&["pagesize", "page size", "pagenumber", "page number"]) => {
            Error::new(ErrorKind::QueryPaging, "page size or page number are outside what the server allows")
                .remedy("conversation details: 1 to 100 a page")
        }
        _ if has(&["granularity"]) => Error::new(ErrorKind::QueryGranularity, "the granularity does not fit")
            .remedy("write an ISO 8601 period such as PT30M, PT1H or P1D, not longer than the interval"),
        _ if has(&["interval"]) => Error::new(ErrorKind::QueryInterval, "the interval is not accepted").remedy(
            if case.path.is_none_or(|path| path.contains("/details")) {
                "start before end; details: at most 7 days without a filter, 31 with one"
            } else {
                "start before end; where it is too long, ask for parts of it, one report each"
            },
        ),
        _ if has(&["metric"]) => Error::new(ErrorKind::QueryMetric, "the metrics are not accepted")
            .remedy("each family has its own metrics: `lint` names the nearest"),
        _ if has(&["dimension", "groupby", "group by"]) => {
            Error::new(ErrorKind::QueryDimension, "a dimension is not accepted here")
                .remedy("each family has its own dimensions: `lint` names the nearest")
        }
        "cannot.delete.client" => Error::new(ErrorKind::QueryBody, "only an inactive client can be deleted")
            .remedy("set the client to inactive first"),
        "auth.too.many.clients" => {
            Error::new(ErrorKind::QueryBody, "the organisation has as many OAuth clients as it may")
                .remedy("delete clients that nobody uses, or reuse one")
        }
        _ => Error::new(ErrorKind::QueryBody, "the server does not accept the request as it is")
            .remedy("read the server's words above; `lint` says what is wrong with a query before it is sent"),
    };
    let error = error.sure(if body.code().is_empty() { Certainty::Possible } else { Certainty::Likely });
    with_allowed(error, body.message())
}

/// "Value [x] is not a valid property for object [y]" (errors.json A-400-PROP).
fn property(case: &Case<'_>, message: &str) -> Error {
    let Some(key) = bracketed(message) else {
        return Error::new(ErrorKind::QueryBody, "the body has a key that the operation does not know")
            .remedy("compare its keys with the operation's model in the API's documentation");
    };
    let unknown = unknown_key(key, case.path.map_or("", plain_path));
    let instead = unknown.explanation.nearest.first().map(|first| format!("write `{first}`, or leave `{key}` out"));
    unknown.remedy(instead.unwrap_or_else(|| format!("leave `{key}` out")))
}

/// What stands in the first brackets of a message about a value.
fn bracketed(message: &str) -> Option<&str> {
    message.split("Value [").nth(1)?.split(']').next()
}

/// "Value [x] is not valid for field type [y]. Allowable values are: a, b": the nearest of those allowed.
fn with_allowed(mut error: Error, message: &str) -> Error {
    let written = bracketed(message);
    let allowed = super::body::list_after(message, "Allowable values are");
    if let (Some(written), Some(allowed)) = (written, allowed) {
        let near = crate::keys::nearest(written, allowed.iter().map(String::as_str));
        error.explanation.nearest = near.into_iter().map(str::to_owned).collect();
        if let Some(first) = error.explanation.nearest.first().cloned() {
            error = error.remedy(format!("write {first}"));
        }
    }
    error
}
