//! The report `call`: any operation of the API, with paging where its style is known.

mod address;

use std::fmt;

use http::Method;
use serde::Serialize;
use serde_json::{Map, Value};

use self::address::{fill, is_elsewhere, split};
use super::{Via, conversations, directory};
use crate::catalogue::{self, Operation};
use crate::error::{Error, ErrorKind};
use crate::fields::{Field, Misfit, record, word};
use crate::lint::Findings;
use crate::look::Look;
use crate::plan::{Ask, Follow, Listing, PagePlace, Plan, Steps};
use crate::region::Region;
use crate::time::Now;

/// The one operation beside the details of conversations that pages by an object `paging`.
const USER_DETAILS: &str = "/api/v2/analytics/users/details/query";

/// Whether pages are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Paging {
    /// As far as the operation's style is known.
    #[default]
    Auto,
    /// By what the answer says: `cursor`, `nextUri` or `cursors.after`.
    Next,
    /// The one request as written.
    None,
    /// By `pageSize` and `pageNumber`, in the query string or in the body.
    Pages,
}

impl Field for Paging {
    fn read(value: &Value) -> Result<Self, Misfit<'_>> {
        word(value, &[Paging::Auto, Paging::Next, Paging::None, Paging::Pages])
    }
}

/// The wishes of the report `call`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Call {
    /// `GET`, `POST`, …; `GET` unless told.
    pub method: String,
    /// A path that begins with `/api/v2/`, with or without a query string and `{placeholders}`; or a whole URL. A URL
    /// of another origin, as answers name them for files (signed downloads), is fetched without the token.
    pub path: String,
    /// Placeholders, and whatever else goes into the query string; a list repeats its key.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub params: Map<String, Value>,
    /// The JSON body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Whether pages are followed.
    pub paging: Paging,
    /// Entities a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
    /// An operation that the catalogue does not have is an error.
    pub strict: bool,
    /// What an error named to go on where this report ended: what was delivered is not asked again. Of a page that was
    /// being read some may come once more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume: Option<String>,
}

record!(Call: method, path, params, body, paging, page_size, strict, resume);

/// Without the query string, which may be a signature, and without the body.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.path.split('?').next();
        f.debug_struct("Call").field("method", &self.method).field("path", &place).finish_non_exhaustive()
    }
}

impl Call {
    /// The same for a client of a region: a URL of its own API becomes the path that it means.
    pub(crate) fn at(&self, region: &Region) -> Result<Call, Error> {
        Ok(Call { path: address::at(&self.path, region)?.to_owned(), ..self.clone() })
    }

    pub(crate) fn plan(&self, now: Now) -> Result<Plan, Error> {
        let method = self.method()?;
        if is_elsewhere(&self.path) {
            return self.file(&method);
        }
        if self.body.is_some() && matches!(method, Method::GET | Method::HEAD) {
            return Err(refuse(format!("a {method} takes no body")).remedy("send it with POST, or as params"));
        }
        let (template, written) = split(&self.path)?;
        let mut used = Vec::new();
        let path = fill(&template, &self.params, &mut used)?;
        let mut query = written;
        super::params(&self.params, &used, &mut query)?;
        let mut findings = Findings::new(self.strict);
        let known = self.operation(&method, &path, &mut findings)?;
        // A slash too many is no other operation: what is known of one by its path is found by the plain path.
        let (template, path) = match known {
            Some(_) => (catalogue::plain(&template), catalogue::plain(&path)),
            None => (template, path),
        };
        let operation = format!("{method} {template}");
        let repeatable = repeatable(&method, &path);
        let ask = Ask { method, query, body: self.body.clone(), repeatable, ..Ask::get(path, Look::Json) };
        let style = known.map_or(catalogue::Paging::None, Operation::paging);
        let steps = match self.paging {
            Paging::Auto if ask.method == Method::POST && ask.path == conversations::QUERY => {
                return self.details(operation, now);
            }
            Paging::Auto if names_its_page(&ask) => Steps::Each(vec![ask]),
            Paging::Auto => match style {
                catalogue::Paging::Query | catalogue::Paging::Body => self.listing(ask)?,
                catalogue::Paging::Cursor | catalogue::Paging::NextUri => self.follow(ask),
                catalogue::Paging::None => Steps::Each(vec![ask]),
            },
            Paging::Next => self.follow(ask),
            Paging::None => Steps::Each(vec![ask]),
            Paging::Pages => self.listing(ask)?,
        };
        Ok(Plan { operation, steps, warnings: findings.warnings })
    }

