//! Callbacks, chats, mails and messages: what is not a call, and what may stay open for days.

use std::sync::Arc;

use super::model::{Segment, Session};
use super::scene::Scene;
use super::shapes::WaitEnd;
use crate::directory::{Directory, Queue};
use crate::time::{DAY, HOUR, MINUTE, SECOND};

const SUBJECTS: [&str; 5] = [
    "Invoice 2026-0417",
    "Re: Your order has shipped",
    "Rückgabe Artikel 4711",
    "Contract renewal",
    "Réclamation – colis abîmé",
];

impl Scene<'_> {
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
        let after = self.after_work();
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
        self.wrap_up(&mut session, id, end, (end - taken, 0, after));
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
        call.segments.push(Segment::new("dialing", from, dialled).queue(id));
        call.emit(from, "nOutbound", 1);
        call.emit(dialled, "tDialing", dialled - from);
        let spoken = Segment::new(if reached { "interact" } else { "contacting" }, dialled, end).queue(id);
        call.segments.push(spoken.ended(if reached { "peer" } else { "uncallable" }));
        if reached {
            call.emit(dialled, "nOutboundConnected", 1);
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
        let talk = self.lasting(75, 20 * MINUTE);
        let end = self.written("email", queue, start, until, talk);
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
        let talk = self.lasting(50, 25 * MINUTE);
        let end = self.written("message", queue, answered, until, talk);
        if end - until >= DAY {
            self.made.inactivity_timeout = Some(end + DAY);
        }
        self.customer_writes("message", queue, end, "inactivity");
    }

    /// How long a thread lasts at most: `percent` of those that may stay open for days do.
    fn lasting(&mut self, percent: u32, usual: i64) -> i64 {
        if !self.pace.lasts || self.rng.weighted(&[100 - percent, percent]) == 0 {
            return usual;
        }
        // On the settled day: open, but with nothing to tell until long after the day is looked at.
        let least = if self.pace.is_settled { 3 * DAY } else { DAY };
        self.rng.between(least, 6 * DAY)
    }

    /// Sender and receiver of something written.
    fn address(&mut self, kind: &str) {
        let digits = self.rng.between(1_000, 9_999);
        let (from, to) = match kind {
            "mail" => (format!("customer{digits}@example.com"), "service@sandbox.example.com".to_string()),
            _ => (self.rng.uuid().to_string(), self.rng.pick(&self.directory.scripts).to_string()),
        };
        self.ani = Arc::from(from);
        self.dnis = Arc::from(to);
    }

    /// The queue and the agent of a written conversation, if one takes it. Long ones are parked in between. Returns its end.
    fn written(&mut self, media: &'static str, queue: &Queue, offered: i64, until: i64, most: i64) -> i64 {
        let id = queue.entity.id;
        let alerted = until - (until - offered).min(self.rng.between(SECOND, 11 * SECOND)) / 2;
        let end = until + if most >= DAY { most } else { self.rng.between(30 * SECOND, most) };
        let parks = match most >= DAY {
            true if self.pace.is_settled => 1,
            true => self.rng.between(1, 3),
            false => i64::from(self.rng.chance(0.15)),
        };
        // Whoever works at a thread for days works at it for minutes, and parks it in between.
        let talk = if most >= DAY { 10 * MINUTE } else { (end - until) / (parks * 2 + 1) };
        let pause_ms = (end - until - talk * (parks + 1)) / parks.max(1);
        let after = self.after_work();
        let done = if most >= DAY { until + talk } else { end + after.unwrap_or(0) };
        let Some(agent) = self.agent_to_write(queue, (alerted, done)) else {
            self.wait(media, queue, (offered, until), WaitEnd::Abandoned);
            return until;
        };
        self.wait(media, queue, (offered, until), WaitEnd::Answered(agent));
        let mut session = self.alert(media, queue, agent, (alerted, until), Some(until - offered));
        self.dress(&mut session);
        session.twin = (media == "chat").then(|| self.rng.uuid());
        let (mut at, mut talked, mut parked) = (until, 0, 0);
        for step in 0..=parks * 2 {
            let is_last = step == parks * 2;
            let next = if is_last { end } else { at + if step % 2 == 0 { talk } else { pause_ms } };
            let is_talk = step % 2 == 0;
            let pause = if media == "chat" { "hold" } else { "parked" };
            session.segments.push(Segment::new(if is_talk { "interact" } else { pause }, at, next).queue(id));
            match (is_talk, pause) {
                (true, _) => {
                    talked += next - at;
                    session.emit(next, "tTalk", next - at);
                    session.emit(next, "tAgentResponseTime", (next - at) / 3);
                }
                (false, "hold") => {
                    parked += next - at;
                    session.emit(next, "tHeld", next - at);
                }
                (false, _) => session.emit(next, "tPark", next - at),
            }
            at = next;
        }
        if let Some(segment) = session.segments.last_mut() {
            segment.disconnect = Some(if media == "email" { "client" } else { "peer" });
        }
        self.wrap_up(&mut session, id, at, (talked, parked, after));
        self.join_agent(agent, session);
        at
    }

    fn dress(&mut self, session: &mut Session) {
        if session.media == "message" {
            session.message_type = Some(*self.rng.pick(&["webmessaging", "whatsapp", "sms"]));
            session.media_count = Some(self.rng.between(0, 3));
        }
    }

    fn customer_writes(&mut self, media: &'static str, queue: &Queue, end: i64, disconnect: &'static str) {
        let start = self.made.start;
        let mut session = self.session(media, Some(self.customer));
        self.dress(&mut session);
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
