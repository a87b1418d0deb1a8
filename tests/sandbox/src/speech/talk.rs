//! What was said, phrase by phrase: made from a conversation's segments whenever someone asks, and always the same.

use super::legs::Leg;
use super::lines::{AGENT, ANNOYED, CALM, FLOW, Line, ON_TOPIC, PLEASED};
use crate::rng::{Rng, key};
use crate::time::{MINUTE, SECOND};
use crate::traffic::model::Conversation;

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    Customer,
    Agent,
    Flow,
}

/// Something that was said or written in one go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phrase {
    pub(crate) speaker: Speaker,
    pub(crate) at: i64,
    /// How long it took; nothing for what is written.
    pub(crate) ms: i64,
    pub(crate) line: &'static Line,
}

impl Phrase {
    /// Where it ends.
    pub(crate) fn end(&self) -> i64 {
        self.at + self.ms
    }

    /// The side it was said on, in the words of transcripts.
    pub(crate) fn side(&self) -> &'static str {
        if self.speaker == Speaker::Customer { "external" } else { "internal" }
    }
}

/// How customers feel, from the beginning to the end: the share of lines that are pleased and annoyed.
struct Mood {
    pleased: [f64; 2],
    annoyed: [f64; 2],
    topics: Vec<usize>,
}

impl Mood {
    fn new(rng: &mut Rng) -> Self {
        let share = |rng: &mut Rng| rng.fraction() * 0.35;
        let topics = (0..rng.weighted(&[25, 55, 20])).map(|_| rng.between(0, 6) as usize).collect();
        Self { pleased: [share(rng), share(rng)], annoyed: [share(rng), share(rng)], topics }
    }

    /// What a customer says at some point of the way, 0 being the beginning and 1 the end.
    fn line(&self, way: f64, rng: &mut Rng) -> &'static Line {
        let at = |range: [f64; 2]| range[0] + (range[1] - range[0]) * way;
        let drawn = rng.fraction();
        if drawn < at(self.pleased) {
            return rng.pick(&PLEASED);
        }
        if drawn < at(self.pleased) + at(self.annoyed) {
            return rng.pick(&ANNOYED);
        }
        match self.topics.is_empty() || rng.chance(0.6) {
            true => rng.pick(&CALM),
            false => &ON_TOPIC[2 * *rng.pick(&self.topics) + usize::from(rng.chance(0.5))],
        }
    }
}

/// A stretch of time in which somebody talks with the customer, or the customer alone.
type Stretch = (i64, i64, Option<Speaker>);

/// What was said in a part of a conversation, in its order. Agents who ask each other are not transcribed.
pub(crate) fn phrases(it: &Conversation, leg: &Leg<'_>) -> Vec<Phrase> {
    if leg.is_consult {
        return Vec::new();
    }
    let (first, second) = leg.id().halves();
    let rng = &mut Rng::new(key(&[first, second, 53]));
    let mood = Mood::new(rng);
    let mut said = Vec::new();
    if !leg.is_voice() {
        // Whoever writes has written something.
        said.push(Phrase { speaker: Speaker::Customer, at: leg.start, ms: 0, line: mood.line(0.0, rng) });
    }
    for stretch in stretches(it, leg) {
        converse(stretch, leg, &mood, rng, &mut said);
    }
    said
}

fn stretches(it: &Conversation, leg: &Leg<'_>) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    for participant in &it.participants {
        let other = match participant.purpose {
            "agent" => Some(Speaker::Agent),
            "ivr" | "botflow" | "workflow" => Some(Speaker::Flow),
            "voicemail" => None,
            _ => continue,
        };
        for session in participant.sessions.iter().filter(|session| session.media == leg.session.media) {
            // Another leg is another talk: an agent who was asked speaks with the customer when the first one is gone.
            let was_asked = session.direction == "outbound" && it.direction == "inbound" && session.id != leg.id();
            let talk = session.segments.iter();
            let talk = talk.filter(|s| !was_asked || (s.queue.is_some() && !s.conference));
            let talk = talk.filter(|s| matches!(s.kind, "interact" | "ivr" | "system" | "voicemail"));
            let times = talk.filter_map(|segment| Some((segment.start, segment.end?)));
            // What came before a thread was opened again, or after, is another leg's.
            let own = times.filter(|(start, end)| *start < leg.end && *end > leg.start);
            found.extend(own.map(|(start, end)| (start, end, other)));
        }
    }
    if found.is_empty() && !leg.is_voice() {
        found.push((leg.start, leg.end, None));
    }
    found.sort_by_key(|(start, ..)| *start);
    found
}

/// The pause before somebody goes on, and how many phrases there are at most in one stretch.
fn pace(media: &str, other: Option<Speaker>) -> (i64, i64, usize) {
    match media {
        "voice" => (150, 2_200, 400),
        _ if other == Some(Speaker::Flow) => (SECOND, 12 * SECOND, 20),
        "chat" => (4 * SECOND, 40 * SECOND, 40),
        "message" => (10 * SECOND, 4 * MINUTE, 20),
        _ => (MINUTE, 8 * MINUTE, 4),
    }
}

fn converse((from, until, other): Stretch, leg: &Leg<'_>, mood: &Mood, rng: &mut Rng, said: &mut Vec<Phrase>) {
    let (least, most, count) = pace(leg.session.media, other);
    let (mut at, before) = (from, said.len());
    // What was written first is answered by the flow that it reaches.
    let begun = usize::from(!leg.is_voice() && other == Some(Speaker::Flow) && before == 1);
    while said.len() - before < count {
        let turn = said.len() - before;
        // Whoever writes begins; whoever calls is greeted.
        let is_customers = (turn + begun).is_multiple_of(2) != leg.is_voice();
        let speaker = other.filter(|_| !is_customers).unwrap_or(Speaker::Customer);
        let way = (at - leg.start) as f64 / (leg.end - leg.start).max(1) as f64;
        let line = match speaker {
            Speaker::Customer => mood.line(way, rng),
            Speaker::Agent if turn == 0 => &AGENT[0],
            Speaker::Agent => rng.pick(&AGENT),
            Speaker::Flow => &FLOW[(turn / 2).min(FLOW.len() - 1)],
        };
        let words = line.text.split(' ').count() as i64;
        let ms = if leg.is_voice() { words * rng.between(220, 420) } else { 0 };
        // Now and then one interrupts the other.
        let interrupts = leg.is_voice() && other == Some(Speaker::Agent) && turn > 0 && rng.chance(0.06);
        let begins = if interrupts { at - rng.between(100, 200) } else { at + rng.between(least, most) };
        if begins + ms >= until {
            break;
        }
        said.push(Phrase { speaker, at: begins, ms, line });
        at = begins + ms;
    }
}
