//! `analytics/{users, routing, teams, conversations, flows}/activity/query`: what is going on at this moment, counted
//! by any grouping, with what was counted on request.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::filter::{Filter, Group, Values, groups};
use super::members::Present;
use super::order::is_descending;
use super::{shape, strings, vocabulary};
use crate::agents::presence::DEFINITIONS;
use crate::directory::User;
use crate::entities::Page;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::iso;
use crate::uuid::Uuid;

/// What an item counts for: a metric with what tells its kinds apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Counts {
    pub(super) metric: &'static str,
    pub(super) qualifier: Option<String>,
    pub(super) secondary: Option<&'static str>,
}

/// Something going on: a member of a queue or a team, a conversation, a flow.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) since: i64,
    pub(super) dimensions: Vec<(&'static str, String)>,
    pub(super) counts: Vec<Counts>,
}

impl Values for Item {
    fn dimension(&self, name: &str) -> Vec<String> {
        self.dimensions.iter().filter(|(key, _)| *key == name).map(|(_, value)| value.clone()).collect()
    }

    fn metric(&self, _name: &str) -> Vec<f64> {
        Vec::new()
    }
}

/// A family of activities: its words, and the dimension an answer's `entityIds` are of.
pub(super) struct Family {
    pub(super) words: &'static str,
    pub(super) object: &'static str,
    pub(super) entity: &'static str,
}

/// A count and what was counted.
#[derive(Default)]
struct Counted<'a> {
    items: Vec<&'a Item>,
}

/// Members of a group and a page of them are many; the answer names no more than this.
const MOST_ENTITIES: usize = 100;

/// Repeated dimensions whose entities have a list under another name.
const LISTS: [(&str, &str); 2] =
    [("requestedRouting", "requestedRoutings"), ("requestedRoutingSkillId", "requestedRoutingSkillIds")];

impl Org {
    /// `POST analytics/users/activity/query`.
    pub(crate) fn query_user_activity(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let family = Family { words: "user-activity", object: "UserActivityQuery", entity: "queueId" };
        let directory = self.directory.clone();
        // As in observations of users, both the user and the queue must be of the caller's divisions.
        let shows = |user: &User| call.sees(&[directory.divisions[user.entity.division].id]);
        let items = self.memberships(call, shows, |present| {
            let mut counts = vec![plain("oMemberQueues")];
            counts.extend(present.is_on_queue().then(|| plain("oActiveQueues")));
            counts
        });
        activity(call, &family, &items)
    }

    /// `POST analytics/routing/activity/query`.
    pub(crate) fn query_routing_activity(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let family = Family { words: "routing-activity", object: "RoutingActivityQuery", entity: "userId" };
        let ids = self.definition_ids();
        let everybody = |_: &User| true;
        let items = self.memberships(call, everybody, |present| {
            let mut counts = vec![plain("oMemberUsers")];
            counts.extend(present.is_on_queue().then(|| plain("oActiveUsers")));
            counts.push(plain(if present.is_on_queue() { "oOnQueueUsers" } else { "oOffQueueUsers" }));
            counts.extend(states("oUserPresences", "oUserRoutingStatuses", present, &ids));
            counts
        });
        activity(call, &family, &items)
    }

    /// `POST analytics/teams/activity/query`.
    pub(crate) fn query_team_activity(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let family = Family { words: "team-activity", object: "TeamActivityQuery", entity: "userId" };
        let ids = self.definition_ids();
        let directory = self.directory.clone();
        let present = self.present(call.now);
        let seen = directory.users.iter().zip(present).filter_map(|(user, present)| Some((user, present?)));
        // Whoever sees a team sees all its members, whichever division they are of: its list names them.
        let division = |user: &User| directory.divisions[directory.teams[user.team].division].id;
        let seen = seen.filter(|(user, _)| call.sees(&[division(user)]));
        let items = seen.map(|(_, present)| {
            let is_on = present.is_on_queue();
            let mut counts = vec![plain(if is_on { "oTeamOnQueueUsers" } else { "oTeamOffQueueUsers" })];
            counts.extend(states("oTeamPresences", "oTeamRoutingStatuses", &present, &ids));
            self.item_of(&present, None, &ids, counts)
        });
        activity(call, &family, &items.collect::<Vec<_>>())
    }

