//! What every host asks for in the same way: a session, the tables of an answer, what is wrong with a report.

use serde::Serialize;
use serde_json::{Map, Value};

use super::error;
use crate::config::{Arguments, Environment, Files, resolve};
use crate::error::Error;
use crate::json::{self, object};
use crate::lint::{Finding, Level, lint};
use crate::report::Report;
use crate::session::Session;
use crate::time::Now;

/// What a host wants to know of a new session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// The file name under which the token may be shared; none for a ready token.
    pub token_key: Option<String>,
    /// Base of the API host, without a slash at the end.
    pub api: String,
    /// Base of the login host, likewise.
    pub login: String,
}

/// Resolves a configuration, `arguments` in the shape of [`Arguments`], and begins a session.
///
/// # Errors
/// `config.*`.
pub fn open(arguments: &Value, environment: &Environment<'_>, files: &Files) -> Result<(Session, Opened), Error> {
    let config = resolve(Arguments::from_json(arguments)?, environment, files)?;
    let (api, login) = (config.region.api_url(""), config.region.login_url(""));
    let opened = Opened { token_key: config.token_key(), api, login };
    Ok((Session::new(config), opened))
}

/// What is wrong with a report: `[{"severity": "error" or "warning", "error"}, …]`. `wall` is the present.
pub fn findings(report: &Value, wall: i64) -> Value {
    let found = match Report::from_json(report) {
        Ok(report) => lint(&report, Now { mono: 0, wall }),
        Err(error) => vec![Finding { level: Level::Error, error }],
    };
    found.iter().map(|found| object! {"severity": json::of(&found.level), "error": error(&found.error)}).collect()
}

/// What a report would cost at a pace of so many requests a minute, without anything being sent: the fields of
/// [`crate::outlook::Outlook`], and the `warnings` of its lint. `wall` is the present.
///
/// # Errors
/// `query.*` where the server would certainly refuse.
pub fn plan(report: &Value, pace: u32, wall: i64) -> Result<Value, Error> {
    let plan = Report::from_json(report)?.plan(Now { mono: 0, wall })?;
    let warnings: Vec<Value> = plan.warnings.iter().map(error).collect();
    Ok(super::tagged(json::of(&plan.outlook(pace)), object! {"warnings": warnings}))
}

/// The fields of every report, by its name.
pub fn reports() -> Value {
    let fields = |name: &&str| Some(((*name).to_owned(), Report::fields(name)?.into()));
    Value::Object(Report::NAMES.iter().filter_map(fields).collect::<Map<_, _>>())
}

/// The tables of an answer, or those named: `context` is that of a page, or `{"report": …}` for bytes saved from
/// anywhere. Pure, in any thread.
///
/// # Errors
/// Those of [`crate::PageContext::from_json`] and [`crate::decode_only`].
#[cfg(feature = "tables")]
pub fn decode(context: &Value, body: &[u8], names: Option<&[String]>) -> Result<crate::tables::Tables, Error> {
    let context = crate::PageContext::from_json(context)?;
    match names {
        None => crate::tables::decode(&context, body),
        Some(names) => {
            crate::tables::decode_only(&context, body, &names.iter().map(String::as_str).collect::<Vec<_>>())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn a_session_tells_its_addresses_without_a_slash() {
        let arguments = json!({"region": "eu_west_1", "client_id": "id", "client_secret": "s3cret", "seed": 1});
        let (_, opened) = open(&arguments, &|_| None, &Files::new(None, None)).unwrap();
        assert_eq!(opened.api, "https://api.mypurecloud.ie");
        assert_eq!(opened.login, "https://login.mypurecloud.ie");
        assert!(opened.token_key.is_some());
        let ready = json!({"region": "eu_west_1", "token": "t0ken", "seed": 1});
        let (_, opened) = open(&ready, &|_| None, &Files::new(None, None)).unwrap();
        assert_eq!(opened.token_key, None);
        let refused = open(&json!({"region": "nowhere"}), &|_| None, &Files::new(None, None));
        assert_eq!(refused.map(|_| ()).unwrap_err().kind, ErrorKind::ConfigRegion);
    }

    #[test]
    fn findings_have_one_shape() {
        let unknown = findings(&json!({"report": "conversatio"}), 0);
        assert_eq!((&unknown[0]["severity"], &unknown[0]["error"]["class"]), (&json!("error"), &json!("Query")));
        let good = json!({"report": "directory", "of": "queues"});
        assert_eq!(findings(&good, 0), json!([]));
        assert!(reports()["directory"].as_array().unwrap().contains(&json!("of")));
    }

    #[cfg(feature = "tables")]
    #[test]
    fn tables_are_read_all_or_by_name() {
        let context = json!({"report": {"report": "conversations"}});
        let names = |names: Option<&[String]>| {
            let tables = decode(&context, b"{}", names).unwrap();
            tables.iter().map(|table| table.name.to_string()).collect::<Vec<_>>()
        };
        assert!(names(None).len() > 1);
        assert_eq!(names(Some(&["segments".to_owned()])), ["segments"]);
        assert_eq!(decode(&json!({"number": 1}), b"{}", None).unwrap_err().kind, ErrorKind::QueryBody);
    }
}
