//! The report `observations`: what is going on at the moment.

use serde::Serialize;
use serde_json::{Map, Value};

use super::filters;
use crate::error::{Error, ErrorKind};
use crate::fields::record;
use crate::json::object;
use crate::lint::vocabulary::{QUEUE_DETAIL_METRICS, QUEUE_DIMENSIONS, QUEUE_METRICS};
use crate::lint::{Findings, body, names};
use crate::look::Look;
use crate::plan::{Ask, PerEntity, Plan, Steps};
use crate::time::Now;

const QUERY: &str = "/api/v2/analytics/queues/observations/query";

/// Queues a request. The API states no largest number of predicates; this keeps bodies near 12 KB.
const QUEUES_A_REQUEST: usize = 100;

/// The wishes of the report `observations`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Observations {
    /// `queues` is the family of this version, and what is meant by nothing.
    pub of: String,
    /// Dimension to value or list of values. Without a `queueId` every queue that the client may see is asked.
    #[serde(rename = "where", skip_serializing_if = "Map::is_empty")]
    pub filter: Map<String, Value>,
    /// Metrics; every one unless told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<String>,
    /// Metrics whose single observations are wanted too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub detail_metrics: Vec<String>,
    /// The API's own body (`QueueObservationQuery`); the other wishes are added to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<Map<String, Value>>,
    /// Unknown names are errors.
    pub strict: bool,
}

record!(Observations: of, filter = "where", metrics, detail_metrics, query, strict);

impl Observations {
    pub(crate) fn plan(&self, _now: Now) -> Result<Plan, Error> {
        if !matches!(self.of.as_str(), "" | "queues") {
            return Err(Error::new(
                ErrorKind::QueryBody,
                format!("there are no observations of `{}` in this version", self.of),
            )
            .evidence("there are: queues"));
        }
        let mut findings = Findings::new(self.strict);
        let mut query = self.query.clone().unwrap_or_default();
        body::check(&mut findings, &query, body::OBSERVATIONS)?;
        super::put_list(&mut query, "metrics", &self.metrics)?;
        super::put_list(&mut query, "detailMetrics", &self.detail_metrics)?;
        query.entry("metrics").or_insert_with(|| QUEUE_METRICS.into());
        let (metrics, details) = (super::strings(&query, "metrics")?, super::strings(&query, "detailMetrics")?);
        names::known(&mut findings, ErrorKind::QueryMetric, "metric", &metrics, &[QUEUE_METRICS])?;
        names::known(&mut findings, ErrorKind::QueryMetric, "detail metric", &details, &[QUEUE_DETAIL_METRICS])?;
        let filter = filters::single(&self.filter, &[QUEUE_DIMENSIONS], &mut findings)?;
        // The API refuses a query without a filter: every queue means each by its id.
        let every = !query.contains_key("filter") && !self.filter.contains_key("queueId");
        match filter {
            Some(filter) => super::put_filter(&mut query, filter)?,
            None if every => super::put_filter(&mut query, object! {"type": "and"})?,
            None => {}
        }
        let ask = Ask::query(QUERY, query, Look::Json);
        let steps = match every {
            false => Steps::Each(vec![ask]),
            true => Steps::PerEntity(PerEntity {
                listing: super::directory::queues(Look::Entities),
                ids_per_request: QUEUES_A_REQUEST,
                dimension: "queueId",
                ask,
            }),
        };
        Ok(Plan { operation: format!("POST {QUERY}"), steps, warnings: findings.warnings })
    }
}
