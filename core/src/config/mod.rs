//! What a session is told once, and where it comes from.

mod credentials;
mod profiles;
mod resolve;
pub(crate) mod secrets;

pub use resolve::{Arguments, Environment, Files, VARIABLES, place_of_login, resolve};

use crate::error::{Error, ErrorKind};
pub use crate::region::Region;
use crate::secret::Secret;

/// Everything a [`crate::Session`] needs to begin.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to log in and where to ask.
    pub region: Region,
    /// Who asks.
    pub credentials: Credentials,
    /// Milliseconds for one exchange.
    pub timeout: u64,
    /// Milliseconds for one call, waits included; `None` for no limit.
    pub deadline: Option<u64>,
    /// The largest body to accept, in decompressed bytes.
    pub max_body: u64,
    /// Exchanges under way at once.
    pub max_in_flight: u32,
    /// Requests a minute, until the server says otherwise.
    pub pace: u32,
    /// Requests that the whole session may send, log-ins not counted; `None` for no limit.
    pub max_calls: Option<u32>,
    /// Where jitter and the owner's name come from: 64 bits of the host's randomness, or a fixed number in tests.
    pub seed: u64,
    /// Whether the host keeps a token store and answers `Action::Store`.
    pub store: bool,
    /// `User-Agent`; browsers ignore it.
    pub user_agent: String,
}

impl Config {
    /// A configuration with every default.
    pub fn new(region: Region, credentials: Credentials) -> Config {
        Config {
            region,
            credentials,
            timeout: 60_000,
            deadline: None,
            max_body: 128 << 20,
            max_in_flight: 4,
            // `client.credentials.token.rate.per.minute` (limits.md, "Rate limits and tokens").
            pace: 300,
            max_calls: None,
            seed: 0,
            store: false,
            user_agent: concat!("pegcount/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The identity under which a token may be shared, as a file name: the login host with its port and path, the
    /// client id, the account where there is one, and a hash of all. The same in every language and process. `None` for
    /// a ready token, which has nothing to share.
    pub fn token_key(&self) -> Option<String> {
        let Credentials::Client(client) = &self.credentials else { return None };
        if client.id.is_empty() {
            return None;
        }
        let login = self.region.login_url("");
        let account = client.account.as_ref().map_or(String::new(), |account| format!("-{account}"));
        let readable =
            format!("{}-{}{account}", login.split_once("://").map_or(login.as_str(), |(_, rest)| rest), client.id);
        let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
        let identity = match &client.account {
            Some(account) => format!("{login}\n{}\n{account}", client.id),
            None => format!("{login}\n{}", client.id),
        };
        // What the file name cannot show, the hash keeps apart.
        let name: String = readable.chars().map(safe).take(100).collect();
        Some(format!("{name}-{:016x}", fnv1a(&identity)))
    }

    fn check(&self) -> Result<(), Error> {
        let refuse = |what: &str| Err(Error::new(ErrorKind::ConfigValue, what));
        if self.timeout == 0 || self.deadline == Some(0) || self.max_calls == Some(0) {
            return refuse("timeout_ms, deadline_ms and max_calls must be above 0");
        }
        if self.max_body == 0 || self.max_in_flight == 0 || self.pace == 0 {
            return refuse("max_body, max_in_flight and pace must be above 0");
        }
        if http::HeaderValue::from_str(&self.user_agent).is_err() || !self.user_agent.is_ascii() {
            return refuse("user_agent must be printable ASCII on one line");
        }
        Ok(())
    }
}

/// FNV-1a, 64 bits: stable over versions and languages, which the hashers of the standard library are not.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// An OAuth client that logs in.
    Client(Client),
    /// A token that somebody else obtained.
    Token(Secret),
}

/// An OAuth client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The client id; empty until the host's provider has told it.
    pub id: String,
    /// The client secret; a public client has none.
    pub secret: Option<Secret>,
    /// Send id and secret as form fields instead of the Basic header.
    pub form: bool,
    /// How it logs in.
    pub grant: Grant,
    /// Whether the host knows where id and secret are kept: it is asked first, and again when they are refused.
    pub provider: bool,
    /// Whose log-in it is, where one client logs several users in: a part of the token store's key.
    pub account: Option<String>,
}

impl Client {
    /// A client that logs in by itself.
    pub fn credentials(id: impl Into<String>, secret: Secret) -> Client {
        let grant = Grant::ClientCredentials;
        Client { id: id.into(), secret: Some(secret), form: false, grant, provider: false, account: None }
    }
}

/// How a client logs in (oauth.md §2). A client has one grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// As itself.
    ClientCredentials,
    /// For a user who has just come back from the log-in page; see [`crate::auth`].
    Code {
        /// What the page gave: it is good for one exchange.
        code: Secret,
        /// Where the page sent the user.
        redirect_uri: String,
        /// What the challenge was made of; needed without a secret (PKCE).
        verifier: Option<Secret>,
    },
    /// For a user who logged in earlier.
    Refresh(Secret),
    /// For a user whom the organisation's identity provider has asserted.
    Saml {
        /// The short name of the organisation.
        org: String,
        /// The assertion, base64url.
        assertion: Secret,
    },
    /// For a user whose log-in lies in the token store.
    Stored,
}

#[cfg(test)]
mod tests;
