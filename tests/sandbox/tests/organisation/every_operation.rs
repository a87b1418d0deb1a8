//! Every operation that the API has, asked for something that exists: what this sandbox performs has an answer that the
//! definitions allow, and all else is a 501.

use std::collections::BTreeSet;

use pegcount_sandbox::time::{DAY, HOUR, MINUTE, SECOND, iso};
use pegcount_sandbox::{Request, Response};
use serde_json::{Value, json};

use crate::caller::{Caller, REDIRECT, sessions};
use crate::definitions::DEFINITIONS;
use crate::questions::words;

/// Listings whose first row a placeholder stands for, in paths that begin so.
const LISTINGS: [(&str, &str, &str); 31] = [
    ("", "{queueId}", "routing/queues"),
    ("", "{codeId}", "routing/wrapupcodes"),
    ("", "{skillId}", "routing/skills"),
    ("", "{languageId}", "routing/languages"),
    ("", "{userId}", "users"),
    ("", "{subjectId}", "users"),
    ("", "{agentId}", "users"),
    ("", "{groupId}", "groups"),
    ("", "{teamId}", "teams"),
    ("", "{locationId}", "locations"),
    ("", "{divisionId}", "authorization/divisions"),
    ("", "{roleId}", "authorization/roles"),
    ("", "{clientId}", "oauth/clients"),
    ("oauth/authorizations", "{clientId}", "oauth/authorizations"),
    ("", "{scopeId}", "oauth/scopes"),
    ("", "{definitionId}", "presence/definitions"),
    ("", "{presenceId}", "presencedefinitions"),
    ("", "{flowId}", "flows"),
    ("", "{botFlowId}", "flows?type=DIGITALBOT"),
    ("", "{flowOutcomeId}", "flows/outcomes"),
    ("", "{milestoneId}", "flows/milestones"),
    ("", "{campaignId}", "outbound/campaigns"),
    ("", "{messagingCampaignId}", "outbound/messagingcampaigns"),
    ("", "{downloadId}", "analytics/dataextraction/downloads/metadata"),
    ("", "{contactListId}", "outbound/contactlists"),
    ("", "{formId}", "quality/forms/evaluations"),
    ("quality/forms/surveys", "{formId}", "quality/forms/surveys"),
    ("quality/publishedforms/surveys", "{formId}", "quality/forms/surveys"),
    ("", "{topicId}", "speechandtextanalytics/topics"),
    ("", "{categoryId}", "speechandtextanalytics/categories"),
    ("", "{businessUnitId}", "workforcemanagement/businessunits"),
];

/// What answers with nothing, for families without data.
const EMPTY: [&str; 3] = ["/aggregates/query", "/aggregates/jobs/{jobId}/results", "/taskmanagement/metrics/query"];

/// What is performed, a method and a path a line; the official SDKs are asked for all of it (tests/peers/fidelity).
pub(crate) const PERFORMED: &str = include_str!("performed.txt");

/// As many days of time off as may be asked for at once.
fn time_off() -> Value {
    json!({"dateRange": {"startDate": "2026-02-24", "endDate": "2026-03-29"}})
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value}")).to_string()
}

/// What there is to ask for.
pub(crate) struct World {
    pub(crate) caller: Caller,
    /// Where paths begin so, a placeholder stands for this; the longest beginning counts, then the latest.
    pub(crate) things: Vec<(&'static str, &'static str, String)>,
    interval: String,
}

impl World {
    pub(crate) fn new() -> Self {
        let mut caller = Caller::new("admin");
        let day = caller.day();
        caller.now = day.end + 12 * HOUR;
        caller.log_in("admin");
        let mut world = Self { caller, things: Vec::new(), interval: day.text() };
        for (within, name, listing) in LISTINGS {
            let first = world.first(listing);
            let id = if first["id"].is_null() { &first["client"]["id"] } else { &first["id"] };
            world.things.push((within, name, text(id)));
        }
        let namespace = text(&world.first("organizations/limits/namespaces"));
        let week = String::from("2026-03-09");
        world.things.extend([
            ("", "{sourceId}", "PURECLOUD".into()),
            ("", "{weekId}", week.clone()),
            ("", "{weekDateId}", week),
            ("", "{namespaceName}", namespace),
        ]);
        world.find_conversations();
        world.find_plans();
        world
    }

