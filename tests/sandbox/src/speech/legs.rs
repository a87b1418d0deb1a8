//! The parts of a conversation that are recorded: the customer's, and what agents asked each other meanwhile.

use crate::rng::key;
use crate::time::{DAY, MINUTE, SECOND};
use crate::traffic::model::{Conversation, Segment, Session};
use crate::uuid::Uuid;

/// What makes a recording's id of its communication's.
const RECORDING: u64 = 55;

/// How long anything that was said is kept: transcripts go with their recording (help.mypurecloud.com, "Retention period
/// for analytics data and recording").
const KEPT: i64 = 365 * DAY;

/// A recorded part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leg<'a> {
    /// The session it is told under, as its communication.
    pub(crate) session: &'a Session,
    /// Whether two agents talk and the customer waits.
    pub(crate) is_consult: bool,
    pub(crate) start: i64,
    pub(crate) end: i64,
}

impl Leg<'_> {
    pub(crate) fn id(&self) -> Uuid {
        self.session.id
    }

    pub(crate) fn is_voice(&self) -> bool {
        self.session.media == "voice"
    }

    /// A number from `low` to `high` that is this leg's own.
    pub(crate) fn draw(&self, tag: u64, low: i64, high: i64) -> i64 {
        let (first, second) = self.session.id.halves();
        low + (key(&[first, second, tag]) % (high - low + 1) as u64) as i64
    }

    /// When its transcript can be read: "within minutes of the call completing" (help.mypurecloud.com, "Understand
    /// voice transcripts").
    pub(crate) fn transcribed(&self) -> i64 {
        self.end + self.draw(51, MINUTE, 5 * MINUTE)
    }

    /// The id of its recording.
    pub(crate) fn recording(&self) -> Uuid {
        self.id().sibling(RECORDING)
    }

    /// When the recording is deleted, and all that was made of it.
    pub(crate) fn deleted(&self) -> i64 {
        self.end + KEPT
    }

    /// When sentiment and topics are known, which is later still.
    pub(crate) fn analyzed(&self) -> i64 {
        self.transcribed() + self.draw(52, 30 * SECOND, 10 * MINUTE)
    }
}

/// The recorded parts of a conversation, the customer's first; none of what is not over.
pub(crate) fn legs(it: &Conversation) -> Vec<Leg<'_>> {
    let Some(over) = it.over() else { return Vec::new() };
    let mut found = Vec::new();
    let customer = it.participants.iter().filter(|p| p.purpose == "customer").flat_map(|p| &p.sessions);
    let agents = it.participants.iter().filter(|p| p.purpose == "agent").flat_map(|p| &p.sessions);
    let mut was_called_back = false;
    for session in customer {
        was_called_back |= session.media == "callback";
        // Of what is written everything is kept; a call only where it says so.
        if session.media != "callback" && session.recording != Some(false) {
            let last = session.segments.iter().filter_map(|segment| segment.end).max().unwrap_or(over);
            let first = session.segments.iter().map(|segment| segment.start).min().unwrap_or(it.start);
            if first < over {
                found.push(Leg { session, is_consult: false, start: first, end: last });
            }
        }
    }
    let is_asked = |session: &&Session| session.media == "voice" && session.direction == "outbound";
    for session in agents.filter(is_asked).filter(|session| session.recording == Some(true)) {
        // An agent who calls out is the one who calls, unless the customer called first.
        let is_consult = it.direction == "inbound" && !was_called_back;
        // What agents ask each other belongs to no queue; with the customer they talk in the customer's part.
        let is_told = |segment: &&Segment| segment.kind == "interact" && segment.queue.is_none() == is_consult;
        let interact = session.segments.iter().filter(is_told);
        let spoken = interact.filter_map(|segment| Some((segment.start, segment.end?)));
        let (start, end) = spoken.fold((i64::MAX, i64::MIN), |(a, b), (c, d)| (a.min(c), b.max(d)));
        if start < end && (is_consult || was_called_back) {
            found.push(Leg { session, is_consult, start, end });
        }
    }
    found
}
