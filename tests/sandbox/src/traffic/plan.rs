//! The plan of a day: which agents its conversations have. It is made when the day is first looked at, part by part, and
//! made again when it has been forgotten: like a conversation it is a function of seed and day.
//!
//! A part is planned around those before it. Threads of days come first: those of each day by themselves. What begins
//! in the evening comes next, since it may reach into the next day, around whose threads it is planned, too: two evenings
//! never meet, and the rest of a day is over by midnight, so that no day depends on all days before it. What lasts comes third, so that whoever looks back needs
//! only these.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cast::Cast;
use super::desk::Desk;
use super::staff::{Leg, Staff};
use super::{LONGEST_DAYS, Place, Traffic, start_of};
use crate::agents::work::{Work, work_of};
use crate::time::{DAY, HOUR};

/// When the evening begins: what starts earlier leaves no agent with anything to do after midnight.
pub(super) const EVENING: i64 = 21 * HOUR;

/// A part of a day's conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Threads of days.
    Threads,
    /// Those that start in the evening.
    Evening,
    /// Of the others, those that may be judged days later.
    Lasting,
    /// All others.
    Rest,
}

/// The conversations of a part of a day, as far as they can only be known by making them.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Start, number and last change of each, in the order of their start.
    pub(super) changes: Vec<(i64, u32, i64)>,
    /// What they take of the agents' time.
    pub(super) work: Vec<Work>,
    /// The agents of all of them, and where those of a conversation begin, by its number.
    agents: Vec<u16>,
    first: Vec<(u32, u32)>,
    /// What the parts to come must be planned around.
    legs: Vec<Leg>,
}

impl Plan {
    /// The agents of a conversation, in the order in which it looks for them.
    pub(super) fn cast(&self, number: u32) -> &[u16] {
        let Ok(at) = self.first.binary_search_by_key(&number, |(known, _)| *known) else { return &[] };
        &self.agents[self.first[at].1 as usize..]
    }
}

/// A day's conversations in the order of their start.
#[derive(Debug)]
pub struct Day {
    /// Start and number.
    pub starts: Vec<(i64, u32)>,
}

/// What is known of the days that were looked at last.
#[derive(Clone, Debug)]
pub(super) struct Days {
    kept: usize,
    /// Counts the looks.
    looks: u64,
    known: BTreeMap<i64, Known>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) day: Option<Arc<Day>>,
    plans: [Option<Arc<Plan>>; 4],
    /// The last look at it.
    seen: u64,
}

impl Days {
    pub(super) fn new(kept: usize) -> Self {
        Self { kept, looks: 0, known: BTreeMap::new() }
    }

    /// What is known of a day; a new one takes the place of that which nobody has looked at for longest.
    pub(super) fn of(&mut self, day: i64) -> &mut Known {
        self.looks += 1;
        if self.known.len() >= self.kept && !self.known.contains_key(&day) {
            let oldest = self.known.iter().min_by_key(|(_, known)| known.seen).map(|(at, _)| *at);
            oldest.map(|oldest| self.known.remove(&oldest));
        }
        let known = self.known.entry(day).or_default();
        known.seen = self.looks;
        known
    }
}

impl Traffic {
    /// The part that a conversation belongs to.
    pub(super) fn part(&self, place: Place, start: i64) -> Part {
        match () {
            () if self.is_thread(place) => Part::Threads,
            () if start >= Self::evening(place.day) => Part::Evening,
            () if self.lasts(place) => Part::Lasting,
            () => Part::Rest,
        }
    }

    /// The plan of a part of a day.
    pub(super) fn plan(&self, day: i64, part: Part) -> Arc<Plan> {
        let known = self.days.borrow_mut().of(day).plans[part as usize].clone();
        if let Some(plan) = known {
            return plan;
        }
        if part == Part::Threads {
            let plan = Arc::new(self.threads(day));
            self.days.borrow_mut().of(day).plans[part as usize] = Some(plan.clone());
            return plan;
        }
        let mut staff = Staff::new(day, self.directory.users.len());
        let before = [(day - 1, Part::Evening), (day, Part::Evening), (day, Part::Lasting)];
        let before = match part {
            Part::Threads | Part::Evening => &before[..0],
            Part::Lasting => &before[..2],
            Part::Rest => &before[..],
        };
        let last = day + i64::from(part == Part::Evening);
        let threads = (day - LONGEST_DAYS..=last).map(|day| (day, Part::Threads));
        for (day, part) in threads.chain(before.iter().copied()) {
            staff.reserve(&self.plan(day, part).legs, day);
        }
        let mut plan = Plan::default();
        let starts = self.day(day);
        for (start, number) in &starts.starts {
            let place = Place { day, number: *number };
            if self.part(place, *start) == part {
                plan.first.push((*number, staff.chosen.len() as u32));
                let it = self.scene(place, *start, Cast::Open(&mut staff)).play();
                work_of(&it, &self.directory, &mut plan.work);
                plan.changes.push((*start, *number, it.last_change()));
            }
        }
        plan.first.sort_unstable();
        plan.first.shrink_to_fit();
        plan.work.shrink_to_fit();
        plan.changes.shrink_to_fit();
        plan.agents = staff.chosen;
        plan.agents.shrink_to_fit();
        if part != Part::Rest {
            plan.legs = staff.taken;
            plan.legs.shrink_to_fit();
        }
        let plan = Arc::new(plan);
        self.days.borrow_mut().of(day).plans[part as usize] = Some(plan.clone());
        plan
    }

