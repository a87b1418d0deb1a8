//! `/sandbox`: what a test asks of the simulation itself. Small JSON, no login, not in the request log.

use serde_json::{Value, json};

use super::faults::Fault;
use super::login::MintLimit;
use super::{LONGEST_LIFE, Logged, Org};
use crate::audits::events::Change;
use crate::time::{SECOND, iso, parse_iso};
use crate::wire::{Request, Response};

fn wrong(message: impl std::fmt::Display) -> Response {
    Response::json(400, json!({"error": message.to_string()}).to_string())
}

/// The last moment that the clock can be moved to; until then every date can be written and reckoned with.
const LAST: i64 = 253_370_764_800_000; // 9999-01-01

/// The members that a call's body may have; a `POST` alone has one.
fn members(call: &[&str]) -> &'static [&'static str] {
    match call {
        ["faults"] => &["name", "arg", "count", "path"],
        ["clock"] => &["advance_ms", "now"],
        ["clients", _, "permissions"] => &["add", "remove", "after_ms"],
        ["clients", _, "divisions"] => &["divisions", "after_ms"],
        ["clients", _, "scopes"] => &["scopes"],
        ["scopes"] => &["enforce"],
        ["token-life"] => &["seconds", "idle_seconds"],
        ["mint"] => &["per_minute"],
        ["rate"] => &["allowed"],
        _ => &[],
    }
}

/// Refuses what a call does not know: it would have no effect.
fn only(body: &Value, known: &[&str]) -> Result<(), String> {
    let strange = match body {
        Value::Null => None,
        Value::Object(body) => body.keys().find(|name| !known.contains(&name.as_str())),
        _ => return Err("an object is expected".into()),
    };
    match strange {
        None => Ok(()),
        Some(name) if known.is_empty() => Err(format!("`{name}` is no member of this call, which has none")),
        Some(name) => Err(format!("`{name}` is no member of this call; these are: {}", known.join(", "))),
    }
}

impl Org {
    pub(super) fn control(&mut self, request: &Request, now: i64) -> Response {
        let body: Value = match request.body.as_slice() {
            [] => json!({}),
            bytes => match serde_json::from_slice(bytes) {
                Ok(body) => body,
                Err(error) => return wrong(error),
            },
        };
        let path = request.path().trim_end_matches('/');
        let rest: Vec<&str> = path.trim_start_matches("/sandbox").split('/').filter(|part| !part.is_empty()).collect();
        if request.method == "POST"
            && let Err(message) = only(&body, members(&rest))
        {
            return wrong(message);
        }
        let may_be_cut = request.method == "GET" && rest == ["requests"];
        if let Some((name, _)) = request.query().iter().find(|(name, _)| !(may_be_cut && name == "last")) {
            let known = if may_be_cut { "which has `last` alone" } else { "which has none" };
            return wrong(format!("`{name}` is no parameter of this call, {known}"));
        }
        let answer = match (request.method.as_str(), rest.as_slice()) {
            ("GET", [] | ["state"]) => Ok(self.state(now)),
            ("GET", ["faults"]) => Ok(self.fault_list()),
            ("POST", ["faults"]) => self.add_fault(&body, now),
            ("DELETE", ["faults"]) => {
                self.faults.clear();
                Ok(self.fault_list())
            }
            ("POST", ["reset"]) => {
                let now = now - self.clock_ms;
                *self = Self::new(&self.options.clone());
                Ok(self.state(now))
            }
            ("POST", ["clock"]) => self.move_clock(&body, now),
            ("POST", ["clients", name, "rotate-secret"]) => match self.rotate(name, now) {
                Some(secret) => Ok(json!({"client_secret": secret})),
                None => Err(format!("no client with a secret is called `{name}`")),
            },
            ("POST", ["clients", name, "revoke-refresh"]) => match self.clients.named(name) {
                Some(client) => Ok(json!({"revoked": self.revoke_refresh(client, now)})),
                None => Err(format!("no client is called `{name}`")),
            },
            ("POST", ["clients", name, "permissions"]) => self.change_role(name, &body, now),
            ("POST", ["clients", name, "divisions"]) => self.change_divisions(name, &body, now),
            ("POST", ["clients", name, "scopes"]) => self.change_scopes(name, &body, now),
            ("POST", ["scopes"]) => self.enforce_scopes(&body, now),
            ("POST", ["tokens", "revoke"]) => {
                let clients = self.tokens.revoke_all();
                self.note_void(now, &clients);
                Ok(json!({"revoked": clients.len()}))
            }
            ("POST", ["token-life"]) => self.set_life(&body, now),
            ("POST", ["mint"]) => match body["per_minute"].as_i64() {
                Some(allowed) if allowed >= 0 => {
                    self.mint = MintLimit::new(allowed);
                    Ok(json!({"per_minute": allowed}))
                }
                _ => Err("`per_minute` must be a number; 0 means no limit".into()),
            },
            ("GET", ["requests"]) => self.requests(request),
            ("DELETE", ["requests"]) => {
                self.log.clear();
                Ok(json!({"total": 0}))
            }
            ("POST", ["rate"]) => match body["allowed"].as_i64() {
                Some(allowed) if allowed >= 0 => {
                    self.rate = allowed;
                    Ok(json!({"allowed": allowed}))
                }
                _ => Err("`allowed` must be a number; 0 means no limit".into()),
            },
            _ => return Response::json(404, json!({"error": "no such control call; see README.md"}).to_string()),
        };
        match answer {
            Ok(body) => Response::json(200, body.to_string()),
            Err(message) => wrong(message),
        }
    }

