//! Who works when: each agent's shift of a day as it is planned, and as the agent keeps to it.
//!
//! A shift is a function of seed, agent and local day, so that finding an agent for a conversation needs no table.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::presence::{Presence, definition};
use crate::directory::User;
use crate::rng::{Rng, key};
use crate::time::{DAY, HOUR, MINUTE, SECOND};
use crate::uuid::Uuid;

/// The time zones of the divisions: Home, EMEA, Americas. Together they cover the day.
pub(crate) const ZONES: [&str; 3] = ["America/New_York", "Europe/Berlin", "America/Los_Angeles"];

/// Hours at which shifts begin in each zone; an agent keeps to one. Together they follow the traffic of a day: the night
/// shifts of America help Europe through its morning.
const STARTS: [[i64; 10]; 3] =
    [[6, 6, 6, 7, 8, 8, 13, 22, 22, 22], [7, 8, 8, 9, 9, 9, 10, 10, 11, 12], [6, 6, 7, 8, 9, 11, 14, 22, 22, 22]];

/// The same where there is a handful of people: the busy hours first.
const TURNS: [[i64; 4]; 3] = [[6, 13, 8, 22], [8, 10, 11, 9], [8, 22, 6, 14]];

/// A shift with its meal.
const LENGTH: i64 = 8 * HOUR + 30 * MINUTE;

/// How far the zones lie from UTC at most, to the east and to the west.
const EAST: i64 = 2 * HOUR;
const WEST: i64 = 8 * HOUR;

/// How many working days are holidays.
const HOLIDAY: f64 = 0.04;

/// Nobody comes earlier or goes later than this.
const SLACK: i64 = 20 * MINUTE;

/// A stretch of a shift with one presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) presence: Presence,
    /// Index of the organisation's presence.
    pub(crate) definition: usize,
}

/// A shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shift {
    pub(crate) start: i64,
    pub(crate) end: i64,
    /// What it consists of, without gaps: work on queue, and what interrupts it.
    pub(crate) parts: Vec<Stretch>,
    /// Whether the agent came.
    pub(crate) is_kept: bool,
}

/// What an agent keeps to from week to week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Habits {
    /// When the shift begins, from local midnight.
    begins: i64,
    /// The first of two days off, in days since 1970 modulo seven.
    off: i64,
}

impl Habits {
    /// The habits of whoever is the first, second, … of a handful in a zone: their shifts and days off follow each other.
    pub(crate) fn in_turn(turn: usize, zone: usize) -> Self {
        let starts = TURNS[zone];
        Self { begins: starts[turn % starts.len()] * HOUR, off: (5 * turn + 2 * zone) as i64 % 7 }
    }

    /// The habits of whoever has this id, in a zone.
    pub(crate) fn of(seed: u64, id: Uuid, zone: usize) -> Self {
        let (high, low) = id.halves();
        let mut rng = Rng::new(key(&[seed, high, low, 21]));
        Self { begins: *rng.pick(&STARTS[zone]) * HOUR, off: rng.between(0, 6) }
    }
}

/// All shifts.
#[derive(Clone, Debug)]
pub(crate) struct Roster {
    seed: u64,
    zones: [Offsets; 3],
}

/// What a zone adds to UTC: each change with what holds from then on. Whoever looks for an agent asks for many.
#[derive(Clone, Debug)]
struct Offsets(Vec<(i64, i64)>);

impl Offsets {
    /// The changes of a zone, from before the first day that anyone asks for until long after the last.
    fn of(name: &str) -> Self {
        const FROM: i64 = 10_000 * DAY;
        const UNTIL: i64 = 30_000 * DAY;
        let zone = TimeZone::get(name).unwrap_or(TimeZone::UTC);
        let first = Timestamp::from_millisecond(FROM).unwrap_or_default();
        let usual = i64::from(zone.to_offset(first).seconds()) * SECOND;
        let later = zone
            .following(first)
            .map(|change| (change.timestamp().as_millisecond(), i64::from(change.offset().seconds()) * SECOND));
        Self(std::iter::once((i64::MIN, usual)).chain(later.take_while(|(at, _)| *at < UNTIL)).collect())
    }

    fn at(&self, moment: i64) -> i64 {
        let next = self.0.partition_point(|(from, _)| *from <= moment);
        self.0.get(next.saturating_sub(1)).map_or(0, |(_, offset)| *offset)
    }
}

/// A shift before its parts are known.
struct Frame {
    start: i64,
    day: i64,
    rng: Rng,
    is_kept: bool,
}

