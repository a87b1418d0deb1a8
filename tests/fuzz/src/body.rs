//! The body of an answer: looked at, judged, explained, and read into tables.

use pegcount::tables::{self, Tables, write};
use pegcount::{ErrorKind, PageContext, Report, wire};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::draw::Draw;
use crate::stage::{SECRET, Stage};

/// Input: a byte that chooses the report, the status, and the body.
pub fn body(bytes: &[u8]) {
    let mut draw = Draw::new(bytes);
    let report = reports().swap_remove(usize::from(draw.byte()) % reports().len());
    let (status, body) = (draw.status(), draw.rest());
    through_a_session(&report, status, body);
    let _ = wire::case(&json!({"status": status, "body": String::from_utf8_lossy(body)}));
    let context = PageContext::of(Report::from_json(&report).expect("a report"));
    into_tables(&context, body);
}

/// One of each kind of answer.
pub(crate) fn reports() -> Vec<Value> {
    let day = "2026-03-09T00:00:00Z/2026-03-10T00:00:00Z";
    vec![
        json!({"report": "conversations", "interval": day}),
        json!({"report": "conversations", "ids": ["2d6f2a0c-3f0e-4f0a-8d0a-0b1c2d3e4f50"]}),
        json!({"report": "conversations", "interval": day, "via": "job"}),
        json!({"report": "conversations", "interval": "2026-02-20T00:00:00Z/2026-03-10T00:00:00Z"}),
        json!({"report": "aggregates", "of": "conversations", "interval": day, "metrics": ["nOffered"]}),
        json!({"report": "observations", "of": "queues", "metrics": ["oWaiting"], "where": {"queueId": "2d6f2a0c-3f0e-4f0a-8d0a-0b1c2d3e4f50"}}),
        json!({"report": "directory", "of": "queues"}),
        json!({"report": "directory", "of": "users"}),
        json!({"report": "availability"}),
        json!({"report": "call", "method": "GET", "path": "/api/v2/organizations/me"}),
        json!({"report": "call", "path": "/api/v2/teams", "paging": "next", "page_size": 50}),
        json!({"report": "call", "path": format!("https://files.example/transcript?signature={SECRET}")}),
    ]
}

fn through_a_session(report: &Value, status: u16, body: &[u8]) {
    let Some(mut stage) = Stage::asking(report) else { panic!("not asked: {report}") };
    // A job's answers come one after the other: each gets the same.
    for _ in 0..4 {
        let Some(flight) = stage.latest() else { break };
        stage.answer(flight, status, &[], body);
        stage.poll();
        if let Some(page) = stage.page.take() {
            into_tables(&page, body);
        }
    }
    stage.end();
}

/// Tables of what is JSON, and a reason where it is none; one table alone is as it is among the others.
fn into_tables(context: &PageContext, body: &[u8]) {
    let is_json = serde_json::from_slice::<IgnoredAny>(body).is_ok() && std::str::from_utf8(body).is_ok();
    match tables::decode(context, body) {
        Ok(tables) => {
            assert!(is_json, "tables of what is no JSON");
            written(&tables);
            for table in tables.iter() {
                let alone = tables::decode_only(context, body, &[&table.name]).expect("it could be read before");
                let alone = alone.get(&table.name).expect("the table that was asked for");
                // Without `_extra`, the last: it also holds what is no row of a table inside, where that is read.
                let columns = |table: &tables::Table| table.batch.columns().split_last().map(|(_, rest)| rest.to_vec());
                assert_eq!(columns(alone), columns(table), "alone it is another");
            }
        }
        Err(error) => {
            let refused = matches!(error.kind, ErrorKind::AnswerNotJson | ErrorKind::AnswerTruncated);
            assert!(!(refused && is_json), "JSON was refused: {error}");
            let text = wire::error(&error).to_string();
            assert!(text.len() < 64 * 1024, "a text of {} bytes", text.len());
        }
    }
}

fn written(tables: &Tables) {
    for table in tables.iter() {
        let (mut csv, mut lines) = (Vec::new(), Vec::new());
        write::csv_header(&table.batch.schema(), &mut csv);
        write::csv_rows(&table.batch, &mut csv);
        write::ndjson(&table.batch, &mut lines);
        assert!(std::str::from_utf8(&csv).is_ok(), "CSV is text");
        let rows = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let read = rows.map(serde_json::from_slice::<IgnoredAny>).filter(Result::is_ok).count();
        assert_eq!(read, table.batch.num_rows(), "a line of JSON for each row");
        write::ipc_stream(&table.batch.schema(), std::slice::from_ref(&table.batch)).expect("a batch can be written");
    }
}
