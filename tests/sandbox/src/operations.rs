//! Which operations are performed, and by what.

use crate::analytics::aggregates::family;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::uuid::Uuid;
use crate::wire::Response;

/// An answer's body, or why there is none.
type Answer = Result<Vec<u8>, Refusal>;

impl Org {
    /// Performs a call that was let through.
    pub(crate) fn perform(&mut self, method: &str, call: Call) -> Result<Response, Refusal> {
        let path = call.path.strip_prefix("/api/v2/").unwrap_or(call.path);
        if let Some(told) = self.recorded(method, path, &call) {
            return told.map(|(status, body)| Response::json(status, body));
        }
        if path == "analytics/dataextraction/downloads/{downloadId}" {
            let place = self.extraction_download(&call)?;
            return Ok(Response { status: 302, ..Response::default() }.header("Location", place));
        }
        let status = success(method, call.path);
        Ok(Response::json(status, self.answer(method, path, call)?))
    }

    /// What the catalogue knows and the sandbox does not do is a 501, unless it is
    /// about something that does not exist.
    fn answer(&mut self, method: &str, path: &str, call: Call) -> Answer {
        if let Some(path) = path.strip_prefix("analytics/")
            && let Some(answer) = self.analytics(method, path, &call)
        {
            return answer;
        }
        if let Some(path) = path.strip_prefix("workforcemanagement/")
            && let Some(answer) = self.workforce(method, path, &call)
        {
            return answer;
        }
        if let Some(path) = path.strip_prefix("audits/query")
            && let Some(answer) = self.audits(method, path, &call)
        {
            return answer;
        }
        if let Some(path) = path.strip_prefix("speechandtextanalytics/")
            && let Some(answer) = self.speech(method, path, &call)
        {
            return answer;
        }
        if let ("GET" | "HEAD", Some(answer)) = (method, self.entity(path, &call)) {
            return answer;
        }
        match (method, path) {
            ("DELETE", "tokens/me") => Ok(Vec::new()),
            ("DELETE", "tokens/{userId}") => self.revoke_tokens_of_user(&call),
            ("PUT", "tokens/timeout") => self.change_idle_limit(&call),
            ("POST", "oauth/clients/{clientId}/secret") => self.rotate_secret(&call),
            ("POST", "quality/evaluations/search") => self.search_evaluations(&call),
            ("POST", "users/search") => self.search_users(&call),
            ("POST", "usage/query" | "oauth/clients/{clientId}/usage/query") => self.submit_usage(&call),
            _ if !self.knows_all(&call) => Err(Refusal::not_found()),
            _ => Err(Refusal::new(
                501,
                "not.implemented",
                format!("The sandbox knows the operation {method} {} and does not simulate it.", call.path),
            )),
        }
    }

    /// Whether every id in the path is one of this organisation's.
    fn knows_all(&self, call: &Call) -> bool {
        let names = call.path.split('/').filter(|part| part.ends_with("Id}") && !part.starts_with("{week"));
        let mut values = names.map(|name| call.placeholder(name));
        let knows = |id: Uuid| self.knows(id) || self.is_judgement(id, call.now) || self.is_of_workforce(id, call.now);
        values.all(|value| value.and_then(Uuid::parse).is_some_and(knows))
    }

    /// Whether an id stands for anything here.
    fn knows(&self, id: Uuid) -> bool {
        let directory = &self.directory;
        let named = [
            &directory.divisions,
            &directory.wrap_ups,
            &directory.skills,
            &directory.languages,
            &directory.teams,
            &directory.flows,
            &directory.campaigns,
            &directory.contact_lists,
            &directory.forms,
            &directory.outcomes,
            &directory.milestones,
            &directory.groups,
            &directory.locations,
        ];
        named.iter().any(|list| list.iter().any(|thing| thing.id == id))
            || directory.user(id).is_some()
            || directory.queue(id).is_some()
            || self.clients().list().iter().any(|client| client.id == id || client.role.id == id)
            || self.is_messaging(id)
            || self.traffic.find(id).is_some()
    }

