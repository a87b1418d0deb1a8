"""A contact centre for tests of your own: a fresh organisation for each, as the fixture ``genesys``.

It comes from ``pip install 'pegcount[sandbox]'`` and ``pytest_plugins = ["pegcount.testing"]`` in ``conftest.py``::

    def test_my_job(genesys):
        genesys.fault("truncated")
        my_job.run(**genesys.settings())
        assert genesys.logins() == 1

``@pytest.mark.genesys("--org", "medium")`` gives the sandbox options; ``pegcount sandbox --help`` names them.

PYTEST_DONT_REWRITE: whoever writes `Genesys` in annotations imports this before it is a plugin.
"""

from __future__ import annotations

import copy
import datetime
import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from .cli.sandbox import MISSING, program
from .client import Client

__all__ = ["Genesys", "genesys"]


class Genesys:
    """A running sandbox. What it simulates: the README of ``pegcount-sandbox``; every fault by name: its ``--help``."""

    def __init__(self, *options: str) -> None:
        found = program()
        if found is None:
            raise RuntimeError(MISSING)
        # Whatever becomes of this process, its end of the pipe closes, and the sandbox ends.
        command, pipe = [found, "--until-stdin-closes", *options], subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self._process.communicate()
            raise RuntimeError(f"the sandbox ended with {self._process.returncode}: {' '.join(options)}")
        #: What it said when it was ready.
        self.ready: dict[str, Any] = json.loads(line)
        #: The base URL of the API.
        self.url: str = self.ready["api"]
        #: A full day of finished conversations.
        self.interval: str = self.ready["interval"]
        self._founded = copy.deepcopy(self.ready["clients"])
        self._made: list[Client] = []

    def __enter__(self) -> Genesys:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends it, and the clients that it made."""
        while self._made:
            self._made.pop().close()
        self._process.terminate()
        self._process.communicate()

    def credentials(self, name: str = "reporting") -> dict[str, str]:
        """Id and secret of a client: ``reporting``, ``no-analytics``, ``emea-only``, ``disabled``, ``admin``, …."""
        client = self.ready["clients"].get(name)
        if client is None:
            raise ValueError(f"no client is called {name}; known are {', '.join(self.ready['clients'])}")
        return {key: client[key] for key in ("client_id", "client_secret") if key in client}

    def settings(self, name: str = "reporting") -> dict[str, Any]:
        """What a `Client` needs to work here."""
        return {"api_url": self.url, "login_url": self.ready["login"], **self.credentials(name)}

    def environment(self, name: str = "reporting") -> dict[str, str]:
        """The same as environment variables, for a program."""
        variables = {"PEGCOUNT_API_URL": self.url, "PEGCOUNT_LOGIN_URL": self.ready["login"]}
        named = {"client_id": "GENESYSCLOUD_OAUTHCLIENT_ID", "client_secret": "GENESYSCLOUD_OAUTHCLIENT_SECRET"}
        return variables | {named[key]: value for key, value in self.credentials(name).items()}

    def client(self, name: str = "reporting", **settings: Any) -> Client:
        """A client of this organisation, which shares its token with nobody unless told."""
        self._made.append(Client(**{"token_store": False, **self.settings(name), **settings}))
        return self._made[-1]

    def fault(self, name: str, arg: int | None = None, *, count: int | None = None, path: str | None = None) -> None:
        """Switches a fault on: for the next ``count`` requests (0: for ever) whose path begins with ``path``."""
        self.control("POST", "/faults", {"name": name, "arg": arg, "count": count, "path": path})

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are on, in the order they were: ``name``, ``arg``, ``left`` (None: for ever), ``path``."""
        faults: list[dict[str, Any]] = self.control("GET", "/faults")["faults"]
        return faults

    def clear_faults(self) -> None:
        """Switches all faults off."""
        self.control("DELETE", "/faults")

    def advance(self, seconds: float) -> None:
        """Moves the clock of the organisation."""
        self.control("POST", "/clock", {"advance_ms": round(seconds * 1000)})

    def set_clock(self, now: datetime.datetime | str) -> None:
        """Sets the clock of the organisation, from where it runs on; a time without a zone is UTC."""
        self.control("POST", "/clock", {"now": now if isinstance(now, str) else now.isoformat()})

    def rotate_secret(self, name: str = "reporting") -> str:
        """Replaces the secret of a client. Answers the new one."""
        answer: dict[str, str] = self.control("POST", f"/clients/{name}/rotate-secret")
        self.ready["clients"][name]["client_secret"] = answer["client_secret"]
        return answer["client_secret"]

    def permissions(self, name: str, *, add: Sequence[str] = (), remove: Sequence[str] = (), after: float = 0) -> None:
        """Changes the role of a client, for all clients with that role, ``after`` so many seconds."""
        body = {"add": list(add), "remove": list(remove), "after_ms": round(after * 1000)}
        self.control("POST", f"/clients/{name}/permissions", body)

    def divisions(self, name: str, names: Sequence[str] | None, *, after: float = 0) -> None:
        """Where a client has its role: divisions by name or id, None for all; ``after`` so many seconds."""
        body = {"divisions": names and list(names), "after_ms": round(after * 1000)}
        self.control("POST", f"/clients/{name}/divisions", body)

    def enforce_scopes(self, enforce: bool = True) -> None:
        """Whether the organisation enforces the scopes of users' tokens; at the start it does not."""
        self.control("POST", "/scopes", {"enforce": enforce})

    def scopes(self, name: str, scopes: Sequence[str]) -> None:
        """What a client may do for users who log in to it from here on: ``code``, ``pkce``, ``saml``."""
        self.control("POST", f"/clients/{name}/scopes", {"scopes": list(scopes)})

    def revoke_tokens(self) -> None:
        """Voids every access token."""
        self.control("POST", "/tokens/revoke")

    def revoke_refresh(self, name: str) -> None:
        """Voids the refresh tokens of a client."""
        self.control("POST", f"/clients/{name}/revoke-refresh")

    def token_life(self, seconds: int, *, idle: int = 0) -> None:
        """How long tokens live that are minted from here on; without use, how long any token does (0: for ever)."""
        self.control("POST", "/token-life", {"seconds": seconds, "idle_seconds": idle})

    def limit(self, a_minute: int) -> None:
        """How many requests a minute each token has; 0 for any number."""
        self.control("POST", "/rate", {"allowed": a_minute})

    def limit_logins(self, a_minute: int) -> None:
        """How many tokens a minute all clients together are given; 0 for any number."""
        self.control("POST", "/mint", {"per_minute": a_minute})

    def requests(self, path: str = "") -> list[dict[str, Any]]:
        """What was asked, in order: ``method``, ``path``, ``status``, …, of paths that end so."""
        log: list[dict[str, Any]] = self.control("GET", "/requests")["requests"]
        return [line for line in log if line["path"].endswith(path)]

    def clear_requests(self) -> None:
        """Forgets what was asked, for whoever counts from here on."""
        self.control("DELETE", "/requests")

    def logins(self) -> int:
        """How many tokens were asked for."""
        return len(self.requests("/oauth/token"))

    def reset(self) -> None:
        """Everything as it was at the start: secrets, tokens, faults, clock, limits, log."""
        self.control("POST", "/reset")
        self.ready["clients"] = copy.deepcopy(self._founded)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the sandbox's control, for what has no method here. A `ValueError` has its words if it refuses."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ready["control"] + path, data, method=method)
        # A proxy of the machine has no business here.
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            with refused:
                why = json.loads(refused.read())["error"]
            raise ValueError(f"{method} {path}: {why}") from None


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "genesys(*options): options of the sandbox behind the fixture `genesys`")


@pytest.fixture
def genesys(request: pytest.FixtureRequest) -> Iterator[Genesys]:
    """A contact centre that no other test has seen."""
    marker = request.node.get_closest_marker("genesys")
    options = ("--org", "small") if marker is None else tuple(map(str, marker.args))
    with Genesys(*options) as running:
        yield running
