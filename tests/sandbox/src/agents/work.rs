//! What conversations take of an agent's time.

use crate::directory::Directory;
use crate::rng::{Rng, key};
use crate::time::{MINUTE, SECOND};
use crate::traffic::model::{Conversation, Participant};

/// Segments an agent can do nothing else in. A parked thread leaves its agent free.
const BUSY: [&str; 7] = ["alert", "interact", "hold", "callback", "dialing", "contacting", "wrapup"];

/// How long somebody is not responding at most, after an alert that nobody answered.
pub(crate) const LONGEST_MISSED: i64 = 3 * MINUTE;

/// What an agent does in a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    /// Handles a conversation.
    Handles,
    /// Does not respond: what follows an alert that nobody answered.
    Misses,
    /// Listens in on another's call, for which one must be available (help.mypurecloud.com, "Monitor, coach, and barge
    /// into live voice interactions").
    Listens,
}

/// A stretch of an agent's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Work {
    /// Index of the user.
    pub(crate) user: u32,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) deed: Deed,
}

/// What a conversation takes of its agents.
pub(crate) fn work_of(it: &Conversation, directory: &Directory, out: &mut Vec<Work>) {
    for participant in &it.participants {
        if let Some(user) = participant.user.and_then(|id| directory.user_index(id)) {
            of_agent(participant, user as u32, out);
        }
    }
}

fn of_agent(participant: &Participant, user: u32, out: &mut Vec<Work>) {
    for session in &participant.sessions {
        for segment in &session.segments {
            let deed = match segment.kind {
                "monitoring" | "coaching" | "barging" => Deed::Listens,
                kind if BUSY.contains(&kind) => Deed::Handles,
                _ => continue,
            };
            let Some(end) = segment.end.filter(|end| *end > segment.start) else { continue };
            match out.last_mut().filter(|last| last.user == user && last.deed == deed && last.end == segment.start) {
                Some(last) => last.end = end,
                None => out.push(Work { user, start: segment.start, end, deed }),
            }
        }
        if let Some(missed) = session.metrics.iter().find(|metric| metric.name == "tNotResponding") {
            let (high, low) = session.id.halves();
            let until = missed.emitted + Rng::new(key(&[high, low, 23])).between(20 * SECOND, LONGEST_MISSED);
            out.push(Work { user, start: missed.emitted, end: until, deed: Deed::Misses });
        }
    }
}
