//! What was said: transcripts behind signed URLs, which agree with the conversations they are of.

use std::collections::BTreeSet;

use pegcount_sandbox::time::{DAY, HOUR, Interval, MINUTE, parse_iso};
use pegcount_sandbox::{Origin, Request, Response};
use serde_json::Value;

use crate::caller::{Caller, sessions};
use crate::sense::{of_transcript, of_values};

const SPEECH: &str = "/api/v2/speechandtextanalytics/conversations";

/// What the origin of files answers; `name` and `value` make a header.
pub(crate) fn fetch(caller: &mut Caller, method: &str, url: &str, headers: &[(&str, &str)]) -> Response {
    let base = caller.ready["files"].as_str().unwrap().to_string();
    let request = Request::new(method, url.strip_prefix(&base).unwrap());
    let request = headers.iter().fold(request, |request, (name, value)| request.header(name, value));
    caller.send(Request { origin: Origin::Files, ..request })
}

fn url_of(caller: &mut Caller, conversation: &str, communication: &str) -> Option<String> {
    let answer = caller.get(&format!("{SPEECH}/{conversation}/communications/{communication}/transcripturl"));
    answer.parsed()["url"].as_str().map(String::from)
}

/// A transcript, if there is one.
pub(crate) fn transcript(caller: &mut Caller, conversation: &str, communication: &str) -> Option<Value> {
    let url = url_of(caller, conversation, communication)?;
    let answer = fetch(caller, "GET", &url, &[]);
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let file = answer.parsed();
    assert_eq!([of_transcript(&file), of_values(&file)].concat(), [""; 0], "{conversation}");
    Some(file)
}

/// Logs in to EMEA; tells the ids of the conversations of the finished day that it sees.
pub(crate) fn seen_in_emea(caller: &mut Caller) -> BTreeSet<String> {
    caller.log_in_to_emea();
    let seen = caller.page_through(serde_json::json!({"interval": caller.day().text()}));
    seen.iter().map(|it| it["conversationId"].as_str().unwrap().to_string()).collect()
}

/// The finished day, each conversation with the sessions that have a transcript.
pub(crate) fn transcribed(caller: &mut Caller) -> Vec<(Value, Vec<Value>)> {
    let day = caller.day();
    caller.now = day.end + 12 * HOUR;
    caller.log_in("admin");
    let found = caller.page_through(serde_json::json!({"interval": day.text()}));
    let of = |it: Value| {
        let id = it["conversationId"].as_str().unwrap().to_string();
        let ids: BTreeSet<String> = sessions(std::slice::from_ref(&it))
            .iter()
            .map(|(_, session)| session["sessionId"].as_str().unwrap().to_string())
            .collect();
        let found = ids.iter().filter_map(|session| transcript(caller, &id, session)).collect();
        (it, found)
    };
    found.into_iter().map(of).collect()
}

#[test]
fn transcripts_tell_what_happened_in_their_conversation() {
    let mut caller = Caller::new("admin");
    let mut media = BTreeSet::new();
    let (mut phrases, mut words) = (0, 0);
    for (it, found) in transcribed(&mut caller) {
        let parts = [it.clone()];
        let all = sessions(&parts);
        let heard = all.iter().any(|(_, session)| session["recording"] == true);
        let written =
            all.iter().any(|(_, session)| matches!(session["mediaType"].as_str(), Some("chat" | "email" | "message")));
        let is_over = it["conversationEnd"].is_string();
        assert_eq!(found.len(), usize::from(is_over && (heard || written)), "{}", it["conversationId"]);
        for file in found {
            assert_eq!(file["conversationId"], it["conversationId"]);
            let session = all.iter().find(|(_, session)| session["sessionId"] == file["communicationId"]).unwrap().1;
            let medium = file["mediaType"].as_str().unwrap().to_string();
            assert_eq!(medium == "call", session["mediaType"] == "voice");
            let [one] = file["transcripts"].as_array().unwrap().as_slice() else { panic!("one transcript") };
            let end = parse_iso(it["conversationEnd"].as_str().unwrap()).unwrap();
            let mut before = parse_iso(it["conversationStart"].as_str().unwrap()).unwrap();
            for (at, phrase) in one["phrases"].as_array().unwrap().iter().enumerate() {
                let (start, ms) =
                    (phrase["startTimeMs"].as_i64().unwrap(), phrase["duration"]["milliseconds"].as_i64().unwrap());
                assert!(before <= start && start + ms <= end, "{phrase}");
                before = start;
                assert_eq!(phrase["phraseIndex"], at);
                if let Some(list) = phrase["words"].as_array() {
                    let joined: Vec<&str> = list.iter().map(|word| word["word"].as_str().unwrap()).collect();
                    assert_eq!(joined.join(" "), phrase["text"].as_str().unwrap());
                    words += joined.len();
                }
                phrases += 1;
            }
            for felt in one["analytics"]["sentiment"].as_array().unwrap() {
                let phrase = &one["phrases"][felt["phraseIndex"].as_u64().unwrap() as usize];
                assert_eq!((&felt["phrase"], &felt["participant"]), (&phrase["text"], &phrase["participantPurpose"]));
            }
            media.insert(medium);
        }
    }
    assert_eq!(media.into_iter().collect::<Vec<_>>(), ["call", "chat", "email", "message"]);
    assert!(phrases > 2_000 && words > 5_000, "{phrases} phrases, {words} words");
}

