//! Where to log in and where to ask, in every spelling that people use.

use http::Uri;

use crate::error::{Error, ErrorKind};
use crate::keys::{letter, nearest};

/// A region of Genesys Cloud.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// The AWS name, such as `eu-west-1`.
    pub name: &'static str,
    /// The short name that newer hosts carry, such as `euw1`.
    pub short: &'static str,
    /// The domain, such as `mypurecloud.ie`: `login.`, `api.` and `apps.` stand before it.
    pub domain: &'static str,
    /// What a person calls it.
    pub title: &'static str,
    /// Other words for it, in lower case, words joined by `-`.
    also: &'static [&'static str],
}

/// Every region, as the official Python SDK 269.0.0 lists them (`purecloud_region_hosts.py`, 2026-10-08).
#[rustfmt::skip]
pub const PLACES: &[Place] = &[
    Place { name: "us-east-1", short: "use1", domain: "mypurecloud.com", title: "US East (N. Virginia)", also: &["us-east", "virginia", "n-virginia", "americas-us-east"] },
    Place { name: "us-east-2", short: "use2", domain: "use2.us-gov-pure.cloud", title: "US East (Ohio), FedRAMP", also: &["ohio", "fedramp", "us-east-2-fedramp", "us-east-ohio"] },
    Place { name: "us-west-2", short: "usw2", domain: "usw2.pure.cloud", title: "US West (Oregon)", also: &["us-west", "oregon", "americas-us-west"] },
    Place { name: "ca-central-1", short: "cac1", domain: "cac1.pure.cloud", title: "Canada (Central)", also: &["canada", "ca-central", "americas-canada"] },
    Place { name: "mx-central-1", short: "mxc1", domain: "mxc1.pure.cloud", title: "Mexico (Central)", also: &["mexico", "mx-central", "americas-mexico"] },
    Place { name: "sa-east-1", short: "sae1", domain: "sae1.pure.cloud", title: "South America (Sao Paulo)", also: &["sao-paulo", "são-paulo", "sa-east", "americas-sao-paulo", "americas-são-paulo"] },
    Place { name: "eu-west-1", short: "euw1", domain: "mypurecloud.ie", title: "EU (Ireland)", also: &["ireland", "dublin", "emea-ireland", "emea-dublin"] },
    Place { name: "eu-west-2", short: "euw2", domain: "euw2.pure.cloud", title: "EU (London)", also: &["london", "emea-london"] },
    Place { name: "eu-central-1", short: "euc1", domain: "mypurecloud.de", title: "EU (Frankfurt)", also: &["frankfurt", "emea-frankfurt"] },
    Place { name: "eu-central-2", short: "euc2", domain: "euc2.pure.cloud", title: "EU (Zurich)", also: &["zurich", "zürich", "emea-zurich"] },
    Place { name: "eusc-de-east-1", short: "edee1", domain: "edee1.eusc-pure.cloud", title: "AWS European Sovereign Cloud (Germany)", also: &["eusc", "eusc-germany"] },
    Place { name: "me-central-1", short: "mec1", domain: "mec1.pure.cloud", title: "Middle East (UAE)", also: &["uae", "emea-uae", "me-central"] },
    Place { name: "ap-south-1", short: "aps1", domain: "aps1.pure.cloud", title: "Asia Pacific (Mumbai)", also: &["mumbai", "ap-south"] },
    Place { name: "ap-southeast-1", short: "apse1", domain: "apse1.pure.cloud", title: "Asia Pacific (Singapore)", also: &["singapore"] },
    Place { name: "ap-southeast-2", short: "apse2", domain: "mypurecloud.com.au", title: "Asia Pacific (Sydney)", also: &["sydney", "australia"] },
    Place { name: "ap-northeast-1", short: "apne1", domain: "mypurecloud.jp", title: "Asia Pacific (Tokyo)", also: &["tokyo", "japan"] },
    Place { name: "ap-northeast-2", short: "apne2", domain: "apne2.pure.cloud", title: "Asia Pacific (Seoul)", also: &["seoul", "korea"] },
    Place { name: "ap-northeast-3", short: "apne3", domain: "apne3.pure.cloud", title: "Asia Pacific (Osaka)", also: &["osaka"] },
];

