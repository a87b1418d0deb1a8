//! One call: a report under way.

use std::sync::Arc;

use crate::action::{RequestId, Summary, Why};
use crate::error::Error;
use crate::flow::Flow;
use crate::report::Report;
use crate::retry::Attempts;

/// A report under way, from `start` to its last word.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) report: Arc<Report>,
    pub(crate) flow: Flow,
    pub(crate) operation: String,
    pub(crate) state: State,
    /// Pages asked for and not yet delivered.
    pub(crate) wanted: u32,
    pub(crate) timeout: u64,
    pub(crate) deadline: Option<u64>,
    /// Requests that it may send.
    pub(crate) max_calls: Option<u32>,
    /// What the present request has been through.
    pub(crate) attempts: Attempts,
    pub(crate) summary: Summary,
    /// The last refusal or failure: what an exceeded deadline is explained by.
    pub(crate) trouble: Option<Error>,
    /// Since when the pace holds its next request back.
    pub(crate) paced: Option<u64>,
}

/// Where a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The next request may go.
    Ready,
    /// The next request may go from then on.
    Pause { until: u64, why: Why },
    /// A request is under way.
    Asked(RequestId),
}

impl Call {
    /// Whether it would send, were the token and the gate open.
    pub(crate) fn is_ready(&self, now: u64) -> bool {
        self.wanted > 0
            && match self.state {
                State::Ready => true,
                State::Pause { until, .. } => until <= now,
                State::Asked(_) => false,
            }
    }

    /// The operation that pages and errors name.
    pub(crate) fn operation(&self) -> String {
        self.flow.operation().unwrap_or_else(|| self.operation.clone())
    }

    /// Whether it needs a token to go on, now or after its pause.
    pub(crate) fn wants_token(&self) -> bool {
        self.wanted > 0 && !matches!(self.state, State::Asked(_))
    }

    /// Whether waiting until then would be in vain.
    pub(crate) fn is_late(&self, until: u64) -> bool {
        self.deadline.is_some_and(|deadline| until >= deadline)
    }
}