    /// Queries and jobs below `analytics/`.
    fn analytics(&mut self, method: &str, path: &str, call: &Call) -> Option<Answer> {
        let parts: Vec<&str> = path.split('/').collect();
        Some(match (method, parts.as_slice()) {
            ("POST", ["conversations", "details", "query"]) => self.query_details(call),
            ("GET", ["conversations", "details"]) => self.many_details(call),
            ("GET", ["conversations", "{conversationId}", "details"]) => self.one_detail(call),
            ("POST", ["agents", "status", "query"]) => self.query_agent_states(call),
            ("POST", ["agents", "status", "counts"]) => self.count_agent_states(call),
            ("GET", ["agents", "{userId}", "status"]) => self.agent_state(call),
            ("GET", ["botflows", _, "sessions"]) => self.bot_sessions(call),
            ("GET", ["botflows", _, "reportingturns"] | ["botflows", _, "divisions", "reportingturns"]) => {
                self.bot_turns(call)
            }
            ("POST", ["taskmanagement", "metrics", "query"]) => self.query_work_items(call),
            ("POST", ["users", "details", "query"]) => self.query_user_details(call),
            ("POST", [of, "aggregates", "query"]) => self.query_aggregates(family(of)?, call),
            ("POST", ["queues", "observations", "query"]) => self.query_observations(call),
            ("POST", ["users", "observations", "query"]) => self.query_user_observations(call),
            ("POST", ["users", "activity", "query"]) => self.query_user_activity(call),
            ("POST", ["routing", "activity", "query"]) => self.query_routing_activity(call),
            ("POST", ["teams", "activity", "query"]) => self.query_team_activity(call),
            ("POST", ["conversations", "activity", "query"]) => self.query_conversation_activity(call),
            ("POST", ["flows", "activity", "query"]) => self.query_flow_activity(call),
            ("POST", ["flows", "observations", "query"]) => self.query_flow_observations(call),
            ("GET", ["dataextraction", "downloads", "metadata"]) => self.extraction_files(call),
            ("POST", ["dataextraction", "downloads", "bulk"]) => self.extraction_urls(call),
            ("GET", ["reporting", "exports"]) => self.exports(call),
            ("GET", [_, "details", "jobs", "availability"]) => Ok(self.availability(call)),
            ("POST", [_, "details" | "aggregates", "jobs"]) => self.submit_job(call),
            ("GET", [_, "details" | "aggregates", "jobs", "{jobId}"]) => self.job_status(call),
            ("DELETE", [_, "details" | "aggregates", "jobs", "{jobId}"]) => self.cancel_job(call),
            ("GET", [_, "details" | "aggregates", "jobs", "{jobId}", "results"]) => self.job_results(call),
            _ => return None,
        })
    }

    /// Units, schedules and adherence below `workforcemanagement/`.
    fn workforce(&mut self, method: &str, path: &str, call: &Call) -> Option<Answer> {
        let parts: Vec<&str> = path.split('/').collect();
        Some(match (method, parts.as_slice()) {
            ("GET", ["businessunits"] | ["businessunits", "divisionviews"]) => Ok(self.business_units(call)),
            ("GET", ["businessunits", "{businessUnitId}"]) => self.one_business_unit(call),
            ("GET", ["businessunits", _, "activitycodes"]) => self.activity_codes(call),
            ("GET", ["businessunits", _, "managementunits"]) => self.units_of_business_unit(call),
            ("GET", ["businessunits", _, "weeks", _, "schedules"]) => self.schedules(call),
            ("GET", ["businessunits", _, "weeks", _, "schedules", _]) => self.one_schedule(call),
            ("POST", ["businessunits", _, "weeks", _, "schedules", _, "agentschedules", "query"]) => {
                self.query_agent_schedules(call)
            }
            ("POST", [_, _, "agentschedules", "search"]) => self.search_agent_schedules(call),
            ("GET", ["managementunits"] | ["managementunits", "divisionviews"]) => self.management_units(call),
            ("GET", ["managementunits", "{managementUnitId}"]) => self.one_management_unit(call),
            ("GET", ["managementunits", _, "users"]) => self.users_of_unit(call),
            ("GET", ["adherence"] | ["managementunits" | "teams", _, "adherence"]) => self.adherence(call),
            ("GET", ["agents", "{agentId}", "managementunit"]) => self.unit_of_agent(call),
            ("POST", ["managementunits", _, "schedules", "search"]) => self.search_unit_schedules(call),
            ("POST", ["managementunits", _, "timeoffrequests", "query"]) => self.query_time_off(call),
            ("GET", ["managementunits", _, "users", _, "timeoffrequests"]) => self.time_off_of_user(call),
            ("GET", ["managementunits", _, "users", _, "timeoffrequests", _]) => self.one_time_off(call),
            ("POST", ["adherence", "historical", "bulk"]) => self.ask_adherence_in_bulk(call),
            ("POST", ["managementunits", _, "historicaladherencequery"] | ["teams", _, "adherence", "historical"]) => {
                self.ask_adherence(call)
            }
            ("GET", ["adherence", "historical", "jobs", _] | ["adherence", "historical", "bulk", "jobs", _]) => {
                self.adherence_job(call)
            }
            _ => return None,
        })
    }

