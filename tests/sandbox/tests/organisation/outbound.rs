//! Campaigns and contact lists are those of the conversations, and have done what the conversations tell.

use pegcount_sandbox::time::iso;
use serde_json::{Value, json};

use crate::caller::{AGGREGATES, Caller, sessions};

const CAMPAIGNS: &str = "/api/v2/outbound/campaigns";
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
        assert!(progress["percentage"].as_i64().unwrap() <= 100);
    }
}
