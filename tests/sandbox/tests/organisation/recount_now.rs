//! What goes on at a moment, asked at random and recounted: conversations from the open segments of the details, users
//! from their records that have no end.

use std::collections::BTreeMap;

use pegcount_sandbox::time::iso;
use serde_json::{Value, json};

use crate::caller::OBSERVATIONS;
use crate::present::{Open, Someone, at_random_moments, list, moment, some};
use crate::questions::{Dimensions, filter, groups, passes, pick, text};

const MEDIA: [&str; 5] = ["voice", "chat", "message", "email", "callback"];

/// Metrics of conversations, and those of users, with what tells their kinds apart.
const OF_CONVERSATIONS: [&str; 5] = ["oInteracting", "oAlerting", "oWaiting", "oLongestInteracting", "oLongestWaiting"];
const OF_USERS: [&str; 6] =
    ["oActiveUsers", "oMemberUsers", "oOnQueueUsers", "oOffQueueUsers", "oUserPresences", "oUserRoutingStatuses"];

/// Figures by group, metric and qualifier.
type Figures = BTreeMap<(Vec<String>, String, String), i64>;

/// Counts by group, metric and qualifier; each may be there once.
fn told(answer: &Value, group: &[&str], figure: impl Fn(&Value) -> i64) -> Figures {
    let mut figures = Figures::new();
    for result in list(answer, "results") {
        let names: Vec<String> = group.iter().map(|name| text(&result["group"][*name])).collect();
        for data in list(result, "data") {
            let key = (names.clone(), text(&data["metric"]), text(&data["qualifier"]));
            assert!(figures.insert(key, figure(data)).is_none(), "twice: {data}");
        }
    }
    figures
}

/// The stated count of an observation, or how long the oldest has lasted. A list has them all, or fifty of them.
fn observed(data: &Value) -> i64 {
    let stats = &data["stats"];
    let count = stats["count"].as_i64();
    if let Some(known) = data["observations"].as_array() {
        let count = count.unwrap() as usize;
        assert_eq!((known.len(), data["truncated"].as_bool()), (count.min(50), Some(count > 50)));
    }
    count.or(stats["current"].as_i64()).unwrap()
}

/// What makes an observation of a session or a user the same as another.
fn named(since: i64, of: &Dimensions) -> String {
    let names = ["conversationId", "sessionId", "participantName", "userId", "teamId", "direction", "ani", "dnis"];
    let told = names.into_iter().chain(["usedRouting"]).filter_map(|name| Some((name, of.get(name)?)));
    format!("{} {:?}", iso(since), told.collect::<BTreeMap<_, _>>())
}

/// The things observed, by group, metric and qualifier.
type Seen = BTreeMap<(Vec<String>, String, String), Vec<String>>;

/// What the lists of an answer name, where they are whole.
fn listed(answer: &Value, group: &[&str]) -> Seen {
    let mut seen = Seen::new();
    for result in list(answer, "results") {
        let names: Vec<String> = group.iter().map(|name| text(&result["group"][*name])).collect();
        for data in list(result, "data").iter().filter(|data| data["truncated"] == false) {
            let key = (names.clone(), text(&data["metric"]), text(&data["qualifier"]));
            let members = ["conversationId", "sessionId", "participantName", "userId", "teamId", "direction"];
            let members = [&members[..], &["ani", "dnis", "usedRouting"]].concat();
            let all = list(data, "observations").iter();
            let mut all: Vec<String> =
                all.map(|one| named(moment(&one["observationDate"]), &pick([one], &members))).collect();
            all.sort();
            seen.insert(key, all);
        }
    }
    seen
}

