//! `POST analytics/queues/observations/query`: what the queues look like at this moment.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::filter::{Filter, Values};
use super::{shape, strings, vocabulary};
use crate::directory::Queue;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::iso;
use crate::traffic::model::{Conversation, Participant, Session};
use crate::uuid::Uuid;

/// Media a queue is observed by, in the order of the genuine sample.
const MEDIA: [&str; 5] = ["voice", "chat", "message", "email", "callback"];

/// Metrics that count conversations; the others count users.
const OF_CONVERSATIONS: [&str; 5] = ["oInteracting", "oAlerting", "oWaiting", "oLongestInteracting", "oLongestWaiting"];

/// A list of observations longer than this is cut (`truncated`).
const LONGEST_LIST: usize = 50;

/// Something going on in a queue.
#[derive(Clone, Debug)]
struct Seen {
    metric: &'static str,
    queue: Uuid,
    media: &'static str,
    since: i64,
    detail: Value,
}

/// A queue with a medium, or without one: what a filter asks.
struct Place<'a> {
    queue: &'a str,
    media: Option<&'static str>,
}

impl Values for Place<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        match name {
            "queueId" => vec![self.queue.into()],
            "mediaType" => self.media.map(String::from).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn metric(&self, _name: &str) -> Vec<f64> {
        Vec::new()
    }
}

/// The metrics a query of observations wants, and those it wants with what was observed.
pub(super) fn asked_metrics(body: &Value) -> Result<(Vec<String>, Vec<String>), Refusal> {
    let metrics = strings(body, "metrics");
    if metrics.is_empty() {
        return Err(Refusal::bad("At least one metric is required."));
    }
    Ok((metrics, strings(body, "detailMetrics")))
}

/// Metrics of a query and those asked for in detail, each once: a metric has one row.
pub(super) fn each_once(metrics: &[String], details: &[String]) -> Vec<String> {
    let mut each: Vec<String> = Vec::new();
    for metric in metrics.iter().chain(details) {
        if !each.contains(metric) {
            each.push(metric.clone());
        }
    }
    each
}

impl Org {
    /// Answers the query.
    pub(crate) fn query_observations(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        shape::check(&call.body, "QueueObservationQuery", &["filter", "metrics", "detailMetrics"])?;
        let (metrics, details) = asked_metrics(&call.body)?;
        for metric in &metrics {
            vocabulary::check(metric, "observation.metric", "metrics")?;
        }
        for metric in &details {
            vocabulary::check(metric, "observation.detail", "detailMetrics")?;
        }
        if call.body["filter"].is_null() {
            return Err(Refusal::bad("A filter is required."));
        }
        let filter = Filter::read(&call.body["filter"], "observation-queue")?;
        let queues = self.asked_queues(&filter, call)?;
        let seen = self.going_on(call.now);
        let present = self.present(call.now);
        let mut results = Vec::new();
        let asked = each_once(&metrics, &details);
        for queue in queues {
            let id = queue.entity.id.to_string();
            let passes = |media: Option<&'static str>| filter.passes(&Place { queue: &id, media });
            let media: Vec<&str> = MEDIA.into_iter().filter(|media| passes(Some(media))).collect();
            // Members are there for whatever medium is asked for.
            if media.is_empty() && !passes(None) {
                continue;
            }
            let of_users = asked.iter().filter(|metric| !OF_CONVERSATIONS.contains(&metric.as_str()));
            let members = Self::members(&queue, &present);
            let users: Vec<Value> =
                of_users.flat_map(|metric| self.of_members(&members, metric, details.contains(metric))).collect();
            if !users.is_empty() {
                results.push(json!({"group": {"queueId": id}, "data": users}));
            }
            let here: Vec<&Seen> = seen.iter().filter(|one| one.queue == queue.entity.id).collect();
            for media in &media {
                let data = conversation_data(&here, media, &asked, &details, call.now);
                if !data.is_empty() {
                    results.push(json!({"group": {"queueId": id, "mediaType": media}, "data": data}));
                }
            }
        }
        let mut body = Map::new();
        if asked.iter().any(|metric| metric == "oUserPresences") {
            body.insert("systemToOrganizationMappings".into(), self.presence_mappings());
        }
        body.insert("results".into(), Value::Array(results));
        Ok(Value::Object(body).to_string().into_bytes())
    }

