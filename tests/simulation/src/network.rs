//! What lies between: delays, losses, answers from others, and what the server itself does wrong.

use std::rc::Rc;

use pegcount::{Cause, Failure, Sent};
use pegcount_sandbox::{Org, Request, Response};
use serde_json::{Value, json};

use crate::rng::Rng;

/// How rough it is, in times out of a thousand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weather {
    /// Exchanges with the API that go wrong.
    pub(crate) api: u64,
    /// Exchanges with the login host that go wrong.
    pub(crate) login: u64,
    /// Questions to the store or to the vault that go wrong.
    pub(crate) store: u64,
    /// Milliseconds that a request or an answer takes at the most, as a rule.
    pub(crate) slow: i64,
}

/// What becomes of one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It goes well.
    Fine,
    /// Nothing is sent.
    Unsent(Cause),
    /// It breaks, before or after the server acted.
    Broken { acted: bool },
    /// No answer comes, before or after the server acted.
    Silent { acted: bool },
    /// The answer ends in the middle; the host notices it or not.
    Cut { noticed: bool },
    /// The answer is larger than the host takes.
    TooLarge,
    /// Another answer comes.
    Instead { status: u16, after: Option<i64>, acted: bool },
    /// A page in HTML comes, with the status of a success.
    Page,
    /// The answer repeats what it was asked, head and body.
    Echo { status: u16 },
    /// Every token is void when the request arrives.
    Revoked,
    /// The token answer tells an odd life.
    OddLife(Value),
}

/// What the host learns of an exchange.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Status, headers and body.
    Response(u16, Vec<(String, String)>, Rc<Vec<u8>>),
    /// Why there is none.
    Failure(Failure),
}

impl Weather {
    /// Nothing goes wrong.
    pub(crate) const CALM: Weather = Weather { api: 0, login: 0, store: 0, slow: 300 };

    /// Draws the fate of an exchange.
    pub(crate) fn fate(&self, rng: &mut Rng, is_login: bool) -> Fate {
        if !rng.chance(if is_login { self.login } else { self.api }) {
            return Fate::Fine;
        }
        let acted = rng.chance(500);
        let seconds = |rng: &mut Rng| rng.chance(700).then(|| rng.pick(&[0, 1, 3, 17, 60, 175, 180, 181, 3600]));
        match rng.below(16) {
            0..2 => {
                let causes = [Cause::Refused, Cause::Dns, Cause::Proxy, Cause::Refused, Cause::Tls];
                Fate::Unsent(rng.pick(&causes))
            }
            2..4 => Fate::Broken { acted },
            4 => Fate::Silent { acted },
            5 => Fate::Cut { noticed: rng.chance(700) },
            6 if !is_login => Fate::TooLarge,
            6 | 7 => Fate::Instead { status: rng.pick(&[408, 500, 502, 504]), after: None, acted },
            8..10 => Fate::Instead { status: 503, after: seconds(rng), acted: false },
            10..13 => Fate::Instead { status: 429, after: seconds(rng), acted: false },
            13 if is_login => Fate::OddLife(
                rng.pick(&ODD_LIVES).map_or(Value::Null, |text| serde_json::from_str(text).unwrap_or_default()),
            ),
            13 => Fate::Revoked,
            14 => Fate::Echo { status: rng.pick(&[400, 401, 403, 404, 500, 503]) },
            _ => Fate::Page,
        }
    }
}

const ODD_LIVES: [Option<&str>; 7] =
    [None, Some("0"), Some("1"), Some("\"3600\""), Some("18446744073709551615"), Some("-5"), Some("1e30")];

impl Fate {
    /// What the host learns without the server, of what never reaches it.
    pub(crate) fn before(&self, secret: &str) -> Option<Answer> {
        let failure = |sent, cause| {
            // Libraries quote requests in what they say.
            let detail = format!("error sending request with {secret}");
            Some(Answer::Failure(Failure { sent, cause, detail }))
        };
        match self {
            Fate::Unsent(cause) => failure(Sent::No, *cause),
            Fate::Broken { acted: false } => failure(Sent::Maybe, Cause::Broken),
            _ => None,
        }
    }

