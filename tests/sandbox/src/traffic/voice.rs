//! Calls inbound through a flow and a queue, with transfers, consults and conferences.

use std::sync::Arc;

use super::model::{Flow, Listening, Segment, Session};
use super::outcomes::achieve;
use super::scene::Scene;
use super::shapes::WaitEnd;
use crate::directory::{Queue, User};
use crate::time::{MINUTE, SECOND};

/// What tells whether somebody listens in.
const LISTENING: u64 = 75;

/// How an agent's talk ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parting {
    HungUp,
    Blind,
    Consult,
    Conference,
}

/// A talk before it is had: how long each hold and each stretch after it takes, and the work afterwards.
struct Talk {
    stretches: Vec<(i64, i64)>,
    parting: Parting,
    after: Option<i64>,
    second: Option<Second>,
}

/// What a colleague does who is called in, before it happens.
#[derive(Clone, Copy)]
struct Second {
    rings: i64,
    /// How long both agents talk: with each other while the customer is held, or in a conference with the customer.
    together: i64,
    /// How long the colleague goes on with the customer.
    alone: i64,
    after: Option<i64>,
}

impl Talk {
    /// Until a colleague is called in, or the talk is over.
    fn first(&self) -> i64 {
        self.stretches.iter().map(|(hold, talk)| hold + talk).sum()
    }

    fn length(&self) -> i64 {
        self.first() + self.second.map_or(0, |second| second.rings + second.together)
    }
}