    /// The threads that begin on a day. An agent has time for those of each day, so it takes nothing but these.
    fn threads(&self, day: i64) -> Plan {
        let mut plan = Plan::default();
        let mut desk = Desk::new(day, self.directory.users.len());
        for place in (0..self.count(day)).map(|number| Place { day, number }).filter(|place| self.is_thread(*place)) {
            plan.first.push((place.number, desk.chosen.len() as u32));
            let it = self.scene(place, start_of(self.seed, place), Cast::Threads(&mut desk)).play();
            work_of(&it, &self.directory, &mut plan.work);
            plan.changes.push((it.start, place.number, it.last_change()));
        }
        plan.agents = desk.chosen;
        plan.changes.sort_unstable();
        let of_day = |moment: i64| (moment - day * DAY) as i32;
        let leg = |work: &Work| Leg {
            user: work.user as u16,
            is_call: false,
            start: of_day(work.start),
            end: of_day(work.end),
        };
        plan.legs = plan.work.iter().map(leg).collect();
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Directory, Size};
    use crate::time::Interval;

    fn traffic(size: Size, per_day: u32) -> Traffic {
        Traffic::new(7, per_day, Arc::new(Directory::new(7, size, 20_000)), 20_000)
    }

    #[test]
    fn a_plan_is_the_same_whatever_was_looked_at_before() {
        let (one, other) = (traffic(Size::Small, 200), traffic(Size::Small, 200));
        for day in 19_980..20_010 {
            other.plan(day, Part::Lasting);
        }
        // So many that all of these are forgotten.
        for day in 19_800..19_900 {
            other.day(day);
        }
        for place in (0..200).map(|number| Place { day: 20_003, number }) {
            assert_eq!(format!("{:?}", one.build(place)), format!("{:?}", other.build(place)));
        }
    }

    #[test]
    fn a_conversation_is_made_with_the_agents_it_was_planned_with() {
        let traffic = traffic(Size::Small, 200);
        let plan = traffic.plan(20_002, Part::Rest);
        let mut work = Vec::new();
        for (start, number, change) in &plan.changes {
            let it = traffic.build(Place { day: 20_002, number: *number });
            assert_eq!((it.start, it.last_change()), (*start, *change));
            work_of(&it, &traffic.directory, &mut work);
        }
        assert_eq!(work, plan.work);
    }

    #[test]
    fn nobody_has_more_than_three_threads_at_a_time() {
        let (mut most, mut first, mut all) = (0, 0, 0);
        for (seed, size, per_day) in (1..7).map(|seed| (seed, Size::Small, 2_000)).chain([(7, Size::Medium, 5_000)]) {
            let traffic = Traffic::new(seed, per_day, Arc::new(Directory::new(seed, size, 20_000)), 20_000);
            let of_day = |day: i64| {
                let plan = traffic.plan(day, Part::Threads);
                let moved =
                    move |leg: &Leg| (leg.user, i64::from(leg.start) + day * DAY, i64::from(leg.end) + day * DAY);
                plan.legs.iter().map(moved).collect::<Vec<_>>()
            };
            let legs: Vec<_> = (20_001..20_015).flat_map(of_day).collect();
            for (user, start, _) in &legs {
                let beside = legs.iter().filter(|(other, from, until)| other == user && from <= start && start < until);
                most = most.max(beside.count());
            }
            // Nobody is asked first because the list of a queue's members begins with somebody.
            let begins = |user: &u16| traffic.directory.queues.iter().any(|q| q.members[0] == usize::from(*user));
            first += legs.iter().filter(|(user, ..)| begins(user)).count();
            all += legs.len();
        }
        assert!((2..=3).contains(&most), "{most} at a time");
        assert!(first * 3 < all, "{first} of {all}");
    }

