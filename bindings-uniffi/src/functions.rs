//! What needs no session.

use std::collections::HashMap;

use pegcount::{Level, Now, Report, wire};

use crate::problem::{ErrorClass, Fault, Problem};
use crate::session::parsed;

/// Explains an answer: JSON with `status`, `headers`, `body`, `method`, `path`, `domain` and `login`, all optional.
#[uniffi::export]
pub fn explain(case: String) -> Result<Problem, Fault> {
    Ok(wire::case(&parsed(&case)?)?.into())
}

/// One thing that is wrong with a report.
#[derive(uniffi::Record)]
pub struct Finding {
    /// `error`: nothing would be sent; or `warning`: it looks wrong but may be right.
    pub severity: String,
    /// What it is.
    pub problem: Problem,
}

/// What is wrong with a report (JSON); empty if nothing is. `wall` is milliseconds since 1970 UTC.
#[uniffi::export]
pub fn lint(report: String, wall: i64) -> Result<Vec<Finding>, Fault> {
    let finding = |level, error: pegcount::Error| Finding {
        severity: match level {
            Level::Error => "error".to_owned(),
            Level::Warning => "warning".to_owned(),
        },
        problem: error.into(),
    };
    Ok(match Report::from_json(&parsed(&report)?) {
        Ok(report) => {
            let found = pegcount::lint(&report, Now { mono: 0, wall });
            found.into_iter().map(|found| finding(found.level, found.error)).collect()
        }
        Err(error) => vec![finding(Level::Error, error)],
    })
}

/// An interval, reckoned: milliseconds since 1970 UTC.
#[derive(uniffi::Record)]
pub struct Span {
    /// The first millisecond.
    pub from: i64,
    /// The one after the last.
    pub to: i64,
}

/// Reads an interval as people write it. `wall` is the present.
#[uniffi::export]
pub fn interval(text: String, time_zone: Option<String>, wall: i64) -> Result<Span, Fault> {
    let interval = pegcount::Interval::parse(&text, time_zone.as_deref(), wall)?;
    Ok(Span { from: interval.from, to: interval.to })
}

/// One kind of error.
#[derive(uniffi::Record)]
pub struct Kind {
    /// The stable code.
    pub code: String,
    /// Its class.
    pub problem_class: ErrorClass,
    /// The exit code of a command line.
    pub exit_code: i32,
}

/// Every kind of error.
#[uniffi::export]
pub fn kinds() -> Vec<Kind> {
    let kind = |kind: &pegcount::ErrorKind| {
        let class = kind.class();
        Kind { code: kind.code().to_owned(), exit_code: class.exit_code().into(), problem_class: class }
    };
    pegcount::ErrorKind::ALL.iter().map(kind).collect()
}

/// The fields of every report, by its name.
#[uniffi::export]
pub fn reports() -> HashMap<String, Vec<String>> {
    let fields = |name: &&str| {
        Some(((*name).to_owned(), Report::fields(name)?.iter().map(|field| (*field).to_owned()).collect()))
    };
    Report::NAMES.iter().filter_map(fields).collect()
}
