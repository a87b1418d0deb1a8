//! Widespread false beliefs that show in a request or an answer, and what is true.
//!
//! The web is full of invented scopes, hosts, endpoints and keys, much of it written by machines. Each row names the
//! entries of the checked collection that it answers (claims 0-1 to 4-16).

use super::body::Body;
use super::{Case, plain_path};
use crate::catalogue;
use crate::region::PLACES;

/// What is written (all in lower case, any of them), and what is true.
const ROWS: &[(&[&str], &str)] = &[
    // 0-20, 1-16
    (
        &[
            "\"daterange\"",
            "\"date_from\"",
            "\"date_to\"",
            "\"datefrom\"",
            "\"dateto\"",
            "\"startdate\"",
            "\"enddate\"",
        ],
        "queries have one key for time, `interval`, written start/end in ISO 8601; dateRange, date_from and date_to are inventions",
    ),
    // 0-20
    (
        &["\"view_id\"", "\"viewid\""],
        "queries have no view_id: the body holds interval, filters, order, paging and aggregations",
    ),
    // 1-17
    (
        &["conversationcount"],
        "there is no metric conversationCount: count conversations with nConversations, offers with nOffered",
    ),
    // 0-1, 0-6
    (
        &["interactions/sentiment"],
        "analytics serves no sentiment or transcript of single conversations: speechandtextanalytics/conversations/{conversationId} does",
    ),
    // 0-24, 2-2
    (
        &["/api/v2/oauth/token"],
        "the API has no token endpoint: tokens come from https://login.<domain>/oauth/token, and are looked at with GET /api/v2/tokens/me",
    ),
    // 1-10, 4-2
    (
        &["api.mypurecloud.com/oauth/token", "//api."],
        "tokens are minted at the login host, https://login.<domain>/oauth/token, not at the api host",
    ),
    // 2-6
    (
        &["reporting/queues/summary"],
        "there is no queue summary: live figures are POST /api/v2/analytics/queues/observations/query, past ones POST /api/v2/analytics/conversations/aggregates/query",
    ),
    // 4-4
    (
        &["analytics/conversations/queries"],
        "there is no analytics/conversations/queries: rows are POST /api/v2/analytics/conversations/details/query, figures POST /api/v2/analytics/conversations/aggregates/query",
    ),
    // 4-11
    (
        &["openid", "offline_access"],
        "this is not OpenID Connect: openid and offline_access are no scopes, and refresh tokens come with every code exchange of a confidential client",
    ),
    // 0-12, 0-18, 1-4, 1-7
    (
        &[
            "platformclientfactory",
            "import genesyscloud",
            "from genesyscloud",
            "pip install genesyscloud",
            "genesyscloud.rest",
        ],
        "there is no package genesyscloud: the official Python SDK is PureCloudPlatformClientV2",
    ),
    // 0-14
    (&["refreshtokenasync"], "client credentials have no refresh token: mint a new token when the old one ends"),
    // 2-1, 2-8
    (
        &["invalid authorization code"],
        "invalid_grant cannot come from a client-credentials request: wrong id or secret is invalid_client",
    ),
    // 0-25
    (
        &["insufficient permissions for scope", "insufficient_scope"],
        "a real scope failure is app.not.authorized.for.scope, and does not occur with client credentials: these need permissions in roles",
    ),
    // 0-25 (errors.json, excluded sources)
    (
        &["x-rate-limit-"],
        "there are no X-Rate-Limit headers: limits come as inin-ratelimit-count, -allowed and -reset, and Retry-After",
    ),
    // 2-14, 3-16
    (
        &["rate limit exceeded;"],
        "the token endpoint signals its limit as HTTP 400, not 429: keep a token and share it instead of minting one for each run",
    ),
    // grants.md §6
    (
        &["x-genesys-organization"],
        "there is no header that chooses an organisation: a client belongs to one organisation and one region",
    ),
    // 1-14
    (&["2592000"], "tokens of ordinary clients live 300 to 172,800 seconds, 86,400 by default; 30 days is no setting"),
    // 3-20
    (&["\"expiresin\""], "the field of a token answer is expires_in, in seconds"),
    // 0-2, 1-2, 2-16
    (
        &["confidential client", "public client"],
        "there is no switch between confidential and public: a client has exactly one grant type",
    ),
    // 0-8, 0-10
    (&["api user"], "no user stands behind client credentials: the roles and divisions are those of the client itself"),
    // 2-12, 3-3
    (
        &["scopes of the role", "role has scope"],
        "roles hold permissions, not scopes; scopes apply to users' tokens only",
    ),
    // 3-24
    (
        &["secondary secret"],
        "a client has one secret: a new one replaces it at once, and every user of it must be told",
    ),
    // 3-9
    (&["division assignments"], "roles know no division: the division is chosen where a role is given to the client"),
];

