"""What tests share: a clean environment, a stand-in server, and the sandbox."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pegcount
import pytest
from standin import StandIn, standin
from tasks import Blocking

# The two kinds of clients, for tests that are about both.
KINDS = [pegcount.Client, Blocking]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test, and no test the machine."""
    for name in list(os.environ):
        if name.startswith(("GENESYS", "PEGCOUNT")) or name.lower().endswith(("_proxy", "_ca_bundle", "ssl_cert_file")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def server() -> Iterator[StandIn]:
    with standin() as server:
        yield server


class Sandbox:
    """A running sandbox."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self.ready = ready
        self.url: str = ready["api"]
        self.interval: str = ready["interval"]
        self.kind: Any = pegcount.Client
        self._made: list[Any] = []

    def credentials(self, name: str = "reporting") -> dict[str, str]:
        return dict(self.ready["clients"][name])

    def environment(self, name: str = "reporting") -> dict[str, str]:
        return {
            "PEGCOUNT_API_URL": self.url,
            "PEGCOUNT_LOGIN_URL": self.ready["login"],
            "GENESYSCLOUD_OAUTHCLIENT_ID": self.credentials(name)["client_id"],
            "GENESYSCLOUD_OAUTHCLIENT_SECRET": self.credentials(name)["client_secret"],
        }

    def client(self, name: str = "reporting", **settings: Any) -> Any:
        """A client of the kind that is tested."""
        self._made.append(self.kind(**self.settings(name, **settings)))
        return self._made[-1]

    def settings(self, name: str = "reporting", **settings: Any) -> dict[str, Any]:
        places = {"api_url": self.url, "login_url": self.ready["login"]}
        return places | self.credentials(name) | settings

    def reset(self) -> None:
        """Forgets faults, the log of requests, and the clients that a test made."""
        while self._made:
            self._made.pop().close()
        self.kind = pegcount.Client
        self.control("DELETE", "/faults")
        self.control("DELETE", "/requests")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ready["control"] + path, data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())

    def fault(self, name: str, arg: int | None = None, **more: Any) -> None:
        self.control("POST", "/faults", {"name": name, "arg": arg, **more})

    def requests(self, path: str = "") -> list[dict[str, Any]]:
        return [line for line in self.control("GET", "/requests")["requests"] if line["path"].endswith(path)]


@contextlib.contextmanager
def running(*options: str) -> Iterator[Sandbox]:
    program = os.environ.get("SANDBOX_BIN") or shutil.which("pegcount-sandbox")
    assert program, "the sandbox is not installed: tests/run.sh installs it"
    with subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Sandbox(json.loads(process.stdout.readline()))
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    with running("--seed", "1", "--org", "small") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared_sandbox: Sandbox) -> Iterator[Sandbox]:
    """The session's sandbox, without what other tests left there."""
    shared_sandbox.reset()
    yield shared_sandbox
    shared_sandbox.reset()


class FakeClock:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.wall = 1_773_136_800.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.wall

    def wait(self, waiter: object, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds
        self.wall += seconds


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
