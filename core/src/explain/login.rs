//! Refusals of the token endpoint (oauth.md §4; RFC 6749 §5.2).

use super::body::Body;
use super::{Case, status};
use crate::error::{Certainty, Error, ErrorKind, Retry};

/// Where clients are made, in the words of the administration pages (help.mypurecloud.com, "Create an OAuth client").
pub(super) const OAUTH_PAGE: &str = "Admin > Integrations > OAuth (newer menu: IT and Integrations > OAuth)";

pub(super) fn find(case: &Case<'_>, body: &Body, status: Option<u16>) -> Error {
    let region = case.domain.map_or_else(
        || "check the region: a client exists in one region only, and elsewhere it is unknown".to_owned(),
        |domain| format!("check the region: you asked {domain}, and a client exists in one region only"),
    );
    let said = body.message().to_ascii_lowercase();
    let grant = case.grant.or_else(|| grant_of(case.request_body?)).unwrap_or_default();
    match (body.code(), status) {
        ("invalid_client", _) if said.contains("not found") => {
            Error::new(ErrorKind::AuthUnknownClient, "the login host does not know this client id")
                .sure(Certainty::Certain)
                .remedy(format!("copy the client id again from {OAUTH_PAGE}"))
                .remedy(region)
                .remedy("look whether the client was deleted")
        }
        ("invalid_client", _) if said.contains("disabled") || said.contains("inactive") => disabled(),
        ("invalid_client", _) => {
            Error::new(ErrorKind::AuthWrongSecret, "the client is known, but its secret is wrong or was rotated")
                .sure(Certainty::Likely)
                .remedy(format!(
                    "take the present secret from {OAUTH_PAGE}; a client has one secret, a new one replaces it"
                ))
                .remedy(region)
        }
        ("invalid_request", _) if said.starts_with("rate limit exceeded") => Error::new(
            ErrorKind::LimitMint,
            "tokens are minted faster than the login host allows; it says so with HTTP 400",
        )
        .retry(Retry::Later { after_ms: case.headers.retry_after.map(|seconds| seconds.saturating_mul(1000)) })
        .remedy("share one token between runs and processes: do not switch the token store off"),
        ("invalid_request", _) if said.contains("disabled") => disabled(),
        ("unauthorized_client", _) if said.contains("disabled") || said.contains("inactive") => disabled(),
        ("unauthorized_client", _) => wrong_grant(Certainty::Certain, grant),
        ("unsupported_grant_type", _) => Error::new(
            ErrorKind::AuthWrongGrant,
            "the token endpoint does not know the grant type, or found none in the form",
        )
        .sure(Certainty::Likely)
        .remedy(
            "send grant_type as a form field (application/x-www-form-urlencoded): client_credentials, \
                     authorization_code, refresh_token or urn:ietf:params:oauth:grant-type:saml2-bearer",
        ),
        ("invalid_grant", _) if grant.contains("saml") => Error::new(
            ErrorKind::AuthRefused,
            "the SAML assertion was refused: expired, used, or not for this organisation",
        )
        .sure(Certainty::Likely)
        .remedy("have the identity provider make a new one, signed for this organisation")
        .remedy("check the organisation's short name"),
        ("invalid_grant", _) if grant == "refresh_token" || grant.is_empty() && said.contains("refresh") => {
            Error::new(ErrorKind::AuthRefreshRefused, "the refresh token was refused: used, revoked or expired")
                .sure(Certainty::Likely)
                .remedy("log in interactively again")
        }
        ("invalid_grant", _) => {
            let cause =
                "the authorization code was refused: used twice, expired, or its redirect or verifier does not match";
            Error::new(ErrorKind::AuthCodeRefused, cause)
                .sure(Certainty::Likely)
                .remedy("begin the log-in again; the redirect must match a registered one entirely")
                .evidence("with client credentials this answer does not occur: then look at what is sent as grant_type")
        }
        ("bad.client.state", _) => disabled(),
        (_, Some(401)) => Error::new(ErrorKind::AuthWrongSecret, "the login host refused the client's credentials")
            .sure(Certainty::Possible)
            .remedy(format!("take id and secret again from {OAUTH_PAGE}"))
            .remedy(region),
        (_, Some(404)) => Error::new(ErrorKind::ConfigRegion, "there is no token endpoint at this address")
            .sure(Certainty::Likely)
            .remedy("the token endpoint is https://login.<domain>/oauth/token: check region or login URL"),
        (_, Some(300..=399)) => Error::new(ErrorKind::AuthRefused, "the login host redirects instead of answering")
            .sure(Certainty::Possible)
            .remedy("an interactive log-in says `error` and `error_description` in the address it redirects to")
            .remedy("the token endpoint is https://login.<domain>/oauth/token, and does not redirect"),
        (_, Some(400..=403)) => {
            Error::new(ErrorKind::AuthRefused, "the login host refused, for a reason that is not known")
                .sure(Certainty::Possible)
                .remedy(format!("look at the client in {OAUTH_PAGE}: its state, its grant type, its roles"))
                .remedy(region)
        }
        _ => status::find(case, body, status),
    }
}

pub(super) fn disabled() -> Error {
    Error::new(ErrorKind::AuthDisabledClient, "the client is disabled or inactive: it gets no new tokens")
        .remedy(format!("activate it in {OAUTH_PAGE}; inactive clients are scheduled for deletion"))
}

/// The grant in the form of a token request.
fn grant_of(form: &str) -> Option<&str> {
    form.split('&').find_map(|field| field.strip_prefix("grant_type="))
}

fn wrong_grant(certainty: Certainty, grant: &str) -> Error {
    let name = match grant {
        "authorization_code" | "refresh_token" => "Code Authorization",
        grant if grant.contains("saml") => "SAML2 Bearer",
        _ => "Client Credentials",
    };
    Error::new(ErrorKind::AuthWrongGrant, "the client was made for another grant than the one that was used")
        .sure(certainty)
        .remedy(format!("make a new client of the grant type {name} in {OAUTH_PAGE}"))
        .evidence("a client has exactly one grant type: another grant means another client id")
}
