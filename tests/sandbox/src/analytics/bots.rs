//! `analytics/botflows/{botFlowId}`: the sessions of a digital bot, and their turns, those of the newest session first.

use serde_json::{Value, json};

use super::dimensions::Part;
use super::filter::Values;
use super::{read_interval, vocabulary};
use crate::entities::{named, number};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::speech::{Turn, turns};
use crate::time::{DAY, HOUR, Interval, day_of, iso};
use crate::traffic::Place;
use crate::traffic::model::Conversation;
use crate::uuid::Uuid;

/// The kind of flow that is a bot.
const KIND: &str = "DIGITALBOT";

/// Everything is deleted "after approximately, but not before, 10 days" (descriptions of the operations).
const KEPT: i64 = 10 * DAY;

/// Nobody talks to a bot for longer.
const LONGEST: i64 = HOUR;

/// The largest page, and the usual one.
const MOST: usize = 250;
const USUAL: usize = 50;

/// How a bot is left: the exit of its flow; result, category and kind of the end of its session.
const ENDS: [[&str; 4]; 2] = [
    ["TRANSFER", "TransferToACD", "Transfer", "Exit"],
    ["DISCONNECT", "DisconnectRequestedByUser", "UserDisconnect", "Disconnect"],
];

/// What customers write with, by the type of their messages.
const AGENTS: [(&str, &str); 3] = [("webmessaging", "GenesysWebWidget"), ("whatsapp", "Whatsapp"), ("sms", "SMS")];

/// Parameters, each with the dimension that it asks for and the list of its words, where there is one.
type Asked = [(&'static str, &'static str, &'static str)];
const OF_SESSIONS: &Asked =
    &[("botResultCategories", "botResultCategory", "bot-session.category"), ("endLanguage", "endLanguage", "")];
const OF_TURNS: &Asked = &[
    ("sessionId", "botSessionId", ""),
    ("actionId", "askActionId", ""),
    ("language", "languageCode", ""),
    ("askActionResults", "askActionResult", "bot-turn.result"),
];

/// What is told of a session: itself, or its turns.
type Parts = for<'a> fn(Bot<'a>, &'a [Turn]) -> Vec<Bot<'a>>;

/// A bot's session, or one turn of it, as far as a filter or a grouping can ask.
#[derive(Clone, Copy)]
pub(super) struct Bot<'a> {
    pub(super) part: Part<'a>,
    pub(super) turn: Option<&'a Turn>,
}

/// The sessions of bots in a conversation.
pub(super) fn bots(conversation: &Conversation) -> impl Iterator<Item = Bot<'_>> {
    let sessions = conversation.participants.iter().flat_map(|p| p.sessions.iter().map(move |session| (p, session)));
    let of_bots = sessions.filter(|(_, session)| session.flow.as_ref().is_some_and(|flow| flow.kind == KIND));
    of_bots.map(move |(participant, session)| Bot {
        part: Part { conversation, participant, session, segment: None },
        turn: None,
    })
}

impl Values for Bot<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        let of_turn = |value: fn(&Turn, Uuid) -> Option<String>| {
            let flow = self.part.session.flow.as_ref();
            self.turn.zip(flow).and_then(|(turn, flow)| value(turn, flow.id)).into_iter().collect()
        };
        let of_end = |column: usize| self.end().map(|end| end[column].to_string()).into_iter().collect();
        match name {
            "botId" => self.part.dimension("flowId"),
            "botName" => self.part.dimension("flowName"),
            "botVersion" => self.part.dimension("flowVersion"),
            "botFlowType" => self.part.dimension("flowType"),
            "botSessionId" => self.part.dimension("sessionId"),
            "botProvider" => vec!["GENESYS".into()],
            "botResult" => of_end(1),
            "botResultCategory" => of_end(2),
            "languageCode" => self.part.dimension("startingLanguage"),
            "endLanguage" => self.part.dimension("endingLanguage"),
            "selfServed" => self.part.self_served(),
            "askActionId" => of_turn(|turn, flow| Some(turn.action_id(flow).to_string())),
            "askActionType" => of_turn(|turn, _| Some(turn.action_type().into())),
            "askActionResult" => of_turn(|turn, _| Some(turn.result().into())),
            "botIntent" => of_turn(|turn, _| turn.intent().map(String::from)),
            _ => self.part.dimension(name),
        }
    }

    fn metric(&self, name: &str) -> Vec<f64> {
        self.part.metric(name)
    }
}

