//! What must hold, whatever happens.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use pegcount::{CallId, RequestId};

/// The longest `Retry-After` that is sat out; above it the call fails, and others may try.
const LONGEST: u64 = 180_000;
const MINUTE: u64 = 60_000;

/// The first thing that did not hold, and a fingerprint of all that was said.
#[derive(Debug)]
pub(crate) struct Judge {
    /// What did not hold.
    pub(crate) broken: Option<String>,
    /// Texts that must never show.
    secrets: Vec<String>,
    fingerprint: u64,
}

impl Judge {
    /// Begins with the secrets that there are.
    pub(crate) fn new(secrets: Vec<String>) -> Self {
        let secrets = secrets.into_iter().filter(|secret| !secret.is_empty()).collect();
        Judge { broken: None, secrets, fingerprint: 0xcbf2_9ce4_8422_2325 }
    }

    /// Takes a fact that must be true.
    pub(crate) fn must(&mut self, holds: bool, else_what: impl FnOnce() -> String) {
        if !holds && self.broken.is_none() {
            self.broken = Some(else_what());
        }
    }

    /// Adds a secret.
    pub(crate) fn keep(&mut self, secret: &str) {
        const MOST: usize = 64;
        if secret.len() >= 6 && !self.secrets.iter().any(|known| known == secret) {
            if self.secrets.len() == MOST {
                self.secrets.remove(16);
            }
            self.secrets.push(secret.to_owned());
        }
    }

    /// Takes what the session shows to people: nothing of it may be secret.
    pub(crate) fn shown(&mut self, what: &str, text: &str) {
        self.mix(text.as_bytes());
        let told = self.secrets.iter().position(|secret| text.contains(secret.as_str()));
        if let Some(told) = told {
            let secret = self.secrets[told].clone();
            self.must(false, || format!("a secret shows in {what}: {}", text.replace(&secret, "<SECRET>")));
        }
    }

