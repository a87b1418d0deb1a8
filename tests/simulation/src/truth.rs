//! What is there, asked of an organisation of the same seed to which nothing happens.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::time::{DAY, Interval, iso, parse_iso};
use pegcount_sandbox::{Options, Org, Request, Size};
use serde_json::{Value, json};

use crate::rows;

/// When every organisation is founded: 2026-03-10T12:00:00Z.
pub(crate) const FOUNDED: i64 = 1_773_144_000_000;

/// The UTC day that is over when the organisation is founded; it does not change for two days.
pub(crate) const SETTLED: Interval = Interval { start: (FOUNDED / DAY - 1) * DAY, end: FOUNDED / DAY * DAY };

/// One organisation, as it is founded and as it answers undisturbed.
#[derive(Debug)]
pub(crate) struct Truth {
    /// The organisation at its founding, to be cloned for each run.
    pub(crate) founded: Org,
    org: Org,
    token: String,
    /// Conversations by day: start and id.
    known: BTreeMap<i64, Vec<(i64, String)>>,
}

impl Truth {
    /// Founds an organisation.
    pub(crate) fn new(seed: u64) -> Self {
        let options = Options { seed, size: Size::Tiny, rate: 0, token_life: 38_880_000, ..Options::new(FOUNDED) };
        let founded = Org::new(&options);
        let mut org = founded.clone();
        let admin = founded.ready("")["clients"]["admin"].clone();
        let [id, secret] = ["client_id", "client_secret"].map(|key| admin[key].as_str().unwrap_or_default().to_owned());
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let login = Request::new("POST", "/oauth/token").body("application/x-www-form-urlencoded", form);
        let answer = org.handle(&login, FOUNDED).parsed();
        let token = answer["access_token"].as_str().unwrap_or_default().to_owned();
        Truth { founded, org, token, known: BTreeMap::new() }
    }

    fn ask(&mut self, request: Request, now: i64) -> Vec<u8> {
        let request = request.header("Authorization", &format!("Bearer {}", self.token));
        let answer = self.org.handle(&request, now);
        assert!(answer.status < 300, "the truth was refused: {}", String::from_utf8_lossy(&answer.body));
        answer.body
    }

    fn post(&mut self, path: &str, body: &Value, now: i64) -> Vec<u8> {
        self.ask(Request::new("POST", path).body("application/json", body.to_string()), now)
    }

    /// Conversations that start in the interval, as they are known at a time.
    pub(crate) fn conversations(&mut self, asked: Interval, voice: bool, now: i64) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for day in asked.days() {
            let fresh;
            let known: &[(i64, String)] = if voice {
                // What is spoken in them may come later.
                fresh = self.of_day(day, true, now);
                &fresh
            } else {
                if !self.known.contains_key(&day) {
                    let all = self.of_day(day, false, FOUNDED + 60 * DAY);
                    self.known.insert(day, all);
                }
                &self.known[&day]
            };
            let inside = known.iter().filter(|(start, _)| *start <= now && (asked.start..asked.end).contains(start));
            found.extend(inside.map(|(_, id)| id.clone()));
        }
        found
    }

    /// Those of one day. Longer intervals may be refused; a page holds all of it.
    fn of_day(&mut self, day: i64, voice: bool, now: i64) -> Vec<(i64, String)> {
        let day = Interval { start: day * DAY, end: (day + 1) * DAY };
        let mut body = json!({
            "interval": day.text(), "orderBy": "conversationStart", "order": "asc",
            "paging": {"pageSize": 100, "pageNumber": 1},
        });
        if voice {
            let predicate = json!({"dimension": "mediaType", "value": "voice"});
            body["segmentFilters"] = json!([{"type": "and", "predicates": [predicate]}]);
        }
        let answer = self.post("/api/v2/analytics/conversations/details/query", &body, now);
        let page = rows::conversations(&answer).unwrap_or_default();
        page.into_iter().map(|(id, start)| (parse_iso(&start).unwrap_or_default(), id)).collect()
    }

    /// Up to when jobs know the conversations.
    pub(crate) fn available(&mut self, now: i64) -> i64 {
        let path = "/api/v2/analytics/conversations/details/jobs/availability";
        let answer: Value = serde_json::from_slice(&self.ask(Request::new("GET", path), now)).unwrap_or_default();
        answer["dataAvailabilityDate"].as_str().and_then(parse_iso).unwrap_or_default()
    }

    /// Ids of a listing.
    pub(crate) fn listing(&mut self, path: &str, now: i64) -> BTreeSet<String> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let request = Request::new("GET", &format!("{path}{joint}pageSize=100"));
        rows::entities(&self.ask(request, now)).unwrap_or_default().into_iter().collect()
    }

    /// The rows of a query of aggregates.
    pub(crate) fn aggregates(&mut self, body: &Value, now: i64) -> BTreeSet<String> {
        let answer = self.post("/api/v2/analytics/conversations/aggregates/query", body, now);
        rows::results(&answer).unwrap_or_default().into_iter().collect()
    }
}

/// An interval as the API writes it.
pub(crate) fn written(asked: Interval) -> String {
    format!("{}/{}", iso(asked.start), iso(asked.end))
}
