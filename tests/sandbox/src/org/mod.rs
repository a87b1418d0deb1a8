//! The organisation: a pure machine from request and time to answer.

mod authorize;
pub mod clients;
mod control;
pub mod faults;
mod gate;
mod grants;
mod login;
mod mishaps;
mod page;
mod rights;
pub(crate) mod scopes;
pub mod tokens;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::agents::timeline::Timelines;
use crate::analytics::jobs::Job;
use crate::analytics::matches::Remembered;
use crate::audits::events::Journal;
use crate::catalogue::Catalogue;
use crate::directory::{Directory, SHORT_NAME, Size};
use crate::entities::adherence::Asked;
use crate::refusal::Refusal;
use crate::rng::key;
use crate::time::{DAY, HOUR, Interval, SECOND, day_of, http_date, iso};
use crate::traffic::Traffic;
use crate::uuid::Uuid;
use crate::wire::{Effect, Origin, Request, Response};
use clients::Clients;
use faults::{Fault, Faults};
pub(crate) use gate::{Call, LARGEST_BODY};
use login::MintLimit;
pub(crate) use mishaps::{Fate, Stage};
use tokens::Tokens;

/// The longest life of a token in seconds: that of clients for SCIM.
pub const LONGEST_LIFE: i64 = 38_880_000;

/// Requests a token may make in a minute, usually.
pub(crate) const USUAL_RATE: i64 = 300;

/// What an organisation is made from. The same options and the same requests at the same times give the same bytes.
#[derive(Clone, Debug)]
pub struct Options {
    /// Every id, name and conversation follows from it.
    pub seed: u64,
    /// How big it is.
    pub size: Size,
    /// The moment it is started, in milliseconds since 1970.
    pub now: i64,
    /// Requests a token may make in a minute; 0 means no limit.
    pub rate: i64,
    /// Life of a token in seconds.
    pub token_life: i64,
    /// Faults that are on from the start.
    pub faults: Vec<Fault>,
    /// The origin of files, as signed URLs name it.
    pub files: String,
}

impl Options {
    /// A small organisation with the limits of a genuine one.
    pub fn new(now: i64) -> Self {
        let files = "https://files.sandbox.example.com".into();
        Self { seed: 1, size: Size::Small, now, rate: USUAL_RATE, token_life: 86_400, faults: Vec::new(), files }
    }
}

/// One line of the request log.
#[derive(Clone, Debug)]
struct Logged {
    at: i64,
    method: String,
    path: String,
    status: u16,
    client: Option<usize>,
    effect: Effect,
}

/// A line of the log, for those who count them.
pub(crate) struct Answered<'a> {
    pub(crate) at: i64,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) status: u16,
    pub(crate) client: Option<usize>,
}

/// A simulated organisation.
#[derive(Clone, Debug)]
pub struct Org {
    pub(crate) seed: u64,
    pub(crate) directory: Arc<Directory>,
    pub(crate) traffic: Traffic,
    pub(crate) timelines: Timelines,
    /// Questions after the use of the API: of which client, and the query.
    pub(crate) usage: BTreeMap<String, (Option<String>, Value, Fate)>,
    /// What happened while it ran, for audits, and the queries after it: when each was asked, and what.
    pub(crate) journal: Journal,
    pub(crate) audit_queries: BTreeMap<String, (Fate, Value)>,
    /// When recordings of a conversation were asked for that had been put away.
    pub(crate) restores: BTreeMap<Uuid, i64>,
    /// The same of those whose sound had to be brought into another format.
    pub(crate) transcodes: BTreeMap<Uuid, i64>,
    pub(crate) remembered: Remembered,
    pub(crate) jobs: BTreeMap<String, Job>,
    pub(crate) adherence: BTreeMap<String, Asked>,
    catalogue: Catalogue,
    clients: Clients,
    tokens: Tokens,
    faults: Faults,
    rate: i64,
    token_life_ms: i64,
    idle_ms: Option<i64>,
    enforces_scopes: bool,
    mint: MintLimit,
    clock_ms: i64,
    answered: u64,
    log: VecDeque<Logged>,
    ready_day: i64,
    started: i64,
    ready_clients: Value,
    options: Options,
}

impl Org {
    /// Founds an organisation.
    pub fn new(options: &Options) -> Self {
        // A call begun before midnight may be wrapped up until two: only then is yesterday over.
        let ready_day = day_of(options.now - 2 * HOUR) - 1;
        let directory = Arc::new(Directory::new(options.seed, options.size, ready_day));
        let traffic = Traffic::new(options.seed, options.size.per_day(), directory.clone(), ready_day);
        let mut org = Self {
            seed: options.seed,
            traffic,
            timelines: Timelines::default(),
            usage: BTreeMap::new(),
            journal: Journal::default(),
            audit_queries: BTreeMap::new(),
            restores: BTreeMap::new(),
            transcodes: BTreeMap::new(),
            remembered: Remembered::default(),
            jobs: BTreeMap::new(),
            adherence: BTreeMap::new(),
            catalogue: Catalogue::default(),
            clients: Clients::new(options.seed, &directory),
            tokens: Tokens::new(options.seed),
            directory,
            faults: Faults::default(),
            rate: options.rate,
            token_life_ms: options.token_life * SECOND,
            idle_ms: None,
            enforces_scopes: false,
            mint: MintLimit::default(),
            clock_ms: 0,
            answered: 0,
            log: VecDeque::new(),
            ready_day,
            started: options.now,
            ready_clients: Value::Null,
            options: options.clone(),
        };
        org.ready_clients = org.clients.credentials();
        for fault in &options.faults {
            org.switch_on(fault.clone(), options.now);
        }
        org
    }

