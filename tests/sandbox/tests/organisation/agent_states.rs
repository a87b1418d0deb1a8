//! An agent's status is what presence, routing status, adherence, observations and conversations say of the agent.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::Size;
use pegcount_sandbox::time::{DAY, HOUR, iso};
use serde_json::{Value, json};

use crate::caller::{Caller, Chance, OBSERVATIONS};

const QUERY: &str = "/api/v2/analytics/agents/status/query";
const COUNTS: &str = "/api/v2/analytics/agents/status/counts";
const SEEING: &str = "analytics:agentState:view";
const NAMING: &str = "analytics:agentStateNames:view";

/// Members of an agent with what `workforcemanagement/adherence` calls the same.
const OF_ADHERENCE: [(&str, &str); 11] = [
    ("managementUnitId", "/managementUnit/id"),
    ("businessUnitId", "/businessUnit/id"),
    ("adherenceState", "/adherenceState"),
    ("adherenceImpact", "/impact"),
    ("adherenceDate", "/timeOfAdherenceChange"),
    ("scheduledActivityCodeId", "/scheduledActivityCode/id"),
    ("scheduledActivityCategory", "/scheduledActivityCategory"),
    ("actualActivityCategory", "/actualActivityCategory"),
    ("isOutOfOffice", "/isOutOfOffice"),
    ("routingStatus", "/routingStatus"),
    ("presenceDate", "/presenceUpdateTime"),
];

/// Groupings, each with its member of the answer, and those of an agent with their names in the answer.
type Grouping = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
const GROUPINGS: [Grouping; 6] = [
    (
        "presence",
        "presenceCounts",
        &[("systemPresence", "systemPresence"), ("organizationPresenceId", "organizationPresenceId")],
    ),
    ("routingStatus", "routingStatusCounts", &[("routingStatus", "routingStatus")]),
    ("isOutOfOffice", "isOutOfOfficeCounts", &[("isOutOfOffice", "isOutOfOffice")]),
    ("adherenceState", "adherenceStateCounts", &[("adherenceState", "adherenceState")]),
    (
        "scheduledActivityCategory",
        "scheduledActivityCategoryCounts",
        &[("scheduledActivityCategory", "activityCategory")],
    ),
    ("actualActivityCategory", "actualActivityCategoryCounts", &[("actualActivityCategory", "activityCategory")]),
];

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value}"))
}

fn only(pairs: &[(&str, &Value)]) -> Value {
    let predicates = pairs.iter().map(|(dimension, value)| json!({"dimension": dimension, "value": value}));
    json!({"type": "and", "predicates": predicates.collect::<Vec<_>>()})
}

fn found(caller: &mut Caller, body: Value) -> Vec<Value> {
    list(&caller.ask(QUERY, body), "entities").to_vec()
}

/// The open sessions of agents, by user, as the details tell them.
fn open_sessions(caller: &mut Caller) -> BTreeMap<String, BTreeSet<String>> {
    let interval = format!("{}/{}", iso(caller.now - 7 * DAY + HOUR), iso(caller.now + HOUR));
    let mut open: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for it in caller.page_through(json!({"interval": interval})) {
        let sessions = |participant: &Value| list(participant, "sessions").to_vec();
        let asked_for: Vec<Value> =
            list(&it, "participants").iter().filter(|p| p["purpose"] == "acd").flat_map(sessions).collect();
        for agent in list(&it, "participants").iter().filter(|participant| participant["purpose"] == "agent") {
            for session in sessions(agent) {
                let segments = list(&session, "segments");
                let last = segments.last().unwrap();
                if last["segmentEnd"].is_string() {
                    continue;
                }
                let queue = segments.iter().rev().find_map(|segment| segment["queueId"].as_str());
                let of_queue = |wait: &&Value| queue.is_some() && wait["segments"][0]["queueId"].as_str() == queue;
                let wait = asked_for.iter().rev().find(of_queue).map(|wait| &wait["segments"][0]);
                let mut told = json!({
                    "conversationId": it["conversationId"],
                    "sessionId": session["sessionId"],
                    "sessionStart": segments[0]["segmentStart"],
                    "segmentStart": last["segmentStart"],
                    "segmentType": last["segmentType"],
                    "originatingDirection": it["originatingDirection"],
                    "mediaType": session["mediaType"],
                    "routedQueueId": queue,
                    "requestedRoutingSkillIds": wait.map(|wait| &wait["requestedRoutingSkillIds"]),
                    "requestedLanguageId": wait.map(|wait| &wait["requestedLanguageId"]),
                });
                told.as_object_mut().unwrap().retain(|_, value| !value.is_null());
                told.sort_all_objects();
                open.entry(text(&agent["userId"]).into()).or_default().insert(told.to_string());
            }
        }
    }
    open
}

