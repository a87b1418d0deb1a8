//! What each agent was seen doing: one timeline for an agent and a UTC day, made of the shift and the conversations.
//!
//! Whoever handles a conversation is on queue and interacting, whatever the shift says; the rest is the shift. A record
//! of being offline, or off queue, begins anew at midnight, so that no day has to know how long a holiday was.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::presence::{Presence, Routing, definition};
use super::roster::Roster;
use super::work::{Deed, Work};
use crate::directory::{Directory, User};
use crate::time::{DAY, Interval, day_of};
use crate::traffic::Traffic;

/// A stretch in which neither presence nor routing status changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) presence: Presence,
    /// Index of the organisation's presence.
    pub(crate) definition: usize,
    pub(crate) routing: Routing,
}

/// A record of presence (system presence, index of the organisation's) or of routing status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<T> {
    pub(crate) start: i64,
    /// None while it goes on.
    pub(crate) end: Option<i64>,
    pub(crate) what: T,
}

/// The presence of a record.
pub(crate) type Seen = (Presence, usize);

/// One user's day.
type Timeline = Vec<State>;

/// Days that were asked for, each with the timelines of all users in the order of the directory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timelines {
    days: BTreeMap<i64, Arc<Vec<Timeline>>>,
}

impl Timelines {
    /// The timelines of a day.
    fn day(&mut self, day: i64, directory: &Directory, traffic: &mut Traffic) -> Arc<Vec<Timeline>> {
        const KEPT: usize = 40;
        if let Some(known) = self.days.get(&day) {
            return known.clone();
        }
        if self.days.len() >= KEPT {
            self.days.pop_first();
        }
        let span = Interval { start: day * DAY, end: (day + 1) * DAY };
        let mut work = traffic.work(span);
        work.sort_unstable();
        let of = |(at, user): (usize, &User)| {
            let first = work.partition_point(|work| (work.user as usize) < at);
            let own = work[first..].iter().take_while(|work| work.user as usize == at);
            timeline(&directory.roster, user, span, own)
        };
        let made = Arc::new(directory.users.iter().enumerate().map(of).collect::<Vec<_>>());
        self.days.insert(day, made.clone());
        made
    }

    /// The states of the users around an interval, as far as they are known now: it cuts them at neither end.
    pub(crate) fn states(
        &mut self,
        interval: Interval,
        now: i64,
        directory: &Directory,
        traffic: &mut Traffic,
    ) -> Vec<Vec<State>> {
        let mut all: Vec<Vec<State>> = vec![Vec::new(); directory.users.len()];
        // What crosses a midnight is one record: nobody works for longer than two days on end.
        let first = (interval.days().start() - 1).max(traffic.first_day());
        let last = (interval.days().end() + 1).min(day_of(now));
        for day in first..=last {
            for (states, timeline) in all.iter_mut().zip(self.day(day, directory, traffic).iter()) {
                states.extend(timeline.iter().filter(|state| state.start <= now));
            }
        }
        all
    }
}

/// The records of one kind that lie in an interval, from states in their order.
pub(crate) fn records<T: Copy + PartialEq>(
    states: &[State],
    interval: Interval,
    now: i64,
    what: impl Fn(&State) -> (T, bool),
) -> Vec<Record<T>> {
    let mut found: Vec<Record<T>> = Vec::new();
    for state in states {
        let (kind, is_cut) = what(state);
        let goes_on = |last: &&mut Record<T>| last.what == kind && last.end == Some(state.start);
        match found.last_mut().filter(goes_on) {
            Some(last) if !(is_cut && state.start.rem_euclid(DAY) == 0) => last.end = Some(state.end),
            _ => found.push(Record { start: state.start, end: Some(state.end), what: kind }),
        }
    }
    found.retain(|record| record.start < interval.end && record.end.is_some_and(|end| end > interval.start));
    for record in &mut found {
        record.end = record.end.filter(|end| *end <= now);
    }
    found
}

/// The kind of a presence record, and whether midnight cuts it.
pub(crate) fn presence_of(state: &State) -> (Seen, bool) {
    ((state.presence, state.definition), state.presence == Presence::Offline)
}

/// The kind of a routing record, and whether midnight cuts it.
pub(crate) fn routing_of(state: &State) -> (Routing, bool) {
    (state.routing, state.routing == Routing::OffQueue)
}

