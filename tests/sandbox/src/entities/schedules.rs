//! Schedules: the planned shifts, by week. Each week has one schedule, published four weeks ahead.

use serde_json::{Value, json};

use super::timeoff::marker;
use super::units::{category, code_of, user_reference};
use crate::agents::presence::Presence;
use crate::agents::roster::{Shift, ZONES};
use crate::analytics::{only, strings};
use crate::directory::User;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::rng::{Rng, key};
use crate::time::{DAY, MINUTE, day_of, iso, parse_iso};
use crate::uuid::Uuid;

/// Weeks that are planned ahead.
const AHEAD: i64 = 4;

/// The longest time a search may span.
const LONGEST: i64 = 7 * 7 * DAY;

/// The Monday of a day's week, both counted from 1970-01-01, a Thursday.
pub(super) fn monday(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7)
}

/// `2026-03-09`.
pub(super) fn date(day: i64) -> String {
    iso(day * DAY)[..10].to_string()
}

impl Org {
    /// The id of a week's schedule.
    fn schedule(&self, week: i64) -> Uuid {
        Rng::new(key(&[self.seed, week as u64, 41])).uuid()
    }

    /// Mondays of the weeks that have a schedule.
    fn weeks(&self, now: i64) -> impl Iterator<Item = i64> {
        let (first, last) = (monday(self.traffic.first_day()), monday(day_of(now)) + AHEAD * 7);
        (first..=last).step_by(7)
    }

    /// The week of the schedule in the path.
    fn week_in_path(&self, call: &Call) -> Result<i64, Refusal> {
        self.must_be_business_unit(call)?;
        let id = call.placeholder("{scheduleId}").and_then(Uuid::parse).ok_or_else(Refusal::not_found)?;
        let week = self.weeks(call.now).find(|week| self.schedule(*week) == id).ok_or_else(Refusal::not_found)?;
        match call.placeholder("{weekId}") {
            Some(text) if text == date(week) => Ok(week),
            _ => Err(Refusal::not_found()),
        }
    }

    /// `businessunits/{businessUnitId}/weeks/{weekId}/schedules`; the week may be `recent`: half a year to either side.
    pub(crate) fn schedules(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        self.must_be_business_unit(call)?;
        let asked = call.placeholder("{weekId}").unwrap_or_default();
        let wanted = |week: i64| match asked {
            "recent" => (week - monday(day_of(call.now))).abs() <= 26 * 7,
            text => text == date(week),
        };
        if asked != "recent" && parse_iso(&format!("{asked}T00:00Z")).is_none() {
            return Err(Refusal::date());
        }
        let bound = |name: &str| match call.parameter(name).filter(|text| !text.is_empty()) {
            Some(text) => parse_iso(&format!("{text}T00:00Z")).map(|at| Some(day_of(at))).ok_or_else(Refusal::date),
            None => Ok(None),
        };
        let (earliest, latest) = (bound("earliestWeekDate")?, bound("latestWeekDate")?);
        let within = |week: i64| earliest.is_none_or(|first| week >= first) && latest.is_none_or(|last| week <= last);
        let weeks = self.weeks(call.now).filter(|week| wanted(*week) && within(*week));
        let all: Vec<Value> = weeks.map(|week| self.schedule_json(week)).collect();
        Ok(json!({"entities": all}).to_string().into_bytes())
    }

    /// One of them.
    pub(crate) fn one_schedule(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let week = self.week_in_path(call)?;
        let mut body = self.schedule_json(week);
        let units = (0..self.directory.divisions.len()).map(|at| {
            json!({
                "managementUnit": {"id": self.management_unit(at).to_string()},
                "agentCount": self.unit_users_then(at, week * DAY).count(),
                "startDate": iso(week * DAY),
                "endDate": iso((week + 7) * DAY),
            })
        });
        body["managementUnits"] = json!(units.collect::<Vec<_>>());
        Ok(body.to_string().into_bytes())
    }

    fn schedule_json(&self, week: i64) -> Value {
        let (unit, id, text) = (self.business_unit(), self.schedule(week), date(week));
        json!({
            "id": id.to_string(),
            "weekDate": text,
            "weekCount": 1,
            "description": format!("Week of {text}"),
            "published": true,
            "metadata": {"version": 1, "dateModified": iso((week - AHEAD * 7) * DAY)},
            "selfUri": format!("/api/v2/workforcemanagement/businessunits/{unit}/weeks/{text}/schedules/{id}"),
        })
    }

    /// `…/schedules/{scheduleId}/agentschedules/query`: shifts that begin in the schedule's week.
    pub(crate) fn query_agent_schedules(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        only(&call.body, "BuQueryAgentSchedulesRequest", &["managementUnitId", "userIds", "teamIds"])?;
        let week = self.week_in_path(call)?;
        let unit = call.body["managementUnitId"].as_str().and_then(Uuid::parse);
        let unit = self.unit_of(unit.ok_or_else(|| Refusal::bad("A managementUnitId is required."))?, call)?;
        let (users, teams) = (strings(&call.body, "userIds"), strings(&call.body, "teamIds"));
        let wanted = |user: &User| {
            let team = self.directory.teams[user.team].id.to_string();
            (users.is_empty() || users.contains(&user.entity.id.to_string()))
                && (teams.is_empty() || teams.contains(&team))
        };
        let agents = self.unit_users_then(unit, week * DAY).filter(|user| wanted(user)).map(|user| {
            let mut agent = self.agent_json(user, week * DAY, (week + 7) * DAY);
            agent["metadata"] = json!({"version": 1});
            agent
        });
        let result = json!({"agentSchedules": agents.collect::<Vec<_>>(), "businessUnitTimeZone": ZONES[0]});
        Ok(json!({"status": "Complete", "result": result}).to_string().into_bytes())
    }

