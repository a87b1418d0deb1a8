//! Campaigns and contact lists are those of the conversations, and have done what the conversations tell.

use pegcount_sandbox::time::iso;
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller, sessions};

const CAMPAIGNS: &str = "/api/v2/outbound/campaigns";
const MESSAGING: &str = "/api/v2/outbound/messagingcampaigns";
const LISTS: &str = "/api/v2/outbound/contactlists";

fn entities(caller: &mut Caller, target: &str) -> Vec<Value> {
    let answer = caller.get(target);
    assert_eq!(answer.status, 200, "{}", answer.parsed());
    answer.parsed()["entities"].as_array().unwrap().clone()
}

#[test]
fn every_dialled_call_belongs_to_a_campaign_its_list_and_its_queue() {
    let mut caller = Caller::medium("admin");
    let (campaigns, lists) = (entities(&mut caller, CAMPAIGNS), entities(&mut caller, LISTS));
    let query = json!({
        "interval": caller.ready["interval"],
        "segmentFilters": [{"type": "and", "predicates": [{"dimension": "outboundCampaignId", "operator": "exists"}]}],
    });
    let found = caller.page_through(query);
    assert!(found.len() > 50, "{}", found.len());
    for (_, session) in sessions(&found).into_iter().filter(|(_, session)| session["outboundCampaignId"].is_string()) {
        let campaign = campaigns.iter().find(|one| one["id"] == session["outboundCampaignId"]).unwrap();
        assert_eq!(campaign["contactList"]["id"], session["outboundContactListId"]);
        assert!(lists.iter().any(|list| list["id"] == session["outboundContactListId"]));
        let queues = session["segments"].as_array().unwrap().iter().filter_map(|segment| segment.get("queueId"));
        assert!(queues.into_iter().all(|queue| *queue == campaign["queue"]["id"]));
    }
    let one = caller.get(campaigns[1]["selfUri"].as_str().unwrap()).parsed();
    assert_eq!(one, campaigns[1]);
    let view = caller.get(&format!("{CAMPAIGNS}/divisionviews/{}", one["id"].as_str().unwrap())).parsed();
    assert_eq!((&view["name"], &view["dialingMode"]), (&one["name"], &Value::Null));
    assert_eq!(entities(&mut caller, &format!("{LISTS}/divisionviews")).len(), lists.len());
    let nobody = "00000000-0000-4000-8000-000000000000";
    assert_eq!(caller.get(&format!("{CAMPAIGNS}/{nobody}/progress")).status, 404);
}

#[test]
fn who_calls_out_dials_the_customers_number() {
    let mut caller = Caller::medium("admin");
    let from = entities(&mut caller, CAMPAIGNS)[0]["callerAddress"].as_str().map(|number| format!("tel:{number}"));
    let found = caller.page_through(json!({"interval": caller.ready["interval"]}));
    let mut seen = [0; 3];
    for (at, it) in found.iter().enumerate() {
        let parts = sessions(&found[at..=at]);
        let number = |session: &Value, name: &str| session[name].as_str().unwrap_or_default().to_string();
        let is_customers = |number: &str| number.starts_with("tel:+1317");
        let called = parts.iter().find_map(|(_, session)| session["callbackNumbers"][0].as_str());
        for (_, session) in parts.iter().filter(|(_, session)| session["mediaType"] == "voice") {
            let (ani, dnis) = (number(session, "ani"), number(session, "dnis"));
            match called {
                Some(called) => assert_eq!((dnis.as_str(), is_customers(&ani)), (called, false)),
                None => {
                    // Within an inbound call a colleague calls another.
                    let expected = match (&it["originatingDirection"], &session["direction"]) {
                        (first, _) if first == "outbound" => (false, true),
                        (_, own) => (own == "inbound", false),
                    };
                    assert_eq!((is_customers(&ani), is_customers(&dnis)), expected, "{it}");
                }
            }
            let is_campaigns = session["outboundCampaignId"].is_string();
            assert!(!is_campaigns || Some(ani) == from);
            let kind = if is_campaigns { 2 } else { usize::from(called.is_some()) };
            seen[kind] += 1;
        }
    }
    assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
}

