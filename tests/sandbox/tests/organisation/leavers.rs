//! Who left: inactive and deleted users worked until their day of leaving, and are nowhere to be found since.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::Size;
use pegcount_sandbox::time::{DAY, SECOND, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller, USER_AGGREGATES, sessions};
use crate::narrowed::shown;
use crate::workforce::WFM;

/// A user who left.
struct Leaver {
    id: String,
    state: String,
    /// When an administrator wrote it down.
    left: i64,
    /// The midnight before.
    until: i64,
}

impl Leaver {
    /// A predicate on the user.
    fn filter(&self) -> Value {
        json!([{"type": "and", "predicates": [{"dimension": "userId", "value": self.id}]}])
    }
}

fn at(value: &Value) -> i64 {
    parse_iso(value.as_str().unwrap()).unwrap()
}

fn between(from: i64, until: i64) -> String {
    format!("{}/{}", iso(from), iso(until))
}

fn ids(entities: &[Value]) -> BTreeSet<String> {
    entities.iter().map(|entity| entity["id"].as_str().unwrap().into()).collect()
}

/// What was written down of users in the two months before the finished day.
fn audits(caller: &mut Caller) -> Vec<Value> {
    let (day, mut found) = (caller.day(), Vec::new());
    for from in [day.start - 61 * DAY, day.start - 31 * DAY] {
        let body = json!({"interval": between(from, from + 30 * DAY), "serviceName": "Directory"});
        let answer = caller.post("/api/v2/audits/query", body);
        let id = answer.parsed()["id"].as_str().unwrap().to_string();
        caller.now += 5 * SECOND;
        found.extend(shown(caller, &format!("audits/query/{id}/results?pageSize=500")));
    }
    found
}

/// Everybody who left.
fn leavers(caller: &mut Caller) -> Vec<Leaver> {
    let audits = audits(caller);
    let mut found = Vec::new();
    for (state, action) in [("inactive", "Update"), ("deleted", "Delete")] {
        for user in shown(caller, &format!("users?pageSize=500&state={state}")) {
            let change = json!([{"property": "state", "oldValues": ["active"], "newValues": [state]}]);
            let of_user = |event: &&Value| event["entity"]["id"] == user["id"] && event["propertyChanges"] == change;
            let mut events = audits.iter().filter(of_user);
            let event = events.next().expect("an administrator wrote it down");
            assert_eq!((&event["action"], events.count()), (&json!(action), 0));
            let (left, id) = (at(&event["eventDate"]), user["id"].as_str().unwrap().into());
            found.push(Leaver { id, state: state.into(), left, until: left - left.rem_euclid(DAY) });
        }
    }
    found
}

/// The conversations of a user that began in an interval.
fn conversations(caller: &mut Caller, user: &Leaver, from: i64, until: i64) -> Vec<Value> {
    caller.page_through(json!({"interval": between(from, until), "segmentFilters": user.filter()}))
}

/// The sessions of a user.
fn own<'a>(conversations: &'a [Value], user: &Leaver) -> Vec<&'a Value> {
    let all = sessions(conversations).into_iter();
    all.filter(|(participant, _)| participant["userId"] == *user.id).map(|(_, session)| session).collect()
}

#[test]
fn they_are_told_where_somebody_asks_for_any_state() {
    for (size, seed) in [(Size::Tiny, 1), (Size::Small, 1), (Size::Small, 4_711), (Size::Medium, 7)] {
        let mut caller = Caller::with("admin", |options| (options.size, options.seed) = (size, seed));
        let day = caller.day();
        let listed = ids(&shown(&mut caller, "users?pageSize=500"));
        let any = ids(&shown(&mut caller, "users?pageSize=500&state=any"));
        let all = leavers(&mut caller);
        assert!(all.len() >= 2 && any.len() == listed.len() + all.len());
        for user in all {
            assert!(any.contains(&user.id) && !listed.contains(&user.id));
            assert_eq!(caller.get(&format!("/api/v2/users/{}", user.id)).parsed()["state"], *user.state);
            let before = (day.start - user.until) / DAY;
            assert!((19..=60).contains(&before) && user.left < user.until + DAY, "{before} days before");
        }
    }
}

