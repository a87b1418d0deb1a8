//! Ending on the server what a caller no longer wants.

use super::{Purpose, Session};
use crate::action::{Action, CallId, RequestId};
use crate::notice::NoticeKind;
use crate::plan::Ask;
use crate::request;

/// Milliseconds for ending something on the server: whoever cancels does not want to wait.
const CHORE: u64 = 5_000;

/// A request that ends something, and until when it is worth a try.
#[derive(Debug)]
pub(super) struct Chore {
    ask: Ask,
    pub(super) until: u64,
}

impl Chore {
    fn new(ask: Ask, mono: u64) -> Self {
        Chore { ask, until: mono.saturating_add(CHORE) }
    }
}

impl Session {
    /// Remembers what has to be ended of a call that its caller gives up.
    pub(super) fn unwanted(&mut self, call: CallId, mono: u64) {
        let ask = self.calls.get(call).and_then(|call| call.flow.cancel());
        self.chores.extend(ask.map(|ask| Chore::new(ask, mono)));
    }

    /// Ends on the server what a caller no longer wants, once, while there is a token: nobody logs in for it. It counts
    /// like every request, and waits a little where none may go.
    pub(super) fn next_chore(&mut self, mono: u64) -> Option<Action> {
        while let Some(until) = self.chores.front().map(|chore| chore.until) {
            let closed = self.gate.closed(mono).is_some() || self.is_full();
            if closed && until > mono {
                return None;
            }
            let chore = self.chores.pop_front()?;
            let live = self.keeper.live(mono).filter(|_| !closed).map(|live| (live.text.clone(), live.generation));
            let request = live.and_then(|(token, generation)| {
                let request = request::api(&self.config, &token, &chore.ask).ok()?;
                Some((request, generation))
            });
            let Some((request, generation)) = request else {
                self.chore_done(&chore.ask.path, false);
                continue;
            };
            let id = RequestId(self.next_id());
            self.gate.sent(mono);
            let flight = Self::flight(Purpose::Chore, &request, generation, true);
            return Some(self.send(id, flight, request, self.config.timeout.min(CHORE), chore.ask.look));
        }
        None
    }

    pub(super) fn chore_done(&mut self, path: &str, is_done: bool) {
        let job = path.rsplit('/').next().unwrap_or_default();
        let text = match is_done {
            true => format!("the job {job} was cancelled on the server"),
            false => format!("the job {job} could not be cancelled: it may go on, on the server"),
        };
        self.notices.push(None, NoticeKind::Job, text, None);
    }
}
