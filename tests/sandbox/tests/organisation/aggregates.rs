//! Aggregates are the details, counted.

use std::collections::BTreeMap;

use pegcount_sandbox::time::{DAY, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller, sessions};

const METRICS: [&str; 6] = ["nOffered", "tAnswered", "tHandle", "tAbandon", "tTalk", "nTransferred"];

/// Count, sum, minimum and maximum by media, hour and metric, straight from the pages.
type Table = BTreeMap<(String, i64, String), (i64, i64, i64, i64)>;

fn counted(caller: &mut Caller) -> Table {
    let day = caller.day();
    // Conversations of the days before may still emit on this one.
    let before = caller.page_through(json!({"interval": format!("{}/{}", iso(day.start - 6 * DAY), iso(day.end))}));
    let earlier = format!("{}/{}", iso(day.start - 10 * DAY), iso(day.start - 6 * DAY));
    let all = [caller.page_through(json!({"interval": earlier})), before].concat();
    let mut table = Table::new();
    for (_, session) in sessions(&all) {
        for metric in session["metrics"].as_array().into_iter().flatten() {
            let at = parse_iso(metric["emitDate"].as_str().unwrap()).unwrap();
            let name = metric["name"].as_str().unwrap();
            if !(day.start..day.end).contains(&at) || !METRICS.contains(&name) {
                continue;
            }
            let value = metric["value"].as_i64().unwrap();
            let key =
                (session["mediaType"].as_str().unwrap().to_string(), (at - day.start) / 3_600_000, name.to_string());
            let cell = table.entry(key).or_insert((0, 0, i64::MAX, i64::MIN));
            *cell = (cell.0 + 1, cell.1 + value, cell.2.min(value), cell.3.max(value));
        }
    }
    table
}

#[test]
fn each_figure_equals_a_recount_of_the_details() {
    let mut caller = Caller::new("reporting");
    let body = json!({
        "interval": caller.ready["interval"],
        "granularity": "PT1H",
        "groupBy": ["mediaType"],
        "metrics": METRICS,
    });
    let answer = caller.post(AGGREGATES, body);
    assert_eq!(answer.status, 200, "{}", answer.parsed());
    let start = caller.day().start;
    let mut table = Table::new();
    for result in answer.parsed()["results"].as_array().unwrap() {
        for data in result["data"].as_array().unwrap() {
            let bucket = data["interval"].as_str().unwrap().split('/').next().unwrap().to_string();
            let hour = (parse_iso(&bucket).unwrap() - start) / 3_600_000;
            for metric in data["metrics"].as_array().unwrap() {
                let (name, stats) = (metric["metric"].as_str().unwrap(), &metric["stats"]);
                let key = (result["group"]["mediaType"].as_str().unwrap().to_string(), hour, name.to_string());
                let figure = |name: &str| stats[name].as_i64().unwrap();
                let cell = match name.starts_with('n') {
                    true => (figure("count"), figure("count"), 1, 1),
                    false => (figure("count"), figure("sum"), figure("min"), figure("max")),
                };
                table.insert(key, cell);
            }
        }
    }
    assert_eq!(table, counted(&mut caller));
}

#[test]
fn what_has_no_data_is_left_out() {
    let mut caller = Caller::new("reporting");
    let body = json!({
        "interval": caller.ready["interval"],
        "metrics": ["tAbandon", "tBarging"],
        "groupBy": ["mediaType"],
        "filter": {"type": "and", "predicates": [{"dimension": "mediaType", "value": "callback"}]},
    });
    assert_eq!(caller.post(AGGREGATES, body.clone()).parsed(), json!({}));
    let mut of_calls = body;
    of_calls["filter"]["predicates"][0]["value"] = json!("voice");
    let answer = caller.post(AGGREGATES, of_calls).parsed();
    let metrics = answer["results"][0]["data"][0]["metrics"].as_array().unwrap();
    assert_eq!(metrics.iter().map(|m| m["metric"].as_str().unwrap()).collect::<Vec<_>>(), ["tAbandon"]);
}

#[test]
fn a_service_level_is_a_ratio() {
    let mut caller = Caller::new("reporting");
    let body = json!({"interval": caller.ready["interval"], "metrics": ["oServiceLevel", "tAnswered", "tAbandon"]});
    let answer = caller.post(AGGREGATES, body).parsed();
    let metrics = answer["results"][0]["data"][0]["metrics"].as_array().unwrap().clone();
    let stats = |name: &str| metrics.iter().find(|m| m["metric"] == name).unwrap()["stats"].clone();
    let level = stats("oServiceLevel");
    let offered = stats("tAnswered")["count"].as_i64().unwrap() + stats("tAbandon")["count"].as_i64().unwrap();
    assert_eq!(level["denominator"].as_i64(), Some(offered));
    let ratio = level["numerator"].as_f64().unwrap() / level["denominator"].as_f64().unwrap();
    assert_eq!(level["ratio"].as_f64(), Some(ratio));
    assert_eq!(level["sum"], Value::Null);
}

#[test]
fn words_that_do_not_exist_are_refused_with_those_that_do() {
    let mut caller = Caller::new("reporting");
    for (name, value) in [("metrics", "tHandleTime"), ("groupBy", "queueName")] {
        let mut body = json!({"interval": caller.ready["interval"], "metrics": ["tHandle"]});
        body[name] = json!([value]);
        let answer = caller.post(AGGREGATES, body);
        assert_eq!((answer.status, answer.parsed()["code"].as_str()), (400, Some("invalid.value")));
        assert!(answer.parsed()["message"].as_str().unwrap().starts_with(&format!("Value [{value}] is not valid")));
    }
}

