//! Jobs of details and of aggregates: states, cursor, watermark, attributes.

use pegcount_sandbox::time::{DAY, HOUR, Interval, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller};

const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";
const AGGREGATE_JOBS: &str = "/api/v2/analytics/conversations/aggregates/jobs";

fn submit_to(caller: &mut Caller, jobs: &str, query: Value) -> String {
    let answer = caller.post(jobs, query);
    assert_eq!(answer.status, 202, "{}", answer.parsed());
    format!("{jobs}/{}", answer.parsed()["jobId"].as_str().unwrap())
}

fn submit(caller: &mut Caller, query: Value) -> String {
    submit_to(caller, JOBS, query)
}

/// The pages of a result, the first fetched from `target`.
fn pages(caller: &mut Caller, target: &str, list: &str) -> Vec<Vec<Value>> {
    let joint = if target.contains('?') { '&' } else { '?' };
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = caller.get(&format!("{target}{cursor}"));
        assert_eq!(page.status, 200, "{}", page.parsed());
        let page = page.parsed();
        found.push(page[list].as_array().cloned().unwrap_or_default());
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("{joint}cursor={next}"),
            None => return found,
        }
    }
}

fn results(caller: &mut Caller, job: &str, size: usize) -> Vec<Value> {
    pages(caller, &format!("{job}/results?pageSize={size}"), "conversations").concat()
}

fn state(caller: &mut Caller, job: &str) -> String {
    caller.get(job).parsed()["state"].as_str().unwrap().to_string()
}

/// A query of aggregates with several groups.
fn by_queue(caller: &Caller) -> Value {
    let interval = &caller.ready["interval"];
    json!({"interval": interval, "granularity": "PT1H", "groupBy": ["mediaType", "queueId"],
        "metrics": ["nOffered", "tHandle", "oServiceLevel"]})
}

fn query_for(caller: &Caller, jobs: &str) -> Value {
    let query = by_queue(caller);
    if jobs == JOBS { json!({"interval": query["interval"]}) } else { query }
}

#[test]
fn a_job_runs_its_course() {
    for jobs in [JOBS, AGGREGATE_JOBS] {
        let mut caller = Caller::new("reporting");
        let query = query_for(&caller, jobs);
        let job = submit_to(&mut caller, jobs, query);
        let mut states = Vec::new();
        for wait in [0, 1_000, 2_000, DAY] {
            caller.now += wait;
            caller.log_in("reporting");
            states.push(state(&mut caller, &job));
            let status = caller.get(&format!("{job}/results")).status;
            assert_eq!(status == 200, states.last().unwrap() == "FULFILLED");
        }
        assert_eq!(states, ["QUEUED", "PENDING", "FULFILLED", "EXPIRED"]);
    }
}

#[test]
fn a_job_of_aggregates_finds_what_the_query_finds_page_by_page() {
    let mut caller = Caller::new("reporting");
    let query = by_queue(&caller);
    let mut asked = query.clone();
    asked["pageSize"] = json!(3);
    let job = submit_to(&mut caller, AGGREGATE_JOBS, asked);
    caller.now += 3_000;
    let found = pages(&mut caller, &format!("{job}/results"), "results");
    assert!(found.len() > 2, "{} pages", found.len());
    let (last, full) = found.split_last().unwrap();
    assert!(full.iter().all(|page| page.len() == 3) && (1..=3).contains(&last.len()));
    let direct = caller.post(AGGREGATES, query.clone()).parsed();
    assert_eq!(json!(found.concat()), direct["results"]);
    let whole = submit_to(&mut caller, AGGREGATE_JOBS, query);
    caller.now += 3_000;
    assert_eq!(caller.get(&format!("{whole}/results")).parsed(), direct, "one page has no cursor");
}

#[test]
fn a_job_of_aggregates_tells_what_was_there_when_it_was_done() {
    let mut caller = Caller::medium("reporting");
    let today = format!("{}/{}", iso(caller.day().end), iso(caller.day().end + DAY));
    let query = json!({"interval": today, "metrics": ["nOffered"]});
    let job = submit_to(&mut caller, AGGREGATE_JOBS, query.clone());
    caller.now += 3_000;
    let direct = caller.post(AGGREGATES, query.clone()).parsed();
    caller.now += HOUR;
    assert_ne!(caller.post(AGGREGATES, query).parsed(), direct);
    assert_eq!(caller.get(&format!("{job}/results")).parsed(), direct);
}

