//! Ending on the server what a caller no longer wants.

use super::{Flight, Purpose, Session};
use crate::action::{Action, CallId, RequestId};
use crate::notice::NoticeKind;
use crate::request;

/// Milliseconds for ending something on the server: whoever cancels does not want to wait.
const CHORE: u64 = 5_000;

impl Session {
    /// Remembers what has to be ended of a call that its caller gives up.
    pub(super) fn unwanted(&mut self, call: CallId) {
        self.chores.extend(self.calls.get(&call).and_then(|call| call.flow.cancel()));
    }

    /// Ends on the server what a caller no longer wants, once, while there is a token: nobody logs in for it.
    pub(super) fn next_chore(&mut self, mono: u64) -> Option<Action> {
        let ask = self.chores.pop_front()?;
        let (token, generation) = self.keeper.live(mono).map(|live| (live.text.clone(), live.generation))?;
        let request = request::api(&self.config, &token, &ask).ok()?;
        let id = RequestId(self.next_id());
        self.gate.sent(mono);
        let flight = self.flight(Purpose::Chore, &request, generation, true);
        Some(self.send(id, flight, request, self.config.timeout.min(CHORE), ask.look))
    }

    pub(super) fn chore_done(&mut self, flight: &Flight, is_done: bool) {
        let job = flight.url.path().rsplit('/').next().unwrap_or_default();
        let text = match is_done {
            true => format!("the job {job} was cancelled on the server"),
            false => format!("the job {job} could not be cancelled: it may go on, on the server"),
        };
        self.notices.push(None, NoticeKind::Job, text, None);
    }
}
