//! Parameters that narrow a listing do.

use serde_json::Value;

use crate::caller::Caller;

/// What a listing shows.
pub(crate) fn shown(caller: &mut Caller, target: &str) -> Vec<Value> {
    let page = caller.get(&format!("/api/v2/{target}")).parsed();
    page["entities"].as_array().unwrap_or_else(|| panic!("{target}: {page}")).clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_string()
}

fn with(target: &str, more: &str) -> String {
    format!("{target}{}{more}", if target.contains('?') { '&' } else { '?' })
}

/// Checks that a parameter leaves those with a value and no others.
fn narrows(caller: &mut Caller, target: &str, name: &str, of: impl Fn(&Value) -> String) {
    let all = shown(caller, target);
    let value = of(&all[all.len() / 2]);
    let some = shown(caller, &with(target, &format!("{name}={}", value.replace('+', "%2B"))));
    assert!(!some.is_empty() && some.len() < all.len(), "{target} {name}: {} of {}", some.len(), all.len());
    assert_eq!(some, all.into_iter().filter(|one| of(one) == value).collect::<Vec<_>>(), "{target} {name}");
}

#[test]
fn by_what_things_have() {
    let mut caller = Caller::new("admin");
    let division = |one: &Value| text(&one["division"]["id"]);
    for target in ["routing/wrapupcodes", "routing/wrapupcodes/divisionviews", "flows", "teams"] {
        narrows(&mut caller, target, "divisionId", division);
    }
    let unit = text(&shown(&mut caller, "workforcemanagement/businessunits")[0]["id"]);
    let units = format!("workforcemanagement/businessunits/{unit}/managementunits");
    for target in ["workforcemanagement/managementunits", units.as_str()] {
        narrows(&mut caller, target, "divisionId", division);
    }
    narrows(&mut caller, "users", "jabberId", |user| text(&user["chat"]["jabberId"]));
    narrows(&mut caller, "outbound/campaigns", "contactListId", |campaign| text(&campaign["contactList"]["id"]));
    narrows(&mut caller, "outbound/campaigns", "distributionQueueId", |campaign| text(&campaign["queue"]["id"]));
    let sender = |one: &Value| one["smsConfig"]["senderSmsPhoneNumber"]["phoneNumber"].as_str().unwrap_or("x").into();
    narrows(&mut caller, "outbound/messagingcampaigns", "senderSmsPhoneNumber", sender);
    narrows(&mut caller, "flows/outcomes", "nameOrDescription", |one| text(&one["name"]));
    let weeks = format!("workforcemanagement/businessunits/{unit}/weeks/recent/schedules");
    let all = shown(&mut caller, &weeks);
    let [first, last] = [3, 5].map(|at: usize| text(&all[at]["weekDate"]));
    let some = shown(&mut caller, &format!("{weeks}?earliestWeekDate={first}&latestWeekDate={last}"));
    assert_eq!(some, all[3..=5]);
    let roles = shown(&mut caller, "authorization/roles?permission=analytics:conversationDetail:view");
    assert_eq!(roles.iter().map(|role| text(&role["name"])).collect::<Vec<_>>(), ["Reporting", "Master Admin"]);
}

#[test]
fn by_what_nothing_has() {
    let mut caller = Caller::new("admin");
    let nobody = "00000000-0000-4000-8000-000000000000";
    let division = format!("divisionId={nobody}");
    for (target, none) in [
        ("workforcemanagement/businessunits", &*division),
        ("routing/wrapupcodes/divisionviews", "includeState=Deleted"),
        ("routing/queues", "cannedResponseLibraryId=x"),
        ("flows", "description=x"),
        ("flows", "lockedBy=x"),
        ("flows", "secure=any"),
        ("flows", "publishedAfter=2026-01-01T00:00:00Z"),
        ("flows/milestones", "nameOrDescription=x"),
        ("groups", "jabberId=x"),
        ("outbound/campaigns", "dncListIds=x"),
        ("outbound/messagingcampaigns", "contentTemplateId=x"),
        ("presence/definitions", "deactivated=true"),
        ("presencedefinitions", "deleted=true"),
        ("authorization/roles", "defaultRoleId=x"),
    ] {
        assert!(!shown(&mut caller, target).is_empty(), "{target}");
        assert_eq!(shown(&mut caller, &with(target, none)), [] as [Value; 0], "{target}?{none}");
    }
}

#[test]
fn names_compare_as_they_are_told_to() {
    let mut caller = Caller::new("admin");
    for (kind, name, count) in [
        ("", "campaign", 3),
        ("Prefix", "campaign 2", 1),
        ("BeginsWith", "ampaign", 0),
        ("Contains", "ampaign", 3),
        ("EndsWith", "n 3", 1),
        ("Equals", "Campaign", 0),
        ("Equals", "Campaign 1", 1),
        ("GreaterThan", "Campaign 1", 2),
        ("LessThanEqualTo", "Campaign 1", 1),
    ] {
        let kind = if kind.is_empty() { String::new() } else { format!("&filterType={kind}") };
        let found = shown(&mut caller, &format!("outbound/campaigns?name={}{kind}", name.replace(' ', "%20")));
        assert_eq!(found.len(), count, "{name}{kind}");
    }
    assert_eq!(caller.get("/api/v2/outbound/campaigns?name=x&filterType=RegEx").status, 400);
    let ids: Vec<String> =
        shown(&mut caller, "routing/wrapupcodes?sortBy=id").iter().map(|one| text(&one["id"])).collect();
    assert!(ids.len() > 3 && ids.is_sorted());
}
