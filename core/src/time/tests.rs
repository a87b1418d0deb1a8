use super::*;

/// 2026-03-10T09:00:00Z, a Tuesday.
const WALL: i64 = 1_773_133_200_000;

fn wire(text: &str, zone: Option<&str>) -> String {
    match Interval::parse(text, zone, WALL) {
        Ok(interval) => interval.to_wire().replace(":00.000Z", "Z"),
        Err(error) => format!("{} {}", error.kind.code(), error.message),
    }
}

#[test]
fn spellings() {
    #[rustfmt::skip]
    let table = [
        ("2026-03-09T00:00Z/2026-03-10T00:00Z", None, "2026-03-09T00:00Z/2026-03-10T00:00Z"),
        (" 2026-03-09T00:00:00Z / 2026-03-10T00:00:00.000Z\n", None, "2026-03-09T00:00Z/2026-03-10T00:00Z"),
        ("2026-03-09T01:00+01:00/2026-03-09T20:00-0400", None, "2026-03-09T00:00Z/2026-03-10T00:00Z"),
        ("2026-03-09T00:00:00.1239Z/2026-03-09t00:00:01z", None, "2026-03-09T00:00:00.123Z/2026-03-09T00:00:01.000Z"),
        ("2026-03-09T00:00Z/2026-03-10T00:00", Some("UTC"), "2026-03-09T00:00Z/2026-03-10T00:00Z"),
        ("2026-03-09/2026-03-10", None, "2026-03-09T00:00Z/2026-03-10T00:00Z"),
        ("2026-03-09/2026-03-10", Some("Europe/Paris"), "2026-03-08T23:00Z/2026-03-09T23:00Z"),
        ("2026-03-09T08:30/2026-03-09 17:00", Some("europe/paris"), "2026-03-09T07:30Z/2026-03-09T16:00Z"),
        ("2026-03-09", None, "2026-03-09T00:00Z/2026-03-10T00:00Z"),
        ("2026-03", None, "2026-03-01T00:00Z/2026-04-01T00:00Z"),
        ("2026-12", Some("America/New_York"), "2026-12-01T05:00Z/2027-01-01T05:00Z"),
        ("2024-02", None, "2024-02-01T00:00Z/2024-03-01T00:00Z"),
        ("2024-02-29", None, "2024-02-29T00:00Z/2024-03-01T00:00Z"),
        ("2026-12-31", None, "2026-12-31T00:00Z/2027-01-01T00:00Z"),
        ("2026-W11", None, "2026-03-09T00:00Z/2026-03-16T00:00Z"),
        ("2026-W01", None, "2025-12-29T00:00Z/2026-01-05T00:00Z"),
        ("2026-03-09T00:00Z/P1D", None, "2026-03-09T00:00Z/2026-03-10T00:00Z"),
        ("2026-03-09T00:00Z/PT1H30M", None, "2026-03-09T00:00Z/2026-03-09T01:30Z"),
        ("P1M/2026-03-01", None, "2026-02-01T00:00Z/2026-03-01T00:00Z"),
        ("2026-03-29/P1D", Some("Europe/Paris"), "2026-03-28T23:00Z/2026-03-29T22:00Z"),
        ("2026-03-29/PT24H", Some("Europe/Paris"), "2026-03-28T23:00Z/2026-03-29T23:00Z"),
        ("today", None, "2026-03-10T00:00Z/2026-03-11T00:00Z"),
        ("Yesterday", None, "2026-03-09T00:00Z/2026-03-10T00:00Z"),
        ("today", Some("Pacific/Auckland"), "2026-03-09T11:00Z/2026-03-10T11:00Z"),
        ("today", Some("America/Los_Angeles"), "2026-03-10T07:00Z/2026-03-11T07:00Z"),
        ("last-15m", None, "2026-03-10T08:45Z/2026-03-10T09:00Z"),
        ("last-1h", None, "2026-03-10T08:00Z/2026-03-10T09:00Z"),
        ("last-24h", Some("Asia/Kolkata"), "2026-03-09T09:00Z/2026-03-10T09:00Z"),
        ("last-7d", None, "2026-03-03T09:00Z/2026-03-10T09:00Z"),
        ("last-2w", None, "2026-02-24T09:00Z/2026-03-10T09:00Z"),
        ("Last-1H", None, "2026-03-10T08:00Z/2026-03-10T09:00Z"),
        ("last-7D", None, "2026-03-03T09:00Z/2026-03-10T09:00Z"),
        ("LAST-2W", None, "2026-02-24T09:00Z/2026-03-10T09:00Z"),
        ("LAST-15m", None, "2026-03-10T08:45Z/2026-03-10T09:00Z"),
        // The clocks of New York went forward on 8 March: the same hour of the day seven days earlier.
        ("last-7d", Some("America/New_York"), "2026-03-03T10:00Z/2026-03-10T09:00Z"),
    ];
    for (text, zone, expected) in table {
        assert_eq!(wire(text, zone), expected, "{text} {zone:?}");
    }
}

