//! What a zone's clocks do: the changes that are known one by one, and the rule for all later years.

use super::civil::{date_of, days_since_1970, weekday};

const DAY: i64 = 86_400;

/// When the clocks of a zone change, and to what. All numbers are seconds: since 1970 UTC, or east of UTC.
#[derive(Clone, Default)]
pub(super) struct Changes {
    first: i64,
    /// Instants, and the offsets that they begin.
    listed: Vec<(i64, i64)>,
    rule: Rule,
}

/// What the database says of the time behind the last listed change: `CET-1CEST,M3.5.0,M10.5.0/3`.
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
    /// Reads what `core/zones.txt` has behind a name: the rule, the offsets, and the changes. A change is the time
    /// since the one before it, in half minutes and the digits `0` to `z`, and the letter of the offset.
    pub(super) fn read(text: &str) -> Option<Changes> {
        let mut fields = text.split('\t');
        let rule = Rule::read(fields.next()?)?;
        let offsets = fields.next()?.split(' ').map(|offset| offset.parse().ok()).collect::<Option<Vec<i64>>>()?;
        let mut at = 0;
        let mut listed = Vec::new();
        for change in fields.next()?.split_inclusive(|c: char| c.is_ascii_uppercase()) {
            let (time, letter) = change.split_at_checked(change.len() - 1)?;
            at += i64::from_str_radix(time, 36).ok()? * 30;
            let nth = letter.bytes().next()?.checked_sub(b'A')?;
            listed.push((at, *offsets.get(usize::from(nth))?));
        }
        Some(Changes { first: *offsets.first()?, listed, rule })
    }

    /// The offset at an instant.
    pub(super) fn offset(&self, at: i64) -> i64 {
        match self.listed.partition_point(|(time, _)| *time <= at) {
            passed if passed == self.listed.len() => self.rule.offset(at),
            passed => {
                passed.checked_sub(1).and_then(|last| self.listed.get(last)).map_or(self.first, |(_, offset)| *offset)
            }
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
        let last = self.listed.last().map_or(i64::MIN, |(at, _)| *at);
        let ruled = self.rule.around(from).into_iter().flatten().filter(move |(at, _)| *at > last);
        self.listed.iter().copied().chain(ruled).filter(move |(at, _)| from < *at && *at <= to)
    }
}

impl Rule {
    fn read(line: &str) -> Option<Rule> {
        let mut fields = line.split(',');
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
            let start = (summer.start.local(year) - self.standard, summer.offset);
            let end = (summer.end.local(year) - summer.offset, self.standard);
            // South of the equator summer ends before it starts.
            *pair = if start < end { [start, end] } else { [end, start] };
        }
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
