//! What is wrong with this question, before it is sent.
//!
//! A check never blocks what the server might accept: the server's names are open sets, so an unknown one is a warning
//! unless the report is `strict`. Only what the server certainly refuses is an error.

pub(crate) mod body;
pub(crate) mod names;
pub(crate) mod span;
pub(crate) mod vocabulary;

use serde::Serialize;

use crate::error::Error;
use crate::report::Report;
use crate::time::Now;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The server would certainly refuse, or the report is strict: nothing is sent.
    Error,
    /// It looks wrong but may be right: it is sent.
    Warning,
}

/// One thing that is wrong with a report. The error's explanation holds the nearest real names and the rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// How much it weighs.
    pub level: Level,
    /// What it is.
    #[serde(flatten)]
    pub error: Error,
}

/// Checks a report without sending anything. Empty if nothing is wrong.
pub fn lint(report: &Report, now: Now) -> Vec<Finding> {
    match report.plan(now) {
        Ok(plan) => plan.warnings.into_iter().map(|error| Finding { level: Level::Warning, error }).collect(),
        Err(error) => vec![Finding { level: Level::Error, error }],
    }
}

/// Collects warnings; a strict report stops at the first.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    strict: bool,
    pub(crate) warnings: Vec<Error>,
}

impl Findings {
    pub(crate) fn new(strict: bool) -> Self {
        Findings { strict, warnings: Vec::new() }
    }

    /// Files what looks wrong but may be right.
    pub(crate) fn doubt(&mut self, error: Error) -> Result<(), Error> {
        if self.strict {
            return Err(error);
        }
        self.warnings.push(error);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
