//! The tables of a conversation: every property of the API's models, one line a column.
//!
//! The models are those of the public API definition (official Python SDK 269.0.0 and the definition of 2026-07); a
//! test holds this page against a copy of them. `segments` and `session_metrics` also carry columns of the objects
//! around them, so that the common report needs no join.

use super::super::column::Kind;
use super::super::sheet::{From, Spec, place, same};

/// One table: its columns, and which keys of its objects hold rows of other tables.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) specs: &'static [Spec],
    pub(super) children: &'static [Child],
}

/// A key that holds rows of another table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    pub(super) key: &'static str,
    /// Its place in [`NODES`].
    pub(super) table: usize,
    pub(super) shape: Shape,
}

/// How a key holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A list of objects.
    Many,
    /// One object.
    One,
    /// An object whose keys and values are the rows.
    Pairs,
}

const fn key(name: &'static str, kind: Kind, key: &'static str) -> Spec {
    Spec { name, kind, from: From::Key(key) }
}

/// A column of an object around it: of which table, and which of its columns.
const fn up(name: &'static str, kind: Kind, around: &str, specs: &[Spec], column: &str) -> Spec {
    Spec { name, kind, from: From::Up(table(around), place(specs, column)) }
}

const fn index(name: &'static str) -> Spec {
    Spec { name, kind: Kind::Int, from: From::Index }
}

const fn derived(name: &'static str, kind: Kind) -> Spec {
    Spec { name, kind, from: From::Derived }
}

const fn many(key: &'static str, name: &str) -> Child {
    Child { key, table: table(name), shape: Shape::Many }
}

/// The names of the tables, in the order of [`NODES`].
pub(super) const NAMES: [&str; 14] = [
    "conversations",
    "participants",
    "participant_attributes",
    "sessions",
    "segments",
    "session_metrics",
    "session_flows",
    "flow_outcomes",
    "media_endpoint_stats",
    "proposed_agents",
    "agent_groups",
    "conversation_evaluations",
    "conversation_surveys",
    "conversation_resolutions",
];

/// The place of a table in [`NODES`]; reckoned when the library is built, so a wrong name does not build.
#[expect(clippy::indexing_slicing, clippy::panic, reason = "in a constant it is the build that fails")]
pub(super) const fn table(name: &str) -> usize {
    let mut nth = 0;
    while nth < NAMES.len() {
        if same(NAMES[nth].as_bytes(), name.as_bytes()) {
            return nth;
        }
        nth += 1;
    }
    panic!("no such table")
}

/// Every table, those around before those inside.
pub(super) const NODES: [Node; NAMES.len()] = [
    Node {
        specs: CONVERSATIONS,
        children: &[
            many("participants", "participants"),
            many("evaluations", "conversation_evaluations"),
            many("surveys", "conversation_surveys"),
            many("resolutions", "conversation_resolutions"),
        ],
    },
    Node {
        specs: PARTICIPANTS,
        children: &[
            many("sessions", "sessions"),
            Child { key: "attributes", table: table("participant_attributes"), shape: Shape::Pairs },
        ],
    },
    Node { specs: PARTICIPANT_ATTRIBUTES, children: &[] },
    Node {
        specs: SESSIONS,
        children: &[
            many("segments", "segments"),
            many("metrics", "session_metrics"),
            Child { key: "flow", table: table("session_flows"), shape: Shape::One },
            many("mediaEndpointStats", "media_endpoint_stats"),
            many("proposedAgents", "proposed_agents"),
            many("agentGroups", "agent_groups"),
        ],
    },
    Node { specs: SEGMENTS, children: &[] },
    Node { specs: SESSION_METRICS, children: &[] },
    Node { specs: SESSION_FLOWS, children: &[many("outcomes", "flow_outcomes")] },
    Node { specs: FLOW_OUTCOMES, children: &[] },
    Node { specs: MEDIA_ENDPOINT_STATS, children: &[] },
    Node { specs: PROPOSED_AGENTS, children: &[] },
    Node { specs: AGENT_GROUPS, children: &[] },
    Node { specs: CONVERSATION_EVALUATIONS, children: &[] },
    Node { specs: CONVERSATION_SURVEYS, children: &[] },
    Node { specs: CONVERSATION_RESOLUTIONS, children: &[] },
];

