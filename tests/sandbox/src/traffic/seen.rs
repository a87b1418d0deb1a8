//! What can be known of a conversation at a moment.

use super::model::{Conversation, Participant, Segment, Session};

impl Conversation {
    /// When three first spoke.
    pub fn conference_start(&self) -> Option<i64> {
        let sessions = self.participants.iter().flat_map(|p| &p.sessions);
        sessions.flat_map(|s| &s.segments).filter(|segment| segment.conference).map(|segment| segment.start).min()
    }

    /// Every moment at which something of it becomes known.
    pub(super) fn moments(&self) -> impl Iterator<Item = i64> + '_ {
        let sessions = self.participants.iter().flat_map(|p| &p.sessions);
        let inner = sessions.flat_map(|s| {
            let segments = s.segments.iter().flat_map(|segment| {
                [Some(segment.start), segment.end, segment.rewritten.as_ref().map(|(night, _)| *night)]
            });
            let emitted = s.metrics.iter().map(|metric| metric.emitted).chain(s.stats.iter().map(|stat| stat.at));
            segments.flatten().chain(emitted)
        });
        let later = self.evaluations.iter().flat_map(|evaluation| evaluation.steps.moments());
        let later = later.chain(self.surveys.iter().flat_map(|survey| survey.steps.moments()));
        let later = later.chain(self.resolutions.iter().map(|r| r.at));
        let closed = self.closed.iter().flat_map(|(from, until)| [*from, *until]);
        inner.chain(later).chain(closed).chain(self.end)
    }

    /// The last moment at which anything of it changes.
    pub fn last_change(&self) -> i64 {
        self.last_change_by(i64::MAX)
    }

    /// The last moment until `now` at which anything of it changes.
    pub fn last_change_by(&self, now: i64) -> i64 {
        self.moments().filter(|at| *at <= now).max().unwrap_or(self.start)
    }

    /// The next moment after `now` at which anything of it changes.
    pub fn next_change(&self, now: i64) -> Option<i64> {
        self.moments().filter(|at| *at > now).min()
    }

    /// When the last of it that is over was over: a thread may have been opened again since.
    pub(crate) fn over(&self) -> Option<i64> {
        self.end.or_else(|| self.closed.last().map(|(from, _)| *from))
    }

    /// Who has which session in the part of it that a moment belongs to: a thread that was opened again has several.
    pub(crate) fn part_of(&self, moment: i64) -> impl Iterator<Item = (&Participant, &Session)> {
        let part = |at: i64| self.closed.iter().filter(|(_, again)| *again <= at).count();
        let sessions = self.participants.iter().flat_map(|p| p.sessions.iter().map(move |session| (p, session)));
        let wanted = part(moment);
        sessions.filter(move |(_, session)| session.segments.first().is_some_and(|first| part(first.start) == wanted))
    }

    /// What can be known of it at a moment: later things are absent, open things have no end.
    pub fn seen_at(mut self, now: i64) -> Self {
        let closed = self.closed.iter().find(|(from, until)| *from <= now && now < *until);
        self.end = self.end.filter(|end| *end <= now).or(closed.map(|(from, _)| *from));
        self.closed.retain(|(from, _)| *from <= now);
        if self.over().is_none() {
            self.customer_participation = None;
        }
        if self.end.is_none() {
            self.inactivity_timeout = self.silence.map(|silence| self.last_change_by(now) + silence);
        }
        let mut touched = self.touched.iter();
        self.divisions.retain(|_| touched.next().is_some_and(|at| *at <= now));
        self.touched.retain(|at| *at <= now);
        if self.divisions.is_empty() {
            self.divisions.push(self.home);
        }
        self.evaluations.retain_mut(|evaluation| evaluation.steps.seen_at(now));
        self.surveys.retain_mut(|survey| survey.steps.seen_at(now));
        self.resolutions.retain(|r| r.at <= now);
        for participant in &mut self.participants {
            for session in &mut participant.sessions {
                session.seen_at(now);
                if participant.purpose == "acd" && session.is_open() {
                    session.forget_agent();
                }
            }
            participant.sessions.retain(|session| !session.segments.is_empty());
        }
        self.participants.retain(|participant| !participant.sessions.is_empty());
        self.rate_quality();
        self
    }

    /// The worst quality of all that was measured.
    pub(super) fn rate_quality(&mut self) {
        let stats = || self.participants.iter().flat_map(|p| &p.sessions).flat_map(|session| &session.stats);
        let worst = stats().map(|stat| stat.mos).reduce(f64::min);
        let factor = stats().map(|stat| stat.r_factor).reduce(f64::min);
        (self.min_mos, self.min_r_factor) = (worst, factor);
    }
}

impl Session {
    /// Takes the flag from a recording of which there is nothing yet.
    pub(super) fn hush(&mut self) {
        let is_heard = |segment: &Segment| !matches!(segment.kind, "alert" | "dialing" | "contacting" | "wrapup");
        if !self.segments.iter().any(is_heard) {
            self.recording = self.recording.map(|_| false);
        }
    }

    fn is_open(&self) -> bool {
        self.segments.last().is_none_or(|segment| segment.end.is_none())
    }

    /// Takes from a wait what is known when it is over: who was found.
    fn forget_agent(&mut self) {
        self.used_routing = None;
        self.selected_agent = None;
        self.proposed_agents.clear();
    }

    fn seen_at(&mut self, now: i64) {
        self.segments.retain(|segment| segment.start <= now);
        self.hush();
        for segment in &mut self.segments {
            if segment.end.is_some_and(|end| end > now) {
                segment.end = None;
                segment.disconnect = None;
                segment.wrap_up = None;
                segment.note = None;
                segment.sip = None;
            }
            segment.rewritten.take_if(|(night, _)| *night > now);
            if let Some((_, code)) = &segment.rewritten {
                segment.wrap_up = Some(code.clone());
            }
        }
        self.metrics.retain(|metric| metric.emitted <= now);
        self.stats.retain(|stat| stat.at <= now);
        let is_open = self.is_open();
        self.acw_skipped &= !is_open;
        if is_open && let Some(flow) = &mut self.flow {
            flow.target = None;
            flow.exit = "";
            flow.outcomes.retain(|outcome| outcome.known <= now);
            flow.milestones.retain(|milestone| milestone.at <= now);
        }
    }
}
