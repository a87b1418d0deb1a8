//! What is reckoned from what was said: sentiment, its trend, and who had how much of the time.

use super::legs::Leg;
use super::talk::{Phrase, Speaker};
use crate::traffic::model::Conversation;

/// A trend needs so many phrases of the customer (help.mypurecloud.com, "What is the customer sentiment trend").
const ENOUGH: usize = 6;

/// How a customer felt: each from -1 to 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sentiment {
    pub(crate) score: f64,
    /// None where the customer said too little.
    pub(crate) trend: Option<f64>,
}

impl Sentiment {
    /// None where the customer said nothing.
    pub(crate) fn of<'a>(phrases: impl Iterator<Item = &'a Phrase>) -> Option<Self> {
        let felt: Vec<i64> =
            phrases.filter(|phrase| phrase.speaker == Speaker::Customer).map(|phrase| phrase.line.sentiment).collect();
        if felt.is_empty() {
            return None;
        }
        let half = felt.len() / 2;
        // What is felt later weighs more: by its place among the phrases of the customer.
        let score = |from: usize, to: usize| {
            let events = (from..to).filter(|at| felt[*at] != 0);
            let weight = |at: usize| (at + 1) as f64 / felt.len() as f64;
            let (sum, all) =
                events.fold((0.0, 0.0), |(sum, all), at| (sum + weight(at) * felt[at] as f64, all + weight(at)));
            if all > 0.0 { sum / all } else { 0.0 }
        };
        let trend = (felt.len() >= ENOUGH).then(|| (score(half, felt.len()) - score(0, half)) / 2.0);
        Some(Self { score: score(0, felt.len()), trend })
    }

    /// The trend in the words of the models; the bounds are those of the same page.
    pub(crate) fn class(&self) -> &'static str {
        match self.trend {
            None => "NotCalculated",
            Some(trend) if trend >= 0.55 => "Improving",
            Some(trend) if trend >= 0.20 => "SlightlyImproving",
            Some(trend) if trend > -0.20 => "NoChange",
            Some(trend) if trend > -0.55 => "SlightlyDeclining",
            Some(_) => "Declining",
        }
    }
}

/// A moment in which two spoke at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Overtalk {
    pub(crate) at: i64,
    pub(crate) ms: i64,
    /// The side that began while the other spoke.
    pub(crate) side: &'static str,
}

/// Who had how much of a call, in milliseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shares {
    pub(crate) all: i64,
    pub(crate) agent: i64,
    pub(crate) customer: i64,
    pub(crate) ivr: i64,
    pub(crate) acd: i64,
    /// On hold, and in the voicemail.
    pub(crate) other: i64,
    pub(crate) silence: i64,
    pub(crate) overtalk: Vec<Overtalk>,
}

impl Shares {
    pub(crate) fn of(it: &Conversation, leg: &Leg<'_>, phrases: &[Phrase]) -> Self {
        let mut shares = Self { all: leg.end - leg.start, overtalk: overtalk(phrases), ..Self::default() };
        let mut machines = Vec::new();
        for participant in &it.participants {
            for segment in
                participant.sessions.iter().filter(|s| s.media == leg.session.media).flat_map(|s| &s.segments)
            {
                let inside = |end: i64| (end.min(leg.end) - segment.start.max(leg.start)).max(0);
                let Some(ms) = segment.end.map(inside) else { continue };
                match (participant.purpose, segment.kind) {
                    ("ivr", _) => shares.ivr += ms,
                    ("acd", _) => shares.acd += ms,
                    ("voicemail", _) | ("agent", "hold") => shares.other += ms,
                    _ => continue,
                }
                machines.push((segment.start, segment.end.unwrap_or(segment.start)));
            }
        }
        // What is said to a machine is the machine's time.
        let is_between =
            |phrase: &&Phrase| !machines.iter().any(|(from, until)| *from <= phrase.at && phrase.at < *until);
        for phrase in phrases.iter().filter(is_between) {
            match phrase.speaker {
                Speaker::Customer => shares.customer += phrase.ms,
                Speaker::Agent | Speaker::Flow => shares.agent += phrase.ms,
            }
        }
        let spoken = shares.agent + shares.customer - shares.overtalk_ms();
        shares.silence = (shares.all - shares.ivr - shares.acd - shares.other - spoken).max(0);
        shares
    }

    /// Those of two parts together.
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            all: self.all + other.all,
            agent: self.agent + other.agent,
            customer: self.customer + other.customer,
            ivr: self.ivr + other.ivr,
            acd: self.acd + other.acd,
            other: self.other + other.other,
            silence: self.silence + other.silence,
            overtalk: [self.overtalk, other.overtalk].concat(),
        }
    }

    pub(crate) fn overtalk_ms(&self) -> i64 {
        self.overtalk.iter().map(|both| both.ms).sum()
    }

    /// A part of the whole, in per cent.
    pub(crate) fn percent(&self, ms: i64) -> f64 {
        100.0 * ms as f64 / self.all.max(1) as f64
    }
}

fn overtalk(phrases: &[Phrase]) -> Vec<Overtalk> {
    let pairs = phrases.windows(2).filter(|pair| pair[1].at < pair[0].end());
    pairs.map(|pair| Overtalk { at: pair[1].at, ms: pair[0].end() - pair[1].at, side: pair[1].side() }).collect()
}
