//! A host that does everything by the book, and looks whether the session does.

use std::collections::BTreeMap;

use pegcount::config::Files;
use pegcount::{
    Action, AskId, CallId, CallOptions, Cause, Event, Failure, Headers, Look, Now, Purpose, Report, RequestId, Sent,
    Session, StoreAnswer, wire,
};
use serde_json::{Value, json};

/// What no text for people may hold.
pub(crate) const SECRET: &str = "s3cret-that-nobody-may-see";

/// Where the wall clock begins.
const WALL: i64 = 1_773_132_000_000;
/// So many turns, each with its wait, and whatever is left has ended.
const TURNS: usize = 400;
/// Orders that may come between two waits, for each call beside the first.
const ORDERS: usize = 32;

/// An exchange that was ordered.
#[derive(Clone, Copy)]
pub(crate) struct Flight {
    pub(crate) id: RequestId,
    pub(crate) look: Look,
    pub(crate) is_wanted: bool,
}

/// A question that was asked, to the store or to the provider.
#[derive(Clone, Copy)]
pub(crate) enum Ask {
    Store(AskId),
    Credentials(AskId),
}

/// A session with its host.
pub(crate) struct Stage {
    session: Session,
    pub(crate) now: Now,
    /// The open calls, and how many pages each was asked for.
    pub(crate) open: BTreeMap<CallId, u32>,
    /// In the order in which they were ordered; what was aborted stays, for late answers.
    pub(crate) flights: Vec<Flight>,
    pub(crate) asks: Vec<Ask>,
    /// The latest page.
    pub(crate) page: Option<pegcount::PageContext>,
    /// Where the latest call that ended early goes on.
    pub(crate) resume: Option<String>,
    /// The last id that was handed out.
    last_id: u64,
    /// When the session wants to be asked again.
    pub(crate) until: Option<u64>,
}

impl Stage {
    /// Begins a session; none where the configuration is refused.
    pub(crate) fn new(mut arguments: Value) -> Option<Self> {
        arguments["region"] = json!("eu_west_1");
        arguments["seed"] = json!(1);
        let (session, _) = wire::open(&arguments, &|_| None, &Files::default()).ok()?;
        Some(Stage {
            session,
            now: Now { mono: 0, wall: WALL },
            open: BTreeMap::new(),
            flights: Vec::new(),
            asks: Vec::new(),
            page: None,
            resume: None,
            last_id: 0,
            until: None,
        })
    }

    /// With a ready token, and a report of which a page was asked for.
    pub(crate) fn asking(report: &Value) -> Option<Self> {
        let mut stage = Stage::new(json!({"token": SECRET}))?;
        let call = stage.start(report, &json!({}))?;
        stage.pull(call);
        stage.poll();
        Some(stage)
    }

    pub(crate) fn start(&mut self, report: &Value, options: &Value) -> Option<CallId> {
        let started = Report::from_json(report).and_then(|report| {
            let options: CallOptions = wire::call_options(options)?;
            self.session.start(report, options, self.now)
        });
        match started {
            Err(error) => {
                said(&format!("{error:?}{error}"));
                None
            }
            Ok(call) => {
                self.fresh(call.0);
                self.open.insert(call, 0);
                Some(call)
            }
        }
    }

    pub(crate) fn pull(&mut self, call: CallId) {
        self.open.entry(call).and_modify(|pulls| *pulls += 1);
        self.session.pull(call, self.now);
    }

    pub(crate) fn cancel(&mut self, call: CallId) {
        self.session.cancel(call, self.now);
    }

    pub(crate) fn pass(&mut self, milliseconds: u64) {
        self.now.mono = self.now.mono.saturating_add(milliseconds);
        self.now.wall = self.now.wall.saturating_add_unsigned(milliseconds);
    }

    /// The exchange that was ordered last and is still wanted.
    pub(crate) fn latest(&self) -> Option<Flight> {
        self.flights.iter().rev().find(|flight| flight.is_wanted).copied()
    }

    pub(crate) fn answer(&mut self, flight: Flight, status: u16, headers: &[(Vec<u8>, Vec<u8>)], body: &[u8]) {
        self.flights.retain(|other| other.id != flight.id);
        let seen = pegcount::inspect(flight.look, status, Headers::from_pairs(headers), body);
        let carried = wire::read_seen(&wire::seen(&seen)).expect("what was seen travels");
        assert_eq!(carried, seen, "what was seen travels whole");
        self.session.handle_response(flight.id, carried, self.now);
    }

    pub(crate) fn fail(&mut self, flight: Flight, sent: Sent, cause: Cause) {
        self.flights.retain(|other| other.id != flight.id);
        let failure = Failure { sent, cause, detail: "it broke".into() };
        self.session.handle_failure(flight.id, failure, self.now);
    }

