//! Which agents a conversation has: those of its plan, or those who are chosen while the plan is made.

use super::desk::Desk;
use super::model::Segment;
use super::scene::Scene;
use super::staff::{Asked, NOBODY, Staff};
use crate::directory::{Queue, User};

/// Who says which agents it has.
pub(super) enum Cast<'a> {
    /// They are known, in the order in which it looks for them.
    Known(std::slice::Iter<'a, u16>),
    /// They are chosen while it is made.
    Open(&'a mut Staff),
    /// The same for a thread of days.
    Threads(&'a mut Desk),
}

impl<'a> Scene<'a> {
    /// A member of a queue for a call, from the alert to the end of the wrap-up. None where all have other things to do.
    pub(super) fn agent_for_call(&mut self, queue: &Queue, span: (i64, i64)) -> Option<&'a User> {
        self.agent(queue, true, span, (None, false))
    }

    /// A colleague who is there and has nothing else to do.
    pub(super) fn listener(&mut self, queue: &Queue, span: (i64, i64), but: &User) -> Option<&'a User> {
        let but = self.directory.user_index(but.entity.id);
        self.agent(queue, true, span, (but, true))
    }

    /// The same for something written, which an agent may have several of at a time.
    pub(super) fn agent_to_write(&mut self, queue: &Queue, span: (i64, i64)) -> Option<&'a User> {
        self.agent(queue, false, span, (None, false))
    }

    /// The same, but for one.
    pub(super) fn colleague_to_write(&mut self, queue: &Queue, span: (i64, i64), but: &User) -> Option<&'a User> {
        let but = self.directory.user_index(but.entity.id);
        self.agent(queue, false, span, (but, false))
    }

    fn agent(
        &mut self,
        queue: &Queue,
        is_call: bool,
        span: (i64, i64),
        (but, is_there): (Option<usize>, bool),
    ) -> Option<&'a User> {
        let turn = self.rng.bits();
        let directory = self.directory;
        let chosen = match &mut self.cast {
            Cast::Known(agents) => agents.next().copied().unwrap_or(NOBODY),
            Cast::Open(staff) => staff.choose(directory, queue, Asked { turn, but, is_there }, is_call, span),
            Cast::Threads(desk) => desk.choose(directory, queue, turn, span, true),
        };
        directory.users.get(usize::from(chosen))
    }

    /// The same for a thread of days that is opened again: one who is there, if it need not be somebody.
    pub(super) fn agent_again(&mut self, queue: &Queue, span: (i64, i64), must_be: bool) -> Option<&'a User> {
        let turn = self.rng.bits();
        let directory = self.directory;
        let chosen = match &mut self.cast {
            Cast::Threads(desk) => desk.choose(directory, queue, turn, span, must_be),
            Cast::Known(agents) => agents.next().copied().unwrap_or(NOBODY),
            Cast::Open(_) => NOBODY,
        };
        directory.users.get(usize::from(chosen))
    }

    /// Whether an agent can take up a thread of days again then.
    pub(super) fn takes_up(&mut self, agent: &User, span: (i64, i64)) -> bool {
        let directory = self.directory;
        let chosen = match &mut self.cast {
            Cast::Threads(desk) => {
                directory.user_index(agent.entity.id).map_or(NOBODY, |at| desk.take(directory, at, span))
            }
            Cast::Known(agents) => agents.next().copied().unwrap_or(NOBODY),
            Cast::Open(_) => NOBODY,
        };
        chosen != NOBODY
    }

    /// Another member of the queue who is there at a moment and can do what is asked, if anybody is and can.
    pub(super) fn other(&mut self, queue: &Queue, at: i64, agent: &User, asked: &Segment) -> Option<&'a User> {
        let members = queue.members_until(at);
        let first = (self.rng.bits() % members.len() as u64) as usize;
        // A plan tells who takes something, not who might have.
        let Cast::Known(_) = self.cast else { return None };
        let directory = self.directory;
        let mut in_turn = members[first..].iter().chain(&members[..first]).map(|at| &directory.users[*at]);
        let asked = directory.abilities(&asked.skills, asked.language);
        let is_there = |user: &User| directory.roster.is_on_queue(user, at);
        in_turn.find(|user| user.entity.id != agent.entity.id && user.is_able(asked) && is_there(user))
    }
}
