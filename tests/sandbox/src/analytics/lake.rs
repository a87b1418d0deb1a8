//! What a details job finds: the data lake, which is hours behind and alone tells participants' attributes.

use serde_json::{Value, json};

use super::filters::Filters;
use super::order::{OrderBy, is_descending};
use super::{interval_of, shape};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{DAY, HOUR, Interval, day_of, iso};
use crate::traffic::{Manner, Place, write_conversation};

const PROPERTIES: [&str; 10] = [
    "conversationFilters",
    "segmentFilters",
    "evaluationFilters",
    "surveyFilters",
    "resolutionFilters",
    "order",
    "orderBy",
    "interval",
    "limit",
    "startOfDayIntervalMatching",
];

/// How far the data lake is: some hours behind, in whole hours.
pub(super) fn available(now: i64) -> i64 {
    now - 6 * HOUR - now.rem_euclid(HOUR)
}

impl Org {
    /// `GET …/details/jobs/availability`.
    pub(crate) fn availability(&self, call: &Call) -> Vec<u8> {
        json!({"dataAvailabilityDate": iso(available(call.now))}).to_string().into_bytes()
    }

    /// Refuses what no job can be made of.
    pub(super) fn check_details_job(&self, body: &Value) -> Result<(), Refusal> {
        shape::check(body, "AsyncConversationQuery", &PROPERTIES)?;
        interval_of(body)?;
        is_descending(body)?;
        OrderBy::read(body)?;
        shape::at_least_one(body, "limit")?;
        Filters::read(body).map(drop)
    }

    /// A job finds what was alive in its interval, unless it is told to match by the day of the start.
    pub(super) fn details_of_job(&mut self, query: &Value, call: &Call, done: i64) -> Result<Vec<Place>, Refusal> {
        let until = available(done);
        let interval = interval_of(query)?;
        let filters = Filters::read(query)?;
        let order = OrderBy::read(query)?;
        let by_day = query["startOfDayIntervalMatching"].as_bool().unwrap_or(false);
        let days = interval.days();
        let span = match by_day {
            true => Interval { start: days.start() * DAY, end: (days.end() + 1) * DAY },
            false => interval,
        };
        let mut found = Vec::new();
        for place in self.traffic.alive(span.start, span.end.min(until + 1)) {
            if by_day && !days.contains(&day_of(place.day * DAY)) {
                continue;
            }
            let it = self.traffic.build(place).seen_at(until);
            let overlaps = by_day || it.end.is_none_or(|end| end >= interval.start);
            if overlaps && call.sees(&it.divisions) && filters.pass(&it, &self.directory) {
                found.push((order.rank(&it), place));
            }
        }
        found.sort_unstable();
        if is_descending(query)? {
            found.reverse();
        }
        let limit = shape::at_least_one(query, "limit")?.unwrap_or(usize::MAX);
        Ok(found.into_iter().take(limit).map(|(_, place)| place).collect())
    }

    /// A page of them, each written when it is asked for.
    pub(super) fn details_page<'a>(
        &self,
        page: impl Iterator<Item = &'a Place>,
        cursor: Option<String>,
        call: &Call,
        done: i64,
    ) -> Vec<u8> {
        let until = available(done);
        let manner = Manner { future: self.is_future(call.path), attributes: true };
        let mut out = b"{".to_vec();
        for (at, place) in page.enumerate() {
            out.extend_from_slice(if at == 0 { b"\"conversations\":[" } else { b"," });
            write_conversation(&self.traffic.build(*place).seen_at(until), &self.directory, manner, &mut out);
        }
        if out.len() > 1 {
            out.extend_from_slice(b"],");
        }
        if let Some(cursor) = cursor {
            out.extend_from_slice(format!("\"cursor\":\"{cursor}\",").as_bytes());
        }
        out.extend_from_slice(format!("\"dataAvailabilityDate\":\"{}\"}}", iso(until)).as_bytes());
        out
    }
}