    fn first(&mut self, listing: &str) -> Value {
        let target = self.target(listing);
        self.caller.get(&target).parsed()["entities"][0].clone()
    }

    /// A conversation with an evaluation, one with a survey, one with a marked recording.
    fn find_conversations(&mut self) {
        for it in self.caller.page_through(json!({"interval": self.interval})) {
            let id = text(&it["conversationId"]);
            if let Some(survey) = it["surveys"][0]["surveyId"].as_str() {
                self.things.push(("quality/conversations/{conversationId}/surveys", "{conversationId}", id.clone()));
                self.things.push(("", "{surveyId}", survey.into()));
            }
            if let Some(evaluation) = it["evaluations"][0]["evaluationId"].as_str() {
                self.things.push(("quality/conversations/{conversationId}/eval", "{conversationId}", id.clone()));
                self.things.push(("", "{evaluationId}", evaluation.into()));
                self.things.push(("", "{evaluatorId}", text(&it["evaluations"][0]["evaluatorId"])));
            }
            let parts = [it];
            if !sessions(&parts).iter().any(|(_, session)| session["recording"] == true) {
                continue;
            }
            let told = self.caller.get(&format!("/api/v2/conversations/{id}/recordingmetadata")).parsed();
            let marked = told.as_array().unwrap().iter().find(|one| one["annotations"][0]["id"].is_string());
            let Some(recording) = marked else { continue };
            self.things.extend([
                ("", "{conversationId}", id),
                ("", "{communicationId}", text(&recording["sessionId"])),
                ("", "{recordingId}", text(&recording["id"])),
                ("", "{annotationId}", text(&recording["annotations"][0]["id"])),
            ]);
        }
    }

    /// A schedule, and a management unit with somebody who asked for time off.
    fn find_plans(&mut self) {
        let schedule =
            self.first("workforcemanagement/businessunits/{businessUnitId}/weeks/{weekId}/schedules")["id"].clone();
        self.things.push(("", "{scheduleId}", text(&schedule)));
        let units = self.caller.get("/api/v2/workforcemanagement/managementunits").parsed()["entities"].clone();
        for unit in units.as_array().unwrap() {
            let id = text(&unit["id"]);
            let query = format!("/api/v2/workforcemanagement/managementunits/{id}/timeoffrequests/query");
            let found = self.caller.ask(&query, time_off())["entities"][0].clone();
            if found.is_object() {
                self.things.extend([
                    ("", "{managementUnitId}", id),
                    ("", "{timeOffRequestId}", text(&found["id"])),
                    ("workforcemanagement/managementunits", "{userId}", text(&found["user"]["id"])),
                ]);
            }
        }
    }

    /// What a placeholder stands for; what nothing is known of is a queue, which exists at least.
    fn thing(&self, path: &str, placeholder: &str) -> &str {
        let known = self.things.iter().filter(|(within, name, _)| *name == placeholder && path.starts_with(within));
        known.max_by_key(|(within, ..)| within.len()).map_or(&self.things[0].2, |(.., id)| id)
    }

    /// The path with everything filled in, and with the parameters that it cannot be asked without.
    pub(crate) fn target(&self, path: &str) -> String {
        let parts = path.split('/').map(|part| if part.starts_with('{') { self.thing(path, part) } else { part });
        let target = format!("/api/v2/{}", parts.collect::<Vec<_>>().join("/"));
        match path {
            "analytics/conversations/details" => format!("{target}?id={}", self.thing(path, "{conversationId}")),
            "users/presences/purecloud/bulk" | "users/presences/{sourceId}/bulk" | "workforcemanagement/adherence" => {
                let parameter = if path.starts_with("users") { "id" } else { "userId" };
                format!("{target}?{parameter}={}", self.thing("users", "{userId}"))
            }
            "quality/evaluations/query" => {
                format!("{target}?evaluatorUserId={}", self.thing(path, "{evaluatorId}"))
            }
            "analytics/agents/status/counts" => format!("{target}?groupBy=presence"),
            "users/search" => {
                use base64::Engine as _;
                let asked = base64::engine::general_purpose::STANDARD.encode("{\"pageSize\":10}");
                format!("{target}?q64={asked}")
            }
            _ => target,
        }
    }

