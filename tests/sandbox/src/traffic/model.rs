//! A conversation as the analytics models have it, in memory. Only what happens is stored; absence is absence.

use std::sync::Arc;

use super::judgements::{Evaluation, Survey};
use super::outcomes::{Milestone, Outcome};
use crate::uuid::Uuid;

/// A text several parts of a conversation share.
pub type Text = Arc<str>;

/// A conversation, `AnalyticsConversationWithoutAttributes`.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Its id, which also tells where it is generated.
    pub id: Uuid,
    /// When it began.
    pub start: i64,
    /// When it ended; none while it goes on.
    pub end: Option<i64>,
    /// When it was over before, in order: from when, and when it was opened again.
    pub closed: Vec<(i64, i64)>,
    /// `inbound` or `outbound`.
    pub direction: &'static str,
    /// Purpose of the participant who began it.
    pub initiator: &'static str,
    /// Ids of the divisions it touched.
    pub divisions: Vec<Uuid>,
    /// When it touched each first.
    pub touched: Vec<i64>,
    /// The division of what touched none yet.
    pub home: Uuid,
    /// Worst mean opinion score.
    pub min_mos: Option<f64>,
    /// Worst R-factor.
    pub min_r_factor: Option<f64>,
    /// A tag from outside.
    pub external_tag: Option<String>,
    /// How long a thread may be silent before it is closed.
    pub silence: Option<i64>,
    /// When that will be, as far as can be said.
    pub inactivity_timeout: Option<i64>,
    /// Whether the customer took part.
    pub customer_participation: Option<bool>,
    /// Participants in the order they joined.
    pub participants: Vec<Participant>,
    /// Quality evaluations, which come later.
    pub evaluations: Vec<Evaluation>,
    /// Surveys, which come later.
    pub surveys: Vec<Survey>,
    /// Whether another contact was avoided, known days later.
    pub resolutions: Vec<Resolution>,
}

/// A participant.
#[derive(Clone, Debug)]
pub struct Participant {
    /// Its id.
    pub id: Uuid,
    /// `customer`, `ivr`, `acd`, `agent`, ….
    pub purpose: &'static str,
    /// Who it is.
    pub name: Option<Text>,
    /// The user, for agents.
    pub user: Option<Uuid>,
    /// The user's team.
    pub team: Option<Uuid>,
    /// The customer's record.
    pub contact: Option<Uuid>,
    /// Its sessions; several for a callback that is dialled.
    pub sessions: Vec<Session>,
}

/// How somebody listens in on an agent's call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listening {
    /// Nobody notices.
    Monitors,
    /// The agent alone hears what is whispered.
    Coaches,
    /// All three talk.
    Barges,
}

impl Listening {
    /// What the listener's segment is called.
    pub(crate) fn segment(self) -> &'static str {
        match self {
            Self::Monitors => "monitoring",
            Self::Coaches => "coaching",
            Self::Barges => "barging",
        }
    }

    /// The metrics that tell how long.
    pub(crate) fn metrics(self) -> &'static [&'static str] {
        match self {
            Self::Monitors => &["tMonitoring", "tMonitoringComplete"],
            Self::Coaches => &["tCoaching", "tCoachingComplete"],
            Self::Barges => &["tBarging"],
        }
    }

    /// What tells whose call it is.
    pub(crate) fn participant(self) -> &'static str {
        match self {
            Self::Monitors => "monitoredParticipantId",
            Self::Coaches => "coachedParticipantId",
            Self::Barges => "bargedParticipantId",
        }
    }
}

/// A session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// A second half of the id: some sessions have ids of 73 characters.
    pub twin: Option<Uuid>,
    /// `voice`, `callback`, `chat`, `email`, `message`.
    pub media: &'static str,
    /// `inbound` or `outbound`.
    pub direction: &'static str,
    /// Who carries it.
    pub provider: &'static str,
    /// The session at the other end.
    pub peer: Option<Uuid>,
    /// Caller.
    pub ani: Option<Text>,
    /// Called.
    pub dnis: Option<Text>,
    /// Sender of a mail or message.
    pub from: Option<Text>,
    /// Its receiver.
    pub to: Option<Text>,
    /// Name shown for the other end.
    pub remote: Option<Text>,
    /// Media server.
    pub edge: Option<Uuid>,
    /// `webmessaging`, `whatsapp`, ….
    pub message_type: Option<&'static str>,
    /// Attachments.
    pub media_count: Option<i64>,
    /// Whether its sound is recorded; none where there is no sound.
    pub recording: Option<bool>,
    /// How an agent was sought.
    pub requested_routing: Option<&'static str>,
    /// How one was found.
    pub used_routing: Option<&'static str>,
    /// The agent chosen.
    pub selected_agent: Option<Uuid>,
    /// Agents who would have done as well.
    pub proposed_agents: Vec<Uuid>,
    /// Script shown to the agent.
    pub script: Option<Uuid>,
    /// What an interaction flowed out to.
    pub flow_out: Option<&'static str>,
    /// Campaign, contact and contact list of a dialled call.
    pub campaign: Option<[Uuid; 3]>,
    /// Number and time of a callback.
    pub callback: Option<(Text, i64)>,
    /// ACD skills asked for.
    pub skills: Vec<Uuid>,
    /// Whether the agent left out the work that comes afterwards.
    pub acw_skipped: bool,
    /// Who listens in on somebody's call, and how.
    pub listens: Option<(Listening, Uuid)>,
    /// The flow that ran.
    pub flow: Option<Flow>,
    /// Quality of the media.
    pub stats: Vec<MediaStat>,
    /// Its metrics, in the order they were emitted.
    pub metrics: Vec<Metric>,
    /// Its segments, in their order.
    pub segments: Vec<Segment>,
}

