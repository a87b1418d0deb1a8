//! The rows of each schema: what changed within an hour, as it was at its end. A thing that goes on is in several files;
//! the row with the latest time is the one that counts.

use serde_json::{Map, Value, json};

use super::parquet::{Column, Kind};
use crate::agents::presence::DEFINITIONS;
use crate::agents::timeline::{Record, presence_of, records, routing_of};
use crate::org::Org;
use crate::time::{DAY, Interval, parse_iso};
use crate::traffic::model::{Conversation, Session};
use crate::traffic::{Manner, write_conversation};

type Rows = Vec<Vec<Value>>;

/// A schema: its name, its columns, and what fills them from a moment on until another.
pub(super) struct Schema {
    pub(super) name: &'static str,
    pub(super) columns: &'static [Column],
    pub(super) rows: fn(&mut Org, i64, i64) -> Rows,
}

const fn text(name: &'static str) -> Column {
    (name, Kind::Text)
}

/// Times, too: milliseconds since 1970.
const fn number(name: &'static str) -> Column {
    (name, Kind::Number)
}

const CONVERSATIONS: &[Column] = &[
    text("conversationId"),
    number("conversationStart"),
    number("conversationEnd"),
    text("originatingDirection"),
    text("conversationInitiator"),
    text("externalTag"),
    number("updateTimestamp"),
];
const SEGMENTS: &[Column] = &[
    text("conversationId"),
    text("participantId"),
    text("purpose"),
    text("userId"),
    text("sessionId"),
    text("mediaType"),
    text("direction"),
    text("segmentId"),
    text("segmentType"),
    number("segmentStart"),
    number("segmentEnd"),
    text("queueId"),
    text("wrapUpCode"),
    text("disconnectType"),
    number("updateTimestamp"),
];
const ATTRIBUTES: &[Column] = &[
    text("conversationId"),
    text("participantId"),
    text("attributeName"),
    text("attributeValue"),
    number("eventTime"),
];
const METRICS: &[Column] =
    &[text("conversationId"), text("sessionId"), text("metricName"), number("metricValue"), number("metricTimestamp")];
const FLOWS: &[Column] = &[
    text("conversationId"),
    text("sessionId"),
    text("flowId"),
    text("flowType"),
    text("metricName"),
    number("metricValue"),
    number("metricTimestamp"),
];
const PRESENCES: &[Column] = &[
    text("userId"),
    text("systemPresence"),
    text("organizationPresenceId"),
    number("startTimestamp"),
    number("endTimestamp"),
];
const STATUSES: &[Column] = &[text("userId"), text("routingStatus"), number("startTimestamp"), number("endTimestamp")];

pub(super) const SCHEMAS: [Schema; 7] = [
    Schema { name: "agent-routing-status", columns: STATUSES, rows: statuses },
    Schema { name: "conversation-metrics", columns: METRICS, rows: metrics },
    Schema { name: "conversations", columns: CONVERSATIONS, rows: conversations },
    Schema { name: "flow-metrics", columns: FLOWS, rows: flows },
    Schema { name: "participant-attributes", columns: ATTRIBUTES, rows: attributes },
    Schema { name: "segments", columns: SEGMENTS, rows: segments },
    Schema { name: "user-presence", columns: PRESENCES, rows: presences },
];

/// The cells of a row: members of one of the objects that are told, the first that has it.
fn cells(columns: &[Column], told: &[&Value]) -> Vec<Value> {
    let cell = |(name, kind): &Column| {
        let value = told.iter().map(|object| &object[*name]).find(|value| !value.is_null());
        match (kind, value) {
            (Kind::Number, Some(Value::String(date))) => parse_iso(date).map_or(Value::Null, |at| json!(at)),
            (_, value) => value.cloned().unwrap_or_default(),
        }
    };
    columns.iter().map(cell).collect()
}

/// Conversations that changed, as they were at the end; and as details tell them, with the time of the last change.
fn changed(org: &mut Org, from: i64, until: i64) -> Vec<(Conversation, Value)> {
    let mut found = Vec::new();
    for place in org.traffic.alive(from, until) {
        let it = org.traffic.build(place);
        if it.next_change(from - 1).is_some_and(|at| at < until) {
            let latest = it.last_change_by(until - 1);
            let it = it.seen_at(until - 1);
            let mut written = Vec::new();
            write_conversation(&it, &org.directory, Manner { future: false, attributes: true }, &mut written);
            let mut told: Value = serde_json::from_slice(&written).unwrap_or_default();
            told["updateTimestamp"] = json!(latest);
            found.push((it, told));
        }
    }
    found
}

