//! The OAuth clients of the organisation, their roles, and the user who logs in.

use serde_json::{Value, json};

use super::rights::{Change, EVERYTHING};
use super::scopes::{self, Scopes};
use super::tokens::random_text;
use crate::directory::{Directory, EMEA};
use crate::rng::{Rng, key_of_text};
use crate::uuid::Uuid;

/// What a client may log in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// `CLIENT-CREDENTIALS`.
    ClientCredentials,
    /// `CODE`, with or without PKCE.
    AuthorizationCode,
    /// `SAML2-BEARER`.
    Saml2Bearer,
}

/// A role: a name and its permissions.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: &'static str,
    /// Its permissions as `domain:entity:action`; `*` stands for all.
    pub permissions: Vec<String>,
}

/// An OAuth client.
#[derive(Clone, Debug)]
pub struct Client {
    /// The name of the ready line: `reporting`, `admin`, ….
    pub name: &'static str,
    /// The client id.
    pub id: Uuid,
    /// The secret that is good at present; none of a public client.
    pub secret: Option<String>,
    /// What it may log in with.
    pub grant: Grant,
    /// Whether it is switched off.
    pub is_disabled: bool,
    /// Where users may be sent back to with a code.
    pub redirect_uris: &'static [&'static str],
    /// Its role, or where users log in the role of the user.
    pub role: Role,
    /// Divisions the role is granted in; none means all.
    pub divisions: Option<Vec<Uuid>>,
    /// What it may do for users who log in to it.
    pub(crate) scopes: Scopes,
    /// How often the secret was replaced.
    rotations: u64,
}

/// The user who logs in.
#[derive(Clone, Debug)]
pub struct Account {
    /// One of the directory's users.
    pub user: Uuid,
    /// What the user logs in as.
    pub username: String,
    /// What proves it.
    pub password: String,
}

/// All clients, and who logs in to those that need a user.
#[derive(Clone, Debug)]
pub struct Clients {
    seed: u64,
    pub(super) list: Vec<Client>,
    /// Changes of what they may that are not in force yet, in the order they were made.
    pub(super) changes: Vec<Change>,
    /// The one user with a password.
    pub account: Account,
}

/// The smallest role for the reports on conversations, queues, users and flows (grants, 2026-11).
const REPORTING: &[&str] = &[
    "analytics:conversationAggregate:view",
    "analytics:conversationDetail:view",
    "analytics:flowAggregate:view",
    "analytics:flowObservation:view",
    "analytics:queueObservation:view",
    "analytics:userAggregate:view",
    "analytics:userDetail:view",
    "analytics:userObservation:view",
    "directory:user:view",
    "routing:queue:search",
    "routing:queue:view",
    "routing:skill:view",
    "routing:wrapupCode:view",
];

const DIRECTORY_ONLY: &[&str] = &[
    "directory:user:view",
    "routing:queue:search",
    "routing:queue:view",
    "routing:skill:view",
    "routing:wrapupCode:view",
];

const NOWHERE: &[&str] = &[];

/// The redirects of clients that users log in with: a loopback port of any number, and a page somewhere.
const REDIRECTS: &[&str] = &[
    "http://127.0.0.1/callback",
    "http://[::1]/callback",
    "http://localhost/callback",
    "https://app.sandbox.example.com/callback",
];