fn timeline<'a>(
    roster: &Roster,
    user: &User,
    span: Interval,
    work: impl Iterator<Item = &'a Work> + Clone,
) -> Timeline {
    // Whoever left was offline until then.
    let span = Interval { end: span.end.min(user.left), ..span };
    if span.start >= span.end {
        return Vec::new();
    }
    let state = |start: i64, end: i64, presence: Presence, definition: usize, routing: Routing| State {
        start: start.max(span.start),
        end: end.min(span.end),
        presence,
        definition,
        routing,
    };
    let offline =
        state(span.start, span.end, Presence::Offline, definition(Presence::Offline, false), Routing::OffQueue);
    let shifts = roster.kept(user, span.start, span.end);
    let parts =
        shifts.iter().flat_map(|shift| &shift.parts).filter(|part| part.start < span.end && part.end > span.start);
    let shift: Vec<State> = parts
        .map(|part| {
            let is_ready = part.presence == Presence::OnQueue;
            let routing = if is_ready { Routing::Idle } else { Routing::OffQueue };
            state(part.start, part.end, part.presence, part.definition, routing)
        })
        .collect();
    let busy = |deed: Deed, presence: Presence, routing: Routing| {
        let mut joined: Vec<State> = Vec::new();
        for work in work.clone().filter(|work| work.deed == deed) {
            let next = state(work.start, work.end, presence, definition(presence, false), routing);
            match joined.last_mut().filter(|last| last.end >= next.start) {
                Some(last) => last.end = last.end.max(next.end),
                None => joined.push(next),
            }
        }
        joined
    };
    let listened = busy(Deed::Listens, Presence::Available, Routing::OffQueue);
    let missed = busy(Deed::Misses, Presence::OnQueue, Routing::NotResponding);
    let handled = busy(Deed::Handles, Presence::OnQueue, Routing::Interacting);
    [shift, listened, missed, handled].into_iter().fold(vec![offline], |below, above| lay_over(&below, &above))
}

/// Lays stretches over others. Both are in order and free of overlaps, and the lower ones have no gaps.
fn lay_over(below: &[State], above: &[State]) -> Vec<State> {
    let mut laid: Vec<State> = Vec::with_capacity(below.len() + 2 * above.len());
    let mut put = |state: State| {
        if state.start < state.end {
            laid.push(state);
        }
    };
    let mut above = above.iter().peekable();
    for under in below {
        let mut at = under.start;
        while let Some(over) = above.peek().filter(|over| over.start < under.end) {
            put(State { start: at, end: over.start, ..*under });
            if over.start >= under.start {
                put(**over);
            }
            at = at.max(over.end);
            if over.end > under.end {
                break;
            }
            above.next();
        }
        put(State { start: at, ..*under });
    }
    laid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Size;

    fn state(start: i64, end: i64, routing: Routing) -> State {
        State { start, end, presence: Presence::OnQueue, definition: 5, routing }
    }

    #[test]
    fn what_lies_above_hides_what_lies_below() {
        let below = [state(0, 10, Routing::Idle), state(10, 20, Routing::OffQueue), state(20, 30, Routing::Idle)];
        let above = [state(0, 2, Routing::Interacting), state(5, 22, Routing::Interacting)];
        let laid = lay_over(&below, &above);
        let expected = [
            state(0, 2, Routing::Interacting),
            state(2, 5, Routing::Idle),
            state(5, 22, Routing::Interacting),
            state(22, 30, Routing::Idle),
        ];
        assert_eq!(laid, expected);
    }

    #[test]
    fn every_day_is_covered_and_every_conversation_seen() {
        let directory = Arc::new(Directory::new(7, Size::Small, 20_000));
        let mut traffic = Traffic::new(7, 200, directory.clone(), 20_000);
        let mut timelines = Timelines::default();
        for day in 20_001..20_003 {
            let made = timelines.day(day, &directory, &mut traffic);
            let work = traffic.work(Interval { start: day * DAY, end: (day + 1) * DAY });
            for (at, (user, timeline)) in directory.users.iter().zip(made.iter()).enumerate() {
                if user.left <= day * DAY {
                    assert!(timeline.is_empty());
                    continue;
                }
                assert_eq!((timeline[0].start, timeline[timeline.len() - 1].end), (day * DAY, (day + 1) * DAY));
                assert!(timeline.windows(2).all(|two| two[0].end == two[1].start));
                for work in work.iter().filter(|work| work.user as usize == at && work.deed == Deed::Handles) {
                    let during = timeline.iter().filter(|state| state.start < work.end && state.end > work.start);
                    assert!(during.into_iter().all(|state| state.routing == Routing::Interacting));
                }
            }
        }
    }

    #[test]
    fn most_work_falls_into_shifts() {
        let directory = Arc::new(Directory::new(7, Size::Medium, 20_000));
        let traffic = Traffic::new(7, 5_000, directory.clone(), 20_000);
        let all = traffic.work(Interval { start: 20_001 * DAY, end: 20_002 * DAY });
        let inside = all.iter().filter(|work| {
            let user = &directory.users[work.user as usize];
            !directory.roster.kept(user, work.start, work.start + 1).is_empty()
        });
        let inside = inside.count();
        // The others: threads that are taken up again after days, and calls for which somebody logged on.
        assert!(inside * 7 > all.len() * 6, "{inside} of {}", all.len());
    }

    #[test]
    fn a_handful_of_people_works_in_shifts_that_follow_each_other() {
        for (size, per_day, seed) in (1..5).flat_map(|seed| [(Size::Tiny, 20, seed), (Size::Small, 200, seed)]) {
            let directory = Arc::new(Directory::new(seed, size, 20_000));
            let traffic = Traffic::new(seed, per_day, directory.clone(), 20_000);
            let all = traffic.work(Interval { start: 20_001 * DAY, end: 20_015 * DAY });
            let has_shift = |work: &&Work| {
                let user = &directory.users[work.user as usize];
                !directory.roster.kept(user, work.start, work.start + 1).is_empty()
            };
            let inside = all.iter().filter(has_shift).count();
            assert!(inside * 9 > all.len() * 5, "{size:?} {seed}: {inside} of {}", all.len());
        }
    }
}
