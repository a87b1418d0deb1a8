//! How an organisation comes to its people, queues and lists: all from its seed and size.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Directory, Named, Queue, Size, User};
use crate::agents::roster::{Habits, Roster};
use crate::rng::{Rng, key, key_of_text};
use crate::time::{DAY, HOUR, MINUTE};
use crate::uuid::Uuid;

const FIRST: [&str; 16] = [
    "Ana",
    "José",
    "Wei",
    "Fatima",
    "John",
    "Zoë",
    "Søren",
    "Priya",
    "Liam",
    "Мария",
    "Yuki",
    "Noah",
    "Inès",
    "Kwame",
    "Łucja",
    "Olivia",
];
const LAST: [&str; 16] = [
    "García",
    "Smith",
    "O'Neil",
    "Müller",
    "Chen",
    "Patel",
    "Kowalski",
    "Nguyễn",
    "Brown",
    "Иванова",
    "Silva",
    "Dubois",
    "Rossi",
    "Okafor",
    "Jansen",
    "Tanaka",
];
const TOPICS: [&str; 10] =
    ["Billing", "Support", "Sales", "Claims", "Orders", "Retention", "Returns", "Cards", "Travel", "VIP"];
const OUTCOMES: [&str; 10] = [
    "Resolved",
    "Callback promised",
    "Escalated",
    "Wrong number",
    "Sale",
    "No sale",
    "Complaint",
    "Address change",
    "Payment arranged",
    "Voicemail left",
];

const LANGUAGES: [&str; 4] = ["English - Spoken", "Deutsch", "Español", "Français"];
const SKILLS: usize = 12;

impl Directory {
    /// Makes the directory of an organisation. Some left it before `settled_day`, the day that tests pull and compare.
    pub fn new(seed: u64, size: Size, settled_day: i64) -> Self {
        let rng = &mut Rng::new(key_of_text(seed, "directory"));
        let (queues, agents, codes) = size.counts();
        let divisions = named(rng, ["Home", "EMEA", "Americas"].map(String::from));
        let mut users = people(seed, rng, agents, settled_day);
        users.sort_by(|a, b| (&a.entity.name, a.entity.id).cmp(&(&b.entity.name, b.entity.id)));
        name_apart(&mut users);
        Self {
            organization: Named { id: rng.uuid(), name: "Pegcount Sandbox".into(), division: 0 },
            queues: queue_list(seed, rng, queues, &users),
            divisions,
            wrap_ups: spread(rng, codes, |at| numbered(&OUTCOMES, at)),
            skills: spread(rng, SKILLS, |at| format!("Skill {:02}", at + 1)),
            languages: named(rng, LANGUAGES.map(String::from)),
            teams: spread(rng, 8, |at| format!("Team {}", at + 1)),
            flows: spread(rng, 9, |at| format!("Main_Inbound_{:02}", at + 1)),
            campaigns: spread(rng, 3, |at| format!("Campaign {}", at + 1)),
            edges: (0..4).map(|_| rng.uuid()).collect(),
            scripts: (0..6).map(|_| rng.uuid()).collect(),
            forms: named(rng, ["QA Voice v3", "QA Digital v1", "Customer satisfaction"].map(String::from)),
            users_by_id: {
                let mut ids: Vec<_> = users.iter().enumerate().map(|(at, user)| (user.entity.id, at)).collect();
                ids.sort_unstable();
                ids
            },
            users,
            outcomes: spread(rng, 5, |at| format!("Outcome {}", at + 1)),
            milestones: spread(rng, 4, |at| format!("Milestone {}", at + 1)),
            groups: spread(rng, 6, |at| format!("Group {}", at + 1)),
            locations: spread(rng, 3, |at| ["New York", "Berlin", "Los Angeles"][at].into()),
            contact_lists: spread(rng, 3, |at| format!("Contacts of campaign {}", at + 1)),
            roster: Roster::new(seed),
        }
    }

    /// A customer's name.
    pub(crate) fn person(rng: &mut Rng) -> String {
        format!("{} {}", rng.pick(&FIRST), rng.pick(&LAST))
    }
}

fn named<const N: usize>(rng: &mut Rng, names: [String; N]) -> Vec<Named> {
    names.into_iter().map(|name| Named { id: rng.uuid(), name, division: 0 }).collect()
}

/// A list whose members are spread over the three divisions.
fn spread(rng: &mut Rng, count: usize, name: impl Fn(usize) -> String) -> Vec<Named> {
    (0..count).map(|at| Named { id: rng.uuid(), name: name(at), division: at % 3 }).collect()
}

fn numbered(words: &[&str], at: usize) -> String {
    match at / words.len() {
        0 => words[at].to_string(),
        round => format!("{} {}", words[at % words.len()], round + 1),
    }
}

/// How many days before the settled day somebody left. No conversation that begins after the day of leaving has other
/// agents for it, and nothing of those before changes nine days later: the settled day and the eight before it are as if
/// nobody had been there.
const LEFT: (i64, i64) = (19, 60);

/// What tells when a user left, and which queues the user was in.
const LEAVING: u64 = 83;
const FORMER: u64 = 84;

/// Fewer agents than this are a handful.
const HANDFUL: usize = 50;

