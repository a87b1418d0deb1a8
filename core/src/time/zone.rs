//! Time zones from the compiled-in database: the same on every machine, and no file is read.

use crate::error::{Error, ErrorKind};
use crate::keys::{nearest, plain};

use super::changes::Changes;
use super::{DAY, FIRST, LAST};

/// The zones of the time zone database from 2000 on, by name: what [`Changes::read`] reads, or the name of the zone that
/// is the same. The test `zones` makes it, and compares: `UPDATE=1 cargo test -p pegcount --test zones`.
static TEXT: &str = include_str!("../../zones.txt");

/// A time zone by its IANA name. Of the time before 2000, when there was nothing to report, nothing is known but
/// the offset at its end.
#[derive(Clone)]
pub struct Zone {
    name: &'static str,
    changes: Changes,
}

impl std::fmt::Debug for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Zone").field(&self.name).finish()
    }
}

/// Every zone name there is, in alphabetical order.
pub fn zone_names() -> impl Iterator<Item = &'static str> {
    lines().map(|(name, _)| name)
}

fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    TEXT.lines().filter_map(|line| line.split_once('\t'))
}

fn find(written: &str) -> Option<(&'static str, &'static str)> {
    lines().find(|(name, _)| name.eq_ignore_ascii_case(written))
}

impl Zone {
    /// UTC.
    pub fn utc() -> Zone {
        Zone { name: "UTC", changes: Changes::default() }
    }

    /// Finds a zone, in any case.
    ///
    /// # Errors
    /// `query.interval` for an unknown one, with the nearest names.
    pub fn parse(name: &str) -> Result<Zone, Error> {
        let written = name.trim();
        if matches!(written.to_ascii_lowercase().as_str(), "utc" | "z" | "etc/utc") {
            return Ok(Zone::utc());
        }
        let (name, text) = find(written).ok_or_else(|| unknown(written))?;
        let text = find(text).map_or(text, |(_, same)| same);
        Ok(Zone { name, changes: Changes::read(text).ok_or_else(|| unknown(written))? })
    }

    /// The name as the database writes it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The local time of an instant, in milliseconds since 1970 as its clocks show it; `None` outside the calendar.
    pub(super) fn local(&self, at: i64) -> Option<i64> {
        inside(at).map(|at| at + self.changes.offset(at.div_euclid(1000)) * 1000)
    }

    /// The instant of a local time: behind the gap if a clock change skips it, the first if it comes twice.
    pub(super) fn instant(&self, local: i64) -> Option<i64> {
        if !(FIRST - DAY..=LAST + DAY).contains(&local) {
            return None;
        }
        inside(self.changes.instant(local.div_euclid(1000)) * 1000 + local.rem_euclid(1000))
    }

    /// The first instant of a local day, by its number: not always 00:00, since some zones change their clocks at
    /// midnight.
    pub(super) fn start_of(&self, day: i64) -> Option<i64> {
        self.instant(day * DAY)
    }
}

fn inside(at: i64) -> Option<i64> {
    (FIRST..=LAST).contains(&at).then_some(at)
}

fn unknown(written: &str) -> Error {
    let error = Error::new(ErrorKind::QueryInterval, format!("there is no time zone `{written}`"));
    if written.starts_with(['+', '-']) || written.is_empty() {
        return error.remedy("write an IANA name, such as Europe/Paris: an offset does not know about summer time");
    }
    // People often know the city alone.
    let city = |name: &str| name.rsplit('/').next().is_some_and(|city| plain(city) == plain(written));
    let cities: Vec<&str> = zone_names().filter(|name| city(name)).take(3).collect();
    match cities.is_empty() {
        false => error.nearest(cities),
        true => error.nearest(nearest(written, zone_names())),
    }
    .remedy("write an IANA name, such as Europe/Paris or America/New_York")
}
