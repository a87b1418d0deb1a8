//! Historical adherence: the planned shifts beside what was seen, asked for now and told a little later, in files.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::path_id;
use super::units::{category, code_of};
use crate::agents::presence::{DEFINITIONS, Presence};
use crate::agents::roster::Stretch;
use crate::agents::timeline::State;
use crate::analytics::buckets::Buckets;
use crate::analytics::{only, strings};
use crate::directory::User;
use crate::org::{Call, Fate, Org, Stage};
use crate::refusal::Refusal;
use crate::rng::{Rng, key};
use crate::time::{DAY, Interval, SECOND, iso, parse_iso};
use crate::uuid::Uuid;

/// How long a query is worked on.
const WORKS: i64 = 3 * SECOND;

/// The longest time that may be asked for, and the longest with single exceptions or actuals.
const LONGEST: i64 = 31 * DAY;
const LONGEST_WITH_DETAILS: i64 = 7 * DAY;

/// What was asked of one unit or team.
#[derive(Clone, Debug)]
struct Item {
    /// Whom the answer names: a management unit or a team.
    entity: Uuid,
    interval: Interval,
    users: Vec<usize>,
    exceptions: bool,
    actuals: bool,
}

/// A query that was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    is_bulk: bool,
    fate: Fate,
    zone: String,
    items: Vec<Item>,
    /// A file for each item, made when the answer is first told.
    files: Vec<Arc<Vec<u8>>>,
}

/// A stretch of an agent's time in which neither the plan nor the presence changes.
struct Beside {
    start: i64,
    end: i64,
    scheduled: &'static str,
    actual: State,
}

/// Seconds of a user in a stretch of time.
#[derive(Default)]
struct Totals {
    scheduled: i64,
    scheduled_on_queue: i64,
    worked: i64,
    on_queue: i64,
    exceptions: i64,
    exception_time: i64,
    missed: i64,
    gained: i64,
}

impl Beside {
    fn actual(&self) -> &'static str {
        category(self.actual.presence)
    }

    /// What the difference between plan and presence does, if there is one.
    fn impact(&self) -> Option<&'static str> {
        match (self.scheduled, self.actual()) {
            ("Unscheduled", "Unavailable") => None,
            (planned, done) if planned == done => None,
            (_, "OnQueueWork") => Some("Positive"),
            _ => Some("Negative"),
        }
    }

    /// Whether the next stretch goes on with the same.
    fn goes_on(&self, next: &Self) -> bool {
        let same = self.scheduled == next.scheduled && self.actual.definition == next.actual.definition;
        same && self.end == next.start
    }
}

impl Totals {
    fn of<'a>(all: impl Iterator<Item = &'a Beside>, within: Interval) -> Self {
        let mut sums = Self::default();
        let mut last: Option<&Beside> = None;
        for one in all.filter(|one| one.start < within.end && one.end > within.start) {
            let length = one.end.min(within.end) - one.start.max(within.start);
            let is_planned = one.scheduled != "Unscheduled";
            sums.scheduled += if is_planned { length } else { 0 };
            sums.scheduled_on_queue += if one.scheduled == "OnQueueWork" { length } else { 0 };
            sums.worked += if one.actual.presence == Presence::Offline { 0 } else { length };
            sums.on_queue += if one.actual() == "OnQueueWork" { length } else { 0 };
            if let Some(impact) = one.impact() {
                sums.exceptions += i64::from(last.is_none_or(|last| !last.goes_on(one)));
                sums.exception_time += length;
                sums.missed += if is_planned { length } else { 0 };
                sums.gained += if impact == "Positive" { length } else { -length };
            }
            last = Some(one);
        }
        sums
    }

    fn adherence(&self) -> f64 {
        share(self.scheduled - self.missed, self.scheduled)
    }

    fn conformance(&self) -> f64 {
        share(self.on_queue, self.scheduled_on_queue)
    }

    fn impact(&self) -> &'static str {
        match self.gained {
            0 => "Neutral",
            1.. => "Positive",
            _ => "Negative",
        }
    }

    /// As a day's metrics; `unit` ends the names of seconds.
    fn day(&self, from: i64, unit: &str) -> Value {
        let seconds = [
            ("dayStartOffset", from),
            ("adherenceSchedule", self.scheduled),
            ("conformanceSchedule", self.scheduled_on_queue),
            ("conformanceActual", self.on_queue),
            ("exceptionDuration", self.exception_time),
            ("scheduleLength", self.scheduled),
            ("actualLength", self.worked),
        ];
        let mut body: Map<String, Value> =
            seconds.into_iter().map(|(name, ms)| (format!("{name}{unit}"), json!(ms / SECOND))).collect();
        body.insert("exceptionCount".into(), json!(self.exceptions));
        body.insert("impactSeconds".into(), json!(self.gained / SECOND));
        body.insert("adherencePercentage".into(), json!(self.adherence()));
        body.insert("conformancePercentage".into(), json!(self.conformance()));
        Value::Object(body)
    }
}

