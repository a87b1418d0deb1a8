//! One session with what its host keeps: calls, exchanges, bodies.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pegcount::{AskId, CallId, Config, Now, Region, RequestId, Session};

use crate::judge::{Ledger, Once};
use crate::reports::Asked;

/// What a host is made of, each time it is started.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The session's configuration; its seed is new each time.
    pub(crate) config: Config,
    /// Milliseconds by which its wall clock is ahead.
    pub(crate) skew: i64,
}

impl Settings {
    /// Where the simulation's servers are.
    pub(crate) fn region() -> Region {
        Region::parse("http://127.0.0.1:1").unwrap_or_else(|error| unreachable!("{error}"))
    }
}

/// A call, as its user sees it.
#[derive(Debug)]
pub(crate) struct Open {
    /// What was asked.
    pub(crate) asked: Asked,
    /// What was there when it began.
    pub(crate) began: Option<BTreeSet<String>>,
    /// When it must have ended, on the host's monotonic clock.
    pub(crate) deadline: Option<u64>,
    /// Whether its user limits it, so that it may fail in any weather.
    pub(crate) is_limited: bool,
    /// Whether it goes on where an earlier call ended.
    pub(crate) is_resumed: bool,
    /// Pages asked for and not yet had.
    pub(crate) wanted: u32,
    /// Rows had.
    pub(crate) rows: Vec<String>,
    /// Whether its user gave it up.
    pub(crate) is_cancelled: bool,
}

/// An exchange whose answer is awaited.
#[derive(Clone, Debug)]
pub(crate) struct Flight {
    /// Whether it is a log-in.
    pub(crate) is_login: bool,
    /// What it must not do twice.
    pub(crate) once: Option<Once>,
}

/// A session that runs.
#[derive(Debug)]
pub(crate) struct Host {
    /// The machine.
    pub(crate) session: Session,
    /// Counts its starts: what was on its way to an earlier one is lost.
    pub(crate) epoch: u32,
    /// When it was started.
    pub(crate) born: i64,
    /// Milliseconds by which its wall clock is ahead.
    pub(crate) skew: i64,
    /// Calls that have not ended.
    pub(crate) calls: BTreeMap<CallId, Open>,
    /// Exchanges under way.
    pub(crate) flights: BTreeMap<RequestId, Flight>,
    /// Answers, until their page is taken.
    pub(crate) bodies: BTreeMap<RequestId, Rc<Vec<u8>>>,
    /// Questions to store and vault under way.
    pub(crate) asks: BTreeSet<AskId>,
    /// What it sent and was told.
    pub(crate) ledger: Ledger,
    /// Whether it shares its token.
    pub(crate) is_sharing: bool,
    /// When it wants to be polled again.
    pub(crate) wake: Option<u64>,
    /// When calls were cancelled: their jobs may be ended on the server for a while.
    pub(crate) cancels: Vec<u64>,
    /// Orders that were handed out at the same moment, to notice one that goes round in circles.
    pub(crate) orders: (i64, u32),
}

impl Host {
    /// Starts a session.
    pub(crate) fn start(settings: &Settings, epoch: u32, now: i64, seed: u64) -> Self {
        let config = Config { seed, ..settings.config.clone() };
        Host {
            is_sharing: config.store && config.token_key().is_some(),
            ledger: Ledger::new(config.pace),
            session: Session::new(config),
            epoch,
            born: now,
            skew: settings.skew,
            calls: BTreeMap::new(),
            flights: BTreeMap::new(),
            bodies: BTreeMap::new(),
            asks: BTreeSet::new(),
            wake: None,
            cancels: Vec::new(),
            orders: (now, 0),
        }
    }

    /// What its clocks show.
    pub(crate) fn clock(&self, now: i64) -> Now {
        Now { mono: (now - self.born).unsigned_abs(), wall: now + self.skew }
    }
}