    /// A file that an answer named. Whatever is added to a signed URL breaks its signature.
    fn file(&self, method: &Method) -> Result<Plan, Error> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            return Err(refuse(format!("a {method} does not go to another origin than the API")));
        }
        if !self.params.is_empty() {
            return Err(refuse("the URL of a file is complete: params would be added to it".to_owned()));
        }
        let ask = Ask { method: method.clone(), ..Ask::file(&self.path)? };
        let place = ask.path.split('?').next().unwrap_or_default();
        let operation = format!("{method} {place}");
        Ok(Plan { operation, steps: Steps::Each(vec![ask]), warnings: Vec::new() })
    }

    /// The operation as the catalogue knows it. One that is missing there may be newer than the catalogue.
    fn operation(&self, method: &Method, path: &str, findings: &mut Findings) -> Result<Option<Operation>, Error> {
        let known = catalogue::find(method.as_str(), path);
        if known.is_none() {
            let near = catalogue::nearest(method.as_str(), path, 3);
            findings.doubt(
                Error::new(ErrorKind::NotFoundOperation, format!("no operation {method} {path} is known"))
                    .nearest(near.iter().map(ToString::to_string)),
            )?;
        }
        Ok(known)
    }

    fn method(&self) -> Result<Method, Error> {
        let text = if self.method.is_empty() { "GET".to_owned() } else { self.method.trim().to_ascii_uppercase() };
        match Method::from_bytes(text.as_bytes()) {
            Ok(method) if matches!(text.as_str(), "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE") => Ok(method),
            _ => Err(refuse(format!("`{}` is no method of the API", self.method))
                .remedy("write GET, POST, PUT, PATCH or DELETE")),
        }
    }

    fn listing(&self, mut ask: Ask) -> Result<Steps, Error> {
        let place = match (&ask.method, &ask.body) {
            (&Method::GET, _) => PagePlace::Query,
            (&Method::POST, Some(Value::Object(_))) if ask.path == USER_DETAILS => PagePlace::Paging,
            (&Method::POST, Some(Value::Object(_))) => PagePlace::Body,
            (method, _) => {
                return Err(Error::new(
                    ErrorKind::QueryPaging,
                    format!("a {method} without a JSON object as its body has no pages by number"),
                )
                .remedy("leave `paging` out"));
            }
        };
        ask.look = Look::Listing;
        let written = match (place, &mut ask.body) {
            (PagePlace::Body, Some(body)) => take_number(body, "pageSize"),
            (PagePlace::Paging, Some(body)) => {
                body.get_mut("paging").and_then(|paging| take_number(paging, "pageSize"))
            }
            _ => ask.query.iter().find(|(key, _)| key == "pageSize").and_then(|(_, size)| size.parse().ok()),
        };
        ask.query.retain(|(key, _)| key != "pageSize" && key != "pageNumber");
        let wish = self.page_size.or(written);
        // The largest page is known of some operations only; a larger one than it would be refused.
        let usual = directory::is_paged(&ask.path).then_some(directory::PAGE);
        let page_size = match (wish, usual) {
            (None, usual) => usual,
            (wish, _) => Some(super::page_size(wish, directory::PAGE, 500)?),
        };
        Ok(Steps::Listing(Listing { ask, page_size, place }))
    }

    fn follow(&self, mut ask: Ask) -> Steps {
        ask.look = Look::Listing;
        if let Some(size) = self.page_size {
            ask.query.retain(|(key, _)| key != "pageSize");
            ask.query.push(("pageSize".to_owned(), size.to_string()));
        }
        Steps::Follow(Follow { ask, starts: None })
    }

    /// The details query pages by its body: it is planned as the report `conversations` is.
    fn details(&self, operation: String, now: Now) -> Result<Plan, Error> {
        let Some(Value::Object(body)) = &self.body else {
            return Err(refuse("the details query needs a JSON object as its body".to_owned()));
        };
        // Whoever writes a page number wants that page.
        if body.get("paging").is_some_and(|paging| paging.get("pageNumber").is_some()) {
            return Call { paging: Paging::None, ..self.clone() }.plan(now);
        }
        let report = conversations::Conversations {
            query: Some(body.clone()),
            page_size: self.page_size,
            keep_outside: true,
            via: Via::Query,
            ..conversations::Conversations::default()
        };
        Ok(Plan { operation, ..report.plan(now)? })
    }
}

/// Whoever writes a page wants that page.
fn names_its_page(ask: &Ask) -> bool {
    const KEYS: &[&str] = &["pageNumber", "cursor", "after", "before"];
    let body = ask.body.as_ref().and_then(Value::as_object);
    let paging = body.and_then(|body| body.get("paging")).and_then(Value::as_object);
    ask.query.iter().any(|(key, _)| KEYS.contains(&key.as_str()))
        || [body, paging].into_iter().flatten().any(|object| object.keys().any(|key| KEYS.contains(&key.as_str())))
}

fn take_number(object: &mut Value, key: &str) -> Option<u32> {
    object.as_object_mut()?.remove(key)?.as_u64().and_then(|number| u32::try_from(number).ok())
}

/// Whether asking again after a lost answer does no harm: the idempotent methods (RFC 9110 §9.2.2), and the analytics
/// queries, which only read.
fn repeatable(method: &Method, path: &str) -> bool {
    match *method {
        Method::POST => path.starts_with("/api/v2/analytics/") && path.ends_with("/query"),
        Method::PATCH => false,
        _ => true,
    }
}

fn refuse(why: String) -> Error {
    Error::new(ErrorKind::QueryBody, why)
}

#[cfg(test)]
mod tests;
