//! Evaluations and surveys tell the same, whether they are read from conversations, one by one, or counted.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::time::{DAY, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::Caller;

/// Conversations of the days before the present, with what was said about them since.
pub(crate) fn recent(caller: &mut Caller) -> Vec<Value> {
    caller.page_through(json!({"interval": format!("{}/{}", iso(caller.now - 7 * DAY), iso(caller.now))}))
}

#[test]
fn one_by_one_they_are_what_the_details_tell() {
    let mut caller = Caller::new("admin");
    let (mut evaluations, mut surveys) = (0, 0);
    for it in recent(&mut caller) {
        let conversation = it["conversationId"].as_str().unwrap();
        for told in it["evaluations"].as_array().into_iter().flatten() {
            let id = told["evaluationId"].as_str().unwrap();
            let one = caller.get(&format!("/api/v2/quality/conversations/{conversation}/evaluations/{id}")).parsed();
            let status = told["evaluationStatus"].as_str().unwrap();
            let is_finished = status == "Finished";
            assert_eq!(one["status"], status.to_uppercase());
            assert_eq!((&told["released"], told["oTotalScore"].is_i64()), (&json!(is_finished), is_finished));
            assert_eq!(one["answers"]["totalScore"].as_f64(), told["oTotalScore"].as_f64());
            assert_eq!((&one["agent"]["id"], &one["changedDate"]), (&told["userId"], &told["eventTime"]));
            assert_eq!(one.get("releaseDate"), is_finished.then_some(&told["eventTime"]));
            assert!(!is_finished || one["assignedDate"].as_str() < one["releaseDate"].as_str());
            assert!(one["assignedDate"].as_str() >= it["conversationEnd"].as_str());
            assert_ne!(told["evaluatorId"], told["userId"]);
            let evaluator = caller.get(&format!("/api/v2/users/{}", told["evaluatorId"].as_str().unwrap())).parsed();
            assert_eq!(evaluator["state"], "active");
            assert_eq!(evaluator["id"], one["evaluator"]["id"]);
            assert_eq!(one["evaluationForm"]["name"], told["formName"]);
            let form = caller.get(one["evaluationForm"]["selfUri"].as_str().unwrap()).parsed();
            assert_eq!(form["name"], told["formName"]);
            evaluations += 1;
        }
        for told in it["surveys"].as_array().into_iter().flatten() {
            let one = caller.get(&format!("/api/v2/quality/surveys/{}", told["surveyId"].as_str().unwrap())).parsed();
            assert_eq!(one["conversation"]["id"], conversation);
            let is_finished = told["surveyStatus"] == "Finished";
            assert_eq!(one["status"], told["surveyStatus"]);
            assert_eq!(one["answers"]["npsScore"], told["surveyPromoterScore"]);
            assert_eq!(one["completedDate"], told["surveyCompletedDate"]);
            assert_eq!(told.get("surveyCompletedDate"), is_finished.then_some(&told["eventTime"]));
            assert_eq!(told["oSurveyTotalScore"].is_i64(), is_finished);
            let all = caller.get(&format!("/api/v2/quality/conversations/{conversation}/surveys")).parsed();
            assert_eq!(all, json!([one]));
            surveys += 1;
        }
    }
    assert!(evaluations > 20 && surveys > 20, "{evaluations} evaluations, {surveys} surveys");
}

#[test]
fn what_was_not_said_yet_is_not_there() {
    let mut caller = Caller::new("admin");
    let conversations = recent(&mut caller);
    let late = conversations
        .iter()
        .filter(|it| it["surveys"][0]["surveyStatus"] == "Finished")
        .find_map(|it| Some((it["conversationId"].as_str()?, it["surveys"][0]["surveyId"].as_str()?)))
        .map(|(conversation, survey)| (conversation.to_string(), survey.to_string()));
    let (conversation, survey) = late.unwrap();
    let target = format!("/api/v2/quality/surveys/{survey}");
    let at = caller.get(&target).parsed()["completedDate"].clone();
    caller.now = parse_iso(at.as_str().unwrap()).unwrap() - 1;
    caller.log_in("admin");
    let before = caller.get(&target).parsed();
    assert_eq!((&before["status"], &before["answers"]), (&json!("InProgress"), &Value::Null));
    let it = caller.get(&format!("/api/v2/analytics/conversations/{conversation}/details")).parsed();
    assert_eq!(it["surveys"][0]["surveyStatus"], "InProgress");
    caller.now = parse_iso(it["conversationEnd"].as_str().unwrap()).unwrap() - 1;
    caller.log_in("admin");
    assert_eq!(caller.get(&target).status, 404);
    let none = caller.get(&format!("/api/v2/quality/conversations/{conversation}/surveys")).parsed();
    assert_eq!(none, json!([]));
}

