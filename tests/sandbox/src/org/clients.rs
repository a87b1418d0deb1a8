//! The OAuth clients of the organisation, their roles, and the tokens they hold.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use serde_json::{Value, json};

use crate::directory::{Directory, EMEA};
use crate::rng::{Rng, key_of_text};
use crate::uuid::Uuid;

/// What a client may log in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// `CLIENT-CREDENTIALS`.
    ClientCredentials,
    /// `CODE`.
    AuthorizationCode,
}

/// A role: a name and its permissions.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: &'static str,
    /// Its permissions as `domain:entity:action`; `*` stands for all.
    pub permissions: &'static [&'static str],
}

/// An OAuth client.
#[derive(Clone, Debug)]
pub struct Client {
    /// The name of the ready line: `reporting`, `admin`, ….
    pub name: &'static str,
    /// The client id.
    pub id: Uuid,
    /// The secret that is good at present.
    pub secret: String,
    /// What it may log in with.
    pub grant: Grant,
    /// Whether it is switched off.
    pub is_disabled: bool,
    /// Its role.
    pub role: Role,
    /// Divisions the role is granted in; none means all.
    pub divisions: Option<Vec<Uuid>>,
    /// How often the secret was replaced.
    rotations: u64,
}

/// An access token.
#[derive(Clone, Debug)]
pub struct Token {
    /// Index of its client.
    pub client: usize,
    /// When its life ends.
    pub expires: i64,
    /// When it was used last.
    pub used: i64,
    /// Start of the rate window.
    pub window: i64,
    /// Requests in the window.
    pub count: i64,
}

/// Clients and tokens together.
#[derive(Clone, Debug)]
pub struct Clients {
    seed: u64,
    list: Vec<Client>,
    tokens: BTreeMap<String, Token>,
    minted: u64,
}

/// The smallest role for the reports on conversations, queues and users (grants, 2026-11).
const REPORTING: &[&str] = &[
    "analytics:conversationAggregate:view",
    "analytics:conversationDetail:view",
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

impl Clients {
    /// The six clients of the contract.
    pub fn new(seed: u64, directory: &Directory) -> Self {
        let rng = &mut Rng::new(key_of_text(seed, "clients"));
        let reporting = Role { id: rng.uuid(), name: "Reporting", permissions: REPORTING };
        let listing = Role { id: rng.uuid(), name: "Directory reader", permissions: DIRECTORY_ONLY };
        let admin = Role { id: rng.uuid(), name: "Master Admin", permissions: &["*"] };
        let emea = Some(vec![directory.divisions[EMEA].id]);
        let wanted = [
            ("reporting", &reporting, None, Grant::ClientCredentials, false),
            ("no-analytics", &listing, None, Grant::ClientCredentials, false),
            ("emea-only", &reporting, emea, Grant::ClientCredentials, false),
            ("disabled", &reporting, None, Grant::ClientCredentials, true),
            ("wrong-grant", &reporting, None, Grant::AuthorizationCode, false),
            ("admin", &admin, None, Grant::ClientCredentials, false),
        ];
        let list = wanted.map(|(name, role, divisions, grant, is_disabled)| Client {
            name,
            id: rng.uuid(),
            secret: secret(seed, name, 0),
            grant,
            is_disabled,
            role: role.clone(),
            divisions,
            rotations: 0,
        });
        Self { seed, list: list.into(), tokens: BTreeMap::new(), minted: 0 }
    }

    /// All clients.
    pub fn list(&self) -> &[Client] {
        &self.list
    }

    /// Id and secret of each client by name.
    pub fn credentials(&self) -> Value {
        let pairs = self.list.iter().map(|client| {
            let pair = json!({"client_id": client.id.to_string(), "client_secret": client.secret});
            (client.name.to_string(), pair)
        });
        Value::Object(pairs.collect())
    }

    /// The index of the client with this id.
    pub fn find(&self, id: &str) -> Option<usize> {
        let id = Uuid::parse(id)?;
        self.list.iter().position(|client| client.id == id)
    }

    /// Replaces the secret of a client by name and tells the new one. Tokens stay good.
    pub fn rotate(&mut self, name: &str) -> Option<&str> {
        let seed = self.seed;
        let client = self.list.iter_mut().find(|client| client.name == name)?;
        client.rotations += 1;
        client.secret = secret(seed, client.name, client.rotations);
        Some(&client.secret)
    }

    /// Mints a token.
    pub fn mint(&mut self, client: usize, now: i64, life_ms: i64) -> String {
        self.minted += 1;
        let text = random_text(key_of_text(self.seed ^ self.minted, "token"), 64);
        let token = Token { client, expires: now + life_ms, used: now, window: now, count: 0 };
        self.tokens.insert(text.clone(), token);
        text
    }

    /// A token, whatever its state.
    pub fn token(&mut self, text: &str) -> Option<&mut Token> {
        self.tokens.get_mut(text)
    }

    /// Makes one token void.
    pub fn revoke(&mut self, text: &str) {
        self.tokens.remove(text);
    }

    /// Makes all tokens void and tells how many there were.
    pub fn revoke_all(&mut self) -> usize {
        std::mem::take(&mut self.tokens).len()
    }

    /// How many tokens are held.
    pub fn tokens(&self) -> usize {
        self.tokens.len()
    }
}

impl Role {
    /// Whether it holds a permission.
    pub fn has(&self, permission: &str) -> bool {
        self.permissions.iter().any(|held| *held == "*" || *held == permission)
    }
}

fn secret(seed: u64, name: &str, rotation: u64) -> String {
    random_text(key_of_text(seed.wrapping_add(rotation << 32), name), 32)
}

fn random_text(key: u64, bytes: usize) -> String {
    let mut rng = Rng::new(key);
    let drawn: Vec<u8> = (0..bytes.div_ceil(8)).flat_map(|_| rng.bits().to_be_bytes()).collect();
    URL_SAFE_NO_PAD.encode(&drawn[..bytes])
}
