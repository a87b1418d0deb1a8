//! The way to an operation: token, rate, path, scope, permission. In this order, so that a refusal tells the nearest cause.

use std::cell::OnceCell;

use serde_json::Value;

use super::Org;
use super::scopes::Scopes;
use super::tokens::Bearer;
use crate::audits::events::Changes;
use crate::catalogue::{Found, Mode, Operation};
use crate::refusal::Refusal;
use crate::time::{MINUTE, SECOND};
use crate::uuid::Uuid;
use crate::wire::{Request, Response};

/// The bytes a body may have (`request.bytes.max`).
pub(crate) const LARGEST_BODY: usize = 512_000;

/// A call that was let through.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The present.
    pub(crate) now: i64,
    /// The operation's path template.
    pub(crate) path: &'static str,
    /// Values of its placeholders.
    pub(crate) params: Vec<String>,
    /// The query's pairs.
    pub(crate) query: Vec<(String, String)>,
    /// The body, for operations with one.
    pub(crate) body: Value,
    /// The operation's permissions, for a refusal by division.
    pub(crate) permissions: Vec<String>,
    /// Divisions the caller may see; none means all.
    pub(crate) divisions: Option<Vec<Uuid>>,
    /// Index of the client.
    pub(crate) client: usize,
    /// The user whose token it is; none for client credentials.
    pub(crate) user: Option<Uuid>,
    /// The scopes of the token.
    pub(crate) scopes: Scopes,
    /// When the token would idle out, if the organisation has a limit.
    pub(crate) idles: Option<i64>,
    /// When the groups were changed last, once someone has asked.
    pub(crate) group_changes: OnceCell<Changes>,
}

impl Call {
    /// Whether something in these divisions may be seen.
    pub(crate) fn sees(&self, divisions: &[Uuid]) -> bool {
        self.divisions.as_ref().is_none_or(|mine| divisions.iter().any(|division| mine.contains(division)))
    }

    /// Refuses something that lies elsewhere.
    pub(crate) fn must_see(&self, divisions: &[Uuid]) -> Result<(), Refusal> {
        if self.sees(divisions) {
            return Ok(());
        }
        let names: Vec<String> = divisions.iter().map(Uuid::to_string).collect();
        // What declares no permission and still belongs to a division is of users (claims of 2026-07, 3-6).
        let of_users = ["directory:user:view".to_string()];
        let wanted = if self.permissions.is_empty() { &of_users[..] } else { &self.permissions };
        Err(Refusal::division(wanted, &names))
    }

