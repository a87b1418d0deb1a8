//! Calls: inbound through a flow and a queue, with transfers, consults and conferences; outbound by agents and campaigns.

use std::sync::Arc;

use super::model::{Flow, Segment, Session};
use super::scene::Scene;
use super::shapes::WaitEnd;
use crate::directory::Queue;
use crate::time::{MINUTE, SECOND};

/// How an agent's talk ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parting {
    HungUp,
    Blind,
    Consult,
    Conference,
}

/// What the customer did over time, as `(kind, until)`.
type Track = Vec<(&'static str, i64)>;

impl Scene<'_> {
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
            let (until, answered) = self.offer(here, at);
            track.push(("delay", until));
            at = until;
            if !answered {
                break;
            }
            let may_move_on = legs < 3;
            let (until, next) = self.talk(here, at, may_move_on);
            track.push(("interact", until));
            at = until;
            queue = next.then(|| self.queue());
        }
        self.customer_on_call("inbound", &track, first);
    }

    /// A queue's part: abandoned, flowed out, or an agent found. Tells when, and whether someone answers.
    fn offer(&mut self, queue: &Queue, from: i64) -> (i64, bool) {
        let mut until = from + self.queueing("voice");
        let agent = self.member(queue, until);
        match self.rng.weighted(&[88, 9, 3]) {
            0 => {
                if self.rng.chance(0.1) {
                    until = self.ring_out("voice", queue, until);
                }
                let alert = self.rng.between(900, 9 * SECOND);
                self.wait("voice", queue, agent, (from, until + alert), WaitEnd::Answered);
                let session = self.alert("voice", queue, agent, (until, until + alert), Some(until + alert - from));
                self.join_agent(agent, session);
                (until + alert, true)
            }
            1 => {
                self.wait("voice", queue, agent, (from, until), WaitEnd::Abandoned);
                (until, false)
            }
            _ => {
                self.wait("voice", queue, agent, (from, until), WaitEnd::FlowedOut);
                (self.voicemail(queue, until), false)
            }
        }
    }

    fn voicemail(&mut self, queue: &Queue, from: i64) -> i64 {
        let until = from + self.rng.between(8 * SECOND, 90 * SECOND);
        let mut session = self.session("voice", None);
        session.segments.push(Segment::new("voicemail", from, until).queue(queue.entity.id).ended("peer"));
        session.emit(until, "tVoicemail", until - from);
        self.join("voicemail", None, session);
        until
    }

    /// The agent who joined last talks from `from`. Tells when that ends and whether the customer goes on to a queue.
    fn talk(&mut self, queue: &Queue, from: i64, may_move_on: bool) -> (i64, bool) {
        let id = queue.entity.id;
        let last = self.made.participants.len() - 1;
        let mut session = self.made.participants[last].sessions.remove(0);
        let parting = match self.rng.weighted(&[84, 8, 5, 3]) {
            1 if may_move_on => Parting::Blind,
            2 if may_move_on => Parting::Consult,
            3 => Parting::Conference,
            _ => Parting::HungUp,
        };
        let (mut at, mut talked, mut held) = (from, 0, 0);
        let stretches = self.rng.weighted(&[55, 30, 15]) as i64 + 1 + i64::from(parting == Parting::Consult);
        for stretch in 0..stretches {
            if stretch > 0 {
                let hold = self.rng.between(4 * SECOND, 90 * SECOND);
                session.segments.push(Segment::new("hold", at, at + hold).queue(id));
                at += hold;
                held += hold;
                session.emit(at, "tHeld", hold);
            }
            let talk = self.rng.between(8 * SECOND, 4 * MINUTE);
            let mut segment = Segment::new("interact", at, at + talk).queue(id);
            segment.conference = parting == Parting::Conference && stretch + 1 == stretches;
            session.segments.push(segment);
            at += talk;
            talked += talk;
            session.emit(at, "tTalk", talk);
        }
        if parting == Parting::Consult || parting == Parting::Conference {
            session.emit(at - SECOND, "nConsult", 1);
            self.second_agent(queue, at, parting);
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
        self.wrap_up(&mut session, id, at, talked, held);
        self.made.participants[last].sessions.push(session);
        (at, moves_on)
    }

    /// A colleague asked while the customer is held, who in a conference stays to the end.
    fn second_agent(&mut self, queue: &Queue, until: i64, parting: Parting) {
        let colleague = self.member(queue, until);
        let from = until - self.rng.between(5 * SECOND, 7 * SECOND);
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
        let id = queue.entity.id;
        let agent = self.member(queue, self.made.start);
        self.made.initiator = if campaign.is_some() { "dialer" } else { "agent" };
        let start = self.made.start;
        let reached = self.rng.chance(0.75);
        let connected = start + self.rng.between(4 * SECOND, 25 * SECOND);
        let mut session = self.session("voice", None);
        session.emit(start, "nOutbound", 1);
        session.emit(start, "nOutboundAttempted", 1);
        let mut dialling = Segment::new("dialing", start, connected).queue(id);
        session.emit(connected, "tDialing", connected - start);
        let mut end = connected;
        if reached {
            session.segments.push(dialling);
            end += self.rng.between(10 * SECOND, 5 * MINUTE);
            session.emit(connected, "nConnected", 1);
            session.emit(connected, "nOutboundConnected", 1);
            session.segments.push(Segment::new("interact", connected, end).queue(id).ended("client"));
            session.emit(end, "tTalk", end - connected);
            self.measure(&mut session, end);
            self.wrap_up(&mut session, id, end, end - connected, 0);
        } else {
            dialling.disconnect = Some(*self.rng.pick(&["uncallable", "endpoint", "error"]));
            dialling.sip = Some(*self.rng.pick(&[480, 486, 603]));
            dialling.error =
                (dialling.disconnect == Some("error")).then_some("error.ininedgecontrol.connection.noanswer");
            session.segments.push(dialling);
            session.emit(end, "nError", 1);
        }
        if let Some(at) = campaign {
            let (campaign, list) = (self.directory.campaigns[at].id, self.directory.contact_lists[at].id);
            session.campaign = Some([campaign, self.rng.uuid(), list]);
        }
        self.join_agent(agent, session);
        let kind = if reached { "interact" } else { "dialing" };
        self.customer_on_call("outbound", &[("dialing", connected), (kind, end)], queue);
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
