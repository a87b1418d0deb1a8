//! Every script in `tests/vectors/session` runs as it says; CONTRIBUTING describes the format.
//!
//! `UPDATE=1` writes what happens into the scripts: to be read before it is committed.
#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests read files, and print"
)]

mod scripts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Once;

use pegcount::config::{Arguments, Files, resolve};
use pegcount::tables::{self, write};
use pegcount::{AskId, CallId, Config, Error, ErrorKind, Look, Now, PageContext, Report, RequestId, Session, wire};
use scripts::{plain, read, update};
use serde::Deserialize;
use serde_json::{Value, json};

/// A session on the script's clock.
struct Stage {
    session: Session,
    now: Now,
    looks: BTreeMap<u64, Look>,
    bodies: BTreeMap<u64, Value>,
    /// The latest page, for a `decode` whose author left it out.
    page: Value,
}

/// Runs a script, and returns it with everything that happened in the places of what was expected.
fn play(name: &str, script: &Value) -> Value {
    // Shown where a step panics.
    println!("{name}");
    let mut played = script.clone();
    let opened = config(&script["config"]);
    let steps = played["script"].as_array_mut().expect("a list of steps");
    match opened {
        Err(error) => {
            assert!(steps.is_empty(), "nothing happens without a session");
            played["config"]["gives"] = plain(&refused(&error));
        }
        Ok(config) => {
            let wall = script["wall"].as_i64().expect("the wall clock's beginning");
            let mut stage = Stage {
                session: Session::new(config),
                now: Now { mono: 0, wall },
                looks: BTreeMap::new(),
                bodies: BTreeMap::new(),
                page: Value::Null,
            };
            steps.iter_mut().for_each(|step| stage.step(step));
        }
    }
    played
}

fn config(given: &Value) -> Result<Config, Error> {
    let environment = |name: &str| given["environment"].get(name)?.as_str().map(str::to_owned);
    Arguments::from_json(&given["arguments"]).and_then(|arguments| resolve(arguments, &environment, &Files::default()))
}

fn refused(error: &Error) -> Value {
    json!({"error": wire::error(error)})
}

impl Stage {
    fn step(&mut self, step: &mut Value) {
        let (name, given) = step.as_object().and_then(|step| step.iter().next()).expect("a step has a name");
        let (name, given, now) = (name.clone(), given.clone(), self.now);
        let number = |value: &Value| value.as_u64().unwrap_or_else(|| panic!("{name} takes a number: {value}"));
        let id = || number(&given["id"]);
        match name.as_str() {
            "start" => {
                let started = self.start(&given).map_or_else(|error| refused(&error), |id| json!({"call": id}));
                step["gives"] = plain(&started);
            }
            "pull" => self.session.pull(CallId(number(&given)), now),
            "cancel" => self.session.cancel(CallId(number(&given)), now),
            "pass" => {
                self.now.mono += number(&given);
                self.now.wall += given.as_i64().expect("milliseconds");
            }
            "jump" => self.now.wall += given.as_i64().expect("milliseconds"),
            "poll" => step["poll"] = self.poll(),
            "answer" => self.answer(id(), &given),
            "fail" => {
                let failure = wire::failure(&given["failure"]).expect("a failure");
                self.session.handle_failure(RequestId(id()), failure, now);
            }
            "store" => {
                let answer = wire::store_answer(&given["answer"]).expect("an answer of the store");
                self.session.handle_store(AskId(id()), answer, now);
            }
            "credentials" => {
                let answer = wire::provided(&given["answer"]).expect("an answer of the provider");
                self.session.handle_credentials(AskId(id()), answer, now);
            }
            "notices" => {
                let told = std::iter::from_fn(|| self.session.observe());
                step["notices"] = told.map(|notice| plain(&wire::notice(&notice))).collect();
            }
            "decode" => self.decode(step),
            _ => panic!("there is no step `{name}`"),
        }
    }

    fn start(&mut self, given: &Value) -> Result<u64, Error> {
        let options = wire::call_options(&given["options"])?;
        let report = Report::from_json(&given["report"])?;
        self.session.start(report, options, self.now).map(|call| call.0)
    }

    fn poll(&mut self) -> Value {
        let mut orders = Vec::new();
        loop {
            let order = wire::action(&self.session.poll(self.now));
            if order["action"] == "send" {
                let look = Look::deserialize(&order["look"]).expect("a look travels");
                self.looks.insert(order["id"].as_u64().expect("an id"), look);
            }
            if order["event"] == "page" {
                self.page = plain(&order["page"]);
            }
            let is_last = order["action"] == "wait" || order["action"] == "idle";
            orders.push(plain(&order));
            if is_last {
                return Value::Array(orders);
            }
        }
    }

    fn answer(&mut self, id: u64, given: &Value) {
        let status = given["status"].as_u64().and_then(|status| u16::try_from(status).ok()).expect("a status");
        let headers = Vec::<(String, String)>::deserialize(&given["headers"]).expect("pairs of texts");
        let body = given["body"].as_str().expect("a text");
        let look = self.looks.get(&id).unwrap_or_else(|| panic!("request {id} was never ordered"));
        let seen = pegcount::inspect(*look, status, pegcount::Headers::from_pairs(&headers), body.as_bytes());
        // Carried as a host does that looks at answers in another instance.
        let seen = wire::read_seen(&wire::seen(&seen)).expect("what was seen travels");
        self.bodies.insert(id, body.into());
        self.session.handle_response(RequestId(id), seen, self.now);
    }