#[test]
fn they_worked_until_they_left_and_did_nothing_afterwards() {
    for seed in [1, 4_711] {
        let mut caller = Caller::with("admin", |options| options.seed = seed);
        for user in leavers(&mut caller) {
            let before = conversations(&mut caller, &user, user.until - 14 * DAY, user.until);
            let segments = own(&before, &user).into_iter().flat_map(|session| session["segments"].as_array().unwrap());
            let ends: Vec<i64> = segments.map(|segment| at(&segment["segmentEnd"])).collect();
            assert!(before.len() > 60, "{} conversations", before.len());
            assert!(ends.iter().all(|end| *end <= user.until) && ends.iter().max() > Some(&(user.until - 7 * DAY)));
            let (since, now) = (user.until, caller.now);
            assert_eq!(conversations(&mut caller, &user, since, since + 14 * DAY), [Value::Null; 0]);
            // The last record is of being offline.
            let query = |from: i64, until: i64| json!({"interval": between(from, until), "userFilters": user.filter()});
            let seen = caller.page_through_users(query(since - 5 * DAY, since + 5 * DAY));
            assert_eq!(seen.len(), 1);
            for (list, name, what) in
                [("primaryPresence", "systemPresence", "OFFLINE"), ("routingStatus", "routingStatus", "OFF_QUEUE")]
            {
                let last = seen[0][list].as_array().unwrap().last().unwrap();
                let told = (at(&last["startTime"]), at(&last["endTime"]), &last[name]);
                assert_eq!(told, (user.until, user.left, &json!(what)));
            }
            assert_eq!(caller.page_through_users(query(user.left, user.left + 7 * DAY)), [Value::Null; 0]);
            let seen = |caller: &mut Caller, from: i64, until: i64| {
                let body = json!({
                    "interval": between(from, until),
                    "groupBy": ["userId"],
                    "filter": user.filter()[0],
                    "metrics": ["tSystemPresence"],
                });
                let answer = caller.ask(USER_AGGREGATES, body);
                let metrics = answer["results"][0]["data"][0]["metrics"].as_array().cloned().unwrap_or_default();
                metrics.iter().map(|metric| metric["stats"]["sum"].as_i64().unwrap()).sum::<i64>()
            };
            assert_eq!(seen(&mut caller, since - DAY, since), DAY);
            assert_eq!(seen(&mut caller, since, since + DAY), user.left - since);
            assert_eq!(seen(&mut caller, user.left, now), 0);
        }
    }
}

#[test]
fn counted_they_are_what_their_conversations_tell() {
    const METRICS: [&str; 4] = ["tAlert", "tTalk", "tAcw", "tHandle"];
    let mut caller = Caller::new("admin");
    for user in leavers(&mut caller) {
        let mut counted_days = 0;
        for from in (1..8).map(|days| user.until - days * DAY) {
            let interval = between(from, from + DAY);
            let body = json!({
                "interval": interval,
                "groupBy": ["userId"],
                "filter": user.filter()[0],
                "metrics": METRICS,
            });
            let answer = caller.ask(AGGREGATES, body);
            let counted = answer["results"][0]["data"][0]["metrics"].as_array().cloned().unwrap_or_default();
            let counted: BTreeMap<String, (i64, i64)> = counted
                .iter()
                .map(|metric| {
                    let stats = &metric["stats"];
                    let sums = (stats["count"].as_i64().unwrap(), stats["sum"].as_i64().unwrap());
                    (metric["metric"].as_str().unwrap().into(), sums)
                })
                .collect();
            // Threads began days before.
            let found = conversations(&mut caller, &user, from - 10 * DAY, from + DAY);
            let mut told: BTreeMap<String, (i64, i64)> = BTreeMap::new();
            for metric in own(&found, &user).into_iter().flat_map(|session| session["metrics"].as_array().unwrap()) {
                let name = metric["name"].as_str().unwrap();
                if METRICS.contains(&name) && (from..from + DAY).contains(&at(&metric["emitDate"])) {
                    let sums = told.entry(name.into()).or_default();
                    *sums = (sums.0 + 1, sums.1 + metric["value"].as_i64().unwrap());
                }
            }
            assert_eq!(counted, told, "{interval}");
            counted_days += usize::from(!told.is_empty());
        }
        assert!(counted_days > 2, "{counted_days}");
    }
}

