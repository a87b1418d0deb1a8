//! The token of a session: its life, its generation, and how it is shared.
//!
//! One log-in at a time. While the present token lives, calls go on with it. With a token store, a token that another
//! process minted is taken instead of minting one: load, else lock, load again, mint, save, unlock.

mod record;
mod sharing;
mod way;

use std::mem;

use self::record::Record;
pub(crate) use self::record::end_of;
pub(crate) use self::way::Way;
use crate::action::{Provided, StoreOp, Why};
use crate::config::{Client, Grant, secrets};
use crate::error::ErrorKind;
use crate::look::TokenAnswer;
use crate::retry::Attempts;
use crate::secret::Secret;

/// Lifetime of a token whose answer does not say one (documented default of a client: 86,400 s).
const DEFAULT_LIFE: u64 = 86_400_000;
/// A lock whose owner has not changed for so long belongs to a process that died.
const STALE_LOCK: u64 = 40_000;
/// A log-in's exchange ends so early that what comes of it is saved before the lock is stale.
pub(crate) const LONGEST_EXCHANGE: u64 = 30_000;
/// A failed early renewal is tried again after so long.
const RENEWAL_PAUSE: u64 = 10_000;
/// A token is renewed so long before it dies, or at half its life where that is later.
const EARLY: u64 = 60_000;

/// A token that can be sent.
#[derive(Clone, Debug)]
pub(crate) struct Live {
    pub(crate) text: Secret,
    /// Counts tokens, so that a refusal of an older one does not discard a newer one.
    pub(crate) generation: u64,
    renew: Option<u64>,
    dead: Option<u64>,
}

/// What the keeper wants done.
#[derive(Debug)]
pub(crate) enum Order {
    Mint(Way),
    Store(StoreOp),
    Provide,
    /// Nothing is left to log in with.
    GiveUp,
}

#[derive(Debug)]
enum Job {
    None,
    Load {
        locked: bool,
    },
    Lock {
        takeover: Option<String>,
    },
    Mint,
    Save {
        record: Secret,
    },
    Unlock,
    /// Handed out; the answer is awaited.
    Asked(Asked),
    /// Until another process has minted, or its lock is stale.
    Sleep {
        until: u64,
    },
    /// Until the login host may be asked again.
    Backoff {
        until: u64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Load { locked: bool },
    Lock,
    Mint,
    Provider,
    Save,
    Unlock,
}

/// Keeps one token.
#[derive(Debug)]
pub(crate) struct Keeper {
    live: Option<Live>,
    job: Job,
    generation: u64,
    /// Who logs in. `None`: the token was given and cannot be minted.
    client: Option<Client>,
    /// What a user's next token is had for.
    refresh: Option<Secret>,
    /// The configured refresh token, where the store had another: tried when that one is refused.
    spare: Option<Secret>,
    /// The refresh token that was refused, once the store was asked for another.
    spent: Option<Secret>,
    /// The secret that was refused, once the provider was asked for another.
    stale: Option<Secret>,
    /// What a record must be of; `None`: nothing is shared.
    key: Option<String>,
    /// Whether there is a store that works. One that has failed is not asked again: what it holds may be older than
    /// what this session has, and to show a used refresh token may void what came of it.
    sharing: bool,
    /// A random name, and how often the lock was held under it: whoever waits must see that it is held anew.
    owner: String,
    held: u32,
    /// Whether the lock is held.
    locked: bool,
    /// The owner of the lock that is waited for, and since when.
    rival: Option<(String, u64)>,
    /// The token that the server refused: a record that still holds it is of no use.
    refused: Option<Secret>,
    /// Until when the login host wants not to be asked.
    closed: u64,
    /// What the present log-in has been through.
    pub(crate) attempts: Attempts,
}

impl Keeper {
    /// Keeps a token that somebody else obtained: it is used until it is refused.
    pub(crate) fn given(token: Secret) -> Self {
        let live = Live { text: token, generation: 0, renew: None, dead: None };
        Keeper { live: Some(live), ..Keeper::new(None, None, false, String::new()) }
    }

    /// Mints tokens for a client, and shares them under a key where there is a store.
    pub(crate) fn minting(client: Client, key: Option<String>, sharing: bool, owner: String) -> Self {
        let refresh = match &client.grant {
            Grant::Refresh(token) => Some(token.clone()),
            _ => None,
        };
        Keeper { refresh, ..Keeper::new(Some(client), key, sharing, owner) }
    }

    fn new(client: Option<Client>, key: Option<String>, sharing: bool, owner: String) -> Self {
        Keeper {
            live: None,
            job: Job::None,
            generation: 0,
            client,
            refresh: None,
            spare: None,
            spent: None,
            stale: None,
            sharing: sharing && key.is_some(),
            key,
            owner,
            held: 0,
            locked: false,
            rival: None,
            refused: None,
            closed: 0,
            attempts: Attempts::default(),
        }
    }

