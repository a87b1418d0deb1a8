//! Intervals, days and zones: reckoned here, told by the host.

mod changes;
mod civil;
mod instant;
mod parse;
mod read;
mod zone;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use instant::parse_http_date;
pub use instant::parse_instant;
pub(crate) use read::period;
pub use zone::{Zone, zone_names};

use crate::error::{Error, ErrorKind};

/// Milliseconds in a UTC day: leap seconds are not counted, as everywhere in POSIX time.
pub const DAY: i64 = 86_400_000;

/// Two clocks, told by the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Now {
    /// Milliseconds on a clock that never goes back: rules use it.
    pub mono: u64,
    /// Milliseconds since 1970 UTC: dates use it.
    pub wall: i64,
}

impl Now {
    /// Of a clock that never goes back, as the time since any moment, and of the time since 1970 UTC.
    pub fn of(mono: Duration, wall: Duration) -> Now {
        let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Now { mono: ms(mono), wall: i64::try_from(ms(wall)).unwrap_or(i64::MAX) }
    }

    /// How long it is until a moment of the clock that never goes back, such as that of [`crate::Action::Wait`].
    pub fn until(self, mono: u64) -> Duration {
        Duration::from_millis(mono.saturating_sub(self.mono))
    }
}

/// From one instant to another, the end not included. Milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The first millisecond.
    pub from: i64,
    /// The millisecond after the last.
    pub to: i64,
}

/// Reads an interval as people write it: see [`Interval::parse`].
///
/// # Errors
/// `query.interval`.
pub fn interval(text: &str, time_zone: Option<&str>, now: Now) -> Result<Interval, Error> {
    Interval::parse(text, time_zone, now.wall)
}

impl Interval {
    /// Reads an interval.
    ///
    /// - `2026-03-09T00:00Z/2026-03-10T00:00Z`: offsets as written; without one, times of `time_zone`
    /// - `2026-03-09/2026-03-10`: whole days, the end not included
    /// - `2026-03-09T00:00Z/PT1H`, `P1D/2026-03-10`: a start or an end, and an ISO 8601 period
    /// - `2026-03-09`, `2026-W11`, `2026-03`, `today`, `yesterday`: a day, an ISO week, a month, whole
    /// - `last-15m`, `last-1h`, `last-7d`, `last-2w`: up to the present
    ///
    /// Days, weeks and months are those of `time_zone` (an IANA name), else of UTC: a day may have 23 or 25 hours. A
    /// local time that a clock change skips is moved behind the gap; of one that comes twice the first is taken.
    /// `wall` is the present in milliseconds since 1970 UTC.
    ///
    /// # Errors
    /// `query.interval`: not understood, backwards, empty, outside the years 1970 to 9999, a time without zone or
    /// offset, or an unknown zone (with the nearest real ones).
    pub fn parse(text: &str, time_zone: Option<&str>, wall: i64) -> Result<Interval, Error> {
        parse::interval(text, time_zone, wall)
    }

    /// The wire form: `2026-03-09T00:00:00.000Z/2026-03-10T00:00:00.000Z`.
    pub fn to_wire(self) -> String {
        format!("{}/{}", iso(self.from), iso(self.to))
    }

    /// Milliseconds from start to end; 0 for one that runs backwards.
    pub fn length(self) -> i64 {
        self.to.saturating_sub(self.from).max(0)
    }

    /// Whether an instant lies within.
    pub fn contains(self, at: i64) -> bool {
        self.from <= at && at < self.to
    }

    /// How many days of UTC it touches: what a details query really covers (limits.md, "Intervals").
    pub fn utc_days(self) -> i64 {
        if self.to <= self.from {
            return 0;
        }
        (self.to - 1).div_euclid(DAY) - self.from.div_euclid(DAY) + 1
    }

    /// Cuts it into pieces of at most `max_days`. Every cut is a midnight of UTC, so that no two pieces touch the same
    /// day; an interval that is short enough stays whole.
    pub fn cut_at_midnights(self, max_days: u32) -> Vec<Interval> {
        let step = i64::from(max_days.max(1)) * DAY;
        let mut pieces = Vec::new();
        let mut rest = self;
        while rest.length() > step {
            let cut = rest.from.div_euclid(DAY) * DAY + step;
            pieces.push(Interval { from: rest.from, to: cut });
            rest.from = cut;
        }
        if rest.length() > 0 {
            pieces.push(rest);
        }
        pieces
    }

    /// Refuses what runs backwards, is empty or lies outside the calendar; `shown` is what the user wrote.
    pub(crate) fn checked(self, shown: &str) -> Result<Interval, Error> {
        let refuse = |why: &str| Error::new(ErrorKind::QueryInterval, format!("the interval `{shown}` {why}"));
        match self.from.cmp(&self.to) {
            std::cmp::Ordering::Greater => Err(refuse("runs backwards").remedy("write the start before the slash")),
            std::cmp::Ordering::Equal => Err(refuse("is empty")
                .remedy("the end is not included: for one day write the next day as the end, or the day alone")),
            std::cmp::Ordering::Less if self.from < 0 || self.to > LAST => {
                Err(refuse("lies outside the years 1970 to 9999"))
            }
            std::cmp::Ordering::Less => Ok(self),
        }
    }
}

impl std::fmt::Display for Interval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.to_wire())
    }
}

/// The ends of the calendar: the years -9999 to 9999, with a day's room for offsets.
const FIRST: i64 = -377_705_023_201_000;
const LAST: i64 = 253_402_207_200_999;

/// An instant as the wire writes it: `2026-03-09T00:00:00.000Z`. What lies outside the calendar is moved to its edge.
pub fn iso(at: i64) -> String {
    let at = at.clamp(-62_135_596_800_000, LAST);
    let ((year, month, day), of_day) = (civil::date_of(at.div_euclid(DAY)), at.rem_euclid(DAY));
    let (minutes, seconds, ms) = (of_day / 60_000, of_day / 1000 % 60, of_day % 1000);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{seconds:02}.{ms:03}Z", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod zones;
