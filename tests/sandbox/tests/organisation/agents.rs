//! What agents are seen doing agrees with the conversations they handle, whoever is asked.

use std::collections::BTreeMap;

use pegcount_sandbox::Size;
use pegcount_sandbox::time::{DAY, HOUR, SECOND, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::{Caller, OBSERVATIONS, USER_AGGREGATES, USER_DETAILS, sessions};

const ROUTING_ACTIVITY: &str = "/api/v2/analytics/routing/activity/query";

fn at(value: &Value) -> i64 {
    parse_iso(value.as_str().unwrap()).unwrap()
}

fn state<'a>(user: &'a Value, list: &str, moment: i64) -> &'a Value {
    let holds = |r: &&Value| {
        at(&r["startTime"]) <= moment && r["endTime"].as_str().is_none_or(|end| parse_iso(end).unwrap() > moment)
    };
    user[list].as_array().unwrap().iter().find(holds).unwrap()
}

#[test]
fn who_talks_is_on_queue_and_interacting() {
    let mut caller = Caller::new("reporting");
    let interval = caller.ready["interval"].clone();
    let conversations = caller.page_through(json!({"interval": interval}));
    let day = caller.day();
    let users =
        caller.page_through_users(json!({"interval": format!("{}/{}", iso(day.start), iso(day.end + DAY / 2))}));
    let users: BTreeMap<&str, &Value> = users.iter().map(|user| (user["userId"].as_str().unwrap(), user)).collect();
    let mut seen = 0;
    for (participant, session) in sessions(&conversations).into_iter().filter(|(p, _)| p["purpose"] == "agent") {
        let user = users[participant["userId"].as_str().unwrap()];
        for segment in session["segments"].as_array().unwrap() {
            let is_work = ["interact", "hold", "wrapup"].contains(&segment["segmentType"].as_str().unwrap());
            let Some(end) = segment["segmentEnd"].as_str().filter(|_| is_work) else { continue };
            let (start, end) = (at(&segment["segmentStart"]), parse_iso(end).unwrap());
            for moment in [start, (start + end) / 2, end - 1].into_iter().filter(|moment| *moment >= start) {
                if moment >= day.end + DAY / 2 || end == start {
                    continue;
                }
                assert_eq!(state(user, "routingStatus", moment)["routingStatus"], "INTERACTING", "{}", iso(moment));
                assert_eq!(state(user, "primaryPresence", moment)["systemPresence"], "ON_QUEUE");
                seen += 1;
            }
        }
    }
    assert!(seen > 300, "{seen}");
}

/// What an agent did in one conversation, from the alert to the end of the wrap-up.
struct Leg {
    user: String,
    start: i64,
    end: i64,
    is_call: bool,
    what: String,
}

/// The legs of some conversations that are over. A thread that is parked takes nothing of the agent's time.
fn legs(conversations: &[Value]) -> Vec<Leg> {
    let mut found = Vec::new();
    for conversation in conversations {
        let agents = conversation["participants"].as_array().unwrap().iter().filter(|p| p["purpose"] == "agent");
        for participant in agents {
            let sessions = participant["sessions"].as_array().unwrap();
            let segments: Vec<&Value> = sessions.iter().flat_map(|s| s["segments"].as_array().unwrap()).collect();
            for stretch in segments.split(|segment| segment["segmentType"] == "parked") {
                let times = stretch.iter().map(|segment| {
                    let start = at(&segment["segmentStart"]);
                    (start, segment["segmentEnd"].as_str().map_or(start, |end| parse_iso(end).unwrap()))
                });
                let Some((start, end)) = times.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else { continue };
                let is_call = sessions.iter().any(|s| s["mediaType"] == "voice" || s["mediaType"] == "callback");
                let user = participant["userId"].as_str().unwrap().to_string();
                let what = format!("{} {} {}", conversation["conversationId"], iso(start), iso(end));
                found.push(Leg { user, start, end, is_call, what });
            }
        }
    }
    found.sort_by(|a, b| (&a.user, a.start, a.end).cmp(&(&b.user, b.start, b.end)));
    found
}

/// How many of an agent's legs begin beside others: three at most of what is written, and nothing beside a call.
fn at_once(all: &[Leg], of: &str) -> usize {
    let mut together = 0;
    for own in all.chunk_by(|a, b| a.user == b.user) {
        for (index, leg) in own.iter().enumerate() {
            // What began earlier and is not over yet.
            let beside: Vec<&Leg> = own[..index].iter().filter(|other| other.end > leg.start).collect();
            let both = || format!("{of}: {} beside {}", leg.what, beside[0].what);
            let is_alone = leg.is_call || beside.iter().any(|other| other.is_call);
            assert!(beside.is_empty() || !is_alone, "{}", both());
            assert!(beside.len() < 3, "{}", both());
            together += usize::from(!beside.is_empty());
        }
    }
    together
}

