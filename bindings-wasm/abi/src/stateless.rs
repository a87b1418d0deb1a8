//! What needs no session: any instance answers it.

use pegcount::config::VARIABLES;
use pegcount::tables::{Table, write};
use pegcount::{Interval, Look, wire};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::session::Sources;
use crate::{Answer, answer, read};

/// Looks at an answer: `{"look", "status", "headers": [[name, value], …]}` beside the body, whole and decompressed.
///
/// # Errors
/// `config.value` for another shape.
pub fn inspect(text: &[u8], body: &[u8]) -> Answer {
    #[derive(Deserialize)]
    struct Shape {
        look: Look,
        status: u16,
        headers: Vec<(String, String)>,
    }
    let shape: Shape = read(text)?;
    let seen = pegcount::inspect(shape.look, shape.status, pegcount::Headers::from_pairs(&shape.headers), body);
    Ok(wire::seen(&seen))
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    Csv { header: bool },
    Flat,
    IpcFile,
    IpcStream,
    Ndjson,
}

/// Reads the rows of an answer: `{"page": context, "tables": [name, …], "as": form}`, where the context is that of a
/// page, or `{"report": …}` for bytes saved from anywhere; without `tables` all of them are read.
///
/// The form is `"flat"`, `"ipc_stream"`, `"ipc_file"`, `"ndjson"` or `{"csv": {"header": true}}`. The JSON of the
/// result is a list of `{"name", "at", "len"}`, the tables with their places in the bytes; of `"flat"` with `"layout"`,
/// whose positions count from `at`.
pub fn decode(text: &[u8], body: &[u8]) -> Vec<u8> {
    let mut block = Vec::new();
    let head = answer(decode_into(text, body, &mut block));
    let padding = head.len().next_multiple_of(8) - head.len();
    let mut whole = Vec::with_capacity(8 + head.len() + padding + block.len());
    whole.extend((head.len() as u64).to_le_bytes());
    whole.extend(head);
    whole.extend(std::iter::repeat_n(0, padding));
    whole.extend(block);
    whole
}

