//! Names that the analytics queries know: metrics and dimensions, as data.
//!
//! Source: models of PyPI PureCloudPlatformClientV2 269.0.0 (2026-10-08), and the public API definition of 2026-07 where
//! the SDK leaves a list open. The server's sets are open and grow: an unknown name is a warning, unless strict.

/// What one family of aggregates knows. Another family is another value of this.
#[derive(Debug)]
pub(crate) struct Family {
    /// What a report calls it.
    pub(crate) of: &'static str,
    pub(crate) path: &'static str,
    pub(crate) metrics: &'static [&'static str],
    pub(crate) group_by: &'static [&'static str],
    /// Dimensions that filter but do not group.
    pub(crate) filter_only: &'static [&'static str],
}

/// The families that this version asks.
pub(crate) const AGGREGATES: &[Family] = &[Family {
    of: "conversations",
    path: "/api/v2/analytics/conversations/aggregates/query",
    metrics: CONVERSATION_METRICS,
    group_by: CONVERSATION_GROUP_BY,
    filter_only: &["canonicalExternalContactId"],
}];

/// `ConversationDetailQueryPredicate.dimension`.
#[rustfmt::skip]
pub(crate) const DETAIL_CONVERSATION: &[&str] = &[
    "accessAttribute", "conversationEnd", "conversationId", "conversationInitiator", "conversationStart",
    "customerParticipation", "divisionId", "externalTag", "mediaStatsMinConversationMos", "originatingDirection",
    "originatingSocialMediaPublic",
];

/// `ConversationDetailQueryPredicate.metric`.
#[rustfmt::skip]
pub(crate) const DETAIL_CONVERSATION_METRICS: &[&str] = &[
    "nAgentDeclined", "nAlertExpired", "nBlindTransferred", "nBotInteractions", "nCallbackAttempts",
    "nCallbackOverSla", "nCallbackScheduled", "nCfcOffered", "nCobrowseSessions", "nConnected", "nConsult",
    "nConsultTransferred", "nConversations", "nError", "nFlow", "nFlowMilestone", "nFlowOutcome",
    "nFlowOutcomeFailed", "nOffered", "nOutbound", "nOutboundAbandoned", "nOutboundAttempted", "nOutboundConnected",
    "nOverSla", "nStateTransitionError", "nTakeover", "nTransferred", "oAudioMessageCount",
    "oExternalAudioMessageCount", "oExternalMediaCount", "oFlowMilestone", "oMediaCount", "oMessageCount",
    "oMessageSegmentCount", "oMessageTurn", "oSkillExpressionApplications", "tAbandon", "tAcd", "tActiveCallback",
    "tActiveCallbackComplete", "tAcw", "tAgentResponseTime", "tAgentVideoConnected", "tAlert", "tAnswered",
    "tAverageAgentResponseTime", "tAverageCustomerResponseTime", "tBarging", "tCallbackAbandon", "tCallbackConnect",
    "tCallbackNotReached", "tCallbackVirtualWait", "tCfcAbandon", "tCfcAcd", "tCfcAnswered", "tCfcFlowOut",
    "tCoaching", "tCoachingComplete", "tConnected", "tContacting", "tConversationDuration", "tDialing",
    "tFirstConnect", "tFirstDial", "tFirstEngagement", "tFirstResponse", "tFlow", "tFlowDisconnect", "tFlowExit",
    "tFlowOut", "tFlowOutcome", "tHandle", "tHeld", "tHeldComplete", "tIvr", "tMonitoring", "tMonitoringComplete",
    "tNotResponding", "tPark", "tParkComplete", "tScreenMonitoring", "tShortAbandon", "tSnippetRecord", "tTalk",
    "tTalkComplete", "tTransmitting", "tUserResponseTime", "tVoicemail",
];