/// The figure that orders groups, by queue: the sum of a timer over all buckets.
fn ranked(caller: &mut Caller, more: &Value) -> Vec<(String, i64)> {
    let mut body = json!({
        "interval": caller.ready["interval"],
        "granularity": "PT6H",
        "groupBy": ["queueId"],
        "metrics": ["tTalk"],
        "filter": {"type": "and", "predicates": [{"dimension": "queueId", "operator": "exists"}]},
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let answer = caller.post(AGGREGATES, body).parsed();
    let sum = |group: &Value| -> i64 {
        let metrics = group["data"].as_array().unwrap().iter().flat_map(|data| data["metrics"].as_array().unwrap());
        metrics
            .filter(|metric| metric["metric"] == "tTalk")
            .map(|metric| metric["stats"]["sum"].as_i64().unwrap())
            .sum()
    };
    let groups = answer["results"].as_array().unwrap().iter();
    groups.map(|group| (group["group"]["queueId"].as_str().unwrap().to_string(), sum(group))).collect()
}

#[test]
fn the_first_and_the_last_groups() {
    let mut caller = Caller::new("reporting");
    let mut all = ranked(&mut caller, &json!({}));
    assert!(all.len() > 3, "{all:?}");
    all.sort_by_key(|(_, sum)| *sum);
    let lowest = all[..2].to_vec();
    all.reverse();
    let by_sum = json!({"name": "tTalk", "function": "sum"});
    let top = json!({"queryType": "topN", "sortMetric": by_sum, "limit": 3});
    assert_eq!(ranked(&mut caller, &top), all[..3]);
    assert_eq!(ranked(&mut caller, &json!({"queryType": "bottomN", "sortMetric": by_sum, "limit": 2})), lowest);
    // One metric alone needs no other to be ordered by, and without a limit all are told.
    assert_eq!(ranked(&mut caller, &json!({"queryType": "topN"})), all);
    // What orders need not be among the metrics.
    let other = json!({"queryType": "topN", "sortMetric": {"name": "tAcw", "function": "max"}, "limit": 2});
    let chosen = ranked(&mut caller, &other);
    assert!(chosen.len() == 2 && chosen.iter().all(|group| all.contains(group)));
}

#[test]
fn no_option_is_ignored() {
    let mut caller = Caller::new("reporting");
    let view = |more: Value| {
        let mut view = json!({"target": "tHandle", "name": "short", "function": "rangeBound", "range": {"lt": 60_000}});
        for (name, value) in more.as_object().unwrap() {
            view[name] = value.clone();
        }
        view
    };
    let predicate = |more: Value| json!({"filter": {"type": "and", "predicates": [more]}});
    let group = json!(["queueId"]);
    let cases = [
        (json!({"queryType": "median"}), "invalid.value"),
        (json!({"limit": 3}), "bad.request"),
        (json!({"sortMetric": {"name": "tTalk", "function": "sum"}}), "bad.request"),
        (json!({"queryType": "topN"}), "bad.request"),
        (json!({"queryType": "topN", "groupBy": group, "limit": 0}), "bad.request"),
        (json!({"queryType": "topN", "groupBy": group, "metrics": ["tTalk", "tAcw"]}), "bad.request"),
        (json!({"queryType": "topN", "groupBy": group, "sortMetric": {"name": "tTalk"}}), "bad.request"),
        (
            json!({"queryType": "topN", "groupBy": group, "sortMetric": {"name": "oServiceLevel", "function": "max"}}),
            "invalid.value",
        ),
        (
            json!({"queryType": "topN", "groupBy": group, "sortMetric": {"name": "tTalk", "function": "p95"}}),
            "invalid.value",
        ),
        (json!({"granularity": 3600}), "invalid.value"),
        (json!({"timeZone": "Europe/Atlantis"}), "bad.request"),
        (json!({"flattenMultivaluedDimensions": "yes"}), "invalid.value"),
        (json!({"alternateTimeDimension": "conversationStart"}), "invalid.value"),
        (json!({"metrics": "tHandle"}), "invalid.value"),
        (json!({"views": [view(json!({"function": "average"}))]}), "invalid.value"),
        (json!({"views": [view(json!({"range": {"lte": 5}}))]}), "invalid.property"),
        (json!({"views": [view(json!({"range": {"lt": "5"}}))]}), "invalid.value"),
        (json!({"views": [view(json!({"filter": {}}))]}), "invalid.property"),
        (json!({"views": [view(json!({"name": "tHandle"}))]}), "bad.request"),
        (json!({"views": [view(json!({"target": "nOffered"}))]}), "bad.request"),
        (json!({"views": [view(json!({})), view(json!({}))]}), "bad.request"),
        (
            json!({"views": (0..11).map(|at| view(json!({"name": format!("v{at}")}))).collect::<Vec<_>>()}),
            "bad.request",
        ),
        (predicate(json!({"dimension": "queueId", "values": ["x"]})), "invalid.property"),
        (predicate(json!({"type": "word", "dimension": "queueId", "value": "x"})), "invalid.value"),
        (predicate(json!({"dimension": "queueId", "range": {"above": 1}})), "invalid.property"),
    ];
    for (more, expected) in cases {
        let mut body = json!({"interval": caller.ready["interval"], "metrics": ["tHandle"]});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = caller.post(AGGREGATES, body);
        assert_eq!((answer.status, answer.parsed()["code"].as_str()), (400, Some(expected)), "{more}");
    }
}
