//! Activities asked at random, recounted like observations: any filter, any grouping, with what was counted.

use std::collections::BTreeMap;

use pegcount_sandbox::time::iso;
use serde_json::{Value, json};

use crate::present::{Present, Someone, at_random_moments, list, some};
use crate::questions::{Dimensions, filter, groups, passes, text};

/// Something that counts for a metric, with what tells its kinds apart.
struct Item {
    since: i64,
    dimensions: Dimensions,
    counts: Vec<[String; 3]>,
}

/// A family: its path, the dimension its entities are named by, its metrics and the dimensions that may group.
struct Family {
    name: &'static str,
    entity: &'static str,
    metrics: &'static [&'static str],
    groups: &'static [&'static str],
    items: fn(&Present) -> Vec<Item>,
}

const OF_CONVERSATIONS: [&str; 14] = [
    "addressFrom",
    "addressTo",
    "ani",
    "conversationId",
    "direction",
    "mediaType",
    "participantName",
    "queueId",
    "requestedLanguageId",
    "requestedRouting",
    "requestedRoutingSkillId",
    "sessionId",
    "teamId",
    "userId",
];

const FAMILIES: [Family; 5] = [
    Family {
        name: "conversations",
        entity: "conversationId",
        metrics: &["oAlerting", "oInteracting", "oLongestInteracting", "oLongestWaiting", "oWaiting"],
        groups: &OF_CONVERSATIONS,
        items: conversations,
    },
    Family {
        name: "flows",
        entity: "conversationId",
        metrics: &["oFlow"],
        groups: &["flowId", "flowType", "mediaType", "conversationId", "participantName", "direction"],
        items: flows,
    },
    Family {
        name: "routing",
        entity: "userId",
        metrics: &[
            "oActiveUsers",
            "oMemberUsers",
            "oOffQueueUsers",
            "oOnQueueUsers",
            "oUserPresences",
            "oUserRoutingStatuses",
        ],
        groups: &["queueId"],
        items: memberships,
    },
    Family {
        name: "users",
        entity: "queueId",
        metrics: &["oActiveQueues", "oMemberQueues"],
        groups: &["userId"],
        items: |present| memberships_of(present, |user| user.is_listed),
    },
    Family {
        name: "teams",
        entity: "userId",
        metrics: &["oTeamOffQueueUsers", "oTeamOnQueueUsers", "oTeamPresences", "oTeamRoutingStatuses"],
        groups: &["teamId"],
        items: |present| {
            let members = present.teams.iter().flat_map(|(_, all)| all);
            members.map(|at| of_user(&present.users[*at], None)).collect()
        },
    },
];

/// What users can be asked for beside the groups.
const OF_USERS: [&str; 7] = [
    "organizationPresenceId",
    "queueId",
    "queueMembershipStatus",
    "routingStatus",
    "systemPresence",
    "teamId",
    "userId",
];

fn plain(metric: &str) -> [String; 3] {
    [metric.to_string(), String::new(), String::new()]
}

fn conversations(present: &Present) -> Vec<Item> {
    let open = present.open.iter().filter_map(|one| Some((one, one.metric?)));
    let item = |one: &crate::present::Open, metric| {
        let mut dimensions = one.dimensions.clone();
        dimensions.retain(|name, _| !name.starts_with("flow"));
        Item { since: one.since, dimensions, counts: vec![plain(metric)] }
    };
    open.map(|(one, metric)| item(one, metric)).collect()
}

fn flows(present: &Present) -> Vec<Item> {
    let open = present.open.iter().filter(|one| one.dimensions.contains_key("flowId"));
    open.map(|one| Item { since: one.since, dimensions: one.dimensions.clone(), counts: vec![plain("oFlow")] })
        .collect()
}

/// A user, as a member of a queue if one is told.
fn of_user(user: &Someone, queue: Option<&String>) -> Item {
    let is_on = user.is_on_queue();
    let (system, presence, presence_since) = user.presence.clone();
    let (routing, routing_since) = user.routing.clone();
    let mut counts: Vec<[String; 3]> = Vec::new();
    for metric in if is_on {
        &["oActiveUsers", "oOnQueueUsers", "oActiveQueues", "oTeamOnQueueUsers"][..]
    } else {
        &["oOffQueueUsers", "oTeamOffQueueUsers"]
    } {
        counts.push(plain(metric));
    }
    counts.extend(["oMemberUsers", "oMemberQueues"].map(plain));
    for metric in ["oUserPresences", "oTeamPresences"] {
        counts.push([metric.to_string(), presence.clone(), system.clone()]);
    }
    for metric in ["oUserRoutingStatuses", "oTeamRoutingStatuses"] {
        counts.push([metric.to_string(), routing.clone(), String::new()]);
    }
    let mut dimensions: Dimensions = [
        ("userId", user.id.clone()),
        ("teamId", user.team.clone()),
        ("systemPresence", system),
        ("organizationPresenceId", presence),
        ("presenceDate", iso(presence_since)),
        ("routingStatus", routing),
        ("routingStatusDate", iso(routing_since)),
    ]
    .map(|(name, value)| (name, vec![value]))
    .into();
    if let Some(queue) = queue {
        dimensions.insert("queueId", vec![queue.clone()]);
        let status = if is_on { "active" } else { "inactive" };
        dimensions.insert("queueMembershipStatus", vec![status.into()]);
    }
    Item { since: presence_since.max(routing_since), dimensions, counts }
}

