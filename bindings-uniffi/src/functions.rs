//! What needs no session.

use std::collections::HashMap;

use pegcount::{Interval, wire};
use serde::Deserialize;

use crate::problem::{ErrorClass, Fault, Problem};
use crate::scalars::{Json, shaped};

/// Explains an answer: JSON with `status`, `headers`, `body`, `method`, `path`, `domain` and `login`, all optional.
#[uniffi::export]
fn explain(case: Json) -> Result<Problem, Fault> {
    shaped(wire::error(&wire::case(&case.0)?))
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

/// One kind of error.
#[derive(Deserialize, uniffi::Record)]
struct Kind {
    /// The stable code.
    code: String,
    /// Its class.
    #[serde(rename = "class")]
    problem_class: ErrorClass,
    /// The exit code of a command line.
    exit_code: i32,
}

/// Every kind of error.
#[uniffi::export]
fn kinds() -> Result<Vec<Kind>, Fault> {
    shaped(wire::kinds())
}

/// The fields of every report, by its name.
#[uniffi::export]
fn reports() -> Result<HashMap<String, Vec<String>>, Fault> {
    shaped(wire::reports())
}