impl Bot<'_> {
    /// How the session ended, if it did.
    fn end(&self) -> Option<&'static [&'static str; 4]> {
        let exit = self.part.session.flow.as_ref()?.exit;
        ENDS.iter().find(|end| end[0] == exit)
    }

    /// When the turn or the session was over.
    fn completed(&self) -> Option<i64> {
        self.turn.map_or_else(|| self.part.session.segments.last()?.end, |turn| Some(turn.end))
    }

    /// When the session was over, and whether it served the customer; none while it goes on.
    pub(super) fn over(&self) -> Option<(i64, bool)> {
        let served = self.part.session.flow.as_ref()?.self_served()?;
        Some((self.part.session.segments.last()?.end?, served))
    }

    /// Whether it is what the parameters ask for.
    fn is_asked(&self, call: &Call, asked: &Asked) -> bool {
        asked.iter().all(|(parameter, dimension, _)| {
            let wanted = call.parameters(parameter);
            let found = self.dimension(dimension);
            wanted.is_empty() || found.iter().any(|value| wanted.iter().any(|word| word.eq_ignore_ascii_case(value)))
        })
    }

    fn json(&self, seed: u64) -> Option<Value> {
        let session = self.part.session;
        let flow = session.flow.as_ref()?;
        let conversation = named("conversations", self.part.conversation.id);
        let Some(turn) = self.turn else {
            let mut body = json!({
                "id": session.id_text(),
                "flow": {"id": flow.id.to_string()},
                "conversation": conversation,
                "channel": {
                    "name": "Messaging",
                    "inputModes": ["Text"],
                    "outputModes": ["Text"],
                    "userAgent": {"name": self.user_agent()},
                },
                "dateCreated": iso(session.segments.first()?.start),
            });
            let texts = [("language", "languageCode"), ("endLanguage", "endLanguage")];
            let texts = texts.into_iter().chain(["botResult", "botResultCategory"].map(|name| (name, name)));
            for (member, dimension) in texts {
                if let Some(value) = self.dimension(dimension).pop() {
                    body[member] = json!(value);
                }
            }
            if let Some(at) = self.completed() {
                body["dateCompleted"] = json!(iso(at));
            }
            return Some(body);
        };
        let mut body = json!({
            "userInput": turn.input,
            "botPrompts": turn.prompts,
            "sessionId": session.id_text(),
            "conversation": conversation,
            "askAction": turn.action_json(flow.id),
            "askActionResult": turn.result(),
            "dateCreated": iso(turn.start),
            "dateCompleted": iso(turn.end),
        });
        if let Some(intent) = turn.intent_json(seed) {
            body["intent"] = intent;
        }
        if let Some([_, reason, _, kind]) = self.end().filter(|_| turn.is_last) {
            body["sessionEndDetails"] = json!({"type": kind, "reason": reason});
        }
        Some(body)
    }

    /// What the customer writes with.
    fn user_agent(&self) -> &'static str {
        let customers = self.part.conversation.participants.iter().filter(|p| p.purpose == "customer");
        let kind = customers.flat_map(|p| &p.sessions).find_map(|session| session.message_type);
        AGENTS.iter().find(|(of, _)| Some(*of) == kind).map_or("Unknown", |(_, agent)| agent)
    }
}

impl Org {
    /// `GET botflows/{botFlowId}/sessions`.
    pub(crate) fn bot_sessions(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        self.told_of_bot(call, OF_SESSIONS, |bot, _| vec![bot])
    }

    /// `GET botflows/{botFlowId}/reportingturns` and `…/divisions/reportingturns`.
    pub(crate) fn bot_turns(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let others = OF_TURNS.iter().skip(1).any(|(parameter, ..)| call.parameter(parameter).is_some());
        if call.parameter("sessionId").is_some() && others {
            return Err(Refusal::bad("A session ID may not be combined with an action ID, a language or results."));
        }
        self.told_of_bot(call, OF_TURNS, |bot, said| said.iter().map(|turn| Bot { turn: Some(turn), ..bot }).collect())
    }

