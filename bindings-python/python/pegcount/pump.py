"""The pump of threads: carries orders of the core out and tells it what happened.

A lock goes around the session alone; exchanges, files and parsing happen outside it. Waiting is done on one condition,
until an input arrives or the core's time has come.
"""

from __future__ import annotations

import os
import threading
from weakref import WeakSet

from .messages import TransportError
from .orders import (
    CANCELLED,
    INTERRUPTED,
    LONGEST_WAIT,
    BasePump,
    Box,
    failure,
    is_log_in,
    is_mistake,
    looked_at,
    not_provided,
    provided,
)
from .store import perform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from . import _native
    from .clock import Clock
    from .orders import Keep, Order, Outcome
    from .transport import Transport


class Pump(BasePump):
    """One session, its transport and its store, for any number of threads."""

    def __init__(self, session: _native.Session, transport: Transport, keep: Keep, clock: Clock) -> None:
        super().__init__(session, keep, clock)
        self._transport = transport
        self._turn = threading.Condition()
        _pumps.add(self)

    def start(self, report: dict[str, Any], options: dict[str, Any]) -> int:
        with self._turn:
            return self._begin(report, options)

    def next(self, call: int) -> Order:
        """Asks for the next page and works until it, or the call's last word, is there."""
        with self._turn:
            box = self._boxes[call]
            box.waiting += 1
            self._session.pull(call, *self._now())
        try:
            while True:
                order = self._take(box)
                if order["action"] == "emit":
                    return order
                self._carry_out(order)
        except BaseException:
            self.cancel(call)
            raise
        finally:
            with self._turn:
                box.waiting -= 1

    def end(self, call: int) -> None:
        with self._turn:
            self._boxes.pop(call, None)

    def cancel(self, call: int) -> None:
        with self._turn:
            self._give_up(call)
        self._finish()

    def close(self) -> None:
        """Cancels what is open and closes the connections."""
        with self._turn:
            self._give_up_all()
        self._finish()
        close = getattr(self._transport, "close", None)
        if close is not None:
            close()

    def _take(self, box: Box) -> Order:
        """The next order or event for a call, waited for."""
        with self._turn:
            while True:
                until = self._poll()
                order = self._pick(box)
                if order is not None:
                    return order
                left = self._left(until)
                # A clock of tests may pass the time in its own way.
                wait = getattr(self._clock, "wait", None)
                if wait is None:
                    self._turn.wait(min(left, LONGEST_WAIT))
                else:
                    wait(self._turn, left)

    def _wake(self, news: list[Box | None]) -> None:
        self._turn.notify_all()

    def _abort(self, flight: int) -> None:
        super()._abort(flight)
        stop = self._flying[flight].stop
        if stop is not None:
            stop()

    def _carry_out(self, order: Order) -> None:
        if order["action"] == "send":
            self._exchange(order)
            return
        answer: Any = INTERRUPTED
        try:
            answer = perform(self._store, order) if order["action"] == "store" else self._provide()
        finally:
            with self._turn:
                self._answered(order, answer)

    def _provide(self) -> dict[str, Any]:
        try:
            return provided(self._provider()) if self._provider is not None else {"failed": "there is none"}
        except Exception as error:
            return not_provided(error)

    def _exchange(self, order: Order) -> None:
        request = self._flying[order["id"]]
        outcome: Outcome = CANCELLED
        try:
            if request.aborted:
                raise TransportError("cancelled", sent=False)
            outcome = looked_at(order, request, self._transport.send(request, order["timeout"] / 1000))
        except Exception as error:
            outcome = failure(error)
            if is_mistake(error):
                raise
        finally:
            with self._turn:
                self._landed(order, outcome)

    def _finish(self) -> None:
        """Leaves no lock behind for others to wait for, and no job that nobody wants."""
        while True:
            with self._turn:
                order = next((order for order in self._common if not is_log_in(order)), None)
                if order is None:
                    return
                self._common.remove(order)
            self._carry_out(order)

    def _before_fork(self) -> None:
        self._turn.acquire()

    def _after_fork_in_parent(self) -> None:
        self._turn.release()

    def _after_fork_in_child(self) -> None:
        """The child has one thread: what the others were doing is the parent's, and so are the connections."""
        self._turn = threading.Condition()
        forget = getattr(self._transport, "after_fork", None)
        if forget is not None:
            forget()
        self._session.reseed(int.from_bytes(os.urandom(8), "big"))
        now = self._now()
        for call in [call for call, box in self._boxes.items() if box.waiting]:
            self._session.cancel(call, *now)
            del self._boxes[call]
        # What nobody had begun to carry out is still to be done here, too.
        untouched = {order["id"] for order in self._common}
        for flight in self._flying.keys() - untouched:
            del self._flying[flight]
            self._session.handle_failure(flight, CANCELLED, *now)
        for ask, order in list(self._asked.items()):
            if ask not in untouched:
                del self._asked[ask]
                if order["action"] == "credentials":
                    self._session.handle_credentials(ask, INTERRUPTED, *now)
                    continue
                answers = {"load": {"loaded": None}, "lock": {"busy": order.get("owner")}}
                self._session.handle_store(ask, answers.get(order["op"], "done"), *now)


_pumps: WeakSet[Pump] = WeakSet()
# Those whose locks are held by the thread that forks.
_held: list[Pump] = []


def _before_fork() -> None:
    _held.extend(_pumps)
    for pump in _held:
        pump._before_fork()


def _after_fork_in_parent() -> None:
    while _held:
        _held.pop()._after_fork_in_parent()


def _after_fork_in_child() -> None:
    while _held:
        _held.pop()._after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
