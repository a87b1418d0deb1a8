//! What a bot and a customer wrote to each other, turn by turn: the lines of the transcript that fall into its session.

use serde_json::{Value, json};

use super::legs::legs;
use super::lines::{TOPICS, intent_id};
use super::talk::{Speaker, phrases};
use crate::traffic::model::Conversation;
use crate::uuid::Uuid;

/// What a bot asks: an action of its flow by name and type. The first is repeated until the bot knows what is wanted.
const ACTIONS: [(&str, &str); 2] =
    [("Ask for Intent", "AskForNLUIntentAction"), ("Ask for Next Intent", "AskForNLUNextIntentAction")];

/// What makes an action's id of its flow's.
const ACTION: u64 = 61;

/// A line of the customer with what the bot made of it, until the next line or the end of its session.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) input: &'static str,
    pub(crate) prompts: Vec<&'static str>,
    /// Index of the action.
    action: usize,
    /// Index of the topic that the customer wants something of.
    topic: Option<usize>,
    /// Whether the session ends with it.
    pub(crate) is_last: bool,
}

impl Turn {
    /// The name of the intent, if one was found.
    pub(crate) fn intent(&self) -> Option<&'static str> {
        self.topic.map(|topic| TOPICS[topic].name)
    }

    /// What came of it.
    pub(crate) fn result(&self) -> &'static str {
        match self.intent() {
            Some("Escalation") => "AgentRequestedByUser",
            Some(_) => "SuccessCollection",
            None => "NoMatchCollection",
        }
    }

    /// Whether the bot got what it asked for.
    pub(crate) fn is_collected(&self) -> bool {
        self.result() == "SuccessCollection"
    }

    /// The id of the action, in a flow.
    pub(crate) fn action_id(&self, flow: Uuid) -> Uuid {
        flow.sibling(ACTION + self.action as u64)
    }

    /// The type of the action.
    pub(crate) fn action_type(&self) -> &'static str {
        ACTIONS[self.action].1
    }

    /// The action, in a flow.
    pub(crate) fn action_json(&self, flow: Uuid) -> Value {
        json!({
            "actionId": self.action_id(flow).to_string(),
            "actionName": ACTIONS[self.action].0,
            "actionNumber": self.action + 1,
            "actionType": self.action_type(),
        })
    }

    /// The intent, if one was found.
    pub(crate) fn intent_json(&self, seed: u64) -> Option<Value> {
        let id = intent_id(seed, self.topic?).to_string();
        Some(json!({"name": self.intent(), "id": id, "confidence": 1.0, "slots": []}))
    }
}

/// The turns of a bot's session that are over at a moment, in their order. The conversation must be whole: what is said
/// follows from all of it.
pub(crate) fn turns(whole: &Conversation, session: Uuid, now: i64) -> Vec<Turn> {
    let mut sessions = whole.participants.iter().flat_map(|participant| &participant.sessions);
    let Some(session) = sessions.find(|one| one.id == session) else { return Vec::new() };
    let (first, last) = (session.segments.first(), session.segments.last());
    let (Some(from), Some(until)) = (first.map(|segment| segment.start), last.and_then(|segment| segment.end)) else {
        return Vec::new();
    };
    let legs = legs(whole);
    let leg = legs.iter().find(|leg| !leg.is_consult && leg.session.media == session.media);
    let said = leg.map(|leg| phrases(whole, leg)).unwrap_or_default();
    let mut turns: Vec<Turn> = Vec::new();
    for phrase in said.iter().filter(|phrase| (from..until).contains(&phrase.at)) {
        if phrase.speaker == Speaker::Customer {
            let action = usize::from(turns.iter().any(|turn| turn.topic.is_some()));
            if let Some(before) = turns.last_mut() {
                (before.end, before.is_last) = (phrase.at, false);
            }
            turns.push(Turn {
                start: phrase.at,
                end: until,
                input: phrase.line.text,
                prompts: Vec::new(),
                action,
                topic: phrase.line.topic,
                is_last: true,
            });
        } else if let Some(turn) = turns.last_mut() {
            turn.prompts.push(phrase.line.text);
        }
    }
    turns.retain(|turn| turn.end <= now);
    turns
}
