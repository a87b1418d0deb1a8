//! Those who ask: they begin calls, pull pages, lose patience, and compare what they got with the truth.

use std::collections::BTreeSet;

use pegcount::{
    AskId, CallId, CallOptions, Error, ErrorKind, Event, Now, PageContext, Report, RequestId, StoreAnswer, Summary,
    inspect,
};

use crate::host::Open;
use crate::logins::Way;
use crate::reports::{self, Asked, Wanted};
use crate::rows::Rows;
use crate::world::{Act, Happening, World};

impl World<'_> {
    pub(crate) fn begin(&mut self, at: usize) {
        let asked = match self.plan.is_schedule {
            true => reports::hourly(self.now),
            false => reports::any(&mut self.rng, self.truth, self.now, self.plan.way.is_admin()),
        };
        let options = match self.plan.moods {
            true => CallOptions {
                timeout: self.rng.chance(100).then(|| self.rng.between(500, 90_000) as u64),
                deadline: self.rng.chance(250).then(|| self.rng.pick(&[1, 100, 5_000, 60_000, 600_000])),
                max_calls: self.rng.chance(150).then(|| self.rng.between(1, 6) as u32),
            },
            false => CallOptions::default(),
        };
        self.start(at, asked, options, None);
    }

    /// Starts a report, or takes up again one that ended early.
    fn start(&mut self, at: usize, asked: Asked, options: CallOptions, earlier: Option<Open>) {
        self.tell(|_| format!("host {at} is asked {} with {options:?}", asked.report));
        let host = &mut self.hosts[at];
        let clock = host.clock(self.now);
        let report = Report::from_json(&asked.report);
        let started = report.and_then(|report| host.session.start(report, options, clock));
        let call = match started {
            Ok(call) => call,
            Err(error) => {
                // A clock that is behind takes the present for the future.
                let may = self.plan.jumps && error.kind == ErrorKind::QueryInterval;
                self.judge.must(may, || format!("{} was refused: {error}", asked.report));
                return;
            }
        };
        self.counts.calls += 1;
        let is_resumed = earlier.is_some();
        let (began, rows) = match earlier {
            Some(open) => (open.began, open.rows),
            None => (asked.wanted.rows(self.truth, self.now), Vec::new()),
        };
        let open = Open {
            asked,
            began,
            deadline: options.deadline.map(|span| clock.mono + span),
            is_limited: options != CallOptions::default(),
            is_resumed,
            wanted: 0,
            rows,
            is_cancelled: false,
        };
        self.hosts[at].calls.insert(call, open);
        self.next(at, call);
    }

    /// What the user does when nothing is left to look at.
    fn next(&mut self, at: usize, call: CallId) {
        let is_first = self.hosts[at].calls.get(&call).is_some_and(|open| open.rows.is_empty());
        let wait = match self.rng.below(100) {
            // A code is good for a minute.
            _ if is_first && matches!(self.plan.way, Way::Code | Way::Pkce) => 0,
            0..3 if self.plan.moods => 3 * 3_600_000,
            0..20 => self.rng.between(0, 5_000),
            20 if !self.plan.is_schedule => self.rng.between(0, 7_200_000),
            _ => 0,
        };
        if self.plan.moods && self.rng.chance(60) {
            let wait = self.rng.between(0, 20_000);
            self.later(at, wait, Happening::Act(call, Act::Cancel));
        }
        let twice = self.plan.moods && self.rng.chance(200);
        for _ in 0..=u32::from(twice) {
            self.later(at, wait, Happening::Act(call, Act::Pull));
        }
    }

    pub(crate) fn act(&mut self, at: usize, call: CallId, act: Act) {
        let host = &mut self.hosts[at];
        let clock = host.clock(self.now);
        if act == Act::Pull && host.calls.values().all(|open| open.wanted == 0) {
            // Nobody waited when the last log-in failed: whoever asks now wants another try.
            host.ledger.log_in_anew();
        }
        if let Some(open) = host.calls.get_mut(&call) {
            open.wanted += u32::from(act == Act::Pull);
            open.is_cancelled |= act == Act::Cancel;
        }
        // It may have ended long ago.
        match act {
            Act::Pull => host.session.pull(call, clock),
            Act::Cancel => {
                host.cancels.push(clock.mono);
                host.session.cancel(call, clock);
            }
        }
        if let Some(story) = &mut self.story {
            story.push(format!("{:>12} host {at}: {act:?} {call:?}", self.now - self.plan.begins));
        }
    }

    /// Nonsense, which must make no difference.
    pub(crate) fn nudge(&mut self, at: usize) {
        let id = self.rng.pick(&[0, 1, u64::MAX]);
        let host = &mut self.hosts[at];
        let clock = host.clock(self.now);
        let back = Now { mono: clock.mono.saturating_sub(5_000), ..clock };
        host.session.pull(CallId(u64::MAX), clock);
        host.session.cancel(CallId(0), clock);
        let seen = inspect(pegcount::Look::Json, 200, &http::HeaderMap::new(), b"{}");
        if !host.flights.contains_key(&RequestId(id)) {
            host.session.handle_response(RequestId(id), seen, back);
        }
        if !host.asks.contains(&AskId(id)) {
            host.session.handle_store(AskId(id), StoreAnswer::Locked, back);
            host.session.handle_credentials(AskId(id), Err("who is asking?".to_owned()), back);
        }
    }

    pub(crate) fn emitted(&mut self, at: usize, call: CallId, event: Event) {
        let mono = self.hosts[at].clock(self.now).mono;
        let is_open = self.hosts[at].calls.contains_key(&call);
        self.judge.must(is_open, || format!("{call:?} has had its last word: {event:?}"));
        if !is_open {
            return;
        }
        match event {
            Event::Page(page) => self.page(at, call, &page),
            Event::Done(summary) => {
                if let Some(open) = self.ends(at, call, mono) {
                    self.counts.done += 1;
                    self.compare(&open, &summary);
                }
            }
            Event::Failed(error) => {
                if let Some(open) = self.ends(at, call, mono) {
                    self.counts.failed += 1;
                    let may = !self.plan.is_calm()
                        || open.is_cancelled
                        || open.is_limited
                        || matches!(open.asked.wanted, Wanted::Refusal)
                        || error.kind == ErrorKind::JobBehind;
                    self.judge.must(may, || format!("all is well, and yet {} failed: {error}", open.asked.report));
                    self.go_on(at, open, &error);
                }
            }
        }
    }

    /// Most of those whose report ended early take it up again, where the error says that it goes on.
    fn go_on(&mut self, at: usize, mut open: Open, error: &Error) {
        let Some(place) = error.explanation.resume.clone() else { return };
        if self.rng.chance(900) {
            open.asked.report["resume"] = place.into();
            self.counts.resumed += 1;
            self.start(at, open.asked.clone(), CallOptions::default(), Some(open));
        }
    }

    fn page(&mut self, at: usize, call: CallId, page: &PageContext) {
        let host = &mut self.hosts[at];
        let body = host.bodies.remove(&page.request);
        let Some(open) = host.calls.get_mut(&call) else { return };
        self.judge.must(open.wanted > 0, || format!("{call:?} got a page that it did not ask for"));
        open.wanted = open.wanted.saturating_sub(1);
        let rows = body.as_ref().and_then(|body| open.asked.rows.read(body));
        self.judge.must(rows.is_some(), || format!("{call:?} got a page that cannot be read"));
        let rows = rows.unwrap_or_default();
        let skip: BTreeSet<usize> = page.skip.iter().map(|position| *position as usize).collect();
        let kept = rows.into_iter().enumerate().filter(|(position, _)| !skip.contains(position)).map(|(_, row)| row);
        open.rows.extend(kept);
        if open.wanted == 0 {
            self.next(at, call);
        }
    }

    fn ends(&mut self, at: usize, call: CallId, mono: u64) -> Option<Open> {
        let host = &mut self.hosts[at];
        host.ledger.ended(call, &mut self.judge);
        let open = host.calls.remove(&call)?;
        if host.calls.is_empty() {
            host.bodies.clear();
        }
        let is_late = open.deadline.is_some_and(|deadline| mono > deadline);
        self.judge.must(!is_late, || format!("{call:?} ended at {mono}, after its deadline {:?}", open.deadline));
        Some(open)
    }

    /// What was there when the call began is there once, and nothing that was not there when it ended.
    fn compare(&mut self, open: &Open, summary: &Summary) {
        let report = &open.asked.report;
        let had: BTreeSet<&String> = open.rows.iter().collect();
        self.counts.rows += open.rows.len() as u64;
        // Of a page that had been read in part, rows may come once more.
        let may_repeat = open.is_resumed && matches!(open.asked.wanted, Wanted::Starts { .. });
        self.judge.must(may_repeat || had.len() == open.rows.len(), || format!("{report} has rows twice"));
        let items = summary.items as usize;
        let counts = matches!(open.asked.rows, Rows::Conversations | Rows::Entities) && report["ids"].is_null();
        self.judge.must(!counts || open.is_resumed || items == had.len(), || {
            format!("{report} tells {items} of {} rows", had.len())
        });
        let (Some(began), Some(ended)) = (&open.began, open.asked.wanted.rows(self.truth, self.now)) else {
            let is_refused = matches!(open.asked.wanted, Wanted::Refusal);
            return self.judge.must(!is_refused, || format!("{report} was not refused"));
        };
        // Figures that changed meanwhile are not known; nor are members that nobody knows.
        let is_vague = open.asked.rows == Rows::Results && (*began != ended || self.plan.fault == Some("future"));
        if !is_vague {
            let lost: Vec<&String> = began.iter().filter(|row| !had.contains(row)).collect();
            self.judge.must(lost.is_empty(), || format!("{report} lost {} of {}: {lost:?}", lost.len(), began.len()));
            let strange: Vec<&&String> = had.iter().filter(|row| !ended.contains(**row)).collect();
            self.judge.must(strange.is_empty(), || format!("{report} has what is not there: {strange:?}"));
        }
    }
}