#[test]
fn local_days_have_their_own_length() {
    for (day, zone, hours) in [
        ("2026-03-28", "Europe/Paris", 24.0),
        ("2026-03-29", "Europe/Paris", 23.0),
        ("2026-10-25", "Europe/Paris", 25.0),
        ("2026-03-08", "America/New_York", 23.0),
        ("2026-11-01", "America/New_York", 25.0),
        ("2026-03-29", "Asia/Kolkata", 24.0),
        // Half an hour of summer time.
        ("2026-10-04", "Australia/Lord_Howe", 23.5),
        ("2026-04-05", "Australia/Lord_Howe", 24.5),
        // The clocks changed at midnight: the day began at 01:00.
        ("2018-11-04", "America/Sao_Paulo", 23.0),
        ("2018-02-17", "America/Sao_Paulo", 25.0),
        ("2026-02-17", "America/Sao_Paulo", 24.0),
        // Samoa left out a whole day.
        ("2011-12-29", "Pacific/Apia", 24.0),
    ] {
        let interval = Interval::parse(day, Some(zone), WALL).unwrap();
        assert_eq!(interval.length() as f64 / 3_600_000.0, hours, "{day} {zone}");
    }
    assert_eq!(wire("2018-11-04", Some("America/Sao_Paulo")), "2018-11-04T03:00Z/2018-11-05T02:00Z");
    assert_eq!(wire("2026-03-09", Some("Asia/Kolkata")), "2026-03-08T18:30Z/2026-03-09T18:30Z");
    // 02:30 does not exist in Paris on that day, and comes twice in October: the first is taken.
    assert_eq!(wire("2026-03-29T02:30/2026-03-29T04:00", Some("Europe/Paris")), "2026-03-29T01:30Z/2026-03-29T02:00Z");
    assert_eq!(wire("2026-10-25T02:30/2026-10-25T04:00", Some("Europe/Paris")), "2026-10-25T00:30Z/2026-10-25T03:00Z");
}

#[test]
fn what_is_no_interval_is_refused_by_its_rule() {
    for (text, rule) in [
        ("", "empty text"),
        ("/", "lacks"),
        ("2026-03-09T00:00Z/", "lacks"),
        ("2026-03-10/2026-03-09", "backwards"),
        ("2026-03-09/2026-03-09", "is empty"),
        ("last-0m", "is empty"),
        ("2026-03-09T00:00/2026-03-10T00:00", "without a zone: `2026-03-09T00:00`"),
        ("2026-03-09T00:00Z", "one instant"),
        ("2026-03-09T00:00", "one instant"),
        ("2026-02-29", "not understood"),
        ("2026-13", "not understood"),
        ("2026-W54", "not understood"),
        ("2026-3-9", "not understood"),
        ("yesterdya", "not understood"),
        ("last-1M", "minutes or months"),
        ("LAST-1M", "minutes or months"),
        ("last-9223372036854775807M", "minutes or months"),
        ("last-1Mo", "not understood"),
        ("last-7x", "not understood"),
        ("last-", "not understood"),
        ("last--7d", "not understood"),
        ("last-99999999999d", "1970 to 9999"),
        ("last-9999999999999999999999d", "not understood"),
        ("1969-12-31", "1970 to 9999"),
        ("9999-12-31", "1970 to 9999"),
        ("a/b/c", "more than one slash"),
        ("P1D/P1D", "two periods"),
        ("2026-03-09/-P1D", "not understood"),
        ("2026-03-09/P1X", "period"),
        ("2026-03-09T00:00[Europe/Paris]/P1D", "more than one slash"),
        ("2026-03-09T00:00Z[UTC]/P1D", "not understood"),
        ("\u{0}\u{1F600}", "not understood"),
    ] {
        let error = Interval::parse(text, None, WALL).expect_err(text);
        assert_eq!(error.kind, ErrorKind::QueryInterval, "{text}");
        assert!(error.message.contains(rule), "{text}: {error}");
        assert!(error.message.contains(text.trim()), "{text}: {error}");
    }
    let remedy = Interval::parse("last-2M", None, WALL).unwrap_err().explanation.remedy.join(" ");
    assert!(remedy.contains("last-2m") && remedy.contains("last-60d"), "{remedy}");
    assert_eq!(Interval::parse("yesterdya", None, WALL).unwrap_err().explanation.nearest, ["yesterday"]);
}

