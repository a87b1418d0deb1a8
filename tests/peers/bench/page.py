"""A running sandbox, the query that everybody sends to it, and its answer: the same bytes on every machine."""

import base64
import contextlib
import json
import os
import subprocess
import urllib.request

PATH = "/api/v2/analytics/conversations/details/query"
NOW = "2026-03-10T15:00:00Z"


@contextlib.contextmanager
def sandbox(size="medium"):
    """Starts a sandbox without a rate limit; yields its ready line with the keys of a client."""
    command = [os.environ["SANDBOX_BIN"], "--seed", "1", "--org", size, "--now", NOW]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            ready = json.loads(process.stdout.readline())
            post(ready["control"] + "/rate", b'{"allowed":0}', {})
            yield {key: ready[key] for key in ("api", "login", "interval")} | ready["clients"]["reporting"]
        finally:
            process.terminate()


def query(interval, number=1):
    return {"interval": interval, "paging": {"pageSize": 100, "pageNumber": number}}


def page(org):
    """The first hundred conversations of the day, as they come over the wire."""
    keys = base64.b64encode(f"{org['client_id']}:{org['client_secret']}".encode()).decode()
    form = {"Authorization": f"Basic {keys}", "Content-Type": "application/x-www-form-urlencoded"}
    token = json.loads(post(org["login"] + "/oauth/token", b"grant_type=client_credentials", form))["access_token"]
    head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    return post(org["api"] + PATH, json.dumps(query(org["interval"])).encode(), head)


def post(url, data, headers):
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
        return answer.read()
