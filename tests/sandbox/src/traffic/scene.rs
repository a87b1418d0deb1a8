//! One conversation in the making: who is on the line, and the parts every medium shares.

use std::sync::Arc;

use super::LONGEST_DAYS;
use super::cast::Cast;
use super::judgements::{EVALUATION, Evaluation, SURVEY, Survey};
use super::model::{Conversation, MediaStat, Participant, Resolution, Segment, Session, Text};
use crate::directory::{Directory, Queue, User};
use crate::rng::{Rng, key};
use crate::time::{DAY, HOUR, MINUTE, SECOND, day_of};
use crate::uuid::Uuid;

const NOTES: [&str; 4] = [
    "Customer called about invoice; promised callback.",
    "Asked for \"supervisor\" \u{2013} resolved on call.\nSent confirmation email.",
    "Escalated to tier 2. Ticket\tINC0042.",
    "Kündigung widerrufen, Rabatt 10 % gewährt.",
];

const CITIES: [&str; 6] =
    ["Indianapolis, IN", "Raleigh, NC", "Mobile Number, California", "São Paulo", "Dublin 4", "Unavailable"];

/// Stands for the wrap-up code where the time for it was over.
const TIMED_OUT: &str = "ININ-WRAP-UP-TIMEOUT";

/// What tells the type of a message.
const MESSAGE_TYPE: u64 = 69;

/// A wrap-up longer than this is done after the conversation has ended.
const LATE: i64 = 4 * MINUTE;

/// The night from which on a conversation is told otherwise: so long after midnight UTC of the third day after its end.
const NIGHT: i64 = 3 * DAY + 3 * HOUR;

/// What is known of a conversation's length before it is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Whether it belongs to the day that is over: nothing of it changes while that day is looked at.
    pub(super) is_settled: bool,
    /// Whether it is a thread of days.
    pub(super) is_thread: bool,
    /// Whether it may be judged days later.
    pub(super) lasts: bool,
    /// How long it may wait for its agent at most, so that the agent is done by midnight.
    pub(super) patience: i64,
}

