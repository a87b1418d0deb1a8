//! The tables of a conversation, and which keys of its objects hold the rows of which. Their columns: `columns.rs`.
//!
//! The models are those of the public API definition (official Python SDK 269.0.0 and the definition of 2026-07); a
//! test holds this page against a copy of them. `segments` and `session_metrics` also carry columns of the objects
//! around them, so that the common report needs no join.

use super::columns::{
    AGENT_GROUPS, CONVERSATION_EVALUATIONS, CONVERSATION_RESOLUTIONS, CONVERSATION_SURVEYS, CONVERSATIONS,
    FLOW_OUTCOMES, MEDIA_ENDPOINT_STATS, PARTICIPANT_ATTRIBUTES, PARTICIPANTS, PROPOSED_AGENTS, SEGMENTS,
    SESSION_FLOWS, SESSION_METRICS, SESSIONS,
};
use crate::tables::sheet::{Sheet, Spec, same};

/// One table: its columns, and which keys of its objects hold rows of other tables.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) specs: &'static [Spec],
    pub(super) children: &'static [Child],
}

impl Node {
    pub(super) fn sheet(&self, around: Option<usize>) -> Sheet {
        Sheet::new(self.specs, self.children.iter().map(|child| child.key), around)
    }

    /// The table inside that a key holds, by the place of the key among those of the sheet.
    pub(super) fn child(&self, key: usize) -> Option<&'static Child> {
        self.children.get(key.checked_sub(self.specs.len())?)
    }
}

/// A key that holds rows of another table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    pub(super) key: &'static str,
    /// Its place in [`NODES`].
    pub(super) table: usize,
    pub(super) shape: Shape,
}

/// How a key holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A list of objects.
    Many,
    /// One object.
    One,
    /// An object whose keys and values are the rows.
    Pairs,
}

const fn many(key: &'static str, name: &str) -> Child {
    Child { key, table: table(name), shape: Shape::Many }
}

/// The names of the tables, in the order of [`NODES`].
pub(super) const NAMES: [&str; 14] = [
    "conversations",
    "participants",
    "participant_attributes",
    "sessions",
    "segments",
    "session_metrics",
    "session_flows",
    "flow_outcomes",
    "media_endpoint_stats",
    "proposed_agents",
    "agent_groups",
    "conversation_evaluations",
    "conversation_surveys",
    "conversation_resolutions",
];

/// The place of a table in [`NODES`]; reckoned when the library is built, so a wrong name does not build.
#[expect(clippy::indexing_slicing, clippy::panic, reason = "in a constant it is the build that fails")]
pub(super) const fn table(name: &str) -> usize {
    let mut nth = 0;
    while nth < NAMES.len() {
        if same(NAMES[nth].as_bytes(), name.as_bytes()) {
            return nth;
        }
        nth += 1;
    }
    panic!("no such table")
}

/// Every table, those around before those inside.
pub(super) const NODES: [Node; NAMES.len()] = [
    Node {
        specs: CONVERSATIONS,
        children: &[
            many("participants", "participants"),
            many("evaluations", "conversation_evaluations"),
            many("surveys", "conversation_surveys"),
            many("resolutions", "conversation_resolutions"),
        ],
    },
    Node {
        specs: PARTICIPANTS,
        children: &[
            many("sessions", "sessions"),
            Child { key: "attributes", table: table("participant_attributes"), shape: Shape::Pairs },
        ],
    },
    Node { specs: PARTICIPANT_ATTRIBUTES, children: &[] },
    Node {
        specs: SESSIONS,
        children: &[
            many("segments", "segments"),
            many("metrics", "session_metrics"),
            Child { key: "flow", table: table("session_flows"), shape: Shape::One },
            many("mediaEndpointStats", "media_endpoint_stats"),
            many("proposedAgents", "proposed_agents"),
            many("agentGroups", "agent_groups"),
        ],
    },
    Node { specs: SEGMENTS, children: &[] },
    Node { specs: SESSION_METRICS, children: &[] },
    Node { specs: SESSION_FLOWS, children: &[many("outcomes", "flow_outcomes")] },
    Node { specs: FLOW_OUTCOMES, children: &[] },
    Node { specs: MEDIA_ENDPOINT_STATS, children: &[] },
    Node { specs: PROPOSED_AGENTS, children: &[] },
    Node { specs: AGENT_GROUPS, children: &[] },
    Node { specs: CONVERSATION_EVALUATIONS, children: &[] },
    Node { specs: CONVERSATION_SURVEYS, children: &[] },
    Node { specs: CONVERSATION_RESOLUTIONS, children: &[] },
];

/// The table that the rows of a table lie in.
pub(super) fn around(nth: usize) -> Option<usize> {
    NODES.iter().position(|node| node.children.iter().any(|child| child.table == nth))
}