    pub(super) fn definition_ids(&self) -> Vec<String> {
        DEFINITIONS.map(|definition| self.presence_id(definition.name).to_string()).to_vec()
    }

    /// Members of every queue the caller sees, those of them that are to be shown.
    fn memberships(
        &mut self,
        call: &Call,
        shows: impl Fn(&User) -> bool,
        counts: impl Fn(&Present) -> Vec<Counts>,
    ) -> Vec<Item> {
        let ids = self.definition_ids();
        let present = self.present(call.now);
        let directory = self.directory.clone();
        let queues = directory.queues.iter();
        let queues = queues.filter(|queue| call.sees(&[directory.divisions[queue.entity.division].id]));
        let members = queues.flat_map(|queue| {
            let members = Self::members(queue, &present);
            members.into_iter().map(move |member| (queue.entity.id, member))
        });
        let members = members.filter(|(_, present)| directory.user(present.user).is_some_and(&shows));
        members.map(|(queue, present)| self.item_of(&present, Some(queue), &ids, counts(&present))).collect()
    }

    pub(super) fn item_of(&self, present: &Present, queue: Option<Uuid>, ids: &[String], counts: Vec<Counts>) -> Item {
        let mut dimensions = vec![
            ("userId", present.user.to_string()),
            ("systemPresence", present.presence.key().to_string()),
            ("organizationPresenceId", ids[present.definition].clone()),
            ("presenceDate", iso(present.presence_since)),
            ("routingStatus", present.routing.key().to_string()),
            ("routingStatusDate", iso(present.routing_since)),
        ];
        if let Some(user) = self.directory.user(present.user) {
            dimensions.push(("teamId", self.directory.teams[user.team].id.to_string()));
        }
        if let Some(queue) = queue {
            dimensions.push(("queueId", queue.to_string()));
            let status = if present.is_on_queue() { "active" } else { "inactive" };
            dimensions.push(("queueMembershipStatus", status.to_string()));
        }
        Item { since: present.presence_since.max(present.routing_since), dimensions, counts }
    }
}

/// A count without qualifiers.
pub(super) fn plain(metric: &'static str) -> Counts {
    Counts { metric, qualifier: None, secondary: None }
}

/// Presence and routing status as they are counted.
fn states(presences: &'static str, statuses: &'static str, present: &Present, ids: &[String]) -> [Counts; 2] {
    let presence = Counts {
        metric: presences,
        qualifier: Some(ids[present.definition].clone()),
        secondary: Some(present.presence.key()),
    };
    [presence, Counts { metric: statuses, qualifier: Some(present.routing.key().into()), secondary: None }]
}

