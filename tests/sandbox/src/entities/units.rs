//! Workforce management: the business unit, its management units (one for each division), activity codes, and who
//! keeps to the schedule at this moment.

use serde_json::{Value, json};

use super::rows::FOUNDED;
use super::{Page, fits, listing, path_id};
use crate::agents::presence::{DEFINITIONS, Presence};
use crate::agents::roster::ZONES;
use crate::analytics::members::Present;
use crate::directory::User;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::rng::{Rng, key_of_text};
use crate::time::iso;
use crate::uuid::Uuid;

/// The activity codes every business unit begins with: name and category. A code's id is its number.
const CODES: [(&str, &str); 8] = [
    ("On Queue Work", "OnQueueWork"),
    ("Break", "Break"),
    ("Meal", "Meal"),
    ("Meeting", "Meeting"),
    ("Off Queue Work", "OffQueueWork"),
    ("Time Off", "TimeOff"),
    ("Training", "Training"),
    ("Unavailable", "Unavailable"),
];

/// The category a presence stands for.
pub(super) fn category(presence: Presence) -> &'static str {
    match presence {
        Presence::OnQueue => "OnQueueWork",
        Presence::Break => "Break",
        Presence::Meal => "Meal",
        Presence::Meeting => "Meeting",
        Presence::Training => "Training",
        Presence::Available | Presence::Busy => "OffQueueWork",
        Presence::Away | Presence::Idle | Presence::Offline => "Unavailable",
    }
}

/// The id and the name of a category's activity code.
pub(super) fn code_of(category: &str) -> Option<(String, &'static str)> {
    let at = CODES.iter().position(|(_, of)| *of == category)?;
    Some((at.to_string(), CODES[at].0))
}

/// What an agent should do at a moment beside what the agent does.
pub(crate) struct Keeping {
    pub(crate) scheduled: &'static str,
    pub(crate) actual: &'static str,
    pub(crate) state: &'static str,
    pub(crate) impact: &'static str,
    pub(crate) since: i64,
}

impl Keeping {
    /// The id and the name of the activity code that is scheduled.
    pub(crate) fn code(&self) -> Option<(String, &'static str)> {
        code_of(self.scheduled)
    }
}

fn metadata() -> Value {
    json!({"version": 1, "dateModified": iso(FOUNDED), "dateCreated": iso(FOUNDED)})
}

/// A list without pages.
fn whole(entities: Vec<Value>) -> Vec<u8> {
    json!({"entities": entities}).to_string().into_bytes()
}

impl Org {
    /// The id of the one business unit.
    pub(crate) fn business_unit(&self) -> Uuid {
        Rng::new(key_of_text(self.seed, "business unit")).uuid()
    }

    /// The id of a division's management unit.
    pub(crate) fn management_unit(&self, division: usize) -> Uuid {
        Rng::new(key_of_text(self.seed, ["unit 0", "unit 1", "unit 2"][division % 3])).uuid()
    }

    /// The active users of a management unit.
    pub(super) fn unit_users(&self, division: usize) -> impl Iterator<Item = &User> {
        self.directory.users.iter().filter(move |user| user.entity.division == division && user.state == "active")
    }

    /// The users of a management unit who had not left by a moment.
    pub(super) fn unit_users_then(&self, division: usize, moment: i64) -> impl Iterator<Item = &User> {
        let users = self.directory.users.iter();
        users.filter(move |user| user.entity.division == division && user.works_until() > moment)
    }

    /// Refuses a business unit that is not the one there is, or lies in a division the caller does not see.
    pub(super) fn must_be_business_unit(&self, call: &Call) -> Result<(), Refusal> {
        if path_id(call)? == self.business_unit() { Ok(()) } else { Err(Refusal::not_found()) }
    }

    /// The division whose management unit is in the path.
    pub(super) fn unit_in_path(&self, call: &Call) -> Result<usize, Refusal> {
        self.unit_of(path_id(call)?, call)
    }

    /// The division of a management unit.
    pub(super) fn unit_of(&self, id: Uuid, call: &Call) -> Result<usize, Refusal> {
        let divisions = &self.directory.divisions;
        let found = (0..divisions.len()).find(|at| self.management_unit(*at) == id).ok_or_else(Refusal::not_found)?;
        call.must_see(&[divisions[found].id])?;
        Ok(found)
    }

