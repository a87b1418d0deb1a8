//! Granularity: an interval cut into periods of a time zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::refusal::Refusal;
use crate::time::{Interval, MINUTE, parse_period};

/// The periods of an interval, in order.
#[derive(Clone, Debug)]
pub(crate) struct Buckets(Vec<Interval>);

/// More than these are refused; the API's own number is not known.
const MOST: usize = 20_000;

impl Buckets {
    /// Cuts the interval. Without granularity it is one bucket.
    pub(crate) fn new(interval: Interval, granularity: Option<&str>, zone: Option<&str>) -> Result<Self, Refusal> {
        let zone = match zone {
            None => TimeZone::UTC,
            Some(name) => {
                // Names are found in small letters, too; they are spelt in one way.
                let known = TimeZone::get(name).ok().filter(|zone| zone.iana_name() == Some(name));
                known.ok_or_else(|| Refusal::bad(format!("The time zone {name} is not known.")))?
            }
        };
        let Some(text) = granularity else { return Ok(Self(vec![interval])) };
        let wrong = || Refusal::bad(format!("The granularity {text} is not a valid ISO-8601 period."));
        let step = parse_period(text).ok_or_else(wrong)?;
        let from = Timestamp::from_millisecond(interval.start).map_err(|_| Refusal::date())?.to_zoned(zone);
        let mut buckets = Vec::new();
        let mut start = interval.start;
        // Steps are counted from the start, so that a month after 31 January does not lose its day for ever.
        for count in 1.. {
            let span = step.checked_mul(count).map_err(|_| wrong())?;
            let end = from.checked_add(span).map_err(|_| wrong())?.timestamp().as_millisecond();
            if end - start < MINUTE {
                return Err(Refusal::bad(format!("The granularity {text} is less than a minute.")));
            }
            buckets.push(Interval { start, end: end.min(interval.end) });
            if end >= interval.end {
                break;
            }
            if buckets.len() > MOST {
                return Err(Refusal::bad("The granularity is too fine for the interval."));
            }
            start = end;
        }
        Ok(Self(buckets))
    }

    /// The bucket a moment lies in.
    pub(crate) fn of(&self, at: i64) -> Option<usize> {
        let after = self.0.partition_point(|bucket| bucket.start <= at);
        let index = after.checked_sub(1)?;
        (at < self.0[index].end).then_some(index)
    }

    /// All buckets, in their order.
    pub(crate) fn all(&self) -> &[Interval] {
        &self.0
    }

    /// A bucket.
    pub(crate) fn interval(&self, index: usize) -> Interval {
        self.0[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::DAY;

    fn cut(interval: &str, granularity: &str, zone: &str) -> Vec<String> {
        let interval = Interval::parse(interval).unwrap();
        let buckets = Buckets::new(interval, Some(granularity), Some(zone)).unwrap();
        buckets.0.iter().map(|bucket| bucket.text()).collect()
    }

    #[test]
    fn a_local_day_may_have_23_hours() {
        let days = cut("2026-03-28T23:00:00.000Z/2026-03-30T22:00:00.000Z", "P1D", "Europe/Paris");
        assert_eq!(
            days,
            ["2026-03-28T23:00:00.000Z/2026-03-29T22:00:00.000Z", "2026-03-29T22:00:00.000Z/2026-03-30T22:00:00.000Z"]
        );
    }

    #[test]
    fn months_keep_their_day() {
        assert_eq!(cut("2026-01-31T00:00:00.000Z/2026-04-01T00:00:00.000Z", "P1M", "UTC").len(), 3);
        assert!(Buckets::new(Interval { start: 0, end: 1 }, Some("PT0S"), None).is_err());
    }

    #[test]
    fn periods_and_zones_have_one_spelling() {
        let day = Interval { start: 0, end: DAY };
        for text in ["15m", "1 hour", "30 minutes", "1hour30min", "1:30:00", "+PT1H", "-PT1H", "PT", ""] {
            assert!(Buckets::new(day, Some(text), None).is_err(), "{text}");
        }
        for zone in ["utc", "europe/berlin", "Europe/Nowhere"] {
            assert!(Buckets::new(day, Some("PT1H"), Some(zone)).is_err(), "{zone}");
        }
        for zone in ["UTC", "Europe/Berlin", "US/Eastern"] {
            assert!(Buckets::new(day, Some("PT1H"), Some(zone)).is_ok(), "{zone}");
        }
    }
}