/// In per cent; where nothing was planned, everything was kept.
fn share(part: i64, whole: i64) -> f64 {
    if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 }
}

impl Org {
    /// `adherence/historical/bulk`.
    pub(crate) fn ask_adherence_in_bulk(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        only(&call.body, "WfmHistoricalAdherenceBulkQuery", &["items", "timeZone"])?;
        let Some(asked) = call.body["items"].as_array().filter(|items| !items.is_empty()) else {
            return Err(Refusal::bad("At least one item is required."));
        };
        let mut items = Vec::new();
        for item in asked {
            let known = ["managementUnitId", "startDate", "endDate", "userIds", "includeExceptions", "includeActuals"];
            only(item, "WfmHistoricalAdherenceBulkItem", &known)?;
            let unit = item["managementUnitId"].as_str().and_then(Uuid::parse).ok_or_else(Refusal::not_found)?;
            let division = self.unit_of(unit, call)?;
            if item["endDate"].is_null() {
                return Err(Refusal::bad("An endDate is required."));
            }
            items.push(self.adherence_item(item, unit, call, |user| user.entity.division == division)?);
        }
        let id = self.remember_adherence(call, true, items)?;
        Ok(bulk(&id, "Processing").to_string().into_bytes())
    }

    /// `managementunits/{managementUnitId}/historicaladherencequery` and `teams/{teamId}/adherence/historical`.
    pub(crate) fn ask_adherence(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let known = ["startDate", "endDate", "timeZone", "userIds", "includeExceptions", "teamIds"];
        only(&call.body, "WfmHistoricalAdherenceQuery", &known)?;
        let entity = path_id(call)?;
        let teams = strings(&call.body, "teamIds");
        let item = if call.path.contains("teams") {
            let team = self.team_in_path(call)?;
            self.adherence_item(&call.body, entity, call, |user| user.team == team)?
        } else {
            let division = self.unit_in_path(call)?;
            let in_team =
                |user: &User| teams.is_empty() || teams.contains(&self.directory.teams[user.team].id.to_string());
            self.adherence_item(&call.body, entity, call, |user| user.entity.division == division && in_team(user))?
        };
        let id = self.remember_adherence(call, false, vec![item])?;
        Ok(json!({"id": id, "queryState": "Processing"}).to_string().into_bytes())
    }

    fn adherence_item(
        &self,
        body: &Value,
        entity: Uuid,
        call: &Call,
        belongs: impl Fn(&User) -> bool,
    ) -> Result<Item, Refusal> {
        let read = |name: &str| body[name].as_str().map(|text| parse_iso(text).ok_or_else(Refusal::date)).transpose();
        let start = read("startDate")?.ok_or_else(|| Refusal::bad("A startDate is required."))?;
        let end = read("endDate")?.unwrap_or(call.now);
        let flag = |name: &str| body[name].as_bool().unwrap_or(false);
        let (exceptions, actuals) = (flag("includeExceptions"), flag("includeActuals"));
        let most = if exceptions || actuals { LONGEST_WITH_DETAILS } else { LONGEST };
        if end <= start || end - start > most {
            let days = most / DAY;
            return Err(Refusal::bad(format!("The dates must be in order and no more than {days} days apart.")));
        }
        let asked = strings(body, "userIds");
        let users = self.directory.users.iter().enumerate().filter(|(_, user)| {
            user.works_until() > start
                && belongs(user)
                && call.sees(&[self.directory.divisions[user.entity.division].id])
                && (asked.is_empty() || asked.contains(&user.entity.id.to_string()))
        });
        let users = users.map(|(at, _)| at).collect();
        Ok(Item { entity, interval: Interval { start, end }, users, exceptions, actuals })
    }

