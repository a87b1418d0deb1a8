//! Calendar days as numbers: how many since 1970-01-01.
//!
//! Howard Hinnant, "chrono-compatible low-level date algorithms": the proleptic Gregorian calendar.

/// The number of a day of the calendar; the month counts from 1.
pub(super) fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number.
pub(super) fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * from_march + 2) / 5 + 1)
}

pub(super) fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// 0 for Sunday.
pub(super) fn weekday(days: i64) -> i64 {
    (days + 4).rem_euclid(7)
}

/// The same day some months later or earlier, or the last of a month that is too short for it.
pub(super) fn add_months(days: i64, months: i64) -> i64 {
    let (year, month, day) = date_of(days);
    let months = year * 12 + month - 1 + months;
    let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    days_since_1970(year, month, day.min(days_in(year, month)))
}

/// The Monday of a week of ISO 8601; `None` if the year has no such week.
pub(super) fn monday_of(year: i64, week: i64) -> Option<i64> {
    // The first week holds 4 January.
    let first = |year| {
        let day = days_since_1970(year, 1, 4);
        day - (weekday(day) + 6) % 7
    };
    let monday = first(year) + 7 * (week - 1);
    (week >= 1 && monday < first(year + 1)).then_some(monday)
}
