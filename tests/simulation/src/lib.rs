//! Client and sandbox under virtual time, with everything going wrong that can.
//!
//! A run is all of one seed: an organisation, sessions that share a token store, users with their reports, and a
//! network between them that delays, loses, breaks, repeats and lies. What must hold is checked at every step:
//!
//! - each row of the truth is delivered exactly once by a call that finishes;
//! - what must not be done twice is never sent again unless it certainly did nothing;
//! - one log-in at a time, and one for all sessions that share a store;
//! - no session shows a refresh token or a code that another has used;
//! - never more requests than pace and server allow, and none before `Retry-After` is over;
//! - every call has one last word, before its deadline; then the session idles;
//! - a session keeps nothing but what is open;
//! - no secret shows;
//! - the same seed says the same, to the byte.
//!
//! ```
//! use pegcount_simulation::Simulator;
//!
//! let outcome = Simulator::new().run(1, false);
//! assert_eq!(outcome.broken, None);
//! ```

#![forbid(unsafe_code)]

mod host;
mod judge;
mod logins;
mod network;
mod orders;
mod plan;
mod reports;
mod rng;
mod rows;
mod store;
mod truth;
mod users;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use world::Counts;

use rng::Rng;
use truth::Truth;
use world::World;

/// Organisations that runs are played in.
const ORGANISATIONS: u64 = 4;

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What did not hold first, if anything.
    pub broken: Option<String>,
    /// A hash of everything that the sessions said.
    pub fingerprint: u64,
    /// How often things happened.
    pub counts: Counts,
    /// What happened, one line each, where it was asked for.
    pub story: Vec<String>,
}

/// Plays runs.
#[derive(Debug)]
pub struct Simulator {
    truths: Vec<Truth>,
}

impl Default for Simulator {
    fn default() -> Self {
        Self::new()
    }
}

impl Simulator {
    /// Founds the organisations.
    pub fn new() -> Self {
        Simulator { truths: (0..ORGANISATIONS).map(Truth::new).collect() }
    }

    /// Plays one run.
    pub fn run(&mut self, seed: u64, tells: bool) -> Outcome {
        let at = Rng::new(seed).below(ORGANISATIONS) as usize;
        let mut world = World::new(seed, &mut self.truths[at], tells);
        let played = catch_unwind(AssertUnwindSafe(|| world.run()));
        let broken = match played {
            Ok(()) => world.judge.broken.take(),
            Err(panic) => {
                let what = panic.downcast_ref::<String>().map(String::as_str);
                let what = what.or(panic.downcast_ref::<&str>().copied()).unwrap_or_default();
                Some(format!("it panics: {what}"))
            }
        };
        Outcome {
            broken,
            fingerprint: world.judge.fingerprint(),
            counts: world.counts,
            story: world.story.take().unwrap_or_default(),
        }
    }
}