#[test]
fn a_job_of_aggregates_that_breaks_a_rule_is_refused_at_once() {
    let mut caller = Caller::new("reporting");
    let good = by_queue(&caller);
    let cases = [
        ("metrics", json!(["tHandleTime"]), "invalid.value"),
        ("interval", json!("yesterday"), "invalid.date"),
        ("pageSize", json!(0), "bad.request"),
        ("pageSize", json!(1_001), "bad.request"),
        ("paging", json!({}), "invalid.property"),
    ];
    for (name, value, code) in cases {
        let mut query = good.clone();
        query[name] = value;
        let answer = caller.post(AGGREGATE_JOBS, query);
        assert_eq!((answer.status, answer.parsed()["code"].as_str()), (400, Some(code)), "{name}");
    }
    let mut query = good.clone();
    query["pageSize"] = json!(10);
    assert_eq!(caller.post(AGGREGATES, query).parsed()["code"], "invalid.property", "a query has no such member");
    caller.log_in("no-analytics");
    assert_eq!(caller.post(AGGREGATE_JOBS, good).parsed()["code"], "missing.any.permissions");
}

#[test]
fn matching_by_start_day_finds_what_the_query_finds_with_attributes() {
    for client in ["reporting", "emea-only"] {
        let mut caller = Caller::new(client);
        let interval = caller.ready["interval"].clone();
        let job = submit(&mut caller, json!({"interval": interval, "startOfDayIntervalMatching": true}));
        caller.now += 3_000;
        let mut found = results(&mut caller, &job, 37);
        let attributes = found.iter_mut().flat_map(|c| c["participants"].as_array_mut().unwrap());
        let with: Vec<Value> = attributes.filter_map(|p| p.as_object_mut().unwrap().remove("attributes")).collect();
        assert!(with.iter().any(|a| a["customerTier"] == "gold"));
        assert_eq!(found, caller.page_through(json!({"interval": interval})), "{client}");
    }
}

#[test]
fn a_job_overlaps_and_stops_at_the_watermark() {
    let mut caller = Caller::new("reporting");
    let watermark = caller.get(&format!("{JOBS}/availability")).parsed()["dataAvailabilityDate"].clone();
    let until = parse_iso(watermark.as_str().unwrap()).unwrap();
    let interval = format!("{}/{}", iso(until - HOUR), iso(caller.now));
    let job = submit(&mut caller, json!({"interval": interval}));
    caller.now += 3_000;
    let found = results(&mut caller, &job, 1_000);
    assert!(found.iter().all(|c| parse_iso(c["conversationStart"].as_str().unwrap()) <= Some(until)));
    let before = |c: &Value| parse_iso(c["conversationStart"].as_str().unwrap()) < Some(until - HOUR);
    assert!(found.iter().any(before), "some were alive in the interval and had begun before");
}

#[test]
fn a_job_may_fail_expire_take_long_or_be_cancelled() {
    for jobs in [JOBS, AGGREGATE_JOBS] {
        let mut caller = Caller::new("reporting");
        let query = query_for(&caller, jobs);
        let faulty = |caller: &mut Caller, fault: Value| {
            caller.control("POST", "/faults", fault);
            submit_to(caller, jobs, query.clone())
        };
        let failing = faulty(&mut caller, json!({"name": "job-fails"}));
        let fleeting = faulty(&mut caller, json!({"name": "job-expires"}));
        let brief = faulty(&mut caller, json!({"name": "job-expires", "arg": 5}));
        let slow = faulty(&mut caller, json!({"name": "job-slow", "arg": 10}));
        let cancelled = submit_to(&mut caller, jobs, query.clone());
        assert_eq!(caller.delete(&cancelled).status, 204);
        let mut seen = Vec::new();
        for wait in [2_000, 1_000, 5_000, 4_999, 1] {
            caller.now += wait;
            seen.push([&failing, &fleeting, &brief, &slow, &cancelled].map(|job| state(&mut caller, job)));
        }
        assert_eq!(
            seen,
            [
                ["PENDING", "PENDING", "PENDING", "PENDING", "CANCELLED"],
                ["FAILED", "EXPIRED", "FULFILLED", "PENDING", "CANCELLED"],
                ["FAILED", "EXPIRED", "EXPIRED", "PENDING", "CANCELLED"],
                ["FAILED", "EXPIRED", "EXPIRED", "PENDING", "CANCELLED"],
                ["FAILED", "EXPIRED", "EXPIRED", "FULFILLED", "CANCELLED"],
            ]
        );
        assert_eq!(caller.get(&format!("{cancelled}/results")).status, 400);
        let status = caller.get(&fleeting).parsed();
        assert_eq!(status["expirationDate"], status["completionDate"]);
    }
}

