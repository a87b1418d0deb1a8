//! Permissions and divisions that change while the organisation runs.

use pegcount_sandbox::time::MINUTE;
use pegcount_sandbox::{Request, Size};
use serde_json::{Value, json};

use crate::caller::{Caller, OBSERVATIONS};

const OBSERVING: &str = "analytics:queueObservation:view";

fn observes(caller: &mut Caller) -> u16 {
    let filter = json!({"type": "or", "predicates": [{"dimension": "queueId", "value": "2d6f2a0c-3f0e-4f0a-8d0a-0b1c2d3e4f50"}]});
    caller.post(OBSERVATIONS, json!({"filter": filter, "metrics": ["oWaiting"]})).status
}

#[test]
fn a_permission_is_in_force_five_minutes_later() {
    let mut caller = Caller::new("reporting");
    assert_eq!(observes(&mut caller), 200);
    let told = caller.control("POST", "/clients/reporting/permissions", json!({"remove": [OBSERVING]}));
    assert!(!told["permissions"].as_array().unwrap().contains(&json!(OBSERVING)));
    caller.now += 5 * MINUTE - 1;
    assert_eq!(observes(&mut caller), 200, "not yet");
    caller.now += 1;
    assert_eq!(observes(&mut caller), 403, "also with the token that it has");
    // Another client of the same role is concerned, too.
    caller.log_in("emea-only");
    assert_eq!(observes(&mut caller), 403);
    caller.control("POST", "/clients/emea-only/permissions", json!({"add": [OBSERVING], "after_ms": 0}));
    assert_eq!(observes(&mut caller), 200);
    // What one endpoint says, the others agree with.
    caller.log_in("admin");
    let roles = caller.get("/api/v2/authorization/roles?pageSize=100").parsed();
    let named = |role: &&Value| role["name"] == "Reporting";
    let role = roles["entities"].as_array().unwrap().iter().find(named).unwrap().clone();
    assert!(role["permissions"].as_array().unwrap().contains(&json!(OBSERVING)));
}

#[test]
fn whoever_may_everything_may_all_but_what_is_taken() {
    let mut caller = Caller::new("admin");
    let told =
        caller.control("POST", "/clients/admin/permissions", json!({"add": ["routing:skill:view"], "after_ms": 0}));
    assert_eq!(told["permissions"], json!(["*"]));
    caller.control("POST", "/clients/admin/permissions", json!({"remove": [OBSERVING], "after_ms": 0}));
    assert_eq!((observes(&mut caller), caller.get("/api/v2/routing/skills").status), (403, 200));
    let operations = include_str!("performed.txt").lines().filter_map(|line| line.strip_prefix("GET "));
    for path in operations.filter(|path| !path.contains('{')) {
        let answer = caller.get(&format!("/api/v2/{path}"));
        assert!(answer.status != 403, "{path}: {}", answer.parsed());
    }
    caller.control("POST", "/clients/admin/permissions", json!({"add": [OBSERVING], "after_ms": 0}));
    assert_eq!(observes(&mut caller), 200);
}

#[test]
fn what_is_taken_at_once_is_not_given_back_by_what_spreads() {
    let mut caller = Caller::new("admin");
    caller.control("POST", "/clients/admin/permissions", json!({"remove": ["routing:skill:view"]}));
    let told = caller.control("POST", "/clients/admin/permissions", json!({"remove": [OBSERVING], "after_ms": 0}));
    assert!(!told["permissions"].as_array().unwrap().contains(&json!(OBSERVING)));
    let skills = |caller: &mut Caller| caller.get("/api/v2/routing/skills").status;
    assert_eq!((observes(&mut caller), skills(&mut caller)), (403, 200));
    caller.now += 5 * MINUTE;
    assert_eq!((observes(&mut caller), skills(&mut caller)), (403, 403));
}

#[test]
fn changes_add_up_in_the_order_they_were_made() {
    let mut caller = Caller::new("no-analytics");
    assert_eq!(observes(&mut caller), 403);
    caller.control("POST", "/clients/no-analytics/permissions", json!({"add": [OBSERVING]}));
    let both = caller.control("POST", "/clients/no-analytics/permissions", json!({"add": ["routing:skill:view"]}));
    assert!(both["permissions"].as_array().unwrap().contains(&json!(OBSERVING)));
    caller.now += 5 * MINUTE;
    assert_eq!(observes(&mut caller), 200);
    // One that spreads at once neither waits for the one before it nor is undone by it.
    let slow = json!({"remove": [OBSERVING]});
    caller.control("POST", "/clients/no-analytics/permissions", slow);
    let skills = json!({"remove": ["routing:skill:view"], "after_ms": 0});
    caller.control("POST", "/clients/no-analytics/permissions", skills);
    let lists = |caller: &mut Caller| caller.get("/api/v2/routing/skills").status;
    assert_eq!((observes(&mut caller), lists(&mut caller)), (200, 403));
    caller.now += 5 * MINUTE;
    assert_eq!((observes(&mut caller), lists(&mut caller)), (403, 403));
    caller.control("POST", "/reset", json!({}));
    caller.log_in("no-analytics");
    assert_eq!(observes(&mut caller), 403);
}

