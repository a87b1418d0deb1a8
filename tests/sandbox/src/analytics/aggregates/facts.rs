//! Where the facts of each family come from: the conversations, or the agents' timelines.

use std::sync::Arc;

use super::judged;
use super::table::{Amount, Fact, Table};
use crate::agents::presence::DEFINITIONS;
use crate::analytics::bots::{Bot, bots};
use crate::analytics::dimensions::{Part, achieved};
use crate::analytics::filter::Values;
use crate::directory::Directory;
use crate::org::{Call, Org};
use crate::speech::{Turn, turns};
use crate::traffic::model::{Conversation, Metric, Session};
use crate::traffic::{Milestone, Outcome};
use crate::uuid::Uuid;

/// What counts the turns of bots: each for itself, and those of a session.
const TURNS: [&str; 2] = ["nBotSessionTurns", "oBotIntent"];
const OF_SESSION: [&str; 5] = [
    "oBotSessionTurn",
    "oBotSessionQuery",
    "oBotSessionQuerySelfServed",
    "oBotSessionCollection",
    "oBotSessionCollectionSelfServed",
];

/// What a family counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The metrics sessions emitted.
    Conversations,
    /// Those among them that flows emitted.
    Flows,
    /// The sessions of digital bots, and their turns.
    Bots,
    /// Evaluations that were finished.
    Evaluations,
    /// Surveys that came back.
    Surveys,
    /// Whether another contact was avoided.
    Resolutions,
    /// What speech and text analytics found.
    Transcripts,
    /// What was written about conversations.
    Summaries,
    /// Time in presences and routing states.
    Users,
    /// What this organisation does not use.
    Nothing,
}

/// A user, as far as a filter or a grouping can ask.
pub(crate) struct Agent(pub(crate) String);

impl Values for Agent {
    fn dimension(&self, name: &str) -> Vec<String> {
        if name == "userId" { vec![self.0.clone()] } else { Vec::new() }
    }

    fn metric(&self, _name: &str) -> Vec<f64> {
        Vec::new()
    }
}

impl Org {
    /// Feeds a table with the facts the caller may see, as they are known at a moment.
    pub(super) fn feed(&mut self, source: Source, table: &mut Table<'_>, call: &Call, now: i64) {
        match source {
            Source::Nothing => {}
            Source::Transcripts => self.feed_transcripts(table, call, now),
            Source::Summaries => self.feed_summaries(table, call, now),
            Source::Users => self.feed_users(table, call, now),
            Source::Bots => self.feed_bots(table, call, now),
            _ => self.feed_conversations(source, table, call, now),
        }
    }

    fn feed_conversations(&mut self, source: Source, table: &mut Table<'_>, call: &Call, now: i64) {
        let interval = table.query.interval;
        for place in self.traffic.alive(interval.start, interval.end.min(now + 1)) {
            let it = self.traffic.build(place).seen_at(now);
            if call.sees(&it.divisions) {
                of_conversation(source, &it, &self.directory, table);
            }
        }
    }

    fn feed_bots(&mut self, table: &mut Table<'_>, call: &Call, now: i64) {
        let interval = table.query.interval;
        for place in self.traffic.alive(interval.start, interval.end.min(now + 1)) {
            let whole = self.traffic.build(place);
            let it = whole.clone().seen_at(now);
            for bot in bots(&it).filter(|_| call.sees(&it.divisions)) {
                table.count(&bot, of_bot(bot.part.session));
                if TURNS.iter().chain(&OF_SESSION).any(|metric| table.query.uses(metric)) {
                    let said = turns(&whole, bot.part.session.id, now);
                    table.count(&bot, of_session(&bot, &said));
                    for turn in &said {
                        let [counted, intent] = TURNS.map(|metric| fact(turn.end, metric, 1));
                        let intent = turn.intent().map(|_| intent);
                        table.count(&Bot { turn: Some(turn), ..bot }, [counted].into_iter().chain(intent));
                    }
                }
            }
        }
    }

    fn feed_users(&mut self, table: &mut Table<'_>, call: &Call, now: i64) {
        let definitions = DEFINITIONS.map(|definition| Arc::from(self.presence_id(definition.name).to_string()));
        let interval = table.query.interval;
        let all = self.states(interval, now);
        let directory = self.directory.clone();
        for (user, states) in directory.users.iter().zip(all) {
            if !call.sees(&[directory.divisions[user.entity.division].id]) {
                continue;
            }
            let agent = Agent(user.entity.id.to_string());
            let inside = states.iter().filter(|state| state.start < interval.end && state.end > interval.start);
            for state in inside {
                let kinds = [
                    ("tSystemPresence", Arc::from(state.presence.key())),
                    ("tOrganizationPresence", Arc::clone(&definitions[state.definition])),
                    ("tAgentRoutingStatus", Arc::from(state.routing.key())),
                ];
                table.spend(&agent, (state.start, state.end.min(now)), &kinds);
            }
        }
    }
}