/// `SegmentDetailQueryPredicate.dimension`.
#[rustfmt::skip]
pub(crate) const DETAIL_SEGMENT: &[&str] = &[
    "addressFrom", "addressTo", "agentAssistantId", "agentOwned", "ani", "authenticated", "bargedParticipantId",
    "callbackNumber", "callbackScheduledTime", "canonicalExternalContactId", "cleared", "coachedParticipantId",
    "conference", "deliveryPushed", "deliveryStatus", "destinationAddress", "destinationConversationId",
    "detectedSpeechEnd", "detectedSpeechStart", "direction", "disconnectType", "dnis", "edgeId", "engagementSource",
    "errorCode", "exitReason", "extendedDeliveryStatus", "externalContactId", "externalOrganizationId",
    "flaggedReason", "flowId", "flowName", "flowOutType", "flowOutcome", "flowOutcomeId", "flowOutcomeValue",
    "flowVersion", "groupId", "journeyActionId", "journeyActionMapId", "journeyCustomerId", "journeyCustomerIdType",
    "journeyCustomerSessionId", "mediaCount", "mediaType", "messageType", "monitoredParticipantId",
    "outboundCampaignId", "outboundContactId", "outboundContactListId", "participantName", "protocolCallId",
    "provider", "purpose", "queueId", "recording", "remote", "remoteNameDisplayable", "requestedLanguageId",
    "requestedRouting", "requestedRoutingSkillId", "scoredAgentId", "screenMonitoredUserId", "screenRecording",
    "scriptId", "segmentEnd", "segmentType", "sessionDnis", "sipResponseCode", "skillExpressionId",
    "snippetRecording", "subject", "teamId", "transferTargetAddress", "transferTargetName", "transferType",
    "usedRouting", "userId", "wrapUpCode", "wrapUpNote",
];

/// `SegmentDetailQueryPredicate.metric`.
#[rustfmt::skip]
pub(crate) const DETAIL_SEGMENT_METRICS: &[&str] = &[
    "tSegmentDuration",
];

/// `EvaluationDetailQueryPredicate.dimension`.
#[rustfmt::skip]
pub(crate) const DETAIL_EVALUATION: &[&str] = &[
    "assigneeApplicable", "assigneeId", "calibrationId", "contextId", "deleted", "evaluationId", "evaluationStatus",
    "evaluatorId", "eventTime", "formId", "formName", "queueId", "released", "rescored", "systemSubmitted", "userId",
];

/// `EvaluationDetailQueryPredicate.metric`.
#[rustfmt::skip]
pub(crate) const DETAIL_EVALUATION_METRICS: &[&str] = &[
    "oTotalCriticalScore", "oTotalScore",
];

/// `SurveyDetailQueryPredicate.dimension`.
#[rustfmt::skip]
pub(crate) const DETAIL_SURVEY: &[&str] = &[
    "eventTime", "queueId", "surveyCompletedDate", "surveyFormContextId", "surveyFormId", "surveyId",
    "surveyPartialResponse", "surveyPromoterScore", "surveyStatus", "surveyType", "userId",
];

/// `SurveyDetailQueryPredicate.metric`.
#[rustfmt::skip]
pub(crate) const DETAIL_SURVEY_METRICS: &[&str] = &[
    "oSurveyTotalScore",
];

/// `ResolutionDetailQueryPredicate.metric`.
#[rustfmt::skip]
pub(crate) const DETAIL_RESOLUTION_METRICS: &[&str] = &[
    "nNextContactAvoided",
];

