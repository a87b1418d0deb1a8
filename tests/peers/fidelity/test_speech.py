"""What was said, as the official SDK reads it."""
import json
import urllib.error
import urllib.request

import pytest


@pytest.fixture(scope="module")
def api(admin):
    return admin.api("SpeechTextAnalyticsApi")


@pytest.fixture(scope="module")
def talks(admin, api, day):
    """Of each medium some conversations that are over, each with its communication and the URL of its transcript."""
    found = {}
    for conversation in day[0]:
        customer = next(p for p in conversation.participants if p.purpose == "customer").sessions[0]
        medium = customer.media_type
        if conversation.conversation_end is None or medium == "callback" or customer.recording is False:
            continue
        if len(found.setdefault(medium, [])) < 5:
            place = conversation.conversation_id, customer.session_id
            url = admin.walked(api.get_speechandtextanalytics_conversation_communication_transcripturl(*place)).url
            found[medium].append((conversation, customer.session_id, url))
    return found


def fetched(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
        return json.loads(answer.read())


def test_transcripts(sandbox, talks):
    assert set(talks) == {"voice", "chat", "email", "message"}
    for medium, some in talks.items():
        for conversation, communication, url in some:
            assert url.startswith(sandbox["files"])
            file = fetched(url)
            assert (file["conversationId"], file["communicationId"]) == (conversation.conversation_id, communication)
            assert file["mediaType"] == ("call" if medium == "voice" else medium)
            assert medium == "voice" or file["transcripts"][0]["phrases"]


def test_urls_by_recording(admin, api, talks):
    for conversation, communication, url in talks["voice"]:
        answer = api.get_speechandtextanalytics_conversation_communication_transcripturls(conversation.conversation_id, communication)
        (one,) = admin.walked(answer).urls
        assert one.recording.id and fetched(one.url) == fetched(url)


def test_a_file_refuses_a_token(admin, talks):
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetched(talks["voice"][0][2], Authorization=f"Bearer {admin.client.access_token}")
    assert caught.value.code == 400 and b"<Code>InvalidArgument</Code>" in caught.value.read()
