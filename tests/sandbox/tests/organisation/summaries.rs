//! Summaries and reasons for sentiment tell what transcripts, conversations and aggregates tell.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::time::{DAY, MINUTE, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::speech::{a_call, seen_in_emea, transcribed};

const SPEECH: &str = "/api/v2/speechandtextanalytics";
const COUNTED: &str = "/api/v2/analytics/summaries/aggregates/query";

fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn told(caller: &mut Caller, conversation: &Value, what: &str) -> Value {
    let path = format!("{SPEECH}/conversations/{}/{what}", conversation.as_str().unwrap());
    let answer = caller.get(&path);
    assert_eq!(answer.status, 200, "{path}");
    answer.parsed()
}

/// What the customer said in a transcript that is felt so, as it was said.
fn felt(file: &Value, sentiment: i64) -> BTreeSet<String> {
    let marks = list(&file["transcripts"][0]["analytics"], "sentiment").iter();
    let own = marks.filter(|mark| mark["participant"] == "external" && mark["sentiment"] == sentiment);
    own.map(|mark| format!("The customer said: {}", mark["phrase"].as_str().unwrap())).collect()
}

#[test]
fn reasons_are_what_the_customer_said() {
    let mut caller = Caller::new("admin");
    let (mut reasons, mut topics) = (0, BTreeSet::new());
    for (it, files) in transcribed(&mut caller) {
        let [file] = files.as_slice() else { continue };
        let insights = told(&mut caller, &it["conversationId"], "sentiments")["insights"].clone();
        for (name, sentiment) in [("positiveSentimentReasons", 1), ("negativeSentimentReasons", -1)] {
            let found = list(&insights, name);
            let said: BTreeSet<String> =
                found.iter().map(|one| one["description"].as_str().unwrap().to_string()).collect();
            assert_eq!((&said, said.len()), (&felt(file, sentiment), found.len()), "each once");
            topics.extend(found.iter().map(|one| one["title"].as_str().unwrap().to_string()));
            reasons += found.len();
        }
        // Whose score is not zero has a reason for it.
        let score = told(&mut caller, &it["conversationId"], "")["sentimentScore"].as_f64().unwrap_or_default();
        let name = if score > 0.0 { "positiveSentimentReasons" } else { "negativeSentimentReasons" };
        assert!(score == 0.0 || !list(&insights, name).is_empty(), "{score}");
    }
    assert!(
        reasons > 200 && topics.contains("Satisfaction") && topics.contains("Cancellation"),
        "{reasons} {topics:?}"
    );
}

#[test]
fn summaries_are_of_the_transcript_and_are_counted() {
    let mut caller = Caller::new("admin");
    let (mut counted, mut media) = (BTreeMap::new(), BTreeSet::new());
    for (it, files) in transcribed(&mut caller) {
        let summaries = told(&mut caller, &it["conversationId"], "summaries");
        for summary in list(&summaries, "entities") {
            let file = files.iter().find(|file| file["communicationId"] == summary["sourceId"]).unwrap();
            let found = list(&file["transcripts"][0]["analytics"], "topics").iter();
            let found =
                found.filter(|topic| topic["participant"] == "external").map(|topic| topic["topicName"].to_string());
            let named = list(summary, "insights").iter().map(|insight| insight["title"].to_string());
            assert_eq!(named.collect::<BTreeSet<_>>(), found.collect::<BTreeSet<_>>());
            let agents = list(&it, "participants").iter().filter(|side| side["purpose"] == "agent");
            let agents: Vec<&Value> = agents.map(|side| &side["userId"]).collect();
            match summary.get("agentId") {
                Some(agent) => assert!(agents.contains(&agent) && summary["summaryType"] == "Conversation"),
                None => assert!(agents.is_empty() && summary["summaryType"] == "VirtualAgent"),
            }
            let at = parse_iso(summary["dateCreated"].as_str().unwrap()).unwrap();
            let end = parse_iso(it["conversationEnd"].as_str().unwrap()).unwrap();
            assert!(at <= end + 15 * MINUTE, "{summary}");
            media.insert((file["mediaType"].to_string(), summary["mediaType"].to_string()));
            let medium = if file["mediaType"] == "call" { "voice" } else { file["mediaType"].as_str().unwrap() };
            *counted.entry((it["conversationId"].to_string(), json!(medium).to_string())).or_insert(0) += 1;
        }
    }
    assert_eq!(media.len(), 4);
    let day = caller.day();
    let query = json!({
        "interval": format!("{}/{}", iso(day.start), iso(caller.now)), "groupBy": ["conversationId", "mediaType"],
        "metrics": ["nConversationSummaries", "tConversationSummary"],
    });
    let mut all = of_day(&caller.ask(COUNTED, query.clone()));
    // Threads that began before are counted, too.
    all.retain(|key, _| counted.contains_key(key));
    assert!(all.len() > 100);
    assert_eq!(all, counted);
    let seen = seen_in_emea(&mut caller);
    let mut own = of_day(&caller.ask(COUNTED, query));
    own.retain(|key, _| counted.contains_key(key));
    counted.retain(|(id, _), _| seen.contains(id.trim_matches('"')));
    assert!(!own.is_empty() && own.len() < all.len());
    assert_eq!(own, counted);
}

/// How many summaries an answer of aggregates tells, by conversation and medium.
fn of_day(body: &Value) -> BTreeMap<(String, String), i64> {
    let mut of_day = BTreeMap::new();
    for result in list(body, "results") {
        let [number, time] = list(&result["data"][0], "metrics") else { panic!("{result}") };
        let (count, sum) = (&number["stats"]["count"], &time["stats"]["sum"]);
        assert!(sum.as_f64().unwrap() >= 2_000.0 * count.as_f64().unwrap());
        of_day.insert(
            (result["group"]["conversationId"].to_string(), result["group"]["mediaType"].to_string()),
            count.as_i64().unwrap(),
        );
    }
    of_day
}

#[test]
fn both_come_when_the_transcript_was_looked_through() {
    let mut caller = Caller::new("admin");
    let (conversation, _, until) = a_call(&mut caller);
    let id = json!(conversation);
    caller.now = until;
    caller.log_in("admin");
    let (mut found, mut last) = (Vec::new(), 404);
    for _ in 0..20 {
        let status = caller.get(&format!("{SPEECH}/conversations/{conversation}/sentiments")).status;
        let summaries = told(&mut caller, &id, "summaries");
        assert_eq!(status == 200, !list(&summaries, "entities").is_empty());
        assert!(status >= 200 && status <= last, "what is there stays");
        (found, last) = (list(&summaries, "entities").to_vec(), status);
        caller.now += MINUTE;
    }
    assert_eq!((last, found.len()), (200, 1));
    caller.now = until + 400 * DAY;
    caller.log_in("admin");
    assert_eq!(caller.get(&format!("{SPEECH}/conversations/{conversation}/sentiments")).status, 404);
    caller.log_in("reporting");
    for what in ["sentiments", "summaries"] {
        let answer = caller.get(&format!("{SPEECH}/conversations/{conversation}/{what}"));
        assert_eq!((answer.status, answer.parsed()["code"].as_str()), (403, Some("missing.permissions")));
    }
}
