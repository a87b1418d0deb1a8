//! What is written down: changes by control calls and log-ins as they happen, and what administrators did, made up from
//! the seed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::directory::{DEPARTMENT, Directory, Named, Queue, User};
use crate::org::{Call, Org};
use crate::rng::{Rng, key};
use crate::time::{DAY, HOUR, Interval, MINUTE, SECOND, day_of};
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

impl Directory {
    /// Who sets things up and changes them: the first who did not leave.
    pub(crate) fn administrators(&self) -> impl Iterator<Item = &User> {
        self.users.iter().filter(|user| user.state == "active").take(3)
    }

    /// Who set things up.
    pub(crate) fn founder(&self) -> Uuid {
        self.administrators().next().map_or(self.organization.id, |user| user.entity.id)
    }
}

/// When things were changed last, and by whom.
pub(crate) type Changes = BTreeMap<Uuid, (i64, Uuid)>;

/// What happened while the organisation ran.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    events: VecDeque<Event>,
    written: u64,
}

impl Org {
    /// Writes down what happened to a client, its role or one of its tokens.
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
        let entity = match entity_type {
            "Role" => (role.id, role.name.to_string()),
            "OAuthClient" => (id, name.to_string()),
            _ => (Rng::new(key(&[self.seed, self.journal.written, 74])).uuid(), String::new()),
        };
        let is_login = (entity_type, action) == ("AccessToken", "Create");
        // Control calls are an administrator's.
        let by = if is_login { (self.clients().user_of(client), Some(id)) } else { (Some(self.administrator()), None) };
        self.write(at, (entity_type, action), entity, by, change);
    }

    /// Writes down that administrators made tokens void, one of each of these clients.
    pub(crate) fn note_void(&mut self, at: i64, clients: &[usize]) {
        for client in clients {
            let old = vec![self.clients().list()[*client].id.to_string()];
            let change = Change { property: "clientId".into(), old, new: Vec::new() };
            self.note(at, *client, ("AccessToken", "Delete"), Some(change));
        }
    }

    /// When an OAuth client was changed last while the organisation ran.
    pub(crate) fn client_changed(&self, id: Uuid) -> Option<i64> {
        let mut events = self.journal.events.iter().rev();
        events.find(|event| event.entity_type == "OAuthClient" && event.entity.0 == id).map(|event| event.at)
    }

    /// Writes down that whoever had a token of a client logged out.
    pub(crate) fn note_logout(&mut self, at: i64, client: usize) {
        let id = self.clients().list()[client].id;
        let change = Change { property: "clientId".into(), old: vec![id.to_string()], new: Vec::new() };
        let token = Rng::new(key(&[self.seed, self.journal.written, 74])).uuid();
        let by = (self.clients().user_of(client), Some(id));
        self.write(at, ("AccessToken", "Delete"), (token, String::new()), by, Some(change));
    }

    /// Writes down that a setting of the organisation is another.
    pub(crate) fn note_setting(&mut self, at: i64, property: &str, old: impl ToString, new: impl ToString) {
        let (old, new) = (old.to_string(), new.to_string());
        if old == new {
            return;
        }
        let change = Change { property: property.into(), old: vec![old], new: vec![new] };
        let organization = &self.directory.organization;
        let entity = (organization.id, organization.name.clone());
        self.write(at, ("AuthOrganization", "Update"), entity, (Some(self.administrator()), None), Some(change));
    }

    /// Who makes control calls.
    fn administrator(&self) -> Uuid {
        self.clients().account.user
    }

    fn write(
        &mut self,
        at: i64,
        (entity_type, action): (&'static str, &'static str),
        entity: (Uuid, String),
        (user, client): (Option<Uuid>, Option<Uuid>),
        change: Option<Change>,
    ) {
        let rng = &mut Rng::new(key(&[self.seed, self.journal.written, 71]));
        let event = Event {
            id: rng.uuid(),
            at,
            service: "PeoplePermissions",
            entity_type,
            action,
            entity,
            user,
            client,
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
        let deeds = days.flat_map(|day| deeds(self.seed, day, &self.directory));
        let over = deeds.filter(|deed| deed.last().is_some_and(|event| event.at <= now)).flatten();
        let mut all: Vec<Event> = over.chain(self.journal.events.iter().cloned()).collect();
        all.retain(|event| first <= event.at && event.at < interval.end && event.at <= now);
        // What happened at the same moment stays as it was written.
        all.sort_by_key(|event| event.at);
        all
    }
}