#[test]
fn filters_find_what_was_said_by_every_member_that_is_told() {
    let mut caller = Caller::new("admin");
    let rows = recent(&mut caller);
    let interval = format!("{}/{}", iso(caller.now - 7 * DAY), iso(caller.now));
    for (list, filters, kind) in
        [("evaluations", "evaluationFilters", "evaluation"), ("surveys", "surveyFilters", "survey")]
    {
        let mut checked = 0;
        for name in crate::questions::words(&format!("{kind}.dimension")) {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), String::from);
            let of_row = |row: &Value| -> BTreeSet<String> {
                let all = row[list].as_array().into_iter().flatten();
                all.filter_map(|one| one.get(name)).map(text).collect()
            };
            let Some(value) = rows.iter().flat_map(of_row).next() else { continue };
            let filter = json!([{"type": "and", "predicates": [{"dimension": name, "value": value}]}]);
            let found = caller.page_through(json!({"interval": interval, filters: filter}));
            let expected: Vec<Value> = rows.iter().filter(|row| of_row(row).contains(&value)).cloned().collect();
            assert_eq!(found.len(), expected.len(), "{name} {value}");
            assert_eq!(found, expected, "{name} {value}");
            checked += 1;
        }
        assert!(checked > 8, "{checked} of {kind}");
    }
}

/// How often each word of a member occurs among what was said about conversations.
fn words(rows: &[Value], list: &str, member: &str) -> BTreeMap<String, usize> {
    let all = rows.iter().flat_map(|row| row[list].as_array().into_iter().flatten());
    let mut counts = BTreeMap::new();
    for word in all.filter_map(|one| one[member].as_str()) {
        *counts.entry(word.to_string()).or_default() += 1;
    }
    counts
}

#[test]
fn some_are_not_over_and_some_never_will_be() {
    let mut caller = Caller::new("admin");
    let (mut evaluations, mut surveys) = (BTreeSet::new(), BTreeSet::new());
    let day = caller.now;
    for part in 0..6 {
        caller.now = day + part * DAY / 6;
        caller.log_in("admin");
        let rows = recent(&mut caller);
        evaluations.extend(words(&rows, "evaluations", "evaluationStatus").into_keys());
        surveys.extend(words(&rows, "surveys", "surveyStatus").into_keys());
    }
    assert_eq!(evaluations, BTreeSet::from(["Finished", "InProgress", "Pending"].map(String::from)));
    let all = ["Expired", "Finished", "InProgress", "OptOut", "Pending", "Sent"].map(String::from);
    assert_eq!(surveys, BTreeSet::from(all));
}

#[test]
fn what_became_of_surveys_is_counted_step_by_step() {
    let mut caller = Caller::new("admin");
    let rows = recent(&mut caller);
    let now = words(&rows, "surveys", "surveyStatus");
    let told: Vec<&Value> = rows.iter().map(|row| &row["conversationId"]).collect();
    // A conversation of the first day may have begun before the interval.
    let interval = format!("{}/{}", iso(caller.now - 8 * DAY), iso(caller.now));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let metrics = ["Sent", "Started", "Abandoned", "Expired"].map(|of| format!("nSurveys{of}"));
    let metrics = [&metrics[..], &["nSurveyResponses", "nWebSurveys"].map(String::from)].concat();
    let group_by = ["conversationId", "surveyStatus", "surveyPreviousStatus"];
    let body = json!({"interval": interval, "groupBy": group_by, "metrics": metrics});
    for result in caller.ask("/api/v2/analytics/surveys/aggregates/query", body)["results"].as_array().unwrap() {
        let group = &result["group"];
        if told.contains(&&group["conversationId"]) {
            for metric in result["data"][0]["metrics"].as_array().unwrap() {
                let name = metric["metric"].as_str().unwrap();
                *counts.entry(name.into()).or_default() += metric["stats"]["count"].as_u64().unwrap() as usize;
                let (from, to) = (group["surveyPreviousStatus"].as_str(), group["surveyStatus"].as_str());
                let expected = match name {
                    "nSurveysSent" | "nWebSurveys" => (Some("Pending"), Some("Sent")),
                    "nSurveysStarted" => (Some("Sent"), Some("InProgress")),
                    "nSurveysAbandoned" => (Some("InProgress"), Some("Expired")),
                    "nSurveysExpired" => (from, Some("Expired")),
                    _ => (Some("InProgress"), Some("Finished")),
                };
                assert_eq!((from, to), expected, "{name}");
            }
        }
    }
    let of = |state: &str| now.get(state).copied().unwrap_or(0);
    let all: usize = now.values().sum();
    assert_eq!((counts["nSurveysSent"], counts["nWebSurveys"]), (all - of("Pending"), all - of("Pending")));
    assert_eq!(counts["nSurveyResponses"], of("Finished"));
    assert_eq!(counts["nSurveysExpired"], of("Expired"));
    assert_eq!(counts["nSurveysStarted"], of("Finished") + of("InProgress") + counts["nSurveysAbandoned"]);
    assert!(counts["nSurveysAbandoned"] < counts["nSurveysExpired"]);
}