impl Roster {
    /// The roster of an organisation.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, zones: ZONES.map(Offsets::of) }
    }

    /// What a zone adds to UTC on a local day. It is taken at noon: no shift begins while clocks are changed.
    fn offset(&self, zone: usize, day: i64) -> i64 {
        self.zones[zone % 3].at(day * DAY + DAY / 2)
    }

    /// The frame of an agent's shift on a local day, if it may have to do with a stretch of time. What costs least is
    /// asked first: whoever looks for an agent asks many.
    fn frame(&self, user: &User, day: i64, from: i64, until: i64) -> Option<Frame> {
        let local = day * DAY + user.habits.begins;
        let (earliest, latest) = (local - EAST - SLACK, local + WEST + LENGTH + SLACK);
        if earliest >= until || latest <= from || (day - user.habits.off).rem_euclid(7) < 2 {
            return None;
        }
        let start = local - self.offset(user.entity.division, day);
        if start - SLACK >= until || start + LENGTH + SLACK <= from || !Self::is_there(user, start) {
            return None;
        }
        let mut rng = self.dice(user, day);
        if rng.chance(HOLIDAY) {
            return None;
        }
        let is_kept = !rng.chance(0.03);
        Some(Frame { start, day, rng, is_kept })
    }

    /// Whether an agent has not left before a shift that begins at a moment is over.
    fn is_there(user: &User, begins: i64) -> bool {
        begins + LENGTH + SLACK <= user.works_until()
    }

    /// What decides about a day of an agent: whether it is a holiday, then everything else.
    fn dice(&self, user: &User, day: i64) -> Rng {
        let (high, low) = user.entity.id.halves();
        Rng::new(key(&[self.seed, high, low, day as u64, 22]))
    }

    /// The local days an agent has off between the days off of every week, whose shifts would begin in a stretch of time.
    pub(crate) fn holidays(&self, user: &User, from: i64, until: i64) -> Vec<i64> {
        let days = (from - EAST).div_euclid(DAY) - 1..=(until + WEST).div_euclid(DAY);
        let begins = |day: i64| day * DAY + user.habits.begins - self.offset(user.entity.division, day);
        let works = |day: i64| (day - user.habits.off).rem_euclid(7) >= 2 && Self::is_there(user, begins(day));
        days.filter(|day| works(*day) && (from..until).contains(&begins(*day)))
            .filter(|day| self.dice(user, *day).chance(HOLIDAY))
            .collect()
    }

    /// The full days of leave that have to do with a stretch of time: each from the end of the night shift before, where
    /// there is one, to the end of its own.
    pub(crate) fn leave(&self, user: &User, from: i64, until: i64) -> Vec<(i64, i64)> {
        let days = self.holidays(user, from - 2 * DAY, until + DAY).into_iter().map(|day| {
            let midnight = day * DAY - self.offset(user.entity.division, day);
            let night = (user.habits.begins + LENGTH - DAY).max(0);
            let slack = if night > 0 { SLACK } else { 0 };
            (midnight + night + slack, midnight + DAY + night)
        });
        days.filter(|(start, end)| *start < until && *end > from).collect()
    }

    /// Frames of the shifts that may have to do with a stretch of time.
    fn frames(&self, user: &User, from: i64, until: i64) -> impl Iterator<Item = Frame> {
        // In UTC a shift begins from five o'clock of its day to six of the next.
        let days = (from - 39 * HOUR).div_euclid(DAY)..=(until - 4 * HOUR).div_euclid(DAY);
        days.filter_map(move |day| self.frame(user, day, from, until))
    }

    /// The planned shifts that overlap a stretch of time.
    pub(crate) fn planned(&self, user: &User, from: i64, until: i64) -> Vec<Shift> {
        let shifts = self.frames(user, from, until).map(|mut frame| frame.plan());
        shifts.filter(|shift| shift.start < until && shift.end > from).collect()
    }

    /// What the agent makes of them: late, early, sometimes away from the desk. Shifts that nobody came to are left out.
    pub(crate) fn kept(&self, user: &User, from: i64, until: i64) -> Vec<Shift> {
        let shifts = self.frames(user, from, until).filter(|frame| frame.is_kept).map(Frame::keep);
        shifts.filter(|shift| shift.start < until && shift.end > from).collect()
    }

    /// Whether an agent is there for work at a moment, as far as the shift goes.
    pub(crate) fn is_on_queue(&self, user: &User, at: i64) -> bool {
        let is_there = |part: &Stretch| part.presence == Presence::OnQueue && part.start <= at && at < part.end;
        let mut shifts = self.frames(user, at, at + 1).filter(|frame| frame.is_kept).map(Frame::keep);
        shifts.any(|shift| shift.parts.iter().any(is_there))
    }

    /// The next stretch of a quarter of an hour or more in which an agent is on queue, as far as the shifts go.
    pub(crate) fn next_on_queue(&self, user: &User, from: i64, until: i64) -> Option<(i64, i64)> {
        let shifts = self.kept(user, from, until);
        let parts = shifts.iter().flat_map(|shift| &shift.parts).filter(|part| part.presence == Presence::OnQueue);
        let stretches = parts.map(|part| (part.start.max(from), part.end.min(until)));
        stretches.filter(|(start, end)| end - start >= 15 * MINUTE).min()
    }
}

