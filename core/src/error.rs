//! The one taxonomy of failure, for every language.
//!
//! [`ErrorKind`] is the closed list of what can go wrong, each with a stable [`ErrorKind::code`]. An [`Error`]
//! carries the kind, the server's own words and an [`Explanation`] that says why and what to do.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

use crate::keys::nearest;

/// Declares [`ErrorKind`], its codes, its classes and the list of all of them in one place.
macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $class:ident;)+) => {
        /// What went wrong, as a stable code.
        ///
        /// Bindings never match on the variants: they map [`ErrorKind::class`] to an exception and pass the code on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ErrorKind {
            $($(#[$doc])* $variant,)+
        }

        impl ErrorKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [ErrorKind] = &[$(ErrorKind::$variant,)+];

            /// The stable code, such as `forbidden.permission`.
            pub const fn code(self) -> &'static str {
                match self { $(ErrorKind::$variant => $code,)+ }
            }

            /// The class that a language maps to an exception, a case or a sentinel.
            pub const fn class(self) -> ErrorClass {
                match self { $(ErrorKind::$variant => ErrorClass::$class,)+ }
            }
        }
    };
}

kinds! {
    /// The region is unknown, or its spelling is not one of a region.
    ConfigRegion = "config.region", Config;
    /// No credentials were found, or they cannot be used as they are.
    ConfigCredentials = "config.credentials", Config;
    /// A profile was named that does not exist or cannot be read.
    ConfigProfile = "config.profile", Config;
    /// Any other setting that breaks its rule.
    ConfigValue = "config.value", Config;
    /// The interval cannot be understood, runs backwards or is longer than the rule allows.
    QueryInterval = "query.interval", Query;
    /// A metric that the family does not have.
    QueryMetric = "query.metric", Query;
    /// A dimension that the family does not have, or cannot be used so.
    QueryDimension = "query.dimension", Query;
    /// A granularity that is not an ISO 8601 period, or does not fit the interval.
    QueryGranularity = "query.granularity", Query;
    /// A page size, page number or depth outside what the server allows.
    QueryPaging = "query.paging", Query;
    /// The request body has a key or a value that the operation does not know.
    QueryBody = "query.body", Query;
    /// The answer would hold more than the server pages through.
    QueryTooLarge = "query.too_large", Query;
    /// The login host does not know this client id.
    AuthUnknownClient = "auth.unknown_client", Auth;
    /// The client is known, its secret is wrong or was rotated.
    AuthWrongSecret = "auth.wrong_secret", Auth;
    /// The client is disabled or inactive.
    AuthDisabledClient = "auth.disabled_client", Auth;
    /// The client was made for another grant.
    AuthWrongGrant = "auth.wrong_grant", Auth;
    /// The authorization code was refused.
    AuthCodeRefused = "auth.code_refused", Auth;
    /// The refresh token was refused.
    AuthRefreshRefused = "auth.refresh_refused", Auth;
    /// The access token was refused, and a fresh one did not help or cannot be had.
    AuthTokenRefused = "auth.token_refused", Auth;
    /// The caller's address is not on the organisation's allow-list.
    AuthIpNotAllowed = "auth.ip_not_allowed", Auth;
    /// Any other refusal to log in.
    AuthRefused = "auth.refused", Auth;
    /// A permission is missing from the roles of the client or user.
    ForbiddenPermission = "forbidden.permission", Forbidden;
    /// The permission is there, but not in the division of the object.
    ForbiddenDivision = "forbidden.division", Forbidden;
    /// The token's scopes do not cover the operation.
    ForbiddenScope = "forbidden.scope", Forbidden;
    /// An access policy of the organisation denied the request.
    ForbiddenPolicy = "forbidden.policy", Forbidden;
    /// The operation needs a user; client credentials have none.
    ForbiddenNeedsUser = "forbidden.needs_user", Forbidden;
    /// The operation needs a client; the token belongs to a user.
    ForbiddenNeedsClient = "forbidden.needs_client", Forbidden;
    /// The signed URL of a file is no longer good.
    ForbiddenUrl = "forbidden.url", Forbidden;
    /// Any other refusal of a request that was understood.
    ForbiddenOther = "forbidden.other", Forbidden;
    /// No such operation exists.
    NotFoundOperation = "not_found.operation", NotFound;
    /// The operation exists, the object does not (or is not visible).
    NotFoundEntity = "not_found.entity", NotFound;
    /// Too many requests, and waiting did not help within the limits set.
    LimitRate = "limit.rate", Limit;
    /// The server asked for a wait too long to sit out: come back later.
    LimitDeferred = "limit.deferred", Limit;
    /// Tokens are being minted faster than the login host allows.
    LimitMint = "limit.mint", Limit;
    /// The session's own budget (deadline, retries, calls) is spent.
    LimitBudget = "limit.budget", Limit;
    /// The answer is larger than the server or the host accepts, even for the smallest page.
    LimitAnswerTooLarge = "limit.answer_too_large", Limit;
    /// The server failed in a way that repeating does not mend.
    ServerFault = "server.fault", Server;
    /// The server was unavailable each time it was asked.
    ServerUnavailable = "server.unavailable", Server;
    /// The host name could not be resolved.
    NetworkDns = "network.dns", Network;
    /// The connection was refused.
    NetworkRefused = "network.refused", Network;
    /// The TLS handshake or certificate failed.
    NetworkTls = "network.tls", Network;
    /// A proxy stood in the way, or answered in the server's place.
    NetworkProxy = "network.proxy", Network;
    /// No answer came in time.
    NetworkTimeout = "network.timeout", Network;
    /// The connection broke.
    NetworkBroken = "network.broken", Network;
    /// The answer is not JSON.
    AnswerNotJson = "answer.not_json", Answer;
    /// The answer stops in the middle.
    AnswerTruncated = "answer.truncated", Answer;
    /// The answer is JSON, but not of the shape of this operation.
    AnswerUnexpected = "answer.unexpected", Answer;
    /// The job failed on the server.
    JobFailed = "job.failed", Job;
    /// The job's results have expired.
    JobExpired = "job.expired", Job;
    /// The job was cancelled on the server.
    JobCancelled = "job.cancelled", Job;
    /// The job was asked for data past what is available.
    JobBehind = "job.behind", Job;
    /// The caller cancelled.
    Cancelled = "cancelled", Cancelled;
}

