//! Where the configuration comes from: arguments, then the environment, then profiles. The host only reads them.

use serde_json::Value;

use super::{Config, Credentials, credentials, profiles};
use crate::error::{Error, ErrorKind};
use crate::fields::{self, Fault, record};
use crate::keys::nearest;
use crate::region::Region;
use crate::secret::Secret;

/// What a user gives a client, and what a profile of `pegcount.toml` holds. Everything may be missing.
///
/// Times are whole milliseconds. Hosts that speak of seconds convert them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Arguments {
    /// A region in any spelling: `eu_west_1`, `mypurecloud.ie`, `https://api.mypurecloud.ie`, ….
    pub region: Option<String>,
    /// The client id.
    pub client_id: Option<String>,
    /// The client secret.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub client_secret: Option<Secret>,
    /// `client_credentials` (what is meant by id and secret), `authorization_code`, `pkce` (the same without the secret),
    /// `refresh_token` or `saml2_bearer`. Told by what else is given; `authorization_code` or `pkce` without a `code`
    /// means the log-in that lies in the token store.
    pub grant: Option<String>,
    /// What the log-in page gave; see the log-in functions.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub code: Option<Secret>,
    /// Where the log-in page sent the user.
    pub redirect_uri: Option<String>,
    /// What the challenge of the log-in page was made of.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub code_verifier: Option<Secret>,
    /// Of an earlier log-in of a user.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub refresh_token: Option<Secret>,
    /// A SAML assertion, base64url.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub saml_assertion: Option<Secret>,
    /// The short name of the organisation that a SAML assertion is for.
    pub org: Option<String>,
    /// Whose log-in it is, where one client logs several users in: their tokens are kept apart by it.
    pub account: Option<String>,
    /// Whether the host has a provider that is asked for id and secret.
    pub provider: Option<bool>,
    /// A token that somebody else obtained, instead of id and secret.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub token: Option<Secret>,
    /// Base URL of the API, for a gateway or a sandbox.
    pub api_url: Option<String>,
    /// Base URL of the login host, likewise.
    pub login_url: Option<String>,
    /// The profile to read. Named here it counts before the environment, as the other arguments do.
    pub profile: Option<String>,
    /// Milliseconds for one exchange; 60 000 unless told.
    pub timeout_ms: Option<u64>,
    /// Milliseconds for one call, waits included; no limit unless told.
    pub deadline_ms: Option<u64>,
    /// The largest body to accept, in decompressed bytes; 128 MiB unless told.
    pub max_body: Option<u64>,
    /// Exchanges under way at once; 4 unless told.
    pub max_in_flight: Option<u32>,
    /// Requests a minute until the server says otherwise; 300 unless told.
    pub pace: Option<u32>,
    /// Requests that the whole session may send, log-ins not counted; no limit unless told.
    pub max_calls: Option<u32>,
    /// `basic` (the default) or `form`: how id and secret are sent.
    pub client_auth: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// Whether tokens are shared through the host's token store; not unless told.
    pub share: Option<bool>,
    /// 64 bits of the host's randomness.
    pub seed: Option<u64>,
    /// Whether the host is a page or a worker in a browser, where no secret can be kept.
    pub browser: Option<bool>,
}

record!(
    Arguments: region, client_id, client_secret, grant, code, redirect_uri, code_verifier, refresh_token, saml_assertion,
    org, account, provider, token, api_url, login_url, profile, timeout_ms, deadline_ms, max_body, max_in_flight, pace,
    max_calls, client_auth, user_agent, share, seed, browser
);

impl Arguments {
    /// Reads arguments from JSON.
    ///
    /// # Errors
    /// `config.value` for an unknown name, with the nearest real ones, or a value of the wrong type.
    pub fn from_json(value: &Value) -> Result<Arguments, Error> {
        let refuse = |why: String| Error::new(ErrorKind::ConfigValue, why);
        let map = value.as_object().ok_or_else(|| refuse("the configuration is not an object".to_owned()))?;
        fields::read(map).map_err(|fault| match fault {
            Fault::Unknown(key, known) => {
                refuse(format!("there is no setting `{key}`")).nearest(nearest(key, known.iter().copied()))
            }
            // What was found is not shown: it may be a secret in the wrong place.
            Fault::Misfit(name, misfit) => refuse(format!("the setting `{name}` is not {}", misfit.expected)),
        })
    }
}

/// The environment, which the host asks: the text of a variable by its name.
pub type Environment<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// The texts of the files that the host found; `None` where there is no such file.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// `pegcount.toml` of the user's configuration folder: one table a profile, with the names of [`Arguments`].
    pub pegcount_toml: Option<Secret>,
    /// `~/.gc/config.toml` of the official command line.
    pub gc_toml: Option<Secret>,
}

