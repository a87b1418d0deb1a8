//! That metrics tell what happened.

use std::collections::{BTreeMap, BTreeSet};

use pegcount_sandbox::time::{DAY, Interval, parse_iso};
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller, sessions};

fn at(value: &Value) -> i64 {
    parse_iso(value.as_str().unwrap()).unwrap()
}

fn values(session: &Value, metric: &str) -> Vec<i64> {
    let all = session["metrics"].as_array().into_iter().flatten().filter(|it| it["name"] == metric);
    all.map(|it| it["value"].as_i64().unwrap()).collect()
}

/// The last three days.
fn days(caller: &Caller) -> Interval {
    Interval { start: caller.day().end - 3 * DAY, end: caller.day().end }
}

#[test]
fn a_queue_s_level_of_callbacks_is_that_of_its_callbacks() {
    let mut caller = Caller::medium("reporting");
    let interval = days(&caller);
    let early = Interval { start: interval.start - 2 * DAY, ..interval };
    let mut expected: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for conversation in caller.page_through(json!({"interval": early.text()})) {
        let conversation = [conversation];
        let all = sessions(&conversation);
        let is_late = all.iter().any(|(_, it)| !values(it, "nCallbackOverSla").is_empty());
        for (_, session) in all.iter().filter(|(p, s)| p["purpose"] == "agent" && s["mediaType"] == "callback") {
            let connected =
                session["metrics"].as_array().unwrap().iter().find(|it| it["name"] == "nConnected").unwrap();
            if (interval.start..interval.end).contains(&at(&connected["emitDate"])) {
                let sums = expected.entry(session["segments"][0]["queueId"].as_str().unwrap().into()).or_default();
                *sums = (sums.0 + i64::from(!is_late), sums.1 + 1);
            }
        }
    }
    let query = json!({"interval": interval.text(), "groupBy": ["queueId"], "metrics": ["oCallbackServiceLevel"]});
    let answer = caller.ask(AGGREGATES, query);
    let told: BTreeMap<String, (i64, i64)> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            let stats = &result["data"][0]["metrics"][0]["stats"];
            let sums = (stats["numerator"].as_i64().unwrap(), stats["denominator"].as_i64().unwrap());
            (result["group"]["queueId"].as_str().unwrap().to_string(), sums)
        })
        .collect();
    assert_eq!(told, expected);
    assert!(told.values().any(|(served, all)| served < all) && told.values().any(|(served, _)| *served > 0));
}

#[test]
fn whoever_listens_in_is_available_and_has_nothing_else_to_do() {
    let mut caller = Caller::medium("reporting");
    let interval = caller.day();
    let conversations = caller.page_through(json!({"interval": interval.text()}));
    let users = caller.page_through_users(json!({"interval": interval.text()}));
    let users: BTreeMap<&str, &Value> = users.iter().map(|user| (user["userId"].as_str().unwrap(), user)).collect();
    let (mut heard, mut kinds) = (0, BTreeSet::new());
    for conversation in &conversations {
        let participants = conversation["participants"].as_array().unwrap();
        for participant in participants.iter().filter(|it| it["purpose"] == "user") {
            let session = &participant["sessions"][0];
            let segment = &session["segments"][0];
            let kind = segment["segmentType"].as_str().unwrap();
            let (whose, metrics): (_, &[_]) = match kind {
                "monitoring" => ("monitoredParticipantId", &["tMonitoring", "tMonitoringComplete"]),
                "coaching" => ("coachedParticipantId", &["tCoaching", "tCoachingComplete"]),
                "barging" => ("bargedParticipantId", &["tBarging"]),
                _ => panic!("{kind}"),
            };
            let monitored = participants.iter().find(|it| it["participantId"] == session[whose]).unwrap();
            assert!(monitored["purpose"] == "agent" && monitored["userId"] != participant["userId"]);
            let talk = monitored["sessions"][0]["segments"].as_array().unwrap();
            let talk = talk.iter().filter(|it| it["segmentType"] == "interact" || it["segmentType"] == "hold");
            let (start, end) = (at(&segment["segmentStart"]), at(&segment["segmentEnd"]));
            let begun = talk.clone().map(|it| at(&it["segmentStart"])).min().unwrap();
            let over = talk.map(|it| at(&it["segmentEnd"])).max().unwrap();
            assert!(begun < start && start < end && end <= over);
            assert!(metrics.iter().all(|metric| values(session, metric) == [end - start]));
            kinds.insert(kind);
            let user = users[participant["userId"].as_str().unwrap()];
            let state = |list: &str| {
                let mut records = user[list].as_array().unwrap().iter();
                let holds =
                    |it: &&Value| at(&it["startTime"]) <= start && it["endTime"].is_null() || at(&it["endTime"]) >= end;
                records.find(|it| at(&it["startTime"]) <= start && holds(it)).unwrap().clone()
            };
            assert_eq!(state("primaryPresence")["systemPresence"], "AVAILABLE");
            assert_eq!(state("routingStatus")["routingStatus"], "OFF_QUEUE");
            heard += 1;
        }
    }
    assert!(heard > 10 && kinds.len() == 3, "{heard} {kinds:?}");
}

