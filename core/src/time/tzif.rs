//! What a zone's clocks do: a file of the time zone database (RFC 9636), and the rule at its end for all later years.

use super::civil::{date_of, days_since_1970, weekday};

const DAY: i64 = 86_400;

/// When the clocks of a zone change, and to what. All numbers are seconds: since 1970 UTC, or east of UTC.
#[derive(Clone, Default)]
pub(super) struct Changes {
    times: &'static [[u8; 8]],
    /// For each time the type that begins then.
    kinds: &'static [u8],
    /// An offset, and what is not needed here.
    types: &'static [[u8; 6]],
    rule: Rule,
}

/// What the last line of the file says: `CET-1CEST,M3.5.0,M10.5.0/3`.
#[derive(Clone, Copy, Default)]
struct Rule {
    standard: i64,
    summer: Option<Summer>,
}

#[derive(Clone, Copy)]
struct Summer {
    offset: i64,
    start: Turn,
    end: Turn,
}

/// A weekday of a month; week 5 is its last.
#[derive(Clone, Copy)]
struct Turn {
    month: i64,
    week: i64,
    weekday: i64,
    time: i64,
}

impl Changes {
    pub(super) fn read(file: &'static [u8]) -> Option<Changes> {
        // The first block has times of 32 bits, for readers of long ago.
        let [isut, isstd, leap, time, kind, char] = counts(file)?;
        let file = file.get(HEADER + time * 5 + kind * 6 + char + leap * 8 + isstd + isut..)?;
        let [isut, isstd, leap, time, kind, char] = counts(file)?;
        let (times, rest) = file.get(HEADER..)?.split_at_checked(time * 8)?;
        let (kinds, rest) = rest.split_at_checked(time)?;
        let (types, rest) = rest.split_at_checked(kind * 6)?;
        let rule = rest.get(char + leap * 12 + isstd + isut..)?.strip_prefix(b"\n")?.strip_suffix(b"\n")?;
        let (times, types) = (times.as_chunks().0, types.as_chunks().0);
        let known = !types.is_empty() && kinds.iter().all(|kind| usize::from(*kind) < types.len());
        known.then_some(Changes { times, kinds, types, rule: Rule::read(rule)? })
    }

    /// The offset at an instant.
    pub(super) fn offset(&self, at: i64) -> i64 {
        match self.times.partition_point(|time| i64::from_be_bytes(*time) <= at) {
            passed if passed == self.times.len() => self.rule.offset(at),
            0 => self.offset_of(0),
            passed => self.offset_of(self.kinds.get(passed - 1).copied().unwrap_or_default()),
        }
    }

    /// The instant of a local time: behind the gap if a change skips it, the first if it comes twice.
    pub(super) fn instant(&self, local: i64) -> i64 {
        // No offset is as long as two days.
        let (from, to) = (local - 2 * DAY, local + 2 * DAY);
        let mut offset = self.offset(from);
        for (at, next) in self.between(from, to) {
            // Up to the change, in the gap behind it, and in what comes twice, the clocks before it count.
            if local < at + offset.max(next) {
                break;
            }
            offset = next;
        }
        local - offset
    }

    /// The changes after `from` and up to `to`, with the offsets that they begin.
    fn between(&self, from: i64, to: i64) -> impl Iterator<Item = (i64, i64)> {
        let listed = self.times.iter().zip(self.kinds);
        let listed = listed.map(|(time, kind)| (i64::from_be_bytes(*time), self.offset_of(*kind)));
        let last = self.times.last().map_or(i64::MIN, |time| i64::from_be_bytes(*time));
        let ruled = self.rule.around(from).into_iter().flatten().filter(move |(at, _)| *at > last);
        listed.chain(ruled).filter(move |(at, _)| from < *at && *at <= to)
    }

    fn offset_of(&self, kind: u8) -> i64 {
        // That there is one was seen as the file was read.
        let [a, b, c, d, ..] = self.types.get(usize::from(kind)).copied().unwrap_or_default();
        i64::from(i32::from_be_bytes([a, b, c, d]))
    }
}