    /// A page or body that the author left out is the latest.
    fn decode(&mut self, step: &mut Value) {
        let given = &mut step["decode"];
        if given["page"].is_null() {
            given["page"] = self.page.clone();
        }
        if given["body"].is_null() {
            given["body"] = given["page"]["request"].as_u64().and_then(|id| self.bodies.get(&id)).cloned().into();
        }
        let context = match given["page"].get("number") {
            Some(_) => PageContext::deserialize(&given["page"]).expect("the context of a page"),
            None => PageContext::of(Report::from_json(&given["page"]["report"]).expect("a report")),
        };
        let (body, name) = (given["body"].as_str().expect("a body"), given["table"].as_str().expect("a table"));
        let csv = tables::decode_only(&context, body.as_bytes(), &[name]).map(|tables| {
            let batch = &tables.get(name).expect("the table that was asked for").batch;
            let mut csv = Vec::new();
            write::csv_header(&batch.schema(), &mut csv);
            write::csv_rows(batch, &mut csv);
            String::from_utf8(csv).expect("CSV is text")
        });
        step["gives"] = plain(&csv.map_or_else(|error| refused(&error), |csv| json!({"csv": csv})));
    }
}

/// Every script by its name; updated first where that is wanted.
fn scripts() -> Vec<(String, Value)> {
    static UPDATED: Once = Once::new();
    UPDATED.call_once(|| {
        if std::env::var_os("UPDATE").is_some() {
            read().into_iter().for_each(|(name, script)| update(&name, &play(&name, &script)));
        }
    });
    read()
}

#[test]
fn every_script_runs_as_it_says() {
    let scripts = scripts();
    assert!(scripts.len() >= 60, "the scripts were found");
    for (name, script) in scripts {
        let played = play(&name, &script);
        let steps = |script: &Value| script["script"].as_array().cloned().unwrap_or_default();
        assert_eq!(plain(&script["config"]), plain(&played["config"]), "{name}");
        for (nth, (expected, happened)) in steps(&script).iter().zip(steps(&played)).enumerate() {
            assert_eq!(plain(expected), plain(&happened), "{name}, step {nth}");
        }
    }
}

/// The values of a key, wherever it stands.
fn values<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get(key));
            map.values().for_each(|value| values(value, key, found));
        }
        Value::Array(items) => items.iter().for_each(|item| values(item, key, found)),
        _ => {}
    }
}

/// Which texts stand at a key in any script.
fn texts(key: &str) -> BTreeSet<String> {
    let scripts = scripts();
    let mut found = Vec::new();
    scripts.iter().for_each(|(_, script)| values(script, key, &mut found));
    found.into_iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn assert_all(key: &str, wanted: &[&str]) {
    let found = texts(key);
    let missing: Vec<_> = wanted.iter().filter(|wanted| !found.contains(**wanted)).collect();
    assert!(missing.is_empty(), "no script has a `{key}` of {missing:?}");
}

#[test]
fn whatever_crosses_the_border_is_in_some_script() {
    assert_all("report", Report::NAMES);
    assert_all("of", &pegcount::report::directory::Directory::kinds().collect::<Vec<_>>());
    assert_all("action", &["send", "abort", "store", "credentials", "emit", "wait", "idle"]);
    assert_all("event", &["page", "done", "failed"]);
    assert_all("op", &["load", "lock", "save", "unlock"]);
    assert_all("look", &["token", "json", "conversations", "listing", "entities", "job", "availability"]);
    assert_all("why", &["answer", "job", "log_in", "limit", "pace", "retry", "sharing", "pull"]);
    assert_all("advice", &["never", "later", "may_be_done"]);
    let causes = ["broken", "cancelled", "dns", "proxy", "redirected", "refused", "timeout", "tls", "too_large"];
    assert_all("cause", &causes);
    let notices = ["job", "limit", "lint", "minted", "pace", "progress", "retry", "shared", "store", "token_refused"];
    assert_all("kind", &notices);
}

#[test]
fn every_error_is_in_some_script() {
    let found = texts("code");
    for kind in ErrorKind::ALL {
        assert!(found.contains(kind.code()), "{}", kind.code());
    }
}

#[test]
fn no_script_tells_a_secret() {
    for (name, script) in scripts() {
        let arguments = &script["config"]["arguments"];
        let settings = ["client_secret", "token", "code", "code_verifier", "refresh_token", "saml_assertion"];
        let mut secrets: Vec<&str> = settings.iter().filter_map(|name| arguments[*name].as_str()).collect();
        let mut provided = Vec::new();
        values(&script, "client_secret", &mut provided);
        secrets.extend(provided.into_iter().filter_map(Value::as_str));
        let mut bodies = Vec::new();
        values(&script, "body", &mut bodies);
        let tokens: Vec<Value> = bodies.iter().filter_map(|body| serde_json::from_str(body.as_str()?).ok()).collect();
        let tokens = tokens.iter().flat_map(|body| [&body["access_token"], &body["refresh_token"]]);
        secrets.extend(tokens.filter_map(Value::as_str));
        let mut told = Vec::new();
        for key in ["error", "notices", "summary"] {
            values(&script, key, &mut told);
        }
        for told in told {
            let told = told.to_string();
            assert!(secrets.iter().all(|secret| secret.is_empty() || !told.contains(secret)), "{name}: {told}");
        }
    }
}