fn decode_into(text: &[u8], body: &[u8], block: &mut Vec<u8>) -> Answer {
    #[derive(Deserialize)]
    struct Shape {
        page: Value,
        tables: Option<Vec<String>>,
        r#as: Form,
    }
    let shape: Shape = read(text)?;
    let tables = wire::decode(&shape.page, body, shape.tables.as_deref())?;
    tables.iter().map(|table| written(table, shape.r#as, block)).collect()
}

fn written(table: &Table, form: Form, block: &mut Vec<u8>) -> Answer {
    block.resize(block.len().next_multiple_of(8), 0);
    let (at, batch) = (block.len(), &table.batch);
    let mut layout = None;
    match form {
        Form::Csv { header } => {
            if header {
                write::csv_header(&batch.schema(), block);
            }
            write::csv_rows(batch, block);
        }
        Form::Flat => {
            // Positions count from the table's own beginning.
            let mut columns = Vec::new();
            layout = Some(write::flat(batch, &mut columns));
            block.append(&mut columns);
        }
        Form::IpcFile => block.extend(write::ipc_file(&batch.schema(), std::slice::from_ref(batch))?),
        Form::IpcStream => block.extend(write::ipc_stream(&batch.schema(), std::slice::from_ref(batch))?),
        Form::Ndjson => write::ndjson(batch, block),
    }
    Ok(json!({"name": table.name, "at": at, "len": block.len() - at, "layout": layout}))
}

#[derive(Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Question {
    Advise {
        situation: Value,
    },
    BeginLogin {
        wish: Value,
        randomness: Vec<u8>,
        #[serde(flatten)]
        from: Sources,
    },
    Explain {
        case: Value,
    },
    FinishLogin {
        came_back: String,
        state: String,
    },
    Interval {
        text: String,
        time_zone: Option<String>,
        wall: i64,
    },
    Kinds,
    Lint {
        report: Value,
        wall: i64,
    },
    Plan {
        report: Value,
        pace: u32,
        wall: i64,
    },
    Reports,
    Variables,
}

/// Answers a question, `{"ask", …}`:
///
/// | `ask` | with | gives |
/// |---|---|---|
/// | `explain` | `case`, as in [`wire::case`] | an error |
/// | `lint` | `report`, `wall` | `[{"severity": "error" or "warning", "error"}, …]` |
/// | `plan` | `report`, `pace`, `wall` | what it would cost: see [`wire::plan`] |
/// | `advise` | `situation` | which grant fits: see [`wire::advise`] |
/// | `begin_login` | `wish`, 48 bytes of `randomness`, and what `open` takes | `{"url", "state", "verifier"}` |
/// | `finish_login` | `came_back`, `state` | the code |
/// | `interval` | `text`, `time_zone`, `wall` | `{"from", "to"}` in ms since 1970 |
/// | `kinds` | | every kind of error |
/// | `reports` | | the fields of every report, by its name |
/// | `variables` | | the environment variables that a configuration is read from |
///
/// # Errors
/// `query.*` of an interval or report that cannot be meant, those of [`wire::begin_login`] and
/// [`wire::finish_login`], and `config.value` for another shape.
pub fn ask(text: &[u8]) -> Answer {
    Ok(match read(text)? {
        Question::Advise { situation } => wire::advise(&situation)?,
        Question::BeginLogin { wish, randomness, from } => {
            wire::begin_login(&wish, &randomness, &from.arguments, &|name| from.variable(name), &from.files())?
        }
        Question::FinishLogin { came_back, state } => json!(wire::finish_login(&came_back, &state)?),
        Question::Explain { case } => wire::error(&wire::case(&case)?),
        Question::Interval { text, time_zone, wall } => {
            let Interval { from, to } = Interval::parse(&text, time_zone.as_deref(), wall)?;
            json!({"from": from, "to": to})
        }
        Question::Kinds => wire::kinds(),
        Question::Lint { report, wall } => wire::findings(&report, wall),
        Question::Plan { report, pace, wall } => wire::plan(&report, pace, wall)?,
        Question::Reports => wire::reports(),
        Question::Variables => json!(VARIABLES),
    })
}

#[cfg(test)]
mod tests {
    use pegcount::ErrorKind;

    use super::*;

    const PAGE: &[u8] = br#"{"conversations":[{"conversationId":"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
        "conversationStart":"2026-03-09T00:00:00.000Z","participants":[]}]}"#;

    fn decoded(form: &Value) -> (Value, Vec<u8>) {
        let asked = json!({"page": {"report": {"report": "conversations"}}, "tables": ["conversations"], "as": form});
        let whole = decode(asked.to_string().as_bytes(), PAGE);
        let len = usize::try_from(u64::from_le_bytes(whole[..8].try_into().unwrap())).unwrap();
        (serde_json::from_slice(&whole[8..8 + len]).unwrap(), whole[8 + len.next_multiple_of(8)..].to_vec())
    }

    #[test]
    fn tables_follow_their_places() {
        let (head, block) = decoded(&json!("flat"));
        let table = &head["ok"][0];
        assert_eq!((&table["name"], &table["at"]), (&json!("conversations"), &json!(0)));
        assert_eq!(table["len"], block.len());
        let id = &table["layout"]["columns"][0];
        assert_eq!((&id["name"], &id["kind"]), (&json!("conversation_id"), &json!("text")));
        let at = usize::try_from(id["values"].as_u64().unwrap()).unwrap();
        assert_eq!(&block[at..at + 8], b"0f1e2d3c");
        let (_, csv) = decoded(&json!({"csv": {"header": false}}));
        assert!(csv.starts_with(b"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0,2026-03-09T00:00:00.000Z,"));
        assert!(decoded(&json!("ipc_file")).1.starts_with(b"ARROW1"));
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        let asked = json!({"page": {"report": {"report": "conversations"}}, "as": "flat"});
        let whole = decode(asked.to_string().as_bytes(), b"<html>");
        assert!(String::from_utf8_lossy(&whole).contains("answer.not_json"));
        assert_eq!(inspect(b"{}", b"").unwrap_err().kind, ErrorKind::ConfigValue);
        assert_eq!(ask(br#"{"ask": "nothing"}"#).unwrap_err().kind, ErrorKind::ConfigValue);
    }

    #[test]
    fn a_log_in_begins_and_is_finished() {
        let begin = |sources: &str| {
            let wish = json!({"client_id": "c", "redirect_uri": "http://127.0.0.1/"});
            let mut question = json!({"ask": "begin_login", "wish": wish, "randomness": vec![7; 48]});
            question[sources] = json!({"region": "use1", "client_secret": "s3cret"});
            ask(question.to_string().as_bytes())
        };
        let begun = begin("arguments").unwrap();
        let state = begun["state"].as_str().unwrap();
        let back = format!("http://127.0.0.1/?code=abc&state={state}");
        let finish = json!({"ask": "finish_login", "came_back": back, "state": state});
        assert_eq!(ask(finish.to_string().as_bytes()), Ok(json!("abc")));
        let refused = begin("argumants").unwrap_err();
        assert_eq!(refused.kind, ErrorKind::ConfigValue);
        assert!(!refused.to_string().contains("s3cret"), "{refused}");
    }

    #[test]
    fn questions_are_answered() {
        let asked = |question: Value| ask(question.to_string().as_bytes()).unwrap();
        let day = asked(json!({"ask": "interval", "text": "2026-03-09", "wall": 0}));
        assert_eq!(day["to"].as_i64().unwrap() - day["from"].as_i64().unwrap(), 86_400_000);
        assert_eq!(
            asked(json!({"ask": "lint", "report": {"report": "conversatio"}, "wall": 0}))[0]["severity"],
            "error"
        );
        assert_eq!(asked(json!({"ask": "explain", "case": {"status": 429}}))["code"], "limit.rate");
        let day = json!({"report": "conversations", "interval": "2026-03-09"});
        assert_eq!(asked(json!({"ask": "plan", "report": day, "pace": 300, "wall": 0}))["lane"], "query");
        assert_eq!(asked(json!({"ask": "advise", "situation": {"browser": true}}))["grant"], "pkce");
        assert!(asked(json!({"ask": "reports"}))["directory"].as_array().unwrap().contains(&json!("of")));
        assert!(asked(json!({"ask": "variables"})).as_array().unwrap().contains(&json!("GENESYSCLOUD_REGION")));
    }
}
