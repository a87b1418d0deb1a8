"""Stores and providers of users' own: whatever they answer or raise, no question stays without an answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pegcount
import pytest
from conftest import KINDS, Sandbox
from pegcount.orders import provided
from pegcount.store import perform
from tasks import Blocking

pytestmark = pytest.mark.parametrize("kind", KINDS, ids=["threads", "tasks"])


class Memory:
    """A store that works, in a dictionary of bytes: what a server of keys and values answers."""

    def __init__(self, **answers: Callable[[], Any]) -> None:
        self.kept: dict[str, bytes] = {}
        self._answers = answers

    def _or(self, method: str, answer: Any) -> Any:
        return self._answers[method]() if method in self._answers else answer

    def load(self) -> Any:
        return self._or("load", self.kept.get("record"))

    def lock(self, owner: str, takeover: str | None) -> Any:
        held = self.kept.get("lock")
        if held is None or (takeover is not None and held == takeover.encode()):
            self.kept["lock"] = owner.encode()
        return self._or("lock", self.kept["lock"])

    def save(self, record: str) -> None:
        self.kept["record"] = record.encode()
        self._or("save", None)

    def unlock(self, owner: str) -> None:
        if self.kept.get("lock") == owner.encode():
            del self.kept["lock"]
        self._or("unlock", None)


def raising(error: BaseException) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail


def queues(client: Any) -> int:
    # What nobody answers would be waited for without end.
    return len(client.directory("queues", deadline=20).read().table)


def test_a_store_may_answer_bytes(sandbox: Sandbox, kind: Any) -> None:
    sandbox.kind, store = kind, Memory()
    told = []
    for _ in range(2):
        client = sandbox.client(token_store=store)
        assert queues(client)
        told += [notice.kind for notice in client.notices]
    assert told == ["minted", "shared"]
    assert list(store.kept) == ["record"]


WRONG: list[tuple[str, Callable[[], Any], str]] = [
    ("load", lambda: b"\xff", "load gave bytes that are not UTF-8"),
    ("load", lambda: 12345, "load gave int: a record or None was expected"),
    ("load", lambda: {"access_token": "tok-SECRET"}, "load gave dict: a record or None was expected"),
    ("load", lambda: "\ud800", "load gave text that is not Unicode"),
    ("lock", lambda: None, "lock gave NoneType: who holds the lock was expected"),
    ("lock", lambda: True, "lock gave bool: who holds the lock was expected"),
    ("lock", lambda: b"\xff", "lock gave bytes that are not UTF-8"),
    ("load", raising(StopIteration("tok-SECRET")), "StopIteration"),
    ("lock", raising(RecursionError("tok-SECRET")), "RecursionError"),
]


@pytest.mark.parametrize(("method", "answer", "why"), WRONG, ids=[f"{one[0]}-{one[2][:24]}" for one in WRONG])
def test_what_a_store_answers_wrongly_is_told(
    sandbox: Sandbox, kind: Any, method: str, answer: Callable[[], Any], why: str
) -> None:
    sandbox.kind = kind
    client = sandbox.client(token_store=Memory(**{method: answer}))
    assert queues(client) == queues(client) > 0
    texts = [notice.text for notice in client.notices if notice.kind == "store"]
    assert any(why in text for text in texts), texts
    assert "SECRET" not in "".join(texts)


class Gone(BaseException):
    """What is no `Exception`, as an interrupt is none."""


@pytest.mark.parametrize("method", ["load", "lock", "save", "unlock"])
def test_a_store_that_is_interrupted_interrupts_one_call(sandbox: Sandbox, kind: Any, method: str) -> None:
    sandbox.kind, raised = kind, iter([raising(Gone())])
    client = sandbox.client(token_store=Memory(**{method: lambda: next(raised, lambda: None)()}))
    with pytest.raises(Gone):
        queues(client)
    assert queues(client)


GIVEN: list[tuple[Any, str]] = [
    (None, "it gave NoneType: a mapping with client_id and client_secret was expected"),
    (b"hunter-SECRET", "it gave bytes: a mapping with client_id and client_secret was expected"),
    (("id", b"hunter-SECRET"), "it gave tuple: a mapping with client_id and client_secret was expected"),
    ({"client_id": 7, "client_secret": "hunter-SECRET"}, "it gave a client_id that is int"),
    ("hunter-SECRET\ud800", "it gave text that is not Unicode"),
]


@pytest.mark.parametrize(("given", "why"), GIVEN, ids=[one[1][:28] for one in GIVEN])
def test_what_a_provider_gives_wrongly_is_told(kind: Any, given: Any, why: str) -> None:
    client = kind(region="eu-west-1", client_id="id", credentials=lambda: given, token_store=False, deadline=20)
    try:
        for _ in range(2):
            with pytest.raises(pegcount.ConfigError) as failed:
                queues(client)
            assert failed.value.code == "config.credentials"
            assert why in str(failed.value.explanation)
            assert "SECRET" not in str(failed.value.explanation)
    finally:
        client.close()


@pytest.mark.parametrize("error", [Gone(), StopIteration()], ids=["interrupted", "exhausted"])
def test_a_provider_that_raises_once(sandbox: Sandbox, kind: Any, error: BaseException) -> None:
    secrets = itertools.chain([raising(error)], itertools.repeat(lambda: sandbox.credentials()))
    named = {"client_id": None, "client_secret": None, "credentials": lambda: next(secrets)()}
    sandbox.kind = kind
    client = sandbox.client(token_store=False, **named)
    with pytest.raises(Gone if isinstance(error, Gone) else pegcount.ConfigError):
        queues(client)
    assert queues(client)


def test_an_answer_that_the_core_refuses_counts_as_failed(
    sandbox: Sandbox, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "pegcount.aio.pump" if kind is Blocking else "pegcount.pump"

    def strange(store: Any, order: dict[str, Any]) -> Any:
        return perform(store, order) if order["op"] != "load" else {"loaded": object()}

    monkeypatch.setattr(f"{module}.perform", strange)
    sandbox.kind = kind
    client = sandbox.client(token_store=Memory())
    assert queues(client)
    assert any("TypeError" in notice.text for notice in client.notices)
    monkeypatch.setattr(f"{module}.provided", lambda given: {**provided(given), "client_id": object()})
    with pytest.raises(pegcount.ConfigError, match="TypeError"):
        queues(
            sandbox.client(token_store=False, client_id=None, client_secret=None, credentials=lambda: "hunter-SECRET")
        )
