//! One answer of the server, kept as bytes by the host until someone wants rows.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::{CallId, RequestId};
use crate::error::{Error, ErrorKind};
use crate::report::Report;

/// What `decode` needs beside the bytes. Plain data: it may travel to another thread or WebAssembly instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PageContext {
    /// The call it belongs to.
    pub call: CallId,
    /// The request whose answer it is: the host finds the bytes by it.
    pub request: RequestId,
    /// 1 for the first page of the call.
    pub number: u32,
    /// The report that was asked.
    pub report: Arc<Report>,
    /// Positions in the page to leave out: seen on an earlier page, or outside the asked interval.
    pub skip: Vec<u32>,
    /// The HTTP status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The operation, such as `POST /api/v2/analytics/conversations/details/query`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// How many times the request was sent.
    #[serde(default)]
    pub attempts: u32,
    /// The id to give to Genesys support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl PageContext {
    /// Reads the context of a page event, or `{"report": …}` for bytes saved from anywhere.
    ///
    /// # Errors
    /// `query.body` if it is neither, and the errors of [`Report::from_json`].
    pub fn from_json(value: &Value) -> Result<Self, Error> {
        match value.get("number") {
            Some(_) => Self::deserialize(value).map_err(|error| Error::new(ErrorKind::QueryBody, error.to_string())),
            None => Ok(Self::of(Report::from_json(value.get("report").unwrap_or(&Value::Null))?)),
        }
    }

    /// A context for bytes saved from anywhere: nothing is left out.
    pub fn of(report: Report) -> Self {
        PageContext {
            call: CallId(0),
            request: RequestId(0),
            number: 1,
            report: Arc::new(report),
            skip: Vec::new(),
            status: None,
            operation: None,
            attempts: 0,
            request_id: None,
        }
    }
}
