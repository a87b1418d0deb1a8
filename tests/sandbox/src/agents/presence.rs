//! The presences and routing states of the API, and the organisation's own presences.

/// A system presence. `ON_QUEUE` is one, and the only one under which an agent is given work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Presence {
    Available,
    Away,
    Busy,
    Offline,
    Idle,
    OnQueue,
    Meal,
    Training,
    Meeting,
    Break,
}

impl Presence {
    /// As analytics spell it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Available => "AVAILABLE",
            Self::Away => "AWAY",
            Self::Busy => "BUSY",
            Self::Offline => "OFFLINE",
            Self::Idle => "IDLE",
            Self::OnQueue => "ON_QUEUE",
            Self::Meal => "MEAL",
            Self::Training => "TRAINING",
            Self::Meeting => "MEETING",
            Self::Break => "BREAK",
        }
    }

    /// As presence definitions spell it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OnQueue => "OnQueue",
            Self::Available => "Available",
            Self::Away => "Away",
            Self::Busy => "Busy",
            Self::Offline => "Offline",
            Self::Idle => "Idle",
            Self::Meal => "Meal",
            Self::Training => "Training",
            Self::Meeting => "Meeting",
            Self::Break => "Break",
        }
    }
}

/// An organisation presence: each system presence has one, and an organisation may add its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) system: Presence,
    pub(crate) is_own: bool,
}

const fn system(system: Presence, name: &'static str) -> Definition {
    Definition { name, system, is_own: false }
}

/// The organisation's presences. Its own two stand for a part of what counts as busy and as a meeting.
pub(crate) const DEFINITIONS: [Definition; 12] = [
    system(Presence::Available, "Available"),
    system(Presence::Away, "Away"),
    system(Presence::Busy, "Busy"),
    system(Presence::Offline, "Offline"),
    system(Presence::Idle, "Idle"),
    system(Presence::OnQueue, "OnQueue"),
    system(Presence::Meal, "Meal"),
    system(Presence::Training, "Training"),
    system(Presence::Meeting, "Meeting"),
    system(Presence::Break, "Break"),
    Definition { name: "Paperwork", system: Presence::Busy, is_own: true },
    Definition { name: "Coaching", system: Presence::Meeting, is_own: true },
];

/// Index of the definition an agent chooses for a system presence: the organisation's own, if there is one and it is
/// wanted.
pub(crate) fn definition(system: Presence, own: bool) -> usize {
    let of = |own: bool| DEFINITIONS.iter().position(|it| it.system == system && it.is_own == own);
    of(own).or_else(|| of(false)).unwrap_or_default()
}

/// A routing status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Routing {
    OffQueue,
    Idle,
    Interacting,
    NotResponding,
}

impl Routing {
    /// Those that occur here; nobody is merely `COMMUNICATING`.
    pub(crate) const ALL: [Self; 4] = [Self::Interacting, Self::Idle, Self::OffQueue, Self::NotResponding];

    /// As the API spells it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::OffQueue => "OFF_QUEUE",
            Self::Idle => "IDLE",
            Self::Interacting => "INTERACTING",
            Self::NotResponding => "NOT_RESPONDING",
        }
    }
}
