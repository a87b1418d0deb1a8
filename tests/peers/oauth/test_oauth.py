"""Our log-ins at a certified OAuth server: what it takes, the standard takes."""

from __future__ import annotations

import html.parser
import http.cookiejar
import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pegcount
import pytest

HERE = Path(__file__).parent
CALLBACK = "http://127.0.0.1:8085/callback"
ME = ("GET", "/api/v2/users/me")
WEB = {"client_id": "web", "client_secret": "secret-of-web"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    # Where its packages are installed.
    folder = os.environ["OAUTH_PEER"]
    with subprocess.Popen(
        ["node", "server.mjs"], cwd=folder, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("GENESYS", "PEGCOUNT")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


class Form(html.parser.HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and not self.action:
            self.action = given.get("action") or ""
        elif tag == "input" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""


class Arrived(Exception):
    """The browser would leave for the callback."""


class Browser(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, request: Any, fp: Any, code: int, msg: str, headers: Any, url: str
    ) -> Any:
        fp.close()
        if url.startswith(CALLBACK):
            raise Arrived(url)
        return super().redirect_request(request, fp, code, msg, headers, url)


def walk(url: str) -> str:
    """What a person does: logs in, agrees, and comes back."""
    browser = urllib.request.build_opener(
        Browser, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    try:
        with browser.open(url) as page:
            url, text = page.url, page.read().decode()
        for _ in range(5):
            form = Form(text)
            fields = form.fields | {"login": "ann", "password": "any"}
            with browser.open(
                urllib.parse.urljoin(url, form.action),
                urllib.parse.urlencode(fields).encode(),
            ) as page:
                url, text = page.url, page.read().decode()
    except Arrived as arrived:
        return str(arrived)
    raise AssertionError("it never came back")


def made(server: str, **settings: Any) -> pegcount.Client:
    return pegcount.Client(api_url=server, login_url=server, **settings)


def me(client: pegcount.Client) -> str:
    return str(client.call(*ME).json()["id"])


def expire(server: str) -> None:
    urllib.request.urlopen(
        urllib.request.Request(f"{server}/expire", method="POST")
    ).close()


def log_in(server: str, client_id: str) -> dict[str, Any]:
    login = pegcount.Login(client_id=client_id, redirect_uri=CALLBACK, login_url=server)
    return login.finish(walk(login.url))


def test_a_public_client_logs_in_by_pkce(server: str) -> None:
    given = log_in(server, "public")
    with made(server, **given, token_store=False) as client:
        assert me(client) == "ann"
    with (
        made(server, **given, token_store=False) as client,
        pytest.raises(pegcount.AuthError) as refused,
    ):
        me(client)
    assert refused.value.code == "auth.code_refused", "a code is good for once"


def test_a_verifier_of_another_log_in(server: str) -> None:
    given = log_in(server, "public") | {"code_verifier": "v" * 43}
    with (
        made(server, **given, token_store=False) as client,
        pytest.raises(pegcount.AuthError) as refused,
    ):
        me(client)
    assert refused.value.code == "auth.code_refused"


def test_a_confidential_client_refreshes_and_rotates(server: str) -> None:
    with made(server, **(log_in(server, "web") | WEB)) as client:
        assert me(client) == "ann"
        first = json.loads(client.token_store.load())["refresh_token"]
        expire(server)
        assert me(client) == "ann"
        assert json.loads(client.token_store.load())["refresh_token"] != first
    # One that was used is taken for a theft: the whole log-in is void.
    late = made(server, **WEB, refresh_token=first, token_store=False)
    with late, pytest.raises(pegcount.AuthError) as refused:
        me(late)
    assert refused.value.code == "auth.refresh_refused"


@pytest.mark.parametrize("client_auth", ["basic", "form"])
def test_client_credentials(server: str, client_auth: str) -> None:
    settings = {
        "client_id": "cron",
        "client_secret": "secret-of-cron",
        "client_auth": client_auth,
    }
    with made(server, **settings, token_store=False) as client:
        assert me(client) == "cron"


def test_a_denied_log_in(server: str) -> None:
    login = pegcount.Login(client_id="public", redirect_uri=CALLBACK, login_url=server)
    browser = urllib.request.build_opener(
        Browser, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    with browser.open(login.url) as page:
        at = page.url
    with pytest.raises(Arrived) as denied:
        browser.open(f"{at}/abort")
    with pytest.raises(pegcount.AuthError) as refused:
        login.finish(str(denied.value))
    assert refused.value.code == "auth.code_refused"


def test_node_does_the_same(server: str) -> None:
    """`node.mjs` begins, this browser walks, `node.mjs` goes on."""
    if "OAUTH_NODE" not in os.environ:
        raise AssertionError(
            "the npm package is not there: tests/peers/oauth/run.sh installs it"
        )
    for client, secret in (("public", ""), ("web", WEB["client_secret"])):
        with subprocess.Popen(
            ["node", "node.mjs", server, client, secret],
            cwd=os.environ["OAUTH_NODE"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(walk(process.stdout.readline().strip()) + "\n")
            process.stdin.flush()
            assert process.stdout.readline().strip() == "ann"
            if secret:
                expire(server)
                process.stdin.write("again\n")
                process.stdin.flush()
                assert process.stdout.readline().strip() == "ann"
            process.stdin.close()
            assert process.wait(30) == 0
