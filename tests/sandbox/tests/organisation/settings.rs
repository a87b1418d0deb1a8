//! What is set for queues and agents is what happens to conversations.

use std::collections::{BTreeMap, BTreeSet};

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

#[test]
fn nobody_skips_a_wrap_up_that_is_mandatory() {
    let mut caller = Caller::medium("admin");
    let queues = caller.get("/api/v2/routing/queues?pageSize=500").parsed();
    let queues = queues["entities"].as_array().unwrap().iter();
    let prompts: BTreeMap<&str, &Value> =
        queues.map(|queue| (queue["id"].as_str().unwrap(), &queue["acwSettings"]["wrapupPrompt"])).collect();
    let conversations = settled(&mut caller);
    let (mut coded, mut skipped, mut chosen) = (0, 0, 0);
    for participant in conversations.iter().flat_map(|it| it["participants"].as_array().unwrap()) {
        let sessions = participant["sessions"].as_array().unwrap();
        let segments: Vec<&Value> = sessions.iter().flat_map(|s| s["segments"].as_array().unwrap()).collect();
        let is_told = sessions.iter().any(|session| session["acwSkipped"] == true);
        let talk = segments.iter().find(|it| it["segmentType"] == "interact" || it["segmentType"] == "callback");
        let Some(_) = talk.filter(|_| participant["purpose"] == "agent") else {
            assert!(!is_told, "{participant}");
            continue;
        };
        let queue = segments.iter().find_map(|it| it["queueId"].as_str()).unwrap();
        let has_code = segments.iter().any(|it| it["wrapUpCode"].is_string());
        let is_optional = prompts[queue] == "OPTIONAL";
        assert!(has_code != is_told && (has_code || is_optional), "{participant}");
        coded += usize::from(has_code);
        skipped += usize::from(is_told);
        chosen += usize::from(has_code && is_optional);
    }
    assert!(coded > 3_000 && skipped > 50 && chosen > 50, "{coded}, {skipped}, {chosen}");
}

#[test]
fn whoever_answers_has_the_skills_and_the_language_asked_for() {
    let mut caller = Caller::medium("admin");
    let conversations = settled(&mut caller);
    let mut known: BTreeMap<(String, &str), Vec<Value>> = BTreeMap::new();
    let (mut skilled, mut spoken, mut proposed) = (0, 0, 0);
    for (_, session) in sessions(&conversations).into_iter().filter(|(participant, _)| participant["purpose"] == "acd")
    {
        let Some(agent) = session["selectedAgentId"].as_str() else { continue };
        let would_do: Vec<&str> = session["proposedAgents"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|it| it["proposedAgentId"].as_str().unwrap())
            .collect();
        assert!(!would_do.contains(&agent) && would_do.iter().collect::<BTreeSet<_>>().len() == would_do.len());
        proposed += would_do.len();
        let mut has = |what: &'static str, id: &Value| {
            for agent in would_do.iter().chain([&agent]) {
                let mastered = known.entry((agent.to_string(), what)).or_insert_with(|| {
                    let rows = caller.get(&format!("/api/v2/users/{agent}/{what}?pageSize=100")).parsed();
                    rows["entities"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect()
                });
                assert!(mastered.contains(id), "{agent} has no {id} of {what}");
            }
        };
        for segment in session["segments"].as_array().unwrap() {
            for skill in segment["requestedRoutingSkillIds"].as_array().into_iter().flatten() {
                has("routingskills", skill);
                skilled += 1;
            }
            if !segment["requestedLanguageId"].is_null() {
                has("routinglanguages", &segment["requestedLanguageId"]);
                spoken += 1;
            }
        }
    }
    assert!(skilled > 1_000 && spoken > 1_000 && proposed > 500, "{skilled}, {spoken}, {proposed}");
}
