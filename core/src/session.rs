//! The machine: told what happened, it says what to do next.

mod answers;
mod bounds;
mod chores;
mod login;

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use crate::action::{
    self, Action, AskId, CallId, CallOptions, Cause, Event, Failure, Provided, RequestId, StoreAnswer, Summary, Why,
};

use crate::call::{Call, State};
use crate::config::{Config, Credentials};
use crate::error::{Error, ErrorKind};
use crate::explain::Case;
use crate::flow::Flow;
use crate::gate::Gate;
use crate::look::{Found, Look, Seen};
use crate::notice::{Notice, NoticeKind, Notices};
use crate::open::Open;
use crate::report::Report;
use crate::request;
use crate::retry::{self, Attempts, Budget};
use crate::rng::Rng;
use crate::secret::Secret;
use crate::time::Now;
use crate::token::Keeper;

/// One credential, one region, one rate allowance, serving many calls at once.
///
/// Every method may be called at any time and in any order; an answer to an unknown id is ignored, since late answers
/// are normal after a cancel. After every input, call [`Session::poll`] until it says [`Action::Wait`] or
/// [`Action::Idle`].
pub struct Session {
    config: Config,
    keeper: Keeper,
    gate: Gate,
    budget: Budget,
    /// Requests that calls have sent.
    spent: u32,
    rng: Rng,
    calls: Open<CallId, Call>,
    flying: Open<RequestId, Flight>,
    asked: Option<AskId>,
    /// Why the login host refused, while something else is tried.
    refused: Option<Error>,
    out: VecDeque<Action>,
    /// Requests that end on the server what callers no longer want.
    chores: VecDeque<chores::Chore>,
    notices: Notices,
    /// The last id handed out, of calls, requests and asks alike.
    last_id: u64,
    /// The call that was served last: the next one comes first.
    served: CallId,
    /// The latest monotonic time that was told: a host whose clock goes back does no harm.
    mono: u64,
    told_pace: bool,
}

/// A request whose answer is awaited.
#[derive(Debug)]
struct Flight {
    purpose: Purpose,
    /// The token it was sent with.
    generation: u64,
    repeatable: bool,
    /// The URL without its query string, where it is of another origin than the API: it went without the token, and its
    /// answer says nothing of the platform's limits, nor of the token.
    elsewhere: Option<String>,
    /// Of a log-in.
    grant: Option<&'static str>,
    /// The token, the pair of a log-in as it is written in the header, or the signature of a URL.
    authorization: Option<Secret>,
    method: http::Method,
    uri: http::Uri,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Call(CallId),
    LogIn,
    /// To end on the server what a caller no longer wants.
    Chore,
}

impl Purpose {
    fn call(self) -> Option<CallId> {
        match self {
            Purpose::Call(call) => Some(call),
            Purpose::LogIn | Purpose::Chore => None,
        }
    }

