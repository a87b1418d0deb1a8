//! What the organisation tells about its own use: API calls, as they were answered, and its limits.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Page, listing};
use crate::analytics::{interval_of, only, strings};
use crate::catalogue::Found;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::rng::{Rng, key};
use crate::time::{DAY, Interval, day_of, iso};

/// What rows may be grouped by, and what that is called in a row.
const GROUPS: [(&str, &str); 5] = [
    ("OAuthClientId", "clientId"),
    ("OrganizationId", "organizationId"),
    ("UserId", "userId"),
    ("TemplateUri", "templateUri"),
    ("HttpMethod", "httpMethod"),
];

/// A period's start, and the values of the grouping.
type Slot = (i64, Vec<(&'static str, String)>);

impl Org {
    /// `analytics/reporting/exports`: nobody has exported a view.
    pub(crate) fn exports(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        Ok(listing(call, Page::of(call, 500)?, Vec::new()))
    }

    /// `POST usage/query`, `POST oauth/clients/{clientId}/usage/query`.
    pub(crate) fn submit_usage(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        only(&call.body, "ApiUsageOrganizationQuery", &["interval", "granularity", "metrics", "groupBy"])?;
        let interval = interval_of(&call.body)?;
        if interval.end - interval.start > 90 * DAY {
            return Err(Refusal::bad("The interval may not exceed 90 days."));
        }
        for group in strings(&call.body, "groupBy") {
            if !GROUPS.iter().any(|(name, _)| *name == group) {
                return Err(Refusal::value(&group, "groupBy", &GROUPS.map(|(name, _)| name)));
            }
        }
        Ok(self.ask_usage(call, call.body.clone()))
    }

    fn ask_usage(&mut self, call: &Call, query: Value) -> Vec<u8> {
        let id = Rng::new(key(&[self.seed, self.usage.len() as u64, 25])).uuid().to_string();
        let results = match call.params.first() {
            Some(client) => format!("/api/v2/oauth/clients/{client}/usage/query/results/{id}"),
            None => format!("/api/v2/usage/query/{id}/results"),
        };
        self.usage.insert(id.clone(), (call.params.first().cloned(), query));
        json!({"executionId": id, "resultsUri": results}).to_string().into_bytes()
    }

    /// `GET oauth/clients/{clientId}/usage/summary`: a query over the last `days` in UTC, seven unless told.
    pub(crate) fn usage_summary(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let days = match call.parameter("days") {
            None => 7,
            Some(text) => match text.parse::<i64>() {
                Ok(days) if (1..=90).contains(&days) => days,
                _ => return Err(Refusal::parameter(text, "days", "1 to 90")),
            },
        };
        let known = call.params.first().is_some_and(|id| self.clients().find(id).is_some());
        if !known {
            return Err(Refusal::not_found());
        }
        let interval = Interval { start: (day_of(call.now) - days + 1) * DAY, end: call.now + 1 };
        Ok(self.ask_usage(call, json!({"interval": interval.text(), "granularity": "Day"})))
    }

    /// The results: the request log, counted.
    pub(crate) fn usage_results(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let found = call.params.last().and_then(|id| self.usage.get(id));
        let (client, query) = found.ok_or_else(Refusal::not_found)?;
        if call.params.len() > 1 && client.as_ref() != call.params.first() {
            return Err(Refusal::not_found());
        }
        let interval = interval_of(query)?;
        let groups = strings(query, "groupBy");
        let step = match query["granularity"].as_str() {
            Some("Week") => 7 * DAY,
            Some("Month") => 30 * DAY,
            Some(_) => DAY,
            None => interval.end - interval.start,
        };
        let mut rows: BTreeMap<Slot, BTreeMap<&str, i64>> = BTreeMap::new();
        for line in self.answered_calls().filter(|line| interval.start <= line.at && line.at < interval.end) {
            let id = line.client.map(|at| self.clients().list()[at].id.to_string());
            let Some(id) = id.filter(|id| client.as_ref().is_none_or(|wanted| wanted == id)) else { continue };
            let Found::Operation(operation, _) = self.catalogue().find(line.method, line.path) else { continue };
            let values =
                GROUPS.iter().filter(|(name, _)| groups.iter().any(|group| group == name)).map(|(name, key)| {
                    let value = match *name {
                        "OAuthClientId" => id.clone(),
                        "OrganizationId" => self.directory.organization.id.to_string(),
                        "TemplateUri" => operation.path.to_string(),
                        "HttpMethod" => line.method.to_string(),
                        _ => String::new(),
                    };
                    (*key, value)
                });
            let slot = interval.start + (line.at - interval.start) / step * step;
            let row = rows.entry((slot, values.collect())).or_default();
            *row.entry("requests").or_default() += 1;
            let class = match line.status {
                429 => "status429",
                500.. => "status500",
                400..500 => "status400",
                300..400 => "status300",
                _ => "status200",
            };
            *row.entry(class).or_default() += 1;
        }
        let rows = rows.into_iter().map(|((slot, values), counts)| {
            let mut row = Map::new();
            row.extend(values.into_iter().map(|(name, value)| (name.to_string(), json!(value))));
            row.extend(counts.into_iter().map(|(name, count)| (name.to_string(), json!(count))));
            row.insert("date".into(), json!(iso(day_of(slot) * DAY)));
            Value::Object(row)
        });
        let body = json!({"results": rows.collect::<Vec<_>>(), "queryStatus": "Complete"});
        Ok(body.to_string().into_bytes())
    }

    /// The limits this sandbox has, by namespace.
    fn limits(&self) -> [(&'static str, &'static str, i64); 3] {
        [
            ("platform.api", "client.credentials.token.rate.per.minute", self.allowed_rate()),
            ("platform.api", "user.token.rate.per.minute", self.allowed_rate()),
            ("analytics", "analytics.query.paging.max.results", 100_000),
        ]
    }

    /// `organizations/limits/namespaces`.
    pub(crate) fn limit_namespaces(&self) -> Vec<u8> {
        let mut names = self.limits().map(|(namespace, ..)| namespace).to_vec();
        names.dedup();
        let body = json!({"entities": names, "pageSize": 100, "pageNumber": 1, "total": names.len(), "pageCount": 1});
        body.to_string().into_bytes()
    }

    /// `organizations/limits/namespaces/{namespaceName}` and its `defaults`.
    pub(crate) fn limits_of_namespace(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let name = call.params.first().map(String::as_str).unwrap_or_default();
        let limits = self.limits().into_iter().filter(|(namespace, ..)| *namespace == name);
        let limits: Vec<Value> =
            limits.map(|(namespace, key, value)| json!({"key": key, "namespace": namespace, "value": value})).collect();
        if limits.is_empty() {
            return Err(Refusal::not_found());
        }
        Ok(json!({"entities": limits}).to_string().into_bytes())
    }
}
