//! `GET /api/v2/users` and one user.

use serde_json::{Value, json};

use super::presences::routing_json;
use super::{Page, asked_for, is_descending, listing, path_id};
use crate::analytics::members::Present;
use crate::directory::{DEPARTMENT, User};
use crate::org::{Call, Org};
use crate::refusal::Refusal;

/// What makes a station's id of its user's.
const STATION: u64 = 33;

impl Org {
    /// Users of the caller's divisions; `state` is `active` unless asked otherwise.
    pub(crate) fn users(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let page = Page::of(call, 500)?;
        let state = call.parameter("state").unwrap_or("active");
        let directory = self.directory.clone();
        let mut shown: Vec<&User> = directory.users.iter().collect();
        shown.retain(|user| state == "any" || user.state == state);
        let jabber = call.parameters("jabberId");
        let chats = |user: &User| jabber.iter().any(|asked| *asked == jabber_id(user));
        shown.retain(|user| asked_for(call, user.entity.id) && (jabber.is_empty() || chats(user)));
        shown.retain(|user| call.sees(&[directory.divisions[user.entity.division].id]));
        if is_descending(call) {
            shown.reverse();
        }
        let present = self.present_if_asked(call);
        let all = shown.into_iter().map(|user| self.user_json(user, call, &present)).collect();
        Ok(listing(call, page, all))
    }

    /// One user.
    pub(crate) fn user(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let directory = self.directory.clone();
        let user = directory.user(path_id(call)?).ok_or_else(Refusal::not_found)?;
        call.must_see(&[directory.divisions[user.entity.division].id])?;
        let present = self.present_if_asked(call);
        Ok(self.user_json(user, call, &present).to_string().into_bytes())
    }

    /// The user whose token it is.
    pub(crate) fn user_me(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let directory = self.directory.clone();
        let user = call.user.and_then(|id| directory.user(id)).ok_or_else(Refusal::not_a_user)?;
        let present = self.present_if_asked(call);
        Ok(self.user_json(user, call, &present).to_string().into_bytes())
    }

    /// `users/{userId}/station`.
    pub(crate) fn user_station(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let user = self.directory.user(path_id(call)?).ok_or_else(Refusal::not_found)?;
        call.must_see(&[self.directory.divisions[user.entity.division].id])?;
        Ok(self.stations_json(user).to_string().into_bytes())
    }

    /// The phone in the browser that an active user has.
    pub(super) fn stations_json(&self, user: &User) -> Value {
        if user.state != "active" {
            return json!({});
        }
        let station = json!({
            "id": user.entity.id.sibling(STATION).to_string(),
            "name": format!("{} - WebRTC", user.entity.name),
            "type": "inin_webrtc_softphone",
        });
        json!({"associatedStation": station, "effectiveStation": station, "defaultStation": station})
    }

    /// What users do is worth finding out only where `expand=` asks for it.
    pub(super) fn present_if_asked(&mut self, call: &Call) -> Vec<Option<Present>> {
        let wanted = call.parameters("expand");
        if wanted.contains(&"routingStatus") || wanted.contains(&"presence") {
            self.present(call.now)
        } else {
            Vec::new()
        }
    }

    pub(super) fn user_json(&self, user: &User, call: &Call, present: &[Option<Present>]) -> Value {
        let id = user.entity.id.to_string();
        let email = user.username();
        let mut body = json!({
            "id": id,
            "name": user.entity.name,
            "division": self.division_json(user.entity.division),
            "chat": {"jabberId": jabber_id(user)},
            "department": DEPARTMENT,
            "email": email,
            "primaryContactInfo": [{"address": email, "mediaType": "EMAIL", "type": "PRIMARY"}],
            "addresses": [],
            "state": user.state,
            "title": "Agent",
            "username": email,
            "version": 7 + user.number() % 40,
            "acdAutoAnswer": false,
            "selfUri": format!("/api/v2/users/{id}"),
        });
        self.expand_user(user, call, &mut body);
        let wanted = call.parameters("expand");
        let present = present.iter().flatten().find(|present| present.user == user.entity.id).copied();
        let present = present.unwrap_or_else(|| self.gone(user, call.now));
        if wanted.contains(&"routingStatus") {
            body["routingStatus"] = routing_json(&present);
        }
        if wanted.contains(&"presence") {
            body["presence"] = self.presence_json(&present);
        }
        body
    }
}

fn jabber_id(user: &User) -> String {
    format!("{}@sandbox.orgspan.com", user.entity.id)
}
