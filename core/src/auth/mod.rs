//! Logging a user in: the address of the log-in page, and what it sent back.
//!
//! ```text
//! begin -> url, state, verifier     the host sends the user there, and keeps state and verifier
//! finish <- where the user came back, state     -> the code, to be given with the verifier as the grant
//! ```
//! Parameters: oauth.md §2. The challenge is always sent: the login host knows S256 for public clients, and a
//! confidential client that sends one loses nothing.

mod advice;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::Uri;
use sha2::{Digest, Sha256};
use url::form_urlencoded::Serializer;

pub use self::advice::{Advice, Situation, advise};
use crate::error::{Certainty, Error, ErrorKind};
use crate::region::Region;
use crate::secret::Secret;

/// Bytes of the host's randomness that [`begin`] needs: 32 for the verifier (RFC 7636 §7.1), 16 for the state.
pub const RANDOMNESS: usize = 48;

/// What the log-in page is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The client id.
    pub client_id: String,
    /// Where the page sends the user: one that is registered with the client.
    pub redirect_uri: String,
    /// The short name of the organisation; with `provider` it skips the page's own log-in.
    pub org: Option<String>,
    /// The identity provider, such as `okta`; only together with `org`.
    pub provider: Option<String>,
    /// Ask for the password even where the browser is logged in.
    pub prompt: bool,
    /// The organisation to act in, for users of partners.
    pub target: Option<String>,
}

/// A log-in that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Where to send the user.
    pub url: String,
    /// What must come back.
    pub state: Secret,
    /// What the challenge was made of: to be given with the code.
    pub verifier: Secret,
}

/// Begins the log-in of a user.
///
/// # Errors
/// `config.credentials` where the client id is missing, or `org` and `provider` do not come together; `config.value`
/// where the redirect is no address, or there is too little randomness.
pub fn begin(region: &Region, wish: &Wish, randomness: &[u8]) -> Result<Begun, Error> {
    let refuse = |kind, what: &str| Err(Error::new(kind, what));
    if wish.client_id.is_empty() {
        return refuse(ErrorKind::ConfigCredentials, "a log-in needs a client id");
    }
    if wish.org.is_some() != wish.provider.is_some() {
        return refuse(ErrorKind::ConfigCredentials, "`org` and `provider` must come together");
    }
    if !is_address(&wish.redirect_uri) {
        return refuse(ErrorKind::ConfigValue, "the redirect_uri is no address");
    }
    let (Some(word), Some(state)) = (randomness.get(..32), randomness.get(32..RANDOMNESS)) else {
        return refuse(ErrorKind::ConfigValue, "a log-in needs 48 bytes of randomness");
    };
    let verifier = BASE64_URL_SAFE_NO_PAD.encode(word);
    let state = BASE64_URL_SAFE_NO_PAD.encode(state);
    let mut query = Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", &wish.client_id)
        .append_pair("redirect_uri", &wish.redirect_uri)
        .append_pair("state", &state)
        .append_pair("code_challenge", &challenge(&verifier))
        .append_pair("code_challenge_method", "S256");
    let more = [("org", &wish.org), ("provider", &wish.provider), ("target", &wish.target)];
    for (key, value) in more {
        if let Some(value) = value {
            query.append_pair(key, value);
        }
    }
    if wish.prompt {
        query.append_pair("prompt", "login");
    }
    let url = format!("{}?{}", region.authorize_url(), query.finish());
    Ok(Begun { url, state: Secret::new(state), verifier: Secret::new(verifier) })
}

/// An absolute address (RFC 3986 §4.3). An app may have a scheme of its own, and no host.
fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => text.parse::<Uri>().is_ok_and(|uri| uri.host().is_some_and(|host| !host.is_empty())),
        other => {
            let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
            other.starts_with(|c: char| c.is_ascii_alphabetic()) && other.chars().all(is_scheme) && !rest.is_empty()
        }
    }
}

