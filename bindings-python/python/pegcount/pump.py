"""The pump: carries orders of the core out and tells it what happened. It decides nothing.

A lock goes around the session alone; exchanges, files and parsing happen outside it. Whoever polls puts each order
into the box of the call that owns it, and the thread that waits for that call carries it out. Orders without a call
(log-in, token store) are carried out by any thread that waits. Waiting is done on one condition, until an input
arrives or the core's time has come.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from weakref import WeakSet

from . import _native
from .result import Notice
from .store import perform
from .transport import Request, TransportError, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .client import Clock
    from .store import TokenStore
    from .transport import Transport

    Order = dict[str, Any]

# A host that sleeps for days notices at least once a minute what a lost wake-up would cost.
LONGEST_WAIT = 60.0


class _Box:
    """What is there for the thread that waits for a call."""

    __slots__ = ("body", "events", "orders", "waiting")

    def __init__(self) -> None:
        # Threads that wait for this call.
        self.waiting = 0
        self.orders: deque[Order] = deque()
        self.events: deque[Order] = deque()
        self.body = b""


class Pump:
    """One session, its transport and its store, for any number of threads."""

    def __init__(self, session: _native.Session, transport: Transport, store: TokenStore | None, clock: Clock) -> None:
        self.notices: deque[Notice] = deque(maxlen=1000)
        self.listener: Callable[[Notice], None] | None = None
        self._session = session
        self._transport = transport
        self._store = store
        self._clock = clock
        self._turn = threading.Condition()
        self._boxes: dict[int, _Box] = {}
        self._common: deque[Order] = deque()
        self._flying: dict[int, tuple[int | None, Request]] = {}
        self._asked: dict[int, Order] = {}
        self._forgotten: deque[int] = deque()
        self._until: int | None = None
        _pumps.add(self)

    def start(self, report: dict[str, Any], options: dict[str, Any]) -> int:
        """Checks and plans a report. Nothing is sent."""
        with self._turn:
            call = self._session.start(report, options, *self._now())
            self._boxes[call] = _Box()
            self._poll()
            return call

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
            self._finish_store_orders()
            raise
        finally:
            with self._turn:
                box.waiting -= 1

    def end(self, call: int) -> None:
        """Forgets a call whose last word was heard."""
        with self._turn:
            self._boxes.pop(call, None)

    def cancel(self, call: int) -> None:
        """Ends a call whose last word nobody waits for."""
        with self._turn:
            self._session.cancel(call, *self._now())
            self._poll()
            self._boxes.pop(call, None)

    def forget(self, call: int) -> None:
        """Cancels a call at the next turn: may be called from a finalizer, at any point of any thread."""
        self._forgotten.append(call)

    def close(self) -> None:
        """Cancels what is open and closes the connections."""
        with self._turn:
            for call in list(self._boxes):
                self._session.cancel(call, *self._now())
            self._poll()
        close = getattr(self._transport, "close", None)
        if close is not None:
            close()

    def _now(self) -> tuple[int, int]:
        return max(0, int(self._clock.monotonic() * 1000)), int(self._clock.time() * 1000)

    def _take(self, box: _Box) -> Order:
        """The next order or event for a call. Orders without a call come before events: nobody else may be there."""
        with self._turn:
            while True:
                until = self._poll()
                for queue in (box.orders, self._common, box.events):
                    if queue:
                        return queue.popleft()
                self._wait(until)

    def _wait(self, until: int | None) -> None:
        # In whole milliseconds, and never none: a rounded clock would otherwise come back too early, again and again.
        left = LONGEST_WAIT if until is None else max(1, until - self._now()[0]) / 1000
        # A clock of tests may pass the time in its own way.
        wait = getattr(self._clock, "wait", None)
        if wait is None:
            self._turn.wait(min(left, LONGEST_WAIT))
        else:
            wait(self._turn, left)

    def _poll(self) -> int | None:
        """Puts every order where it belongs. Answers until when there is nothing to do. The lock must be held."""
        while self._forgotten:
            call = self._forgotten.popleft()
            self._session.cancel(call, *self._now())
            self._boxes.pop(call, None)
        until: int | None = None
        news = False
        while True:
            order = self._session.poll(*self._now())
            match order["action"]:
                case "send":
                    asked = order["request"]
                    body = None if asked["body"] is None else asked["body"].encode()
                    request = Request(asked["method"], asked["url"], asked["headers"], body, order["max_body"])
                    self._flying[order["id"]] = order["call"], request
                    box = self._boxes.get(order["call"])
                    (self._common if box is None else box.orders).append(order)
                    news = True
                case "store":
                    self._asked[order["id"]] = order
                    self._common.append(order)
                    news = True
                case "abort":
                    if order["id"] in self._flying:
                        self._flying[order["id"]][1].aborted = True
                case "emit":
                    box = self._boxes.get(order["call"])
                    if box is not None:
                        if order["event"] == "page":
                            order["body"], box.body = box.body, b""
                        box.events.append(order)
                        news = True
                case "wait":
                    until = order["until"]
                    break
                case "idle":
                    break
        while (told := self._session.observe()) is not None:
            notice = Notice(told)
            if notice.kind != "progress":
                self.notices.append(notice)
            if self.listener is not None:
                self.listener(notice)
        # Only for news: whoever wakes polls too, and two that woke each other would never rest.
        if news or until != self._until:
            self._until = until
            self._turn.notify_all()
        return until

    def _carry_out(self, order: Order) -> None:
        if order["action"] == "send":
            self._exchange(order)
            return
        answer: Any = {"failed": "interrupted"}
        try:
            answer = {"failed": "there is none"} if self._store is None else perform(self._store, order)
        finally:
            with self._turn:
                self._asked.pop(order["id"], None)
                self._session.handle_store(order["id"], answer, *self._now())
                self._poll()

    def _exchange(self, order: Order) -> None:
        flight = order["id"]
        request = self._flying[flight][1]
        failure = {"sent": "maybe", "cause": "cancelled"}
        try:
            if request.aborted:
                raise TransportError("cancelled", sent=False)
            response = self._transport.send(request, order["timeout"] / 1000)
            if len(response.body) > request.max_body:
                raise TransportError("too_large", sent=True)
            pairs = response.headers.items() if hasattr(response.headers, "items") else response.headers
            headers = [(str(name), str(value)) for name, value in pairs]
            body = bytes(response.body)
            seen = _native.inspect(order["look"], response.status, headers, body)
        except TransportError as error:
            failure = {"sent": "maybe" if error.sent else "no", "cause": error.cause, "detail": error.detail}
        except Exception as error:
            failure = {"sent": "maybe", "cause": "broken", "detail": kind_of(error)}
            # An error of Python itself is no fault of the network but of the transport: its author should see it.
            if type(error).__module__ == "builtins" and not isinstance(error, OSError):
                raise
        else:
            failure = {}
        finally:
            with self._turn:
                self._flying.pop(flight, None)
                if failure:
                    self._session.handle_failure(flight, failure, *self._now())
                else:
                    box = self._boxes.get(order["call"])
                    if box is not None:
                        box.body = body
                    self._session.handle_response(flight, seen, *self._now())
                self._poll()

    def _finish_store_orders(self) -> None:
        """Leaves no lock behind for others to wait for."""
        while True:
            with self._turn:
                order = next((order for order in self._common if order["action"] == "store"), None)
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
            self._session.handle_failure(flight, {"sent": "maybe", "cause": "cancelled"}, *now)
        for ask, order in list(self._asked.items()):
            if ask not in untouched:
                del self._asked[ask]
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
