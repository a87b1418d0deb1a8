//! Dates, times and periods as ISO 8601 writes them.

use super::DAY;
use super::civil::{days_in, days_since_1970};

const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;
const SECOND: i64 = 1_000;

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn is(&self, bytes: &[u8]) -> bool {
        self.0.first().is_some_and(|first| bytes.contains(first))
    }

    /// One of these bytes, if it comes next.
    fn take(&mut self, bytes: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first().filter(|(first, _)| bytes.contains(first))?;
        self.0 = rest;
        Some(*first)
    }

    /// A number of so many digits, not above `most`.
    fn number(&mut self, digits: usize, most: i64) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        let number = number
            .iter()
            .try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0')))?;
        self.0 = rest;
        Some(number).filter(|number| *number <= most)
    }

    /// `2026-03-09`, `20260309` or `+002026-03-09`, as days since 1970.
    fn date(&mut self) -> Option<i64> {
        let year = match self.take(b"+-") {
            Some(b'+') => self.number(6, 9999)?,
            Some(_) => -self.number(6, 9999).filter(|year| *year > 0)?,
            None => self.number(4, 9999)?,
        };
        let extended = self.take(b"-").is_some();
        let month = self.number(2, 12)?;
        if extended {
            self.take(b"-")?;
        }
        let day = self.number(2, 31)?;
        (month >= 1 && day >= 1 && day <= days_in(year, month)).then(|| days_since_1970(year, month, day))
    }

    /// Whether another two digits follow, with a colon before them or without, as was begun.
    fn goes_on(&mut self, extended: bool) -> bool {
        if extended { self.take(b":").is_some() } else { self.is(b"0123456789") }
    }

    /// `08`, `08:30`, `0830`, `08:30:15.123`, as milliseconds. A leap second counts as the one before it.
    fn time(&mut self) -> Option<i64> {
        let mut time = self.number(2, 23)? * HOUR;
        let extended = self.is(b":");
        if self.goes_on(extended) {
            time += self.number(2, 59)? * MINUTE;
            if self.goes_on(extended) {
                time += self.number(2, 60)?.min(59) * SECOND;
                time += self.fraction()?.unwrap_or(0) / 1_000_000;
            }
        }
        Some(time)
    }

    /// `.5` or `,5` in billionths, with nine digits at most. `None` for a point without a digit.
    fn fraction(&mut self) -> Option<Option<i64>> {
        if self.take(b".,").is_none() {
            return Some(None);
        }
        let digits = self.0.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        Some(Some(self.number(digits, i64::MAX)? * 10_i64.pow(9 - digits as u32)))
    }

    /// `Z`, `+01:00`, `+0100`, `+01`, `+01:00:30`, as milliseconds east.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.take(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let mut offset = self.number(2, 25)? * HOUR;
        let extended = self.is(b":");
        if self.goes_on(extended) {
            offset += self.number(2, 59)? * MINUTE;
            if self.goes_on(extended) {
                offset += self.number(2, 59)? * SECOND;
            }
        }
        Some(sign * offset)
    }

    fn end<T>(self, value: T) -> Option<T> {
        self.0.is_empty().then_some(value)
    }
}

/// A date, a time and an offset: milliseconds since 1970 UTC.
pub(super) fn instant(text: &str) -> Option<i64> {
    let mut rest = Rest(text.as_bytes());
    let days = rest.date()?;
    rest.take(b"Tt ")?;
    let (time, offset) = (rest.time()?, rest.offset()?);
    rest.end(days * DAY + time - offset)
}

/// `2026-03-09`, as days since 1970: no other form is a date alone.
pub(super) fn date(text: &str) -> Option<i64> {
    let dashes = matches!(text.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _]);
    let mut rest = Rest(text.as_bytes());
    let days = rest.date().filter(|_| dashes)?;
    rest.end(days)
}

/// A time without an offset: milliseconds since the day's 00:00.
pub(super) fn time(text: &str) -> Option<i64> {
    let mut rest = Rest(text.as_bytes());
    let time = rest.time()?;
    rest.end(time)
}

/// A length of time: of the calendar, and of the clock.
#[derive(Clone, Copy, Default)]
pub(crate) struct Period {
    pub(super) months: i64,
    pub(super) days: i64,
    pub(super) ms: i64,
}

/// From the first day to the last of a calendar from -9999 to 9999: no period is longer.
const YEARS: i64 = 19_998;
const DAYS: i64 = 7_304_484;

/// Reads `P1Y2M3W4DT5H6M7.5S`: any of them in this order, at least one, and not all zero. A fraction may end it.
pub(crate) fn period(text: &str) -> Option<Period> {
    let mut rest = Rest(text.as_bytes());
    rest.take(b"Pp")?;
    let mut period = Period::default();
    let mut units: &[u8] = b"YMWD";
    let (mut clock, mut any, mut whole) = (false, false, true);
    let mut positive = false;
    while !rest.0.is_empty() {
        if !clock && rest.take(b"Tt").is_some() {
            (clock, any, units) = (true, false, b"HMS");
            continue;
        }
        if !whole {
            return None;
        }
        let digits = rest.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=18).contains(&digits) {
            return None;
        }
        let number = rest.number(digits, i64::MAX)?;
        let fraction = if clock { rest.fraction()? } else { None };
        whole = fraction.is_none();
        let unit = rest.take(b"YMWDHSymwdhs")?.to_ascii_uppercase();
        let place = units.iter().position(|known| *known == unit)?;
        units = units.get(place + 1..)?;
        any = true;
        positive |= number > 0 || fraction.is_some_and(|fraction| fraction > 0);
        if clock {
            let length = match unit {
                b'H' => HOUR,
                b'M' => MINUTE,
                _ => SECOND,
            };
            let ms = number.checked_mul(length)?.checked_add(fraction.unwrap_or(0) * length / 1_000_000_000)?;
            period.ms = period.ms.checked_add(ms)?;
            continue;
        }
        let (count, most, factor) = match unit {
            b'Y' => (&mut period.months, YEARS, 12),
            b'M' => (&mut period.months, YEARS * 12, 1),
            b'W' => (&mut period.days, DAYS / 7, 7),
            _ => (&mut period.days, DAYS, 1),
        };
        *count += Some(number).filter(|number| *number <= most)? * factor;
    }
    (any && positive).then_some(period)
}
