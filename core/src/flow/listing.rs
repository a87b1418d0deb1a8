//! An entity listing, to its last page, whatever is missing from the envelope.

use serde_json::{Map, Value};

use super::bookmark::{Bookmark, sum_of};
use super::{Place, Taken};
use crate::error::{Error, ErrorKind};
use crate::look::Found;
use crate::notice::NoticeKind;
use crate::plan::{self, Ask, PagePlace};

/// The documented size of a page where the request does not name one.
const DEFAULT_SIZE: u32 = 25;

#[derive(Debug)]
pub(crate) struct Listing {
    plan: plan::Listing,
    place: Place,
    /// The sum of the last page.
    last: Option<u32>,
    done: bool,
}

impl Listing {
    pub(super) fn new(plan: plan::Listing) -> Self {
        let place = Place::new(plan.page_size.unwrap_or(DEFAULT_SIZE));
        Listing { plan, place, last: None, done: false }
    }

    pub(super) fn ask(&self) -> Option<Ask> {
        if self.done {
            return None;
        }
        let mut ask = self.plan.ask.clone();
        let page = [("pageSize", u64::from(self.place.size)), ("pageNumber", self.place.number())];
        let page = page.get(usize::from(self.plan.page_size.is_none())..).unwrap_or_default();
        let body = ask.body.as_mut().and_then(Value::as_object_mut);
        let mut within = match (self.plan.place, body) {
            (PagePlace::Body, Some(body)) => Some(body),
            (PagePlace::Paging, Some(body)) => {
                body.entry("paging").or_insert_with(|| Value::Object(Map::new())).as_object_mut()
            }
            _ => None,
        };
        for (key, value) in page {
            match &mut within {
                Some(object) => drop(object.insert((*key).to_owned(), (*value).into())),
                None => ask.query.push(((*key).to_owned(), value.to_string())),
            }
        }
        Some(ask)
    }

    /// # Errors
    /// `answer.unexpected` where a page is the one before it, although the answer says that there are more.
    pub(super) fn take(&mut self, found: &Found) -> Result<Taken, Error> {
        let Found::Listing { count, sum, page_count, total, ref next, .. } = *found else {
            self.done = true;
            return Ok(Taken { deliver: true, ..Taken::default() });
        };
        let number = self.place.number();
        if count > 0 && self.last.replace(sum) == Some(sum) {
            return self.repeated(number, page_count.is_none() && total.is_none());
        }
        self.place.advance();
        // `pageCount`, `total` and `nextUri` may each be missing, and a listing may clamp the page size without saying
        // so: an empty page is the only end that needs no trust.
        self.done = count == 0
            || match (page_count, total) {
                (Some(pages), _) => number >= pages,
                (None, Some(total)) => self.place.position >= total && next.is_none(),
                (None, None) => false,
            };
        Ok(Taken { deliver: count > 0, items: count.into(), total, ..Taken::default() })
    }

    /// Some operations answer everything at once, whatever page they are asked for.
    fn repeated(&mut self, number: u64, is_all: bool) -> Result<Taken, Error> {
        let what = format!("page {number} is page {} once more", number - 1);
        if number != 2 || !is_all {
            let error = Error::new(ErrorKind::AnswerUnexpected, format!("the answer cannot be followed: {what}"));
            return Err(
                error.remedy("ask for larger pages, or with other filters: from here on the server repeats itself")
            );
        }
        self.done = true;
        Ok(Taken { told: Some((NoticeKind::Lint, format!("{what}: all of it was on the first"))), ..Taken::default() })
    }

    pub(super) fn sum(&self) -> u32 {
        sum_of(&self.plan.ask)
    }

    pub(super) fn bookmark(&self) -> Option<Bookmark> {
        self.place.told().map(|(position, size)| Bookmark::Listing { position, size })
    }

    pub(super) fn resume(&mut self, place: &Bookmark) -> bool {
        let Bookmark::Listing { position, size } = *place else { return false };
        self.place = self.place.at(position, size);
        true
    }