    /// `…/agentschedules/search` of the business unit or a management unit: shifts that begin in a time.
    pub(crate) fn search_agent_schedules(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        only(&call.body, "BuSearchAgentSchedulesRequest", &["startDate", "endDate", "userIds"])?;
        let unit = match call.path.contains("managementunits") {
            true => Some(self.unit_in_path(call)?),
            false => self.must_be_business_unit(call).map(|()| None)?,
        };
        let (start, end) = self.schedule_span(&call.body)?;
        let users = strings(&call.body, "userIds");
        let all = self.directory.users.iter().filter(|user| {
            user.works_until() > start
                && unit.is_none_or(|unit| user.entity.division == unit)
                && call.sees(&[self.directory.divisions[user.entity.division].id])
                && (users.is_empty() || users.contains(&user.entity.id.to_string()))
        });
        let planned = self.planned_until(call.now);
        let agents: Vec<Value> = all.map(|user| self.agent_json(user, start, end.min(planned))).collect();
        let published = self.published(call.now, start, end, true);
        let result =
            json!({"agentSchedules": agents, "businessUnitTimeZone": ZONES[0], "publishedSchedules": published});
        Ok(json!({"status": "Complete", "result": result}).to_string().into_bytes())
    }

    /// `startDate` and `endDate` of a search.
    pub(super) fn schedule_span(&self, body: &Value) -> Result<(i64, i64), Refusal> {
        let read = |name: &str| body[name].as_str().and_then(parse_iso).ok_or_else(Refusal::date);
        let (start, end) = (read("startDate")?, read("endDate")?);
        if end <= start || end - start > LONGEST {
            return Err(Refusal::bad("The dates must be in order and no more than seven weeks apart."));
        }
        Ok((start, end))
    }

    /// The weeks that a stretch of time touches, as a whole.
    pub(super) fn full_weeks(start: i64, end: i64) -> (i64, i64) {
        (monday(day_of(start)) * DAY, (monday(day_of(end - 1)) + 7) * DAY)
    }

    /// Until when is planned: what is not planned yet is not told.
    pub(super) fn planned_until(&self, now: i64) -> i64 {
        (monday(day_of(now)) + (AHEAD + 1) * 7) * DAY
    }

    /// The schedules of the weeks that a stretch of time touches.
    pub(super) fn published(&self, now: i64, start: i64, end: i64, is_counted: bool) -> Vec<Value> {
        let weeks = self.weeks(now).filter(|week| week * DAY < end && (week + 7) * DAY > start);
        let named = weeks.map(|week| {
            let mut body = json!({"id": self.schedule(week).to_string(), "weekDate": date(week)});
            if is_counted {
                body["weekCount"] = json!(1);
            }
            body
        });
        named.collect()
    }

    pub(super) fn agent_json(&self, user: &User, start: i64, end: i64) -> Value {
        let shifts = self.directory.roster.planned(user, start, end);
        let begun = shifts.iter().filter(|shift| start <= shift.start && shift.start < end);
        let shifts: Vec<Value> = begun.map(|shift| self.shift_json(user, shift)).collect();
        let markers = self.directory.roster.holidays(user, start, end).into_iter().map(|day| marker(user, day));
        let markers: Vec<Value> = markers.collect();
        json!({"user": user_reference(user.entity.id), "shifts": shifts, "fullDayTimeOffMarkers": markers})
    }

    fn shift_json(&self, user: &User, shift: &Shift) -> Value {
        let (high, low) = user.entity.id.halves();
        let week = monday(day_of(shift.start));
        let activities = shift.parts.iter().map(|part| {
            let (id, name) = code_of(category(part.presence)).unwrap_or_default();
            json!({
                "startDate": iso(part.start),
                "lengthMinutes": (part.end - part.start) / MINUTE,
                "description": name,
                "activityCodeId": id,
                "paid": part.presence != Presence::Meal,
            })
        });
        json!({
            "id": Rng::new(key(&[high, low, shift.start as u64, 42])).uuid().to_string(),
            "startDate": iso(shift.start),
            "lengthMinutes": (shift.end - shift.start) / MINUTE,
            "activities": activities.collect::<Vec<_>>(),
            "manuallyEdited": false,
            "schedule": {"id": self.schedule(week).to_string(), "weekDate": date(week)},
        })
    }

    /// Whether an id stands for something of workforce management.
    pub(crate) fn is_of_workforce(&self, id: Uuid, now: i64) -> bool {
        self.business_unit() == id
            || (0..self.directory.divisions.len()).any(|at| self.management_unit(at) == id)
            || self.weeks(now).any(|week| self.schedule(week) == id)
    }
}
