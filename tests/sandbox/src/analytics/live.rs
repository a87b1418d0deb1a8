//! Conversations and flows at this moment: `conversations/activity`, `flows/activity`, `flows/observations`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::activity::{Family, Item, activity, entity, plain};
use super::dimensions::Part;
use super::filter::{Filter, Values};
use super::observations::{asked_metrics, attach, customer_name, state_of};
use super::{shape, vocabulary};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::traffic::model::Segment;

impl Org {
    /// `POST analytics/conversations/activity/query`.
    pub(crate) fn query_conversation_activity(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let family =
            Family { words: "conversation-activity", object: "ConversationActivityQuery", entity: "conversationId" };
        let items = self.live(call, family.words, |part| state_of(part.participant, part.session));
        activity(call, &family, &items)
    }

    /// `POST analytics/flows/activity/query`.
    pub(crate) fn query_flow_activity(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let family = Family { words: "flow-activity", object: "FlowActivityQuery", entity: "conversationId" };
        let items = self.live_flows(call);
        activity(call, &family, &items)
    }

    fn live_flows(&self, call: &Call) -> Vec<Item> {
        self.live(call, "flow-activity", |part| part.session.flow.as_ref().map(|_| "oFlow"))
    }

    /// Sessions whose last segment is open, in conversations the caller sees, that count for a metric.
    fn live(&self, call: &Call, words: &str, metric: impl Fn(&Part<'_>) -> Option<&'static str>) -> Vec<Item> {
        let names = vocabulary::words(&format!("{words}.groupBy"));
        let mut items = Vec::new();
        self.open_sessions(call.now, |part, open| {
            let Some(metric) = metric(part).filter(|_| call.sees(&part.conversation.divisions)) else { return };
            let values = names.iter().flat_map(|name| {
                let values = match *name {
                    "participantName" => customer_name(part.conversation).into_iter().collect(),
                    _ => part.dimension(name),
                };
                values.into_iter().map(move |value| (*name, value))
            });
            items.push(Item { since: open.start, dimensions: values.collect(), counts: vec![plain(metric)] });
        });
        items.sort_by_key(|item| item.since);
        items
    }

    /// Looks at every session whose last segment is open, and at that segment.
    pub(super) fn open_sessions(&self, now: i64, mut look: impl FnMut(&Part<'_>, &Segment)) {
        for place in self.traffic.alive(now, now + 1) {
            let it = self.traffic.build(place).seen_at(now);
            for participant in &it.participants {
                for session in &participant.sessions {
                    if let Some(open) = session.segments.last().filter(|segment| segment.end.is_none()) {
                        look(&Part { conversation: &it, participant, session, segment: None }, open);
                    }
                }
            }
        }
    }

    /// `POST analytics/flows/observations/query`.
    pub(crate) fn query_flow_observations(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        shape::check(&call.body, "FlowObservationQuery", &["filter", "metrics", "detailMetrics"])?;
        let (metrics, details) = asked_metrics(&call.body)?;
        for metric in metrics.iter().chain(&details) {
            vocabulary::check(metric, "flow-observation.metric", "metrics")?;
        }
        if call.body["filter"].is_null() {
            return Err(Refusal::bad("A filter is required."));
        }
        let filter = Filter::read(&call.body["filter"], "flow-observation")?;
        let items = self.live_flows(call);
        let mut groups: BTreeMap<[Vec<String>; 2], Vec<&Item>> = BTreeMap::new();
        for item in items.iter().filter(|item| filter.passes(*item)) {
            groups.entry([item.dimension("flowId"), item.dimension("mediaType")]).or_default().push(item);
        }
        let results = groups.into_iter().map(|([flow, media], items)| {
            let mut row = json!({"metric": "oFlow", "stats": {"count": items.len()}});
            if !details.is_empty() {
                attach(&mut row, items.iter().map(|item| observation(item)).collect());
            }
            json!({"group": {"flowId": flow[0], "mediaType": media[0]}, "data": [row]})
        });
        let results: Vec<Value> = results.collect();
        let body = if results.is_empty() { json!({}) } else { json!({"results": results}) };
        Ok(body.to_string().into_bytes())
    }
}

/// What an observation's model has of an entity of an activity.
fn observation(item: &Item) -> Value {
    let mut body = entity(item);
    if let Some(members) = body.as_object_mut() {
        for name in ["flowId", "flowType", "mediaType", "queueId"] {
            members.remove(name);
        }
        if let Some(date) = members.shift_remove("activityDate") {
            members.insert("observationDate".into(), date);
        }
    }
    body
}