    fn remember_adherence(&mut self, call: &Call, is_bulk: bool, items: Vec<Item>) -> Result<String, Refusal> {
        let zone = call.body["timeZone"].as_str().unwrap_or("UTC").to_string();
        // A zone that is not known is refused now.
        for item in &items {
            Buckets::new(item.interval, Some("P1D"), Some(&zone))?;
        }
        let id = Rng::new(key(&[self.seed, self.adherence.len() as u64, 43])).uuid().to_string();
        let fate = self.job_fate((call.path, call.now), WORKS, i64::MAX);
        self.adherence.insert(id.clone(), Asked { is_bulk, fate, zone, items, files: Vec::new() });
        Ok(id)
    }

    /// `adherence/historical/jobs/{jobId}` and `adherence/historical/bulk/jobs/{jobId}`.
    pub(crate) fn adherence_job(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let id = call.placeholder("{jobId}").unwrap_or_default().to_string();
        let is_bulk = call.path.contains("/bulk/");
        let asked = self.adherence.get(&id).filter(|asked| asked.is_bulk == is_bulk).cloned();
        let asked = asked.ok_or_else(Refusal::not_found)?;
        let state = match asked.fate.stage(call.now) {
            Stage::AtWork => "Processing",
            Stage::Failed => "Error",
            Stage::Done => "Complete",
            Stage::Gone => return Err(Refusal::not_found()),
        };
        let mut body = if is_bulk { bulk(&id, state) } else { json!({"id": id, "queryState": state}) };
        if state == "Complete" {
            if asked.files.is_empty() {
                let files = self.adherence_files(&asked)?;
                self.adherence.insert(id.clone(), Asked { files, ..asked.clone() });
            }
            let files = 0..asked.items.len();
            let urls = files.map(|at| self.signed(&format!("/adherence/{id}/{at}.json"), call.now));
            body["downloadUrls"] = json!(urls.collect::<Vec<_>>());
        }
        Ok(body.to_string().into_bytes())
    }

    /// A file of a query's result.
    pub(crate) fn adherence_file(&self, id: &str, at: usize) -> Option<Vec<u8>> {
        self.adherence.get(id)?.files.get(at).map(|file| file.to_vec())
    }

    /// The result, as it was when the query was done: a file for each item.
    fn adherence_files(&mut self, asked: &Asked) -> Result<Vec<Arc<Vec<u8>>>, Refusal> {
        let lookup: Map<String, Value> = DEFINITIONS
            .iter()
            .enumerate()
            .map(|(at, definition)| (at.to_string(), json!(self.presence_id(definition.name).to_string())))
            .collect();
        let mut files = Vec::new();
        for item in &asked.items {
            let all = self.states(item.interval, asked.fate.done);
            let rows =
                item.users.iter().map(|at| self.adherence_of(&self.directory.users[*at], &all[*at], item, asked));
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            let entity = item.entity.to_string();
            let file = match asked.is_bulk {
                true => json!({
                    "startDate": iso(item.interval.start),
                    "endDate": iso(item.interval.end),
                    "managementUnitId": entity,
                    "userResults": rows,
                    "lookupIdToSecondaryPresenceId": lookup,
                }),
                false => json!({"entityId": entity, "data": rows, "lookupIdToSecondaryPresenceId": lookup}),
            };
            files.push(Arc::new(file.to_string().into_bytes()));
        }
        Ok(files)
    }

