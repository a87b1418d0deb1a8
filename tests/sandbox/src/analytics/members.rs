//! What users do at this moment, and a queue's members among them: who talks, who is ready, who is away.

use serde_json::{Value, json};

use super::observations::attach;
use crate::agents::presence::{DEFINITIONS, Presence, Routing};
use crate::agents::timeline::{presence_of, records, routing_of};
use crate::directory::Queue;
use crate::org::Org;
use crate::rng::{Rng, key_of_text};
use crate::time::{Interval, iso};
use crate::uuid::Uuid;

/// A user at this moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Present {
    pub(crate) user: Uuid,
    pub(crate) presence: Presence,
    /// Index of the organisation's presence.
    pub(crate) definition: usize,
    pub(crate) presence_since: i64,
    pub(crate) routing: Routing,
    pub(crate) routing_since: i64,
}

impl Org {
    /// What each user does at this moment, in the order of the directory; nothing for those who left.
    pub(crate) fn present(&mut self, now: i64) -> Vec<Option<Present>> {
        let moment = Interval { start: now, end: now + 1 };
        let all = self.states(moment, now);
        let directory = self.directory.clone();
        let at = |(user, states): (&crate::directory::User, Vec<_>)| {
            let presence = *records(&states, moment, now, presence_of).last()?;
            let routing = *records(&states, moment, now, routing_of).last()?;
            Some(Present {
                user: user.entity.id,
                presence: presence.what.0,
                definition: presence.what.1,
                presence_since: presence.start,
                routing: routing.what,
                routing_since: routing.start,
            })
        };
        directory.users.iter().zip(all).map(at).collect()
    }

    /// The id of the organisation's presence with a name.
    pub(crate) fn presence_id(&self, name: &str) -> Uuid {
        Rng::new(key_of_text(self.seed, name)).uuid()
    }

    /// The members of a queue.
    pub(crate) fn members(queue: &Queue, present: &[Option<Present>]) -> Vec<Present> {
        queue.members.iter().filter_map(|at| present[*at]).collect()
    }

    /// The rows of a metric that counts users: one for each qualifier, and none for one that nobody has.
    pub(super) fn of_members(&self, members: &[Present], metric: &str, is_detailed: bool) -> Vec<Value> {
        let row = |qualifier: Option<String>, counted: Vec<&Present>, since: fn(&Present) -> i64| {
            let mut row = json!({"metric": metric});
            if let Some(qualifier) = qualifier {
                row["qualifier"] = json!(qualifier);
            }
            row["stats"] = json!({"count": counted.len()});
            if is_detailed {
                let list = counted
                    .iter()
                    .map(|member| json!({"observationDate": iso(since(member)), "userId": member.user.to_string()}));
                attach(&mut row, list.collect());
            }
            row
        };
        let those = |holds: &dyn Fn(&Present) -> bool| members.iter().filter(|m| holds(m)).collect::<Vec<_>>();
        match metric {
            "oUserRoutingStatuses" => Routing::ALL
                .into_iter()
                .map(|status| (status.key(), those(&|m| m.routing == status)))
                .filter(|(_, counted)| !counted.is_empty())
                .map(|(status, counted)| row(Some(status.into()), counted, |m| m.routing_since))
                .collect(),
            "oUserPresences" => (0..DEFINITIONS.len())
                .map(|at| (self.presence_id(DEFINITIONS[at].name).to_string(), those(&|m| m.definition == at)))
                .filter(|(_, counted)| !counted.is_empty())
                .map(|(id, counted)| row(Some(id), counted, |m| m.presence_since))
                .collect(),
            "oOnQueueUsers" | "oActiveUsers" => vec![row(None, those(&Present::is_on_queue), |m| m.presence_since)],
            "oOffQueueUsers" => vec![row(None, those(&|m| !m.is_on_queue()), |m| m.presence_since)],
            _ => vec![row(None, those(&|_| true), |m| m.presence_since)],
        }
    }
}

impl Present {
    /// Whether the user is given work.
    pub(crate) fn is_on_queue(&self) -> bool {
        self.presence == Presence::OnQueue
    }
}
