//! The report `availability`: up to when the data that jobs read is complete.

use serde::Serialize;

use crate::error::{Error, ErrorKind};
use crate::fields::record;
use crate::look::Look;
use crate::plan::{Ask, Plan, Steps};

/// What is read by jobs of its own store (limits.md, "Data availability").
const KINDS: &[(&str, &str)] = &[
    ("conversations", "/api/v2/analytics/conversations/details/jobs/availability"),
    ("users", "/api/v2/analytics/users/details/jobs/availability"),
];

/// The wishes of the report `availability`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Availability {
    /// `conversations`, which is meant by nothing, or `users`.
    pub of: String,
}

record!(Availability: of);

impl Availability {
    /// What is meant: by its name.
    pub(crate) fn of(&self) -> &str {
        if self.of.is_empty() { "conversations" } else { &self.of }
    }

    pub(crate) fn plan(&self) -> Result<Plan, Error> {
        let Some((_, path)) = KINDS.iter().find(|(of, _)| *of == self.of()) else {
            return Err(Error::new(ErrorKind::QueryBody, format!("no data availability of `{}` is known", self.of))
                .there_are(&self.of, &KINDS.iter().map(|(of, _)| *of).collect::<Vec<_>>()));
        };
        Ok(Plan {
            operation: format!("GET {path}"),
            steps: Steps::Each(vec![Ask::get(*path, Look::Json)]),
            warnings: Vec::new(),
        })
    }
}
