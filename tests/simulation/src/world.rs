//! The world of one run: a clock that jumps from one happening to the next.

use std::collections::BTreeMap;

use pegcount::{Action, AskId, CallId, Look, Provided, RequestId, StoreAnswer, StoreOp};
use pegcount_sandbox::{Org, Request};
use serde_json::{Value, json};

use crate::host::{Host, Settings};
use crate::judge::{Judge, Minted, Spent};
use crate::logins::{Way, prepare};
use crate::network::{Answer, Fate};
use crate::plan::Plan;
use crate::rng::Rng;
use crate::store::Store;
use crate::truth::{FOUNDED, Truth};

/// Something that happens at a time.
#[derive(Debug)]
pub(crate) enum Happening {
    /// A user begins a call.
    Begin,
    /// A user acts on a call.
    Act(CallId, Act),
    /// A request arrives at a server.
    Arrive { id: RequestId, look: Look, request: Request, fate: Fate },
    /// An answer, or the news that there is none, arrives at the host.
    Answer { id: RequestId, look: Look, answer: Answer },
    /// The host has waited long enough.
    Timeout(RequestId),
    /// The store does what it was asked.
    Store(AskId, StoreOp),
    /// The store answers, truly or not.
    Stored(AskId, StoreAnswer, bool),
    /// The vault answers.
    Provided(AskId, Result<Provided, String>),
    /// The session wants to be polled.
    Wake,
    /// The host polls and asks out of turn.
    Nudge,
    /// The process dies, and comes back with nothing.
    Crash,
    /// The vault gets another secret.
    Rotate,
    /// The wall clock is set.
    Jump,
}

/// What a user does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Asks for the next page.
    Pull,
    /// Gives it up.
    Cancel,
}

/// How often things happened, over many runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that were begun.
    pub calls: u64,
    /// Calls that were finished.
    pub done: u64,
    /// Calls that failed.
    pub failed: u64,
    /// Calls that went on where an earlier one had failed.
    pub resumed: u64,
    /// Requests that arrived at a server.
    pub requests: u64,
    /// Log-ins that were sent.
    pub logins: u64,
    /// Rows that were compared.
    pub rows: u64,
}

impl Counts {
    /// Adds those of another run.
    pub fn add(&mut self, other: Counts) {
        self.calls += other.calls;
        self.done += other.done;
        self.failed += other.failed;
        self.resumed += other.resumed;
        self.requests += other.requests;
        self.logins += other.logins;
        self.rows += other.rows;
    }
}

/// Everything there is in one run.
#[derive(Debug)]
pub(crate) struct World<'a> {
    pub(crate) plan: Plan,
    pub(crate) rng: Rng,
    pub(crate) now: i64,
    pub(crate) org: Org,
    pub(crate) truth: &'a mut Truth,
    pub(crate) hosts: Vec<Host>,
    settings: Settings,
    pub(crate) store: Store,
    /// What the vault gives.
    pub(crate) secret: String,
    pub(crate) minted: Minted,
    pub(crate) spent: Spent,
    pub(crate) judge: Judge,
    pub(crate) counts: Counts,
    queue: BTreeMap<(i64, u64), (usize, u32, Happening)>,
    happened: u64,
    /// What happened, where somebody listens.
    pub(crate) story: Option<Vec<String>>,
}

/// Happenings after which a run counts as one that does not end.
const MOST: u64 = 400_000;

impl<'a> World<'a> {
    pub(crate) fn new(seed: u64, truth: &'a mut Truth, listens: bool) -> Self {
        let mut rng = Rng::new(seed);
        let plan = Plan::draw(&mut rng, FOUNDED);
        let mut org = truth.founded.clone();
        let now = plan.begins;
        let mut control = |path: &str, body: Value| {
            let request = Request::new("POST", path).body("application/json", body.to_string());
            let answer = org.handle(&request, now);
            assert!(answer.status == 200, "{path} {body}: {}", String::from_utf8_lossy(&answer.body));
        };
        control("/sandbox/token-life", json!({"seconds": plan.life}));
        control("/sandbox/rate", json!({"allowed": plan.rate}));
        control("/sandbox/mint", json!({"per_minute": plan.mint}));
        if let Some(fault) = plan.fault {
            let (arg, count) = match fault {
                "too-large" => (Some(rng.pick(&[5, 20])), 0),
                "job-slow" => (Some(600), 1),
                _ => (None, if fault.starts_with("job") { 1 } else { 0 }),
            };
            control("/sandbox/faults", json!({"name": fault, "arg": arg, "count": count}));
        }
        let prepared = prepare(&mut org, plan.way, now, plan.form, &mut rng);
        let config = pegcount::Config {
            timeout: plan.timeout,
            max_in_flight: plan.in_flight,
            pace: plan.pace,
            store: plan.store,
            user_agent: "simulation".to_owned(),
            ..pegcount::Config::new(Settings::region(), prepared.credentials)
        };
        let settings = Settings { config, skew: 0 };
        let mut world = World {
            hosts: (0..plan.hosts).map(|_| Host::start(&settings, 0, now, rng.bits())).collect(),
            judge: Judge::new(prepared.secrets),
            secret: prepared.secret,
            settings,
            store: Store::default(),
            minted: Minted::default(),
            spent: Spent::default(),
            counts: Counts::default(),
            queue: BTreeMap::new(),
            happened: 0,
            story: listens.then(Vec::new),
            plan,
            rng,
            now,
            org,
            truth,
        };
        world.set_out();
        world
    }

