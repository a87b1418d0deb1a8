//! The order a query or a job wants its rows in.

use serde_json::Value;

use crate::refusal::Refusal;
use crate::traffic::model::Conversation;

/// What conversations are ordered by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderBy {
    Start,
    End,
    SegmentStart,
    SegmentEnd,
}

impl OrderBy {
    pub(super) fn read(body: &Value) -> Result<Self, Refusal> {
        Ok(match body["orderBy"].as_str() {
            None | Some("conversationStart") => Self::Start,
            Some("conversationEnd") => Self::End,
            Some("segmentStart") => Self::SegmentStart,
            Some("segmentEnd") => Self::SegmentEnd,
            Some(other) => {
                let known = ["conversationStart", "conversationEnd", "segmentStart", "segmentEnd"];
                return Err(Refusal::value(other, "orderBy", &known));
            }
        })
    }

    /// Where a conversation stands; what has not ended stands last.
    pub(super) fn rank(self, it: &Conversation) -> i64 {
        let segments = || it.participants.iter().flat_map(|p| &p.sessions).flat_map(|s| &s.segments);
        match self {
            Self::Start => it.start,
            Self::End => it.end.unwrap_or(i64::MAX),
            Self::SegmentStart => segments().map(|segment| segment.start).min().unwrap_or(it.start),
            Self::SegmentEnd => segments().map(|segment| segment.end.unwrap_or(i64::MAX)).max().unwrap_or(i64::MAX),
        }
    }
}

/// Whether the last comes first.
pub(super) fn is_descending(body: &Value) -> Result<bool, Refusal> {
    match body["order"].as_str() {
        None | Some("asc" | "unordered") => Ok(false),
        Some("desc") => Ok(true),
        Some(other) => Err(Refusal::value(other, "order", &["asc", "desc", "unordered"])),
    }
}