/// The rows of users of a queue: who counts for a metric, and since when.
fn of_users(metric: &str, user: &Someone) -> Option<(String, i64)> {
    let since = user.presence.2;
    match metric {
        "oUserPresences" => Some((user.presence.1.clone(), since)),
        "oUserRoutingStatuses" => Some(user.routing.clone()),
        "oActiveUsers" | "oOnQueueUsers" => user.is_on_queue().then(|| (String::new(), since)),
        "oOffQueueUsers" => (!user.is_on_queue()).then(|| (String::new(), since)),
        _ => Some((String::new(), since)),
    }
}

#[test]
fn queues_are_observed_as_their_details_tell() {
    let mut met = BTreeMap::<&str, i64>::new();
    at_random_moments(["admin", "emea-only"], 7, |caller, chance, present| {
        let place = |queue: &String, media: Option<&str>| {
            let mut place = Dimensions::from([("queueId", vec![queue.clone()])]);
            place.extend(media.map(|media| ("mediaType", vec![media.to_string()])));
            place
        };
        let ids = || present.queues.iter().map(|(id, _)| id);
        let places: Vec<Dimensions> = ids()
            .flat_map(|id| MEDIA.map(|media| place(id, Some(media))))
            .chain(ids().map(|id| place(id, None)))
            .collect();
        let things: Vec<&Dimensions> = places.iter().collect();
        for round in 0..40 {
            let metrics = some(chance, &[&OF_CONVERSATIONS[..], &OF_USERS].concat());
            let detailed = some(chance, &[&OF_CONVERSATIONS[..3], &OF_USERS].concat());
            let mut query = json!({"filter": filter(chance, &["queueId", "mediaType"], &things), "metrics": metrics});
            let has_details = chance.below(2) == 0;
            if has_details {
                query["detailMetrics"] = json!(detailed);
            }
            let (mut counted, mut seen) = (Figures::new(), Seen::new());
            let asked = metrics.iter().chain(detailed.iter().filter(|one| has_details && !metrics.contains(one)));
            for metric in asked {
                let is_detailed = has_details && detailed.contains(metric);
                let plain = metric.replace("Longest", "");
                for (queue, members) in &present.queues {
                    let left = |media: Option<&str>| passes(&query["filter"], &place(queue, media));
                    if OF_USERS.contains(metric) {
                        if !MEDIA.into_iter().any(|media| left(Some(media))) && !left(None) {
                            continue;
                        }
                        let group = vec![queue.clone(), String::new()];
                        if !metric.starts_with("oUser") {
                            counted.insert((group.clone(), metric.to_string(), String::new()), 0);
                        }
                        for user in members.iter().map(|at| &present.users[*at]) {
                            let Some((qualifier, since)) = of_users(metric, user) else { continue };
                            let key = (group.clone(), metric.to_string(), qualifier);
                            *counted.entry(key.clone()).or_default() += 1;
                            let one = named(since, &Dimensions::from([("userId", vec![user.id.clone()])]));
                            seen.entry(key).or_default().extend(is_detailed.then_some(one));
                        }
                        continue;
                    }
                    for media in MEDIA.into_iter().filter(|media| left(Some(media))) {
                        let key = (vec![queue.clone(), media.into()], metric.to_string(), String::new());
                        let here = present.open.iter().filter(|one| {
                            one.metric == Some(plain.as_str())
                                && one.dimensions.get("queueId") == Some(&vec![queue.clone()])
                                && one.dimensions["mediaType"][0] == media
                        });
                        let here: Vec<&Open> = here.collect();
                        if plain != *metric {
                            let oldest = here.iter().map(|one| one.since).min();
                            counted.extend(oldest.map(|oldest| (key, caller.now - oldest)));
                            continue;
                        }
                        *met.entry(*OF_CONVERSATIONS.iter().find(|one| *one == metric).unwrap()).or_default() +=
                            here.len() as i64;
                        counted.insert(key.clone(), here.len() as i64);
                        let known = here.iter().map(|one| named(one.since, &one.dimensions));
                        seen.entry(key).or_default().extend(known.filter(|_| is_detailed));
                    }
                }
            }
            let answer = caller.ask(OBSERVATIONS, query.clone());
            let group = ["queueId", "mediaType"];
            assert_eq!(told(&answer, &group, observed), counted, "round {round}, {}: {query}", iso(caller.now));
            seen.retain(|_, known| !known.is_empty() && known.len() <= 50);
            seen.values_mut().for_each(|known| known.sort());
            assert_eq!(listed(&answer, &group), seen, "round {round}, {}: {query}", iso(caller.now));
        }
    });
    assert!(met.len() == 3 && met.values().all(|count| *count > 0), "{met:?}");
}

