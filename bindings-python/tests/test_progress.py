"""Progress: one line of a terminal, and nothing anywhere else."""

from __future__ import annotations

import io
import sys

import pegcount
import pytest
from conftest import KINDS, Sandbox
from pegcount.notice import Notice
from pegcount.progress import Progress


@pytest.fixture(params=KINDS, ids=["threads", "tasks"])
def sandbox(sandbox: Sandbox, request: pytest.FixtureRequest) -> Sandbox:
    """The sandbox, asked by clients of both kinds."""
    sandbox.kind = request.param
    return sandbox


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_report_is_watched_on_a_terminal(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    sandbox.fault("429", arg=0, count=1)
    sandbox.client().conversations(sandbox.interval).read()
    shown = terminal.getvalue().replace("\r\x1b[2K", "\n").splitlines()
    assert any(line.startswith("conversations: ") and "pages" in line for line in shown)
    assert any("limit" in line for line in shown)
    assert shown[-1] == "" or not terminal.getvalue().endswith("pages")


@pytest.mark.parametrize("settings", [{"progress": False}, {}])
def test_elsewhere_nothing_is_shown(
    sandbox: Sandbox, settings: dict[str, bool], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal()
    if settings:
        monkeypatch.setattr(sys, "stderr", terminal)
    sandbox.client(**settings).directory("queues").read()
    assert terminal.getvalue() == ""
    assert capfd.readouterr() == ("", "")


def test_nothing_is_drawn_while_nothing_is_watched() -> None:
    terminal = Terminal()
    progress = Progress(terminal)
    progress.tell(Notice({"kind": "limit", "text": "waiting", "wait": 1000}))
    assert terminal.getvalue() == ""
    with progress.watch(1, "directory"):
        progress.tell(Notice({"kind": "minted", "text": "logged in"}))
        progress.tell(Notice({"kind": "progress", "text": "3 pages", "call": 1}))
        assert terminal.getvalue().endswith("directory: 3 pages")
    assert terminal.getvalue().endswith("\r\x1b[2K")


def test_listeners_hear_what_happens(sandbox: Sandbox) -> None:
    heard: list[pegcount.Notice] = []
    client = sandbox.client(token_store=False)
    client.listen(heard.append)
    client.directory("queues").read()
    assert {notice.kind for notice in heard} == {"minted", "progress"}
    assert [notice.kind for notice in client.notices] == ["minted"]
    assert next(notice.to_dict()["kind"] for notice in heard) == "minted"