    /// The path with its placeholders filled.
    pub(crate) fn target(&self) -> String {
        let mut values = self.params.iter();
        let parts = self.path.split('/').map(|part| match part.starts_with('{') {
            true => values.next().map_or(part, String::as_str),
            false => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// What stands for a placeholder, `{userId}` for example.
    pub(crate) fn placeholder(&self, name: &str) -> Option<&str> {
        let at = self.path.split('/').filter(|part| part.starts_with('{')).position(|part| part == name)?;
        self.params.get(at).map(String::as_str)
    }

    /// The first value of a query parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a repeatable query parameter, also where they are joined by commas.
    pub(crate) fn parameters(&self, name: &str) -> Vec<&str> {
        let given = self.query.iter().filter(|(key, _)| key == name);
        given.flat_map(|(_, value)| value.split(',')).filter(|value| !value.is_empty()).collect()
    }
}

impl Org {
    pub(super) fn api(&mut self, request: &Request, now: i64, context: &str, client: &mut Option<usize>) -> Response {
        let token = match bearer_token(request) {
            Some(token) => token.to_string(),
            None => return self.refuse(&Refusal::no_token(), context),
        };
        let (bearer, limit) = match self.admit(&token, request, now) {
            Ok(admitted) => admitted,
            Err(refusal) => return self.refuse(&refusal, context),
        };
        *client = Some(bearer.client);
        let response = match limit.refusal {
            Some(refusal) => self.refuse(&refusal, context),
            None => match self.permit(request, &bearer, (now, limit.idles)) {
                Ok(call) if call.path == "/api/v2/tokens/me" && request.method == "DELETE" => {
                    self.tokens.log_out(&token);
                    self.note_logout(now, bearer.client);
                    Response { status: 200, ..Response::json(200, Vec::new()) }
                }
                Ok(call) => match self.perform(&request.method, call) {
                    Ok(response) => response,
                    Err(refusal) => self.refuse(&refusal, context),
                },
                Err(refusal) => self.refuse(&refusal, context),
            },
        };
        let response = response.header("inin-ratelimit-count", limit.count.to_string());
        let allowed = self.allowed_rate();
        response
            .header("inin-ratelimit-allowed", allowed.to_string())
            .header("inin-ratelimit-reset", limit.reset.to_string())
    }

    /// Checks the token and counts the request against its rate.
    fn admit(&mut self, token: &str, request: &Request, now: i64) -> Result<(Bearer, Counted), Refusal> {
        let (rate, idle) = (self.rate, self.idle_ms(request.path()));
        let Some(held) = self.tokens.access(token) else { return Err(Refusal::bad_token()) };
        let is_idle = idle.is_some_and(|idle| now - held.used > idle);
        if held.expires <= now || is_idle {
            self.tokens.revoke(token);
            return Err(Refusal::bad_token());
        }
        if !only_looks(request) {
            held.used = now;
        }
        let idles = idle.map(|idle| held.used + idle);
        if now - held.window >= MINUTE || held.count == 0 {
            held.window = now;
            held.count = 0;
        }
        held.count += 1;
        let reset = ((held.window + MINUTE - now + SECOND - 1) / SECOND).max(1);
        let refusal = (rate > 0 && held.count > rate).then(|| Refusal::rate(reset));
        let (bearer, count) = (held.bearer.clone(), held.count);
        if self.clients.list()[bearer.client].is_disabled {
            return Err(Refusal::bad_token());
        }
        Ok((bearer, Counted { count, reset, refusal, idles }))
    }

    /// Finds the operation, checks permission, user context, content type and body.
    fn permit(&self, request: &Request, bearer: &Bearer, (now, idles): (i64, Option<i64>)) -> Result<Call, Refusal> {
        let (operation, params) = match self.catalogue.find(&request.method, request.path()) {
            Found::Operation(operation, params) => (operation, params),
            Found::OtherMethod => {
                return Err(Refusal::new(405, "method.not.allowed", "HTTP 405 Method Not Allowed"));
            }
            Found::Nothing => return Err(Refusal::not_found()),
        };
        let who = &self.clients.list()[bearer.client];
        if operation.needs_user && bearer.user.is_none() {
            return Err(Refusal::not_a_user());
        }
        self.within_scope(operation, bearer)?;
        let is_granted = who.divisions.as_ref().is_none_or(|divisions| !divisions.is_empty());
        check(operation, |permission| is_granted && who.role.has(permission))?;
        let query = request.query();
        check_words(operation, &query)?;
        Ok(Call {
            now,
            path: operation.path,
            params: params.iter().map(|value| decoded(value)).collect(),
            query,
            body: if operation.is_bare && request.body.is_empty() { Value::Null } else { body_of(request)? },
            permissions: operation.permissions.clone(),
            divisions: who.divisions.clone(),
            client: bearer.client,
            user: bearer.user,
            scopes: bearer.scopes.clone(),
            idles,
            group_changes: OnceCell::new(),
        })
    }
}

struct Counted {
    count: i64,
    reset: i64,
    refusal: Option<Refusal>,
    idles: Option<i64>,
}

/// Whether a request looks at its token without making use of it.
fn only_looks(request: &Request) -> bool {
    let is_wish = |(name, value): &(String, String)| name == "preserveIdleTTL" && value == "true";
    request.path() == "/api/v2/tokens/me" && request.query().iter().any(is_wish)
}

fn bearer_token(request: &Request) -> Option<&str> {
    let (scheme, token) = request.value("Authorization")?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty()).then(|| token.trim())
}

fn check(operation: &Operation, has: impl Fn(&str) -> bool) -> Result<(), Refusal> {
    let list = &operation.permissions;
    match operation.mode {
        Mode::Open => Ok(()),
        Mode::Any if list.is_empty() || list.iter().any(|permission| has(permission)) => Ok(()),
        Mode::Any => Err(Refusal::any_permission(list)),
        Mode::All => {
            let missing: Vec<String> = list.iter().filter(|permission| !has(permission)).cloned().collect();
            if missing.is_empty() { Ok(()) } else { Err(Refusal::all_permissions(&missing)) }
        }
    }
}

/// Parameters say no other words than those enumerated, in capitals or not. A sort order may be cut short: the defaults that
/// the API itself declares beside `ascending` and `descending` are `ASC` and `a`.
fn check_words(operation: &Operation, query: &[(String, String)]) -> Result<(), Refusal> {
    for (name, values) in query {
        let Some(words) = operation.words_of(name) else { continue };
        let fits = |value: &str, word: &str| {
            let start = if name == "sortOrder" { word.get(..value.len()) } else { Some(word) };
            start.is_some_and(|start| start.eq_ignore_ascii_case(value))
        };
        for value in values.split(',').filter(|value| !value.is_empty()) {
            if !words.iter().any(|word| fits(value, word)) {
                return Err(Refusal::parameter(value, name, &words.join(", ")));
            }
        }
    }
    Ok(())
}

/// A POST, PUT or PATCH must bring JSON.
fn body_of(request: &Request) -> Result<Value, Refusal> {
    if !matches!(request.method.as_str(), "POST" | "PUT" | "PATCH") {
        return Ok(Value::Null);
    }
    if request.body.len() > LARGEST_BODY {
        let message = format!("The request is over the size limit. Maximum bytes: {LARGEST_BODY}");
        return Err(Refusal::new(413, "request.entity.too.large", message));
    }
    let content_type = request.value("Content-Type").unwrap_or_default().to_ascii_lowercase();
    if !content_type.starts_with("application/json") {
        return Err(Refusal::media_type());
    }
    serde_json::from_slice(&request.body)
        .map_err(|_| Refusal::bad("The request could not be understood by the server due to malformed syntax."))
}

fn decoded(segment: &str) -> String {
    let with_plus = segment.replace('+', "%2B");
    url::form_urlencoded::parse(format!("v={with_plus}").as_bytes())
        .next()
        .map(|(_, v)| v.into_owned())
        .unwrap_or_default()
}
