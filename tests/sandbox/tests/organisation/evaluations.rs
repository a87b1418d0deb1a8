//! Lists of evaluations and what they come to.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::time::{DAY, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::narrowed::shown;
use crate::questions::text;

const QUERY: &str = "quality/evaluations/query";

/// Every evaluation that was assigned in some days until now, evaluator by evaluator.
pub(crate) fn evaluations(caller: &mut Caller, days: i64, more: &str) -> Vec<Value> {
    let span = span(caller, days);
    let evaluators = shown(caller, &format!("quality/evaluators/activity?{span}"));
    let of = |row: &Value| format!("{QUERY}?{span}&evaluatorUserId={}{more}", text(&row["evaluator"]["id"]));
    evaluators.iter().flat_map(|row| shown(caller, &of(row))).collect()
}

/// The same as a search finds it.
fn searched(caller: &mut Caller, days: i64) -> Vec<Value> {
    let (start, end) = (iso(caller.now - days * DAY), iso(caller.now));
    let range = json!({"type": "DATE_RANGE", "field": "createdDate", "startValue": start, "endValue": end});
    let page = |number: usize| json!({"pageSize": 100, "pageNumber": number, "query": [range]});
    let mut found = Vec::new();
    loop {
        let answer = caller.ask("/api/v2/quality/evaluations/search", page(found.len() / 100 + 1));
        let results = answer["results"].as_array().unwrap();
        found.extend(results.iter().cloned());
        if results.len() < 100 {
            return found;
        }
    }
}

fn span(caller: &Caller, days: i64) -> String {
    format!("startTime={}&endTime={}&pageSize=500", iso(caller.now - days * DAY), iso(caller.now))
}

fn ids(all: &[Value]) -> BTreeSet<String> {
    all.iter().map(|one| text(&one["id"])).collect()
}

fn moments(all: &[Value], of: &str) -> Vec<i64> {
    all.iter().filter_map(|one| parse_iso(one[of].as_str()?)).collect()
}

#[test]
fn a_query_says_whose_evaluations_it_asks_for() {
    let mut caller = Caller::new("admin");
    let span = span(&caller, 20);
    for more in ["", "&queueId=x", "&conversationId=", "&evaluationState=FINISHED"] {
        let refused = caller.get(&format!("/api/v2/{QUERY}?{span}{more}"));
        let told = refused.parsed();
        assert_eq!((refused.status, &told["code"]), (400, &json!("bad.request")), "{more}");
        assert!(text(&told["message"]).contains("conversationId, evaluatorUserId, agentUserId or assigneeUserId"));
    }
    let all = evaluations(&mut caller, 20, "");
    assert_eq!(ids(&all), ids(&searched(&mut caller, 20)));
    let of_agents = all.iter().fold(BTreeMap::new(), |mut of, one| {
        *of.entry(text(&one["agent"]["id"])).or_insert(0) += 1;
        of
    });
    let (agent, _) = of_agents.iter().max_by_key(|(_, count)| **count).unwrap();
    let of_agent = shown(&mut caller, &format!("{QUERY}?{span}&agentUserId={agent}"));
    let evaluator = text(&of_agent[0]["evaluator"]["id"]);
    let by = shown(&mut caller, &format!("{QUERY}?{span}&evaluatorUserId={evaluator}"));
    // Those of an agent come as they were released, an evaluator's as they were assigned.
    assert!(of_agent.len() > 3 && moments(&of_agent, "releaseDate").is_sorted());
    assert!(by.len() > 3 && moments(&by, "assignedDate").is_sorted() && !moments(&by, "releaseDate").is_sorted());
    let both = shown(&mut caller, &format!("{QUERY}?{span}&agentUserId={agent}&evaluatorUserId={evaluator}"));
    let judged: Vec<Value> = by.iter().filter(|one| one["agent"]["id"] == agent.as_str()).cloned().collect();
    assert_eq!(both, judged);
    let backwards = shown(&mut caller, &format!("{QUERY}?{span}&evaluatorUserId={evaluator}&sortOrder=desc"));
    assert!(backwards.iter().eq(by.iter().rev()));
    let conversation = text(&by[0]["conversation"]["id"]);
    let of_conversation = shown(&mut caller, &format!("{QUERY}?conversationId={conversation}&sortOrder=desc"));
    assert_eq!(of_conversation, by[..1]);
    assert_eq!(shown(&mut caller, &format!("{QUERY}?{span}&assigneeUserId={evaluator}")), [] as [Value; 0]);
}

