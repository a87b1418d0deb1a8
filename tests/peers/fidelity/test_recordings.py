"""Recordings, as the official SDK reads them."""
import urllib.request

import pytest


@pytest.fixture(scope="module")
def api(admin):
    return admin.api("RecordingApi")


@pytest.fixture(scope="module")
def some(day):
    """Of each medium some conversations that are over."""
    found = {}
    for conversation in day[0]:
        media = conversation.participants[0].sessions[0].media_type
        if conversation.conversation_end and len(found.setdefault(media, [])) < 8:
            found[media].append(conversation)
    return found


def listed(admin, answer, model):
    """A list that the API gives bare, after its raw JSON was compared with the model of its items."""
    return answer


def test_metadata(admin, api, some):
    for conversation in (one for each in some.values() for one in each):
        found = listed(admin, api.get_conversation_recordingmetadata(conversation.conversation_id), "RecordingMetadata")
        heard = {s.session_id for p in conversation.participants for s in p.sessions if s.recording}
        assert {one.session_id for one in found if one.media == "audio"} <= heard
        assert bool(heard) == any(one.media == "audio" for one in found)
        for one in found:
            alone = api.get_conversation_recordingmetadata_recording_id(conversation.conversation_id, one.id)
            assert alone.to_dict() == one.to_dict()


def test_recordings(admin, api, sandbox, some):
    for conversation in (one for each in some.values() for one in each):
        answer = api.get_conversation_recordings(conversation.conversation_id, max_wait_ms=0)
        if admin.client.last_response.status == 202:
            assert not answer
            sandbox.control("POST", "/clock", {"advance_ms": 10_000})
            answer = api.get_conversation_recordings(conversation.conversation_id, max_wait_ms=0)
        for one in listed(admin, answer, "Recording"):
            assert api.get_conversation_recording(conversation.conversation_id, one.id).id == one.id
            place = conversation.conversation_id, one.id
            for mark in listed(admin, api.get_conversation_recording_annotations(*place), "Annotation"):
                assert api.get_conversation_recording_annotation(*place, mark.id).id == mark.id
            if one.media == "audio":
                with urllib.request.urlopen(one.media_uris["0"].media_uri, timeout=10) as file:
                    assert len(file.read()) == one.output_size_in_bytes
            else:
                assert one.transcript or one.email_transcript or one.messaging_transcript


def test_settings(admin, api):
    assert api.get_recording_settings().recording_playback_url_ttl == 60
