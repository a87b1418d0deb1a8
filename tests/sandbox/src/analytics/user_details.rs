//! `analytics/users/details`: each user's records of presence and of routing status, by query and by job.

use serde_json::{Value, json};

use super::aggregates::Agent;
use super::details::paging;
use super::filter::{Filter, Values};
use super::lake::available;
use super::order::is_descending;
use super::tally::Tally;
use super::{interval_of, shape};
use crate::agents::presence::{DEFINITIONS, Routing};
use crate::agents::timeline::{Record, Seen, State, presence_of, records, routing_of};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{DAY, Interval, iso};

const FILTERS: [&str; 4] = ["interval", "userFilters", "presenceFilters", "routingStatusFilters"];

/// The filters of a query or job.
struct Filters {
    user: Vec<Filter>,
    presence: Vec<Filter>,
    routing: Vec<Filter>,
}

impl Filters {
    fn read(body: &Value) -> Result<Self, Refusal> {
        Ok(Self {
            user: Filter::read_all(body, "userFilters", "user")?,
            presence: Filter::read_all(body, "presenceFilters", "presence")?,
            routing: Filter::read_all(body, "routingStatusFilters", "routingStatus")?,
        })
    }

    fn is_empty(&self) -> bool {
        self.user.is_empty() && self.presence.is_empty() && self.routing.is_empty()
    }
}

/// What a user was seen in during an interval.
struct History {
    /// Index in the directory.
    at: usize,
    presences: Vec<Record<Seen>>,
    routings: Vec<Record<Routing>>,
}

