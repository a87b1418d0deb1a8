//! Queues and wrap-up codes.

use serde_json::{Value, json};

use super::rows::FOUNDED;
use super::{Page, asked_for, fits, is_descending, listing, named_so, path_id};
use crate::audits::events::Changes;
use crate::directory::{Named, Queue};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{DAY, SECOND, iso};

impl Org {
    /// Queues of the caller's divisions. A division asked for by name and not held is a refusal, not an empty list
    /// (a guess; see README.md).
    pub(crate) fn queues(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        // Views end with the fifth page of a hundred (swagger).
        let page = if call.path.ends_with("divisionviews") { Page::within(call, 100, 5) } else { Page::of(call, 500) }?;
        let asked: Vec<String> = call.parameters("divisionId").into_iter().map(String::from).collect();
        for id in &asked {
            let division = self.directory.divisions.iter().find(|division| division.id.to_string() == *id);
            call.must_see(&[division.ok_or_else(Refusal::not_found)?.id])?;
        }
        let mut shown: Vec<&Queue> = self.directory.queues.iter().collect();
        shown.retain(|queue| call.sees(&[self.directory.divisions[queue.entity.division].id]));
        let division = |queue: &Queue| self.directory.divisions[queue.entity.division].id.to_string();
        shown.retain(|queue| asked.is_empty() || asked.contains(&division(queue)));
        shown.retain(|queue| asked_for(call, queue.entity.id) && named_so(call, &queue.entity.name));
        match call.parameter("sortBy").unwrap_or_default().to_lowercase().as_str() {
            "id" => shown.sort_by_key(|queue| queue.entity.id),
            "divisionid" => shown.sort_by_key(|queue| self.directory.divisions[queue.entity.division].id),
            _ => {}
        }
        // Nothing here is a peer's, or has canned responses.
        if ["peerId", "cannedResponseLibraryId"].iter().any(|name| !call.parameters(name).is_empty()) {
            shown.clear();
        }
        if is_descending(call) {
            shown.reverse();
        }
        let changes = self.last_changes(shown.iter().map(|queue| queue.entity.id), call.now);
        let all = shown.into_iter().map(|queue| self.queue_json(queue, &changes)).collect();
        Ok(listing(call, page, all))
    }

    /// One queue.
    pub(crate) fn queue(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let queue = self.directory.queue(path_id(call)?).ok_or_else(Refusal::not_found)?;
        call.must_see(&[self.directory.divisions[queue.entity.division].id])?;
        let changes = self.last_changes([queue.entity.id], call.now);
        Ok(self.queue_json(queue, &changes).to_string().into_bytes())
    }

    pub(super) fn queue_json(&self, queue: &Queue, changes: &Changes) -> Value {
        let id = queue.entity.id.to_string();
        let founder = self.directory.founder();
        let (modified, by) = changes.get(&queue.entity.id).copied().unwrap_or((FOUNDED + 40 * DAY, founder));
        let media = |media: &str| {
            let level = json!({"percentage": 0.8, "durationMs": queue.target_ms(media)});
            let alerting = Queue::alerting_ms(media) / SECOND;
            json!({"enableAutoAnswer": false, "alertingTimeoutSeconds": alerting, "serviceLevel": level})
        };
        let after_work = match queue.acw_timeout_ms {
            Some(most) => json!({"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": most}),
            None if queue.is_acw_optional => json!({"wrapupPrompt": "OPTIONAL"}),
            None => json!({"wrapupPrompt": "MANDATORY"}),
        };
        json!({
            "id": id,
            "name": queue.entity.name,
            "division": self.division_json(queue.entity.division),
            "description": "",
            "dateCreated": iso(FOUNDED),
            "dateModified": iso(modified.max(FOUNDED)),
            "modifiedBy": by.to_string(),
            "createdBy": founder.to_string(),
            "memberCount": queue.members.len(),
            "userMemberCount": queue.members.len(),
            "joinedMemberCount": queue.members.len(),
            "mediaSettings": {
                "call": media("voice"),
                "callback": media("callback"),
                "chat": media("chat"),
                "email": media("email"),
                "message": media("message"),
            },
            "acwSettings": after_work,
            "skillEvaluationMethod": "BEST",
            "autoAnswerOnly": true,
            "enableTranscription": true,
            "enableManualAssignment": false,
            "selfUri": format!("/api/v2/routing/queues/{id}"),
        })
    }

    /// Wrap-up codes.
    pub(crate) fn wrap_up_codes(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let page = Page::of(call, 500)?;
        let divisions = &self.directory.divisions;
        let mut shown: Vec<&Named> = self.directory.wrap_ups.iter().collect();
        shown.retain(|code| call.sees(&[divisions[code.division].id]));
        shown.retain(|code| fits(call, "divisionId", Some(divisions[code.division].id)));
        shown.retain(|code| asked_for(call, code.id) && named_so(call, &code.name));
        // None was ever deleted.
        if call.parameter("includeState").is_some_and(|state| state.eq_ignore_ascii_case("deleted")) {
            shown.clear();
        }
        match call.parameter("sortBy") {
            Some(by) if by.eq_ignore_ascii_case("id") => shown.sort_by_key(|code| code.id),
            _ => shown.sort_by(|a, b| a.name.cmp(&b.name)),
        }
        if is_descending(call) {
            shown.reverse();
        }
        Ok(listing(call, page, shown.into_iter().map(|code| self.code_json(code)).collect()))
    }

    /// One wrap-up code.
    pub(crate) fn wrap_up_code(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let id = path_id(call)?;
        let code = self.directory.wrap_ups.iter().find(|code| code.id == id).ok_or_else(Refusal::not_found)?;
        call.must_see(&[self.directory.divisions[code.division].id])?;
        Ok(self.code_json(code).to_string().into_bytes())
    }

    pub(super) fn code_json(&self, code: &Named) -> Value {
        json!({
            "id": code.id.to_string(),
            "name": code.name,
            "division": self.division_json(code.division),
            "dateCreated": iso(FOUNDED),
            "createdBy": self.directory.founder().to_string(),
            "selfUri": format!("/api/v2/routing/wrapupcodes/{}", code.id),
        })
    }
}