#[test]
fn nobody_is_on_two_calls_at_once() {
    let sizes = [(Size::Tiny, 1..25, 5), (Size::Small, 1..7, 3), (Size::Medium, 7..8, 2)];
    for (size, seeds, days) in sizes {
        let (mut calls, mut written, mut together) = (0, 0, 0);
        for seed in seeds {
            let mut caller = Caller::with("reporting", |options| (options.size, options.seed) = (size, seed));
            let day = caller.day();
            // Until whatever began in these days is wrapped up.
            caller.now += DAY / 3;
            let interval = format!("{}/{}", iso(day.end - days * DAY), iso(day.end));
            let all = legs(&caller.page_through(json!({"interval": interval})));
            together += at_once(&all, &format!("{size:?} {seed}"));
            calls += all.iter().filter(|leg| leg.is_call).count();
            written += all.iter().filter(|leg| !leg.is_call).count();
        }
        assert!(calls > 300 && written > 100 && together > 0, "{size:?}: {calls} {written} {together}");
    }
}

#[test]
fn whoever_is_on_a_call_at_midnight_takes_up_no_thread() {
    let mut caller = Caller::with("reporting", |options| (options.size, options.seed) = (Size::Medium, 3));
    let day = caller.day();
    let (mut calls, mut threads) = (0, 0);
    // The day itself has no threads that begin on it.
    for midnight in (9..=12).map(|nights| day.start - nights * DAY) {
        let interval = format!("{}/{}", iso(midnight - 3 * HOUR), iso(midnight + 3 * HOUR));
        let all = caller.page_through(json!({"interval": interval}));
        let all = legs(&all);
        at_once(&all, &iso(midnight));
        calls += all.iter().filter(|leg| leg.is_call && leg.start < midnight && leg.end > midnight).count();
        threads += all.iter().filter(|leg| !leg.is_call && (0..3 * HOUR).contains(&(leg.start - midnight))).count();
    }
    assert!(calls > 4 && threads > 30, "{calls} {threads}");
}

#[test]
fn a_working_day_has_everything_in_it() {
    let mut caller = Caller::medium("reporting");
    let body = json!({"interval": caller.ready["interval"], "metrics": ["tSystemPresence", "tAgentRoutingStatus"]});
    let answer = caller.ask(USER_AGGREGATES, body);
    let metrics = answer["results"][0]["data"][0]["metrics"].as_array().unwrap();
    let sums: BTreeMap<&str, i64> =
        metrics.iter().map(|m| (m["qualifier"].as_str().unwrap(), m["stats"]["sum"].as_i64().unwrap())).collect();
    for qualifier in ["AVAILABLE", "AWAY", "BUSY", "OFFLINE", "ON_QUEUE", "MEAL", "TRAINING", "MEETING", "BREAK"] {
        assert!(sums[qualifier] > 0, "{qualifier}");
    }
    for qualifier in ["OFF_QUEUE", "IDLE", "INTERACTING", "NOT_RESPONDING"] {
        assert!(sums[qualifier] > 0, "{qualifier}");
    }
    // Everybody is in one presence and one routing status all day.
    let total = |names: &[&str]| names.iter().map(|name| sums[name]).sum::<i64>();
    assert_eq!(total(&["OFF_QUEUE", "IDLE", "INTERACTING", "NOT_RESPONDING"]), 160 * DAY);
    assert_eq!(sums["ON_QUEUE"], total(&["IDLE", "INTERACTING", "NOT_RESPONDING"]));
    assert!(answer["systemToOrganizationMappings"]["BUSY"].as_array().unwrap().len() == 2);
}

#[test]
fn the_present_is_the_same_wherever_it_is_asked_for() {
    let mut caller = Caller::new("reporting");
    let interval = format!("{}/{}", iso(caller.now - SECOND), iso(caller.now + SECOND));
    let details = caller.page_through_users(json!({"interval": interval}));
    let listed = caller.get("/api/v2/users?pageSize=100&expand=routingStatus,presence").parsed();
    let mut statuses: BTreeMap<String, String> = BTreeMap::new();
    for user in listed["entities"].as_array().unwrap() {
        let id = user["id"].as_str().unwrap();
        let single = caller.get(&format!("/api/v2/users/{id}/routingstatus")).parsed();
        assert_eq!(single, user["routingStatus"]);
        assert_eq!(caller.get(&format!("/api/v2/users/{id}/presences/purecloud")).parsed(), user["presence"]);
        let of_details = details.iter().find(|detail| detail["userId"] == id).unwrap();
        let routing = state(of_details, "routingStatus", caller.now);
        assert_eq!((&routing["routingStatus"], &routing["startTime"]), (&single["status"], &single["startTime"]));
        let presence = state(of_details, "primaryPresence", caller.now);
        assert_eq!(presence["organizationPresenceId"], user["presence"]["presenceDefinition"]["id"]);
        assert_eq!(presence["startTime"], user["presence"]["modifiedDate"]);
        statuses.insert(id.into(), single["status"].as_str().unwrap().into());
    }
    let queues = caller.get("/api/v2/routing/queues?pageSize=100").parsed();
    for queue in queues["entities"].as_array().unwrap() {
        let filter = json!({"type": "and", "predicates": [{"dimension": "queueId", "value": queue["id"]}]});
        let metrics = ["oUserRoutingStatuses", "oUserPresences"];
        let observed =
            caller.ask(OBSERVATIONS, json!({"filter": filter, "metrics": metrics, "detailMetrics": metrics}));
        let listed = metrics.map(|metric| json!({"metric": metric, "details": true}));
        let active = caller.ask(ROUTING_ACTIVITY, json!({"filter": filter, "metrics": listed, "groupBy": ["queueId"]}));
        let counts = |answer: &Value, count: fn(&Value) -> &Value| -> BTreeMap<String, i64> {
            let data = answer["results"][0]["data"].as_array().unwrap();
            data.iter().map(|d| (d["qualifier"].as_str().unwrap().into(), count(d).as_i64().unwrap())).collect()
        };
        assert_eq!(counts(&observed, |d| &d["stats"]["count"]), counts(&active, |d| &d["count"]));
        for one in observed["results"][0]["data"].as_array().unwrap().iter().filter(|d| d["metric"] == metrics[0]) {
            for member in one["observations"].as_array().unwrap() {
                assert_eq!(one["qualifier"], statuses[member["userId"].as_str().unwrap()].as_str());
            }
        }
    }
}

