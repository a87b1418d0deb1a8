//! Who logs in, and how.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use pegcount::{Client, Credentials, Grant, Secret};
use pegcount_sandbox::{Org, Request};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::rng::Rng;

/// The ways to a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Client credentials.
    Client,
    /// The same, from a vault in which the secret is replaced now and then.
    Provider,
    /// A refresh token, replaced with each use.
    Refresh,
    /// A code of a client that has a secret.
    Code,
    /// A code of a client that has none.
    Pkce,
    /// An assertion.
    Saml,
    /// A ready token.
    Token,
}

impl Way {
    /// Whether several sessions may use it at once.
    pub(crate) fn is_for_many(self, store: bool) -> bool {
        match self {
            Way::Client | Way::Provider | Way::Token => true,
            Way::Refresh => store,
            Way::Code | Way::Pkce | Way::Saml => false,
        }
    }

    /// Whether it may be used again and again.
    pub(crate) fn lasts(self) -> bool {
        !matches!(self, Way::Pkce | Way::Token)
    }

    /// Whether its token has every permission.
    pub(crate) fn is_admin(self) -> bool {
        matches!(self, Way::Client | Way::Provider | Way::Token)
    }

    /// Whose client it is, by its name in the sandbox.
    pub(crate) fn client(self) -> &'static str {
        match self {
            Way::Client | Way::Provider | Way::Token => "admin",
            Way::Refresh | Way::Code => "code",
            Way::Pkce => "pkce",
            Way::Saml => "saml",
        }
    }
}

/// Credentials, and the texts that must never show.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// For the session.
    pub(crate) credentials: Credentials,
    /// The client's secret, codes, verifiers, assertions, tokens.
    pub(crate) secrets: Vec<String>,
    /// What the vault gives.
    pub(crate) secret: String,
}

/// Makes credentials that the organisation knows.
pub(crate) fn prepare(org: &mut Org, way: Way, now: i64, form: bool, rng: &mut Rng) -> Prepared {
    let ready = org.ready("http://127.0.0.1:1");
    let known = &ready["clients"][way.client()];
    let id = text(&known["client_id"]);
    let secret = known["client_secret"].as_str().map(str::to_owned);
    let mut secrets: Vec<String> = secret.iter().cloned().collect();
    secrets.extend(secret.iter().map(|secret| BASE64_STANDARD.encode(format!("{id}:{secret}"))));
    let mut grant = Grant::ClientCredentials;
    match way {
        Way::Client | Way::Provider => {}
        Way::Token => {
            let fields = [("grant_type", "client_credentials")];
            let token = text(&log_in(org, &id, secret.as_deref(), &fields, now)["access_token"]);
            let credentials = Credentials::Token(Secret::new(token.clone()));
            return Prepared { credentials, secrets: vec![token], secret: String::new() };
        }
        Way::Saml => {
            let user = text(&ready["user"]["username"]);
            let assertion = BASE64_URL_SAFE_NO_PAD.encode(format!("<Assertion><NameID>{user}</NameID></Assertion>"));
            secrets.push(assertion.clone());
            grant = Grant::Saml { org: text(&ready["org"]), assertion: Secret::new(assertion) };
        }
        Way::Refresh | Way::Code | Way::Pkce => {
            let redirect_uri = "http://127.0.0.1/callback".to_owned();
            let verifier =
                (way == Way::Pkce).then(|| (0..6).map(|_| format!("{:016x}", rng.bits())).collect::<String>());
            let code = code(org, &id, &redirect_uri, verifier.as_deref(), now);
            secrets.extend(verifier.iter().cloned().chain([code.clone()]));
            if way == Way::Refresh {
                let fields = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &redirect_uri)];
                let token = text(&log_in(org, &id, secret.as_deref(), &fields, now)["refresh_token"]);
                secrets.push(token.clone());
                grant = Grant::Refresh(Secret::new(token));
            } else {
                grant = Grant::Code { code: Secret::new(code), redirect_uri, verifier: verifier.map(Secret::new) };
            }
        }
    }
    let kept = secret.clone().unwrap_or_default();
    let secret = secret.filter(|_| way != Way::Provider).map(Secret::new);
    let client = Client { id, secret, form, grant, provider: way == Way::Provider, account: None };
    Prepared { credentials: Credentials::Client(client), secrets, secret: kept }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Sends the user to the log-in page and comes back with a code.
fn code(org: &mut Org, id: &str, redirect_uri: &str, verifier: Option<&str>, now: i64) -> String {
    let challenge = verifier.map_or(String::new(), |verifier| {
        let digest = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        format!("&code_challenge={digest}&code_challenge_method=S256")
    });
    let target = format!(
        "/oauth/authorize?response_type=code&client_id={id}&redirect_uri={redirect_uri}&org=pegcount-sandbox&provider=okta{challenge}"
    );
    let answer = org.handle(&Request::new("GET", &target), now);
    let location = answer.value("Location").unwrap_or_default().to_owned();
    location.split("code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or_default().to_owned()
}

fn log_in(org: &mut Org, id: &str, secret: Option<&str>, fields: &[(&str, &str)], now: i64) -> Value {
    let mut form = format!("client_id={id}&client_secret={}", secret.unwrap_or_default());
    for (key, value) in fields {
        form.push_str(&format!("&{key}={value}"));
    }
    let request = Request::new("POST", "/oauth/token").body("application/x-www-form-urlencoded", form);
    org.handle(&request, now).parsed()
}