#[test]
fn an_unknown_zone_is_told_with_the_nearest() {
    for (name, near) in [("Europe/Pariss", "Europe/Paris"), ("Tokyo", "Asia/Tokyo"), ("new york", "America/New_York")] {
        let error = Interval::parse("today", Some(name), WALL).expect_err(name);
        assert!(error.explanation.nearest.iter().any(|found| found == near), "{name}: {error:?}");
    }
    assert!(Zone::parse("+02:00").is_err());
    assert_eq!(Zone::parse("europe/PARIS").unwrap().name(), "Europe/Paris");
}

#[test]
fn the_wall_clock_may_say_anything() {
    for wall in [i64::MIN, -1, 0, 1, i64::MAX] {
        for text in ["today", "yesterday", "last-1h", "last-1w"] {
            let _ = Interval::parse(text, Some("Asia/Tokyo"), wall);
        }
        let _ = iso(wall);
    }
    assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
    assert_eq!(iso(WALL + 7), "2026-03-10T09:00:00.007Z");
    assert_eq!(iso(i64::MAX).len(), 24);
}

#[test]
fn cuts_are_midnights_and_leave_nothing_out() {
    #[rustfmt::skip]
    let table = [
        ("2026-03-01/2026-03-08", 7, vec!["2026-03-01T00:00Z/2026-03-08T00:00Z"]),
        // Seven days from the middle of a day stay whole: the rule is about the length.
        ("2026-03-01T12:00Z/2026-03-08T12:00Z", 7, vec!["2026-03-01T12:00Z/2026-03-08T12:00Z"]),
        ("2026-03-01T12:00Z/2026-03-08T12:01Z", 7, vec!["2026-03-01T12:00Z/2026-03-08T00:00Z", "2026-03-08T00:00Z/2026-03-08T12:01Z"]),
        ("2026-03-01/2026-03-16", 7, vec!["2026-03-01T00:00Z/2026-03-08T00:00Z", "2026-03-08T00:00Z/2026-03-15T00:00Z", "2026-03-15T00:00Z/2026-03-16T00:00Z"]),
        ("2026-03-01/2026-03-02", 0, vec!["2026-03-01T00:00Z/2026-03-02T00:00Z"]),
    ];
    for (text, days, expected) in table {
        let whole = Interval::parse(text, None, WALL).unwrap();
        let pieces = whole.cut_at_midnights(days);
        let shown: Vec<String> = pieces.iter().map(|piece| piece.to_wire().replace(":00.000Z", "Z")).collect();
        assert_eq!(shown, expected, "{text}");
        assert_eq!(pieces.iter().map(|piece| piece.length()).sum::<i64>(), whole.length());
    }
    for (text, days) in [
        ("2026-03-01/2026-03-08", 7),
        ("2026-03-01T23:59Z/2026-03-02T00:01Z", 2),
        ("2026-03-01T12:00Z/2026-03-08T12:00Z", 8),
    ] {
        assert_eq!(Interval::parse(text, None, WALL).unwrap().utc_days(), days, "{text}");
    }
}
