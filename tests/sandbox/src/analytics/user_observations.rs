//! `POST analytics/users/observations/query`: in how many queues a user is a member, and active.

use serde_json::{Value, json};

use super::aggregates::Agent;
use super::filter::Filter;
use super::observations::{asked_metrics, each_once};
use super::{shape, vocabulary};
use crate::org::{Call, Org};
use crate::refusal::Refusal;

impl Org {
    /// Answers the query. Its model of an observation cannot name a queue, so `detailMetrics` only count, too.
    pub(crate) fn query_user_observations(&mut self, call: &Call) -> Result<Vec<u8>, Refusal> {
        shape::check(&call.body, "UserObservationQuery", &["filter", "metrics", "detailMetrics"])?;
        let (metrics, details) = asked_metrics(&call.body)?;
        let metrics = each_once(&metrics, &details);
        for metric in &metrics {
            vocabulary::check(metric, "user-observation.metric", "metrics")?;
        }
        if call.body["filter"].is_null() {
            return Err(Refusal::bad("A filter is required."));
        }
        let filter = Filter::read(&call.body["filter"], "user")?;
        let present = self.present(call.now);
        let directory = self.directory.clone();
        let mut results = Vec::new();
        for (at, user) in directory.users.iter().enumerate() {
            let Some(seen) = present[at] else { continue };
            let id = user.entity.id.to_string();
            let division = directory.divisions[user.entity.division].id;
            if !call.sees(&[division]) || !filter.passes(&Agent(id.clone())) {
                continue;
            }
            let queues = directory.queues_of(at);
            let member = queues.filter(|queue| call.sees(&[directory.divisions[queue.entity.division].id])).count();
            let active = if seen.is_on_queue() { member } else { 0 };
            let data = metrics.iter().map(|metric| {
                let count = if metric == "oActiveQueues" { active } else { member };
                json!({"metric": metric, "stats": {"count": count}})
            });
            results.push(json!({"group": {"userId": id}, "data": data.collect::<Vec<Value>>()}));
        }
        let body = if results.is_empty() { json!({}) } else { json!({"results": results}) };
        Ok(body.to_string().into_bytes())
    }
}