#[test]
fn what_they_did_is_judged_like_what_others_do() {
    let mut caller = Caller::new("admin");
    for user in leavers(&mut caller) {
        let span = format!("startTime={}&endTime={}", iso(user.until - 30 * DAY), iso(user.until));
        let row = |caller: &mut Caller, more: &str| {
            let rows = shown(caller, &format!("quality/agents/activity?pageSize=500&{span}{more}"));
            rows.into_iter().find(|row| row["agent"]["id"] == *user.id)
        };
        // Who is deleted is told of where any state is asked for.
        assert_eq!(row(&mut caller, "").is_none(), user.state == "deleted");
        let row = row(&mut caller, "&userState=Any").unwrap();
        assert!(row["numEvaluations"].as_u64() > Some(3), "{row}");
        let surveys = caller.ask(
            "/api/v2/analytics/surveys/aggregates/query",
            json!({
                "interval": between(user.until - 30 * DAY, user.until),
                "filter": user.filter()[0],
                "metrics": ["nSurveysSent"],
            }),
        );
        let sent = &surveys["results"][0]["data"][0]["metrics"][0]["stats"]["count"];
        assert!(sent.as_u64() > Some(3), "{surveys}");
        let listed = |caller: &mut Caller, more: &str| {
            shown(caller, &format!("quality/evaluations/query?{span}&agentUserId={}{more}", user.id)).len()
        };
        let all = listed(&mut caller, "&includeDeletedUsers=true");
        assert!(all > 3 && listed(&mut caller, "") == if user.state == "deleted" { 0 } else { all });
        // Whom they evaluate they evaluate while they are there.
        let target =
            format!("quality/evaluators/activity?startTime={}&endTime={}", iso(user.until), iso(user.until + 18 * DAY));
        assert!(shown(&mut caller, &target).iter().all(|row| row["evaluator"]["id"] != *user.id));
    }
}

#[test]
fn the_present_knows_nothing_of_them() {
    let mut caller = Caller::new("admin");
    let all = leavers(&mut caller);
    let gone: BTreeSet<String> = all.iter().map(|user| user.id.clone()).collect();
    let mut lists = Vec::new();
    for queue in shown(&mut caller, "routing/queues?pageSize=100") {
        let target = format!("routing/queues/{}/members?pageSize=100", queue["id"].as_str().unwrap());
        let members = shown(&mut caller, &target);
        assert_eq!(queue["memberCount"], members.len());
        lists.push(members);
    }
    for kind in ["groups", "teams"] {
        for one in shown(&mut caller, kind) {
            lists.push(shown(&mut caller, &format!("{kind}/{}/members", one["id"].as_str().unwrap())));
            assert_eq!(one["memberCount"], lists[lists.len() - 1].len());
        }
    }
    for unit in shown(&mut caller, "workforcemanagement/managementunits") {
        lists.push(shown(
            &mut caller,
            &format!("workforcemanagement/managementunits/{}/users", unit["id"].as_str().unwrap()),
        ));
    }
    assert!(lists.iter().all(|list| ids(list).is_disjoint(&gone)));
    for user in &all {
        assert_eq!(shown(&mut caller, &format!("users/{}/queues", user.id)), [Value::Null; 0]);
        let presence = caller.get(&format!("/api/v2/users/{}/presences/PURECLOUD", user.id)).parsed();
        assert_eq!(presence["presenceDefinition"]["systemPresence"], "Offline");
        assert_eq!(at(&presence["modifiedDate"]), user.until);
    }
    let metrics: Vec<Value> =
        ["oActiveQueues", "oMemberQueues"].iter().map(|metric| json!({"metric": metric})).collect();
    let body = json!({"metrics": metrics, "groupBy": ["userId"]});
    let told = caller.ask("/api/v2/analytics/users/activity/query", body).to_string();
    assert!(told.len() > 1_000 && gone.iter().all(|id| !told.contains(id)));
    let predicates: Vec<Value> = gone.iter().map(|id| json!({"dimension": "userId", "value": id})).collect();
    let body = json!({"filter": {"type": "or", "predicates": predicates}, "metrics": ["oMemberQueues"]});
    let told = caller.ask("/api/v2/analytics/users/observations/query", body).to_string();
    assert!(gone.iter().all(|id| !told.contains(id)), "{told}");
}

#[test]
fn they_were_planned_for_until_they_left() {
    let mut caller = Caller::new("admin");
    let unit = shown(&mut caller, "workforcemanagement/businessunits")[0]["id"].as_str().unwrap().to_string();
    for user in leavers(&mut caller) {
        let mut planned = |from: i64, until: i64| {
            let span = json!({"startDate": iso(from), "endDate": iso(until), "userIds": [user.id]});
            let found = caller.ask(&format!("{WFM}/businessunits/{unit}/agentschedules/search"), span);
            let agents = found["result"]["agentSchedules"].as_array().unwrap().clone();
            agents.iter().map(|agent| agent["shifts"].as_array().unwrap().len()).collect::<Vec<_>>()
        };
        let weeks = planned(user.until - 28 * DAY, user.until + 7 * DAY);
        assert!((14..=20).contains(&weeks[0]), "{weeks:?}");
        assert_eq!(planned(user.until, user.until + 7 * DAY), [0; 0]);
    }
}
