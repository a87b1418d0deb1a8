//! Whatever comes in, an answer goes out: nonsense is refused, never a panic.

use pegcount_sandbox::Request;
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller, Chance, DETAILS, OBSERVATIONS, USER_AGGREGATES, USER_DETAILS};

const NONSENSE: [&str; 14] = [
    "null",
    "-1",
    "1e300",
    "9223372036854775807",
    "\"\"",
    "\"P9999Y\"",
    "\"PT0.001S\"",
    "\"Nowhere/Else\"",
    "\"0000-01-01/9999-12-31\"",
    "\"2026-03-09T00:00Z/PT0S\"",
    "[]",
    "{}",
    "[[[]]]",
    "{\"type\":\"and\",\"predicates\":[{\"dimension\":7}]}",
];

/// Replaces one value somewhere in a query.
fn spoil(value: &mut Value, chance: &mut Chance) {
    let inner = match value {
        Value::Object(members) if !members.is_empty() && chance.below(4) > 0 => {
            let at = chance.below(members.len());
            members.values_mut().nth(at)
        }
        Value::Array(items) if !items.is_empty() && chance.below(4) > 0 => {
            let at = chance.below(items.len());
            items.get_mut(at)
        }
        _ => None,
    };
    match inner {
        Some(inner) => spoil(inner, chance),
        None => *value = serde_json::from_str(NONSENSE[chance.below(NONSENSE.len())]).unwrap(),
    }
}

