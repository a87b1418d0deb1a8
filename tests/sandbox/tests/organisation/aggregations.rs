//! `aggregations` of details queries: counts of what the rows tell.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::time::{DAY, iso};
use serde_json::{Value, json};

use crate::caller::{Caller, DETAILS, USER_DETAILS, sessions};

/// Whatever stands under a name somewhere in a row.
fn told(row: &Value, name: &str, found: &mut BTreeSet<String>) {
    match row {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == name => drop(found.insert(text.clone())),
                    Value::Bool(flag) if key == name => drop(found.insert(flag.to_string())),
                    inner => told(inner, name, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| told(item, name, found)),
        _ => {}
    }
}

fn terms(answer: &Value) -> BTreeMap<String, i64> {
    let rows = answer["results"].as_array().unwrap().iter();
    rows.map(|row| (row["value"].as_str().unwrap().to_string(), row["count"].as_i64().unwrap())).collect()
}

#[test]
fn terms_are_those_of_the_rows() {
    const NAMES: [&str; 10] = [
        "wrapUpCode",
        "segmentType",
        "conversationEnd",
        "disconnectType",
        "userId",
        "queueId",
        "purpose",
        "customerParticipation",
        "mediaType",
        "wrapUpNote",
    ];
    let mut caller = Caller::medium("reporting");
    let day = |days: i64| {
        let from = caller.day().end - days * DAY;
        json!(format!("{}/{}", iso(from), iso(from + DAY)))
    };
    let open = json!([{"type": "and", "predicates": [{"dimension": "conversationEnd", "operator": "notExists"}]}]);
    // What goes on, and what was rewritten in the night.
    for (interval, filters) in [(day(0), open), (day(8), json!([]))] {
        let asked = NAMES.map(|name| json!({"type": "termFrequency", "dimension": name, "size": 100_000}));
        let query = json!({"interval": interval, "conversationFilters": filters, "aggregations": asked});
        let counted = caller.ask(DETAILS, query.clone());
        let rows = caller.page_through(query);
        assert!(rows.len() > 5, "{}", rows.len());
        for (name, answer) in NAMES.iter().zip(counted["aggregations"].as_array().unwrap()) {
            let mut expected: BTreeMap<String, i64> = BTreeMap::new();
            for row in &rows {
                let mut found = BTreeSet::new();
                // What is said about a conversation is none of its own.
                let own = ["participants", "conversationEnd", "customerParticipation"];
                let own = own.iter().map(|member| ((*member).to_string(), row[*member].clone()));
                told(&Value::Object(own.collect()), name, &mut found);
                found.into_iter().for_each(|value| *expected.entry(value).or_default() += 1);
            }
            assert_eq!((terms(answer), &answer["count"]), (expected, &json!(rows.len())), "{name} in {interval}");
        }
    }
}

#[test]
fn ranges_hold_the_numbers_of_the_rows() {
    let mut caller = Caller::new("reporting");
    let interval = caller.ready["interval"].clone();
    let ranges = json!([{"lt": 60_000}, {"gte": 60_000, "lt": 240_000}, {"gte": 240_000}]);
    let asked = json!([{"type": "numericRange", "metric": "tTalk", "ranges": ranges}]);
    let counted = caller.ask(DETAILS, json!({"interval": interval, "aggregations": asked}));
    let rows = caller.page_through(json!({"interval": interval}));
    let mut expected = [0, 0, 0];
    for row in &rows {
        let one = std::slice::from_ref(row);
        let metrics = sessions(one).into_iter().flat_map(|(_, s)| s["metrics"].as_array().cloned().unwrap_or_default());
        let talked: Vec<i64> = metrics.filter(|m| m["name"] == "tTalk").map(|m| m["value"].as_i64().unwrap()).collect();
        if !talked.is_empty() {
            expected[usize::from(talked.iter().sum::<i64>() >= 60_000)
                + usize::from(talked.iter().sum::<i64>() >= 240_000)] += 1;
        }
    }
    let [short, middle, long] = expected;
    let results = json!([
        {"count": short, "lt": 60_000},
        {"count": middle, "gte": 60_000, "lt": 240_000},
        {"count": long, "gte": 240_000},
    ]);
    let one = json!({"type": "numericRange", "metric": "tTalk", "count": rows.len(), "results": results});
    assert_eq!(counted["aggregations"], json!([one]));
    assert!(expected.iter().all(|count| *count > 5), "{expected:?}");
}

#[test]
fn what_cannot_be_counted_is_refused() {
    let mut caller = Caller::new("reporting");
    let interval = caller.ready["interval"].clone();
    let of_terms = |dimension: &str| json!({"type": "termFrequency", "dimension": dimension});
    let of_ranges = |metric: &str, ranges: Value| json!({"type": "numericRange", "metric": metric, "ranges": ranges});
    let sized = |size: Value| json!({"type": "termFrequency", "dimension": "systemPresence", "size": size});
    for (target, member, asked, code) in [
        (DETAILS, "aggregations", of_terms("bogus"), "invalid.value"),
        (DETAILS, "aggregations", of_terms("systemPresence"), "invalid.value"),
        (DETAILS, "aggregations", of_ranges("bogus", json!([{"lt": 1}])), "invalid.value"),
        (DETAILS, "aggregations", of_ranges("tTalk", json!([])), "bad.request"),
        (DETAILS, "aggregations", of_ranges("tTalk", json!({"lt": 1})), "invalid.value"),
        (DETAILS, "aggregations", of_ranges("tTalk", json!([{"lt": "1"}])), "invalid.value"),
        (DETAILS, "aggregations", of_ranges("tTalk", json!([{"gt": 1}])), "invalid.property"),
        (DETAILS, "aggregations", json!({"type": "average", "dimension": "queueId"}), "invalid.value"),
        (DETAILS, "aggregations", json!({"dimension": "queueId"}), "bad.request"),
        (DETAILS, "aggregations", json!({"type": "termFrequency"}), "bad.request"),
        (DETAILS, "aggregations", json!({"type": "numericRange", "ranges": [{"lt": 1}]}), "bad.request"),
        (DETAILS, "aggregations", json!({"type": "termFrequency", "field": "queueId"}), "invalid.property"),
        (USER_DETAILS, "presenceAggregations", sized(json!(-1)), "bad.request"),
        (USER_DETAILS, "presenceAggregations", sized(json!(0)), "bad.request"),
        (USER_DETAILS, "presenceAggregations", sized(json!("2")), "invalid.value"),
        (USER_DETAILS, "presenceAggregations", of_terms("routingStatus"), "invalid.value"),
        (USER_DETAILS, "routingStatusAggregations", of_terms("bogus"), "invalid.value"),
        (USER_DETAILS, "routingStatusAggregations", of_ranges("tTalk", json!([{"lt": 1}])), "invalid.value"),
    ] {
        let answer = caller.post(target, json!({"interval": interval, member: [asked]}));
        assert_eq!((answer.status, answer.parsed()["code"].as_str()), (400, Some(code)), "{asked}");
    }
    let most = json!([{"type": "termFrequency", "dimension": "systemPresence", "size": 1}]);
    let counted = caller.ask(USER_DETAILS, json!({"interval": interval, "presenceAggregations": most}));
    assert_eq!(counted["aggregations"][0]["results"].as_array().unwrap().len(), 1);
}
