"""Every script in `tests/vectors/session` runs as it says, at the level of `_native`: see CONTRIBUTING, "Vectors"."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pegcount
import pytest
from pegcount import _native

SCRIPTS = sorted((Path(__file__).parents[2] / "tests/vectors/session").glob("*.json"))


def plain(value: Any) -> Any:
    """A value without its nulls: absent and null mean the same."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def refused(error: pegcount.PegcountError) -> dict[str, Any]:
    assert type(error).__name__ == error.to_dict()["class"] + "Error"
    return {"error": error.to_dict()}


class Stage:
    """A session on the script's clock."""

    def __init__(self, session: _native.Session, wall: int) -> None:
        self.session = session
        self.now = [0, wall]
        self.looks: dict[int, Any] = {}

    def step(self, name: str, given: Any) -> Any:
        """Takes a step, and returns what is to be compared: what it gives, or what was polled or observed."""
        match name:
            case "start":
                try:
                    return {"call": self.session.start(given["report"], given["options"], *self.now)}
                except pegcount.PegcountError as error:
                    return refused(error)
            case "pull":
                self.session.pull(given, *self.now)
            case "cancel":
                self.session.cancel(given, *self.now)
            case "pass":
                self.now = [self.now[0] + given, self.now[1] + given]
            case "jump":
                self.now[1] += given
            case "poll":
                return self.poll()
            case "answer":
                headers = [(field, text) for field, text in given["headers"]]
                look = self.looks[given["id"]]
                seen = _native.inspect(look, given["status"], headers, given["body"].encode())
                self.session.handle_response(given["id"], seen, *self.now)
            case "fail":
                self.session.handle_failure(given["id"], given["failure"], *self.now)
            case "store":
                self.session.handle_store(given["id"], given["answer"], *self.now)
            case "credentials":
                self.session.handle_credentials(given["id"], given["answer"], *self.now)
            case "notices":
                return list(iter(self.session.observe, None))
            case "decode":
                try:
                    tables = _native.decode(given["page"], given["body"].encode(), [given["table"]])
                except pegcount.PegcountError as error:
                    return refused(error)
                return {"csv": tables[given["table"]].to_csv(header=True).decode()}
            case _:
                raise AssertionError(f"there is no step `{name}`")
        return None

    def poll(self) -> list[dict[str, Any]]:
        orders = []
        while True:
            order = self.session.poll(*self.now)
            orders.append(order)
            if order["action"] == "send":
                self.looks[order["id"]] = order["look"]
            elif order["action"] in ("wait", "idle"):
                return orders


def test_the_scripts_were_found() -> None:
    assert len(SCRIPTS) >= 60


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.stem))
def test_a_script_runs_as_it_says(path: Path) -> None:
    script = json.loads(path.read_text("utf-8"))
    config = script["config"]
    try:
        session = _native.Session(config["arguments"], config["environment"])
    except pegcount.PegcountError as error:
        assert plain(refused(error)) == plain(config["gives"])
        assert script["script"] == []
        return
    assert "gives" not in config
    stage = Stage(session, script["wall"])
    for nth, step in enumerate(script["script"]):
        name = next(iter(step))
        given = stage.step(name, step[name])
        expected = step[name] if name in ("poll", "notices") else step.get("gives")
        assert plain(given) == plain(expected), f"step {nth}"
