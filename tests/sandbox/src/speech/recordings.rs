//! Recordings: what is told about them, and how long it takes until they can be heard.

use serde_json::{Value, json};

use super::legs::{Leg, legs};
use super::media::{CHANNELS, size_of, waveform};
use super::talk::{Phrase, Speaker, phrases};
use super::transcript::media_of;
use crate::org::{Call, Org};
use crate::refusal::Refusal;
use crate::rng::{Rng, key};
use crate::time::{DAY, MINUTE, SECOND, iso};
use crate::traffic::model::Conversation;
use crate::uuid::Uuid;

/// A recording is put away so long after the end.
const AT_HAND: i64 = 90 * DAY;

/// What was fetched back, or made ready to be heard, stays so.
const RESTORED: i64 = 7 * DAY;

/// How often a month recordings may be fetched back.
const RESTORATIONS: i64 = 100;

const FORMATS: [&str; 7] = ["WAV", "WEBM", "WAV_ULAW", "OGG_VORBIS", "OGG_OPUS", "MP3", "NONE"];

/// A status and a body, or why there is neither.
pub(crate) type Told = Result<(u16, Vec<u8>), Refusal>;

impl Leg<'_> {
    fn uploaded(&self) -> i64 {
        self.end + self.draw(56, 20 * SECOND, 3 * MINUTE)
    }

    fn archived(&self) -> i64 {
        self.end + AT_HAND
    }

    /// How long it takes to fetch it back.
    fn restoring_ms(&self) -> i64 {
        self.draw(57, 30 * SECOND, 3 * MINUTE)
    }

    /// How long it takes to bring its sound into another format.
    fn transcoding_ms(&self) -> i64 {
        if self.is_voice() { self.draw(58, 300, 9 * SECOND) } else { 0 }
    }

    /// The state of its file, if it was asked for at some time.
    fn state(&self, asked: Option<i64>, now: i64) -> &'static str {
        let back = asked.map(|at| at + self.restoring_ms());
        match back {
            _ if now >= self.deleted() => "DELETED",
            _ if now < self.uploaded() => "UPLOADING",
            _ if now < self.archived() => "AVAILABLE",
            Some(back) if now < back => "RESTORING",
            Some(back) if now < back + RESTORED => "RESTORED",
            _ => "ARCHIVED",
        }
    }
}

/// Whether a format is asked for that can be heard. Whoever names those that will do asks for one, whatever `formatId` is.
fn asks_for_sound(call: &Call) -> Result<bool, Refusal> {
    let sounds = &FORMATS[..FORMATS.len() - 1];
    let wanted = call.parameters("mediaFormats");
    if let Some(other) = wanted.iter().find(|format| !sounds.contains(format)) {
        return Err(Refusal::parameter(other, "mediaFormats", &sounds.join(", ")));
    }
    let format = call.parameter("formatId").unwrap_or("WEBM");
    if !FORMATS.contains(&format) {
        return Err(Refusal::parameter(format, "formatId", &FORMATS.join(", ")));
    }
    Ok(!wanted.is_empty() || format != "NONE")
}

impl Org {
    /// What is below `conversations/{conversationId}/`, if it is about recordings.
    pub(crate) fn recorded(&mut self, method: &str, path: &str, call: &Call) -> Option<Told> {
        let rest = path.strip_prefix("conversations/{conversationId}/").filter(|_| matches!(method, "GET" | "HEAD"))?;
        Some(match rest {
            "recordingmetadata" => self.all_metadata(call),
            "recordingmetadata/{recordingId}" => self.one_metadata(call),
            "recordings" => self.recordings(call),
            "recordings/{recordingId}" => self.one_recording(call),
            "recordings/{recordingId}/annotations" => self.annotations(call),
            "recordings/{recordingId}/annotations/{annotationId}" => self.one_annotation(call),
            _ => return None,
        })
    }