pub(super) const CONVERSATIONS: &[Spec] = &[
    key("conversation_id", Kind::Str, "conversationId"),
    key("conversation_start", Kind::Time, "conversationStart"),
    key("conversation_end", Kind::Time, "conversationEnd"),
    key("originating_direction", Kind::Str, "originatingDirection"),
    key("access_attributes", Kind::List, "accessAttributes"),
    key("associated_conversation_id", Kind::Str, "associatedConversationId"),
    key("conference_start", Kind::Time, "conferenceStart"),
    key("consultation_conversation_ids", Kind::List, "consultationConversationIds"),
    key("conversation_initiator", Kind::Str, "conversationInitiator"),
    key("customer_participation", Kind::Bool, "customerParticipation"),
    key("division_ids", Kind::List, "divisionIds"),
    key("external_tag", Kind::Str, "externalTag"),
    key("inactivity_timeout", Kind::Time, "inactivityTimeout"),
    key("knowledge_base_ids", Kind::List, "knowledgeBaseIds"),
    key("media_stats_min_conversation_mos", Kind::Float, "mediaStatsMinConversationMos"),
    key("media_stats_min_conversation_r_factor", Kind::Float, "mediaStatsMinConversationRFactor"),
    key("originating_social_media_public", Kind::Bool, "originatingSocialMediaPublic"),
    key("self_served", Kind::Bool, "selfServed"),
    derived("duration_ms", Kind::Int),
    derived("is_open", Kind::Bool),
    derived("media_types", Kind::List),
    derived("first_queue_id", Kind::Str),
    derived("last_queue_id", Kind::Str),
    derived("first_agent_id", Kind::Str),
    derived("last_agent_id", Kind::Str),
    derived("ani", Kind::Str),
    derived("dnis", Kind::Str),
    derived("wrap_up_codes", Kind::List),
    derived("n_participants", Kind::Int),
    derived("n_agents", Kind::Int),
];

pub(super) const PARTICIPANTS: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    index("participant_idx"),
    key("participant_id", Kind::Str, "participantId"),
    key("participant_name", Kind::Str, "participantName"),
    key("purpose", Kind::Str, "purpose"),
    key("user_id", Kind::Str, "userId"),
    key("team_id", Kind::Str, "teamId"),
    key("external_contact_id", Kind::Str, "externalContactId"),
    key("external_organization_id", Kind::Str, "externalOrganizationId"),
    key("flagged_reason", Kind::Str, "flaggedReason"),
    key("screen_recording", Kind::Bool, "screenRecording"),
];

pub(super) const PARTICIPANT_ATTRIBUTES: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    up("participant_id", Kind::Str, "participants", PARTICIPANTS, "participant_id"),
    derived("name", Kind::Str),
    derived("value", Kind::Str),
    derived("truncated", Kind::Bool),
];

