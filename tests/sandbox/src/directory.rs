//! The people and things of the organisation: what does not change while it is looked at.

use std::collections::BTreeSet;

use crate::agents::roster::{Habits, Roster};
use crate::rng::{Rng, key_of_text};
use crate::time::{HOUR, MINUTE, SECOND};
use crate::uuid::Uuid;

/// How big the organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 3 queues, 5 agents, 20 conversations a day: for thousands of simulations.
    Tiny,
    /// 4 queues, 12 agents, 200 conversations a day.
    Small,
    /// 20 queues, 160 agents, 5,000 conversations a day.
    Medium,
    /// 60 queues, 3,000 agents, 100,000 conversations a day.
    Large,
}

impl Size {
    /// Reads `tiny`, `small`, `medium` or `large`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "tiny" => Some(Self::Tiny),
            "small" => Some(Self::Small),
            "medium" => Some(Self::Medium),
            "large" => Some(Self::Large),
            _ => None,
        }
    }

    /// Conversations that start on each UTC day.
    pub fn per_day(self) -> u32 {
        match self {
            Self::Tiny => 20,
            Self::Small => 200,
            Self::Medium => 5_000,
            Self::Large => 100_000,
        }
    }

    fn counts(self) -> (usize, usize, usize) {
        match self {
            Self::Tiny => (3, 5, 4),
            Self::Small => (4, 12, 8),
            Self::Medium => (20, 160, 30),
            Self::Large => (60, 3_000, 60),
        }
    }
}

/// A thing with an id and a name.
#[derive(Clone, Debug)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// Index of its division, where it has one.
    pub division: usize,
}

/// A queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Id, name and division.
    pub entity: Named,
    /// Indexes of the users who are members.
    pub members: Vec<usize>,
    /// Time within which a call must be answered to count for the service level.
    call_target_ms: i64,
    /// When the work after a conversation is cut off; none where it takes as long as it takes.
    pub(crate) acw_timeout_ms: Option<i64>,
    /// Whether an agent may leave out that work, and its code.
    pub(crate) is_acw_optional: bool,
}

impl Queue {
    /// Time within which an answer counts for the service level of a medium.
    pub fn target_ms(&self, media: &str) -> i64 {
        match media {
            "email" => HOUR,
            "message" => 2 * MINUTE,
            "callback" => 30 * MINUTE,
            "chat" => 30 * SECOND,
            _ => self.call_target_ms,
        }
    }

    /// How long something of a medium is offered to an agent before it goes to another.
    pub(crate) fn alerting_ms(media: &str) -> i64 {
        match media {
            "email" => 5 * MINUTE,
            "message" | "chat" => 30 * SECOND,
            _ => 10 * SECOND,
        }
    }
}

/// A user.
#[derive(Clone, Debug)]
pub struct User {
    /// Id, name and division.
    pub entity: Named,
    /// `active`, `inactive` or `deleted`.
    pub state: &'static str,
    /// Index of the team.
    pub team: usize,
    /// When the user works.
    pub(crate) habits: Habits,
    username: String,
}

impl User {
    /// The number that tells equal names apart.
    pub(crate) fn number(&self) -> u32 {
        self.entity.id.to_string().bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
    }

    /// What the user logs in as, which is a mail address.
    pub fn username(&self) -> &str {
        &self.username
    }
}

/// The whole directory.
#[derive(Clone, Debug)]
pub struct Directory {
    /// The organisation itself.
    pub organization: Named,
    /// Home first, then EMEA, then Americas.
    pub divisions: Vec<Named>,
    /// Queues, sorted by name.
    pub queues: Vec<Queue>,
    /// Users, sorted by name: agents, then those who left.
    pub users: Vec<User>,
    /// Wrap-up codes.
    pub wrap_ups: Vec<Named>,
    /// ACD skills.
    pub skills: Vec<Named>,
    /// ACD languages.
    pub languages: Vec<Named>,
    /// Teams.
    pub teams: Vec<Named>,
    /// Architect flows.
    pub flows: Vec<Named>,
    /// Outbound campaigns.
    pub campaigns: Vec<Named>,
    /// Whom the campaigns call, a list for each.
    pub(crate) contact_lists: Vec<Named>,
    /// Media servers.
    pub edges: Vec<Uuid>,
    /// Agent scripts.
    pub scripts: Vec<Uuid>,
    /// Evaluation and survey forms.
    pub forms: Vec<Named>,
    /// What flows may achieve.
    pub outcomes: Vec<Named>,
    /// What flows may pass on their way.
    pub milestones: Vec<Named>,
    /// Groups of users.
    pub groups: Vec<Named>,
    /// Places of work, one for each division.
    pub locations: Vec<Named>,
    /// The agents' shifts.
    pub(crate) roster: Roster,
    /// Where each user stands in `users`, in the order of the ids.
    users_by_id: Vec<(Uuid, usize)>,
}

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