fn conversations(org: &mut Org, from: i64, until: i64) -> Rows {
    changed(org, from, until).iter().map(|(_, told)| cells(CONVERSATIONS, &[told])).collect()
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn segments(org: &mut Org, from: i64, until: i64) -> Rows {
    let mut rows = Vec::new();
    for (it, told) in changed(org, from, until) {
        let sides = it.participants.iter().zip(list(&told, "participants"));
        let sessions = sides.flat_map(|(participant, side)| {
            let all = participant.sessions.iter().zip(list(side, "sessions"));
            all.map(move |(session, told)| (session, side, told))
        });
        for (session, side, of_session) in sessions {
            for (nth, (segment, of_segment)) in session.segments.iter().zip(list(of_session, "segments")).enumerate() {
                let night = segment.rewritten.as_ref().map(|(night, _)| *night);
                let latest = night.max(segment.end).unwrap_or(segment.start);
                if latest < from {
                    continue;
                }
                let id = session.id.sibling(SEGMENT + nth as u64).to_string();
                let more = json!({"segmentId": id, "updateTimestamp": latest});
                rows.push(cells(SEGMENTS, &[of_segment, &more, of_session, side, &told]));
            }
        }
    }
    rows
}

/// What makes a segment's id of its session's and its place there.
const SEGMENT: u64 = 1_000;

/// What a participant got is told with the first of its segments.
fn attributes(org: &mut Org, from: i64, until: i64) -> Rows {
    let mut rows = Vec::new();
    for (it, told) in changed(org, from, until) {
        for (participant, side) in it.participants.iter().zip(list(&told, "participants")) {
            let starts = participant.sessions.iter().flat_map(|session| &session.segments).map(|segment| segment.start);
            let Some(at) = starts.min().filter(|at| *at >= from) else { continue };
            for (name, value) in side["attributes"].as_object().unwrap_or(&Map::new()) {
                let more = json!({"attributeName": name, "attributeValue": value, "eventTime": at});
                rows.push(cells(ATTRIBUTES, &[&more, side, &told]));
            }
        }
    }
    rows
}

/// The metrics that were emitted in the sessions that are asked for.
fn emitted(
    org: &mut Org,
    (from, until): (i64, i64),
    columns: &[Column],
    is_asked: impl Fn(&Session, &str) -> bool,
) -> Rows {
    let mut rows = Vec::new();
    for (it, told) in changed(org, from, until) {
        for session in it.participants.iter().flat_map(|participant| &participant.sessions) {
            let flow = session
                .flow
                .as_ref()
                .map_or(Value::Null, |flow| json!({"flowId": flow.id.to_string(), "flowType": flow.kind}));
            let metrics = session.metrics.iter().filter(|metric| metric.emitted >= from);
            for metric in metrics.filter(|metric| is_asked(session, metric.name)) {
                let more = json!({
                    "sessionId": session.id_text(),
                    "metricName": metric.name,
                    "metricValue": metric.value,
                    "metricTimestamp": metric.emitted,
                });
                rows.push(cells(columns, &[&more, &flow, &told]));
            }
        }
    }
    rows
}

fn metrics(org: &mut Org, from: i64, until: i64) -> Rows {
    emitted(org, (from, until), METRICS, |session, name| !is_of_flow(session, name))
}

fn flows(org: &mut Org, from: i64, until: i64) -> Rows {
    emitted(org, (from, until), FLOWS, is_of_flow)
}

fn is_of_flow(session: &Session, name: &str) -> bool {
    session.flow.is_some() && name[1..].starts_with("Flow")
}

/// The records of each user that began or ended, each with what makes its own cells.
fn recorded<T: Copy + PartialEq>(
    org: &mut Org,
    (from, until): (i64, i64),
    columns: &[Column],
    what: fn(&crate::agents::timeline::State) -> (T, bool),
    own: impl Fn(&Org, &Record<T>) -> Value,
) -> Rows {
    // A record that began the day before is whole, too.
    let interval = Interval { start: from - DAY, end: until };
    let all = org.states(interval, until - 1);
    let mut rows = Vec::new();
    for (user, states) in org.directory.users.iter().zip(all) {
        for record in records(&states, interval, until - 1, what) {
            if record.start.max(record.end.unwrap_or(i64::MIN)) < from {
                continue;
            }
            let id = user.entity.id.to_string();
            let span = json!({"userId": id, "startTimestamp": record.start, "endTimestamp": record.end});
            rows.push(cells(columns, &[&span, &own(org, &record)]));
        }
    }
    rows
}

fn presences(org: &mut Org, from: i64, until: i64) -> Rows {
    recorded(org, (from, until), PRESENCES, presence_of, |org, record| {
        let (system, definition) = record.what;
        let id = org.presence_id(DEFINITIONS[definition].name).to_string();
        json!({"systemPresence": system.key(), "organizationPresenceId": id})
    })
}

fn statuses(org: &mut Org, from: i64, until: i64) -> Rows {
    recorded(org, (from, until), STATUSES, routing_of, |_, record| json!({"routingStatus": record.what.key()}))
}