    pub(crate) fn ask(&mut self, method: &str, path: &str) -> Response {
        let target = self.target(path);
        let authorization = format!("Bearer {}", self.caller.token);
        let request = Request::new(method, &target).header("Authorization", &authorization);
        let body = self.body(path);
        self.caller.send(match method {
            "GET" | "HEAD" | "DELETE" => request,
            _ => request.body("application/json", body.to_string()),
        })
    }

    /// What is asked with.
    pub(crate) fn body(&self, path: &str) -> Value {
        let interval = &self.interval;
        let (start, end) = interval.split_once('/').unwrap();
        let family = path.split('/').nth(1).unwrap_or_default();
        let thing = |name: &str| self.thing(path, name).to_string();
        let only =
            |dimension: &str, id: String| json!({"type": "or", "predicates": [{"dimension": dimension, "value": id}]});
        let activity =
            |metric: &str, group: &str| json!({"metrics": [{"metric": metric, "details": true}], "groupBy": [group]});
        match path {
            _ if path.contains("/aggregates/") => {
                json!({"interval": interval, "granularity": "PT1H", "metrics": [metric_of(family)]})
            }
            _ if path.contains("/details/") => json!({"interval": interval}),
            "analytics/queues/observations/query" => {
                json!({"filter": only("queueId", thing("{queueId}")), "metrics": ["oInteracting", "oWaiting"]})
            }
            "analytics/users/observations/query" => {
                json!({"filter": only("userId", thing("{userId}")), "metrics": ["oActiveQueues", "oMemberQueues"]})
            }
            "analytics/flows/observations/query" => {
                json!({"filter": only("flowId", thing("{flowId}")), "metrics": ["oFlow"]})
            }
            "analytics/taskmanagement/metrics/query" => json!({
                "groupBy": ["queueId"],
                "metrics": [{"name": "oWorkitemsAssigned"}],
                "filter": {"predicates": [{"dimension": "queueId", "value": thing("{queueId}")}]},
            }),
            "analytics/users/activity/query" => activity("oMemberQueues", "userId"),
            "analytics/routing/activity/query" => activity("oMemberUsers", "queueId"),
            "analytics/teams/activity/query" => activity("oTeamPresences", "teamId"),
            "analytics/conversations/activity/query" => activity("oInteracting", "queueId"),
            "analytics/flows/activity/query" => activity("oFlow", "flowId"),
            "audits/query" | "audits/query/realtime" => json!({"interval": interval, "serviceName": "ContactCenter"}),
            "audits/query/realtime/related" => json!({"auditId": thing("{auditId}")}),
            "usage/query" | "oauth/clients/{clientId}/usage/query" => {
                let until = self.caller.now + HOUR;
                json!({"interval": format!("{}/{}", iso(until - DAY), iso(until)), "groupBy": ["TemplateUri"]})
            }
            "quality/evaluations/search" => {
                let range = json!({"type": "DATE_RANGE", "field": "releaseDate", "startValue": start, "endValue": end});
                json!({"pageNumber": 1, "pageSize": 100, "query": [range]})
            }
            "analytics/dataextraction/downloads/bulk" => json!({"files": [thing("{downloadId}")]}),
            "tokens/timeout" => json!({"enableIdleTokenTimeout": true, "idleTokenTimeoutSeconds": 28_800}),
            "speechandtextanalytics/transcripts/search" => json!({"types": ["transcripts"], "query": []}),
            "workforcemanagement/adherence/historical/bulk" => {
                let item = json!({"managementUnitId": thing("{managementUnitId}"), "startDate": start, "endDate": end});
                json!({"items": [item], "timeZone": "Europe/Berlin"})
            }
            _ if path.ends_with("agentschedules/query") => json!({"managementUnitId": thing("{managementUnitId}")}),
            _ if path.ends_with("schedules/search") => {
                json!({"startDate": start, "endDate": end, "userIds": [thing("{userId}")]})
            }
            _ if path.ends_with("timeoffrequests/query") => time_off(),
            _ if path.ends_with("historicaladherencequery") || path.ends_with("adherence/historical") => {
                json!({"startDate": start, "endDate": end, "timeZone": "Europe/Berlin"})
            }
            _ => json!({}),
        }
    }

