//! An entity listing, to its last page, whatever is missing from the envelope.

use super::{Place, Taken};
use crate::look::Found;
use crate::plan::{self, Ask};

#[derive(Debug)]
pub(crate) struct Listing {
    plan: plan::Listing,
    place: Place,
    done: bool,
}

impl Listing {
    pub(super) fn new(plan: plan::Listing) -> Self {
        let place = Place::new(plan.page_size);
        Listing { plan, place, done: false }
    }

    pub(super) fn ask(&self) -> Option<Ask> {
        if self.done {
            return None;
        }
        let mut ask = self.plan.ask.clone();
        ask.query.push(("pageSize".into(), self.place.size.to_string()));
        ask.query.push(("pageNumber".into(), self.place.number().to_string()));
        Some(ask)
    }

    pub(super) fn take(&mut self, found: &Found) -> Taken {
        let Found::Listing { count, page_count, total, next, .. } = *found else {
            self.done = true;
            return Taken { deliver: true, ..Taken::default() };
        };
        let number = self.place.number();
        self.place.advance();
        // `pageCount`, `total` and `nextUri` may each be missing, and a listing may clamp the page size without saying
        // so: an empty page is the only end that needs no trust.
        self.done = count == 0
            || match (page_count, total) {
                (Some(pages), _) => number >= pages,
                (None, Some(total)) => self.place.position >= total && !next,
                (None, None) => false,
            };
        Taken { deliver: count > 0, items: count.into(), total, ..Taken::default() }
    }

    pub(super) fn shrink(&mut self) -> bool {
        self.place.halve()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::Look;

    fn listing() -> Listing {
        let ask = Ask {
            method: http::Method::GET,
            path: "/api/v2/routing/queues".into(),
            query: vec![("state".into(), "any".into())],
            body: None,
            look: Look::Listing,
        };
        Listing::new(plan::Listing { ask, page_size: 100 })
    }

    fn pages(found: impl Fn(u64) -> Found) -> u64 {
        let mut flow = listing();
        let mut pages = 0;
        while flow.ask().is_some() {
            pages += 1;
            flow.take(&found(pages));
        }
        pages
    }

    #[test]
    fn it_ends_where_the_envelope_says_or_where_nothing_is_left() {
        let page = |count, page_count, total, next| Found::Listing { ids: Vec::new(), count, page_count, total, next };
        assert_eq!(pages(|_| page(100, Some(3), Some(250), true)), 3);
        assert_eq!(pages(|_| page(100, None, Some(250), false)), 3);
        assert_eq!(pages(|n| page(if n < 4 { 100 } else { 0 }, None, None, false)), 4);
        assert_eq!(pages(|n| page(if n < 3 { 7 } else { 0 }, None, None, true)), 3, "short pages are no end");
        assert_eq!(pages(|_| page(0, None, None, false)), 1);
    }

    #[test]
    fn it_asks_by_number() {
        let mut flow = listing();
        flow.take(&Found::Listing { ids: Vec::new(), count: 100, page_count: Some(2), total: None, next: true });
        let ask = flow.ask().unwrap();
        assert_eq!(ask.query[1..], [("pageSize".into(), "100".into()), ("pageNumber".into(), "2".into())]);
    }
}
