//! The one serialised shape of actions, events and errors, for every FFI and test vector.
//!
//! Everything is JSON. Times and durations are whole milliseconds; an absent field and `null` mean the same.
//!
//! | value | shape |
//! |---|---|
//! | [`action`] | `{"action": "send", "id", "call", "purpose": "call", "login" or "chore", "request": {"method", "url", "headers": [[name, value], …], "body"}, "timeout", "max_body", "look"}` |
//! | | `{"action": "abort", "id"}` |
//! | | `{"action": "store", "id", "op": "load"}`, `… "lock", "owner", "takeover"}`, `… "save", "record"}`, `… "unlock", "owner"}` |
//! | | `{"action": "emit", "call", "event": "page", "page": context}`, `… "done", "summary"}`, `… "failed", "error"}` |
//! | | `{"action": "wait", "until", "why"}`, `{"action": "idle"}` |
//! | [`error`] | `{"code", "class", "status", "message", "request_id", "retry": {"advice", "after_ms"}, "operation", "attempts", "explanation"}` |
//! | [`explanation`] | `{"code", "cause", "evidence", "remedy", "certainty", "missing", "nearest", "belief", "resume", "text"}` |
//! | [`notice`] | `{"call", "kind", "text", "wait"}` |
//! | [`failure`] | `{"sent": "no" or "maybe", "cause", "detail"}` |
//! | [`store_answer`] | `{"loaded": record or null}`, `"locked"`, `{"busy": owner}`, `"done"`, `{"failed": why}` |
//! | [`seen()`] | opaque: from [`crate::inspect`] to the session |
//! | [`call_options`] | `{"timeout", "deadline", "max_calls"}` |
//! | [`findings`] | `[{"severity": "error" or "warning", "error"}, …]` |
//! | [`case`] | `{"status", "headers", "body", "method", "path", "domain", "login"}` |
//!
//! A request holds its token and a record its own: whoever logs actions cuts `headers`, `body` and `record` out.

mod ask;
mod login;
#[cfg(feature = "schema")]
mod schema;
mod seen;

#[cfg(feature = "tables")]
pub use ask::decode;
pub use ask::{Opened, findings, open, plan, reports};
pub use login::{advise, begin_login, finish_login};
#[cfg(feature = "schema")]
pub use schema::schema;
pub use seen::{look, read_seen, seen};

use serde_json::Value;

use crate::action::{Action, CallOptions, Cause, Event, Failure, Provided, Sent, StoreAnswer, StoreOp, Summary};
use crate::error::{Error, ErrorKind, Explanation};
use crate::explain::{Case, explain, parse_paste};
use crate::fields::{self, Fault, Record, one_of, record};
use crate::json::{self, object};
use crate::look::Headers;
use crate::notice::Notice;
use crate::secret::Secret;
use crate::time::iso;
use crate::token;

/// Writes an order.
pub fn action(action: &Action) -> Value {
    match action {
        Action::Send { id, call, purpose, request: asked, timeout, max_body, look } => object! {
            "action": "send", "id": id.0, "call": call.map(|call| call.0), "purpose": json::of(purpose),
            "request": request(asked), "timeout": *timeout, "max_body": *max_body, "look": json::of(look),
        },
        Action::Abort { id } => object! {"action": "abort", "id": id.0},
        Action::Credentials { id } => object! {"action": "credentials", "id": id.0},
        Action::Store { id, op } => tagged(object! {"action": "store", "id": id.0}, store_op(op)),
        Action::Emit { call, event: happened } => tagged(object! {"action": "emit", "call": call.0}, event(happened)),
        Action::Wait { until, why } => object! {"action": "wait", "until": *until, "why": json::of(why)},
        Action::Idle => object! {"action": "idle"},
    }
}

/// Writes a request. The body is text: the session sends JSON and forms only.
pub fn request(request: &http::Request<Vec<u8>>) -> Value {
    let mut headers = Vec::new();
    for (name, value) in request.headers() {
        headers.push(Value::Array(vec![name.as_str().into(), text(value.as_bytes()).into()]));
    }
    let body = request.body();
    object! {
        "method": request.method().as_str(),
        "url": request.uri().to_string(),
        "headers": headers,
        "body": (!body.is_empty()).then(|| text(body)),
    }
}

