"""Who judges: the official SDK for Python in this process, those for other languages in one each."""
import json
import os

import PureCloudPlatformClientV2 as sdk
from PureCloudPlatformClientV2.default_http_client import DefaultHttpClient

from remote import Client, Operations
from walker import Walker

NAME = os.environ.get("JUDGE", "python")

# Tests that cannot be put to an SDK, and why.
LEFT_OUT = {
    "python": {},
    "node": {
        "test_the_sdk_refreshes_by_itself": "it refuses the call that meets a void token, and repeats it unheard",
    },
}


class Python:
    knows_values = True
    repeats = 10  # urllib3, below the SDK, obeys Retry-After and asks that often more before the SDK sees a refusal.

    def __init__(self):
        self.walker = Walker(sdk)

    def client(self, sandbox):
        sdk.configuration.host = sandbox["api"]
        client = sdk.ApiClient()
        # The SDK's own, with a time-out: without one it waits for ever.
        client.set_http_client(DefaultHttpClient(timeout=30))
        return client

    def api(self, client, name):
        return getattr(sdk, name)(client)

    def complaints(self, client, answer):
        self.walker.complaints = []
        self.walker.walk(json.loads(client.last_response.data), type(answer).__name__)
        return self.walker.complaints


class Other:
    """Its complaints come with its answers; what a test holds are the models for Python all the same."""

    repeats = 0
    knows_values = NAME != "node"

    def __init__(self, process):
        self.process = process

    def client(self, sandbox):
        return Client(self.process, sandbox)

    def api(self, client, name):
        return Operations(client, name)

    def complaints(self, client, _):
        return client.last_response.complaints
