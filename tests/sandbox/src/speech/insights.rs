//! What is reckoned from the words of a conversation: sentiment, shares of the time, topics, categories.

use serde_json::{Value, json};

use super::Answer;
use super::legs::{Leg, legs};
use super::lines::{CATEGORIES, Category, TOPICS, Topic, category_id, phrases_of, program_id, topic_id};
use super::scores::{Sentiment, Shares};
use super::talk::{Phrase, phrases};
use crate::entities::{FOUNDED, Page, listing, named, named_so};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::iso;
use crate::traffic::model::Conversation;
use crate::uuid::Uuid;

/// A part of a conversation with what was said in it.
pub(crate) struct Analyzed<'a> {
    pub(crate) leg: Leg<'a>,
    pub(crate) phrases: Vec<Phrase>,
}

impl Analyzed<'_> {
    /// How the customer felt.
    pub(crate) fn sentiment(&self) -> Option<Sentiment> {
        Sentiment::of(self.phrases.iter())
    }

    /// Who had how much of the time; none of what was written.
    pub(crate) fn shares(&self, it: &Conversation) -> Option<Shares> {
        self.leg.is_voice().then(|| Shares::of(it, &self.leg, &self.phrases))
    }

    /// Indexes of the topics that were found, each once.
    pub(crate) fn topics(&self) -> Vec<usize> {
        let mut found: Vec<usize> = self.phrases.iter().filter_map(|phrase| phrase.line.topic).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The parts of a conversation of which sentiment and topics are known.
pub(crate) fn analyzed(it: &Conversation, now: i64) -> impl Iterator<Item = Analyzed<'_>> {
    let known = legs(it).into_iter().filter(move |leg| !leg.is_consult && leg.analyzed() <= now && now < leg.deleted());
    known.map(|leg| Analyzed { phrases: phrases(it, &leg), leg })
}

/// Indexes of the categories that topics make.
pub(crate) fn categories_of(topics: &[usize]) -> Vec<usize> {
    let has = |category: &Category| category.topics.iter().any(|topic| topics.contains(topic));
    (0..CATEGORIES.len()).filter(|at| has(&CATEGORIES[*at])).collect()
}

impl Org {
    /// `GET conversations/{conversationId}`.
    pub(super) fn conversation_metrics(&self, call: &Call) -> Answer {
        let it = self.conversation(Self::in_path(call, "{conversationId}")?, call)?;
        let parts: Vec<Analyzed<'_>> = analyzed(&it, call.now).collect();
        if parts.is_empty() {
            return Err(Refusal::not_found());
        }
        let mut body = json!({"conversation": named("conversations", it.id)});
        if let Some(felt) = Sentiment::of(parts.iter().flat_map(|part| &part.phrases)) {
            body["sentimentScore"] = json!(felt.score);
            body["sentimentTrendClass"] = json!(felt.class());
            if let Some(trend) = felt.trend {
                body["sentimentTrend"] = json!(trend);
            }
        }
        if let Some(shares) = parts.iter().filter_map(|part| part.shares(&it)).reduce(Shares::with) {
            body["participantMetrics"] = json!({
                "agentDurationPercentage": shares.percent(shares.agent),
                "customerDurationPercentage": shares.percent(shares.customer),
                "silenceDurationPercentage": shares.percent(shares.silence),
                "ivrDurationPercentage": shares.percent(shares.ivr),
                "acdDurationPercentage": shares.percent(shares.acd),
                "overtalkDurationPercentage": shares.percent(shares.overtalk_ms()),
                "otherDurationPercentage": shares.percent(shares.other),
                "overtalkCount": shares.overtalk.len(),
            });
        }
        Ok(body.to_string().into_bytes())
    }

    /// `GET conversations/{conversationId}/categories`.
    pub(super) fn categories_of_conversation(&self, call: &Call) -> Answer {
        let page = Page::of(call, 50)?;
        let it = self.conversation(Self::in_path(call, "{conversationId}")?, call)?;
        let topics: Vec<usize> = analyzed(&it, call.now).flat_map(|one| one.topics()).collect();
        let found = categories_of(&topics).into_iter().map(|at| self.category_json(at)).collect();
        Ok(listing(call, page, found))
    }

    /// `GET categories`.
    pub(super) fn categories(&self, call: &Call) -> Answer {
        let page = Page::of(call, 25)?;
        let ids = call.parameters("ids");
        let is_asked = |at: &usize| {
            let id = category_id(self.seed, *at).to_string();
            named_so(call, CATEGORIES[*at].name) && (ids.is_empty() || ids.contains(&id.as_str()))
        };
        let all = (0..CATEGORIES.len()).filter(is_asked).map(|at| self.whole_category(at)).collect();
        Ok(listing(call, page, all))
    }

    /// `GET categories/{categoryId}`.
    pub(super) fn one_category(&self, call: &Call) -> Answer {
        let id = Self::in_path(call, "{categoryId}")?;
        let at = (0..CATEGORIES.len()).find(|at| category_id(self.seed, *at) == id).ok_or_else(Refusal::not_found)?;
        Ok(self.whole_category(at).to_string().into_bytes())
    }

