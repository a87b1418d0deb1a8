//! Logging in: one token request at a time, for all calls that wait for it.

use super::{Flight, Purpose, Session, seconds};
use crate::action::{Action, AskId, CallId, Failure, Provided, RequestId, Sent};
use crate::error::{Error, ErrorKind, Retry};
use crate::explain::{self, LONGEST_WAIT};
use crate::look::{Found, Look, Seen};
use crate::notice::NoticeKind;
use crate::request;
use crate::retry::{self, Verdict};
use crate::token::{LONGEST_EXCHANGE, Order};

impl Session {
    /// The next order that a log-in needs, if a call waits for one or one is under way.
    pub(super) fn log_in(&mut self, mono: u64) -> Option<Action> {
        if !self.keeper.is_busy() && !self.calls.values().any(|call| call.wants_token()) {
            return None;
        }
        if !self.keeper.can_mint() {
            if self.keeper.live(mono).is_some() {
                return None;
            }
            let error = Error::new(ErrorKind::AuthTokenRefused, "the token that was given has been refused")
                .remedy("give a fresh token, or client credentials, with which tokens are minted as needed");
            return self.login_ends(error, mono);
        }
        match self.keeper.next(mono)? {
            Order::Store(op) => {
                let id = AskId(self.next_id());
                self.asked = Some(id);
                Some(Action::Store { id, op })
            }
            Order::Provide => {
                let id = AskId(self.next_id());
                self.asked = Some(id);
                Some(Action::Credentials { id })
            }
            Order::Mint(way) => {
                let built = self.keeper.client().map(|client| request::token(&self.config, client, &way));
                match built? {
                    Ok(request) => {
                        let id = RequestId(self.next_id());
                        let flight = Self::flight(Purpose::LogIn, &request, 0, way.is_repeatable());
                        let flight = Flight { grant: Some(way.grant_type()), ..flight };
                        let timeout = self.config.timeout.min(LONGEST_EXCHANGE);
                        Some(self.send(id, flight, request, timeout, Look::Token))
                    }
                    Err(error) => self.login_ends(error, mono),
                }
            }
            Order::GiveUp => {
                let nobody = || {
                    Error::new(ErrorKind::AuthTokenRefused, "nobody is logged in any more")
                        .evidence("a user's log-in without a refresh token lasts as long as its token")
                        .remedy("log in again: `pegcount login`, or the log-in page of your program")
                };
                // Its refresh token may have been refused just now, and the store has no other.
                let error = self.refused.take().unwrap_or_else(nobody);
                self.login_ends(error, mono)
            }
        }
    }

    fn login_ends(&mut self, error: Error, mono: u64) -> Option<Action> {
        self.login_failed(error, mono);
        // Where no call waited there is no last word, but perhaps a lock to give back.
        self.out.pop_front().or_else(|| self.log_in(mono))
    }

    pub(super) fn provided(&mut self, answer: Result<Provided, String>, mono: u64) {
        let Err(why) = self.keeper.provided(answer) else { return };
        let error = match self.refused.take() {
            // It gave what was refused already: then the refusal is the reason.
            Some(refused) if why.is_empty() => refused,
            _ => Error::new(ErrorKind::ConfigCredentials, format!("the provider of credentials failed: {why}"))
                .remedy("look at where id and secret are kept: the login host was not asked"),
        };
        self.login_failed(error, mono);
    }

