//! Scopes: what a client may do for a user who logged in to it, where the organisation enforces them. It does not unless told
//! (help.mypurecloud.com: a setting of the organisation, off by default). Client credentials have none.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Org;
use super::clients::Grant;
use super::rights::names;
use super::tokens::Bearer;
use crate::audits::events::Change;
use crate::catalogue::Operation;
use crate::refusal::Refusal;

/// What clients for users are given at the founding: what the role for reports can make use of.
pub(super) const GIVEN: &[&str] = &[
    "analytics",
    "authorization:readonly",
    "conversations:readonly",
    "organization:readonly",
    "presence:readonly",
    "routing:readonly",
    "user-basic-info",
    "users:readonly",
];

/// Some scopes, shared by all that came of them.
pub(crate) type Scopes = Arc<[String]>;

impl Org {
    /// The scopes that a token gets: all that may be given, or those of them that are asked for, separated by spaces.
    /// None where another is among these (RFC 6749 §3.3).
    pub(super) fn granted(&self, given: &Scopes, asked: Option<&str>) -> Option<Scopes> {
        let Some(asked) = asked.filter(|_| self.enforces_scopes) else { return Some(given.clone()) };
        let asked = asked.split(' ').filter(|scope| !scope.is_empty());
        asked.map(|scope| given.iter().find(|held| *held == scope).cloned()).collect()
    }

    /// Whether a token's scopes cover an operation: one of those that it names is enough.
    pub(super) fn within_scope(&self, operation: &Operation, bearer: &Bearer) -> Result<(), Refusal> {
        let wanted = &operation.scopes;
        let is_free = !self.enforces_scopes || bearer.user.is_none() || wanted.is_empty();
        let holds = |scope: &&str| bearer.scopes.iter().any(|held| held == scope);
        if is_free || wanted.iter().any(holds) { Ok(()) } else { Err(Refusal::scope(wanted)) }
    }

    /// `{"enforce": bool}`: for the tokens that there are, too.
    pub(super) fn enforce_scopes(&mut self, body: &Value, now: i64) -> Result<Value, String> {
        let enforce = body["enforce"].as_bool().ok_or("`enforce` must be true or false")?;
        self.note_setting(now, "enforceScopes", self.enforces_scopes, enforce);
        self.enforces_scopes = enforce;
        Ok(json!({"enforce": self.enforces_scopes}))
    }

    /// `{"scopes": [names]}`: what a client has for those who log in from here on. A token keeps those it was given.
    pub(super) fn change_scopes(&mut self, name: &str, body: &Value, now: i64) -> Result<Value, String> {
        let client = self.clients.named(name).ok_or_else(|| format!("no client is called `{name}`"))?;
        if self.clients.list()[client].grant == Grant::ClientCredentials {
            return Err(format!("`{name}` logs in with client credentials, which have no scopes"));
        }
        if !body["scopes"].is_array() {
            return Err("`scopes` must be a list of texts".into());
        }
        let new = names(body, "scopes")?;
        let known = self.catalogue.scopes();
        if let Some(unknown) = new.iter().find(|name| !known.contains(name.as_str())) {
            return Err(format!("no operation asks for the scope `{unknown}`"));
        }
        let held = &mut self.clients.list[client].scopes;
        let old = std::mem::replace(held, new.clone().into()).to_vec();
        let change = Change { property: "scope".into(), old, new: new.clone() };
        self.note(now, client, ("OAuthClient", "Update"), Some(change));
        Ok(json!({"scopes": new}))
    }
}
