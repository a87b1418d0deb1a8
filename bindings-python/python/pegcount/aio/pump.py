"""The pump of tasks: carries orders of the core out and tells it what happened.

One event loop, so no lock. Every exchange is a task of its own, which ends with the task that waits for it; that of a
log-in, which serves everybody, is handed on to another that waits. A task that has nothing to do sleeps until there is
something for its call or for anybody; one timer wakes one sleeper when the core's time has come.
"""

from __future__ import annotations

import asyncio
import inspect

from ..messages import TransportError
from ..orders import (
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
from ..store import perform

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .. import _native
    from ..clock import Clock
    from ..messages import Request
    from ..orders import Keep, Order, Outcome
    from .transport import AsyncTransport

    Exchange = asyncio.Task[Outcome]
    Waiter = asyncio.Future[None]


class AsyncPump(BasePump):
    """One session, its transport and its store, for any number of tasks of one loop."""

    def __init__(self, session: _native.Session, transport: AsyncTransport, keep: Keep, clock: Clock) -> None:
        super().__init__(session, keep, clock)
        self._transport = transport
        self._loop: asyncio.AbstractEventLoop | None = None
        # Who sleeps, and for which call: who came first wakes first.
        self._sleepers: dict[Waiter, Box] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._timer_for: int | None = None
        self._exchanges: dict[int, Exchange] = {}

    def start(self, report: dict[str, Any], options: dict[str, Any]) -> int:
        self._stay_home()
        return self._begin(report, options)

    async def next(self, call: int) -> Order:
        """Asks for the next page and works until it, or the call's last word, is there."""
        self._stay_home(call)
        box = self._boxes[call]
        box.waiting += 1
        self._session.pull(call, *self._now())
        try:
            while True:
                order = await self._take(box)
                if order["action"] == "emit":
                    return order
                await self._carry_out(order, box)
        except GeneratorExit:
            # The loop is gone, and with it everything that could be waited for.
            self.forget(call)
            raise
        except BaseException:
            self._give_up(call)
            # What this task has left is for another.
            self._wake(())
            await self.settle()
            raise
        finally:
            box.waiting -= 1

    def end(self, call: int) -> None:
        self._boxes.pop(call, None)

    def cancel(self, call: int) -> None:
        self._stay_home(call)
        self._give_up(call)
        if not self._anybody_waits():
            for exchange in self._exchanges.values():
                exchange.cancel()

    async def settle(self, *, everything: bool = False) -> None:
        """Finishes what is for everybody and waited for by nobody: no exchange is left behind, no lock, no job."""
        while self._common and (everything or not self._anybody_waits()):
            order = self._common.popleft()
            if order["action"] == "credentials":
                self._answered(order, INTERRUPTED)
            elif is_log_in(order):
                await self._end(order)
            else:
                await self._carry_out(order, None)

    async def close(self) -> None:
        """Cancels what is open and closes the connections."""
        self._stay_home()
        exchanges = list(self._exchanges.values())
        self._give_up_all()
        for exchange in exchanges:
            exchange.cancel()
        await self.settle(everything=True)
        await _over(list(self._exchanges.values()))
        close = getattr(self._transport, "close", None)
        closing: Any = None if close is None else close()
        if hasattr(closing, "__await__"):
            await closing

    def _stay_home(self, call: int | None = None) -> None:
        """Refuses another event loop than the one that was there first."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            # A report may be planned before there is a loop.
            return
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            if call is not None:
                self.forget(call)
            raise RuntimeError("this AsyncClient belongs to another event loop: make one client for each loop")

    def _anybody_waits(self, but: Box | None = None) -> bool:
        return any(box.waiting for box in self._boxes.values() if box is not but)

    async def _take(self, box: Box) -> Order:
        """The next order or event for a call, waited for."""
        while True:
            until = self._poll()
            order = self._pick(box)
            if order is not None:
                return order
            await self._sleep(box, until)

    async def _sleep(self, box: Box, until: int | None) -> None:
        # A clock of tests may pass the time in its own way.
        wait = getattr(self._clock, "wait", None)
        if wait is not None and until is not None:
            wait(self, self._left(until))
            await asyncio.sleep(0)
            return
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._sleepers[waiter] = box
        self._set_timer()
        try:
            await waiter
        finally:
            del self._sleepers[waiter]
            self._set_timer()

    def _wake(self, news: Iterable[Box | None]) -> None:
        # One is woken for what is for anybody whenever there is something new: that one may be woken for its own call.
        for box in news:
            for waiter, sleeper in self._sleepers.items():
                if sleeper is box and not waiter.done():
                    waiter.set_result(None)
        if self._common:
            self._wake_one()
        self._set_timer()

    def _wake_one(self) -> None:
        for waiter in self._sleepers:
            if not waiter.done():
                waiter.set_result(None)
                return

    def _set_timer(self) -> None:
        """Sees to it that one sleeper wakes when the core's time has come: whoever wakes polls."""
        wanted = self._until if self._sleepers else -1
        if self._timer is not None:
            if wanted == self._timer_for:
                return
            self._timer.cancel()
            self._timer = None
        if self._sleepers and self._loop is not None and not self._loop.is_closed():
            self._timer_for = wanted
            self._timer = self._loop.call_later(min(self._left(wanted), LONGEST_WAIT), self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._wake_one()

    def _abort(self, flight: int) -> None:
        super()._abort(flight)
        exchange = self._exchanges.get(flight)
        if exchange is not None:
            exchange.cancel()

    async def _carry_out(self, order: Order, box: Box | None) -> None:
        match order["action"]:
            case "send":
                await self._exchange(order, box)
            case "store":
                await self._keep(order)
            case _:
                await self._provide(order, box)

    async def _keep(self, order: Order) -> None:
        """Carries out an order for the token store, in a thread: a file may be slow."""
        answer: Any = INTERRUPTED
        try:
            # A future, not a task: nothing cancels what happens in the thread.
            work = asyncio.get_running_loop().run_in_executor(None, perform, self._store, order)
            try:
                await asyncio.wait((work,))
            except asyncio.CancelledError:
                # Whether there is a lock must be known, or others would wait for it.
                await asyncio.wait((work,))
                raise
            finally:
                if work.done():
                    answer = work.result()
        finally:
            self._answered(order, answer)

    async def _provide(self, order: Order, box: Box | None) -> None:
        """Asks the provider of credentials: a function or a coroutine function."""
        answer: Any = INTERRUPTED
        try:
            answer = await self._given()
        except asyncio.CancelledError:
            if self._anybody_waits(but=box):
                self._common.appendleft(order)
                answer = None
            raise
        finally:
            if answer is not None:
                self._answered(order, answer)

    async def _given(self) -> dict[str, Any]:
        if self._provider is None:
            return {"failed": "there is none"}
        try:
            # In a thread: a vault may be slow.
            given, error = await asyncio.to_thread(_tried, self._provider)
            if error is not None:
                raise error
            return provided(await given if inspect.isawaitable(given) else given)
        except Exception as error:
            return not_provided(error)

    async def _exchange(self, order: Order, box: Box | None) -> None:
        flight = order["id"]
        exchange = self._exchanges.get(flight)
        if exchange is None:
            exchange = asyncio.get_running_loop().create_task(self._send(order, self._flying[flight]))
            # Looked at even where nobody waits for it any more, or the loop would complain.
            exchange.add_done_callback(_outcome)
            self._exchanges[flight] = exchange
        try:
            await asyncio.wait((exchange,))
        except asyncio.CancelledError:
            if order["call"] is None and self._anybody_waits(but=box):
                self._common.appendleft(order)
            else:
                await self._end(order)
            raise
        del self._exchanges[flight]
        self._landed(order, _outcome(exchange))
        if not exchange.cancelled() and isinstance(error := exchange.exception(), Exception) and is_mistake(error):
            raise error

    async def _send(self, order: Order, request: Request) -> Outcome:
        if request.aborted:
            raise TransportError("cancelled", sent=False)
        return looked_at(order, request, await self._transport.send(request, order["timeout"] / 1000))

    async def _end(self, order: Order) -> None:
        """Ends an exchange that nobody waits for, or that nobody has begun."""
        outcome: Outcome = {"sent": "no", "cause": "cancelled"}
        exchange = self._exchanges.pop(order["id"], None)
        try:
            if exchange is not None:
                outcome = CANCELLED
                exchange.cancel()
                await _over((exchange,))
                outcome = _outcome(exchange)
        finally:
            self._landed(order, outcome)


async def _over(work: Iterable[asyncio.Future[Any]]) -> None:
    if left := [one for one in work if not one.done()]:
        await asyncio.wait(left)


def _tried(provider: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """What a provider gave, or raised: a future takes no `StopIteration`."""
    try:
        return provider(), None
    except Exception as error:
        return None, error


def _outcome(exchange: Exchange) -> Outcome:
    if exchange.cancelled():
        return CANCELLED
    error = exchange.exception()
    if error is None:
        return exchange.result()
    return failure(error) if isinstance(error, Exception) else CANCELLED
