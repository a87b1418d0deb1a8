//! Threads that were over and opened again: each part keeps what was said in it, and whom it was said to.

use std::collections::BTreeSet;

use pegcount_sandbox::time::{DAY, HOUR, Interval, MINUTE, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::insights::{felt, score};
use crate::speech::transcript;

const SPEECH: &str = "/api/v2/speechandtextanalytics";
const SPOKEN: &str = "/api/v2/analytics/transcripts/aggregates/query";
const SUMMED: &str = "/api/v2/analytics/summaries/aggregates/query";

/// A part of a thread: its communication, when it was, and who answered.
struct Part {
    id: String,
    start: i64,
    end: i64,
    agents: BTreeSet<String>,
}

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn at(of: &Value, name: &str) -> i64 {
    parse_iso(of[name].as_str().unwrap()).unwrap()
}

/// The threads of a week that are over and had been over before, with their parts.
fn reopened(caller: &mut Caller) -> Vec<(String, Vec<Part>)> {
    let days = Interval { start: caller.now - 25 * DAY, end: caller.now - 18 * DAY };
    let found = caller.page_through(json!({"interval": days.text()}));
    let parts = found.iter().map(|it| {
        let of = |purpose: &'static str| list(it, "participants").iter().filter(move |side| side["purpose"] == purpose);
        let written = of("customer").flat_map(|side| list(side, "sessions")).filter(|session| {
            matches!(session["mediaType"].as_str(), Some("email" | "message")) && it["conversationEnd"].is_string()
        });
        let part = |session: &Value| {
            let segments = list(session, "segments");
            let (start, end) = (at(&segments[0], "segmentStart"), at(&segments[segments.len() - 1], "segmentEnd"));
            let begins = |side: &&Value| at(&side["sessions"][0]["segments"][0], "segmentStart");
            let own = of("agent").filter(|side| (start..=end).contains(&begins(side)));
            let agents = own.map(|side| side["userId"].as_str().unwrap().into()).collect();
            Part { id: session["sessionId"].as_str().unwrap().into(), start, end, agents }
        };
        (it["conversationId"].as_str().unwrap().to_string(), written.map(part).collect::<Vec<_>>())
    });
    parts.filter(|(_, parts)| parts.len() > 1).collect()
}

fn named(id: &str, interval: &str, more: Value) -> Value {
    let predicates = json!([{"dimension": "conversationId", "value": id}]);
    let mut body = json!({"interval": interval, "filter": {"type": "and", "predicates": predicates}});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[test]
fn what_was_said_stays_while_a_thread_is_open_again() {
    let mut caller = Caller::new("admin");
    let threads = reopened(&mut caller);
    assert!(threads.len() >= 8, "{}", threads.len());
    let mut open = 0;
    for (id, parts) in &threads {
        let [first, second] = parts.as_slice() else { panic!("{id}") };
        let interval = format!("{}/{}", iso(first.start - HOUR), iso(second.end + DAY));
        for (now, over) in [
            (first.end + 20 * MINUTE, 1),
            (second.start + MINUTE, 1),
            (second.end - 1, 1),
            (second.end + 20 * MINUTE, 2),
        ] {
            caller.now = now;
            caller.log_in("admin");
            let details = caller.get(&format!("/api/v2/analytics/conversations/{id}/details")).parsed();
            open += usize::from(details.get("conversationEnd").is_none());
            let recorded = caller.get(&format!("/api/v2/conversations/{id}/recordingmetadata")).parsed();
            assert_eq!(recorded.as_array().unwrap().len(), over, "{id} at {}", iso(now));
            for what in ["", "/sentiments", "/summaries"] {
                let answer = caller.get(&format!("{SPEECH}/conversations/{id}{what}"));
                assert_eq!(answer.status, 200, "{id}{what} at {}", iso(now));
            }
            for (at, part) in parts.iter().enumerate() {
                assert_eq!(transcript(&mut caller, id, &part.id).is_some(), at < over, "{id} at {}", iso(now));
            }
            let fields = json!([{"type": "EXACT", "fields": ["conversationId"], "value": id}]);
            let found =
                caller.ask(&format!("{SPEECH}/transcripts/search"), json!({"types": ["transcripts"], "query": fields}));
            assert_eq!(found["total"], over, "{found}");
            let spoken = caller.ask(SPOKEN, named(id, &interval, json!({"metrics": ["oSentimentScore"]})));
            assert_eq!(spoken["results"][0]["data"][0]["metrics"][0]["stats"]["count"], over, "{id} at {}", iso(now));
        }
    }
    assert!(open >= threads.len(), "{open}");
}

#[test]
fn each_part_has_agents_of_its_own() {
    let mut caller = Caller::new("admin");
    let threads = reopened(&mut caller);
    let (mut apart, mut summed) = (0, 0);
    for (id, parts) in &threads {
        let summaries = caller.get(&format!("{SPEECH}/conversations/{id}/summaries")).parsed();
        let mut all = Vec::new();
        for part in parts {
            for summary in list(&summaries, "entities").iter().filter(|one| one["sourceId"] == part.id.as_str()) {
                assert!(part.agents.contains(summary["agentId"].as_str().unwrap()), "{id}: {summary}");
                summed += 1;
            }
            let file = transcript(&mut caller, id, &part.id).unwrap();
            let sides = list(&file, "participants").iter().filter_map(|side| side["userId"].as_str());
            assert_eq!(sides.map(String::from).collect::<BTreeSet<_>>(), part.agents, "{id}");
            all.extend(felt(&file));
        }
        apart += usize::from(parts[0].agents.is_disjoint(&parts[1].agents));
        let told = caller.get(&format!("{SPEECH}/conversations/{id}")).parsed()["sentimentScore"].as_f64().unwrap();
        assert!((told - score(&all, 0, all.len())).abs() < 1e-9, "{id}: {told} of {all:?}");
        let interval = format!("{}/{}", iso(parts[0].start - HOUR), iso(parts[1].end + DAY));
        for (target, metric) in [(SPOKEN, "oSentimentScore"), (SUMMED, "nConversationSummaries")] {
            let body = json!({"groupBy": ["userId"], "metrics": [metric]});
            let counted = caller.ask(target, named(id, &interval, body));
            for row in list(&counted, "results") {
                let user = row["group"]["userId"].as_str().unwrap();
                let own = parts.iter().filter(|part| part.agents.contains(user)).count();
                assert_eq!(row["data"][0]["metrics"][0]["stats"]["count"], own, "{id}: {counted}");
            }
        }
    }
    assert!(apart > 3 && summed > 8, "{apart} {summed}");
}
