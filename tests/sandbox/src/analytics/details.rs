//! Conversation details: the query with its paging, one by id, many by ids.

use serde_json::Value;

use super::dimensions::Entire;
use super::filters::Filters;
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

/// The matches of the last query: pages of one query follow each other.
#[derive(Clone, Debug)]
pub(crate) struct Remembered {
    query: String,
    /// From the moment it was found until the next event, the answer is the same.
    valid: std::ops::Range<i64>,
    places: Vec<Place>,
    aggregations: Option<Value>,
}

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
        let found = self.remembered.as_ref();
        let places = found.map(|found| found.places.as_slice()).unwrap_or_default();
        let total = places.len();
        let from = ((number - 1) * size).min(total);
        let page: Vec<Place> = if is_descending {
            places.iter().rev().skip(from).take(size).copied().collect()
        } else {
            places[from..(from + size).min(total)].to_vec()
        };
        let aggregations = found.and_then(|found| found.aggregations.clone());
        let hits = self.hits(call.path, total, number);
        Ok(self.page(&page, call, Some(hits), aggregations))
    }

    /// Finds the matches in ascending order and counts them, or remembers.
    fn find(&mut self, call: &Call, interval: Interval, filters: &Filters, order: OrderBy, mut tallies: Vec<Tally>) {
        let mut query = call.body.clone();
        if let Some(members) = query.as_object_mut() {
            members.remove("paging");
            members.remove("order");
        }
        let query = format!("{:?} {query}", call.divisions);
        let known = self.remembered.as_ref().filter(|known| known.query == query);
        if known.is_some_and(|known| known.valid.contains(&call.now)) {
            return;
        }
        let is_unread = filters.is_empty() && order == OrderBy::Start && tallies.is_empty();
        let reads_none = is_unread && call.divisions.is_none();
        let mut found: Vec<(i64, Place)> = Vec::new();
        let mut until = i64::MAX;
        for day in interval.days() {
            let starts = self.traffic.day(day).starts.clone();
            let begun = starts.partition_point(|(start, _)| *start <= call.now);
            if let Some((next, _)) = starts.get(begun) {
                until = until.min(*next);
            }
            if begun == 0 {
                break;
            }
            for (start, number) in &starts[..begun] {
                let place = Place { day, number: *number };
                if reads_none {
                    found.push((*start, place));
                    continue;
                }
                let whole = self.traffic.build(place);
                until = whole.next_change(call.now).map_or(until, |next| until.min(next));
                let it = whole.seen_at(call.now);
                if call.sees(&it.divisions) && filters.pass(&it, &self.directory) {
                    found.push((order.rank(&it), place));
                    tallies.iter_mut().for_each(|tally| tally.add(&Entire(&it)));
                }
            }
        }
        found.sort_by_key(|(rank, place)| (*rank, *place));
        let places = found.into_iter().map(|(_, place)| place).collect();
        let told: Vec<Value> = tallies.into_iter().map(Tally::told).collect();
        let aggregations = (!told.is_empty()).then_some(Value::Array(told));
        self.remembered = Some(Remembered { query, valid: call.now..until, places, aggregations });
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
