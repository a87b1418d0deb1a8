"""The names that other programs rely on, and what importing them costs."""

from __future__ import annotations

import inspect
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pegcount
import pytest
from pegcount import _native
from pegcount.cli.arguments import parser
from pegcount.errors import of

KINDS = _native.kinds()
# 2026-03-10T09:00:00Z
WALL = 1_773_133_200_000
VECTORS = Path(__file__).parents[2] / "tests/vectors"


def error(code: str = "forbidden.permission") -> pegcount.PegcountError:
    kind = next(kind for kind in KINDS if kind["code"] == code)
    explanation = {
        "code": code,
        "cause": "the role lacks a permission",
        "evidence": ["the server names it"],
        "remedy": ["add it to the role", "wait a minute"],
        "certainty": "certain",
        "missing": ["analytics:conversationDetail:view"],
        "nearest": [],
        "text": "the role lacks a permission\nwhat to do: add it to the role",
    }
    return of(
        {
            "code": code,
            "class": kind["class"],
            "status": 403,
            "message": "Unable to perform the requested action.",
            "request_id": "x-1",
            "retry": {"advice": "later", "after_ms": 1500},
            "operation": "GET /api/v2/users/me",
            "attempts": 2,
            "explanation": explanation,
        }
    )


@pytest.mark.parametrize("name", pegcount.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(pegcount, name) is not None
    assert name in dir(pegcount)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Clint'"):
        _ = pegcount.Clint


def test_the_import_is_light() -> None:
    program = "import sys, pegcount; pegcount.Client; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True).stdout
    heavy = {
        "argparse",
        "asyncio",
        "dataclasses",
        "email",
        "http.client",
        "json",
        "re",
        "typing",
        "urllib3",
        "urllib.request",
    }
    bare = subprocess.run(
        [sys.executable, "-I", "-c", "import sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    ).stdout
    assert not heavy & (set(loaded.split()) - set(bare.split()))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind["code"]))
def test_every_code_has_a_class(kind: dict[str, str]) -> None:
    raised = error(kind["code"])
    assert type(raised).__name__ == kind["class"] + "Error"
    assert type(raised) is getattr(pegcount, kind["class"] + "Error")
    assert isinstance(raised, pegcount.PegcountError)


def test_the_vectors_name_the_same_classes() -> None:
    vectors = json.loads((VECTORS / "errors.json").read_text())
    told = {name: (names["python"], names["exit"]) for name, names in vectors["classes"].items()}
    named = {entry["code"]: told[entry["class"]] for entry in vectors["errors"]}
    assert named == {kind["code"]: (kind["class"] + "Error", kind["exit_code"]) for kind in KINDS}


@pytest.mark.parametrize(
    "case", json.loads((VECTORS / "explain.json").read_text())["cases"], ids=lambda case: str(case["id"])
)
def test_known_bodies_are_explained_as_everywhere(case: dict[str, Any]) -> None:
    names = ("status", "headers", "body", "method", "path", "domain", "login")
    told = pegcount.explain(**{name: case[name] for name in names if name in case})
    parts = ("code", "cause", "certainty", "missing", "nearest")
    assert {part: getattr(told, part) for part in parts} == {part: case["expect"][part] for part in parts}


def test_an_error_says_why_and_what_to_do() -> None:
    raised = error()
    assert str(raised).splitlines() == [
        "Unable to perform the requested action. [forbidden.permission]",
        "the role lacks a permission",
        "-> add it to the role",
        "operation: GET /api/v2/users/me",
        "request: x-1",
    ]
    assert (raised.code, raised.status, raised.request_id, raised.attempts) == ("forbidden.permission", 403, "x-1", 2)
    assert (raised.retry.advice, raised.retry.after) == ("later", 1.5)
    assert raised.explanation.missing == ["analytics:conversationDetail:view"]
    assert raised.explanation.certainty == "certain"
    assert raised.explanation.belief is None
    assert str(raised.explanation).startswith("the role lacks")


def test_an_error_travels_between_processes() -> None:
    raised = error()
    copy = pickle.loads(pickle.dumps(raised))
    assert (type(copy), str(copy), copy.to_dict()) == (type(raised), str(raised), raised.to_dict())


@pytest.mark.parametrize("report", sorted(_native.reports()))
def test_a_report_takes_its_fields(report: str) -> None:
    parameters = set(inspect.signature(getattr(pegcount.Client, report)).parameters)
    assert parameters - {"self", "timeout", "deadline", "max_calls"} == set(_native.reports()[report])


def test_the_shapes_are_those_of_the_core() -> None:
    home = Path(__file__).parent.parent
    made = subprocess.run([sys.executable, home / "make_shapes.py"], capture_output=True, text=True, check=True).stdout
    assert made == (home / "python" / "pegcount" / "shapes.py").read_text(), (
        "python shapes.py > python/pegcount/shapes.py"
    )


def test_rows_have_the_shapes_that_are_promised() -> None:
    from pegcount import shapes

    report: shapes.Report = {"report": "conversations"}
    rows = pegcount.decode(report, b'{"conversations":[{"conversationStart":"2026-03-09T00:00:00Z"}]}')["conversations"]
    row: shapes.ConversationsRow = rows.to_pylist()[0]
    assert set(row) == set(shapes.ConversationsRow.__annotations__)
    assert row["conversation_start"] is not None


def test_a_client_prints_no_secret() -> None:
    client = pegcount.Client("mypurecloud.ie", "id", "hunter-SECRET")
    shown = repr(client) + repr(vars(client)) + repr(vars(client._pump))
    assert "SECRET" not in shown
    assert repr(client) == "<Client https://api.mypurecloud.ie>"


@pytest.mark.parametrize("kind", [pegcount.Client, pegcount.AsyncClient])
def test_a_client_whose_construction_failed_can_be_shown(kind: Any) -> None:
    client = kind.__new__(kind)
    with pytest.raises(pegcount.ConfigError):
        client.__init__("mars-1", "id", "hunter-SECRET")
    assert repr(client) == f"<{kind.__name__} without configuration>"


@pytest.mark.parametrize("report", ["aggregates", "availability", "directory", "observations"])
def test_the_help_names_what_the_core_has(report: str) -> None:
    subs = next(action for action in parser()._actions if isinstance(action.choices, dict))
    of = next(action for action in subs.choices[report]._actions if action.dest == "of")
    names = [name for name in of.help.split(", ") if name != "…"]
    assert names
    interval = {"interval": "2026-03-09", "metrics": ["nOffered"]} if report == "aggregates" else {}
    for name in names:
        assert not _native.lint({"report": report, "of": name, **interval}, WALL), name
    assert _native.lint({"report": report, "of": "nothing", **interval}, WALL)


def test_intervals_are_read() -> None:
    found = pegcount.interval("2026-03-29", time_zone="Europe/Paris")
    assert str(found) == "2026-03-28T23:00:00.000Z/2026-03-29T22:00:00.000Z"
    assert (found.end - found.start).total_seconds() == 23 * 3600
    assert str(pegcount.interval("yesterday", now=86_400 * 365)) == "1970-12-31T00:00:00.000Z/1971-01-01T00:00:00.000Z"
    with pytest.raises(pegcount.QueryError) as caught:
        pegcount.interval("2026-03-09", time_zone="Europe/Pari")
    assert caught.value.code == "query.interval"


def test_lint_finds_what_is_wrong() -> None:
    assert pegcount.lint({"report": "conversations", "interval": "2026-03-09"}, now=1_773_136_800) == []
    (found,) = pegcount.lint({"report": "conversations", "interval": "2026-03-10/2026-03-09"})
    assert (found.code, found.severity) == ("query.interval", "error")
    (found,) = pegcount.lint({"report": "conversatoins", "interval": "2026-03-09"})
    assert found.explanation.nearest == ["conversations"]
    report = {"report": "aggregates", "interval": "2026-03-09", "metrics": ["nOfered"]}
    assert [(found.code, found.severity) for found in pegcount.lint(report, now=1_773_136_800)] == [
        ("query.metric", "warning")
    ]


def test_explain_takes_what_there_is() -> None:
    for status, body, headers in [
        (403, '{"message":"x"}', None),
        (None, b"\xff", {}),
        (429, {"a": 1}, {"Retry-After": 5}),
    ]:
        told = pegcount.explain(status=status, body=body, headers=headers, method="POST", path="/api/v2/x")
        assert isinstance(told, pegcount.Explanation)
        assert told.code
        assert str(told)


def test_a_report_holds_plain_data() -> None:
    client = pegcount.Client("mypurecloud.ie", "id", "s")
    loop: list[object] = []
    loop.append(loop)
    for query in (loop, {1: 2}, {"a": object()}, {"a": 2**64}, {"a": float("nan")}):
        with pytest.raises(TypeError, match="cannot become JSON"):
            client.report({"report": "conversations", "interval": "2026-03-09", "query": {"x": query}})