/// What the customer did over time, as `(kind, until)`. A `conference` is told as an interaction.
type Track = Vec<(&'static str, i64)>;

impl<'a> Scene<'a> {
    pub(super) fn voice_inbound(&mut self) {
        let start = self.made.start;
        let answered = start + 15;
        let mut at = answered + self.rng.between(3 * SECOND, 70 * SECOND);
        let leaves = self.rng.chance(0.05);
        let first = self.queue();
        self.flow("ivr", "INBOUNDCALL", "voice", (answered, at), (!leaves).then_some(first));
        let mut track: Track = vec![("system", answered), ("ivr", at)];
        let mut queue = (!leaves).then_some(first);
        let mut queues = Vec::new();
        while let Some(here) = queue.take() {
            queues.push(here);
            let (until, agent) = self.offer(here, at, queues.len() < 3);
            track.push(("delay", until));
            at = until;
            let Some((agent, session, talk)) = agent else { break };
            let (told, next) = self.talk(here, at, agent, session, talk);
            at = told.last().map_or(at, |(_, until)| *until);
            track.extend(told);
            queue = next.then(|| self.queue());
        }
        self.customer_on_call("inbound", &track, &queues);
    }

    /// A queue's part: abandoned, flowed out, or an agent found. Tells when, and who answers.
    fn offer(&mut self, queue: &Queue, from: i64, may_move_on: bool) -> (i64, Option<(&'a User, Session, Talk)>) {
        let mut until = from + self.queueing("voice");
        let outcome = self.rng.weighted(&[88, 9, 3]);
        if outcome == 2 {
            self.wait("voice", queue, (from, until), WaitEnd::FlowedOut);
            return (self.voicemail(queue, until), None);
        }
        if outcome == 0 {
            if self.rng.chance(0.1) {
                until = self.ring_out(queue, until).unwrap_or(until);
            }
            let answered = until + self.rng.between(900, 9 * SECOND);
            let talk = self.draw_talk(queue, may_move_on);
            let done = answered + talk.length() + talk.after.unwrap_or(0);
            if let Some(agent) = self.agent_for_call(queue, (until, done)) {
                self.wait("voice", queue, (from, answered), WaitEnd::Answered(agent));
                let session = self.alert("voice", queue, agent, (until, answered), Some(answered - from));
                return (answered, Some((agent, session, talk)));
            }
        }
        self.wait("voice", queue, (from, until), WaitEnd::Abandoned);
        (until, None)
    }

    fn voicemail(&mut self, queue: &Queue, from: i64) -> i64 {
        let until = from + self.rng.between(8 * SECOND, 90 * SECOND);
        let mut session = self.session("voice", None);
        session.segments.push(Segment::new("voicemail", from, until).queue(queue.entity.id).ended("peer"));
        session.emit(until, "tVoicemail", until - from);
        self.join("voicemail", None, session);
        until
    }

    fn draw_talk(&mut self, queue: &Queue, may_move_on: bool) -> Talk {
        let parting = match self.rng.weighted(&[84, 8, 5, 3]) {
            1 if may_move_on => Parting::Blind,
            2 if may_move_on => Parting::Consult,
            3 => Parting::Conference,
            _ => Parting::HungUp,
        };
        let count = self.rng.weighted(&[55, 30, 15]) + 1;
        let stretches = (0..count).map(|stretch| {
            let hold = if stretch > 0 { self.rng.between(4 * SECOND, 90 * SECOND) } else { 0 };
            (hold, self.rng.between(8 * SECOND, 4 * MINUTE))
        });
        let stretches = stretches.collect();
        let after = self.after_work(queue);
        let second = matches!(parting, Parting::Consult | Parting::Conference).then(|| Second {
            rings: self.rng.between(1_500, 7 * SECOND),
            together: match parting {
                Parting::Consult => self.rng.between(10 * SECOND, 3 * MINUTE),
                _ => self.rng.between(20 * SECOND, 4 * MINUTE),
            },
            alone: self.rng.between(8 * SECOND, 4 * MINUTE),
            after: self.after_work(queue),
        });
        Talk { stretches, parting, after, second }
    }

    /// An agent talks from `from`. Tells what the customer did meanwhile and whether the customer goes on to a queue.
    fn talk(&mut self, queue: &Queue, from: i64, agent: &User, mut session: Session, talk: Talk) -> (Track, bool) {
        let id = queue.entity.id;
        let asked = from + talk.first();
        let second = talk.second.and_then(|second| {
            let done = asked + second.rings + second.together + second.alone + second.after.unwrap_or(0);
            self.agent_for_call(queue, (asked, done)).map(|colleague| (colleague, second))
        });
        // Where there is nobody to ask, the call is handed over blindly, or the two do without.
        let parting = match talk.parting {
            Parting::Consult if second.is_none() => Parting::Blind,
            Parting::Conference if second.is_none() => Parting::HungUp,
            parting => parting,
        };
        let mut stretches = talk.stretches;
        if let Some((_, second)) = &second {
            session.emit(asked, "nConsult", 1);
            stretches.push(match parting {
                Parting::Conference => (second.rings, second.together),
                _ => (second.rings + second.together, 0),
            });
        }
        let (mut at, mut talked, mut held) = (from, 0, 0);
        for (hold, length) in stretches {
            if hold > 0 {
                session.segments.push(Segment::new("hold", at, at + hold).queue(id));
                at += hold;
                held += hold;
                session.emit(at, "tHeld", hold);
            }
            if length > 0 {
                let mut segment = Segment::new("interact", at, at + length).queue(id);
                segment.conference = parting == Parting::Conference && at > asked;
                session.segments.push(segment);
                at += length;
                talked += length;
                session.emit(at, "tTalk", length);
            }
        }
        let disconnect = match parting {
            Parting::Blind => "transfer",
            Parting::Consult => "consultTransfer",
            Parting::Conference => "conferenceTransfer",
            Parting::HungUp => *self.rng.pick(&["peer", "peer", "client", "endpoint"]),
        };
        if let Some(segment) = session.segments.last_mut() {
            segment.disconnect = Some(disconnect);
        }
        if matches!(parting, Parting::Blind | Parting::Consult) {
            session.emit(at, "nTransferred", 1);
            let how = if parting == Parting::Blind { "nBlindTransferred" } else { "nConsultTransferred" };
            session.emit(at, how, 1);
        }
        self.measure(&mut session, at);
        self.wrap_up(&mut session, queue, at, (talked, held, talk.after));
        let place = self.join_agent(agent, session);
        self.listen_in(queue, agent, place, (from, at));
        let Some((colleague, second)) = second else {
            return (vec![("interact", at)], parting == Parting::Blind);
        };
        let joined = asked + second.rings;
        let is_conference = parting == Parting::Conference;
        let end = self.take_over(queue, colleague, (asked, joined, at), second, is_conference);
        let track = if is_conference { vec![("interact", joined), ("conference", at)] } else { vec![] };
        (track.into_iter().chain([("interact", end)]).collect(), false)
    }

    /// Now and then a colleague listens to an agent's call for a while, whispers to the agent, or breaks in.
    fn listen_in(&mut self, queue: &Queue, agent: &User, place: usize, (from, until): (i64, i64)) {
        let mut rng = self.aside(LISTENING);
        let begins = from + rng.between(2 * SECOND, 40 * SECOND);
        let ends = (begins + rng.between(15 * SECOND, 4 * MINUTE)).min(until);
        if ends - begins < 5 * SECOND || !rng.chance(0.02) {
            return;
        }
        let Some(listener) = self.listener(queue, (begins, ends), agent) else { return };
        let mut session = self.session("voice", None);
        session.recording = None;
        let how = [Listening::Monitors, Listening::Coaches, Listening::Barges][rng.weighted(&[70, 20, 10])];
        session.listens = Some((how, self.made.participants[place].id));
        session.segments.push(Segment::new(how.segment(), begins, ends).queue(queue.entity.id).ended("client"));
        for metric in how.metrics() {
            session.emit(ends, metric, ends - begins);
        }
        let place = self.join_agent(listener, session);
        self.made.participants[place].purpose = "user";
    }

    /// A colleague is called, talks with whoever called, and goes on with the customer. Tells until when.
    fn take_over(
        &mut self,
        queue: &Queue,
        colleague: &User,
        (called, joined, left): (i64, i64, i64),
        second: Second,
        is_conference: bool,
    ) -> i64 {
        let (id, end) = (queue.entity.id, left + second.alone);
        let mut session = self.session("voice", None);
        session.direction = "outbound";
        // A colleague calls, not the customer.
        session.ani = session.dnis.clone();
        session.segments.push(Segment::new("alert", called, joined));
        // What agents ask each other belongs to no queue.
        let mut asked = Segment::new("interact", joined, left);
        if is_conference {
            asked = asked.queue(id);
            asked.conference = true;
        }
        let disconnect = *self.rng.pick(&["peer", "peer", "client", "endpoint"]);
        session.segments.extend([asked, Segment::new("interact", left, end).queue(id).ended(disconnect)]);
        session.emit(joined, "tAlert", second.rings);
        session.emit(joined, "nConnected", 1);
        session.emit(left, "tTalk", left - joined);
        session.emit(end, "tTalk", end - left);
        self.measure(&mut session, end);
        self.wrap_up(&mut session, queue, end, (end - joined, 0, second.after));
        self.join_agent(colleague, session);
        end
    }

    /// A flow's session: an IVR or a bot.
    pub(super) fn flow(
        &mut self,
        purpose: &'static str,
        kind: &'static str,
        media: &'static str,
        (from, until): (i64, i64),
        target: Option<&Queue>,
    ) {
        let chosen = *self.rng.pick(&self.directory.flows_of(kind));
        let (id, name) = (chosen.id, Arc::<str>::from(chosen.name.as_str()));
        let mut session = self.session(media, None);
        let exit = if target.is_some() { "transfer" } else { "peer" };
        let segment = if purpose == "ivr" { "ivr" } else { "system" };
        session.segments.push(Segment::new(segment, from, until).ended(exit));
        session.emit(from, "nFlow", 1);
        if purpose == "botflow" {
            session.emit(from, "nBotInteractions", 1);
        }
        let first = self.rng.chance(0.4).then(|| self.rng.pick(&self.directory.outcomes).id);
        let (outcomes, milestones) = achieve(&mut session, self.directory, (from, until), first);
        session.emit(until, "tFlow", until - from);
        session.emit(until, if target.is_some() { "tFlowExit" } else { "tFlowDisconnect" }, until - from);
        if purpose == "ivr" {
            session.emit(until, "tIvr", until - from);
        }
        session.flow = Some(Flow {
            id,
            name: name.clone(),
            kind,
            exit: if target.is_some() { "TRANSFER" } else { "DISCONNECT" },
            target: target.map(|queue| (queue.entity.id, Arc::from(queue.entity.name.as_str()))),
            outcomes,
            milestones,
        });
        self.join(purpose, Some(name), session);
    }

    /// The customer's own session, which goes first and spans all. Each `delay` is for the next of the queues.
    pub(super) fn customer_on_call(
        &mut self,
        direction: &'static str,
        track: &[(&'static str, i64)],
        queues: &[&Queue],
    ) {
        let mut session: Session = self.session("voice", Some(self.customer));
        session.direction = direction;
        let mut at = self.made.start;
        let mut queues = queues.iter();
        session.emit(at + 12, "nConnected", 1);
        for (kind, until) in track.iter().filter(|(_, until)| *until > self.made.start) {
            if *until > at {
                let conference = *kind == "conference";
                let mut segment = Segment::new(if conference { "interact" } else { kind }, at, *until);
                segment.conference = conference;
                segment.queue = (*kind == "delay").then(|| queues.next()).flatten().map(|queue| queue.entity.id);
                session.segments.push(segment);
                at = *until;
            }
        }
        if let Some(segment) = session.segments.last_mut() {
            segment.disconnect = Some(*self.rng.pick(&["peer", "client", "endpoint"]));
        }
        self.measure(&mut session, at);
        let name = match self.rng.weighted(&[60, 40]) {
            0 => self.remote.clone(),
            _ => Arc::from(crate::directory::Directory::person(&mut self.rng)),
        };
        let contact = self.rng.chance(0.5).then(|| self.rng.uuid());
        self.join("customer", Some(name), session);
        if let Some(mut customer) = self.made.participants.pop() {
            customer.contact = contact;
            self.made.participants.insert(0, customer);
        }
    }
}
