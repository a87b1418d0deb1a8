//! What the organisation tells about its own use: API calls, as they were answered, and its limits.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::schedules::{date, monday};
use super::{Page, check_word, check_words, listing, number};
use crate::analytics::{interval_of, only, strings};
use crate::catalogue::Found;
use crate::org::{Call, LARGEST_BODY, Org, Stage, USUAL_RATE};
use crate::refusal::Refusal;
use crate::rng::{Rng, key};
use crate::time::{DAY, Interval, day_of, iso, parse_iso};

/// What rows may be grouped by; those of one client by all but the user.
const GROUPS: [&str; 5] = ["OAuthClientId", "OrganizationId", "TemplateUri", "HttpMethod", "UserId"];

/// Metrics, and what they are called in a row.
const METRICS: [(&str, &str); 6] = [
    ("Status200", "status200"),
    ("Status300", "status300"),
    ("Status400", "status400"),
    ("Status500", "status500"),
    ("Status429", "status429"),
    ("Requests", "requests"),
];

/// Namespaces of limits; of the last four no key is known.
const NAMESPACES: [&str; 6] = ["platform.api", "analytics", "analytics.realtime", "auth.api", "audit", "usage"];

/// How far back may be asked (`ClientPublicApiUsageQueryRequest`: a year).
const OLDEST: i64 = 366 * DAY;

/// A period's first day, and the values of the grouping in the order of a row.
type Slot = (Option<i64>, [String; 6]);

impl Org {
    /// `analytics/reporting/exports`: nobody has exported a view.
    pub(crate) fn exports(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        Ok(listing(call, Page::of(call, 500)?, Vec::new()))
    }

    /// `POST usage/query`, `POST oauth/clients/{clientId}/usage/query`.
    pub(crate) fn submit_usage(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let (object, groups) = match call.params.first() {
            Some(client) => {
                self.clients().find(client).ok_or_else(Refusal::not_found)?;
                ("ApiUsageClientQuery", &GROUPS[..4])
            }
            None => ("ApiUsageOrganizationQuery", &GROUPS[..]),
        };
        only(&call.body, object, &["interval", "granularity", "metrics", "groupBy"])?;
        check_word(&call.body, "granularity", &["Day", "Week", "Month"])?;
        check_words(&call.body, "metrics", &METRICS.map(|(name, _)| name))?;
        check_words(&call.body, "groupBy", groups)?;
        let interval = interval_of(&call.body)?;
        // Months are asked for whole: three of them have up to 92 days.
        let (most, months) = match call.body["granularity"].as_str() {
            Some("Month") => ("three months", Interval::parse(&format!("{}/P3M", iso(interval.start)))),
            _ => ("90 days", None),
        };
        if interval.end > months.map_or(interval.start + 90 * DAY, |months| months.end) {
            return Err(Refusal::bad(format!("The interval may not exceed {most}.")));
        }
        if interval.start < call.now - OLDEST {
            return Err(Refusal::bad("The interval may not begin more than a year ago."));
        }
        Ok(self.ask_usage(call, call.body.clone()))
    }

