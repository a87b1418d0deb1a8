//! Divisions, the organisation, and what a token may tell about itself.

use serde_json::{Value, json};

use super::grants::{grant_name, policies_of};
use super::{FOUNDED, Page, asked_for, listing, named_so, path_id};
use crate::directory::SHORT_NAME;
use crate::org::clients::Client;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::iso;
use crate::uuid::Uuid;

impl Org {
    /// All divisions: listing them needs no permission and is not cut by one's own.
    pub(crate) fn divisions(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let page = Page::of(call, 500)?;
        let shown = self.directory.divisions.iter().enumerate();
        let shown = shown.filter(|(_, division)| asked_for(call, division.id) && named_so(call, &division.name));
        Ok(listing(call, page, shown.map(|(at, _)| self.authz_division(at)).collect()))
    }

    /// One division.
    pub(crate) fn division(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let id = path_id(call)?;
        let at = self.directory.divisions.iter().position(|division| division.id == id);
        Ok(self.authz_division(at.ok_or_else(Refusal::not_found)?).to_string().into_bytes())
    }

    /// The division things are in that nobody put elsewhere.
    pub(crate) fn home_division(&self) -> Vec<u8> {
        self.authz_division(0).to_string().into_bytes()
    }

    fn authz_division(&self, at: usize) -> Value {
        let mut body = self.division_json(at);
        body["description"] = json!(if at == 0 { "Default Division" } else { "" });
        body["homeDivision"] = json!(at == 0);
        body
    }

    /// The caller's grants, a user's or a client's: one for each division of the role.
    pub(crate) fn subject(&self, call: &Call) -> Vec<u8> {
        let client = &self.clients().list()[call.client];
        let user = call.user.and_then(|id| self.directory.user(id));
        let id = user.map_or(client.id, |user| user.entity.id);
        let name = user.map_or(client.name, |user| &user.entity.name);
        self.subject_json(id, name, self.grants_json(id, client)).to_string().into_bytes()
    }

    /// One grant for each division of the role.
    pub(super) fn grants_json(&self, subject: Uuid, client: &Client) -> Vec<Value> {
        let id = subject.to_string();
        let policies: Vec<Value> = policies_of(&client.role)
            .into_iter()
            .map(|((domain, entity), actions)| json!({"actions": actions, "domain": domain, "entityName": entity}))
            .collect();
        let role = json!({
            "id": client.role.id.to_string(),
            "name": client.role.name,
            "description": "",
            "policies": policies,
            "default": false,
            "selfUri": format!("/api/v2/authorization/roles/{}", client.role.id),
        });
        let divisions = match &client.divisions {
            Some(divisions) => divisions.iter().map(|id| self.division_of(*id)).collect(),
            None => vec![json!({"id": "*", "name": "All", "description": "", "homeDivision": false})],
        };
        divisions
            .into_iter()
            .map(|division| json!({"subjectId": id, "division": division, "role": role, "grantMadeAt": iso(FOUNDED)}))
            .collect()
    }

    /// A subject with its grants.
    pub(super) fn subject_json(&self, id: Uuid, name: &str, grants: Vec<Value>) -> Value {
        let id = id.to_string();
        json!({
            "id": id,
            "name": name,
            "grants": grants,
            "version": 1,
            "selfUri": format!("/api/v2/authorization/subjects/{id}"),
        })
    }

    fn division_of(&self, id: Uuid) -> Value {
        let at = self.directory.divisions.iter().position(|division| division.id == id);
        self.authz_division(at.unwrap_or_default())
    }

    /// The organisation.
    pub(crate) fn organization(&self) -> Vec<u8> {
        let id = self.directory.organization.id.to_string();
        let body = json!({
            "id": id,
            "name": self.directory.organization.name,
            "defaultLanguage": "en-us",
            "defaultCountryCode": "US",
            "thirdPartyOrgName": SHORT_NAME,
            "domain": SHORT_NAME,
            "version": 12,
            "state": "active",
            "voicemailEnabled": true,
            "productPlatform": "GenesysCloud",
            "features": {"realtimeCIC": true, "purecloud": true, "hipaa": false},
            "selfUri": format!("/api/v2/organizations/{id}"),
        });
        body.to_string().into_bytes()
    }

    /// What the token is: organisation, client, grant, roles.
    pub(crate) fn token_info(&self, call: &Call) -> Vec<u8> {
        let client = &self.clients().list()[call.client];
        let organization =
            json!({"id": self.directory.organization.id.to_string(), "name": self.directory.organization.name});
        // The roles of a user are the user's own, not the client's.
        let divisions = match &client.divisions {
            _ if call.user.is_some() => Vec::new(),
            Some(divisions) => divisions.iter().map(Uuid::to_string).collect(),
            None => vec!["*".to_string()],
        };
        let role = client.role.id.to_string();
        let pairs: Vec<Value> =
            divisions.into_iter().map(|division| json!({"roleId": role, "divisionId": division})).collect();
        let mut body = json!({
            "organization": organization,
            "homeOrganization": organization,
            "authorizedScope": &*call.scopes,
            "OAuthClient": {
                "id": client.id.to_string(),
                "name": client.name,
                "authorizedGrantType": grant_name(client.grant),
                "scope": &*client.scopes,
                "roleDivisions": pairs,
                "state": if client.is_disabled { "disabled" } else { "active" },
                "organization": organization,
            },
        });
        if let Some(idles) = call.idles {
            body["dateTokenIdles"] = json!(iso(idles));
        }
        body.to_string().into_bytes()
    }
}
