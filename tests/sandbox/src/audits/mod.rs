//! Audits: who changed what. A query is queued, runs and then has results; what is recent is told at once.

pub(crate) mod events;

use serde_json::{Map, Value, json};

use crate::analytics::jobs::{cursor_of, offset_of};
use crate::analytics::{interval_of, only};
use crate::entities::named;
use crate::org::{Call, Fate, Org, Stage};
use crate::refusal::Refusal;
use crate::rng::{Rng, key};
use crate::time::{DAY, Interval, SECOND, iso};
use events::Event;

type Answer = Result<Vec<u8>, Refusal>;

/// The longest interval of a query ("Audit Wiki" of developer.genesys.cloud).
const LONGEST: i64 = 30 * DAY;

/// How far back what is recent goes (`AuditRealtimeQueryRequest`).
const RECENT: i64 = 14 * DAY;

const QUEUED: i64 = SECOND;
const RUNS: i64 = 3 * SECOND;
const KEPT: i64 = DAY;

/// An entity and what can happen to it.
type Entity = (&'static str, &'static [&'static str]);

/// Services with their entities and what can happen to these. The last is not among what is told at once.
const SERVICES: [(&str, &[Entity]); 4] = [
    (
        "ContactCenter",
        &[(
            "Queue",
            &[
                "Create",
                "Update",
                "Delete",
                "MemberAdd",
                "MemberUpdate",
                "MemberRemove",
                "WrapupCodeAdd",
                "WrapupCodeRemove",
            ],
        )],
    ),
    ("Directory", &[("User", &["Create", "Update", "Delete"])]),
    (
        "PeoplePermissions",
        &[
            ("AccessToken", &["Create", "Delete"]),
            ("AuthOrganization", &["Update"]),
            ("OAuthClient", &["Create", "Update", "Delete"]),
            ("Role", &["Create", "Update", "LicenseUpdate", "MemberAdd", "MemberUpdate", "MemberRemove"]),
        ],
    ),
    ("Groups", &[("DirectoryGroup", &["Create", "Update", "Delete"]), ("Team", &["Create", "Update", "Delete"])]),
];

/// What is asked.
struct Query {
    interval: Interval,
    service: String,
    filters: Vec<(String, String)>,
    is_descending: bool,
}

impl Query {
    fn read(body: &Value, object: &str, services: usize) -> Result<Self, Refusal> {
        only(body, object, &["interval", "serviceName", "filters", "sort", "pageNumber", "pageSize"])?;
        let interval = interval_of(body)?;
        if interval.end - interval.start > LONGEST {
            return Err(Refusal::bad("The interval may not exceed 30 days."));
        }
        let known: Vec<&str> = SERVICES[..services].iter().map(|(name, _)| *name).collect();
        let service = body["serviceName"].as_str().unwrap_or("null");
        if !known.contains(&service) {
            return Err(Refusal::value(service, "serviceName", &known));
        }
        let mut filters = Vec::new();
        for filter in body["filters"].as_array().into_iter().flatten() {
            const PROPERTIES: [&str; 6] =
                ["UserId", "TrusteeOrganizationId", "ClientId", "Action", "EntityType", "EntityId"];
            let (property, value) = (filter["property"].as_str().unwrap_or("null"), filter["value"].as_str());
            if !PROPERTIES.contains(&property) {
                return Err(Refusal::value(property, "property", &PROPERTIES));
            }
            let value = value.ok_or_else(|| Refusal::bad("A filter must have a value."))?;
            filters.push((property.to_string(), value.to_string()));
        }
        let has = |name: &str| filters.iter().any(|(property, _)| property == name);
        if has("Action") && !has("EntityType") {
            return Err(Refusal::bad("A filter on Action needs one on EntityType."));
        }
        let order = body["sort"][0]["sortOrder"].as_str().unwrap_or("ascending");
        let is_descending = match order {
            "ascending" => false,
            "descending" => true,
            _ => return Err(Refusal::value(order, "sortOrder", &["ascending", "descending"])),
        };
        Ok(Self { interval, service: service.into(), filters, is_descending })
    }

    fn finds(&self, event: &Event) -> bool {
        let is = |(property, value): &(String, String)| {
            let found = match property.as_str() {
                "UserId" => event.user.map(|id| id.to_string()),
                "ClientId" => event.client.map(|id| id.to_string()),
                "Action" => Some(event.action.into()),
                "EntityType" => Some(event.entity_type.into()),
                "EntityId" => Some(event.entity.0.to_string()),
                _ => None,
            };
            found.as_ref() == Some(value)
        };
        event.service == self.service && self.filters.iter().all(is)
    }
}

impl Org {
    /// What is below `audits/query`.
    pub(crate) fn audits(&mut self, method: &str, path: &str, call: &Call) -> Option<Answer> {
        Some(match (method, path) {
            ("POST", "") => self.submit_audits(call),
            ("POST", "/realtime") => self.recent_audits(call),
            ("POST", "/realtime/related") => self.related_audits(call),
            ("GET", "/servicemapping") => Ok(mapping(SERVICES.len())),
            ("GET", "/realtime/servicemapping") => Ok(mapping(SERVICES.len() - 1)),
            ("GET", "/{transactionId}") => self.audits_status(call),
            ("GET", "/{transactionId}/results") => self.audits_results(call),
            _ => return None,
        })
    }

    fn found(&self, query: &Query, now: i64) -> Vec<Event> {
        let mut found = self.events(query.interval, now);
        found.retain(|event| query.finds(event));
        if query.is_descending {
            found.reverse();
        }
        found
    }

    /// `POST audits/query`.
    fn submit_audits(&mut self, call: &Call) -> Answer {
        only(&call.body, "AuditQueryRequest", &["interval", "serviceName", "filters", "sort"])?;
        Query::read(&call.body, "AuditQueryRequest", SERVICES.len())?;
        let id = Rng::new(key(&[self.seed, self.audit_queries.len() as u64, 73])).uuid().to_string();
        let fate = self.job_fate((call.path, call.now), RUNS, KEPT - RUNS);
        let told = status(&id, &fate, &call.body, call.now);
        self.audit_queries.insert(id, (fate, call.body.clone()));
        Ok(told)
    }

    fn audit_query(&self, call: &Call) -> Result<(&str, &Fate, &Value), Refusal> {
        let found = self.audit_queries.get_key_value(call.placeholder("{transactionId}").unwrap_or_default());
        let found = found.filter(|(_, (fate, _))| fate.stage(call.now) != Stage::Gone);
        let (id, (fate, body)) = found.ok_or_else(Refusal::not_found)?;
        Ok((id, fate, body))
    }

    /// `GET audits/query/{transactionId}`.
    fn audits_status(&self, call: &Call) -> Answer {
        let (id, fate, body) = self.audit_query(call)?;
        Ok(status(id, fate, body, call.now))
    }

    /// `GET audits/query/{transactionId}/results`: a page, and the cursor of the next where there is one.
    fn audits_results(&self, call: &Call) -> Answer {
        let (id, fate, body) = self.audit_query(call)?;
        if fate.stage(call.now) != Stage::Done {
            let state = state(fate, call.now);
            return Err(Refusal::bad(format!("The results are not available: the state is {state}.")));
        }
        let size = match call.parameter("pageSize").map(str::parse) {
            None => 25,
            Some(Ok(size)) if (1..=500).contains(&size) => size,
            _ => {
                return Err(Refusal::parameter(call.parameter("pageSize").unwrap_or_default(), "pageSize", "1 to 500"));
            }
        };
        let from = match call.parameter("cursor") {
            None => 0,
            Some(cursor) => offset_of(cursor).ok_or_else(|| Refusal::bad("The cursor is not valid."))?,
        };
        let found = self.found(&Query::read(body, "AuditQueryRequest", SERVICES.len())?, fate.done);
        let page = found.iter().skip(from).take(size).map(|event| self.audit_json(event, call));
        let mut told = json!({"id": id, "pageSize": size, "entities": page.collect::<Vec<_>>()});
        if from + size < found.len() {
            told["cursor"] = json!(cursor_of(from + size));
        }
        Ok(told.to_string().into_bytes())
    }

    /// `POST audits/query/realtime`.
    fn recent_audits(&self, call: &Call) -> Answer {
        let mut query = Query::read(&call.body, "AuditRealtimeQueryRequest", SERVICES.len() - 1)?;
        query.interval.start = query.interval.start.max(call.now - RECENT);
        let number = |name: &str, usual: usize, most: usize| match &call.body[name] {
            Value::Null => Ok(usual),
            value => match value.as_u64().map(|number| number as usize) {
                Some(number) if (1..=most).contains(&number) => Ok(number),
                _ => Err(Refusal::bad(format!("{name} must be a number from 1 to {most}."))),
            },
        };
        let (size, page) = (number("pageSize", 25, 500)?, number("pageNumber", 1, 100_000)?);
        let found = self.found(&query, call.now);
        let rows = found.iter().skip((page - 1) * size).take(size).map(|event| self.audit_json(event, call));
        let body = json!({
            "entities": rows.collect::<Vec<_>>(),
            "pageSize": size,
            "pageNumber": page,
            "total": found.len(),
            "pageCount": found.len().div_ceil(size),
        });
        Ok(body.to_string().into_bytes())
    }

    /// `POST audits/query/realtime/related`: all that came of the same action.
    fn related_audits(&self, call: &Call) -> Answer {
        only(&call.body, "AuditRealtimeRelatedRequest", &["auditId", "trustorOrgId", "sort"])?;
        let id = call.body["auditId"].as_str().ok_or_else(|| Refusal::bad("An auditId is required."))?;
        let recent = self.events(Interval { start: call.now - RECENT, end: call.now + 1 }, call.now);
        let one = recent.iter().find(|event| event.id.to_string() == id).ok_or_else(Refusal::not_found)?;
        let same = recent.iter().filter(|event| event.transaction == one.transaction);
        let entities: Vec<Value> = same.map(|event| self.audit_json(event, call)).collect();
        Ok(json!({"entities": entities}).to_string().into_bytes())
    }

    fn audit_json(&self, event: &Event, call: &Call) -> Value {
        let (id, name) = &event.entity;
        let message = format!("{} {}", event.entity_type, event.action);
        let changes = event
            .changes
            .iter()
            .map(|change| json!({"property": change.property, "oldValues": change.old, "newValues": change.new}));
        let mut body = json!({
            "id": event.id.to_string(),
            "userHomeOrgId": self.directory.organization.id.to_string(),
            "remoteIp": ["192.0.2.10"],
            "serviceName": event.service,
            "level": if event.user.is_none() && event.client.is_none() { "SYSTEM" } else { "USER" },
            "eventDate": iso(event.at),
            "message": {"message": message, "messageWithParams": message, "messageParams": {}},
            "action": event.action,
            "entity": {"id": id.to_string(), "name": name},
            "entityType": event.entity_type,
            "status": "SUCCESS",
            "initiatingAction": {"transactionId": event.transaction.to_string()},
            "transactionInitiator": event.is_first,
            "propertyChanges": changes.collect::<Vec<_>>(),
            "context": {},
        });
        if let Some(id) = event.client {
            body["client"] = named("oauth/clients", id);
        }
        if let Some(id) = event.user {
            body["user"] = named("users", id);
            let user = self.directory.user(id).filter(|_| call.parameters("expand").contains(&"user"));
            if let Some(user) = user {
                body["user"]["name"] = json!(user.entity.name);
            }
        }
        body
    }
}

fn state(fate: &Fate, now: i64) -> &'static str {
    match fate.stage(now) {
        Stage::AtWork if now < fate.submitted + QUEUED => "Queued",
        Stage::AtWork => "Running",
        Stage::Failed => "Failed",
        Stage::Done | Stage::Gone => "Succeeded",
    }
}

fn status(id: &str, fate: &Fate, query: &Value, now: i64) -> Vec<u8> {
    let mut body = Map::new();
    body.insert("id".into(), json!(id));
    body.insert("state".into(), json!(state(fate, now)));
    body.insert("startDate".into(), json!(iso(fate.submitted)));
    // The query is told back as it was asked.
    let asked = query.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    body.extend(asked.map(|(name, value)| (name.clone(), value.clone())));
    Value::Object(body).to_string().into_bytes()
}

fn mapping(services: usize) -> Vec<u8> {
    let services = SERVICES[..services].iter().map(|(name, entities)| {
        let entities = entities.iter().map(|(name, actions)| json!({"name": name, "actions": actions}));
        json!({"name": name, "entities": entities.collect::<Vec<_>>()})
    });
    json!({"services": services.collect::<Vec<_>>()}).to_string().into_bytes()
}
