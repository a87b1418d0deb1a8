//! A client of the organisation, in as few lines as a test can bear.

use std::collections::BTreeMap;

use pegcount_sandbox::time::{Interval, parse_iso};
use pegcount_sandbox::{Options, Org, Origin, Request, Response, Size};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::definitions::DEFINITIONS;
use crate::sense;

pub(crate) const DETAILS: &str = "/api/v2/analytics/conversations/details/query";
pub(crate) const AGGREGATES: &str = "/api/v2/analytics/conversations/aggregates/query";
pub(crate) const OBSERVATIONS: &str = "/api/v2/analytics/queues/observations/query";

pub(crate) const USER_DETAILS: &str = "/api/v2/analytics/users/details/query";
pub(crate) const USER_AGGREGATES: &str = "/api/v2/analytics/users/aggregates/query";

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Faults whose answers are none of the API, or that have more than it defines.
const UNDEFINED: [&str; 10] =
    ["401", "502", "deep", "empty", "future", "gzip-bomb", "hang", "html", "huge", "reset-before"];

/// What counting needs beside the permissions of `reporting`.
const COUNTING: [&str; 9] = [
    "analytics:botAggregate:view",
    "analytics:evaluationAggregate:view",
    "analytics:resolutionAggregate:view",
    "analytics:speechAndTextAnalyticsAggregates:view",
    "analytics:summaryAggregate:view",
    "analytics:surveyAggregate:view",
    "analytics:teamObservation:view",
    "groups:team:view",
    "quality:survey:view",
];

/// Where the log-in page sends a user back to in these tests.
pub(crate) const REDIRECT: &str = "http://127.0.0.1:49152/callback";

/// The pair of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// An organisation, the present, and a token.
pub(crate) struct Caller {
    pub(crate) org: Org,
    pub(crate) now: i64,
    pub(crate) ready: Value,
    pub(crate) token: String,
    /// How many answers were judged.
    pub(crate) judged: usize,
    /// Whether what happened since was asked for: a fault may say what no request leads to.
    is_sound: bool,
    /// What each token was told of its rate.
    rates: BTreeMap<String, Option<sense::Told>>,
}

impl Caller {
    pub(crate) fn new(client: &str) -> Self {
        Self::with(client, |_| ())
    }

    /// A client of any organisation of a size; which one it is, is told where a test fails.
    pub(crate) fn anywhere(client: &str, size: Size, chance: &mut Chance) -> Self {
        let seed = chance.below(1_000_000) as u64;
        println!("The organisation has seed {seed} and is {size:?}.");
        Self::with(client, |options| (options.seed, options.size) = (seed, size))
    }

    pub(crate) fn medium(client: &str) -> Self {
        Self::with(client, |options| options.size = Size::Medium)
    }

    pub(crate) fn with(client: &str, change: impl FnOnce(&mut Options)) -> Self {
        let now = parse_iso("2026-03-10T15:00:00Z").unwrap();
        let mut options = Options::new(now);
        options.rate = 0;
        change(&mut options);
        let org = Org::new(&options);
        let ready = org.ready("http://sandbox");
        let (judged, rates) = (0, BTreeMap::new());
        let mut caller = Self { org, now, ready, token: String::new(), judged, is_sound: true, rates };
        caller.log_in(client);
        caller
    }

    /// Logs in as another client; tells the answer.
    pub(crate) fn log_in(&mut self, client: &str) -> Response {
        self.grant(client, &[("grant_type", "client_credentials")])
    }

    /// Logs in as `emea-only`, which here may read whatever is counted in its division.
    pub(crate) fn log_in_to_emea(&mut self) {
        let more = serde_json::json!({"add": COUNTING, "after_ms": 0});
        self.control("POST", "/clients/emea-only/permissions", more);
        self.log_in("emea-only");
    }

    /// Logs in as a client that may read whatever is counted, of what it sees.
    pub(crate) fn log_in_to_count(&mut self, client: &str) {
        match client {
            "emea-only" => self.log_in_to_emea(),
            _ => _ = self.log_in(client),
        }
    }