    /// The ready line of the contract, for a server at `base`, with the secrets as they were at the founding.
    pub fn ready(&self, base: &str) -> Value {
        let day = Interval { start: self.ready_day * DAY, end: (self.ready_day + 1) * DAY };
        json!({
            "api": base,
            "login": base,
            "files": self.options.files,
            "now": iso(self.started),
            "interval": day.text(),
            "clients": self.ready_clients,
            "org": SHORT_NAME,
            "user": self.clients.account.json(),
            "control": format!("{base}/sandbox"),
        })
    }

    /// Answers a request that was read at `now` (milliseconds since 1970).
    pub fn handle(&mut self, request: &Request, now: i64) -> Response {
        let now = now + self.clock_ms;
        self.clients.settle(now);
        let path = request.path().to_string();
        let is_api = request.origin == Origin::Api;
        if is_api && (path == "/sandbox" || path.starts_with("/sandbox/")) {
            return self.control(request, now);
        }
        self.answered += 1;
        let context = Uuid::from_halves(key(&[self.seed, self.answered, 5]), key(&[self.seed, self.answered, 6]));
        let context = context.to_string();
        let mut client = None;
        let mut response = match self.mishap(request, now, &context) {
            Some(response) => response,
            None if is_api => self.serve(request, now, &context, &mut client),
            None => self.file(request, now, &context),
        };
        if let ("/oauth/token", 200, Some(client)) = (path.as_str(), response.status, client) {
            self.note(now, client, ("AccessToken", "Create"), None);
        }
        self.disturb(&path, &mut response);
        // What did not come from the API has no correlation id.
        if is_api && response.value("Content-Type") == Some("application/json") {
            response.headers.push(("ININ-Correlation-Id".into(), context));
        }
        let skew = self.faults.lasting("skew", &path).map_or(0, |arg| arg.unwrap_or(300) * SECOND);
        response.headers.push(("Date".into(), http_date(now + skew)));
        self.faults.pass(&path);
        self.write_log(request, now, &response, client);
        response
    }

    fn serve(&mut self, request: &Request, now: i64, context: &str, client: &mut Option<usize>) -> Response {
        let path = request.path();
        match path {
            "/oauth/token" => self.login(request, now, client),
            "/oauth/authorize" => self.authorize(request, now, client),
            "/.well-known/oauth-authorization-server" => self.metadata(request),
            _ if path.starts_with("/api/") => self.api(request, now, context, client),
            _ => self.refuse(&Refusal::not_found(), context),
        }
    }

    /// A refusal as an answer.
    fn refuse(&self, refusal: &Refusal, context: &str) -> Response {
        let response = Response::json(refusal.status, refusal.body(context));
        match refusal.retry_after {
            Some(seconds) => response.header("Retry-After", seconds.to_string()),
            None => response,
        }
    }

    fn write_log(&mut self, request: &Request, at: i64, response: &Response, client: Option<usize>) {
        const KEPT: usize = 100_000;
        if self.log.len() == KEPT {
            self.log.pop_front();
        }
        self.log.push_back(Logged {
            at,
            method: request.method.clone(),
            path: request.path().to_string(),
            status: response.status,
            client,
            effect: response.effect,
        });
    }

    /// The origin of files.
    pub(crate) fn files(&self) -> &str {
        &self.options.files
    }

    /// Makes void what was given out for a user.
    pub(crate) fn revoke_user(&mut self, user: Uuid, now: i64) {
        let clients = self.tokens.revoke_user(user);
        self.note_void(now, &clients);
    }

    /// After how long without use any token is void, if it is.
    pub(crate) fn idle_limit(&self) -> Option<i64> {
        self.idle_ms
    }

    /// Changes it.
    pub(crate) fn set_idle_limit(&mut self, limit: Option<i64>, now: i64) {
        let seconds = |limit: Option<i64>| limit.unwrap_or_default() / SECOND;
        self.note_setting(now, "idleTokenTimeoutSeconds", seconds(self.idle_ms), seconds(limit));
        self.idle_ms = limit;
    }

    /// The OAuth clients.
    pub(crate) fn clients(&self) -> &Clients {
        &self.clients
    }

    /// The operations there are.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Requests a token may make in a minute.
    pub(crate) fn allowed_rate(&self) -> i64 {
        if self.rate > 0 { self.rate } else { 1_000_000 }
    }

    /// The calls of the API that were answered, as far as the log goes back.
    pub(crate) fn answered_calls(&self) -> impl Iterator<Item = Answered<'_>> {
        self.log.iter().map(|line| Answered {
            at: line.at,
            method: &line.method,
            path: &line.path,
            status: line.status,
            client: line.client,
        })
    }

    /// The divisions' names by id, for answers that embed them.
    pub(crate) fn division_json(&self, at: usize) -> Value {
        let division = &self.directory.divisions[at];
        let id = division.id.to_string();
        json!({"id": id, "name": division.name, "selfUri": format!("/api/v2/authorization/divisions/{id}")})
    }
}
