"""One sandbox for all tests, and clients of the official SDK aimed at it."""
import json
import os
import subprocess
import urllib.request

import PureCloudPlatformClientV2 as sdk
import pytest

from asking import details
from walker import Walker


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


class Official:
    """The official client. Every answer it takes is walked against its own models."""

    def __init__(self, sandbox, name="admin"):
        sdk.configuration.host = sandbox["api"]
        self.client = sdk.ApiClient()
        self.client.set_http_client(_bounded())
        self.walker = Walker(sdk)
        keys = sandbox["clients"][name]
        self.client_id, self.client_secret = keys["client_id"], keys.get("client_secret")
        # Clients that users are sent back to, or that show an assertion, log in when they have what they need.
        if name not in ("code", "pkce", "saml"):
            self.client.get_client_credentials_token(self.client_id, self.client_secret)

    def api(self, name):
        return getattr(sdk, name)(self.client)

    def walked(self, answer):
        """The answer, after its raw JSON was compared with the models it was read into."""
        raw = json.loads(self.client.last_response.data)
        self.walker.walk(raw, type(answer).__name__)
        assert not self.walker.complaints, "\n".join(self.walker.complaints[:20])
        return answer


def _bounded():
    """The SDK's own HTTP client with a time-out: without one it waits for ever."""
    from PureCloudPlatformClientV2.default_http_client import DefaultHttpClient

    return DefaultHttpClient(timeout=30)


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
def admin(sandbox):
    return Official(sandbox)


@pytest.fixture
def official(sandbox):
    return lambda name: Official(sandbox, name)


@pytest.fixture(scope="session")
def day(admin, sandbox):
    """Every conversation of the finished day, paged through once."""
    api, found, number = admin.api("AnalyticsApi"), [], 1
    while True:
        answer = admin.walked(api.post_analytics_conversations_details_query(details(sandbox["interval"], number)))
        if not answer.conversations:
            return found, total
        total, number = answer.total_hits, number + 1
        found += answer.conversations
