//! Milliseconds since 1970 and the texts the API makes of them.

/// One second, in the unit of this crate.
pub const SECOND: i64 = 1_000;
/// One minute.
pub const MINUTE: i64 = 60 * SECOND;
/// One hour.
pub const HOUR: i64 = 60 * MINUTE;
/// One UTC day.
pub const DAY: i64 = 24 * HOUR;

/// The number of the UTC day a moment lies in, counted from 1970-01-01.
pub fn day_of(ms: i64) -> i64 {
    ms.div_euclid(DAY)
}

/// Year, month and day of a day number (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil(day: i64) -> (i64, i64, i64) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

/// Appends `2026-03-09T12:00:00.000Z`, the form of every date in an answer.
pub fn write_iso(ms: i64, out: &mut Vec<u8>) {
    let (year, month, day) = civil(day_of(ms));
    let rest = ms.rem_euclid(DAY);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    put(&mut text[0..4], year.clamp(0, 9_999));
    put(&mut text[5..7], month);
    put(&mut text[8..10], day);
    put(&mut text[11..13], rest / HOUR);
    put(&mut text[14..16], rest / MINUTE % 60);
    put(&mut text[17..19], rest / SECOND % 60);
    put(&mut text[20..23], rest % SECOND);
    out.extend_from_slice(&text);
}

fn put(text: &mut [u8], mut number: i64) {
    for place in text.iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// `Tue, 10 Mar 2026 15:00:00 GMT`, the form of a `Date` header (RFC 9110 §5.6.7).
pub fn http_date(ms: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = civil(day_of(ms));
    let weekday = DAYS[day_of(ms).rem_euclid(7) as usize];
    let rest = ms.rem_euclid(DAY) / SECOND;
    let month = MONTHS[(month - 1) as usize];
    format!("{weekday}, {day:02} {month} {year} {:02}:{:02}:{:02} GMT", rest / 3_600, rest / 60 % 60, rest % 60)
}

/// The same as [`write_iso`], as a string.
pub fn iso(ms: i64) -> String {
    let mut text = Vec::with_capacity(24);
    write_iso(ms, &mut text);
    String::from_utf8(text).unwrap_or_default()
}

/// Reads RFC 3339, and what the API also takes: no seconds, no offset (UTC), a bare date.
pub fn parse_iso(text: &str) -> Option<i64> {
    // What is read below takes a blank for the T, too, and dates without hyphens.
    let at = |place: usize| text.as_bytes().get(place).copied();
    let is_extended = at(4) == Some(b'-') && at(7) == Some(b'-') && at(10).is_none_or(|between| between == b'T');
    if !is_extended || text.bytes().any(|byte| !b"0123456789-:.+TZ".contains(&byte)) {
        return None;
    }
    if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        return Some(stamp.as_millisecond());
    }
    if let Ok(local) = text.trim_end_matches(['Z', 'z']).parse::<jiff::civil::DateTime>() {
        return local.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_millisecond());
    }
    None
}

/// Reads an ISO-8601 period: `P1D`, `PT30M`.
pub fn parse_period(text: &str) -> Option<jiff::Span> {
    let is_plain = text.starts_with(['P', 'p']);
    is_plain.then(|| jiff::fmt::temporal::SpanParser::new().parse_span(text).ok()).flatten()
}

/// A half-open stretch of time, `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// First millisecond that belongs to it.
    pub start: i64,
    /// First millisecond that does not.
    pub end: i64,
}

impl Interval {
    /// Reads `start/end`, or `start/period`.
    pub fn parse(text: &str) -> Option<Self> {
        let (start, end) = text.split_once('/')?;
        let from = parse_iso(start)?;
        let end = match parse_iso(end) {
            Some(end) => end,
            None => {
                let span = parse_period(end)?;
                let zoned = jiff::Timestamp::from_millisecond(from).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
                zoned.checked_add(span).ok()?.timestamp().as_millisecond()
            }
        };
        Some(Self { start: from, end })
    }

    /// The day numbers it touches, both included.
    pub fn days(self) -> std::ops::RangeInclusive<i64> {
        day_of(self.start)..=day_of((self.end - 1).max(self.start))
    }

    /// `start/end`, as the answers print it.
    pub fn text(self) -> String {
        format!("{}/{}", iso(self.start), iso(self.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_go_there_and_back() {
        for text in ["1970-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z", "2026-03-09T12:34:56.789Z"] {
            assert_eq!(parse_iso(text).map(iso).as_deref(), Some(text));
        }
        assert_eq!(parse_iso("2026-03-09T00:00Z"), parse_iso("2026-03-09T00:00:00.000Z"));
        assert_eq!(parse_iso("2026-03-09T01:00:00+01:00"), parse_iso("2026-03-09T00:00:00Z"));
        for text in
            ["yesterday", "2026-03-09 00:00Z", " 2026-03-09T00:00Z", "20260309T000000Z", "2026-03-09T00:00Z[UTC]"]
        {
            assert_eq!(parse_iso(text), None, "{text}");
        }
        assert_eq!(http_date(1_773_154_800_000), "Tue, 10 Mar 2026 15:00:00 GMT");
    }

    #[test]
    fn an_interval_touches_days() {
        let day = Interval::parse("2026-03-09T00:00:00.000Z/2026-03-10T00:00:00.000Z").unwrap();
        assert_eq!(day.days().count(), 1);
        let across = Interval::parse("2026-03-09T23:59:00.000Z/PT2M").unwrap();
        assert_eq!(across.days().count(), 2);
        for end in ["24h", "1 day", "+PT24H", "-P1D", "1:00:00", "2026-03-10 00:00Z"] {
            assert_eq!(Interval::parse(&format!("2026-03-09T00:00Z/{end}")), None, "{end}");
        }
    }
}