#[test]
fn divisions_change_rows() {
    let mut caller = Caller::new("reporting");
    let count =
        |caller: &mut Caller| caller.get("/api/v2/routing/queues?pageSize=100").parsed()["total"].as_i64().unwrap();
    let all = count(&mut caller);
    caller.control("POST", "/clients/reporting/divisions", json!({"divisions": ["emea"], "after_ms": 0}));
    let some = count(&mut caller);
    assert!(0 < some && some < all);
    caller.control("POST", "/clients/reporting/divisions", json!({"divisions": null, "after_ms": 0}));
    assert_eq!(count(&mut caller), all);
    // A role that is granted nowhere grants nothing.
    caller.control("POST", "/clients/reporting/divisions", json!({"divisions": [], "after_ms": 0}));
    assert_eq!(caller.get("/api/v2/routing/queues").parsed()["code"], "missing.any.permissions");
    assert_eq!(caller.get("/api/v2/tokens/me").status, 200);
}

#[test]
fn people_of_other_divisions_are_nowhere() {
    let mut caller = Caller::with("admin", |options| options.size = Size::Medium);
    let people = caller.get("/api/v2/users?pageSize=500").parsed()["entities"].clone();
    let teams = caller.get("/api/v2/teams?pageSize=100").parsed()["entities"].clone();
    caller.control("POST", "/clients/admin/divisions", json!({"divisions": ["emea"], "after_ms": 0}));
    let of = |all: &Value, is_own: bool| {
        let mut fits = all.as_array().unwrap().iter().filter(|one| (one["division"]["name"] == "EMEA") == is_own);
        fits.next().unwrap()["id"].as_str().unwrap().to_string()
    };
    let (own, other) = (of(&people, true), of(&people, false));
    let told = caller.get(&format!("/api/v2/users/presences/purecloud/bulk?id={own},{other}")).parsed();
    assert_eq!((told.as_array().unwrap().len(), &told[0]["userId"]), (1, &json!(own)));
    for path in ["", "/presences/purecloud", "/routingstatus", "/routingskills"] {
        assert_eq!(caller.get(&format!("/api/v2/users/{own}{path}")).status, 200);
        let refused = caller.get(&format!("/api/v2/users/{other}{path}"));
        let body = refused.parsed();
        assert_eq!((refused.status, &body["code"]), (403, &json!("missing.any.division.permissions")));
        assert!(body["message"].as_str().unwrap().contains("[directory:user:view]"), "{body}");
    }
    let past = json!({"startDate": "2026-03-09T00:00:00Z", "endDate": "2026-03-10T00:00:00Z"});
    for (is_own, statuses) in [(true, [200, 202, 200]), (false, [403, 403, 403])] {
        let team = of(&teams, is_own);
        let now = caller.get(&format!("/api/v2/workforcemanagement/teams/{team}/adherence")).status;
        let before =
            caller.post(&format!("/api/v2/workforcemanagement/teams/{team}/adherence/historical"), past.clone());
        let members = caller.get(&format!("/api/v2/teams/{team}/members")).status;
        assert_eq!([now, before.status, members], statuses);
    }
}

#[test]
fn what_does_not_exist_is_named() {
    let mut caller = Caller::new("reporting");
    for (path, body, named) in [
        ("/clients/nobody/permissions", json!({}), "nobody"),
        ("/clients/reporting/permissions", json!({"add": ["analytics:everything:view"]}), "analytics:everything:view"),
        ("/clients/reporting/permissions", json!({"add": "x"}), "`add`"),
        ("/clients/reporting/divisions", json!({}), "`divisions`"),
        ("/clients/reporting/divisions", json!({"divisions": ["Atlantis"]}), "Atlantis"),
        ("/clients/reporting/divisions", json!({"divisions": [], "after_ms": -1}), "`after_ms`"),
    ] {
        let request = Request::new("POST", &format!("/sandbox{path}")).body("application/json", body.to_string());
        let answer = caller.send(request);
        assert_eq!(answer.status, 400, "{path} {body}");
        assert!(answer.parsed()["error"].as_str().unwrap().contains(named), "{}", answer.parsed());
    }
}