/// Writes what a call tells its caller, without the call.
pub fn event(event: &Event) -> Value {
    match event {
        Event::Page(context) => object! {"event": "page", "page": json::of(context)},
        Event::Done(done) => object! {"event": "done", "summary": summary(done)},
        Event::Failed(failed) => object! {"event": "failed", "error": error(failed)},
    }
}

/// Writes what a finished call did.
pub fn summary(summary: &Summary) -> Value {
    json::of(summary)
}

/// Writes a notice.
pub fn notice(notice: &Notice) -> Value {
    json::of(notice)
}

/// Writes an error. `class` names the exception, case or sentinel of a language.
pub fn error(error: &Error) -> Value {
    let mut shape = json::of(error);
    if let Value::Object(shape) = &mut shape {
        shape.insert("class".into(), error.kind.class().name().into());
        shape.insert("explanation".into(), explanation(&error.explanation));
    }
    shape
}

/// Writes an explanation, and beside its parts the whole as a short text.
pub fn explanation(explanation: &Explanation) -> Value {
    let mut shape = json::of(explanation);
    if let Value::Object(shape) = &mut shape {
        shape.insert("text".into(), explanation.to_string().into());
    }
    shape
}

/// Every kind of error: `[{"code", "class", "exit_code"}, …]`.
pub fn kinds() -> Value {
    let kind = |kind: &ErrorKind| {
        let class = kind.class();
        object! {"code": kind.code(), "class": class.name(), "exit_code": class.exit_code()}
    };
    ErrorKind::ALL.iter().map(kind).collect()
}

/// Reads why an exchange brought no answer.
///
/// # Errors
/// `config.value` if the shape is another one: the host's own fault.
pub fn failure(value: &Value) -> Result<Failure, Error> {
    struct Shape {
        sent: Option<Sent>,
        cause: Option<Cause>,
        detail: String,
    }
    record!(Shape: sent, cause, detail);
    match read("a failure", value)? {
        Shape { sent: Some(sent), cause: Some(cause), detail } => Ok(Failure { sent, cause, detail }),
        _ => Err(misshapen("a failure", "`sent` and `cause`")),
    }
}

/// Reads what the token store answered.
///
/// # Errors
/// `config.value` if the shape is another one.
pub fn store_answer(value: &Value) -> Result<StoreAnswer, Error> {
    let tagged = value.as_object().filter(|map| map.len() == 1).and_then(|map| map.iter().next());
    let (tag, inner) = tagged.map_or((value.as_str().unwrap_or_default(), &Value::Null), |(tag, inner)| (tag, inner));
    let text = inner.as_str().map(str::to_owned);
    Ok(match (tag, text) {
        ("locked", None) => StoreAnswer::Locked,
        ("done", None) => StoreAnswer::Done,
        ("loaded", record) if record.is_some() || inner.is_null() => StoreAnswer::Loaded(record.map(Secret::new)),
        ("busy", Some(owner)) => StoreAnswer::Busy { owner },
        ("failed", Some(why)) => StoreAnswer::Failed(why),
        _ => {
            let shapes =
                "`loaded` with a record or null, `locked`, `busy` with an owner, `done` or `failed` with a reason";
            return Err(misshapen("a store's answer", shapes));
        }
    })
}

/// Says for a person what a record of the token store holds, at this time of the wall clock: `{"token": "live",
/// "expires"}`, `{"token": "expired", "expires"}` or `{"token": "unreadable"}`. Never the token itself.
pub fn token_state(record: &str, wall: i64) -> Value {
    match token::end_of(record) {
        Some(end) => object! {"token": if end > wall { "live" } else { "expired" }, "expires": iso(end)},
        None => object! {"token": "unreadable"},
    }
}

/// Reads the wishes for one call.
///
/// # Errors
/// `config.value` for an unknown wish, or a value that is no count above 0.
pub fn call_options(value: &Value) -> Result<CallOptions, Error> {
    let options: CallOptions = read("the options of a call", value)?;
    if options.timeout == Some(0) || options.deadline == Some(0) || options.max_calls == Some(0) {
        return Err(Error::new(ErrorKind::ConfigValue, "timeout, deadline and max_calls of a call must be above 0"));
    }
    Ok(options)
}

