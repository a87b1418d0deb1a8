//! The status and the headers of an answer.

use serde_json::json;

use crate::draw::Draw;
use crate::stage::Stage;

/// No wait of a call is longer: beyond three minutes the call ends and says until when (retry.md §1), and up to half a
/// second is added so that waiters do not come back in step.
const LONGEST_WAIT: u64 = 180_500;

/// Input: a number of answers, each a status, headers (two bytes of length, then lines) and a byte for the body.
pub fn headers(bytes: &[u8]) {
    const BODIES: [&str; 4] =
        ["{}", "", r#"{"code": "too.many.requests", "message": "try again in [7] seconds"}"#, "<html>"];
    let mut draw = Draw::new(bytes);
    let report = json!({"report": "call", "method": "GET", "path": "/api/v2/organizations/me"});
    let Some(mut stage) = Stage::asking(&report) else { return };
    while let (Some(flight), false) = (stage.latest(), draw.is_empty()) {
        let (status, headers, body) = (draw.status(), draw.headers(), *draw.one(&BODIES));
        stage.answer(flight, status, &headers, body.as_bytes());
        stage.poll();
        if let Some(until) = stage.until {
            assert!(until - stage.now.mono <= LONGEST_WAIT, "a wait of {} ms", until - stage.now.mono);
            stage.pass(until - stage.now.mono);
            stage.poll();
        }
    }
    stage.end();
}
