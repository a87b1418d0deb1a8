//! What people say here, and what it is about: everything ever said is one of these lines.

use crate::rng::{Rng, key};
use crate::uuid::Uuid;

/// Something one may say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The words.
    pub(crate) text: &'static str,
    /// 1, 0 or -1.
    pub(crate) sentiment: i64,
    /// Index of the topic it belongs to.
    pub(crate) topic: Option<usize>,
}

/// A topic that is looked for. Its phrases are the lines that belong to it.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// Whose words count: `External`, `Internal`.
    pub(crate) participants: &'static str,
}

/// A category: conversations that have one of its topics.
#[derive(Debug)]
pub(crate) struct Category {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// Indexes of its topics.
    pub(crate) topics: &'static [usize],
}

const fn plain(text: &'static str) -> Line {
    Line { text, sentiment: 0, topic: None }
}

const fn felt(sentiment: i64, text: &'static str) -> Line {
    Line { text, sentiment, topic: None }
}

const fn about(topic: usize, sentiment: i64, text: &'static str) -> Line {
    Line { text, sentiment, topic: Some(topic) }
}

const fn topic(name: &'static str, description: &'static str, participants: &'static str) -> Topic {
    Topic { name, description, participants }
}

pub(crate) const TOPICS: [Topic; 8] = [
    topic("Billing dispute", "The customer does not agree with an invoice", "External"),
    topic("Cancellation", "The customer wants to end a contract", "External"),
    topic("Delivery delay", "Something has not arrived", "External"),
    topic("Refund", "The customer wants money back", "External"),
    topic("Technical fault", "Something does not work", "External"),
    topic("Address change", "The customer has moved", "External"),
    topic("Escalation", "A supervisor is asked for", "External"),
    topic("Empathy", "The agent shows understanding", "Internal"),
];

pub(crate) const CATEGORIES: [Category; 3] = [
    Category { name: "Money", description: "Invoices and refunds", topics: &[0, 3] },
    Category { name: "At risk", description: "The customer may leave", topics: &[1, 6] },
    Category { name: "Service", description: "Deliveries, faults, changes", topics: &[2, 4, 5] },
];

/// What a customer says about a topic, by turns of two.
pub(crate) const ON_TOPIC: [Line; 14] = [
    about(0, -1, "this invoice is wrong again"),
    about(0, 0, "I was charged twice in March"),
    about(1, -1, "I want to cancel my contract"),
    about(1, 0, "how do I close the account"),
    about(2, -1, "my parcel is two weeks late and nobody tells me anything"),
    about(2, 0, "the delivery has not arrived"),
    about(3, 0, "I would like to have my money back"),
    about(3, 0, "when will the refund be on my account"),
    about(4, -1, "it keeps breaking down"),
    about(4, 0, "the device does not start any more"),
    about(5, 0, "I have moved to another street"),
    about(5, 0, "please change my address"),
    about(6, -1, "let me talk to your supervisor"),
    about(6, -1, "I want to speak with the manager now"),
];

pub(crate) const PLEASED: [Line; 5] = [
    felt(1, "that is wonderful thank you so much"),
    felt(1, "great you really helped me"),
    felt(1, "I am very happy with that"),
    felt(1, "perfect that was quick"),
    felt(1, "you have been very kind"),
];

pub(crate) const ANNOYED: [Line; 5] = [
    felt(-1, "this is really annoying"),
    felt(-1, "I am very disappointed"),
    felt(-1, "that is unacceptable"),
    felt(-1, "I have been waiting for ages"),
    felt(-1, "nobody ever calls me back"),
];

pub(crate) const CALM: [Line; 8] = [
    plain("yes"),
    plain("okay"),
    plain("my number is four seven one one"),
    plain("it was on Monday I think"),
    plain("could you say that again please"),
    plain("let me have a look"),
    plain("no that is all"),
    plain("I see"),
];

pub(crate) const AGENT: [Line; 10] = [
    plain("how can I help you today"),
    plain("may I have your customer number please"),
    plain("let me check that for you"),
    plain("one moment please"),
    plain("I can see it here"),
    plain("it will be done by tomorrow"),
    plain("is there anything else I can do for you"),
    plain("I will send you an email about it"),
    about(7, 0, "I understand how annoying that is"),
    about(7, 0, "I am sorry for the trouble"),
];

pub(crate) const FLOW: [Line; 3] = [
    plain("welcome to our service"),
    plain("please tell us in a few words what you are calling about"),
    plain("thank you please hold on"),
];

/// The id of a thing of speech and text analytics: of a kind, by its index.
fn id(seed: u64, kind: u64, at: usize) -> Uuid {
    Rng::new(key(&[seed, at as u64, kind])).uuid()
}

/// The id of a topic.
pub(crate) fn topic_id(seed: u64, at: usize) -> Uuid {
    id(seed, 41, at)
}

/// The id of a category.
pub(crate) fn category_id(seed: u64, at: usize) -> Uuid {
    id(seed, 42, at)
}

/// The id of the intent that a bot knows by the name of a topic.
pub(crate) fn intent_id(seed: u64, topic: usize) -> Uuid {
    id(seed, 45, topic)
}

/// The id of the one program, which looks for all topics.
pub(crate) fn program_id(seed: u64) -> Uuid {
    id(seed, 43, 0)
}

/// The phrases of a topic.
pub(crate) fn phrases_of(topic: usize) -> impl Iterator<Item = &'static Line> {
    const ALL: [&[Line]; 2] = [&ON_TOPIC, &AGENT];
    ALL.into_iter().flatten().filter(move |line| line.topic == Some(topic))
}