/// The challenge of a verifier (RFC 7636 §4.2).
fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Takes the code from the address at which the user came back: a whole URL, its path and query, or the query alone.
///
/// # Errors
/// `auth.code_refused`: the log-in page said `error=`, the state is another one, or there is no code.
pub fn finish(came_back: &str, state: &Secret) -> Result<Secret, Error> {
    let query = came_back.split_once('?').map_or(came_back, |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    let value = |key: &str| field(query, key);
    let refuse = |what: &str| Error::new(ErrorKind::AuthCodeRefused, what);
    // First of all: what did not come from our own log-in says nothing.
    if value("state").as_deref() != Some(state.expose()) {
        return Err(refuse("the state that came back is not the one that was sent")
            .evidence("this answer belongs to another log-in, or somebody else made it: nothing of it is used")
            .remedy("begin the log-in again, in one window"));
    }
    if let Some(refused) = refusal(query) {
        return Err(refused);
    }
    match value("code").filter(|code| !code.is_empty()) {
        Some(code) => Ok(Secret::new(code)),
        None => Err(refuse("the log-in page sent no code").remedy("begin the log-in again")),
    }
}

/// What the log-in page says where it sends a user back without a code (errors.json T-REDIRECT-ERR).
pub(crate) fn refusal(query: &str) -> Option<Error> {
    let error = field(query, "error").filter(|error| !error.is_empty())?;
    let said = field(query, "error_description").filter(|said| !said.is_empty());
    let what = match error.as_str() {
        "access_denied" => "the user or the organisation denied the log-in".to_owned(),
        other => format!("the log-in page refused: {}", shown(other)),
    };
    let refused = Error::new(ErrorKind::AuthCodeRefused, what)
        .sure(Certainty::Certain)
        .evidence(format!("error={}", shown(&error)));
    let refused = said.into_iter().fold(refused, |error, said| error.evidence(shown(&said)));
    Some(refused.remedy("look at the client's redirect, its scopes and who may log in; then begin again"))
}

fn field(query: &str, key: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
}

/// A text of somebody else's, short and on one line.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish() -> Wish {
        Wish { client_id: "c 1".into(), redirect_uri: "http://127.0.0.1:8085/callback".into(), ..Wish::default() }
    }

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn from_the_page_and_back() {
        let region = Region::parse("eu_west_1").unwrap();
        let randomness: Vec<u8> = (0..48).collect();
        let begun = begin(&region, &wish(), &randomness).unwrap();
        assert!(begun.url.starts_with(
            "https://login.mypurecloud.ie/oauth/authorize?response_type=code&client_id=c+1&redirect_uri=http%3A%2F%2F127.0.0.1%3A8085%2Fcallback&state="
        ));
        assert!((43..=128).contains(&begun.verifier.expose().len()));
        assert!(!format!("{begun:?}").contains(begun.verifier.expose()));
        let state = begun.state.expose();
        for came in [
            format!("http://127.0.0.1:8085/callback?code=abc&state={state}"),
            format!("/callback?state={state}&code=abc#_"),
            format!("code=abc&state={state}"),
        ] {
            assert_eq!(finish(&came, &begun.state).unwrap().expose(), "abc", "{came}");
        }
    }

    #[test]
    fn what_comes_back_wrong() {
        let state = Secret::new("s1");
        for (came, says) in [
            ("code=abc&state=s2", "state"),
            ("code=abc", "state"),
            ("error=access_denied&state=s1", "denied"),
            ("error=invalid_scope&error_description=no%0Asuch&state=s1", "invalid_scope"),
            ("state=s1", "no code"),
            ("state=s1&code=", "no code"),
        ] {
            let error = finish(came, &state).unwrap_err();
            assert_eq!(error.kind, ErrorKind::AuthCodeRefused, "{came}");
            assert!(error.to_string().contains(says), "{came}: {error}");
            assert!(!error.to_string().contains("abc"));
        }
    }

    #[test]
    fn what_cannot_begin() {
        let region = Region::parse("eu_west_1").unwrap();
        let enough = [0; RANDOMNESS];
        assert!(begin(&region, &Wish { client_id: String::new(), ..wish() }, &enough).is_err());
        assert!(begin(&region, &Wish { org: Some("acme".into()), ..wish() }, &enough).is_err());
        for (redirect_uri, is_one) in [
            ("callback", false),
            ("https://", false),
            ("1a:b", false),
            ("https://example.org/back?a=1", true),
            ("http://[::1]:8085", true),
            ("org.example.app:/back", true),
            ("example://back", true),
        ] {
            let wish = Wish { redirect_uri: redirect_uri.into(), ..wish() };
            assert_eq!(begin(&region, &wish, &enough).is_ok(), is_one, "{redirect_uri}");
        }
        assert!(begin(&region, &wish(), &enough[1..]).is_err());
        let both = Wish { org: Some("acme".into()), provider: Some("okta".into()), prompt: true, ..wish() };
        assert!(begin(&region, &both, &enough).unwrap().url.ends_with("&org=acme&provider=okta&prompt=login"));
    }
}
