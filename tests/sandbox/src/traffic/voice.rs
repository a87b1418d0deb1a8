//! Calls: inbound through a flow and a queue, with transfers, consults and conferences; outbound by agents and campaigns.

use std::sync::Arc;

use super::model::{Flow, Segment, Session};
use super::scene::Scene;
use super::shapes::WaitEnd;
use crate::directory::{Queue, User};
use crate::time::{MINUTE, SECOND};

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
}

impl Talk {
    fn length(&self) -> i64 {
        self.stretches.iter().map(|(hold, talk)| hold + talk).sum()
    }
}

/// What the customer did over time, as `(kind, until)`.
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
        let mut legs = 0;
        while let Some(here) = queue.take() {
            legs += 1;
            let (until, agent) = self.offer(here, at, legs < 3);
            track.push(("delay", until));
            at = until;
            let Some((agent, session, talk)) = agent else { break };
            let (until, next) = self.talk(here, at, agent, session, talk);
            track.push(("interact", until));
            at = until;
            queue = next.then(|| self.queue());
        }
        self.customer_on_call("inbound", &track, first);
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
            let talk = self.draw_talk(may_move_on);
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

    fn draw_talk(&mut self, may_move_on: bool) -> Talk {
        let parting = match self.rng.weighted(&[84, 8, 5, 3]) {
            1 if may_move_on => Parting::Blind,
            2 if may_move_on => Parting::Consult,
            3 => Parting::Conference,
            _ => Parting::HungUp,
        };
        let count = self.rng.weighted(&[55, 30, 15]) + 1 + usize::from(parting == Parting::Consult);
        let stretches = (0..count).map(|stretch| {
            let hold = if stretch > 0 { self.rng.between(4 * SECOND, 90 * SECOND) } else { 0 };
            (hold, self.rng.between(8 * SECOND, 4 * MINUTE))
        });
        let stretches = stretches.collect();
        Talk { stretches, parting, after: self.after_work() }
    }

    /// An agent talks from `from`. Tells when that ends and whether the customer goes on to a queue.
    fn talk(&mut self, queue: &Queue, from: i64, agent: &User, mut session: Session, talk: Talk) -> (i64, bool) {
        let id = queue.entity.id;
        let until = from + talk.length();
        let asks = matches!(talk.parting, Parting::Consult | Parting::Conference);
        let second = if asks { self.second_agent(queue, until) } else { None };
        // Where there is nobody to ask, the call is handed over blindly, or the two do without.
        let parting = match talk.parting {
            Parting::Consult if second.is_none() => Parting::Blind,
            Parting::Conference if second.is_none() => Parting::HungUp,
            parting => parting,
        };
        let (mut at, mut talked, mut held) = (from, 0, 0);
        for (hold, length) in talk.stretches {
            if hold > 0 {
                session.segments.push(Segment::new("hold", at, at + hold).queue(id));
                at += hold;
                held += hold;
                session.emit(at, "tHeld", hold);
            }
            let mut segment = Segment::new("interact", at, at + length).queue(id);
            segment.conference = parting == Parting::Conference && at + length == until;
            session.segments.push(segment);
            at += length;
            talked += length;
            session.emit(at, "tTalk", length);
        }
        if second.is_some() {
            session.emit(at - SECOND, "nConsult", 1);
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
        let moves_on = matches!(parting, Parting::Blind | Parting::Consult);
        if moves_on {
            session.emit(at, "nTransferred", 1);
            let how = if parting == Parting::Blind { "nBlindTransferred" } else { "nConsultTransferred" };
            session.emit(at, how, 1);
        }
        self.measure(&mut session, at);
        self.wrap_up(&mut session, id, at, (talked, held, talk.after));
        self.join_agent(agent, session);
        if let Some((colleague, begun)) = second {
            self.consult(colleague, (begun, at), parting);
        }
        (at, moves_on)
    }

    /// A colleague asked while the customer is held, and since when, if one is free.
    fn second_agent(&mut self, queue: &Queue, until: i64) -> Option<(&'a User, i64)> {
        let from = until - self.rng.between(5 * SECOND, 7 * SECOND);
        self.agent_for_call(queue, (from, until)).map(|colleague| (colleague, from))
    }

    /// What the colleague hears, who in a conference stays to the end.
    fn consult(&mut self, colleague: &User, (from, until): (i64, i64), parting: Parting) {
        let mut session = self.session("voice", None);
        let dialled = from + 2 * SECOND;
        session.direction = "outbound";
        session.segments.push(Segment::new("alert", from, dialled));
        let mut segment = Segment::new("interact", dialled, until).ended("peer");
        segment.conference = parting == Parting::Conference;
        session.segments.push(segment);
        session.emit(dialled, "tAlert", 2 * SECOND);
        session.emit(dialled, "nConnected", 1);
        session.emit(until, "tTalk", until - dialled);
        session.emit(until, "tTalkComplete", until - dialled);
        session.emit(until, "tHandle", until - dialled);
        self.join_agent(colleague, session);
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
        let outcome = self.rng.chance(0.4);
        let outcome =
            outcome.then(|| (self.rng.pick(&self.directory.outcomes).id, from + (until - from) / 3, until - 40));
        if let Some((_, begun, ended)) = outcome {
            session.emit(ended, "nFlowOutcome", 1);
            session.emit(ended, "tFlowOutcome", ended - begun);
        }
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
            outcome,
        });
        self.join(purpose, Some(name), session);
    }

    pub(super) fn voice_outbound(&mut self) {
        self.made.direction = "outbound";
        let campaigns = self.directory.campaigns.len() as i64;
        let campaign = self.rng.chance(0.4).then(|| self.rng.between(0, campaigns - 1) as usize);
        let queue = match campaign {
            Some(campaign) => &self.directory.queues[self.directory.campaign_queue(campaign)],
            None => self.queue(),
        };
        let start = self.made.start;
        let connected = start + self.rng.between(4 * SECOND, 25 * SECOND);
        let reached = self.rng.chance(0.75).then(|| (self.rng.between(10 * SECOND, 5 * MINUTE), self.after_work()));
        let end = connected + reached.map_or(0, |(talked, _)| talked);
        let done = end + reached.and_then(|(_, after)| after).unwrap_or(0);
        // Where nobody is free to dial, a campaign's dialler did, and there was nobody to talk to.
        let agent = self.agent_for_call(queue, (start, done));
        let campaign = if agent.is_some() { campaign } else { campaign.or(Some(0)) };
        self.made.initiator = if campaign.is_some() { "dialer" } else { "agent" };
        let dialled =
            campaign.map(|at| [self.directory.campaigns[at].id, self.rng.uuid(), self.directory.contact_lists[at].id]);
        if let Some(agent) = agent {
            let session = self.outbound_call(queue, connected, end, reached.map(|(_, after)| after));
            self.join_agent(agent, Session { campaign: dialled, ..session });
            let kind = if reached.is_some() { "interact" } else { "dialing" };
            return self.customer_on_call("outbound", &[("dialing", connected), (kind, end)], queue);
        }
        self.customer_on_call("outbound", &[("dialing", connected)], queue);
        self.made.participants[0].sessions[0].campaign = dialled;
    }

    /// The session of an agent who dials; with what comes afterwards, if the customer is reached.
    fn outbound_call(&mut self, queue: &Queue, connected: i64, end: i64, reached: Option<Option<i64>>) -> Session {
        let (id, start) = (queue.entity.id, self.made.start);
        let mut session = self.session("voice", None);
        session.emit(start, "nOutbound", 1);
        session.emit(start, "nOutboundAttempted", 1);
        let mut dialling = Segment::new("dialing", start, connected).queue(id);
        session.emit(connected, "tDialing", connected - start);
        if let Some(after) = reached {
            session.segments.push(dialling);
            session.emit(connected, "nConnected", 1);
            session.emit(connected, "nOutboundConnected", 1);
            session.segments.push(Segment::new("interact", connected, end).queue(id).ended("client"));
            session.emit(end, "tTalk", end - connected);
            self.measure(&mut session, end);
            self.wrap_up(&mut session, id, end, (end - connected, 0, after));
        } else {
            dialling.disconnect = Some(*self.rng.pick(&["uncallable", "endpoint", "error"]));
            dialling.sip = Some(*self.rng.pick(&[480, 486, 603]));
            dialling.error =
                (dialling.disconnect == Some("error")).then_some("error.ininedgecontrol.connection.noanswer");
            session.segments.push(dialling);
            session.emit(end, "nError", 1);
        }
        session
    }

    /// The customer's own session, which goes first and spans all.
    pub(super) fn customer_on_call(&mut self, direction: &'static str, track: &[(&'static str, i64)], queue: &Queue) {
        let mut session: Session = self.session("voice", Some(self.customer));
        session.direction = direction;
        let mut at = self.made.start;
        session.emit(at + 12, "nConnected", 1);
        for (kind, until) in track.iter().filter(|(_, until)| *until > self.made.start) {
            if *until > at {
                let mut segment = Segment::new(kind, at, *until);
                segment.queue = (*kind == "delay").then_some(queue.entity.id);
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
