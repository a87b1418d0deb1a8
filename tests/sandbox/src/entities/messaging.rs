//! Messaging campaigns: two for each contact list, neither of which was ever switched on, as no conversation is of one. And
//! campaigns of every kind, with what they have in common.

use serde_json::{Value, json};

use super::outbound::plain;
use super::path_id;
use super::rows::FOUNDED;
use super::shelf::Row;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::rng::{Rng, key};
use crate::time::iso;
use crate::uuid::Uuid;

/// What they write, as campaigns of every kind call it.
const MEDIA: [&str; 2] = ["email", "sms"];

/// Whom texts are from.
const SENDER: &str = "+18005550100";

const PLACE: &str = "/api/v2/outbound/messagingcampaigns";

/// A campaign: what it writes, and the contact list it would go through, by indexes.
#[derive(Clone, Copy)]
struct Messaging {
    medium: usize,
    list: usize,
}

impl Messaging {
    fn id(self, seed: u64) -> Uuid {
        Rng::new(key(&[seed, self.list as u64, self.medium as u64, 82])).uuid()
    }

    fn name(self) -> String {
        format!("{} campaign {}", ["Mail", "Text"][self.medium], self.list + 1)
    }
}

impl Org {
    fn messaging(&self) -> impl Iterator<Item = Messaging> {
        let lists = self.directory.contact_lists.len();
        (0..lists).flat_map(|list| (0..MEDIA.len()).map(move |medium| Messaging { medium, list }))
    }

    /// Whether an id is a messaging campaign's.
    pub(crate) fn is_messaging(&self, id: Uuid) -> bool {
        self.messaging().any(|campaign| campaign.id(self.seed) == id)
    }

    fn messaging_row(&self, campaign: Messaging, place: &str, more: impl Fn(&mut Value)) -> Row {
        let (id, name, list) = (campaign.id(self.seed), campaign.name(), &self.directory.contact_lists[campaign.list]);
        let mut body = json!({
            "id": id.to_string(),
            "name": name,
            "division": self.division_json(list.division),
            "selfUri": format!("{place}/{id}"),
        });
        more(&mut body);
        Row { id, name, division: Some(list.division), body }
    }

    /// `outbound/messagingcampaigns`, and with fewer members its `divisionviews`.
    pub(super) fn messaging_rows(&self, call: &Call) -> Result<Vec<Row>, Refusal> {
        let is_view = call.path.contains("divisionviews");
        let fits = |name: &str, value: &str| {
            let asked = call.parameter(name).filter(|asked| !asked.is_empty());
            asked.is_none_or(|asked| asked.eq_ignore_ascii_case(value))
        };
        let asked =
            self.messaging().filter(|campaign| fits("type", MEDIA[campaign.medium]) && fits("campaignStatus", "off"));
        let rows = asked.filter(|campaign| {
            is_view || fits("contactListId", &self.directory.contact_lists[campaign.list].id.to_string())
        });
        let senders = call.parameters("senderSmsPhoneNumber");
        let rows = rows
            .filter(|campaign| senders.is_empty() || (MEDIA[campaign.medium] == "sms" && senders.contains(&SENDER)));
        let place = if is_view { format!("{PLACE}/divisionviews") } else { PLACE.into() };
        let row = |campaign: Messaging| {
            self.messaging_row(campaign, &place, |body| {
                if is_view {
                    return;
                }
                body["dateCreated"] = json!(iso(FOUNDED));
                body["dateModified"] = json!(iso(FOUNDED));
                body["version"] = json!(1);
                body["campaignStatus"] = json!("off");
                body["contactList"] = plain(&self.directory.contact_lists[campaign.list]);
                body["alwaysRunning"] = json!(false);
                body["messagesPerMinute"] = json!(10);
                match MEDIA[campaign.medium] {
                    "sms" => {
                        body["smsConfig"] = json!({
                            "messageColumn": "Name",
                            "phoneColumn": "Phone",
                            "senderSmsPhoneNumber": {"phoneNumber": SENDER},
                        });
                    }
                    _ => body["emailConfig"] = json!({"emailColumns": ["Name"]}),
                }
            })
        };
        Ok(rows.map(row).collect())
    }

    /// `outbound/campaigns/all` and its `divisionviews`: what calls, and what writes.
    pub(super) fn every_campaign(&self, call: &Call) -> Result<Vec<Row>, Refusal> {
        let asked = call.parameters("mediaType");
        let calling = self.directory.campaigns.iter().map(|campaign| {
            let id = campaign.id.to_string();
            let body = json!({
                "id": id,
                "name": campaign.name,
                "division": self.division_json(campaign.division),
                "mediaType": "voice",
                "selfUri": format!("/api/v2/outbound/campaigns/{id}"),
            });
            Row { id: campaign.id, name: campaign.name.clone(), division: Some(campaign.division), body }
        });
        let writing = self.messaging().map(|campaign| {
            self.messaging_row(campaign, PLACE, |body| body["mediaType"] = json!(MEDIA[campaign.medium]))
        });
        let all = calling.chain(writing);
        Ok(all
            .filter(|row| asked.is_empty() || asked.iter().any(|medium| row.body["mediaType"] == medium.to_lowercase()))
            .collect())
    }

    fn messaging_in_path(&self, call: &Call) -> Result<Messaging, Refusal> {
        let id = path_id(call)?;
        let found = self.messaging().find(|campaign| campaign.id(self.seed) == id).ok_or_else(Refusal::not_found)?;
        call.must_see(&[self.directory.divisions[self.directory.contact_lists[found.list].division].id])?;
        Ok(found)
    }

    /// `outbound/messagingcampaigns/{messagingCampaignId}/progress`.
    pub(crate) fn messaging_progress(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let campaign = self.messaging_in_path(call)?;
        let body = json!({
            "campaign": {"id": campaign.id(self.seed).to_string(), "name": campaign.name()},
            "contactList": plain(&self.directory.contact_lists[campaign.list]),
            "numberOfContactsCalled": 0,
            "numberOfContactsMessaged": 0,
            "totalNumberOfContacts": self.contacts(),
            "percentage": 0,
        });
        Ok(body.to_string().into_bytes())
    }

    /// `outbound/messagingcampaigns/{messagingCampaignId}/diagnostics`.
    pub(crate) fn messaging_diagnostics(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        self.messaging_in_path(call)?;
        Ok(json!({"timeZoneRescheduledContactsCount": 0, "filteredOutContactsCount": 0}).to_string().into_bytes())
    }
}
