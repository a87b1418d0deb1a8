//! What a report would cost, before anything is sent.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::plan::{Ask, Plan, Steps};

/// What a report would cost.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outlook {
    /// The operation that is asked first, or that gives the report its name.
    pub operation: String,
    /// `query`, `job`, `auto`, `listing` or `ids`: how it is asked.
    pub lane: Lane,
    /// Requests, log-ins not counted: so many at the least.
    pub requests: u64,
    /// Whether it is just so many, where nothing goes wrong: how many pages there are is known to the server alone.
    pub exact: bool,
    /// Seconds that these requests take at the pace, at the least.
    pub seconds: u64,
    /// The intervals that are sent, where there are several: the server allows no longer ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<String>,
    /// The first request that serves the report itself.
    pub first: First,
}

/// How a report is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// By a job as far as the data of jobs goes, by query for the rest: how far that is, the server is asked first.
    Auto,
    /// By id, in batches.
    Ids,
    /// By an asynchronous job: complete, and hours late.
    Job,
    /// Page by page of a listing.
    Listing,
    /// At once.
    Query,
}

/// A request, without host and token.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct First {
    /// `GET`, `POST`, …
    pub method: String,
    /// From `/api/v2/` on.
    pub path: String,
    /// The query string, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub query: Vec<(String, String)>,
    /// The JSON body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

impl Plan {
    /// What it would cost at a pace of so many requests a minute.
    pub fn outlook(&self, pace: u32) -> Outlook {
        let nothing = || Ask::get("", crate::look::Look::Json);
        let (lane, requests, exact, windows, first) = match &self.steps {
            Steps::Each(asks) => {
                let lane = if asks.len() > 1 || self.operation.ends_with("/details") { Lane::Ids } else { Lane::Query };
                (lane, asks.len(), true, Vec::new(), asks.first().cloned().unwrap_or_else(nothing))
            }
            Steps::Conversations(pages) => {
                let windows: Vec<String> = pages.windows.iter().map(|window| window.to_wire()).collect();
                let mut body = pages.body.clone();
                if let Some(window) = windows.first() {
                    body.insert("interval".to_owned(), window.as_str().into());
                }
                let paging = [("pageSize".to_owned(), pages.page_size.into()), ("pageNumber".to_owned(), 1.into())];
                body.insert("paging".to_owned(), Value::Object(Map::from_iter(paging)));
                let first = Ask::query(&pages.path, body, crate::look::Look::Conversations);
                (Lane::Query, windows.len(), false, windows, first)
            }
            Steps::Auto(auto) => {
                // The submission, one look, one page; or a page of each window.
                let least = auto.pages.windows.len().min(3) + 1;
                let first = Ask::query(&auto.job.path, auto.job.body.clone(), crate::look::Look::Job);
                (Lane::Auto, least, false, Vec::new(), first)
            }
            Steps::Follow(follow) => (Lane::Listing, 1, false, Vec::new(), follow.ask.clone()),
            Steps::Listing(listing) => (Lane::Listing, 1, false, Vec::new(), listing.ask.clone()),
            Steps::PerEntity(plan) => (Lane::Query, 2, false, Vec::new(), plan.ask.clone()),
            Steps::Job(job) => {
                // Whether the data is there, the submission, one look, one page.
                let requests = if job.known.is_some() { 2 } else { 3 + usize::from(job.complete.is_some()) };
                let first = match &job.known {
                    Some(id) => Ask::get(format!("{}/{id}", job.path), crate::look::Look::Job),
                    None => Ask::query(&job.path, job.body.clone(), crate::look::Look::Job),
                };
                (Lane::Job, requests, false, Vec::new(), first)
            }
        };
        let requests = u64::try_from(requests).unwrap_or(u64::MAX);
        let minutes = requests.saturating_sub(1) / u64::from(pace.max(1));
        Outlook {
            operation: self.operation.clone(),
            lane,
            requests,
            exact,
            seconds: minutes.saturating_mul(60),
            windows: if windows.len() > 1 { windows } else { Vec::new() },
            first: First { method: first.method.to_string(), path: first.path, query: first.query, body: first.body },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::report::Report;
    use crate::time::Now;

    fn outlook(report: Value, pace: u32) -> Outlook {
        let now = Now { mono: 0, wall: 1_773_132_000_000 };
        Report::from_json(&report).unwrap().plan(now).unwrap().outlook(pace)
    }

    #[test]
    fn each_lane() {
        let month = outlook(json!({"report": "conversations", "interval": "2026-01", "via": "query"}), 300);
        assert_eq!((month.lane, month.requests, month.exact, month.windows.len()), (Lane::Query, 5, false, 5));
        assert_eq!(month.first.body.unwrap()["paging"]["pageNumber"], 1);
        let job = outlook(json!({"report": "conversations", "interval": "2026-01", "via": "job"}), 300);
        assert_eq!((job.lane, job.requests, job.first.method.as_str()), (Lane::Job, 4, "POST"));
        let auto = outlook(json!({"report": "conversations", "interval": "2026-01"}), 300);
        assert_eq!((auto.lane, auto.requests, auto.first), (Lane::Auto, 4, job.first));
        assert_eq!(
            outlook(json!({"report": "conversations", "interval": "2026-01-01/2026-01-08"}), 300).lane,
            Lane::Query
        );
        let ids: Vec<String> = (0..120).map(|id| format!("c{id}")).collect();
        let ids = outlook(json!({"report": "conversations", "ids": ids}), 2);
        assert_eq!((ids.lane, ids.requests, ids.exact, ids.seconds), (Lane::Ids, 3, true, 60));
        assert_eq!(outlook(json!({"report": "directory", "of": "users"}), 300).lane, Lane::Listing);
        assert_eq!(outlook(json!({"report": "observations"}), 300).requests, 2);
    }
}
