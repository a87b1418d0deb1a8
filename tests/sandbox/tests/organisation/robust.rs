//! Whatever comes in, an answer goes out: nonsense is refused, never a panic.

use pegcount_sandbox::Request;
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller, Chance, DETAILS, OBSERVATIONS};

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
    let mut caller = Caller::new("reporting");
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
    ];
    let mut chance = Chance(7);
    let mut refused = 0;
    for _ in 0..150 {
        for (target, good) in &queries {
            let mut query = good.clone();
            spoil(&mut query, &mut chance);
            let answer = caller.post(target, query.clone());
            assert!([200, 400].contains(&answer.status), "{} for {query}", answer.status);
            refused += usize::from(answer.status == 400);
        }
    }
    assert!((100..400).contains(&refused), "{refused} of 450 were refused");
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