/// A record, as far as a filter or an aggregation can ask.
struct Asked(Vec<(&'static str, String)>);

impl Values for Asked {
    fn dimension(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| *key == name).map(|(_, value)| value.clone()).collect()
    }

    fn metric(&self, _name: &str) -> Vec<f64> {
        Vec::new()
    }
}

impl Org {
    /// The states of all users in an interval, in the order of the directory.
    pub(crate) fn states(&mut self, interval: Interval, now: i64) -> Vec<Vec<State>> {
        self.timelines.states(interval, now, &self.directory.clone(), &mut self.traffic)
    }

    /// The users that pass, with their records.
    fn histories(&mut self, body: &Value, call: &Call, now: i64) -> Result<Vec<History>, Refusal> {
        let interval = interval_of(body)?;
        let filters = Filters::read(body)?;
        let all = self.states(interval, now);
        let directory = self.directory.clone();
        let mut found = Vec::new();
        for (at, (user, states)) in directory.users.iter().zip(all).enumerate() {
            let division = directory.divisions[user.entity.division].id;
            let agent = Agent(user.entity.id.to_string());
            if !call.sees(&[division]) || !filters.user.iter().all(|filter| filter.passes(&agent)) {
                continue;
            }
            let presences = records(&states, interval, now, presence_of);
            let routings = records(&states, interval, now, routing_of);
            let passes = filters.presence.iter().all(|f| presences.iter().any(|r| f.passes(&self.asked_presence(r))))
                && filters.routing.iter().all(|f| routings.iter().any(|r| f.passes(&asked_routing(r))));
            if passes && !(presences.is_empty() && routings.is_empty()) {
                found.push(History { at, presences, routings });
            }
        }
        if is_descending(body)? {
            found.reverse();
        }
        Ok(found)
    }

    fn asked_presence(&self, record: &Record<Seen>) -> Asked {
        let (system, definition) = record.what;
        let id = self.presence_id(DEFINITIONS[definition].name).to_string();
        Asked(vec![("systemPresence", system.key().into()), ("organizationPresenceId", id)])
    }

    /// `POST analytics/users/details/query`.
    pub(crate) fn query_user_details(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let body = &call.body;
        let more = ["order", "presenceAggregations", "routingStatusAggregations", "paging"];
        shape::check(body, "UserDetailsQuery", &[&FILTERS[..], &more].concat())?;
        let interval = interval_of(body)?;
        let (most, how) = if Filters::read(body)?.is_empty() { (7, "without a filter") } else { (31, "with a filter") };
        if interval.end - interval.start > most * DAY {
            return Err(Refusal::bad(format!("The interval may not exceed {most} days {how}.")));
        }
        let (size, number) = paging(body)?;
        let mut of_presence = Tally::read_all(body, "presenceAggregations", &["presence"])?;
        let mut of_routing = Tally::read_all(body, "routingStatusAggregations", &["routingStatus"])?;
        self.must_fit(call.path, size)?;
        let found = self.histories(body, call, call.now)?;
        for history in &found {
            for tally in &mut of_presence {
                history.presences.iter().for_each(|record| tally.add(&self.asked_presence(record)));
            }
            for tally in &mut of_routing {
                history.routings.iter().for_each(|record| tally.add(&asked_routing(record)));
            }
        }
        let terms: Vec<Value> = of_presence.into_iter().chain(of_routing).map(Tally::told).collect();
        let page: Vec<Value> =
            found.iter().skip((number - 1) * size).take(size).map(|history| self.history_json(history)).collect();
        let mut answer = json!({});
        if !page.is_empty() {
            answer["userDetails"] = json!(page);
        }
        if !terms.is_empty() {
            answer["aggregations"] = json!(terms);
        }
        answer["totalHits"] = json!(self.hits(call.path, found.len(), number));
        Ok(answer.to_string().into_bytes())
    }

    fn history_json(&self, history: &History) -> Value {
        let times = |start: i64, end: Option<i64>| {
            let mut body = json!({"startTime": iso(start)});
            if let Some(end) = end {
                body["endTime"] = json!(iso(end));
            }
            body
        };
        let presences = history.presences.iter().map(|record| {
            let mut body = times(record.start, record.end);
            body["systemPresence"] = json!(record.what.0.key());
            body["organizationPresenceId"] = json!(self.presence_id(DEFINITIONS[record.what.1].name).to_string());
            body
        });
        let routings = history.routings.iter().map(|record| {
            let mut body = times(record.start, record.end);
            body["routingStatus"] = json!(record.what.key());
            body
        });
        json!({
            "userId": self.directory.users[history.at].entity.id.to_string(),
            "primaryPresence": presences.collect::<Vec<_>>(),
            "routingStatus": routings.collect::<Vec<_>>(),
        })
    }

    /// Refuses what no job can be made of.
    pub(super) fn check_user_details_job(&self, body: &Value) -> Result<(), Refusal> {
        shape::check(body, "AsyncUserDetailsQuery", &[&FILTERS[..], &["order", "limit"]].concat())?;
        interval_of(body)?;
        is_descending(body)?;
        shape::at_least_one(body, "limit")?;
        Filters::read(body).map(drop)
    }

    /// The users a job finds, in the data lake as it was when the job was done.
    pub(super) fn user_details_of_job(&mut self, body: &Value, call: &Call, done: i64) -> Result<Vec<usize>, Refusal> {
        let limit = shape::at_least_one(body, "limit")?.unwrap_or(usize::MAX);
        let found = self.histories(body, call, available(done))?;
        Ok(found.into_iter().take(limit).map(|history| history.at).collect())
    }

    /// A page of them.
    pub(super) fn user_details_page(
        &mut self,
        body: &Value,
        page: &[usize],
        cursor: Option<String>,
        done: i64,
    ) -> Result<Vec<u8>, Refusal> {
        let (interval, until) = (interval_of(body)?, available(done));
        let all = self.states(interval, until);
        let rows = page.iter().map(|at| {
            let presences = records(&all[*at], interval, until, presence_of);
            let routings = records(&all[*at], interval, until, routing_of);
            self.history_json(&History { at: *at, presences, routings })
        });
        let rows: Vec<Value> = rows.collect();
        let mut answer = json!({});
        if !rows.is_empty() {
            answer["userDetails"] = json!(rows);
        }
        if let Some(cursor) = cursor {
            answer["cursor"] = json!(cursor);
        }
        answer["dataAvailabilityDate"] = json!(iso(until));
        Ok(answer.to_string().into_bytes())
    }
}

fn asked_routing(record: &Record<Routing>) -> Asked {
    Asked(vec![("routingStatus", record.what.key().into())])
}
