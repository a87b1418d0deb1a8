//! The five kinds of filters a details query has, and what they mean for a conversation.

use serde_json::Value;

use super::dimensions::{Evaluated, Part, Surveyed, Whole};
use super::filter::{Filter, Values};
use crate::directory::Directory;
use crate::refusal::Refusal;
use crate::traffic::model::Conversation;

/// The filters of a details query or job.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters {
    conversation: Vec<Filter>,
    segment: Vec<Filter>,
    evaluation: Vec<Filter>,
    survey: Vec<Filter>,
    resolution: Vec<Filter>,
}

impl Filters {
    /// Reads the five lists of a query.
    pub(super) fn read(body: &Value) -> Result<Self, Refusal> {
        Ok(Self {
            conversation: Filter::read_all(body, "conversationFilters", "conversation")?,
            segment: Filter::read_all(body, "segmentFilters", "segment")?,
            evaluation: Filter::read_all(body, "evaluationFilters", "evaluation")?,
            survey: Filter::read_all(body, "surveyFilters", "survey")?,
            resolution: Filter::read_all(body, "resolutionFilters", "resolution")?,
        })
    }

    /// Whether all lists are empty.
    pub(super) fn is_empty(&self) -> bool {
        let lists = [&self.conversation, &self.segment, &self.evaluation, &self.survey, &self.resolution];
        lists.iter().all(|list| list.is_empty())
    }

    /// Whether a conversation passes every filter.
    pub(super) fn pass(&self, it: &Conversation, directory: &Directory) -> bool {
        self.conversation.iter().all(|filter| filter.passes(&Whole(it)))
            && self.segment.iter().all(|filter| any_segment(it, filter))
            && any_of(&self.evaluation, &it.evaluations, |one| Evaluated::of(one, directory))
            && any_of(&self.survey, &it.surveys, |one| Surveyed::of(one, directory))
            && any_of(&self.resolution, &it.resolutions, |one| *one)
    }
}

/// Whether for every filter there is a thing that passes, with what is to be known about it.
fn any_of<'a, T, V: Values>(filters: &[Filter], things: &'a [T], known: impl Fn(&'a T) -> V) -> bool {
    filters.iter().all(|filter| things.iter().any(|thing| filter.passes(&known(thing))))
}

/// The predicates of one segment filter must hold for one and the same segment.
fn any_segment(conversation: &Conversation, filter: &Filter) -> bool {
    conversation.participants.iter().any(|participant| {
        participant.sessions.iter().any(|session| {
            session
                .segments
                .iter()
                .any(|segment| filter.passes(&Part { conversation, participant, session, segment: Some(segment) }))
        })
    })
}
