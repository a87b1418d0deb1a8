//! A client of the organisation, in as few lines as a test can bear.

use pegcount_sandbox::time::{Interval, parse_iso};
use pegcount_sandbox::{Options, Org, Request, Response, Size};
use serde_json::Value;

pub(crate) const DETAILS: &str = "/api/v2/analytics/conversations/details/query";
pub(crate) const AGGREGATES: &str = "/api/v2/analytics/conversations/aggregates/query";
pub(crate) const OBSERVATIONS: &str = "/api/v2/analytics/queues/observations/query";

/// An organisation, the present, and a token.
pub(crate) struct Caller {
    pub(crate) org: Org,
    pub(crate) now: i64,
    pub(crate) ready: Value,
    pub(crate) token: String,
}

impl Caller {
    pub(crate) fn new(client: &str) -> Self {
        Self::with(client, |_| ())
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
        let mut caller = Self { org, now, ready, token: String::new() };
        caller.log_in(client);
        caller
    }

    /// Logs in as another client; tells the answer.
    pub(crate) fn log_in(&mut self, client: &str) -> Response {
        let keys = &self.ready["clients"][client];
        let (id, secret) = (keys["client_id"].as_str().unwrap(), keys["client_secret"].as_str().unwrap());
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let answer = self.send(Request::new("POST", "/oauth/token").body("application/x-www-form-urlencoded", form));
        self.token = answer.parsed()["access_token"].as_str().unwrap_or_default().to_string();
        answer
    }

    pub(crate) fn send(&mut self, request: Request) -> Response {
        self.org.handle(&request, self.now)
    }

    pub(crate) fn get(&mut self, target: &str) -> Response {
        let authorization = format!("Bearer {}", self.token);
        self.send(Request::new("GET", target).header("Authorization", &authorization))
    }

    pub(crate) fn post(&mut self, target: &str, body: Value) -> Response {
        let authorization = format!("Bearer {}", self.token);
        let request = Request::new("POST", target).header("Authorization", &authorization);
        self.send(request.body("application/json", body.to_string()))
    }

    pub(crate) fn control(&mut self, method: &str, path: &str, body: Value) -> Value {
        let request = Request::new(method, &format!("/sandbox{path}")).body("application/json", body.to_string());
        let answer = self.send(request);
        assert_eq!(answer.status, 200, "{}", answer.parsed());
        answer.parsed()
    }

    /// The finished day of the ready line.
    pub(crate) fn day(&self) -> Interval {
        Interval::parse(self.ready["interval"].as_str().unwrap()).unwrap()
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

/// Every session of some conversations, each with its participant.
pub(crate) fn sessions(conversations: &[Value]) -> Vec<(&Value, &Value)> {
    let participants = conversations.iter().flat_map(|c| c["participants"].as_array().unwrap());
    participants.flat_map(|p| p["sessions"].as_array().unwrap().iter().map(move |s| (p, s))).collect()
}
