//! Callbacks, chats, mails and messages: what is not a call.

use std::sync::Arc;

use super::model::{Segment, Session};
use super::scene::Scene;
use super::shapes::WaitEnd;
use crate::directory::{Directory, Queue, User};
use crate::time::{DAY, HOUR, MINUTE, SECOND, day_of};

const SUBJECTS: [&str; 5] = [
    "Invoice 2026-0417",
    "Re: Your order has shipped",
    "Rückgabe Artikel 4711",
    "Contract renewal",
    "Réclamation – colis abîmé",
];

/// How often something written is handed on at most.
const MOST_HANDED_ON: u64 = 2;

/// What tells the dice for it, one for each time.
const HANDED_ON: u64 = 71;

/// What tells whether a mail is given up.
const GIVEN_UP: u64 = 70;

/// Where a written conversation goes on.
enum Next<'a> {
    Queue(&'a Queue),
    /// Straight to somebody: when it is answered and done, and the work afterwards.
    Colleague(&'a User, i64, i64, Option<i64>),
}

impl<'a> Scene<'a> {
    pub(super) fn callback(&mut self) {
        let queue = self.queue();
        let id = queue.entity.id;
        let start = self.made.start;
        let most = if self.pace.is_settled { HOUR } else { 6 * HOUR };
        let scheduled = start + self.rng.between(MINUTE, most.min(self.pace.patience - 4 * MINUTE));
        let alerted = scheduled + self.rng.between(SECOND, 3 * MINUTE);
        let taken = alerted + self.rng.between(SECOND, 9 * SECOND);
        let dialled = taken + self.rng.between(2 * SECOND, 30 * SECOND);
        let reached = self.rng.chance(0.8);
        let end = if reached { dialled + self.rng.between(20 * SECOND, 6 * MINUTE) } else { dialled + 20 * SECOND };
        let after = self.after_work(queue);
        let number = self.ani.clone();
        let mut own = self.session("callback", Some(self.customer));
        own.emit(start, "nCallbackScheduled", 1);
        own.callback = Some((number.clone(), scheduled));
        own.segments.push(Segment::new("scheduled", start, scheduled).queue(id));
        let Some(agent) = self.agent_for_call(queue, (alerted, end + after.unwrap_or(0))) else {
            self.wait("callback", queue, (start, alerted), WaitEnd::Abandoned);
            own.segments.push(Segment::new("interact", scheduled, alerted).queue(id).ended("peer"));
            return self.join_customer(own);
        };
        self.wait("callback", queue, (start, taken), WaitEnd::Answered(agent));
        let mut session = self.alert("callback", queue, agent, (alerted, taken), Some(taken - start));
        session.emit(taken, "nCallbackAttempts", 1);
        session.segments.push(Segment::new("callback", taken, end).queue(id).ended("client"));
        session.emit(end, "tTalk", end - taken);
        // All that the call takes, whose work afterwards is the callback's.
        let active = end - taken + after.unwrap_or(0);
        session.emit(end + after.unwrap_or(0), "tActiveCallback", active);
        session.emit(end + after.unwrap_or(0), "tActiveCallbackComplete", active);
        session.emit(taken, "tFirstDial", taken - scheduled);
        if reached {
            session.emit(dialled, "tFirstConnect", dialled - scheduled);
        }
        self.wrap_up(&mut session, queue, end, (end - taken, 0, after));
        session.callback = Some((number, scheduled));
        let at = self.join_agent(agent, session);
        let call = self.dial(queue, (taken, dialled, end), reached);
        self.made.participants[at].sessions.push(call);
        own.segments.push(Segment::new("interact", scheduled, end).queue(id).ended("peer"));
        self.join_customer(own);
    }

    /// The call an agent makes for a callback.
    fn dial(&mut self, queue: &Queue, (from, dialled, end): (i64, i64, i64), reached: bool) -> Session {
        let id = queue.entity.id;
        let mut call = self.session("voice", None);
        call.direction = "outbound";
        std::mem::swap(&mut call.ani, &mut call.dnis);
        call.segments.push(Segment::new("dialing", from, dialled).queue(id));
        call.emit(from, "nOutbound", 1);
        call.emit(dialled, "tDialing", dialled - from);
        let spoken = Segment::new(if reached { "interact" } else { "contacting" }, dialled, end).queue(id);
        call.segments.push(spoken.ended(if reached { "peer" } else { "uncallable" }));
        if reached {
            call.emit(dialled, "nOutboundConnected", 1);
        } else {
            call.emit(end, "tContacting", end - dialled);
        }
        self.measure(&mut call, end);
        call
    }

    pub(super) fn chat(&mut self) {
        let queue = self.queue();
        let start = self.made.start;
        let until = start + self.queueing("chat");
        if self.rng.chance(0.1) {
            self.wait("chat", queue, (start, until), WaitEnd::Abandoned);
            return self.customer_writes("chat", queue, until, "client");
        }
        let end = self.written("chat", queue, start, until, 15 * MINUTE);
        self.customer_writes("chat", queue, end, "timeout");
    }

    pub(super) fn email(&mut self) {
        let queue = self.queue();
        let start = self.made.start;
        self.address("mail");
        let most = if self.pace.is_settled { 40 * MINUTE } else { 4 * HOUR };
        let until = start + self.queueing("email").min(most).min(self.pace.patience);
        if self.aside(GIVEN_UP).chance(0.05) {
            self.wait("email", queue, (start, until), WaitEnd::Abandoned);
            return self.customer_writes("email", queue, until, "client");
        }
        let end = self.written("email", queue, start, until, 20 * MINUTE);
        self.customer_writes("email", queue, end, "client");
    }

    pub(super) fn message(&mut self) {
        let queue = self.queue();
        let start = self.made.start;
        self.address("message");
        let answered = start + self.rng.between(300, 60 * SECOND);
        if self.rng.chance(0.2) {
            self.flow("botflow", "DIGITALBOT", "message", (start, answered), None);
            return self.customer_writes("message", queue, answered, "client");
        }
        let (purpose, kind) = *self.rng.pick(&[("workflow", "INBOUNDSHORTMESSAGE"), ("botflow", "DIGITALBOT")]);
        self.flow(purpose, kind, "message", (start, answered), Some(queue));
        let until = answered + self.queueing("message");
        let end = self.written("message", queue, answered, until, 25 * MINUTE);
        self.customer_writes("message", queue, end, "inactivity");
    }

    /// Sender and receiver of something written.
    pub(super) fn address(&mut self, kind: &str) {
        let digits = self.rng.between(1_000, 9_999);
        let (from, to) = match kind {
            "mail" => (format!("customer{digits}@example.com"), "service@sandbox.example.com".to_string()),
            _ => (self.rng.uuid().to_string(), self.rng.pick(&self.directory.scripts).to_string()),
        };
        self.ani = Arc::from(from);
        self.dnis = Arc::from(to);
    }

    /// The queue and the agent of a written conversation, if one takes it, who may put it aside in between or hand it on.
    /// Returns its end.
    fn written(&mut self, media: &'static str, queue: &'a Queue, offered: i64, until: i64, most: i64) -> i64 {
        self.offer_written(media, queue, (offered, until), most, 1)
    }

    fn offer_written(
        &mut self,
        media: &'static str,
        queue: &'a Queue,
        (offered, until): (i64, i64),
        most: i64,
        leg: u64,
    ) -> i64 {
        let alerted = until - (until - offered).min(self.rng.between(SECOND, 11 * SECOND)) / 2;
        let end = until + self.rng.between(30 * SECOND, most);
        let is_parted = self.rng.chance(0.15);
        let after = self.after_work(queue);
        let Some(agent) = self.agent_to_write(queue, (alerted, end + after.unwrap_or(0))) else {
            self.wait(media, queue, (offered, until), WaitEnd::Abandoned);
            return until;
        };
        self.wait(media, queue, (offered, until), WaitEnd::Answered(agent));
        let third = (end - until) / 3;
        let stretches =
            if is_parted { vec![(until, until + third), (until + 2 * third, end)] } else { vec![(until, end)] };
        let next = self.hand_on(queue, agent, end, most, leg);
        let session = self.alert(media, queue, agent, (alerted, until), Some(until - offered));
        self.handle(session, queue, agent, &stretches, after, next.is_some());
        match next {
            None => end,
            Some(Next::Queue(other)) => {
                let until = (end + self.queueing(media)).min(self.latest_answer());
                self.offer_written(media, other, (end, until), most, leg + 1)
            }
            Some(Next::Colleague(colleague, answered, done, after)) => {
                let mut session = self.alert(media, queue, colleague, (end, answered), None);
                // Nobody was sought: it went straight to somebody.
                (session.requested_routing, session.used_routing, session.selected_agent) = (None, None, None);
                session.emit(answered, "nConnected", 1);
                self.handle(session, queue, colleague, &[(answered, done)], after, false);
                done
            }
        }
    }

    /// Where something written goes from an agent, if it goes on.
    fn hand_on(&mut self, queue: &Queue, agent: &User, at: i64, most: i64, leg: u64) -> Option<Next<'a>> {
        let mut rng = self.aside(HANDED_ON + leg);
        if leg > MOST_HANDED_ON || !rng.chance(0.08) || at >= self.latest_answer() {
            return None;
        }
        if rng.chance(0.3) {
            let answered = at + rng.between(SECOND, 9 * SECOND);
            let done = answered + rng.between(30 * SECOND, most);
            let after = self.after_work(queue);
            let colleague = self.colleague_to_write(queue, (at, done + after.unwrap_or(0)), agent)?;
            return Some(Next::Colleague(colleague, answered, done, after));
        }
        let others: Vec<&Queue> =
            self.directory.queues.iter().filter(|other| other.entity.id != queue.entity.id).collect();
        Some(Next::Queue(others.get((rng.bits() % others.len().max(1) as u64) as usize)?))
    }

    /// When an agent must have answered, so that all is over in time.
    fn latest_answer(&self) -> i64 {
        let start = self.made.start;
        let midnight = (day_of(start) + 1) * DAY;
        let most = if self.pace.is_settled { midnight + 50 * MINUTE } else { start + 6 * HOUR };
        // Messages take some minutes longer than what one may be patient for.
        most.min(start.saturating_add(self.pace.patience)) - 5 * MINUTE
    }

    /// What an agent does with something written: some stretches of work, and nothing in between.
    pub(super) fn handle(
        &mut self,
        mut session: Session,
        queue: &Queue,
        agent: &User,
        stretches: &[(i64, i64)],
        after: Option<i64>,
        is_handed_on: bool,
    ) {
        let id = queue.entity.id;
        let media = session.media;
        let answered = stretches[0].0;
        self.dress(&mut session, answered);
        session.twin = (media == "chat").then(|| self.rng.uuid());
        let (mut at, mut talked, mut paused) = (answered, 0, 0);
        let (pause, metric) = if media == "chat" { ("hold", "tHeld") } else { ("parked", "tPark") };
        for (from, until) in stretches.iter().copied() {
            if from > at {
                session.segments.push(Segment::new(pause, at, from).queue(id));
                session.emit(from, metric, from - at);
                paused += from - at;
            }
            session.segments.push(Segment::new("interact", from, until).queue(id));
            session.emit(until, "tTalk", until - from);
            session.emit(until, "tAgentResponseTime", (until - from) / 3);
            session.emit(until, "tUserResponseTime", (until - from) / 4);
            talked += until - from;
            at = until;
        }
        if let Some(segment) = session.segments.last_mut() {
            segment.disconnect = Some(match media {
                _ if is_handed_on => "transfer",
                "email" => "client",
                _ => "peer",
            });
        }
        // Whoever came first responded first; averages are of the agent's own time.
        if self.made.participants.iter().all(|participant| participant.purpose != "agent") {
            let (from, until) = stretches[0];
            session.emit(from, "tFirstEngagement", from - self.made.start);
            let responded = from + (until - from) / 3;
            session.emit(responded, "tFirstResponse", responded - self.made.start);
        }
        let count = stretches.len() as i64;
        session.emit(at, "tAverageAgentResponseTime", talked / 3 / count);
        session.emit(at, "tAverageCustomerResponseTime", talked / 4 / count);
        if is_handed_on {
            session.emit(at, "nTransferred", 1);
            session.emit(at, "nBlindTransferred", 1);
        }
        let is_held = media == "chat";
        if paused > 0 && !is_held {
            session.emit(at, "tParkComplete", paused);
        }
        self.wrap_up(&mut session, queue, at, (talked, if is_held { paused } else { 0 }, after));
        self.join_agent(agent, session);
    }

    /// Attachments, of the customer or of somebody here.
    pub(super) fn dress(&mut self, session: &mut Session, at: i64) {
        if session.media == "message" {
            // What was the type of the session once keeps its place in the dice.
            self.rng.bits();
            let count = self.rng.between(0, 3);
            session.media_count = Some(count);
            if count > 0 {
                let is_customer = session.peer.is_none();
                session.emit(at, if is_customer { "oExternalMediaCount" } else { "oMediaCount" }, count);
            }
        }
    }

    pub(super) fn customer_writes(&mut self, media: &'static str, queue: &Queue, end: i64, disconnect: &'static str) {
        let start = self.made.start;
        let mut session = self.session(media, Some(self.customer));
        self.dress(&mut session, start);
        let mut segment = Segment::new("interact", start, end).queue(queue.entity.id).ended(disconnect);
        segment.subject = (media == "email").then(|| *self.rng.pick(&SUBJECTS));
        session.segments.push(segment);
        session.emit(start, "nConnected", 1);
        self.join_customer(session);
    }

    fn join_customer(&mut self, session: Session) {
        let name = Directory::person(&mut self.rng);
        let contact = self.rng.chance(0.7).then(|| self.rng.uuid());
        self.join("customer", Some(Arc::from(name)), session);
        if let Some(mut customer) = self.made.participants.pop() {
            customer.contact = contact;
            self.made.participants.insert(0, customer);
        }
    }
}
