//! Every case of `tests/vectors/login.json` and `plan.json`: beginning a user's log-in, finishing it, advice, what a
//! report would cost.
//!
//! `UPDATE=1` writes what comes out into the files: to be read before it is committed.
#![expect(clippy::disallowed_methods, reason = "tests read files")]

mod scripts;

use pegcount::config::Files;
use pegcount::{Error, wire};
use scripts::{plain, read_file, update_file};
use serde_json::{Value, json};

const FILES: [(&str, &[&str]); 2] = [("login.json", &["begin", "finish", "advise"]), ("plan.json", &["plan"])];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|nth| u8::from_str_radix(&hex[2 * nth..2 * nth + 2], 16).unwrap()).collect()
}

fn gives(kind: &str, case: &Value) -> Result<Value, Error> {
    let text = |key: &str| case[key].as_str().unwrap();
    match kind {
        "begin" => {
            let random = bytes(text("randomness"));
            wire::begin_login(&case["wish"], &random, &case["arguments"], &|_| None, &Files::default())
        }
        "finish" => wire::finish_login(text("came_back"), text("state")).map(|code| json!({"code": code})),
        "advise" => wire::advise(&case["situation"]),
        "plan" => {
            let pace = u32::try_from(case["pace"].as_u64().unwrap()).unwrap();
            wire::plan(&case["report"], pace, case["wall"].as_i64().unwrap())
        }
        _ => panic!("there is no kind `{kind}`"),
    }
}

#[test]
fn every_case_gives_what_it_says() {
    for (file, kinds) in FILES {
        let cases = read_file(file);
        let mut played = cases.clone();
        for (kind, list) in played.as_object_mut().unwrap() {
            for case in list.as_array_mut().unwrap() {
                let given = gives(kind, case).unwrap_or_else(|error| json!({"error": wire::error(&error)}));
                case["gives"] = plain(&given);
            }
        }
        if std::env::var_os("UPDATE").is_some() {
            update_file(file, &played);
            continue;
        }
        assert!(kinds.iter().all(|kind| cases[kind].as_array().is_some_and(|list| list.len() > 4)), "{file}");
        assert_eq!(plain(&cases), plain(&played), "{file}");
    }
}