const HEADER: usize = 44;

/// The counts of UTC flags, standard flags, leap seconds, times, types and letters.
fn counts(file: &[u8]) -> Option<[usize; 6]> {
    let counts: &[[u8; 4]; 6] = file.strip_prefix(b"TZif")?.get(16..40)?.as_chunks().0.try_into().ok()?;
    Some(counts.map(|count| u32::from_be_bytes(count) as usize))
}

impl Rule {
    fn read(line: &[u8]) -> Option<Rule> {
        let mut fields = std::str::from_utf8(line).ok()?.split(',');
        let (standard, rest) = offset(name(fields.next()?)?)?;
        if rest.is_empty() {
            return Some(Rule { standard, summer: None });
        }
        // An hour more, unless another offset is written.
        let rest = name(rest)?;
        let offset = if rest.is_empty() { standard + 3600 } else { offset(rest)?.0 };
        let (start, end) = (Turn::read(fields.next()?)?, Turn::read(fields.next()?)?);
        Some(Rule { standard, summer: Some(Summer { offset, start, end }) })
    }

    /// The changes from the year before an instant to the year after it, in order.
    fn around(&self, at: i64) -> Option<[(i64, i64); 6]> {
        let summer = self.summer?;
        let (year, ..) = date_of(at.div_euclid(DAY));
        let mut changes = [(0, 0); 6];
        for (pair, year) in changes.as_chunks_mut::<2>().0.iter_mut().zip(year - 1..) {
            *pair = [
                (summer.start.local(year) - self.standard, summer.offset),
                (summer.end.local(year) - summer.offset, self.standard),
            ];
        }
        // South of the equator summer ends before it starts.
        changes.sort_unstable();
        Some(changes)
    }

    fn offset(&self, at: i64) -> i64 {
        let changes = self.around(at).into_iter().flatten();
        changes.take_while(|(from, _)| *from <= at).last().map_or(self.standard, |(_, offset)| offset)
    }
}

impl Turn {
    /// `M3.5.0/3`: month, week, weekday, and the time if it is not 02:00.
    fn read(text: &str) -> Option<Turn> {
        let (day, time) = text.split_once('/').unwrap_or((text, "2"));
        let mut numbers = day.strip_prefix('M')?.split('.').map(|number| number.parse().ok());
        let (month, week, weekday) = (numbers.next()??, numbers.next()??, numbers.next()??);
        let (time, rest) = seconds(time)?;
        rest.is_empty().then_some(Turn { month, week, weekday, time })
    }

    /// The local time of the change.
    fn local(self, year: i64) -> i64 {
        let first = days_since_1970(year, self.month, 1);
        let mut day = first + (self.weekday - weekday(first)).rem_euclid(7) + 7 * (self.week - 1);
        let next = if self.month == 12 { first + 31 } else { days_since_1970(year, self.month + 1, 1) };
        if day >= next {
            day -= 7;
        }
        day * DAY + self.time
    }
}

/// Passes over an abbreviation: `CET`, `<+01>`.
fn name(text: &str) -> Option<&str> {
    match text.strip_prefix('<') {
        Some(rest) => Some(rest.split_once('>')?.1),
        None => Some(text.trim_start_matches(|c: char| c.is_ascii_alphabetic())),
    }
}

/// An offset as POSIX writes it, west of UTC, turned to the east.
fn offset(text: &str) -> Option<(i64, &str)> {
    seconds(text).map(|(west, rest)| (-west, rest))
}

/// `-5:30` or `3`: hours, minutes and seconds, and what follows.
fn seconds(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|c: char| !matches!(c, '+' | '-' | ':' | '0'..='9')).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let sign = if number.starts_with('-') { -1 } else { 1 };
    let parts = number.trim_start_matches(['+', '-']).split(':').zip([3600, 60, 1]);
    let sum = parts.map(|(part, unit)| Some(part.parse::<i64>().ok()? * unit)).sum::<Option<i64>>()?;
    Some((sign * sum, rest))
}
