//! Columns that are reckoned from others when an object ends.

use std::collections::BTreeSet;

use super::build::{Build, Marks};
use super::columns::{CONVERSATIONS, PARTICIPANT_ATTRIBUTES, PARTICIPANTS, SEGMENTS, SESSION_METRICS, SESSIONS};
use super::schema::table;

use crate::tables::column::{Column, Value};
use crate::tables::sheet::{Sheet, place};

/// The tables that the derived columns of `conversations` are reckoned from, and their columns: read even where the
/// table itself is not wanted.
pub(super) const READS: &[(usize, usize)] = &[
    (SESSIONS_TABLE, session::MEDIA_TYPE),
    (SESSIONS_TABLE, session::ANI),
    (SESSIONS_TABLE, session::DNIS),
    (SEGMENTS_TABLE, segment::START),
    (SEGMENTS_TABLE, segment::QUEUE),
    (SEGMENTS_TABLE, segment::WRAP_UP),
    (PARTICIPANTS_TABLE, PURPOSE),
    (PARTICIPANTS_TABLE, USER),
];

const CONVERSATIONS_TABLE: usize = table("conversations");
const PARTICIPANTS_TABLE: usize = table("participants");
const ATTRIBUTES_TABLE: usize = table("participant_attributes");
const SESSIONS_TABLE: usize = table("sessions");
const SEGMENTS_TABLE: usize = table("segments");
const METRICS_TABLE: usize = table("session_metrics");

mod session {
    use super::{SESSIONS, place};
    pub(super) const MEDIA_TYPE: usize = place(SESSIONS, "media_type");
    pub(super) const ANI: usize = place(SESSIONS, "ani");
    pub(super) const DNIS: usize = place(SESSIONS, "dnis");
}

mod segment {
    use super::{SEGMENTS, place};
    pub(super) const START: usize = place(SEGMENTS, "segment_start");
    pub(super) const END: usize = place(SEGMENTS, "segment_end");
    pub(super) const DURATION: usize = place(SEGMENTS, "duration_ms");
    pub(super) const QUEUE: usize = place(SEGMENTS, "queue_id");
    pub(super) const WRAP_UP: usize = place(SEGMENTS, "wrap_up_code");
}

mod conversation {
    use super::{CONVERSATIONS, place};
    pub(super) const START: usize = place(CONVERSATIONS, "conversation_start");
    pub(super) const END: usize = place(CONVERSATIONS, "conversation_end");
    pub(super) const DURATION: usize = place(CONVERSATIONS, "duration_ms");
    pub(super) const IS_OPEN: usize = place(CONVERSATIONS, "is_open");
    pub(super) const MEDIA_TYPES: usize = place(CONVERSATIONS, "media_types");
    pub(super) const FIRST_QUEUE: usize = place(CONVERSATIONS, "first_queue_id");
    pub(super) const LAST_QUEUE: usize = place(CONVERSATIONS, "last_queue_id");
    pub(super) const FIRST_AGENT: usize = place(CONVERSATIONS, "first_agent_id");
    pub(super) const LAST_AGENT: usize = place(CONVERSATIONS, "last_agent_id");
    pub(super) const ANI: usize = place(CONVERSATIONS, "ani");
    pub(super) const DNIS: usize = place(CONVERSATIONS, "dnis");
    pub(super) const WRAP_UPS: usize = place(CONVERSATIONS, "wrap_up_codes");
    pub(super) const PARTICIPANTS: usize = place(CONVERSATIONS, "n_participants");
    pub(super) const AGENTS: usize = place(CONVERSATIONS, "n_agents");
}

const PURPOSE: usize = place(PARTICIPANTS, "purpose");
const USER: usize = place(PARTICIPANTS, "user_id");
const METRIC_NAME: usize = place(SESSION_METRICS, "name");
const METRIC_UNIT: usize = place(SESSION_METRICS, "unit");
const ATTRIBUTE_VALUE: usize = place(PARTICIPANT_ATTRIBUTES, "value");
const ATTRIBUTE_TRUNCATED: usize = place(PARTICIPANT_ATTRIBUTES, "truncated");

/// Participant attributes are cut at this many characters by the server (limits.md, "Sizes").
const ATTRIBUTE: usize = 1024;

pub(super) fn derive(build: &mut Build<'_>, nth: usize, row: usize, marks: &Marks) {
    match nth {
        CONVERSATIONS_TABLE => whole(build, row, marks),
        SEGMENTS_TABLE => {
            duration(build.sheets.get_mut(nth), row, segment::START, segment::END, segment::DURATION);
        }
        METRICS_TABLE => unit(build.sheets.get_mut(nth), row),
        ATTRIBUTES_TABLE => truncated(build.sheets.get_mut(nth), row),
        _ => {}
    }
}

fn duration(sheet: Option<&mut Sheet>, row: usize, start: usize, end: usize, into: usize) {
    let Some(sheet) = sheet else { return };
    let at = |nth: usize| sheet.column(nth).and_then(|column| column.time(row));
    if let (Some(start), Some(end)) = (at(start), at(end)) {
        sheet.set(row, into, Some(Value::Int(end.saturating_sub(start))));
    }
}

/// What a metric counts: by the first letter of its name, as the API names them (fidelity.md 18).
fn unit(sheet: Option<&mut Sheet>, row: usize) {
    let Some(sheet) = sheet else { return };
    let name = sheet.column(METRIC_NAME).and_then(|column| column.text(row)).map(str::as_bytes);
    let unit = match name {
        Some([b't', b'A'..=b'Z', ..]) => "ms",
        Some([b'n', b'A'..=b'Z', ..]) => "count",
        Some([b'o', b'A'..=b'Z', ..]) => "measure",
        _ => return,
    };
    sheet.set(row, METRIC_UNIT, Some(Value::Str(unit)));
}