impl ErrorKind {
    /// Finds a kind by its code.
    pub fn from_code(code: &str) -> Option<ErrorKind> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}

impl Serialize for ErrorKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// The first word of a code: one exception class, sentinel or case in each language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

impl ErrorClass {
    /// The name of the class as exceptions carry it, without the ending: `Forbidden` for `ForbiddenError`.
    pub const fn name(self) -> &'static str {
        match self {
            ErrorClass::Config => "Config",
            ErrorClass::Query => "Query",
            ErrorClass::Auth => "Auth",
            ErrorClass::Forbidden => "Forbidden",
            ErrorClass::NotFound => "NotFound",
            ErrorClass::Limit => "Limit",
            ErrorClass::Server => "Server",
            ErrorClass::Network => "Network",
            ErrorClass::Answer => "Answer",
            ErrorClass::Job => "Job",
            ErrorClass::Cancelled => "Cancelled",
        }
    }

    /// The exit code of the command line.
    pub const fn exit_code(self) -> u8 {
        match self {
            ErrorClass::Config | ErrorClass::Query => 2,
            ErrorClass::Auth => 3,
            ErrorClass::Forbidden => 4,
            ErrorClass::NotFound => 5,
            ErrorClass::Limit => 6,
            ErrorClass::Server => 7,
            ErrorClass::Network => 8,
            ErrorClass::Answer | ErrorClass::Job => 9,
            ErrorClass::Cancelled => 130,
        }
    }
}

/// Whether asking again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "advice", rename_all = "snake_case")]
pub enum Retry {
    /// The same request will be refused again until something changes.
    Never,
    /// The same request may succeed later; `after_ms` when the server said how much later.
    Later {
        /// Milliseconds from the moment of the error.
        #[serde(skip_serializing_if = "Option::is_none")]
        after_ms: Option<u64>,
    },
    /// The server may already have done it: look before asking again.
    MayBeDone,
}

/// How sure an explanation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Several causes fit; this is one of them.
    Possible,
    /// The evidence points here, but another cause is not excluded.
    Likely,
    /// The server said so.
    Certain,
}

/// Why something was refused, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Explanation {
    /// The stable code, the same as the error's.
    pub code: &'static str,
    /// One sentence: what happened.
    pub cause: String,
    /// What was seen that points to the cause.
    pub evidence: Vec<String>,
    /// The steps that mend it, in order.
    pub remedy: Vec<String>,
    /// How sure the cause is.
    pub certainty: Certainty,
    /// Missing permissions and divisions, by their real names.
    pub missing: Vec<String>,
    /// The real names nearest to one that does not exist.
    pub nearest: Vec<String>,
    /// A widespread false belief that this answers, if one shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub belief: Option<String>,
    /// Where a report ended early: given as `resume` with the same report, it goes on there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume: Option<String>,
}

