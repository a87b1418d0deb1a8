//! Which grant fits a situation, and why: the table of grants.md §3, with the steps to set it up.

use std::fmt;

use serde::Serialize;

use crate::error::{Error, ErrorKind};
use crate::fields::{Fields, Record};
use crate::keys::nearest;

/// Who asks, and what he has. Everything may be left out: then a program that runs by itself on a server is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Situation {
    /// A person sits in front of it and can log in.
    pub interactive: bool,
    /// It can keep a secret from those who use it: a server can, an app on a phone or in a browser cannot.
    pub can_keep_secret: bool,
    /// It runs in a browser.
    pub browser: bool,
    /// The organisation's identity provider gives it SAML assertions.
    pub saml: bool,
    /// The grant that was thought of: why it fits, or does not.
    pub wanted: Option<String>,
}

impl Default for Situation {
    fn default() -> Self {
        Situation { interactive: false, can_keep_secret: true, browser: false, saml: false, wanted: None }
    }
}

impl Record for Situation {
    fn read(fields: &mut Fields<'_>) -> Self {
        Situation {
            interactive: fields.take("interactive"),
            can_keep_secret: fields.take::<Option<bool>>("can_keep_secret").unwrap_or(true),
            browser: fields.take("browser"),
            saml: fields.take("saml"),
            wanted: fields.take("wanted"),
        }
    }
}

/// What is advised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Advice {
    /// `client_credentials`, `authorization_code`, `pkce` or `saml2_bearer`.
    pub grant: &'static str,
    /// Why this one.
    pub why: &'static str,
    /// What to set up, in the words of the administration pages.
    pub steps: Vec<&'static str>,
    /// What to know beforehand.
    pub caveats: Vec<&'static str>,
    /// What will not work, and why.
    pub will_not_work: Vec<&'static str>,
}

/// A row of the table.
struct Row {
    grant: &'static str,
    why: &'static str,
    kind: &'static str,
    steps: &'static [&'static str],
    caveats: &'static [&'static str],
}

/// Menus and names: help.mypurecloud.com, "Create an OAuth client"; lives and limits: grants.md §3 and §4, oauth.md §6.
const ROWS: [Row; 4] = [
    Row {
        grant: "client_credentials",
        why: "no person is needed: the program has roles and divisions of its own",
        kind: "as the Grant Type choose Client Credentials",
        steps: &[
            "in Roles assign a role for reporting with its divisions; you can give only roles that you have yourself",
            "give the program the Client ID and the Client Secret, through its environment or a vault",
        ],
        caveats: &[
            "300 requests a minute for each token; a token lives a day unless the client says otherwise",
            "a change of roles takes up to five minutes to be felt",
        ],
    },
    Row {
        grant: "authorization_code",
        why: "a server acts for the persons who log in, and can keep the client's secret",
        kind: "as the Grant Type choose Code Authorization",
        steps: &[
            "enter the Authorized redirect URIs of your server",
            "choose the scopes: analytics:readonly and what else you read; an administrator may have to approve the client",
            "store the refresh token that comes with each token: a later one replaces it",
        ],
        caveats: &[
            "everybody sees what his own roles and divisions let him see",
            "log-out and a change of password end the refresh token",
        ],
    },
    Row {
        grant: "pkce",
        why: "a person logs in at something that cannot keep a secret",
        kind: "as the Grant Type choose Code Authorization, to be used with PKCE and without the secret",
        steps: &[
            "enter the Authorized redirect URIs: http://localhost:8085/callback for a command line, your page's address for a browser",
            "choose the scopes: analytics:readonly and what else you read",
        ],
        caveats: &[
            "expect no refresh token: the person logs in again when the token ends, after two days at the most",
            "the token acts as the person: with her roles, divisions and rate limit",
        ],
    },
    Row {
        grant: "saml2_bearer",
        why: "the organisation's identity provider vouches for the person, and no browser is needed",
        kind: "as the Grant Type choose SAML2 Bearer",
        steps: &[
            "the identity provider must be set up in Admin > Integrations > Single Sign-on",
            "give the program the Client ID, the Client Secret, the organisation's short name and an assertion",
        ],
        caveats: &["there is no refresh token: a new token needs a new assertion"],
    },
];

const OPEN: &str = "open Admin > Integrations > OAuth (newer menu: IT and Integrations > OAuth) and choose Add Client";

