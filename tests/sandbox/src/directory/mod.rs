//! The people and things of the organisation: what does not change while it is looked at.

mod founding;

use crate::agents::roster::{Habits, Roster};
use crate::time::{DAY, HOUR, MINUTE, SECOND};
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
    /// The same and those who were members until they left, who stayed longest first.
    everyone: Vec<usize>,
    /// Until when each of the latter worked.
    parted: Vec<i64>,
    /// Time within which a call must be answered to count for the service level.
    call_target_ms: i64,
    /// When the work after a conversation is cut off; none where it takes as long as it takes.
    pub(crate) acw_timeout_ms: Option<i64>,
    /// Whether an agent may leave out that work, and its code.
    pub(crate) is_acw_optional: bool,
}

impl Queue {
    /// The members who were there until a moment or longer.
    pub(crate) fn members_until(&self, moment: i64) -> &[usize] {
        let former = self.parted.partition_point(|parted| *parted >= moment);
        &self.everyone[..self.members.len() + former]
    }

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
    /// When an administrator made it so of whoever is not active.
    pub(crate) left: i64,
    /// Index of the team.
    pub team: usize,
    /// When the user works.
    pub(crate) habits: Habits,
    skills: Vec<(usize, i64)>,
    languages: Vec<(usize, i64)>,
    /// The same as bits: whoever looks for somebody able asks many.
    able: u64,
    username: String,
}

impl User {
    /// The number that tells equal names apart.
    pub(crate) fn number(&self) -> u32 {
        self.entity.id.to_string().bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
    }

    /// Until when the user works: the midnight before leaving, in UTC.
    pub(crate) fn works_until(&self) -> i64 {
        self.left - self.left.rem_euclid(DAY)
    }

    /// Whether the user has these skills and languages.
    pub(crate) fn is_able(&self, asked: u64) -> bool {
        self.able & asked == asked
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
    /// Users, sorted by name: agents, and those who left.
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

/// The kinds of the flows, by turns.
pub(crate) const FLOW_KINDS: [&str; 3] = ["INBOUNDCALL", "DIGITALBOT", "INBOUNDSHORTMESSAGE"];

/// The version of every flow, and the only one that was ever published.
pub(crate) const FLOW_VERSION: &str = "12.0";

/// The organisation's short name, which a log-in by single sign-on is for.
pub const SHORT_NAME: &str = "pegcount-sandbox";

/// Where everybody works.
pub(crate) const DEPARTMENT: &str = "Contact Centre";

/// Index of the division the `emea-only` client may see.
pub const EMEA: usize = 1;

impl Directory {
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

    /// The skills a user has, each with how well the user masters it.
    pub(crate) fn skills_of(&self, user: &User) -> impl ExactSizeIterator<Item = (&Named, i64)> {
        user.skills.iter().map(|(at, proficiency)| (&self.skills[*at], *proficiency))
    }

    /// The languages a user speaks, and how well.
    pub(crate) fn languages_of(&self, user: &User) -> impl ExactSizeIterator<Item = (&Named, i64)> {
        user.languages.iter().map(|(at, proficiency)| (&self.languages[*at], *proficiency))
    }

    /// Skills and languages as bits, as [`User::is_able`] asks for them.
    pub(crate) fn abilities(&self, skills: &[Uuid], language: Option<Uuid>) -> u64 {
        let all = self.skills.iter().chain(&self.languages).enumerate();
        let asked = all.filter(|(_, known)| skills.contains(&known.id) || language == Some(known.id));
        asked.fold(0, |bits, (at, _)| bits | 1 << at)
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
        Self::was_in_group(user, group) && self.users[user].state == "active"
    }

    /// Whether the user is or, before leaving, was one of them.
    pub(crate) fn was_in_group(user: usize, group: usize) -> bool {
        user % 6 == group || user % 11 == group
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
}
