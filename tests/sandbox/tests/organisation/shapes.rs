//! Queries whose members are of another kind than the models have them, or contradict each other.

use serde_json::{Value, json};

use crate::caller::{Caller, DETAILS, OBSERVATIONS, USER_AGGREGATES, USER_DETAILS};

const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";
const USER_JOBS: &str = "/api/v2/analytics/users/details/jobs";

/// Adds members to a good query and expects a refusal.
fn refuse(caller: &mut Caller, target: &str, more: &Value, code: &str) {
    let mut query = match target {
        OBSERVATIONS => {
            json!({"filter": {"type": "and", "predicates": [{"dimension": "mediaType", "value": "voice"}]}, "metrics": ["oWaiting"]})
        }
        USER_AGGREGATES => json!({"interval": caller.ready["interval"], "metrics": ["tSystemPresence"]}),
        target if target.ends_with("/activity/query") => {
            json!({"metrics": [{"metric": "oUserPresences"}], "groupBy": ["queueId"]})
        }
        _ => json!({"interval": caller.ready["interval"]}),
    };
    let good = caller.post(target, query.clone());
    assert!(matches!(good.status, 200 | 202), "{target} {query}");
    for (name, value) in more.as_object().unwrap() {
        query[name] = value.clone();
    }
    let answer = caller.post(target, query);
    assert_eq!((answer.status, answer.parsed()["code"].as_str()), (400, Some(code)), "{target} {more}");
}

#[test]
fn members_of_another_kind_are_refused() {
    let mut caller = Caller::new("admin");
    let predicate = json!({"dimension": "queueId", "operator": "exists"});
    let group = json!({"type": "and", "predicates": [predicate]});
    for (target, more) in [
        (DETAILS, json!({"segmentFilters": group})),
        (DETAILS, json!({"segmentFilters": "x"})),
        (DETAILS, json!({"segmentFilters": ["x"]})),
        (DETAILS, json!({"segmentFilters": [{"type": "and", "predicates": predicate}]})),
        (DETAILS, json!({"segmentFilters": [{"type": "and", "clauses": [group], "predicates": predicate}]})),
        (DETAILS, json!({"segmentFilters": [{"type": "and", "clauses": group, "predicates": [predicate]}]})),
        (
            DETAILS,
            json!({"segmentFilters": [{"type": "and", "predicates": [{"dimension": "queueId", "operator": 1}]}]}),
        ),
        (
            DETAILS,
            json!({"segmentFilters": [{"type": "and", "predicates": [{"dimension": "queueId", "value": ["x"]}]}]}),
        ),
        (DETAILS, json!({"conversationFilters": "x"})),
        (DETAILS, json!({"conversationFilters": [{"type": "and", "predicates": [{"metric": "tTalk", "range": 5}]}]})),
        (DETAILS, json!({"aggregations": "x"})),
        (DETAILS, json!({"paging": "x"})),
        (DETAILS, json!({"paging": {"pageSize": "5"}})),
        (DETAILS, json!({"order": 5})),
        (DETAILS, json!({"orderBy": ["conversationStart"]})),
        (USER_DETAILS, json!({"userFilters": "x"})),
        (USER_DETAILS, json!({"presenceFilters": {"type": "and"}})),
        (USER_DETAILS, json!({"routingStatusAggregations": {}})),
        (USER_DETAILS, json!({"order": {}})),
        (JOBS, json!({"segmentFilters": group})),
        (JOBS, json!({"limit": "x"})),
        (JOBS, json!({"limit": 1.5})),
        (JOBS, json!({"order": "bogus"})),
        (JOBS, json!({"orderBy": "bogus"})),
        (JOBS, json!({"startOfDayIntervalMatching": "yes"})),
        (USER_JOBS, json!({"order": "bogus"})),
        (USER_JOBS, json!({"limit": true})),
        (USER_JOBS, json!({"userFilters": group})),
        (OBSERVATIONS, json!({"filter": [group]})),
        (OBSERVATIONS, json!({"metrics": "oWaiting"})),
        (OBSERVATIONS, json!({"detailMetrics": [1]})),
        ("/api/v2/analytics/routing/activity/query", json!({"metrics": ["oUserPresences"]})),
        ("/api/v2/analytics/routing/activity/query", json!({"order": "bogus"})),
        ("/api/v2/analytics/routing/activity/query", json!({"metrics": [{"metric": "oUserPresences", "details": 1}]})),
    ] {
        refuse(&mut caller, target, &more, "invalid.value");
    }
    for (target, more) in [
        (JOBS, json!({"limit": -5})),
        (JOBS, json!({"limit": 0})),
        (USER_JOBS, json!({"limit": -1})),
        (OBSERVATIONS, json!({"metrics": null})),
        (OBSERVATIONS, json!({"metrics": [], "detailMetrics": ["oWaiting"]})),
    ] {
        refuse(&mut caller, target, &more, "bad.request");
    }
    for (target, more) in [
        (DETAILS, json!({"paging": {"size": 5}})),
        (
            "/api/v2/analytics/routing/activity/query",
            json!({"metrics": [{"metric": "oUserPresences", "detail": true}]}),
        ),
    ] {
        refuse(&mut caller, target, &more, "invalid.property");
    }
}

