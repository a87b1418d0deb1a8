//! What a conversation, a session or a segment has to say to a filter or a grouping.

use std::collections::BTreeSet;

use super::filter::Values;
use crate::directory::{Directory, FLOW_VERSION, Named};
use crate::time::iso;
use crate::traffic::forms::inside;
use crate::traffic::model::{Conversation, Flow, Participant, Resolution, Segment, Session};
use crate::traffic::{Evaluation, Milestone, Outcome, Survey};
use crate::uuid::Uuid;

/// A conversation as a whole.
pub(crate) struct Whole<'a>(pub(crate) &'a Conversation);

impl Values for Whole<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        let it = self.0;
        match name {
            "conversationId" => vec![it.id.to_string()],
            "conversationStart" => vec![iso(it.start)],
            "conversationEnd" => it.end.map(iso).into_iter().collect(),
            "conversationInitiator" => vec![it.initiator.to_string()],
            "customerParticipation" => it.customer_participation.map(|yes| yes.to_string()).into_iter().collect(),
            "divisionId" => it.divisions.iter().map(Uuid::to_string).collect(),
            "externalTag" => it.external_tag.iter().cloned().collect(),
            "mediaStatsMinConversationMos" => it.min_mos.map(|mos| mos.to_string()).into_iter().collect(),
            "originatingDirection" => vec![it.direction.to_string()],
            "selfServed" => it.self_served().map(|served| served.to_string()).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn metric(&self, name: &str) -> Vec<f64> {
        if name == "tConversationDuration" {
            return self.0.end.map(|end| (end - self.0.start) as f64).into_iter().collect();
        }
        if name == "nConversations" {
            return vec![1.0];
        }
        let sessions = self.0.participants.iter().flat_map(|participant| &participant.sessions);
        let emitted: Vec<i64> =
            sessions.flat_map(|s| &s.metrics).filter(|m| m.name == name).map(|metric| metric.value).collect();
        if emitted.is_empty() { Vec::new() } else { vec![emitted.iter().sum::<i64>() as f64] }
    }
}

/// A conversation with everything in it.
pub(crate) struct Entire<'a>(pub(crate) &'a Conversation);

impl Entire<'_> {
    fn each(&self, mut look: impl FnMut(&Part<'_>)) {
        let conversation = self.0;
        for participant in &conversation.participants {
            for session in &participant.sessions {
                for segment in &session.segments {
                    look(&Part { conversation, participant, session, segment: Some(segment) });
                }
            }
        }
    }
}

impl Values for Entire<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        let mut found = Whole(self.0).dimension(name);
        self.each(|part| found.extend(part.dimension(name)));
        found
    }

    fn metric(&self, name: &str) -> Vec<f64> {
        let mut found = Whole(self.0).metric(name);
        self.each(|part| found.extend(part.metric(name)));
        found
    }
}

/// A session, or one segment of it, with all it belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) conversation: &'a Conversation,
    pub(crate) participant: &'a Participant,
    pub(crate) session: &'a Session,
    /// The segment; without one, all of the session's speak.
    pub(crate) segment: Option<&'a Segment>,
}

