//! What speech and text analytics found, counted: sentiment, topics, and who spoke how long.

use super::table::{Amount, Fact, Table};
use crate::analytics::dimensions::Part;
use crate::analytics::filter::Values;
use crate::org::{Call, Org};
use crate::speech::{Analyzed, analyzed};
use crate::time::HOUR;
use crate::traffic::model::Conversation;

/// What was found in one communication.
struct Spoken<'a> {
    it: &'a Conversation,
    found: &'a Analyzed<'a>,
    topics: Vec<String>,
    categories: Vec<String>,
}

impl Values for Spoken<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        let sessions = || self.it.part_of(self.found.leg.start);
        let part = |(participant, session)| Part { conversation: self.it, participant, session, segment: None };
        match name {
            "topicId" => self.topics.clone(),
            "categoryId" => self.categories.clone(),
            // Results can be told by either.
            "resultsBy" => vec!["communication".into(), "conversation".into()],
            // What only the others who took part can tell.
            "userId" | "teamId" | "queueId" | "flowId" | "flowVersion" | "wrapUpCode" => {
                let mut all: Vec<String> = sessions().flat_map(|one| part(one).dimension(name)).collect();
                all.sort();
                all.dedup();
                all
            }
            _ => {
                let own = sessions().find(|(_, session)| session.id == self.found.leg.id());
                own.map(|one| part(one).dimension(name)).unwrap_or_default()
            }
        }
    }

    fn metric(&self, _name: &str) -> Vec<f64> {
        Vec::new()
    }
}

impl Org {
    /// Feeds a table with what was found in the conversations of its time.
    pub(super) fn feed_transcripts(&mut self, table: &mut Table<'_>, call: &Call, now: i64) {
        let interval = table.query.interval;
        let named = table.query.filter.as_ref().is_some_and(|filter| !filter.asked("conversationId").is_empty());
        // What is found comes after the last that happens.
        for place in self.traffic.alive(interval.start - HOUR, interval.end.min(now + 1)) {
            let it = self.traffic.build(place).seen_at(now);
            // One that is asked for by its id must lie wholly inside (field client, limits of 2026-07).
            let is_inside = interval.start < it.start && it.over().is_some_and(|end| end < interval.end);
            if !call.sees(&it.divisions) || (named && !is_inside) {
                continue;
            }
            for found in analyzed(&it, now) {
                let at = match table.query.alternate_time.as_deref() {
                    Some("eventTime") => found.leg.analyzed(),
                    _ => it.start,
                };
                let (topics, categories) = self.topic_names(&found.topics());
                let facts = facts(&it, &found).into_iter();
                let each: Vec<Vec<String>> = topics.iter().map(|topic| vec![topic.clone()]).collect();
                let spoken = Spoken { it: &it, found: &found, topics, categories };
                table.count(&spoken, facts.map(|(metric, amount)| Fact { at, metric, amount }));
                // A communication counts once for each of its topics.
                for topics in each {
                    let of_topic = Spoken { topics, categories: spoken.categories.clone(), ..spoken };
                    let amount = Amount::Value(1);
                    table.count(&of_topic, [Fact { at, metric: "nTopicCommunications", amount }]);
                }
            }
        }
    }
}

fn facts(it: &Conversation, found: &Analyzed<'_>) -> Vec<(&'static str, Amount)> {
    let mut facts = vec![("nSpeechTextAnalyzedConversations", Amount::Distinct(it.id))];
    if let Some(felt) = found.sentiment() {
        facts.push(("oSentimentScore", Amount::Value((felt.score * 100.0).round() as i64)));
    }
    let events = found.phrases.iter().map(|phrase| phrase.line.sentiment).filter(|felt| *felt != 0);
    facts.extend(events.map(|felt| ("oCustomerSentiment", Amount::Value(felt * 100))));
    if let Some(shares) = found.shares(it) {
        let spoken = shares.agent + shares.customer - shares.overtalk_ms();
        let amounts = [
            ("tAgentSpeech", shares.agent),
            ("tCustomerSpeech", shares.customer),
            ("tOverTalkSpeech", shares.overtalk_ms()),
            ("tSilence", shares.silence),
            ("tOtherAudio", shares.ivr + shares.acd + shares.other),
            ("tTotalSpeechAndSilence", spoken + shares.silence),
            ("oOverTalkSpeechInstances", shares.overtalk.len() as i64),
        ];
        facts.extend(amounts.map(|(metric, ms)| (metric, Amount::Value(ms))));
    }
    facts
}