    /// Adds to the fingerprint.
    pub(crate) fn mix(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.fingerprint = (self.fingerprint ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The fingerprint so far.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

/// What one session has sent and been told.
#[derive(Debug)]
pub(crate) struct Ledger {
    pace: usize,
    /// What the server allows in a minute, as it last told.
    allowed: Option<usize>,
    sent: VecDeque<u64>,
    closed: u64,
    login_closed: u64,
    login: Option<RequestId>,
    /// When it had a token, and for how many milliseconds: none where it is refused, or of another session.
    pub(crate) token: Option<(u64, u64)>,
    /// Requests that must not be done twice: of a call, or a log-in by its body.
    once: BTreeMap<Once, bool>,
    /// Last words that calls have had.
    ended: BTreeSet<CallId>,
}

/// What must not be done twice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Once {
    /// The request of a call.
    Call(CallId),
    /// A log-in.
    LogIn(Vec<u8>),
}

impl Ledger {
    /// Begins.
    pub(crate) fn new(pace: u32) -> Self {
        Ledger {
            pace: pace as usize,
            allowed: None,
            sent: VecDeque::new(),
            closed: 0,
            login_closed: 0,
            login: None,
            token: None,
            once: BTreeMap::new(),
            ended: BTreeSet::new(),
        }
    }

    /// A request goes to the API.
    pub(crate) fn api_sent(&mut self, now: u64, judge: &mut Judge) {
        judge.must(now >= self.closed, || format!("sent at {now}, but Retry-After ends at {}", self.closed));
        self.sent.push_back(now);
        while self.sent.front().is_some_and(|at| at + MINUTE <= now) {
            self.sent.pop_front();
        }
        let most = self.allowed.map_or(self.pace, |allowed| allowed.min(self.pace));
        judge.must(self.sent.len() <= most, || format!("{} requests in a minute, allowed are {most}", self.sent.len()));
    }

    /// A request goes to the login host.
    pub(crate) fn login_sent(&mut self, id: RequestId, now: u64, judge: &mut Judge) {
        judge.must(self.login.is_none(), || "two log-ins at once".to_owned());
        judge.must(now >= self.login_closed, || {
            format!("logged in at {now}, but Retry-After ends at {}", self.login_closed)
        });
        if let Some((at, life)) = self.token {
            let due = at.saturating_add(life - MINUTE.min(life / 2));
            judge.must(now >= due, || format!("logged in at {now}, although a token came at {at} for {life} ms"));
        }
        self.login = Some(id);
    }

    /// A request goes that must not be done twice.
    pub(crate) fn once_sent(&mut self, what: Once, now: u64, judge: &mut Judge) {
        if let Some(is_undone) = self.once.get(&what) {
            let is_dead = self.token.is_none_or(|(at, life)| now >= at.saturating_add(life));
            let may = *is_undone || (matches!(what, Once::LogIn(_)) && self.token.is_some() && is_dead);
            let shown = if let Once::Call(call) = &what { format!("{call:?}") } else { "a log-in".to_owned() };
            judge.must(may, || format!("{shown} sends again what may have been done"));
        }
        self.once.insert(what, false);
    }

    /// What was sent did certainly nothing.
    pub(crate) fn undone(&mut self, what: &Once) {
        if let Some(is_undone) = self.once.get_mut(what) {
            *is_undone = true;
        }
    }

    /// A call has ended; a log-in that failed with it may be tried again by the next.
    pub(crate) fn ended(&mut self, call: CallId, judge: &mut Judge) {
        judge.must(self.ended.insert(call), || format!("{call:?} has two last words"));
        self.log_in_anew();
    }

    /// A log-in that may have been done may be tried again: somebody wants it who knows.
    pub(crate) fn log_in_anew(&mut self) {
        let log_ins = self.once.iter_mut().filter(|(what, _)| matches!(what, Once::LogIn(_)));
        log_ins.for_each(|(_, is_undone)| *is_undone = true);
    }

    /// An exchange is over.
    pub(crate) fn over(&mut self, id: RequestId) {
        self.login.take_if(|login| *login == id);
    }

    /// What the headers of an answer say.
    pub(crate) fn told(&mut self, is_login: bool, status: u16, headers: &[(String, String)], now: u64) {
        let number = |name: &str| {
            let found = headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.and_then(|(_, value)| value.parse::<u64>().ok())
        };
        if let (429, Some(seconds)) = (status, number("Retry-After"))
            && seconds * 1000 <= LONGEST
        {
            let closed = if is_login { &mut self.login_closed } else { &mut self.closed };
            *closed = (*closed).max(now + seconds * 1000);
        }
        if let Some(allowed) = number("inin-ratelimit-allowed").filter(|_| !is_login) {
            self.allowed = Some(allowed as usize);
        }
    }
}

/// Who minted last, for all sessions that share a store.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Minted {
    /// When the answer came, and for how many milliseconds it is good.
    last: Option<(i64, i64)>,
    /// Until when nothing is expected, after a disturbance.
    upset: i64,
}

impl Minted {
    /// A session that shares asks for a token.
    pub(crate) fn asks(&self, now: i64, judge: &mut Judge) {
        let Some((at, life)) = self.last.filter(|_| now >= self.upset) else { return };
        let early = MINUTE.min(life as u64 / 2) as i64;
        judge.must(now >= at + life - early, || format!("logged in at {now}, although a token was shared at {at}"));
    }

    /// A session that shares has a token.
    pub(crate) fn has(&mut self, now: i64, life: i64) {
        self.last = Some((now, life));
    }

    /// What was shared is not good any more.
    pub(crate) fn forget(&mut self) {
        self.last = None;
    }

    /// For a while any session may log in.
    pub(crate) fn upset(&mut self, until: i64) {
        self.last = None;
        self.upset = self.upset.max(until);
    }
}

/// What sessions that share a store have logged in with, and cannot again: codes and refresh tokens.
#[derive(Debug, Default)]
pub(crate) struct Spent {
    forms: BTreeSet<Vec<u8>>,
    /// A session died, was refused or was told nonsense, or the store failed: then nobody may know what is spent.
    is_doubtful: bool,
}

impl Spent {
    /// A session logs in with this.
    pub(crate) fn shown(&self, form: &[u8], judge: &mut Judge) {
        let is_spent = self.forms.contains(form) && !self.is_doubtful;
        judge.must(!is_spent, || "a log-in is asked for with what another has used".to_owned());
    }

    /// A session learns what came of it. An assertion is good for more than one token.
    pub(crate) fn told(&mut self, form: &[u8], status: u16, has_token: bool) {
        match (status, has_token) {
            (200, true) if !form.windows(5).any(|part| part == b"saml2") => drop(self.forms.insert(form.to_vec())),
            (200, false) | (400, _) => self.is_doubtful = true,
            _ => {}
        }
    }

    /// From here on nothing is claimed.
    pub(crate) fn doubt(&mut self) {
        self.is_doubtful = true;
    }
}
