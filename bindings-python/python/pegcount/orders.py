"""What every pump does with the orders of the core, whether threads or tasks carry them out. It decides nothing.

Whoever polls puts each order into the box of the call that owns it, and the thread or task that waits for that call
carries it out. Orders without a call (log-in, token store) are carried out by any of those that wait.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque

from . import _native
from .errors import closed
from .messages import Request, TransportError, Unfit, kind_of, whole
from .notice import Notice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .clock import Clock
    from .messages import Response
    from .store import TokenStore

    Order = dict[str, Any]
    # What an exchange came to: what was seen in the answer with its body, or why none came.
    Outcome = tuple[_native.Seen, bytes] | dict[str, str]

# A host that sleeps for days notices at least once a minute what a lost wake-up would cost.
LONGEST_WAIT = 60.0
CANCELLED = {"sent": "maybe", "cause": "cancelled"}
INTERRUPTED = {"failed": "interrupted"}


class Keep:
    """Where tokens, and id and secret, are kept: what the core asks for beside exchanges."""

    __slots__ = ("provider", "store")

    def __init__(self, store: TokenStore | None, provider: Callable[[], Any] | None) -> None:
        self.store = store
        self.provider = provider


class Box:
    """What is there for those who wait for a call."""

    __slots__ = ("body", "events", "orders", "waiting")

    def __init__(self) -> None:
        # Threads or tasks that wait for this call.
        self.waiting = 0
        self.orders: deque[Order] = deque()
        self.events: deque[Order] = deque()
        self.body = b""


class BasePump(ABC):
    """One session and who waits for what. Where there are threads, whoever calls a method holds the pump's lock."""

    def __init__(self, session: _native.Session, keep: Keep, clock: Clock) -> None:
        self.notices: deque[Notice] = deque(maxlen=1000)
        self.listener: Callable[[Notice], None] | None = None
        self._session = session
        self._store = keep.store
        self._provider = keep.provider
        self._clock = clock
        self._boxes: dict[int, Box] = {}
        self._common: deque[Order] = deque()
        self._flying: dict[int, Request] = {}
        self._asked: dict[int, Order] = {}
        self._forgotten: deque[int] = deque()
        self._until: int | None = None
        self._closed = False

    @abstractmethod
    def start(self, report: dict[str, Any], options: dict[str, Any]) -> int:
        """Checks and plans a report. Nothing is sent."""

    @abstractmethod
    def end(self, call: int) -> None:
        """Forgets a call whose last word was heard."""

    @abstractmethod
    def cancel(self, call: int) -> None:
        """Ends a call whose last word nobody waits for."""

    def forget(self, call: int) -> None:
        """Cancels a call at the next turn: may be called from a finalizer, at any point of any thread."""
        self._forgotten.append(call)

    def _now(self) -> tuple[int, int]:
        return max(0, int(self._clock.monotonic() * 1000)), int(self._clock.time() * 1000)

    def _left(self, until: int | None) -> float:
        """Seconds to wait, in whole milliseconds, and never none: a rounded clock would otherwise come back too
        early, again and again."""
        return LONGEST_WAIT if until is None else max(1, until - self._now()[0]) / 1000

    def _begin(self, report: dict[str, Any], options: dict[str, Any]) -> int:
        if self._closed:
            raise closed()
        call = self._session.start(report, options, *self._now())
        self._boxes[call] = Box()
        self._poll()
        return call

    def _give_up(self, call: int) -> None:
        self._session.cancel(call, *self._now())
        self._poll()
        self._drop(call)

    def _drop(self, call: int) -> None:
        box = self._boxes.pop(call, None)
        if box is not None:
            # What nobody has begun nobody will end.
            while box.orders:
                self._flying.pop(box.orders.popleft()["id"], None)

    def _give_up_all(self) -> None:
        """Ends every call; there will be no other."""
        self._closed = True
        for call in list(self._boxes):
            self._session.cancel(call, *self._now())
        self._poll()

    def _pick(self, box: Box) -> Order | None:
        """The next order or event for a call. Orders without a call come before events: nobody else may be there."""
        for queue in (box.orders, self._common, box.events):
            if queue:
                return queue.popleft()
        return None

    def _poll(self) -> int | None:
        """Puts every order where it belongs. Answers until when there is nothing to do."""
        while self._forgotten:
            call = self._forgotten.popleft()
            self._session.cancel(call, *self._now())
            self._drop(call)
        until: int | None = None
        # Whom it concerns; None is whoever waits.
        news: list[Box | None] = []
        while True:
            order = self._session.poll(*self._now())
            match order["action"]:
                case "send":
                    asked = order["request"]
                    body = None if asked["body"] is None else asked["body"].encode()
                    request = Request(asked["method"], asked["url"], asked["headers"], body, order["max_body"])
                    self._flying[order["id"]] = request
                    box = self._boxes.get(order["call"])
                    (self._common if box is None else box.orders).append(order)
                    news.append(box)
                case "store" | "credentials":
                    self._asked[order["id"]] = order
                    self._common.append(order)
                    news.append(None)
                case "abort":
                    if order["id"] in self._flying:
                        self._abort(order["id"])
                case "emit":
                    box = self._boxes.get(order["call"])
                    if box is not None:
                        if order["event"] == "page":
                            order["body"], box.body = box.body, b""
                        box.events.append(order)
                        news.append(box)
                case "wait":
                    until = order["until"]
                    break
                case "idle":
                    break
        # Only for news: whoever wakes polls too, and two that woke each other would never rest.
        if news or until != self._until:
            self._until = until
            self._wake(news)
        while (told := self._session.observe()) is not None:
            notice = Notice(told)
            if notice.kind != "progress":
                self.notices.append(notice)
            if self.listener is not None:
                self.listener(notice)
        return until

    @abstractmethod
    def _wake(self, news: list[Box | None]) -> None:
        """There is something to do, or the time at which there will be is another."""

    def _abort(self, flight: int) -> None:
        """An answer is no longer wanted."""
        self._flying[flight].aborted = True

    def _landed(self, order: Order, outcome: Outcome) -> None:
        """Tells the core what an exchange came to."""
        flight = order["id"]
        self._flying.pop(flight, None)
        if isinstance(outcome, dict):
            self._session.handle_failure(flight, outcome, *self._now())
        else:
            seen, body = outcome
            box = self._boxes.get(order["call"])
            if box is not None:
                box.body = body
            self._session.handle_response(flight, seen, *self._now())
        self._poll()

    def _answered(self, order: Order, answer: Any) -> None:
        """Tells the core what the token store or the provider of credentials answered."""
        tell = self._session.handle_store if order["action"] == "store" else self._session.handle_credentials
        try:
            tell(order["id"], answer, *self._now())
        except Exception as error:
            # The core waits for an answer as long as it has none, and every call with it.
            tell(order["id"], {"failed": f"its answer cannot be used: {kind_of(error)}"}, *self._now())
        self._asked.pop(order["id"], None)
        self._poll()