#[test]
fn a_predicate_has_what_its_model_has_and_asks_one_thing() {
    let mut caller = Caller::new("admin");
    let bounds = json!({"gte": 1});
    for (target, list, predicate, code) in [
        (DETAILS, "conversationFilters", json!({"property": "x", "value": "y"}), "invalid.property"),
        (DETAILS, "conversationFilters", json!({"type": "metric", "dimension": "conversationEnd"}), "bad.request"),
        (DETAILS, "conversationFilters", json!({"dimension": "conversationId", "metric": "tTalk"}), "bad.request"),
        (DETAILS, "conversationFilters", json!({"metric": "tTalk", "value": "1", "range": bounds}), "bad.request"),
        (DETAILS, "conversationFilters", json!({"metric": "tTalk", "range": {"over": 1}}), "invalid.property"),
        (DETAILS, "evaluationFilters", json!({"dimension": "formId", "propertyType": "string"}), "invalid.property"),
        (DETAILS, "resolutionFilters", json!({"dimension": "queueId", "value": "x"}), "invalid.property"),
        (DETAILS, "segmentFilters", json!({"property": "x", "propertyType": "bogus", "value": "y"}), "invalid.value"),
        (DETAILS, "segmentFilters", json!({"type": "dimension", "property": "x", "value": "y"}), "bad.request"),
        (USER_DETAILS, "userFilters", json!({"metric": "tTalk", "operator": "exists"}), "invalid.property"),
        (JOBS, "segmentFilters", json!({"type": "property", "dimension": "queueId", "value": "x"}), "bad.request"),
    ] {
        let group = json!({"type": "and", "predicates": [predicate]});
        refuse(&mut caller, target, &json!({list: [group]}), code);
        let nested = json!({"type": "or", "clauses": [group]});
        refuse(&mut caller, target, &json!({list: [nested]}), code);
    }
    let ranged = json!({"type": "and", "predicates": [{"dimension": "userId", "range": bounds}]});
    let target = "/api/v2/analytics/routing/activity/query";
    refuse(&mut caller, target, &json!({"filter": ranged}), "invalid.property");
    let by_property = json!([{"type": "and", "predicates": [
        {"type": "property", "property": "x", "propertyType": "string", "operator": "notExists"}]}]);
    caller.ask(DETAILS, json!({"interval": caller.ready["interval"], "segmentFilters": by_property}));
}

#[test]
fn a_hundred_users_can_be_asked_for_by_their_ids() {
    let mut caller = Caller::new("admin");
    let filter = |count: usize| {
        let ids =
            (0..count).map(|at| json!({"dimension": "userId", "value": format!("00000000-0000-4000-8000-{at:012}")}));
        json!({"filter": {"type": "or", "predicates": ids.collect::<Vec<_>>()}})
    };
    refuse(&mut caller, USER_AGGREGATES, &filter(101), "bad.request");
    let mut query = filter(100);
    query["interval"] = caller.ready["interval"].clone();
    query["metrics"] = json!(["tSystemPresence"]);
    caller.ask(USER_AGGREGATES, query);
}
