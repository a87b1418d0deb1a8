//! The conversations. Each is a function of seed, day and number, so nothing needs to be stored: a page is generated
//! when it is asked for, and is the same whoever asks. Who its agents are is said by the plan of its day, a function of
//! seed and day.

mod cast;
mod desk;
mod digital;
pub(crate) mod forms;
mod judgements;
pub mod model;
mod outbound;
mod outcomes;
mod plan;
mod scene;
mod seen;
mod shapes;
mod staff;
mod threads;
mod voice;
mod write;

use std::cell::RefCell;
use std::sync::Arc;

use crate::agents::work::Work;
use crate::directory::Directory;
use crate::rng::{Rng, key};
use crate::time::{DAY, HOUR, Interval, MINUTE, day_of};
use crate::uuid::Uuid;
use cast::Cast;
pub(crate) use judgements::{EVALUATION, SURVEY};
pub use judgements::{Evaluation, Survey};
use model::Conversation;
pub(crate) use outbound::CALLER;
pub use outcomes::{Milestone, Outcome};
pub use plan::Day;
use plan::{Days, EVENING, Part, Plan};
use scene::{Pace, Scene};
pub use write::{Manner, write_conversation};

/// No conversation stays open longer than this many days, and nothing of it changes later.
const LONGEST_DAYS: i64 = 9;

/// Where a customer may wait for hours, the agent is done with it sooner than this, wrap-up included.
const LONGEST_CONTACT: i64 = 61 * MINUTE;

/// How many are threads of days, and how many others may be judged days later. Which ones is known before they are
/// built, so that whoever looks back builds only these.
const THREADS: f64 = 0.03;
const LASTING: f64 = 0.2;

/// Older conversations have been deleted: two years, as a retention policy would have it.
const KEPT_DAYS: i64 = 730;

/// How busy each UTC hour is: a contact centre that follows the sun, with a peak in the European afternoon.
const HOURS: [u32; 24] = [6, 5, 4, 4, 5, 8, 14, 26, 40, 48, 50, 48, 44, 48, 54, 56, 52, 44, 36, 30, 24, 18, 12, 8];

/// How many begin on each day of the week in UTC, from Monday on, in per cent of the usual day.
const WEEK: [u32; 7] = [100, 108, 110, 110, 112, 90, 70];

/// One conversation's place: its day and its number on that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Day number since 1970.
    pub day: i64,
    /// Number within the day.
    pub number: u32,
}

/// All conversations of an organisation.
#[derive(Clone, Debug)]
pub struct Traffic {
    seed: u64,
    per_day: u32,
    directory: Arc<Directory>,
    settled_day: i64,
    days: RefCell<Days>,
}

impl Traffic {
    /// Conversations of `settled_day` do not change from two hours to two days after its end: that day is the one tests
    /// pull and compare.
    pub fn new(seed: u64, per_day: u32, directory: Arc<Directory>, settled_day: i64) -> Self {
        // Whoever looks at a day looks at the ten before it and the one after it, too.
        let days = RefCell::new(Days::new(if per_day > 50_000 { 24 } else { 64 }));
        Self { seed, per_day, directory, settled_day, days }
    }

    /// How many begin on the usual day.
    pub(crate) fn per_day(&self) -> u32 {
        self.per_day
    }

    /// How many begin on a day.
    fn count(&self, day: i64) -> u32 {
        // The first day of 1970 was a Thursday.
        let weekday = (day + 3).rem_euclid(7) as usize;
        if day >= self.first_day() { self.per_day * WEEK[weekday] / 100 } else { 0 }
    }

    /// The first day of which anything is kept.
    pub(crate) fn first_day(&self) -> i64 {
        self.settled_day - KEPT_DAYS + 1
    }

    /// The day's index.
    pub fn day(&self, day: i64) -> Arc<Day> {
        let known = self.days.borrow_mut().of(day).day.clone();
        known.unwrap_or_else(|| {
            let start = |number: u32| (start_of(self.seed, Place { day, number }), number);
            let mut starts: Vec<(i64, u32)> = (0..self.count(day)).map(start).collect();
            starts.sort_unstable();
            let made = Arc::new(Day { starts });
            self.days.borrow_mut().of(day).day = Some(made.clone());
            made
        })
    }

