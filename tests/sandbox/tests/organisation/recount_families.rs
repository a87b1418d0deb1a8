//! Aggregates of every family that counts, asked at random and recounted from what the details tell: every word that
//! groups, filters of two levels, groups of things with several values, periods in time zones; in organisations nobody
//! chose.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::tz::TimeZone;
use pegcount_sandbox::Size;
use pegcount_sandbox::time::{DAY, HOUR, Interval, MINUTE, parse_iso};
use serde_json::{Value, json};

use crate::caller::{Caller, Chance};
use crate::present::list;
use crate::questions::{Dimensions, Words, groups, passes, pick, text, words};
use crate::recount_surveys::{answered, tell_answers};

fn moment(value: &Value) -> i64 {
    parse_iso(value.as_str().unwrap()).unwrap()
}

/// Something that counts, with what it can be grouped by.
pub(crate) struct Thing {
    pub(crate) dimensions: Dimensions,
    pub(crate) facts: Vec<Fact>,
}

/// When it counts, for which metric, and how much.
pub(crate) struct Fact {
    at: i64,
    metric: String,
    value: i64,
}

/// Metrics that are shares: how many of those that count were served in time.
const SHARES: [&str; 2] = ["oServiceLevel", "oCallbackServiceLevel"];

/// The share that should be, in every queue.
const TARGET: f64 = 0.8;

/// Words of a family that no detail tells: what a flow passed, what a survey was before, when a judgement was begun.
const UNTOLD: [&str; 4] = ["evaluationCreatedDate", "flowMilestoneId", "surveyCreatedDate", "surveyPreviousStatus"];

/// Words of a family that details can tell.
fn told(family: &str, list: &str) -> Vec<&'static str> {
    words(&format!("{family}.{list}")).into_iter().filter(|name| !UNTOLD.contains(name)).collect()
}

/// What outcomes of flows are told by.
const OUTCOME: &[&str] = &["flowOutcome", "flowOutcomeId", "flowOutcomeValue"];

fn outcomes(session: &Value) -> &[Value] {
    session["flow"]["outcomes"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The outcomes that emitted a metric at a moment: when they ended or, without an end, when the flow was left.
fn emitters<'v>(session: &'v Value, name: &str, date: &Value) -> Vec<&'v Value> {
    let left = &session["segments"].as_array().unwrap().last().unwrap()["segmentEnd"];
    let at = |one: &'v Value| one.get("flowOutcomeEndTimestamp").unwrap_or(left);
    let emits = |one: &&Value| match name {
        "nFlowOutcomeFailed" => one["flowOutcomeValue"] == "FAILURE",
        "tFlowOutcome" => one["flowOutcomeValue"] == "SUCCESS",
        _ => name == "nFlowOutcome",
    };
    outcomes(session).iter().filter(emits).filter(|one| at(one) == date).collect()
}

/// A session of a conversation, with whose it is.
#[derive(Clone, Copy)]
struct Part<'v> {
    it: &'v Value,
    participant: &'v Value,
    session: &'v Value,
}

fn parts(it: &Value) -> impl Iterator<Item = Part<'_>> {
    let all = list(it, "participants").iter();
    all.flat_map(move |participant| {
        list(participant, "sessions").iter().map(move |session| Part { it, participant, session })
    })
}

impl<'v> Part<'v> {
    /// What it can be grouped by.
    fn dimensions(self, names: &[&'static str]) -> Dimensions {
        let several = ["proposedAgents", "segments"].into_iter().flat_map(|name| list(self.session, name));
        let mut all = vec![self.it, self.participant, self.session, &self.session["flow"]];
        all.extend(outcomes(self.session).iter().chain(several));
        let mut dimensions = pick(all, names);
        for name in OUTCOME {
            dimensions.entry(name).and_modify(|values| values.sort());
        }
        // Whoever waits for another queue counts for the first.
        dimensions.entry("queueId").and_modify(|queues| queues.truncate(1));
        dimensions
    }

    fn queue(self) -> Option<&'v str> {
        list(self.session, "segments").iter().find_map(|segment| segment["queueId"].as_str())
    }

