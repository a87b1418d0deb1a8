//! What needs no session.

use pegcount::{Interval, wire};
use serde::Deserialize;

use crate::problem::{Fault, Problem};
use crate::scalars::{Count, Json, shaped};

/// Explains an answer: JSON with `status`, `headers`, `body`, `method`, `path`, `domain` and `login`, all optional.
#[uniffi::export]
fn explain(refused: Json) -> Result<Problem, Fault> {
    shaped(wire::error(&wire::case(&refused.0)?))
}

/// One thing that is wrong with a report.
#[derive(Deserialize, uniffi::Record)]
struct Finding {
    /// `error`: nothing would be sent; or `warning`: it looks wrong but may be right.
    severity: String,
    /// What it is.
    #[serde(rename = "error")]
    problem: Problem,
}

/// What is wrong with a report (JSON); empty if nothing is. `wall` is milliseconds since 1970 UTC.
#[uniffi::export]
fn lint(report: Json, wall: i64) -> Result<Vec<Finding>, Fault> {
    shaped(wire::findings(&report.0, wall))
}

/// What a report would cost, before anything is sent.
#[derive(Deserialize, uniffi::Record)]
struct Plan {
    /// The operation that gives the report its name.
    operation: String,
    /// `query`, `job`, `auto`, `listing` or `ids`: how it is asked.
    lane: String,
    /// So many requests at the least, log-ins not counted.
    requests: Count,
    /// Whether it is just so many: how many pages there are is known to the server alone.
    exact: bool,
    /// Seconds that these requests take at the pace, at the least.
    seconds: Count,
    /// The intervals that are sent, where there are several.
    #[serde(default)]
    windows: Vec<String>,
    /// The first request as JSON: `method`, `path`, `query`, `body`.
    first: Json,
    /// What looks wrong and may be right.
    warnings: Vec<Problem>,
}

/// What a report (JSON) would cost at a pace of so many requests a minute.
#[uniffi::export]
fn plan(report: Json, pace: i32, wall: i64) -> Result<Plan, Fault> {
    shaped(wire::plan(&report.0, u32::try_from(pace).unwrap_or_default(), wall)?)
}

/// Which grant fits.
#[derive(Deserialize, uniffi::Record)]
struct Advice {
    /// `client_credentials`, `authorization_code`, `pkce` or `saml2_bearer`.
    grant: String,
    /// Why this one.
    why: String,
    /// What to set up, in the words of the administration pages.
    steps: Vec<String>,
    /// What to know beforehand.
    caveats: Vec<String>,
    /// What will not work, and why.
    will_not_work: Vec<String>,
    /// The whole as a short text.
    text: String,
}

/// Says which grant fits a situation (JSON).
#[uniffi::export]
fn advise(situation: Json) -> Result<Advice, Fault> {
    shaped(wire::advise(&situation.0)?)
}

/// An interval, reckoned: milliseconds since 1970 UTC.
#[derive(uniffi::Record)]
struct Span {
    /// The first millisecond.
    from: i64,
    /// The one after the last.
    to: i64,
}

/// Reads an interval as people write it. `wall` is the present.
#[uniffi::export]
fn interval(text: String, time_zone: Option<String>, wall: i64) -> Result<Span, Fault> {
    let Interval { from, to, .. } = Interval::parse(&text, time_zone.as_deref(), wall)?;
    Ok(Span { from, to })
}
