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
use crate::time::{DAY, HOUR};
use crate::uuid::Uuid;
use model::Conversation;
use scene::Scene;
pub use write::{Manner, write_conversation};

/// No conversation stays open longer than this many days, and nothing of it changes later.
pub const LONGEST_DAYS: i64 = 9;

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
    /// What was learnt by building all of them; filled when first needed.
    survey: Option<Survey>,
}

/// What can only be known of a day by building its conversations.
#[derive(Clone, Debug)]
struct Survey {
    /// The last moment each changes, in the order of their start.
    last_changes: Arc<Vec<i64>>,
    /// What they take of the agents' time.
    work: Arc<Vec<Work>>,
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
            Day { starts, survey: None }
        })
    }

    fn survey(&mut self, day: i64) -> Survey {
        let starts = match self.day(day) {
            Day { survey: Some(known), .. } => return known.clone(),
            Day { starts, .. } => starts.clone(),
        };
        let mut work = Vec::new();
        let changes = starts.iter().map(|(_, number)| {
            let it = self.build(Place { day, number: *number });
            work_of(&it, &mut work);
            it.last_change()
        });
        let survey = Survey { last_changes: Arc::new(changes.collect()), work: Arc::new(work) };
        if let Some(day) = self.days.get_mut(&day) {
            day.survey = Some(survey.clone());
        }
        survey
    }

    /// The last moment each conversation of a day changes, in the order of the day.
    pub fn last_changes(&mut self, day: i64) -> Arc<Vec<i64>> {
        self.survey(day).last_changes
    }

    /// What the conversations of a day take of the agents' time, on that day and later.
    pub(crate) fn work(&mut self, day: i64) -> Arc<Vec<Work>> {
        self.survey(day).work
    }

    /// Places of the conversations that change at or after `from` and start before `until`, oldest day first.
    pub fn alive(&mut self, from: i64, until: i64) -> Vec<Place> {
        let mut places = Vec::new();
        for day in (from.div_euclid(DAY) - LONGEST_DAYS)..=until.div_euclid(DAY) {
            let changes = self.last_changes(day);
            let starts = self.day(day).starts.iter().zip(changes.iter());
            let alive = starts.filter(|((start, _), change)| *start < until && **change >= from);
            places.extend(alive.map(|((_, number), _)| Place { day, number: *number }));
        }
        places
    }

    /// The conversation at a place, with everything that will ever happen to it.
    pub fn build(&self, place: Place) -> Conversation {
        let rng = Rng::new(key(&[self.seed, place.day as u64, u64::from(place.number), 1]));
        let may_linger = place.day != self.settled_day;
        Scene::new(rng, &self.directory, self.id(place), start_of(self.seed, place), may_linger).play()
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
            let changes = traffic.last_changes(day);
            for ((start, number), change) in traffic.day(day).starts.clone().iter().zip(changes.iter()) {
                assert_eq!(start.div_euclid(DAY), day);
                assert!(change - start < LONGEST_DAYS * DAY, "{number} lasts too long");
                let whole = traffic.build(Place { day, number: *number });
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
