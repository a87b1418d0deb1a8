"""Sessions of bots and their turns, as the official SDK reads them."""
import pytest


@pytest.fixture(scope="module")
def api(admin):
    return admin.api("AnalyticsApi")


@pytest.fixture(scope="module")
def bot(admin):
    return admin.api("ArchitectApi").get_flows(type=["digitalbot"]).entities[0].id


def test_sessions_and_their_turns(admin, api, bot, sandbox):
    sessions = api.get_analytics_botflow_sessions(bot, page_size="250", interval=sandbox["interval"])
    assert len(sessions.entities) > 50 and sessions.entities[0].conversation.id
    page = api.get_analytics_botflow_reportingturns(bot, page_size="40", interval=sandbox["interval"])
    assert len(page.entities) == 40 and page.next_uri
    ids = [turn.session_id for turn in page.entities]
    assert list(dict.fromkeys(ids)) == [session.id for session in sessions.entities][:len(set(ids))]


def test_turns_of_the_own_divisions(admin, api, bot, sandbox):
    few = {"page_size": "250", "interval": sandbox["interval"], "ask_action_results": "SuccessCollection"}
    turns = api.get_analytics_botflow_divisions_reportingturns(bot, **few).entities
    assert turns and all(turn.intent.name for turn in turns)