impl Place {
    /// Finds a region by a host name, with or without `api.`, `login.` or `apps.` before it. The regions with a domain
    /// of the old form are also found by one of the newer form, such as `use1.pure.cloud`.
    pub fn by_host(host: &str) -> Option<&'static Place> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let bare = ["api.", "login.", "apps."].iter().find_map(|word| host.strip_prefix(word)).unwrap_or(&host);
        let newer = |place: &Place| {
            place.domain.starts_with("mypurecloud.") && bare.strip_suffix(".pure.cloud") == Some(place.short)
        };
        PLACES.iter().find(|place| place.domain == bare || newer(place))
    }

    /// Finds a region by a name: `us-east-1`, `us_east_1`, `use1`, `US East`, `US East (N. Virginia)`, `Frankfurt`.
    pub fn by_name(text: &str) -> Option<&'static Place> {
        let name = slug(text);
        PLACES.iter().find(|place| {
            name == place.name
                || name == place.short
                || name == slug(place.title)
                || place.also.contains(&name.as_str())
        })
    }
}

/// Lower case, with one `-` for whatever separates words.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for written in text.chars() {
        match letter(written) {
            Some(letter) => slug.push(letter),
            None if slug.is_empty() || slug.ends_with('-') => {}
            None => slug.push('-'),
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Where to log in and where to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// The region's domain, such as `mypurecloud.ie`; `None` for a gateway or a sandbox.
    pub domain: Option<&'static str>,
    /// Base of the login host, with a path prefix where a gateway has one. A base without a path prints with one
    /// slash at the end, as every URL does: join with [`Region::login_url`].
    pub login: Uri,
    /// Base of the API host, likewise: join with [`Region::api_url`].
    pub api: Uri,
}

impl Region {
    /// Reads a region as people write it: `us_east_1`, `us-east-1`, `US East`, `use1`, `mypurecloud.ie`, any of its
    /// hosts and URLs, `PureCloudRegionHosts.eu_west_1`, in any case, with blanks, dots or slashes at the ends.
    /// A loopback URL is a sandbox, with the log-in and the API on one origin.
    ///
    /// # Errors
    /// `config.region` for an unknown name or host, with the nearest real ones; `config.value` for a URL that breaks
    /// a rule.
    pub fn parse(text: &str) -> Result<Region, Error> {
        let written = text.trim().trim_matches(['"', '\'']).trim();
        if written.is_empty() {
            return Err(Error::new(ErrorKind::ConfigRegion, "the region is empty").remedy(EXAMPLES));
        }
        if written.contains("://") {
            // What an address bar shows behind the path says nothing of the region.
            let address = written.split(['?', '#']).next().unwrap_or_default();
            let base = parse_base(address, "region")?;
            if let Some(place) = base.host().and_then(Place::by_host).filter(|_| base.port().is_none()) {
                return Region::of(place);
            }
            let base = parse_base(written, "region")?;
            return match is_loopback(host_of(&base)) {
                true => Ok(Region { domain: None, login: base.clone(), api: base }),
                false => Err(unknown(written, host_of(&base))),
            };
        }
        let name = match written.split_once('.') {
            Some((class, name)) if class.eq_ignore_ascii_case("PureCloudRegionHosts") => name,
            _ => written,
        };
        if let Some(place) = Place::by_name(name) {
            return Region::of(place);
        }
        let host = name.split(['/', '?', '#']).next().unwrap_or_default().trim_end_matches('.');
        if let Some(place) = Place::by_host(host.strip_suffix(":443").unwrap_or(host)) {
            return Region::of(place);
        }
        if host.contains('.') && !host.is_ascii() {
            return Err(not_ascii("region", written));
        }
        match parse_base(&format!("http://{host}"), "region") {
            Ok(base) if is_loopback(host_of(&base)) => Ok(Region { domain: None, login: base.clone(), api: base }),
            _ => Err(unknown(written, host)),
        }
    }

    /// A gateway, a sandbox or a region by its two base URLs. Where one is missing it follows from the other as in the
    /// official SDKs (`//api.` for `//login.`), and for a loopback address it is the same origin.
    ///
    /// # Errors
    /// `config.value` for a URL that breaks a rule, or if the missing one does not follow.
    pub fn from_urls(api: Option<&str>, login: Option<&str>) -> Result<Region, Error> {
        let api = api.map(|text| parse_base(text, "api_url").and_then(|url| of_region(url, |region| region.api)));
        let login =
            login.map(|text| parse_base(text, "login_url").and_then(|url| of_region(url, |region| region.login)));
        let (api, login) = (api.transpose()?, login.transpose()?);
        let (api, login) = match (api, login) {
            (Some(api), Some(login)) => (api, login),
            (Some(api), None) => (api.clone(), counterpart(&api, "api.", "login.", "login_url")?),
            (None, Some(login)) => (counterpart(&login, "login.", "api.", "api_url")?, login),
            (None, None) => return Err(Error::new(ErrorKind::ConfigValue, "neither api_url nor login_url is given")),
        };
        let domain = match (api.host().and_then(Place::by_host), login.host().and_then(Place::by_host)) {
            (Some(one), Some(other)) if one == other => Some(one.domain),
            _ => None,
        };
        Ok(Region { domain, login, api })
    }