    fn adherence_of(&self, user: &User, states: &[State], item: &Item, asked: &Asked) -> Result<Value, Refusal> {
        let Interval { start, end } = item.interval;
        // What lies ahead nobody has kept to.
        let past = Interval { start, end: end.min(asked.fate.done) };
        let planned = self.directory.roster.planned(user, start, end);
        let parts: Vec<Stretch> = planned.into_iter().flat_map(|shift| shift.parts).collect();
        let all = beside(&parts, states, past);
        let unit = if asked.is_bulk { "Seconds" } else { "Secs" };
        let days = Buckets::new(item.interval, Some("P1D"), Some(&asked.zone))?;
        let begun = days.all().iter().filter(|day| day.start < past.end);
        let days: Vec<Value> = begun.map(|day| Totals::of(all.iter(), *day).day(day.start - start, unit)).collect();
        let total = Totals::of(all.iter(), past);
        let mut body = json!({
            "userId": user.entity.id.to_string(),
            "adherencePercentage": total.adherence(),
            "conformancePercentage": total.conformance(),
            "impact": total.impact(),
            "dayMetrics": days,
        });
        if !asked.is_bulk {
            body["managementUnitId"] = json!(self.management_unit(user.entity.division).to_string());
            body["startDate"] = json!(iso(start));
            body["endDate"] = json!(iso(end));
            body["actualsEndDate"] = json!(iso(past.end));
        }
        let joined = joined(all);
        if item.exceptions {
            let exceptions = joined.iter().filter_map(|one| Some(exception(one, one.impact()?, start)));
            body["exceptionInfo"] = json!(exceptions.collect::<Vec<_>>());
        }
        if item.actuals {
            let actuals = joined.iter().map(|one| {
                json!({
                    "actualActivityCategory": one.actual(),
                    "actualSecondaryPresenceLookupId": one.actual.definition.to_string(),
                    "startOffsetSeconds": (one.start - start) / SECOND,
                    "endOffsetSeconds": (one.end - start) / SECOND,
                })
            });
            body["actuals"] = json!(actuals.collect::<Vec<_>>());
        }
        Ok(body)
    }
}

fn bulk(id: &str, status: &str) -> Value {
    let link = format!("/api/v2/workforcemanagement/adherence/historical/bulk/jobs/{id}");
    json!({"job": {"id": id, "status": status, "selfUri": link}})
}

fn exception(one: &Beside, impact: &str, start: i64) -> Value {
    let mut body = json!({
        "startOffsetSeconds": (one.start - start) / SECOND,
        "endOffsetSeconds": (one.end - start) / SECOND,
        "scheduledActivityCategory": one.scheduled,
        "actualActivityCategory": one.actual(),
        "systemPresence": one.actual.presence.name(),
        "routingStatus": one.actual.routing.key(),
        "impact": impact,
        "secondaryPresenceLookupId": one.actual.definition.to_string(),
    });
    for (name, category) in [("scheduledActivityCodeId", one.scheduled), ("actualActivityCodeId", one.actual())] {
        if let Some((id, _)) = code_of(category) {
            body[name] = json!(id);
        }
    }
    body
}

/// The plan beside the states, cut wherever either changes.
fn beside(plan: &[Stretch], states: &[State], within: Interval) -> Vec<Beside> {
    let mut all = Vec::new();
    for state in states.iter().filter(|state| state.start < within.end && state.end > within.start) {
        let (mut at, end) = (state.start.max(within.start), state.end.min(within.end));
        while at < end {
            let now = plan.iter().find(|part| part.start <= at && at < part.end);
            let next = plan.iter().map(|part| part.start).filter(|from| *from > at).min();
            let until = now.map(|part| part.end).or(next).map_or(end, |until| until.min(end));
            let scheduled = now.map_or("Unscheduled", |part| category(part.presence));
            all.push(Beside { start: at, end: until, scheduled, actual: *state });
            at = until;
        }
    }
    all
}

/// Neighbours that differ in nothing but the routing status are one.
fn joined(all: Vec<Beside>) -> Vec<Beside> {
    let mut joined: Vec<Beside> = Vec::new();
    for one in all {
        match joined.last_mut().filter(|last| last.goes_on(&one)) {
            Some(last) => last.end = one.end,
            None => joined.push(one),
        }
    }
    joined
}
