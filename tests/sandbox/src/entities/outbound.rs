//! Campaigns and their contact lists. A campaign calls through its list once a UTC day; what it has done is counted from
//! the conversations.

use serde_json::{Value, json};

use super::rows::FOUNDED;
use super::shelf::Row;
use super::{fits, path_id};
use crate::directory::Named;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{DAY, day_of, iso};
use crate::traffic::CALLER;

/// What a campaign has done today.
#[derive(Default)]
struct Done {
    attempts: usize,
    connects: usize,
    going_on: usize,
}

pub(super) fn plain(thing: &Named) -> Value {
    json!({"id": thing.id.to_string(), "name": thing.name})
}

fn phone() -> Value {
    json!([{"columnName": "Phone", "type": "Cell"}])
}

impl Org {
    /// Contacts of each list: a third more than a campaign calls on a usual day.
    pub(super) fn contacts(&self) -> usize {
        self.traffic.per_day() as usize / 70 + 10
    }

    /// `outbound/campaigns`, and with fewer members `outbound/campaigns/divisionviews`.
    pub(super) fn campaign_rows(&self, call: &Call) -> Result<Vec<Row>, Refusal> {
        let is_view = call.path.contains("divisionviews");
        let campaigns = self.directory.campaigns.iter().enumerate().filter(|(at, _)| {
            let queue = &self.directory.queues[self.directory.campaign_queue(*at)].entity;
            fits(call, "contactListId", Some(self.directory.contact_lists[*at].id))
                && fits(call, "distributionQueueId", Some(queue.id))
        });
        Ok(campaigns
            .map(|(at, campaign)| {
                self.outbound_row(campaign, call, |body| {
                    if is_view {
                        return;
                    }
                    let queue = &self.directory.queues[self.directory.campaign_queue(at)].entity;
                    body["dateCreated"] = json!(iso(FOUNDED));
                    body["dateModified"] = json!(iso(FOUNDED));
                    body["version"] = json!(1);
                    body["contactList"] = plain(&self.directory.contact_lists[at]);
                    body["queue"] = plain(queue);
                    body["dialingMode"] = json!(["preview", "progressive", "power"][at % 3]);
                    body["script"] =
                        json!({"id": self.directory.scripts[at % self.directory.scripts.len()].to_string()});
                    body["campaignStatus"] = json!("on");
                    body["phoneColumns"] = phone();
                    body["abandonRate"] = json!(3.0);
                    body["callerName"] = json!("Pegcount Sandbox");
                    body["callerAddress"] = json!(CALLER);
                    body["outboundLineCount"] = json!(10);
                    body["alwaysRunning"] = json!(true);
                    body["noAnswerTimeout"] = json!(25);
                    body["priority"] = json!(5);
                })
            })
            .collect())
    }

    /// `outbound/contactlists`, and with fewer members its `divisionviews`.
    pub(super) fn contact_list_rows(&self, call: &Call) -> Result<Vec<Row>, Refusal> {
        let is_view = call.path.contains("divisionviews");
        let lists = self.directory.contact_lists.iter();
        Ok(lists
            .map(|list| {
                self.outbound_row(list, call, |body| {
                    body["columnNames"] = json!(["Id", "Name", "Phone"]);
                    body["phoneColumns"] = phone();
                    body["size"] = json!(self.contacts());
                    if !is_view {
                        body["dateCreated"] = json!(iso(FOUNDED));
                        body["dateModified"] = json!(iso(FOUNDED));
                        body["version"] = json!(1);
                        body["previewModeColumnName"] = json!("");
                        body["automaticTimeZoneMapping"] = json!(false);
                    }
                })
            })
            .collect())
    }

    fn outbound_row(&self, thing: &Named, call: &Call, more: impl Fn(&mut Value)) -> Row {
        let path = call.path.split("/{").next().unwrap_or_default();
        let mut body = json!({
            "id": thing.id.to_string(),
            "name": thing.name,
            "division": self.division_json(thing.division),
            "selfUri": format!("{path}/{}", thing.id),
        });
        more(&mut body);
        Row { id: thing.id, name: thing.name.clone(), division: Some(thing.division), body }
    }

    /// The campaign in the path, with what it has done since midnight UTC.
    fn campaign(&mut self, call: &Call) -> Result<(usize, Done), Refusal> {
        let id = path_id(call)?;
        let at = self.directory.campaigns.iter().position(|campaign| campaign.id == id);
        let at = at.ok_or_else(Refusal::not_found)?;
        call.must_see(&[self.directory.divisions[self.directory.campaigns[at].division].id])?;
        let midnight = day_of(call.now) * DAY;
        let mut done = Done::default();
        for place in self.traffic.alive(midnight, call.now + 1) {
            let it = self.traffic.build(place).seen_at(call.now);
            let mut sessions = it.participants.iter().flat_map(|participant| &participant.sessions);
            let called = sessions.any(|session| session.campaign.is_some_and(|ids| ids[0] == id));
            if !called || it.start < midnight {
                continue;
            }
            let mut metrics = it.participants.iter().flat_map(|p| &p.sessions).flat_map(|session| &session.metrics);
            done.attempts += 1;
            done.connects += usize::from(metrics.any(|metric| metric.name == "nOutboundConnected"));
            done.going_on += usize::from(it.end.is_none());
        }
        Ok((at, done))
    }

    /// `outbound/campaigns/{campaignId}/progress`.
    pub(crate) fn campaign_progress(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let (at, done) = self.campaign(call)?;
        let total = self.contacts().max(done.attempts);
        let body = json!({
            "campaign": plain(&self.directory.campaigns[at]),
            "contactList": plain(&self.directory.contact_lists[at]),
            "numberOfContactsCalled": done.attempts,
            "numberOfContactsMessaged": 0,
            "totalNumberOfContacts": total,
            "percentage": done.attempts * 100 / total,
        });
        Ok(body.to_string().into_bytes())
    }

    /// `outbound/campaigns/{campaignId}/stats`.
    pub(crate) fn campaign_stats(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let (at, done) = self.campaign(call)?;
        let queue = self.directory.queues[self.directory.campaign_queue(at)].clone();
        let present = self.present(call.now);
        let idle = Self::members(&queue, &present).iter().filter(|member| member.routing.key() == "IDLE").count();
        let ratio = if done.attempts == 0 { 0.0 } else { done.connects as f64 / done.attempts as f64 };
        let body = json!({
            "contactRate": {"attempts": done.attempts, "connects": done.connects, "connectRatio": ratio},
            "idleAgents": idle,
            "effectiveIdleAgents": idle as f64,
            "adjustedCallsPerAgent": 1.0,
            "outstandingCalls": done.going_on,
            "scheduledCalls": 0,
        });
        Ok(body.to_string().into_bytes())
    }
}