    /// People and things.
    fn entity(&mut self, path: &str, call: &Call) -> Option<Answer> {
        Some(match path {
            "users" => self.users(call),
            "users/me" => self.user_me(call),
            "users/{userId}" => self.user(call),
            "users/{userId}/station" => self.user_station(call),
            "users/{userId}/routingstatus" => self.user_routing_status(call),
            "users/{userId}/presences/purecloud" | "users/{userId}/presences/{sourceId}" => self.user_presence(call),
            "users/presences/purecloud/bulk" | "users/presences/{sourceId}/bulk" => self.presences_in_bulk(call),
            "routing/queues" | "routing/queues/divisionviews" | "routing/queues/divisionviews/all" => self.queues(call),
            "routing/queues/{queueId}" => self.queue(call),
            "routing/wrapupcodes" | "routing/wrapupcodes/divisionviews" => self.wrap_up_codes(call),
            "routing/wrapupcodes/{codeId}" | "routing/wrapupcodes/divisionviews/{codeId}" => self.wrap_up_code(call),
            "authorization/divisions" => self.divisions(call),
            "authorization/divisions/{divisionId}" => self.division(call),
            "authorization/subjects/me" => Ok(self.subject(call)),
            "presence/definitions" => Ok(self.presence_definitions(call)),
            "presence/definitions/{definitionId}" => self.presence_definition(call),
            "presencedefinitions" => self.organization_presences(call),
            "presencedefinitions/{presenceId}" => self.organization_presence(call),
            "organizations/me" => Ok(self.organization()),
            "authorization/subjects/{subjectId}" => self.one_subject(call),
            "authorization/divisions/home" => Ok(self.home_division()),
            "users/{subjectId}/roles" => self.roles_of_user(call),
            "organizations/limits/namespaces" => self.limit_namespaces(call),
            "organizations/limits/namespaces/{namespaceName}"
            | "organizations/limits/namespaces/{namespaceName}/defaults" => self.limits_of_namespace(call),
            "usage/query/{executionId}/results" | "oauth/clients/{clientId}/usage/query/results/{executionId}" => {
                self.usage_results(call)
            }
            "oauth/clients/{clientId}/usage/summary" => self.usage_summary(call),
            "tokens/timeout" => Ok(self.idle_limit_json()),
            "oauth/scopes" => Ok(self.oauth_scopes(call)),
            "oauth/scopes/{scopeId}" => self.oauth_scope(call),
            "oauth/authorizations" => Ok(self.authorizations(call)),
            "oauth/authorizations/{clientId}" => self.one_authorization(call),
            "quality/evaluations/query" => self.query_evaluations(call),
            "quality/conversations/{conversationId}/evaluations/{evaluationId}" => self.one_evaluation(call),
            "quality/conversations/{conversationId}/surveys" => self.surveys_of_conversation(call),
            "quality/surveys/{surveyId}" => self.one_survey(call),
            "quality/agents/activity" => self.agents_activity(call),
            "quality/evaluators/activity" => self.evaluators_activity(call),
            "recording/settings" => Ok(self.recording_settings()),
            "tokens/me" => Ok(self.token_info(call)),
            "users/search" => self.search_users(call),
            "outbound/campaigns/{campaignId}/progress" => self.campaign_progress(call),
            "outbound/messagingcampaigns/{messagingCampaignId}/progress" => self.messaging_progress(call),
            "outbound/messagingcampaigns/{messagingCampaignId}/diagnostics" => self.messaging_diagnostics(call),
            "outbound/campaigns/{campaignId}/stats" => self.campaign_stats(call),
            _ => return self.members_of(path, call).or_else(|| self.shelf(path, call)),
        })
    }
}

/// The status of a success: a job is accepted; its cancellation has nothing to tell, nor the end of tokens.
fn success(method: &str, path: &str) -> u16 {
    match method {
        "POST"
            if ["/jobs", "/audits/query", "/historical", "/historical/bulk", "/historicaladherencequery"]
                .iter()
                .any(|end| path.ends_with(end)) =>
        {
            202
        }
        "DELETE" if path.contains("/jobs/") || path.ends_with("tokens/{userId}") => 204,
        _ => 200,
    }
}