#[test]
fn a_time_is_that_of_the_release_for_an_agent_and_of_the_assignment_for_others() {
    let mut caller = Caller::new("admin");
    let one = searched(&mut caller, 20).into_iter().find(|one| one["status"] == "FINISHED").unwrap();
    let (agent, evaluator) = (text(&one["agent"]["id"]), text(&one["evaluator"]["id"]));
    for (whose, id, date) in [("agent", &agent, "releaseDate"), ("evaluator", &evaluator, "assignedDate")] {
        let at = parse_iso(one[date].as_str().unwrap()).unwrap();
        for (start, end, is_there) in [(at, at + 1, true), (at - 1, at, false), (at + 1, at + 2, false)] {
            let span = format!("startTime={}&endTime={}", iso(start), iso(end));
            let found = shown(&mut caller, &format!("{QUERY}?{span}&{whose}UserId={id}"));
            assert_eq!(ids(&found).contains(one["id"].as_str().unwrap()), is_there, "{whose} {span}");
        }
    }
}

#[test]
fn listed_and_counted_they_agree() {
    let mut caller = Caller::new("admin");
    let (start, end) = (iso(caller.now - 3 * DAY), iso(caller.now));
    let metrics = ["oTotalCriticalScore", "oTotalScore"];
    let body = json!({"interval": format!("{start}/{end}"), "groupBy": ["userId"], "metrics": metrics});
    let counted = caller.ask("/api/v2/analytics/evaluations/aggregates/query", body);
    let results = counted["results"].as_array().unwrap();
    for result in results {
        let user = text(&result["group"]["userId"]);
        let target = format!("{QUERY}?startTime={start}&endTime={end}&agentUserId={user}&expandAnswerTotalScores=true");
        let listed = shown(&mut caller, &format!("{target}&isReleased=true"));
        for (told, name) in result["data"][0]["metrics"].as_array().unwrap().iter().zip(metrics) {
            let total = name.replacen("oT", "t", 1);
            let scores: Vec<f64> = listed.iter().map(|one| one["answers"][&total].as_f64().unwrap()).collect();
            assert_eq!((&told["metric"], &told["stats"]["count"]), (&json!(name), &json!(scores.len())));
            assert_eq!(told["stats"]["sum"].as_f64(), Some(scores.iter().sum()));
        }
    }
    let ended = searched(&mut caller, 30).into_iter().filter_map(|one| parse_iso(one["releaseDate"].as_str()?)).count();
    assert!(results.len() > 3 && results.len() < ended);
}

