//! Who asks, from the first source that names a client or a token: id and secret are never put together from two
//! sources. What a log-in gave may come from a source before that: it says how the client logs in.

use super::resolve::{Arguments, Layer, looked_in};
use super::{Client, Credentials, Grant, secrets};
use crate::error::{Error, ErrorKind};
use crate::secret::Secret;

const GRANTS: [&str; 5] = ["client_credentials", "authorization_code", "pkce", "refresh_token", "saml2_bearer"];

/// The authorization code without a secret, even where one lies about.
const PKCE: &str = "pkce";

/// # Errors
/// `config.credentials`: what is missing, what does not belong together, or what is wrong with a text; never the text.
pub(super) fn find(layers: &[Layer], form: bool) -> Result<Credentials, Error> {
    // Neither is a part of the pair: they say how it is used, wherever it comes from.
    let account = layers.iter().find_map(|layer| layer.given.account.clone());
    let written = layers.iter().find_map(|layer| layer.given.grant.as_deref());
    for (nth, layer) in layers.iter().enumerate() {
        let Arguments { client_id, client_secret, token, provider, .. } = &layer.given;
        let provider = *provider == Some(true);
        let is_client = client_id.is_some() || client_secret.is_some() || provider;
        if let Some(token) = token {
            if is_client {
                let what = format!("{} is given beside an id or a secret", layer.place("token"));
                return Err(Error::new(ErrorKind::ConfigCredentials, what).remedy("give one of them"));
            }
            secrets::check("token", &layer.place("token"), token.expose())?;
            return Ok(Credentials::Token(token.clone()));
        }
        if !is_client {
            continue;
        }
        let login = layers.iter().take(nth).find(|before| tells(before).next().is_some()).unwrap_or(layer);
        let (grant, needs_secret) = grant(login, written)?;
        let half = |has: &str, lacks: &str| {
            Err(Error::new(
                ErrorKind::ConfigCredentials,
                format!("{} is given without {}", layer.place(has), layer.place(lacks)),
            )
            .remedy("give id and secret in the same place: a pair is never put together from two sources"))
        };
        match (client_id, client_secret) {
            _ if provider => {}
            (None, _) => return half("client_secret", "client_id"),
            (Some(_), None) if needs_secret => return half("client_id", "client_secret"),
            _ => {}
        }
        if let Some(id) = client_id {
            secrets::check("client id", &layer.place("client_id"), id)?;
        }
        if let Some(secret) = client_secret {
            secrets::check("client secret", &layer.place("client_secret"), secret.expose())?;
        }
        let secret = client_secret.clone().filter(|_| written != Some(PKCE));
        let id = client_id.clone().unwrap_or_default();
        return Ok(Credentials::Client(Client { id, secret, form, grant, provider, account }));
    }
    Err(Error::new(ErrorKind::ConfigCredentials, "no credentials were given")
        .evidence(looked_in(
            &["GENESYSCLOUD_OAUTHCLIENT_ID and _SECRET", "GENESYS_CLIENT_ID and _SECRET", "GENESYSCLOUD_ACCESS_TOKEN"],
            "client_id and client_secret, or token",
        ))
        .remedy("make an OAuth client with the grant Client Credentials (Admin › Integrations › OAuth) and give its id and secret"))
}

/// What a source tells of a log-in: the grant, and the setting.
fn tells(layer: &Layer) -> impl Iterator<Item = (&'static str, &'static str)> {
    let given = &layer.given;
    [
        ("authorization_code", "code", given.code.is_some()),
        ("refresh_token", "refresh_token", given.refresh_token.is_some()),
        ("saml2_bearer", "saml_assertion", given.saml_assertion.is_some()),
    ]
    .into_iter()
    .filter_map(|(grant, setting, is_there)| is_there.then_some((grant, setting)))
}

/// The grant that a source means, and whether it needs a secret.
fn grant(layer: &Layer, written: Option<&str>) -> Result<(Grant, bool), Error> {
    let given = &layer.given;
    let told: Vec<(&str, &str)> = tells(layer).collect();
    let grant = match (written, told.as_slice()) {
        (_, [(_, one), (_, other), ..]) => return refuse(format!("`{one}` and `{other}` are of different grants")),
        (Some(written), _) if !GRANTS.contains(&written) => {
            return Err(Error::new(ErrorKind::ConfigValue, format!("there is no grant `{written}`"))
                .there_are(written, &GRANTS));
        }
        (Some(PKCE), [("authorization_code", _)]) => PKCE,
        (Some(written), [(grant, setting)]) if written != *grant => {
            return refuse(format!("`{setting}` is not of the grant `{written}`"));
        }
        (Some(written), _) => written,
        (None, [(grant, _)]) => grant,
        (None, []) => "client_credentials",
    };
    let need = |setting: &str, value: Option<&Secret>| -> Result<Secret, Error> {
        let Some(value) = value else {
            return refuse(format!("the grant `{grant}` needs `{setting}`"));
        };
        secrets::check(setting, &layer.place(setting), value.expose())?;
        Ok(value.clone())
    };
    Ok(match grant {
        "authorization_code" | PKCE if given.code.is_none() => (Grant::Stored, false),
        PKCE if given.code_verifier.is_none() => {
            return refuse("the grant `pkce` needs `code_verifier`: what the challenge was made of".into());
        }
        "authorization_code" | PKCE => {
            let code = need("code", given.code.as_ref())?;
            let Some(redirect_uri) = given.redirect_uri.clone() else {
                return refuse("the grant `authorization_code` needs `redirect_uri`: the one the code came to".into());
            };
            let verifier = given.code_verifier.as_ref();
            let verifier = verifier.map(|word| need("code_verifier", Some(word))).transpose()?;
            let needs_secret = verifier.is_none();
            (Grant::Code { code, redirect_uri, verifier }, needs_secret)
        }
        "refresh_token" => (Grant::Refresh(need("refresh_token", given.refresh_token.as_ref())?), false),
        "saml2_bearer" => {
            let assertion = need("saml_assertion", given.saml_assertion.as_ref())?;
            let Some(org) = given.org.clone() else {
                return refuse("the grant `saml2_bearer` needs `org`: the organisation's short name".into());
            };
            (Grant::Saml { org, assertion }, true)
        }
        _ => (Grant::ClientCredentials, true),
    })
}

fn refuse<T>(what: String) -> Result<T, Error> {
    Err(Error::new(ErrorKind::ConfigCredentials, what))
}
