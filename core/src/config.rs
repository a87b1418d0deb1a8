//! What a session is told once.

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

/// Where to log in and where to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The region's domain, such as `mypurecloud.ie`; `None` for a gateway or a sandbox.
    pub domain: Option<&'static str>,
    /// Base of the login host, with a path prefix where a gateway has one; no slash at the end.
    pub login: url::Url,
    /// Base of the API host, likewise.
    pub api: url::Url,
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
