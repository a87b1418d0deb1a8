//! What was said in a conversation, what is reckoned from it, and its recordings.

mod insights;
mod legs;
mod lines;
mod media;
mod recordings;
mod scores;
mod search;
mod summaries;
mod talk;
mod transcript;
mod turns;

use serde_json::json;

use crate::entities::named;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::traffic::model::Conversation;
use crate::uuid::Uuid;
pub(crate) use insights::{Analyzed, analyzed};
use legs::{Leg, legs};
pub(crate) use summaries::Summary;
pub(crate) use turns::{Turn, turns};

/// An answer's body, or why there is none.
type Answer = Result<Vec<u8>, Refusal>;

impl Org {
    /// What is below `speechandtextanalytics/`.
    pub(crate) fn speech(&mut self, method: &str, path: &str, call: &Call) -> Option<Answer> {
        let parts: Vec<&str> = path.split('/').collect();
        Some(match (method, parts.as_slice()) {
            ("GET", ["conversations", _, "communications", _, "transcripturl"]) => self.transcript_url(call),
            ("GET", ["conversations", _, "communications", _, "transcripturls"]) => self.transcript_urls(call),
            ("GET", ["conversations", "{conversationId}"]) => self.conversation_metrics(call),
            ("GET", ["conversations", _, "categories"]) => self.categories_of_conversation(call),
            ("GET", ["conversations", _, "sentiments"]) => self.reasons_for_sentiment(call),
            ("GET", ["conversations", _, "summaries"]) => self.summaries(call),
            ("GET", ["categories"]) => self.categories(call),
            ("GET", ["categories", _]) => self.one_category(call),
            ("GET", ["topics"]) => self.topics(call),
            ("GET", ["topics", "{topicId}"]) => self.one_topic(call),
            ("POST", ["transcripts", "search"]) => self.search_transcripts(call),
            _ => return None,
        })
    }

    /// The communication in the path, if there is a transcript of it by now.
    fn communication<'a>(&self, it: &'a Conversation, call: &Call) -> Result<Leg<'a>, Refusal> {
        let id = Self::in_path(call, "{communicationId}")?;
        transcribed(it, call.now).find(|leg| leg.id() == id).ok_or_else(Refusal::not_found)
    }

    /// `GET …/communications/{communicationId}/transcripturl`.
    fn transcript_url(&self, call: &Call) -> Answer {
        let it = self.conversation(Self::in_path(call, "{conversationId}")?, call)?;
        let leg = self.communication(&it, call)?;
        Ok(json!({"url": self.transcript_place(&it, &leg, call.now)}).to_string().into_bytes())
    }

    /// `GET …/communications/{communicationId}/transcripturls`: one for each recording of it.
    fn transcript_urls(&self, call: &Call) -> Answer {
        let it = self.conversation(Self::in_path(call, "{conversationId}")?, call)?;
        let leg = self.communication(&it, call)?;
        let recording = leg.recording();
        let body = json!({
            "conversation": named("conversations", it.id),
            "communicationId": leg.id().to_string(),
            "urls": [{
                "recording": named(&format!("conversations/{}/recordings", it.id), recording),
                "url": self.transcript_place(&it, &leg, call.now),
            }],
        });
        Ok(body.to_string().into_bytes())
    }

    fn transcript_place(&self, it: &Conversation, leg: &Leg<'_>, now: i64) -> String {
        self.signed(&format!("/transcripts/{}/{}.json", it.id, leg.id()), now)
    }

    /// The bytes of a transcript's file.
    pub(crate) fn transcript_file(&self, conversation: Uuid, communication: Uuid, now: i64) -> Option<Vec<u8>> {
        let it = self.traffic.build(self.traffic.find(conversation)?).seen_at(now);
        let leg = transcribed(&it, now).find(|leg| leg.id() == communication)?;
        Some(self.transcript(&it, &leg, now).to_string().into_bytes())
    }
}

/// The parts of a conversation that can be read.
fn transcribed(it: &Conversation, now: i64) -> impl Iterator<Item = Leg<'_>> {
    legs(it).into_iter().filter(move |leg| !leg.is_consult && leg.transcribed() <= now && now < leg.deleted())
}