    /// The plans of the conversations that may still change at `from` and start before `until`, by days.
    fn plans(&self, from: i64, until: i64) -> Vec<(i64, Vec<Arc<Plan>>)> {
        let days = (day_of(from) - LONGEST_DAYS)..=day_of(until);
        let of_day = |day: i64| {
            let rest = ((day + 1) * DAY > from).then_some(Part::Rest);
            let parts = [Part::Threads, Part::Evening, Part::Lasting].into_iter().chain(rest);
            (day, parts.map(|part| self.plan(day, part)).collect())
        };
        days.map(of_day).collect()
    }

    /// What conversations take of the agents' time in an interval.
    pub(crate) fn work(&self, span: Interval) -> Vec<Work> {
        let plans = self.plans(span.start, span.end - 1);
        let all = plans.iter().flat_map(|(_, plans)| plans).flat_map(|plan| &plan.work);
        all.filter(|work| work.start < span.end && work.end > span.start).copied().collect()
    }

    /// Places of the conversations that change at or after `from` and start before `until`, oldest day first.
    pub fn alive(&self, from: i64, until: i64) -> Vec<Place> {
        let mut places = Vec::new();
        for (day, plans) in self.plans(from, until) {
            let changes = plans.iter().flat_map(|plan| &plan.changes);
            let mut alive: Vec<(i64, u32)> = changes
                .filter(|(start, _, change)| *start < until && *change >= from)
                .map(|(start, number, _)| (*start, *number))
                .collect();
            alive.sort_unstable();
            places.extend(alive.into_iter().map(|(_, number)| Place { day, number }));
        }
        places
    }

    /// Whether the conversation at a place is a thread of days. Those of the settled day are over by then.
    fn is_thread(&self, place: Place) -> bool {
        place.day != self.settled_day && self.dice(place, 7).chance(THREADS)
    }

    /// Whether the conversation at a place may be judged days later.
    fn lasts(&self, place: Place) -> bool {
        self.is_thread(place) || self.dice(place, 6).chance(LASTING)
    }

    fn dice(&self, place: Place, tag: u64) -> Rng {
        Rng::new(key(&[self.seed, place.day as u64, u64::from(place.number), tag]))
    }

    /// When the evening of a day begins.
    fn evening(day: i64) -> i64 {
        day * DAY + EVENING
    }

    /// The conversation at a place, with everything that will ever happen to it.
    pub fn build(&self, place: Place) -> Conversation {
        let start = start_of(self.seed, place);
        let plan = self.plan(place.day, self.part(place, start));
        self.scene(place, start, Cast::Known(plan.cast(place.number).iter())).play()
    }

    /// The conversation at a place before it is made.
    fn scene<'a>(&'a self, place: Place, start: i64, cast: Cast<'a>) -> Scene<'a> {
        let rng = self.dice(place, 1);
        let is_evening = start >= Self::evening(place.day);
        let pace = Pace {
            is_settled: place.day == self.settled_day,
            is_thread: self.is_thread(place),
            lasts: self.lasts(place),
            patience: if is_evening { i64::MAX } else { (place.day + 1) * DAY - LONGEST_CONTACT - start },
        };
        Scene::new(rng, &self.directory, self.id(place), start, pace, cast)
    }

    /// The id of the conversation at a place. It can be read back, so that finding by id needs no table.
    pub fn id(&self, place: Place) -> Uuid {
        let low = self.dice(place, 2).bits();
        // Twelve bits sit under the version nibble; 20 + 24 bits of place fit around them.
        let packed = ((place.day as u64 & 0xFF_FFFF) << 40) | (u64::from(place.number & 0xF_FFFF) << 16);
        let id = Uuid::from_halves(0, low);
        let mask = key(&[self.seed, id.halves().1, 3]);
        Uuid::from_halves((packed ^ mask) & !0xFFFF | (mask & 0x0FFF), low)
    }

