//! What administrators see and do about OAuth clients: the secret, scopes, authorisations.

use serde_json::{Value, json};

use super::{FOUNDED, path_id};
use crate::analytics::only;
use crate::org::clients::{Client, Grant};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{SECOND, iso};

impl Org {
    fn client_in_path(&self, call: &Call) -> Result<&Client, Refusal> {
        let found = call.params.first().and_then(|id| self.clients().find(id));
        found.map(|at| &self.clients().list()[at]).ok_or_else(Refusal::not_found)
    }

    /// `POST oauth/clients/{clientId}/secret`: the client with its new secret. The old one is void at once, tokens stay good.
    pub(crate) fn rotate_secret(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let name = self.client_in_path(call)?.name;
        let none = || Refusal::bad("The client has no secret.");
        let secret = self.rotate(name, call.now).ok_or_else(none)?;
        let mut body = self.client_json(self.client_in_path(call)?);
        body["secret"] = json!(secret);
        Ok(body.to_string().into_bytes())
    }

    /// `DELETE tokens/{userId}`.
    pub(crate) fn revoke_tokens_of_user(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let user = self.directory.user(path_id(call)?).ok_or_else(Refusal::not_found)?.entity.id;
        self.revoke_user(user, call.now);
        Ok(Vec::new())
    }

    /// `GET tokens/timeout`: how long a token may be idle.
    pub(crate) fn idle_limit_json(&self) -> Vec<u8> {
        let limit = self.idle_limit();
        let mut body = json!({"enableIdleTokenTimeout": limit.is_some()});
        if let Some(limit) = limit {
            body["idleTokenTimeoutSeconds"] = json!(limit / SECOND);
        }
        body.to_string().into_bytes()
    }

    /// `PUT tokens/timeout`: five minutes to eight hours (`IdleTokenTimeout`), or none.
    pub(crate) fn change_idle_limit(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        const FIELDS: [&str; 5] = [
            "idleTokenTimeoutSeconds",
            "enableIdleTokenTimeout",
            "inactivityTimeoutUnit",
            "inactivityTimeoutGroupsEnabled",
            "inactivityTimeoutGroupBundles",
        ];
        only(&call.body, "IdleTokenTimeout", &FIELDS)?;
        let limit = match (call.body["enableIdleTokenTimeout"].as_bool(), call.body["idleTokenTimeoutSeconds"].as_i64())
        {
            (Some(false), _) => None,
            (_, Some(seconds)) if (300..=28_800).contains(&seconds) => Some(seconds * SECOND),
            _ => return Err(Refusal::bad("The idle token timeout must be between 300 and 28800 seconds.")),
        };
        self.set_idle_limit(limit, call.now);
        Ok(self.idle_limit_json())
    }

    /// `oauth/scopes`: those that the operations here ask for.
    pub(crate) fn oauth_scopes(&self, call: &Call) -> Vec<u8> {
        let all: Vec<Value> = self.catalogue().scopes().into_iter().map(scope_json).collect();
        json!({"total": all.len(), "entities": all, "selfUri": call.target()}).to_string().into_bytes()
    }

    /// `oauth/scopes/{scopeId}`.
    pub(crate) fn oauth_scope(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let known = self.catalogue().scopes();
        let found = call.params.first().and_then(|id| known.get(id.as_str()));
        Ok(scope_json(found.ok_or_else(Refusal::not_found)?).to_string().into_bytes())
    }

    /// `oauth/authorizations`: of the clients that users log in to, each for all of its scopes.
    pub(crate) fn authorizations(&self, call: &Call) -> Vec<u8> {
        let asked = self.clients().list().iter().filter(|client| client.grant != Grant::ClientCredentials);
        let all: Vec<Value> = asked.map(|client| self.authorization_json(client)).collect();
        json!({"total": all.len(), "entities": all, "selfUri": call.target()}).to_string().into_bytes()
    }

    /// `oauth/authorizations/{clientId}`.
    pub(crate) fn one_authorization(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let client = self.client_in_path(call)?;
        if client.grant == Grant::ClientCredentials {
            return Err(Refusal::not_found());
        }
        Ok(self.authorization_json(client).to_string().into_bytes())
    }

    fn authorization_json(&self, client: &Client) -> Value {
        json!({
            "client": self.client_json(client),
            "scope": &*client.scopes,
            "dateCreated": iso(FOUNDED),
            "dateModified": iso(FOUNDED),
            "pending": false,
            "state": "Authorized",
            "selfUri": format!("/api/v2/oauth/authorizations/{}", client.id),
        })
    }
}

fn scope_json(scope: &str) -> Value {
    let what = match scope.strip_suffix(":readonly") {
        Some(domain) => format!("View {domain}"),
        None => format!("View and change {scope}"),
    };
    json!({"id": scope, "description": what, "selfUri": format!("/api/v2/oauth/scopes/{scope}")})
}
