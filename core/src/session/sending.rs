//! What goes out next, and what is waited for.

use super::Session;
use crate::action::{self, Action, CallId, RequestId, Why};
use crate::call::{Call, State};
use crate::look::Look;
use crate::request;
use crate::secret::Secret;

/// A request whose answer is awaited.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) purpose: Purpose,
    /// The token it was sent with.
    pub(super) generation: u64,
    pub(super) repeatable: bool,
    /// The URL without its query string, where it is of another origin than the API: it went without the token, and its
    /// answer says nothing of the platform's limits, nor of the token.
    pub(super) elsewhere: Option<String>,
    /// Of a log-in.
    pub(super) grant: Option<&'static str>,
    /// The token, the pair of a log-in as it is written in the header, or the signature of a URL.
    pub(super) authorization: Option<Secret>,
    pub(super) method: http::Method,
    pub(super) uri: http::Uri,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Call(CallId),
    LogIn,
    /// To end on the server what a caller no longer wants.
    Chore,
}

impl Purpose {
    pub(super) fn call(self) -> Option<CallId> {
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

impl Session {
    /// Whether as many exchanges are under way as may be. A log-in is not one of them: they wait for it.
    pub(super) fn is_full(&self) -> bool {
        let flying = self.flying.values().filter(|flight| flight.purpose != Purpose::LogIn).count();
        flying >= self.config.max_in_flight as usize
    }

    /// The first call in turn that may send.
    pub(super) fn send_next(&mut self, mono: u64) -> Option<Action> {
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

    pub(super) fn flight(
        purpose: Purpose,
        request: &http::Request<Vec<u8>>,
        generation: u64,
        repeatable: bool,
    ) -> Flight {
        let header = request.headers().get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let authorization = header.and_then(|header| header.split_once(' ')).map(|(_, sent)| Secret::new(sent));
        let (method, uri) = (request.method().clone(), request.uri().clone());
        Flight { purpose, generation, repeatable, elsewhere: None, grant: None, authorization, method, uri }
    }

    pub(super) fn send(
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
    pub(super) fn wait(&mut self, mono: u64) -> Action {
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
}