    /// Submits the job that a path asks about, and waits for it.
    pub(crate) fn submit(&mut self, path: &str) {
        const JOBS: [(&str, &str); 8] = [
            ("{transactionId}", "/{transactionId}/results"),
            ("{executionId}", "/results/{executionId}"),
            ("{executionId}", "/{executionId}/results"),
            ("{transactionId}", "/{transactionId}"),
            ("{jobId}", "/{jobId}/results"),
            ("{jobId}", "/{jobId}"),
            ("{jobId}", "/jobs/{jobId}"),
            ("{auditId}", "/related"),
        ];
        for (name, end) in JOBS {
            let Some(by) = path.strip_suffix(end) else { continue };
            let by = match by {
                "workforcemanagement/adherence/historical" => {
                    "workforcemanagement/managementunits/{managementUnitId}/historicaladherencequery"
                }
                by => by,
            };
            let told = self.ask("POST", by).parsed();
            let places =
                [&told["jobId"], &told["id"], &told["executionId"], &told["job"]["id"], &told["entities"][0]["id"]];
            if let Some(id) = places.iter().find_map(|place| place.as_str()) {
                self.things.push(("", name, id.into()));
                self.caller.now += 10 * SECOND;
            }
        }
    }
}

/// A metric of a family; where none is enumerated any word will do.
fn metric_of(family: &str) -> &'static str {
    words(&format!("{family}.metric")).first().unwrap_or(&"any")
}

/// Takes a token of the user: some operations are about whoever asks.
fn become_user(caller: &mut Caller) {
    let code = caller.code("code");
    let exchange = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", REDIRECT)];
    assert_eq!(caller.grant("code", &exchange).status, 200);
}

#[test]
fn every_operation_is_performed_or_refused() {
    let mut world = World::new();
    let (mut performed, mut wrong) = (BTreeSet::new(), Vec::new());
    for (method, template) in DEFINITIONS.operations() {
        let path = template.strip_prefix("/api/v2/").unwrap();
        let known = world.things.len();
        world.submit(path);
        let mut answer = world.ask(method, path);
        if answer.status == 404 {
            // Does it exist for no id, or is it not performed? A queue's exists.
            let things = std::mem::take(&mut world.things);
            world.things.extend(things.first().cloned());
            answer = world.ask(method, path);
            world.things = things;
        }
        if answer.parsed()["code"] == "not.a.user" {
            become_user(&mut world.caller);
            answer = world.ask(method, path);
            world.caller.log_in("admin");
        }
        // Sound is made ready in some minutes, and at times a flow is empty.
        let may_be_empty = method == "DELETE" || EMPTY.iter().any(|end| path.ends_with(end));
        let says_nothing = |answer: &Response| {
            !may_be_empty && answer.status < 300 && DEFINITIONS.judge(method, template, answer).leaves == 0
        };
        let patience = world.caller.now + HOUR;
        while world.caller.now < patience && says_nothing(&answer) {
            world.caller.now += MINUTE;
            answer = world.ask(method, path);
        }
        match answer.status {
            501 => {}
            200..300 if says_nothing(&answer) => wrong.push(format!("{method} {path}: nothing to judge")),
            // A file is somewhere else.
            200..300 | 302 => _ = performed.insert(format!("{method} {path}")),
            status => wrong.push(format!("{method} {path}: {status} {}", answer.parsed()["message"])),
        }
        world.things.truncate(known);
        if (method, path) == ("DELETE", "tokens/me") {
            world.caller.log_in("admin");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let known: BTreeSet<String> = PERFORMED.lines().map(String::from).collect();
    let differ: Vec<&String> = performed.symmetric_difference(&known).collect();
    assert!(differ.is_empty(), "performed, or in performed.txt, and not both: {differ:#?}");
}