/// What all that says something of an agent says.
fn compare(caller: &mut Caller, agent: &Value, adherence: &Value) {
    let id = text(&agent["userId"]).to_string();
    for (own, other) in OF_ADHERENCE {
        assert_eq!(agent.get(own), adherence.pointer(other), "{own} of {agent} and {adherence}");
    }
    let user = caller.get(&format!("/api/v2/users/{id}?expand=presence,routingStatus")).parsed();
    assert_eq!((&agent["userName"], &agent["divisionId"]), (&user["name"], &user["division"]["id"]));
    let (presence, routing) = (&user["presence"], &user["routingStatus"]);
    assert_eq!(agent["organizationPresenceId"], presence["presenceDefinition"]["id"]);
    assert_eq!(agent["presenceDate"], presence["modifiedDate"]);
    let system = text(&agent["systemPresence"]).replace('_', "");
    assert!(system.eq_ignore_ascii_case(text(&presence["presenceDefinition"]["systemPresence"])));
    assert_eq!((&agent["routingStatus"], &agent["routingStatusDate"]), (&routing["status"], &routing["startTime"]));
    // A parked thread leaves its agent free, and nothing else does.
    let works = list(agent, "sessions").iter().any(|session| session["segmentType"] != "parked");
    assert_eq!(works, agent["routingStatus"] == "INTERACTING", "{agent}");
    assert_eq!(caller.get(&format!("/api/v2/analytics/agents/{id}/status")).parsed(), *agent);
}

#[test]
fn a_status_is_what_everything_else_says() {
    let mut chance = Chance::of(11);
    let (mut sessions, mut skilled, mut states) = (0, 0, BTreeSet::new());
    for seed in 1..4 {
        let mut caller = Caller::with("admin", |options| (options.size, options.seed) = (Size::Small, seed));
        for _ in 0..3 {
            caller.now += chance.below(9 * HOUR as usize) as i64;
            caller.log_in("admin");
            let agents = found(&mut caller, json!({}));
            assert_eq!(agents.len(), 12);
            let open = open_sessions(&mut caller);
            let ids: Vec<&str> = agents.iter().map(|agent| text(&agent["userId"])).collect();
            let told = caller.get(&format!("/api/v2/workforcemanagement/adherence?userId={}", ids.join(","))).parsed();
            for agent in &agents {
                let of_agent = |row: &&Value| row["user"]["id"] == agent["userId"];
                compare(&mut caller, agent, told.as_array().unwrap().iter().find(of_agent).unwrap());
                let own: BTreeSet<String> = list(agent, "sessions")
                    .iter()
                    .map(|session| {
                        let mut session = session.clone();
                        session.sort_all_objects();
                        session.to_string()
                    })
                    .collect();
                assert_eq!(own, open.get(text(&agent["userId"])).cloned().unwrap_or_default());
                assert_eq!(agent["sessionCount"], own.len());
                sessions += own.len();
                skilled += own.iter().filter(|session| session.contains("requestedRoutingSkillIds")).count();
                states.insert(text(&agent["adherenceState"]).to_string());
            }
        }
    }
    assert!(sessions > 20 && skilled > 5 && states.len() == 3, "{sessions} {skilled} {states:?}");
}