impl Org {
    /// The last changes of all groups.
    pub(crate) fn group_changes<'a>(&self, call: &'a Call) -> &'a Changes {
        let groups = self.directory.groups.iter().map(|group| group.id);
        call.group_changes.get_or_init(|| self.last_changes(groups, call.now))
    }

    /// When administrators changed each of some things last, and who did: nothing of what is as it was a year ago.
    pub(crate) fn last_changes(&self, things: impl IntoIterator<Item = Uuid>, now: i64) -> Changes {
        let mut wanted: BTreeSet<Uuid> = things.into_iter().collect();
        let mut changes = Changes::new();
        for day in (day_of(now - KEPT)..=day_of(now)).rev() {
            if wanted.is_empty() {
                break;
            }
            for deed in deeds(self.seed, day, &self.directory).iter().rev() {
                let (Some(first), Some(last)) = (deed.first(), deed.last()) else { continue };
                if last.at <= now && wanted.remove(&first.entity.0) {
                    changes.extend(first.user.map(|user| (first.entity.0, (last.at, user))));
                }
            }
        }
        changes
    }
}

/// What administrators did on a day to one thing after the other: mistakes, and what is to be done when somebody leaves.
fn deeds(seed: u64, day: i64, directory: &Directory) -> Vec<Vec<Event>> {
    let mut all = slips(seed, day, directory);
    let mut left: Vec<usize> =
        (0..directory.users.len()).filter(|at| day_of(directory.users[*at].left) == day).collect();
    left.sort_by_key(|at| directory.users[*at].left);
    all.extend(left.into_iter().flat_map(|user| farewell(seed, user, directory)));
    all
}

/// Whoever leaves is one no longer, and then a member of nothing.
fn farewell(seed: u64, user: usize, directory: &Directory) -> Vec<Vec<Event>> {
    let User { entity: person, state, left, .. } = &directory.users[user];
    let (high, low) = person.id.halves();
    let rng = &mut Rng::new(key(&[seed, high, low, 85]));
    let administrators: Vec<Uuid> = directory.administrators().map(|user| user.entity.id).collect();
    let (old, new) = (vec!["active".into()], vec![state.to_string()]);
    let first = Event {
        id: rng.uuid(),
        at: *left,
        service: "Directory",
        entity_type: "User",
        action: if *state == "deleted" { "Delete" } else { "Update" },
        entity: (person.id, person.name.clone()),
        user: Some(*rng.pick(&administrators)),
        client: None,
        transaction: rng.uuid(),
        is_first: true,
        changes: vec![Change { property: "state".into(), old, new }],
    };
    let follows = |id: Uuid, (service, entity_type, action), thing: &Named, change: Change| Event {
        id,
        service,
        entity_type,
        action,
        entity: (thing.id, thing.name.clone()),
        is_first: false,
        changes: vec![change],
        ..first.clone()
    };
    let mut all = vec![vec![first.clone()]];
    // Of those who leave on the same day, whoever is later is still a member.
    let stays = |other: &&usize| directory.users[**other].left > *left;
    for queue in &directory.queues {
        let members = queue.members_until(directory.users[user].works_until());
        if members.contains(&user) {
            let change = listed(true, members_of(queue), format!("queueMember:{}", person.id));
            let removed = follows(rng.uuid(), ("ContactCenter", "Queue", "MemberRemove"), &queue.entity, change);
            let after = members.iter().filter(stays).count();
            let counted = counted(&removed, rng.uuid(), after + 1, after);
            all.push(vec![removed, counted]);
        }
    }
    for (_, group) in directory.groups.iter().enumerate().filter(|(at, _)| Directory::was_in_group(user, *at)) {
        let change = listed(true, "group-membership".into(), person.id.to_string());
        all.push(vec![follows(rng.uuid(), ("Groups", "DirectoryGroup", "Update"), group, change)]);
    }
    all
}

/// The property of a queue that tells its members.
fn members_of(queue: &Queue) -> String {
    format!("queueId:{}:members", queue.entity.id)
}