def is_log_in(order: Order) -> bool:
    """Nobody logs in for a call that is over; whatever else has no call is still to be done."""
    return order["action"] == "credentials" or (order["action"] == "send" and bool(order["purpose"] == "login"))


def provided(given: Any) -> dict[str, Any]:
    """What a provider gave, in the shape of the core: a mapping, a pair of id and secret, or the secret alone."""
    client_id: Any = None
    match given:
        case str() as secret:
            pass
        case (str() as client_id, str() as secret):
            pass
        case {"client_secret": str() as secret, **more}:
            client_id = more.get("client_id")
        case _:
            raise Unfit(f"it gave {type(given).__name__}: a mapping with client_id and client_secret was expected")
    if not (client_id is None or isinstance(client_id, str)):
        raise Unfit(f"it gave a client_id that is {type(client_id).__name__}")
    return {"client_id": client_id and whole("it", client_id), "client_secret": whole("it", secret)}


def not_provided(error: Exception) -> dict[str, Any]:
    """Why a provider gave nothing. The text of its error could hold a secret."""
    return {"failed": str(error) if isinstance(error, Unfit) else kind_of(error)}


def looked_at(order: Order, request: Request, response: Response) -> Outcome:
    """What is in an answer. Needs no lock."""
    if len(response.body) > request.max_body:
        raise TransportError("too_large", sent=True)
    pairs = response.headers.items() if hasattr(response.headers, "items") else response.headers
    headers = [(str(name), str(value)) for name, value in pairs]
    body = bytes(response.body)
    return _native.inspect(order["look"], response.status, headers, body), body


def failure(error: Exception) -> Outcome:
    """Why no answer came, in the shape of the core."""
    if isinstance(error, TransportError):
        return {"sent": "maybe" if error.sent else "no", "cause": error.cause, "detail": error.detail}
    return {"sent": "maybe", "cause": "broken", "detail": kind_of(error)}


def is_mistake(error: Exception) -> bool:
    """An error of Python itself is no fault of the network but of the transport: its author should see it."""
    return type(error).__module__ == "builtins" and not isinstance(error, OSError)
