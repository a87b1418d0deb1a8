//! What is reckoned from transcripts: every endpoint tells what the transcripts say.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::time::{DAY, HOUR, MINUTE, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::speech::{a_call, seen_in_emea, transcribed};

const SPEECH: &str = "/api/v2/speechandtextanalytics";
const COUNTED: &str = "/api/v2/analytics/transcripts/aggregates/query";

/// The transcripts of the finished day.
fn files(caller: &mut Caller) -> Vec<Value> {
    transcribed(caller).into_iter().flat_map(|(_, found)| found).collect()
}

fn phrases(file: &Value) -> &[Value] {
    file["transcripts"][0]["phrases"].as_array().unwrap()
}

fn topics(file: &Value) -> BTreeSet<String> {
    let found = file["transcripts"][0]["analytics"]["topics"].as_array().unwrap();
    found.iter().map(|one| one["topicId"].as_str().unwrap().to_string()).collect()
}

/// What the customer felt, phrase by phrase of the customer.
pub(crate) fn felt(file: &Value) -> Vec<f64> {
    let marks = file["transcripts"][0]["analytics"]["sentiment"].as_array().unwrap();
    let marks: BTreeMap<u64, f64> =
        marks.iter().map(|one| (one["phraseIndex"].as_u64().unwrap(), one["sentiment"].as_f64().unwrap())).collect();
    let said = phrases(file).iter().filter(|phrase| phrase["participantPurpose"] == "external");
    said.map(|phrase| marks.get(&phrase["phraseIndex"].as_u64().unwrap()).copied().unwrap_or(0.0)).collect()
}

/// The mean of what was felt, by its place among all phrases of the customer.
pub(crate) fn score(felt: &[f64], first: usize, last: usize) -> f64 {
    let marks: Vec<(f64, f64)> =
        (first..last).filter(|at| felt[*at] != 0.0).map(|at| ((at + 1) as f64, felt[at])).collect();
    let all: f64 = marks.iter().map(|(weight, _)| weight).sum();
    if all == 0.0 { 0.0 } else { marks.iter().map(|(weight, felt)| weight * felt).sum::<f64>() / all }
}

#[test]
fn sentiment_and_shares_are_those_of_the_transcript() {
    let mut caller = Caller::new("admin");
    let mut classes = BTreeSet::new();
    for file in files(&mut caller) {
        let conversation = file["conversationId"].as_str().unwrap();
        let told = caller.get(&format!("{SPEECH}/conversations/{conversation}")).parsed();
        assert_eq!(told["conversation"]["id"], conversation);
        let felt = felt(&file);
        let near = |told: &Value, reckoned: f64| (told.as_f64().unwrap() - reckoned).abs() < 1e-9;
        match felt.len() {
            0 => assert!(told["sentimentScore"].is_null()),
            _ => assert!(near(&told["sentimentScore"], score(&felt, 0, felt.len())), "{told}"),
        }
        let class = told["sentimentTrendClass"].as_str().unwrap_or("none");
        if felt.len() >= 6 {
            let half = felt.len() / 2;
            let trend = (score(&felt, half, felt.len()) - score(&felt, 0, half)) / 2.0;
            assert!(near(&told["sentimentTrend"], trend));
            assert_eq!(class.contains("Improving"), trend >= 0.2);
            assert_eq!(class.contains("Declining"), trend <= -0.2);
        } else {
            assert!(told["sentimentTrend"].is_null() && ["none", "NotCalculated"].contains(&class), "{told}");
        }
        classes.insert(class.to_string());
        let shares = &told["participantMetrics"];
        assert_eq!(shares.is_object(), file["mediaType"] == "call");
        if shares.is_object() {
            let share = |name: &str| shares[format!("{name}DurationPercentage")].as_f64().unwrap();
            let all: f64 = ["agent", "customer", "silence", "ivr", "acd", "other"].map(share).iter().sum();
            assert!((all - share("overtalk") - 100.0).abs() < 1e-6, "{shares}");
            let both = file["transcripts"][0]["analytics"]["acoustic"].as_array().unwrap();
            assert_eq!(shares["overtalkCount"], both.len());
            let ms: i64 = both.iter().map(|one| one["durationMs"].as_i64().unwrap()).sum();
            let whole = file["duration"]["milliseconds"].as_f64().unwrap();
            assert!((share("overtalk") - 100.0 * ms as f64 / whole).abs() < 1e-9);
        }
    }
    assert!(classes.len() >= 6, "{classes:?}");
}

