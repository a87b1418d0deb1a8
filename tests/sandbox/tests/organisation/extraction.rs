//! Data extraction: the files together tell what details tell.

use std::collections::BTreeMap;

use pegcount_sandbox::time::{DAY, HOUR, Interval, MINUTE, iso, parse_iso};
use pegcount_sandbox::{Origin, Request};
use serde_json::{Map, Value, json};

use crate::caller::{Caller, sessions};
use crate::parquet::rows;

const PLACE: &str = "/api/v2/analytics/dataextraction/downloads";

type Row = Map<String, Value>;

fn listed(caller: &mut Caller, query: &str) -> Value {
    let answer = caller.get(&format!("{PLACE}/metadata?{query}"));
    assert_eq!(answer.status, 200, "{}", answer.parsed());
    answer.parsed()
}

fn entities(listing: &Value) -> Vec<Value> {
    listing["entities"].as_array().unwrap().clone()
}

/// Every file of a schema that was made in an interval: its end and its rows.
fn files(caller: &mut Caller, schema: &str, (from, until): (i64, i64)) -> Vec<(i64, Vec<Row>)> {
    let query = format!("pageSize=200&dataSchema={schema}&dateStart={}&dateEnd={}", iso(from), iso(until));
    let files = entities(&listed(caller, &query));
    let ids: Vec<Value> = files.iter().map(|file| file["id"].clone()).collect();
    let urls = entities(&caller.ask(&format!("{PLACE}/bulk"), json!({"files": ids})));
    assert_eq!(urls.iter().map(|url| url["id"].clone()).collect::<Vec<_>>(), ids);
    let ends = files.iter().map(|file| moment(file, "dateCreated").unwrap() - 30 * MINUTE);
    ends.zip(urls).map(|(end, url)| (end, rows(&fetched(caller, url["signedUrl"].as_str().unwrap())))).collect()
}

/// The rows of a schema that tell of the finished day.
fn read(caller: &mut Caller, schema: &str) -> Vec<Row> {
    let (from, until) = (caller.day().start + 90 * MINUTE, caller.day().end + 90 * MINUTE);
    let files = files(caller, schema, (from, until));
    assert_eq!(files.len(), 24);
    files.into_iter().flat_map(|(_, rows)| rows).collect()
}

fn fetched(caller: &mut Caller, url: &str) -> Vec<u8> {
    let target = &url[url.find("/extractions/").unwrap()..];
    let answer = caller.send(Request { origin: Origin::Files, ..Request::new("GET", target) });
    assert_eq!((answer.status, answer.value("Content-Type")), (200, Some("binary/octet-stream")));
    answer.body
}

/// The rows that count: of each key the latest.
fn latest(rows: Vec<Row>, key: &[&str], by: &str) -> BTreeMap<Vec<String>, Row> {
    let mut kept: BTreeMap<Vec<String>, Row> = BTreeMap::new();
    for row in rows {
        let key = key.iter().map(|name| row[*name].to_string()).collect();
        if kept.get(&key).is_none_or(|known| known[by].as_i64() <= row[by].as_i64()) {
            kept.insert(key, row);
        }
    }
    kept
}

fn moment(of: &Value, name: &str) -> Option<i64> {
    of[name].as_str().map(|text| parse_iso(text).unwrap())
}

/// The conversations that began in the finished day and were over with it.
fn finished(caller: &mut Caller) -> Vec<Value> {
    let day = caller.day();
    let all = caller.page_through(json!({"interval": day.text()}));
    let is_over = |it: &Value| moment(it, "conversationEnd").is_some_and(|end| end < day.end);
    let found: Vec<Value> = all.into_iter().filter(is_over).collect();
    assert!(found.len() > 100);
    found
}

#[test]
fn conversations_and_segments_are_those_of_details() {
    let mut caller = Caller::new("admin");
    let whole = read(&mut caller, "conversations");
    let many = whole.len();
    let (whole, parts) = (latest(whole, &["conversationId"], "updateTimestamp"), read(&mut caller, "segments"));
    assert!(whole.len() < many, "what lasts is in several");
    let parts = latest(parts, &["conversationId", "segmentId"], "updateTimestamp");
    for it in finished(&mut caller) {
        let id = it["conversationId"].to_string();
        let row = &whole[&vec![id.clone()]];
        for name in ["conversationStart", "conversationEnd"] {
            assert_eq!(row[name].as_i64(), moment(&it, name), "{id}");
        }
        assert_eq!(row["originatingDirection"], it["originatingDirection"]);
        let rows: Vec<&Row> = parts.iter().filter(|(key, _)| key[0] == id).map(|(_, row)| row).collect();
        let sides = it["participants"].as_array().unwrap();
        let mut told = 0;
        for (side, session) in
            sides.iter().flat_map(|side| side["sessions"].as_array().unwrap().iter().map(move |s| (side, s)))
        {
            for segment in session["segments"].as_array().unwrap() {
                told += 1;
                let of_segment = |row: &&&Row| {
                    row["sessionId"] == session["sessionId"]
                        && row["segmentStart"].as_i64() == moment(segment, "segmentStart")
                        && row["segmentType"] == segment["segmentType"]
                };
                let row = rows.iter().find(of_segment).unwrap();
                assert_eq!(row["segmentEnd"].as_i64(), moment(segment, "segmentEnd"));
                for (name, value) in [("queueId", segment), ("wrapUpCode", segment), ("userId", side)] {
                    assert_eq!(row.get(name), value.get(name), "{name} of {id}");
                }
                assert_eq!(row["purpose"], side["purpose"]);
            }
        }
        assert_eq!(rows.len(), told);
    }
}