    /// Asks for a token as a client, with its secret in the form if it has one; tells the answer.
    pub(crate) fn grant(&mut self, client: &str, fields: &[(&str, &str)]) -> Response {
        let keys = self.ready["clients"][client].clone();
        let known = ["client_id", "client_secret"].into_iter();
        let known: Vec<(&str, &str)> = known.filter_map(|name| Some((name, keys[name].as_str()?))).collect();
        let form = form(&[fields, &known].concat());
        let answer = self.send(Request::new("POST", "/oauth/token").body(FORM, form));
        self.token = answer.parsed()["access_token"].as_str().unwrap_or_default().to_string();
        answer
    }

    /// The address of the log-in page: what a client asks with, changed by `more`; an empty value leaves a field out.
    pub(crate) fn page(&self, client: &str, more: &[(&str, &str)]) -> String {
        let id = self.ready["clients"][client]["client_id"].as_str().unwrap();
        let mut fields = BTreeMap::from([("response_type", "code"), ("client_id", id), ("redirect_uri", REDIRECT)]);
        fields.insert("state", "of mine & yours");
        if client == "pkce" {
            fields.extend([("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]);
        }
        fields.extend(more.iter().copied());
        fields.retain(|_, value| !value.is_empty());
        let fields: Vec<(&str, &str)> = fields.into_iter().collect();
        format!("/oauth/authorize?{}", form(&fields))
    }

    /// Sends the log-in page at this address with name and password.
    pub(crate) fn agree(&mut self, page: &str) -> Response {
        let user = self.ready["user"].clone();
        let (name, password) = (user["username"].as_str().unwrap(), user["password"].as_str().unwrap());
        let filled = form(&[("username", name), ("password", password), ("decision", "allow")]);
        self.send(Request::new("POST", page).body(FORM, filled))
    }

    /// A code for a client, as the user got it.
    pub(crate) fn code(&mut self, client: &str) -> String {
        let page = self.page(client, &[]);
        let answer = self.agree(&page);
        sent_back(&answer)["code"].clone()
    }

    /// The faults of [`UNDEFINED`] that are on for a path, each with how often it will strike yet.
    fn spoilers(&mut self, path: &str) -> Vec<Value> {
        let answer = self.org.handle(&Request::new("GET", "/sandbox/faults"), self.now).parsed();
        let mut all = answer["faults"].as_array().cloned().unwrap_or_default();
        all.retain(|fault| {
            UNDEFINED.iter().any(|name| fault["name"] == *name)
                && path.starts_with(fault["path"].as_str().unwrap_or(""))
        });
        all
    }

    /// Asks; what the API answers must be what the definitions say, unless a fault spoilt it.
    pub(crate) fn send(&mut self, request: Request) -> Response {
        let before = self.spoilers(request.path());
        let answer = self.org.handle(&request, self.now);
        let after = if before.is_empty() { Vec::new() } else { self.spoilers(request.path()) };
        // What strikes for ever is not counted down.
        let strikes = before != after || before.iter().any(|fault| fault["left"].is_null());
        // Where lists are emptied and members added, refusals stay what they are.
        let spares =
            answer.status >= 400 && before.iter().all(|it| ["empty", "future"].iter().any(|of| it["name"] == *of));
        let is_spoilt = !before.is_empty() && strikes && !spares;
        if !is_spoilt && request.origin == Origin::Api && request.path().starts_with("/api/v2/") {
            let mut complaints = DEFINITIONS.judge(&request.method, request.path(), &answer).complaints;
            complaints.extend(self.sense(&request, &answer));
            let (few, asked) = (&complaints[..complaints.len().min(20)], (&request.method, &request.target));
            assert!(few.is_empty(), "{asked:?}: {}\n{few:#?}", answer.status);
            self.judged += 1;
        }
        answer
    }

    /// What there is to say of an answer beside what the definitions say.
    fn sense(&mut self, request: &Request, answer: &Response) -> Vec<String> {
        let body = answer.parsed();
        let mut wrong = sense::of_values(&body);
        if answer.status < 300 {
            wrong.extend(sense::of_pages(request, &body));
            wrong.extend(sense::of_objects(request.path(), &body));
        }
        if self.is_sound {
            let token = request.value("Authorization").unwrap_or_default().to_string();
            wrong.extend(sense::of_rate(answer, self.now, self.rates.entry(token).or_default()));
            // The other code of this status is one that no request leads to.
            if answer.status == 404 && body["code"] != "not.found" {
                wrong.push(format!("a 404 that says {}", body["code"]));
            }
        }
        wrong
    }

    pub(crate) fn get(&mut self, target: &str) -> Response {
        let authorization = format!("Bearer {}", self.token);
        self.send(Request::new("GET", target).header("Authorization", &authorization))
    }

    pub(crate) fn delete(&mut self, target: &str) -> Response {
        let authorization = format!("Bearer {}", self.token);
        self.send(Request::new("DELETE", target).header("Authorization", &authorization))
    }

    pub(crate) fn post(&mut self, target: &str, body: Value) -> Response {
        let authorization = format!("Bearer {}", self.token);
        let request = Request::new("POST", target).header("Authorization", &authorization);
        self.send(request.body("application/json", body.to_string()))
    }

    pub(crate) fn control(&mut self, method: &str, path: &str, body: Value) -> Value {
        self.is_sound &= method == "GET" || !["/faults", "/rate"].contains(&path);
        self.rates.clear();
        let request = Request::new(method, &format!("/sandbox{path}")).body("application/json", body.to_string());
        let answer = self.send(request);
        assert_eq!(answer.status, 200, "{}", answer.parsed());
        answer.parsed()
    }

    /// The finished day of the ready line.
    pub(crate) fn day(&self) -> Interval {
        Interval::parse(self.ready["interval"].as_str().unwrap()).unwrap()
    }

    /// What is answered to a query that must succeed.
    pub(crate) fn ask(&mut self, target: &str, body: Value) -> Value {
        let answer = self.post(target, body);
        assert_eq!(answer.status, 200, "{}", answer.parsed());
        answer.parsed()
    }

    /// All users a details query finds, by paging.
    pub(crate) fn page_through_users(&mut self, mut query: Value) -> Vec<Value> {
        let mut found = Vec::new();
        for number in 1.. {
            query["paging"] = serde_json::json!({"pageSize": 100, "pageNumber": number});
            match self.ask(USER_DETAILS, query.clone())["userDetails"].as_array() {
                Some(page) => found.extend(page.iter().cloned()),
                None => break,
            }
        }
        found
    }

    /// All conversations a details query finds, by paging.
    pub(crate) fn page_through(&mut self, mut query: Value) -> Vec<Value> {
        let mut found = Vec::new();
        for number in 1.. {
            query["paging"] = serde_json::json!({"pageSize": 100, "pageNumber": number});
            let answer = self.post(DETAILS, query.clone());
            assert_eq!(answer.status, 200, "{}", answer.parsed());
            match answer.parsed()["conversations"].as_array() {
                Some(page) => found.extend(page.iter().cloned()),
                None => break,
            }
        }
        found
    }
}

/// A small generator of its own: the sandbox's is not for its tests.
pub(crate) struct Chance(u64);

impl Chance {
    /// The generator of a test: the same each time, unless `PEGCOUNT_TEST_SEED` asks for another.
    pub(crate) fn of(test: u32) -> Self {
        let seed = std::env::var("PEGCOUNT_TEST_SEED").map_or(0, |seed| seed.parse::<u32>().unwrap());
        println!("PEGCOUNT_TEST_SEED={seed}");
        Self(u64::from(seed) << 32 | u64::from(test))
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// What a redirect to [`REDIRECT`] brings.
pub(crate) fn sent_back(answer: &Response) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 302, "{}", String::from_utf8_lossy(&answer.body));
    let (to, query) = answer.value("Location").unwrap().split_once('?').unwrap();
    assert_eq!(to, REDIRECT);
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// Every session of some conversations, each with its participant.
pub(crate) fn sessions(conversations: &[Value]) -> Vec<(&Value, &Value)> {
    let participants = conversations.iter().flat_map(|c| c["participants"].as_array().unwrap());
    participants.flat_map(|p| p["sessions"].as_array().unwrap().iter().map(move |s| (p, s))).collect()
}