#[test]
fn users_are_observed_as_their_queues_tell() {
    const METRICS: [&str; 2] = ["oMemberQueues", "oActiveQueues"];
    let mut met = 0;
    at_random_moments(["admin", "emea-only"], 8, |caller, chance, present| {
        let things: Vec<Dimensions> =
            present.users.iter().map(|user| Dimensions::from([("userId", vec![user.id.clone()])])).collect();
        let few: Vec<&Dimensions> = (0..5).map(|_| chance.pick(&things)).collect();
        for round in 0..20 {
            let (metrics, detailed) = (some(chance, &METRICS), some(chance, &METRICS));
            let mut query = json!({"filter": filter(chance, &["userId"], &few), "metrics": metrics});
            let has_details = chance.below(2) == 0;
            if has_details {
                query["detailMetrics"] = json!(detailed);
            }
            let mut counted = Figures::new();
            let left = things.iter().zip(&present.users).enumerate();
            let left = left.filter(|(_, (_, user))| user.is_listed);
            for (at, (_, user)) in left.filter(|(_, (thing, _))| passes(&query["filter"], thing)) {
                let of = present.queues.iter().filter(|(_, members)| members.contains(&at)).count() as i64;
                for metric in metrics.iter().chain(detailed.iter().filter(|_| has_details)) {
                    let count = if *metric == METRICS[0] || user.is_on_queue() { of } else { 0 };
                    counted.insert((vec![user.id.clone()], metric.to_string(), String::new()), count);
                }
            }
            met += counted.values().sum::<i64>();
            let answer = caller.ask("/api/v2/analytics/users/observations/query", query.clone());
            let told = told(&answer, &["userId"], observed);
            assert_eq!(told, counted, "round {round}, {}: {query}", iso(caller.now));
        }
    });
    assert!(met > 100, "{met}");
}

#[test]
fn flows_are_observed_as_their_details_tell() {
    let mut met = 0;
    at_random_moments(["admin", "emea-only"], 9, |caller, chance, present| {
        let here: Vec<&Open> = present.open.iter().filter(|one| one.dimensions.contains_key("flowId")).collect();
        let things: Vec<&Dimensions> = here.iter().map(|one| &one.dimensions).collect();
        for round in 0..15 {
            let group = ["flowId", "mediaType"];
            let mut query = json!({"filter": filter(chance, &group, &things), "metrics": ["oFlow"]});
            let has_details = chance.below(2) == 0;
            if has_details {
                query["detailMetrics"] = json!(["oFlow"]);
            }
            let (mut counted, mut seen) = (Figures::new(), Seen::new());
            for one in here.iter().filter(|one| passes(&query["filter"], &one.dimensions)) {
                let key = (groups(&group, &one.dimensions).remove(0), "oFlow".to_string(), String::new());
                *counted.entry(key.clone()).or_default() += 1;
                if has_details {
                    seen.entry(key).or_default().push(named(one.since, &one.dimensions));
                }
            }
            met += counted.values().sum::<i64>();
            let answer = caller.ask("/api/v2/analytics/flows/observations/query", query.clone());
            assert_eq!(told(&answer, &group, observed), counted, "round {round}, {}: {query}", iso(caller.now));
            seen.values_mut().for_each(|known| known.sort());
            assert_eq!(listed(&answer, &group), seen, "round {round}, {}: {query}", iso(caller.now));
        }
    });
    assert!(met > 0);
}