#[test]
fn metrics_and_attributes_are_those_of_details() {
    let mut caller = Caller::new("admin");
    let (mut found, mut of_flows) = (BTreeMap::new(), 0);
    for (schema, is_of_flow) in [("conversation-metrics", false), ("flow-metrics", true)] {
        for row in read(&mut caller, schema) {
            let name = row["metricName"].as_str().unwrap();
            assert!(name[1..].starts_with("Flow") || !is_of_flow, "{name}");
            assert_eq!(row.contains_key("flowId"), is_of_flow);
            of_flows += usize::from(is_of_flow);
            let key =
                ["conversationId", "sessionId", "metricName", "metricTimestamp"].map(|name| row[name].to_string());
            *found.entry(key).or_insert(0) += row["metricValue"].as_i64().unwrap();
        }
    }
    assert!(of_flows > 50);
    let attributes = read(&mut caller, "participant-attributes");
    assert!(attributes.iter().any(|row| row["attributeName"] == "customerTier"));
    for it in finished(&mut caller) {
        let sides = it["participants"].as_array().unwrap();
        let mut told = BTreeMap::new();
        for session in sides.iter().flat_map(|side| side["sessions"].as_array().unwrap()) {
            for metric in session["metrics"].as_array().into_iter().flatten() {
                let at = json!(moment(metric, "emitDate"));
                let key = [&it["conversationId"], &session["sessionId"], &metric["name"], &at].map(Value::to_string);
                *told.entry(key).or_insert(0) += metric["value"].as_i64().unwrap();
            }
        }
        let id = it["conversationId"].to_string();
        let of_it: BTreeMap<_, _> =
            found.iter().filter(|(key, _)| key[0] == id).map(|(k, v)| (k.clone(), *v)).collect();
        assert_eq!(of_it, told);
        let customer = sides.iter().find(|side| side["purpose"] == "customer").unwrap();
        let named = |row: &&Row| row["participantId"] == customer["participantId"];
        assert!(attributes.iter().filter(named).count() >= 2, "{id}");
    }
}

#[test]
fn files_know_nothing_of_what_comes() {
    let mut caller = Caller::new("admin");
    let first = listed(&mut caller, "pageSize=1");
    let all = (0, caller.now + 1);
    for schema in first["enabledDataSchemas"].as_array().unwrap() {
        let files = files(&mut caller, schema.as_str().unwrap(), all);
        assert_eq!(files.len(), 7 * 24);
        for (end, row) in files.iter().flat_map(|(end, rows)| rows.iter().map(move |row| (end, row))) {
            let times =
                row.iter().filter(|(name, _)| ["Start", "End", "Time", "stamp"].iter().any(|s| name.ends_with(s)));
            for (name, at) in times {
                assert!(at.as_i64().unwrap() < *end, "{name} of {row:?} in {schema} until {}", iso(*end));
            }
        }
    }
}

#[test]
fn the_newest_row_tells_what_details_tell() {
    let mut caller = Caller::new("admin");
    let all = (0, caller.now + 1);
    let whole = files(&mut caller, "conversations", all);
    let parts = files(&mut caller, "segments", all);
    // As it was at the end of the last files.
    caller.now = whole.last().unwrap().0 - 1;
    caller.log_in("admin");
    let mut known = BTreeMap::new();
    for week in 1..=6 {
        let end = caller.now + 1 - (week - 1) * 7 * DAY;
        let found = caller.page_through(json!({"interval": Interval { start: end - 7 * DAY, end }.text()}));
        known.extend(found.into_iter().map(|it| (it["conversationId"].to_string(), it)));
    }
    let known: Vec<Value> = known.into_values().collect();
    let newest = |files: Vec<(i64, Vec<Row>)>, key: &[&str]| {
        let mut kept = BTreeMap::<String, Row>::new();
        for row in files.into_iter().flat_map(|(_, rows)| rows) {
            let id = key.iter().map(|name| row[*name].as_str().unwrap()).collect::<Vec<_>>().join(" ");
            let before = kept.insert(id, row.clone());
            assert!(
                before.is_none_or(|it| it["updateTimestamp"].as_i64() <= row["updateTimestamp"].as_i64()),
                "{row:?}"
            );
        }
        kept
    };
    let whole = newest(whole, &["conversationId"]);
    let of_segment = |row: &Row| {
        let names = ["sessionId", "segmentType", "segmentStart"];
        names.map(|name| row[name].to_string()).join(" ")
    };
    let parts: BTreeMap<String, Row> =
        newest(parts, &["conversationId", "segmentId"]).into_values().map(|row| (of_segment(&row), row)).collect();
    let (mut compared, mut coded) = (0, 0);
    for it in &known {
        if let Some(row) = whole.get(it["conversationId"].as_str().unwrap()) {
            compared += 1;
            for name in ["conversationStart", "conversationEnd"] {
                assert_eq!(row.get(name).and_then(Value::as_i64), moment(it, name), "{row:?}");
            }
        }
    }
    assert_eq!(compared, whole.len());
    compared = 0;
    for (side, session) in sessions(&known) {
        for segment in session["segments"].as_array().unwrap() {
            let mut key = segment.as_object().unwrap().clone();
            key.insert("sessionId".into(), session["sessionId"].clone());
            key.insert("segmentStart".into(), json!(moment(segment, "segmentStart")));
            let Some(row) = parts.get(&of_segment(&key)) else { continue };
            compared += 1;
            coded += usize::from(row.contains_key("wrapUpCode"));
            assert_eq!(row.get("segmentEnd").and_then(Value::as_i64), moment(segment, "segmentEnd"), "{row:?}");
            for (name, of) in [
                ("queueId", segment),
                ("wrapUpCode", segment),
                ("disconnectType", segment),
                ("mediaType", session),
                ("direction", session),
                ("userId", side),
                ("purpose", side),
            ] {
                assert_eq!(row.get(name), of.get(name), "{name} of {row:?}");
            }
        }
    }
    assert_eq!(compared, parts.len());
    assert!(coded > 500, "{coded}");
}

