"""How the sandbox refuses, as the official SDK reports it."""
import json

import PureCloudPlatformClientV2 as sdk
import pytest

from asking import details, refusal
from walker import Walker


def log_in(judge, sandbox, client_id, secret):
    return refusal(judge.client(sandbox).get_client_credentials_token, client_id, secret)


def body(error):
    """The body, which must be what the SDK's own model of an error knows."""
    parsed = json.loads(error.body)
    walker = Walker(sdk)
    walker.walk(parsed, "ErrorBody")
    assert not walker.complaints
    assert parsed["status"] == error.status
    headers = {name.lower(): value for name, value in error.headers.items()}
    assert headers["inin-correlation-id"] == parsed["contextId"]
    return parsed


def test_log_in(judge, sandbox):
    clients = sandbox["clients"]
    unknown = log_in(judge, sandbox, "00000000-0000-4000-8000-000000000000", "x")
    assert (unknown.status, json.loads(unknown.body)["description"]) == (400, "client not found")
    wrong = log_in(judge, sandbox, clients["reporting"]["client_id"], "x")
    assert (wrong.status, json.loads(wrong.body)["description"]) == (401, "authentication failed")
    for name, expected in {"disabled": "invalid_client", "wrong-grant": "unauthorized_client"}.items():
        refused = log_in(judge, sandbox, clients[name]["client_id"], clients[name]["client_secret"])
        assert (refused.status, json.loads(refused.body)["error"]) == (400, expected)


def test_a_missing_permission_is_named(official, sandbox):
    api = official("no-analytics").api("AnalyticsApi")
    error = refusal(api.post_analytics_conversations_details_query, details(sandbox["interval"]))
    assert (error.status, body(error)["code"]) == (403, "missing.any.permissions")
    assert "analytics:conversationDetail:view" in body(error)["message"]


def test_a_token_that_is_none(official):
    reporting = official("reporting")
    reporting.client.access_token = "nonsense"
    error = refusal(reporting.api("RoutingApi").get_routing_queues)
    assert (error.status, body(error)["code"]) == (401, "bad.credentials")


def test_a_token_that_was_given_back(official):
    reporting = official("reporting")
    reporting.api("TokensApi").delete_tokens_me()
    error = refusal(reporting.api("RoutingApi").get_routing_queues)
    assert (error.status, body(error)["code"]) == (401, "bad.credentials")


def test_what_needs_a_user(admin):
    error = refusal(admin.api("UsersApi").get_users_me)
    assert (error.status, body(error)["code"]) == (400, "not.a.user")


def test_what_does_not_exist(admin):
    error = refusal(admin.api("RoutingApi").get_routing_queue, "00000000-0000-4000-8000-000000000000")
    assert (error.status, body(error)["code"]) == (404, "not.found")


@pytest.mark.parametrize(("query", "code"), [
    (details("2026-03-10T00:00:00.000Z/2026-03-09T00:00:00.000Z"), "bad.request"),
    (details("2026-01-01T00:00:00.000Z/2026-02-01T00:00:00.000Z"), "bad.request"),
    (details("yesterday"), "invalid.date"),
    (details("2026-03-09T00:00:00.000Z/2026-03-10T00:00:00.000Z", size=101), "bad.request"),
    (details("2026-03-09T00:00:00.000Z/2026-03-10T00:00:00.000Z", number=1001), "bad.request"),
], ids=["backwards", "too long", "no interval", "page too large", "too deep"])
def test_a_query_that_breaks_a_rule(admin, query, code):
    error = refusal(admin.api("AnalyticsApi").post_analytics_conversations_details_query, query)
    assert (error.status, body(error)["code"]) == (400, code) and body(error)["message"]


def test_too_many_requests(official, sandbox):
    reporting = official("reporting")
    query = details(sandbox["interval"], size=1)
    sandbox.control("POST", "/faults", {"name": "429", "arg": 0, "count": 1 + reporting.judge.repeats})
    error = refusal(reporting.api("AnalyticsApi").post_analytics_conversations_details_query, query)
    assert (error.status, body(error)["code"]) == (429, "too.many.requests.retry.after")
    headers = {name.lower(): value for name, value in error.headers.items()}
    assert headers["retry-after"] == "0" and "[0]" in body(error)["message"]
    assert reporting.api("AnalyticsApi").post_analytics_conversations_details_query(query).conversations, "and then it goes on"


def test_a_division_that_is_not_held(official, admin):
    queues = admin.api("RoutingApi").get_routing_queues(page_size=100).entities
    other = next(queue for queue in queues if queue.division.name != "EMEA")
    error = refusal(official("emea-only").api("RoutingApi").get_routing_queue, other.id)
    assert (error.status, body(error)["code"]) == (403, "missing.any.division.permissions")
    assert other.division.id in body(error)["message"]


@pytest.mark.parametrize(("status", "code"), [
    (500, "internal.server.error"), (503, "service.unavailable"), (504, "request.timeout"),
])
def test_a_server_in_trouble(official, sandbox, status, code):
    api = official("reporting").api("AnalyticsApi")
    sandbox.control("POST", "/faults", {"name": str(status), "count": 1})
    error = refusal(api.post_analytics_conversations_details_query, details(sandbox["interval"], size=1))
    assert (error.status, body(error)["code"]) == (status, code)