    fn metrics(self) -> &'v [Value] {
        list(self.session, "metrics")
    }

    /// What is reckoned from a metric. Targets are those of queues and media.
    fn reckoned(self, metric: &str, value: i64, targets: &BTreeMap<(String, String), i64>) -> Vec<(&'static str, i64)> {
        let mut all = vec![("nConversations", 1)];
        match metric {
            "tAcd" => all.push(("tWait", value)),
            "tAnswered" | "tAbandon" => {
                let place = (self.queue().unwrap().to_string(), text(&self.session["mediaType"]));
                let is_served = i64::from(metric == "tAnswered" && value <= targets[&place]);
                all.extend([("oServiceLevel", is_served), ("oServiceTarget", 0)]);
            }
            "nConnected" if self.session["mediaType"] == "callback" => {
                let own = parts(self.it).filter(|other| other.queue() == self.queue());
                let is_late = own.flat_map(Part::metrics).any(|metric| metric["name"] == "nCallbackOverSla");
                all.push(("oCallbackServiceLevel", i64::from(!is_late)));
            }
            _ => {}
        }
        all
    }

    /// What a session counts for, of conversations or of flows.
    fn things(self, family: &str, names: &[&'static str], targets: &BTreeMap<(String, String), i64>) -> Vec<Thing> {
        let mut own = Thing { dimensions: self.dimensions(names), facts: Vec::new() };
        if family == "flows" {
            // A flow has served whoever left it for nobody else, whatever the others of the conversation have.
            let left = pick([&self.session["flow"]], &["exitReason"]).remove("exitReason");
            let served = left.map(|left| vec![(left == ["DISCONNECT"]).to_string()]);
            own.dimensions.remove("selfServed");
            own.dimensions.extend(served.map(|served| ("selfServed", served)));
        }
        let mut things = Vec::new();
        let mut emitted: BTreeMap<(String, String), usize> = BTreeMap::new();
        for told in self.metrics() {
            let (name, at) = (text(&told["name"]), moment(&told["emitDate"]));
            let fact = |metric: &str, value| Fact { at, metric: metric.into(), value };
            let value = told["value"].as_i64().unwrap();
            let is_flow = name.starts_with("nFlow") || (name.starts_with("tFlow") && name != "tFlowOut");
            if family == "conversations" {
                own.facts.extend((!is_flow).then(|| fact(&name, value)));
                own.facts
                    .extend(self.reckoned(&name, value, targets).into_iter().map(|(name, value)| fact(name, value)));
            } else if is_flow && name.contains("FlowOutcome") {
                let nth = emitted.entry((name.clone(), text(&told["emitDate"]))).or_default();
                let mut dimensions = own.dimensions.clone();
                dimensions.extend(pick([emitters(self.session, &name, &told["emitDate"])[*nth]], OUTCOME));
                things.push(Thing { dimensions, facts: vec![fact(&name, value)] });
                *nth += 1;
            } else if is_flow {
                own.facts.push(fact(&name, value));
            }
        }
        things.push(own);
        things
    }
}

/// What was judged counts for, and how much. Of a survey the last step alone is told.
fn judged(family: &str, one: &Value) -> Vec<(&'static str, i64)> {
    let figure = |name: &'static str| one[name].as_i64().map(|value| (name, value));
    let mut all: Vec<(&str, i64)> = ["oTotalScore", "oTotalCriticalScore", "oSurveyTotalScore", "nNextContactAvoided"]
        .into_iter()
        .filter_map(figure)
        .collect();
    all.extend((family == "evaluations").then_some(("nEvaluations", 1)));
    if one["surveyStatus"] == "Expired" {
        all.push(("nSurveysExpired", 1));
    }
    if let Some(score) = one["surveyPromoterScore"].as_i64() {
        all.extend(["nSurveyResponses", "nSurveyFullResponses", "nSurveyNpsResponses"].map(|name| (name, 1)));
        all.extend((score > 8).then_some(("nSurveyNpsPromoters", 1)));
        all.extend((score < 7).then_some(("nSurveyNpsDetractors", 1)));
    }
    all
}

/// What a family counts, read from conversations as the details query tells them.
fn things(family: &str, conversations: &[Value], targets: &BTreeMap<(String, String), i64>) -> Vec<Thing> {
    let names: BTreeSet<&str> = ["groupBy", "dimension"].into_iter().flat_map(|list| told(family, list)).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let mut things = Vec::new();
    for it in conversations {
        if ["conversations", "flows"].contains(&family) {
            things.extend(parts(it).flat_map(|part| part.things(family, &names, targets)));
        }
        for one in list(it, family) {
            // What only a session of its agent tells: the first that does.
            let own = parts(it).filter(|part| part.participant["userId"] == one["userId"]);
            let contact = parts(it).map(|part| part.participant).find(|one| one["externalContactId"].is_string());
            let mut dimensions = Dimensions::new();
            for (name, values) in own.flat_map(|part| part.dimensions(&names)) {
                dimensions.entry(name).or_insert(values);
            }
            dimensions.extend(contact.map(|contact| pick([contact], &["externalContactId"])).unwrap_or_default());
            dimensions.extend(pick([one], &names));
            let other = |of: &Value, name: &str| vec![text(&of[name])];
            match family {
                "evaluations" => {
                    dimensions.insert("evaluationContextId", other(one, "contextId"));
                    if one["released"] == true {
                        dimensions.insert("evaluationReleaseDate", other(one, "eventTime"));
                    }
                }
                "resolutions" => _ = dimensions.insert("wrapUpDate", other(it, "conversationEnd")),
                _ => {}
            }
            let fact =
                |(metric, value): (&str, i64)| Fact { at: moment(&one["eventTime"]), metric: metric.into(), value };
            let own = Thing { dimensions, facts: judged(family, one).into_iter().map(fact).collect() };
            things.extend(answered(one, own, fact));
        }
    }
    things
}