    fn of(place: &'static Place) -> Result<Region, Error> {
        let base = |word: &str| {
            base("https", &format!("{word}.{}", place.domain), "")
                .map_err(|why| Error::new(ErrorKind::ConfigRegion, format!("{}: {why}", place.domain)))
        };
        Ok(Region { domain: Some(place.domain), login: base("login")?, api: base("api")? })
    }

    /// The absolute URL of a path on the API host; the path begins with a slash and is encoded.
    pub fn api_url(&self, path: &str) -> String {
        join(&self.api, path)
    }

    /// What [`Region::api_url`] made a URL of, and what is written behind it; `None` for a URL of anything else.
    pub(crate) fn api_path<'a>(&self, url: &'a str) -> Option<&'a str> {
        let (scheme, rest) = url.split_once("://")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#'])?);
        let origin = base(&scheme.to_ascii_lowercase(), &authority.to_ascii_lowercase(), "").ok()?;
        let own = origin.scheme() == self.api.scheme() && origin.authority() == self.api.authority();
        let path = path.strip_prefix(self.api.path().trim_end_matches('/'))?;
        (own && path.starts_with('/')).then_some(path)
    }

    /// The absolute URL of a path on the login host; the path begins with a slash and is encoded.
    pub fn login_url(&self, path: &str) -> String {
        join(&self.login, path)
    }

    /// The token endpoint.
    pub fn token_url(&self) -> String {
        self.login_url("/oauth/token")
    }

    /// The page where users log in.
    pub fn authorize_url(&self) -> String {
        self.login_url("/oauth/authorize")
    }
}

impl std::str::FromStr for Region {
    type Err = Error;

    fn from_str(text: &str) -> Result<Region, Error> {
        Region::parse(text)
    }
}

const EXAMPLES: &str = "write the region's name or domain, such as eu-west-1 or mypurecloud.ie";

fn join(base: &Uri, path: &str) -> String {
    format!("{}{path}", base.to_string().trim_end_matches('/'))
}

/// A base URL: `https`, or `http` on a loopback address; without userinfo, query and fragment. The paths that people
/// copy along, `/api/v2` and `/oauth/token`, are cut off.
fn parse_base(text: &str, what: &str) -> Result<Uri, Error> {
    let refuse = |why: &str| Error::new(ErrorKind::ConfigValue, format!("{what} `{}` {why}", without_userinfo(text)));
    let text = text.trim();
    let (scheme, rest) = text.split_once("://").ok_or_else(|| refuse("is not a URL").remedy("write https://host"))?;
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if !host.is_ascii() {
        return Err(not_ascii(what, without_userinfo(text)));
    }
    if host.contains(['%', '\\']) || text.contains(char::is_control) {
        return Err(refuse("has a character that no host has"));
    }
    let (scheme, host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
    if !matches!(scheme.as_str(), "http" | "https") || host.is_empty() {
        return Err(refuse("is not an https URL").remedy("write https://host"));
    }
    if host.contains('@') {
        return Err(refuse("holds a user name or password").remedy("leave out what stands before the @"));
    }
    if path.contains(['?', '#']) {
        return Err(refuse("has a query string or fragment").remedy("end it after the path"));
    }
    let path = path.trim_end_matches('/');
    let path = ["/api/v2", "/oauth/token"].iter().find_map(|tail| path.strip_suffix(tail)).unwrap_or(path);
    let uri = base(&scheme, &host, path.trim_end_matches('/'))
        .map_err(|why| refuse(&format!("is not a URL: {why}")).remedy("write https://host"))?;
    if scheme == "http" && !is_loopback(host_of(&uri)) {
        return Err(refuse("is plain http: the secret would travel in the clear")
            .remedy("write https; plain http is accepted for loopback addresses only"));
    }
    Ok(uri)
}

/// Puts a base together, without the port that the scheme means anyway.
fn base(scheme: &str, authority: &str, path: &str) -> Result<Uri, String> {
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let authority = authority.strip_suffix(usual).or(authority.strip_suffix(':')).unwrap_or(authority);
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err("its path has a segment of dots".to_owned());
    }
    let uri: Uri = format!("{scheme}://{authority}{path}").parse().map_err(|error| format!("{error}"))?;
    match uri.host() {
        Some(host) if host.len() == authority.len() || uri.port_u16().is_some() => Ok(uri),
        _ => Err("its port is no number up to 65535".to_owned()),
    }
}

