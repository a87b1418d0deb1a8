//! The shapes calls and messages share: waiting in a queue, being offered to an agent.

use std::sync::Arc;

use super::model::{Segment, Session};
use super::scene::Scene;
use crate::agents::work::LONGEST_MISSED;
use crate::directory::{Queue, User};
use crate::time::{MINUTE, SECOND};
use crate::uuid::Uuid;

/// How the wait in a queue ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum WaitEnd<'u> {
    /// This agent took it.
    Answered(&'u User),
    /// The customer gave up.
    Abandoned,
    /// It was sent elsewhere, to voicemail for example.
    FlowedOut,
}

impl Scene<'_> {
    /// A customer waits in a queue from `from` until `until`.
    pub(super) fn wait(&mut self, media: &'static str, queue: &Queue, (from, until): (i64, i64), end: WaitEnd<'_>) {
        let waited = until - from;
        let id = queue.entity.id;
        let mut session = self.session(media, None);
        let mut segment = Segment::new("interact", from, until).queue(id);
        segment = segment.ended(if matches!(end, WaitEnd::Abandoned) { "peer" } else { "transfer" });
        let agent = if let WaitEnd::Answered(agent) = end { Some(agent) } else { None };
        (segment.skills, segment.language) = self.asked(queue, agent);
        session.skills.clone_from(&segment.skills);
        session.requested_routing = Some("Standard");
        session.emit(from, "nOffered", 1);
        let target = queue.target_ms(media);
        if waited > target {
            session.emit(from + target, "nOverSla", 1);
            if media == "callback" {
                session.emit(from + target, "nCallbackOverSla", 1);
            }
        }
        // Callback rows fill neither tAnswered nor tAbandon (field client, fidelity of 2026-07).
        match end {
            WaitEnd::Answered(agent) => {
                session.used_routing = Some("Standard");
                session.selected_agent = Some(agent.entity.id);
                for _ in 0..self.rng.between(0, 2) {
                    let other = self.other(queue, until, agent, &segment).map(|other| other.entity.id);
                    session.proposed_agents.extend(other.filter(|other| !session.proposed_agents.contains(other)));
                }
            }
            WaitEnd::Abandoned if media != "callback" => {
                session.emit(until, "tAbandon", waited);
                if waited < 5 * SECOND {
                    session.emit(until, "tShortAbandon", waited);
                }
            }
            WaitEnd::FlowedOut => {
                session.emit(until, "tFlowOut", waited);
                session.flow_out = Some(*self.rng.pick(&["VOICEMAIL", "FLOW"]));
            }
            WaitEnd::Abandoned => {}
        }
        session.emit(until, "tAcd", waited);
        session.segments.push(segment);
        if media == "voice" {
            self.measure(&mut session, until);
        }
        self.join("acd", Some(Arc::from(queue.entity.name.as_str())), session);
    }

    /// One or two skills, or none, and for some a language: all of them the agent's, or those of a member of the queue
    /// where none was found.
    fn asked(&mut self, queue: &Queue, agent: Option<&User>) -> (Vec<Uuid>, Option<Uuid>) {
        let count = self.rng.weighted(&[40, 40, 20]);
        // In 64 bits everywhere: the same seed says the same in WebAssembly.
        let (turn, members) = (self.rng.bits(), queue.members.len() as u64);
        let user = agent.unwrap_or(&self.directory.users[queue.members[(turn % members) as usize]]);
        let skills: Vec<_> = self.directory.skills_of(user).collect();
        let first = turn / members;
        let nth = |at: usize| ((first + at as u64) % skills.len() as u64) as usize;
        let asked = (0..count.min(skills.len())).map(|at| skills[nth(at)].0.id);
        let languages: Vec<_> = self.directory.languages_of(user).collect();
        (asked.collect(), self.rng.chance(0.5).then(|| self.rng.pick(&languages).0.id))
    }

    /// An agent's session that begins by alerting; `None` for `waited` if it is not the answer to an offer.
    pub(super) fn alert(
        &mut self,
        media: &'static str,
        queue: &Queue,
        agent: &User,
        (from, until): (i64, i64),
        waited: Option<i64>,
    ) -> Session {
        let mut session = self.session(media, None);
        session.requested_routing = Some("Standard");
        session.used_routing = Some("Standard");
        session.selected_agent = Some(agent.entity.id);
        session.script = (media == "voice").then(|| *self.rng.pick(&self.directory.scripts));
        session.segments.push(Segment::new("alert", from, until).queue(queue.entity.id));
        session.emit(until, "tAlert", until - from);
        if let Some(waited) = waited {
            session.emit(until, "nConnected", 1);
            if media != "callback" {
                session.emit(until, "tAnswered", waited);
            }
        }
        session
    }

    /// An agent who lets it ring, if there is one: tells until when.
    pub(super) fn ring_out(&mut self, queue: &Queue, from: i64) -> Option<i64> {
        let until = from + Queue::alerting_ms("voice");
        // Whoever did not respond is given nothing for a while.
        let agent = self.agent_for_call(queue, (from, until + LONGEST_MISSED))?;
        let mut session = self.alert("voice", queue, agent, (from, until), None);
        if let Some(segment) = session.segments.last_mut() {
            segment.disconnect = Some("timeout");
        }
        session.used_routing = None;
        session.emit(until, "tNotResponding", until - from);
        session.emit(until, "nAlertExpired", 1);
        self.join_agent(agent, session);
        Some(until)
    }

    /// How long a queue makes one wait.
    pub(super) fn queueing(&mut self, media: &str) -> i64 {
        match media {
            "email" => self.rng.waiting(40 * MINUTE, 4 * 60 * MINUTE) + SECOND,
            "message" => self.rng.waiting(90 * SECOND, 20 * MINUTE) + 300,
            _ => self.rng.waiting(22 * SECOND, 8 * MINUTE) + 400,
        }
    }
}