/// A conversation while it is made.
pub(super) struct Scene<'a> {
    pub(super) rng: Rng,
    pub(super) directory: &'a Directory,
    pub(super) made: Conversation,
    pub(super) pace: Pace,
    pub(super) cast: Cast<'a>,
    pub(super) ani: Text,
    pub(super) dnis: Text,
    pub(super) remote: Text,
    pub(super) edge: Uuid,
    pub(super) customer: Uuid,
    message_type: &'static str,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        mut rng: Rng,
        directory: &'a Directory,
        id: Uuid,
        start: i64,
        pace: Pace,
        cast: Cast<'a>,
    ) -> Self {
        let made = Conversation {
            id,
            start,
            end: None,
            closed: Vec::new(),
            direction: "inbound",
            initiator: "customer",
            divisions: Vec::new(),
            touched: Vec::new(),
            home: directory.divisions[0].id,
            min_mos: None,
            min_r_factor: None,
            external_tag: rng.chance(0.05).then(|| format!("CRM-{:06}", rng.between(0, 999_999))),
            silence: None,
            inactivity_timeout: None,
            customer_participation: Some(true),
            participants: Vec::new(),
            evaluations: Vec::new(),
            surveys: Vec::new(),
            resolutions: Vec::new(),
        };
        let ani = format!("tel:+1317555{:04}", rng.between(0, 9_999));
        let dnis = format!("tel:+1800555{:04}", rng.between(100, 160));
        let remote: Text = Arc::from(*rng.pick(&CITIES));
        let edge = *rng.pick(&directory.edges);
        let customer = rng.uuid();
        let (ani, dnis) = (Arc::from(ani), Arc::from(dnis));
        let (high, low) = id.halves();
        let message_type = *Rng::new(key(&[high, low, MESSAGE_TYPE])).pick(&["webmessaging", "whatsapp", "sms"]);
        Self { rng, directory, made, pace, cast, ani, dnis, remote, edge, customer, message_type }
    }

    /// Lets the conversation happen.
    pub(super) fn play(mut self) -> Conversation {
        let kind = if self.pace.is_thread { 6 } else { self.rng.weighted(&[56, 8, 6, 6, 9, 15]) };
        match kind {
            0 => self.voice_inbound(),
            1 => self.voice_outbound(),
            2 => self.callback(),
            3 => self.chat(),
            4 => self.email(),
            5 => self.message(),
            _ => self.thread(),
        }
        self.finish();
        self.made
    }

    /// A queue.
    pub(super) fn queue(&mut self) -> &'a Queue {
        self.rng.pick(&self.directory.queues)
    }

    /// Dice of its own for what not every conversation of its kind has: whatever is drawn besides stays as it is.
    pub(super) fn aside(&self, tag: u64) -> Rng {
        let (high, low) = self.made.id.halves();
        Rng::new(key(&[high, low, tag]))
    }

    /// A participant with one session.
    pub(super) fn join(&mut self, purpose: &'static str, name: Option<Text>, session: Session) -> usize {
        let id = self.rng.uuid();
        let participant =
            Participant { id, purpose, name, user: None, team: None, contact: None, sessions: vec![session] };
        self.made.participants.push(participant);
        self.made.participants.len() - 1
    }

    /// An agent with one session.
    pub(super) fn join_agent(&mut self, user: &User, session: Session) -> usize {
        let at = self.join("agent", Some(Arc::from(user.entity.name.as_str())), session);
        let team = self.directory.teams[user.team].id;
        let participant = &mut self.made.participants[at];
        participant.user = Some(user.entity.id);
        participant.team = Some(team);
        at
    }

    /// An empty session of a medium, with the addresses of this conversation.
    pub(super) fn session(&mut self, media: &'static str, id: Option<Uuid>) -> Session {
        let is_written = matches!(media, "email" | "message");
        let is_voice = media == "voice";
        let id = id.unwrap_or_else(|| self.rng.uuid());
        Session {
            id,
            twin: None,
            media,
            direction: self.made.direction,
            provider: match media {
                "voice" => "Edge",
                "chat" => "Webchat Provider",
                "email" => "PureCloud Email",
                "message" => "PureCloud Messaging",
                _ => "PureCloud Callback",
            },
            peer: (id != self.customer).then_some(self.customer),
            ani: is_voice.then(|| self.ani.clone()),
            dnis: is_voice.then(|| self.dnis.clone()),
            from: is_written.then(|| self.ani.clone()),
            to: is_written.then(|| self.dnis.clone()),
            remote: Some(self.remote.clone()),
            edge: is_voice.then_some(self.edge),
            message_type: (media == "message").then_some(self.message_type),
            media_count: None,
            recording: is_voice.then_some(self.is_recorded()),
            requested_routing: None,
            used_routing: None,
            selected_agent: None,
            proposed_agents: Vec::new(),
            script: None,
            flow_out: None,
            campaign: None,
            callback: None,
            skills: Vec::new(),
            acw_skipped: false,
            listens: None,
            flow: None,
            stats: Vec::new(),
            metrics: Vec::new(),
            segments: Vec::new(),
        }
    }

    /// One call in twenty is nobody's to record.
    fn is_recorded(&self) -> bool {
        !self.made.id.halves().1.is_multiple_of(20)
    }

    /// The quality of a voice stream.
    pub(super) fn measure(&mut self, session: &mut Session, at: i64) {
        let mos = 3.1 + self.rng.fraction() * 1.8;
        let r_factor = 60.0 + self.rng.fraction() * 33.0;
        let (latency, received) = (self.rng.between(8, 240), self.rng.between(800, 40_000));
        let discarded = self.rng.between(0, 40);
        session.stats.push(MediaStat { at, mos, r_factor, latency, received, discarded });
    }

    /// How long the work after a conversation of a queue takes; none where the agent leaves it out and may.
    pub(super) fn after_work(&mut self, queue: &Queue) -> Option<i64> {
        if self.rng.chance(if queue.is_acw_optional { 0.24 } else { 0.0 }) {
            return None;
        }
        Some(match self.rng.weighted(&[94, 6]) {
            0 => self.rng.between(SECOND, 90 * SECOND),
            _ => self.rng.between(15 * MINUTE, 40 * MINUTE).min(queue.acw_timeout_ms.unwrap_or(i64::MAX)),
        })
    }

    /// After-call work: the wrap-up segment and the metrics that close an agent's session.
    pub(super) fn wrap_up(
        &mut self,
        session: &mut Session,
        queue: &Queue,
        from: i64,
        (talked, held, after): (i64, i64, Option<i64>),
    ) {
        session.emit(from, "tTalkComplete", talked);
        if held > 0 {
            session.emit(from, "tHeldComplete", held);
        }
        let Some(acw) = after else {
            session.acw_skipped = true;
            return session.emit(from, "tHandle", talked + held);
        };
        let mut segment = Segment::new("wrapup", from, from + acw).queue(queue.entity.id);
        // One in twenty takes the code that comes first.
        let chosen = match self.rng.weighted(&[95, 5]) {
            0 => self.rng.pick(&self.directory.wrap_ups).id,
            _ => self.directory.wrap_ups[0].id,
        };
        segment.wrap_up = Some(match queue.acw_timeout_ms == Some(acw) {
            true => Arc::from(TIMED_OUT),
            false => Arc::from(chosen.to_string()),
        });
        segment.note = self.rng.chance(0.2).then(|| *self.rng.pick(&NOTES));
        session.segments.push(segment);
        session.emit(from + acw, "tAcw", acw);
        session.emit(from + acw, "tHandle", talked + held + acw);
    }

    /// Divisions, end, and what comes days later.
    fn finish(&mut self) {
        self.made.participants.iter_mut().flat_map(|p| &mut p.sessions).for_each(Session::hush);
        self.made.rate_quality();
        self.touch();
        let end = self.over();
        self.made.end = Some(end);
        let mut agents = self.made.participants.iter().rev().filter(|participant| participant.purpose == "agent");
        let agent = agents.find_map(|participant| {
            Some((participant.user?, participant.sessions.iter().rev().find_map(Session::queue)?))
        });
        let Some((user, queue)) = agent else { return };
        self.judge(end, user, queue);
        self.rewrite(end);
    }

    /// When all that happened so far is over, but for what is wrapped up late.
    pub(super) fn over(&self) -> i64 {
        let sessions = self.made.participants.iter().flat_map(|p| &p.sessions);
        let is_late = |s: &Segment| s.kind == "wrapup" && s.end.is_some_and(|end| end - s.start > LATE);
        let spoken = sessions.flat_map(|s| &s.segments).filter(|segment| !is_late(segment));
        spoken.filter_map(|segment| segment.end).max().unwrap_or(self.made.start)
    }

    /// The divisions of its queues and agents, and since when.
    fn touch(&mut self) {
        let (divisions, touched) = (&mut self.made.divisions, &mut self.made.touched);
        for participant in &self.made.participants {
            let of_user = participant.user.and_then(|id| self.directory.user(id)).map(|user| user.entity.division);
            let segments = || participant.sessions.iter().flat_map(|session| &session.segments);
            let of_queue =
                |segment: &Segment| Some((self.directory.queue(segment.queue?)?.entity.division, segment.start));
            let of_user = of_user.zip(segments().map(|segment| segment.start).min());
            for (division, at) in segments().filter_map(of_queue).chain(of_user) {
                let id = self.directory.divisions[division].id;
                match divisions.iter().position(|known| *known == id) {
                    Some(known) => touched[known] = at.min(touched[known]),
                    None => {
                        divisions.push(id);
                        touched.push(at);
                    }
                }
            }
        }
        if divisions.is_empty() {
            divisions.push(self.made.home);
            touched.push(self.made.start);
        }
    }

    /// What the nightly pipeline puts right in data of two days or more: of those that may last, the wrap-up codes of a
    /// third.
    fn rewrite(&mut self, end: i64) {
        if !self.pace.lasts || end - self.made.start > DAY || !self.rng.chance(0.33) {
            return;
        }
        let night = day_of(end) * DAY + NIGHT;
        let sessions = self.made.participants.iter_mut().flat_map(|participant| &mut participant.sessions);
        let segments = sessions.flat_map(|session| &mut session.segments);
        // Whose time was over chose nothing that could be put right.
        for segment in segments.filter(|it| it.wrap_up.as_deref().is_some_and(|code| code != TIMED_OUT)) {
            let code = self.rng.pick(&self.directory.wrap_ups).id.to_string();
            segment.rewritten = Some((night, code.into()));
        }
    }

    /// Who evaluates a user: a colleague of the same division who is there until a moment, or of another where there is
    /// none. `turn` says who is asked first.
    fn evaluator(&self, agent: Uuid, turn: u64, until: i64) -> Uuid {
        let users = &self.directory.users;
        let first = (turn % users.len() as u64) as usize;
        let mut able = users[first..].iter().chain(&users[..first]);
        let division = self.directory.user(agent).map(|user| user.entity.division);
        let is_able = |user: &&User| user.works_until() >= until && user.entity.id != agent;
        let near = able.clone().find(|user| is_able(user) && Some(user.entity.division) == division);
        near.or_else(|| able.find(is_able)).map_or(agent, |user| user.entity.id)
    }

    /// What is said about it: of those that may last, a fifth is evaluated (4 % of all), and so on.
    fn judge(&mut self, end: i64, user: Uuid, queue: Uuid) {
        if !self.pace.lasts {
            return;
        }
        let settled = self.pace.is_settled;
        // Who looks at a day looks so far back.
        let longest = self.made.start + LONGEST_DAYS * DAY - 1;
        let later = |rng: &mut Rng, most: i64| {
            if settled { end + rng.between(SECOND, 30 * MINUTE) } else { end + rng.between(HOUR, most) }
        };
        if self.rng.chance(0.2) {
            let turn = self.rng.bits();
            let form = usize::from(self.made.min_mos.is_none());
            let at = later(&mut self.rng, 2 * DAY);
            let evaluator = self.evaluator(user, turn, at);
            let (id, score) = (self.made.id.sibling(EVALUATION), self.rng.between(40, 100));
            let steps = Evaluation::steps(id, (end, at));
            self.made.evaluations.push(Evaluation { id, steps, form, evaluator, user, queue, score });
        }
        if self.rng.chance(0.25) {
            let at = later(&mut self.rng, 2 * DAY);
            let id = self.made.id.sibling(SURVEY);
            let scores = (self.rng.between(20, 100), self.rng.between(0, 10));
            let steps = Survey::steps(id, (end, at), longest);
            self.made.surveys.push(Survey { id, steps, user, queue, scores });
        }
        if self.rng.chance(0.15) {
            let at = later(&mut self.rng, 3 * DAY).min(longest);
            let avoided = self.rng.between(0, 1);
            self.made.resolutions.push(Resolution { at, user, queue, avoided });
        }
    }
}
