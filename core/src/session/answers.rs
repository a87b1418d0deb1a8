//! What an answer to a call's request means.

use super::{Flight, Session, seconds};
use crate::action::{Action, CallId, Event, Failure, RequestId, Why};
use crate::call::State;
use crate::error::{Error, Retry};
use crate::explain::{self, Case};
use crate::flow::Taken;
use crate::json;
use crate::look::{Found, Seen};
use crate::notice::NoticeKind;
use crate::page::PageContext;
use crate::retry::{self, Attempts, Verdict};

impl Session {
    pub(super) fn answered(&mut self, id: CallId, request: RequestId, flight: &Flight, seen: Seen, mono: u64) {
        match &seen.found {
            Found::Refusal(refusal) => {
                let asked = self.calls.get(id).and_then(|call| call.flow.ask()?.body).map(|body| json::text(&body));
                let case = self.case(flight, &seen, &refusal.body);
                let error = explain::explain(&Case { request_body: asked.as_deref(), ..case });
                let Some(call) = self.calls.get_mut(id) else { return };
                let (after, repeatable) = (seen.headers.retry_after, flight.repeatable);
                let verdict = call.attempts.after_status(seen.status, &refusal.body, after, repeatable, &mut self.rng);
                let verdict = match verdict {
                    Verdict::Limited(wait) if flight.elsewhere.is_some() => Verdict::Again(wait),
                    Verdict::Remint if flight.elsewhere.is_some() => Verdict::Fail,
                    verdict => verdict,
                };
                let acted = !repeatable && retry::may_have_acted(seen.status);
                self.follow(id, flight, verdict, if acted { retry::may_be_done(error) } else { error }, mono);
            }
            Found::Unreadable(kind, what) => {
                let mut error = explain::unreadable(*kind, what.clone());
                error.status = Some(seen.status);
                error.request_id = seen.headers.request_id;
                self.fail(id, if flight.repeatable { error } else { retry::may_be_done(error) });
            }
            found => self.take(id, request, found, &seen, mono),
        }
    }

    fn take(&mut self, id: CallId, request: RequestId, found: &Found, seen: &Seen, mono: u64) {
        self.budget.succeeded();
        let Some(call) = self.calls.get_mut(id) else { return };
        call.state = State::Ready;
        call.trouble = None;
        // Taking the answer may lead on to another operation.
        let operation = call.operation();
        match call.flow.take(found) {
            Ok(taken) => {
                let attempts = std::mem::take(&mut call.attempts).sent;
                let pause = taken.pause.map(|pause| mono.saturating_add(pause));
                let told = taken.told.as_ref().map(|(_, text)| text.clone());
                self.deliver(id, request, taken, seen, (operation, attempts));
                self.finish_if_done(id);
                self.pause(id, pause, told);
            }
            Err(mut error) => {
                error.request_id.clone_from(&seen.headers.request_id);
                self.fail(id, error);
            }
        }
    }

    /// Waits before the next request, where the flow asks for it and the deadline lets it.
    fn pause(&mut self, id: CallId, until: Option<u64>, awaited: Option<String>) {
        let (Some(until), Some(call)) = (until, self.calls.get_mut(id)) else { return };
        call.state = State::Pause { until, why: Why::Job };
        if call.is_late(until) {
            self.fail_late(id, Some(awaited.unwrap_or_else(|| "the job is not done yet".to_owned())));
        }
    }