    /// `GET recording/settings`.
    pub(crate) fn recording_settings(&self) -> Vec<u8> {
        let body = json!({
            "maxSimultaneousStreams": 1,
            "maxConfigurableScreenRecordingStreams": 1,
            "regionalRecordingStorageEnabled": false,
            "recordingPlaybackUrlTtl": crate::files::LIFE / 60,
            "recordingBatchDownloadUrlTtl": crate::files::LIFE / 60,
            "stopRecordingWhenOnlyExternalParticipants": false,
        });
        body.to_string().into_bytes()
    }

    fn conversation_of(&self, call: &Call) -> Result<Conversation, Refusal> {
        self.conversation(Self::in_path(call, "{conversationId}")?, call)
    }

    fn in_question<'a>(it: &'a Conversation, call: &Call) -> Result<Leg<'a>, Refusal> {
        let id = Self::in_path(call, "{recordingId}")?;
        legs(it).into_iter().find(|leg| leg.recording() == id).ok_or_else(Refusal::not_found)
    }

    /// `GET conversations/{conversationId}/recordingmetadata`.
    fn all_metadata(&self, call: &Call) -> Told {
        let it = self.conversation_of(call)?;
        let all: Vec<Value> = legs(&it).iter().map(|leg| self.recording_metadata(&it, leg, call.now)).collect();
        Ok((200, Value::Array(all).to_string().into_bytes()))
    }

    /// `GET conversations/{conversationId}/recordingmetadata/{recordingId}`.
    fn one_metadata(&self, call: &Call) -> Told {
        let it = self.conversation_of(call)?;
        let leg = Self::in_question(&it, call)?;
        Ok((200, self.recording_metadata(&it, &leg, call.now).to_string().into_bytes()))
    }

    /// `GET conversations/{conversationId}/recordings`: nothing and 202 until all can be heard.
    fn recordings(&mut self, call: &Call) -> Told {
        let it = self.conversation_of(call)?;
        let parts = legs(&it);
        if !self.prepared(&it, &parts, call)? {
            return Ok((202, Vec::new()));
        }
        let all: Vec<Value> = parts.iter().map(|leg| self.recording(&it, leg, call, true)).collect();
        Ok((200, Value::Array(all).to_string().into_bytes()))
    }

    /// `GET conversations/{conversationId}/recordings/{recordingId}`: with 202 there is nothing to be heard yet.
    fn one_recording(&mut self, call: &Call) -> Told {
        let it = self.conversation_of(call)?;
        let leg = Self::in_question(&it, call)?;
        let is_prepared = self.prepared(&it, &[leg], call)?;
        let body = self.recording(&it, &leg, call, is_prepared);
        Ok((if is_prepared { 200 } else { 202 }, body.to_string().into_bytes()))
    }

    /// Whether recordings can be heard. Whoever asks for some that cannot has them made ready.
    fn prepared(&mut self, it: &Conversation, parts: &[Leg<'_>], call: &Call) -> Result<bool, Refusal> {
        let is_heard = asks_for_sound(call)?;
        let patience = match call.parameter("maxWaitMs") {
            None => 5_000,
            Some(text) => match text.parse::<i64>() {
                Ok(ms) if ms >= 0 => ms,
                _ => return Err(Refusal::parameter(text, "maxWaitMs", "0 to 2147483647")),
            },
        };
        if !is_heard {
            return Ok(true);
        }
        let now = call.now;
        let is_away = parts.iter().any(|leg| leg.state(None, now) == "ARCHIVED");
        let needs = if is_away { Leg::restoring_ms } else { Leg::transcoding_ms };
        let needed = parts.iter().map(needs).max().unwrap_or_default();
        let is_over = parts.iter().all(|leg| now >= leg.deleted());
        if is_over || (needed <= patience && !is_away) {
            return Ok(true);
        }
        let list = if is_away { &mut self.restores } else { &mut self.transcodes };
        let asked = list.entry(it.id).or_insert(now);
        if now >= *asked + needed + RESTORED {
            *asked = now;
        }
        Ok(now >= *asked + needed)
    }

    fn recording_metadata(&self, it: &Conversation, leg: &Leg<'_>, now: i64) -> Value {
        let state = leg.state(self.restores.get(&it.id).copied(), now);
        let id = leg.recording();
        let mut body = json!({
            "id": id.to_string(),
            "conversationId": it.id.to_string(),
            "startTime": iso(leg.start),
            "endTime": iso(leg.end),
            "media": if leg.is_voice() { "audio" } else { media_of(leg) },
            "annotations": annotations(it, leg),
            "fileState": state,
            "archiveDate": iso(leg.archived()),
            "archiveMedium": "CLOUDARCHIVE",
            "deleteDate": iso(leg.deleted()),
            "maxAllowedRestorationsForOrg": RESTORATIONS,
            "remainingRestorationsAllowedForOrg": (RESTORATIONS - self.restores.len() as i64).max(0),
            "sessionId": leg.id().to_string(),
            "selfUri": format!("/api/v2/conversations/{}/recordingmetadata/{id}", it.id),
        });
        if leg.is_voice() {
            body["mediaSubtype"] = json!(if leg.is_consult { "Consult" } else { "Trunk" });
            let other = it.participants.iter().find(|p| p.sessions.iter().any(|session| session.id == leg.id()));
            let other = other.and_then(|participant| participant.user).map(|id| id.to_string());
            let far = leg.session.remote.as_deref().map(String::from);
            body["mediaSubject"] = json!(if leg.is_consult { other } else { far }.unwrap_or_default());
        }
        if let ("RESTORED", Some(asked)) = (state, self.restores.get(&it.id)) {
            body["restoreExpirationTime"] = json!(iso(asked + leg.restoring_ms() + RESTORED));
        }
        body
    }

    fn recording(&self, it: &Conversation, leg: &Leg<'_>, call: &Call, is_prepared: bool) -> Value {
        let mut body = self.recording_metadata(it, leg, call.now);
        let id = leg.recording();
        // Whoever listens in is not heard.
        let agents = it.part_of(leg.start).filter(|(participant, _)| participant.purpose == "agent");
        let mut ids: Vec<Uuid> = agents.filter_map(|(participant, _)| participant.user).collect();
        ids.dedup();
        let users = ids.into_iter().filter_map(|id| self.directory.user(id)).map(|user| {
            let id = user.entity.id.to_string();
            json!({"id": id, "name": user.entity.name, "username": user.username(), "selfUri": format!("/api/v2/users/{id}")})
        });
        body["users"] = users.collect();
        body["recordingFileRole"] = json!("CUSTOMER_EXPERIENCE");
        body["originalRecordingStartTime"] = json!(iso(leg.start));
        body["creationTime"] = json!(iso(leg.uploaded()));
        body["selfUri"] = json!(format!("/api/v2/conversations/{}/recordings/{id}", it.id));
        if !matches!(body["fileState"].as_str(), Some("AVAILABLE" | "RESTORED")) {
            return body;
        }
        let said = phrases(it, leg);
        if !leg.is_voice() {
            let (name, written) = self.written(it, leg, &said);
            body[name] = written;
        } else if !is_prepared {
            body["estimatedTranscodeTimeMs"] = json!(leg.transcoding_ms());
        } else if asks_for_sound(call).unwrap_or(true) {
            let uris = CHANNELS.iter().map(|(channel, speakers)| {
                let uri = self.signed(&format!("/recordings/{}/{id}/{channel}.wav", it.id), call.now);
                let uri = json!({"mediaUri": uri, "waveformData": waveform(leg, &said, speakers)});
                (channel.to_string(), uri)
            });
            body["mediaUris"] = Value::Object(uris.collect());
            body["actualTranscodeTimeMs"] = json!(leg.transcoding_ms());
            body["outputDurationMs"] = json!(leg.end - leg.start);
            body["outputSizeInBytes"] = json!(size_of(leg));
        }
        body
    }

    /// What was written, in the member that a medium has for it.
    fn written(&self, it: &Conversation, leg: &Leg<'_>, said: &[Phrase]) -> (&'static str, Value) {
        let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().unwrap_or_default().to_string();
        let (customer, service) = (text(&leg.session.from), text(&leg.session.to));
        let subject = leg.session.segments.iter().find_map(|segment| segment.subject).unwrap_or_default();
        let each = said.iter().enumerate().map(|(at, phrase)| {
            let id = Rng::new(key(&[leg.id().halves().0, at as u64, 59])).uuid().to_string();
            let (from, to, purpose) = match phrase.speaker {
                Speaker::Customer => (&customer, &service, "customer"),
                Speaker::Agent => (&service, &customer, "agent"),
                Speaker::Flow => (&service, &customer, "bot"),
            };
            match leg.session.media {
                "chat" => json!({"id": id, "body": phrase.line.text, "utc": iso(phrase.at), "chat": it.id.to_string(),
                    "bodyType": "STANDARD", "participantPurpose": purpose}),
                "email" => json!({"id": id, "textBody": phrase.line.text, "subject": subject, "time": iso(phrase.at),
                    "from": {"email": from}, "to": [{"email": to}], "attachments": []}),
                _ => json!({"id": id, "messageText": phrase.line.text, "timestamp": iso(phrase.at), "from": from,
                    "to": to, "purpose": purpose, "status": "delivery-success"}),
            }
        });
        let name = match leg.session.media {
            "chat" => "transcript",
            "email" => "emailTranscript",
            _ => "messagingTranscript",
        };
        (name, each.collect())
    }

    /// `GET …/recordings/{recordingId}/annotations`.
    fn annotations(&self, call: &Call) -> Told {
        let it = self.conversation_of(call)?;
        let leg = Self::in_question(&it, call)?;
        Ok((200, Value::Array(annotations(&it, &leg)).to_string().into_bytes()))
    }

    /// `GET …/recordings/{recordingId}/annotations/{annotationId}`.
    fn one_annotation(&self, call: &Call) -> Told {
        let it = self.conversation_of(call)?;
        let leg = Self::in_question(&it, call)?;
        let id = call.placeholder("{annotationId}").unwrap_or_default();
        let one = annotations(&it, &leg).into_iter().find(|one| one["id"] == id).ok_or_else(Refusal::not_found)?;
        Ok((200, one.to_string().into_bytes()))
    }

    /// The bytes of one channel of a recording.
    pub(crate) fn media_file(&self, conversation: Uuid, recording: Uuid, channel: &str, now: i64) -> Option<Vec<u8>> {
        let it = self.traffic.build(self.traffic.find(conversation)?).seen_at(now);
        let leg = legs(&it).into_iter().find(|leg| leg.recording() == recording)?;
        let (_, speakers) = CHANNELS.iter().find(|(name, _)| *name == channel)?;
        let is_kept = leg.is_voice() && leg.uploaded() <= now && now < leg.deleted();
        is_kept.then(|| super::media::wav(&leg, &phrases(&it, &leg), speakers))
    }
}