    fn ask_usage(&mut self, call: &Call, query: Value) -> Vec<u8> {
        let id = Rng::new(key(&[self.seed, self.usage.len() as u64, 25])).uuid().to_string();
        let results = match call.params.first() {
            Some(client) => format!("/api/v2/oauth/clients/{client}/usage/query/results/{id}"),
            None => format!("/api/v2/usage/query/{id}/results"),
        };
        let fate = self.job_fate((call.path, call.now), 0, i64::MAX);
        self.usage.insert(id.clone(), (call.params.first().cloned(), query, fate));
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
        let (client, query, fate) = found.ok_or_else(Refusal::not_found)?;
        if call.params.len() > 1 && client.as_ref() != call.params.first() {
            return Err(Refusal::not_found());
        }
        let without = |status: &str| Ok(json!({"results": [], "queryStatus": status}).to_string().into_bytes());
        match fate.stage(call.now) {
            Stage::AtWork => return without("Running"),
            Stage::Failed => return without("Failed"),
            Stage::Gone => return Err(Refusal::not_found()),
            Stage::Done => {}
        }
        let interval = interval_of(query)?;
        let mut groups = strings(query, "groupBy");
        if groups.is_empty() {
            groups.push(GROUPS[0].into());
        }
        let period = |at: i64| match query["granularity"].as_str()? {
            "Week" => Some(monday(day_of(at))),
            "Month" => parse_iso(&format!("{}-01T00:00Z", &iso(at)[..7])).map(day_of),
            _ => Some(day_of(at)),
        };
        let mut rows: BTreeMap<Slot, BTreeMap<&str, i64>> = BTreeMap::new();
        for line in self.answered_calls().filter(|line| interval.start <= line.at && line.at < interval.end) {
            let Some(of) = line.client.map(|at| &self.clients().list()[at]) else { continue };
            if client.as_ref().is_some_and(|wanted| *wanted != of.id.to_string()) {
                continue;
            }
            let Found::Operation(operation, _) = self.catalogue().find(line.method, line.path) else { continue };
            let user = line.client.and_then(|at| self.clients().user_of(at));
            let value = |group: &str, value: String| {
                if groups.iter().any(|asked| asked == group) { value } else { String::new() }
            };
            let values = [
                value("OAuthClientId", of.id.to_string()),
                value("OAuthClientId", of.name.to_string()),
                value("OrganizationId", self.directory.organization.id.to_string()),
                value("UserId", user.map(|id| id.to_string()).unwrap_or_default()),
                value("TemplateUri", operation.path.trim_start_matches('/').to_string()),
                value("HttpMethod", line.method.to_string()),
            ];
            let row = rows.entry((period(line.at), values)).or_default();
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
        let metrics = strings(query, "metrics");
        let wanted = METRICS.iter().filter(|(name, _)| metrics.is_empty() || metrics.iter().any(|asked| asked == name));
        let wanted: Vec<&str> = wanted.map(|(_, key)| *key).collect();
        let rows = rows.into_iter().map(|((day, values), counts)| {
            let names = ["clientId", "clientName", "organizationId", "userId", "templateUri", "httpMethod"];
            let mut row: Map<String, Value> =
                names.into_iter().zip(values).map(|(name, value)| (name.to_string(), json!(value))).collect();
            row.extend(wanted.iter().map(|key| (key.to_string(), json!(counts.get(key).copied().unwrap_or_default()))));
            // The only dates of the API that were seen without milliseconds.
            row.extend(day.map(|day| ("date".to_string(), json!(format!("{}T00:00:00Z", date(day))))));
            Value::Object(row)
        });
        let body = json!({"results": rows.collect::<Vec<_>>(), "queryStatus": "Complete"});
        Ok(body.to_string().into_bytes())
    }

    /// The limits of an organisation whose tokens may make so many requests in a minute.
    fn limits(rate: i64) -> [(&'static str, &'static str, i64); 5] {
        [
            ("platform.api", "client.credentials.token.rate.per.minute", rate),
            ("platform.api", "token.rate.per.minute", rate),
            ("platform.api", "org.app.user.rate.per.minute", 3_000),
            ("platform.api", "request.bytes.max", LARGEST_BODY as i64),
            ("analytics", "analytics.query.paging.max.results", 100_000),
        ]
    }

    /// `organizations/limits/namespaces`.
    pub(crate) fn limit_namespaces(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let (size, at) = (number(call, "pageSize", 100, 500)?, number(call, "pageNumber", 1, i32::MAX as usize)?);
        let shown: Vec<&str> = NAMESPACES.into_iter().skip((at - 1) * size).take(size).collect();
        let (count, pages) = (NAMESPACES.len(), NAMESPACES.len().div_ceil(size));
        let body = json!({"entities": shown, "pageSize": size, "pageNumber": at, "total": count, "pageCount": pages});
        Ok(body.to_string().into_bytes())
    }

    /// `organizations/limits/namespaces/{namespaceName}` and its `defaults`.
    pub(crate) fn limits_of_namespace(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let name = call.params.first().map(String::as_str).unwrap_or_default();
        if !NAMESPACES.contains(&name) {
            return Err(Refusal::not_found());
        }
        let rate = if call.path.ends_with("/defaults") { USUAL_RATE } else { self.allowed_rate() };
        let limits = Self::limits(rate).into_iter().filter(|(namespace, ..)| *namespace == name);
        let limits: Vec<Value> =
            limits.map(|(namespace, key, value)| json!({"key": key, "namespace": namespace, "value": value})).collect();
        Ok(json!({"entities": limits}).to_string().into_bytes())
    }
}
