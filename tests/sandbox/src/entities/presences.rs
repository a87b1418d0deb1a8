//! What users do at this moment, one by one, and the presences they may choose from.

use serde_json::{Value, json};

use super::{Page, asked_for, is_true, listing, path_id};
use crate::agents::presence::{DEFINITIONS, Definition, Presence, Routing, definition};
use crate::analytics::members::Present;
use crate::directory::User;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{DAY, iso};
use crate::uuid::Uuid;

/// The one source of presences that is built in.
const SOURCE: &str = "PURECLOUD";

impl Org {
    /// A user of the path at this moment.
    pub(crate) fn present_in_path(&mut self, call: &Call) -> Result<Present, Refusal> {
        let id = path_id(call)?;
        let directory = self.directory.clone();
        let at = directory.users.iter().position(|user| user.entity.id == id).ok_or_else(Refusal::not_found)?;
        call.must_see(&[directory.divisions[directory.users[at].entity.division].id])?;
        Ok(self.present(call.now)[at].unwrap_or_else(|| self.gone(&directory.users[at], call.now)))
    }

    /// Who left is offline since the midnight before; of whom nothing is kept yet, since the organisation was founded.
    pub(super) fn gone(&self, user: &User, now: i64) -> Present {
        let since = if user.left <= now { user.works_until() } else { 19_700 * DAY };
        Present {
            user: user.entity.id,
            presence: Presence::Offline,
            definition: definition(Presence::Offline, false),
            presence_since: since,
            routing: Routing::OffQueue,
            routing_since: since,
        }
    }

    /// `GET users/{userId}/presences/{sourceId}`.
    pub(crate) fn user_presence(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        must_be_source(call.placeholder("{sourceId}"))?;
        let present = self.present_in_path(call)?;
        Ok(self.presence_json(&present).to_string().into_bytes())
    }

    /// `GET users/{userId}/routingstatus`.
    pub(crate) fn user_routing_status(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        Ok(routing_json(&self.present_in_path(call)?).to_string().into_bytes())
    }

    /// `GET users/presences/{sourceId}/bulk?id=`: at most fifty users.
    pub(crate) fn presences_in_bulk(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        must_be_source(call.placeholder("{sourceId}"))?;
        let ids: Vec<Uuid> = call.parameters("id").into_iter().filter_map(Uuid::parse).collect();
        if ids.len() > 50 {
            return Err(Refusal::bad("No more than 50 users may be asked for."));
        }
        let present = self.present(call.now);
        let asked = present.iter().flatten().filter(|present| ids.contains(&present.user));
        let seen = asked.filter(|present| {
            let division = self.directory.user(present.user).map(|user| user.entity.division);
            division.is_some_and(|at| call.sees(&[self.directory.divisions[at].id]))
        });
        let rows = seen.map(|present| {
            let mut row = self.presence_json(present);
            if let Some(members) = row.as_object_mut() {
                members.remove("primary");
                members.insert("userId".into(), json!(present.user.to_string()));
            }
            row
        });
        Ok(Value::Array(rows.collect()).to_string().into_bytes())
    }

    /// A user's presence.
    pub(super) fn presence_json(&self, present: &Present) -> Value {
        let id = present.user.to_string();
        let definition = DEFINITIONS[present.definition];
        let chosen = self.presence_id(definition.name).to_string();
        json!({
            "id": id,
            "source": SOURCE,
            "primary": true,
            "presenceDefinition": {
                "id": chosen,
                "systemPresence": definition.system.name(),
                "selfUri": format!("/api/v2/presencedefinitions/{chosen}"),
            },
            "message": "",
            "modifiedDate": iso(present.presence_since),
            "selfUri": format!("/api/v2/users/{id}/presences/{SOURCE}"),
        })
    }

    /// `GET presence/definitions`: the organisation's presences, without paging.
    pub(crate) fn presence_definitions(&self, call: &Call) -> Vec<u8> {
        // They are of all divisions, and none was deactivated.
        let shown = DEFINITIONS.iter().filter(|_| !is_true(call, "deactivated"));
        let all: Vec<Value> = shown.map(|definition| self.definition_json(definition)).collect();
        json!({"total": all.len(), "entities": all, "selfUri": "/api/v2/presence/definitions"}).to_string().into_bytes()
    }

    /// `GET presence/definitions/{definitionId}`.
    pub(crate) fn presence_definition(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        Ok(self.definition_json(&self.definition_in_path(call)?).to_string().into_bytes())
    }

    fn definition_in_path(&self, call: &Call) -> Result<Definition, Refusal> {
        let id = path_id(call)?;
        let found = DEFINITIONS.into_iter().find(|definition| self.presence_id(definition.name) == id);
        found.ok_or_else(Refusal::not_found)
    }

    fn definition_json(&self, definition: &Definition) -> Value {
        let id = self.presence_id(definition.name).to_string();
        json!({
            "id": id,
            "name": definition.name,
            "type": if definition.is_own { "User" } else { "System" },
            "languageLabels": {"en": definition.name, "en_US": definition.name},
            "systemPresence": definition.system.name(),
            "divisionId": "*",
            "deactivated": false,
            "selfUri": format!("/api/v2/presence/definitions/{id}"),
        })
    }

    /// `GET presencedefinitions`: the same, in pages and in the older form.
    pub(crate) fn organization_presences(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let page = Page::of(call, 500)?;
        let shown = DEFINITIONS
            .iter()
            .filter(|definition| asked_for(call, self.presence_id(definition.name)) && !is_true(call, "deleted"));
        Ok(listing(call, page, shown.map(|definition| self.organization_presence_json(definition)).collect()))
    }

    /// `GET presencedefinitions/{presenceId}`.
    pub(crate) fn organization_presence(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        Ok(self.organization_presence_json(&self.definition_in_path(call)?).to_string().into_bytes())
    }

    fn organization_presence_json(&self, definition: &Definition) -> Value {
        let id = self.presence_id(definition.name).to_string();
        json!({
            "id": id,
            "name": definition.name,
            "languageLabels": {"en": definition.name, "en_US": definition.name},
            "systemPresence": definition.system.name(),
            "deactivated": false,
            "primary": !definition.is_own,
            "createdDate": iso(19_700 * DAY),
            "modifiedDate": iso(19_700 * DAY),
            "selfUri": format!("/api/v2/presencedefinitions/{id}"),
        })
    }
}

fn must_be_source(asked: Option<&str>) -> Result<(), Refusal> {
    if asked.is_none_or(|source| source.eq_ignore_ascii_case(SOURCE)) { Ok(()) } else { Err(Refusal::not_found()) }
}

/// A user's routing status.
pub(super) fn routing_json(present: &Present) -> Value {
    json!({
        "userId": present.user.to_string(),
        "status": present.routing.key(),
        "startTime": iso(present.routing_since),
    })
}
