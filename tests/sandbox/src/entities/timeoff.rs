//! Time off: each holiday of the roster is a request for a full day, asked for six weeks ahead and granted the day after.

use serde_json::{Value, json};

use super::schedules::date;
use super::units::{code_of, user_reference};
use super::{check_words, path_id};
use crate::agents::roster::ZONES;
use crate::analytics::{only, strings};
use crate::directory::User;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::rng::{Rng, key};
use crate::time::{DAY, HOUR, day_of, iso, parse_iso};
use crate::uuid::Uuid;

/// How long before the day a request is submitted.
const BEFORE: i64 = 42 * DAY;

/// A day off in minutes, without the meal.
const LENGTH: i64 = 480;

/// The most days between the dates of a query (`TimeOffRequestQueryBody`).
const LONGEST: i64 = 33;

const STATUSES: [&str; 4] = ["PENDING", "APPROVED", "DENIED", "CANCELED"];

const SUBSTATUSES: [&str; 11] = [
    "AdvanceTimeElapsed",
    "AutoApproved",
    "BlockedDate",
    "InsufficientBalance",
    "InvalidDailyDuration",
    "ManualApproval",
    "OutsideShift",
    "OverlapsRestrictedActivityCode",
    "RemovedFromWaitlist",
    "ReviewDate",
    "Waitlisted",
];

/// Refuses a range that is not there, is reversed or too long.
fn check_range(range: &Value) -> Result<(), Refusal> {
    if range.is_null() {
        return Err(Refusal::bad("A dateRange is required unless the statuses are PENDING alone."));
    }
    let day = |name: &str| {
        let text = range[name].as_str().and_then(|text| text.get(..10));
        text.and_then(|text| parse_iso(&format!("{text}T00:00Z"))).map(day_of).ok_or_else(Refusal::date)
    };
    let (start, end) = (day("startDate")?, day("endDate")?);
    if (start..=start + LONGEST).contains(&end) {
        return Ok(());
    }
    Err(Refusal::bad(format!("The dateRange must be in order and no longer than {LONGEST} days.")))
}

/// The id of the request for a day.
fn request_id(user: &User, day: i64) -> Uuid {
    let (high, low) = user.entity.id.halves();
    Rng::new(key(&[high, low, day as u64, 44])).uuid()
}

/// The marker that a holiday leaves in the schedule of a business unit.
pub(super) fn marker(user: &User, day: i64) -> Value {
    let (code, name) = code_of("TimeOff").unwrap_or_default();
    json!({
        "businessUnitDate": date(day),
        "lengthMinutes": LENGTH,
        "description": name,
        "activityCodeId": code,
        "paid": true,
        "payableMinutes": LENGTH,
        "timeOffRequestId": request_id(user, day).to_string(),
        "timeOffRequestSyncVersion": 1,
    })
}

/// The same in the schedule of a management unit.
pub(super) fn unit_marker(day: i64) -> Value {
    let (code, name) = code_of("TimeOff").unwrap_or_default();
    json!({
        "managementUnitDate": date(day),
        "activityCodeId": code,
        "isPaid": true,
        "lengthInMinutes": LENGTH,
        "description": name,
    })
}

impl Org {
    /// The days a user has asked for by now: all that lie in weeks with a schedule.
    fn days_off(&self, user: &User, now: i64) -> Vec<i64> {
        self.directory.roster.holidays(user, self.traffic.first_day() * DAY, self.planned_until(now))
    }

    fn request_json(&self, user: &User, day: i64) -> Value {
        let (id, unit) = (request_id(user, day), self.management_unit(user.entity.division));
        let submitted = day * DAY - BEFORE + 9 * HOUR;
        let person = user_reference(user.entity.id);
        json!({
            "id": id.to_string(),
            "user": person,
            "isFullDayRequest": true,
            "markedAsRead": true,
            "activityCodeId": code_of("TimeOff").unwrap_or_default().0,
            "paid": true,
            "status": "APPROVED",
            "substatus": "AutoApproved",
            "fullDayManagementUnitDates": [date(day)],
            "dailyDurationMinutes": LENGTH,
            "durationMinutes": [LENGTH],
            "payableMinutes": [LENGTH],
            "notes": "",
            "submittedBy": person,
            "submittedDate": iso(submitted),
            "reviewedBy": {"id": "System"},
            "reviewedDate": iso(submitted + DAY),
            "syncVersion": 1,
            "metadata": {"version": 1, "dateModified": iso(submitted + DAY)},
            "selfUri": format!(
                "/api/v2/workforcemanagement/managementunits/{unit}/users/{}/timeoffrequests/{id}",
                user.entity.id
            ),
        })
    }

    /// The user in the path, who must belong to the management unit in it.
    fn user_of_unit(&self, call: &Call) -> Result<&User, Refusal> {
        let unit = self.unit_in_path(call)?;
        let id = call.placeholder("{userId}").and_then(Uuid::parse).ok_or_else(Refusal::not_found)?;
        self.unit_users(unit).find(|user| user.entity.id == id).ok_or_else(Refusal::not_found)
    }