/// A text that can be shown: whatever stands before an `@` of a URL may be a password.
fn without_userinfo(text: &str) -> &str {
    text.rsplit_once('@').map_or(text, |(_, rest)| rest)
}

fn not_ascii(what: &str, text: &str) -> Error {
    Error::new(ErrorKind::ConfigValue, format!("{what} `{text}`: the host is not ASCII"))
        .remedy("write the host in punycode, as xn--…")
}

fn host_of(uri: &Uri) -> &str {
    uri.host().unwrap_or_default()
}

/// 127.0.0.0/8, `::1` and `localhost`: what never leaves the machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    // Read here: the parser of addresses that the standard library has is a kilobyte of what a page loads.
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => matches!(address, "::1" | "0:0:0:0:0:0:0:1"),
        None => {
            // Some systems take a number that begins with 0 for an octal one: that is another machine.
            let is_plain =
                |number: &str| number == "0" || !number.starts_with(['0', '+']) && number.parse::<u8>().is_ok();
            let mut rest = host.strip_prefix("127.").unwrap_or_default().split('.');
            host.trim_end_matches('.') == "localhost" || rest.clone().count() == 3 && rest.all(is_plain)
        }
    }
}

/// A region's own host written without its first word, or with the wrong one, becomes the right one.
fn of_region(url: Uri, pick: fn(Region) -> Uri) -> Result<Uri, Error> {
    match url.host().and_then(Place::by_host) {
        Some(place) if url.port().is_none() && url.path() == "/" => Region::of(place).map(pick),
        _ => Ok(url),
    }
}

fn counterpart(known: &Uri, from: &str, to: &str, missing: &str) -> Result<Uri, Error> {
    if is_loopback(host_of(known)) {
        return Ok(known.clone());
    }
    let host = known.host().unwrap_or_default();
    if let Some(place) = Place::by_host(host) {
        let region = Region::of(place)?;
        return Ok(if to == "login." { region.login } else { region.api });
    }
    let port = known.port().map_or_else(String::new, |port| format!(":{port}"));
    let twin = host.strip_prefix(from).map(|rest| format!("{to}{rest}{port}"));
    let scheme = known.scheme_str().unwrap_or("https");
    twin.and_then(|twin| base(scheme, &twin, known.path()).ok()).ok_or_else(|| {
        Error::new(ErrorKind::ConfigValue, format!("{missing} is missing, and `{host}` does not tell it"))
            .remedy(format!("give {missing} too: a gateway has a base URL for log-ins and one for the API"))
    })
}

/// Hosts that machine-written guides invented (`claims.md`, `oauth.md` §1).
fn is_invention(host: &str) -> bool {
    let within = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    ["genesys.cloud", "genesyscloud.com", "mygen.com"].into_iter().any(within)
}

fn unknown(written: &str, host: &str) -> Error {
    let shown = without_userinfo(written);
    let error = Error::new(ErrorKind::ConfigRegion, format!("there is no region `{shown}`"));
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if let Some(place) = PLACES.iter().find(|place| host.ends_with(&format!(".{}", place.domain))) {
        return error
            .nearest([place.domain])
            .evidence("an organisation has no host of its own: all of a region share login.<domain> and api.<domain>")
            .remedy(format!("write {} or {}", place.domain, place.name));
    }
    if is_invention(&host) {
        let mut error = error
            .remedy(EXAMPLES)
            .remedy("Admin › Organization settings, or the address bar after logging in, shows the region");
        error.explanation.belief = Some(format!(
            "`{host}` is an invention of machine-written guides: Genesys Cloud is reached at login.<domain> and \
             api.<domain> of one of 18 regions, such as mypurecloud.com or euw2.pure.cloud"
        ));
        return error;
    }
    let error = if host.contains('.') {
        let bare = ["api.", "login.", "apps."].iter().find_map(|word| host.strip_prefix(word)).unwrap_or(&host);
        error.nearest(nearest(bare, PLACES.iter().map(|place| place.domain)))
    } else {
        error.nearest(nearest(&slug(shown), PLACES.iter().map(|place| place.name)))
    };
    error.remedy(EXAMPLES).remedy("for a gateway give api_url and login_url instead of a region")
}

#[cfg(test)]
mod tests;
