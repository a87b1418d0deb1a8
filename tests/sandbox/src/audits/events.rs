//! What is written down: changes by control calls and log-ins as they happen, and what administrators did, made up from
//! the seed.

use std::collections::VecDeque;

use crate::directory::Directory;
use crate::org::Org;
use crate::rng::{Rng, key};
use crate::time::{DAY, HOUR, Interval};
use crate::uuid::Uuid;

/// How long events are kept ("Retention period for analytics data and recording": at least a year).
pub(super) const KEPT: i64 = 365 * DAY;

/// How many events of control calls and log-ins are remembered.
const MOST: usize = 100_000;

/// A property with what it was and what it became.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) property: String,
    pub(crate) old: Vec<String>,
    pub(crate) new: Vec<String>,
}

/// One event.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) id: Uuid,
    pub(crate) at: i64,
    pub(crate) service: &'static str,
    pub(crate) entity_type: &'static str,
    pub(crate) action: &'static str,
    /// Id and name of what it happened to.
    pub(crate) entity: (Uuid, String),
    pub(crate) user: Option<Uuid>,
    pub(crate) client: Option<Uuid>,
    /// What it is a part of.
    pub(crate) transaction: Uuid,
    /// Whether the others of its transaction follow from it.
    pub(crate) is_first: bool,
    pub(crate) changes: Vec<Change>,
}

/// What happened while the organisation ran.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    events: VecDeque<Event>,
    written: u64,
}

impl Org {
    /// Writes down what happened to a client or its role.
    pub(crate) fn note(
        &mut self,
        at: i64,
        client: usize,
        (entity_type, action): (&'static str, &'static str),
        change: Option<Change>,
    ) {
        let (role, id, name) = {
            let client = &self.clients().list()[client];
            (client.role.clone(), client.id, client.name)
        };
        let rng = &mut Rng::new(key(&[self.seed, self.journal.written, 71]));
        let entity = match entity_type {
            "Role" => (role.id, role.name.to_string()),
            "OAuthClient" => (id, name.to_string()),
            _ => (rng.uuid(), String::new()),
        };
        let is_login = entity_type == "AccessToken";
        let event = Event {
            id: rng.uuid(),
            at,
            service: "PeoplePermissions",
            entity_type,
            action,
            entity,
            // Control calls are an administrator's.
            user: (!is_login).then_some(self.directory.users[0].entity.id).or(self.clients().user_of(client)),
            client: is_login.then_some(id),
            transaction: rng.uuid(),
            is_first: true,
            changes: change.into_iter().collect(),
        };
        if self.journal.events.len() == MOST {
            self.journal.events.pop_front();
        }
        self.journal.events.push_back(event);
        self.journal.written += 1;
    }

    /// The events of a time, oldest first, as far as they have happened by `now`.
    pub(super) fn events(&self, interval: Interval, now: i64) -> Vec<Event> {
        let first = interval.start.max(now - KEPT);
        let days = Interval { start: first, end: interval.end.min(now + 1).max(first) }.days();
        let made_up = days.flat_map(|day| edits(self.seed, day, &self.directory));
        let mut all: Vec<Event> = made_up.chain(self.journal.events.iter().cloned()).collect();
        all.retain(|event| first <= event.at && event.at < interval.end && event.at <= now);
        all.sort_by_key(|event| (event.at, event.id));
        all
    }
}

/// What administrators changed on a day.
fn edits(seed: u64, day: i64, directory: &Directory) -> Vec<Event> {
    let rng = &mut Rng::new(key(&[seed, day as u64, 72]));
    (0..rng.between(6, 12)).flat_map(|_| edit(rng, day, directory)).collect()
}

fn edit(rng: &mut Rng, day: i64, directory: &Directory) -> Vec<Event> {
    let at = day * DAY + rng.between(8 * HOUR, 18 * HOUR);
    let admins = &directory.users[..directory.users.len().min(3)];
    let admin = rng.pick(admins).entity.id;
    let user = rng.pick(&directory.users);
    let queue = rng.pick(&directory.queues);
    let (queue_id, of_queue) = (queue.entity.id, (queue.entity.id, queue.entity.name.clone()));
    let members = Change { property: format!("queueId:{queue_id}:members"), old: Vec::new(), new: Vec::new() };
    let member = vec![format!("queueMember:{}", user.entity.id)];
    let one =
        |property: &str, old: String, new: String| Change { property: property.into(), old: vec![old], new: vec![new] };
    let count = queue.members.len();
    let (service, entity_type, action, entity, change) = match rng.weighted(&[4, 3, 2, 2, 1]) {
        0 => ("ContactCenter", "Queue", "MemberAdd", of_queue, Change { new: member, ..members }),
        1 => ("ContactCenter", "Queue", "MemberRemove", of_queue, Change { old: member, ..members }),
        2 => {
            let name = directory.teams[user.team].name.clone();
            (
                "Directory",
                "User",
                "Update",
                (user.entity.id, user.entity.name.clone()),
                one("department", "Service".into(), name),
            )
        }
        3 => {
            let code = rng.pick(&directory.wrap_ups);
            (
                "ContactCenter",
                "Queue",
                "WrapupCodeAdd",
                of_queue,
                one("wrapupCodes", String::new(), code.id.to_string()),
            )
        }
        _ => {
            let group = rng.pick(&directory.groups);
            let change = one("group-membership", String::new(), user.entity.id.to_string());
            ("Groups", "DirectoryGroup", "Update", (group.id, group.name.clone()), change)
        }
    };
    let (transaction, is_of_members) = (rng.uuid(), action.starts_with("Member"));
    let first = Event {
        id: rng.uuid(),
        at,
        service,
        entity_type,
        action,
        entity,
        user: Some(admin),
        client: None,
        transaction,
        is_first: true,
        changes: vec![change],
    };
    // Whoever adds a member changes the queue, too.
    let second = is_of_members.then(|| Event {
        id: rng.uuid(),
        at: at + 40,
        action: "Update",
        user: None,
        is_first: false,
        changes: vec![one("memberCount", count.saturating_sub(1).to_string(), count.to_string())],
        ..first.clone()
    });
    std::iter::once(first).chain(second).collect()
}
