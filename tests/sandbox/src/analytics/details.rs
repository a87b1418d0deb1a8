//! Conversation details: the query with its paging, one by id, many by ids.

use serde_json::Value;

use super::dimensions::Entire;
use super::filters::Filters;
use super::matches::Matches;
use super::order::{OrderBy, is_descending};
use super::tally::Tally;
use super::{interval_of, shape};
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::time::{DAY, Interval};
use crate::traffic::model::Conversation;
use crate::traffic::{Manner, Place, write_conversation};
use crate::uuid::Uuid;

const PROPERTIES: [&str; 10] = [
    "conversationFilters",
    "segmentFilters",
    "evaluationFilters",
    "surveyFilters",
    "resolutionFilters",
    "order",
    "orderBy",
    "interval",
    "aggregations",
    "paging",
];

/// The result cannot be paged further than this ("Pagination may not exceed 100000 results.").
const DEEPEST: usize = 100_000;
const LARGEST_PAGE: i64 = 100;

impl Org {
    /// `POST analytics/conversations/details/query`.
    pub(crate) fn query_details(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let body = &call.body;
        shape::check(body, "ConversationQuery", &PROPERTIES)?;
        let interval = interval_of(body)?;
        let filters = Filters::read(body)?;
        let (most, how) = if filters.is_empty() { (7, "without a filter") } else { (31, "with a filter") };
        if interval.end - interval.start > most * DAY {
            return Err(Refusal::bad(format!("The interval may not exceed {most} days {how}.")));
        }
        let (is_descending, order) = (is_descending(body)?, OrderBy::read(body)?);
        let tallies = Tally::read_all(body, "aggregations", &["conversation", "segment"])?;
        let (size, number) = paging(body)?;
        self.must_fit(call.path, size)?;
        self.find(call, interval, &filters, order, tallies);
        let from = (number - 1) * size;
        let told = |found: &Matches| (found.len(), found.page(from, size, is_descending), found.aggregations.clone());
        let (total, page, aggregations) = self.remembered.last().map(told).unwrap_or_default();
        let hits = self.hits(call.path, total, number);
        Ok(self.page(&page, call, Some(hits), aggregations))
    }

    /// Finds the matches and counts them, or what has changed since they were found.
    fn find(&mut self, call: &Call, interval: Interval, filters: &Filters, order: OrderBy, mut tallies: Vec<Tally>) {
        let mut query = call.body.clone();
        if let Some(members) = query.as_object_mut() {
            members.remove("paging");
            members.remove("order");
        }
        let query = format!("{:?} {query}", call.divisions);
        let is_unread = filters.is_empty() && order == OrderBy::Start && tallies.is_empty();
        let reads_none = is_unread && call.divisions.is_none();
        let mut matches = self.remembered.take(query, call.now, !tallies.is_empty());
        let (mut look, mut fresh) = (matches.changed(call.now), Vec::new());
        for at in interval.days().take_while(|day| day * DAY <= call.now) {
            if matches.has_all(at) {
                continue;
            }
            let day = self.traffic.day(at);
            for (start, number) in matches.begun(at, &day) {
                let place = Place { day: at, number: *number };
                if reads_none {
                    fresh.push((*start, place));
                } else {
                    look.push(place);
                }
            }
        }
        let is_counted = !look.is_empty() || matches.aggregations.is_none();
        for place in look {
            let whole = self.traffic.build(place);
            matches.expect(whole.next_change(call.now), place);
            let it = whole.seen_at(call.now);
            if call.sees(&it.divisions) && filters.pass(&it, &self.directory) {
                fresh.push((order.rank(&it), place));
                tallies.iter_mut().for_each(|tally| tally.add(&Entire(&it)));
            }
        }
        matches.add(fresh);
        if is_counted {
            let told: Vec<Value> = tallies.into_iter().map(Tally::told).collect();
            matches.aggregations = (!told.is_empty()).then_some(Value::Array(told));
        }
        self.remembered.keep(matches);
    }

    /// Conversations as a page: each written when it is asked for.
    fn page(&self, places: &[Place], call: &Call, hits: Option<usize>, aggregations: Option<Value>) -> Vec<u8> {
        let manner = Manner { future: self.is_future(call.path), attributes: false };
        let mut out = Vec::with_capacity(places.len() * 8_192 + 64);
        out.push(b'{');
        if !places.is_empty() {
            out.extend_from_slice(b"\"conversations\":[");
            for (at, place) in places.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                let it = self.traffic.build(*place).seen_at(call.now);
                write_conversation(&it, &self.directory, manner, &mut out);
            }
            out.push(b']');
        }
        let mut member = |name: &str, value: String| {
            if out.len() > 1 {
                out.push(b',');
            }
            out.extend_from_slice(format!("\"{name}\":{value}").as_bytes());
        };
        if let Some(aggregations) = aggregations {
            member("aggregations", aggregations.to_string());
        }
        if let Some(hits) = hits {
            member("totalHits", hits.to_string());
        }
        out.push(b'}');
        out
    }

    /// The place of a conversation the caller can know of.
    fn known(&self, text: &str, call: &Call) -> Option<(Place, Conversation)> {
        let place = self.traffic.find(Uuid::parse(text)?)?;
        let it = self.traffic.build(place);
        (it.start <= call.now).then(|| (place, it.seen_at(call.now)))
    }

    /// `GET analytics/conversations/{conversationId}/details`.
    pub(crate) fn one_detail(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let id = call.params.first().map(String::as_str).unwrap_or_default();
        let (_, it) = self.known(id, call).ok_or_else(Refusal::not_found)?;
        call.must_see(&it.divisions)?;
        let mut out = Vec::new();
        let manner = Manner { future: self.is_future(call.path), attributes: false };
        write_conversation(&it, &self.directory, manner, &mut out);
        Ok(out)
    }

    /// `GET analytics/conversations/details?id=…`: those that exist and may be seen, in the order asked.
    pub(crate) fn many_details(&self, call: &Call) -> Result<Vec<u8>, Refusal> {
        let ids = call.parameters("id");
        if ids.is_empty() {
            return Err(Refusal::bad("At least one conversation id is required."));
        }
        let mut places: Vec<Place> = Vec::new();
        for id in ids {
            if let Some((place, it)) = self.known(id, call)
                && call.sees(&it.divisions)
                && !places.contains(&place)
            {
                places.push(place);
            }
        }
        Ok(self.page(&places, call, None, None))
    }
}

pub(super) fn paging(body: &Value) -> Result<(usize, usize), Refusal> {
    let paging = &body["paging"];
    if !paging.is_null() {
        shape::check(paging, "PagingSpec", &["pageSize", "pageNumber"])?;
    }
    let (size, number) = (paging["pageSize"].as_i64().unwrap_or(25), paging["pageNumber"].as_i64().unwrap_or(1));
    if !(1..=LARGEST_PAGE).contains(&size) {
        return Err(Refusal::bad(format!("The page size must be between 1 and {LARGEST_PAGE}.")));
    }
    if number < 1 {
        return Err(Refusal::bad("The page number must be at least 1."));
    }
    if number.saturating_mul(size) as usize > DEEPEST {
        return Err(Refusal::bad(format!("Pagination may not exceed {DEEPEST} results.")));
    }
    Ok((size as usize, number as usize))
}