    pub(super) fn login_answered(&mut self, flight: &Flight, seen: Seen, mono: u64, wall: i64) {
        let mut error = match &seen.found {
            Found::Token(answer) => {
                let life = answer
                    .expires_in
                    .map_or(String::new(), |life| format!(", for {}", seconds(life.saturating_mul(1000))));
                self.keeper.minted(answer.clone(), mono, wall);
                self.refused = None;
                self.notices.push(None, NoticeKind::Minted, format!("logged in{life}"), None);
                return;
            }
            Found::Refusal(refusal) => {
                let error = explain::explain(&self.case(flight, &seen, &refusal.body));
                let (attempts, after) = (&mut self.keeper.attempts, seen.headers.retry_after);
                // The login host signals its own limit as 400.
                let is_limited = explain::login_is_rate_limited(&refusal.body);
                let verdict = if is_limited {
                    attempts.limited(after, &mut self.rng)
                } else {
                    match seen.status {
                        401 => Verdict::Fail,
                        status => attempts.after_status(status, &refusal.body, after, flight.repeatable, &mut self.rng),
                    }
                };
                // Also where this log-in is given up, the next one waits.
                let wait = after.map(|seconds| seconds.saturating_mul(1000)).filter(|wait| *wait <= LONGEST_WAIT);
                if let Some(wait) = wait.filter(|_| is_limited || seen.status == 429) {
                    self.keeper.close(mono.saturating_add(wait));
                }
                let acted = !flight.repeatable && retry::may_have_acted(seen.status);
                self.follow_login(verdict, if acted { retry::may_be_done(error) } else { error }, mono);
                return;
            }
            Found::Unreadable(kind, what) => explain::unreadable(*kind, what.clone()),
            _ => Error::new(ErrorKind::AnswerUnexpected, "the login host answered with something else"),
        };
        error.status = Some(seen.status);
        error.request_id = seen.headers.request_id;
        self.login_failed(if flight.repeatable { error } else { retry::may_be_done(error) }, mono);
    }

    pub(super) fn login_broke(&mut self, flight: &Flight, failure: &Failure, mono: u64) {
        let mut error = explain::explain_failure(failure, &flight.uri);
        if !flight.repeatable && failure.sent == Sent::Maybe {
            error = retry::may_be_done(error);
        }
        let verdict = self.keeper.attempts.after_failure(failure, flight.repeatable, &mut self.rng);
        self.follow_login(verdict, error, mono);
    }

    fn follow_login(&mut self, verdict: Verdict, error: Error, mono: u64) {
        let wait = match verdict {
            Verdict::Again(wait) | Verdict::Limited(wait) => wait,
            Verdict::Deferred(wait) => {
                return self.login_failed(error.retry(Retry::Later { after_ms: Some(wait) }), mono);
            }
            Verdict::Fail | Verdict::Remint | Verdict::Smaller => {
                match self.keeper.has_another(error.kind) {
                    true => self.refused = Some(error),
                    false => self.login_failed(error, mono),
                }
                return;
            }
        };
        if !self.budget.spend() {
            return self.login_failed(error.evidence("the session's budget for repeated requests is spent"), mono);
        }
        let text = format!("{error}: logging in again in {}", seconds(wait));
        self.notices.push(None, NoticeKind::Retry, text, Some(wait));
        let until = mono.saturating_add(wait);
        self.keeper.mint_later(until);
        let waiting: Vec<CallId> = self.waiting_for_token(mono);
        for id in waiting {
            let Some(call) = self.calls.get_mut(id) else { continue };
            call.trouble = Some(error.clone());
            if call.is_late(until) {
                self.fail_late(id, None);
            }
        }
    }

    /// Ends the log-in, and with it every call that has no token to go on with.
    fn login_failed(&mut self, error: Error, mono: u64) {
        let attempts = self.keeper.attempts.sent;
        self.keeper.mint_failed(error.retry == Retry::MayBeDone, mono);
        let waiting = self.waiting_for_token(mono);
        if waiting.is_empty() {
            let text = format!("the token could not be renewed early: {error}");
            self.notices.push(None, NoticeKind::Retry, text, None);
        }
        for id in waiting {
            let Some(call) = self.calls.get_mut(id) else { continue };
            // Nothing of the call itself was sent: what counts is how often the log-in was tried.
            call.attempts.sent = attempts;
            // A token that was given is refused by the call's own operation.
            let mut error = error.clone();
            error.operation = self.keeper.can_mint().then(|| "POST /oauth/token".into());
            self.fail(id, error);
        }
    }

    fn waiting_for_token(&mut self, mono: u64) -> Vec<CallId> {
        if self.keeper.live(mono).is_some() {
            return Vec::new();
        }
        self.calls.iter().filter(|(_, call)| call.wants_token()).map(|(id, _)| id).collect()
    }
}
