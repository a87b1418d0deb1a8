//! `analytics/agents/status/query`, `/counts`, `analytics/agents/{userId}/status`: agents at this moment with their open
//! sessions, from the same timeline, plan and conversations as everything else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::activity::{Item, tell};
use super::dimensions::Part;
use super::filter::{Filter, Values};
use super::members::Present;
use super::{shape, vocabulary};
use crate::agents::presence::Presence;
use crate::catalogue::AGENT_NAMES;
use crate::directory::{Queue, User};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::iso;
use crate::traffic::model::Segment;
use crate::uuid::Uuid;

/// A query tells no more agents ("the top 50 agents").
const MOST: usize = 50;

/// What is told of an agent besides the sessions. Who it is is not told to everybody.
const TOLD: [&str; 17] = [
    "userId",
    "divisionId",
    "userName",
    "systemPresence",
    "organizationPresenceId",
    "presenceDate",
    "routingStatus",
    "routingStatusDate",
    "isOutOfOffice",
    "managementUnitId",
    "businessUnitId",
    "adherenceState",
    "adherenceImpact",
    "adherenceDate",
    "scheduledActivityCodeId",
    "scheduledActivityCategory",
    "actualActivityCategory",
];
const NAMES: [&str; 2] = ["userId", "userName"];

/// A grouping of counts: its word, the member of the answer, the dimensions with their members in it.
type Grouping = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
const GROUPINGS: [Grouping; 7] = [
    ("segmentType", "segmentCounts", &[("segmentType", "segmentType")]),
    (
        "presence",
        "presenceCounts",
        &[("systemPresence", "systemPresence"), ("organizationPresenceId", "organizationPresenceId")],
    ),
    ("routingStatus", "routingStatusCounts", &[("routingStatus", "routingStatus")]),
    ("isOutOfOffice", "isOutOfOfficeCounts", &[("isOutOfOffice", "isOutOfOffice")]),
    ("adherenceState", "adherenceStateCounts", &[("adherenceState", "adherenceState")]),
    (
        "scheduledActivityCategory",
        "scheduledActivityCategoryCounts",
        &[("scheduledActivityCategory", "activityCategory")],
    ),
    ("actualActivityCategory", "actualActivityCategoryCounts", &[("actualActivityCategory", "activityCategory")]),
];

/// An agent at this moment: what filters can ask for, and the open sessions.
struct AgentState {
    item: Item,
    sessions: Vec<Item>,
}

impl Values for AgentState {
    fn dimension(&self, name: &str) -> Vec<String> {
        match self.item.dimension(name) {
            found if found.is_empty() => self.sessions.iter().flat_map(|session| session.dimension(name)).collect(),
            found => found,
        }
    }

    fn metric(&self, _name: &str) -> Vec<f64> {
        Vec::new()
    }
}

impl AgentState {
    fn json(&self, is_named: bool) -> Value {
        let mut body = Map::new();
        for name in TOLD.into_iter().filter(|name| is_named || !NAMES.contains(name)) {
            if let Some(value) = self.item.dimension(name).pop() {
                body.insert(name.into(), typed(name, &value));
            }
        }
        let sessions = self.sessions.iter().map(|session| {
            let mut body = Map::new();
            tell(session, &mut body);
            Value::Object(body)
        });
        body.insert("sessionCount".into(), json!(self.sessions.len()));
        body.insert("sessions".into(), sessions.collect());
        Value::Object(body)
    }
}

/// A value of a dimension as its member has it.
fn typed(name: &str, value: &str) -> Value {
    if name == "isOutOfOffice" { json!(value == "true") } else { json!(value) }
}

impl Org {
    /// `POST agents/status/query`.
    pub(crate) fn query_agent_states(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        const KNOWN: [&str; 6] =
            ["userFilter", "sessionFilter", "userOrderBy", "userOrder", "sessionOrderBy", "sessionOrder"];
        shape::check(&call.body, "AgentStateQueryRequest", &KNOWN)?;
        let word = |member: &str| word(&call.body, member);
        let users = (word("userOrderBy")?, word("userOrder")? == "desc");
        let sessions = (word("sessionOrderBy")?, word("sessionOrder")? == "desc");
        let mut agents = self.asked_agents(call)?;
        for agent in &mut agents {
            sort(&mut agent.sessions, &sessions.0, sessions.1);
        }
        sort(&mut agents, &users.0, users.1);
        let is_named = self.names_agents(call);
        let entities: Vec<Value> = agents.iter().take(MOST).map(|agent| agent.json(is_named)).collect();
        let body = if entities.is_empty() { json!({}) } else { json!({"entities": entities}) };
        Ok(body.to_string().into_bytes())
    }