/// Reads an answer that a user pasted, and explains it. `headers` is a map, or a list of pairs; `status` and every
/// other field may be missing. `body` may be all that was printed: see [`parse_paste`].
///
/// # Errors
/// `config.value` if the shape is another one.
pub fn case(value: &Value) -> Result<Error, Error> {
    struct Shape {
        status: Option<u16>,
        headers: Value,
        body: String,
        method: Option<String>,
        path: Option<String>,
        domain: Option<String>,
        login: Option<bool>,
        request_body: Option<String>,
    }
    record!(Shape: status, headers, body, method, path, domain, login, request_body);
    let shape: Shape = read("an answer to explain", value)?;
    let pasted = parse_paste(&shape.body);
    let headers = match &shape.headers {
        Value::Null => pasted.headers,
        Value::Array(none) if none.is_empty() => pasted.headers,
        Value::Object(map) => {
            let shown = |value: &Value| value.as_str().map_or_else(|| json::text(value), str::to_owned);
            Headers::from_pairs(&map.iter().map(|(name, value)| (name, shown(value))).collect::<Vec<_>>())
        }
        list => self::headers(list)?,
    };
    Ok(explain(&Case {
        status: shape.status.or(pasted.status),
        headers,
        body: &pasted.body,
        request_body: shape.request_body.as_deref(),
        method: shape.method.as_deref(),
        path: shape.path.as_deref().or(pasted.path.as_deref()),
        domain: shape.domain.as_deref(),
        login: shape.login,
        grant: None,
    }))
}

/// Reads what the provider of credentials answered: `{"client_id"?, "client_secret"}`, or `{"failed": why}`.
///
/// # Errors
/// `config.value` if the shape is another one; never with a value that was given.
pub fn provided(value: &Value) -> Result<Result<Provided, String>, Error> {
    struct Shape {
        client_id: Option<String>,
        client_secret: Option<Secret>,
        failed: Option<String>,
    }
    record!(Shape: client_id, client_secret, failed);
    Ok(match read("what the provider of credentials gave", value)? {
        Shape { failed: Some(why), .. } => Err(why),
        Shape { client_id: id, client_secret: Some(secret), failed: None } => Ok(Provided { id, secret }),
        Shape { client_secret: None, failed: None, .. } => Err("it gave no client_secret".to_owned()),
    })
}

fn store_op(op: &StoreOp) -> Value {
    match op {
        StoreOp::Load => object! {"op": "load"},
        StoreOp::Lock { owner, takeover } => {
            object! {"op": "lock", "owner": owner.as_str(), "takeover": takeover.clone()}
        }
        StoreOp::Save { record } => object! {"op": "save", "record": record.expose()},
        StoreOp::Unlock { owner } => object! {"op": "unlock", "owner": owner.as_str()},
    }
}