#[test]
fn what_was_written_before_a_thread_was_opened_again_is_no_part_of_what_came_after() {
    let mut caller = Caller::new("admin");
    let days = Interval { start: caller.now - 25 * DAY, end: caller.now - 18 * DAY };
    let found = caller.page_through(serde_json::json!({"interval": days.text()}));
    let mut parts = 0;
    for it in &found {
        let customers = it["participants"].as_array().unwrap().iter().filter(|one| one["purpose"] == "customer");
        let written: Vec<&Value> = customers
            .flat_map(|customer| customer["sessions"].as_array().unwrap())
            .filter(|session| matches!(session["mediaType"].as_str(), Some("chat" | "email" | "message")))
            .collect();
        if written.len() < 2 {
            continue;
        }
        for session in written {
            let of = |key: &str| it[key].as_str().unwrap();
            let told = transcript(&mut caller, of("conversationId"), session["sessionId"].as_str().unwrap()).unwrap();
            let start = told["startTime"].as_i64().unwrap();
            let end = start + told["duration"]["milliseconds"].as_i64().unwrap();
            let lines = told["transcripts"][0]["phrases"].as_array().unwrap();
            let times: Vec<i64> = lines.iter().map(|line| line["startTimeMs"].as_i64().unwrap()).collect();
            assert!(times.is_sorted() && times.iter().all(|at| (start..=end).contains(at)), "{session}: {told}");
            parts += 1;
        }
    }
    assert!(parts >= 20, "{parts} parts");
}

#[test]
fn somebody_speaks_with_the_customer_only_while_both_are_there() {
    let mut caller = Caller::new("admin");
    let mut spoken = 0;
    for (it, found) in transcribed(&mut caller) {
        let parts = [it];
        let all = sessions(&parts);
        let interacts = all
            .iter()
            .filter(|(participant, _)| matches!(participant["purpose"].as_str(), Some("agent" | "ivr" | "voicemail")));
        let times: Vec<(i64, i64)> = interacts
            .flat_map(|(_, session)| session["segments"].as_array().unwrap())
            .filter(|segment| matches!(segment["segmentType"].as_str(), Some("interact" | "ivr" | "voicemail")))
            .map(|segment| {
                ["segmentStart", "segmentEnd"].map(|name| parse_iso(segment[name].as_str().unwrap()).unwrap()).into()
            })
            .collect();
        for file in found.iter().filter(|file| file["mediaType"] == "call") {
            for phrase in file["transcripts"][0]["phrases"].as_array().unwrap() {
                let at = phrase["startTimeMs"].as_i64().unwrap();
                assert!(times.iter().any(|(from, until)| *from <= at && at < *until), "{phrase} in {times:?}");
                spoken += 1;
            }
        }
    }
    assert!(spoken > 1_000, "{spoken}");
}

/// A call that has a transcript: its conversation, its communication, its end.
pub(crate) fn a_call(caller: &mut Caller) -> (String, String, i64) {
    let (it, found) = transcribed(caller)
        .into_iter()
        .find(|(_, found)| found.iter().any(|file| file["mediaType"] == "call"))
        .unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let end = parse_iso(it["conversationEnd"].as_str().unwrap()).unwrap();
    (text(&it["conversationId"]), text(&found[0]["communicationId"]), end)
}

#[test]
fn a_transcript_comes_minutes_later_and_what_is_reckoned_from_it_later_still() {
    let mut caller = Caller::new("admin");
    let (conversation, communication, end) = a_call(&mut caller);
    caller.now = end;
    caller.log_in("admin");
    let mut seen = Vec::new();
    for minute in 0..=16 {
        caller.now = end + minute * MINUTE;
        seen.push(transcript(&mut caller, &conversation, &communication));
    }
    let first = seen.iter().position(Option::is_some).unwrap();
    assert!((1..=5).contains(&first), "after {first} minutes");
    let analysed = |file: &Option<Value>| {
        file.as_ref().is_some_and(|file| file["transcripts"][0]["analytics"]["topics"].is_array())
    };
    assert!(!analysed(&seen[first]) && analysed(&seen[16]));
    caller.now = end + 366 * DAY;
    caller.log_in("admin");
    assert_eq!(url_of(&mut caller, &conversation, &communication), None, "it is deleted with its recording");
}

