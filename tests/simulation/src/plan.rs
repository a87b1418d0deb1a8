//! What a run is about, all from its seed.

use pegcount_sandbox::time::HOUR;

use crate::logins::Way;
use crate::network::Weather;
use crate::rng::Rng;

/// The circumstances of a run.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Sessions.
    pub(crate) hosts: usize,
    /// Whether they share a token store.
    pub(crate) store: bool,
    /// How they log in.
    pub(crate) way: Way,
    /// How rough it is.
    pub(crate) weather: Weather,
    /// Seconds that a token lives.
    pub(crate) life: i64,
    /// Requests a minute that the server allows a token.
    pub(crate) rate: i64,
    /// Token requests a minute that the login host answers; 0 for any number.
    pub(crate) mint: i64,
    /// Requests a minute that a session sends.
    pub(crate) pace: u32,
    /// Exchanges at once.
    pub(crate) in_flight: u32,
    /// Milliseconds for an exchange.
    pub(crate) timeout: u64,
    /// Whether id and secret go as form fields.
    pub(crate) form: bool,
    /// Whether sessions die and come back.
    pub(crate) crashes: bool,
    /// Whether wall clocks differ and jump.
    pub(crate) jumps: bool,
    /// Whether users cancel, limit their calls, ask twice.
    pub(crate) moods: bool,
    /// A fault of the sandbox that is on all the time.
    pub(crate) fault: Option<&'static str>,
    /// How many calls each session's user begins.
    pub(crate) calls: u64,
    /// How long after the other they begin, at the most, or the period of a schedule.
    pub(crate) pause: i64,
    /// Whether it is a schedule of hourly reports.
    pub(crate) is_schedule: bool,
    /// When it begins.
    pub(crate) begins: i64,
}

impl Plan {
    /// Draws the circumstances.
    pub(crate) fn draw(rng: &mut Rng, founded: i64) -> Self {
        let ways = [
            Way::Client,
            Way::Client,
            Way::Client,
            Way::Provider,
            Way::Refresh,
            Way::Refresh,
            Way::Code,
            Way::Pkce,
            Way::Saml,
            Way::Token,
        ];
        let is_schedule = rng.chance(8);
        let mut way = rng.pick(&ways);
        // A code is good for a minute.
        if is_schedule && !(way.lasts() && way != Way::Code) {
            way = Way::Client;
        }
        let store = way != Way::Token && rng.chance(600);
        let is_calm = rng.chance(150);
        let rough = rng.pick(&[0, 10, 50, 150, 400]);
        let weather = match is_calm {
            true => Weather::CALM,
            false => Weather {
                api: rough,
                login: rng.pick(&[0, rough, 300]),
                store: rng.pick(&[0, 0, rough, 200]),
                slow: if is_schedule { 300 } else { rng.pick(&[20, 300, 3_000, 40_000]) },
            },
        };
        let faults = ["approximate", "future", "too-large", "job-slow", "job-fails", "job-expires"];
        Plan {
            hosts: if way.is_for_many(store) { rng.pick(&[1, 1, 2, 3]) } else { 1 },
            store,
            way,
            weather,
            life: if is_calm || !way.lasts() { 86_400 } else { rng.pick(&[86_400, 86_400, 3_600, 300, 90, 20]) },
            rate: if is_calm { 300 } else { rng.pick(&[300, 300, 30, 8]) },
            mint: if is_calm { 0 } else { rng.pick(&[0, 0, 0, 2]) },
            pace: rng.pick(&[300, 300, 60, 10]),
            in_flight: rng.pick(&[4, 4, 1, 2, 10]),
            timeout: rng.pick(&[60_000, 60_000, 20_000, 5_000]),
            form: rng.chance(300),
            crashes: !is_calm && store && rng.chance(300),
            jumps: !is_calm && rng.chance(150),
            moods: !is_calm && rng.chance(500),
            fault: (!is_calm && rng.chance(250)).then(|| rng.pick(&faults)),
            calls: if is_schedule { rng.pick(&[1, 1, 3, 14]) * 24 } else { rng.pick(&[1, 2, 3, 4]) },
            pause: if is_schedule { HOUR } else { rng.pick(&[50, 5_000, 120_000, HOUR]) },
            is_schedule,
            begins: founded + rng.between(0, 6 * HOUR),
        }
    }

    /// Whether every call that its user lets run must come to a good end.
    pub(crate) fn is_calm(&self) -> bool {
        self.weather == Weather::CALM && !self.crashes && !self.jumps && self.fault.is_none() && self.mint == 0
    }
}
