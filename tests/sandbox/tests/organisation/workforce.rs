//! Schedules are what presence keeps to, more or less.

use std::collections::BTreeMap;

use pegcount_sandbox::time::{DAY, HOUR, MINUTE, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::definitions::DEFINITIONS;
use crate::sense::of_values;
use crate::speech::fetch;

pub(crate) const WFM: &str = "/api/v2/workforcemanagement";

fn at(value: &Value) -> i64 {
    parse_iso(value.as_str().unwrap()).unwrap()
}

fn business_unit(caller: &mut Caller) -> String {
    let units = caller.get(&format!("{WFM}/businessunits")).parsed();
    units["entities"][0]["id"].as_str().unwrap().to_string()
}

#[test]
fn a_week_and_a_search_tell_the_same_shifts() {
    let mut caller = Caller::new("admin");
    let unit = business_unit(&mut caller);
    let week = format!("{WFM}/businessunits/{unit}/weeks/2026-03-09/schedules");
    let schedules = caller.get(&week).parsed();
    let schedule = schedules["entities"][0].clone();
    assert_eq!((schedules["entities"].as_array().unwrap().len(), &schedule["weekDate"]), (1, &json!("2026-03-09")));
    let one = caller.get(schedule["selfUri"].as_str().unwrap()).parsed();
    assert_eq!(one["id"], schedule["id"]);
    let units = caller.get(&format!("{WFM}/managementunits?pageSize=2")).parsed();
    assert_eq!((&units["total"], &units["pageCount"]), (&json!(3), &json!(2)));
    let mut by_week: BTreeMap<String, Value> = BTreeMap::new();
    let all = caller.get(&format!("{WFM}/businessunits/{unit}/managementunits")).parsed();
    for management_unit in all["entities"].as_array().unwrap() {
        let id = management_unit["id"].as_str().unwrap();
        let users = caller.get(&format!("{WFM}/managementunits/{id}/users")).parsed();
        let query = format!("{week}/{}/agentschedules/query", schedule["id"].as_str().unwrap());
        let answer = caller.ask(&query, json!({"managementUnitId": id}));
        assert_eq!(answer["status"], "Complete");
        let agents = answer["result"]["agentSchedules"].as_array().unwrap();
        assert_eq!(agents.len(), users["entities"].as_array().unwrap().len());
        let teams = caller.get("/api/v2/teams?pageSize=100").parsed()["entities"].clone();
        let team = &teams[1]["id"];
        let members = caller.get(&format!("/api/v2/teams/{}/members", team.as_str().unwrap())).parsed();
        let of_team = caller.ask(&query, json!({"managementUnitId": id, "teamIds": [team]}));
        let is_member = |agent: &&Value| {
            members["entities"].as_array().unwrap().iter().any(|user| user["id"] == agent["user"]["id"])
        };
        assert!(of_team["result"]["agentSchedules"].as_array().unwrap().iter().eq(agents.iter().filter(is_member)));
        by_week
            .extend(agents.iter().map(|agent| (agent["user"]["id"].as_str().unwrap().into(), agent["shifts"].clone())));
    }
    assert_eq!(by_week.len(), 12);
    let span = json!({"startDate": "2026-03-09T00:00:00.000Z", "endDate": "2026-03-16T00:00:00.000Z"});
    let found = caller.ask(&format!("{WFM}/businessunits/{unit}/agentschedules/search"), span);
    let found: BTreeMap<String, Value> = found["result"]["agentSchedules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|agent| (agent["user"]["id"].as_str().unwrap().into(), agent["shifts"].clone()))
        .collect();
    assert_eq!(found, by_week);
    for shift in found.values().flat_map(|shifts| shifts.as_array().unwrap()) {
        let minutes: i64 =
            shift["activities"].as_array().unwrap().iter().map(|a| a["lengthMinutes"].as_i64().unwrap()).sum();
        assert_eq!(shift["lengthMinutes"], minutes);
    }
}

#[test]
fn presence_keeps_to_the_schedule_most_of_the_time() {
    let mut caller = Caller::medium("admin");
    let unit = business_unit(&mut caller);
    let day = caller.day();
    let span = json!({"startDate": iso(day.start), "endDate": iso(day.start + 14 * HOUR)});
    let found = caller.ask(&format!("{WFM}/businessunits/{unit}/agentschedules/search"), span);
    let users = caller.page_through_users(json!({"interval": day.text()}));
    let codes = caller.get(&format!("{WFM}/businessunits/{unit}/activitycodes")).parsed();
    let category = |id: &Value| {
        let codes = codes["entities"].as_array().unwrap();
        codes.iter().find(|code| code["id"] == *id).unwrap()["category"].as_str().unwrap().to_string()
    };
    let presence_of = BTreeMap::from([
        ("OnQueueWork", "ON_QUEUE"),
        ("Break", "BREAK"),
        ("Meal", "MEAL"),
        ("Meeting", "MEETING"),
        ("Training", "TRAINING"),
    ]);
    let (mut kept, mut planned) = (0, 0);
    for agent in found["result"]["agentSchedules"].as_array().unwrap() {
        let user = users.iter().find(|user| user["userId"] == agent["user"]["id"]).unwrap();
        let activities = agent["shifts"].as_array().unwrap().iter().flat_map(|s| s["activities"].as_array().unwrap());
        for activity in activities {
            let start = at(&activity["startDate"]);
            let end = (start + activity["lengthMinutes"].as_i64().unwrap() * MINUTE).min(day.end);
            planned += (end - start).max(0);
            for record in user["primaryPresence"].as_array().unwrap() {
                let until = record["endTime"].as_str().map_or(day.end, |text| parse_iso(text).unwrap());
                let overlap = end.min(until) - start.max(at(&record["startTime"]));
                let wanted = presence_of[category(&activity["activityCodeId"]).as_str()];
                kept += if record["systemPresence"] == wanted { overlap.max(0) } else { 0 };
            }
        }
    }
    let share = kept as f64 / planned as f64;
    assert!((0.75..0.99).contains(&share), "{share}");
}

#[test]
fn adherence_compares_the_schedule_with_the_present() {
    let mut caller = Caller::medium("admin");
    let units = caller.get(&format!("{WFM}/managementunits")).parsed();
    let mut states: BTreeMap<String, i64> = BTreeMap::new();
    for unit in units["entities"].as_array().unwrap() {
        let listed = caller.get(&format!("{WFM}/managementunits/{}/adherence", unit["id"].as_str().unwrap())).parsed();
        for row in listed["entities"].as_array().unwrap() {
            let (scheduled, actual) = (&row["scheduledActivityCategory"], &row["actualActivityCategory"]);
            let state = row["adherenceState"].as_str().unwrap();
            assert_eq!(scheduled == actual, state == "InAdherence", "{row}");
            assert_eq!(row["managementUnit"]["id"], unit["id"]);
            *states.entry(state.into()).or_default() += 1;
        }
    }
    assert_eq!(states.values().sum::<i64>(), 160);
    assert!(states.len() == 3 && states["InAdherence"] > states["OutOfAdherence"], "{states:?}");
    let user = caller.ready["user"]["id"].as_str().unwrap().to_string();
    let one = caller.get(&format!("{WFM}/adherence?userId={user}")).parsed();
    let routing = caller.get(&format!("/api/v2/users/{user}/routingstatus")).parsed();
    assert_eq!(one[0]["routingStatus"], routing["status"]);
    assert_eq!(caller.get(&format!("{WFM}/adherence")).status, 400);
    let of_agent = caller.get(&format!("{WFM}/agents/{user}/managementunit")).parsed();
    assert_eq!(of_agent["managementUnit"], one[0]["managementUnit"]);
}

#[test]
fn what_is_planned_ahead_ends_somewhere() {
    let mut caller = Caller::new("admin");
    let unit = business_unit(&mut caller);
    let recent = caller.get(&format!("{WFM}/businessunits/{unit}/weeks/recent/schedules")).parsed();
    let weeks = recent["entities"].as_array().unwrap();
    assert_eq!(
        (&weeks[0]["weekDate"], &weeks.last().unwrap()["weekDate"]),
        (&json!("2025-09-08"), &json!("2026-04-06"))
    );
    let none = caller.get(&format!("{WFM}/businessunits/{unit}/weeks/2026-04-13/schedules")).parsed();
    assert_eq!(none, json!({"entities": []}));
    let late = json!({"startDate": iso(caller.now + 60 * DAY), "endDate": iso(caller.now + 70 * DAY)});
    let found = caller.ask(&format!("{WFM}/businessunits/{unit}/agentschedules/search"), late);
    assert!(found["result"]["agentSchedules"].as_array().unwrap().iter().all(|agent| agent["shifts"] == json!([])));
}

/// The result of a query of adherence, once it is done.
pub(crate) fn adherence_of(caller: &mut Caller, target: &str, body: Value, job: &str) -> Value {
    let answer = caller.post(target, body);
    assert_eq!(answer.status, 202, "{}", answer.parsed());
    let asked = answer.parsed();
    let id = asked["job"]["id"].as_str().or_else(|| asked["id"].as_str()).unwrap().to_string();
    let link = format!("{WFM}/adherence/historical/{job}/{id}");
    let first = caller.get(&link).parsed();
    assert_eq!((&first, &first["downloadUrls"]), (&asked, &Value::Null), "it is still worked on");
    caller.now += 3_000;
    let done = caller.get(&link).parsed();
    assert!(done["queryState"] == "Complete" || done["job"]["status"] == "Complete", "{done}");
    let url = done["downloadUrls"][0].as_str().unwrap().to_string();
    let file = fetch(caller, "GET", &url, &[]);
    assert_eq!(file.status, 200);
    let file = file.parsed();
    let is_bulk = done["job"].is_object();
    let model = if is_bulk { "WfmHistoricalAdherenceBulkResult" } else { "WfmHistoricalAdherenceResultWrapper" };
    assert_eq!([DEFINITIONS.judge_model(&file, model).complaints, of_values(&file)].concat(), [""; 0]);
    file
}

#[test]
fn past_adherence_is_the_schedule_beside_the_presence() {
    let mut caller = Caller::new("admin");
    let units = caller.get(&format!("{WFM}/managementunits")).parsed();
    let unit = units["entities"][1]["id"].as_str().unwrap().to_string();
    let day = caller.day();
    let (from, until) = (iso(day.start), iso(day.end));
    let item = json!({"managementUnitId": unit, "startDate": from, "endDate": until, "includeExceptions": true, "includeActuals": true});
    let body = json!({"timeZone": "Europe/Berlin", "items": [item]});
    let bulk = adherence_of(&mut caller, &format!("{WFM}/adherence/historical/bulk"), body, "bulk/jobs");
    let users = caller.page_through_users(json!({"interval": day.text()}));
    let search = json!({"startDate": iso(day.start - DAY), "endDate": until});
    let planned = caller.ask(&format!("{WFM}/managementunits/{unit}/agentschedules/search"), search);
    let agents = planned["result"]["agentSchedules"].as_array().unwrap();
    assert_eq!(bulk["userResults"].as_array().unwrap().len(), agents.len());
    let mut kept = 0;
    for row in bulk["userResults"].as_array().unwrap() {
        let seconds = |of: &Value, name: &str| of[name].as_i64().unwrap();
        let day_metrics = &row["dayMetrics"][0];
        // The plan is the schedule's.
        let agent = agents.iter().find(|agent| agent["user"]["id"] == row["userId"]).unwrap();
        let activities = agent["shifts"].as_array().unwrap().iter().flat_map(|s| s["activities"].as_array().unwrap());
        let lengths = activities.map(|activity| {
            let start = at(&activity["startDate"]);
            let end = start + activity["lengthMinutes"].as_i64().unwrap() * MINUTE;
            (end.min(day.end) - start.max(day.start)).max(0)
        });
        assert_eq!(seconds(day_metrics, "scheduleLengthSeconds"), lengths.sum::<i64>() / 1_000);
        // What was done is the presence's.
        let user = users.iter().find(|user| user["userId"] == row["userId"]).unwrap();
        let records = user["primaryPresence"].as_array().unwrap().iter();
        let on_queue = records.filter(|record| record["systemPresence"] == "ON_QUEUE").map(|record| {
            let end = record["endTime"].as_str().map_or(day.end, |text| parse_iso(text).unwrap());
            end.min(day.end) - at(&record["startTime"]).max(day.start)
        });
        assert_eq!(seconds(day_metrics, "conformanceActualSeconds"), on_queue.sum::<i64>() / 1_000);
        // Exceptions lie among the actuals, which leave no gap.
        let actuals = row["actuals"].as_array().unwrap();
        assert!(actuals.windows(2).all(|two| two[0]["endOffsetSeconds"] == two[1]["startOffsetSeconds"]));
        let exceptions = row["exceptionInfo"].as_array().unwrap();
        assert_eq!(exceptions.len() as i64, seconds(day_metrics, "exceptionCount"));
        assert!(exceptions.iter().all(|one| one["scheduledActivityCategory"] != one["actualActivityCategory"]));
        let adherence = row["adherencePercentage"].as_f64().unwrap();
        assert!((0.0..=100.0).contains(&adherence));
        kept += i64::from(adherence > 60.0);
    }
    assert!(kept > 0);
    // The query of one unit tells the same, in its own words.
    let body = json!({"startDate": from, "endDate": until, "timeZone": "Europe/Berlin"});
    let target = format!("{WFM}/managementunits/{unit}/historicaladherencequery");
    let one = adherence_of(&mut caller, &target, body, "jobs");
    for (row, other) in one["data"].as_array().unwrap().iter().zip(bulk["userResults"].as_array().unwrap()) {
        assert_eq!(row["adherencePercentage"], other["adherencePercentage"]);
        assert_eq!(row["dayMetrics"][0]["actualLengthSecs"], other["dayMetrics"][0]["actualLengthSeconds"]);
        assert_eq!(row["exceptionInfo"], Value::Null);
    }
}

#[test]
fn adherence_has_its_limits() {
    let mut caller = Caller::new("admin");
    let units = caller.get(&format!("{WFM}/managementunits")).parsed();
    let unit = units["entities"][0]["id"].as_str().unwrap().to_string();
    let target = format!("{WFM}/managementunits/{unit}/historicaladherencequery");
    let ask = |days: i64, more: Value| {
        let mut body = json!({"startDate": iso(1_773_000_000_000 - days * DAY), "endDate": iso(1_773_000_000_000)});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    assert_eq!(caller.post(&target, ask(31, json!({}))).status, 202);
    for body in
        [ask(32, json!({})), ask(8, json!({"includeExceptions": true})), ask(1, json!({"timeZone": "Moon"})), json!({})]
    {
        assert_eq!(caller.post(&target, body.clone()).status, 400, "{body}");
    }
    let nobody = "00000000-0000-4000-8000-000000000000";
    assert_eq!(caller.get(&format!("{WFM}/adherence/historical/jobs/{nobody}")).status, 404);
    let elsewhere =
        json!({"timeZone": "UTC", "items": [{"managementUnitId": unit, "startDate": iso(0), "endDate": iso(DAY)}]});
    caller.log_in("emea-only");
    assert_eq!(caller.post(&format!("{WFM}/adherence/historical/bulk"), elsewhere).status, 403);
}

#[test]
fn a_query_of_time_off_has_its_limits() {
    let mut caller = Caller::new("admin");
    let units = caller.get(&format!("{WFM}/managementunits")).parsed();
    let query = format!("{WFM}/managementunits/{}/timeoffrequests/query", units["entities"][0]["id"].as_str().unwrap());
    let within = |start: &str, end: &str| json!({"dateRange": {"startDate": start, "endDate": end}});
    let month = within("2026-02-01", "2026-03-06");
    for (body, status) in [
        (json!({}), 400),
        (json!({"statuses": ["APPROVED"]}), 400),
        (json!({"statuses": ["APPROVED", "PENDING"]}), 400),
        (json!({"statuses": ["PENDING"]}), 200),
        (month, 200),
        (within("2026-02-01", "2026-03-07"), 400),
        (within("2026-02-02", "2026-02-01"), 400),
        (within("yesterday", "2026-02-01"), 400),
        (json!({"dateRange": {"startDate": "2026-02-01"}}), 400),
        (json!({"statuses": ["PENDING"], "substatuses": ["Odd"]}), 400),
        (json!({"statuses": ["GRANTED"], "dateRange": {"startDate": "2026-02-01", "endDate": "2026-02-02"}}), 400),
    ] {
        assert_eq!(caller.post(&query, body.clone()).status, status, "{body}");
    }
}

#[test]
fn time_off_is_what_the_schedules_mark() {
    let mut caller = Caller::medium("admin");
    let units = caller.get(&format!("{WFM}/managementunits")).parsed();
    let unit = units["entities"][2]["id"].as_str().unwrap().to_string();
    let (from, until) = (caller.day().start - 21 * DAY, caller.day().start + 21 * DAY);
    let span = json!({"startDate": iso(from), "endDate": iso(until)});
    let found = caller.ask(&format!("{WFM}/managementunits/{unit}/agentschedules/search"), span.clone());
    let mut marked: BTreeMap<String, (String, String)> = BTreeMap::new();
    let agents = found["result"]["agentSchedules"].as_array().unwrap();
    for agent in agents {
        let user = agent["user"]["id"].as_str().unwrap();
        for marker in agent["fullDayTimeOffMarkers"].as_array().unwrap() {
            let date = marker["businessUnitDate"].as_str().unwrap();
            // The unit's zone is seven or eight hours behind UTC.
            let local_day = parse_iso(date).unwrap() + 8 * HOUR..parse_iso(date).unwrap() + 31 * HOUR;
            let mut begun = agent["shifts"].as_array().unwrap().iter().map(|shift| at(&shift["startDate"]));
            assert!(!begun.any(|start| local_day.contains(&start)), "{user} works on {date}");
            let id = marker["timeOffRequestId"].as_str().unwrap();
            marked.insert(id.into(), (user.into(), date.into()));
        }
    }
    assert!(marked.len() > 20, "{}", marked.len());
    // The query of requests tells the same days, and each can be had by itself.
    let query = format!("{WFM}/managementunits/{unit}/timeoffrequests/query");
    let mut all = Vec::new();
    for (first, last) in [(-21, 11), (12, 23)] {
        let [first, last] = [first, last].map(|day| iso(caller.day().start + day * DAY)[..10].to_string());
        let range = json!({"dateRange": {"startDate": first, "endDate": last}, "statuses": ["APPROVED"]});
        let found = caller.ask(&query, range)["entities"].clone();
        for request in found.as_array().unwrap() {
            let dates = request["fullDayManagementUnitDates"].as_array().unwrap();
            assert!(dates.iter().all(|date| (&*first..=&*last).contains(&date.as_str().unwrap())), "{request}");
        }
        all.extend(found.as_array().unwrap().clone());
    }
    for (id, (user, date)) in &marked {
        let request = all.iter().find(|request| request["id"] == *id).unwrap();
        assert_eq!((&request["user"]["id"], &request["fullDayManagementUnitDates"]), (&json!(user), &json!([date])));
        assert!(at(&request["submittedDate"]) < caller.now);
    }
    let (id, (user, _)) = marked.first_key_value().unwrap();
    let own = caller.get(&format!("{WFM}/managementunits/{unit}/users/{user}/timeoffrequests")).parsed();
    let request = own["timeOffRequests"].as_array().unwrap().iter().find(|request| request["id"] == *id).unwrap();
    assert_eq!(caller.get(request["selfUri"].as_str().unwrap()).parsed(), *request);
    assert_eq!(caller.ask(&query, json!({"statuses": ["PENDING"]})), json!({"entities": []}));
    // The unit's own search has the same shifts and the same days off.
    let mut search = span;
    search["userIds"] = json!([user]);
    let answer = caller.ask(&format!("{WFM}/managementunits/{unit}/schedules/search"), search);
    let agent = agents.iter().find(|agent| agent["user"]["id"] == *user).unwrap();
    let schedule = &answer["userSchedules"][user];
    let starts =
        |list: &Value| list.as_array().unwrap().iter().map(|shift| at(&shift["startDate"])).collect::<Vec<_>>();
    assert_eq!(starts(&schedule["shifts"]), starts(&agent["shifts"]));
    let days =
        |list: &Value, name: &str| list.as_array().unwrap().iter().map(|day| day[name].clone()).collect::<Vec<_>>();
    let unit_days = days(&schedule["fullDayTimeOffMarkers"], "managementUnitDate");
    assert_eq!(unit_days, days(&agent["fullDayTimeOffMarkers"], "businessUnitDate"));
    let published = days(&answer["publishedSchedules"], "id");
    assert_eq!(published, days(&found["result"]["publishedSchedules"], "id"));
}