fn truncated(sheet: Option<&mut Sheet>, row: usize) {
    let Some(sheet) = sheet else { return };
    let text = sheet.column(ATTRIBUTE_VALUE).and_then(|column| column.text(row));
    let long = text.map(|text| text.chars().count() >= ATTRIBUTE);
    sheet.set(row, ATTRIBUTE_TRUNCATED, long.map(Value::Bool));
}

/// What a report of conversations is asked for most, from the rows inside the conversation.
fn whole(build: &mut Build<'_>, row: usize, marks: &Marks) {
    // Where the table is read for the sake of others only, nothing is reckoned.
    if !build.sheets.first().is_some_and(|sheet| sheet.is_wanted(conversation::IS_OPEN)) {
        return;
    }
    let Some((sheet, inside)) = build.sheets.split_first_mut() else { return };
    let found = Found::of(inside, marks);
    duration(Some(&mut *sheet), row, conversation::START, conversation::END, conversation::DURATION);
    let open = sheet.column(conversation::END).and_then(|column| column.time(row)).is_none();
    sheet.set(row, conversation::IS_OPEN, Some(Value::Bool(open)));
    for (column, text) in [
        (conversation::FIRST_QUEUE, found.queues.first()),
        (conversation::LAST_QUEUE, found.queues.last()),
        (conversation::FIRST_AGENT, found.agents.first()),
        (conversation::LAST_AGENT, found.agents.last()),
        (conversation::ANI, found.ani.as_ref()),
        (conversation::DNIS, found.dnis.as_ref()),
    ] {
        sheet.set(row, column, text.copied().map(Value::Str));
    }
    sheet.set_texts(row, conversation::MEDIA_TYPES, found.media_types.iter().copied());
    sheet.set_texts(row, conversation::WRAP_UPS, found.wrap_ups.iter().copied());
    let agents: BTreeSet<&str> = found.agents.iter().copied().collect();
    for (column, count) in [(conversation::PARTICIPANTS, found.participants), (conversation::AGENTS, agents.len())] {
        sheet.set(row, column, i64::try_from(count).ok().map(Value::Int));
    }
}

#[derive(Default)]
struct Found<'a> {
    /// In the order of the segments' starts.
    queues: Vec<&'a str>,
    agents: Vec<&'a str>,
    media_types: Vec<&'a str>,
    wrap_ups: Vec<&'a str>,
    ani: Option<&'a str>,
    dnis: Option<&'a str>,
    participants: usize,
}

impl<'a> Found<'a> {
    /// Reads the rows since `marks` of the tables behind `conversations`.
    fn of(inside: &'a [Sheet], marks: &Marks) -> Found<'a> {
        let sheet = |nth: usize| inside.get(nth - 1);
        let rows = |nth: usize| {
            let from = marks.get(nth).copied().unwrap_or(0);
            from..sheet(nth).map_or(from, |sheet| sheet.rows)
        };
        let text = |column: Option<&'a Column>, row: usize| column.and_then(|column| column.text(row));
        let column = |nth: usize, column: usize| sheet(nth).and_then(|sheet| sheet.column(column));
        let mut found = Found { participants: rows(PARTICIPANTS_TABLE).len(), ..Found::default() };
        let media_types = column(SESSIONS_TABLE, session::MEDIA_TYPE);
        let (ani, dnis) = (column(SESSIONS_TABLE, session::ANI), column(SESSIONS_TABLE, session::DNIS));
        for row in rows(SESSIONS_TABLE) {
            once(&mut found.media_types, text(media_types, row));
            found.ani = found.ani.or_else(|| text(ani, row));
            found.dnis = found.dnis.or_else(|| text(dnis, row));
        }
        let starts = column(SEGMENTS_TABLE, segment::START);
        let [queue, wrap_up] = [segment::QUEUE, segment::WRAP_UP].map(|nth| column(SEGMENTS_TABLE, nth));
        let [purpose, user] = [PURPOSE, USER].map(|nth| column(PARTICIPANTS_TABLE, nth));
        let around = |nth: usize, row: u32| sheet(nth).map_or(0, |sheet| sheet.row_around(row));
        let mut segments: Vec<(i64, usize)> = rows(SEGMENTS_TABLE)
            .map(|row| (starts.and_then(|column| column.time(row)).unwrap_or(i64::MAX), row))
            .collect();
        segments.sort_unstable();
        for (_, row) in segments {
            visit(&mut found.queues, text(queue, row));
            once(&mut found.wrap_ups, text(wrap_up, row));
            let session = u32::try_from(row).map_or(0, |row| around(SEGMENTS_TABLE, row));
            let participant = around(SESSIONS_TABLE, session) as usize;
            if text(purpose, participant) == Some("agent") {
                visit(&mut found.agents, text(user, participant));
            }
        }
        found
    }
}

fn once<'a>(list: &mut Vec<&'a str>, text: Option<&'a str>) {
    if let Some(text) = text
        && !list.contains(&text)
    {
        list.push(text);
    }
}

/// Keeps the order of visits: the last one is the last element, even where it was there before.
fn visit<'a>(list: &mut Vec<&'a str>, text: Option<&'a str>) {
    if let Some(text) = text
        && list.last() != Some(&text)
    {
        list.push(text);
    }
}
