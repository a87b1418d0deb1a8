//! What clients may, changed while the organisation runs: in force some minutes later, as on the platform.

use serde_json::{Value, json};

use super::Org;
use super::clients::Clients;
use crate::audits::events as audits;
use crate::time::{MINUTE, iso};
use crate::uuid::Uuid;

/// Changes of roles take up to five minutes (help.mypurecloud.com, "roles and permissions"); how long a single one takes
/// is told nowhere.
const SPREADS: i64 = 5 * MINUTE;

/// The permission that is every permission.
pub(super) const EVERYTHING: &str = "*";

/// A change on its way.
#[derive(Clone, Debug)]
pub(super) struct Change {
    at: i64,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    /// What comes to the permissions of a role and what goes, for all who have it.
    Role(Uuid, Alteration),
    /// The divisions that a client has its role in; none means all.
    Divisions(usize, Option<Vec<Uuid>>),
}

#[derive(Clone, Debug)]
struct Alteration {
    add: Vec<String>,
    remove: Vec<String>,
    /// What everything is: of it remains what is not taken.
    everything: Vec<String>,
}

impl Alteration {
    fn apply(&self, permissions: &mut Vec<String>) {
        let has = |permissions: &[String], name: &str| permissions.iter().any(|held| held == name);
        if !self.remove.is_empty() && has(permissions, EVERYTHING) {
            permissions.clone_from(&self.everything);
        }
        permissions.retain(|held| !self.remove.contains(held));
        for name in &self.add {
            if !has(permissions, name) && !has(permissions, EVERYTHING) {
                permissions.push(name.clone());
            }
        }
        permissions.sort();
    }
}

impl Clients {
    /// Puts in force what has spread, in the order in which it does.
    pub(super) fn settle(&mut self, now: i64) {
        self.changes.sort_by_key(|change| change.at);
        let due = self.changes.partition_point(|change| change.at <= now);
        for change in self.changes.drain(..due) {
            match change.what {
                What::Role(role, alteration) => {
                    let holders = self.list.iter_mut().filter(|client| client.role.id == role);
                    holders.for_each(|client| alteration.apply(&mut client.role.permissions));
                }
                What::Divisions(client, divisions) => self.list[client].divisions = divisions,
            }
        }
    }

    /// The permissions that a client will have when all has spread.
    fn permissions_of(&self, client: usize) -> Vec<String> {
        let mut permissions = self.list[client].role.permissions.clone();
        for change in &self.changes {
            if let What::Role(role, alteration) = &change.what
                && *role == self.list[client].role.id
            {
                alteration.apply(&mut permissions);
            }
        }
        permissions
    }
}

impl Org {
    /// `{"add"?, "remove"?, "after_ms"?}`: of the role of a client, and so of all who have it.
    pub(super) fn change_role(&mut self, name: &str, body: &Value, now: i64) -> Result<Value, String> {
        let client = self.clients.named(name).ok_or_else(|| format!("no client is called `{name}`"))?;
        let (add, remove) = (names(body, "add")?, names(body, "remove")?);
        if body["add"].is_null() && body["remove"].is_null() {
            return Err("give `add`, `remove` or both".into());
        }
        if let Some(unknown) = add.iter().chain(&remove).find(|name| !self.catalogue.asks_for(name)) {
            return Err(format!("no operation asks for the permission `{unknown}`"));
        }
        let role = self.clients.list()[client].role.id;
        let old = self.clients.permissions_of(client);
        let everything = self.catalogue.permissions().into_iter().map(String::from).collect();
        let at = self.spread(What::Role(role, Alteration { add, remove, everything }), body, now)?;
        let new = self.clients.permissions_of(client);
        let change = audits::Change { property: "permissions".into(), old, new: new.clone() };
        self.note(now, client, ("Role", "Update"), Some(change));
        Ok(json!({"permissions": new, "at": iso(at)}))
    }

    /// `{"divisions": [names or ids] or null, "after_ms"?}`: where a client has its role.
    pub(super) fn change_divisions(&mut self, name: &str, body: &Value, now: i64) -> Result<Value, String> {
        let client = self.clients.named(name).ok_or_else(|| format!("no client is called `{name}`"))?;
        let divisions = match body.get("divisions") {
            Some(Value::Null) => None,
            Some(Value::Array(_)) => {
                let wanted = names(body, "divisions")?;
                let found = wanted.iter().map(|text| {
                    let fits = |division: &&crate::directory::Named| {
                        division.name.eq_ignore_ascii_case(text) || division.id.to_string() == *text
                    };
                    let division = self.directory.divisions.iter().find(fits);
                    division.map(|division| division.id).ok_or_else(|| format!("no division is called `{text}`"))
                });
                Some(found.collect::<Result<Vec<Uuid>, String>>()?)
            }
            _ => return Err("`divisions` must be a list of names or ids, or null for all".into()),
        };
        let names =
            |ids: &Option<Vec<Uuid>>| ids.as_ref().map(|ids| ids.iter().map(Uuid::to_string).collect::<Vec<_>>());
        let (told, old) = (names(&divisions), names(&self.clients.list()[client].divisions));
        let at = self.spread(What::Divisions(client, divisions), body, now)?;
        let (old, new) = (old.unwrap_or_default(), told.clone().unwrap_or_default());
        let change = audits::Change { property: "divisions".into(), old, new };
        self.note(now, client, ("Role", "MemberUpdate"), Some(change));
        Ok(json!({"divisions": told, "at": iso(at)}))
    }

    fn spread(&mut self, what: What, body: &Value, now: i64) -> Result<i64, String> {
        let after = match &body["after_ms"] {
            Value::Null => SPREADS,
            value => value.as_i64().filter(|ms| *ms >= 0).ok_or("`after_ms` must be a number")?,
        };
        let at = now.saturating_add(after);
        self.clients.changes.push(Change { at, what });
        self.clients.settle(now);
        Ok(at)
    }
}

pub(super) fn names(body: &Value, key: &str) -> Result<Vec<String>, String> {
    let wrong = || format!("`{key}` must be a list of texts");
    match &body[key] {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items.iter().map(|item| item.as_str().map(String::from).ok_or_else(wrong)).collect(),
        _ => Err(wrong()),
    }
}
