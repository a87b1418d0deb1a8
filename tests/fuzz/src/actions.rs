//! A host and its callers who do anything in any order.

use pegcount::{CallId, Cause, RequestId, Secret, Sent, StoreAnswer};
use serde_json::{Value, json};

use crate::body::reports;
use crate::draw::Draw;
use crate::stage::{Ask, Flight, SECRET, Stage};

/// So much is done at the most: what can break by repetition breaks before.
const STEPS: usize = 256;

/// Input: how to log in, and then what is done, a few bytes each.
pub fn actions(bytes: &[u8]) {
    let mut draw = Draw::new(bytes);
    let mut arguments = if draw.byte() & 1 == 0 {
        json!({"client_id": "id", "client_secret": SECRET, "share": true})
    } else {
        json!({"client_id": "id", "provider": true})
    };
    arguments["max_in_flight"] = json!(1 + draw.byte() % 6);
    let Some(mut stage) = Stage::new(arguments) else { return };
    let reports = reports();
    for _ in 0..STEPS {
        if draw.is_empty() {
            break;
        }
        step(&mut stage, &reports, &mut draw);
        stage.poll();
    }
    stage.end();
}

fn step(stage: &mut Stage, reports: &[Value], draw: &mut Draw<'_>) {
    match draw.byte() % 10 {
        0 => {
            let options = [json!({}), json!({"deadline": 30_000}), json!({"max_calls": 3}), json!({"timeout": 1})];
            let mut report = draw.one(reports).clone();
            if let (true, Some(place)) = (draw.byte() & 1 == 1, &stage.resume) {
                report["resume"] = json!(place);
            }
            stage.start(&report, draw.one(&options));
        }
        1 => {
            let call = call(stage, draw);
            stage.pull(call);
        }
        2 => {
            let call = call(stage, draw);
            stage.cancel(call);
        }
        3 => stage.pass(draw.number()),
        4 => stage.now.wall = stage.now.wall.wrapping_add_unsigned(draw.number()),
        5 | 6 => {
            let flight = flight(stage, draw);
            stage.answer(flight, draw.status(), &[], usual(draw).to_string().as_bytes());
        }
        7 => {
            let flight = flight(stage, draw);
            let causes = [Cause::Broken, Cause::Dns, Cause::Timeout, Cause::TooLarge, Cause::Cancelled, Cause::Tls];
            stage.fail(flight, *draw.one(&[Sent::No, Sent::Maybe]), *draw.one(&causes));
        }
        8 => keep(stage, draw),
        _ => {
            // The next thing that the session waits for happens.
            match (stage.latest(), stage.until) {
                (Some(flight), _) => stage.answer(flight, 200, &[], usual(draw).to_string().as_bytes()),
                (None, Some(until)) => stage.pass(until.saturating_sub(stage.now.mono)),
                (None, None) => {}
            }
        }
    }
}

/// An open call, or one that never was.
fn call(stage: &Stage, draw: &mut Draw<'_>) -> CallId {
    let nth = usize::from(draw.byte());
    stage.open.keys().nth(nth).copied().unwrap_or(CallId(nth as u64))
}

/// An exchange that is on its way, aborted or not, or one that never was.
fn flight(stage: &Stage, draw: &mut Draw<'_>) -> Flight {
    let nth = usize::from(draw.byte());
    let never = Flight { id: RequestId(nth as u64), look: pegcount::Look::Json, is_wanted: false };
    stage.flights.get(nth).copied().unwrap_or(never)
}

fn keep(stage: &mut Stage, draw: &mut Draw<'_>) {
    match stage.asks.pop() {
        None => {}
        Some(Ask::Credentials(id)) => {
            let secret = json!({"client_secret": SECRET});
            stage.provide(id, draw.one(&[secret, json!({"failed": "sealed"})]));
        }
        Some(Ask::Store(id)) => {
            let answer = match draw.byte() % 6 {
                0 => StoreAnswer::Loaded(None),
                1 => StoreAnswer::Loaded(Some(Secret::new(String::from_utf8_lossy(draw.some()).into_owned()))),
                2 => StoreAnswer::Busy { owner: "somebody".into() },
                3 => StoreAnswer::Done,
                4 => StoreAnswer::Failed("full".into()),
                _ => StoreAnswer::Locked,
            };
            stage.store(id, answer);
        }
    }
}

/// Answers as they come to one question or another.
fn usual(draw: &mut Draw<'_>) -> Value {
    const STATES: [&str; 6] = ["QUEUED", "PENDING", "FULFILLED", "FAILED", "CANCELLED", "EXPIRED"];
    const CODES: [&str; 4] =
        ["too.many.requests", "bad.credentials", "missing.any.permissions", "pagination.limit.exceeded"];
    let number = draw.byte();
    let of = |nth: u8| json!({"conversationId": format!("c{nth}"), "conversationStart": "2026-03-09T10:00:00Z"});
    let entity = |nth: u8| json!({"id": format!("e{nth}")});
    match draw.byte() % 10 {
        0 => {
            json!({"access_token": format!("t{number}"), "expires_in": 60 * u64::from(number), "token_type": "bearer"})
        }
        1 => json!({"conversations": [of(number)], "totalHits": number}),
        2 => json!({"conversations": (0..number).map(of).collect::<Vec<_>>(), "totalHits": 1000}),
        3 => json!({"entities": (0..number).map(entity).collect::<Vec<_>>(), "pageCount": number}),
        4 => json!({"jobId": format!("job{number}")}),
        5 => json!({"state": STATES[usize::from(number) % STATES.len()]}),
        6 => {
            json!({"conversations": [], "cursor": format!("cursor{number}"), "dataAvailabilityDate": "2026-03-09T12:00:00Z"})
        }
        7 => json!({"dataAvailabilityDate": "2026-03-10T06:00:00Z"}),
        8 => json!({"message": "no", "code": CODES[usize::from(number) % CODES.len()], "error": "invalid_client"}),
        _ => json!({}),
    }
}