pub(super) const SESSIONS: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    up("participant_id", Kind::Str, "participants", PARTICIPANTS, "participant_id"),
    index("session_idx"),
    key("session_id", Kind::Str, "sessionId"),
    key("media_type", Kind::Str, "mediaType"),
    key("message_type", Kind::Str, "messageType"),
    key("direction", Kind::Str, "direction"),
    key("provider", Kind::Str, "provider"),
    key("peer_id", Kind::Str, "peerId"),
    key("ani", Kind::Str, "ani"),
    key("dnis", Kind::Str, "dnis"),
    key("session_dnis", Kind::Str, "sessionDnis"),
    key("remote", Kind::Str, "remote"),
    key("active_skill_ids", Kind::List, "activeSkillIds"),
    key("acw_skipped", Kind::Bool, "acwSkipped"),
    key("address_from", Kind::Str, "addressFrom"),
    key("address_other", Kind::Str, "addressOther"),
    key("address_self", Kind::Str, "addressSelf"),
    key("address_to", Kind::Str, "addressTo"),
    key("agent_assistant_id", Kind::Str, "agentAssistantId"),
    key("agent_bullseye_ring", Kind::Int, "agentBullseyeRing"),
    key("agent_owned", Kind::Bool, "agentOwned"),
    key("assigner_id", Kind::Str, "assignerId"),
    key("authenticated", Kind::Bool, "authenticated"),
    key("barged_participant_id", Kind::Str, "bargedParticipantId"),
    key("bcc", Kind::List, "bcc"),
    key("callback_numbers", Kind::List, "callbackNumbers"),
    key("callback_scheduled_time", Kind::Time, "callbackScheduledTime"),
    key("callback_user_name", Kind::Str, "callbackUserName"),
    key("cc", Kind::List, "cc"),
    key("cleared", Kind::Bool, "cleared"),
    key("coached_participant_id", Kind::Str, "coachedParticipantId"),
    key("cobrowse_role", Kind::Str, "cobrowseRole"),
    key("cobrowse_room_id", Kind::Str, "cobrowseRoomId"),
    key("delivery_pushed", Kind::Bool, "deliveryPushed"),
    key("delivery_status", Kind::Str, "deliveryStatus"),
    key("delivery_status_change_date", Kind::Time, "deliveryStatusChangeDate"),
    key("destination_addresses", Kind::List, "destinationAddresses"),
    key("detected_speech_end", Kind::Time, "detectedSpeechEnd"),
    key("detected_speech_start", Kind::Time, "detectedSpeechStart"),
    key("disposition_analyzer", Kind::Str, "dispositionAnalyzer"),
    key("disposition_name", Kind::Str, "dispositionName"),
    key("edge_id", Kind::Str, "edgeId"),
    key("eligible_agent_counts", Kind::List, "eligibleAgentCounts"),
    key("engagement_source", Kind::Str, "engagementSource"),
    key("error_code_description", Kind::Str, "errorCodeDescription"),
    key("extended_delivery_status", Kind::Str, "extendedDeliveryStatus"),
    key("flow_in_type", Kind::Str, "flowInType"),
    key("flow_out_type", Kind::Str, "flowOutType"),
    key("journey_action_id", Kind::Str, "journeyActionId"),
    key("journey_action_map_id", Kind::Str, "journeyActionMapId"),
    key("journey_action_map_version", Kind::Int, "journeyActionMapVersion"),
    key("journey_customer_id", Kind::Str, "journeyCustomerId"),
    key("journey_customer_id_type", Kind::Str, "journeyCustomerIdType"),
    key("journey_customer_session_id", Kind::Str, "journeyCustomerSessionId"),
    key("journey_customer_session_id_type", Kind::Str, "journeyCustomerSessionIdType"),
    key("media_bridge_id", Kind::Str, "mediaBridgeId"),
    key("media_count", Kind::Int, "mediaCount"),
    key("monitored_participant_id", Kind::Str, "monitoredParticipantId"),
    key("outbound_campaign_id", Kind::Str, "outboundCampaignId"),
    key("outbound_contact_id", Kind::Str, "outboundContactId"),
    key("outbound_contact_list_id", Kind::Str, "outboundContactListId"),
    key("protocol_call_id", Kind::Str, "protocolCallId"),
    key("recording", Kind::Bool, "recording"),
    key("remote_name_displayable", Kind::Str, "remoteNameDisplayable"),
    key("removed_skill_ids", Kind::List, "removedSkillIds"),
    key("requested_routings", Kind::List, "requestedRoutings"),
    key("room_id", Kind::Str, "roomId"),
    key("routing_ring", Kind::Int, "routingRing"),
    key("routing_rule", Kind::Str, "routingRule"),
    key("routing_rule_type", Kind::Str, "routingRuleType"),
    key("screen_monitored_user_id", Kind::Str, "screenMonitoredUserId"),
    key("screen_share_address_self", Kind::Str, "screenShareAddressSelf"),
    key("screen_share_room_id", Kind::Str, "screenShareRoomId"),
    key("script_id", Kind::Str, "scriptId"),
    key("selected_agent_id", Kind::Str, "selectedAgentId"),
    key("selected_agent_rank", Kind::Int, "selectedAgentRank"),
    key("sharing_screen", Kind::Bool, "sharingScreen"),
    key("skill_expression_id", Kind::Str, "skillExpressionId"),
    key("skip_enabled", Kind::Bool, "skipEnabled"),
    key("snippet_recording", Kind::Bool, "snippetRecording"),
    key("timeout_seconds", Kind::Int, "timeoutSeconds"),
    key("used_routing", Kind::Str, "usedRouting"),
    key("video_address_self", Kind::Str, "videoAddressSelf"),
    key("video_room_id", Kind::Str, "videoRoomId"),
    key("waiting_interaction_counts", Kind::List, "waitingInteractionCounts"),
];