/// `ConversationAggregationQuery.metrics`, and the two that only views of SDK 269 name.
#[rustfmt::skip]
pub(crate) const CONVERSATION_METRICS: &[&str] = &[
    "nAgentDeclined", "nAlertExpired", "nBlindTransferred", "nBotInteractions", "nCallbackAttempts",
    "nCallbackOverSla", "nCallbackScheduled", "nCfcOffered", "nCobrowseSessions", "nConnected", "nConsult",
    "nConsultTransferred", "nConversations", "nError", "nOffered", "nOutbound", "nOutboundAbandoned",
    "nOutboundAttempted", "nOutboundConnected", "nOverSla", "nStateTransitionError", "nTakeover", "nTransferred",
    "oAudioMessageCount", "oCallbackServiceLevel", "oExternalAudioMessageCount", "oExternalMediaCount", "oMediaCount",
    "oMessageCount", "oMessageSegmentCount", "oMessageTurn", "oServiceLevel", "oServiceTarget",
    "oSkillExpressionApplications", "tAbandon", "tAcd", "tActiveCallback", "tActiveCallbackComplete", "tAcw",
    "tAgentResponseTime", "tAgentVideoConnected", "tAlert", "tAnswered", "tAverageAgentResponseTime",
    "tAverageCustomerResponseTime", "tBarging", "tCallbackAbandon", "tCallbackConnect", "tCallbackNotReached",
    "tCallbackVirtualWait", "tCfcAbandon", "tCfcAcd", "tCfcAnswered", "tCfcFlowOut", "tCoaching", "tCoachingComplete",
    "tConnected", "tContacting", "tDialing", "tFirstConnect", "tFirstDial", "tFirstEngagement", "tFirstResponse",
    "tFlowOut", "tHandle", "tHeld", "tHeldComplete", "tIvr", "tMonitoring", "tMonitoringComplete", "tNotResponding",
    "tPark", "tParkComplete", "tScreenMonitoring", "tShortAbandon", "tSnippetRecord", "tTalk", "tTalkComplete",
    "tTransmitting", "tUserResponseTime", "tVoicemail", "tWait",
];

/// `ConversationAggregationQuery.groupBy`.
#[rustfmt::skip]
pub(crate) const CONVERSATION_GROUP_BY: &[&str] = &[
    "activeRouting", "activeSkillId", "addressFrom", "addressTo", "agentAssistantId", "agentBullseyeRing",
    "agentOwned", "agentRank", "agentScore", "ani", "assignerId", "authenticated", "conversationId",
    "conversationInitiator", "convertedFrom", "convertedTo", "customerParticipation", "deliveryStatus",
    "destinationAddress", "direction", "disconnectType", "divisionId", "dnis", "edgeId", "eligibleAgentCount",
    "errorCode", "extendedDeliveryStatus", "externalContactId", "externalMediaCount", "externalOrganizationId",
    "externalTag", "firstQueue", "flaggedReason", "flowInType", "flowOutType", "groupId", "interactionType",
    "journeyActionId", "journeyActionMapId", "journeyActionMapVersion", "journeyCustomerId", "journeyCustomerIdType",
    "journeyCustomerSessionId", "journeyCustomerSessionIdType", "knowledgeBaseId", "mediaCount", "mediaType",
    "messageType", "originatingDirection", "originatingSocialMediaPublic", "outboundCampaignId", "outboundContactId",
    "outboundContactListId", "participantName", "peerId", "proposedAgentId", "provider", "purpose", "queueId",
    "remote", "removedSkillId", "requestedLanguageId", "requestedRouting", "requestedRoutingSkillId", "roomId",
    "routingPriority", "routingRing", "routingRule", "routingRuleType", "scoredAgentId", "selectedAgentId",
    "selectedAgentRank", "selfServed", "sessionDnis", "sessionId", "skillExpressionId", "stationId", "teamId",
    "usedRouting", "userId", "videoPresent", "waitingInteractionCount", "wrapUpCode",
];

/// `QueueObservationQuery.metrics`.
#[rustfmt::skip]
pub(crate) const QUEUE_METRICS: &[&str] = &[
    "oActiveUsers", "oAlerting", "oInteracting", "oLongestInteracting", "oLongestWaiting", "oMemberUsers",
    "oOffQueueUsers", "oOnQueueUsers", "oUserPresences", "oUserRoutingStatuses", "oWaiting",
];

/// `QueueObservationQuery.detailMetrics`.
#[rustfmt::skip]
pub(crate) const QUEUE_DETAIL_METRICS: &[&str] = &[
    "oActiveUsers", "oAlerting", "oInteracting", "oMemberUsers", "oOffQueueUsers", "oOnQueueUsers", "oUserPresences",
    "oUserRoutingStatuses", "oWaiting",
];

/// `QueueObservationQueryPredicate.dimension`.
#[rustfmt::skip]
pub(crate) const QUEUE_DIMENSIONS: &[&str] = &[
    "mediaType", "queueId",
];