    pub(crate) fn store(&mut self, id: AskId, answer: StoreAnswer) {
        self.session.handle_store(id, answer, self.now);
    }

    pub(crate) fn provide(&mut self, id: AskId, answer: &Value) {
        if let Ok(answer) = wire::provided(answer) {
            self.session.handle_credentials(id, answer, self.now);
        }
    }

    /// Takes orders until there is none. Says whether nothing is left to wait for.
    pub(crate) fn poll(&mut self) -> bool {
        let most = ORDERS * (1 + self.open.len());
        for _ in 0..most {
            let action = self.session.poll(self.now);
            said(&format!("{action:?}{:?}", self.session));
            match action {
                Action::Send { id, call, purpose, request, look, .. } => {
                    self.fresh(id.0);
                    assert!(call.is_none_or(|call| self.open.contains_key(&call)), "an exchange for a call that ended");
                    let host = request.uri().host().unwrap_or_default();
                    match host.ends_with(".mypurecloud.ie") {
                        true => assert_ne!(look, Look::File),
                        false => assert!(!request.headers().contains_key("authorization"), "a token for {host}"),
                    }
                    let minting = self.flights.iter().any(|flight| flight.is_wanted && flight.look == Look::Token);
                    assert!(purpose != Purpose::Login || !minting, "two log-ins at once");
                    self.flights.push(Flight { id, look, is_wanted: true });
                }
                Action::Abort { id } => {
                    let flight = self.flights.iter_mut().find(|flight| flight.id == id);
                    flight.expect("what is aborted is on its way").is_wanted = false;
                }
                Action::Store { id, .. } => {
                    self.fresh(id.0);
                    self.asks.push(Ask::Store(id));
                }
                Action::Credentials { id } => {
                    self.fresh(id.0);
                    self.asks.push(Ask::Credentials(id));
                }
                Action::Emit { call, event } => self.told(call, event),
                Action::Wait { until, .. } => {
                    assert!(until.is_none_or(|until| until > self.now.mono), "a wait for what has been");
                    let is_unasked = self.open.values().any(|pulls| *pulls == 0);
                    let is_awaited = self.flights.iter().any(|flight| flight.is_wanted) || !self.asks.is_empty();
                    assert!(until.is_some() || is_awaited || is_unasked, "a wait for ever");
                    self.until = until;
                    self.heard();
                    return false;
                }
                Action::Idle => {
                    assert!(self.open.is_empty(), "idle beside {} open calls", self.open.len());
                    self.until = None;
                    self.heard();
                    return true;
                }
            }
        }
        panic!("{most} orders and no end");
    }

    fn told(&mut self, call: CallId, event: Event) {
        let pulls = self.open.get_mut(&call).expect("words for an open call only");
        match event {
            Event::Page(page) => {
                assert!(*pulls > 0, "a page that nobody asked for");
                *pulls -= 1;
                self.page = Some(page);
            }
            Event::Done(_) => drop(self.open.remove(&call)),
            Event::Failed(error) => {
                said(&wire::error(&error).to_string());
                self.resume = error.explanation.resume.clone().or(self.resume.take());
                self.open.remove(&call);
            }
        }
    }

    fn heard(&mut self) {
        while let Some(notice) = self.session.observe() {
            said(&wire::notice(&notice).to_string());
        }
    }

    /// Ids are never given twice.
    fn fresh(&mut self, id: u64) {
        assert!(id > self.last_id, "id {id} after {}", self.last_id);
        self.last_id = id;
    }

    /// Ends everything: then nothing is kept.
    pub(crate) fn end(mut self) {
        for call in self.open.keys().copied().collect::<Vec<_>>() {
            self.cancel(call);
        }
        for _ in 0..TURNS {
            if self.poll() && self.flights.is_empty() && self.asks.is_empty() {
                return assert_eq!(self.session.entries(), 0, "an idle session keeps nothing");
            }
            for flight in std::mem::take(&mut self.flights) {
                self.fail(flight, Sent::Maybe, Cause::Broken);
            }
            for ask in std::mem::take(&mut self.asks) {
                match ask {
                    Ask::Store(id) => self.store(id, StoreAnswer::Failed("it is gone".into())),
                    Ask::Credentials(id) => self.provide(id, &json!({"failed": "it is gone"})),
                }
            }
            if let Some(until) = self.until {
                self.pass(until.saturating_sub(self.now.mono));
            }
        }
        panic!("it does not end");
    }
}

/// Looks at a text for people.
pub(crate) fn said(text: &str) {
    assert!(!text.contains(SECRET), "a secret shows: {}", text.replace(SECRET, "<SECRET>"));
}
