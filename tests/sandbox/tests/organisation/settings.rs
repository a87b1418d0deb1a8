//! What is set for queues and agents is what happens to conversations.

use std::collections::BTreeMap;

use pegcount_sandbox::time::parse_iso;
use serde_json::{Value, json};

use crate::caller::{Caller, sessions};

fn settled(caller: &mut Caller) -> Vec<Value> {
    caller.page_through(json!({"interval": caller.ready["interval"]}))
}

/// A finished segment's length in milliseconds.
fn lasts(segment: &Value) -> Option<i64> {
    let time = |name: &str| segment[name].as_str().and_then(parse_iso);
    Some(time("segmentEnd")? - time("segmentStart")?)
}

#[test]
fn alerts_and_wrap_ups_keep_to_the_settings_of_their_queue() {
    let mut caller = Caller::medium("admin");
    let queues = caller.get("/api/v2/routing/queues?pageSize=500").parsed();
    let queues: BTreeMap<&str, &Value> =
        queues["entities"].as_array().unwrap().iter().map(|queue| (queue["id"].as_str().unwrap(), queue)).collect();
    assert!(queues.values().all(|queue| queue["enableTranscription"] == true));
    let conversations = settled(&mut caller);
    let (mut rung_out, mut timed_out, mut late) = (0, 0, 0);
    for (_, session) in sessions(&conversations) {
        let media = session["mediaType"].as_str().unwrap();
        for segment in session["segments"].as_array().unwrap() {
            let Some(queue) = segment["queueId"].as_str().map(|id| queues[id]) else { continue };
            let Some(length) = lasts(segment) else { continue };
            if segment["segmentType"] == "alert" {
                let name = if media == "voice" { "call" } else { media };
                let most = 1_000 * queue["mediaSettings"][name]["alertingTimeoutSeconds"].as_i64().unwrap();
                let is_over = segment["disconnectType"] == "timeout";
                assert!(if is_over { length == most } else { length < most }, "{media}: {length} of {most}");
                rung_out += usize::from(is_over);
            }
            if segment["segmentType"] == "wrapup" {
                let settings = &queue["acwSettings"];
                let most = settings["timeoutMs"].as_i64().unwrap_or(i64::MAX);
                assert_eq!(settings["wrapupPrompt"] == "MANDATORY_TIMEOUT", most < i64::MAX);
                assert_eq!(segment["wrapUpCode"] == "ININ-WRAP-UP-TIMEOUT", length == most);
                assert!(length <= most, "{length} of {most}");
                timed_out += usize::from(length == most);
                late += usize::from(length >= 15 * 60_000);
            }
        }
    }
    assert!(rung_out > 50 && timed_out > 50 && late > 50, "{rung_out}, {timed_out}, {late}");
}