impl Frame {
    /// Breaks, the meal, some days a meeting or a training.
    fn plan(&mut self) -> Shift {
        let mut off: Vec<(i64, i64, Presence)> = Vec::new();
        let quarter = 15 * MINUTE;
        let first = 7 + self.rng.between(0, 2);
        let meal = 15 + self.rng.between(0, 2);
        off.push((first * quarter, quarter, Presence::Break));
        off.push((meal * quarter, 2 * quarter, Presence::Meal));
        match self.rng.weighted(&[70, 20, 10]) {
            1 => off.push((20 * quarter, 3 * quarter, Presence::Meeting)),
            2 => off.push((20 * quarter, 4 * quarter, Presence::Training)),
            _ => {}
        }
        off.push(((26 + self.rng.between(0, 3)) * quarter, quarter, Presence::Break));
        let own = self.day.rem_euclid(2) == 0;
        let end = self.start + LENGTH;
        let mut parts = Vec::new();
        let mut at = self.start;
        for (from, length, presence) in off {
            let from = self.start + from;
            parts.push(stretch(at, from, Presence::OnQueue, false));
            parts.push(stretch(from, from + length, presence, own));
            at = from + length;
        }
        parts.push(stretch(at, end, Presence::OnQueue, false));
        Shift { start: self.start, end, parts, is_kept: self.is_kept }
    }

    fn keep(mut self) -> Shift {
        let plan = self.plan();
        let rng = &mut self.rng;
        let start = plan.start + rng.between(-8 * MINUTE, 6 * MINUTE);
        let end = plan.end + rng.between(-4 * MINUTE, 15 * MINUTE);
        let ready = start + rng.between(20 * SECOND, 4 * MINUTE);
        let mut parts = vec![stretch(start, ready, Presence::Available, false)];
        let mut at = ready;
        for part in plan.parts.iter().filter(|part| part.presence != Presence::OnQueue) {
            let from = part.start + rng.between(-MINUTE, 5 * MINUTE);
            let until = part.end + rng.between(-2 * MINUTE, 6 * MINUTE);
            work(rng, &mut parts, at, from);
            parts.push(Stretch { start: from, end: until, ..*part });
            at = until;
        }
        work(rng, &mut parts, at, end);
        Shift { start, end, parts, is_kept: true }
    }
}

/// Work on queue, now and then interrupted by what no plan knows.
fn work(rng: &mut Rng, parts: &mut Vec<Stretch>, from: i64, until: i64) {
    let mut at = from;
    if until - from > HOUR && rng.chance(0.25) {
        let (presence, own) = *rng.pick(&[(Presence::Busy, true), (Presence::Away, false), (Presence::Busy, false)]);
        let gone = from + rng.between(15 * MINUTE, until - from - 20 * MINUTE);
        let back = gone + rng.between(2 * MINUTE, 12 * MINUTE);
        parts.push(stretch(at, gone, Presence::OnQueue, false));
        parts.push(stretch(gone, back, presence, own));
        at = back;
    }
    parts.push(stretch(at, until, Presence::OnQueue, false));
}

fn stretch(start: i64, end: i64, presence: Presence, own: bool) -> Stretch {
    Stretch { start, end, presence, definition: definition(presence, own) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Directory, Size};

    #[test]
    fn a_shift_has_no_gaps_and_keeps_its_length() {
        let directory = Directory::new(7, Size::Small, 20_000);
        let roster = Roster::new(7);
        let (mut kept, mut missed) = (0, 0);
        for user in &directory.users {
            for shift in roster.planned(user, 20_000 * DAY, 20_060 * DAY) {
                assert_eq!(shift.end - shift.start, LENGTH);
                assert!(shift.parts.windows(2).all(|two| two[0].end == two[1].start));
                missed += u32::from(!shift.is_kept);
            }
            for shift in roster.kept(user, 20_000 * DAY, 20_060 * DAY) {
                kept += 1;
                assert_eq!((shift.start, shift.end), (shift.parts[0].start, shift.parts[shift.parts.len() - 1].end));
                assert!(shift.parts.windows(2).all(|two| two[0].end == two[1].start));
                assert!(shift.parts.iter().all(|part| part.start < part.end));
            }
        }
        assert!(kept > 20 * missed && missed > 0, "{kept} kept, {missed} missed");
    }

    #[test]
    fn somebody_is_there_at_every_hour() {
        let directory = Directory::new(7, Size::Medium, 20_000);
        let roster = Roster::new(7);
        for hour in 0..7 * 24 {
            let there = directory.users.iter().filter(|user| roster.is_on_queue(user, 20_000 * DAY + hour * HOUR));
            assert!(there.count() >= 5, "hour {hour}");
        }
    }

    #[test]
    fn a_summer_shift_begins_at_the_same_local_hour() {
        let directory = Directory::new(7, Size::Small, 20_000);
        let roster = Roster::new(7);
        let user = directory.users.iter().find(|user| user.state == "active" && user.entity.division == 1).unwrap();
        let hours = |from: i64| -> std::collections::BTreeSet<i64> {
            let shifts = roster.planned(user, from * DAY, (from + 20) * DAY);
            shifts.iter().map(|shift| shift.start.rem_euclid(DAY) / HOUR).collect()
        };
        // 2026-01-10 and 2026-07-10.
        let (winter, summer) = (hours(20_463), hours(20_644));
        assert_eq!((winter.len(), summer.len()), (1, 1));
        assert_eq!(winter.first().map(|hour| (hour + 23) % 24), summer.first().copied());
    }
}
