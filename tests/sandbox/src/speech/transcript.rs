//! The file behind a transcript's URL: the schema of developer.genesys.cloud ("Transcript URL"), shaped as the genuine
//! sample of MyPureCloud/developercenter-tutorials (`voice-transcript`).

use serde_json::{Value, json};

use super::legs::Leg;
use super::lines::{TOPICS, program_id, topic_id};
use super::scores::Shares;
use super::talk::{Phrase, phrases};
use crate::directory::FLOW_VERSION;
use crate::org::Org;
use crate::traffic::model::{Conversation, Participant, Session};

/// What makes a transcript's id of its communication's.
const TRANSCRIPT: u64 = 54;

/// A call is a call, the rest is called as it is.
pub(crate) fn media_of(leg: &Leg<'_>) -> &'static str {
    if leg.is_voice() { "call" } else { leg.session.media }
}

fn duration(ms: i64) -> Value {
    json!({"milliseconds": ms})
}

impl Org {
    /// The file, as it is at a moment: what is reckoned from the words comes into it later.
    pub(super) fn transcript(&self, it: &Conversation, leg: &Leg<'_>, now: i64) -> Value {
        let said = phrases(it, leg);
        let id = leg.id();
        let mut transcript = json!({
            "transcriptId": id.sibling(TRANSCRIPT).to_string(),
            "language": "en-us",
            "programId": program_id(self.seed).to_string(),
            "startTime": leg.start,
            "duration": duration(leg.end - leg.start),
            "phrases": said.iter().enumerate().map(|(at, phrase)| phrase_json(at, phrase, leg)).collect::<Vec<_>>(),
            "analytics": if leg.analyzed() <= now { self.found_in(it, leg, &said) } else { json!({"sentiment": []}) },
        });
        let written = leg.session.segments.iter().find_map(|segment| segment.subject);
        for (name, value) in [("subject", written), ("messageType", leg.session.message_type)] {
            if let Some(value) = value {
                transcript[name] = json!(value);
            }
        }
        let organization = self.directory.organization.id.to_string();
        json!({
            "organizationId": organization,
            "conversationId": it.id.to_string(),
            "communicationId": id.to_string(),
            "transcripts": [transcript],
            "participants": self.participants(it, leg),
            "uri": format!("/transcript/v1/organizations/{organization}/conversations/{}/communications/{id}", it.id),
            "startTime": leg.start,
            "duration": duration(leg.end - leg.start),
            "mediaType": media_of(leg),
            "conversationStartTime": it.start,
        })
    }

    /// Sentiment, topics and, of a call, who spoke while another did.
    fn found_in(&self, it: &Conversation, leg: &Leg<'_>, said: &[Phrase]) -> Value {
        let (mut sentiment, mut topics) = (Vec::new(), Vec::new());
        for (at, phrase) in said.iter().enumerate() {
            if phrase.line.sentiment != 0 {
                sentiment.push(json!({
                    "participant": phrase.side(),
                    "phrase": phrase.line.text,
                    "phraseIndex": at,
                    "startTimeMs": phrase.at,
                    "duration": duration(phrase.ms),
                    "sentiment": phrase.line.sentiment,
                }));
            }
            if let Some(topic) = phrase.line.topic {
                topics.push(json!({
                    "participant": phrase.side(),
                    "topicId": topic_id(self.seed, topic).to_string(),
                    "topicName": TOPICS[topic].name,
                    "topicPhrase": phrase.line.text,
                    "transcriptPhrase": phrase.line.text,
                    "confidence": 1.0,
                    "startTimeMs": phrase.at,
                    "duration": duration(phrase.ms),
                }));
            }
        }
        let mut found = json!({"sentiment": sentiment, "topics": topics});
        if leg.is_voice() {
            let both = Shares::of(it, leg, said).overtalk.into_iter().map(|both| {
                json!({
                    "eventType": "overtalk",
                    "offsetMs": both.at - leg.start,
                    "startTimeMs": both.at,
                    "durationMs": both.ms,
                    "participant": both.side,
                })
            });
            found["acoustic"] = both.collect();
        }
        found
    }

    fn participants(&self, it: &Conversation, leg: &Leg<'_>) -> Vec<Value> {
        let of_medium = it
            .part_of(leg.start)
            .filter(|(_, session)| session.media == leg.session.media && session.listens.is_none());
        of_medium.filter_map(|(participant, session)| self.participant(it, participant, session)).collect()
    }

    fn participant(&self, it: &Conversation, participant: &Participant, session: &Session) -> Option<Value> {
        let from = session.segments.first()?.start;
        let until = session.segments.iter().filter_map(|segment| segment.end).max()?;
        let queue = session.queue();
        let division = queue.and_then(|id| self.directory.queue(id)).map(|queue| queue.entity.division);
        let division = division.map_or(it.divisions.first().copied(), |at| Some(self.directory.divisions[at].id));
        let texts = [
            ("userId", participant.user.map(|id| id.to_string())),
            ("teamId", participant.team.map(|id| id.to_string())),
            ("queueId", queue.map(|id| id.to_string())),
            ("flowId", session.flow.as_ref().map(|flow| flow.id.to_string())),
            ("flowVersion", session.flow.as_ref().map(|_| FLOW_VERSION.to_string())),
            ("divisionId", division.map(|id| id.to_string())),
            ("messageType", session.message_type.map(String::from)),
            ("ani", session.ani.as_deref().map(String::from)),
            ("dnis", session.dnis.as_deref().map(String::from)),
            ("from", session.from.as_deref().map(String::from)),
            ("to", session.to.as_deref().map(String::from)),
        ];
        let mut told = json!({
            "participantPurpose": participant.purpose,
            "initialDirection": session.direction,
            "startTimeMs": from,
            "endTimeMs": until,
        });
        for (name, value) in texts {
            if let Some(value) = value {
                told[name] = json!(value);
            }
        }
        Some(told)
    }
}

fn phrase_json(at: usize, phrase: &Phrase, leg: &Leg<'_>) -> Value {
    let mut told = json!({
        "text": phrase.line.text,
        "decoratedText": phrase.line.text,
        "stability": 1,
        "confidence": 0.9,
        "startTimeMs": phrase.at,
        "duration": duration(phrase.ms),
        "alternatives": [],
        "participantPurpose": phrase.side(),
        "phraseIndex": at,
    });
    // Of what is written no word has a time of its own.
    if leg.is_voice() {
        let count = phrase.line.text.split(' ').count() as i64;
        let words = phrase.line.text.split(' ').enumerate().map(|(nth, word)| {
            json!({
                "word": word,
                "confidence": leg.draw(phrase.at as u64 + nth as u64, 35, 100) as f64 / 100.0,
                "startTimeMs": phrase.at + phrase.ms * nth as i64 / count,
                "duration": duration(phrase.ms / count),
            })
        });
        told["words"] = words.collect();
    }
    told
}
