//! The typed edge: what can be asked, as plain data.
//!
//! Every language, the command line, Grafana and the test vectors speak [`Report`]. One file a family holds its
//! fields, its plan, its permissions and the lint rules it uses.

pub mod aggregates;
pub mod call;
pub mod conversations;
pub mod directory;
pub mod observations;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::plan::Plan;
use crate::session::Now;

/// What is asked for: `{"report": "conversations", "interval": "…", …}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "report", rename_all = "snake_case")]
pub enum Report {
    /// Aggregated metrics.
    Aggregates(aggregates::Aggregates),
    /// Any operation.
    Call(call::Call),
    /// Conversation details.
    Conversations(conversations::Conversations),
    /// Listings that turn ids into names.
    Directory(directory::Directory),
    /// What is going on at the moment.
    Observations(observations::Observations),
}

impl Report {
    /// Lints and plans. Nothing is sent.
    ///
    /// # Errors
    /// `query.*` where the server would certainly refuse; what only looks wrong becomes a warning of the plan.
    pub fn plan(&self, now: Now) -> Result<Plan, Error> {
        match self {
            Report::Aggregates(report) => report.plan(now),
            Report::Call(report) => report.plan(now),
            Report::Conversations(report) => report.plan(now),
            Report::Directory(report) => report.plan(now),
            Report::Observations(report) => report.plan(now),
        }
    }
}