#[test]
fn a_campaign_has_done_what_the_aggregates_count() {
    let mut caller = Caller::medium("admin");
    let today = format!("{}/{}", iso(caller.day().end), iso(caller.now));
    for campaign in entities(&mut caller, CAMPAIGNS) {
        let id = campaign["id"].as_str().unwrap().to_string();
        let predicate = json!({"dimension": "outboundCampaignId", "value": id});
        let body = json!({
            "interval": today,
            "metrics": ["nOutboundAttempted", "nOutboundConnected"],
            "filter": {"type": "and", "predicates": [predicate]},
        });
        let counted = caller.ask(AGGREGATES, body)["results"][0]["data"][0]["metrics"].clone();
        let count = |name: &str| {
            let metric = counted.as_array().unwrap().iter().find(|metric| metric["metric"] == name);
            metric.unwrap()["stats"]["count"].clone()
        };
        let progress = caller.get(&format!("{CAMPAIGNS}/{id}/progress")).parsed();
        let stats = caller.get(&format!("{CAMPAIGNS}/{id}/stats")).parsed();
        assert_eq!(progress["numberOfContactsCalled"], count("nOutboundAttempted"));
        assert_eq!(stats["contactRate"]["attempts"], count("nOutboundAttempted"));
        assert_eq!(stats["contactRate"]["connects"], count("nOutboundConnected"));
        let queue = campaign["queue"]["id"].as_str().unwrap();
        let idle = caller.get(&format!("/api/v2/routing/queues/{queue}/members?routingStatus=IDLE&pageSize=100"));
        assert_eq!(stats["idleAgents"], idle.parsed()["entities"].as_array().unwrap().len());
        assert!(progress["percentage"].as_i64().unwrap() <= 100);
    }
}

#[test]
fn campaigns_of_every_kind_are_those_of_the_single_listings() {
    let mut caller = Caller::new("admin");
    let (calling, writing) = (entities(&mut caller, CAMPAIGNS), entities(&mut caller, MESSAGING));
    let all = entities(&mut caller, &format!("{CAMPAIGNS}/all?pageSize=100"));
    assert_eq!(all.len(), calling.len() + writing.len());
    for one in &all {
        let (many, medium) = match one["mediaType"].as_str().unwrap() {
            "voice" => (&calling, None),
            medium => (&writing, Some(medium)),
        };
        let same = many.iter().find(|campaign| campaign["id"] == one["id"]).unwrap();
        for name in ["name", "division", "selfUri"] {
            assert_eq!(one[name], same[name]);
        }
        assert_eq!(same["smsConfig"].is_object(), medium == Some("sms"));
        assert_eq!(same["emailConfig"].is_object(), medium == Some("email"));
        assert_eq!(&caller.get(one["selfUri"].as_str().unwrap()).parsed(), same);
    }
    let media = |found: Vec<Value>| found.into_iter().map(|one| one["mediaType"].clone()).collect::<Vec<_>>();
    let sms = media(entities(&mut caller, &format!("{CAMPAIGNS}/all?mediaType=sms")));
    assert_eq!((sms.len(), sms.iter().all(|medium| medium == "sms")), (writing.len() / 2, true));
    assert_eq!(media(entities(&mut caller, &format!("{CAMPAIGNS}/all/divisionviews"))), media(all));
    assert_eq!(caller.get(&format!("{CAMPAIGNS}/all?mediaType=fax")).status, 400);
    caller.control("POST", "/clients/emea-only/permissions", json!({"add": ["outbound:campaign:view"], "after_ms": 0}));
    caller.log_in("emea-only");
    let own = entities(&mut caller, &format!("{CAMPAIGNS}/all"));
    assert!(!own.is_empty() && own.iter().all(|one| one["division"]["name"] == "EMEA"), "{own:?}");
}

#[test]
fn nothing_is_written_by_a_campaign_that_no_conversation_is_of() {
    let mut caller = Caller::new("admin");
    let lists = entities(&mut caller, LISTS);
    for campaign in entities(&mut caller, MESSAGING) {
        let place = campaign["selfUri"].as_str().unwrap().to_string();
        let list = lists.iter().find(|list| list["id"] == campaign["contactList"]["id"]).unwrap();
        assert_eq!((&campaign["campaignStatus"], &campaign["division"]), (&json!("off"), &list["division"]));
        let progress = caller.get(&format!("{place}/progress")).parsed();
        assert_eq!((&progress["numberOfContactsMessaged"], &progress["percentage"]), (&json!(0), &json!(0)));
        assert_eq!(progress["totalNumberOfContacts"], list["size"]);
        assert_eq!(caller.get(&format!("{place}/diagnostics")).status, 200);
        let view = caller.get(&place.replace("campaigns/", "campaigns/divisionviews/")).parsed();
        assert_eq!((&view["name"], view.get("campaignStatus")), (&campaign["name"], None));
        let predicate = json!({"dimension": "outboundCampaignId", "value": campaign["id"]});
        let filters = json!([{"type": "and", "predicates": [predicate]}]);
        assert!(
            caller.page_through(json!({"interval": caller.ready["interval"], "segmentFilters": filters})).is_empty()
        );
    }
    for (query, share) in [("type=SMS", 2), ("campaignStatus=off", 1)] {
        let all = entities(&mut caller, MESSAGING).len();
        assert_eq!(entities(&mut caller, &format!("{MESSAGING}?{query}")).len(), all / share, "{query}");
    }
    assert!(entities(&mut caller, &format!("{MESSAGING}?campaignStatus=on")).is_empty());
    let nobody = "00000000-0000-4000-8000-000000000000";
    for end in ["", "/progress", "/diagnostics"] {
        assert_eq!(caller.get(&format!("{MESSAGING}/{nobody}{end}")).status, 404);
    }
}