    /// `managementunits/{managementUnitId}/users/{userId}/timeoffrequests`.
    pub(crate) fn time_off_of_user(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let user = self.user_of_unit(call)?;
        let days = self.days_off(user, call.now);
        let all: Vec<Value> = days.into_iter().map(|day| self.request_json(user, day)).collect();
        Ok(json!({"timeOffRequests": all}).to_string().into_bytes())
    }

    /// One of them.
    pub(crate) fn one_time_off(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let user = self.user_of_unit(call)?;
        let id = call.placeholder("{timeOffRequestId}").and_then(Uuid::parse);
        let day = self.days_off(user, call.now).into_iter().find(|day| Some(request_id(user, *day)) == id);
        Ok(self.request_json(user, day.ok_or_else(Refusal::not_found)?).to_string().into_bytes())
    }

    /// `managementunits/{managementUnitId}/timeoffrequests/query`.
    pub(crate) fn query_time_off(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let body = &call.body;
        let known = ["ids", "userIds", "statuses", "substatuses", "dateRange", "teamIds"];
        only(body, "TimeOffRequestQueryBody", &known)?;
        let unit = self.unit_of(path_id(call)?, call)?;
        check_words(body, "statuses", &STATUSES)?;
        check_words(body, "substatuses", &SUBSTATUSES)?;
        if strings(body, "statuses") != ["PENDING"] || !body["dateRange"].is_null() {
            check_range(&body["dateRange"])?;
        }
        let asked = |name: &str, value: &str| {
            let list = strings(body, name);
            list.is_empty() || list.iter().any(|one| one == value)
        };
        let bound = |name: &str| body["dateRange"][name].as_str().map(String::from);
        let (from, until) = (bound("startDate"), bound("endDate"));
        let mut found = Vec::new();
        for user in self.unit_users(unit) {
            let team = self.directory.teams[user.team].id.to_string();
            if !asked("userIds", &user.entity.id.to_string()) || !asked("teamIds", &team) {
                continue;
            }
            for day in self.days_off(user, call.now) {
                let text = date(day);
                let within =
                    from.as_ref().is_none_or(|from| text >= *from) && until.as_ref().is_none_or(|to| text <= *to);
                if within && asked("ids", &request_id(user, day).to_string()) {
                    found.push(self.request_json(user, day));
                }
            }
        }
        if !asked("statuses", "APPROVED") || !asked("substatuses", "AutoApproved") {
            found.clear();
        }
        Ok(json!({"entities": found}).to_string().into_bytes())
    }

    /// `managementunits/{managementUnitId}/schedules/search`: the shifts by users, as the unit has them.
    pub(crate) fn search_unit_schedules(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let known = ["userIds", "startDate", "endDate", "loadFullWeeks"];
        only(&call.body, "UserListScheduleRequestBody", &known)?;
        let unit = self.unit_in_path(call)?;
        let users = strings(&call.body, "userIds");
        if users.is_empty() {
            return Err(Refusal::bad("At least one user is required."));
        }
        let (mut start, mut end) = self.schedule_span(&call.body)?;
        if call.body["loadFullWeeks"].as_bool().unwrap_or(false) {
            (start, end) = Self::full_weeks(start, end);
        }
        let asked = self.unit_users_then(unit, start).filter(|user| users.contains(&user.entity.id.to_string()));
        let schedules: serde_json::Map<String, Value> = asked
            .map(|user| {
                (user.entity.id.to_string(), self.unit_schedule(user, start, end.min(self.planned_until(call.now))))
            })
            .collect();
        let body = json!({
            "managementUnitTimeZone": ZONES[unit % 3],
            "publishedSchedules": self.published(call.now, start, end, false),
            "userSchedules": schedules,
        });
        Ok(body.to_string().into_bytes())
    }

    /// A user's schedule of a business unit, in the words of a management unit.
    fn unit_schedule(&self, user: &User, start: i64, end: i64) -> Value {
        let agent = self.agent_json(user, start, end);
        let renamed = |from: &Value, names: &[(&str, &str)]| {
            let members = names.iter().filter(|(old, _)| !from[*old].is_null());
            Value::Object(members.map(|(old, new)| (new.to_string(), from[*old].clone())).collect())
        };
        let shifts = agent["shifts"].as_array().into_iter().flatten().map(|shift| {
            let names = [
                ("schedule", "weekSchedule"),
                ("id", "id"),
                ("startDate", "startDate"),
                ("lengthMinutes", "lengthInMinutes"),
                ("manuallyEdited", "manuallyEdited"),
            ];
            let mut body = renamed(shift, &names);
            let activities = shift["activities"].as_array().into_iter().flatten().map(|activity| {
                let names = [
                    ("activityCodeId", "activityCodeId"),
                    ("startDate", "startDate"),
                    ("lengthMinutes", "lengthInMinutes"),
                    ("description", "description"),
                    ("paid", "countsAsPaidTime"),
                ];
                renamed(activity, &names)
            });
            body["activities"] = activities.collect();
            body
        });
        let shifts: Vec<Value> = shifts.collect();
        let markers: Vec<Value> =
            self.directory.roster.holidays(user, start, end).into_iter().map(unit_marker).collect();
        json!({"shifts": shifts, "fullDayTimeOffMarkers": markers, "metadata": {"version": 1}})
    }
}
