//! The machine: told what happened, it says what to do next.

mod answers;
mod bounds;
mod chores;
mod login;
mod sending;

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use self::sending::{Flight, Purpose};
use crate::action::{
    Action, AskId, CallId, CallOptions, Cause, Event, Failure, Provided, RequestId, StoreAnswer, Summary,
};

use crate::call::{Call, State};
use crate::config::{Config, Credentials};
use crate::error::{Error, ErrorKind};
use crate::explain::Case;
use crate::flow::Flow;
use crate::gate::Gate;
use crate::look::{Found, Seen};
use crate::notice::{Notice, NoticeKind, Notices};
use crate::open::Open;
use crate::report::Report;
use crate::retry::{self, Attempts, Budget};
use crate::rng::Rng;
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
        seen.headers.request_id = seen.headers.request_id.map(|id| self.redacted(id, Some(&flight)));
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