    fn deliver(&mut self, id: CallId, request: RequestId, taken: Taken, seen: &Seen, of: (String, u32)) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let (operation, attempts) = of;
        let summary = &mut call.summary;
        summary.items += taken.items;
        summary.outside += taken.outside;
        summary.duplicates += taken.duplicates;
        if taken.deliver {
            summary.pages += 1;
            call.wanted = call.wanted.saturating_sub(1);
            let page = PageContext {
                call: id,
                request,
                number: summary.pages,
                report: call.report.clone(),
                skip: taken.skip,
                status: Some(seen.status),
                operation: Some(operation),
                attempts,
                request_id: seen.headers.request_id.clone(),
            };
            self.out.push_back(Action::Emit { call: id, event: Event::Page(page) });
        }
        let (kind, text) = match (taken.told, taken.total) {
            (Some((kind, text)), _) => (kind, text),
            (None, Some(total)) => {
                (NoticeKind::Progress, format!("{} of about {total}, {}", summary.items, pages(summary.pages)))
            }
            (None, None) if summary.pages > 0 => (NoticeKind::Progress, pages(summary.pages)),
            (None, None) => return,
        };
        self.notices.push(Some(id), kind, text, taken.pause);
    }

    pub(super) fn broke(&mut self, id: CallId, flight: &Flight, failure: &Failure, mono: u64) {
        let mut error = explain::explain_failure(failure, &flight.uri);
        let Some(call) = self.calls.get_mut(id) else { return };
        if !flight.repeatable && failure.sent == crate::action::Sent::Maybe {
            error = retry::may_be_done(error);
        }
        let verdict = call.attempts.after_failure(failure, flight.repeatable, &mut self.rng);
        self.follow(id, flight, verdict, error, mono);
    }

    /// Carries a verdict out. `error` is what the call ends with, if it ends.
    fn follow(&mut self, id: CallId, flight: &Flight, verdict: Verdict, error: Error, mono: u64) {
        let Some(call) = self.calls.get_mut(id) else { return };
        call.state = State::Ready;
        match verdict {
            Verdict::Fail if call.flow.detour() => {
                call.attempts = Attempts::default();
                self.notices.push(Some(id), NoticeKind::Job, format!("{error}: asked by query"), None);
            }
            Verdict::Fail => self.fail(id, error),
            Verdict::Deferred(wait) => {
                self.fail(id, error.retry(Retry::Later { after_ms: Some(wait) }));
            }
            Verdict::Again(wait) => {
                let until = mono.saturating_add(wait);
                if call.is_late(until) {
                    call.trouble = Some(error);
                    self.fail_late(id, None);
                } else if self.budget.spend() {
                    let text = format!("{error}: asking again in {}", seconds(wait));
                    call.state = State::Pause { until, why: Why::Retry };
                    call.summary.retries += 1;
                    call.summary.waited += wait;
                    call.trouble = Some(error);
                    self.notices.push(Some(id), NoticeKind::Retry, text, Some(wait));
                } else {
                    self.fail(id, error.evidence("the session's budget for repeated requests is spent"));
                }
            }
            Verdict::Limited(wait) => {
                self.gate.refused(wait, mono);
                call.summary.retries += 1;
                call.summary.waited += wait;
                let text = format!("the server's rate limit is reached: waiting {}", seconds(wait));
                call.trouble = Some(error);
                self.notices.push(Some(id), NoticeKind::Limit, text, Some(wait));
            }
            Verdict::Remint => {
                self.keeper.discard(flight.generation);
                if !self.keeper.can_mint() && self.keeper.live(mono).is_none() {
                    self.fail(id, error);
                    return;
                }
                call.summary.retries += 1;
                call.trouble = Some(error);
                let text = "the token was refused before its time: logging in again".to_owned();
                self.notices.push(Some(id), NoticeKind::TokenRefused, text, None);
            }
            Verdict::Smaller => {
                if call.flow.shrink() {
                    call.summary.retries += 1;
                    let text = "the answer was too large: asking for smaller pages".to_owned();
                    self.notices.push(Some(id), NoticeKind::Retry, text, None);
                } else {
                    let advice = call.flow.smaller();
                    self.fail(id, advice.into_iter().fold(error, Error::remedy));
                }
            }
        }
    }
}

fn pages(pages: u32) -> String {
    format!("{pages} page{}", if pages == 1 { "" } else { "s" })
}