impl Files {
    /// Takes texts.
    pub fn new(pegcount_toml: Option<String>, gc_toml: Option<String>) -> Files {
        Files { pegcount_toml: pegcount_toml.map(Secret::new), gc_toml: gc_toml.map(Secret::new) }
    }
}

/// One source of settings: what it gives, and what its settings are called there.
pub(super) struct Layer {
    pub(super) given: Arguments,
    source: String,
    /// The environment calls each setting by a name of its own.
    names: &'static [(&'static str, &'static str)],
}

impl Layer {
    pub(super) fn place(&self, setting: &str) -> String {
        match self.names.iter().find(|(name, _)| *name == setting) {
            Some((_, variable)) => format!("environment variable {variable}"),
            None => format!("{} `{setting}`", self.source),
        }
    }
}

/// The environment's names in the order in which they count. A pair of id and secret stays within its line.
#[rustfmt::skip]
const ENVIRONMENT: &[&[(&str, &str)]] = &[
    &[("client_id", "GENESYSCLOUD_OAUTHCLIENT_ID"), ("client_secret", "GENESYSCLOUD_OAUTHCLIENT_SECRET"),
      ("region", "GENESYSCLOUD_REGION"), ("api_url", "PEGCOUNT_API_URL"), ("login_url", "PEGCOUNT_LOGIN_URL"),
      ("grant", "PEGCOUNT_GRANT")],
    &[("client_id", "GENESYS_CLIENT_ID"), ("client_secret", "GENESYS_CLIENT_SECRET"), ("region", "GENESYS_ENV_URL")],
    &[("region", "GENESYS_REGION")],
    &[("token", "GENESYSCLOUD_ACCESS_TOKEN")],
];

/// Every environment variable that [`resolve`] looks at: a host that collects them need not take more.
pub const VARIABLES: &[&str] = &[
    "GENESYSCLOUD_OAUTHCLIENT_ID",
    "GENESYSCLOUD_OAUTHCLIENT_SECRET",
    "GENESYSCLOUD_REGION",
    "GENESYS_CLIENT_ID",
    "GENESYS_CLIENT_SECRET",
    "GENESYS_ENV_URL",
    "GENESYS_REGION",
    "GENESYSCLOUD_ACCESS_TOKEN",
    "PEGCOUNT_API_URL",
    "PEGCOUNT_LOGIN_URL",
    "PEGCOUNT_GRANT",
    "PEGCOUNT_PROFILE",
];

/// Puts the configuration together.
///
/// Arguments count before the environment, the environment before the profile of `pegcount.toml`, and that before the
/// profile of the official command line. Id and secret come from one source together. Where a source gives `api_url`
/// or `login_url`, they count before its `region`, which then fills in the one that is missing.
///
/// # Errors
/// `config.region`, `config.credentials`, `config.profile` or `config.value`: what was looked for, where, and what is
/// wrong with it. Never the text of a secret.
pub fn resolve(arguments: Arguments, environment: &Environment<'_>, files: &Files) -> Result<Config, Error> {
    let layers = layers(arguments, environment, files)?;
    let form = match pick(&layers, |given| given.client_auth.as_deref()) {
        None | Some("basic") => false,
        Some("form") => true,
        Some(other) => {
            return Err(Error::new(
                ErrorKind::ConfigValue,
                format!("client_auth `{other}` is neither `basic` nor `form`"),
            )
            .nearest(nearest(other, ["basic", "form"])));
        }
    };
    let region = region(&layers)?;
    let credentials = credentials::find(&layers, form)?;
    let has_secret = matches!(&credentials, Credentials::Client(client) if client.secret.is_some() || client.provider);
    if pick(&layers, |given| given.browser) == Some(true) && has_secret {
        return Err(Error::new(ErrorKind::ConfigCredentials, "client credentials cannot be used in a browser")
            .evidence("whoever opens the page can read the client secret, and with it everything that its roles allow")
            .remedy("let the user log in (authorization code with PKCE), or log in on a server of yours and give the page the token alone"));
    }
    let base = Config::new(region, credentials);
    let config = Config {
        timeout: pick(&layers, |given| given.timeout_ms).unwrap_or(base.timeout),
        deadline: pick(&layers, |given| given.deadline_ms),
        max_body: pick(&layers, |given| given.max_body).unwrap_or(base.max_body),
        max_in_flight: pick(&layers, |given| given.max_in_flight).unwrap_or(base.max_in_flight),
        pace: pick(&layers, |given| given.pace).unwrap_or(base.pace),
        max_calls: pick(&layers, |given| given.max_calls),
        seed: pick(&layers, |given| given.seed).unwrap_or(base.seed),
        store: pick(&layers, |given| given.share).unwrap_or(base.store),
        user_agent: pick(&layers, |given| given.user_agent.clone()).unwrap_or(base.user_agent),
        region: base.region,
        credentials: base.credentials,
    };
    config.check()?;
    Ok(config)
}