pub(super) const SEGMENTS: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    up("participant_id", Kind::Str, "participants", PARTICIPANTS, "participant_id"),
    up("session_id", Kind::Str, "sessions", SESSIONS, "session_id"),
    up("conversation_end", Kind::Time, "conversations", CONVERSATIONS, "conversation_end"),
    up("originating_direction", Kind::Str, "conversations", CONVERSATIONS, "originating_direction"),
    up("participant_name", Kind::Str, "participants", PARTICIPANTS, "participant_name"),
    up("purpose", Kind::Str, "participants", PARTICIPANTS, "purpose"),
    up("user_id", Kind::Str, "participants", PARTICIPANTS, "user_id"),
    up("media_type", Kind::Str, "sessions", SESSIONS, "media_type"),
    up("direction", Kind::Str, "sessions", SESSIONS, "direction"),
    up("ani", Kind::Str, "sessions", SESSIONS, "ani"),
    up("dnis", Kind::Str, "sessions", SESSIONS, "dnis"),
    up("remote", Kind::Str, "sessions", SESSIONS, "remote"),
    index("segment_idx"),
    key("segment_start", Kind::Time, "segmentStart"),
    key("segment_end", Kind::Time, "segmentEnd"),
    key("segment_type", Kind::Str, "segmentType"),
    key("queue_id", Kind::Str, "queueId"),
    key("group_id", Kind::Str, "groupId"),
    key("disconnect_type", Kind::Str, "disconnectType"),
    key("wrap_up_code", Kind::Str, "wrapUpCode"),
    key("wrap_up_note", Kind::Str, "wrapUpNote"),
    key("wrap_up_tags", Kind::List, "wrapUpTags"),
    key("conference", Kind::Bool, "conference"),
    key("audio_muted", Kind::Bool, "audioMuted"),
    key("destination_conversation_id", Kind::Str, "destinationConversationId"),
    key("destination_session_id", Kind::Str, "destinationSessionId"),
    key("error_code", Kind::Str, "errorCode"),
    key("properties", Kind::Json, "properties"),
    key("q850_response_codes", Kind::List, "q850ResponseCodes"),
    key("requested_language_id", Kind::Str, "requestedLanguageId"),
    key("requested_routing_skill_ids", Kind::List, "requestedRoutingSkillIds"),
    key("requested_routing_user_ids", Kind::List, "requestedRoutingUserIds"),
    key("scored_agents", Kind::Json, "scoredAgents"),
    key("sip_response_codes", Kind::List, "sipResponseCodes"),
    key("source_conversation_id", Kind::Str, "sourceConversationId"),
    key("source_session_id", Kind::Str, "sourceSessionId"),
    key("subject", Kind::Str, "subject"),
    key("video_muted", Kind::Bool, "videoMuted"),
    derived("duration_ms", Kind::Int),
];

pub(super) const SESSION_METRICS: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    up("participant_id", Kind::Str, "participants", PARTICIPANTS, "participant_id"),
    up("session_id", Kind::Str, "sessions", SESSIONS, "session_id"),
    up("purpose", Kind::Str, "participants", PARTICIPANTS, "purpose"),
    up("user_id", Kind::Str, "participants", PARTICIPANTS, "user_id"),
    up("media_type", Kind::Str, "sessions", SESSIONS, "media_type"),
    index("metric_idx"),
    key("name", Kind::Str, "name"),
    key("value", Kind::Float, "value"),
    key("emit_date", Kind::Time, "emitDate"),
    derived("unit", Kind::Str),
];

pub(super) const SESSION_FLOWS: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    up("participant_id", Kind::Str, "participants", PARTICIPANTS, "participant_id"),
    up("session_id", Kind::Str, "sessions", SESSIONS, "session_id"),
    key("flow_id", Kind::Str, "flowId"),
    key("flow_name", Kind::Str, "flowName"),
    key("flow_type", Kind::Str, "flowType"),
    key("flow_version", Kind::Str, "flowVersion"),
    key("ending_language", Kind::Str, "endingLanguage"),
    key("entry_reason", Kind::Str, "entryReason"),
    key("entry_type", Kind::Str, "entryType"),
    key("exit_reason", Kind::Str, "exitReason"),
    key("issued_callback", Kind::Bool, "issuedCallback"),
    key("recognition_failure_reason", Kind::Str, "recognitionFailureReason"),
    key("starting_language", Kind::Str, "startingLanguage"),
    key("transfer_target_address", Kind::Str, "transferTargetAddress"),
    key("transfer_target_name", Kind::Str, "transferTargetName"),
    key("transfer_type", Kind::Str, "transferType"),
];

pub(super) const FLOW_OUTCOMES: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    up("participant_id", Kind::Str, "participants", PARTICIPANTS, "participant_id"),
    up("session_id", Kind::Str, "sessions", SESSIONS, "session_id"),
    up("flow_id", Kind::Str, "session_flows", SESSION_FLOWS, "flow_id"),
    index("outcome_idx"),
    key("flow_outcome_id", Kind::Str, "flowOutcomeId"),
    key("flow_outcome", Kind::Str, "flowOutcome"),
    key("flow_outcome_value", Kind::Str, "flowOutcomeValue"),
    key("flow_outcome_end_timestamp", Kind::Time, "flowOutcomeEndTimestamp"),
    key("flow_outcome_start_timestamp", Kind::Time, "flowOutcomeStartTimestamp"),
];

