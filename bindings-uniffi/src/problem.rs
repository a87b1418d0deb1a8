//! What can go wrong, as data: each language makes its own exceptions or cases of it.

pub use pegcount::ErrorClass;
use pegcount::{Certainty, Error, Retry};

use crate::action::signed;

/// The one error that crosses the border.
#[derive(Debug, uniffi::Error)]
pub enum Fault {
    /// The core refused.
    Refused {
        /// Why.
        problem: Problem,
    },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Fault::Refused { problem } = self;
        write!(f, "{} [{}]", problem.text, problem.code)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Fault::Refused { problem: error.into() }
    }
}

/// A failure, with everything that helps to mend it. Never holds a secret, a token or a whole body.
#[derive(Debug, uniffi::Record)]
pub struct Problem {
    /// The stable code, such as `forbidden.permission`.
    pub code: String,
    /// The first word of the code.
    pub problem_class: ErrorClass,
    /// The HTTP status, if an answer came.
    pub status: Option<i32>,
    /// The server's own words, or ours where the server said nothing.
    pub text: String,
    /// The id to give to Genesys support.
    pub request_id: Option<String>,
    /// Whether asking again can help.
    pub retry: RetryAdvice,
    /// Method and path of the operation.
    pub operation: Option<String>,
    /// How many times the request was sent; 0 when nothing was sent.
    pub attempts: i64,
    /// Why, and what to do.
    pub explanation: Explanation,
}

/// Why something was refused, and what to do.
#[derive(Debug, uniffi::Record)]
pub struct Explanation {
    /// The stable code, the same as the error's.
    pub code: String,
    /// One sentence: what happened.
    pub cause: String,
    /// What was seen that points to the cause.
    pub evidence: Vec<String>,
    /// The steps that mend it, in order.
    pub remedy: Vec<String>,
    /// `certain`, `likely` or `possible`.
    pub certainty: String,
    /// Missing permissions and divisions, by their real names.
    pub missing: Vec<String>,
    /// The real names nearest to one that does not exist.
    pub nearest: Vec<String>,
    /// A widespread false belief that this answers, if one shows.
    pub belief: Option<String>,
    /// The whole as a short text.
    pub text: String,
}

/// Whether asking again can help.
#[derive(Debug, uniffi::Record)]
pub struct RetryAdvice {
    /// `never`, `later`, or `may_be_done`: look on the server before asking again.
    pub advice: String,
    /// Milliseconds from the moment of the error, where the server said how many.
    pub after_ms: Option<i64>,
}

/// The first word of a code: one exception or case in each language.
#[uniffi::remote(Enum)]
pub enum ErrorClass {
    /// The configuration cannot be used.
    Config,
    /// The question is wrong: nothing was sent, or the server said so.
    Query,
    /// The log-in was refused.
    Auth,
    /// Logged in, but not allowed.
    Forbidden,
    /// It does not exist.
    NotFound,
    /// A limit was met.
    Limit,
    /// The server's fault.
    Server,
    /// The network's fault.
    Network,
    /// The answer cannot be read.
    Answer,
    /// An asynchronous job ended badly.
    Job,
    /// The caller cancelled.
    Cancelled,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (advice, after_ms) = match error.retry {
            Retry::Never => ("never", None),
            Retry::Later { after_ms } => ("later", after_ms.map(signed)),
            Retry::MayBeDone => ("may_be_done", None),
        };
        Problem {
            code: error.kind.code().to_owned(),
            problem_class: error.kind.class(),
            status: error.status.map(i32::from),
            text: error.message,
            request_id: error.request_id,
            retry: RetryAdvice { advice: advice.to_owned(), after_ms },
            operation: error.operation,
            attempts: error.attempts.into(),
            explanation: (*error.explanation).into(),
        }
    }
}

impl From<pegcount::Explanation> for Explanation {
    fn from(explained: pegcount::Explanation) -> Self {
        let certainty = match explained.certainty {
            Certainty::Possible => "possible",
            Certainty::Likely => "likely",
            Certainty::Certain => "certain",
        };
        Explanation {
            text: explained.to_string(),
            code: explained.code.to_owned(),
            cause: explained.cause,
            evidence: explained.evidence,
            remedy: explained.remedy,
            certainty: certainty.to_owned(),
            missing: explained.missing,
            nearest: explained.nearest,
            belief: explained.belief,
        }
    }
}
