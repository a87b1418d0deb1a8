"""The fixture for users' own tests."""

from __future__ import annotations

import base64
import contextlib
import datetime
import http.client
import socket
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import pegcount
import pytest
from pegcount.testing import Genesys


def test_a_job_runs_against_it(genesys: Genesys) -> None:
    client = genesys.client()
    assert len(client.directory("queues").read().table) > 0
    assert genesys.logins() == 1
    assert [line["status"] for line in genesys.requests("/routing/queues")] == [200]


def test_each_test_has_its_own(genesys: Genesys) -> None:
    assert genesys.requests() == []


def test_what_it_can_be_told(genesys: Genesys) -> None:
    client = genesys.client()

    def read() -> None:
        assert len(client.directory("queues").read().table) > 0

    genesys.fault("500")
    read()
    genesys.fault("500", count=0, path="/api/v2/routing")
    genesys.clear_faults()
    read()
    assert genesys.logins() == 1
    genesys.clear_requests()
    genesys.revoke_tokens()
    read()
    assert genesys.logins() == 1
    old = genesys.credentials()["client_secret"]
    assert genesys.rotate_secret() == genesys.credentials()["client_secret"] != old
    genesys.revoke_tokens()
    with pytest.raises(pegcount.AuthError):
        read()
    genesys.token_life(60)
    genesys.limit(0)
    before = genesys.control("GET", "/state")["now"]
    genesys.advance(3600)
    assert genesys.control("GET", "/state")["now"] > before
    genesys.reset()
    assert genesys.requests() == []
    assert genesys.credentials()["client_secret"] == old
    assert len(genesys.client().directory("queues").read().table) > 0


def test_the_clock_the_faults_and_the_log(genesys: Genesys) -> None:
    genesys.set_clock("2030-01-01T00:00:00Z")
    assert genesys.control("GET", "/state")["now"].startswith("2030-01-01T00:00:0")
    genesys.set_clock(datetime.datetime(2029, 1, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=2))))
    assert genesys.control("GET", "/state")["now"].startswith("2029-01-01T10:00:0")
    genesys.set_clock(datetime.datetime(2028, 1, 1))
    assert genesys.control("GET", "/state")["now"].startswith("2028-01-01T00:00:0")
    genesys.fault("429", 3, count=0, path="/api/v2/routing")
    assert genesys.faults() == [{"name": "429", "arg": 3, "left": None, "path": "/api/v2/routing"}]
    genesys.clear_faults()
    assert genesys.faults() == []
    genesys.revoke_refresh("code")
    genesys.limit_logins(1)
    client = genesys.client()
    assert len(client.directory("queues").read().table) > 0
    with pytest.raises(pegcount.PegcountError, match="rate limit exceeded"):
        genesys.client("admin", deadline=1).directory("queues").read()
    genesys.limit_logins(0)
    with contextlib.closing(http.client.HTTPConnection(genesys.url.removeprefix("http://"))) as plain:
        for _ in range(1_100):
            plain.request("GET", "/nowhere")
            plain.getresponse().read()
    assert len(genesys.requests("/nowhere")) == 1_100
    assert genesys.logins() >= 2


def test_what_it_refuses_is_told(genesys: Genesys) -> None:
    with pytest.raises(ValueError, match=r"POST /faults: unknown fault `teapot`; known are 401, "):
        genesys.fault("teapot")
    with pytest.raises(ValueError, match=r"no client is called nobody; known are .*reporting"):
        genesys.client("nobody")
    with pytest.raises(ValueError, match="GET /nothing: no such control call"):
        genesys.control("GET", "/nothing")


def test_what_a_client_may(genesys: Genesys) -> None:
    client = genesys.client()

    def queues() -> int:
        return len(client.directory("queues").read().table)

    everywhere = queues()
    genesys.divisions("reporting", ["EMEA"])
    assert 0 < queues() < everywhere
    genesys.divisions("reporting", None)
    genesys.permissions("reporting", remove=["routing:queue:view", "routing:queue:search"], after=300)
    assert queues() == everywhere
    genesys.advance(300)
    with pytest.raises(pegcount.ForbiddenError) as caught:
        queues()
    assert "routing:queue:view" in caught.value.explanation.missing
    genesys.permissions("reporting", add=["routing:queue:view", "routing:queue:search"])
    assert queues() == everywhere


def test_what_a_client_may_for_a_user(genesys: Genesys) -> None:
    user = f"<Assertion>{genesys.ready['user']['username']}</Assertion>"
    asserted = {"saml_assertion": base64.urlsafe_b64encode(user.encode()).decode(), "org": genesys.ready["org"]}

    def queues() -> int:
        return len(genesys.client("saml", **asserted).directory("queues").read().table)

    genesys.scopes("saml", ["analytics", "user-basic-info"])
    everywhere = queues()
    genesys.enforce_scopes()
    with pytest.raises(pegcount.ForbiddenError) as caught:
        queues()
    assert caught.value.code == "forbidden.scope" and "routing:readonly" in str(caught.value)
    genesys.scopes("saml", ["routing:readonly"])
    assert queues() == everywhere
    genesys.scopes("saml", [])
    genesys.enforce_scopes(False)
    assert queues() == everywhere


@pytest.mark.genesys("--seed", 7, "--org", "tiny", "--now", "2026-03-10T09:00:00Z")
def test_options(genesys: Genesys) -> None:
    assert genesys.ready["now"].startswith("2026-03-10T09:00:0")


def test_options_that_do_not_exist() -> None:
    with pytest.raises(RuntimeError, match="the sandbox ended with"):
        Genesys("--org", "gigantic")


def test_it_ends_with_who_started_it() -> None:
    code = "import os, pegcount.testing as t; print(t.Genesys('--org', 'tiny').url, flush=True); os._exit(9)"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 9
    where, end = urllib.parse.urlsplit(done.stdout.strip()), time.monotonic() + 10
    with pytest.raises(ConnectionRefusedError):
        while time.monotonic() < end:
            with contextlib.closing(socket.create_connection((where.hostname, where.port), 1)):
                time.sleep(0.05)


def test_it_is_there_for_a_test_of_a_user(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["pegcount.testing"]\n')
    (tmp_path / "test_job.py").write_text(
        "import os, subprocess, sys\n"
        "def test_job(genesys):\n"
        "    genesys.fault('429', 0)\n"
        "    command = [sys.executable, '-m', 'pegcount', 'directory', 'queues', '-f', 'csv', '-o', os.devnull]\n"
        "    subprocess.run(command, env={**os.environ, **genesys.environment()}, check=True)\n"
        "    assert genesys.logins() == 1\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
