//! Who takes what: the agents of a day while its conversations are shared out among them.
//!
//! Whoever is on a call does nothing else; of what is written an agent has up to three at a time. Threads of days come
//! first (`desk.rs`): all others are shared out around them.

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

/// Who is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// Says who is asked first.
    pub(super) turn: u64,
    /// Who is not asked.
    pub(super) but: Option<usize>,
    /// Whether only who is there is asked.
    pub(super) is_there: bool,
}

/// How much it takes to have somebody who is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    Near,
    NoShift,
    OnLeave,
}

impl Leg {
    fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Whoever is near comes so much earlier or stays so much longer, where nobody else is there.
pub(super) const OVERTIME: i64 = 4 * HOUR;

/// When a user is on queue.
#[derive(Clone, Debug)]
struct Post {
    /// A bit for each hour that has to do with it: most who are asked are not there, and this says so at once.
    hours: u64,
    stretches: Vec<(i32, i32)>,
}

/// When a user who is not on queue can be asked to log on all the same.
#[derive(Clone, Debug)]
struct Reserve {
    /// The shifts with what may come before and after them.
    near: Vec<(i32, i32)>,
    leave: Vec<(i32, i32)>,
}

/// The agents while a part of a day is planned.
#[derive(Debug)]
pub(super) struct Staff {
    midnight: i64,
    /// What each user has to do already.
    busy: Vec<Vec<Leg>>,
    /// When each user is on queue, as far as the shift goes; made when first looked at.
    posts: Vec<Option<Post>>,
    /// When each can be asked besides; made when nobody of a queue was there.
    reserves: Vec<Option<Reserve>>,
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
            reserves: vec![None; users],
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

    /// A member of the queue who is there and free, or one who is free and logs on for it: whoever has a shift at about
    /// that time before who has none, and last who is on leave.
    pub(super) fn choose(
        &mut self,
        directory: &Directory,
        queue: &Queue,
        asked: Asked,
        is_call: bool,
        (from, until): (i64, i64),
    ) -> u16 {
        let of_day = |moment: i64| (moment - self.midnight) as i32;
        let mut leg = Leg { user: NOBODY, is_call, start: of_day(from), end: of_day(until) };
        let members = queue.members_until(until);
        let first = (asked.turn % members.len() as u64) as usize;
        let in_turn = members[first..].iter().chain(&members[..first]);
        let in_turn = in_turn.filter(|at| Some(**at) != asked.but);
        let there = in_turn.clone().find(|at| self.is_there(directory, **at, leg.start) && self.is_free(**at, &leg));
        let found = if asked.is_there { there } else { there.or_else(|| self.best(directory, in_turn, &leg)) };
        if let Some(at) = found {
            leg.user = *at as u16;
            self.busy[*at].push(leg);
            self.taken.push(leg);
        }
        self.chosen.push(leg.user);
        leg.user
    }

    /// Of those who are free but not there, who is asked first.
    fn best<'m>(
        &mut self,
        directory: &Directory,
        in_turn: impl Iterator<Item = &'m usize>,
        leg: &Leg,
    ) -> Option<&'m usize> {
        let mut best: Option<(Trouble, &usize)> = None;
        for at in in_turn {
            if !self.is_free(*at, leg) {
                continue;
            }
            let trouble = self.trouble(directory, *at, leg);
            if trouble == Trouble::Near {
                return Some(at);
            }
            if best.is_none_or(|(least, _)| trouble < least) {
                best = Some((trouble, at));
            }
        }
        best.map(|(_, at)| at)
    }

    fn trouble(&mut self, directory: &Directory, at: usize, leg: &Leg) -> Trouble {
        let midnight = self.midnight;
        let reserve = self.reserves[at].get_or_insert_with(|| {
            let (roster, user) = (&directory.roster, &directory.users[at]);
            let (from, until) = (midnight - OVERTIME, midnight + DAY + OVERHANG + OVERTIME);
            let of_day = |(start, end): (i64, i64)| ((start - midnight) as i32, (end - midnight) as i32);
            let shifts = roster.kept(user, from, until).into_iter();
            let near = shifts.map(|shift| of_day((shift.start - OVERTIME, shift.end + OVERTIME))).collect();
            let leave = roster.leave(user, from, until).into_iter().map(of_day).collect();
            Reserve { near, leave }
        });
        let has_to_do =
            |stretches: &[(i32, i32)]| stretches.iter().any(|(start, end)| *start < leg.end && leg.start < *end);
        match () {
            () if has_to_do(&reserve.leave) => Trouble::OnLeave,
            () if reserve.near.iter().any(|(start, end)| *start <= leg.start && leg.start < *end) => Trouble::Near,
            () => Trouble::NoShift,
        }
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