/// The periods of a granularity: hours are of sixty minutes, days are local ones from the start on.
fn buckets(interval: Interval, granularity: Option<&str>, zone: &str) -> Vec<Interval> {
    let start = |nth: i64| match granularity {
        None => {
            if nth == 0 {
                interval.start
            } else {
                interval.end
            }
        }
        Some("P1D" | "P1W") => {
            let days = if granularity == Some("P1W") { 7 } else { 1 };
            let local =
                jiff::Timestamp::from_millisecond(interval.start).unwrap().to_zoned(TimeZone::get(zone).unwrap());
            local.checked_add((nth * days).days()).unwrap().timestamp().as_millisecond()
        }
        Some(minutes) => interval.start + nth * MINUTE * minutes[2..minutes.len() - 1].parse::<i64>().unwrap(),
    };
    let all = (0..).map(|nth| Interval { start: start(nth), end: start(nth + 1).min(interval.end) });
    all.take_while(|bucket| bucket.start < interval.end).collect()
}

/// Figures by group, bucket and metric: count, sum, smallest and largest; of counters only the first, of shares two.
type Figures = BTreeMap<(Vec<String>, String, String), (i64, i64, i64, i64)>;

fn figures_told(answer: &Value, group_by: &[&str]) -> Figures {
    let mut figures = Figures::new();
    for result in list(answer, "results") {
        let group: Vec<String> = group_by.iter().map(|name| text(&result["group"][*name])).collect();
        for data in list(result, "data") {
            for metric in list(data, "metrics") {
                let (name, stats) = (text(&metric["metric"]), &metric["stats"]);
                let figure = |of: &str| stats[of].as_i64().unwrap_or_default();
                let mut all = (figure("count"), figure("sum"), figure("min"), figure("max"));
                if SHARES.contains(&name.as_str()) {
                    all = (figure("denominator"), figure("numerator"), 0, 0);
                    assert!((stats["ratio"].as_f64().unwrap() - all.1 as f64 / all.0 as f64).abs() < 1e-9);
                }
                let has_target = SHARES.contains(&name.as_str()) || name == "oServiceTarget";
                assert_eq!(stats["target"].as_f64(), has_target.then_some(TARGET), "{metric}");
                assert!(figures.insert((group.clone(), text(&data["interval"]), name), all).is_none());
            }
        }
    }
    figures
}

/// What a query should be told.
fn counted(things: &[Thing], query: &Value, cut: &[Interval]) -> Figures {
    let group_by: Vec<&str> = list(query, "groupBy").iter().filter_map(Value::as_str).collect();
    let metrics = list(query, "metrics");
    let mut counted = Figures::new();
    let mut once = BTreeSet::new();
    for thing in things.iter().filter(|thing| passes(&query["filter"], &thing.dimensions)) {
        let mut groups = groups(&group_by, &thing.dimensions);
        if query["flattenMultivaluedDimensions"] == true {
            let joined = |name: &&str| thing.dimensions.get(*name).map_or(String::new(), |all| all.join(","));
            groups = vec![group_by.iter().map(joined).collect()];
        }
        for Fact { at, metric, value } in thing.facts.iter().filter(|fact| metrics.contains(&json!(fact.metric))) {
            let Some(bucket) = cut.iter().find(|bucket| bucket.start <= *at && at < &bucket.end) else { continue };
            for group in &groups {
                let key = (group.clone(), bucket.text(), metric.clone());
                // A conversation counts once, whatever happens in it.
                if metric == "nConversations" && !once.insert((key.clone(), &thing.dimensions["conversationId"])) {
                    continue;
                }
                let figure = counted.entry(key).or_insert((0, 0, i64::MAX, i64::MIN));
                *figure = match metric.as_str() {
                    "oServiceTarget" => (0, 0, 0, 0),
                    share if SHARES.contains(&share) => (figure.0 + 1, figure.1 + value, 0, 0),
                    counter if counter.starts_with('n') => (figure.0 + value, 0, 0, 0),
                    _ => (figure.0 + 1, figure.1 + value, figure.2.min(*value), figure.3.max(*value)),
                };
            }
        }
    }
    counted
}

