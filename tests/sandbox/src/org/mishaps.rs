//! What faults do to requests and answers.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::Org;
use super::faults::Fault;
use crate::declared::declared;
use crate::refusal::Refusal;
use crate::time::SECOND;
use crate::wire::{Effect, Request, Response};

/// Faults that let the request be performed and then spoil the answer.
const AFTER: [&str; 5] = ["close", "empty", "hang", "reset-after", "truncated"];

/// Faults that do not strike a single request.
const STANDING: [&str; 11] = [
    "approximate",
    "future",
    "idle",
    "job-expires",
    "job-fails",
    "job-slow",
    "mint-limit",
    "rotated",
    "skew",
    "slow",
    "too-large",
];

/// Under what names answers have their lists.
const LISTS: [&str; 4] = ["conversations", "entities", "results", "userDetails"];

/// By what an answer without its list is known for one.
const COUNTS: [&str; 3] = ["pageSize", "total", "totalHits"];

/// What becomes of a job, as faults have it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fate {
    /// When it was submitted.
    pub(crate) submitted: i64,
    /// When it is done.
    pub(crate) done: i64,
    /// Until when its result is kept.
    pub(crate) expires: i64,
    /// Whether it fails.
    pub(crate) fails: bool,
}

/// How a job gets on, whatever its family calls that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    AtWork,
    Failed,
    Done,
    Gone,
}

impl Fate {
    /// How it gets on at a moment. What failed stays so as long as there is anything to ask for.
    pub(crate) fn stage(&self, now: i64) -> Stage {
        match now {
            now if now < self.done => Stage::AtWork,
            now if now >= self.expires => Stage::Gone,
            _ if self.fails => Stage::Failed,
            _ => Stage::Done,
        }
    }
}

const PROXY_PAGE: &str = "<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body><h1>Sign in to the network</h1><p>Your session has expired.</p></body></html>";
const EDGE_PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";

impl Org {
    /// Switches a fault on; those that are an event happen here.
    pub(super) fn switch_on(&mut self, fault: Fault, now: i64) {
        match fault.name {
            "rotated" => {
                self.rotate("reporting", now);
            }
            _ => self.faults.add(fault),
        }
    }

    /// A fault that answers in the organisation's place.
    pub(super) fn mishap(&mut self, request: &Request, now: i64, context: &str) -> Option<Response> {
        let strikes = |name: &str| !AFTER.contains(&name) && !STANDING.contains(&name);
        let fault = self.faults.strike(request.path(), strikes)?;
        let seconds = |usual: i64| fault.arg.unwrap_or(usual);
        let response = match fault.name {
            "429" => self.refuse(&Refusal::rate(seconds(1)), context),
            "retry-after" => self.refuse(&Refusal::rate(seconds(86_400)), context),
            "401" => Response { status: 401, ..Response::default() },
            "408" => self.refuse(&Refusal::server(408), context),
            "500" => self.refuse(&Refusal::server(500), context),
            "503" => self.refuse(&Refusal { retry_after: fault.arg, ..Refusal::server(503) }, context),
            "504" => self.refuse(&Refusal::server(504), context),
            "502" => Response::html(502, EDGE_PAGE),
            "html" => Response::html(200, PROXY_PAGE),
            "forbidden-policy" => {
                let message = "Unable to perform the requested action. Your organization's security policies have denied access. Policy ID(s): [3f0d1f0e-5d0a-4c6e-9a55-6d1c2b8a7e10]";
                self.refuse(&Refusal::new(403, "authz.policy.denied", message), context)
            }
            "ip" => {
                let message = "Requests originating from this IP address are not authorized: [192.0.2.17]";
                self.refuse(&Refusal::new(401, "ip.not.authorized", message), context)
            }
            "revoked" => {
                let clients = self.tokens.revoke_all();
                self.note_void(now, &clients);
                let mut client = None;
                return Some(self.serve(request, now, context, &mut client));
            }
            "reset-before" => Response { effect: Effect::ResetBefore, ..Response::default() },
            "deep" => Response::json(200, deep(seconds(10_000))),
            "huge" => Response::json(200, huge(seconds(64))),
            "gzip-bomb" => Response::json(200, bomb(seconds(64))).header("Content-Encoding", "gzip"),
            code => self.refuse(&declared(code)?, context),
        };
        Some(response)
    }

    /// A fault that spoils an answer already made.
    pub(super) fn disturb(&mut self, path: &str, response: &mut Response) {
        if response.effect == Effect::ResetBefore {
            return;
        }
        let is_written_so = path.starts_with("/api/v2/analytics/conversations/") && path.contains("/details");
        if self.is_future(path) && response.status == 200 && !is_written_so {
            response.body = futuristic(&response.body);
        }
        if let Some(arg) = self.faults.lasting("slow", path) {
            response.effect = Effect::Delay(arg.unwrap_or(1_000).max(0) as u64);
        }
        let Some(fault) = self.faults.strike(path, |name| AFTER.contains(&name)) else { return };
        match fault.name {
            "close" => response.effect = Effect::Close,
            "empty" if response.status == 200 => response.body = emptied(&response.body),
            "empty" => {}
            "hang" => response.effect = Effect::Hang,
            "reset-after" => response.effect = Effect::ResetAfter,
            _ => response.effect = Effect::Truncate,
        }
    }