/// Reads the query and counts the items.
pub(super) fn activity(call: &Call, family: &Family, items: &[Item]) -> Result<Vec<u8>, Refusal> {
    let body = &call.body;
    let list = |kind: &str| format!("{}.{kind}", family.words);
    shape::check(body, family.object, &["metrics", "groupBy", "filter", "order"])?;
    let page = Page::of(call, 1_000)?;
    let group_by = strings(body, "groupBy");
    for dimension in &group_by {
        vocabulary::check(dimension, &list("groupBy"), "groupBy")?;
    }
    let mut metrics: Vec<(String, bool)> = Vec::new();
    for asked in body["metrics"].as_array().into_iter().flatten() {
        shape::check(asked, &format!("{}Metric", family.object), &["metric", "details"])?;
        let metric = asked["metric"].as_str().unwrap_or_default();
        vocabulary::check(metric, &list("metric"), "metric")?;
        metrics.push((metric.into(), asked["details"].as_bool().unwrap_or(false)));
    }
    if metrics.is_empty() || group_by.is_empty() {
        return Err(Refusal::bad("At least one metric and one dimension to group by are required."));
    }
    let filter = match &body["filter"] {
        Value::Null => None,
        filter => Some(Filter::read(filter, family.words)?),
    };
    let mut found: BTreeMap<Group, Vec<&Item>> = BTreeMap::new();
    for item in items.iter().filter(|item| filter.as_ref().is_none_or(|filter| filter.passes(*item))) {
        for group in groups(item, &group_by, false) {
            found.entry(group).or_default().push(item);
        }
    }
    let mut results: Vec<Value> = Vec::new();
    for (group, items) in found {
        let named = group_by.iter().zip(group);
        let named: Map<String, Value> = named.filter_map(|(name, v)| Some((name.clone(), json!(v?)))).collect();
        let (mut data, mut entities) = (Vec::new(), Vec::new());
        for (metric, is_detailed) in &metrics {
            data.extend(rows(metric, *is_detailed, &items, family, call.now, &mut entities));
        }
        if data.is_empty() {
            continue;
        }
        let mut result = json!({"group": named, "data": data});
        if !entities.is_empty() {
            result["truncated"] = json!(entities.len() > MOST_ENTITIES);
            entities.truncate(MOST_ENTITIES);
            result["entities"] = json!(entities);
        }
        results.push(result);
    }
    if is_descending(body)? {
        results.reverse();
    }
    let shown: Vec<Value> = results.into_iter().skip((page.number - 1) * page.size).take(page.size).collect();
    let mut answer = if shown.is_empty() { json!({}) } else { json!({"results": shown}) };
    answer["entityIdDimension"] = json!(family.entity);
    Ok(answer.to_string().into_bytes())
}

/// The rows of one metric in a group: one for each qualifier.
fn rows(
    metric: &str,
    is_detailed: bool,
    items: &[&Item],
    family: &Family,
    now: i64,
    entities: &mut Vec<Value>,
) -> Vec<Value> {
    // The longest of something is asked of what is counted under the plain name.
    let counted_as = metric.replace("Longest", "");
    let mut kinds: BTreeMap<&Counts, Counted<'_>> = BTreeMap::new();
    for item in items {
        for counts in item.counts.iter().filter(|counts| counts.metric == counted_as) {
            kinds.entry(counts).or_default().items.push(item);
        }
    }
    let mut rows = Vec::new();
    for (counts, counted) in kinds {
        let mut row = json!({"metric": metric});
        if let Some(qualifier) = &counts.qualifier {
            row["qualifier"] = json!(qualifier);
        }
        if let Some(secondary) = counts.secondary {
            row["secondaryQualifier"] = json!(secondary);
        }
        if counted_as != metric {
            let oldest = counted.items.iter().map(|item| item.since).min().unwrap_or(now);
            row["calculatedMetricValue"] = json!(now - oldest);
        } else {
            row["count"] = json!(counted.items.len());
        }
        if is_detailed {
            // A conversation with several sessions counts for each, and is named once.
            let mut known = BTreeSet::new();
            let ids = counted.items.iter().flat_map(|item| item.dimension(family.entity));
            let ids = ids.filter(|id| known.insert(id.clone())).take(MOST_ENTITIES);
            row["entityIds"] = ids.collect();
            for item in &counted.items {
                let entity = entity(item);
                if !entities.contains(&entity) {
                    entities.push(entity);
                }
            }
        }
        rows.push(row);
    }
    rows
}

/// An item as `entities` tell it.
pub(super) fn entity(item: &Item) -> Value {
    let mut body = Map::new();
    body.insert("activityDate".into(), json!(iso(item.since)));
    tell(item, &mut body);
    Value::Object(body)
}

/// The values of an item, each under its name.
pub(super) fn tell(item: &Item, body: &mut Map<String, Value>) {
    for (name, value) in &item.dimensions {
        match LISTS.iter().find(|(one, _)| one == name) {
            Some((_, many)) => {
                let list = body.entry(*many).or_insert_with(|| json!([]));
                if let Some(list) = list.as_array_mut() {
                    list.push(json!(value));
                }
            }
            None => _ = body.insert((*name).into(), json!(value)),
        }
    }
}