#[test]
fn topics_and_categories_are_those_of_the_transcript() {
    let mut caller = Caller::new("admin");
    let mut listed = BTreeMap::new();
    let mut next = Some(format!("{SPEECH}/topics?pageSize=3"));
    while let Some(target) = next {
        let page = caller.get(&target).parsed();
        assert_eq!((&page["total"], &page["pageCount"]), (&json!(8), &json!(3)));
        for topic in page["entities"].as_array().unwrap() {
            let one = caller.get(topic["selfUri"].as_str().unwrap()).parsed();
            assert_eq!(
                (&one["name"], &one["phrases"].as_array().map(Vec::len)),
                (&topic["name"], &topic["phrasesCount"].as_u64().map(|n| n as usize))
            );
            listed.insert(one["id"].as_str().unwrap().to_string(), one);
        }
        next = page["nextUri"].as_str().map(String::from);
    }
    assert_eq!(listed.len(), 8);
    let some = listed.keys().next().unwrap();
    assert_eq!(caller.get(&format!("{SPEECH}/topics?ids={some}")).parsed()["total"], 1);
    let categories = caller.get(&format!("{SPEECH}/categories")).parsed();
    let categories = categories["entities"].as_array().unwrap();
    let (mut found, mut in_categories) = (BTreeSet::new(), 0);
    for file in files(&mut caller) {
        for one in file["transcripts"][0]["analytics"]["topics"].as_array().unwrap() {
            let topic = &listed[one["topicId"].as_str().unwrap()];
            assert_eq!(topic["name"], one["topicName"]);
            assert!(topic["phrases"].as_array().unwrap().iter().any(|phrase| phrase["text"] == one["topicPhrase"]));
            found.insert(one["topicId"].as_str().unwrap().to_string());
        }
        let own = topics(&file);
        let of = format!("{SPEECH}/conversations/{}/categories", file["conversationId"].as_str().unwrap());
        let told = caller.get(&of).parsed();
        let told: BTreeSet<&str> =
            told["entities"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        for category in categories {
            let mut operands = category["criteria"]["operands"].as_array().unwrap().iter();
            let fits = operands.any(|operand| own.contains(operand["topicId"].as_str().unwrap()));
            assert_eq!(told.contains(category["id"].as_str().unwrap()), fits);
        }
        in_categories += told.len();
    }
    assert!(found.len() == 8 && in_categories > 20, "{} topics, {in_categories} categories", found.len());
}

/// All rows of a search, page by page.
fn search(caller: &mut Caller, query: &Value) -> Vec<Value> {
    let mut rows = Vec::new();
    for page in 1.. {
        let body = json!({"types": ["transcripts"], "pageSize": 40, "pageNumber": page, "query": query});
        let answer = caller.ask(&format!("{SPEECH}/transcripts/search"), body);
        let found = answer["results"].as_array().unwrap();
        rows.extend(found.iter().cloned());
        if found.len() < 40 {
            assert_eq!(answer["total"], rows.len());
            break;
        }
    }
    rows
}

#[test]
fn a_search_finds_the_transcripts_there_are() {
    let mut caller = Caller::new("admin");
    let files = files(&mut caller);
    let day = caller.day();
    let text = |ms: i64| iso(ms)[..19].to_string();
    let during = json!({"type": "DATE_RANGE", "fields": ["conversationStartTime"], "startValue": text(day.start),
        "endValue": text(day.end - 1), "dateFormat": "yyyy-MM-dd'T'HH:mm:ss"});
    let ids = |rows: &[Value]| -> BTreeSet<String> {
        rows.iter()
            .map(|row| {
                format!("{} {}", row["conversationId"].as_str().unwrap(), row["communicationId"].as_str().unwrap())
            })
            .collect()
    };
    assert_eq!(ids(&search(&mut caller, &json!([during]))), ids(&files));
    let of = |keep: &dyn Fn(&Value) -> bool| ids(&files.iter().filter(|file| keep(file)).cloned().collect::<Vec<_>>());
    let calls = json!([during, {"type": "EXACT", "fields": ["mediaType"], "value": "call"}]);
    assert_eq!(ids(&search(&mut caller, &calls)), of(&|file| file["mediaType"] == "call"));
    let words = json!([during, {"type": "PHRASE", "fields": ["text"], "value": "Your Supervisor", "operator": "AND"},
        {"type": "EXACT", "fields": ["mediaType"], "values": ["email", "chat"], "operator": "NOT"}]);
    let said =
        |file: &Value| phrases(file).iter().any(|phrase| phrase["text"].as_str().unwrap().contains("your supervisor"));
    let found = ids(&search(&mut caller, &words));
    assert_eq!(found, of(&|file| said(file) && !["email", "chat"].contains(&file["mediaType"].as_str().unwrap())));
    assert!(!found.is_empty());
    let one = &files[0]["conversationId"];
    let named = json!([{"type": "EXACT", "fields": ["conversationId"], "value": one}]);
    assert_eq!(search(&mut caller, &named).len(), 1);
    let body = json!({"types": ["transcripts"], "returnFields": ["conversationId"], "query": named});
    let answer = caller.ask(&format!("{SPEECH}/transcripts/search"), body);
    assert_eq!(answer["results"], json!([{"conversationId": one}]));
    for wrong in [
        json!({"query": named}),
        json!({"types": ["users"]}),
        json!({"types": ["transcripts"], "query": [{"type": "EXACT", "fields": ["mood"], "value": "good"}]}),
        json!({"types": ["transcripts"], "pageSize": 0}),
    ] {
        assert_eq!(caller.post(&format!("{SPEECH}/transcripts/search"), wrong).status, 400);
    }
    let seen = seen_in_emea(&mut caller);
    let own = of(&|file| seen.contains(file["conversationId"].as_str().unwrap()));
    assert!(!own.is_empty() && own.len() < files.len());
    assert_eq!(ids(&search(&mut caller, &json!([during]))), own);
}

#[test]
fn counted_they_are_what_the_transcripts_say() {
    let mut caller = Caller::new("admin");
    let files = files(&mut caller);
    let interval = caller.day().text();
    let body = json!({"interval": interval, "metrics": ["nSpeechTextAnalyzedConversations", "oCustomerSentiment"]});
    let whole = caller.ask(COUNTED, body.clone());
    let metrics = &whole["results"][0]["data"][0]["metrics"];
    assert_eq!(metrics[0]["stats"]["count"], files.len());
    let events: Vec<f64> = files.iter().flat_map(felt).filter(|felt| *felt != 0.0).collect();
    assert_eq!(metrics[1]["stats"]["count"], events.len());
    assert_eq!(metrics[1]["stats"]["sum"].as_f64(), Some(100.0 * events.iter().sum::<f64>()));
    let by_topic = json!({"interval": interval, "groupBy": ["topicId"], "metrics": ["nTopicCommunications"]});
    let by_topic = caller.ask(COUNTED, by_topic);
    let counted: BTreeMap<String, u64> = by_topic["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["group"]["topicId"].as_str().unwrap().into(),
                row["data"][0]["metrics"][0]["stats"]["count"].as_u64().unwrap(),
            )
        })
        .collect();
    let mut expected: BTreeMap<String, u64> = BTreeMap::new();
    files.iter().flat_map(topics).for_each(|topic| *expected.entry(topic).or_default() += 1);
    assert_eq!(counted, expected);
    let each = json!({"interval": interval, "groupBy": ["conversationId"], "metrics": ["oSentimentScore", "tSilence"]});
    for row in caller.ask(COUNTED, each)["results"].as_array().unwrap() {
        let id = row["group"]["conversationId"].as_str().unwrap();
        let told = caller.get(&format!("{SPEECH}/conversations/{id}")).parsed();
        for metric in row["data"][0]["metrics"].as_array().unwrap() {
            let sum = metric["stats"]["sum"].as_f64().unwrap();
            match metric["metric"].as_str() {
                Some("oSentimentScore") => assert_eq!(sum, (told["sentimentScore"].as_f64().unwrap() * 100.0).round()),
                _ => {
                    let file = files.iter().find(|file| file["conversationId"] == id).unwrap();
                    let percent = 100.0 * sum / file["duration"]["milliseconds"].as_f64().unwrap();
                    assert!(
                        (percent - told["participantMetrics"]["silenceDurationPercentage"].as_f64().unwrap()).abs()
                            < 1e-9
                    );
                }
            }
        }
    }
    let seen = seen_in_emea(&mut caller);
    let own = files.iter().filter(|file| seen.contains(file["conversationId"].as_str().unwrap())).count();
    let part = caller.ask(COUNTED, body);
    assert!(own > 0 && own < files.len());
    assert_eq!(part["results"][0]["data"][0]["metrics"][0]["stats"]["count"], own);
}