/// Where the customer waited or was held: the marks on the recording of a call.
fn annotations(it: &Conversation, leg: &Leg<'_>) -> Vec<Value> {
    let mut marks: Vec<(i64, i64, &str, &str, &str)> = Vec::new();
    for participant in it.participants.iter().filter(|_| leg.is_voice() && !leg.is_consult) {
        for segment in participant.sessions.iter().flat_map(|s| &s.segments) {
            let mark = match (participant.purpose, segment.kind) {
                ("ivr" | "acd", _) => ("Pause", "Flow Or Queue", "FlowOrQueue"),
                ("agent", "hold") => ("Hold", "", "Hold"),
                _ => continue,
            };
            if let Some(end) = segment.end.filter(|end| segment.start >= leg.start && *end <= leg.end) {
                marks.push((segment.start - leg.start, end - segment.start, mark.0, mark.1, mark.2));
            }
        }
    }
    marks.sort_unstable();
    let told = marks.into_iter().enumerate().map(|(at, (location, ms, kind, description, reason))| {
        json!({
            "id": Rng::new(key(&[leg.id().halves().1, at as u64, 60])).uuid().to_string(),
            "type": kind,
            "location": location,
            "durationMs": ms,
            "absoluteLocation": location,
            "absoluteDurationMs": ms,
            "recordingLocation": location,
            "recordingDurationMs": 0,
            "description": description,
            "reason": reason,
            "realtimeLocation": location,
        })
    });
    told.collect()
}
