//! What the login host, the token store and the provider of credentials answer.

use pegcount::{Secret, StoreAnswer, wire};
use serde_json::{Value, json};

use crate::draw::Draw;
use crate::stage::{Ask, SECRET, Stage, said};

/// Input: how to log in, and then what is answered to every question that comes.
pub fn token(bytes: &[u8]) {
    let mut draw = Draw::new(bytes);
    let Some(mut stage) = Stage::new(grant(draw.byte())) else { return };
    let report = json!({"report": "call", "method": "GET", "path": "/api/v2/organizations/me"});
    let Some(call) = stage.start(&report, &json!({"deadline": 600_000})) else { return };
    stage.pull(call);
    while !draw.is_empty() && !stage.open.is_empty() {
        stage.poll();
        if let Some(ask) = stage.asks.pop() {
            answer(&mut stage, ask, &mut draw);
        } else if let Some(flight) = stage.latest() {
            let (status, headers, body) = (draw.status(), draw.headers(), draw.some());
            stage.answer(flight, status, &headers, body);
        } else if let Some(until) = stage.until {
            stage.pass(until - stage.now.mono);
        } else {
            break;
        }
        if draw.byte() == 255 {
            stage.pass(draw.number());
        }
    }
    stage.end();
}

/// Every way to log in, with and without the store.
fn grant(byte: u8) -> Value {
    let mut arguments = match byte & 7 {
        0 => json!({"client_id": "id", "client_secret": SECRET}),
        1 => json!({"client_id": "id", "client_secret": SECRET, "client_auth": "form"}),
        2 => json!({"client_id": "id", "client_secret": SECRET, "refresh_token": SECRET}),
        3 => json!({"client_id": "id", "code": SECRET, "code_verifier": SECRET, "redirect_uri": "http://127.0.0.1:1/"}),
        4 => json!({"client_id": "id", "client_secret": SECRET, "code": SECRET, "redirect_uri": "http://127.0.0.1:1/"}),
        5 => json!({"client_id": "id", "client_secret": SECRET, "saml_assertion": SECRET, "org": "acme"}),
        6 => json!({"client_id": "id", "provider": true}),
        _ => json!({"client_id": "id", "grant": "pkce"}),
    };
    arguments["share"] = json!(byte & 8 != 0);
    arguments
}

fn answer(stage: &mut Stage, ask: Ask, draw: &mut Draw<'_>) {
    match ask {
        Ask::Credentials(id) => {
            let failed = json!({"failed": "the vault is sealed"});
            let secret = json!({"client_id": "id", "client_secret": SECRET});
            stage.provide(id, draw.one(&[secret, failed]));
        }
        Ask::Store(id) => {
            let owner = String::from_utf8_lossy(draw.some()).into_owned();
            let answer = match draw.byte() % 6 {
                0 => StoreAnswer::Locked,
                1 => StoreAnswer::Busy { owner },
                2 => StoreAnswer::Done,
                3 => StoreAnswer::Failed(owner),
                4 => StoreAnswer::Loaded(None),
                _ => {
                    let state = wire::token_state(&owner, stage.now.wall);
                    said(&state.to_string());
                    StoreAnswer::Loaded(Some(Secret::new(owner)))
                }
            };
            stage.store(id, answer);
        }
    }
}