    /// The token to send, if it lives. A dead one is kept until there is another: it is no text to show.
    pub(crate) fn live(&self, now: u64) -> Option<&Live> {
        self.live.as_ref().filter(|live| live.dead.is_none_or(|dead| dead > now))
    }

    /// Whether a token can be minted, or taken from the store.
    pub(crate) fn can_mint(&self) -> bool {
        self.client.is_some()
    }

    /// Who logs in.
    pub(crate) fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }

    /// Everything that must not show in what a server or a library says.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let client = self.client.as_ref();
        let (code, verifier) = match client.map(|client| &client.grant) {
            Some(Grant::Code { code, verifier, .. }) => (Some(code), verifier.as_ref()),
            Some(Grant::Saml { assertion, .. }) => (Some(assertion), None),
            _ => (None, None),
        };
        let word = client.and_then(|client| client.secret.as_ref());
        let live = self.live.as_ref().map(|live| &live.text);
        let kept = [&self.refresh, &self.spare, &self.spent, &self.stale, &self.refused].map(Option::as_ref);
        [word, code, verifier, live].into_iter().chain(kept).flatten()
    }

    /// What the next token can be asked with.
    fn way(&self) -> Option<Way> {
        match (&self.client.as_ref()?.grant, &self.refresh) {
            (Grant::Code { code, redirect_uri, verifier }, _) => {
                let (code, redirect_uri, verifier) = (code.clone(), redirect_uri.clone(), verifier.clone());
                Some(Way::Code { code, redirect_uri, verifier })
            }
            (_, Some(token)) => Some(Way::Refresh(token.clone())),
            (Grant::ClientCredentials, None) => Some(Way::ClientCredentials),
            (Grant::Saml { org, assertion }, None) => {
                Some(Way::Saml { org: org.clone(), assertion: assertion.clone() })
            }
            (Grant::Refresh(_) | Grant::Stored, None) => None,
        }
    }

    /// Whether a code waits to be exchanged: then what the store holds is of an earlier log-in.
    fn has_code(&self) -> bool {
        self.client.as_ref().is_some_and(|client| matches!(client.grant, Grant::Code { .. }))
    }

    /// What to do next. Called only while a call wants a token.
    pub(crate) fn next(&mut self, now: u64) -> Option<Order> {
        if matches!(self.job, Job::None) && self.can_mint() && self.is_due(now) {
            self.attempts = Attempts::default();
            self.spent = None;
            self.stale = None;
            // Who held the lock at an earlier log-in says nothing of this one.
            self.rival = None;
            self.job = if self.sharing { Job::Load { locked: false } } else { Job::Mint };
        }
        if matches!(self.job, Job::Backoff { until } if until <= now) {
            self.job = self.again();
        }
        let (asked, order) = match mem::replace(&mut self.job, Job::None) {
            Job::Sleep { until } if until <= now => (Asked::Load { locked: false }, Order::Store(StoreOp::Load)),
            Job::Load { locked } => (Asked::Load { locked }, Order::Store(StoreOp::Load)),
            Job::Lock { takeover } => (Asked::Lock, Order::Store(StoreOp::Lock { owner: self.name(), takeover })),
            Job::Mint if self.closed > now => {
                self.job = Job::Backoff { until: self.closed };
                return None;
            }
            Job::Mint => self.mint()?,
            Job::Save { record } => (Asked::Save, Order::Store(StoreOp::Save { record })),
            Job::Unlock => (Asked::Unlock, Order::Store(StoreOp::Unlock { owner: self.name() })),
            waiting @ (Job::None | Job::Asked(_) | Job::Sleep { .. } | Job::Backoff { .. }) => {
                self.job = waiting;
                return None;
            }
        };
        self.job = Job::Asked(asked);
        Some(order)
    }

    /// After a pause: others may have taken the lock for one that was left behind, and may have used the refresh token.
    /// Held under a new name the lock is not stale, and what the store holds is looked at once more.
    fn again(&mut self) -> Job {
        if !self.locked {
            return Job::Mint;
        }
        let takeover = Some(self.name());
        self.held = self.held.wrapping_add(1);
        Job::Lock { takeover }
    }

    fn mint(&mut self) -> Option<(Asked, Order)> {
        let client = self.client.as_ref()?;
        if client.provider && client.secret.is_none() {
            return Some((Asked::Provider, Order::Provide));
        }
        let Some(way) = self.way() else { return Some((Asked::Mint, Order::GiveUp)) };
        self.attempts.sent += 1;
        Some((Asked::Mint, Order::Mint(way)))
    }

    /// Takes what the provider told.
    ///
    /// # Errors
    /// What is wrong with it: the log-in has to end with that.
    pub(crate) fn provided(&mut self, answer: Result<Provided, String>) -> Result<(), String> {
        if !matches!(self.job, Job::Asked(Asked::Provider)) {
            return Ok(());
        }
        let Some(client) = &mut self.client else { return Ok(()) };
        let Provided { id, secret } = answer?;
        secrets::check("client secret", "the provider's", secret.expose()).map_err(|error| error.message.clone())?;
        match id {
            Some(id) if client.id.is_empty() => client.id = id,
            Some(id) if client.id != id => return Err("it gave another client id than the configuration".to_owned()),
            None if client.id.is_empty() => {
                return Err("it gave no client id, and the configuration has none".to_owned());
            }
            _ => {}
        }
        if self.stale.as_ref() == Some(&secret) {
            return Err(String::new());
        }
        client.secret = Some(secret);
        self.job = self.again();
        Ok(())
    }

    /// Asks once more with something else, after a refusal: the provider's present secret, a refresh token that another
    /// process has left in the store meanwhile, or the configured one in place of the store's. False where there is
    /// nothing else.
    pub(crate) fn has_another(&mut self, refused: ErrorKind) -> bool {
        let Some(client) = &mut self.client else { return false };
        match refused {
            ErrorKind::AuthUnknownClient | ErrorKind::AuthWrongSecret | ErrorKind::AuthDisabledClient
                if client.provider && self.stale.is_none() =>
            {
                self.stale = client.secret.take();
            }
            ErrorKind::AuthRefreshRefused if self.locked && self.spent.is_none() => {
                self.spent = mem::replace(&mut self.refresh, self.spare.take());
            }
            ErrorKind::AuthRefreshRefused if self.spare.is_some() => self.refresh = self.spare.take(),
            _ => return false,
        }
        self.job = self.again();
        true
    }

    fn is_due(&self, now: u64) -> bool {
        self.live(now).is_none_or(|live| live.renew.is_some_and(|renew| renew <= now))
    }

    /// What is waited for, while calls wait for a token.
    pub(crate) fn waits(&self) -> (Option<u64>, Why) {
        match self.job {
            Job::Sleep { until } => (Some(until), Why::Sharing),
            Job::Backoff { until } => (Some(until), Why::Retry),
            _ => (None, Why::LogIn),
        }
    }

    /// Whether the store or the login host owes an answer, or is about to be asked.
    pub(crate) fn is_busy(&self) -> bool {
        !matches!(self.job, Job::None)
    }

    /// Takes a minted token.
    pub(crate) fn minted(&mut self, answer: TokenAnswer, now: u64, wall: i64) {
        let life = answer.expires_in.map_or(DEFAULT_LIFE, |seconds| seconds.saturating_mul(1000));
        // A server that gives no new refresh token leaves the old one in force (RFC 6749 §6).
        self.refresh = answer.refresh_token.or(self.refresh.take());
        self.spare = None;
        if let Some(client) = self.client.as_mut().filter(|client| matches!(client.grant, Grant::Code { .. })) {
            client.grant = Grant::Stored;
        }
        let record = self.key.as_ref().filter(|_| self.locked).map(|key| Record {
            key: key.clone(),
            access_token: answer.access_token.expose().to_owned(),
            obtained_at: wall,
            expires_at: wall.saturating_add_unsigned(life),
            refresh_token: self.refresh.as_ref().map(|token| token.expose().to_owned()),
        });
        self.adopt(answer.access_token, life, life, now);
        self.job = match record {
            Some(record) => Job::Save { record: record.text() },
            None => self.release(),
        };
    }

    fn adopt(&mut self, text: Secret, life: u64, left: u64, now: u64) {
        self.generation += 1;
        let dead = now.saturating_add(left);
        let renew = dead.saturating_sub(EARLY.min(life / 2));
        self.live = Some(Live { text, generation: self.generation, renew: Some(renew), dead: Some(dead) });
    }

    /// Asks the login host nothing before then, whichever log-in it is.
    pub(crate) fn close(&mut self, until: u64) {
        self.closed = self.closed.max(until);
    }

    /// Asks the login host again later.
    pub(crate) fn mint_later(&mut self, until: u64) {
        self.job = Job::Backoff { until };
    }

    /// Gives the log-in up. With a token that still lives, the next try comes after a pause; where what it was asked
    /// with may have been used up, only when the token is dead: to show a used one may void what came of it.
    pub(crate) fn mint_failed(&mut self, may_be_done: bool, now: u64) {
        if let Some(live) = &mut self.live {
            live.renew = (!may_be_done).then(|| now.saturating_add(RENEWAL_PAUSE));
        }
        self.job = self.release();
    }

    fn release(&self) -> Job {
        if self.locked { Job::Unlock } else { Job::None }
    }

    /// Discards a token that the server refused, unless a newer one is there already.
    pub(crate) fn discard(&mut self, generation: u64) {
        if self.live.as_ref().is_some_and(|live| live.generation == generation) {
            self.refused = self.live.take().map(|live| live.text);
        }
    }
}

#[cfg(test)]
mod tests;