#[test]
fn agents_are_told_what_came_of_their_evaluations() {
    let mut caller = Caller::new("admin");
    let span = span(&caller, 20);
    let all = evaluations(&mut caller, 20, "&expandAnswerTotalScores=true&evaluationState=FINISHED");
    let rows = shown(&mut caller, &format!("quality/agents/activity?{span}"));
    let users = shown(&mut caller, "users?pageSize=500");
    let inactive = shown(&mut caller, "users?pageSize=500&state=inactive");
    let deleted = shown(&mut caller, "users?pageSize=500&state=deleted");
    let known = [users, inactive].concat();
    // All users are told of, those with nothing to tell without averages; who is deleted where any state is asked for.
    assert_eq!(ids(&rows), ids(&known));
    let any = shown(&mut caller, &format!("quality/agents/activity?{span}&userState=Any"));
    assert_eq!(any.len(), rows.len() + deleted.len());
    let mut judged = 0;
    for row in &rows {
        let of_agent: Vec<&Value> = all.iter().filter(|one| one["agent"]["id"] == row["agent"]["id"]).collect();
        judged += usize::from(!of_agent.is_empty());
        for (name, average, total) in [
            ("Evaluation", "averageEvaluationScore", "totalScore"),
            ("Critical", "averageCriticalScore", "totalCriticalScore"),
        ] {
            let scores: Vec<f64> = of_agent.iter().map(|one| one["answers"][total].as_f64().unwrap()).collect();
            let number = if name == "Critical" { "numCriticalEvaluations" } else { "numEvaluations" };
            assert_eq!(row[number], scores.len());
            let mean = (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64);
            let mean = if name == "Critical" { mean } else { mean.map(f64::floor) };
            assert_eq!(row[average].as_f64(), mean);
            assert_eq!(row[format!("highest{name}Score")].as_f64(), scores.iter().copied().reduce(f64::max));
            assert_eq!(row[format!("lowest{name}Score")].as_f64(), scores.iter().copied().reduce(f64::min));
        }
        let by = row["agentEvaluatorActivityList"].as_array().unwrap();
        for part in by {
            let given = of_agent.iter().filter(|one| one["evaluator"]["id"] == part["evaluator"]["id"]);
            assert_eq!((&part["numEvaluations"], &part["agent"]), (&json!(given.count()), &row["agent"]));
        }
        let sum: u64 = by.iter().map(|part| part["numEvaluations"].as_u64().unwrap()).sum();
        assert_eq!(row["numEvaluations"], sum);
    }
    assert!(judged > 5 && judged < rows.len(), "{judged} of {}", rows.len());
}

#[test]
fn by_whom_evaluations_are_of() {
    let mut caller = Caller::new("admin");
    let span = span(&caller, 20);
    let all = evaluations(&mut caller, 20, "");
    let of = |words: &[&str]| -> Vec<Value> {
        all.iter().filter(|one| words.contains(&one["status"].as_str().unwrap())).cloned().collect()
    };
    for (more, words) in [
        ("&evaluationState=finished&isReleased=true&agentHasRead=false", &["FINISHED"][..]),
        ("&isReleased=false", &["PENDING", "INPROGRESS"]),
        ("&evaluationState=inprogress", &["INPROGRESS"]),
        ("&evaluationState=BOGUS", &[]),
        ("&agentHasRead=true", &[]),
    ] {
        let found = evaluations(&mut caller, 20, more);
        assert_eq!(found, of(words), "{more}");
        assert!(found.len() > 2 || words.is_empty(), "{more}");
    }
    let all = of(&["FINISHED"]);
    let (agent, evaluator) = (text(&all[0]["agent"]["id"]), text(&all[0]["evaluator"]["id"]));
    let by = shown(&mut caller, &format!("{QUERY}?{span}&evaluatorUserId={evaluator}"));
    assert_eq!(shown(&mut caller, &format!("{QUERY}?{span}&evaluatorUserId={evaluator}&maximum=2")), by[..2]);
    let expanded = caller.get(&format!("/api/v2/users/{agent}?expand=team,groups")).parsed();
    let team = text(&expanded["team"]["id"]);
    let of_team = evaluations(&mut caller, 20, &format!("&agentTeamId={team}"));
    assert!(!of_team.is_empty() && of_team.len() < all.len());
    for (whose, id, count) in
        [("agent", &agent, "numEvaluations"), ("evaluator", &evaluator, "numEvaluationsCompleted")]
    {
        let activity = |more: &str| format!("quality/{whose}s/activity?{span}&{more}");
        let judged = all.iter().filter(|one| one[whose]["id"] == id.as_str()).count();
        let name = text(&caller.get(&format!("/api/v2/users/{id}")).parsed()["name"]).replace(' ', "%20");
        let named = shown(&mut caller, &activity(&format!("name={name}")));
        let row = named.iter().find(|row| row[whose]["id"] == id.as_str()).unwrap();
        assert_eq!(row[count], judged);
        assert_eq!(shown(&mut caller, &activity("name=nobody")), [] as [Value; 0]);
        let most = shown(&mut caller, &activity("")).len();
        assert!((1..most).contains(&shown(&mut caller, &activity(&format!("agentTeamId={team}"))).len()));
    }
    let mine = shown(&mut caller, &format!("quality/agents/activity?{span}&agentUserId={agent}"));
    assert_eq!(mine.iter().map(|row| text(&row["agent"]["id"])).collect::<Vec<_>>(), [agent.as_str()]);
    let by = shown(&mut caller, &format!("quality/agents/activity?{span}&evaluatorUserId={evaluator}"));
    let judged = all.iter().filter(|one| one["evaluator"]["id"] == evaluator.as_str());
    assert_eq!(ids(&by), judged.map(|one| text(&one["agent"]["id"])).collect::<BTreeSet<_>>());
    for group in shown(&mut caller, "groups") {
        let group = text(&group["id"]);
        let members = shown(&mut caller, &format!("groups/{group}/members?pageSize=100"));
        let rows = shown(&mut caller, &format!("quality/agents/activity?{span}&group={group}"));
        assert!(!rows.is_empty() && ids(&rows).is_subset(&ids(&members)));
    }
}