    /// A page of what is asked for.
    fn told_of_bot(&self, call: &Call, asked: &Asked, parts: Parts) -> Result<Vec<u8>, Refusal> {
        let flow = call.placeholder("{botFlowId}").and_then(Uuid::parse);
        let known = self.directory.flows_of(KIND).into_iter().find(|known| Some(known.id) == flow);
        let flow = known.ok_or_else(Refusal::not_found)?.id;
        let size = number(call, "pageSize", USUAL, MOST)?;
        let interval = call.parameter("interval").map(read_interval).transpose()?;
        for (parameter, _, list) in asked.iter().filter(|(.., list)| !list.is_empty()) {
            let words = vocabulary::words(list);
            let is_unknown = |word: &&str| !words.iter().any(|known| known.eq_ignore_ascii_case(word));
            if let Some(unknown) = call.parameters(parameter).into_iter().find(is_unknown) {
                return Err(Refusal::parameter(unknown, parameter, &words.join(", ")));
            }
        }
        let after = call.parameter("after").map(|cursor| self.pointed_at(cursor)).transpose()?;
        let is_kept = |bot: &Bot<'_>| match bot.completed() {
            Some(at) => at >= call.now - KEPT && interval.is_none_or(|it| (it.start..it.end).contains(&at)),
            // What goes on is completed in no interval.
            None => interval.is_none(),
        };
        let (mut entities, mut last) = (Vec::new(), None);
        for place in self.newest(call.now, interval, after.map(|(place, _)| place)) {
            let whole = self.traffic.build(place);
            let it = whole.clone().seen_at(call.now);
            if !call.sees(&it.divisions) {
                continue;
            }
            let mut nth = 0;
            for bot in bots(&it).filter(|bot| bot.part.session.flow.as_ref().is_some_and(|it| it.id == flow)) {
                let said = turns(&whole, bot.part.session.id, call.now);
                for part in parts(bot, &said).iter().filter(|part| is_kept(part) && part.is_asked(call, asked)) {
                    nth += 1;
                    if after.is_some_and(|(from, told)| from == place && nth <= told) {
                        continue;
                    }
                    if entities.len() == size {
                        return Ok(page(call, entities, last));
                    }
                    entities.extend(part.json(self.seed));
                    last = Some((it.id, nth));
                }
            }
        }
        Ok(page(call, entities, None))
    }

    /// The conversations in which a bot may have completed something that is kept, the newest first, from a place on.
    fn newest(&self, now: i64, interval: Option<Interval>, after: Option<Place>) -> impl Iterator<Item = Place> {
        let from = interval.map_or(i64::MIN, |it| it.start).max(now - KEPT) - LONGEST;
        let until = interval.map_or(i64::MAX, |it| it.end).min(now + 1);
        let days = (day_of(from)..=day_of(until)).rev().filter(move |day| after.is_none_or(|it| *day <= it.day));
        days.flat_map(move |day| {
            let known = self.traffic.day(day);
            let at = after.filter(|it| it.day == day);
            let rest = known.starts.iter().rev().skip_while(|(_, number)| at.is_some_and(|it| it.number != *number));
            let inside = rest.filter(|(start, _)| (from..until).contains(start));
            inside.map(|(_, number)| Place { day, number: *number }).collect::<Vec<_>>()
        })
    }

    /// What a cursor points to: a conversation, and how much of it was told.
    fn pointed_at(&self, cursor: &str) -> Result<(Place, usize), Refusal> {
        let read = || {
            let (id, told) = cursor.split_once('_')?;
            Some((self.traffic.find(Uuid::parse(id)?)?, told.parse().ok()?))
        };
        read().ok_or_else(|| Refusal::bad("Invalid cursor in `after`."))
    }
}

/// A page, with the link to the next one where there is more.
fn page(call: &Call, entities: Vec<Value>, last: Option<(Uuid, usize)>) -> Vec<u8> {
    let link = |after: Option<String>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(call.query.iter().filter(|(key, _)| key != "after"));
        query.extend_pairs(after.map(|cursor| ("after", cursor)));
        format!("{}?{}", call.target(), query.finish()).trim_end_matches('?').to_string()
    };
    let mut body = json!({"entities": entities, "selfUri": link(call.parameter("after").map(String::from))});
    if let Some((conversation, told)) = last {
        body["nextUri"] = json!(link(Some(format!("{conversation}_{told}"))));
    }
    body.to_string().into_bytes()
}
