//! The report `aggregates`.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::plan::Plan;
use crate::session::Now;

/// The wishes of the report `aggregates`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aggregates {}

impl Aggregates {
    pub(crate) fn plan(&self, _now: Now) -> Result<Plan, Error> {
        Err(Error::new(ErrorKind::QueryBody, "not planned"))
    }
}
