//! Who had how much of the time of a call.

use super::legs::Leg;
use super::talk::{Phrase, Speaker};
use crate::traffic::model::Conversation;

/// A moment in which two spoke at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overtalk {
    pub(crate) at: i64,
    pub(crate) ms: i64,
    /// The side that began while the other spoke.
    pub(crate) side: &'static str,
}

/// Who had how much of a call, in milliseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shares {
    pub(crate) all: i64,
    pub(crate) agent: i64,
    pub(crate) customer: i64,
    pub(crate) ivr: i64,
    pub(crate) acd: i64,
    /// On hold, and in the voicemail.
    pub(crate) other: i64,
    pub(crate) silence: i64,
    pub(crate) overtalk: Vec<Overtalk>,
}

impl Shares {
    pub(crate) fn of(it: &Conversation, leg: &Leg<'_>, phrases: &[Phrase]) -> Self {
        let mut shares = Self { all: leg.end - leg.start, overtalk: overtalk(phrases), ..Self::default() };
        let mut machines = Vec::new();
        for participant in &it.participants {
            for segment in
                participant.sessions.iter().filter(|s| s.media == leg.session.media).flat_map(|s| &s.segments)
            {
                let inside = |end: i64| (end.min(leg.end) - segment.start.max(leg.start)).max(0);
                let Some(ms) = segment.end.map(inside) else { continue };
                match (participant.purpose, segment.kind) {
                    ("ivr", _) => shares.ivr += ms,
                    ("acd", _) => shares.acd += ms,
                    ("voicemail", _) | ("agent", "hold") => shares.other += ms,
                    _ => continue,
                }
                machines.push((segment.start, segment.end.unwrap_or(segment.start)));
            }
        }
        // What is said to a machine is the machine's time.
        let is_between =
            |phrase: &&Phrase| !machines.iter().any(|(from, until)| *from <= phrase.at && phrase.at < *until);
        for phrase in phrases.iter().filter(is_between) {
            match phrase.speaker {
                Speaker::Customer => shares.customer += phrase.ms,
                Speaker::Agent | Speaker::Flow => shares.agent += phrase.ms,
            }
        }
        let spoken = shares.agent + shares.customer - shares.overtalk_ms();
        shares.silence = (shares.all - shares.ivr - shares.acd - shares.other - spoken).max(0);
        shares
    }

    pub(crate) fn overtalk_ms(&self) -> i64 {
        self.overtalk.iter().map(|both| both.ms).sum()
    }
}

fn overtalk(phrases: &[Phrase]) -> Vec<Overtalk> {
    let pairs = phrases.windows(2).filter(|pair| pair[1].at < pair[0].end());
    pairs.map(|pair| Overtalk { at: pair[1].at, ms: pair[0].end() - pair[1].at, side: pair[1].side() }).collect()
}
