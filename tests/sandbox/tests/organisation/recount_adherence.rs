//! Past adherence reckoned a second time, from the schedules and the presences that others tell.

use std::collections::BTreeSet;

use pegcount_sandbox::time::{DAY, Interval, MINUTE, SECOND, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::workforce::{WFM, adherence_of};

/// A stretch in which neither plan nor presence changes.
struct Piece<'a> {
    length: i64,
    planned: &'a str,
    done: &'a str,
    definition: &'a Value,
}

impl Piece<'_> {
    /// What it does to the plan: more on queue than was planned is a gain, everything else a loss.
    fn impact(&self) -> i64 {
        match (self.planned, self.done) {
            (planned, done) if planned == done || (planned, done) == ("Unscheduled", "Unavailable") => 0,
            (_, "OnQueueWork") => 1,
            _ => -1,
        }
    }

    fn differs_as(&self, other: &Self) -> bool {
        self.impact() != 0 && (self.planned, self.definition) == (other.planned, other.definition)
    }
}

fn category(presence: &Value) -> &'static str {
    match presence.as_str().unwrap() {
        "ON_QUEUE" => "OnQueueWork",
        "BREAK" => "Break",
        "MEAL" => "Meal",
        "MEETING" => "Meeting",
        "TRAINING" => "Training",
        "AVAILABLE" | "BUSY" => "OffQueueWork",
        _ => "Unavailable",
    }
}

fn at(value: &Value) -> Option<i64> {
    value.as_str().and_then(parse_iso)
}

/// The plan beside what was done, over a day.
fn pieces<'a>(codes: &'a Value, agent: &'a Value, records: &'a [Value], day: Interval) -> Vec<Piece<'a>> {
    let activities = agent["shifts"].as_array().unwrap().iter().flat_map(|it| it["activities"].as_array().unwrap());
    let plan: Vec<(i64, i64, &str)> = activities
        .map(|it| {
            let start = at(&it["startDate"]).unwrap();
            let code = codes.as_array().unwrap().iter().find(|code| code["id"] == it["activityCodeId"]).unwrap();
            let end = start + it["lengthMinutes"].as_i64().unwrap() * MINUTE;
            (start, end, code["category"].as_str().unwrap())
        })
        .collect();
    let until = |record: &Value| at(&record["endTime"]).unwrap_or(day.end);
    let edges = plan.iter().flat_map(|(start, end, _)| [*start, *end]);
    let edges = edges.chain(records.iter().flat_map(|it| [at(&it["startTime"]).unwrap(), until(it)]));
    let edges: BTreeSet<i64> =
        edges.chain([day.start, day.end]).filter(|at| (day.start..=day.end).contains(at)).collect();
    let edges: Vec<i64> = edges.into_iter().collect();
    let piece = |two: &[i64]| {
        let now = records.iter().find(|it| at(&it["startTime"]).unwrap() <= two[0] && two[0] < until(it)).unwrap();
        let planned = plan.iter().find(|(start, end, _)| *start <= two[0] && two[0] < *end);
        Piece {
            length: two[1] - two[0],
            planned: planned.map_or("Unscheduled", |(.., category)| category),
            done: category(&now["systemPresence"]),
            definition: &now["organizationPresenceId"],
        }
    };
    edges.windows(2).map(piece).collect()
}

#[test]
fn past_adherence_comes_of_plan_and_presence() {
    let mut caller = Caller::medium("admin");
    let day = caller.day();
    let units = caller.get(&format!("{WFM}/managementunits")).parsed();
    let business = caller.get(&format!("{WFM}/businessunits")).parsed()["entities"][0]["id"].clone();
    let business = business.as_str().unwrap();
    let codes = caller.get(&format!("{WFM}/businessunits/{business}/activitycodes")).parsed()["entities"].clone();
    let users = caller.page_through_users(json!({"interval": day.text()}));
    let (mut seen, mut impacts) = (0, BTreeSet::new());
    for unit in units["entities"].as_array().unwrap() {
        let unit = unit["id"].as_str().unwrap();
        let search = json!({"startDate": iso(day.start - DAY), "endDate": iso(day.end)});
        let planned = caller.ask(&format!("{WFM}/managementunits/{unit}/agentschedules/search"), search);
        let body =
            json!({"startDate": iso(day.start), "endDate": iso(day.end), "timeZone": "UTC", "includeExceptions": true});
        let target = format!("{WFM}/managementunits/{unit}/historicaladherencequery");
        let told = adherence_of(&mut caller, &target, body, "jobs");
        for row in told["data"].as_array().unwrap() {
            let agents = planned["result"]["agentSchedules"].as_array().unwrap();
            let agent = agents.iter().find(|agent| agent["user"]["id"] == row["userId"]).unwrap();
            let user = users.iter().find(|user| user["userId"] == row["userId"]).unwrap();
            let all = pieces(&codes, agent, user["primaryPresence"].as_array().unwrap(), day);
            let sum = |of: &dyn Fn(&Piece<'_>) -> i64| all.iter().map(|piece| of(piece) * piece.length).sum::<i64>();
            let scheduled = sum(&|piece| i64::from(piece.planned != "Unscheduled"));
            let kept = sum(&|piece| i64::from(piece.planned != "Unscheduled" && piece.impact() == 0));
            let (wanted, worked) = (
                sum(&|piece| i64::from(piece.planned == "OnQueueWork")),
                sum(&|piece| i64::from(piece.done == "OnQueueWork")),
            );
            let gained = sum(&|piece| piece.impact());
            let share = |part: i64, whole: i64| if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 };
            let first = usize::from(all[0].impact() != 0);
            let more = all.windows(2).filter(|two| two[1].impact() != 0 && !two[1].differs_as(&two[0])).count();
            let metrics = &row["dayMetrics"][0];
            for of in [row, metrics] {
                for (name, expected) in [("adherence", share(kept, scheduled)), ("conformance", share(worked, wanted))]
                {
                    let told = of[format!("{name}Percentage")].as_f64().unwrap();
                    assert!((told - expected).abs() < 1e-9, "{name}: {told} instead of {expected}");
                }
            }
            assert_eq!(metrics["impactSeconds"], gained / SECOND);
            assert_eq!(metrics["exceptionDurationSecs"], sum(&|piece| piece.impact().abs()) / SECOND);
            assert_eq!(metrics["exceptionCount"], first + more);
            let impact = ["Negative", "Neutral", "Positive"][(gained.signum() + 1) as usize];
            assert_eq!(row["impact"], impact);
            let told = row["exceptionInfo"].as_array().unwrap().iter().map(|one| {
                let sign = if one["impact"] == "Positive" { 1 } else { -1 };
                sign * (one["endOffsetSeconds"].as_i64().unwrap() - one["startOffsetSeconds"].as_i64().unwrap())
            });
            // Whole seconds of each.
            assert!((told.sum::<i64>() - gained / SECOND).abs() <= (first + more) as i64 + 1);
            impacts.insert(impact);
            seen += 1;
        }
    }
    assert!(seen > 100 && impacts.len() > 1, "{seen} {impacts:?}");
}