/// Memberships of queues, whichever division the members are of.
fn memberships(present: &Present) -> Vec<Item> {
    memberships_of(present, |_| true)
}

fn memberships_of(present: &Present, shows: fn(&Someone) -> bool) -> Vec<Item> {
    let all = present.queues.iter().flat_map(|(id, all)| all.iter().map(move |at| (id, &present.users[*at])));
    all.filter(|(_, user)| shows(user)).map(|(id, user)| of_user(user, Some(id))).collect()
}

/// An item as an answer's `entities` tell it.
fn entity(item: &Item) -> String {
    let mut entity = json!({"activityDate": iso(item.since)});
    for (name, values) in &item.dimensions {
        match *name {
            "requestedRouting" | "requestedRoutingSkillId" => entity[format!("{name}s")] = json!(values),
            _ => entity[name] = json!(values[0]),
        }
    }
    entity.sort_all_objects();
    entity.to_string()
}

/// Figures by group, metric, qualifier and secondary qualifier.
type Figures = BTreeMap<(Vec<String>, [String; 3]), i64>;

#[test]
fn activities_are_what_the_details_tell() {
    let mut met = BTreeMap::<&str, i64>::new();
    at_random_moments(["admin", "emea-only"], 10, |caller, chance, present| {
        for family in &FAMILIES {
            let items = (family.items)(present);
            let things: Vec<&Dimensions> = items.iter().map(|item| &item.dimensions).collect();
            let names = if family.groups.len() > 1 { family.groups } else { &OF_USERS };
            for round in 0..12 {
                let metrics: Vec<(&str, bool)> =
                    some(chance, family.metrics).into_iter().map(|metric| (metric, chance.below(3) == 0)).collect();
                let group_by = some(chance, family.groups);
                let group_by = &group_by[..group_by.len().min(3)];
                let asked: Vec<Value> =
                    metrics.iter().map(|(metric, details)| json!({"metric": metric, "details": details})).collect();
                let mut query = json!({"metrics": asked, "groupBy": group_by});
                if chance.below(4) > 0 {
                    query["filter"] = filter(chance, names, &things);
                }
                let mut counted = Figures::new();
                let mut seen = BTreeMap::<Vec<String>, Vec<String>>::new();
                let mut ids = BTreeMap::<(Vec<String>, [String; 3]), Vec<String>>::new();
                for item in items.iter().filter(|item| passes(&query["filter"], &item.dimensions)) {
                    for group in groups(group_by, &item.dimensions) {
                        for (metric, is_detailed) in &metrics {
                            let of = metric.replace("Longest", "");
                            for [_, qualifier, second] in item.counts.iter().filter(|[name, ..]| *name == of) {
                                let key = (group.clone(), [metric.to_string(), qualifier.clone(), second.clone()]);
                                let figure = counted.entry(key.clone()).or_default();
                                *figure =
                                    if of == *metric { *figure + 1 } else { (caller.now - item.since).max(*figure) };
                                *met.entry(family.name).or_default() += 1;
                                if *is_detailed {
                                    seen.entry(group.clone()).or_default().push(entity(item));
                                    ids.entry(key).or_default().extend(item.dimensions[family.entity].clone());
                                }
                            }
                        }
                    }
                }
                for all in seen.values_mut() {
                    all.sort();
                    all.dedup();
                }
                for all in ids.values_mut() {
                    all.sort();
                    all.dedup();
                }
                let path = format!("/api/v2/analytics/{}/activity/query?pageSize=1000", family.name);
                let answer = caller.ask(&path, query.clone());
                let (mut told, mut told_ids) = (Figures::new(), BTreeMap::new());
                for result in list(&answer, "results") {
                    let group: Vec<String> = group_by.iter().map(|name| text(&result["group"][*name])).collect();
                    for data in list(result, "data") {
                        let kind = ["metric", "qualifier", "secondaryQualifier"].map(|name| text(&data[name]));
                        let key = (group.clone(), kind);
                        let figure = data["count"].as_i64().or(data["calculatedMetricValue"].as_i64());
                        assert!(told.insert(key.clone(), figure.unwrap()).is_none(), "twice: {data}");
                        if data["entityIds"].is_array() {
                            let mut all: Vec<String> = list(data, "entityIds").iter().map(text).collect();
                            all.sort();
                            told_ids.insert(key, all);
                        }
                    }
                    let mut all = list(result, "entities").to_vec();
                    all.iter_mut().for_each(Value::sort_all_objects);
                    let mut all: Vec<String> = all.iter().map(Value::to_string).collect();
                    all.sort();
                    let expected = seen.remove(&group).unwrap_or_default();
                    if result["truncated"] == true {
                        assert!(
                            all.len() == 100 && expected.len() > 100 && all.iter().all(|one| expected.contains(one))
                        );
                    } else {
                        assert_eq!(all, expected, "{}, round {round}, {}: {query}", family.name, iso(caller.now));
                    }
                }
                assert_eq!(told, counted, "{}, round {round}, {}: {query}", family.name, iso(caller.now));
                assert!(seen.is_empty(), "{seen:?}");
                for (key, all) in ids {
                    let known = &told_ids[&key];
                    assert!(*known == all || (known.len() == 100 && all.len() > 100), "{key:?}: {query}");
                }
            }
        }
    });
    assert!(met.len() == 5, "{met:?}");
}
