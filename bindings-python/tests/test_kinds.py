"""`AsyncClient` is `Client` with `await`: the same names, the same parameters, the same documentation."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import pegcount
import pytest

PAIRS = [(pegcount.Client, pegcount.AsyncClient), (pegcount.Result, pegcount.AsyncResult)]
# What must be waited for. To close a result needs no waiting, only to see that nothing of it is left does.
AWAITED = {"close": pegcount.AsyncClient, "read": pegcount.AsyncResult, "json": pegcount.AsyncResult}
ONLY_ASYNC = {"aclose"}
# The same thing, as each of the two worlds calls it.
WORDS = {"AsyncClient": "Client", "AsyncResult": "Result", "AsyncTransport": "Transport", "AsyncIterator": "Iterator"}
SPECIAL = {"__aiter__": "__iter__", "__anext__": "__next__", "__aenter__": "__enter__", "__aexit__": "__exit__"}


def members(kind: type) -> dict[str, Any]:
    special = {*SPECIAL, *SPECIAL.values(), "__init__", "__repr__", "__del__"}
    return {name: value for name, value in inspect.getmembers(kind) if not name.startswith("_") or name in special}


def signature(value: Any) -> list[tuple[str, Any, Any, str]]:
    return [
        (one.name, one.kind, one.default, plain(str(one.annotation)))
        for one in inspect.signature(value).parameters.values()
    ] + [("return", None, None, plain(str(inspect.signature(value).return_annotation)))]


def plain(text: str) -> str:
    for word, same in WORDS.items():
        text = text.replace(word, same)
    return text


@pytest.mark.parametrize(("threads", "tasks"), PAIRS, ids=["client", "result"])
def test_both_kinds_have_the_same_names(threads: type, tasks: type) -> None:
    assert {SPECIAL.get(name, name) for name in members(tasks)} - ONLY_ASYNC == set(members(threads))


@pytest.mark.parametrize(("threads", "tasks"), PAIRS, ids=["client", "result"])
def test_both_kinds_take_the_same_and_say_the_same(threads: type, tasks: type) -> None:
    compared = 0
    theirs = members(threads)
    for name, value in members(tasks).items():
        other = theirs.get(SPECIAL.get(name, name))
        if name in ONLY_ASYNC:
            continue
        assert inspect.getdoc(value) == inspect.getdoc(other), name
        if inspect.isfunction(value) and inspect.isfunction(other):
            assert signature(value) == signature(other), name
            assert inspect.iscoroutinefunction(value) == (
                AWAITED.get(name) is tasks or name in ("__anext__", "__aenter__", "__aexit__")
            ), name
            compared += 1
    assert compared >= 8


@pytest.mark.parametrize("report", ["conversations", "aggregates", "observations", "directory", "call", "report"])
def test_reports_are_written_once(report: str) -> None:
    assert getattr(pegcount.Client, report) is getattr(pegcount.AsyncClient, report)


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(pegcount.ConfigError) as caught:
        pegcount.AsyncClient("eu-west-1", "id", "secret")
    assert caught.value.code == "config.value"
    assert "pegcount[async]" in str(caught.value)
    assert "aiohttp" in str(caught.value)


def test_a_client_of_tasks_prints_no_secret() -> None:
    client = pegcount.AsyncClient("mypurecloud.ie", "id", "hunter-SECRET")
    assert "SECRET" not in repr(client) + repr(vars(client)) + repr(vars(client._pump))
    assert repr(client) == "<AsyncClient https://api.mypurecloud.ie>"