fn of_conversation(source: Source, it: &Conversation, directory: &Directory, table: &mut Table<'_>) {
    judged::count(source, it, directory, table);
    for participant in &it.participants {
        for session in &participant.sessions {
            let part = Part { conversation: it, participant, session, segment: None };
            match source {
                Source::Conversations => table.count(&part, emitted(it, session, directory)),
                Source::Flows => of_flow(part, table),
                _ => {}
            }
        }
    }
}

/// What a session emitted, and what is reckoned from it.
fn emitted(it: &Conversation, session: &Session, directory: &Directory) -> Vec<Fact> {
    let mut facts = Vec::with_capacity(2 * session.metrics.len());
    for metric in &session.metrics {
        let at = metric.emitted;
        facts.push(Fact { at, metric: metric.name, amount: Amount::Value(metric.value) });
        facts.push(Fact { at, metric: "nConversations", amount: Amount::Distinct(it.id) });
        if metric.name == "tAcd" {
            facts.push(Fact { at, metric: "tWait", amount: Amount::Value(metric.value) });
        }
        if metric.name == "nConnected" && session.media == "callback" {
            let is_served = !is_late(it, session.queue());
            facts.push(Fact { at, metric: "oCallbackServiceLevel", amount: Amount::Share(is_served) });
        }
        if matches!(metric.name, "tAnswered" | "tAbandon") {
            let queue = session.queue().and_then(|id| directory.queue(id));
            let target = queue.map_or(20_000, |queue| queue.target_ms(session.media));
            let is_served = metric.name == "tAnswered" && metric.value <= target;
            facts.push(Fact { at, metric: "oServiceLevel", amount: Amount::Share(is_served) });
            facts.push(Fact { at, metric: "oServiceTarget", amount: Amount::Share(is_served) });
        }
    }
    facts
}

/// Whether a callback came too late for its queue.
fn is_late(it: &Conversation, queue: Option<Uuid>) -> bool {
    let sessions = it.participants.iter().flat_map(|participant| &participant.sessions);
    let mut own = sessions.filter(|session| session.queue() == queue).flat_map(|session| &session.metrics);
    own.any(|metric| metric.name == "nCallbackOverSla")
}

/// What a flow emitted. An outcome's and a milestone's own metrics count for that one alone.
fn of_flow(part: Part<'_>, table: &mut Table<'_>) {
    let Some(flow) = &part.session.flow else { return };
    let fact = |it: Metric| Fact { at: it.emitted, metric: it.name, amount: Amount::Value(it.value) };
    let own = |name: &str| ["nFlow", "tFlow", "tFlowExit", "tFlowDisconnect"].contains(&name);
    let all = Ran { part, outcomes: &flow.outcomes, milestones: &flow.milestones };
    table.count(&all, part.session.metrics.iter().filter(|metric| own(metric.name)).copied().map(fact));
    for outcome in &flow.outcomes {
        let ran = Ran { outcomes: std::slice::from_ref(outcome), ..all };
        table.count(&ran, outcome.metrics().map(fact));
    }
    for milestone in &flow.milestones {
        let ran = Ran { milestones: std::slice::from_ref(milestone), ..all };
        table.count(&ran, [fact(milestone.metric())]);
    }
}

/// A flow, as far as one of its outcomes or milestones goes.
#[derive(Clone, Copy)]
struct Ran<'a> {
    part: Part<'a>,
    outcomes: &'a [Outcome],
    milestones: &'a [Milestone],
}

impl Values for Ran<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        match name {
            "flowOutcome" | "flowOutcomeId" | "flowOutcomeValue" | "flowMilestoneId" => {
                achieved(name, self.outcomes, self.milestones)
            }
            "selfServed" => self.part.self_served(),
            _ => self.part.dimension(name),
        }
    }

    fn metric(&self, name: &str) -> Vec<f64> {
        self.part.metric(name)
    }
}

/// A bot's session is the session of its flow.
fn of_bot(session: &Session) -> impl Iterator<Item = Fact> {
    session.metrics.iter().filter_map(|metric| {
        let name = match metric.name {
            "nFlow" => "nBotSessions",
            "tFlow" => "tBotSession",
            "tFlowExit" => "tBotExit",
            "tFlowDisconnect" => "tBotDisconnect",
            _ => return None,
        };
        Some(Fact { at: metric.emitted, metric: name, amount: Amount::Value(metric.value) })
    })
}

/// What the turns of a bot's session come to when it is over, be there none: all, those in which the bot knew what the
/// customer wanted, and those in which it got what it asked for.
fn of_session(bot: &Bot<'_>, said: &[Turn]) -> Vec<Fact> {
    let Some((at, served)) = bot.over() else { return Vec::new() };
    let count = |counts: fn(&Turn) -> bool| said.iter().filter(|turn| counts(turn)).count() as i64;
    let all = count(|_| true);
    let queries = count(|turn| turn.intent().is_some());
    let collections = count(Turn::is_collected);
    let of_served = |count: i64| if served { count } else { 0 };
    let counts = [all, queries, of_served(queries), collections, of_served(collections)];
    OF_SESSION.into_iter().zip(counts).map(|(metric, count)| fact(at, metric, count)).collect()
}

fn fact(at: i64, metric: &'static str, value: i64) -> Fact {
    Fact { at, metric, amount: Amount::Value(value) }
}
