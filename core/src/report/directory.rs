//! The report `directory`: listings that turn ids into names.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind};
use crate::fields::record;
use crate::look::Look;
use crate::plan::{Ask, Listing, PagePlace, Plan, Steps};
use crate::time::Now;

/// Entities a page where nothing larger is known to be accepted (limits.md: divisionviews take 100 at the most).
pub(crate) const PAGE: u32 = 100;

/// One listing.
struct Kind {
    of: &'static str,
    path: &'static str,
    /// The largest page; `None` for a listing that comes whole.
    page: Option<u32>,
    /// What is asked unless the user says otherwise.
    default: &'static [(&'static str, &'static str)],
}

/// Paths and paging from the public API definition of 2026-07. Users of every state, so that history finds its names;
/// their page of 500 is accepted in practice (limits.md: Estuary's and PostHog's connectors).
#[rustfmt::skip]
const KINDS: &[Kind] = &[
    Kind { of: "users", path: "/api/v2/users", page: Some(500), default: &[("state", "any")] },
    Kind { of: "queues", path: "/api/v2/routing/queues", page: Some(PAGE), default: &[] },
    Kind { of: "wrapup_codes", path: "/api/v2/routing/wrapupcodes", page: Some(PAGE), default: &[] },
    Kind { of: "divisions", path: "/api/v2/authorization/divisions", page: Some(PAGE), default: &[] },
    Kind { of: "skills", path: "/api/v2/routing/skills", page: Some(PAGE), default: &[] },
    Kind { of: "languages", path: "/api/v2/routing/languages", page: Some(PAGE), default: &[] },
    Kind { of: "groups", path: "/api/v2/groups", page: Some(PAGE), default: &[] },
    Kind { of: "locations", path: "/api/v2/locations", page: Some(PAGE), default: &[] },
    Kind { of: "flows", path: "/api/v2/flows", page: Some(PAGE), default: &[] },
    Kind { of: "presence_definitions", path: "/api/v2/presence/definitions", page: None, default: &[] },
];

/// Whether a path is a listing that pages by number.
pub(crate) fn is_paged(path: &str) -> bool {
    KINDS.iter().any(|kind| kind.path == path && kind.page.is_some())
}

/// The queues, for reports that need each by its id.
pub(crate) fn queues(look: Look) -> Listing {
    let ask = Ask::get("/api/v2/routing/queues", look);
    Listing { ask, page_size: Some(PAGE), place: PagePlace::Query }
}

/// The wishes of the report `directory`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Directory {
    /// `users`, `queues`, `wrapup_codes`, `divisions`, `skills`, `languages`, `groups`, `locations`, `flows` or
    /// `presence_definitions`.
    pub of: String,
    /// Further query parameters, such as `{"state": "active"}` or `{"expand": ["skills"]}`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub params: Map<String, Value>,
    /// Entities a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
    /// What an error named to go on where this report ended: what was delivered is not asked again. Of a page that was
    /// being read some may come once more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume: Option<String>,
}

record!(Directory: of, params, page_size, resume);

impl Directory {
    /// Every name that `of` may have.
    pub fn kinds() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|kind| kind.of)
    }

    pub(crate) fn plan(&self, _now: Now) -> Result<Plan, Error> {
        let Some(kind) = KINDS.iter().find(|kind| kind.of == self.of) else {
            return Err(Error::new(
                ErrorKind::QueryBody,
                format!("there is no directory of `{}` in this version", self.of),
            )
            .there_are(&self.of, &Self::kinds().collect::<Vec<_>>()));
        };
        if let Some(key) = ["pageSize", "pageNumber"].iter().find(|key| self.params.contains_key(**key)) {
            return Err(Error::new(ErrorKind::QueryPaging, format!("`{key}` is this library's to count"))
                .remedy("write page_size"));
        }
        let mut query = Vec::new();
        super::params(&self.params, &[], &mut query)?;
        let defaults = kind.default.iter().filter(|(key, _)| !self.params.contains_key(*key));
        query.extend(defaults.map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
        let look = if kind.page.is_some() { Look::Listing } else { Look::Json };
        let ask = Ask { query, ..Ask::get(kind.path, look) };
        let steps = match kind.page {
            Some(page) => Steps::Listing(Listing {
                ask,
                page_size: Some(super::page_size(self.page_size, page, 500)?),
                place: PagePlace::Query,
            }),
            None => Steps::Each(vec![ask]),
        };
        Ok(Plan { operation: format!("GET {}", kind.path), steps, warnings: Vec::new() })
    }
}
