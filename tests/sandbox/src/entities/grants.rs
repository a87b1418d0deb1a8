//! Roles, grants and OAuth clients, as far as others may know them.

use serde_json::{Value, json};

use super::path_id;
use super::rows::FOUNDED;
use super::shelf::Row;
use crate::org::clients::{Client, Grant, Role};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::iso;
use crate::uuid::Uuid;

impl Org {
    /// The roles of the organisation, each once.
    pub(crate) fn roles(&self) -> Vec<&Role> {
        let mut roles: Vec<&Role> = Vec::new();
        for client in self.clients().list() {
            if !roles.iter().any(|role| role.id == client.role.id) {
                roles.push(&client.role);
            }
        }
        roles
    }

    /// `authorization/roles`.
    pub(super) fn role_rows(&self, call: &Call) -> Result<Vec<Row>, Refusal> {
        let asked = call.parameters("permission");
        let allows = |role: &&Role| asked.iter().all(|permission| role.has(permission));
        let rows = self.roles().into_iter().filter(allows).map(|role| {
            let id = role.id.to_string();
            let policies = policies_of(role).into_iter().map(|((domain, entity), actions)| {
                json!({"domain": domain, "entityName": entity, "actionSet": actions, "allowConditions": false})
            });
            let body = json!({
                "id": id,
                "name": role.name,
                "description": "",
                "permissions": role.permissions,
                "permissionPolicies": policies.collect::<Vec<_>>(),
                "default": false,
                "base": false,
                "selfUri": format!("/api/v2/authorization/roles/{id}"),
            });
            Row { id: role.id, name: role.name.into(), division: None, body }
        });
        Ok(rows.collect())
    }

    /// `oauth/clients`: never with a secret.
    pub(super) fn client_rows(&self, _call: &Call) -> Result<Vec<Row>, Refusal> {
        let rows = self.clients().list().iter().map(|client| {
            let body = self.client_json(client);
            Row { id: client.id, name: client.name.into(), division: None, body }
        });
        Ok(rows.collect())
    }

    pub(super) fn client_json(&self, client: &Client) -> Value {
        let id = client.id.to_string();
        let divisions: Vec<String> = match &client.divisions {
            Some(divisions) => divisions.iter().map(Uuid::to_string).collect(),
            None => vec!["*".into()],
        };
        let pairs: Vec<Value> = divisions
            .into_iter()
            .map(|division| json!({"roleId": client.role.id.to_string(), "divisionId": division}))
            .collect();
        let mut body = json!({
            "id": id,
            "name": client.name,
            "dateCreated": iso(FOUNDED),
            "dateModified": iso(self.client_changed(client.id).unwrap_or(FOUNDED)),
            "authorizedGrantType": grant_name(client.grant),
            "scope": &*client.scopes,
            "state": if client.is_disabled { "disabled" } else { "active" },
            "selfUri": format!("/api/v2/oauth/clients/{id}"),
        });
        if client.grant == Grant::ClientCredentials {
            body["roleIds"] = json!([client.role.id.to_string()]);
            body["roleDivisions"] = json!(pairs);
        }
        if !client.redirect_uris.is_empty() {
            body["registeredRedirectUri"] = json!(client.redirect_uris);
        }
        body
    }

    /// The client whose role a subject holds: a client its own, the one user with a password that of a log-in.
    fn client_of(&self, subject: Uuid) -> Option<&Client> {
        let clients = self.clients();
        let is_user = clients.account.user == subject;
        clients.list().iter().find(|client| client.id == subject || (is_user && client.name == "code"))
    }

    /// `authorization/subjects/{subjectId}`: users without a role have no grants.
    pub(crate) fn one_subject(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let id = path_id(call)?;
        let user = self.directory.user(id);
        let client = self.client_of(id);
        let name = match (user, client) {
            (Some(user), _) => user.entity.name.as_str(),
            (None, Some(client)) => client.name,
            (None, None) => return Err(Refusal::not_found()),
        };
        let grants = client.map(|client| self.grants_json(id, client)).unwrap_or_default();
        Ok(self.subject_json(id, name, grants).to_string().into_bytes())
    }

    /// `users/{subjectId}/roles`.
    pub(crate) fn roles_of_user(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let id = path_id(call)?;
        self.directory.user(id).ok_or_else(Refusal::not_found)?;
        Ok(self.rights_json(id).to_string().into_bytes())
    }

    /// What a user may do.
    pub(super) fn rights_json(&self, user: Uuid) -> Value {
        let role = self.client_of(user).map(|client| &client.role);
        let roles: Vec<Value> = role.iter().map(|role| json!({"id": role.id.to_string(), "name": role.name})).collect();
        let permissions = role.map(|role| role.permissions.clone()).unwrap_or_default();
        json!({"roles": roles, "unusedRoles": [], "permissions": permissions, "permissionPolicies": []})
    }
}

/// What a role allows, by domain and entity.
pub(super) fn policies_of(role: &Role) -> std::collections::BTreeMap<(&str, &str), Vec<&str>> {
    let mut policies: std::collections::BTreeMap<(&str, &str), Vec<&str>> = std::collections::BTreeMap::new();
    for permission in &role.permissions {
        let mut parts = permission.split(':');
        let domain = parts.next().unwrap_or("*");
        let entity = parts.next().unwrap_or("*");
        policies.entry((domain, entity)).or_default().push(parts.next().unwrap_or("*"));
    }
    policies
}

/// The grant as a client's description spells it.
pub(super) fn grant_name(grant: Grant) -> &'static str {
    match grant {
        Grant::ClientCredentials => "CLIENT-CREDENTIALS",
        Grant::AuthorizationCode => "CODE",
        Grant::Saml2Bearer => "SAML2-BEARER",
    }
}
