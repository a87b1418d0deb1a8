//! Which operations are performed, and by what.

use crate::org::{Call, Org};
use crate::refusal::Refusal;

impl Org {
    /// Performs a call that was let through. What the catalogue knows and the sandbox does not do is a 501.
    pub(crate) fn perform(&mut self, method: &str, call: Call) -> Result<Vec<u8>, Refusal> {
        let path = call.path.strip_prefix("/api/v2/").unwrap_or(call.path);
        match (method, path) {
            ("POST", "analytics/conversations/details/query") => self.query_details(&call),
            ("POST", "analytics/conversations/aggregates/query") => self.query_aggregates(&call),
            ("POST", "analytics/queues/observations/query") => self.query_observations(&call),
            ("GET", "analytics/conversations/details") => self.many_details(&call),
            ("GET", "analytics/conversations/{conversationId}/details") => self.one_detail(&call),
            ("POST", "analytics/conversations/details/jobs" | "analytics/conversations/aggregates/jobs") => {
                self.submit_job(&call)
            }
            (
                "GET",
                "analytics/conversations/details/jobs/{jobId}" | "analytics/conversations/aggregates/jobs/{jobId}",
            ) => self.job_status(&call),
            (
                "DELETE",
                "analytics/conversations/details/jobs/{jobId}" | "analytics/conversations/aggregates/jobs/{jobId}",
            ) => self.cancel_job(&call),
            (
                "GET",
                "analytics/conversations/details/jobs/{jobId}/results"
                | "analytics/conversations/aggregates/jobs/{jobId}/results",
            ) => self.job_results(&call),
            ("GET", "analytics/conversations/details/jobs/availability") => Ok(self.availability(&call)),
            ("GET", "users") => self.users(&call),
            ("GET", "users/me") => self.user_me(&call),
            ("GET", "users/{userId}") => self.user(&call),
            ("GET", "routing/queues" | "routing/queues/divisionviews" | "routing/queues/divisionviews/all") => {
                self.queues(&call)
            }
            ("GET", "routing/queues/{queueId}") => self.queue(&call),
            ("GET", "routing/wrapupcodes" | "routing/wrapupcodes/divisionviews") => self.wrap_up_codes(&call),
            ("GET", "routing/wrapupcodes/{codeId}" | "routing/wrapupcodes/divisionviews/{codeId}") => {
                self.wrap_up_code(&call)
            }
            ("GET", "authorization/divisions") => self.divisions(&call),
            ("GET", "authorization/divisions/{divisionId}") => self.division(&call),
            ("GET", "authorization/subjects/me") => Ok(self.subject(&call)),
            ("GET", "routing/skills") => self.skills(&call),
            ("GET", "routing/languages") => self.languages(&call),
            ("GET", "teams") => self.teams(&call),
            ("GET", "presence/definitions") => Ok(self.presence_definitions(&call)),
            ("GET", "organizations/me") => Ok(self.organization()),
            ("GET" | "HEAD", "tokens/me") => Ok(self.token_info(&call)),
            ("DELETE", "tokens/me") => Ok(Vec::new()),
            _ => Err(Refusal::new(
                501,
                "not.implemented",
                format!("The sandbox knows the operation {method} {} and does not simulate it.", call.path),
            )),
        }
    }
}

/// The status of a success: a job is accepted, its cancellation has nothing to tell.
pub(crate) fn success(method: &str, path: &str) -> u16 {
    match method {
        "POST" if path.ends_with("/jobs") => 202,
        "DELETE" if path.contains("/jobs/") => 204,
        _ => 200,
    }
}