pub(super) const MEDIA_ENDPOINT_STATS: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    up("participant_id", Kind::Str, "participants", PARTICIPANTS, "participant_id"),
    up("session_id", Kind::Str, "sessions", SESSIONS, "session_id"),
    index("stat_idx"),
    key("event_time", Kind::Time, "eventTime"),
    key("codecs", Kind::List, "codecs"),
    key("discarded_packets", Kind::Int, "discardedPackets"),
    key("duplicate_packets", Kind::Int, "duplicatePackets"),
    key("invalid_packets", Kind::Int, "invalidPackets"),
    key("max_latency_ms", Kind::Int, "maxLatencyMs"),
    key("min_mos", Kind::Float, "minMos"),
    key("min_r_factor", Kind::Float, "minRFactor"),
    key("overrun_packets", Kind::Int, "overrunPackets"),
    key("received_packets", Kind::Int, "receivedPackets"),
    key("underrun_packets", Kind::Int, "underrunPackets"),
];

pub(super) const PROPOSED_AGENTS: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    up("participant_id", Kind::Str, "participants", PARTICIPANTS, "participant_id"),
    up("session_id", Kind::Str, "sessions", SESSIONS, "session_id"),
    index("agent_idx"),
    key("agent_rank", Kind::Int, "agentRank"),
    key("proposed_agent_id", Kind::Str, "proposedAgentId"),
];

pub(super) const AGENT_GROUPS: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    up("participant_id", Kind::Str, "participants", PARTICIPANTS, "participant_id"),
    up("session_id", Kind::Str, "sessions", SESSIONS, "session_id"),
    index("group_idx"),
    key("agent_group_id", Kind::Str, "agentGroupId"),
    key("agent_group_type", Kind::Str, "agentGroupType"),
];

pub(super) const CONVERSATION_EVALUATIONS: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    index("evaluation_idx"),
    key("evaluation_id", Kind::Str, "evaluationId"),
    key("event_time", Kind::Time, "eventTime"),
    key("evaluation_status", Kind::Str, "evaluationStatus"),
    key("assignee_applicable", Kind::Bool, "assigneeApplicable"),
    key("assignee_id", Kind::Str, "assigneeId"),
    key("calibration_id", Kind::Str, "calibrationId"),
    key("context_id", Kind::Str, "contextId"),
    key("deleted", Kind::Bool, "deleted"),
    key("evaluator_id", Kind::Str, "evaluatorId"),
    key("form_id", Kind::Str, "formId"),
    key("form_name", Kind::Str, "formName"),
    key("o_total_critical_score", Kind::Int, "oTotalCriticalScore"),
    key("o_total_score", Kind::Int, "oTotalScore"),
    key("queue_id", Kind::Str, "queueId"),
    key("released", Kind::Bool, "released"),
    key("rescored", Kind::Bool, "rescored"),
    key("system_submitted", Kind::Bool, "systemSubmitted"),
    key("user_id", Kind::Str, "userId"),
];

pub(super) const CONVERSATION_SURVEYS: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    index("survey_idx"),
    key("survey_id", Kind::Str, "surveyId"),
    key("event_time", Kind::Time, "eventTime"),
    key("survey_status", Kind::Str, "surveyStatus"),
    key("o_survey_total_score", Kind::Int, "oSurveyTotalScore"),
    key("queue_id", Kind::Str, "queueId"),
    key("survey_completed_date", Kind::Time, "surveyCompletedDate"),
    key("survey_form_context_id", Kind::Str, "surveyFormContextId"),
    key("survey_form_id", Kind::Str, "surveyFormId"),
    key("survey_form_name", Kind::Str, "surveyFormName"),
    key("survey_partial_response", Kind::Bool, "surveyPartialResponse"),
    key("survey_promoter_score", Kind::Int, "surveyPromoterScore"),
    key("survey_type", Kind::Str, "surveyType"),
    key("user_id", Kind::Str, "userId"),
];

pub(super) const CONVERSATION_RESOLUTIONS: &[Spec] = &[
    up("conversation_id", Kind::Str, "conversations", CONVERSATIONS, "conversation_id"),
    up("conversation_start", Kind::Time, "conversations", CONVERSATIONS, "conversation_start"),
    index("resolution_idx"),
    key("event_time", Kind::Time, "eventTime"),
    key("n_next_contact_avoided", Kind::Int, "nNextContactAvoided"),
    key("queue_id", Kind::Str, "queueId"),
    key("user_id", Kind::Str, "userId"),
];
