//! How long an interval is, and where it lies.

use super::Findings;
use crate::error::{Error, ErrorKind};
use crate::time::Now;
use crate::time::{DAY, Interval};

/// Doubts an interval that has not begun yet: nothing can have happened in it.
pub(crate) fn future(findings: &mut Findings, asked: Interval, now: Now) -> Result<(), Error> {
    if asked.from < now.wall {
        return Ok(());
    }
    findings.doubt(
        Error::new(ErrorKind::QueryInterval, format!("the interval {asked} has not begun yet"))
            .remedy("check the year, the time zone and the clock of this machine"),
    )
}

/// Doubts more than a year of aggregates: longer spans are refused, or cut in silence (limits.md, "Intervals"; seen by
/// laggyzee/genesys-mcp, which splits at twelve months).
pub(crate) fn year(findings: &mut Findings, asked: Interval) -> Result<(), Error> {
    if asked.length() <= 366 * DAY {
        return Ok(());
    }
    findings.doubt(
        Error::new(
            ErrorKind::QueryInterval,
            format!("the interval {asked} is longer than a year: the answer may be cut"),
        )
        .remedy("ask year by year"),
    )
}