    /// Replaces the secret of a client. That it was replaced is written down, not what it was or is.
    pub(crate) fn rotate(&mut self, name: &str, now: i64) -> Option<String> {
        let (client, secret) = (self.clients.named(name)?, self.clients.rotate(name)?.to_string());
        let change = Change { property: "secret".into(), old: Vec::new(), new: Vec::new() };
        self.note(now, client, ("OAuthClient", "Update"), Some(change));
        Some(secret)
    }

    /// Voids the refresh tokens of a client. That it lost them is written down where it had any.
    fn revoke_refresh(&mut self, client: usize, now: i64) -> usize {
        let revoked = self.tokens.revoke_refresh(client);
        if revoked > 0 {
            let change = Change { property: "refreshTokens".into(), old: Vec::new(), new: Vec::new() };
            self.note(now, client, ("OAuthClient", "Update"), Some(change));
        }
        revoked
    }

    fn state(&self, now: i64) -> Value {
        json!({
            "now": iso(now),
            "seed": self.seed,
            "rate": self.rate,
            "enforces_scopes": self.enforces_scopes,
            "tokens": self.tokens.held(),
            "faults": self.fault_list()["faults"],
            "requests": self.log.len(),
            "queues": self.directory.queues.len(),
            "users": self.directory.users.len(),
        })
    }

    fn fault_list(&self) -> Value {
        json!({"faults": self.faults.list().iter().map(Fault::json).collect::<Vec<_>>()})
    }

    fn add_fault(&mut self, body: &Value, now: i64) -> Result<Value, String> {
        let name = body["name"].as_str().ok_or("`name` must be a text")?;
        let count = match &body["count"] {
            Value::Null => None,
            count => {
                let count = count.as_u64().and_then(|count| u32::try_from(count).ok());
                Some(count.ok_or("`count` must be a whole number from 0 (for ever) on")?)
            }
        };
        let path = match &body["path"] {
            Value::Null => None,
            Value::String(path) if path.starts_with('/') && !path.contains('?') => Some(path.clone()),
            _ => return Err("`path` must begin with `/` and have no query".into()),
        };
        let arg = match &body["arg"] {
            Value::Null => None,
            Value::String(text) => Some(text.parse().map_err(|_| format!("`arg`: `{text}` is not a number"))?),
            other => Some(other.as_i64().ok_or("`arg` must be a whole number")?),
        };
        let fault = Fault::new(name, arg, count, path)?;
        self.switch_on(fault, now);
        Ok(self.fault_list())
    }

    /// The life of tokens minted from here on, and after how long without use all of them are void.
    fn set_life(&mut self, body: &Value, now: i64) -> Result<Value, String> {
        let read = |name: &str, least: i64| match &body[name] {
            Value::Null => Ok(None),
            value => match value.as_i64() {
                Some(seconds) if (least..=LONGEST_LIFE).contains(&seconds) => Ok(Some(seconds)),
                _ => Err(format!("`{name}` must be a number from {least} to {LONGEST_LIFE}")),
            },
        };
        let (life, idle) = (read("seconds", 1)?, read("idle_seconds", 0)?);
        if life.is_none() && idle.is_none() {
            return Err("give `seconds`, `idle_seconds` (0: none) or both".into());
        }
        self.token_life_ms = life.map_or(self.token_life_ms, |seconds| seconds * SECOND);
        if let Some(seconds) = idle {
            self.set_idle_limit((seconds > 0).then_some(seconds * SECOND), now);
        }
        Ok(json!({"seconds": self.token_life_ms / SECOND, "idle_seconds": self.idle_ms.map_or(0, |ms| ms / SECOND)}))
    }

    fn move_clock(&mut self, body: &Value, now: i64) -> Result<Value, String> {
        let moment = match (&body["advance_ms"], &body["now"]) {
            (Value::Null, Value::String(wanted)) => parse_iso(wanted),
            (advance, Value::Null) => advance.as_i64().map(|advance| now.saturating_add(advance)),
            _ => None,
        };
        let moment = moment.filter(|moment| (0..=LAST).contains(moment)).ok_or_else(|| {
            let last = iso(LAST);
            format!("give either `advance_ms` as a whole number or `now` as a date, from 1970 to {last}")
        })?;
        self.clock_ms += moment - now;
        Ok(json!({"now": iso(moment)}))
    }

    /// The log, oldest first; `?last=N` for its end only.
    fn requests(&self, request: &Request) -> Result<Value, String> {
        let last = match request.query().iter().find(|(name, _)| name == "last") {
            None => self.log.len(),
            Some((_, last)) => last.parse().map_err(|_| format!("`last`: `{last}` is not a count"))?,
        };
        let skip = self.log.len().saturating_sub(last);
        let lines: Vec<Value> = self.log.iter().skip(skip).map(|line| self.line(line)).collect();
        let tokens = self.log.iter().filter(|line| line.path == "/oauth/token").count();
        Ok(json!({"total": self.log.len(), "token_requests": tokens, "requests": lines}))
    }

    fn line(&self, line: &Logged) -> Value {
        json!({
            "at": iso(line.at),
            "method": line.method,
            "path": line.path,
            "status": line.status,
            "client": line.client.map(|index| self.clients.list()[index].name),
            "effect": format!("{:?}", line.effect),
        })
    }
}
