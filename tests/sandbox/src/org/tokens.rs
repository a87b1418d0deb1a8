//! What the login host has given out: access tokens, refresh tokens, codes.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::scopes::Scopes;
use crate::rng::{Rng, key_of_text};
use crate::time::MINUTE;
use crate::uuid::Uuid;

/// How long a code may be exchanged. RFC 6749 §4.1.2 allows ten minutes at most; the genuine number is not known.
const CODE_LIFE: i64 = MINUTE;

/// For whom a token speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// Index of the client.
    pub client: usize,
    /// The user who logged in; none for client credentials.
    pub user: Option<Uuid>,
    /// The number of the code that this began with, so that what came of one code can be voided together.
    pub code: Option<u64>,
    /// What the client may do for the user; nothing where there is none.
    pub scopes: Scopes,
}

/// An access token.
#[derive(Clone, Debug)]
pub struct Token {
    /// For whom it speaks.
    pub bearer: Bearer,
    /// When its life ends.
    pub expires: i64,
    /// When it was used last.
    pub used: i64,
    /// Start of the rate window.
    pub window: i64,
    /// Requests in the window.
    pub count: i64,
}

/// An authorization code, kept after its use so that a second one is noticed.
#[derive(Clone, Debug)]
pub struct Code {
    /// For whom tokens will speak.
    pub bearer: Bearer,
    /// Where it was sent.
    pub redirect_uri: String,
    /// The PKCE challenge (S256) it is bound to.
    pub challenge: Option<String>,
    expires: i64,
    is_used: bool,
}

/// Everything that was given out.
#[derive(Clone, Debug)]
pub struct Tokens {
    seed: u64,
    access: BTreeMap<String, Token>,
    refresh: BTreeMap<String, Bearer>,
    codes: BTreeMap<String, Code>,
    minted: u64,
}

impl Tokens {
    /// Nothing yet.
    pub fn new(seed: u64) -> Self {
        Self { seed, access: BTreeMap::new(), refresh: BTreeMap::new(), codes: BTreeMap::new(), minted: 0 }
    }

    fn draw(&mut self, kind: &str) -> String {
        self.minted += 1;
        random_text(key_of_text(self.seed ^ self.minted, kind), 64)
    }

    /// Mints an access token.
    pub fn mint(&mut self, bearer: Bearer, now: i64, life_ms: i64) -> String {
        let text = self.draw("token");
        let token = Token { bearer, expires: now + life_ms, used: now, window: now, count: 0 };
        self.access.insert(text.clone(), token);
        text
    }

    /// An access token, whatever its state.
    pub fn access(&mut self, text: &str) -> Option<&mut Token> {
        self.access.get_mut(text)
    }

    /// Makes one access token void.
    pub fn revoke(&mut self, text: &str) {
        self.access.remove(text);
    }

    /// Ends a log-in: the token, and whatever else came of the same code.
    pub fn log_out(&mut self, text: &str) {
        let Some(token) = self.access.remove(text) else { return };
        if let Some(code) = token.bearer.code {
            self.void(code);
        }
    }

    /// Makes void what was given out for a user, and tells the client of each access token.
    pub fn revoke_user(&mut self, user: Uuid) -> Vec<usize> {
        self.refresh.retain(|_, bearer| bearer.user != Some(user));
        let of_user = self.access.extract_if(.., |_, token| token.bearer.user == Some(user));
        of_user.map(|(_, token)| token.bearer.client).collect()
    }

    /// Makes all access tokens void, and tells the client of each.
    pub fn revoke_all(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.access).into_values().map(|token| token.bearer.client).collect()
    }

    /// How many access tokens are held.
    pub fn held(&self) -> usize {
        self.access.len()
    }

    /// Mints a refresh token.
    pub fn mint_refresh(&mut self, bearer: Bearer) -> String {
        let text = self.draw("refresh");
        self.refresh.insert(text.clone(), bearer);
        text
    }

    /// Uses a refresh token up, if it is this client's.
    pub fn take_refresh(&mut self, text: &str, client: usize) -> Option<Bearer> {
        self.refresh.get(text).filter(|bearer| bearer.client == client)?;
        self.refresh.remove(text)
    }

    /// Makes a client's refresh tokens void and tells how many there were.
    pub fn revoke_refresh(&mut self, client: usize) -> usize {
        let before = self.refresh.len();
        self.refresh.retain(|_, bearer| bearer.client != client);
        before - self.refresh.len()
    }

    /// Makes a code for a user who agreed.
    pub fn mint_code(&mut self, bearer: Bearer, to: &str, challenge: Option<String>, now: i64) -> String {
        let text = self.draw("code");
        let bearer = Bearer { code: Some(self.minted), ..bearer };
        let code = Code { bearer, redirect_uri: to.to_string(), challenge, expires: now + CODE_LIFE, is_used: false };
        self.codes.insert(text.clone(), code);
        text
    }

    /// A code that this client may exchange yet. To show a used one voids what came of it (RFC 6749 §4.1.2).
    pub fn code(&mut self, text: &str, client: usize, now: i64) -> Option<Code> {
        let code = self.codes.get(text).filter(|code| code.bearer.client == client)?.clone();
        if code.is_used {
            code.bearer.code.into_iter().for_each(|number| self.void(number));
            return None;
        }
        (now < code.expires).then_some(code)
    }

    /// Uses a code up.
    pub fn use_code(&mut self, text: &str) {
        if let Some(code) = self.codes.get_mut(text) {
            code.is_used = true;
        }
    }

    fn void(&mut self, code: u64) {
        self.access.retain(|_, token| token.bearer.code != Some(code));
        self.refresh.retain(|_, bearer| bearer.code != Some(code));
    }
}

/// A secret that follows from its key.
pub(super) fn random_text(key: u64, bytes: usize) -> String {
    let mut rng = Rng::new(key);
    let drawn: Vec<u8> = (0..bytes.div_ceil(8)).flat_map(|_| rng.bits().to_be_bytes()).collect();
    URL_SAFE_NO_PAD.encode(&drawn[..bytes])
}
