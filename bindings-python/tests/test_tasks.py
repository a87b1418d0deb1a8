"""The pump of tasks: who carries out what, and who waits for what."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pegcount
import pytest
from conftest import FakeClock, Sandbox
from standin import StandIn, answer
from tasks import FOUND, ME, Gate, Scripted, asked, cancelled, fine, run, token


def test_thirty_two_tasks_share_a_client_and_a_log_in(server: StandIn) -> None:
    server.queue.extend(answer(f'{{"n":{n}}}') for n in range(96))

    async def main() -> None:
        places = {"api_url": server.url, "login_url": server.url, "client_id": "id", "client_secret": "s"}
        async with pegcount.AsyncClient(**places, token_store=False) as client:

            async def ask() -> list[int]:
                return [(await client.call(*ME).json())["n"] for _ in range(3)]

            found = await asyncio.gather(*(ask() for _ in range(32)))
        assert sorted(n for numbers in found for n in numbers) == list(range(96))

    run(main())
    assert server.logins == 1


def test_a_page_is_asked_for_only_when_it_is_awaited(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with pegcount.AsyncClient(**sandbox.settings()) as client:
            result = client.conversations(sandbox.interval)
            await asyncio.sleep(0)
            assert not sandbox.requests()
            pages = 0
            async for page in result:
                pages += 1
                await asyncio.sleep(0)
                assert page.number == pages == len(sandbox.requests("/details/query"))
            assert result.summary is not None
            assert result.summary.pages == pages > 1
            assert len(result.request_ids) == pages

    run(main())


def test_many_tasks_read_side_by_side(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with pegcount.AsyncClient(**sandbox.settings()) as client:
            reads = [client.conversations(sandbox.interval).read(["conversations"]) for _ in range(6)]
            found = [len(tables.table) for tables in await asyncio.gather(*reads)]
        assert found == [len(sandbox.client().conversations(sandbox.interval).read().table)] * 6

    run(main())
    assert len(sandbox.requests("/oauth/token")) == 1


def test_a_wait_is_sat_out_on_the_clock(clock: FakeClock) -> None:
    answers = iter([pegcount.Response(429, [("Retry-After", "7")], b"{}"), fine(None)])  # type: ignore[arg-type]

    async def main() -> None:
        client = Scripted(lambda _: next(answers)).client(clock=clock)
        assert await client.call(*ME).json() == FOUND
        assert client.last_notice is not None
        assert client.last_notice.kind == "limit"

    run(main())
    assert 7 <= sum(clock.waits) < 9
    assert len(clock.waits) <= 2


def test_one_timer_serves_all_who_wait(server: StandIn) -> None:
    server.queue.extend([answer("{}", "429 Too Many Requests", Retry_After="1"), *[answer('{"id":"me"}')] * 8])

    async def main() -> None:
        places = {"api_url": server.url, "login_url": server.url, "client_id": "id", "client_secret": "s"}
        async with pegcount.AsyncClient(**places, token_store=False, max_in_flight=1) as client:
            first, *others = [asked(client) for _ in range(8)]
            while client.last_notice is None or client.last_notice.kind != "limit":
                await asyncio.sleep(0)
            # Whoever would have been woken is gone.
            await cancelled(first)
            assert await asyncio.gather(*others) == [FOUND] * 7
            assert client._pump._timer is None

    run(main())


def test_a_deadline_ends_a_call_that_waits(clock: FakeClock) -> None:
    async def main() -> None:
        client = Scripted(lambda _: pegcount.Response(503, [], b"{}")).client(clock=clock)
        with pytest.raises(pegcount.PegcountError) as caught:
            await client.call(*ME, deadline=1).json()
        assert caught.value.code in ("limit.budget", "server.unavailable")

    run(main())


def test_timeouts_reach_the_transport() -> None:
    transport = Scripted()

    async def main() -> None:
        client = transport.client(timeout=12)
        await client.call(*ME).json()
        await client.call(*ME, timeout=3).json()

    run(main())
    assert transport.timeouts == [12, 12, 3]


def test_tasks_that_wait_do_not_wake_each_other() -> None:
    polls: list[int] = []

    class Counting:
        time = staticmethod(time.time)

        @staticmethod
        def monotonic() -> float:
            polls.append(1)
            return time.monotonic()

    async def main() -> None:
        gate = Gate(lambda _: token())
        client = Scripted(login=gate).client(clock=Counting)
        tasks = [asked(client) for _ in range(100)]
        await gate.asked.wait()
        before = len(polls)
        for _ in range(100):
            await asyncio.sleep(0)
        assert len(polls) - before <= 100 * 4
        gate.opened.set()
        assert await asyncio.gather(*tasks) == [FOUND] * 100
        # Their number, and not its square.
        assert len(polls) < 100 * 40

    run(main())


def test_a_store_that_fails_is_told_and_the_report_goes_on() -> None:
    class Broken:
        def load(self) -> str | None:
            raise OSError(28, "No space left on device")

        lock = save = unlock = load

    async def main() -> None:
        client = Scripted().client(token_store=Broken())
        assert await client.call(*ME).json() == FOUND
        assert any(notice.kind == "store" and "No space left" in notice.text for notice in client.notices)

    run(main())


def test_a_result_is_read_once() -> None:
    async def main() -> None:
        result = Scripted().client().call(*ME)
        await result.json()
        for again in (result.json, result.read):
            with pytest.raises(ValueError, match="has ended"):
                await again()
        assert [page async for page in result] == []

    run(main())


def test_another_loop_is_told() -> None:
    transport = Scripted()
    client = transport.client()
    early = client.call(*ME)

    async def ask(result: pegcount.AsyncResult) -> Any:
        return await result.json()

    assert run(ask(early)) == FOUND
    late = client.call(*ME)
    for wrong in (ask(late), client.close()):
        with pytest.raises(RuntimeError, match="another event loop"):
            run(wrong)
    assert len(transport.requests) == 2


def test_a_mistake_in_a_transport_comes_to_light() -> None:
    def fail(_: pegcount.Request) -> Any:
        raise AttributeError("no such thing")

    async def main() -> None:
        with pytest.raises(AttributeError, match="no such thing"):
            await Scripted(fail).client().call(*ME).json()

    run(main())


def test_a_transport_that_fails_in_its_own_way_is_explained() -> None:
    class StrangeError(Exception):
        pass

    def fail(_: pegcount.Request) -> Any:
        raise StrangeError("Bearer tok-SECRET-1 in the text of a stranger")

    async def main() -> None:
        client = Scripted(fail).client(clock=FakeClock())
        with pytest.raises(pegcount.NetworkError) as caught:
            await client.call(*ME).json()
        told = "".join(map(str, client.notices)) + str(caught.value) + str(caught.value.explanation)
        assert "SECRET" not in told
        assert "StrangeError" in told

    run(main())
