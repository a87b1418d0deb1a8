//! The conversations. Each is a function of seed, day and number, so nothing needs to be stored: a page is generated
//! when it is asked for, and is the same whoever asks.

mod digital;
pub mod model;
mod scene;
mod shapes;
mod voice;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::agents::work::{Work, work_of};
use crate::directory::Directory;
use crate::rng::{Rng, key};
use crate::time::{DAY, HOUR, Interval, day_of};
use crate::uuid::Uuid;
use model::Conversation;
use scene::{Pace, Scene};
pub use write::{Manner, write_conversation};

/// No conversation stays open longer than this many days, and nothing of it changes later.
const LONGEST_DAYS: i64 = 9;

/// Most are over sooner than this, and nobody judges them later.
const SOON: i64 = 8 * HOUR;

/// How many may last: threads of days, and whatever is judged days later. Which ones is known before they are built, so
/// that whoever looks back builds only these.
const LASTING: f64 = 0.2;

/// Older conversations have been deleted: two years, as a retention policy would have it.
const KEPT_DAYS: i64 = 730;

/// How busy each UTC hour is: a contact centre that follows the sun, with a peak in the European afternoon.
const HOURS: [u32; 24] = [6, 5, 4, 4, 5, 8, 14, 26, 40, 48, 50, 48, 44, 48, 54, 56, 52, 44, 36, 30, 24, 18, 12, 8];

/// One conversation's place: its day and its number on that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Day number since 1970.
    pub day: i64,
    /// Number within the day.
    pub number: u32,
}

/// A day's conversations in the order of their start.
#[derive(Clone, Debug)]
pub struct Day {
    /// Start and number.
    pub starts: Vec<(i64, u32)>,
    /// What was learnt by building those that are over soon, and those that may last; filled when first needed.
    surveys: [Option<Arc<Survey>>; 2],
}

/// What can only be known of conversations by building them.
#[derive(Debug, Default)]
struct Survey {
    /// Start, number and last change of each, in the order of their start.
    changes: Vec<(i64, u32, i64)>,
    /// What they take of the agents' time.
    work: Vec<Work>,
}

/// All conversations of an organisation.
#[derive(Clone, Debug)]
pub struct Traffic {
    seed: u64,
    per_day: u32,
    directory: Arc<Directory>,
    settled_day: i64,
    days: BTreeMap<i64, Day>,
}

impl Traffic {
    /// Conversations of `settled_day` do not change from two hours to two days after its end: that day is the one tests
    /// pull and compare.
    pub fn new(seed: u64, per_day: u32, directory: Arc<Directory>, settled_day: i64) -> Self {
        Self { seed, per_day, directory, settled_day, days: BTreeMap::new() }
    }

    /// How many begin on a day.
    pub(crate) fn per_day(&self) -> u32 {
        self.per_day
    }

    /// The first day of which anything is kept.
    pub(crate) fn first_day(&self) -> i64 {
        self.settled_day - KEPT_DAYS + 1
    }

    /// The day's index.
    pub fn day(&mut self, day: i64) -> &Day {
        // Whoever looks at a day looks at the ten before it, too.
        let kept = if self.per_day > 50_000 { 24 } else { 64 };
        if self.days.len() >= kept && !self.days.contains_key(&day) {
            self.days.pop_first();
        }
        let seed = self.seed;
        let per_day = if day >= self.first_day() { self.per_day } else { 0 };
        self.days.entry(day).or_insert_with(|| {
            let mut starts: Vec<(i64, u32)> =
                (0..per_day).map(|number| (start_of(seed, Place { day, number }), number)).collect();
            starts.sort_unstable();
            Day { starts, surveys: [None, None] }
        })
    }

    fn survey(&mut self, day: i64, lasting: bool) -> Arc<Survey> {
        let half = usize::from(lasting);
        let starts = match self.day(day) {
            Day { surveys, .. } if surveys[half].is_some() => return surveys[half].clone().unwrap_or_default(),
            Day { starts, .. } => starts.clone(),
        };
        let mut survey = Survey::default();
        for (start, number) in starts {
            let place = Place { day, number };
            if self.lasts(place) == lasting {
                let it = self.build(place);
                work_of(&it, &self.directory, &mut survey.work);
                survey.changes.push((start, number, it.last_change()));
            }
        }
        survey.work.shrink_to_fit();
        let survey = Arc::new(survey);
        if let Some(day) = self.days.get_mut(&day) {
            day.surveys[half] = Some(survey.clone());
        }
        survey
    }