    /// After how long a token that is not used is void: as the fault has it, or else the organisation.
    pub(super) fn idle_ms(&self, path: &str) -> Option<i64> {
        let fault = self.faults.lasting("idle", path).map(|arg| arg.unwrap_or(900) * SECOND);
        fault.or(self.idle_ms)
    }

    /// Whether the token endpoint refuses, for its own rate or by the fault.
    pub(super) fn mint_is_limited(&mut self, now: i64) -> bool {
        self.faults.strike("/oauth/token", |name| name == "mint-limit").is_some() || self.mint.is_exceeded(now)
    }

    /// What will become of the job being submitted, which usually takes so long and is kept for so long.
    pub(crate) fn job_fate(&mut self, (path, now): (&str, i64), takes: i64, kept: i64) -> Fate {
        let mut struck = |wanted: &str| self.faults.strike(path, |name| name == wanted).map(|fault| fault.arg);
        let fails = struck("job-fails").is_some();
        let kept = struck("job-expires").map_or(kept, |arg| arg.unwrap_or(0).max(0) * SECOND);
        let done = now + takes + struck("job-slow").map_or(0, |arg| arg.unwrap_or(60).max(0) * SECOND);
        Fate { submitted: now, done, expires: done.saturating_add(kept), fails }
    }

    /// Whether a page is more than the API is ready to send.
    pub(crate) fn must_fit(&self, path: &str, size: usize) -> Result<(), Refusal> {
        match self.faults.lasting("too-large", path) {
            Some(arg) if size as i64 > arg.unwrap_or(50) => Err(Refusal::too_large()),
            _ => Ok(()),
        }
    }

    /// Whether answers to this path hold things from the future.
    pub(crate) fn is_future(&self, path: &str) -> bool {
        self.faults.lasting("future", path).is_some()
    }

    /// `totalHits` as the API tells it: the truth, unless the fault makes it a guess that changes with the page.
    pub(crate) fn hits(&self, path: &str, truth: usize, page: usize) -> usize {
        let Some(arg) = self.faults.lasting("approximate", path) else { return truth };
        let span = (truth as i64 * arg.unwrap_or(20) / 1000).max(1);
        let off = crate::rng::Rng::new(crate::rng::key(&[self.seed, truth as u64, page as u64])).between(-span, span);
        (truth as i64 + off).max(0) as usize
    }
}

/// The result without its list, as fields are absent when there is nothing; of what is no list nothing is left.
fn emptied(body: &[u8]) -> Vec<u8> {
    let mut value = match serde_json::from_slice(body) {
        Ok(value @ (Value::Object(_) | Value::Array(_))) => value,
        _ => return body.to_vec(),
    };
    match &mut value {
        Value::Object(object) if COUNTS.iter().chain(&LISTS).any(|name| object.contains_key(*name)) => {
            object.retain(|name, _| !LISTS.contains(&name.as_str()));
        }
        Value::Object(object) => object.clear(),
        other => *other = Value::Array(Vec::new()),
    }
    value.to_string().into_bytes()
}

/// The answer with members no model knows, in itself and in each of its rows.
fn futuristic(body: &[u8]) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice(body) else { return body.to_vec() };
    let add = |list: &mut Value| {
        for row in list.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            row.insert("quantum".into(), serde_json::json!({"spin": [1, null, {"up": true}]}));
        }
    };
    add(&mut value);
    if let Value::Object(object) = &mut value {
        for name in LISTS {
            object.get_mut(name).map(add);
        }
        object.insert("holographicPresence".into(), "full".into());
    }
    value.to_string().into_bytes()
}

fn deep(levels: i64) -> Vec<u8> {
    let levels = levels.clamp(1, 5_000_000) as usize;
    [br#"{"conversations":"#.to_vec(), vec![b'['; levels], vec![b']'; levels], b"}".to_vec()].concat()
}

fn huge(megabytes: i64) -> Vec<u8> {
    let bytes = (megabytes.clamp(1, 2_048) as usize) << 20;
    let mut body = br#"{"conversations":[],"padding":""#.to_vec();
    body.resize(body.len() + bytes, b'x');
    body.extend_from_slice(b"\"}");
    body
}

fn bomb(megabytes: i64) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let block = vec![b' '; 1 << 20];
    // Writing into a vector cannot fail.
    for _ in 0..megabytes.clamp(1, 4_096) {
        let _ = packed.write_all(&block);
    }
    packed.finish().unwrap_or_default()
}
