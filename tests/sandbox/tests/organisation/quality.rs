//! Evaluations and surveys tell the same, whether they are read from conversations, one by one, or counted.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::time::{DAY, iso};
use serde_json::{Value, json};

use crate::caller::Caller;

/// Conversations of the days before the present, with what was said about them since.
fn recent(caller: &mut Caller) -> Vec<Value> {
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
            assert_eq!(one["answers"]["totalScore"].as_f64(), told["oTotalScore"].as_f64());
            assert_eq!((&one["agent"]["id"], &one["releaseDate"]), (&told["userId"], &told["eventTime"]));
            assert!(one["assignedDate"].as_str() < one["releaseDate"].as_str());
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
            assert_eq!(one["answers"]["npsScore"], told["surveyPromoterScore"]);
            let all = caller.get(&format!("/api/v2/quality/conversations/{conversation}/surveys")).parsed();
            assert_eq!(all, json!([one]));
            surveys += 1;
        }
    }
    assert!(evaluations > 20 && surveys > 20, "{evaluations} evaluations, {surveys} surveys");
}

#[test]
fn listed_and_counted_they_agree() {
    let mut caller = Caller::new("admin");
    let (start, end) = (iso(caller.now - 3 * DAY), iso(caller.now));
    let listed =
        caller.get(&format!("/api/v2/quality/evaluations/query?startTime={start}&endTime={end}&pageSize=500")).parsed();
    let mut scores: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for one in listed["entities"].as_array().unwrap() {
        let score = one["answers"]["totalScore"].as_f64().unwrap() as i64;
        scores.entry(one["agent"]["id"].as_str().unwrap().into()).or_default().push(score);
    }
    let body = json!({"interval": format!("{start}/{end}"), "groupBy": ["userId"], "metrics": ["oTotalScore"]});
    let counted = caller.ask("/api/v2/analytics/evaluations/aggregates/query", body);
    let active = caller.get(&format!("/api/v2/quality/agents/activity?startTime={start}&endTime={end}&pageSize=500"));
    let active = active.parsed();
    for result in counted["results"].as_array().unwrap() {
        let user = result["group"]["userId"].as_str().unwrap();
        let of_user = &scores[user];
        let stats = &result["data"][0]["metrics"][0]["stats"];
        assert_eq!((&stats["count"], &stats["sum"]), (&json!(of_user.len()), &json!(of_user.iter().sum::<i64>())));
        let row = active["entities"].as_array().unwrap().iter().find(|row| row["agent"]["id"] == user).unwrap();
        assert_eq!(row["numEvaluations"], json!(of_user.len()));
        assert_eq!(row["highestEvaluationScore"].as_f64(), stats["max"].as_f64());
    }
    assert!(scores.len() > 3 && counted["results"].as_array().unwrap().len() == scores.len());
}

#[test]
fn what_was_not_said_yet_is_not_there() {
    let mut caller = Caller::new("admin");
    let conversations = recent(&mut caller);
    let late = conversations
        .iter()
        .find_map(|it| Some((it["conversationId"].as_str()?, it["surveys"][0]["surveyId"].as_str()?)))
        .map(|(conversation, survey)| (conversation.to_string(), survey.to_string()));
    let (conversation, survey) = late.unwrap();
    let at = caller.get(&format!("/api/v2/quality/surveys/{survey}")).parsed()["completedDate"].clone();
    caller.now = pegcount_sandbox::time::parse_iso(at.as_str().unwrap()).unwrap() - 1;
    caller.log_in("admin");
    assert_eq!(caller.get(&format!("/api/v2/quality/surveys/{survey}")).status, 404);
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
        let words = include_str!("../../data/vocabulary.tsv").lines();
        let words = words.filter_map(|line| line.strip_prefix(&format!("{kind}.dimension\t"))).next().unwrap();
        let mut checked = 0;
        for name in words.split(' ') {
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
