"""Logging users in, at the sandbox's own log-in page; what the store and a provider are good for."""

from __future__ import annotations

import asyncio
import contextlib
import html.parser
import http.client
import json
import threading
import urllib.parse
from pathlib import Path
from typing import Any

import pegcount
import pytest
from conftest import Sandbox
from pegcount import _native
from pegcount.cli import main

VECTORS = Path(__file__).parents[2] / "tests/vectors"
CALLBACK = "http://localhost:8085/callback"


class Form(html.parser.HTMLParser):
    """The form of a page: where it goes, and its fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.action = given.get("action") or ""
        elif tag == "input" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""


def visit(url: str, form: dict[str, str] | None = None) -> tuple[str, str]:
    """What a browser gets: the page, and where it is sent on to."""
    at = urllib.parse.urlsplit(url)
    with contextlib.closing(http.client.HTTPConnection(at.netloc)) as browser:
        body = None if form is None else urllib.parse.urlencode(form)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        browser.request("GET" if form is None else "POST", f"{at.path}?{at.query}", body, headers)
        answer = browser.getresponse()
        return answer.read().decode(), answer.headers.get("Location", "")


def walk(sandbox: Sandbox, url: str, **fields: str) -> str:
    """What a person does at the log-in page. Answers the address at which the browser comes back."""
    form = Form(visit(url)[0])
    user = sandbox.ready["user"]
    filled = form.fields | {"username": user["username"], "password": user["password"]} | fields
    _, came_back = visit(urllib.parse.urljoin(url, form.action), filled)
    return came_back


def begin(sandbox: Sandbox, name: str, **wishes: Any) -> pegcount.Login:
    client = sandbox.credentials(name)["client_id"]
    return pegcount.Login(client_id=client, redirect_uri=CALLBACK, login_url=sandbox.ready["login"], **wishes)


def made(sandbox: Sandbox, **settings: Any) -> pegcount.Client:
    return pegcount.Client(api_url=sandbox.url, login_url=sandbox.ready["login"], **settings)


def me(client: Any) -> Any:
    return client.call("GET", "/api/v2/users/me").json()["id"]


def test_a_person_logs_in_without_a_secret(sandbox: Sandbox) -> None:
    login = begin(sandbox, "pkce")
    given = login.finish(walk(sandbox, login.url))
    with made(sandbox, **given, token_store=False) as client:
        assert me(client) == sandbox.ready["user"]["id"]
        assert client.conversations("last-1h").read()["conversations"].column_names
    # The code is good for once.
    with made(sandbox, **given, token_store=False) as client, pytest.raises(pegcount.AuthError) as refused:
        me(client)
    assert refused.value.code == "auth.code_refused"
    assert given["code"] not in str(refused.value.explanation)


def test_a_log_in_is_found_again_in_the_store(sandbox: Sandbox) -> None:
    login = begin(sandbox, "pkce")
    with made(sandbox, **login.finish(walk(sandbox, login.url))) as client:
        me(client)
    client_id = sandbox.credentials("pkce")["client_id"]
    with made(sandbox, client_id=client_id, grant="authorization_code") as client:
        assert me(client) == sandbox.ready["user"]["id"]
    stranger = made(sandbox, client_id=client_id, grant="authorization_code", account="other")
    with stranger, pytest.raises(pegcount.AuthError, match="nobody is logged in"):
        me(stranger)


def test_a_refresh_token_is_replaced_and_kept(sandbox: Sandbox) -> None:
    login = begin(sandbox, "code")
    credentials = sandbox.credentials("code")
    secret = {"client_secret": credentials["client_secret"]}
    with made(sandbox, **login.finish(walk(sandbox, login.url)), **secret) as client:
        me(client)
        first = json.loads(client.token_store.load())["refresh_token"]
        sandbox.control("POST", "/tokens/revoke")
        assert me(client) == sandbox.ready["user"]["id"]
        second = json.loads(client.token_store.load())["refresh_token"]
    assert first != second
    sandbox.control("POST", "/tokens/revoke")
    # Another process: the configured token is long used up, the store has the present one.
    with made(sandbox, client_id=credentials["client_id"], **secret, refresh_token=first) as client:
        assert me(client) == sandbox.ready["user"]["id"]
    sandbox.control("POST", "/tokens/revoke")
    sandbox.control("POST", "/clients/code/revoke-refresh")
    client = made(sandbox, client_id=credentials["client_id"], **secret, grant="authorization_code")
    with client, pytest.raises(pegcount.AuthError) as refused:
        me(client)
    assert refused.value.code == "auth.refresh_refused"


def test_a_log_in_that_is_denied(sandbox: Sandbox) -> None:
    login = begin(sandbox, "pkce")
    with pytest.raises(pegcount.AuthError) as refused:
        login.finish(walk(sandbox, login.url, password="wrong"))
    assert refused.value.code == "auth.code_refused"


def test_a_log_in_of_somebody_else(sandbox: Sandbox) -> None:
    theirs, ours = begin(sandbox, "pkce"), begin(sandbox, "pkce")
    came_back = walk(sandbox, theirs.url)
    with pytest.raises(pegcount.AuthError, match="state"):
        ours.finish(came_back)
    assert theirs.finish(came_back)["code"]


def test_single_sign_on_goes_past_the_page(sandbox: Sandbox) -> None:
    login = begin(sandbox, "pkce", org=sandbox.ready["org"], provider="okta")
    _, came_back = visit(login.url)
    assert login.finish(came_back)["code"]


def test_saml(sandbox: Sandbox) -> None:
    import base64

    user = sandbox.ready["user"]["username"]
    assertion = base64.urlsafe_b64encode(f"<a><username>{user}</username></a>".encode()).decode()
    with made(sandbox, **sandbox.credentials("saml"), saml_assertion=assertion, org=sandbox.ready["org"]) as client:
        assert me(client) == sandbox.ready["user"]["id"]


@pytest.mark.parametrize("kind", [pegcount.Client, pegcount.AsyncClient], ids=["threads", "tasks"])
def test_a_rotated_secret_is_picked_up(sandbox: Sandbox, kind: Any) -> None:
    vault = dict(sandbox.credentials("admin"))
    asked = []

    def provider() -> dict[str, str]:
        asked.append(1)
        return vault

    places = {"api_url": sandbox.url, "login_url": sandbox.ready["login"], "token_store": False}
    path = ("GET", "/api/v2/organizations/me")
    try:
        if kind is pegcount.Client:
            with pegcount.Client(**places, credentials=provider) as client:
                assert client.call(*path).json()
                vault["client_secret"] = sandbox.control("POST", "/clients/admin/rotate-secret")["client_secret"]
                sandbox.control("POST", "/tokens/revoke")
                assert client.call(*path).json()
        else:

            async def later() -> dict[str, str]:
                return provider()

            async def use() -> None:
                async with pegcount.AsyncClient(**places, credentials=later) as client:
                    assert await client.call(*path).json()
                    vault["client_secret"] = sandbox.control("POST", "/clients/admin/rotate-secret")["client_secret"]
                    sandbox.control("POST", "/tokens/revoke")
                    assert await client.call(*path).json()

            asyncio.run(use())
        assert len(asked) == 2
    finally:
        sandbox.ready["clients"]["admin"] = vault


def test_a_provider_that_fails_shows_no_secret() -> None:
    def provider() -> str:
        raise ValueError("s3cret-in-the-text")

    client = pegcount.Client("eu-west-1", "id", credentials=provider, token_store=False)
    with pytest.raises(pegcount.ConfigError) as failed:
        me(client)
    assert failed.value.code == "config.credentials"
    assert "s3cret" not in str(failed.value.explanation)
    assert "ValueError" in str(failed.value.explanation)


def test_the_command_line_logs_in(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PEGCOUNT_API_URL", sandbox.url)
    monkeypatch.setenv("PEGCOUNT_LOGIN_URL", sandbox.ready["login"])
    client_id = sandbox.credentials("pkce")["client_id"]

    def browse(url: str) -> bool:
        def walked() -> None:
            visit(walk(sandbox, url))

        threading.Thread(target=walked).start()
        return True

    monkeypatch.setattr("webbrowser.open", browse)
    assert main(["--json", "login", "--pkce", "--client-id", client_id, "--port", "0"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["id"] == sandbox.ready["user"]["id"]
    assert "code=" not in err
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_ID", client_id)
    monkeypatch.setenv("GENESYSCLOUD_OAUTHCLIENT_SECRET", "of-another-day")
    assert main(["--json", "login", "--pkce", "--port", "0"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == sandbox.ready["user"]["id"]
    assert main(["call", "--user", "GET", "/api/v2/users/me"]) == 0
    assert sandbox.ready["user"]["id"] in capsys.readouterr().out


def stateless(name: str) -> list[Any]:
    cases = json.loads((VECTORS / name).read_text("utf-8"))
    return [pytest.param(kind, case, id=f"{kind}-{nth}") for kind in cases for nth, case in enumerate(cases[kind])]


@pytest.mark.parametrize(("kind", "case"), stateless("login.json") + stateless("plan.json"))
def test_a_case_gives_what_it_says(kind: str, case: dict[str, Any]) -> None:
    def gives() -> Any:
        match kind:
            case "begin":
                return _native.begin_login(case["wish"], bytes.fromhex(case["randomness"]), case["arguments"], {})
            case "finish":
                return {"code": _native.finish_login(case["came_back"], case["state"])}
            case "advise":
                return _native.advise(case["situation"])
            case "plan":
                return _native.plan(case["report"], case["pace"], case["wall"])
        raise AssertionError(kind)

    try:
        given = gives()
    except pegcount.PegcountError as error:
        given = {"error": error.to_dict()}
    assert plain(given) == case["gives"]


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items() if item is not None}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def test_advice_and_plans_print() -> None:
    advice = pegcount.advise(interactive=True, can_keep_secret=False)
    assert advice.grant == "pkce"
    assert str(advice).startswith("pkce: ")
    month = {"report": "conversations", "interval": "2026-01"}
    assert pegcount.plan(month, now=1_773_132_000).lane == "auto"
    planned = pegcount.plan(month | {"via": "query"}, now=1_773_132_000)
    assert planned.requests == len(planned.windows) == 5
    assert "at least 5 requests" in str(planned)
