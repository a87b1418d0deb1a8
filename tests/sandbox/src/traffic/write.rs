//! A conversation as JSON bytes, in the field order of the genuine samples. Absent members are left out, never null.

use super::judgements::{Evaluation, Survey};
use super::model::{Conversation, Flow, MediaStat, Metric, Participant, Segment, Session};
use super::outcomes::Outcome;
use crate::directory::{Directory, FLOW_VERSION};
use crate::json::Object;
use crate::rng::Rng;

/// How a conversation is told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// With members and values no model knows.
    pub future: bool,
    /// With participants' attributes, which only details jobs tell.
    pub attributes: bool,
}

/// Appends a conversation.
pub fn write_conversation(it: &Conversation, directory: &Directory, manner: Manner, out: &mut Vec<u8>) {
    let mut o = Object::new(out);
    o.uuid("conversationId", it.id);
    o.date("conversationStart", it.start);
    o.some(it.end, |o, end| o.date("conversationEnd", end));
    o.some(it.conference_start(), |o, start| o.date("conferenceStart", start));
    o.some(it.inactivity_timeout, |o, at| o.date("inactivityTimeout", at));
    o.some(it.min_mos, |o, mos| o.float("mediaStatsMinConversationMos", mos));
    o.some(it.min_r_factor, |o, factor| o.float("mediaStatsMinConversationRFactor", factor));
    o.text("originatingDirection", it.direction);
    o.text("conversationInitiator", it.initiator);
    o.some(it.customer_participation, |o, took_part| o.flag("customerParticipation", took_part));
    o.some(it.external_tag.as_deref(), |o, tag| o.text("externalTag", tag));
    o.some(it.self_served(), |o, served| o.flag("selfServed", served));
    o.uuids("divisionIds", &it.divisions);
    if manner.future {
        o.text("holographicPresence", "full");
    }
    o.list("evaluations", &it.evaluations, |e, out| evaluation(e, directory, out));
    o.list("surveys", &it.surveys, |s, out| survey(s, directory, out));
    o.list("resolutions", &it.resolutions, |r, out| {
        let mut o = Object::new(out);
        o.date("eventTime", r.at);
        o.uuid("queueId", r.queue);
        o.uuid("userId", r.user);
        o.int("nNextContactAvoided", r.avoided);
        o.end();
    });
    o.list("participants", &it.participants, |p, out| participant(p, manner, out));
    o.end();
}

fn participant(it: &Participant, manner: Manner, out: &mut Vec<u8>) {
    let mut o = Object::new(out);
    o.uuid("participantId", it.id);
    o.some(it.name.as_deref(), |o, name| o.text("participantName", name));
    o.some(it.user, |o, id| o.uuid("userId", id));
    o.text("purpose", it.purpose);
    o.some(it.contact, |o, id| o.uuid("externalContactId", id));
    o.some(it.team, |o, id| o.uuid("teamId", id));
    if manner.attributes {
        o.object("attributes", |out| attributes(it, out));
    }
    o.list("sessions", &it.sessions, |s, out| session(s, manner.future, out));
    o.end();
}

