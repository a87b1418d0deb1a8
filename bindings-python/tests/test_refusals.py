"""What the six clients of the sandbox are told, and what a world gone wrong is called."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import Any

import pegcount
import pytest
from conftest import KINDS, FakeClock, Sandbox
from standin import StandIn, answer, trickle

EVENING = "2026-03-09T20:00Z/2026-03-09T21:00Z"


@pytest.fixture(params=KINDS, ids=["threads", "tasks"])
def sandbox(sandbox: Sandbox, request: pytest.FixtureRequest) -> Sandbox:
    """The sandbox, asked by clients of both kinds."""
    sandbox.kind = request.param
    return sandbox


def refused(call: Any) -> pegcount.PegcountError:
    with pytest.raises(pegcount.PegcountError) as caught:
        call()
    return caught.value


def test_who_may_everything(sandbox: Sandbox) -> None:
    for name in ("reporting", "admin"):
        assert len(sandbox.client(name).conversations("last-24h").read().table) > 0


def test_a_role_without_analytics(sandbox: Sandbox) -> None:
    error = refused(lambda: sandbox.client("no-analytics").conversations("last-24h").read())
    assert isinstance(error, pegcount.ForbiddenError)
    assert (error.code, error.status) == ("forbidden.permission", 403)
    assert "analytics:conversationDetail:view" in error.explanation.missing
    assert error.explanation.remedy
    assert error.request_id is not None
    assert error.operation == "POST /api/v2/analytics/conversations/details/query"
    assert error.attempts == 1


def test_a_role_in_one_division(sandbox: Sandbox) -> None:
    everywhere = sandbox.client("admin").directory("queues").read().table
    here = sandbox.client("emea-only").directory("queues").read().table
    assert 0 < len(here) < len(everywhere)


@pytest.mark.parametrize(("name", "code"), [("disabled", "auth.disabled_client"), ("wrong-grant", "auth.wrong_grant")])
def test_clients_that_cannot_log_in(sandbox: Sandbox, name: str, code: str) -> None:
    error = refused(lambda: sandbox.client(name).conversations("last-24h").read())
    assert isinstance(error, pegcount.AuthError)
    assert error.code == code


def test_a_client_that_nobody_knows(sandbox: Sandbox) -> None:
    client = sandbox.client(client_id="00000000-0000-4000-8000-000000000000")
    error = refused(lambda: client.directory("queues").read())
    assert error.code == "auth.unknown_client"
    assert "region" in str(error.explanation)


def test_a_secret_that_is_wrong(sandbox: Sandbox) -> None:
    error = refused(lambda: sandbox.client(client_secret="hunter-SECRET").directory("queues").read())
    assert error.code == "auth.wrong_secret"
    assert "SECRET" not in f"{error}{error.explanation}{error!r}{error.to_dict()}"


def test_an_operation_that_does_not_exist(sandbox: Sandbox) -> None:
    error = refused(lambda: sandbox.client().call("GET", "/api/v2/analytics/reporting/queues/summary").json())
    assert isinstance(error, pegcount.NotFoundError)
    assert error.code == "not_found.operation"
    assert error.explanation.nearest


def test_an_operation_that_needs_a_user(sandbox: Sandbox) -> None:
    error = refused(lambda: sandbox.client().call("GET", "/api/v2/users/me").json())
    assert error.code == "forbidden.needs_user"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("forbidden-policy", "forbidden.policy"),
        ("ip", "auth.ip_not_allowed"),
        ("html", "network.proxy"),
        ("retry-after", "limit.deferred"),
        ("huge", "limit.answer_too_large"),
        ("gzip-bomb", "limit.answer_too_large"),
        ("503", "server.unavailable"),
        ("500", "server.fault"),
        ("reset-before", "network.broken"),
        ("hang", "network.timeout"),
    ],
)
def test_a_fault_that_does_not_end(sandbox: Sandbox, fault: str, code: str) -> None:
    clock = FakeClock()
    clock.wall = time.time()
    client = sandbox.client(clock=clock, timeout=0.3 if fault == "hang" else 60, max_body=1 << 20)
    sandbox.fault(fault, count=0)
    error = refused(lambda: client.call("GET", "/api/v2/routing/queues").json())
    assert error.code == code
    assert error.explanation.code == code
    assert str(error.explanation)
    if fault == "retry-after":
        assert error.retry.after is not None
        assert error.retry.after >= 86_400


def test_nesting_without_end(sandbox: Sandbox) -> None:
    sandbox.fault("deep", 10_000)
    try:
        sandbox.client().conversations("last-24h").read()
    except pegcount.AnswerError as error:
        assert error.code.startswith("answer.")


def test_an_answer_that_python_cannot_read(sandbox: Sandbox) -> None:
    sandbox.fault("deep", 100_000)
    result = sandbox.client().call("GET", "/api/v2/organizations/me")
    error = refused(result.json)
    assert isinstance(error, pegcount.AnswerError)
    assert error.code.startswith("answer.")


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (answer("<html><title>Sign in</title></html>", Content_Type="text/html"), "network.proxy"),
        (answer('{"conversations":[{"conversationId":'), "answer.truncated"),
        (answer("nonsense"), "answer.not_json"),
        (answer('"text"'), "answer.unexpected"),
        (answer(b"\xff\xfe{}"), "answer.not_json"),
        (answer("{}", "429 Too Many Requests", Retry_After="86400"), "limit.deferred"),
        (lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), "network.broken"),
        (trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"), "network.timeout"),
        (answer("", "302 Found", Location="/elsewhere"), "network.proxy"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_answers_that_are_none(server: StandIn, kind: Any, reply: Any, code: str) -> None:
    server.queue.extend([reply] * 12)
    places = {"api_url": server.url, "login_url": server.url, "client_id": "id", "client_secret": "secret-SECRET"}
    with contextlib.closing(kind(**places, token_store=False, clock=FakeClock(), timeout=0.1)) as client:
        error = refused(lambda: client.conversations(EVENING).read())
    assert error.code == code
    assert "SECRET" not in f"{error}{error.explanation}{error.to_dict()}"


@pytest.mark.parametrize("kind", [pegcount.Client, pegcount.AsyncClient])
@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"region": "eu-wets-1", "client_id": "a", "client_secret": "b"}, "config.region"),
        ({"region": "eu-west-1"}, "config.credentials"),
        ({"region": "eu-west-1", "client_id": "a", "client_secret": "hunter\nSECRET"}, "config.credentials"),
        ({"region": "eu-west-1", "client_id": "a", "client_secret": "b", "timeout": 0}, "config.value"),
        ({"region": "eu-west-1", "client_id": "a", "client_secret": "b", "timeout": -1}, "config.value"),
        ({"region": "eu-west-1", "client_id": "a", "client_secret": "b", "profile": "absent"}, "config.profile"),
        ({"api_url": "http://api.mypurecloud.ie", "client_id": "a", "client_secret": "b"}, "config.region"),
    ],
)
def test_settings_that_cannot_be_meant(kind: Any, settings: dict[str, Any], code: str) -> None:
    error = refused(lambda: kind(**settings))
    assert isinstance(error, pegcount.ConfigError)
    assert error.code.startswith("config.")
    assert error.code == code or code == "config.region"
    assert "hunter" not in f"{error}{error.explanation}"


@pytest.mark.parametrize("kind", [pegcount.Client, pegcount.AsyncClient])
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"interval": "2026-03-10/2026-03-09"}, "query.interval"),
        ({"interval": "2026-03-09T10:00/2026-03-09T11:00"}, "query.interval"),
        ({"interval": "sometime"}, "query.interval"),
        ({}, "query.interval"),
        ({"interval": "yesterday", "page_size": 1000}, "query.paging"),
        ({"interval": "yesterday", "where": {"mediaTyp": "voice"}, "strict": True}, "query.dimension"),
        ({"interval": "yesterday", "query": {"date_from": "2026-03-09"}, "strict": True}, "query.body"),
    ],
)
def test_questions_that_cannot_be_meant(kind: Any, asked: dict[str, Any], code: str) -> None:
    error = refused(lambda: kind("eu-west-1", "a", "b").conversations(**asked))
    assert isinstance(error, pegcount.QueryError)
    assert error.code == code
    assert error.attempts == 0


def test_an_unknown_metric(sandbox: Sandbox) -> None:
    strictly = {"metrics": ["nOfered"], "strict": True}
    error = refused(lambda: sandbox.client().aggregates("conversations", "yesterday", **strictly))
    assert error.code == "query.metric"
    assert "nOffered" in error.explanation.nearest


def test_nobody_is_told_a_secret(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = sandbox.client(token_store=False)
    sandbox.fault("429", arg=0, count=1)
    client.directory("queues").read()
    secret = sandbox.credentials()["client_secret"]
    told = caplog.text + repr(client) + "".join(map(repr, client.notices)) + repr(vars(client._pump))
    assert secret not in told
    assert "Bearer" not in told