#[test]
fn records_of_agents_are_those_of_details() {
    let mut caller = Caller::new("admin");
    let day = caller.day();
    let kinds = [
        ("user-presence", "primaryPresence", "systemPresence"),
        ("agent-routing-status", "routingStatus", "routingStatus"),
    ];
    let users = caller.page_through_users(json!({"interval": day.text()}));
    for (schema, member, what) in kinds {
        let rows = read(&mut caller, schema);
        let mut compared = 0;
        for user in &users {
            for record in user[member].as_array().unwrap() {
                let (start, end) = (moment(record, "startTime"), moment(record, "endTime"));
                if start < Some(day.start) || end.is_none_or(|end| end >= day.end) {
                    continue;
                }
                let same = |row: &&Row| row["userId"] == user["userId"] && row["startTimestamp"].as_i64() == start;
                let ended = |row: &&Row| row.get("endTimestamp").and_then(Value::as_i64) == end;
                let row = rows.iter().filter(same).find(ended);
                assert_eq!(row.map(|row| &row[what]), Some(&record[what]), "{record}");
                compared += 1;
            }
        }
        assert!(compared > 50, "{compared}");
    }
}

#[test]
fn files_are_listed_by_cursor_and_end() {
    let mut caller = Caller::new("admin");
    let first = listed(&mut caller, "pageSize=200");
    let mut all = entities(&first);
    let mut page = first.clone();
    while let Some(next) = page["nextUri"].as_str() {
        page = caller.get(next).parsed();
        all.extend(entities(&page));
    }
    let schemas = first["enabledDataSchemas"].as_array().unwrap().len();
    assert_eq!(all.len(), 7 * 24 * schemas);
    let previous = page["previousUri"].as_str().unwrap().to_string();
    let before = entities(&caller.get(&previous).parsed());
    assert_eq!(before[..], all[all.len() - entities(&page).len() - 200..][..200]);
    assert!(first.get("previousUri").is_none());
    let id = all[0]["id"].as_str().unwrap().to_string();
    let (created, expires) = (moment(&all[0], "dateCreated").unwrap(), moment(&all[0], "dateExpires").unwrap());
    assert!(caller.now - 7 * DAY - HOUR < created && created < caller.now - 6 * DAY);
    let one = caller.get(&format!("{PLACE}/{id}"));
    let place = one.value("Location").unwrap().to_string();
    assert_eq!((one.status, one.body.is_empty()), (302, true));
    let file = rows(&fetched(&mut caller, &place));
    assert!(file.iter().all(|row| row.contains_key("userId")), "the first schema by name");
    caller.now = expires;
    caller.log_in("admin");
    assert_eq!(caller.get(&format!("{PLACE}/{id}")).status, 404);
    assert_eq!(caller.post(&format!("{PLACE}/bulk"), json!({"files": [id]})).status, 404);
}

#[test]
fn what_is_asked_wrongly_is_refused() {
    let mut caller = Caller::new("admin");
    for query in ["pageSize=201", "pageSize=0", "dataSchema=calls", "dateStart=yesterday", "after=nothing"] {
        assert_eq!(caller.get(&format!("{PLACE}/metadata?{query}")).status, 400, "{query}");
    }
    for body in [json!({}), json!({"files": []}), json!({"files": vec!["x"; 201]}), json!({"ids": ["x"]})] {
        assert_eq!(caller.post(&format!("{PLACE}/bulk"), body.clone()).status, 400, "{body}");
    }
    caller.log_in("reporting");
    let refused = caller.get(&format!("{PLACE}/metadata")).parsed();
    assert_eq!(refused["code"], "missing.any.permissions");
    assert!(refused["message"].as_str().unwrap().contains("analytics:datawarehouse:view"));
}