    /// What will happen whatever the sessions do.
    fn set_out(&mut self) {
        self.tell(|world| format!("{:?}", world.plan));
        let span = if self.plan.is_schedule { self.plan.calls as i64 * self.plan.pause } else { 3_600_000 };
        for at in 0..self.hosts.len() {
            let mut when = 0;
            for nth in 0..self.plan.calls {
                when = match self.plan.is_schedule {
                    true => (nth as i64 + 1) * self.plan.pause - self.plan.begins % self.plan.pause,
                    // A code is good for a minute.
                    false if nth == 0 => self.rng.between(0, 2_000),
                    false => when + self.rng.between(0, self.plan.pause),
                };
                self.later(at, when, Happening::Begin);
            }
            if self.plan.weather.api > 0 {
                for _ in 0..self.rng.below(6) {
                    let when = self.rng.between(0, 600_000);
                    self.later(at, when, Happening::Nudge);
                }
            }
            if self.plan.crashes {
                for _ in 0..=self.rng.below(2) {
                    let when = if self.plan.is_schedule { span } else { self.rng.pick(&[5_000, 60_000, 600_000]) };
                    let when = self.rng.between(0, when);
                    self.later(at, when, Happening::Crash);
                }
            }
            if self.plan.jumps {
                self.hosts[at].skew = self.rng.between(-600_000, 600_000);
                let when = self.rng.between(0, 600_000);
                self.later(at, when, Happening::Jump);
            }
        }
        if self.plan.way == Way::Provider && !self.plan.is_calm() {
            for _ in 0..self.rng.below(4) {
                let when = self.rng.between(0, span);
                self.later(0, when, Happening::Rotate);
            }
        }
    }

    /// Lets something happen to a host after so many milliseconds.
    pub(crate) fn later(&mut self, at: usize, wait: i64, what: Happening) {
        self.happened += 1;
        let epoch = self.hosts[at].epoch;
        self.queue.insert((self.now + wait, self.happened), (at, epoch, what));
    }

    /// Adds a line to the story.
    pub(crate) fn tell(&mut self, line: impl FnOnce(&Self) -> String) {
        if self.story.is_some() {
            let line = format!("{:>12} {}", self.now - self.plan.begins, line(self));
            self.story.as_mut().map(|story| story.push(line)).unwrap_or_default();
        }
    }

    /// Lets everything happen, until nothing is left or something does not hold.
    pub(crate) fn run(&mut self) {
        while self.judge.broken.is_none()
            && let Some(((when, _), (at, epoch, what))) = self.queue.pop_first()
        {
            self.judge.must(self.happened < MOST, || "it does not end".to_owned());
            self.now = when;
            self.happen(at, epoch, what);
        }
        for at in 0..self.hosts.len() {
            self.drain(at);
            let host = &mut self.hosts[at];
            let clock = host.clock(self.now);
            let (open, last) = (host.calls.len(), host.session.poll(clock));
            self.judge.must(open == 0, || format!("{open} calls of host {at} wait for ever"));
            self.judge.must(matches!(last, Action::Idle), || format!("host {at} has nothing to do and says {last:?}"));
        }
    }

    fn happen(&mut self, at: usize, epoch: u32, what: Happening) {
        let is_gone = self.hosts[at].epoch != epoch;
        match what {
            Happening::Begin => self.begin(at),
            Happening::Arrive { id, look, request, fate } => return self.arrive(at, epoch, id, look, &request, &fate),
            Happening::Store(id, op) => return self.perform(at, epoch, id, op),
            Happening::Crash => self.crash(at),
            Happening::Jump => {
                let by = self.rng.pick(&[-90_000_000, -3_600_000, 59_000, 3_600_000, 90_000_000]);
                self.hosts[at].skew += by;
            }
            Happening::Rotate => self.rotate(),
            Happening::Nudge => self.nudge(at),
            _ if is_gone => return,
            Happening::Act(call, act) => self.act(at, call, act),
            Happening::Answer { id, look, answer } => self.answered(at, id, look, &answer),
            Happening::Timeout(id) => self.timed_out(at, id),
            Happening::Stored(id, answer, is_odd) => self.stored(at, id, answer, is_odd),
            Happening::Provided(id, answer) => self.provided(at, id, answer),
            Happening::Wake => {}
        }
        self.drain(at);
    }

    /// For what outlives the session that asked for it.
    pub(crate) fn later_of(&mut self, at: usize, epoch: u32, wait: i64, what: Happening) {
        self.happened += 1;
        self.queue.insert((self.now + wait, self.happened), (at, epoch, what));
    }

    fn crash(&mut self, at: usize) {
        self.tell(|_| format!("host {at} dies"));
        let (epoch, skew) = (self.hosts[at].epoch + 1, self.hosts[at].skew);
        let seed = self.rng.bits();
        let settings = Settings { skew, ..self.settings.clone() };
        self.hosts[at] = Host::start(&settings, epoch, self.now, seed);
        // It may have died between having a token and sharing it.
        self.minted.forget();
        self.spent.doubt();
    }

    fn rotate(&mut self) {
        let request = Request::new("POST", "/sandbox/clients/admin/rotate-secret");
        let answer = self.org.handle(&request, self.now).parsed();
        answer["client_secret"].as_str().unwrap_or_default().clone_into(&mut self.secret);
        self.judge.keep(&self.secret.clone());
        self.tell(|_| "the secret is replaced".to_owned());
    }
}