#[test]
fn queues_see_the_same_agents() {
    let mut caller = Caller::medium("admin");
    let queues = caller.get("/api/v2/routing/queues?pageSize=100").parsed();
    let (mut active, mut talking) = (0, 0);
    for queue in list(&queues, "entities") {
        let id = &queue["id"];
        let filter = only(&[("queueId", id)]);
        let metrics = ["oActiveUsers", "oMemberUsers", "oInteracting", "oUserRoutingStatuses"];
        let observed = caller.ask(OBSERVATIONS, json!({"filter": filter, "metrics": metrics}));
        let seen = |metric: &str, qualifier: Option<&str>| -> i64 {
            let data = list(&observed, "results").iter().flat_map(|result| list(result, "data"));
            let fits = data.filter(|one| one["metric"] == metric && one["qualifier"].as_str() == qualifier);
            fits.map(|one| one["stats"]["count"].as_i64().unwrap()).sum()
        };
        let mut counted = |filter: Value| -> i64 {
            let told = caller.ask(&format!("{COUNTS}?groupBy=routingStatus"), json!({"userFilter": filter}));
            list(&told, "routingStatusCounts").iter().map(|one| one["count"].as_i64().unwrap()).sum()
        };
        let there = seen("oActiveUsers", None);
        assert_eq!(counted(only(&[("activeQueueId", id)])), there);
        assert_eq!(counted(only(&[("queueId", id)])), seen("oMemberUsers", None));
        assert_eq!(counted(only(&[("inactiveQueueId", id)])), seen("oMemberUsers", None) - there);
        for status in ["INTERACTING", "IDLE", "OFF_QUEUE", "NOT_RESPONDING"] {
            let filter = only(&[("queueId", id), ("routingStatus", &json!(status.to_lowercase()))]);
            assert_eq!(counted(filter), seen("oUserRoutingStatuses", Some(status)));
        }
        active += there;
        let sessions = found(&mut caller, json!({"sessionFilter": only(&[("routedQueueId", id)])}));
        let types = sessions.iter().flat_map(|agent| list(agent, "sessions")).map(|one| text(&one["segmentType"]));
        let interacting = types.filter(|kind| ["interact", "hold", "callback", "parked"].contains(kind)).count();
        let observed = seen("oInteracting", None);
        assert!(sessions.len() < 50 && interacting as i64 == observed, "{interacting} {observed}");
        talking += observed;
    }
    assert!(active > 100 && talking > 50, "{active} {talking}");
}

/// What counts must be, from the rows of a query.
fn reckoned(agents: &[Value], members: &[(&str, &str)]) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for agent in agents {
        let row: BTreeMap<&str, &Value> = members.iter().map(|(own, name)| (*name, &agent[own])).collect();
        *counts.entry(json!(row).to_string()).or_insert(0) += 1;
    }
    counts
}

fn told(counts: &Value, member: &str) -> BTreeMap<String, i64> {
    let rows = list(counts, member).iter().map(|row| {
        let mut row: BTreeMap<String, Value> = serde_json::from_value(row.clone()).unwrap();
        let count = row.remove("count").unwrap().as_i64().unwrap();
        (json!(row).to_string(), count)
    });
    rows.collect()
}

#[test]
fn counts_are_the_counts_of_the_query() {
    let mut caller = Caller::medium("admin");
    let teams = caller.get("/api/v2/teams?pageSize=100").parsed();
    let words: Vec<&str> = GROUPINGS.iter().map(|(word, ..)| *word).collect();
    let target = format!("{COUNTS}?groupBy=segmentType&groupBy={}", words.join(","));
    let mut kinds = BTreeSet::new();
    for team in list(&teams, "entities") {
        caller.now += HOUR;
        caller.log_in("admin");
        let of_team = json!({"userFilter": only(&[("teamId", &team["id"])])});
        let mut on_calls = of_team.clone();
        on_calls["sessionFilter"] = json!({"type": "or", "clauses": [only(&[("mediaType", &json!("voice"))])]});
        let sizes = [of_team, on_calls].map(|body| {
            let agents = found(&mut caller, body.clone());
            let counts = caller.ask(&target, body);
            for (_, member, members) in GROUPINGS {
                assert_eq!(told(&counts, member), reckoned(&agents, members), "{member}");
            }
            let of_agents = agents.iter().flat_map(|agent| {
                let types =
                    list(agent, "sessions").iter().map(|session| json!({"segmentType": session["segmentType"]}));
                types.map(|kind| kind.to_string()).collect::<BTreeSet<_>>()
            });
            let mut segments = BTreeMap::new();
            of_agents.for_each(|kind| *segments.entry(kind).or_insert(0) += 1);
            assert_eq!(told(&counts, "segmentCounts"), segments);
            kinds.extend(segments.into_keys());
            let sessions = agents.iter().flat_map(|agent| list(agent, "sessions"));
            (agents.len(), sessions.filter(|session| session["mediaType"] != "voice").count())
        });
        assert!(sizes[1].0 < sizes[0].0 && sizes[0].0 < 50 && sizes[1].1 == 0, "{sizes:?}");
    }
    assert!(kinds.len() > 2, "{kinds:?}");
    // Unless asked for more; and of all agents, while the query tells fifty.
    let plain = caller.ask(COUNTS, json!({}));
    assert_eq!(plain.as_object().unwrap().keys().collect::<Vec<_>>(), ["segmentCounts"]);
    let all = caller.ask(&format!("{COUNTS}?groupBy=presence"), json!({}));
    assert_eq!(told(&all, "presenceCounts").into_values().sum::<i64>(), 160);
    assert_eq!(found(&mut caller, json!({})).len(), 50);
}