    pub(super) fn shrink(&mut self) -> bool {
        self.plan.page_size.is_some() && self.place.halve_evenly()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::look::{Look, Next};

    fn listing() -> Listing {
        let query = vec![("state".into(), "any".into())];
        let ask = Ask { query, ..Ask::get("/api/v2/routing/queues", Look::Listing) };
        Listing::new(plan::Listing { ask, page_size: Some(100), place: PagePlace::Query })
    }

    fn pages(found: impl Fn(u64) -> Found) -> u64 {
        let mut flow = listing();
        let mut pages = 0;
        while flow.ask().is_some() {
            pages += 1;
            flow.take(&found(pages)).unwrap();
        }
        pages
    }

    /// A page that is no other.
    fn numbered(mut page: Found, number: u64) -> Found {
        if let Found::Listing { sum, .. } = &mut page {
            *sum = number as u32;
        }
        page
    }

    fn page(sum: u32, page_count: Option<u64>, total: Option<u64>) -> Found {
        Found::Listing { ids: Vec::new(), count: 3, sum, page_count, total, next: None }
    }

    #[test]
    fn what_answers_everything_at_once_is_asked_twice_and_not_for_ever() {
        let mut flow = listing();
        assert!(flow.take(&page(7, None, None)).unwrap().deliver);
        let again = flow.take(&page(7, None, None)).unwrap();
        assert_eq!((again.deliver, again.items, flow.ask()), (false, 0, None));
        assert!(again.told.unwrap().1.contains("page 2 is page 1 once more"));
    }

    #[test]
    fn a_listing_that_repeats_itself_and_is_not_at_its_end_is_an_error() {
        for (page_count, total) in [(Some(u64::MAX), None), (None, Some(9))] {
            let mut flow = listing();
            flow.take(&page(7, page_count, total)).unwrap();
            assert_eq!(flow.take(&page(7, page_count, total)).unwrap_err().kind, ErrorKind::AnswerUnexpected);
        }
        let mut flow = listing();
        flow.take(&page(1, None, None)).unwrap();
        flow.take(&page(2, None, None)).unwrap();
        assert!(flow.take(&page(2, None, None)).unwrap_err().message.contains("page 3 is page 2 once more"));
    }

    #[test]
    fn it_ends_where_the_envelope_says_or_where_nothing_is_left() {
        let page = |count, page_count, total, next: bool| {
            let next = next.then(|| Next::Uri("/api/v2/routing/queues?pageNumber=2".into()));
            Found::Listing { ids: Vec::new(), count, sum: 0, page_count, total, next }
        };
        let pages = |found: &dyn Fn(u64) -> Found| pages(|number| numbered(found(number), number));
        assert_eq!(pages(&|_| page(100, Some(3), Some(250), true)), 3);
        assert_eq!(pages(&|_| page(100, None, Some(250), false)), 3);
        assert_eq!(pages(&|n| page(if n < 4 { 100 } else { 0 }, None, None, false)), 4);
        assert_eq!(pages(&|n| page(if n < 3 { 7 } else { 0 }, None, None, true)), 3, "short pages are no end");
        assert_eq!(pages(&|_| page(0, None, None, false)), 1);
    }

    #[test]
    fn what_is_no_page_is_delivered_and_ends_it() {
        let mut flow = listing();
        let page = Found::Listing { ids: Vec::new(), count: 2, sum: 0, page_count: None, total: Some(9), next: None };
        let taken = flow.take(&page).unwrap();
        assert_eq!((taken.deliver, taken.items, taken.total), (true, 2, Some(9)));
        assert!(flow.take(&Found::Json).unwrap().deliver);
        assert_eq!(flow.ask(), None);
    }

    #[test]
    fn smaller_pages_repeat_nothing() {
        let page =
            |count| Found::Listing { ids: Vec::new(), count, sum: 0, page_count: None, total: Some(1_000), next: None };
        for (size, smaller) in [(100, 50), (25, 5), (5, 1), (30, 15)] {
            let mut flow = listing();
            flow.place = Place::new(size);
            flow.take(&page(size)).unwrap();
            assert!(flow.shrink());
            let place = flow.place;
            assert_eq!((place.size, (place.number() - 1) * u64::from(place.size)), (smaller, place.position));
        }
    }

    #[test]
    fn it_goes_on_at_the_page_where_it_ended() {
        let mut flow = listing();
        assert_eq!(flow.bookmark(), None, "nothing was read");
        flow.take(&Found::Listing {
            ids: Vec::new(),
            count: 100,
            sum: 0,
            page_count: Some(9),
            total: None,
            next: None,
        })
        .unwrap();
        flow.shrink();
        let mut again = listing();
        assert!(again.resume(&flow.bookmark().unwrap()));
        assert_eq!(again.ask(), flow.ask());
        assert_eq!(again.sum(), flow.sum());
    }

    #[test]
    fn it_asks_by_number() {
        let mut flow = listing();
        flow.take(&Found::Listing {
            ids: Vec::new(),
            count: 100,
            sum: 0,
            page_count: Some(2),
            total: None,
            next: None,
        })
        .unwrap();
        let ask = flow.ask().unwrap();
        assert_eq!(ask.query[1..], [("pageSize".into(), "100".into()), ("pageNumber".into(), "2".into())]);
    }

    #[test]
    fn it_asks_in_the_body_where_the_operation_wants_it_there() {
        let ask = Ask::query("/api/v2/teams/search", Map::new(), Look::Listing);
        let body = |place, page_size| {
            Listing::new(plan::Listing { ask: ask.clone(), page_size, place }).ask().unwrap().body.unwrap()
        };
        assert_eq!(body(PagePlace::Body, Some(50)), json!({"pageSize": 50, "pageNumber": 1}));
        assert_eq!(body(PagePlace::Body, None), json!({"pageNumber": 1}));
        assert_eq!(body(PagePlace::Paging, Some(50)), json!({"paging": {"pageSize": 50, "pageNumber": 1}}));
    }
}