    /// `businessunits`, `businessunits/divisionviews`.
    pub(crate) fn business_units(&self, call: &Call) -> Vec<u8> {
        if !fits(call, "divisionId", Some(self.directory.divisions[0].id)) {
            return whole(Vec::new());
        }
        let mut unit = self.business_unit_json();
        if let Some(members) = unit.as_object_mut() {
            members.shift_remove("settings");
            members.insert("authorized".into(), json!(true));
        }
        whole(vec![unit])
    }

    /// `businessunits/{businessUnitId}`.
    pub(crate) fn one_business_unit(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        self.must_be_business_unit(call)?;
        Ok(self.business_unit_json().to_string().into_bytes())
    }

    fn business_unit_json(&self) -> Value {
        let id = self.business_unit().to_string();
        json!({
            "id": id,
            "name": "Contact Centre",
            "settings": {"startDayOfWeek": "Monday", "timeZone": ZONES[0], "metadata": metadata()},
            "division": {"id": self.directory.divisions[0].id.to_string()},
            "selfUri": format!("/api/v2/workforcemanagement/businessunits/{id}"),
        })
    }

    /// `businessunits/{businessUnitId}/activitycodes`.
    pub(crate) fn activity_codes(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        self.must_be_business_unit(call)?;
        let unit = self.business_unit();
        let codes = CODES.iter().enumerate().map(|(at, (name, category))| {
            let is_work = matches!(*category, "OnQueueWork" | "OffQueueWork" | "Meeting" | "Training");
            json!({
                "id": at.to_string(),
                "name": name,
                "active": true,
                "defaultCode": true,
                "category": category,
                "lengthInMinutes": if *category == "Meal" { 30 } else { 15 },
                "countsAsPaidTime": is_work || *category == "Break",
                "countsAsWorkTime": is_work,
                "agentTimeOffSelectable": *category == "TimeOff",
                "metadata": metadata(),
                "selfUri": format!("/api/v2/workforcemanagement/businessunits/{unit}/activitycodes/{at}"),
            })
        });
        Ok(whole(codes.collect()))
    }

    fn units(&self, call: &Call) -> Vec<Value> {
        let divisions = self.directory.divisions.iter().enumerate();
        let seen =
            divisions.filter(|(_, division)| call.sees(&[division.id]) && fits(call, "divisionId", Some(division.id)));
        seen.map(|(at, _)| self.unit_json(at)).collect()
    }

    fn unit_json(&self, at: usize) -> Value {
        let id = self.management_unit(at).to_string();
        let bu = self.business_unit().to_string();
        json!({
            "id": id,
            "name": self.directory.divisions[at].name,
            "businessUnit": {"id": bu, "selfUri": format!("/api/v2/workforcemanagement/businessunits/{bu}")},
            "startDayOfWeek": "Monday",
            "timeZone": ZONES[at % 3],
            "metadata": metadata(),
            "division": {"id": self.directory.divisions[at].id.to_string()},
            "version": 1,
            "selfUri": format!("/api/v2/workforcemanagement/managementunits/{id}"),
        })
    }

    /// `managementunits`.
    pub(crate) fn management_units(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        Ok(listing(call, Page::of(call, 500)?, self.units(call)))
    }

    /// `businessunits/{businessUnitId}/managementunits`.
    pub(crate) fn units_of_business_unit(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        self.must_be_business_unit(call)?;
        Ok(whole(self.units(call)))
    }

    /// `managementunits/{managementUnitId}`.
    pub(crate) fn one_management_unit(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        Ok(self.unit_json(self.unit_in_path(call)?).to_string().into_bytes())
    }

    /// `managementunits/{managementUnitId}/users`.
    pub(crate) fn users_of_unit(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let unit = self.unit_in_path(call)?;
        Ok(whole(self.unit_users(unit).map(|user| user_reference(user.entity.id)).collect()))
    }

    /// `agents/{agentId}/managementunit`.
    pub(crate) fn unit_of_agent(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let user = self.directory.user(path_id(call)?).ok_or_else(Refusal::not_found)?;
        call.must_see(&[self.directory.divisions[user.entity.division].id])?;
        let body = json!({
            "user": user_reference(user.entity.id),
            "managementUnit": {"id": self.management_unit(user.entity.division).to_string()},
            "businessUnit": {"id": self.business_unit().to_string()},
        });
        Ok(body.to_string().into_bytes())
    }