/// A segment.
#[derive(Clone, Debug)]
pub struct Segment {
    /// `interact`, `hold`, `alert`, ….
    pub kind: &'static str,
    /// When it began.
    pub start: i64,
    /// When it ended; none while it goes on.
    pub end: Option<i64>,
    /// The queue.
    pub queue: Option<Uuid>,
    /// How it ended.
    pub disconnect: Option<&'static str>,
    /// Whether three or more spoke.
    pub conference: bool,
    /// Wrap-up code, an id or `ININ-WRAP-UP-TIMEOUT`.
    pub wrap_up: Option<Text>,
    /// The night that puts another wrap-up code in its place.
    pub rewritten: Option<(i64, Text)>,
    /// What the agent wrote.
    pub note: Option<&'static str>,
    /// Subject of a mail.
    pub subject: Option<&'static str>,
    /// ACD language asked for.
    pub language: Option<Uuid>,
    /// ACD skills asked for.
    pub skills: Vec<Uuid>,
    /// SIP response, for calls that ended otherwise than well.
    pub sip: Option<i64>,
    /// Error code.
    pub error: Option<&'static str>,
}

/// One emitted metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Milliseconds or a count.
    pub value: i64,
    /// When it was emitted.
    pub emitted: i64,
}

/// A flow a session ran through.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: Text,
    /// `INBOUNDCALL`, `BOT`, ….
    pub kind: &'static str,
    /// Why it was left; empty while it goes on.
    pub exit: &'static str,
    /// Queue it handed over to: id and name.
    pub target: Option<(Uuid, Text)>,
    /// What it achieved, or not.
    pub outcomes: Vec<Outcome>,
    /// What it passed on its way.
    pub milestones: Vec<Milestone>,
}

/// Quality of one media stream.
#[derive(Clone, Copy, Debug)]
pub struct MediaStat {
    /// When it was taken.
    pub at: i64,
    /// Mean opinion score.
    pub mos: f64,
    /// R-factor.
    pub r_factor: f64,
    /// Worst latency.
    pub latency: i64,
    /// Packets that came.
    pub received: i64,
    /// Packets that came too late.
    pub discarded: i64,
}

/// A resolution.
#[derive(Clone, Copy, Debug)]
pub struct Resolution {
    /// When it was known.
    pub at: i64,
    /// Who resolved.
    pub user: Uuid,
    /// In which queue.
    pub queue: Uuid,
    /// 1 if the customer did not come again.
    pub avoided: i64,
}

impl Conversation {
    /// Whether all its flows served the customer, who went to nobody then; none without a flow, and while one goes on.
    pub fn self_served(&self) -> Option<bool> {
        let sessions = self.participants.iter().flat_map(|participant| &participant.sessions);
        let all: Vec<bool> =
            sessions.filter_map(|session| session.flow.as_ref()).map(Flow::self_served).collect::<Option<_>>()?;
        (!all.is_empty()).then(|| all.iter().all(|served| *served))
    }
}

impl Flow {
    /// What every flow speaks, from its start to its end.
    pub const LANGUAGE: &str = "en-us";

    /// Whether whoever left it needed nobody else; none while it goes on.
    pub fn self_served(&self) -> Option<bool> {
        self.is_left().then_some(self.exit == "DISCONNECT")
    }

    /// Whether it was left.
    pub fn is_left(&self) -> bool {
        !self.exit.is_empty()
    }
}

impl Session {
    /// The id as text.
    pub fn id_text(&self) -> String {
        self.twin.map_or_else(|| self.id.to_string(), |twin| format!("{}:{twin}", self.id))
    }

    /// The queue the session belongs to: that of its first segment with one, since what a customer's session counted
    /// must not move when the customer waits for another.
    pub fn queue(&self) -> Option<Uuid> {
        self.segments.iter().find_map(|segment| segment.queue)
    }

    /// Adds a metric.
    pub fn emit(&mut self, emitted: i64, name: &'static str, value: i64) {
        self.metrics.push(Metric { name, value, emitted });
    }
}

impl Segment {
    /// A segment with nothing but its kind and its time.
    pub fn new(kind: &'static str, start: i64, end: i64) -> Self {
        Self {
            kind,
            start,
            end: Some(end),
            queue: None,
            disconnect: None,
            conference: false,
            wrap_up: None,
            rewritten: None,
            note: None,
            subject: None,
            language: None,
            skills: Vec::new(),
            sip: None,
            error: None,
        }
    }

    /// Sets the queue.
    pub fn queue(mut self, queue: Uuid) -> Self {
        self.queue = Some(queue);
        self
    }

    /// Sets how it ended.
    pub fn ended(mut self, disconnect: &'static str) -> Self {
        self.disconnect = Some(disconnect);
        self
    }
}
