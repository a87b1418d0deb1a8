"""What tests of tasks share: a loop that forgives nothing, answers made up, and `AsyncClient` as if it blocked."""

from __future__ import annotations

import asyncio
import gc
import inspect
from collections.abc import Callable, Coroutine
from typing import Any

import pegcount
import pytest


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """Runs a coroutine. What the loop would only have logged is a failure, and so is a task that is left behind."""
    complaints: list[dict[str, Any]] = []

    async def watched() -> Any:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        async with asyncio.timeout(60):
            result = await main
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left
        gc.collect()
        await asyncio.sleep(0)
        return result

    result = asyncio.run(watched(), debug=True)
    gc.collect()
    assert not complaints
    return result


ME = ("GET", "/api/v2/users/me")
FOUND = {"id": "me"}

Respond = Callable[[pegcount.Request], Any]


def token() -> pegcount.Response:
    return pegcount.Response(200, [], b'{"access_token":"tok-SECRET-1","expires_in":86400}')


def fine(_: pegcount.Request) -> pegcount.Response:
    return pegcount.Response(200, [("ININ-Correlation-Id", "x-1")], b'{"id":"me"}')


def job(request: pegcount.Request) -> pegcount.Response:
    """A job up to its first look, which a test answers itself."""
    if request.url.endswith("/availability"):
        return pegcount.Response(200, [], b'{"dataAvailabilityDate":"2026-03-10T02:00:00.000Z"}')
    return pegcount.Response(202, [], b'{"jobId":"7d0b5a1e-1111-4222-8333-444455556666"}')


JOB = {"report": "conversations", "via": "job", "interval": "2026-03-09T00:00Z/2026-03-10T00:00Z"}


class Scripted:
    """A transport that answers with what a test made up, and counts what was cut short."""

    def __init__(self, respond: Respond = fine, login: Respond = lambda _: token()) -> None:
        self.respond = respond
        self.login = login
        self.requests: list[pegcount.Request] = []
        self.timeouts: list[float] = []
        self.cut = 0
        self.closed = False

    @property
    def logins(self) -> int:
        return sum(request.url.endswith("/oauth/token") for request in self.requests)

    async def send(self, request: pegcount.Request, timeout: float) -> pegcount.Response:
        self.requests.append(request)
        self.timeouts.append(timeout)
        answer = (self.login if request.url.endswith("/oauth/token") else self.respond)(request)
        try:
            return await answer if inspect.isawaitable(answer) else answer
        except asyncio.CancelledError:
            self.cut += 1
            raise

    async def close(self) -> None:
        self.closed = True

    def client(self, **settings: Any) -> pegcount.AsyncClient:
        return pegcount.AsyncClient(
            "eu-west-1", "id", "secret-SECRET", **({"token_store": False, "transport": self} | settings)
        )


class Gate:
    """An answer that comes when a test lets it."""

    def __init__(self, respond: Respond = fine) -> None:
        self.asked = asyncio.Event()
        self.opened = asyncio.Event()
        self._respond = respond

    async def __call__(self, request: pegcount.Request) -> pegcount.Response:
        self.asked.set()
        await self.opened.wait()
        answer: pegcount.Response = self._respond(request)
        return answer


def asked(client: pegcount.AsyncClient, path: str = ME[1]) -> asyncio.Task[Any]:
    return asyncio.ensure_future(client.call("GET", path).json())


async def cancelled(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with pytest.raises(asyncio.CancelledError):
            await task


class Blocking:
    """An `AsyncClient` that is used like a `Client`: the tests of one are tests of the other."""

    def __init__(self, **settings: Any) -> None:
        self._runner = asyncio.Runner()
        self._client = pegcount.AsyncClient(**settings)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._client, name)
        if not inspect.ismethod(value):
            return value

        def called(*arguments: Any, **wishes: Any) -> Any:
            found = value(*arguments, **wishes)
            return BlockingResult(self._runner, found) if isinstance(found, pegcount.AsyncResult) else found

        return called

    def __repr__(self) -> str:
        return repr(self._client)

    def close(self) -> None:
        self._runner.run(self._client.close())
        self._runner.close()


class BlockingResult:
    """An `AsyncResult` that is used like a `Result`."""

    def __init__(self, runner: asyncio.Runner, result: pegcount.AsyncResult) -> None:
        self._runner = runner
        self._result = result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._result, name)

    def __iter__(self) -> BlockingResult:
        return self

    def __next__(self) -> pegcount.Page:
        async def step() -> pegcount.Page | None:
            return await anext(self._result, None)

        page = self._runner.run(step())
        if page is None:
            raise StopIteration
        return page

    def read(self, *arguments: Any) -> pegcount.Tables:
        return self._runner.run(self._result.read(*arguments))

    def json(self) -> Any:
        return self._runner.run(self._result.json())
