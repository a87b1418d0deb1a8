//! The families of aggregates: what each is called, and which facts it counts.

use super::facts::Source;

/// A family of aggregates. Its words are the lists `{path}.metric`, `.groupBy`, `.dimension` and `.property`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Family {
    /// Its place in a path: `analytics/{path}/aggregates/query`.
    pub(crate) path: &'static str,
    /// The model of its query.
    pub(crate) object: &'static str,
    /// Where its facts come from.
    pub(crate) source: Source,
}

const fn of(path: &'static str, object: &'static str, source: Source) -> Family {
    Family { path, object, source }
}

const FAMILIES: [Family; 19] = [
    of("actions", "ActionAggregationQuery", Source::Nothing),
    of("agentcopilots", "AgentCopilotAggregationQuery", Source::Nothing),
    of("agentutilizations", "AgentUtilizationAggregationQuery", Source::Nothing),
    of("bots", "BotAggregationQuery", Source::Bots),
    of("casemanagement", "CaseManagementAggregationQuery", Source::Nothing),
    of("conversations", "ConversationAggregationQuery", Source::Conversations),
    of("copilots", "CopilotAggregationQuery", Source::Nothing),
    of("evaluations", "EvaluationAggregationQuery", Source::Evaluations),
    of("flowexecutions", "FlowExecutionAggregationQuery", Source::Nothing),
    of("flows", "FlowAggregationQuery", Source::Flows),
    of("journeys", "JourneyAggregationQuery", Source::Nothing),
    of("knowledge", "KnowledgeAggregationQuery", Source::Nothing),
    of("ratelimits", "RateLimitAggregationQuery", Source::Nothing),
    of("resolutions", "ResolutionAggregationQuery", Source::Resolutions),
    of("summaries", "SummaryAggregationQuery", Source::Summaries),
    of("surveys", "SurveyAggregationQuery", Source::Surveys),
    of("taskmanagement", "TaskManagementAggregationQuery", Source::Nothing),
    of("transcripts", "TranscriptAggregationQuery", Source::Transcripts),
    of("users", "UserAggregationQuery", Source::Users),
];

/// The family at a place of a path.
pub(crate) fn family(path: &str) -> Option<&'static Family> {
    const ALL: &[Family] = &FAMILIES;
    ALL.iter().find(|family| family.path == path)
}
