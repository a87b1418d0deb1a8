//! What bounds a call: the gate, its deadline, its number of requests.

use super::{Session, seconds};
use crate::action::{CallId, Why};
use crate::error::{Error, ErrorKind};
use crate::notice::NoticeKind;

impl Session {
    /// Whether the gate lets a request through; where it is closed beyond the call's deadline, the call ends now.
    pub(super) fn gate_is_open(&mut self, id: CallId, mono: u64) -> bool {
        let Some(closed) = self.gate.closed(mono) else {
            self.told_pace = false;
            return true;
        };
        if let (Why::Pace, Some(call)) = (closed.why, self.calls.get_mut(id)) {
            call.paced.get_or_insert(mono);
        }
        if closed.why == Why::Pace && !self.told_pace {
            self.told_pace = true;
            let wait = closed.until.saturating_sub(mono);
            let text = format!("the pace is reached: waiting {}", seconds(wait));
            self.notices.push(None, NoticeKind::Pace, text, Some(wait));
        }
        if self.calls.get(id).is_some_and(|call| call.is_late(closed.until)) {
            let gate = if closed.why == Why::Limit { "the server's rate limit" } else { "the pace" };
            let wait = seconds(closed.until.saturating_sub(mono));
            self.fail_late(id, Some(format!("{gate} lets nothing go for {wait}")));
        }
        false
    }

    /// Ends a call whose requests are used up, its own or the session's.
    pub(super) fn is_spent(&mut self, id: CallId) -> bool {
        let Some(call) = self.calls.get(id) else { return false };
        let own = call.max_calls.filter(|most| call.summary.requests >= *most);
        let all = self.config.max_calls.filter(|most| self.spent >= *most);
        let (most, whose) = match (own, all) {
            (Some(most), _) => (most, "the call"),
            (None, Some(most)) => (most, "the session"),
            (None, None) => return false,
        };
        let error = Error::new(ErrorKind::LimitBudget, format!("{whose} has sent the {most} requests it may send"))
            .remedy("give a larger `max_calls`, or ask for less: `plan` says beforehand what a report takes");
        self.fail(id, error);
        true
    }

    /// Ends calls whose deadline has passed.
    pub(super) fn end_late_calls(&mut self, mono: u64) {
        let late: Vec<CallId> = self.calls.iter().filter(|(_, call)| call.is_late(mono)).map(|(id, _)| id).collect();
        for id in late {
            self.fail_late(id, None);
        }
    }

    /// `awaited` is what stands in the way beside the last trouble of the call.
    pub(super) fn fail_late(&mut self, id: CallId, awaited: Option<String>) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let trouble = call.trouble.take();
        let what = "the deadline of the call is not enough for what is left to do";
        let reason = match (&trouble, &awaited) {
            (Some(trouble), _) => format!("{what}: {trouble}"),
            (None, Some(awaited)) => format!("{what}: {awaited}"),
            (None, None) => what.to_owned(),
        };
        let mut error = Error::new(ErrorKind::LimitBudget, reason)
            .remedy("give the call a longer `deadline`, or ask for less at once");
        if let Some(trouble) = trouble {
            error = error.evidence(format!("before that: {trouble}"));
            error.status = trouble.status;
            error.request_id.clone_from(&trouble.request_id);
        }
        error.explanation.evidence.extend(awaited);
        self.fail(id, error);
    }
}