fn people(seed: u64, rng: &mut Rng, agents: usize, settled_day: i64) -> Vec<User> {
    let gone = (agents / 20).max(1);
    (0..agents + 2 * gone)
        .map(|at| {
            let name = Directory::person(rng);
            let state = match at {
                at if at < agents => "active",
                at if at < agents + gone => "inactive",
                _ => "deleted",
            };
            let entity = Named { id: rng.uuid(), name, division: at % 3 };
            let habits = match agents {
                0..HANDFUL => Habits::in_turn(at / 3, entity.division),
                _ => Habits::of(seed, entity.id, entity.division),
            };
            let (skills, languages) =
                (mastered(seed, entity.id, SKILLS, 5), mastered(seed, entity.id, LANGUAGES.len(), 2));
            let bits = skills.iter().map(|(at, _)| *at).chain(languages.iter().map(|(at, _)| SKILLS + at));
            let able = bits.fold(0, |able, at| able | 1 << at);
            let left = if state == "active" { i64::MAX } else { leaving(seed, entity.id, settled_day) };
            User { entity, state, left, team: at % 8, habits, skills, languages, able, username: String::new() }
        })
        .collect()
}

/// When whoever has this id left: in the evening, when administrators have made and mended the mistakes of the day.
fn leaving(seed: u64, id: Uuid, settled_day: i64) -> i64 {
    let (high, low) = id.halves();
    let mut rng = Rng::new(key(&[seed, high, low, LEAVING]));
    (settled_day - rng.between(LEFT.0, LEFT.1)) * DAY + rng.between(18 * HOUR, 20 * HOUR)
}

/// What whoever has this id is good at: up to so many things of a list, each with how well it is mastered.
fn mastered(seed: u64, id: Uuid, things: usize, most: i64) -> Vec<(usize, i64)> {
    let (high, low) = id.halves();
    let mut rng = Rng::new(key(&[seed, high, low, 24]));
    let first = rng.between(0, things as i64 - 1) as usize;
    let count = rng.between(1, most) as usize;
    (0..count).map(|at| ((first + at) % things, rng.between(1, 5))).collect()
}

/// Names users by the last five digits of their numbers, or by more where someone before them has these.
fn name_apart(users: &mut [User]) {
    let mut taken = BTreeSet::new();
    for user in users {
        let number = u64::from(user.number());
        let short = (5..10).map(|digits| (digits as usize, number % 10u64.pow(digits)));
        let mut texts = short.chain((number..).map(|longest| (10, longest)));
        let free = texts.find_map(|(digits, number)| {
            let name = format!("agent{number:0digits$}@sandbox.example.com");
            taken.insert(name.clone()).then_some(name)
        });
        user.username = free.unwrap_or_default();
    }
}

/// Each queue's members are active users of its own division and one in five of the others; nearly all of a handful.
fn queue_list(seed: u64, rng: &mut Rng, count: usize, users: &[User]) -> Vec<Queue> {
    let (near, far) = shares(users);
    let mut list: Vec<Queue> = (0..count)
        .map(|at| {
            let division = at % 3;
            let region = ["Global", "EMEA", "Americas"][division];
            let name = format!("{region} {}", numbered(&TOPICS, at / 3));
            let mut members: Vec<usize> = (0..users.len())
                .filter(|user| users[*user].state == "active")
                .filter(
                    |user| if users[*user].entity.division == division { rng.chance(near) } else { rng.chance(far) },
                )
                .collect();
            if members.is_empty() {
                members.extend(users.iter().position(|user| user.state == "active"));
            }
            let call_target_ms = *rng.pick(&[20_000, 20_000, 30_000]);
            let entity = Named { id: rng.uuid(), name, division };
            let (everyone, parted) = (members.clone(), Vec::new());
            Queue { entity, members, everyone, parted, call_target_ms, acw_timeout_ms: None, is_acw_optional: false }
        })
        .collect();
    list.sort_by(|a, b| a.entity.name.cmp(&b.entity.name));
    list.iter_mut().step_by(2).for_each(|queue| queue.acw_timeout_ms = Some(5 * MINUTE));
    list.iter_mut().skip(3).step_by(4).for_each(|queue| queue.is_acw_optional = true);
    add_former(seed, &mut list, users);
    list
}

/// How many of its own division and of the others are members of a queue.
fn shares(users: &[User]) -> (f64, f64) {
    if users.len() < HANDFUL { (0.95, 0.7) } else { (0.6, 0.2) }
}

/// Whoever left was a member of as many queues as the others, and of one at least.
fn add_former(seed: u64, queues: &mut [Queue], users: &[User]) {
    let (near, far) = shares(users);
    let mut former: Vec<usize> = (0..users.len()).filter(|at| users[*at].state != "active").collect();
    former.sort_by_key(|at| Reverse(users[*at].works_until()));
    for at in former {
        let user = &users[at];
        let (high, low) = user.entity.id.halves();
        let mut rng = Rng::new(key(&[seed, high, low, FORMER]));
        let is_near = |queue: &Queue| queue.entity.division == user.entity.division;
        let drawn = queues.iter().map(|queue| rng.chance(if is_near(queue) { near } else { far }));
        let mut was_in: Vec<bool> = drawn.collect();
        if !was_in.contains(&true) {
            was_in = queues.iter().map(is_near).collect();
        }
        for (queue, _) in queues.iter_mut().zip(was_in).filter(|(_, was_in)| *was_in) {
            queue.everyone.push(at);
            queue.parted.push(user.works_until());
        }
    }
}
