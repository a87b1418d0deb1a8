"""Ten thousand calls leave memory where it was."""

from __future__ import annotations

import asyncio
import gc
import json
from pathlib import Path
from typing import Any

import pegcount
import pytest
from tasks import token

QUEUES = [{"id": f"{number:032}", "name": f"Queue {number}", "memberCount": number} for number in range(20)]
LISTING = {"entities": QUEUES, "pageSize": 20, "pageNumber": 1, "total": 20, "pageCount": 1}
MISSING = {"message": "not there", "code": "not.found", "status": 404}
# Kilobytes: a third of one left behind by each call would be more, and so would the pages of every thirtieth.
BOUND = 3000


def answered(request: pegcount.Request) -> pegcount.Response:
    """A new answer for each request: what is kept is kept with its bytes."""
    if request.url.endswith("/oauth/token"):
        return token()
    if "/missing" in request.url:
        return pegcount.Response(404, [], json.dumps(MISSING).encode())
    return pegcount.Response(200, [("ININ-Correlation-Id", "x")], json.dumps(LISTING).encode())


class Instant:
    """A transport that keeps nothing."""

    def send(self, request: pegcount.Request, timeout: float) -> pegcount.Response:
        return answered(request)


class AsyncInstant:
    """The same for tasks."""

    async def send(self, request: pegcount.Request, timeout: float) -> pegcount.Response:
        await asyncio.sleep(0)
        return answered(request)


SETTINGS: dict[str, Any] = {"region": "eu-west-1", "client_id": "id", "client_secret": "s", "token_store": False}
SETTINGS |= {"pace": 10_000_000, "progress": False}


# To explain a refusal takes thirty times as long as to read a page.
REFUSED = range(0, 1 << 30, 100)


def threads(calls: int) -> None:
    for number in range(calls // 3):
        assert len(client.directory("queues").read().table) == 20
        if number in REFUSED:
            with pytest.raises(pegcount.NotFoundError):
                client.call("GET", f"/api/v2/missing/{number}").json()
        # Let go before the first page, and after it.
        client.directory("queues")
        next(iter(client.call("GET", "/api/v2/routing/queues")))


async def tasks(calls: int) -> None:
    for number in range(calls // 3):
        assert len((await other.directory("queues").read()).table) == 20
        if number in REFUSED:
            with pytest.raises(pegcount.NotFoundError):
                await other.call("GET", f"/api/v2/missing/{number}").json()
        other.directory("queues")
        await anext(other.call("GET", "/api/v2/routing/queues"))


client = pegcount.Client(**SETTINGS, transport=Instant())
other = pegcount.AsyncClient(**SETTINGS, transport=AsyncInstant())


def resident() -> int:
    """Kilobytes that are in use, Python's and the core's."""
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux says what is in use")
@pytest.mark.parametrize("kind", ["threads", "tasks"])
def test_ten_thousand_calls(kind: str) -> None:
    with asyncio.Runner() as runner:

        def ask(calls: int) -> int:
            if kind == "threads":
                threads(calls)
            else:
                runner.run(tasks(calls))
            return resident()

        # Until the allocators have what they want.
        before = ask(3_000)
        after = ask(10_000)
    print(f"memory before ten thousand calls: {before} kB, after: {after} kB")
    assert after < before + BOUND