/// Where a user is to log in, and as which client: the parts of a configuration that a log-in page needs.
///
/// # Errors
/// As those of [`resolve`], of the region and the profile.
pub fn place_of_login(
    arguments: Arguments,
    environment: &Environment<'_>,
    files: &Files,
) -> Result<(Region, Option<String>), Error> {
    let layers = layers(arguments, environment, files)?;
    Ok((region(&layers)?, pick(&layers, |given| given.client_id.clone())))
}

fn pick<'a, T>(layers: &'a [Layer], setting: impl Fn(&'a Arguments) -> Option<T>) -> Option<T> {
    layers.iter().find_map(|layer| setting(&layer.given))
}

fn layers(arguments: Arguments, environment: &Environment<'_>, files: &Files) -> Result<Vec<Layer>, Error> {
    // A variable that is set to nothing counts as not set: shells and containers leave such behind.
    let variable = |name: &str| environment(name).filter(|text| !text.is_empty());
    let explicit = arguments.profile.clone();
    let profile = explicit.clone().or_else(|| variable("PEGCOUNT_PROFILE"));
    let name = profile.clone().unwrap_or_else(|| "default".to_owned());
    let text = |file: &Option<Secret>| file.as_ref().map(|text| text.expose().to_owned());
    let own = profiles::own(text(&files.pegcount_toml).as_deref(), &name)?;
    let official = profiles::official(text(&files.gc_toml).as_deref(), &name)?;
    if profile.is_some() && own.arguments.is_none() && official.arguments.is_none() {
        let names = || own.names.iter().chain(&official.names).map(String::as_str);
        let mut error = Error::new(ErrorKind::ConfigProfile, format!("there is no profile `{name}`"))
            .nearest(nearest(&name, names()))
            .evidence("looked in pegcount.toml and ~/.gc/config.toml");
        if names().next().is_some() {
            error = error.evidence(format!("profiles there: {}", names().collect::<Vec<_>>().join(", ")));
        }
        return Err(error);
    }
    let mut layers = vec![Layer { given: arguments, source: "argument".to_owned(), names: &[] }];
    for names in ENVIRONMENT {
        let read = |setting: &str| names.iter().find(|(name, _)| *name == setting).and_then(|(_, name)| variable(name));
        let given = Arguments {
            region: read("region"),
            client_id: read("client_id"),
            client_secret: read("client_secret").map(Secret::new),
            token: read("token").map(Secret::new),
            api_url: read("api_url"),
            login_url: read("login_url"),
            grant: read("grant"),
            ..Arguments::default()
        };
        layers.push(Layer { given, source: "environment".to_owned(), names });
    }
    // Where the profile was named by an argument, it counts as one.
    let mut place = if explicit.is_some() { 1 } else { layers.len() };
    for (file, given) in [("pegcount.toml", own.arguments), ("~/.gc/config.toml", official.arguments)] {
        if let Some(given) = given {
            let source = format!("profile `{name}` of {file}, setting");
            layers.insert(place, Layer { given, source, names: &[] });
            place += 1;
        }
    }
    Ok(layers)
}

fn region(layers: &[Layer]) -> Result<Region, Error> {
    let has_region = |layer: &&Layer| {
        layer.given.region.is_some() || layer.given.api_url.is_some() || layer.given.login_url.is_some()
    };
    let Some(layer) = layers.iter().find(has_region) else {
        return Err(Error::new(ErrorKind::ConfigRegion, "no region was given")
            .evidence(looked_in(&["GENESYSCLOUD_REGION", "GENESYS_ENV_URL", "GENESYS_REGION"], "region"))
            .remedy("write the region's name or domain, such as eu-west-1 or mypurecloud.ie: a client id lives in one region only"));
    };
    let Arguments { region, api_url, login_url, .. } = &layer.given;
    let named = region.as_deref().map(|text| {
        Region::parse(text).map_err(|error| error.evidence(format!("read from {}", layer.place("region"))))
    });
    if api_url.is_none() && login_url.is_none() {
        return named.unwrap_or_else(|| Err(Error::new(ErrorKind::ConfigRegion, "no region was given")));
    }
    let named = named.transpose()?;
    let api = api_url.clone().or_else(|| named.as_ref().map(|region| region.api.to_string()));
    let login = login_url.clone().or_else(|| named.as_ref().map(|region| region.login.to_string()));
    Region::from_urls(api.as_deref(), login.as_deref())
}

pub(super) fn looked_in(variables: &[&str], settings: &str) -> String {
    format!(
        "looked at the arguments ({settings}), the environment ({}), the profile of pegcount.toml and of ~/.gc/config.toml",
        variables.join(", ")
    )
}
