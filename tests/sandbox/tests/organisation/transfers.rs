//! A colleague is called in: the customer is held, or all three talk, and the colleague goes on.

use pegcount_sandbox::time::{DAY, iso, parse_iso};
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller};

/// The conversations of the day in which a segment ended so.
fn ended(caller: &mut Caller, how: &str) -> Vec<Value> {
    let predicate = json!({"type": "dimension", "dimension": "disconnectType", "operator": "matches", "value": how});
    let filter = json!([{"type": "or", "predicates": [predicate]}]);
    caller.page_through(json!({"interval": caller.ready["interval"], "segmentFilters": filter}))
}

/// A session's segments in their order: kind, start, end, how it ended, whether it is a conference.
fn segments(session: &Value) -> Vec<(&str, i64, i64, Option<&str>, bool)> {
    let time = |segment: &Value, name: &str| parse_iso(segment[name].as_str().unwrap()).unwrap();
    let all = session["segments"].as_array().unwrap().iter().map(|it| {
        let kind = it["segmentType"].as_str().unwrap();
        let (start, end) = (time(it, "segmentStart"), time(it, "segmentEnd"));
        (kind, start, end, it["disconnectType"].as_str(), it["conference"].as_bool().unwrap())
    });
    let all: Vec<_> = all.collect();
    assert!(all.windows(2).all(|two| two[0].2 == two[1].1), "{all:?}");
    all
}

fn value(session: &Value, metric: &str) -> i64 {
    let all = session["metrics"].as_array().unwrap().iter().filter(|it| it["name"] == metric);
    all.map(|it| it["value"].as_i64().unwrap()).sum()
}

/// The session that a first agent leaves so, the colleague's that begins meanwhile, and the customer's.
fn parties<'a>(conversation: &'a Value, how: &str) -> (&'a Value, &'a Value, &'a Value) {
    let participants = conversation["participants"].as_array().unwrap();
    let of = |purpose: &str| {
        let those = participants.iter().filter(|it| it["purpose"] == purpose);
        let sessions: Vec<_> = those.map(|it| &it["sessions"][0]).collect();
        sessions
    };
    let agents = of("agent");
    let is_left = |it: &&&Value| segments(it).iter().any(|segment| segment.3 == Some(how));
    let first = *agents.iter().find(is_left).unwrap();
    let second = *agents.iter().find(|it| it["direction"] == "outbound").unwrap();
    assert_eq!(agents.last(), Some(&second), "nobody comes after the colleague");
    (first, second, of("customer")[0])
}

#[test]
fn whoever_was_asked_goes_on_with_the_customer() {
    let mut caller = Caller::medium("reporting");
    let found = ended(&mut caller, "consultTransfer");
    assert!(found.len() > 50, "{}", found.len());
    for conversation in &found {
        assert!(conversation["conferenceStart"].is_null());
        let (first, second, customer) = parties(conversation, "consultTransfer");
        let (asking, asked) = (segments(first), segments(second));
        let hold = asking.iter().find(|it| it.3.is_some()).unwrap();
        let (alert, consult, talk) = (asked[0], asked[1], asked[2]);
        assert_eq!((hold.0, alert.0, consult.0, talk.0), ("hold", "alert", "interact", "interact"));
        // The customer is held from the call to the colleague until the first agent is gone.
        assert_eq!((hold.1, hold.2), (alert.1, consult.2));
        assert!((10_000..=180_000).contains(&(consult.2 - consult.1)) && talk.2 - talk.1 >= 8_000);
        assert!(asked.iter().all(|it| !it.4));
        assert_eq!(segments(customer).last().map(|it| (it.0, it.2)), Some(("interact", talk.2)));
        let counted = ["nConsult", "nConsultTransferred", "nTransferred", "nBlindTransferred"].map(|n| value(first, n));
        assert_eq!((counted, value(second, "nConsult"), value(second, "nTransferred")), ([1, 1, 1, 0], 0, 0));
        let acw = asked.get(3).map_or(0, |it| it.2 - it.1);
        assert_eq!(value(second, "tHandle"), talk.2 - consult.1 + acw);
        assert_eq!(value(second, "tTalkComplete"), talk.2 - consult.1);
    }
}

#[test]
fn in_a_conference_all_three_say_so_for_as_long_as_it_lasts() {
    let mut caller = Caller::medium("reporting");
    let found = ended(&mut caller, "conferenceTransfer");
    assert!(found.len() > 30, "{}", found.len());
    for conversation in &found {
        let (first, second, customer) = parties(conversation, "conferenceTransfer");
        let [asking, asked, heard] = [first, second, customer].map(|session| {
            let all = segments(session).into_iter().filter(|it| it.4);
            all.map(|it| (it.0, it.1, it.2)).collect::<Vec<_>>()
        });
        assert!(asking.len() == 1 && asking == asked && asked == heard, "{asking:?} {asked:?} {heard:?}");
        assert!((20_000..=240_000).contains(&(asking[0].2 - asking[0].1)));
        assert_eq!(conversation["conferenceStart"], iso(asking[0].1));
        let alert = segments(second)[0];
        assert_eq!((alert.0, alert.2), ("alert", asking[0].1));
    }
}