    /// `POST agents/status/counts?groupBy=`: of all agents that the query would find.
    pub(crate) fn count_agent_states(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        shape::check(&call.body, "AgentStateCountsRequest", &["userFilter", "sessionFilter"])?;
        let asked = call.parameters("groupBy");
        let words = GROUPINGS.map(|(word, ..)| word);
        if let Some(unknown) = asked.iter().find(|word| !words.contains(*word)) {
            return Err(Refusal::parameter(unknown, "groupBy", &words.join(", ")));
        }
        let is_asked = |word: &str| if asked.is_empty() { word == "segmentType" } else { asked.contains(&word) };
        let agents = self.asked_agents(call)?;
        let mut body = Map::new();
        for (_, member, dimensions) in GROUPINGS.iter().filter(|(word, ..)| is_asked(word)) {
            let mut counts: BTreeMap<Vec<String>, i64> = BTreeMap::new();
            for agent in &agents {
                // Whoever has two calls of a kind counts once for it.
                let values: BTreeSet<Vec<String>> = match dimensions {
                    [(one, _)] => agent.dimension(one).into_iter().map(|value| vec![value]).collect(),
                    several => [several.iter().flat_map(|(one, _)| agent.dimension(one)).collect()].into(),
                };
                values.into_iter().for_each(|values| *counts.entry(values).or_default() += 1);
            }
            let rows = counts.into_iter().map(|(values, count)| {
                let members = dimensions.iter().zip(values);
                let mut row: Map<String, Value> =
                    members.map(|((_, name), value)| ((*name).into(), typed(name, &value))).collect();
                row.insert("count".into(), json!(count));
                Value::Object(row)
            });
            body.insert((*member).into(), rows.collect());
        }
        Ok(Value::Object(body).to_string().into_bytes())
    }

    /// `GET agents/{userId}/status`.
    pub(crate) fn agent_state(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let present = self.present_in_path(call)?;
        let at = self.directory.user_index(present.user).ok_or_else(Refusal::not_found)?;
        let sessions = self.agent_sessions(call.now).remove(&present.user).unwrap_or_default();
        let mut agent = AgentState { item: self.agent_item(at, &present, call), sessions };
        sort(&mut agent.sessions, "segmentStart", false);
        Ok(agent.json(self.names_agents(call)).to_string().into_bytes())
    }

    /// Whether the caller may know who an agent is.
    fn names_agents(&self, call: &Call) -> bool {
        self.clients().list()[call.client].role.has(AGENT_NAMES)
    }

    /// The agents that the filters of a body leave, with the sessions that they leave.
    fn asked_agents(&mut self, call: &Call) -> Result<Vec<AgentState>, Refusal> {
        let read = |member: &str, kind: &str| match &call.body[member] {
            Value::Null => Ok(None),
            filter => Filter::read(filter, kind).map(Some),
        };
        let (users, sessions) = (read("userFilter", "agent-state")?, read("sessionFilter", "agent-session")?);
        let present = self.present(call.now);
        let mut open = self.agent_sessions(call.now);
        let seen = self.directory.users.iter().enumerate().zip(present);
        let seen = seen.filter(|((_, user), _)| call.sees(&[self.directory.divisions[user.entity.division].id]));
        let agents = seen.filter_map(|((at, user), present)| {
            let item = self.agent_item(at, &present?, call);
            Some(AgentState { item, sessions: open.remove(&user.entity.id).unwrap_or_default() })
        });
        let mut agents: Vec<AgentState> = agents.collect();
        if let Some(filter) = users {
            agents.retain(|agent| filter.passes(&agent.item));
        }
        if let Some(filter) = sessions {
            for agent in &mut agents {
                agent.sessions.retain(|session| filter.passes(session));
            }
            agents.retain(|agent| !agent.sessions.is_empty());
        }
        Ok(agents)
    }

