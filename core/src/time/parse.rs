//! The spellings of an interval.

use super::civil::{add_months, monday_of};
use super::read::{self, Period, date, period};
use super::{DAY, Interval, Zone};
use crate::error::{Error, ErrorKind};
use crate::keys::nearest;

pub(super) fn interval(text: &str, time_zone: Option<&str>, wall: i64) -> Result<Interval, Error> {
    let named = time_zone.map(Zone::parse).transpose()?;
    let reader = Reader { text: text.trim(), zoned: named.is_some(), zone: named.unwrap_or_else(Zone::utc), wall };
    reader.read()?.checked(reader.text)
}

struct Reader<'a> {
    text: &'a str,
    zone: Zone,
    zoned: bool,
    wall: i64,
}

/// One side of the slash.
enum Side {
    At(i64),
    Period(Period),
}

impl Reader<'_> {
    fn read(&self) -> Result<Interval, Error> {
        let mut sides = self.text.split('/');
        match (sides.next().map(str::trim), sides.next().map(str::trim), sides.next()) {
            (Some(""), None, _) => Err(self.refuse("is empty text").remedy(FORMS)),
            (Some(word), None, _) => self.word(word),
            (Some(from), Some(to), None) => match (self.side(from)?, self.side(to)?) {
                (Side::At(from), Side::At(to)) => Ok(Interval { from, to }),
                (Side::At(from), Side::Period(period)) => Ok(Interval { from, to: self.shift(from, period, 1)? }),
                (Side::Period(period), Side::At(to)) => Ok(Interval { from: self.shift(to, period, -1)?, to }),
                (Side::Period(_), Side::Period(_)) => Err(self.refuse("has two periods and no time").remedy(FORMS)),
            },
            _ => Err(self.refuse("has more than one slash").remedy(FORMS)),
        }
    }

    fn word(&self, word: &str) -> Result<Interval, Error> {
        let lower = word.to_ascii_lowercase();
        match lower.as_str() {
            "today" => return self.days(self.today()?, 1),
            "yesterday" => return self.days(self.today()? - 1, 1),
            _ => {}
        }
        if lower.starts_with("last-") {
            return self.last(word.get("last-".len()..).unwrap_or_default());
        }
        if let Some(day) = date(word) {
            return self.days(day, 1);
        }
        if let Some(monday) = week(word) {
            return self.days(monday, 7);
        }
        if let Some(first) = month(word) {
            return self.days(first, add_months(first, 1) - first);
        }
        if self.time(word).is_some() || local(word).is_some() {
            return Err(self
                .refuse("is one instant, not an interval")
                .remedy("write a start and an end with a slash between them"));
        }
        let words = ["today", "yesterday", "last-15m", "last-1h", "last-24h", "last-7d"];
        Err(self.refuse("is not understood").nearest(nearest(word, words)).remedy(FORMS))
    }

    /// Up to the present: days and weeks are those of the calendar, so that a clock change does not shift the hour.
    fn last(&self, rest: &str) -> Result<Interval, Error> {
        let unit_at = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (count, unit) = rest.split_at(unit_at);
        let unknown =
            || self.refuse("is not understood").remedy("write last- and a number with m, h, d or w: last-15m, last-7d");
        let count: i64 = count.parse().map_err(|_| unknown())?;
        let period = match unit.to_ascii_lowercase().as_str() {
            // A capital letter that means a month elsewhere, in ISO 8601 and in most libraries.
            "m" if unit == "M" => {
                let days = count.saturating_mul(30);
                return Err(self
                    .refuse("may mean minutes or months")
                    .remedy(format!("for minutes write last-{count}m"))
                    .remedy(format!("for months write days, as last-{days}d, or one of them, as 2026-03")));
            }
            "m" => count.checked_mul(60_000).map(|ms| Period { ms, ..Period::default() }),
            "h" => count.checked_mul(3_600_000).map(|ms| Period { ms, ..Period::default() }),
            "d" => Some(Period { days: count, ..Period::default() }),
            "w" => count.checked_mul(7).map(|days| Period { days, ..Period::default() }),
            _ => return Err(unknown()),
        };
        let period = period.ok_or_else(|| self.beyond())?;
        Ok(Interval { from: self.shift(self.wall, period, -1)?, to: self.wall })
    }

    fn side(&self, text: &str) -> Result<Side, Error> {
        if let Some(at) = self.time(text) {
            return Ok(Side::At(at));
        }
        if text.starts_with(['P', 'p']) {
            return period(text).map(Side::Period).ok_or_else(|| {
                self.refuse("has a period that is not understood")
                    .remedy("write periods as ISO 8601 does: P1D, PT1H, PT30M")
            });
        }
        if let Some(day) = date(text) {
            return self.zone.start_of(day).map(Side::At).ok_or_else(|| self.beyond());
        }
        match local(text) {
            Some(local) if self.zoned => self.zone.instant(local).map(Side::At).ok_or_else(|| self.beyond()),
            Some(_) => Err(self
                .refuse(&format!("has a time without a zone: `{text}`"))
                .remedy("end it with Z or an offset such as +01:00, or give time_zone")),
            None if text.is_empty() => Err(self.refuse("lacks a start or an end").remedy(FORMS)),
            None => Err(self.refuse(&format!("has a side that is not understood: `{text}`")).remedy(FORMS)),
        }
    }

    /// A time with its own offset.
    fn time(&self, text: &str) -> Option<i64> {
        read::instant(text).filter(|at| Zone::utc().local(*at).is_some())
    }

    /// So many whole local days.
    fn days(&self, first: i64, count: i64) -> Result<Interval, Error> {
        let edges = self.zone.start_of(first).zip(self.zone.start_of(first + count));
        edges.map(|(from, to)| Interval { from, to }).ok_or_else(|| self.beyond())
    }

    fn today(&self) -> Result<i64, Error> {
        self.zone.local(self.wall).map(|local| local.div_euclid(DAY)).ok_or_else(|| self.beyond())
    }

    /// Adds a period, or takes it away: calendar units in local time, then hours and smaller in real time (RFC 5545).
    fn shift(&self, at: i64, period: Period, sign: i64) -> Result<i64, Error> {
        let shifted = || {
            let days = match (period.months, period.days) {
                (0, 0) => at,
                (months, days) => {
                    let local = self.zone.local(at)?;
                    let day = add_months(local.div_euclid(DAY), sign * months).checked_add(sign * days)?;
                    self.zone.instant(day.checked_mul(DAY)?.checked_add(local.rem_euclid(DAY))?)?
                }
            };
            days.checked_add(sign * period.ms)
        };
        shifted().ok_or_else(|| self.beyond())
    }

    fn refuse(&self, why: &str) -> Error {
        Error::new(ErrorKind::QueryInterval, format!("the interval `{}` {why}", self.text))
    }

    fn beyond(&self) -> Error {
        self.refuse("lies outside the years 1970 to 9999")
    }
}

const FORMS: &str = "write 2026-03-09T00:00Z/2026-03-10T00:00Z, 2026-03-09/2026-03-10, 2026-03-09, 2026-03, yesterday, today or last-24h";

/// `2026-03`, as its first day.
fn month(text: &str) -> Option<i64> {
    if text.len() == 7 { date(&format!("{text}-01")) } else { None }
}

/// `2026-W11`, as its Monday.
fn week(text: &str) -> Option<i64> {
    let (year, week) = text.split_once("-W").or_else(|| text.split_once("-w"))?;
    if year.len() != 4 || week.len() != 2 || !format!("{year}{week}").bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    monday_of(year.parse().ok()?, week.parse().ok()?)
}

/// A time without an offset. A date alone is no time here.
fn local(text: &str) -> Option<i64> {
    let (day, time) = text.split_once(['T', 't', ' '])?;
    if time.contains(['[', '+', '-', 'Z', 'z']) {
        return None;
    }
    Some(date(day)? * DAY + read::time(time.trim())?)
}