#[test]
fn a_customer_waits_for_the_queue_that_has_the_call() {
    let mut caller = Caller::medium("reporting");
    let (mut waits, mut others) = (0, 0);
    for conversation in caller.page_through(json!({"interval": caller.ready["interval"]})) {
        let of = |purpose: &str, kind: &str| {
            let those = conversation["participants"].as_array().unwrap().iter().filter(|it| it["purpose"] == purpose);
            let all = those.flat_map(|it| it["sessions"].as_array().unwrap());
            let all = all.flat_map(|it| it["segments"].as_array().unwrap()).filter(|it| it["segmentType"] == kind);
            all.map(|it| (&it["segmentStart"], &it["queueId"])).collect::<Vec<_>>()
        };
        let delays = of("customer", "delay");
        let waiting = of("acd", "interact");
        for delay in &delays {
            assert!(delay.1.is_string() && waiting.contains(delay), "{conversation}");
        }
        waits += delays.len();
        others += delays.iter().filter(|delay| delay.1 != delays[0].1).count();
    }
    assert!(waits > 1_000 && others > 50, "{waits} {others}");
}

/// How many transfers aggregates count for a medium on the day.
fn counted(caller: &mut Caller, metric: &str, media: &str) -> i64 {
    let filter = json!({"type": "and", "predicates": [{"dimension": "mediaType", "value": media}]});
    let answer =
        caller.ask(AGGREGATES, json!({"interval": caller.ready["interval"], "metrics": [metric], "filter": filter}));
    answer["results"][0]["data"][0]["metrics"][0]["stats"]["count"].as_i64().unwrap_or_default()
}

#[test]
fn what_is_written_is_handed_on_to_another_queue_or_a_colleague() {
    let mut caller = Caller::medium("reporting");
    let day = caller.day();
    let all = caller.page_through(json!({"interval": format!("{}/{}", iso(day.start - DAY), iso(day.end))}));
    let found = ended(&mut caller, "transfer");
    for media in ["chat", "message", "email"] {
        let (mut queues, mut colleagues) = (0, 0);
        for conversation in found.iter().filter(|it| it["participants"][0]["sessions"][0]["mediaType"] == media) {
            let participants = conversation["participants"].as_array().unwrap();
            let sessions: Vec<(&str, &Value)> =
                participants.iter().map(|it| (it["purpose"].as_str().unwrap(), &it["sessions"][0])).collect();
            let is_left =
                |it: &(&str, &Value)| it.0 == "agent" && segments(it.1).iter().any(|s| s.3 == Some("transfer"));
            for (at, (_, first)) in sessions.iter().enumerate().filter(|(_, it)| is_left(it)) {
                let all = segments(first);
                let talk = all.iter().find(|it| it.3 == Some("transfer")).unwrap();
                assert!(talk.0 == "interact" && !all.iter().any(|it| it.0 == "interact" && it.1 > talk.1));
                let counted = ["nTransferred", "nBlindTransferred", "nConsultTransferred"].map(|n| value(first, n));
                assert_eq!(counted, [1, 1, 0]);
                let (purpose, next) = sessions[at + 1];
                let begun = segments(next)[0];
                assert_eq!(begun.1, talk.2, "whoever comes next comes then");
                let of_queue = |session: &Value| session["segments"][0]["queueId"].clone();
                assert_eq!(purpose == "acd", of_queue(next) != of_queue(first), "{conversation}");
                if purpose == "acd" {
                    queues += 1;
                    assert_eq!(value(next, "nOffered"), 1);
                } else {
                    colleagues += 1;
                    assert_eq!((purpose, begun.0, value(next, "nConnected")), ("agent", "alert", 1));
                    assert_ne!(participants[at]["userId"], participants[at + 1]["userId"]);
                    assert!(next["usedRouting"].is_null() && value(next, "tAnswered") == 0);
                }
            }
            let last = participants.iter().skip(1).flat_map(|it| segments(&it["sessions"][0]));
            let last = last.filter(|it| it.0 != "wrapup").map(|it| it.2).max();
            assert_eq!(segments(sessions[0].1).last().map(|it| it.2), last);
        }
        assert!(queues > 5 && colleagues > 2, "{media}: {queues} and {colleagues}");
        for metric in ["nTransferred", "nBlindTransferred"] {
            let of_media = crate::caller::sessions(&all).into_iter().filter(|(_, it)| it["mediaType"] == media);
            let told = of_media.flat_map(|(_, it)| it["metrics"].as_array().unwrap()).filter(|it| {
                let at = parse_iso(it["emitDate"].as_str().unwrap()).unwrap();
                it["name"] == metric && day.start <= at && at < day.end
            });
            assert_eq!(counted(&mut caller, metric, media), told.count() as i64, "{metric} {media}");
        }
    }
}

#[test]
fn some_mails_are_given_up() {
    let mut caller = Caller::medium("reporting");
    let given_up = counted(&mut caller, "tAbandon", "email");
    let offered = counted(&mut caller, "nOffered", "email");
    assert!(offered > 300 && (10..60).contains(&given_up), "{given_up} of {offered}");
}

#[test]
fn a_message_is_of_one_type_throughout() {
    let mut caller = Caller::new("reporting");
    for conversation in caller.page_through(json!({"interval": caller.ready["interval"]})) {
        let conversation = [conversation];
        let all = crate::caller::sessions(&conversation).into_iter().map(|(_, session)| session);
        let types: Vec<&Value> = all.filter(|it| it["mediaType"] == "message").map(|it| &it["messageType"]).collect();
        assert!(types.iter().all(|it| it.is_string() && *it == types[0]), "{types:?}");
    }
}