/// Something that is there is taken away, something that is not is added.
fn listed(is_there: bool, property: String, value: String) -> Change {
    let (with, without) = (vec![value], Vec::new());
    let (old, new) = if is_there { (with, without) } else { (without, with) };
    Change { property, old, new }
}

/// Whoever adds or removes a member changes the queue, too.
fn counted(first: &Event, id: Uuid, before: usize, after: usize) -> Event {
    let (old, new) = (vec![before.to_string()], vec![after.to_string()]);
    Event {
        id,
        at: first.at + 40,
        action: "Update",
        user: None,
        is_first: false,
        changes: vec![Change { property: "memberCount".into(), old, new }],
        ..first.clone()
    }
}

/// What administrators did by mistake on a day, one after the other, each put right within half a minute: what is told of
/// queues, users and groups elsewhere is so before it and after it.
fn slips(seed: u64, day: i64, directory: &Directory) -> Vec<Vec<Event>> {
    let rng = &mut Rng::new(key(&[seed, day as u64, 72]));
    let count = rng.between(6, 12);
    let (begun, each) = (day * DAY + 8 * HOUR, 10 * HOUR / count);
    let times: Vec<i64> = (0..count).map(|at| begun + at * each + rng.between(0, each - MINUTE)).collect();
    let is_there = |at: &usize| directory.users[*at].works_until() >= day * DAY;
    let there: Vec<usize> = (0..directory.users.len()).filter(is_there).collect();
    times.into_iter().map(|at| slip(rng, at, directory, &there)).collect()
}

/// One of them: the change and the way back, each with what followed from it.
fn slip(rng: &mut Rng, at: i64, directory: &Directory, there: &[usize]) -> Vec<Event> {
    let administrators: Vec<Uuid> = directory.administrators().map(|user| user.entity.id).collect();
    let admin = *rng.pick(&administrators);
    let user = *rng.pick(there);
    let User { entity: person, team, .. } = &directory.users[user];
    let queue = rng.pick(&directory.queues);
    let members = queue.members_until(day_of(at) * DAY);
    let of_queue = (queue.entity.id, queue.entity.name.clone());
    let (service, entity_type, entity, [action, back], change) = match rng.weighted(&[3, 2, 2, 1]) {
        0 => {
            let is_there = members.contains(&user);
            let actions = if is_there { ["MemberRemove", "MemberAdd"] } else { ["MemberAdd", "MemberRemove"] };
            let change = listed(is_there, members_of(queue), format!("queueMember:{}", person.id));
            ("ContactCenter", "Queue", of_queue, actions, change)
        }
        1 => {
            let (old, new) = (vec![DEPARTMENT.into()], vec![directory.teams[*team].name.clone()]);
            let change = Change { property: "department".into(), old, new };
            ("Directory", "User", (person.id, person.name.clone()), ["Update"; 2], change)
        }
        2 => {
            let change = listed(true, "wrapupCodes".into(), rng.pick(&directory.wrap_ups).id.to_string());
            ("ContactCenter", "Queue", of_queue, ["WrapupCodeRemove", "WrapupCodeAdd"], change)
        }
        _ => {
            let group = rng.between(0, directory.groups.len() as i64 - 1) as usize;
            let is_there = Directory::was_in_group(user, group);
            let change = listed(is_there, "group-membership".into(), person.id.to_string());
            let group = &directory.groups[group];
            ("Groups", "DirectoryGroup", (group.id, group.name.clone()), ["Update"; 2], change)
        }
    };
    let reversed = Change { property: change.property.clone(), old: change.new.clone(), new: change.old.clone() };
    let mut members = members.len();
    let mut events = Vec::new();
    for (at, action, change) in [(at, action, change), (at + rng.between(5 * SECOND, 30 * SECOND), back, reversed)] {
        let first = Event {
            id: rng.uuid(),
            at,
            service,
            entity_type,
            action,
            entity: entity.clone(),
            user: Some(admin),
            client: None,
            transaction: rng.uuid(),
            is_first: true,
            changes: vec![change],
        };
        let before = members;
        members = if action == "MemberAdd" { members + 1 } else { members.saturating_sub(1) };
        let second = action.starts_with("Member").then(|| counted(&first, rng.uuid(), before, members));
        events.push(first);
        events.extend(second);
    }
    events
}
