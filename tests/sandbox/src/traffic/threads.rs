//! Threads of days: mails and messages that stay open, or are over and opened again.

use super::desk::turns;
use super::model::Segment;
use super::scene::Scene;
use super::shapes::WaitEnd;
use crate::directory::{Queue, User};
use crate::time::{DAY, HOUR, MINUTE, SECOND, day_of};

/// How long a thread may be silent: longer than it is ever parked.
const SILENCE: i64 = 7 * DAY;

/// Nothing written is offered longer than this before it is taken.
const RINGS: i64 = 6 * SECOND;

impl Scene<'_> {
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
            self.dress(&mut session, again);
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
        let session = self.alert(media, queue, agent, (answered - ringing, answered), Some(answered - offered));
        self.handle(session, queue, agent, stretches, after, false);
    }
}
