//! Summaries and reasons for sentiment: in a sentence, what the transcript of a conversation tells.

use serde_json::{Value, json};

use super::Answer;
use super::insights::{Analyzed, analyzed};
use super::legs::Leg;
use super::lines::TOPICS;
use super::talk::{Phrase, Speaker};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{SECOND, iso};
use crate::traffic::model::Conversation;
use crate::uuid::Uuid;

/// What makes a summary's id of its communication's.
const SUMMARY: u64 = 56;

/// A summary of a communication.
pub(crate) struct Summary {
    pub(crate) id: Uuid,
    pub(crate) at: i64,
    /// How long it took to write.
    pub(crate) ms: i64,
}

impl Analyzed<'_> {
    /// What was said as a summary: where an agent or a flow answered.
    pub(crate) fn summary(&self) -> Option<Summary> {
        self.phrases.iter().any(|phrase| phrase.speaker != Speaker::Customer).then(|| Summary {
            id: self.leg.id().sibling(SUMMARY),
            at: self.leg.analyzed(),
            ms: self.leg.draw(57, 2 * SECOND, 9 * SECOND),
        })
    }

    /// The lines of the customer that are felt so, each once.
    fn felt(&self, sentiment: i64) -> Vec<&Phrase> {
        let mut found: Vec<&Phrase> = Vec::new();
        let of_customer = self.phrases.iter().filter(|phrase| phrase.speaker == Speaker::Customer);
        for phrase in of_customer.filter(|phrase| phrase.line.sentiment == sentiment) {
            if !found.iter().any(|known| known.line == phrase.line) {
                found.push(phrase);
            }
        }
        found
    }
}

/// The agent who had a part of a conversation last, as far as any had.
fn last_agent(it: &Conversation, leg: &Leg<'_>) -> Option<Uuid> {
    let agents = it.part_of(leg.start).filter(|(participant, _)| participant.purpose == "agent");
    agents.filter_map(|(agent, _)| agent.user).last()
}

fn reasons(all: &[Analyzed<'_>], sentiment: i64, title: &str) -> Vec<Value> {
    let felt = all.iter().flat_map(|one| one.felt(sentiment));
    let reason = |phrase: &Phrase| {
        let title = phrase.line.topic.map_or(title, |topic| TOPICS[topic].name);
        json!({"title": title, "description": format!("The customer said: {}", phrase.line.text)})
    };
    felt.map(reason).collect()
}

impl Org {
    /// `GET conversations/{conversationId}/sentiments`.
    pub(super) fn reasons_for_sentiment(&self, call: &Call) -> Answer {
        let it = self.conversation(Self::in_path(call, "{conversationId}")?, call)?;
        let all: Vec<Analyzed<'_>> = analyzed(&it, call.now).collect();
        if all.is_empty() {
            return Err(Refusal::not_found());
        }
        let insights = json!({
            "positiveSentimentReasons": reasons(&all, 1, "Satisfaction"),
            "negativeSentimentReasons": reasons(&all, -1, "Dissatisfaction"),
        });
        Ok(json!({"insights": insights}).to_string().into_bytes())
    }

    /// `GET conversations/{conversationId}/summaries`: none until the transcript was looked through.
    pub(super) fn summaries(&self, call: &Call) -> Answer {
        let it = self.conversation(Self::in_path(call, "{conversationId}")?, call)?;
        let all = analyzed(&it, call.now).filter_map(|one| Some(summary_json(&it, &one, &one.summary()?)));
        Ok(json!({"entities": all.collect::<Vec<_>>()}).to_string().into_bytes())
    }
}

fn summary_json(it: &Conversation, one: &Analyzed<'_>, summary: &Summary) -> Value {
    let topics: Vec<usize> =
        one.topics().into_iter().filter(|topic| TOPICS[*topic].participants == "External").collect();
    let about = match topics.as_slice() {
        [] => "something that no topic covers".to_string(),
        some => some.iter().map(|topic| TOPICS[*topic].name).collect::<Vec<_>>().join(", "),
    };
    let (pleased, annoyed) = (one.felt(1).len(), one.felt(-1).len());
    let mood = match pleased.cmp(&annoyed) {
        std::cmp::Ordering::Greater => "pleased",
        std::cmp::Ordering::Equal => "calm",
        std::cmp::Ordering::Less => "annoyed",
    };
    let insights = topics.iter().map(
        |topic| json!({"type": "Reason", "title": TOPICS[*topic].name, "description": TOPICS[*topic].description}),
    );
    let agent = last_agent(it, &one.leg);
    let mut told = json!({
        "summaryType": if agent.is_some() { "Conversation" } else { "VirtualAgent" },
        "mediaType": match one.leg.session.media {
            "voice" => "Call",
            "email" => "Email",
            "message" => "Message",
            _ => "Unknown",
        },
        "language": "en-us",
        "summaryId": summary.id.to_string(),
        "sourceId": one.leg.id().to_string(),
        "summary": format!("The customer came about {about} and was {mood}."),
        "generated": true,
        "dateCreated": iso(summary.at),
        "insights": insights.collect::<Vec<_>>(),
    });
    if let Some(agent) = agent {
        told["agentId"] = json!(agent.to_string());
    }
    told
}