    /// Whether the request reaches the server, or whoever answers in its place.
    pub(crate) fn arrives(&self) -> bool {
        !matches!(self, Fate::Unsent(_) | Fate::Broken { acted: false } | Fate::Silent { acted: false })
    }

    /// Whether the server does what it is asked, if it would at all.
    pub(crate) fn is_performed(&self) -> bool {
        match self {
            Fate::Instead { acted, .. } => *acted,
            Fate::Echo { .. } | Fate::Page => false,
            _ => self.arrives(),
        }
    }

    /// What the host learns when the request has arrived; `None` where it hears nothing.
    pub(crate) fn answer(&self, org: &mut Org, request: &Request, now: i64) -> Option<Answer> {
        if *self == Fate::Revoked {
            org.handle(&Request::new("POST", "/sandbox/tokens/revoke"), now);
        }
        let genuine = self.is_performed().then(|| org.handle(request, now));
        let failure =
            |sent, cause, detail: &str| Some(Answer::Failure(Failure { sent, cause, detail: detail.to_owned() }));
        let response = match (self, genuine) {
            (Fate::Unsent(_) | Fate::Silent { .. } | Fate::Broken { acted: false }, _) => return None,
            (Fate::Broken { .. }, _) => return failure(Sent::Maybe, Cause::Broken, "connection reset by peer"),
            (Fate::TooLarge, _) => return failure(Sent::Maybe, Cause::TooLarge, "too large"),
            (Fate::Cut { noticed: true }, _) => return failure(Sent::Maybe, Cause::Broken, "unexpected end of file"),
            (Fate::Cut { noticed: false }, Some(mut response)) => {
                response.body.truncate(response.body.len() / 2);
                response
            }
            (Fate::Instead { status, after, .. }, _) => instead(*status, *after),
            (Fate::Page, _) => Response::html(200, "<!DOCTYPE html><html><title>Sign in to the network</title></html>"),
            (Fate::Echo { status }, _) => echo(*status, request),
            (Fate::OddLife(life), Some(response)) => odd_life(response, life),
            (Fate::Fine | Fate::Revoked, Some(response)) => response,
            (fate, None) => unreachable!("{fate:?} is performed"),
        };
        Some(Answer::Response(response.status, response.headers, Rc::new(response.body)))
    }
}

fn instead(status: u16, after: Option<i64>) -> Response {
    let response = match status {
        502 => Response::html(502, "<html><head><title>502 Bad Gateway</title></head></html>"),
        429 => Response::json(
            429,
            json!({"message": "Rate limit exceeded the maximum.", "code": "too.many.requests", "status": 429})
                .to_string(),
        ),
        _ => Response::json(
            status,
            json!({"message": "It did not work.", "code": "internal.server.error", "status": status}).to_string(),
        ),
    };
    match after {
        Some(seconds) => response.header("Retry-After", seconds.to_string()),
        None => response,
    }
}

/// A gateway for which every refusal is an occasion to tell all it knows.
fn echo(status: u16, request: &Request) -> Response {
    let heads: Vec<String> = request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let told =
        format!("{} {} {} {}", request.method, request.target, heads.join(" "), String::from_utf8_lossy(&request.body));
    if status == 503 {
        return Response::html(status, &format!("<html><pre>{told}</pre></html>"));
    }
    Response::json(status, json!({"message": told, "code": "gateway.refused", "status": status, "error": "invalid_client", "description": told}).to_string())
}

fn odd_life(response: Response, life: &Value) -> Response {
    let mut body = response.parsed();
    if !body["access_token"].is_string() {
        return response;
    }
    body["expires_in"] = life.clone();
    Response { body: body.to_string().into_bytes(), ..response }
}