#[test]
fn a_filter_on_records_keeps_the_users_who_have_one() {
    let mut caller = Caller::medium("reporting");
    let training = json!({"type": "and", "predicates": [{"dimension": "systemPresence", "value": "TRAINING"}]});
    let terms = json!([{"type": "termFrequency", "dimension": "systemPresence"}]);
    let query = json!({
        "interval": caller.ready["interval"],
        "presenceFilters": [training],
        "presenceAggregations": terms,
    });
    let answer = caller.ask(USER_DETAILS, query.clone());
    let hits = answer["totalHits"].as_u64().unwrap();
    let users = caller.page_through_users(query);
    assert!(0 < hits && hits < 100 && users.len() as u64 == hits);
    let trained = |user: &Value| {
        user["primaryPresence"].as_array().unwrap().iter().filter(|r| r["systemPresence"] == "TRAINING").count()
    };
    assert!(users.iter().all(|user| trained(user) > 0));
    let counted: usize = users.iter().map(trained).sum();
    let term = answer["aggregations"][0]["results"].as_array().unwrap().iter().find(|one| one["value"] == "TRAINING");
    assert_eq!(term.unwrap()["count"], counted);
}

#[test]
fn a_job_tells_what_the_query_tells_as_far_as_the_lake_goes() {
    let mut caller = Caller::new("reporting");
    let interval = caller.ready["interval"].clone();
    let jobs = "/api/v2/analytics/users/details/jobs";
    let submitted = caller.post(jobs, json!({"interval": interval}));
    assert_eq!(submitted.status, 202, "{}", submitted.parsed());
    let job = format!("{jobs}/{}", submitted.parsed()["jobId"].as_str().unwrap());
    assert_eq!(caller.get(&job).parsed()["state"], "QUEUED");
    caller.now += 5 * SECOND;
    assert_eq!(caller.get(&job).parsed()["state"], "FULFILLED");
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = caller.get(&format!("{job}/results?pageSize=5{cursor}")).parsed();
        found.extend(page["userDetails"].as_array().unwrap().iter().cloned());
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found, caller.page_through_users(json!({"interval": interval})));
    assert!(caller.get(&format!("{jobs}/availability")).parsed()["dataAvailabilityDate"].is_string());
    // A conversations' job is another thing, although its number would be known.
    let elsewhere = job.replace("/users/", "/conversations/");
    assert_eq!(caller.get(&elsewhere).status, 404);
    assert_eq!(caller.delete(&job).status, 204);
    assert_eq!(caller.get(&job).parsed()["state"], "CANCELLED");
}

#[test]
fn divisions_and_bounds_apply_to_users() {
    let mut caller = Caller::new("reporting");
    let week = |caller: &Caller, days: i64| format!("{}/{}", iso(caller.now - days * DAY), iso(caller.now));
    let interval = week(&caller, 1);
    let all = caller.page_through_users(json!({"interval": interval})).len();
    let too_long = json!({"interval": week(&caller, 8)});
    assert_eq!(caller.post(USER_DETAILS, too_long.clone()).status, 400);
    let mut filtered = too_long;
    filtered["routingStatusFilters"] =
        json!([{"type": "or", "predicates": [{"dimension": "routingStatus", "value": "INTERACTING"}]}]);
    assert_eq!(caller.post(USER_DETAILS, filtered).status, 200);
    caller.log_in("emea-only");
    let some = caller.page_through_users(json!({"interval": interval})).len();
    assert!(0 < some && some < all, "{some} of {all}");
    caller.log_in("no-analytics");
    assert_eq!(caller.post(USER_DETAILS, json!({"interval": interval})).status, 403);
}