    /// What was learnt of the conversations that may still change at `from` and start before `until`, by days.
    fn surveys(&mut self, from: i64, until: i64) -> Vec<(i64, Vec<Arc<Survey>>)> {
        let days = (day_of(from) - LONGEST_DAYS)..=day_of(until);
        let of_day = |day: i64| {
            let soon = ((day + 1) * DAY + SOON > from).then(|| self.survey(day, false));
            (day, soon.into_iter().chain([self.survey(day, true)]).collect())
        };
        days.map(of_day).collect()
    }

    /// What conversations take of the agents' time in an interval.
    pub(crate) fn work(&mut self, span: Interval) -> Vec<Work> {
        let surveys = self.surveys(span.start, span.end - 1);
        let all = surveys.iter().flat_map(|(_, surveys)| surveys).flat_map(|survey| &survey.work);
        all.filter(|work| work.start < span.end && work.end > span.start).copied().collect()
    }

    /// Places of the conversations that change at or after `from` and start before `until`, oldest day first.
    pub fn alive(&mut self, from: i64, until: i64) -> Vec<Place> {
        let mut places = Vec::new();
        for (day, surveys) in self.surveys(from, until) {
            let changes = surveys.iter().flat_map(|survey| &survey.changes);
            let mut alive: Vec<(i64, u32)> = changes
                .filter(|(start, _, change)| *start < until && *change >= from)
                .map(|(start, number, _)| (*start, *number))
                .collect();
            alive.sort_unstable();
            places.extend(alive.into_iter().map(|(_, number)| Place { day, number }));
        }
        places
    }

    /// Whether the conversation at a place may last for days, or be judged days later.
    fn lasts(&self, place: Place) -> bool {
        Rng::new(key(&[self.seed, place.day as u64, u64::from(place.number), 6])).chance(LASTING)
    }

    /// The conversation at a place, with everything that will ever happen to it.
    pub fn build(&self, place: Place) -> Conversation {
        let rng = Rng::new(key(&[self.seed, place.day as u64, u64::from(place.number), 1]));
        let pace = Pace { is_settled: place.day == self.settled_day, lasts: self.lasts(place) };
        Scene::new(rng, &self.directory, self.id(place), start_of(self.seed, place), pace).play()
    }

    /// The id of the conversation at a place. It can be read back, so that finding by id needs no table.
    pub fn id(&self, place: Place) -> Uuid {
        let low = Rng::new(key(&[self.seed, place.day as u64, u64::from(place.number), 2])).bits();
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
        let is_kept = place.day >= self.first_day() && place.number < self.per_day;
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
        Traffic::new(7, 200, Arc::new(Directory::new(7, Size::Small)), 20_000)
    }

    #[test]
    fn ids_lead_back_to_their_place() {
        let traffic = traffic();
        for number in 0..200 {
            let place = Place { day: 20_001, number };
            assert_eq!(traffic.find(traffic.id(place)), Some(place));
        }
        assert_eq!(traffic.find(Uuid::from_halves(1, 2)), None);
    }

    #[test]
    fn a_conversation_keeps_within_its_bounds() {
        let mut traffic = traffic();
        for day in 20_000..20_004 {
            for (start, number) in &traffic.day(day).starts.clone() {
                let place = Place { day, number: *number };
                let whole = traffic.build(place);
                assert_eq!(start.div_euclid(DAY), day);
                let longest = if traffic.lasts(place) { LONGEST_DAYS * DAY } else { SOON };
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
        let mut traffic = traffic();
        let quiet = 20_001 * DAY + 2 * HOUR..20_003 * DAY;
        let mut open = 0;
        for (_, number) in traffic.day(20_000).starts.clone() {
            let whole = traffic.build(Place { day: 20_000, number });
            let early = whole.clone().seen_at(quiet.start);
            open += usize::from(early.end.is_none());
            assert_eq!(format!("{early:?}"), format!("{:?}", whole.seen_at(quiet.end)));
        }
        assert!(open > 0, "some threads stay open");
    }

    #[test]
    fn what_is_seen_grows_with_time() {
        let mut traffic = traffic();
        for (start, number) in traffic.day(20_002).starts.clone() {
            let whole = traffic.build(Place { day: 20_002, number });
            let early = whole.clone().seen_at(start + 30_000);
            assert!(early.participants.len() <= whole.participants.len());
            assert!(!early.participants.is_empty());
            assert!(early.end.is_none_or(|end| end <= start + 30_000));
            let late = whole.clone().seen_at(whole.last_change());
            assert_eq!(format!("{:?}", late.participants), format!("{:?}", whole.participants));
        }
    }
}