/// Submits something of a family other than analytics, under a fault where one is named; tells where its state is.
fn submit_elsewhere(caller: &mut Caller, family: &str, fault: Option<Value>) -> String {
    if let Some(fault) = fault {
        caller.control("POST", "/faults", fault);
    }
    let interval = Interval { start: caller.now - DAY, end: caller.now };
    let dates = json!({"startDate": iso(interval.start), "endDate": iso(interval.end)});
    let adherence = "/api/v2/workforcemanagement/adherence/historical";
    match family {
        "usage" => {
            let asked = caller.post("/api/v2/usage/query", json!({"interval": interval.text()})).parsed();
            asked["resultsUri"].as_str().unwrap().to_string()
        }
        "audits" => {
            let query = json!({"interval": interval.text(), "serviceName": "ContactCenter"});
            format!(
                "/api/v2/audits/query/{}",
                caller.post("/api/v2/audits/query", query).parsed()["id"].as_str().unwrap()
            )
        }
        "teams" => {
            let team = caller.get("/api/v2/teams").parsed()["entities"][0]["id"].as_str().unwrap().to_string();
            let target = format!("/api/v2/workforcemanagement/teams/{team}/adherence/historical");
            format!("{adherence}/jobs/{}", caller.post(&target, dates).parsed()["id"].as_str().unwrap())
        }
        _ => {
            let units = caller.get("/api/v2/workforcemanagement/managementunits").parsed();
            let mut item = dates;
            item["managementUnitId"] = units["entities"][0]["id"].clone();
            let asked = caller.post(&format!("{adherence}/bulk"), json!({"items": [item]})).parsed();
            asked["job"]["selfUri"].as_str().unwrap().to_string()
        }
    }
}

/// The state of it, or the status of the answer where there is none.
fn state_elsewhere(caller: &mut Caller, target: &str) -> String {
    let answer = caller.get(target);
    let told = answer.parsed();
    let words = [&told["state"], &told["queryState"], &told["queryStatus"], &told["job"]["status"]];
    let word = words.iter().find_map(|word| word.as_str()).filter(|_| answer.status == 200);
    word.map_or_else(|| answer.status.to_string(), String::from)
}

#[test]
fn what_is_asked_of_other_families_may_fail_expire_or_take_long() {
    for (family, works, done, failed) in [
        ("usage", "Running", "Complete", "Failed"),
        ("audits", "Running", "Succeeded", "Failed"),
        ("teams", "Processing", "Complete", "Error"),
        ("bulk", "Processing", "Complete", "Error"),
    ] {
        let mut caller = Caller::new("admin");
        let faults = [("job-fails", None), ("job-expires", None), ("job-expires", Some(5)), ("job-slow", Some(10))];
        let jobs = faults.map(|(name, arg)| {
            let fault = json!({"name": name, "arg": arg});
            submit_elsewhere(&mut caller, family, Some(fault))
        });
        let plain = submit_elsewhere(&mut caller, family, None);
        caller.now += 3_000;
        let mut seen = Vec::new();
        for wait in [0, 4_999, 5_001] {
            caller.now += wait;
            let mut states: Vec<String> = jobs.iter().map(|job| state_elsewhere(&mut caller, job)).collect();
            states.push(state_elsewhere(&mut caller, &plain));
            seen.push(states);
        }
        // The use of the API is counted at once: what expires then was there no longer.
        let after = if family == "usage" { "404" } else { done };
        assert_eq!(seen[0], [failed, "404", done, works, done], "{family}");
        assert_eq!(seen[1], [failed, "404", after, works, done], "{family}");
        assert_eq!(seen[2], [failed, "404", "404", done, done], "{family}");
        if family == "audits" {
            assert_eq!(caller.get(&format!("{}/results", jobs[0])).status, 400);
        }
    }
}