    fn agent_item(&self, at: usize, present: &Present, call: &Call) -> Item {
        let user = &self.directory.users[at];
        let mut item = self.item_of(present, None, &self.definition_ids(), Vec::new());
        item.dimensions.extend([
            ("divisionId", self.directory.divisions[user.entity.division].id.to_string()),
            ("userName", user.entity.name.clone()),
            ("isOutOfOffice", "false".into()),
            ("online", (present.presence != Presence::Offline).to_string()),
        ]);
        if user.state == "active" {
            item.dimensions.extend(self.planned_of(user, present, call.now));
        }
        let membership = if present.is_on_queue() { "activeQueueId" } else { "inactiveQueueId" };
        let seen = |queue: &&Queue| call.sees(&[self.directory.divisions[queue.entity.division].id]);
        for queue in self.directory.queues_of(at).filter(seen) {
            item.dimensions.extend(["queueId", membership].map(|name| (name, queue.entity.id.to_string())));
        }
        let skills = self.directory.skills_of(user).map(|(skill, _)| ("assignedSkillId", skill));
        let languages = self.directory.languages_of(user).map(|(language, _)| ("assignedLanguageId", language));
        item.dimensions.extend(skills.chain(languages).map(|(name, thing)| (name, thing.id.to_string())));
        item
    }

    /// What workforce management says of an agent.
    fn planned_of(&self, user: &User, present: &Present, now: i64) -> Vec<(&'static str, String)> {
        let kept = self.keeping(user, present, now);
        let mut planned = vec![
            ("managementUnitId", self.management_unit(user.entity.division).to_string()),
            ("businessUnitId", self.business_unit().to_string()),
            ("adherenceState", kept.state.to_string()),
            ("adherenceImpact", kept.impact.to_string()),
            ("adherenceDate", iso(kept.since)),
            ("scheduledActivityCategory", kept.scheduled.to_string()),
            ("actualActivityCategory", kept.actual.to_string()),
        ];
        planned.extend(kept.code().map(|(id, _)| ("scheduledActivityCodeId", id)));
        planned
    }

    /// The open sessions of all agents.
    fn agent_sessions(&self, now: i64) -> BTreeMap<Uuid, Vec<Item>> {
        let mut found: BTreeMap<Uuid, Vec<Item>> = BTreeMap::new();
        self.open_sessions(now, |part, open| {
            if let Some(user) = part.participant.user.filter(|_| part.participant.purpose == "agent") {
                found.entry(user).or_default().push(session_item(part, open));
            }
        });
        found
    }
}

fn session_item(part: &Part<'_>, open: &Segment) -> Item {
    let (it, session) = (part.conversation, part.session);
    let queue = session.queue();
    let begun = session.segments.first().map_or(open.start, |segment| segment.start);
    let mut dimensions = vec![
        ("conversationId", it.id.to_string()),
        ("sessionId", session.id_text()),
        ("sessionStart", iso(begun)),
        ("segmentStart", iso(open.start)),
        ("segmentType", open.kind.to_string()),
        ("originatingDirection", it.direction.to_string()),
        ("mediaType", session.media.to_string()),
    ];
    dimensions.extend(queue.map(|id| ("routedQueueId", id.to_string())));
    // What was asked for stands where the customer waited for the agent.
    let mut waits = it.participants.iter().filter(|participant| participant.purpose == "acd").flat_map(|p| &p.sessions);
    if let Some(wait) = waits.rfind(|wait| wait.queue() == queue).and_then(|wait| wait.segments.first()) {
        dimensions.extend(wait.skills.iter().map(|id| ("requestedRoutingSkillId", id.to_string())));
        dimensions.extend(wait.language.map(|id| ("requestedLanguageId", id.to_string())));
    }
    Item { since: open.start, dimensions, counts: Vec::new() }
}

/// A word of a query; the first of its list where it is not asked for.
fn word(body: &Value, member: &str) -> Result<String, Refusal> {
    let list = format!("agent-state.{member}");
    match &body[member] {
        Value::Null => Ok(vocabulary::words(&list).first().copied().unwrap_or_default().to_string()),
        asked => {
            let asked = asked.as_str().map_or_else(|| asked.to_string(), String::from);
            vocabulary::check(&asked, &list, member).map(|()| asked)
        }
    }
}

/// Brings things into the order of a dimension, by the first of its values; what has none comes last.
fn sort<T: Values>(things: &mut [T], by: &str, is_descending: bool) {
    let key = |thing: &T| thing.dimension(by).into_iter().next();
    things.sort_by(|one, other| match (key(one), key(other)) {
        (Some(one), Some(other)) if is_descending => other.cmp(&one),
        (Some(one), Some(other)) => one.cmp(&other),
        (one, other) => other.is_some().cmp(&one.is_some()),
    });
}