    /// The queues the filter may mean, those it names first. One of them that lies in another division is a refusal.
    pub(super) fn asked_queues(&self, filter: &Filter, call: &Call) -> Result<Vec<Queue>, Refusal> {
        let division = |queue: &Queue| [self.directory.divisions[queue.entity.division].id];
        let mut queues: Vec<Queue> = Vec::new();
        let mut is_there = BTreeSet::new();
        for id in filter.asked("queueId") {
            if let Some(queue) = Uuid::parse(&id).and_then(|id| self.directory.queue(id)) {
                call.must_see(&division(queue))?;
                queues.extend(is_there.insert(queue.entity.id).then(|| queue.clone()));
            }
        }
        let others = self.directory.queues.iter().filter(|queue| call.sees(&division(queue)));
        queues.extend(others.filter(|queue| !is_there.contains(&queue.entity.id)).cloned());
        Ok(queues)
    }

    /// Open segments of all conversations at this moment.
    fn going_on(&self, now: i64) -> Vec<Seen> {
        let mut seen = Vec::new();
        self.open_sessions(now, |part, _| seen.extend(observe(part.conversation, part.participant, part.session)));
        seen.sort_by_key(|one| one.since);
        seen
    }
}

/// What a session's last segment means to its queue, if it is open.
pub(super) fn state_of(participant: &Participant, session: &Session) -> Option<&'static str> {
    let segment = session.segments.last().filter(|segment| segment.end.is_none())?;
    match (participant.purpose, segment.kind) {
        ("acd", _) => Some("oWaiting"),
        ("agent", "alert") => Some("oAlerting"),
        ("agent", "interact" | "hold" | "callback" | "parked") => Some("oInteracting"),
        _ => None,
    }
}

/// What an observation calls the customer by, whichever participant is observed: the genuine sample does.
pub(super) fn customer_name(it: &Conversation) -> Option<String> {
    it.participants.first().and_then(|customer| customer.name.as_deref()).map(String::from)
}

fn observe(it: &Conversation, participant: &Participant, session: &Session) -> Option<Seen> {
    let metric = state_of(participant, session)?;
    let segment = session.segments.last()?;
    let queue = session.queue()?;
    let mut detail = Map::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            detail.insert(name.into(), json!(value));
        }
    };
    put("observationDate", Some(iso(segment.start)));
    put("conversationId", Some(it.id.to_string()));
    put("sessionId", Some(session.id_text()));
    put("participantName", customer_name(it));
    put("userId", participant.user.map(|id| id.to_string()));
    put("teamId", participant.team.map(|id| id.to_string()));
    put("direction", Some(session.direction.into()));
    put("ani", session.ani.as_deref().map(String::from));
    put("dnis", session.dnis.as_deref().map(String::from));
    put("usedRouting", session.used_routing.map(String::from));
    detail.insert("routingPriority".into(), json!(0));
    if let Some(routing) = session.requested_routing {
        detail.insert("requestedRoutings".into(), json!([routing]));
    }
    let detail = Value::Object(detail);
    Some(Seen { metric, queue, media: session.media, since: segment.start, detail })
}

fn conversation_data(here: &[&Seen], media: &str, asked: &[String], details: &[String], now: i64) -> Vec<Value> {
    let mut data = Vec::new();
    for metric in asked.iter().filter(|metric| OF_CONVERSATIONS.contains(&metric.as_str())) {
        let counted = metric.replace("Longest", "");
        let seen: Vec<&&Seen> = here.iter().filter(|one| one.metric == counted && one.media == media).collect();
        if counted != *metric {
            if let Some(oldest) = seen.first() {
                data.push(json!({"metric": metric, "stats": {"current": now - oldest.since}}));
            }
            continue;
        }
        let mut one = json!({"metric": metric, "stats": {"count": seen.len()}});
        if details.contains(metric) {
            attach(&mut one, seen.iter().map(|one| one.detail.clone()).collect());
        }
        data.push(one);
    }
    data
}

/// Adds the list of observations; a long one keeps its oldest and newest half.
pub(super) fn attach(one: &mut Value, mut list: Vec<Value>) {
    let is_cut = list.len() > LONGEST_LIST;
    if is_cut {
        let newest = list.split_off(list.len() - LONGEST_LIST / 2);
        list.truncate(LONGEST_LIST / 2);
        list.extend(newest);
    }
    if !list.is_empty() {
        one["truncated"] = json!(is_cut);
        one["observations"] = json!(list);
    }
}