#[test]
fn a_job_is_found_among_its_kind_alone() {
    let mut caller = Caller::new("reporting");
    let query = by_queue(&caller);
    let details = submit(&mut caller, json!({"interval": query["interval"]}));
    let aggregates = submit_to(&mut caller, AGGREGATE_JOBS, query);
    for astray in [
        details.replace("details", "aggregates"),
        aggregates.replace("aggregates", "details"),
        format!("{JOBS}/00000000-0000-4000-8000-000000000000"),
    ] {
        let results = format!("{astray}/results");
        let statuses = [caller.get(&astray).status, caller.get(&results).status, caller.delete(&astray).status];
        assert_eq!(statuses, [404; 3], "{astray}");
    }
}

#[test]
fn the_size_of_a_page_that_is_refused_is_told() {
    let mut caller = Caller::new("reporting");
    let query = query_for(&caller, JOBS);
    let job = submit(&mut caller, query);
    caller.now += 3_000;
    let refused = caller.get(&format!("{job}/results?pageSize=1001")).parsed();
    assert_eq!(refused["code"], "invalid.query.param.value");
    assert!(refused["message"].as_str().unwrap().starts_with("Value [1001] is not valid for parameter [pageSize]."));
}

#[test]
fn a_job_is_ended_once_and_not_when_it_is_gone() {
    for jobs in [JOBS, AGGREGATE_JOBS] {
        let mut caller = Caller::new("reporting");
        let query = query_for(&caller, jobs);
        let early = submit_to(&mut caller, jobs, query.clone());
        let done = submit_to(&mut caller, jobs, query.clone());
        let kept = submit_to(&mut caller, jobs, query);
        assert_eq!([caller.delete(&early).status, caller.delete(&early).status], [204, 404]);
        caller.now += 3_000;
        let before = caller.get(&done).parsed();
        assert_eq!([caller.delete(&done).status, caller.delete(&done).status], [204, 404]);
        let status = caller.get(&done).parsed();
        assert_eq!((&status["state"], &status["completionDate"]), (&json!("CANCELLED"), &before["completionDate"]));
        assert_eq!(caller.get(&early).parsed()["completionDate"], Value::Null);
        caller.now += DAY;
        caller.log_in("reporting");
        let expired = caller.get(&kept).parsed();
        assert_eq!((expired["state"].as_str(), caller.delete(&kept).status), (Some("EXPIRED"), 404));
        assert_eq!(caller.get(&kept).parsed(), expired);
    }
}

#[test]
fn a_job_keeps_the_order_it_was_asked_for() {
    let mut caller = Caller::new("reporting");
    let interval = caller.ready["interval"].clone();
    for by in ["conversationStart", "conversationEnd", "segmentStart", "segmentEnd"] {
        for order in ["asc", "desc"] {
            let query =
                json!({"interval": interval, "startOfDayIntervalMatching": true, "orderBy": by, "order": order});
            let job = submit(&mut caller, query);
            caller.now += 3_000;
            let found = results(&mut caller, &job, 1_000);
            let ids = |rows: &[Value]| rows.iter().map(|row| row["conversationId"].clone()).collect::<Vec<_>>();
            let asked = caller.page_through(json!({"interval": interval, "orderBy": by, "order": order}));
            assert_eq!(ids(&found), ids(&asked), "{by} {order}");
        }
    }
    let query = json!({"interval": interval, "orderBy": "conversationEnd", "order": "desc", "limit": 3});
    let job = submit(&mut caller, query);
    caller.now += 3_000;
    let found = results(&mut caller, &job, 1_000);
    let ends: Vec<&str> = found.iter().map(|row| row["conversationEnd"].as_str().unwrap_or("9")).collect();
    assert!(ends.len() == 3 && ends.is_sorted_by(|one, next| one >= next), "{ends:?}");
}
