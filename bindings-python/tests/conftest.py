"""What tests share: a clean environment, a stand-in server, and the sandbox."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pegcount
import pytest
from pegcount.testing import Genesys
from standin import StandIn, standin
from tasks import Blocking

pytest_plugins = ["pegcount.testing"]

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


class Sandbox(Genesys):
    """A running sandbox, for clients of the kind that is tested."""

    def __init__(self, *options: str) -> None:
        super().__init__(*options)
        self.kind: Any = pegcount.Client

    def client(self, name: str = "reporting", **settings: Any) -> Any:
        self._made.append(self.kind(**self.settings(name, **settings)))
        return self._made[-1]

    def settings(self, name: str = "reporting", **settings: Any) -> dict[str, Any]:
        return super().settings(name) | settings

    def reset(self) -> None:
        """Forgets faults, the log of requests, and the clients that a test made."""
        while self._made:
            self._made.pop().close()
        self.kind = pegcount.Client
        self.clear_faults()
        self.control("DELETE", "/requests")


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Sandbox]:
    with Sandbox("--seed", "1", "--org", "small") as sandbox:
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
