//! The report `aggregates`: metrics over an interval, grouped by dimensions.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Via, filters};
use crate::error::{Error, ErrorKind};
use crate::fields::record;
use crate::lint::vocabulary::{AGGREGATES, Family};
use crate::lint::{Findings, body, names, span};
use crate::look::Look;
use crate::plan::{Ask, Follow, Job, Plan, Steps};
use crate::time::Now;
use crate::time::{DAY, Interval, Zone};

/// The wishes of the report `aggregates`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Aggregates {
    /// The family; `conversations` is the one of this version, and what is meant by nothing.
    pub of: String,
    /// `yesterday`, `last-24h`, `2026-03-09/2026-03-10`, …: every form that `Interval::parse` reads.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub interval: String,
    /// Dimensions to group by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub group_by: Vec<String>,
    /// Metrics, at least one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<String>,
    /// An ISO 8601 period such as `PT30M` or `P1D`; the whole interval unless told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granularity: Option<String>,
    /// The IANA zone whose days the interval and the granularity mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Dimension to value, list of values, `{"exists": true}` or range.
    #[serde(rename = "where", skip_serializing_if = "Map::is_empty")]
    pub filter: Map<String, Value>,
    /// The API's own body (`ConversationAggregationQuery`); the other wishes are added to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<Map<String, Value>>,
    /// How to ask: `query` (what `auto` means) or `job`, for answers that are too large for one.
    pub via: Via,
    /// The id of a job that was submitted earlier: its results are read, nothing is submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// One row a group and bucket with a column a metric, instead of one row a metric.
    pub wide: bool,
    /// Unknown names are errors.
    pub strict: bool,
}

record!(Aggregates: of, interval, group_by, metrics, granularity, time_zone, filter = "where", query, via, job, wide, strict);

/// Where the jobs of a family are submitted.
fn jobs(family: &Family) -> String {
    format!("{}/jobs", family.path.strip_suffix("/query").unwrap_or(family.path))
}

fn job(path: String, body: Map<String, Value>, known: Option<String>) -> Steps {
    let results = Follow { ask: Ask::get("", Look::Listing), starts: None };
    Steps::Job(Box::new(Job { path, body, complete: None, results, known }))
}

impl Aggregates {
    fn family(&self) -> Result<&'static Family, Error> {
        let of = if self.of.is_empty() { "conversations" } else { &self.of };
        AGGREGATES.iter().find(|family| family.of == of).ok_or_else(|| {
            let names: Vec<&str> = AGGREGATES.iter().map(|family| family.of).collect();
            Error::new(ErrorKind::QueryBody, format!("there are no aggregates of `{of}` in this version"))
                .there_are(of, &names)
                .remedy("ask with the report `call` meanwhile: POST /api/v2/analytics/<family>/aggregates/query")
        })
    }

    pub(crate) fn plan(&self, now: Now) -> Result<Plan, Error> {
        let family = self.family()?;
        if let Some(id) = &self.job {
            return self.resume(family, id);
        }
        let mut findings = Findings::new(self.strict);
        let mut query = self.query.clone().unwrap_or_default();
        let keys = if self.via == Via::Job { body::AGGREGATES_JOB } else { body::AGGREGATES };
        body::check(&mut findings, &query, keys)?;
        let asked = super::take_interval(&mut query, &self.interval, self.time_zone.as_deref(), now)?;
        span::future(&mut findings, asked, now)?;
        span::year(&mut findings, asked)?;
        query.insert("interval".to_owned(), asked.to_wire().into());
        super::put_list(&mut query, "groupBy", &self.group_by)?;
        super::put_list(&mut query, "metrics", &self.metrics)?;
        if let Some(zone) = &self.time_zone {
            query.insert("timeZone".to_owned(), Zone::parse(zone)?.name().into());
        }
        if let Some(granularity) = &self.granularity {
            query.insert("granularity".to_owned(), granularity.as_str().into());
        }
        let dimensions = [family.group_by, family.filter_only];
        if let Some(filter) = filters::single(&self.filter, &dimensions, &mut findings)? {
            super::put_filter(&mut query, filter)?;
        }
        let metrics = super::strings(&query, "metrics")?;
        if metrics.is_empty() && !query.contains_key("views") {
            return Err(Error::new(ErrorKind::QueryMetric, "no metrics are given: the API asks for at least one")
                .remedy("write metrics, such as nOffered, tAnswered, tHandle, tAbandon"));
        }
        names::known(&mut findings, ErrorKind::QueryMetric, "metric", &metrics, &[family.metrics])?;
        let groups = super::strings(&query, "groupBy")?;
        self.check_groups(family, &groups, &mut findings)?;
        self.check_granularity(&query, asked, &mut findings)?;
        let (path, steps) = match self.via {
            Via::Auto | Via::Query => {
                (family.path.to_owned(), Steps::Each(vec![Ask::query(family.path, query, Look::Json)]))
            }
            Via::Job => {
                let path = jobs(family);
                (path.clone(), job(path, query, None))
            }
        };
        Ok(Plan { operation: format!("POST {path}"), steps, warnings: findings.warnings })
    }

    /// The results of a job that was submitted earlier.
    fn resume(&self, family: &Family, id: &str) -> Result<Plan, Error> {
        let mut rest = self.clone();
        (rest.job, rest.of, rest.via, rest.wide) = (None, String::new(), Via::Auto, false);
        if rest != Aggregates::default() {
            return Err(Error::new(ErrorKind::QueryBody, "`job` is given beside what was asked when it was submitted")
                .remedy("write `of` and `job` alone"));
        }
        let path = jobs(family);
        let known = super::job_id(id)?;
        Ok(Plan {
            operation: format!("GET {path}/{{jobId}}"),
            steps: job(path, Map::new(), Some(known)),
            warnings: Vec::new(),
        })
    }

    fn check_groups(&self, family: &Family, groups: &[String], findings: &mut Findings) -> Result<(), Error> {
        for name in groups.iter().filter(|name| family.filter_only.contains(&name.as_str())) {
            let what = format!("`{name}` filters but does not group");
            findings.doubt(Error::new(ErrorKind::QueryDimension, what).remedy("write it in `where`"))?;
        }
        names::known(findings, ErrorKind::QueryDimension, "dimension", groups, &[family.group_by, family.filter_only])
    }

    fn check_granularity(
        &self,
        query: &Map<String, Value>,
        asked: Interval,
        findings: &mut Findings,
    ) -> Result<(), Error> {
        let Some(granularity) = query.get("granularity") else { return Ok(()) };
        let Some(text) = granularity.as_str() else {
            return Err(Error::new(ErrorKind::QueryGranularity, "the granularity is not text"));
        };
        names::granularity(text)?;
        // Days of the answer begin at midnight of `timeZone`, UTC unless told (public API definition).
        let days = !text.contains('T');
        if days && !query.contains_key("timeZone") && asked.from.rem_euclid(DAY) != 0 {
            findings.doubt(
                Error::new(
                    ErrorKind::QueryGranularity,
                    format!("`{text}` cuts at midnights of UTC, and {} is none", crate::time::iso(asked.from)),
                )
                .remedy("give time_zone, so that days are local days"),
            )?;
        }
        Ok(())
    }
}