#[test]
fn evaluators_are_told_what_they_began_and_what_they_finished() {
    let mut caller = Caller::new("admin");
    let mut expected: BTreeMap<String, [i64; 3]> = BTreeMap::new();
    let listed = searched(&mut caller, 10);
    for one in &listed {
        let counts = expected.entry(text(&one["evaluator"]["id"])).or_default();
        counts[0] += 1;
        counts[1] += i64::from(one["status"] != "PENDING");
        counts[2] += i64::from(one["status"] == "FINISHED");
    }
    let span = span(&caller, 10);
    let active = shown(&mut caller, &format!("quality/evaluators/activity?{span}"));
    let counted = active.iter().map(|row| {
        let counts =
            ["Assigned", "Started", "Completed"].map(|of| row[format!("numEvaluations{of}")].as_i64().unwrap());
        (text(&row["evaluator"]["id"]), counts)
    });
    assert_eq!(counted.collect::<BTreeMap<_, _>>(), expected);
    let sum = |at: usize| expected.values().map(|counts| counts[at]).sum::<i64>();
    assert!(sum(0) > sum(1) && sum(1) > sum(2) && sum(2) > sum(0) / 2);
    for (state, at) in [("PENDING", sum(0) - sum(1)), ("INPROGRESS", sum(1) - sum(2)), ("FINISHED", sum(2))] {
        let of = evaluations(&mut caller, 10, &format!("&evaluationState={state}"));
        assert_eq!(of.len() as i64, at, "{state}");
        assert!(ids(&of).is_subset(&ids(&listed)) && of.iter().all(|one| one["status"] == state));
    }
}

#[test]
fn an_evaluation_counts_once_at_its_last_change() {
    let mut caller = Caller::new("admin");
    let from = caller.now - 10 * DAY;
    let listed = searched(&mut caller, 20);
    let changed = |one: &&Value| (from..caller.now).contains(&parse_iso(one["changedDate"].as_str().unwrap()).unwrap());
    let (finished, begun): (Vec<&Value>, Vec<&Value>) =
        listed.iter().filter(changed).partition(|one| one["status"] == "FINISHED");
    let body = json!({
        "interval": format!("{}/{}", iso(from), iso(caller.now)),
        "groupBy": ["released"],
        "metrics": ["nEvaluations", "oTotalScore"],
    });
    let counted = caller.ask("/api/v2/analytics/evaluations/aggregates/query", body);
    for result in counted["results"].as_array().unwrap() {
        let released = result["group"]["released"] == "true";
        let metrics = result["data"][0]["metrics"].as_array().unwrap();
        assert_eq!(metrics[0]["stats"]["count"], if released { finished.len() } else { begun.len() });
        assert_eq!(metrics.get(1).map(|one| &one["stats"]["count"]), released.then_some(&json!(finished.len())));
    }
    assert!(counted["results"].as_array().unwrap().len() == 2 && finished.len() > begun.len() && begun.len() > 3);
}