fn session(it: &Session, future: bool, out: &mut Vec<u8>) {
    let mut o = Object::new(out);
    o.text("mediaType", if future && it.media == "chat" { "hologram" } else { it.media });
    match it.twin {
        None => o.uuid("sessionId", it.id),
        Some(_) => o.text("sessionId", &it.id_text()),
    }
    o.some(it.ani.as_deref(), |o, ani| o.text("ani", ani));
    o.text("direction", it.direction);
    o.some(it.dnis.as_deref(), |o, dnis| {
        o.text("dnis", dnis);
        o.text("sessionDnis", dnis);
    });
    o.some(it.from.as_deref(), |o, from| o.text("addressFrom", from));
    o.some(it.to.as_deref(), |o, to| o.text("addressTo", to));
    o.some(it.edge, |o, edge| o.uuid("edgeId", edge));
    o.some(it.message_type, |o, kind| o.text("messageType", kind));
    o.some(it.media_count, |o, count| o.int("mediaCount", count));
    o.some(it.flow_out, |o, kind| o.text("flowOutType", kind));
    o.some(it.campaign, |o, [campaign, contact, list]| {
        o.uuid("outboundCampaignId", campaign);
        o.uuid("outboundContactId", contact);
        o.uuid("outboundContactListId", list);
    });
    o.some(it.callback.as_ref(), |o, (number, scheduled)| {
        o.texts("callbackNumbers", &[number]);
        o.date("callbackScheduledTime", *scheduled);
    });
    o.some(it.listens, |o, (how, participant)| o.uuid(how.participant(), participant));
    o.some(it.peer, |o, peer| o.uuid("peerId", peer));
    o.text("provider", it.provider);
    o.some(it.recording, |o, recorded| o.flag("recording", recorded));
    o.some(it.remote.as_deref(), |o, remote| o.text("remote", remote));
    o.some(it.script, |o, script| o.uuid("scriptId", script));
    if !it.skills.is_empty() {
        o.uuids("activeSkillIds", &it.skills);
    }
    if it.acw_skipped {
        o.flag("acwSkipped", true);
    }
    o.some(it.requested_routing, |o, routing| o.texts("requestedRoutings", &[routing]));
    o.some(it.used_routing, |o, routing| o.text("usedRouting", routing));
    o.some(it.selected_agent, |o, agent| o.uuid("selectedAgentId", agent));
    let ranked: Vec<_> = it.proposed_agents.iter().enumerate().collect();
    o.list("proposedAgents", &ranked, |(rank, agent), out| {
        let mut o = Object::new(out);
        o.int("agentRank", *rank as i64);
        o.uuid("proposedAgentId", **agent);
        o.end();
    });
    o.list("mediaEndpointStats", &it.stats, media_stat);
    if let Some(ran) = &it.flow {
        o.object("flow", |out| flow(ran, out));
    }
    o.list("metrics", &it.metrics, metric);
    o.list("segments", &it.segments, segment);
    if future {
        o.object("quantum", |out| out.extend_from_slice(br#"{"spin":[1,null,{"up":true}]}"#));
    }
    o.end();
}

/// What scripts and flows left on a participant: a few words, some empty, one cut at 1,024 characters.
fn attributes(it: &Participant, out: &mut Vec<u8>) {
    let mut rng = Rng::new(it.id.halves().0);
    let mut o = Object::new(out);
    if matches!(it.purpose, "customer" | "agent") {
        o.text("customerTier", ["gold", "silver", ""][rng.weighted(&[1, 2, 1])]);
        o.text("accountNumber", &format!("A{:08}", rng.between(0, 99_999_999)));
        if rng.chance(0.3) {
            let paths = ["Main > Billing", "Main > \"Other\"", "Menú > Facturación"];
            o.text("ivr.Menu path", paths[rng.weighted(&[1, 1, 1])]);
        }
        if rng.chance(0.01) {
            o.text("transcript", &"word ".repeat(205)[..1_024]);
        }
    }
    o.end();
}

fn metric(it: &Metric, out: &mut Vec<u8>) {
    let mut o = Object::new(out);
    o.text("name", it.name);
    o.int("value", it.value);
    o.date("emitDate", it.emitted);
    o.end();
}

fn segment(it: &Segment, out: &mut Vec<u8>) {
    let mut o = Object::new(out);
    o.date("segmentStart", it.start);
    o.some(it.end, |o, end| o.date("segmentEnd", end));
    o.some(it.queue, |o, queue| o.uuid("queueId", queue));
    o.some(it.wrap_up.as_deref(), |o, code| o.text("wrapUpCode", code));
    o.some(it.note, |o, note| o.text("wrapUpNote", note));
    o.some(it.error, |o, code| o.text("errorCode", code));
    o.some(it.disconnect, |o, kind| o.text("disconnectType", kind));
    o.text("segmentType", it.kind);
    o.some(it.language, |o, language| o.uuid("requestedLanguageId", language));
    if !it.skills.is_empty() {
        o.uuids("requestedRoutingSkillIds", &it.skills);
    }
    o.some(it.sip, |o, code| o.ints("sipResponseCodes", &[code]));
    o.some(it.subject, |o, subject| o.text("subject", subject));
    o.flag("conference", it.conference);
    o.end();
}

fn media_stat(it: &MediaStat, out: &mut Vec<u8>) {
    let mut o = Object::new(out);
    o.texts("codecs", &["audio/opus"]);
    o.int("discardedPackets", it.discarded);
    o.date("eventTime", it.at);
    o.int("maxLatencyMs", it.latency);
    o.float("minMos", it.mos);
    o.float("minRFactor", it.r_factor);
    o.int("receivedPackets", it.received);
    o.end();
}

fn flow(it: &Flow, out: &mut Vec<u8>) {
    let mut o = Object::new(out);
    o.text("flowId", &it.id.to_string());
    o.text("flowName", &it.name);
    o.text("flowType", it.kind);
    o.text("flowVersion", FLOW_VERSION);
    o.text("entryType", "dnis");
    if it.is_left() {
        o.text("exitReason", it.exit);
    }
    o.text("startingLanguage", Flow::LANGUAGE);
    if it.is_left() {
        o.text("endingLanguage", Flow::LANGUAGE);
    }
    o.some(it.target.as_ref(), |o, (id, name)| {
        o.text("transferType", "ACD");
        o.text("transferTargetName", name);
        o.uuid("transferTargetAddress", *id);
    });
    o.list("outcomes", &it.outcomes, outcome);
    o.end();
}

fn outcome(it: &Outcome, out: &mut Vec<u8>) {
    let mut o = Object::new(out);
    o.text("flowOutcome", &it.text());
    o.uuid("flowOutcomeId", it.id);
    o.date("flowOutcomeStartTimestamp", it.start);
    o.some(it.end, |o, end| o.date("flowOutcomeEndTimestamp", end));
    o.text("flowOutcomeValue", it.value());
    o.end();
}

fn evaluation(it: &Evaluation, directory: &Directory, out: &mut Vec<u8>) {
    let form = &directory.forms[it.form.min(directory.forms.len() - 1)];
    let mut o = Object::new(out);
    o.uuid("evaluationId", it.id);
    o.text("evaluationStatus", it.steps.last().0);
    o.uuid("evaluatorId", it.evaluator);
    o.date("eventTime", it.steps.last().1);
    o.uuid("formId", form.id);
    o.text("formName", &form.name);
    o.uuid("contextId", form.id);
    o.uuid("queueId", it.queue);
    o.uuid("userId", it.user);
    o.flag("released", it.finished().is_some());
    o.flag("rescored", false);
    o.flag("deleted", false);
    o.some(it.score(), |o, score| o.int("oTotalScore", score));
    o.some(it.critical_score(), |o, score| o.int("oTotalCriticalScore", score));
    o.end();
}

fn survey(it: &Survey, directory: &Directory, out: &mut Vec<u8>) {
    let form = &directory.forms[Survey::FORM];
    let mut o = Object::new(out);
    o.uuid("surveyId", it.id);
    o.text("surveyStatus", it.steps.last().0);
    o.text("surveyType", "Web");
    o.date("eventTime", it.steps.last().1);
    o.some(it.finished(), |o, at| o.date("surveyCompletedDate", at));
    o.uuid("surveyFormId", form.id);
    o.uuid("surveyFormContextId", form.id);
    o.text("surveyFormName", &form.name);
    o.uuid("queueId", it.queue);
    o.uuid("userId", it.user);
    o.some(it.scores(), |o, (score, promoter)| {
        o.flag("surveyPartialResponse", false);
        o.int("surveyPromoterScore", promoter);
        o.int("oSurveyTotalScore", score);
    });
    o.end();
}
