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