impl Part<'_> {
    fn segments(&self) -> &[Segment] {
        match self.segment {
            Some(segment) => std::slice::from_ref(segment),
            None => &self.session.segments,
        }
    }

    fn of_segments(&self, value: impl Fn(&Segment) -> Option<String>) -> Vec<String> {
        let mut found: Vec<String> = self.segments().iter().filter_map(value).collect();
        found.dedup();
        found
    }

    fn of_segment(&self, name: &str) -> Vec<String> {
        match name {
            "segmentType" => self.of_segments(|s| Some(s.kind.into())),
            "segmentEnd" => self.of_segments(|s| s.end.map(iso)),
            "conference" => self.of_segments(|s| Some(s.conference.to_string())),
            "disconnectType" => self.of_segments(|s| s.disconnect.map(String::from)),
            "wrapUpCode" => self.of_segments(|s| s.wrap_up.as_deref().map(String::from)),
            "wrapUpNote" => self.of_segments(|s| s.note.map(String::from)),
            "subject" => self.of_segments(|s| s.subject.map(String::from)),
            "errorCode" => self.of_segments(|s| s.error.map(String::from)),
            "sipResponseCode" => self.of_segments(|s| s.sip.map(|code| code.to_string())),
            "requestedLanguageId" => self.of_segments(|s| s.language.map(|id| id.to_string())),
            "queueId" if self.segment.is_none() => self.session.queue().iter().map(Uuid::to_string).collect(),
            "queueId" => self.of_segments(|s| s.queue.map(|id| id.to_string())),
            "requestedRoutingSkillId" => {
                let mut ids: Vec<String> =
                    self.segments().iter().flat_map(|s| &s.skills).map(Uuid::to_string).collect();
                ids.dedup();
                ids
            }
            _ => Vec::new(),
        }
    }

    fn of_flow(&self, name: &str) -> Option<String> {
        let flow = self.session.flow.as_ref()?;
        match name {
            "flowId" => Some(flow.id.to_string()),
            "flowName" => Some(flow.name.to_string()),
            "flowVersion" => Some(FLOW_VERSION.into()),
            "flowType" => Some(flow.kind.into()),
            "entryType" => Some("dnis".into()),
            "startingLanguage" => Some(Flow::LANGUAGE.into()),
            "endingLanguage" => flow.is_left().then(|| Flow::LANGUAGE.into()),
            "exitReason" => flow.is_left().then(|| flow.exit.to_string()),
            "transferType" => flow.target.as_ref().map(|_| "ACD".into()),
            "transferTargetName" => flow.target.as_ref().map(|(_, name)| name.to_string()),
            "transferTargetAddress" => flow.target.as_ref().map(|(id, _)| id.to_string()),
            _ => None,
        }
    }

    /// Whether its own flow served the customer, whatever became of the conversation.
    pub(super) fn self_served(&self) -> Vec<String> {
        let served = self.session.flow.as_ref().and_then(Flow::self_served);
        served.map(|served| served.to_string()).into_iter().collect()
    }

    fn of_session(&self, name: &str) -> Option<String> {
        let (s, p) = (self.session, self.participant);
        let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().map(String::from);
        match name {
            "mediaType" => Some(s.media.into()),
            "messageType" => s.message_type.map(String::from),
            "direction" => Some(s.direction.into()),
            "sessionId" => Some(s.id_text()),
            "peerId" => s.peer.map(|id| id.to_string()),
            "ani" => text(&s.ani),
            "dnis" | "sessionDnis" => text(&s.dnis),
            "addressFrom" => text(&s.from),
            "addressTo" => text(&s.to),
            "remote" => text(&s.remote),
            "edgeId" => s.edge.map(|id| id.to_string()),
            "provider" => Some(s.provider.into()),
            "bargedParticipantId" | "coachedParticipantId" | "monitoredParticipantId" => {
                s.listens.filter(|(how, _)| how.participant() == name).map(|(_, id)| id.to_string())
            }
            "recording" => s.recording.map(|yes| yes.to_string()),
            "mediaCount" => s.media_count.map(|count| count.to_string()),
            "requestedRouting" => s.requested_routing.map(String::from),
            "usedRouting" => s.used_routing.map(String::from),
            "selectedAgentId" => s.selected_agent.map(|id| id.to_string()),
            "scriptId" => s.script.map(|id| id.to_string()),
            "flowOutType" => s.flow_out.map(String::from),
            "outboundCampaignId" => s.campaign.map(|ids| ids[0].to_string()),
            "outboundContactId" => s.campaign.map(|ids| ids[1].to_string()),
            "outboundContactListId" => s.campaign.map(|ids| ids[2].to_string()),
            "callbackNumber" => s.callback.as_ref().map(|(number, _)| number.to_string()),
            "callbackScheduledTime" => s.callback.as_ref().map(|(_, at)| iso(*at)),
            "purpose" => Some(p.purpose.into()),
            "participantName" => p.name.as_deref().map(String::from),
            "userId" => p.user.map(|id| id.to_string()),
            "teamId" => p.team.map(|id| id.to_string()),
            "externalContactId" => p.contact.map(|id| id.to_string()),
            _ => None,
        }
    }
}

impl Values for Part<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        if name == "activeSkillId" {
            return self.session.skills.iter().map(Uuid::to_string).collect();
        }
        if let ("flowOutcome" | "flowOutcomeId" | "flowOutcomeValue" | "flowMilestoneId", Some(flow)) =
            (name, &self.session.flow)
        {
            return achieved(name, &flow.outcomes, &flow.milestones);
        }
        if name == "agentRank" {
            return (0..self.session.proposed_agents.len()).map(|rank| rank.to_string()).collect();
        }
        if name == "proposedAgentId" {
            return self.session.proposed_agents.iter().map(Uuid::to_string).collect();
        }
        if let Some(value) = self.of_session(name).or_else(|| self.of_flow(name)) {
            return vec![value];
        }
        let found = self.of_segment(name);
        if found.is_empty() { Whole(self.conversation).dimension(name) } else { found }
    }

    fn metric(&self, name: &str) -> Vec<f64> {
        let Some(segment) = self.segment.filter(|_| name == "tSegmentDuration") else { return Vec::new() };
        segment.end.map(|end| (end - segment.start) as f64).into_iter().collect()
    }
}

