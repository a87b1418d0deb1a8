//! Recordings: what is told about them agrees with the details, and what is heard with the transcript.

use std::collections::BTreeSet;

use pegcount_sandbox::time::{DAY, HOUR, MINUTE, SECOND, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::{Caller, sessions};
use crate::speech::{a_call, fetch, transcript};

fn metadata(caller: &mut Caller, conversation: &str) -> Vec<Value> {
    let answer = caller.get(&format!("/api/v2/conversations/{conversation}/recordingmetadata"));
    assert_eq!(answer.status, 200);
    answer.parsed().as_array().unwrap().clone()
}

#[test]
fn details_say_what_is_recorded() {
    let mut caller = Caller::new("admin");
    let day = caller.day();
    caller.now = day.end + 12 * HOUR;
    caller.log_in("admin");
    let (mut subtypes, mut media, mut unrecorded) = (BTreeSet::new(), BTreeSet::new(), 0);
    for it in caller.page_through(json!({"interval": day.text()})) {
        let conversation = it["conversationId"].as_str().unwrap().to_string();
        let told = metadata(&mut caller, &conversation);
        let parts = [it.clone()];
        let all = sessions(&parts);
        let is_over = it["conversationEnd"].is_string();
        let flags: Vec<&Value> =
            all.iter().map(|(_, session)| &session["recording"]).filter(|flag| flag.is_boolean()).collect();
        let sound = told.iter().filter(|one| one["media"] == "audio").count();
        assert_eq!(sound > 0, is_over && flags.iter().any(|flag| **flag == true), "{conversation}");
        unrecorded += usize::from(!flags.is_empty() && sound == 0);
        for one in &told {
            let session = all.iter().find(|(_, session)| session["sessionId"] == one["sessionId"]).unwrap().1;
            assert_eq!(one["media"] == "audio", session["recording"] == true);
            assert_eq!((&one["fileState"], &one["conversationId"]), (&json!("AVAILABLE"), &it["conversationId"]));
            let [start, end, archive, delete] = ["startTime", "endTime", "archiveDate", "deleteDate"]
                .map(|name| parse_iso(one[name].as_str().unwrap()).unwrap());
            assert!(start <= end && end < archive && archive < delete);
            for mark in one["annotations"].as_array().unwrap() {
                assert!(mark["location"].as_i64().unwrap() + mark["durationMs"].as_i64().unwrap() <= end - start);
            }
            let alone = caller.get(one["selfUri"].as_str().unwrap()).parsed();
            assert_eq!(&alone, one);
            media.insert(one["media"].as_str().unwrap().to_string());
            subtypes.extend(one["mediaSubtype"].as_str().map(String::from));
        }
    }
    assert_eq!(media.into_iter().collect::<Vec<_>>(), ["audio", "chat", "email", "message"]);
    assert_eq!(subtypes.into_iter().collect::<Vec<_>>(), ["Consult", "Trunk"]);
    assert!(unrecorded > 3, "{unrecorded}");
}

/// Asks for the recordings of a conversation until they can be had; tells them, and what was answered before.
fn recordings(caller: &mut Caller, conversation: &str) -> (Vec<Value>, Vec<u16>) {
    let mut before = Vec::new();
    for _ in 0..200 {
        let answer = caller.get(&format!("/api/v2/conversations/{conversation}/recordings"));
        if answer.status == 200 {
            return (answer.parsed().as_array().unwrap().clone(), before);
        }
        assert!(answer.status == 202 && answer.body.is_empty());
        before.push(answer.status);
        caller.now += SECOND;
    }
    panic!("the recordings do not come")
}

#[test]
fn one_hears_what_the_transcript_tells() {
    let mut caller = Caller::new("admin");
    let (conversation, communication, _) = a_call(&mut caller);
    let file = transcript(&mut caller, &conversation, &communication).unwrap();
    let (found, _) = recordings(&mut caller, &conversation);
    let one = found.iter().find(|one| one["sessionId"] == communication.as_str()).unwrap();
    let start = file["startTime"].as_i64().unwrap();
    for (channel, side) in [("0", "external"), ("1", "internal")] {
        let uri = one["mediaUris"][channel]["mediaUri"].as_str().unwrap();
        let answer = fetch(&mut caller, "GET", uri, &[]);
        assert_eq!((answer.status, answer.value("Content-Type")), (200, Some("audio/wav")));
        assert_eq!(answer.body.len() as i64, one["outputSizeInBytes"].as_i64().unwrap());
        assert!(answer.body.starts_with(b"RIFF") && answer.body[8..].starts_with(b"WAVEfmt "));
        let sound = &answer.body[44..];
        assert_eq!(sound.len() as i64, 8 * file["duration"]["milliseconds"].as_i64().unwrap());
        let mut expected = vec![false; sound.len()];
        for phrase in file["transcripts"][0]["phrases"].as_array().unwrap() {
            let from = 8 * (phrase["startTimeMs"].as_i64().unwrap() - start) as usize;
            let until = from + 8 * phrase["duration"]["milliseconds"].as_i64().unwrap() as usize;
            if phrase["participantPurpose"] == side {
                expected[from..until].fill(true);
            }
        }
        assert!(sound.iter().zip(&expected).all(|(sample, heard)| (*sample != 128) == *heard), "channel {channel}");
    }
}

#[test]
fn what_was_written_is_told_inside() {
    let mut caller = Caller::new("admin");
    let day = caller.day();
    caller.now = day.end + 12 * HOUR;
    caller.log_in("admin");
    let mut seen = BTreeSet::new();
    for it in caller.page_through(json!({"interval": day.text()})) {
        let conversation = it["conversationId"].as_str().unwrap();
        let (found, _) = recordings(&mut caller, conversation);
        for one in found.iter().filter(|one| one["media"] != "audio") {
            let file = transcript(&mut caller, conversation, one["sessionId"].as_str().unwrap()).unwrap();
            let said: Vec<&Value> =
                file["transcripts"][0]["phrases"].as_array().unwrap().iter().map(|phrase| &phrase["text"]).collect();
            let (list, text) = match one["media"].as_str() {
                Some("chat") => ("transcript", "body"),
                Some("email") => ("emailTranscript", "textBody"),
                _ => ("messagingTranscript", "messageText"),
            };
            assert_eq!(one[list].as_array().unwrap().iter().map(|message| &message[text]).collect::<Vec<_>>(), said);
            seen.insert(list);
        }
    }
    assert_eq!(seen.len(), 3);
}

#[test]
fn a_recording_is_uploaded_put_away_fetched_back_and_deleted() {
    let mut caller = Caller::new("admin");
    let (conversation, _, end) = a_call(&mut caller);
    caller.now = end + SECOND;
    caller.log_in("admin");
    let state = |caller: &mut Caller| metadata(caller, &conversation)[0]["fileState"].as_str().unwrap().to_string();
    assert_eq!(state(&mut caller), "UPLOADING");
    caller.now = end + 5 * MINUTE;
    assert_eq!(state(&mut caller), "AVAILABLE");
    caller.now = end + 91 * DAY;
    caller.log_in("admin");
    assert_eq!(state(&mut caller), "ARCHIVED");
    let none = caller.get(&format!("/api/v2/conversations/{conversation}/recordings?formatId=NONE"));
    assert_eq!(
        (none.status, &none.parsed()[0]["fileState"]),
        (200, &json!("ARCHIVED")),
        "nothing is heard, nothing fetched"
    );
    let id = metadata(&mut caller, &conversation)[0]["id"].as_str().unwrap().to_string();
    let single = caller.get(&format!("/api/v2/conversations/{conversation}/recordings/{id}"));
    assert_eq!((single.status, &single.parsed()["fileState"]), (202, &json!("RESTORING")));
    assert!(single.parsed()["mediaUris"].is_null());
    let (found, before) = recordings(&mut caller, &conversation);
    assert!(before.len() > 20, "{} times 202", before.len());
    assert_eq!(found[0]["fileState"], "RESTORED");
    let uri = found[0]["mediaUris"]["0"]["mediaUri"].as_str().unwrap().to_string();
    assert_eq!(fetch(&mut caller, "GET", &uri, &[]).status, 200);
    assert!(found[0]["restoreExpirationTime"].as_str().unwrap() > iso(caller.now).as_str());
    assert_eq!(found[0]["remainingRestorationsAllowedForOrg"], 99);
    caller.now += 8 * DAY;
    caller.log_in("admin");
    assert_eq!(state(&mut caller), "ARCHIVED");
    caller.now = end + 366 * DAY;
    caller.log_in("admin");
    let (found, _) = recordings(&mut caller, &conversation);
    assert_eq!(found[0]["fileState"], "DELETED");
    assert!(found[0]["mediaUris"].is_null());
}

#[test]
fn a_sound_that_takes_longer_than_one_waits() {
    let mut caller = Caller::new("admin");
    let (conversation, _, _) = a_call(&mut caller);
    let path = format!("/api/v2/conversations/{conversation}/recordings");
    assert_eq!(caller.get(&format!("{path}?maxWaitMs=0")).status, 202);
    caller.now += 10 * SECOND;
    let answer = caller.get(&format!("{path}?maxWaitMs=0"));
    assert_eq!(answer.status, 200);
    assert!(answer.parsed()[0]["actualTranscodeTimeMs"].as_i64().unwrap() < 10_000);
    assert_eq!(caller.get(&format!("{path}?formatId=TAPE")).status, 400);
    // Whoever names what will do asks for sound, and for nothing that is none.
    for (more, status) in [("NONE", 400), ("WAV,TAPE", 400), ("WAV,MP3", 200), ("WAV&mediaFormats=MP3", 200)] {
        let answer = caller.get(&format!("{path}?formatId=NONE&maxWaitMs=100000&mediaFormats={more}"));
        assert_eq!(answer.status, status, "{more}");
        assert!(status == 400 || answer.parsed()[0]["mediaUris"].is_object(), "{more}");
    }
    let id = answer.parsed()[0]["id"].as_str().unwrap().to_string();
    let marks = caller.get(&format!("{path}/{id}/annotations")).parsed();
    assert_eq!(marks, answer.parsed()[0]["annotations"]);
    let mark = caller.get(&format!("{path}/{id}/annotations/{}", marks[0]["id"].as_str().unwrap())).parsed();
    assert_eq!(mark, marks[0]);
    assert_eq!(caller.get(&format!("{path}/{conversation}")).status, 404);
    caller.log_in("reporting");
    assert_eq!(caller.get(&path).parsed()["code"], "missing.any.permissions");
}