#[test]
fn spoiled_queries_are_answered() {
    let mut caller = Caller::new("admin");
    let units = caller.get("/api/v2/workforcemanagement/businessunits").parsed();
    let unit = units["entities"][0]["id"].as_str().unwrap();
    let shifts = format!("/api/v2/workforcemanagement/businessunits/{unit}/agentschedules/search");
    let some = caller.get("/api/v2/workforcemanagement/managementunits").parsed()["entities"][0]["id"].clone();
    let below = |path: &str| format!("/api/v2/workforcemanagement/managementunits/{}/{path}", some.as_str().unwrap());
    let (time_off, schedules) = (below("timeoffrequests/query"), below("schedules/search"));
    let user = caller.ready["user"]["id"].clone();
    let predicate = json!({"type": "and", "clauses": [{"type": "or", "predicates": [
        {"type": "dimension", "dimension": "mediaType", "operator": "matches", "value": "voice"},
        {"type": "dimension", "dimension": "queueId", "operator": "exists"}]}]});
    let interval = &caller.ready["interval"];
    let queries = [
        (
            DETAILS,
            json!({"interval": interval, "order": "asc", "orderBy": "conversationEnd", "paging": {"pageSize": 5, "pageNumber": 2},
            "segmentFilters": [predicate], "conversationFilters": [{"type": "and", "predicates": [{"metric": "tHeld", "range": {"gte": 1}}]}],
            "aggregations": [{"type": "termFrequency", "dimension": "queueId", "size": 3}]}),
        ),
        (
            AGGREGATES,
            json!({"interval": interval, "granularity": "PT1H", "timeZone": "Europe/Paris", "groupBy": ["queueId"],
            "metrics": ["tHandle"], "filter": predicate, "views": [{"target": "tHandle", "name": "x", "function": "rangeBound", "range": {"gte": 1, "lt": 2}}]}),
        ),
        (OBSERVATIONS, json!({"filter": predicate, "metrics": ["oWaiting"], "detailMetrics": ["oWaiting"]})),
        (
            USER_DETAILS,
            json!({"interval": interval, "paging": {"pageSize": 5, "pageNumber": 1}, "order": "desc",
            "presenceFilters": [{"type": "or", "predicates": [{"dimension": "systemPresence", "value": "MEAL"}]}],
            "presenceAggregations": [{"type": "termFrequency", "dimension": "systemPresence", "size": 2}]}),
        ),
        (
            USER_AGGREGATES,
            json!({"interval": interval, "granularity": "PT30M", "groupBy": ["userId"], "metrics": ["tSystemPresence"]}),
        ),
        (
            "/api/v2/analytics/evaluations/aggregates/query",
            json!({"interval": interval, "groupBy": ["formId"], "metrics": ["oTotalScore"], "alternateTimeDimension": "conversationStart"}),
        ),
        (
            "/api/v2/analytics/users/details/jobs",
            json!({"interval": interval, "userFilters": [{"type": "and", "predicates": [{"dimension": "userId", "value": "x"}]}]}),
        ),
        (
            "/api/v2/analytics/routing/activity/query",
            json!({"metrics": [{"metric": "oUserPresences", "details": true}], "groupBy": ["queueId"], "filter": {"type": "and",
            "predicates": [{"dimension": "routingStatus", "value": "IDLE"}]}}),
        ),
        ("/api/v2/usage/query", json!({"interval": interval, "granularity": "Day", "groupBy": ["HttpMethod"]})),
        (
            "/api/v2/audits/query/realtime",
            json!({"interval": interval, "serviceName": "ContactCenter", "pageSize": 5, "sort": [{"name": "Timestamp", "sortOrder": "descending"}],
            "filters": [{"property": "EntityType", "value": "Queue"}, {"property": "Action", "value": "MemberAdd"}]}),
        ),
        (
            "/api/v2/speechandtextanalytics/transcripts/search",
            json!({"types": ["transcripts"], "pageSize": 5, "sortOrder": "DESC", "query": [
            {"type": "DATE_RANGE", "fields": ["conversationStartTime"], "startValue": "2026-03-09T00:00:00", "endValue": "2026-03-09T06:00:00"},
            {"type": "PHRASE", "fields": ["text"], "value": "okay", "operator": "NOT"}]}),
        ),
        (
            AGGREGATES,
            json!({"interval": interval, "groupBy": ["queueId"], "metrics": ["tTalk", "tAcw"], "queryType": "topN",
            "sortMetric": {"name": "tTalk", "function": "average"}, "limit": 2}),
        ),
        (
            "/api/v2/quality/evaluations/search",
            json!({"pageNumber": 1, "pageSize": 5, "sortOrder": "DESC", "query": [{"type": "DATE_RANGE", "field": "releaseDate",
            "startValue": "2026-03-09T00:00Z", "endValue": "2026-03-10T00:00Z"}, {"type": "EXACT", "field": "agentId", "values": ["x"]}]}),
        ),
        (
            "/api/v2/users/search",
            json!({"pageNumber": 1, "pageSize": 5, "expand": ["team"], "query": [{"type": "CONTAINS", "fields": ["name"], "value": "a"}]}),
        ),
        (
            "/api/v2/workforcemanagement/adherence/historical/bulk",
            json!({"timeZone": "Europe/Berlin", "items": [{"managementUnitId": some, "startDate": "2026-03-08T00:00Z",
            "endDate": "2026-03-10T00:00Z", "includeExceptions": true}]}),
        ),
        (
            &time_off,
            json!({"statuses": ["APPROVED"], "dateRange": {"startDate": "2026-03-01", "endDate": "2026-03-31"}}),
        ),
        (
            &schedules,
            json!({"startDate": "2026-03-09T00:00Z", "endDate": "2026-03-16T00:00Z", "userIds": [user], "loadFullWeeks": true}),
        ),
        (&shifts, json!({"startDate": "2026-03-09T00:00Z", "endDate": "2026-03-16T00:00Z", "userIds": ["x"]})),
    ];
    let mut chance = Chance::of(7);
    let mut refused = 0;
    for _ in 0..120 {
        for (target, good) in &queries {
            let mut query = good.clone();
            spoil(&mut query, &mut chance);
            let answer = caller.post(target, query.clone());
            assert!([200, 202, 400, 404].contains(&answer.status), "{} for {query}", answer.status);
            if let Some(job) = answer.parsed()["job"]["selfUri"].as_str() {
                caller.now += 5_000;
                assert_eq!(caller.get(job).status, 200, "{query}");
            }
            if let Some(results) = answer.parsed()["resultsUri"].as_str() {
                assert_eq!(caller.get(results).status, 200, "{query}");
            }
            if let Some(job) = answer.parsed()["jobId"].as_str() {
                caller.now += 5_000;
                assert_eq!(caller.get(&format!("{target}/{job}/results")).status, 200, "{query}");
            }
            refused += usize::from(answer.status == 400);
        }
    }
    assert!((500..2_000).contains(&refused), "{refused} of 2,160 were refused");
}

#[test]
fn odd_targets_are_answered() {
    let mut caller = Caller::new("admin");
    for target in [
        "/",
        "//",
        "/api",
        "/api/",
        "/api/v2/",
        "/api/v2/users/%",
        "/api/v2/users/%00?=&&=",
        "/api/v2/users?pageSize=-1",
        "/api/v2/users?pageNumber=99999999999999999999",
        "/sandbox/x",
        "*",
    ] {
        let answer = caller.get(target);
        assert!((400..500).contains(&answer.status), "{} for {target}", answer.status);
    }
    for header in ["", "Bearer", "Bearer ", "Basic", "Basic !!!", "Basic OjoK"] {
        let request = Request::new("POST", "/oauth/token").header("Authorization", header);
        assert_eq!(caller.send(request.body("application/x-www-form-urlencoded", vec![0xFF, b'&', b'='])).status, 400);
        assert_eq!(caller.send(Request::new("GET", "/api/v2/users").header("Authorization", header)).status, 401);
    }
}
