//! Details jobs: states, cursor, watermark, attributes.

use pegcount_sandbox::time::{DAY, HOUR, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::Caller;

const JOBS: &str = "/api/v2/analytics/conversations/details/jobs";

fn submit(caller: &mut Caller, query: Value) -> String {
    let answer = caller.post(JOBS, query);
    assert_eq!(answer.status, 202, "{}", answer.parsed());
    format!("{JOBS}/{}", answer.parsed()["jobId"].as_str().unwrap())
}

fn results(caller: &mut Caller, job: &str, size: usize) -> Vec<Value> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = caller.get(&format!("{job}/results?pageSize={size}{cursor}"));
        assert_eq!(page.status, 200, "{}", page.parsed());
        let page = page.parsed();
        found.extend(page["conversations"].as_array().cloned().unwrap_or_default());
        match page["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

#[test]
fn a_job_runs_its_course() {
    let mut caller = Caller::new("reporting");
    let interval = caller.ready["interval"].clone();
    let job = submit(&mut caller, json!({"interval": interval}));
    let mut states = Vec::new();
    for wait in [0, 1_000, 2_000, DAY] {
        caller.now += wait;
        caller.log_in("reporting");
        states.push(caller.get(&job).parsed()["state"].as_str().unwrap().to_string());
        let status = caller.get(&format!("{job}/results")).status;
        assert_eq!(status == 200, states.last().unwrap() == "FULFILLED");
    }
    assert_eq!(states, ["QUEUED", "PENDING", "FULFILLED", "EXPIRED"]);
}

#[test]
fn matching_by_start_day_finds_what_the_query_finds_with_attributes() {
    let mut caller = Caller::new("reporting");
    let interval = caller.ready["interval"].clone();
    let job = submit(&mut caller, json!({"interval": interval, "startOfDayIntervalMatching": true}));
    caller.now += 3_000;
    let mut found = results(&mut caller, &job, 37);
    let attributes = found.iter_mut().flat_map(|c| c["participants"].as_array_mut().unwrap());
    let with: Vec<Value> = attributes.filter_map(|p| p.as_object_mut().unwrap().remove("attributes")).collect();
    assert!(with.iter().any(|a| a["customerTier"] == "gold"));
    assert_eq!(found, caller.page_through(json!({"interval": interval})));
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
fn a_job_may_fail_or_be_cancelled() {
    let mut caller = Caller::new("reporting");
    let interval = caller.ready["interval"].clone();
    caller.control("POST", "/faults", json!({"name": "job-failed"}));
    let job = submit(&mut caller, json!({"interval": interval}));
    caller.now += 5_000;
    assert_eq!(caller.get(&job).parsed()["state"], "FAILED");
    let job = submit(&mut caller, json!({"interval": interval}));
    let cancelled = caller.delete(&job);
    assert_eq!((cancelled.status, caller.get(&job).parsed()["state"].as_str()), (204, Some("CANCELLED")));
    assert_eq!(caller.get(&format!("{JOBS}/00000000-0000-4000-8000-000000000000")).status, 404);
}