#[test]
fn agents_and_sessions_come_in_the_order_asked_for() {
    let mut caller = Caller::medium("admin");
    let sorted = |values: &[&Value], is_descending: bool| {
        let there: Vec<&str> = values.iter().take_while(|value| value.is_string()).map(|value| text(value)).collect();
        let rest = &values[there.len()..];
        let ordered = there.windows(2).all(|two| if is_descending { two[0] >= two[1] } else { two[0] <= two[1] });
        ordered && rest.iter().all(|value| value.is_null()) && !there.is_empty()
    };
    for by in ["userName", "presenceDate", "routingStatusDate", "systemPresence", "routingStatus", "adherenceDate"] {
        for order in ["asc", "desc"] {
            let agents = found(&mut caller, json!({"userOrderBy": by, "userOrder": order}));
            let values: Vec<&Value> = agents.iter().map(|agent| &agent[by]).collect();
            assert!(sorted(&values, order == "desc"), "{by} {order} {values:?}");
        }
    }
    let mut several = 0;
    for by in ["segmentStart", "sessionStart"] {
        for order in ["asc", "desc"] {
            let body = json!({"userOrderBy": by, "userOrder": order, "sessionOrderBy": by, "sessionOrder": order});
            let agents = found(&mut caller, body);
            let firsts: Vec<&Value> = agents.iter().map(|agent| &agent["sessions"][0][by]).collect();
            assert!(sorted(&firsts, order == "desc"), "{by} {order}");
            for agent in agents.iter().filter(|agent| agent["sessionCount"] != 0) {
                let values: Vec<&Value> = list(agent, "sessions").iter().map(|session| &session[by]).collect();
                assert!(sorted(&values, order == "desc"), "{by} {order} {values:?}");
                several += usize::from(values.len() > 1);
            }
        }
    }
    assert!(several > 0);
}

#[test]
fn filters_look_at_what_the_directory_says() {
    let mut caller = Caller::new("admin");
    let agents = found(&mut caller, json!({}));
    let mut missed = 0;
    for agent in &agents {
        let id = text(&agent["userId"]).to_string();
        for (listing, dimension) in [("routingskills", "assignedSkillId"), ("routinglanguages", "assignedLanguageId")] {
            let of_user = caller.get(&format!("/api/v2/users/{id}/{listing}")).parsed();
            for thing in list(&of_user, "entities") {
                let with = found(&mut caller, json!({"userFilter": only(&[(dimension, &thing["id"])])}));
                assert!(with.iter().any(|one| one["userId"] == agent["userId"]));
                missed += agents.len() - with.len();
            }
        }
        for dimension in ["userId", "divisionId", "scheduledActivityCodeId", "adherenceImpact", "businessUnitId"] {
            let Some(value) = agent.get(dimension) else { continue };
            let with = found(&mut caller, json!({"userFilter": only(&[(dimension, value)])}));
            let expected: Vec<&Value> = agents.iter().filter(|one| one[dimension] == *value).collect();
            assert_eq!(with.iter().collect::<Vec<_>>(), expected, "{dimension}");
        }
    }
    assert!(missed > 0);
    let mut count = |dimension: &str, value: &str| {
        found(&mut caller, json!({"userFilter": only(&[(dimension, &json!(value))])})).len()
    };
    let offline = agents.iter().filter(|agent| agent["systemPresence"] == "OFFLINE").count();
    assert_eq!((count("online", "false"), count("online", "true")), (offline, agents.len() - offline));
    assert_eq!((count("isOutOfOffice", "false"), count("isOutOfOffice", "true")), (agents.len(), 0));
    assert_eq!(count("managerId", text(&agents[0]["userId"])), 0, "nobody reports to anybody");
}