impl Explanation {
    /// An explanation with a cause that is certain and nothing else known.
    pub fn new(kind: ErrorKind, cause: impl Into<String>) -> Self {
        Explanation {
            code: kind.code(),
            cause: cause.into(),
            evidence: Vec::new(),
            remedy: Vec::new(),
            certainty: Certainty::Certain,
            missing: Vec::new(),
            nearest: Vec::new(),
            belief: None,
            resume: None,
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cause)?;
        match self.certainty {
            Certainty::Certain => {}
            Certainty::Likely => write!(f, " (likely)")?,
            Certainty::Possible => write!(f, " (possible)")?,
        }
        let list = |f: &mut fmt::Formatter<'_>, title: &str, items: &[String]| -> fmt::Result {
            match items {
                [] => Ok(()),
                [one] => write!(f, "\n{title}: {one}"),
                many => {
                    write!(f, "\n{title}:")?;
                    many.iter().try_for_each(|item| write!(f, "\n  - {item}"))
                }
            }
        };
        list(f, "missing", &self.missing)?;
        list(f, "nearest", &self.nearest)?;
        list(f, "evidence", &self.evidence)?;
        list(f, "what to do", &self.remedy)?;
        match &self.belief {
            Some(belief) => write!(f, "\nnote: {belief}"),
            None => Ok(()),
        }
    }
}

/// A failure: its [`ErrorParts`], which are read and written as if they were its own. One pointer, because errors
/// travel in every `Result`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(transparent)]
#[error("{} [{}]", .0.message, .0.kind.code())]
pub struct Error(Box<ErrorParts>);

/// A failure, with everything that helps to mend it. Never holds a secret, a token or a whole body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Error"))]
pub struct ErrorParts {
    /// What went wrong; serialised as its code.
    #[serde(rename = "code")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub kind: ErrorKind,
    /// The HTTP status, if an answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The server's own words, or ours where the server said nothing.
    pub message: String,
    /// The id to give to Genesys support (`ININ-Correlation-Id`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Whether asking again can help.
    pub retry: Retry,
    /// Method and path template of the operation, such as `POST /api/v2/analytics/conversations/details/query`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// How many times the request was sent; 0 when nothing was sent.
    pub attempts: u32,
    /// Why, and what to do.
    pub explanation: Explanation,
}

impl Deref for Error {
    type Target = ErrorParts;

    fn deref(&self) -> &ErrorParts {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut ErrorParts {
        &mut self.0
    }
}

/// What adds to an error is not inlined: a page loads hundreds of calls.
impl Error {
    /// An error whose cause is certain, and is its message.
    #[inline(never)]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let message = message.into();
        Error(Box::new(ErrorParts {
            kind,
            status: None,
            explanation: Explanation::new(kind, message.clone()),
            message,
            request_id: None,
            retry: Retry::Never,
            operation: None,
            attempts: 0,
        }))
    }

    /// Adds one step of advice.
    #[must_use]
    #[inline(never)]
    pub fn remedy(mut self, step: impl Into<String>) -> Self {
        self.explanation.remedy.push(step.into());
        self
    }

    /// Adds what was seen.
    #[must_use]
    #[inline(never)]
    pub fn evidence(mut self, seen: impl Into<String>) -> Self {
        self.explanation.evidence.push(seen.into());
        self
    }

    /// Adds the real names nearest to what was written.
    #[must_use]
    pub fn nearest(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        for name in names {
            self.explanation.nearest.push(name.into());
        }
        self
    }

    /// Says of a name that does not exist which there are, and which of them are the nearest.
    #[must_use]
    pub(crate) fn there_are(self, written: &str, names: &[&str]) -> Self {
        self.nearest(nearest(written, names.iter().copied())).evidence(format!("there are: {}", names.join(", ")))
    }

    /// Adds missing permissions and divisions, each once.
    #[must_use]
    pub(crate) fn missing(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        for name in names {
            let name = name.into();
            if !self.explanation.missing.contains(&name) {
                self.explanation.missing.push(name);
            }
        }
        self
    }

    /// Says how sure the cause is.
    #[must_use]
    #[inline(never)]
    pub(crate) fn sure(mut self, certainty: Certainty) -> Self {
        self.explanation.certainty = certainty;
        self
    }

    /// Says whether asking again can help.
    #[must_use]
    #[inline(never)]
    pub(crate) fn retry(mut self, retry: Retry) -> Self {
        self.0.retry = retry;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_begins_with_its_class() {
        for kind in ErrorKind::ALL {
            let first = kind.code().split('.').next().unwrap_or_default().replace('_', "");
            assert_eq!(first, kind.class().name().to_lowercase(), "{kind:?}");
            assert_eq!(ErrorKind::from_code(kind.code()), Some(*kind));
        }
    }

    #[test]
    fn an_explanation_reads_as_text() {
        let error = Error::new(ErrorKind::QueryMetric, "no metric `nFoo`").nearest(["nFlow"]).remedy("write nFlow");
        assert_eq!(error.to_string(), "no metric `nFoo` [query.metric]");
        assert_eq!(error.explanation.to_string(), "no metric `nFoo`\nnearest: nFlow\nwhat to do: write nFlow");
    }
}
