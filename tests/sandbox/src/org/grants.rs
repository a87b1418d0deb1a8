//! What each grant asks for and gives (RFC 6749 §4.1.3, §4.4, §6; RFC 7636 §4.6; RFC 7522).

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Org;
use super::login::{Form, refused};
use super::tokens::{Bearer, Code};
use crate::directory::SHORT_NAME;
use crate::time::SECOND;
use crate::wire::Response;

/// Assertions come with padding and without.
const ANY_PAD: GeneralPurposeConfig = NO_PAD.with_decode_padding_mode(DecodePaddingMode::Indifferent);

fn no_grant(description: &str) -> Response {
    refused(400, "invalid_grant", description)
}

fn missing(field: &str) -> Response {
    refused(400, "invalid_request", &format!("{field} is required"))
}

impl Org {
    /// Gives tokens to a client that proved itself and may ask for this grant.
    pub(super) fn grant(&mut self, client: usize, grant: &str, form: &Form, now: i64) -> Response {
        let granted = match grant {
            "authorization_code" => self.of_code(client, form, now),
            "refresh_token" => self.of_refresh(client, form),
            "client_credentials" => Ok(Bearer { client, user: None, code: None, scopes: [].into() }),
            _ => self.of_assertion(client, form),
        };
        let bearer = match granted {
            Ok(bearer) => bearer,
            Err(refusal) => return refusal,
        };
        let token = self.tokens.mint(bearer.clone(), now, self.token_life_ms);
        let mut body =
            json!({"access_token": token, "token_type": "bearer", "expires_in": self.token_life_ms / SECOND});
        // What began with a code can go on without the user, if the client can keep a secret.
        if bearer.code.is_some() && !self.clients.list()[client].is_public() {
            body["refresh_token"] = Value::String(self.tokens.mint_refresh(bearer));
        }
        Response::json(200, body.to_string())
    }

    fn of_code(&mut self, client: usize, form: &Form, now: i64) -> Result<Bearer, Response> {
        let text = form.field("code").ok_or_else(|| missing("code"))?;
        let redirect = form.field("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
        let code = self.tokens.code(text, client, now);
        let code = code.ok_or_else(|| no_grant("authorization code is invalid, expired or used"))?;
        if code.redirect_uri != redirect {
            return Err(no_grant("redirect_uri does not match the authorization request"));
        }
        if !is_verified(&code, form.field("code_verifier")) {
            return Err(no_grant("code_verifier does not match the code_challenge"));
        }
        self.tokens.use_code(text);
        Ok(code.bearer)
    }

    fn of_refresh(&mut self, client: usize, form: &Form) -> Result<Bearer, Response> {
        let text = form.field("refresh_token").ok_or_else(|| missing("refresh_token"))?;
        self.tokens.take_refresh(text, client).ok_or_else(|| no_grant("refresh token is invalid or revoked"))
    }

    /// The assertion of an identity provider: XML that names the user. Nobody signed it here.
    fn of_assertion(&self, client: usize, form: &Form) -> Result<Bearer, Response> {
        let org = form.field("orgName").ok_or_else(|| missing("orgName"))?;
        let assertion = form.field("assertion").ok_or_else(|| missing("assertion"))?;
        let account = &self.clients.account;
        let decoded = GeneralPurpose::new(&URL_SAFE, ANY_PAD).decode(assertion).ok();
        let xml = decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let xml = xml.trim();
        let names = xml.starts_with('<') && xml.ends_with('>') && xml.contains(&format!(">{}<", account.username));
        if org != SHORT_NAME || !names {
            return Err(no_grant("assertion is invalid"));
        }
        let scopes = self.granted(&self.clients.list()[client].scopes, form.field("scope"));
        let scopes = scopes.ok_or_else(|| refused(400, "invalid_scope", "Client has invalid scope"))?;
        Ok(Bearer { client, user: Some(account.user), code: None, scopes })
    }
}

/// Whether the verifier is the one of the challenge. A verifier without a challenge was meant for another log-in.
fn is_verified(code: &Code, verifier: Option<&str>) -> bool {
    let (Some(challenge), Some(verifier)) = (&code.challenge, verifier) else {
        return code.challenge.is_none() && verifier.is_none();
    };
    let is_well_formed = (43..=128).contains(&verifier.len());
    is_well_formed && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == *challenge
}