#[test]
fn whoever_left_is_offline_and_has_no_plan() {
    let mut caller = Caller::new("admin");
    let left = caller.get("/api/v2/users?state=deleted").parsed()["entities"][0]["id"].clone();
    let status = caller.get(&format!("/api/v2/analytics/agents/{}/status", text(&left))).parsed();
    assert_eq!((&status["systemPresence"], &status["routingStatus"]), (&json!("OFFLINE"), &json!("OFF_QUEUE")));
    assert!(status["sessionCount"] == 0 && status.get("adherenceState").is_none(), "{status}");
    assert!(found(&mut caller, json!({"userFilter": only(&[("userId", &left)])})).is_empty());
}

#[test]
fn divisions_and_names_are_for_those_who_may() {
    let mut caller = Caller::new("admin");
    let all = found(&mut caller, json!({}));
    let queues = caller.get("/api/v2/routing/queues?pageSize=100").parsed();
    caller.log_in("emea-only");
    let refused = caller.post(QUERY, json!({}));
    assert_eq!((refused.status, refused.parsed()["code"].clone()), (403, json!("missing.any.permissions")));
    caller.control("POST", "/clients/emea-only/permissions", json!({"add": [SEEING], "after_ms": 0}));
    let divisions = caller.get("/api/v2/authorization/divisions?pageSize=100").parsed();
    let emea = list(&divisions, "entities").iter().find(|one| one["name"] == "EMEA").unwrap()["id"].clone();
    let (own, others): (Vec<&Value>, Vec<&Value>) = all.iter().partition(|agent| agent["divisionId"] == emea);
    let nameless = |agent: &&Value| {
        let mut agent = (*agent).clone();
        agent.as_object_mut().unwrap().retain(|name, _| name != "userId" && name != "userName");
        agent
    };
    assert_eq!(found(&mut caller, json!({})), own.iter().map(nameless).collect::<Vec<_>>());
    let counts = caller.ask(&format!("{COUNTS}?groupBy=presence"), json!({}));
    assert_eq!(told(&counts, "presenceCounts").into_values().sum::<i64>(), own.len() as i64);
    for queue in list(&queues, "entities") {
        let members = found(&mut caller, json!({"userFilter": only(&[("queueId", &queue["id"])])}));
        assert_eq!(members.is_empty(), queue["division"]["id"] != emea, "{queue}");
    }
    caller.control("POST", "/clients/emea-only/permissions", json!({"add": [NAMING], "after_ms": 0}));
    assert_eq!(found(&mut caller, json!({})).iter().collect::<Vec<_>>(), own);
    let elsewhere = caller.get(&format!("/api/v2/analytics/agents/{}/status", text(&others[0]["userId"])));
    assert_eq!(elsewhere.status, 403);
    assert_eq!(elsewhere.parsed()["code"], "missing.any.division.permissions");
}

#[test]
fn what_no_model_has_is_refused() {
    let mut caller = Caller::new("admin");
    let counts = format!("{COUNTS}?groupBy=userId");
    let predicate = json!({"dimension": "userId", "value": "x", "operator": "exists"});
    for (target, body, code) in [
        (QUERY, json!({"filter": {}}), "invalid.property"),
        (QUERY, json!({"userFilter": {"predicates": []}}), "bad.request"),
        (QUERY, json!({"userFilter": {"type": "and"}}), "bad.request"),
        (QUERY, json!({"userFilter": {"type": "and", "predicates": [predicate]}}), "invalid.property"),
        (QUERY, json!({"userFilter": only(&[("segmentType", &json!("hold"))])}), "invalid.value"),
        (QUERY, json!({"sessionFilter": only(&[("userId", &json!("x"))])}), "invalid.value"),
        (QUERY, json!({"sessionFilter": {"type": "xor", "predicates": []}}), "invalid.value"),
        (QUERY, json!({"userOrderBy": "managerId"}), "invalid.value"),
        (QUERY, json!({"userOrder": "up"}), "invalid.value"),
        (QUERY, json!({"sessionOrderBy": "mediaType"}), "invalid.value"),
        (QUERY, json!({"sessionOrder": 1}), "invalid.value"),
        (COUNTS, json!({"userOrder": "asc"}), "invalid.property"),
        (&counts, json!({}), "invalid.query.param.value"),
    ] {
        let answer = caller.post(target, body.clone());
        assert_eq!((answer.status, answer.parsed()["code"].clone()), (400, json!(code)), "{body}");
    }
    let nobody = caller.get("/api/v2/analytics/agents/00000000-0000-4000-8000-000000000000/status");
    assert_eq!(nobody.status, 404);
}
