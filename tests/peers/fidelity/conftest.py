"""A sandbox, and the clients of an official SDK aimed at it."""
import json
import os
import shlex
import subprocess
import urllib.request
from pathlib import Path

import pytest

from asking import details
from judging import LEFT_OUT, NAME, Other, Python
from remote import Process
from walker import left_unsaid, of_log_in


# Those that count what all others asked and met.
LAST = {"test_nothing_is_left_unasked", "test_no_refusal_is_left_unmet", "test_nothing_newer_is_left_unmet"}


def pytest_collection_modifyitems(config, items):
    everything = {file.name for file in Path(__file__).parent.glob("test_*.py")}
    is_whole = {item.path.name for item in items} == everything and not config.option.keyword
    not_asked = {*LEFT_OUT[NAME], *([] if is_whole else LAST)}
    left_out = [item for item in items if not not_asked.isdisjoint([item.name, item.originalname])]
    items[:] = sorted((item for item in items if item not in left_out), key=lambda item: item.name in LAST)
    config.hook.pytest_deselected(items=left_out)


# How an SDK logs in.
GRANTS = [
    "get_client_credentials_token", "get_code_authorization_token", "get_pkce_token", "get_saml2bearer_token",
    "refresh_code_authorization_token",
]


class Sandbox:
    """A running sandbox: what its ready line says, and its control."""

    def __init__(self, process):
        self.process = process
        self.ready = json.loads(process.stdout.readline())

    def __getitem__(self, key):
        return self.ready[key]

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self["control"] + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def once(self, ask):
        """What is answered as soon as there is something: until then the clock moves on, for half an hour at most."""
        for _ in range(90):
            if answer := ask():
                return answer
            self.control("POST", "/clock", {"advance_ms": 20_000})
        raise AssertionError("half an hour without anything")


class Official:
    """An official client. Every answer it takes is compared with its own models, whoever asks."""

    judged = set()  # operations, by method and path, whose answers were compared or have no body

    def __init__(self, judge, sandbox, name="admin"):
        self.judge, self.client = judge, judge.client(sandbox)
        self.client.call_api = self.noted(self.client.call_api)
        for grant in GRANTS:
            setattr(self.client, grant, self.granted(getattr(self.client, grant)))
        keys = sandbox["clients"][name]
        self.client_id, self.client_secret = keys["client_id"], keys.get("client_secret")
        # Clients that users are sent back to, or that show an assertion, log in when they have what they need.
        if name not in ("code", "pkce", "saml"):
            self.client.get_client_credentials_token(self.client_id, self.client_secret)

    def api(self, name):
        return self.judge.api(self.client, name)

    def noted(self, call_api):
        def call(path, method, *arguments, **named):
            answer = call_api(path, method, *arguments, **named)
            told, model = self.client.last_response, named.get("response_type")
            complaints = left_unsaid(method, path, told)
            if model and told.data:
                complaints += self.judge.complaints(self.client, answer, model)
            # Of many that say the same the first.
            different = {one.partition(": ")[2]: one for one in reversed(complaints)}
            assert not complaints, "\n".join([f"{method} {path}", *list(different.values())[-20:]])
            self.judged.add((method, path))
            return answer

        return call

    def granted(self, grant):
        def log_in(*arguments):
            answer = grant(*arguments)
            complaints = of_log_in(json.loads(self.judge.heard(self.client).data))
            assert not complaints, complaints
            return answer

        return log_in

    def has(self, api, operation):
        return self.judge.has(api, operation)


@pytest.fixture(scope="session")
def judge():
    """The SDK of the language that the environment names."""
    if NAME == "python":
        yield Python()
        return
    process = Process(shlex.split(os.environ["JUDGE_COMMAND"]))
    yield Other(process)
    process.close()


@pytest.fixture(scope="session")
def sandbox():
    arguments = [os.environ["SANDBOX_BIN"], "--org", "medium", "--seed", "7", "--now", "2026-03-10T15:00:00Z"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        try:
            running = Sandbox(process)
            running.control("POST", "/rate", {"allowed": 100_000})
            yield running
        finally:
            process.kill()


@pytest.fixture(scope="session")
def admin(judge, sandbox):
    return Official(judge, sandbox)


@pytest.fixture
def official(judge, sandbox):
    return lambda name: Official(judge, sandbox, name)


@pytest.fixture(scope="session")
def day(admin, sandbox):
    """Every conversation of the finished day, paged through once."""
    api, found, number = admin.api("AnalyticsApi"), [], 1
    while True:
        answer = api.post_analytics_conversations_details_query(details(sandbox["interval"], number))
        if not answer.conversations:
            return found, total
        total, number = answer.total_hits, number + 1
        found += answer.conversations