/// Hosts that do not exist (oauth.md §1; claims 0-4).
const NO_HOSTS: &[&str] =
    &["us.genesys.cloud", "genesyscloud.com", "mygen.com", "api.genesys.cloud", "login.genesys.cloud"];

/// Names that are written as scopes or permissions and are neither (claims 0-7, 0-15, 0-17, 0-23, 1-3, 2-4, 2-15, 2-23,
/// 3-14, 4-5, 4-6, 4-8).
const NO_NAMES: &[(&str, &str)] = &[
    ("analytics:conversation:view", "analytics:conversationDetail:view"),
    ("analytics:conversations:read", "analytics:conversationDetail:view"),
    ("analytics:reports:read", "analytics:conversationAggregate:view"),
    ("analytics:call-summary:read", "analytics:conversationAggregate:view"),
    ("analytics:reporting", "analytics:conversationAggregate:view"),
    ("analytics:query", "analytics:conversationAggregate:view"),
    ("analytics:view", "analytics:conversationDetail:view"),
    ("analytics:write", "analytics"),
    ("admin:api", "directory:organization:admin"),
    ("admin:org:read", "directory:organization:admin"),
    ("conversation:read", "analytics:conversationDetail:view"),
    ("recording:read", "recording:recording:view"),
    ("user:read", "directory:user:view"),
];

/// The belief that shows first: in the request, then in the answer.
pub(super) fn find(case: &Case<'_>, body: &Body) -> Option<String> {
    let request = case.request_body.unwrap_or("").to_ascii_lowercase();
    let path = case.path.map_or("", plain_path).to_ascii_lowercase();
    let answer = case.body.to_ascii_lowercase();
    let texts = [path.as_str(), request.as_str(), answer.as_str()];
    let refused = |needle: &str| answer.contains(&format!("[{}]", needle.trim_matches('"')));
    let written =
        |needle: &str| texts.iter().any(|text| has_name(text, needle)) || needle.starts_with('"') && refused(needle);
    if let Some(host) = NO_HOSTS.iter().find(|host| written(host)) {
        let real: Vec<&str> = PLACES.iter().take(3).map(|place| place.domain).collect();
        return Some(format!(
            "{host} is no host of the platform: hosts are api.<domain> and login.<domain>, with domains such as {}",
            real.join(", ")
        ));
    }
    let row = ROWS.iter().find(|(needles, _)| {
        needles.iter().any(|needle| match *needle {
            // Only where a token is asked of it.
            "//api." => path.contains("//api.") && path.ends_with("/oauth/token"),
            needle => written(needle),
        })
    });
    if let Some((_, truth)) = row {
        return Some((*truth).to_owned());
    }
    let names = NO_NAMES.iter().find(|(name, _)| texts.iter().any(|text| has_name(text, name)));
    if let Some((name, real)) = names {
        let is_scope = !real.contains(':');
        let kind = if is_scope { "scope" } else { "permission" };
        return Some(format!(
            "{name} is neither a scope nor a permission of the platform; the nearest real {kind} is {real}"
        ));
    }
    scope_of_client_credentials(&request, body)
}

/// 1-11, 2-18, 2-22, 3-15: a `scope` in a client-credentials request.
fn scope_of_client_credentials(request: &str, body: &Body) -> Option<String> {
    let asks = request.contains("grant_type=client_credentials") && request.contains("scope=");
    let told = body.code() == "app.not.authorized.for.scope";
    (asks && !told).then(|| {
        let scope = request.split("scope=").nth(1).and_then(|rest| rest.split('&').next()).unwrap_or("").replace("%3a", ":");
        let is_real = catalogue::scopes().any(|real| real == scope);
        let about = if is_real { format!("{scope} is a scope of users' tokens: ") } else { String::new() };
        format!("{about}scopes do not apply to client credentials: what the client may do follows from its roles and divisions")
    })
}

/// Whether a name stands there as a whole: not as a part of a longer one.
fn has_name(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '@');
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    let (begins, ends) = (name.starts_with(is_letter), name.ends_with(is_letter));
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
        !(begins && before.is_some_and(is_part) || ends && after.is_some_and(is_part))
    })
}