    /// `managementunits/{managementUnitId}/adherence`, `teams/{teamId}/adherence`, `adherence?userId=`.
    pub(crate) fn adherence(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let directory = self.directory.clone();
        let asked: Vec<Uuid> = match call.path {
            path if path.contains("managementunits") => {
                let unit = self.unit_in_path(call)?;
                self.unit_users(unit).map(|user| user.entity.id).collect()
            }
            path if path.contains("teams") => {
                directory.team(self.team_in_path(call)?).map(|user| user.entity.id).collect()
            }
            _ => {
                let ids: Vec<Uuid> = call.parameters("userId").into_iter().filter_map(Uuid::parse).collect();
                if ids.is_empty() || ids.len() > 100 {
                    return Err(Refusal::bad("Between 1 and 100 users must be asked for."));
                }
                ids
            }
        };
        let present = self.present(call.now);
        let mut rows = Vec::new();
        for (user, present) in directory.users.iter().zip(present) {
            let Some(present) = present.filter(|present| asked.contains(&present.user)) else { continue };
            if call.sees(&[directory.divisions[user.entity.division].id]) {
                rows.push(self.adherence_json(user, &present, call.now));
            }
        }
        let is_plain = call.path.ends_with("workforcemanagement/adherence");
        Ok(if is_plain { Value::Array(rows).to_string().into_bytes() } else { whole(rows) })
    }

    /// Whether an agent keeps to the schedule.
    pub(crate) fn keeping(&self, user: &User, present: &Present, now: i64) -> Keeping {
        let planned = self.directory.roster.planned(user, now, now + 1);
        let part = planned.iter().flat_map(|shift| &shift.parts).find(|part| part.start <= now && now < part.end);
        let scheduled = part.map_or("Unscheduled", |part| category(part.presence));
        let actual = category(present.presence);
        let (state, impact) = match (scheduled, actual) {
            ("Unscheduled", "Unavailable") => ("Unscheduled", "Neutral"),
            (planned, done) if planned == done => ("InAdherence", "Neutral"),
            (_, "OnQueueWork") => ("OutOfAdherence", "Positive"),
            _ => ("OutOfAdherence", "Negative"),
        };
        let since = part.map_or(present.presence_since, |part| part.start.max(present.presence_since));
        Keeping { scheduled, actual, state, impact, since }
    }

    fn adherence_json(&self, user: &User, present: &Present, now: i64) -> Value {
        let kept = self.keeping(user, present, now);
        let queues = self.directory.queues.iter().filter(|queue| {
            present.is_on_queue() && queue.members.iter().any(|at| self.directory.users[*at].entity.id == present.user)
        });
        let queues: Vec<Value> = queues.map(|queue| json!({"id": queue.entity.id.to_string()})).collect();
        let mut body = json!({
            "id": present.user.to_string(),
            "user": user_reference(present.user),
            "businessUnit": {"id": self.business_unit().to_string()},
            "managementUnit": {"id": self.management_unit(user.entity.division).to_string()},
            "team": {"id": self.directory.teams[user.team].id.to_string()},
            "scheduledActivityCategory": kept.scheduled,
            "systemPresence": present.presence.name(),
            "routingStatus": present.routing.key(),
            "actualActivityCategory": kept.actual,
            "isOutOfOffice": false,
            "adherenceState": kept.state,
            "impact": kept.impact,
            "timeOfAdherenceChange": iso(kept.since),
            "presenceUpdateTime": iso(present.presence_since),
            "activeQueues": queues,
            "activeQueuesModifiedTime": iso(present.presence_since),
        });
        if let Some((id, name)) = kept.code() {
            body["scheduledActivityCode"] = json!({"id": id, "name": name});
        }
        if DEFINITIONS[present.definition].is_own {
            let own = self.presence_id(DEFINITIONS[present.definition].name).to_string();
            body["organizationSecondaryPresenceId"] = json!(own);
        }
        body
    }
}

/// A user as workforce management names one.
pub(super) fn user_reference(id: Uuid) -> Value {
    json!({"id": id.to_string(), "selfUri": format!("/api/v2/users/{id}")})
}
