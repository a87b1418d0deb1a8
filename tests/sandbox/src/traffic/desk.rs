//! Who takes threads of days, and when: three at a time, whichever days they are of.
//!
//! What an agent may have at a time is shared out among the days on which threads begin, so that no day has to know
//! another: one for those of the day itself, one for those of the day before, and one by turns of two hours for those of
//! one of the days before that.

use super::LONGEST_DAYS;
use super::staff::{NOBODY, OVERTIME, Trouble};
use crate::directory::{Directory, Queue, User};
use crate::rng::key;
use crate::time::{DAY, HOUR, day_of};

/// How long an agent's time belongs to the threads of one of the days before.
const TURN: i64 = 2 * HOUR;

/// How many days those are, of which the last is a week back.
const OLDER: u64 = 6;

/// The agents while the threads that begin on a day are made.
#[derive(Debug)]
pub(super) struct Desk {
    day: i64,
    /// What each user has of these threads.
    taken: Vec<Vec<(i64, i64)>>,
    /// The users who were chosen, in the order of the questions; nobody for a no.
    pub(super) chosen: Vec<u16>,
}

/// The turns between two moments in which a user may have a thread of a day.
pub(super) fn turns(user: &User, day: i64, from: i64, until: i64) -> impl Iterator<Item = (i64, i64)> {
    let (high, low) = user.entity.id.halves();
    let is_ours = move |turn: i64| match day_of(turn * TURN) - day {
        0 | 1 => true,
        later => key(&[high, low, turn as u64, 25]) % OLDER + 2 == later as u64,
    };
    let all = from.div_euclid(TURN)..=(until - 1).div_euclid(TURN);
    all.filter(move |turn| is_ours(*turn)).map(move |turn| ((turn * TURN).max(from), ((turn + 1) * TURN).min(until)))
}

impl Desk {
    /// Everybody, with none of the threads of a day.
    pub(super) fn new(day: i64, users: usize) -> Self {
        Self { day, taken: vec![Vec::new(); users], chosen: Vec::new() }
    }

    /// A member of the queue who is there and free; anybody who is free where it must be somebody, first of all whoever
    /// has a shift at about that time, and last who is on leave. `turn` says who is asked first.
    pub(super) fn choose(
        &mut self,
        directory: &Directory,
        queue: &Queue,
        turn: u64,
        span: (i64, i64),
        must_be: bool,
    ) -> u16 {
        let (roster, users) = (&directory.roster, &directory.users);
        // Nobody leaves before the threads are over.
        let members = queue.members_until((self.day + LONGEST_DAYS) * DAY);
        let first = (turn % members.len() as u64) as usize;
        let in_turn = members[first..].iter().chain(&members[..first]);
        let mut free = in_turn.copied().filter(|at| self.is_free(&users[*at], *at, span));
        let there = free.clone().find(|at| roster.is_on_queue(&users[*at], span.0));
        let trouble = |at: &usize| match &users[*at] {
            user if !roster.leave(user, span.0, span.1).is_empty() => Trouble::OnLeave,
            user if roster.kept(user, span.0 - OVERTIME, span.0 + OVERTIME).is_empty() => Trouble::NoShift,
            _ => Trouble::Near,
        };
        let found = match there {
            None if must_be => {
                free.clone().find(|at| trouble(at) == Trouble::Near).or_else(|| free.by_ref().min_by_key(trouble))
            }
            there => there,
        };
        self.note(found, span)
    }

    /// Whether a user takes up a thread at a time, and if so, that it is so.
    pub(super) fn take(&mut self, directory: &Directory, at: usize, span: (i64, i64)) -> u16 {
        let found = Some(at).filter(|at| self.is_free(&directory.users[*at], *at, span));
        self.note(found, span)
    }

    fn note(&mut self, found: Option<usize>, span: (i64, i64)) -> u16 {
        if let Some(at) = found {
            self.taken[at].push(span);
        }
        let chosen = found.map_or(NOBODY, |at| at as u16);
        self.chosen.push(chosen);
        chosen
    }

    fn is_free(&self, user: &User, at: usize, (from, until): (i64, i64)) -> bool {
        let ours: i64 = turns(user, self.day, from, until).map(|(start, end)| end - start).sum();
        ours == until - from && self.taken[at].iter().all(|(start, end)| *end <= from || until <= *start)
    }
}