/// The kinds of the flows, by turns.
pub(crate) const FLOW_KINDS: [&str; 3] = ["INBOUNDCALL", "DIGITALBOT", "INBOUNDSHORTMESSAGE"];

/// The organisation's short name, which a log-in by single sign-on is for.
pub const SHORT_NAME: &str = "pegcount-sandbox";

/// Where everybody works.
pub(crate) const DEPARTMENT: &str = "Contact Centre";

/// Index of the division the `emea-only` client may see.
pub const EMEA: usize = 1;

impl Directory {
    /// Makes the directory of an organisation.
    pub fn new(seed: u64, size: Size) -> Self {
        let rng = &mut Rng::new(key_of_text(seed, "directory"));
        let (queues, agents, codes) = size.counts();
        let divisions = named(rng, ["Home", "EMEA", "Americas"].map(String::from));
        let mut users = people(seed, rng, agents);
        users.sort_by(|a, b| (&a.entity.name, a.entity.id).cmp(&(&b.entity.name, b.entity.id)));
        name_apart(&mut users);
        Self {
            organization: Named { id: rng.uuid(), name: "Pegcount Sandbox".into(), division: 0 },
            queues: queue_list(rng, queues, &users),
            divisions,
            wrap_ups: spread(rng, codes, |at| numbered(&OUTCOMES, at)),
            skills: spread(rng, 12, |at| format!("Skill {:02}", at + 1)),
            languages: named(rng, ["English - Spoken", "Deutsch", "Español", "Français"].map(String::from)),
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

    /// The queue with this id.
    pub fn queue(&self, id: Uuid) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.entity.id == id)
    }

    /// The user with this id.
    pub fn user(&self, id: Uuid) -> Option<&User> {
        self.user_index(id).map(|at| &self.users[at])
    }

    /// The place in [`Directory::users`] of the user with this id.
    pub(crate) fn user_index(&self, id: Uuid) -> Option<usize> {
        let at = self.users_by_id.binary_search_by_key(&id, |(known, _)| *known).ok()?;
        self.users_by_id.get(at).map(|(_, index)| *index)
    }

    /// The queues that the user at a place of [`Directory::users`] is a member of.
    pub(crate) fn queues_of(&self, user: usize) -> impl Iterator<Item = &Queue> {
        self.queues.iter().filter(move |queue| queue.members.contains(&user))
    }

    /// The active members of a team.
    pub(crate) fn team(&self, team: usize) -> impl Iterator<Item = &User> {
        self.users.iter().filter(move |user| user.team == team && user.state == "active")
    }

    /// The active members of a group.
    pub(crate) fn group(&self, group: usize) -> impl Iterator<Item = &User> {
        (0..self.users.len()).filter(move |at| self.is_in_group(*at, group)).map(|at| &self.users[at])
    }

    /// Whether the user at a place of [`Directory::users`] is one of them.
    pub(crate) fn is_in_group(&self, user: usize, group: usize) -> bool {
        (user % 6 == group || user % 11 == group) && self.users[user].state == "active"
    }

    /// The queue whose members a campaign calls for: the first of its division.
    pub(crate) fn campaign_queue(&self, campaign: usize) -> usize {
        let division = self.campaigns[campaign].division;
        self.queues.iter().position(|queue| queue.entity.division == division).unwrap_or_default()
    }

    /// The kind of a flow.
    pub(crate) fn flow_kind(&self, flow: usize) -> &'static str {
        FLOW_KINDS[flow % FLOW_KINDS.len()]
    }

    /// The flows of a kind.
    pub(crate) fn flows_of(&self, kind: &str) -> Vec<&Named> {
        let all = self.flows.iter().enumerate();
        all.filter(|(at, _)| self.flow_kind(*at) == kind).map(|(_, flow)| flow).collect()
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

/// Fewer agents than this are a handful.
const HANDFUL: usize = 50;

fn people(seed: u64, rng: &mut Rng, agents: usize) -> Vec<User> {
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
            User { entity, state, team: at % 8, habits, username: String::new() }
        })
        .collect()
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
fn queue_list(rng: &mut Rng, count: usize, users: &[User]) -> Vec<Queue> {
    let (near, far) = if users.len() < HANDFUL { (0.95, 0.7) } else { (0.6, 0.2) };
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
            Queue { entity, members, call_target_ms, acw_timeout_ms: None, is_acw_optional: false }
        })
        .collect();
    list.sort_by(|a, b| a.entity.name.cmp(&b.entity.name));
    list.iter_mut().step_by(2).for_each(|queue| queue.acw_timeout_ms = Some(5 * MINUTE));
    list.iter_mut().skip(3).step_by(4).for_each(|queue| queue.is_acw_optional = true);
    list
}
