//! What a token is asked with.

use crate::secret::Secret;

/// What a token is asked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ClientCredentials,
    Code { code: Secret, redirect_uri: String, verifier: Option<Secret> },
    Refresh(Secret),
    Saml { org: String, assertion: Secret },
}

impl Way {
    pub(crate) fn grant_type(&self) -> &'static str {
        match self {
            Way::ClientCredentials => "client_credentials",
            Way::Code { .. } => "authorization_code",
            Way::Refresh(_) => "refresh_token",
            Way::Saml { .. } => "urn:ietf:params:oauth:grant-type:saml2-bearer",
        }
    }

    /// Whether it may be asked again after an answer was lost: a code and an assertion are good for once, and a
    /// refresh token may have been replaced.
    pub(crate) fn is_repeatable(&self) -> bool {
        *self == Way::ClientCredentials
    }
}
