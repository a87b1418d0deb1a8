//! A listing, then a query for each batch of the ids it gave. The listing's pages are not delivered.

use serde_json::{Map, Value};

use super::Taken;
use super::listing::Listing;
use crate::error::Error;
use crate::look::Found;
use crate::plan::{Ask, PerEntity as Plan};

#[derive(Debug)]
pub(crate) struct PerEntity {
    plan: Plan,
    listing: Listing,
    /// Each once, in the order found; a listing that shifts while it is read repeats some.
    ids: Vec<String>,
    /// The same to look an id up: no map but those of JSON is worth the bytes of another.
    had: Map<String, Value>,
    asked: usize,
}

impl PerEntity {
    pub(super) fn new(plan: Plan) -> Self {
        let listing = Listing::new(plan.listing.clone());
        PerEntity { plan, listing, ids: Vec::new(), had: Map::new(), asked: 0 }
    }

    pub(super) fn ask(&self) -> Option<Ask> {
        self.listing.ask().or_else(|| self.batch().map(|ids| self.plan.ask_for(ids)))
    }

    fn batch(&self) -> Option<&[String]> {
        self.ids.get(self.asked..)?.chunks(self.plan.ids_per_request.max(1)).next()
    }

    /// # Errors
    /// `answer.unexpected` where the listing leads nowhere.
    pub(super) fn take(&mut self, found: &Found) -> Result<Taken, Error> {
        if self.listing.ask().is_none() {
            self.asked += self.batch().map_or(0, <[String]>::len);
            return Ok(Taken { deliver: true, items: 1, ..Taken::default() });
        }
        let taken = self.listing.take(found)?;
        if let Found::Listing { ids, .. } = found {
            self.ids.extend(ids.iter().filter(|id| self.had.insert((*id).clone(), Value::Null).is_none()).cloned());
        }
        Ok(Taken { told: taken.told, ..Taken::default() })
    }

    pub(super) fn shrink(&mut self) -> bool {
        if self.listing.ask().is_some() {
            return self.listing.shrink();
        }
        let half = self.plan.ids_per_request / 2;
        if half == 0 {
            return false;
        }
        self.plan.ids_per_request = half;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Steps;
    use crate::report::Report;
    use crate::time::Now;

    #[test]
    fn every_queue_is_asked_once_in_batches() {
        let report = Report::from_json(&serde_json::json!({"report": "observations"})).unwrap();
        let Steps::PerEntity(plan) = report.plan(Now { mono: 0, wall: 0 }).unwrap().steps else { panic!() };
        let mut flow = PerEntity::new(plan);
        let page = |from: usize, to: usize| Found::Listing {
            ids: (from..to).map(|id| format!("q{id}")).collect(),
            count: u32::try_from(to - from).unwrap(),
            sum: u32::try_from(to).unwrap(),
            page_count: Some(2),
            total: None,
            next: None,
        };
        for found in [page(0, 100), page(90, 150)] {
            assert_eq!(flow.ask().unwrap().path, "/api/v2/routing/queues");
            assert_eq!(flow.take(&found).unwrap(), Taken::default());
        }
        let mut asked = Vec::new();
        assert!(flow.shrink());
        while let Some(ask) = flow.ask() {
            let body = ask.body.unwrap();
            let any = body["filter"]["clauses"][0]["predicates"].as_array().unwrap().clone();
            assert!(any.len() <= 50);
            asked.extend(any.iter().map(|predicate| predicate["value"].as_str().unwrap().to_owned()));
            assert!(flow.take(&Found::Json).unwrap().deliver);
        }
        assert_eq!(asked, (0..150).map(|id| format!("q{id}")).collect::<Vec<_>>());
    }

    #[test]
    fn without_queues_nothing_more_is_asked() {
        let report = Report::from_json(&serde_json::json!({"report": "observations"})).unwrap();
        let Steps::PerEntity(plan) = report.plan(Now { mono: 0, wall: 0 }).unwrap().steps else { panic!() };
        let mut flow = PerEntity::new(plan);
        flow.take(&Found::Listing { ids: Vec::new(), count: 0, sum: 0, page_count: None, total: None, next: None })
            .unwrap();
        assert_eq!(flow.ask(), None);
    }
}