#[test]
fn every_family_is_the_details_counted() {
    let mut chance = Chance::of(5);
    let mut progress = BTreeMap::new();
    for (size, client) in
        [(Size::Small, "admin"), (Size::Tiny, "emea-only"), (Size::Tiny, "admin"), (Size::Small, "emea-only")]
    {
        let mut caller = Caller::anywhere("admin", size, &mut chance);
        recount(&mut caller, client, &mut chance, &mut progress);
    }
    for (family, (rounds, met)) in progress {
        let words = words(&format!("{family}.groupBy")).len();
        assert!(rounds >= words && met > 20, "{family}: {rounds} rounds, {met} figures");
    }
}

/// Within what time each queue should answer, by media.
fn targets(caller: &mut Caller) -> BTreeMap<(String, String), i64> {
    let queues = caller.get("/api/v2/routing/queues?pageSize=100").parsed();
    let of_queue = |queue: &Value| {
        let id = text(&queue["id"]);
        let all = queue["mediaSettings"].as_object().unwrap().clone().into_iter();
        all.map(move |(name, settings)| {
            let media = if name == "call" { "voice" } else { &*name };
            ((id.clone(), media.to_string()), settings["serviceLevel"]["durationMs"].as_i64().unwrap())
        })
    };
    list(&queues, "entities").iter().flat_map(of_queue).collect()
}

/// Counts what a client sees. Rounds go on from organisation to organisation, until each word has grouped.
fn recount(caller: &mut Caller, client: &str, chance: &mut Chance, progress: &mut BTreeMap<&str, (usize, usize)>) {
    let targets = targets(caller);
    caller.log_in_to_count(client);
    let past = [(18, 12), (12, 6), (6, 0)].map(|(from, to)| {
        let interval = Interval { start: caller.now - from * DAY, end: caller.now - to * DAY };
        caller.page_through(json!({"interval": interval.text()}))
    });
    // The days of two intervals may touch; a conversation counts once.
    let past: BTreeMap<String, Value> = past.concat().into_iter().map(|it| (text(&it["conversationId"]), it)).collect();
    let mut past: Vec<Value> = past.into_values().collect();
    tell_answers(caller, &mut past);
    for (family, rounds) in
        [("conversations", 24), ("flows", 27), ("evaluations", 12), ("surveys", 12), ("resolutions", 8)]
    {
        let things = things(family, &past, &targets);
        let has = |name: &&&str| things.iter().any(|thing| thing.dimensions.contains_key(**name));
        let (all, asked) = (told(family, "groupBy"), told(family, "dimension"));
        let told: Vec<&str> = asked.iter().filter(has).copied().collect();
        let facts = things.iter().flat_map(|thing| &thing.facts);
        let metrics: BTreeSet<&str> = facts.map(|fact| fact.metric.as_str()).collect();
        // A tiny organisation may have nothing to tell of a family.
        if metrics.is_empty() {
            continue;
        }
        let (round, met) = progress.entry(family).or_default();
        for _ in 0..rounds {
            let start = caller.now - 7 * DAY + chance.below(4 * 24 * 60) as i64 * MINUTE;
            let interval = Interval { start, end: start + 2 * HOUR + chance.below(60 * 60) as i64 * MINUTE };
            let granularity =
                *chance.pick(&[None, Some("PT15M"), Some("PT30M"), Some("PT360M"), Some("P1D"), Some("P1W")]);
            let zone = *chance.pick(&["UTC", "Europe/Paris", "Asia/Kathmandu", "America/New_York"]);
            let mut group_by = vec![all[*round % all.len()]];
            group_by.extend((0..chance.below(3)).map(|_| *chance.pick(&told)).filter(|name| all.contains(name)));
            let group_by: Vec<&str> = group_by.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
            let some: Vec<&str> =
                metrics.iter().copied().filter(|_| metrics.len() < 3 || chance.below(2) == 0).collect();
            let some = if some.is_empty() { metrics.iter().copied().collect() } else { some };
            let mut query = json!({"interval": interval.text(), "metrics": some, "groupBy": group_by, "timeZone": zone,
                "flattenMultivaluedDimensions": chance.below(4) == 0});
            if let Some(granularity) = granularity {
                query["granularity"] = json!(granularity);
            }
            if chance.below(3) > 0 {
                // What is told is asked for more often than what nobody has.
                let names = [&told[..], &told, &[*chance.pick(&asked), *chance.pick(&asked)]].concat();
                let things: Vec<&Dimensions> = things.iter().map(|thing| &thing.dimensions).collect();
                query["filter"] = Words { names: &names, has_ranges: true, things: &things }.filter(chance);
            }
            let counted = counted(&things, &query, &buckets(interval, granularity, zone));
            (*round, *met) = (*round + 1, *met + counted.len());
            let answer = caller.ask(&format!("/api/v2/analytics/{family}/aggregates/query"), query.clone());
            assert_eq!(figures_told(&answer, &group_by), counted, "{family}, round {round}: {query}");
        }
    }
}
