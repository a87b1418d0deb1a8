//! The report `conversations`.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::plan::Plan;
use crate::session::Now;

/// The wishes of the report `conversations`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversations {}

impl Conversations {
    pub(crate) fn plan(&self, _now: Now) -> Result<Plan, Error> {
        Err(Error::new(ErrorKind::QueryBody, "not planned"))
    }
}