    fn told(self) -> action::Purpose {
        match self {
            Purpose::Call(_) => action::Purpose::Call,
            Purpose::LogIn => action::Purpose::Login,
            Purpose::Chore => action::Purpose::Chore,
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("calls", &self.calls.len())
            .field("flying", &self.flying)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Begins a session. Nothing is sent before the first call is pulled.
    pub fn new(config: Config) -> Self {
        let mut rng = Rng::new(config.seed);
        let keeper = match &config.credentials {
            Credentials::Token(token) => Keeper::given(token.clone()),
            Credentials::Client(client) => {
                Keeper::minting(client.clone(), config.token_key(), config.store, rng.name())
            }
        };
        Session {
            keeper,
            gate: Gate::new(config.pace),
            budget: Budget::new(),
            spent: 0,
            rng,
            calls: Open::new(),
            flying: Open::new(),
            asked: None,
            refused: None,
            out: VecDeque::new(),
            chores: VecDeque::new(),
            notices: Notices::default(),
            last_id: 0,
            served: CallId(0),
            mono: 0,
            told_pace: false,
            config,
        }
    }

    /// Lints and plans a report. Nothing is sent before [`Session::pull`].
    ///
    /// # Errors
    /// `query.*` where the server would certainly refuse.
    pub fn start(&mut self, report: Report, options: CallOptions, now: Now) -> Result<CallId, Error> {
        let mono = self.tick(now);
        let plan = report.plan_at(&self.config.region, now)?;
        let id = CallId(self.next_id());
        for warning in &plan.warnings {
            self.notices.push(Some(id), NoticeKind::Lint, warning.to_string(), None);
        }
        let deadline = options.deadline.or(self.config.deadline);
        let mut flow = Flow::new(plan.steps, now.wall);
        if let Some(bookmark) = report.resume() {
            flow.resume(bookmark)?;
        }
        let call = Call {
            report: Arc::new(report),
            flow,
            operation: plan.operation,
            state: State::Ready,
            wanted: 0,
            timeout: options.timeout.unwrap_or(self.config.timeout),
            deadline: deadline.map(|span| mono.saturating_add(span)),
            max_calls: options.max_calls,
            attempts: Attempts::default(),
            summary: Summary::default(),
            trouble: None,
            paced: None,
        };
        self.calls.insert(id, call);
        self.finish_if_done(id);
        Ok(id)
    }

    /// Asks for the next page. Each pull is answered by one page or by the call's last word.
    pub fn pull(&mut self, call: CallId, now: Now) {
        self.tick(now);
        if let Some(call) = self.calls.get_mut(call) {
            call.wanted = call.wanted.saturating_add(1);
        }
    }

    /// Ends a call; its last word is `Failed` with `cancelled`. A job that it has submitted is cancelled on the server:
    /// the order for that, which belongs to no call, comes with the next poll.
    pub fn cancel(&mut self, call: CallId, now: Now) {
        let mono = self.tick(now);
        self.unwanted(call, mono);
        self.fail(call, Error::new(ErrorKind::Cancelled, "cancelled by the caller"));
    }

    /// Takes what [`crate::inspect`] saw in an answer.
    pub fn handle_response(&mut self, id: RequestId, mut seen: Seen, now: Now) {
        let mono = self.tick(now);
        let Some(flight) = self.flying.remove(id) else { return };
        // Explanations quote what the server says, and a server may quote what it was sent.
        if let Found::Refusal(refusal) = &mut seen.found {
            refusal.body = self.redacted(std::mem::take(&mut refusal.body), Some(&flight));
        }
        if flight.purpose != Purpose::LogIn && flight.elsewhere.is_none() {
            self.gate.answered(&seen, mono);
        }
        match flight.purpose {
            Purpose::Call(call) => self.answered(call, id, &flight, seen, mono),
            Purpose::LogIn => self.login_answered(&flight, seen, mono, now.wall),
            Purpose::Chore => self.chore_done(flight.uri.path(), matches!(seen.status, 200..300 | 404)),
        }
    }

    /// Takes the reason why no answer came.
    pub fn handle_failure(&mut self, id: RequestId, mut failure: Failure, now: Now) {
        let mono = self.tick(now);
        let Some(flight) = self.flying.remove(id) else { return };
        failure.detail = self.redacted(failure.detail, Some(&flight));
        match flight.purpose {
            Purpose::Call(call) => {
                if failure.cause == Cause::Cancelled {
                    self.unwanted(call, mono);
                }
                self.broke(call, &flight, &failure, mono);
            }
            Purpose::LogIn => self.login_broke(&flight, &failure, mono),
            Purpose::Chore => self.chore_done(flight.uri.path(), false),
        }
    }

    /// Takes the token store's answer.
    pub fn handle_store(&mut self, id: AskId, answer: StoreAnswer, now: Now) {
        let mono = self.tick(now);
        if self.asked != Some(id) {
            return;
        }
        self.asked = None;
        match self.keeper.stored(answer, mono, now.wall, &mut self.rng) {
            Ok(true) => {
                self.notices.push(None, NoticeKind::Shared, "a token minted by another process is used".into(), None);
            }
            Ok(false) => {}
            Err(why) => {
                let why = self.redacted(why, None);
                let text = format!("the token store does not work, tokens are not shared: {why}");
                self.notices.push(None, NoticeKind::Store, text, None);
            }
        }
    }

    /// Takes what the provider of credentials answered, or why it could not.
    pub fn handle_credentials(&mut self, id: AskId, answer: Result<Provided, String>, now: Now) {
        let mono = self.tick(now);
        if self.asked != Some(id) {
            return;
        }
        self.asked = None;
        let answer = answer.map_err(|why| self.redacted(why, None));
        self.provided(answer, mono);
    }

    /// Takes the next notice.
    pub fn observe(&mut self) -> Option<Notice> {
        self.notices.pop()
    }

    /// Takes new randomness: to be called in the child after a fork, where both processes would otherwise bear the
    /// same name at the token store's lock.
    pub fn reseed(&mut self, seed: u64) {
        self.rng = Rng::new(seed);
        let owner = self.rng.name();
        self.keeper.rename(owner);
    }

    /// How many calls, exchanges and orders it keeps: for tests of what a session must not pile up.
    #[doc(hidden)]
    pub fn entries(&self) -> usize {
        self.calls.len() + self.flying.len() + self.out.len() + self.chores.len()
    }

    /// Says what to do next. Each order is handed out once.
    pub fn poll(&mut self, now: Now) -> Action {
        let mono = self.tick(now);
        self.end_late_calls(mono);
        if let Some(action) = self.out.pop_front() {
            return action;
        }
        if let Some(action) = self.next_chore(mono) {
            return action;
        }
        if let Some(action) = self.log_in(mono) {
            return action;
        }
        if let Some(action) = self.send_next(mono) {
            return action;
        }
        // Sending may have ended a call, where a request could not be made.
        self.out.pop_front().unwrap_or_else(|| self.wait(mono))
    }

    /// Whether as many exchanges are under way as may be. A log-in is not one of them: they wait for it.
    fn is_full(&self) -> bool {
        let flying = self.flying.values().filter(|flight| flight.purpose != Purpose::LogIn).count();
        flying >= self.config.max_in_flight as usize
    }

    /// The first call in turn that may send.
    fn send_next(&mut self, mono: u64) -> Option<Action> {
        if self.is_full() {
            return None;
        }
        let ready = |(id, call): (CallId, &Call)| call.is_ready(mono).then_some(id);
        let id = self.calls.iter().filter(|(id, _)| *id > self.served).find_map(ready);
        let id = id.or_else(|| self.calls.iter().find_map(ready))?;
        if !self.gate_is_open(id, mono) {
            return None;
        }
        let (token, generation) = self.keeper.live(mono).map(|live| (live.text.clone(), live.generation))?;
        if self.is_spent(id) {
            return None;
        }
        self.served = id;
        let request_id = RequestId(self.next_id());
        let call = self.calls.get_mut(id)?;
        let ask = call.flow.ask()?;
        let elsewhere = ask.is_elsewhere();
        let request = match elsewhere {
            true => request::file(&self.config, &ask),
            false => request::api(&self.config, &token, &ask),
        };
        let request = match request {
            Ok(request) => request,
            Err(error) => {
                self.fail(id, error);
                return None;
            }
        };
        call.state = State::Asked(request_id);
        self.spent += 1;
        call.attempts.sent += 1;
        call.summary.requests += 1;
        call.summary.waited += call.paced.take().map_or(0, |since| mono.saturating_sub(since));
        let timeout = call.deadline.map_or(call.timeout, |deadline| call.timeout.min(deadline.saturating_sub(mono)));
        let mut flight = Self::flight(Purpose::Call(id), &request, generation, ask.repeatable);
        if elsewhere {
            // Its signature is in the query string, which is kept as what it is: a secret.
            flight.authorization = request.uri().query().map(Secret::new);
            let whole = request.uri().to_string();
            let place = whole.split('?').next().unwrap_or_default();
            flight.uri = place.parse().unwrap_or_default();
            flight.elsewhere = Some(place.to_owned());
        } else {
            self.gate.sent(mono);
        }
        Some(self.send(request_id, flight, request, timeout, ask.look))
    }

    fn flight(purpose: Purpose, request: &http::Request<Vec<u8>>, generation: u64, repeatable: bool) -> Flight {
        let header = request.headers().get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let authorization = header.and_then(|header| header.split_once(' ')).map(|(_, sent)| Secret::new(sent));
        let (method, uri) = (request.method().clone(), request.uri().clone());
        Flight { purpose, generation, repeatable, elsewhere: None, grant: None, authorization, method, uri }
    }

    fn send(
        &mut self,
        id: RequestId,
        flight: Flight,
        request: http::Request<Vec<u8>>,
        timeout: u64,
        look: Look,
    ) -> Action {
        let (call, purpose) = (flight.purpose.call(), flight.purpose.told());
        self.flying.insert(id, flight);
        Action::Send { id, call, purpose, request, timeout, max_body: self.config.max_body, look }
    }

    /// What is waited for: the earliest time at which anything can change without an answer.
    fn wait(&mut self, mono: u64) -> Action {
        let chore = self.flying.values().any(|flight| flight.purpose == Purpose::Chore);
        if self.calls.is_empty() && !self.keeper.is_busy() && !chore && self.chores.is_empty() {
            return Action::Idle;
        }
        let has_token = self.keeper.live(mono).is_some();
        let closed = self.gate.closed(mono);
        let mut waits: Vec<(u64, Why)> = Vec::new();
        for call in self.calls.values().filter(|call| call.wants_token()) {
            match (call.state, closed) {
                (State::Pause { until, why }, _) if until > mono => waits.push((until, why)),
                (_, Some(closed)) if has_token => waits.push((closed.until, closed.why)),
                _ => {}
            }
        }
        if let Some(chore) = self.chores.front() {
            let (until, why) = closed.map_or((chore.until, Why::Answer), |closed| (closed.until, closed.why));
            waits.push((until.min(chore.until), why));
        }
        if self.keeper.is_busy()
            && let (Some(until), why) = self.keeper.waits()
        {
            waits.push((until, why));
        }
        let deadline = self.calls.values().filter_map(|call| call.deadline).min();
        let first = waits.into_iter().min_by_key(|(until, _)| *until);
        let until = first.map(|(until, _)| until).into_iter().chain(deadline).min();
        let why = match first {
            Some((_, why)) => why,
            None if chore || self.flying.values().any(|flight| flight.purpose.call().is_some()) => Why::Answer,
            None if self.keeper.is_busy() => Why::LogIn,
            None => Why::Pull,
        };
        Action::Wait { until, why }
    }

    /// The last word of a call that ended early.
    fn fail(&mut self, id: CallId, mut error: Error) {
        let Some(call) = self.calls.remove(id) else { return };
        if let State::Asked(request) = call.state
            && let Some(flight) = self.flying.remove(request)
        {
            self.out.push_back(Action::Abort { id: request });
            if !flight.repeatable {
                error = retry::may_be_done(error);
            }
        }
        if let Some(job) = call.flow.job().filter(|_| error.kind != ErrorKind::Cancelled) {
            error = error.evidence(format!("the job {job} was submitted and can be taken up again: write it as `job`"));
        }
        if error.kind != ErrorKind::Cancelled
            && call.report.has_resume()
            && let Some(bookmark) = call.flow.bookmark()
        {
            error = error.evidence(format!("it can go on where it ended: write `resume: {bookmark}` in the report"));
            error.explanation.resume = Some(bookmark);
        }
        error.operation.get_or_insert_with(|| call.operation());
        error.attempts = call.attempts.sent;
        self.out.push_back(Action::Emit { call: id, event: Event::Failed(error) });
    }

    /// The last word of a call that has nothing left to ask.
    fn finish_if_done(&mut self, id: CallId) {
        if self.calls.get(id).is_some_and(|call| call.flow.ask().is_none())
            && let Some(call) = self.calls.remove(id)
        {
            self.out.push_back(Action::Emit { call: id, event: Event::Done(call.summary) });
        }
    }

    /// What is known of a refusal.
    fn case<'a>(&self, flight: &'a Flight, seen: &Seen, body: &'a str) -> Case<'a> {
        Case {
            status: Some(seen.status),
            headers: seen.headers.clone(),
            body,
            method: Some(flight.method.as_str()),
            path: Some(flight.elsewhere.as_deref().unwrap_or(flight.uri.path())),
            domain: self.config.region.domain,
            login: Some(flight.purpose == Purpose::LogIn),
            grant: flight.grant,
            request_body: None,
        }
    }

    /// A text without the secrets that this session knows, and without what a request was sent with: that token may
    /// have been replaced since.
    fn redacted(&self, text: String, flight: Option<&Flight>) -> String {
        let given = match &self.config.credentials {
            Credentials::Token(token) => Some(token),
            Credentials::Client(_) => None,
        };
        let sent = flight.and_then(|flight| flight.authorization.as_ref());
        self.keeper.secrets().chain(given).chain(sent).fold(text, |text, secret| secret.cut_out(text))
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn tick(&mut self, now: Now) -> u64 {
        self.mono = self.mono.max(now.mono);
        self.mono
    }
}

/// Milliseconds as a person reads them.
fn seconds(ms: u64) -> String {
    match ms {
        0..60_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1000),
    }
}

#[cfg(test)]
mod tests;
