//! What can go wrong, as data: each language makes its own exceptions or cases of it.

use std::io;

use pegcount::{Error, wire};
use serde::Deserialize;

use crate::scalars::{Count, shaped};

/// The one error that crosses the border.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub(crate) enum Fault {
    /// The core refused.
    #[error("{} [{}]", .problem.text, .problem.code)]
    Refused {
        /// Why.
        problem: Problem,
    },
    /// Something beside the core: a file does not work, or these types are not the core's shapes.
    #[error("{why}")]
    Beside {
        /// What it is.
        why: String,
    },
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        shaped(wire::error(&error)).map_or_else(|fault| fault, |problem| Fault::Refused { problem })
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Beside { why: error.to_string() }
    }
}

/// A failure, with everything that helps to mend it. Never holds a secret, a token or a whole body.
#[derive(Debug, Deserialize, uniffi::Record)]
pub(crate) struct Problem {
    /// The stable code, such as `forbidden.permission`.
    code: String,
    /// The first word of the code, as the exception or case of a language: `Forbidden`, `NotFound`, ….
    #[serde(rename = "class")]
    problem_class: String,
    /// The HTTP status, if an answer came.
    status: Option<i32>,
    /// The server's own words, or ours where the server said nothing.
    #[serde(rename = "message")]
    text: String,
    /// The id to give to Genesys support.
    request_id: Option<String>,
    /// Whether asking again can help.
    retry: RetryAdvice,
    /// Method and path of the operation.
    operation: Option<String>,
    /// How many times the request was sent; 0 when nothing was sent.
    attempts: Count,
    /// Why, and what to do.
    explanation: Explanation,
}

/// Why something was refused, and what to do.
#[derive(Debug, Deserialize, uniffi::Record)]
pub(crate) struct Explanation {
    /// The stable code, the same as the error's.
    code: String,
    /// One sentence: what happened.
    cause: String,
    /// What was seen that points to the cause.
    evidence: Vec<String>,
    /// The steps that mend it, in order.
    remedy: Vec<String>,
    /// `certain`, `likely` or `possible`.
    certainty: String,
    /// Missing permissions and divisions, by their real names.
    missing: Vec<String>,
    /// The real names nearest to one that does not exist.
    nearest: Vec<String>,
    /// A widespread false belief that this answers, if one shows.
    belief: Option<String>,
    /// Where a report ended early: given as `resume` with the same report, it goes on there.
    resume: Option<String>,
    /// The whole as a short text.
    text: String,
}

/// Whether asking again can help.
#[derive(Debug, Deserialize, uniffi::Record)]
pub(crate) struct RetryAdvice {
    /// `never`, `later`, or `may_be_done`: look on the server before asking again.
    advice: String,
    /// Milliseconds from the moment of the error, where the server said how many.
    after_ms: Option<Count>,
}
