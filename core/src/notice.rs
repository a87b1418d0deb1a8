//! What a person would like to know while waiting.

use std::collections::VecDeque;

use serde::Serialize;

use crate::action::CallId;

/// What a person would like to know while waiting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Notice {
    /// The call it concerns, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<CallId>,
    /// What it is about.
    pub kind: NoticeKind,
    /// One sentence for a person.
    pub text: String,
    /// How long the wait is, in milliseconds, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<u64>,
}

/// The kinds of notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// How a job on the server stands.
    Job,
    /// The server's limit was met: waiting.
    Limit,
    /// The query looks wrong.
    Lint,
    /// A token was minted.
    Minted,
    /// The pace was reached: waiting.
    Pace,
    /// How far a call has come.
    Progress,
    /// A request is about to be repeated.
    Retry,
    /// A token minted by another process is used.
    Shared,
    /// The token store does not work.
    Store,
    /// A token was refused before its time.
    TokenRefused,
}

/// Notices that nobody has taken yet; the oldest go first when nobody ever does.
#[derive(Debug, Default)]
pub(crate) struct Notices(VecDeque<Notice>);

impl Notices {
    const MOST: usize = 256;

    pub(crate) fn push(&mut self, call: Option<CallId>, kind: NoticeKind, text: String, wait: Option<u64>) {
        if self.0.len() == Self::MOST {
            self.0.pop_front();
        }
        self.0.push_back(Notice { call, kind, text, wait });
    }

    pub(crate) fn pop(&mut self) -> Option<Notice> {
        self.0.pop_front()
    }
}