impl Clients {
    /// The clients of the contract.
    pub fn new(seed: u64, directory: &Directory) -> Self {
        let rng = &mut Rng::new(key_of_text(seed, "clients"));
        let reporting = Role::new(rng, "Reporting", REPORTING);
        let listing = Role::new(rng, "Directory reader", DIRECTORY_ONLY);
        let admin = Role::new(rng, "Master Admin", &[EVERYTHING]);
        let emea = Some(vec![directory.divisions[EMEA].id]);
        let wanted = [
            ("reporting", &reporting, None, Grant::ClientCredentials, NOWHERE),
            ("no-analytics", &listing, None, Grant::ClientCredentials, NOWHERE),
            ("emea-only", &reporting, emea, Grant::ClientCredentials, NOWHERE),
            ("disabled", &reporting, None, Grant::ClientCredentials, NOWHERE),
            ("wrong-grant", &reporting, None, Grant::AuthorizationCode, NOWHERE),
            ("admin", &admin, None, Grant::ClientCredentials, NOWHERE),
            ("pkce", &reporting, None, Grant::AuthorizationCode, REDIRECTS),
            ("code", &reporting, None, Grant::AuthorizationCode, REDIRECTS),
            ("saml", &reporting, None, Grant::Saml2Bearer, NOWHERE),
        ];
        let list = wanted.map(|(name, role, divisions, grant, redirect_uris)| Client {
            name,
            id: rng.uuid(),
            secret: (name != "pkce").then(|| secret(seed, name, 0)),
            grant,
            is_disabled: name == "disabled",
            redirect_uris,
            role: role.clone(),
            divisions,
            scopes: match grant {
                Grant::ClientCredentials => [].into(),
                _ => scopes::GIVEN.iter().map(ToString::to_string).collect(),
            },
            rotations: 0,
        });
        Self { seed, list: list.into(), changes: Vec::new(), account: Account::new(seed, directory) }
    }

    /// All clients.
    pub fn list(&self) -> &[Client] {
        &self.list
    }

    /// Of each client by name: the id, the secret, and where users are sent back to.
    pub fn credentials(&self) -> Value {
        let pairs = self.list.iter().map(|client| {
            let mut told = json!({"client_id": client.id.to_string()});
            if let Some(secret) = &client.secret {
                told["client_secret"] = json!(secret);
            }
            if !client.redirect_uris.is_empty() {
                told["redirect_uris"] = json!(client.redirect_uris);
            }
            (client.name.to_string(), told)
        });
        Value::Object(pairs.collect())
    }

    /// The index of the client with this id.
    pub fn find(&self, id: &str) -> Option<usize> {
        let id = Uuid::parse(id)?;
        self.list.iter().position(|client| client.id == id)
    }

    /// The index of the client with this name.
    pub fn named(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|client| client.name == name)
    }

    /// The user who logs in to a client, where one does.
    pub(crate) fn user_of(&self, client: usize) -> Option<Uuid> {
        (self.list[client].grant != Grant::ClientCredentials).then_some(self.account.user)
    }

    /// Replaces the secret of a client by name and tells the new one; a public client has none. Tokens stay good.
    pub fn rotate(&mut self, name: &str) -> Option<&str> {
        let seed = self.seed;
        let client = self.list.iter_mut().find(|client| client.name == name && client.secret.is_some())?;
        client.rotations += 1;
        client.secret = Some(secret(seed, client.name, client.rotations));
        client.secret.as_deref()
    }
}

impl Account {
    /// The first of the active users.
    fn new(seed: u64, directory: &Directory) -> Self {
        let user = directory.users.iter().find(|user| user.state == "active");
        let user = user.expect("an organisation has agents");
        Self { user: user.entity.id, username: user.username().to_string(), password: secret(seed, "user", 0) }
    }

    /// As the ready line tells it.
    pub fn json(&self) -> Value {
        json!({"id": self.user.to_string(), "username": self.username, "password": self.password})
    }
}

impl Client {
    /// Whether it can keep no secret.
    pub fn is_public(&self) -> bool {
        self.secret.is_none()
    }
}

impl Role {
    fn new(rng: &mut Rng, name: &'static str, permissions: &[&str]) -> Self {
        Self { id: rng.uuid(), name, permissions: permissions.iter().map(ToString::to_string).collect() }
    }

    /// Whether it holds a permission.
    pub fn has(&self, permission: &str) -> bool {
        self.permissions.iter().any(|held| held == EVERYTHING || held == permission)
    }
}

fn secret(seed: u64, name: &str, rotation: u64) -> String {
    random_text(key_of_text(seed.wrapping_add(rotation << 32), name), 32)
}