    #[test]
    fn what_is_not_of_the_evening_is_over_by_midnight() {
        let traffic = traffic(Size::Medium, 5_000);
        let latest = |part: Part| traffic.plan(20_002, part).legs.iter().map(|leg| leg.end).max().unwrap();
        assert!(i64::from(latest(Part::Lasting)) <= DAY);
        assert!((DAY..DAY + EVENING).contains(&i64::from(latest(Part::Evening))));
        let rest = traffic.plan(20_002, Part::Rest);
        assert!(rest.changes.iter().all(|(_, _, change)| *change < 20_003 * DAY));
    }

    #[test]
    fn the_largest_organisation_has_nobody_on_two_calls_either() {
        let traffic = traffic(Size::Large, 100_000);
        let planned = |day: i64, part: Part| {
            let plan = traffic.plan(day, part);
            let moved = move |leg: &Leg| (leg.user, i64::from(leg.start) + day * DAY, i64::from(leg.end) + day * DAY);
            let calls: Vec<_> = plan.legs.iter().filter(|leg| leg.is_call).map(moved).collect();
            calls
        };
        let parts = [(20_001, Part::Evening), (20_002, Part::Lasting), (20_002, Part::Evening)];
        let mut calls: Vec<_> = parts.into_iter().flat_map(|(day, part)| planned(day, part)).collect();
        calls.sort_unstable();
        assert!(calls.len() > 15_000, "{}", calls.len());
        assert!(calls.windows(2).all(|two| two[0].0 != two[1].0 || two[0].2 <= two[1].1));
    }

    #[test]
    fn whoever_is_on_leave_or_has_no_shift_is_asked_last() {
        let counted = |size: Size, per_day: u32| {
            let traffic = traffic(size, per_day);
            let (mut all, mut away, mut on_leave) = (0, 0, 0);
            for (day, part) in (20_001..20_015).flat_map(|day| [(day, Part::Evening), (day, Part::Lasting)]) {
                for leg in &traffic.plan(day, part).legs {
                    let user = &traffic.directory.users[usize::from(leg.user)];
                    let (start, end) = (i64::from(leg.start) + day * DAY, i64::from(leg.end) + day * DAY);
                    let roster = &traffic.directory.roster;
                    all += 1;
                    away += usize::from(roster.kept(user, start - 4 * HOUR, start + 4 * HOUR).is_empty());
                    on_leave += usize::from(!roster.leave(user, start, end).is_empty());
                }
            }
            (all, away, on_leave)
        };
        let (all, away, on_leave) = counted(Size::Medium, 5_000);
        assert!(away * 500 < all && on_leave * 5_000 < all, "{away} and {on_leave} of {all}");
        // With a handful of people somebody has to help out.
        let (all, away, on_leave) = counted(Size::Small, 200);
        assert!(away * 4 < all && on_leave * 50 < all, "{away} and {on_leave} of {all}");
    }

    #[test]
    fn nobody_has_anything_to_do_after_leaving() {
        for (seed, size, per_day) in (1..4).flat_map(|seed| [(seed, Size::Tiny, 20), (seed, Size::Small, 200)]) {
            let traffic = Traffic::new(seed, per_day, Arc::new(Directory::new(seed, size, 20_000)), 20_000);
            let mut last = vec![0; traffic.directory.users.len()];
            for work in traffic.work(Interval { start: 19_930 * DAY, end: 20_002 * DAY }) {
                let last = &mut last[work.user as usize];
                *last = work.end.max(*last);
            }
            let users = traffic.directory.users.iter().zip(last);
            for (user, last) in users.filter(|(user, _)| user.state != "active") {
                let until = user.works_until();
                assert!(until - 7 * DAY < last && last <= until, "{size:?} {seed}: {last} of {until}");
            }
        }
    }

    #[test]
    fn whoever_finds_nobody_free_gives_up() {
        let traffic = traffic(Size::Small, 3_000);
        let mut spans = Vec::new();
        let mut without = 0;
        for place in (0..3_000).map(|number| Place { day: 20_003, number }) {
            let it = traffic.build(place);
            without += usize::from(it.participants.iter().all(|participant| participant.user.is_none()));
            for participant in &it.participants {
                let calls =
                    participant.sessions.iter().filter(|session| ["voice", "callback"].contains(&session.media));
                let segments = calls.flat_map(|session| &session.segments);
                let span = segments.map(|segment| (segment.start, segment.end.unwrap()));
                let span = span.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
                spans.extend(participant.user.zip(span));
            }
        }
        spans.sort_unstable();
        assert!(without > 1_000 && spans.len() > 500, "{without} without an agent, {} calls", spans.len());
        assert!(spans.windows(2).all(|two| two[0].0 != two[1].0 || two[0].1.1 <= two[1].1.0));
    }
}