#[test]
fn some_whom_a_campaign_reaches_find_nobody() {
    let mut caller = Caller::medium("admin");
    let interval = days(&caller).text();
    let mut left = 0;
    for conversation in caller.page_through(json!({"interval": interval})) {
        let conversation = [conversation];
        let all = sessions(&conversation);
        let Some((queue, session)) = all.iter().find(|(_, it)| !values(it, "nOutboundAbandoned").is_empty()) else {
            continue;
        };
        assert_eq!(
            (queue["purpose"].as_str(), conversation[0]["conversationInitiator"].as_str()),
            (Some("acd"), Some("dialer"))
        );
        assert_eq!(values(session, "nOutboundConnected"), [1]);
        assert!(session["outboundCampaignId"].is_string() && all.len() == 2);
        let id = conversation[0]["conversationId"].as_str().unwrap();
        let recorded = caller.get(&format!("/api/v2/conversations/{id}/recordingmetadata")).parsed();
        assert_eq!((recorded, all.iter().any(|(_, it)| it["recording"] == true)), (json!([]), false));
        left += 1;
    }
    assert!(left > 5, "{left}");
}

#[test]
fn the_first_response_to_what_was_written_is_told_once() {
    let mut caller = Caller::medium("reporting");
    let interval = caller.ready["interval"].clone();
    let mut answered = 0;
    for conversation in caller.page_through(json!({"interval": interval})) {
        let (start, conversation) = (at(&conversation["conversationStart"]), [conversation]);
        let all = sessions(&conversation);
        let all_of = |metric: &str| all.iter().flat_map(|(_, it)| values(it, metric)).collect::<Vec<_>>();
        let is_written = ["chat", "message", "email"].contains(&all[0].1["mediaType"].as_str().unwrap());
        let agents: Vec<_> =
            all.iter().filter(|(participant, _)| is_written && participant["purpose"] == "agent").collect();
        assert_eq!(all_of("tFirstResponse").len(), agents.len().min(1));
        let Some((_, first)) = agents.first() else { continue };
        assert_eq!(all_of("tFirstEngagement"), [at(&first["segments"][1]["segmentStart"]) - start]);
        assert!(all_of("tFirstResponse") > all_of("tFirstEngagement"));
        let responses = all_of("tUserResponseTime").len();
        assert!(responses > 0 && responses == all_of("tAgentResponseTime").len());
        answered += 1;
    }
    assert!(answered > 500, "{answered}");
}

#[test]
fn offers_are_counted_by_the_ranks_of_those_who_were_proposed() {
    let mut caller = Caller::medium("reporting");
    let interval = caller.day();
    let early = Interval { start: interval.start - DAY, ..interval };
    let mut expected: BTreeMap<Option<String>, i64> = BTreeMap::new();
    let all = caller.page_through(json!({"interval": early.text()}));
    // Calls last no day.
    for (_, session) in sessions(&all).into_iter().filter(|(_, it)| it["mediaType"] == "voice") {
        let offers = session["metrics"].as_array().into_iter().flatten().filter(|it| it["name"] == "nOffered");
        for _ in offers.filter(|it| (interval.start..interval.end).contains(&at(&it["emitDate"]))) {
            let ranks =
                session["proposedAgents"].as_array().into_iter().flatten().map(|it| it["agentRank"].to_string());
            let ranks: Vec<_> = ranks.map(Some).collect();
            let ranks = if ranks.is_empty() { vec![None] } else { ranks };
            ranks.into_iter().for_each(|rank| *expected.entry(rank).or_default() += 1);
        }
    }
    let voice = json!({"type": "and", "predicates": [{"dimension": "mediaType", "value": "voice"}]});
    let query =
        json!({"interval": interval.text(), "groupBy": ["agentRank"], "metrics": ["nOffered"], "filter": voice});
    let answer = caller.ask(AGGREGATES, query);
    let told: BTreeMap<Option<String>, i64> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            let rank = result["group"]["agentRank"].as_str().map(String::from);
            (rank, result["data"][0]["metrics"][0]["stats"]["count"].as_i64().unwrap())
        })
        .collect();
    assert_eq!(told, expected);
    assert!(told.len() == 3, "{told:?}");
}
