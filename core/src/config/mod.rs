//! What a session is told once, and where it comes from.

mod profiles;
mod resolve;
mod secrets;

pub use resolve::{Arguments, Files, VARIABLES, resolve};

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
            seed: 0,
            store: false,
            user_agent: concat!("pegcount/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The identity under which a token may be shared, as a file name: the login host with its port and path, the
    /// client id, and a hash of both. The same in every language and process. `None` for a ready token, which has
    /// nothing to share.
    pub fn token_key(&self) -> Option<String> {
        let Credentials::Client { id, .. } = &self.credentials else { return None };
        let login = self.region.login.as_str().trim_end_matches('/');
        let readable = format!("{}-{id}", login.split_once("://").map_or(login, |(_, rest)| rest));
        let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
        // What the file name cannot show, the hash keeps apart.
        let name: String = readable.chars().map(safe).take(100).collect();
        Some(format!("{name}-{:016x}", fnv1a(&format!("{login}\n{id}"))))
    }

    fn check(&self) -> Result<(), Error> {
        let refuse = |what: &str| Err(Error::new(ErrorKind::ConfigValue, what));
        if self.timeout == 0 || self.deadline == Some(0) {
            return refuse("timeout_ms and deadline_ms must be above 0");
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
    /// The client credentials grant.
    Client {
        /// The client id.
        id: String,
        /// The client secret.
        secret: Secret,
        /// Send id and secret as form fields instead of the Basic header.
        form: bool,
    },
    /// A token that somebody else obtained.
    Token(Secret),
}

#[cfg(test)]
mod tests;
