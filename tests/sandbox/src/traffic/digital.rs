//! Callbacks, chats, mails and messages: what is not a call, and what may stay open for days.

use std::sync::Arc;

use super::desk::turns;
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

/// How long a thread may be silent: longer than it is ever parked.
const SILENCE: i64 = 7 * DAY;

/// Nothing written is offered longer than this before it is taken.
const RINGS: i64 = 6 * SECOND;

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

    /// A thread of days, by mail or messenger: the rest of its agents' days is planned around it.
    pub(super) fn thread(&mut self) {
        let queue = self.queue();
        let start = self.made.start;
        let is_mail = self.rng.chance(0.5);
        self.address(if is_mail { "mail" } else { "message" });
        let (media, parting) = if is_mail { ("email", "client") } else { ("message", "inactivity") };
        let mut offered = start;
        if !is_mail {
            offered += self.rng.between(300, 60 * SECOND);
            self.flow("workflow", "INBOUNDSHORTMESSAGE", media, (start, offered), Some(queue));
        }
        let answered = offered + self.queueing(media);
        let first = (answered, answered + self.rng.between(2 * MINUTE, 15 * MINUTE));
        let after = self.after_work(queue);
        let worked = after.unwrap_or(0);
        let Some(agent) = self.agent_to_write(queue, (answered - RINGS, first.1 + worked)) else {
            self.wait(media, queue, (offered, answered), WaitEnd::Abandoned);
            return self.customer_writes(media, queue, answered, parting);
        };
        if self.rng.chance(0.4) {
            self.serve(media, queue, agent, offered, &[first], after);
            self.customer_writes(media, queue, first.1, parting);
            return self.again(media, queue, parting);
        }
        let mut stretches = vec![first];
        for _ in 0..self.rng.between(1, 3) {
            let from = stretches[stretches.len() - 1].1 + self.rng.between(2 * HOUR, 2 * DAY);
            let Some(next) = self.take_up(agent, (from, start + 6 * DAY), worked) else { break };
            stretches.push(next);
        }
        self.made.silence = (!is_mail).then_some(SILENCE);
        self.serve(media, queue, agent, offered, &stretches, after);
        self.customer_writes(media, queue, stretches[stretches.len() - 1].1, parting);
    }

    /// When an agent works at a thread again: on shift, and while there is time for it.
    fn take_up(&mut self, agent: &User, (from, until): (i64, i64), after: i64) -> Option<(i64, i64)> {
        let roster = &self.directory.roster;
        turns(agent, day_of(self.made.start), from, until).find_map(|(from, until)| {
            let (from, until) = roster.next_on_queue(agent, from, until)?;
            let at = self.rng.between(from, until - 15 * MINUTE);
            let end = at + self.rng.between(2 * MINUTE, 15 * MINUTE);
            self.takes_up(agent, (at, end + after)).then_some((at, end))
        })
    }

    /// The customer writes again, hours or days after all was over, to whoever is there then.
    fn again(&mut self, media: &'static str, queue: &Queue, parting: &'static str) {
        // Where nobody is there, the customer writes at another time, and in the end whoever is there.
        const TRIES: i64 = 8;
        let over = self.over();
        for left in (0..TRIES).rev() {
            let again = over + self.rng.between(HOUR, 3 * DAY);
            let answered = again + self.queueing(media);
            let end = answered + self.rng.between(2 * MINUTE, 15 * MINUTE);
            let after = self.after_work(queue);
            let span = (answered - RINGS, end + after.unwrap_or(0));
            let Some(agent) = self.agent_again(queue, span, left == 0) else { continue };
            self.made.closed.push((over, again));
            self.customer = self.rng.uuid();
            self.serve(media, queue, agent, again, &[(answered, end)], after);
            let mut session = self.session(media, Some(self.customer));
            self.dress(&mut session);
            session.segments.push(Segment::new("interact", again, end).queue(queue.entity.id).ended(parting));
            session.emit(again, "nConnected", 1);
            return self.made.participants[0].sessions.push(session);
        }
    }

    /// A wait and its agent, who works at a thread in some stretches.
    fn serve(
        &mut self,
        media: &'static str,
        queue: &Queue,
        agent: &User,
        offered: i64,
        stretches: &[(i64, i64)],
        after: Option<i64>,
    ) {
        let answered = stretches[0].0;
        let ringing = (answered - offered).min(self.rng.between(SECOND, 11 * SECOND)) / 2;
        self.wait(media, queue, (offered, answered), WaitEnd::Answered(agent));
        self.handle(media, queue, agent, (offered, answered - ringing), stretches, after);
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

    /// The queue and the agent of a written conversation, if one takes it, who may put it aside in between. Returns its end.
    fn written(&mut self, media: &'static str, queue: &Queue, offered: i64, until: i64, most: i64) -> i64 {
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
        self.handle(media, queue, agent, (offered, alerted), &stretches, after);
        end
    }

    /// What an agent does with something written: some stretches of work, and nothing in between.
    fn handle(
        &mut self,
        media: &'static str,
        queue: &Queue,
        agent: &User,
        (offered, alerted): (i64, i64),
        stretches: &[(i64, i64)],
        after: Option<i64>,
    ) {
        let id = queue.entity.id;
        let answered = stretches[0].0;
        let mut session = self.alert(media, queue, agent, (alerted, answered), Some(answered - offered));
        self.dress(&mut session);
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
            talked += until - from;
            at = until;
        }
        if let Some(segment) = session.segments.last_mut() {
            segment.disconnect = Some(if media == "email" { "client" } else { "peer" });
        }
        let is_held = media == "chat";
        if paused > 0 && !is_held {
            session.emit(at, "tParkComplete", paused);
        }
        self.wrap_up(&mut session, queue, at, (talked, if is_held { paused } else { 0 }, after));
        self.join_agent(agent, session);
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
