//! The host's part: orders are performed, answers handed in.

use std::rc::Rc;

use pegcount::{
    Action, AskId, Cause, Event, Failure, Headers, Look, NoticeKind, Provided, Purpose, RequestId, Secret, Sent,
    StoreAnswer, StoreOp, inspect, wire,
};
use pegcount_sandbox::Request;
use serde_json::Value;

use crate::host::Flight;
use crate::judge::Once;
use crate::network::{Answer, Fate};
use crate::store::Mishap;
use crate::world::{Happening, World};

/// Orders at one moment after which a session counts as one that goes round in circles.
const CIRCLES: u32 = 2_000;

/// Milliseconds that a token lives of which this is told; what says nothing means a day.
fn life(told: &Value) -> u64 {
    let number = match told {
        Value::String(text) => text.parse().ok(),
        // More seconds than there are numbers for say nothing.
        told => told.as_u64().or(told.as_f64().filter(|told| (0.0..1e19).contains(told)).map(|told| told as u64)),
    };
    number.filter(|seconds| *seconds > 0).unwrap_or(86_400).saturating_mul(1_000)
}

impl World<'_> {
    /// Polls until the session waits.
    pub(crate) fn drain(&mut self, at: usize) {
        loop {
            let host = &mut self.hosts[at];
            let clock = host.clock(self.now);
            let action = host.session.poll(clock);
            let shown = format!("{action:?}");
            self.judge.shown("an order", &shown);
            self.tell(|_| format!("host {at}: {shown}"));
            let host = &mut self.hosts[at];
            if host.orders.0 != self.now {
                host.orders = (self.now, 0);
            }
            host.orders.1 += 1;
            let circles = host.orders.1 > CIRCLES;
            self.judge.must(!circles, || format!("host {at} goes round in circles: {shown}"));
            if self.judge.broken.is_some() {
                return;
            }
            match action {
                Action::Send { id, call, purpose, request, timeout, look, .. } => {
                    self.send(at, id, (call, purpose), &request, timeout, look);
                }
                Action::Abort { id } => {
                    let host = &mut self.hosts[at];
                    host.flights.remove(&id);
                    host.ledger.over(id);
                }
                Action::Store { id, op } => {
                    self.hosts[at].asks.insert(id);
                    let most = if self.rng.chance(20) { 5_000 } else { 20 };
                    let wait = self.rng.between(0, most);
                    self.later(at, wait, Happening::Store(id, op));
                }
                Action::Credentials { id } => self.provide(at, id),
                Action::Emit { call, event } => {
                    if let Event::Failed(error) = &event {
                        self.judge.shown("an error", &wire::error(error).to_string());
                    }
                    self.emitted(at, call, event);
                }
                Action::Wait { until, .. } => {
                    self.waits(at, until, &shown);
                    break;
                }
                Action::Idle => {
                    let open = self.hosts[at].calls.len();
                    self.judge.must(open == 0, || format!("host {at} idles with {open} calls open"));
                    break;
                }
            }
        }
        let host = &mut self.hosts[at];
        let mono = host.clock(self.now).mono;
        while let Some(notice) = host.session.observe() {
            let text = format!("{notice:?}");
            self.judge.shown("a notice", &text);
            if notice.kind == NoticeKind::Shared {
                // Another's token: when it dies is not known here.
                host.ledger.token = Some((mono, 0));
            }
            if let Some(story) = &mut self.story {
                story.push(format!("{:>12} host {at} notices {text}", self.now - self.plan.begins));
            }
        }
        self.judge.shown("the session", &format!("{:?}", host.session));
        host.cancels.retain(|at| at + 5_000 > mono);
        let (kept, known) = (host.session.entries(), host.calls.len() + host.flights.len());
        let jobs = host.cancels.len();
        self.judge.must((known..=known + jobs).contains(&kept), || {
            format!("host {at} keeps {kept} entries for {known} calls and exchanges")
        });
    }

    /// Whether it waits for something, and not for ever.
    fn waits(&mut self, at: usize, until: Option<u64>, shown: &str) {
        let host = &mut self.hosts[at];
        let mono = host.clock(self.now).mono;
        let wants = host.calls.values().any(|call| call.wanted > 0);
        let is_forgotten = until.is_none() && wants && host.flights.is_empty() && host.asks.is_empty();
        self.judge.must(!is_forgotten, || format!("host {at} waits for ever: {shown}"));
        self.judge.must(until.is_none_or(|until| until > mono), || format!("host {at} waits for the past: {shown}"));
        if let Some(until) = until
            && host.wake != Some(until)
        {
            host.wake = Some(until);
            self.later(at, until.saturating_sub(mono).min(1 << 40) as i64, Happening::Wake);
        }
    }

    fn delay(&mut self) -> i64 {
        let most = self.plan.weather.slow;
        let most = if self.plan.weather.api > 0 && self.rng.chance(30) { most * 10 } else { most };
        self.rng.between(1, most)
    }

    fn send(
        &mut self,
        at: usize,
        id: RequestId,
        (call, purpose): (Option<pegcount::CallId>, Purpose),
        order: &http::Request<Vec<u8>>,
        timeout: u64,
        look: Look,
    ) {
        let target = order.uri().path_and_query().map_or("/", |target| target.as_str());
        let is_login = purpose == Purpose::Login;
        let mut request = Request::new(order.method().as_str(), target);
        for (name, value) in order.headers() {
            request = request.header(name.as_str(), value.to_str().unwrap_or_default());
        }
        request.body.clone_from(order.body());
        self.judge.mix(target.as_bytes());
        self.judge.mix(order.body());
        let host = &mut self.hosts[at];
        let mono = host.clock(self.now).mono;
        let acts = request.method == "POST" && (target.ends_with("/jobs") || target.ends_with("/exports"));
        let once = match call {
            Some(call) if acts => Some(Once::Call(call)),
            _ if is_login && !order.body().windows(18).any(|part| part == b"client_credentials") => {
                Some(Once::LogIn(order.body().clone()))
            }
            _ => None,
        };
        if let (Some(Once::LogIn(form)), true) = (&once, host.is_sharing) {
            self.spent.shown(form, &mut self.judge);
        }
        if is_login {
            self.counts.logins += 1;
            host.ledger.login_sent(id, mono, &mut self.judge);
            if host.is_sharing && !self.plan.jumps {
                self.minted.asks(self.now, &mut self.judge);
            }
        } else {
            host.ledger.api_sent(mono, &mut self.judge);
        }
        if let Some(once) = once.clone() {
            host.ledger.once_sent(once, mono, &mut self.judge);
        }
        host.flights.insert(id, Flight { is_login, once });
        let fate = self.plan.weather.fate(&mut self.rng, is_login);
        let wait = self.delay();
        self.tell(|_| format!("host {at}: {id:?} will be {fate:?}"));
        if let Some(answer) = fate.before(request.value("Authorization").unwrap_or_default()) {
            self.later(at, wait, Happening::Answer { id, look, answer });
        }
        if fate.arrives() {
            self.later(at, wait, Happening::Arrive { id, look, request, fate });
        }
        self.later(at, timeout as i64, Happening::Timeout(id));
    }

    pub(crate) fn arrive(&mut self, at: usize, epoch: u32, id: RequestId, look: Look, request: &Request, fate: &Fate) {
        self.counts.requests += 1;
        if *fate == Fate::Revoked {
            self.minted.forget();
        }
        let Some(answer) = fate.answer(&mut self.org, request, self.now) else { return };
        let wait = self.delay();
        self.later_of(at, epoch, wait, Happening::Answer { id, look, answer });
    }

    pub(crate) fn timed_out(&mut self, at: usize, id: RequestId) {
        let failure = Failure { sent: Sent::Maybe, cause: Cause::Timeout, detail: "timed out".to_owned() };
        if self.hosts[at].flights.contains_key(&id) {
            self.answered(at, id, Look::Json, &Answer::Failure(failure));
        }
    }

    pub(crate) fn answered(&mut self, at: usize, id: RequestId, look: Look, answer: &Answer) {
        let host = &mut self.hosts[at];
        let now = host.clock(self.now);
        let flight = host.flights.remove(&id);
        host.ledger.over(id);
        // A host may hand in what nobody wants any more: it must make no difference.
        if flight.is_none() && self.rng.chance(500) {
            return;
        }
        let is_saml = |once: &Option<Once>| matches!(once, Some(Once::LogIn(body)) if body.windows(5).any(|part| part == b"saml2"));
        let lasts = flight.as_ref().is_some_and(|flight| is_saml(&flight.once));
        let is_undone = match answer {
            Answer::Failure(failure) => failure.sent == Sent::No,
            // A page came in the server's place; an assertion is good for more than one token.
            Answer::Response(200, _, body) => body.starts_with(b"<") || lasts,
            Answer::Response(status, ..) => matches!(status, 400..=407 | 409..=499 | 503),
        };
        if let (true, Some(once)) = (is_undone, flight.as_ref().and_then(|flight| flight.once.as_ref())) {
            host.ledger.undone(once);
        }
        match answer {
            Answer::Failure(failure) => host.session.handle_failure(id, failure.clone(), now),
            Answer::Response(status, headers, body) => {
                if let Some(flight) = flight {
                    host.ledger.told(flight.is_login, *status, headers, now.mono);
                    host.bodies.insert(id, body.clone());
                    self.learn(at, &flight, *status, body);
                }
                let seen = inspect(look, *status, Headers::from_pairs(headers), body);
                self.hosts[at].session.handle_response(id, seen, now);
            }
        }
    }

    /// What the answer means for the tokens that there are.
    fn learn(&mut self, at: usize, flight: &Flight, status: u16, body: &Rc<Vec<u8>>) {
        if !flight.is_login {
            if status == 401 {
                self.minted.forget();
                let host = &mut self.hosts[at];
                host.ledger.token = Some((host.clock(self.now).mono, 0));
            }
            return;
        }
        let told: Value = serde_json::from_slice(body).unwrap_or_default();
        if let Some(Once::LogIn(form)) = flight.once.as_ref().filter(|_| self.hosts[at].is_sharing) {
            self.spent.told(form, status, told["access_token"].is_string());
        }
        let Some(token) = told["access_token"].as_str().filter(|_| status == 200) else { return };
        self.judge.keep(token);
        self.judge.keep(told["refresh_token"].as_str().unwrap_or_default());
        let (host, told) = (&mut self.hosts[at], &told["expires_in"]);
        host.ledger.token = Some((host.clock(self.now).mono, life(told)));
        match told.as_i64() {
            Some(life) if host.is_sharing && life == self.plan.life => self.minted.has(self.now, life * 1000),
            _ => self.minted.forget(),
        }
    }

    pub(crate) fn perform(&mut self, at: usize, epoch: u32, id: AskId, op: StoreOp) {
        let mishap = match self.rng.chance(self.plan.weather.store) {
            true => self.rng.pick(&[Mishap::Before, Mishap::After, Mishap::Confused]),
            false => Mishap::None,
        };
        if mishap != Mishap::None {
            // A lock may be left behind, or a token kept for oneself.
            self.minted.upset(self.now + 600_000);
            self.spent.doubt();
        }
        let (answer, broken) = self.store.perform(at, op, mishap, self.now);
        if let Some(held) = broken {
            self.tell(|_| format!("a lock is broken that was held for {held} ms"));
            self.judge.must(held >= 40_000, || format!("a lock is broken that was held for {held} ms only"));
            // Both may log in now, and save one after the other.
            self.minted.upset(self.now + 600_000);
        }
        let wait = self.rng.between(0, 20);
        self.later_of(at, epoch, wait, Happening::Stored(id, answer, mishap != Mishap::None));
    }

    pub(crate) fn stored(&mut self, at: usize, id: AskId, answer: StoreAnswer, is_odd: bool) {
        let host = &mut self.hosts[at];
        host.asks.remove(&id);
        host.is_sharing &= !is_odd;
        let clock = host.clock(self.now);
        host.session.handle_store(id, answer, clock);
    }

    fn provide(&mut self, at: usize, id: AskId) {
        self.hosts[at].asks.insert(id);
        let answer = match self.rng.chance(self.plan.weather.store) {
            true => Err("the vault is sealed".to_owned()),
            false => Ok(Provided { id: None, secret: Secret::new(self.secret.clone()) }),
        };
        let wait = self.rng.between(0, 2_000);
        self.later(at, wait, Happening::Provided(id, answer));
    }

    pub(crate) fn provided(&mut self, at: usize, id: AskId, answer: Result<Provided, String>) {
        let host = &mut self.hosts[at];
        host.asks.remove(&id);
        let clock = host.clock(self.now);
        host.session.handle_credentials(id, answer, clock);
    }
}