fn tagged(mut outer: Value, inner: Value) -> Value {
    if let (Value::Object(outer), Value::Object(inner)) = (&mut outer, inner) {
        outer.extend(inner);
    }
    outer
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Reads headers from a list of pairs.
///
/// # Errors
/// `config.value` for anything else.
pub fn headers(value: &Value) -> Result<Headers, Error> {
    fn pair(pair: &Value) -> Option<(&str, &str)> {
        match pair.as_array()?.as_slice() {
            [Value::String(name), Value::String(value)] => Some((name, value)),
            _ => None,
        }
    }
    let pairs: Option<Vec<_>> = value.as_array().and_then(|list| list.iter().map(pair).collect());
    Ok(Headers::from_pairs(&pairs.ok_or_else(|| misshapen("a list of headers", "pairs of strings"))?))
}

fn read<T: Record>(what: &str, value: &Value) -> Result<T, Error> {
    let map = value.as_object().ok_or_else(|| misshapen(what, "a map"))?;
    fields::read(map).map_err(|fault| match fault {
        Fault::Unknown(_, known) => misshapen(what, &one_of(&known)),
        // A value of the wrong type could be a secret, so it is not shown.
        Fault::Misfit(_, misfit) => misshapen(what, &misfit.expected),
    })
}

fn misshapen(what: &str, expected: &str) -> Error {
    Error::new(ErrorKind::ConfigValue, format!("{what} has another shape: {expected}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::action::{AskId, CallId, Purpose, RequestId, Why};
    use crate::look::Look;

    #[test]
    fn orders_have_one_shape() {
        let request = http::Request::post("https://api.mypurecloud.ie/api/v2/x?a=1")
            .header("authorization", "Bearer t")
            .body(b"{}".to_vec());
        let send = Action::Send {
            id: RequestId(3),
            call: Some(CallId(1)),
            purpose: Purpose::Call,
            request: request.unwrap(),
            timeout: 60_000,
            max_body: 1 << 20,
            look: Look::Conversations,
        };
        assert_eq!(
            action(&send).to_string(),
            concat!(
                r#"{"action":"send","id":3,"call":1,"purpose":"call","request":{"method":"POST","url":"https://api.mypurecloud.ie/api/v2/x?a=1","#,
                r#""headers":[["authorization","Bearer t"]],"body":"{}"},"timeout":60000,"max_body":1048576,"look":"conversations"}"#
            )
        );
        for (order, shape) in [
            (Action::Abort { id: RequestId(3) }, json!({"action": "abort", "id": 3})),
            (
                Action::Store { id: AskId(1), op: StoreOp::Save { record: Secret::new("r") } },
                json!({"action": "store", "id": 1, "op": "save", "record": "r"}),
            ),
            (
                Action::Store { id: AskId(1), op: StoreOp::Lock { owner: "me".into(), takeover: None } },
                json!({"action": "store", "id": 1, "op": "lock", "owner": "me", "takeover": null}),
            ),
            (Action::Wait { until: Some(5), why: Why::Limit }, json!({"action": "wait", "until": 5, "why": "limit"})),
            (Action::Idle, json!({"action": "idle"})),
        ] {
            assert_eq!(action(&order), shape);
        }
    }

    #[test]
    fn an_error_carries_its_class_and_its_text() {
        let shape = error(&Error::new(ErrorKind::QueryMetric, "no metric `nFoo`").remedy("write nFlow"));
        assert_eq!(shape["code"], "query.metric");
        assert_eq!(shape["class"], "Query");
        assert_eq!(shape["retry"], json!({"advice": "never"}));
        assert_eq!(shape["explanation"]["text"], "no metric `nFoo`\nwhat to do: write nFlow");
    }

    #[test]
    fn answers_are_read_and_strangers_refused() {
        let told = failure(&json!({"sent": "maybe", "cause": "too_large"})).unwrap();
        assert_eq!((told.sent, told.cause), (Sent::Maybe, Cause::TooLarge));
        assert_eq!(store_answer(&json!({"loaded": null})), Ok(StoreAnswer::Loaded(None)));
        assert_eq!(store_answer(&json!({"busy": "b"})), Ok(StoreAnswer::Busy { owner: "b".into() }));
        assert_eq!(store_answer(&json!("locked")), Ok(StoreAnswer::Locked));
        let refused = store_answer(&json!({"loaded": 12345})).unwrap_err();
        assert_eq!(refused.kind, ErrorKind::ConfigValue);
        assert!(!refused.to_string().contains("12345"), "{refused}");
        assert!(call_options(&json!({"deadlin": 1})).is_err());
    }

    #[test]
    fn a_pasted_answer_may_be_bare() {
        assert!(case(&json!({})).is_ok());
        let pairs = case(&json!({"status": 429, "headers": [["Retry-After", "5"]]})).unwrap();
        assert_eq!(pairs, case(&json!({"status": 429, "headers": {"retry-after": 5}})).unwrap());
    }

    #[test]
    fn a_record_tells_its_end_and_not_its_token() {
        let record = r#"{"version":1,"key":"k","access_token":"t0ken","obtained_at":0,"expires_at":1773132000000}"#;
        let expires = "2026-03-10T08:40:00.000Z";
        assert_eq!(token_state(record, 1_773_131_999_999), json!({"token": "live", "expires": expires}));
        assert_eq!(token_state(record, 1_773_132_000_000), json!({"token": "expired", "expires": expires}));
        for broken in ["", "{}", r#"{"access_token":"t0ken"}"#] {
            assert_eq!(token_state(broken, 0), json!({"token": "unreadable"}), "{broken}");
        }
    }
}
