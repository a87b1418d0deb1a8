//! A queue's members at this moment: who talks, who is ready, who is away.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::observations::attach;
use crate::directory::{Queue, User};
use crate::org::Org;
use crate::rng::{Rng, key, key_of_text};
use crate::time::{HOUR, MINUTE, iso};
use crate::uuid::Uuid;

/// Busy users and since when they are.
pub(crate) type Busy = BTreeMap<Uuid, i64>;

/// System presences users are seen in: as the definitions spell them, and as observations do.
pub(crate) const PRESENCES: [(&str, &str); 2] = [("Available", "AVAILABLE"), ("OnQueue", "ON_QUEUE")];

const STATUSES: [&str; 3] = ["INTERACTING", "IDLE", "OFF_QUEUE"];
const ON_QUEUE: &[&str] = &["INTERACTING", "IDLE"];
const OFF_QUEUE: &[&str] = &["OFF_QUEUE"];

/// A member of a queue with its routing status.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    user: Uuid,
    status: &'static str,
    since: i64,
}

impl Org {
    /// A user's routing status and since when.
    pub(crate) fn routing_status(&self, user: &User, busy: &Busy, now: i64) -> (&'static str, i64) {
        match busy.get(&user.entity.id) {
            Some(since) => ("INTERACTING", *since),
            None => self.idle_status(user, now),
        }
    }

    /// On or off queue while not busy, decided anew each half hour.
    fn idle_status(&self, user: &User, now: i64) -> (&'static str, i64) {
        let slot = now.div_euclid(30 * MINUTE);
        let (high, low) = user.entity.id.halves();
        let mut rng = Rng::new(key(&[self.seed, high, low, slot as u64]));
        let hour = now.div_euclid(HOUR).rem_euclid(24);
        let on_duty = if (7..19).contains(&hour) { 0.7 } else { 0.15 };
        let since = slot * 30 * MINUTE;
        if user.state == "active" && rng.chance(on_duty) { ("IDLE", since) } else { ("OFF_QUEUE", since) }
    }

    /// The organisation's presence that stands for a system presence.
    pub(crate) fn presence_id(&self, name: &str) -> Uuid {
        Rng::new(key_of_text(self.seed, name)).uuid()
    }

    /// The members of a queue.
    pub(super) fn members(&self, queue: &Queue, busy: &Busy, now: i64) -> Vec<Member> {
        let users = queue.members.iter().map(|at| &self.directory.users[*at]);
        let members = users.map(|user| {
            let (status, since) = self.routing_status(user, busy, now);
            Member { user: user.entity.id, status, since }
        });
        members.collect()
    }

    /// The rows of a metric that counts users: one for each qualifier.
    pub(super) fn of_members(&self, members: &[Member], metric: &str, is_detailed: bool) -> Vec<Value> {
        let rows = self.qualifiers(metric).into_iter().map(|(qualifier, statuses)| {
            let counted: Vec<&Member> = members.iter().filter(|member| statuses.contains(&member.status)).collect();
            let mut row = json!({"metric": metric});
            if let Some(qualifier) = qualifier {
                row["qualifier"] = json!(qualifier);
            }
            row["stats"] = json!({"count": counted.len()});
            if is_detailed {
                let list = counted
                    .iter()
                    .map(|member| json!({"observationDate": iso(member.since), "userId": member.user.to_string()}));
                attach(&mut row, list.collect());
            }
            row
        });
        // A routing status nobody has is left out, as in the genuine sample.
        rows.filter(|row| metric != "oUserRoutingStatuses" || row["stats"]["count"] != 0).collect()
    }

    /// Each qualifier of a metric with the routing statuses that count for it.
    fn qualifiers(&self, metric: &str) -> Vec<(Option<String>, &'static [&'static str])> {
        let presence = |at: usize| Some(self.presence_id(PRESENCES[at].0).to_string());
        match metric {
            "oUserRoutingStatuses" => {
                (0..STATUSES.len()).map(|at| (Some(STATUSES[at].into()), &STATUSES[at..=at])).collect()
            }
            "oUserPresences" => vec![(presence(1), ON_QUEUE), (presence(0), OFF_QUEUE)],
            "oOnQueueUsers" | "oActiveUsers" => vec![(None, ON_QUEUE)],
            "oOffQueueUsers" => vec![(None, OFF_QUEUE)],
            _ => vec![(None, &STATUSES)],
        }
    }
}