#[test]
fn one_that_is_named_must_lie_inside() {
    let mut caller = Caller::new("admin");
    let (conversation, _, end) = a_call(&mut caller);
    let details = caller.get(&format!("/api/v2/analytics/conversations/{conversation}/details")).parsed();
    let start = parse_iso(details["conversationStart"].as_str().unwrap()).unwrap();
    let mut counted = |from: i64, until: i64| {
        let predicates = json!([{"dimension": "conversationId", "value": conversation}, {"dimension": "resultsBy", "value": "communication"}]);
        let body = json!({"interval": format!("{}/{}", iso(from), iso(until)), "filter": {"type": "and", "predicates": predicates},
            "metrics": ["nSpeechTextAnalyzedConversations"]});
        caller.ask(COUNTED, body)["results"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(counted(start - 10 * MINUTE, end + 10 * MINUTE), 1);
    assert_eq!(counted(start, end), 0);
    assert_eq!(counted(start - MINUTE, end - 1), 0);
}

#[test]
fn what_is_not_reckoned_yet_is_not_there() {
    let mut caller = Caller::new("admin");
    let (conversation, _, end) = a_call(&mut caller);
    let metrics = format!("{SPEECH}/conversations/{conversation}");
    let body = json!({"interval": format!("{}/{}", iso(end - DAY), iso(end + HOUR)), "metrics": ["nSpeechTextAnalyzedConversations"],
        "filter": {"type": "and", "predicates": [{"dimension": "conversationId", "value": conversation}]}});
    let mut states = Vec::new();
    for minute in 0..=16 {
        caller.now = end + minute * MINUTE;
        caller.log_in("admin");
        let is_known = caller.get(&metrics).status == 200;
        assert_eq!(caller.ask(COUNTED, body.clone())["results"].is_array(), is_known);
        let categories = caller.get(&format!("{metrics}/categories")).parsed();
        assert!(is_known || categories["total"] == 0);
        states.push(is_known);
    }
    assert!(!states[0] && states[16] && states.is_sorted(), "{states:?}");
}
