//! What the token store says, and who holds its lock.

use std::mem;

use super::{Asked, EARLY, Job, Keeper, Record, STALE_LOCK};
use crate::action::StoreAnswer;
use crate::config::Grant;
use crate::rng::Rng;
use crate::secret::Secret;

impl Keeper {
    /// Takes the store's answer; true where a token of another process was taken over.
    ///
    /// # Errors
    /// What the store said, once: after that nothing is shared any more.
    pub(crate) fn stored(&mut self, answer: StoreAnswer, now: u64, wall: i64, rng: &mut Rng) -> Result<bool, String> {
        let Job::Asked(asked) = self.job else { return Ok(false) };
        let mut shared = false;
        self.job = match (asked, answer) {
            (Asked::Load { locked }, StoreAnswer::Loaded(record)) => {
                shared = record.is_some_and(|record| self.take_over(&record, now, wall));
                match (shared, locked) {
                    (true, _) => self.release(),
                    (false, true) => Job::Mint,
                    (false, false) => Job::Lock { takeover: None },
                }
            }
            (Asked::Lock, StoreAnswer::Locked) => {
                self.locked = true;
                self.rival = None;
                // Between the first look and the lock another process may have minted.
                Job::Load { locked: true }
            }
            (Asked::Lock, StoreAnswer::Busy { owner }) => self.yield_to(owner, now, rng),
            (Asked::Save, StoreAnswer::Done) => Job::Unlock,
            (Asked::Unlock, StoreAnswer::Done) => {
                self.locked = false;
                self.held = self.held.wrapping_add(1);
                Job::None
            }
            (asked @ (Asked::Mint | Asked::Provider), _) => Job::Asked(asked),
            (asked, answer) => {
                let why = match answer {
                    StoreAnswer::Failed(why) => why,
                    _ => "it answers another question than it was asked".to_owned(),
                };
                let first = mem::replace(&mut self.sharing, false);
                if asked == Asked::Unlock {
                    self.locked = false;
                }
                // A lock that is left behind holds others up until it is stale.
                self.job = self.release();
                return if first { Err(why) } else { Ok(false) };
            }
        };
        Ok(shared)
    }

    fn yield_to(&mut self, owner: String, now: u64, rng: &mut Rng) -> Job {
        self.locked = false;
        match &self.rival {
            Some((rival, since)) if *rival == owner && now.saturating_sub(*since) >= STALE_LOCK => {
                self.rival = None;
                return Job::Lock { takeover: Some(owner) };
            }
            Some((rival, _)) if *rival == owner => {}
            _ => self.rival = Some((owner, now)),
        }
        Job::Sleep { until: now.saturating_add(100 + rng.up_to(200)) }
    }

    /// Adopts the token of a record, if it is of this client and has life left.
    fn take_over(&mut self, record: &Secret, now: u64, wall: i64) -> bool {
        let Some(record) = Record::read(record, self.key.as_deref()).filter(|_| !self.has_code()) else {
            return false;
        };
        // The store's is the later one: each use replaces it.
        if let Some(later) = record.refresh_token.as_ref().map(|token| Secret::new(token.as_str()))
            && [&self.refresh, &self.spent].iter().all(|known| known.as_ref() != Some(&later))
        {
            let own = self.refresh.replace(later);
            // One that was used before is never tried again: a server may take that for a theft.
            let configured = self.client.as_ref().map(|client| &client.grant);
            self.spare = own.filter(|own| matches!(configured, Some(Grant::Refresh(token)) if token == own));
        }
        let known = |token: Option<&Secret>| token.is_some_and(|token| token.expose() == record.access_token);
        let (life, left) = record.life(wall);
        if known(self.refused.as_ref())
            || known(self.live.as_ref().map(|live| &live.text))
            || left <= EARLY.min(life / 2)
        {
            return false;
        }
        self.adopt(Secret::new(record.access_token), life, left, now);
        true
    }

    /// The name for the present hold of the lock.
    pub(super) fn name(&self) -> String {
        match self.held {
            0 => self.owner.clone(),
            held => format!("{}-{held}", self.owner),
        }
    }

    /// Takes a new owner's name: after a fork both processes would otherwise hold the same lock.
    pub(crate) fn rename(&mut self, owner: String) {
        self.owner = owner;
    }
}
