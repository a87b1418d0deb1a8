//! Who takes what: the agents of a day while its conversations are shared out among them.
//!
//! Whoever is on a call does nothing else; of what is written an agent has up to three at a time. Threads of days are
//! nobody's choice: all others are shared out around them.

use crate::agents::presence::Presence;
use crate::directory::{Directory, Queue};
use crate::time::{DAY, HOUR};

/// Stands in a cast for an agent who could not be found.
pub(super) const NOBODY: u16 = u16::MAX;

/// How much of what is written an agent handles at a time.
const WRITTEN: usize = 3;

/// Evenings reach into the next day no further than this.
const OVERHANG: i64 = 12 * HOUR;

/// What a conversation takes of one agent's time, from the alert to the end of the wrap-up, in milliseconds from the
/// midnight with which the day of its conversation begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leg {
    pub(super) user: u16,
    pub(super) is_call: bool,
    pub(super) start: i32,
    pub(super) end: i32,
}

impl Leg {
    fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// When a user is on queue.
#[derive(Clone, Debug)]
struct Post {
    /// A bit for each hour that has to do with it: most who are asked are not there, and this says so at once.
    hours: u64,
    stretches: Vec<(i32, i32)>,
}

/// The agents while a part of a day is planned.
#[derive(Debug)]
pub(super) struct Staff {
    midnight: i64,
    /// What each user has to do already.
    busy: Vec<Vec<Leg>>,
    /// When each user is on queue, as far as the shift goes; made when first looked at.
    posts: Vec<Option<Post>>,
    /// The users who were chosen, in the order of the questions.
    pub(super) chosen: Vec<u16>,
    /// What they were chosen for.
    pub(super) taken: Vec<Leg>,
}

impl Staff {
    /// Everybody on a day, with nothing to do.
    pub(super) fn new(day: i64, users: usize) -> Self {
        Self {
            midnight: day * DAY,
            busy: vec![Vec::new(); users],
            posts: vec![None; users],
            chosen: Vec::new(),
            taken: Vec::new(),
        }
    }

    /// Marks what another part of a day takes.
    pub(super) fn reserve(&mut self, legs: &[Leg], day: i64) {
        let shift = (day * DAY - self.midnight) as i32;
        for leg in legs {
            let moved = Leg { start: leg.start + shift, end: leg.end + shift, ..*leg };
            if moved.end > 0 && i64::from(moved.start) < DAY + OVERHANG {
                self.busy[usize::from(leg.user)].push(moved);
            }
        }
    }

    /// A member of the queue who is there and free, or one who is free and logs on for it. `turn` says who is asked first.
    pub(super) fn choose(
        &mut self,
        directory: &Directory,
        queue: &Queue,
        turn: u64,
        is_call: bool,
        (from, until): (i64, i64),
    ) -> u16 {
        let of_day = |moment: i64| (moment - self.midnight) as i32;
        let mut leg = Leg { user: NOBODY, is_call, start: of_day(from), end: of_day(until) };
        let first = (turn % queue.members.len() as u64) as usize;
        let mut in_turn = queue.members[first..].iter().chain(&queue.members[..first]);
        let there = in_turn.clone().find(|at| self.is_there(directory, **at, leg.start) && self.is_free(**at, &leg));
        if let Some(at) = there.or_else(|| in_turn.find(|at| self.is_free(**at, &leg))) {
            leg.user = *at as u16;
            self.busy[*at].push(leg);
            self.taken.push(leg);
        }
        self.chosen.push(leg.user);
        leg.user
    }

    fn is_free(&self, at: usize, wanted: &Leg) -> bool {
        let mut beside = self.busy[at].iter().filter(|leg| leg.overlaps(wanted));
        match wanted.is_call {
            true => beside.next().is_none(),
            false => beside.clone().all(|leg| !leg.is_call) && beside.count() < WRITTEN,
        }
    }

    fn is_there(&mut self, directory: &Directory, at: usize, moment: i32) -> bool {
        let hour = |moment: i32| i64::from(moment) / HOUR;
        let midnight = self.midnight;
        let post = self.posts[at].get_or_insert_with(|| {
            let (from, until) = (midnight, midnight + DAY + OVERHANG);
            let shifts = directory.roster.kept(&directory.users[at], from, until);
            let parts = shifts.iter().flat_map(|shift| &shift.parts);
            let on_queue = parts.filter(|part| part.presence == Presence::OnQueue);
            let within = on_queue.map(|part| (part.start.max(from) - midnight, part.end.min(until) - midnight));
            let stretches: Vec<(i32, i32)> =
                within.filter(|(start, end)| start < end).map(|(start, end)| (start as i32, end as i32)).collect();
            let hours = stretches.iter().flat_map(|(start, end)| hour(*start)..=hour(*end));
            Post { hours: hours.fold(0, |all, hour| all | 1 << hour), stretches }
        });
        let is_near = post.hours >> hour(moment) & 1 == 1;
        is_near && post.stretches.iter().any(|(start, end)| *start <= moment && moment < *end)
    }
}