#[test]
fn urls_for_each_recording() {
    let mut caller = Caller::new("admin");
    let (conversation, communication, _) = a_call(&mut caller);
    let one = url_of(&mut caller, &conversation, &communication).unwrap();
    let answer = caller.get(&format!("{SPEECH}/{conversation}/communications/{communication}/transcripturls")).parsed();
    assert_eq!(
        (&answer["conversation"]["id"], &answer["communicationId"]),
        (&conversation.into(), &communication.into())
    );
    assert_eq!(answer["urls"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["urls"][0]["url"], one.as_str());
}

#[test]
fn a_file_is_given_to_whoever_has_its_url_and_nothing_else() {
    let mut caller = Caller::new("admin");
    let (conversation, communication, _) = a_call(&mut caller);
    let url = url_of(&mut caller, &conversation, &communication).unwrap();
    let refused = |answer: &Response| {
        assert_eq!(answer.value("Content-Type"), Some("application/xml"));
        assert_eq!(answer.value("ININ-Correlation-Id"), None);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let code = text.split("<Code>").nth(1).unwrap().split("</Code>").next().unwrap().to_string();
        (answer.status, code)
    };
    assert_eq!(fetch(&mut caller, "GET", &url, &[]).status, 200);
    let answer = fetch(&mut caller, "GET", &url, &[("Authorization", "Bearer of-mine")]);
    assert_eq!(refused(&answer), (400, "InvalidArgument".into()));
    assert!(!String::from_utf8_lossy(&answer.body).contains("of-mine"));
    let (plain, _) = url.split_once('?').unwrap();
    let plain = plain.to_string();
    assert_eq!(refused(&fetch(&mut caller, "GET", &plain, &[])), (403, "AccessDenied".into()));
    for spoiled in [format!("{url}0"), format!("{url}&pageSize=25"), url.replace("Expires=3600", "Expires=7200")] {
        assert_eq!(
            refused(&fetch(&mut caller, "GET", &spoiled, &[])),
            (403, "SignatureDoesNotMatch".into()),
            "{spoiled}"
        );
    }
    for method in ["HEAD", "PUT"] {
        assert_eq!(refused(&fetch(&mut caller, method, &url, &[])), (403, "SignatureDoesNotMatch".into()));
    }
    assert_eq!(refused(&fetch(&mut caller, "GET", &url.replace("Expires=3600", "Expires=x"), &[])).0, 400);
    caller.now += HOUR - 1_000;
    assert_eq!(fetch(&mut caller, "GET", &url, &[]).status, 200);
    caller.now += 1_000;
    let late = fetch(&mut caller, "GET", &url, &[]);
    assert_eq!(refused(&late), (403, "AccessDenied".into()));
    assert!(String::from_utf8_lossy(&late.body).contains("<Message>Request has expired</Message>"));
}

#[test]
fn each_origin_has_its_own() {
    let mut caller = Caller::new("admin");
    let (conversation, communication, _) = a_call(&mut caller);
    let url = url_of(&mut caller, &conversation, &communication).unwrap();
    let base = caller.ready["files"].as_str().unwrap().to_string();
    let target = url.strip_prefix(&base).unwrap().to_string();
    assert_eq!(caller.send(Request::new("GET", &target)).status, 404);
    for target in ["/api/v2/users/me", "/oauth/token", "/sandbox/state", "/"] {
        assert_eq!(fetch(&mut caller, "GET", &format!("{base}{target}"), &[]).status, 403);
    }
}

#[test]
fn a_transcript_is_for_those_who_may_see_the_conversation() {
    let mut caller = Caller::new("admin");
    let (conversation, communication, _) = a_call(&mut caller);
    let path = format!("{SPEECH}/{conversation}/communications/{communication}/transcripturl");
    caller.log_in("reporting");
    let refused = caller.get(&path);
    assert_eq!((refused.status, &refused.parsed()["code"]), (403, &"missing.permissions".into()));
    let add =
        serde_json::json!({"add": ["recording:recording:view", "speechAndTextAnalytics:data:view"], "after_ms": 0});
    caller.control("POST", "/clients/reporting/permissions", add);
    assert_eq!(caller.get(&path).status, 200);
    let details = caller.get(&format!("/api/v2/analytics/conversations/{conversation}/details")).parsed();
    let divisions: Vec<&str> =
        details["divisionIds"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    let all = caller.get("/api/v2/authorization/divisions").parsed();
    caller.log_in("reporting");
    for division in ["Home", "EMEA", "Americas"] {
        let id = &all["entities"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .find(|one| one["name"] == division);
        let id = id.map(|one| one["id"].as_str().unwrap().to_string());
        caller.control(
            "POST",
            "/clients/reporting/divisions",
            serde_json::json!({"divisions": [division], "after_ms": 0}),
        );
        let expected = if id.is_some_and(|id| divisions.contains(&id.as_str())) { 200 } else { 403 };
        assert_eq!(caller.get(&path).status, expected, "{division}");
    }
    caller.log_in("admin");
    let other = path.replace(&communication, &conversation);
    assert_eq!(caller.get(&other).status, 404);
}
