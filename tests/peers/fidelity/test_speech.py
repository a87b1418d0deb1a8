"""What was said, as the official SDK reads it."""
import json
import urllib.error
import urllib.request

import PureCloudPlatformClientV2 as sdk
import pytest

from asking import filled


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
            url = api.get_speechandtextanalytics_conversation_communication_transcripturl(*place).url
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
        (one,) = answer.urls
        assert one.recording.id and fetched(one.url) == fetched(url)


def test_a_file_refuses_a_token(admin, talks):
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetched(talks["voice"][0][2], Authorization=f"Bearer {admin.client.access_token}")
    assert caught.value.code == 400 and b"<Code>InvalidArgument</Code>" in caught.value.read()


def test_sentiment_and_topics(admin, api, talks):
    listed = api.get_speechandtextanalytics_topics(page_size=500).entities
    for topic in listed:
        assert len(api.get_speechandtextanalytics_topic(topic.id).phrases) == topic.phrases_count
    has_categories = admin.has("SpeechTextAnalyticsApi", "get_speechandtextanalytics_categories")
    for category in api.get_speechandtextanalytics_categories().entities if has_categories else ():
        assert api.get_speechandtextanalytics_category(category.id).name == category.name
    for conversation, _, url in (one for some in talks.values() for one in some):
        metrics = api.get_speechandtextanalytics_conversation(conversation.conversation_id)
        assert metrics.sentiment_score is None or -1 <= metrics.sentiment_score <= 1
        found = {one["topicName"] for one in fetched(url)["transcripts"][0]["analytics"]["topics"]}
        assert found <= {topic.name for topic in listed}
        if has_categories:
            api.get_speechandtextanalytics_conversation_categories(conversation.conversation_id)


def test_reasons_and_summaries(admin, api, talks):
    reasons = 0
    for conversation, communication, _ in (one for some in talks.values() for one in some):
        insights = api.get_speechandtextanalytics_conversation_sentiments(conversation.conversation_id).insights
        reasons += len(insights.positive_sentiment_reasons) + len(insights.negative_sentiment_reasons)
        listing = api.get_speechandtextanalytics_conversation_summaries(conversation.conversation_id)
        assert {summary.source_id for summary in listing.entities} <= {communication}
    assert reasons


def test_search(admin, api, talks):
    for conversation, communication, _ in talks["voice"]:
        exact = filled(sdk.TranscriptSearchCriteria(), type="EXACT", fields=["conversationId"], value=conversation.conversation_id)
        query = filled(sdk.TranscriptSearchRequest(), types=["transcripts"], query=[exact])
        (row,) = api.post_speechandtextanalytics_transcripts_search(query).results
        assert row["communicationId"] == communication


def test_counted(admin, sandbox):
    query = filled(
        sdk.TranscriptAggregationQuery(), interval=sandbox["interval"], granularity="PT1H", group_by=["topicId", "mediaType"],
        metrics=["nTopicCommunications", "oSentimentScore", "tAgentSpeech", "tSilence"])
    answer = admin.api("AnalyticsApi").post_analytics_transcripts_aggregates_query(query)
    assert {result.group["mediaType"] for result in answer.results} == {"voice", "chat", "email", "message"}