/// What outcomes and milestones have to say, each value once.
pub(super) fn achieved(name: &str, outcomes: &[Outcome], milestones: &[Milestone]) -> Vec<String> {
    let values: BTreeSet<String> = match name {
        "flowOutcome" => outcomes.iter().map(Outcome::text).collect(),
        "flowOutcomeId" => outcomes.iter().map(|outcome| outcome.id.to_string()).collect(),
        "flowOutcomeValue" => outcomes.iter().map(|outcome| outcome.value().to_string()).collect(),
        _ => milestones.iter().map(|milestone| milestone.id.to_string()).collect(),
    };
    values.into_iter().collect()
}

/// An evaluation with its form.
#[derive(Clone, Copy)]
pub(crate) struct Evaluated<'a> {
    it: &'a Evaluation,
    form: &'a Named,
}

impl<'a> Evaluated<'a> {
    pub(crate) fn of(it: &'a Evaluation, directory: &'a Directory) -> Self {
        Self { it, form: &directory.forms[it.form.min(directory.forms.len() - 1)] }
    }
}

impl Values for Evaluated<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        vec![match name {
            "evaluationId" => self.it.id.to_string(),
            "evaluationStatus" => self.it.steps.last().0.into(),
            "evaluatorId" => self.it.evaluator.to_string(),
            "eventTime" => iso(self.it.steps.last().1),
            "formId" | "contextId" | "evaluationContextId" => self.form.id.to_string(),
            "formName" => self.form.name.clone(),
            "queueId" => self.it.queue.to_string(),
            "userId" => self.it.user.to_string(),
            "released" => self.it.finished().is_some().to_string(),
            "rescored" | "deleted" => "false".into(),
            _ => return Vec::new(),
        }]
    }

    fn metric(&self, name: &str) -> Vec<f64> {
        let score = match name {
            "oTotalScore" => self.it.score(),
            "oTotalCriticalScore" => self.it.critical_score(),
            _ => None,
        };
        score.map(|score| score as f64).into_iter().collect()
    }
}

/// A survey with its form.
#[derive(Clone, Copy)]
pub(crate) struct Surveyed<'a> {
    it: &'a Survey,
    form: &'a Named,
    /// The group of questions that is spoken of, and the question in it, where not all are.
    group: Option<usize>,
    question: Option<usize>,
}

impl<'a> Surveyed<'a> {
    pub(crate) fn of(it: &'a Survey, directory: &'a Directory) -> Self {
        Self { it, form: &directory.forms[Survey::FORM], group: None, question: None }
    }

    /// As far as a group of questions goes, or one question of it.
    pub(crate) fn of_answers(self, group: usize, question: Option<usize>) -> Self {
        Self { group: Some(group), question, ..self }
    }

    /// The ids of the groups, of the questions in them or of the answers to these, as far as there are answers.
    fn answered(&self, name: &str) -> Vec<String> {
        let Some(answers) = self.it.answers() else { return Vec::new() };
        let mut places = Vec::new();
        for group in (0..answers.chosen.len()).filter(|at| self.group.is_none_or(|group| *at == group)) {
            for question in answers.said(group).filter(|at| self.question.is_none_or(|question| *at == question)) {
                places.push(match (name, answers.chosen[group][question]) {
                    ("surveyQuestionGroupId", _) => vec![group],
                    ("surveyQuestionId", _) => vec![group, question],
                    (_, Some(chosen)) => vec![group, question, chosen],
                    _ => continue,
                });
            }
        }
        places.dedup();
        places.iter().map(|place| inside(self.form.id, place).to_string()).collect()
    }
}

impl Values for Surveyed<'_> {
    fn dimension(&self, name: &str) -> Vec<String> {
        vec![match name {
            "surveyCompletedDate" => return self.it.finished().map(iso).into_iter().collect(),
            "surveyPromoterScore" => {
                return self.it.scores().map(|(_, promoter)| promoter.to_string()).into_iter().collect();
            }
            "surveyPartialResponse" => return self.it.finished().map(|_| "false".into()).into_iter().collect(),
            "surveyQuestionGroupId" | "surveyQuestionId" | "surveyAnswerId" => return self.answered(name),
            "surveyId" => self.it.id.to_string(),
            "surveyStatus" => self.it.steps.last().0.into(),
            "surveyType" => "Web".into(),
            "eventTime" => iso(self.it.steps.last().1),
            "surveyFormId" | "surveyFormContextId" => self.form.id.to_string(),
            "surveyFormName" => self.form.name.clone(),
            "queueId" => self.it.queue.to_string(),
            "userId" => self.it.user.to_string(),
            _ => return Vec::new(),
        }]
    }

    fn metric(&self, name: &str) -> Vec<f64> {
        let scores = self.it.scores().filter(|_| name == "oSurveyTotalScore");
        scores.map(|(score, _)| score as f64).into_iter().collect()
    }
}

impl Values for Resolution {
    fn dimension(&self, _name: &str) -> Vec<String> {
        Vec::new()
    }

    fn metric(&self, name: &str) -> Vec<f64> {
        if name == "nNextContactAvoided" { vec![self.avoided as f64] } else { Vec::new() }
    }
}