    /// The place a conversation id stands for, if it is one of this organisation's.
    pub fn find(&self, id: Uuid) -> Option<Place> {
        let (high, low) = id.halves();
        let packed = high ^ key(&[self.seed, low, 3]);
        let place = Place { day: (packed >> 40) as i64, number: ((packed >> 16) & 0xF_FFFF) as u32 };
        let is_kept = place.number < self.count(place.day);
        (is_kept && (packed >> 36) & 0xF == 0 && self.id(place) == id).then_some(place)
    }
}

/// When the conversation at a place starts: by the hours' weights, early enough that its day sees it begin.
fn start_of(seed: u64, place: Place) -> i64 {
    let mut rng = Rng::new(key(&[seed, place.day as u64, u64::from(place.number), 4]));
    let hour = rng.weighted(&HOURS) as i64;
    place.day * DAY + hour * HOUR + rng.between(0, HOUR - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Size;

    fn traffic() -> Traffic {
        Traffic::new(7, 200, Arc::new(Directory::new(7, Size::Small, 20_000)), 20_000)
    }

    #[test]
    fn ids_lead_back_to_their_place() {
        let traffic = traffic();
        for (_, number) in traffic.day(20_001).starts.clone() {
            let place = Place { day: 20_001, number };
            assert_eq!(traffic.find(traffic.id(place)), Some(place));
        }
        assert_eq!(traffic.find(traffic.id(Place { day: 20_001, number: 200 })), None);
        assert_eq!(traffic.find(Uuid::from_halves(1, 2)), None);
    }

    #[test]
    fn a_conversation_keeps_within_its_bounds() {
        let traffic = traffic();
        for day in 20_000..20_004 {
            for (start, number) in &traffic.day(day).starts.clone() {
                let place = Place { day, number: *number };
                let whole = traffic.build(place);
                assert_eq!(start.div_euclid(DAY), day);
                let longest = if traffic.lasts(place) { LONGEST_DAYS * DAY } else { 8 * HOUR };
                assert!(whole.last_change() - start < longest, "{number} lasts too long");
                for session in whole.participants.iter().flat_map(|p| &p.sessions) {
                    assert!(!session.segments.is_empty());
                    assert!(session.segments.iter().all(|s| s.start >= *start && s.end >= Some(s.start)));
                    assert!(session.segments.windows(2).all(|two| two[0].start <= two[1].start));
                    assert!(session.metrics.iter().all(|m| m.emitted >= *start && m.value >= 0));
                }
            }
        }
    }

    #[test]
    fn the_settled_day_is_quiet_while_it_is_looked_at() {
        let traffic = traffic();
        let quiet = 20_001 * DAY + 2 * HOUR..20_003 * DAY;
        for (_, number) in traffic.day(20_000).starts.clone() {
            let whole = traffic.build(Place { day: 20_000, number });
            let early = whole.clone().seen_at(quiet.start);
            assert!(early.end.is_some(), "{number} is open");
            assert_eq!(format!("{early:?}"), format!("{:?}", whole.seen_at(quiet.end)));
        }
    }

    #[test]
    fn the_third_night_puts_wrap_ups_right() {
        let traffic = traffic();
        let told = |place, now| {
            let it = traffic.build(place).seen_at(now);
            let codes: Vec<_> = it.participants.iter().flat_map(|p| &p.sessions).flat_map(|s| &s.segments).collect();
            codes.iter().map(|segment| segment.wrap_up.clone()).collect::<Vec<_>>()
        };
        let night = 20_004 * DAY + 3 * HOUR;
        let mut changed = 0;
        for (_, number) in traffic.day(20_001).starts.clone() {
            let place = Place { day: 20_001, number };
            let whole = traffic.build(place);
            // What ended on a later day has its night later.
            if whole.end.is_some_and(|end| day_of(end) == 20_001) {
                assert_eq!(told(place, night - DAY), told(place, night - 1));
                changed += usize::from(told(place, night - 1) != told(place, night));
                assert!(told(place, night - 1) == told(place, night) || traffic.lasts(place));
            }
        }
        assert!((3..30).contains(&changed), "{changed} of 200");
    }

    #[test]
    fn a_week_has_its_shape() {
        let traffic = traffic();
        // 20_003 is a Monday.
        let counts: Vec<usize> = (20_003..20_010).map(|day| traffic.day(day).starts.len()).collect();
        assert_eq!((counts.len(), counts.iter().sum()), (7, 1_400));
        assert!(counts[..5].iter().all(|count| *count > counts[5]) && counts[5] > counts[6], "{counts:?}");
    }

    #[test]
    fn what_is_open_knows_nothing_of_what_comes() {
        let traffic = traffic();
        let (mut waiting, mut silent) = (0, 0);
        for place in (19_999..20_003).flat_map(|day| (0..140).map(move |number| Place { day, number })) {
            let whole = traffic.build(place);
            let moments: Vec<i64> = whole.moments().collect();
            for now in moments.into_iter().filter(|at| whole.end.is_some_and(|end| *at < end)) {
                let it = whole.clone().seen_at(now);
                for session in it.participants.iter().filter(|p| p.purpose == "acd").flat_map(|p| &p.sessions) {
                    let is_open = session.segments.iter().any(|segment| segment.end.is_none());
                    waiting += usize::from(is_open);
                    let found = session.used_routing.is_some() || session.selected_agent.is_some();
                    assert!(!(is_open && (found || !session.proposed_agents.is_empty())), "{place:?} at {now}");
                }
                let stats = it.participants.iter().flat_map(|p| &p.sessions).any(|session| !session.stats.is_empty());
                assert_eq!(it.min_mos.is_some(), stats, "{place:?} at {now}");
                let known = |division: &Uuid| {
                    let directory = &traffic.directory;
                    let of_user = |id| directory.user(id).map(|user| user.entity.division);
                    let of_queue = |id| directory.queue(id).map(|queue| queue.entity.division);
                    it.participants.iter().any(|participant| {
                        let queues = participant.sessions.iter().flat_map(|s| &s.segments).filter_map(|s| s.queue);
                        let mut all = queues.filter_map(of_queue).chain(participant.user.and_then(of_user));
                        all.any(|at| directory.divisions[at].id == *division)
                    })
                };
                assert!(it.divisions.iter().all(known) || it.divisions == [it.home], "{place:?} at {now}");
                silent += usize::from(it.inactivity_timeout.is_some());
                assert!(it.inactivity_timeout.is_none_or(|at| at > now));
            }
        }
        assert!(waiting > 300 && silent > 5, "{waiting} waiting, {silent} silent");
    }

    #[test]
    fn a_thread_that_was_over_is_opened_again() {
        let traffic = traffic();
        let mut again = 0;
        for place in (20_001..20_008).flat_map(|day| (0..140).map(move |number| Place { day, number })) {
            let whole = traffic.build(place);
            for (from, until) in whole.closed.clone() {
                again += 1;
                let end = |now: i64| whole.clone().seen_at(now).end;
                assert_eq!(
                    (end(from - 1), end(from), end(until - 1), end(until)),
                    (None, Some(from), Some(from), None)
                );
                assert_eq!(end(i64::MAX), whole.end);
                assert!(whole.end > Some(until));
                let agents = whole.clone().seen_at(until).participants.len();
                assert!(whole.participants.len() > agents, "somebody joins when it is opened again");
            }
        }
        assert!(again > 5, "{again} were opened again");
    }

    #[test]
    fn what_is_seen_grows_with_time() {
        let traffic = traffic();
        for (start, number) in traffic.day(20_002).starts.clone() {
            let whole = traffic.build(Place { day: 20_002, number });
            let early = whole.clone().seen_at(start + 30_000);
            assert!(early.participants.len() <= whole.participants.len());
            assert!(!early.participants.is_empty());
            assert!(early.end.is_none_or(|end| end <= start + 30_000));
            let late = whole.clone().seen_at(whole.last_change());
            assert_eq!(format!("{late:?}"), format!("{:?}", whole.clone().seen_at(i64::MAX)));
            assert_eq!(late.participants.len(), whole.participants.len());
        }
    }
}