/// Says which grant fits.
///
/// # Errors
/// `config.value` for a grant that does not exist.
pub fn advise(situation: &Situation) -> Result<Advice, Error> {
    let Situation { interactive, can_keep_secret, browser, saml, wanted } = situation;
    let keeps = *can_keep_secret && !browser;
    let grant = match (*saml, *interactive || *browser) {
        (true, _) if keeps => "saml2_bearer",
        (_, true) if keeps => "authorization_code",
        (_, true) => "pkce",
        (_, false) => "client_credentials",
    };
    let mut will_not_work = Vec::new();
    match wanted.as_deref() {
        None => {}
        Some("implicit" | "token") => will_not_work.push(
            "the implicit grant is being removed (new clients in 2026, all in 2027; sources differ by two months): do not build on it",
        ),
        Some("password") => {
            will_not_work.push("a password grant is a name in a list only: no documentation and no SDK knows how to use it");
        }
        Some("client_credentials") if *browser => will_not_work
            .push("client credentials in a browser: whoever opens the page can read the secret, and the official SDK refuses it"),
        Some("client_credentials") if *interactive => will_not_work.push(
            "client credentials act as no person: 43 operations, such as users/me and call control, answer 400 not.a.user",
        ),
        Some("refresh_token") => will_not_work
            .push("a refresh token is no grant of its own: it comes with the code exchange of a client that has a secret"),
        Some("saml2_bearer") if !saml => {
            will_not_work.push("SAML2 bearer needs assertions of the organisation's own identity provider");
        }
        Some("authorization_code" | "code") if !interactive && !browser => {
            will_not_work.push("the authorization code needs a person at a browser each time, unless a refresh token is kept");
        }
        Some(known) if ROWS.iter().any(|row| row.grant == known) || known == "code" => {}
        Some(other) => {
            let names = ROWS.iter().map(|row| row.grant).chain(["implicit", "password", "refresh_token"]);
            return Err(Error::new(ErrorKind::ConfigValue, format!("there is no grant `{other}`"))
                .nearest(nearest(other, names)));
        }
    }
    if grant == "client_credentials" && !keeps {
        will_not_work.push("nothing runs by itself without a secret: run it on a server, and keep the secret there");
    }
    if *saml && !keeps {
        will_not_work.push("SAML2 bearer needs a client secret, too: it belongs on a server");
    }
    will_not_work.push("OpenID Connect: there are no id tokens, and openid and offline_access are no scopes");
    will_not_work.push("one client for two grants: a client has one grant type, another grant means another client id");
    let Some(row) = ROWS.iter().find(|row| row.grant == grant) else {
        return Err(Error::new(ErrorKind::ConfigValue, format!("there is no grant `{grant}`")));
    };
    let steps = [OPEN, row.kind].into_iter().chain(row.steps.iter().copied()).collect();
    Ok(Advice { grant: row.grant, why: row.why, steps, caveats: row.caveats.to_vec(), will_not_work })
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\nto set it up:", self.grant, self.why)?;
        for (nth, step) in (1..).zip(&self.steps) {
            write!(f, "\n  {nth}. {step}")?;
        }
        for (title, lines) in [("to know", &self.caveats), ("will not work", &self.will_not_work)] {
            write!(f, "\n{title}:")?;
            for line in lines {
                write!(f, "\n  - {line}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(situation: Situation) -> &'static str {
        advise(&situation).unwrap().grant
    }

    #[test]
    fn every_row_of_the_table() {
        let server = Situation::default();
        assert_eq!(grant(server.clone()), "client_credentials", "cron, daemon, ETL");
        let tool = Situation { interactive: true, can_keep_secret: false, ..server.clone() };
        assert_eq!(grant(tool), "pkce", "a tool that acts as a person");
        assert_eq!(grant(Situation { interactive: true, ..server.clone() }), "authorization_code", "a web backend");
        assert_eq!(grant(Situation { saml: true, ..server.clone() }), "saml2_bearer", "single sign-on, no browser");
        let page = Situation { browser: true, wanted: Some("implicit".into()), ..server.clone() };
        let advice = advise(&page).unwrap();
        assert_eq!(advice.grant, "pkce");
        assert!(advice.will_not_work[0].contains("being removed"));
        let password = advise(&Situation { wanted: Some("password".into()), ..server }).unwrap();
        assert!(password.will_not_work[0].contains("no SDK"));
    }

    #[test]
    fn what_will_not_work_is_said() {
        let first = |situation: Situation| advise(&situation).unwrap().will_not_work[0];
        let phone = Situation { can_keep_secret: false, ..Situation::default() };
        assert!(first(phone.clone()).contains("without a secret"));
        assert!(first(Situation { saml: true, ..phone }).contains("without a secret"));
        let wanted = |wanted: &str| Some(wanted.to_owned());
        assert!(
            first(Situation { browser: true, wanted: wanted("client_credentials"), ..Situation::default() })
                .contains("read the secret")
        );
        assert!(first(Situation { wanted: wanted("code"), ..Situation::default() }).contains("a person"));
        let unknown = advise(&Situation { wanted: wanted("client_credential"), ..Situation::default() }).unwrap_err();
        assert_eq!(unknown.explanation.nearest, ["client_credentials"]);
    }

    #[test]
    fn it_prints() {
        let text = advise(&Situation::default()).unwrap().to_string();
        assert!(text.starts_with("client_credentials: no person is needed"), "{text}");
        assert!(text.contains("\n  1. open Admin > Integrations > OAuth"), "{text}");
    }
}