    fn category_json(&self, at: usize) -> Value {
        let Category { name, description, topics } = &CATEGORIES[at];
        let operands = topics.iter().map(|topic| {
            let mut operand =
                json!({"type": "Topic", "inverted": false, "topicId": topic_id(self.seed, *topic).to_string()});
            if Some(topic) != topics.last() {
                operand["infixOperator"] = json!({"operatorType": "Or"});
            }
            operand
        });
        json!({
            "id": category_id(self.seed, at).to_string(),
            "name": name,
            "description": description,
            "interactionType": "All",
            "criteria": {"type": "OperandGroup", "inverted": false, "operands": operands.collect::<Vec<_>>()},
        })
    }

    fn whole_category(&self, at: usize) -> Value {
        let mut body = self.category_json(at);
        let author = named("users", self.directory.founder());
        for (name, value) in [("createdBy", &author), ("modifiedBy", &author)] {
            body[name] = value.clone();
        }
        for name in ["dateCreated", "dateModified"] {
            body[name] = json!(iso(FOUNDED));
        }
        body["selfUri"] = json!(format!("/api/v2/speechandtextanalytics/categories/{}", category_id(self.seed, at)));
        body
    }

    /// `GET topics`: by `nextPage`, or by `pageNumber` as others do.
    pub(super) fn topics(&self, call: &Call) -> Answer {
        let number = |name: &str, usual: usize, most: usize| match call.parameter(name) {
            None => Ok(usual),
            Some(text) => match text.parse::<usize>() {
                Ok(number) if (1..=most).contains(&number) => Ok(number),
                _ => Err(Refusal::parameter(text, name, &format!("1 to {most}"))),
            },
        };
        let size = number("pageSize", 20, 500)?;
        let page = if call.parameter("nextPage").is_some() { "nextPage" } else { "pageNumber" };
        let page = number(page, 1, 10_000)?;
        let ids = call.parameters("ids");
        if ids.len() > 50 {
            return Err(Refusal::bad("At most 50 ids may be given."));
        }
        let is_asked = |at: &usize| {
            let id = topic_id(self.seed, *at).to_string();
            named_so(call, TOPICS[*at].name) && (ids.is_empty() || ids.contains(&id.as_str()))
        };
        let all: Vec<usize> = (0..TOPICS.len()).filter(is_asked).collect();
        let count = all.len().div_ceil(size).max(1);
        let entities: Vec<Value> =
            all.iter().skip((page - 1) * size).take(size).map(|at| self.topic_json(*at, false)).collect();
        let mut body = json!({
            "entities": entities,
            "pageSize": size,
            "total": all.len(),
            "pageCount": count,
            "selfUri": "/api/v2/speechandtextanalytics/topics",
        });
        if page < count {
            let rest = call.query.iter().filter(|(key, _)| !matches!(key.as_str(), "nextPage" | "pageNumber"));
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(rest).append_pair("nextPage", &(page + 1).to_string());
            body["nextUri"] = json!(format!("/api/v2/speechandtextanalytics/topics?{}", query.finish()));
        }
        Ok(body.to_string().into_bytes())
    }

    /// `GET topics/{topicId}`.
    pub(super) fn one_topic(&self, call: &Call) -> Answer {
        let id = Self::in_path(call, "{topicId}")?;
        let at = (0..TOPICS.len()).find(|at| topic_id(self.seed, *at) == id).ok_or_else(Refusal::not_found)?;
        Ok(self.topic_json(at, true).to_string().into_bytes())
    }

    /// A topic: alone it tells its phrases and programs, in a list how many there are.
    fn topic_json(&self, at: usize, is_whole: bool) -> Value {
        let Topic { name, description, participants } = &TOPICS[at];
        let id = topic_id(self.seed, at);
        let author = named("users", self.directory.founder());
        let mut body = json!({
            "id": id.to_string(),
            "name": name,
            "description": description,
            "published": true,
            "strictness": "85",
            "matchingType": "Lexical",
            "tags": [],
            "dialect": "en-US",
            "participants": participants,
            "modifiedBy": author,
            "dateModified": iso(FOUNDED),
            "selfUri": format!("/api/v2/speechandtextanalytics/topics/{id}"),
        });
        if !is_whole {
            body["programsCount"] = json!(1);
            body["phrasesCount"] = json!(phrases_of(at).count());
            return body;
        }
        let sentiment = |of: i64| ["Negative", "Unspecified", "Positive"][(of + 1) as usize];
        let phrases = phrases_of(at).map(|line| json!({"text": line.text, "sentiment": sentiment(line.sentiment)}));
        body["phrases"] = phrases.collect();
        let program = program_id(self.seed);
        let uri = format!("/api/v2/speechandtextanalytics/programs/{program}");
        body["programs"] = json!([{"id": program.to_string(), "name": "Everything", "selfUri": uri}]);
        body["publishedBy"] = body["modifiedBy"].clone();
        body["datePublished"] = body["dateModified"].clone();
        body
    }

    /// The ids of topics and of their categories, as a filter or a grouping names them.
    pub(crate) fn topic_names(&self, topics: &[usize]) -> (Vec<String>, Vec<String>) {
        let ids =
            |id: fn(u64, usize) -> Uuid, all: &[usize]| all.iter().map(|at| id(self.seed, *at).to_string()).collect();
        (ids(topic_id, topics), ids(category_id, &categories_of(topics)))
    }
}
