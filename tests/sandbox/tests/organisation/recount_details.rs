//! Details asked for with filters at random, of all five kinds: found is what passes among all there are.

use std::collections::BTreeMap;

use pegcount_sandbox::Size;
use pegcount_sandbox::time::{DAY, Interval, parse_iso};
use serde_json::{Value, json};

use crate::caller::{Caller, Chance, sessions};
use crate::present::list;
use crate::questions::{Dimensions, Words, passes, pick, words};

/// The kinds of filters, each with the words it knows.
struct Kind {
    filters: &'static str,
    names: Vec<&'static str>,
    /// What a filter is asked of: one of these must pass.
    things: fn(&Value, &[&'static str]) -> Vec<Dimensions>,
}

fn kinds() -> [Kind; 5] {
    let kind = |filters: &'static str, things| {
        let kind = filters.strip_suffix("Filters").unwrap();
        let names = ["dimension", "metric"].into_iter().flat_map(|list| words(&format!("{kind}.{list}")));
        // The score is a fraction whose last digit is not read as it was written.
        let names = names.filter(|name| !["-", "mediaStatsMinConversationMos"].contains(name));
        Kind { filters, names: names.collect(), things }
    };
    [
        kind("conversationFilters", whole),
        kind("segmentFilters", segments),
        kind("evaluationFilters", |it, names| judged(it, "evaluations", names)),
        kind("surveyFilters", |it, names| judged(it, "surveys", names)),
        kind("resolutionFilters", |it, names| judged(it, "resolutions", names)),
    ]
}

fn lasted(of: &Value, start: &str, end: &str) -> Option<i64> {
    Some(parse_iso(of[end].as_str()?)? - parse_iso(of[start].as_str()?)?)
}

/// A conversation, with the sum of each metric in it.
fn whole(it: &Value, names: &[&'static str]) -> Vec<Dimensions> {
    let mut dimensions = pick([it], names);
    let mut sums = BTreeMap::<&str, i64>::from([("nConversations", 1)]);
    let all = sessions(std::slice::from_ref(it)).into_iter().flat_map(|(_, session)| list(session, "metrics"));
    for metric in all {
        *sums.entry(metric["name"].as_str().unwrap()).or_default() += metric["value"].as_i64().unwrap();
    }
    sums.extend(lasted(it, "conversationStart", "conversationEnd").map(|ms| ("tConversationDuration", ms)));
    dimensions.extend(names.iter().filter_map(|name| Some((*name, vec![sums.get(name)?.to_string()]))));
    vec![dimensions]
}

/// Each segment, with all it belongs to.
fn segments(it: &Value, names: &[&'static str]) -> Vec<Dimensions> {
    let mut all = Vec::new();
    for (participant, session) in sessions(std::slice::from_ref(it)) {
        for segment in list(session, "segments") {
            let flow = &session["flow"];
            let mut dimensions = pick([it, participant, session, flow, segment], names);
            dimensions.extend(pick(list(flow, "outcomes"), names));
            let lasted = lasted(segment, "segmentStart", "segmentEnd");
            dimensions.extend(lasted.map(|ms| ("tSegmentDuration", vec![ms.to_string()])));
            all.push(dimensions);
        }
    }
    all
}

fn judged(it: &Value, of: &str, names: &[&'static str]) -> Vec<Dimensions> {
    list(it, of).iter().map(|one| pick([one], names)).collect()
}

#[test]
fn filters_of_all_kinds_leave_what_the_details_say() {
    let mut chance = Chance::of(4);
    let kinds = kinds();
    let mut met = [0; 5];
    for (size, client, rounds) in [(Size::Small, "admin", 40), (Size::Tiny, "emea-only", 80), (Size::Tiny, "admin", 80)]
    {
        let mut caller = Caller::anywhere("admin", size, &mut chance);
        caller.log_in_to_count(client);
        let days = if size == Size::Tiny { 6 } else { 1 };
        let start = caller.now - (days + chance.below(10) as i64) * DAY;
        let query = json!({"interval": Interval { start, end: start + days * DAY }.text()});
        let all = caller.page_through(query.clone());
        let known =
            kinds.each_ref().map(|kind| all.iter().map(|it| (kind.things)(it, &kind.names)).collect::<Vec<_>>());
        for round in 0..rounds {
            let mut query = query.clone();
            let mut left = vec![true; all.len()];
            for _ in 0..=chance.below(2) {
                let at = *chance.pick(&[0, 0, 1, 1, 2, 3, 4]);
                let kind = &kinds[at];
                let things: Vec<&Dimensions> = known[at].iter().flatten().collect();
                let is_told = |name: &&&'static str| things.iter().any(|thing| thing.contains_key(**name));
                // What is told is asked for more often than what nothing has.
                let told: Vec<&str> = kind.names.iter().filter(is_told).copied().collect();
                let names = [&told[..], &told, &[*chance.pick(&kind.names)]].concat();
                let words = Words { names: &names, has_ranges: true, things: &things };
                let filters: Vec<Value> = (0..=chance.below(2)).map(|_| words.filter(&mut chance)).collect();
                for (left, things) in left.iter_mut().zip(&known[at]) {
                    *left &= filters.iter().all(|filter| things.iter().any(|thing| passes(filter, thing)));
                }
                query[kind.filters] = json!([list(&query, kind.filters), &filters].concat());
                met[at] += left.iter().filter(|left| **left).count();
            }
            let expected: Vec<&Value> = all.iter().zip(left).filter_map(|(it, left)| left.then_some(it)).collect();
            let found = caller.page_through(query.clone());
            let id = |it: &Value| it["conversationId"].clone();
            let [told, known]: [Vec<Value>; 2] =
                [found.iter().map(id).collect(), expected.iter().map(|it| id(it)).collect()];
            assert_eq!(told, known, "round {round}: {query}");
            assert!(found.iter().eq(expected), "round {round}: {query}");
        }
    }
    assert!(met.iter().all(|count| *count > 20), "{met:?}");
}
