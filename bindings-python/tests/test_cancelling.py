"""What is left of a call that is cancelled, closed, or out of time: nothing, and the others go on."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
from pathlib import Path

import pegcount
import pytest
from conftest import FakeClock
from pegcount import _native
from standin import StandIn, answer
from tasks import FOUND, JOB, ME, Gate, Scripted, asked, cancelled, fine, job, run, token


def test_a_cancelled_task_ends_its_exchange_and_nothing_else() -> None:
    async def main() -> None:
        gate = Gate()
        transport = Scripted(lambda request: gate(request) if request.url.endswith("slow") else fine(request))
        client = transport.client()
        slow = asked(client, "/api/v2/slow")
        await gate.asked.wait()
        await cancelled(slow)
        assert transport.cut == 1
        assert not client._pump._boxes
        assert await client.call(*ME).json() == FOUND

    run(main())


def test_a_time_that_is_up_ends_the_exchange() -> None:
    async def main() -> None:
        async def late(_: pegcount.Request) -> pegcount.Response:
            limit.reschedule(asyncio.get_running_loop().time())
            return await asyncio.get_running_loop().create_future()

        transport = Scripted(late)
        client = transport.client()
        result = client.call(*ME)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(None) as limit:
                await result.json()
        assert transport.cut == 1
        assert [page async for page in result] == []

    run(main())


def test_a_cancelled_task_frees_the_connection(server: StandIn) -> None:
    let_go = threading.Event()
    server.queue.append(lambda connection: connection.recv(1) or let_go.set())

    async def main() -> None:
        places = {"api_url": server.url, "login_url": server.url, "client_id": "id", "client_secret": "s"}
        async with pegcount.AsyncClient(**places, token_store=False) as client:
            slow = asked(client)
            while len(server.requests) < 2:
                await asyncio.sleep(0)
            await cancelled(slow)
            assert await asyncio.to_thread(let_go.wait, 20)
            server.queue.append(answer('{"id":"me"}'))
            assert await client.call(*ME).json() == FOUND

    run(main())


def test_a_log_in_goes_on_for_those_who_wait() -> None:
    async def main() -> None:
        gate = Gate(lambda _: token())
        transport = Scripted(login=gate)
        client = transport.client()
        tasks = [asked(client) for _ in range(4)]
        await gate.asked.wait()
        # Whoever logs in is the first; who takes it over the second, then the third.
        for task in tasks[:3]:
            await asyncio.sleep(0)
            await cancelled(task)
        gate.opened.set()
        assert await tasks[3] == FOUND
        assert (transport.logins, transport.cut) == (1, 0)

    run(main())


def test_a_log_in_is_handed_on_by_one_whose_call_has_ended() -> None:
    async def main() -> None:
        gate = Gate(lambda _: token())
        client = Scripted(login=gate).client()
        first = asyncio.ensure_future(client.call(*ME, deadline=0.01).json())
        await gate.asked.wait()
        (box,) = client._pump._boxes.values()
        second = asked(client)
        while not box.events:
            await asyncio.sleep(0)
        await cancelled(first)
        gate.opened.set()
        assert await second == FOUND

    run(main())


def test_a_log_in_that_nobody_waits_for_ends() -> None:
    async def main() -> None:
        gate = Gate(lambda _: token())
        transport = Scripted(login=gate)
        client = transport.client()
        tasks = [asked(client) for _ in range(4)]
        await gate.asked.wait()
        await cancelled(*tasks)
        assert (transport.logins, transport.cut) == (1, 1)
        gate.opened.set()
        assert await client.call(*ME).json() == FOUND
        assert transport.logins == 2

    run(main())


class SlowStore(pegcount.FileStore):
    """A store that takes its time to make the lock."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.asked, self.goes_on = threading.Event(), threading.Event()

    def lock(self, owner: str, takeover: str | None) -> str:
        self.asked.set()
        assert self.goes_on.wait(20)
        return super().lock(owner, takeover)


@pytest.mark.parametrize("where", ["store", "login", "me"])
def test_a_cancelled_task_leaves_no_lock_behind(tmp_path: Path, where: str) -> None:
    async def main() -> None:
        gate = Gate()
        store = SlowStore(tmp_path / "token.json")
        transport = Scripted(gate if where == "me" else fine, gate if where == "login" else lambda _: token())
        client = transport.client(token_store=store)
        task = asked(client)
        assert await asyncio.to_thread(store.asked.wait, 20)
        if where == "store":
            asyncio.get_running_loop().call_soon(store.goes_on.set)
        else:
            store.goes_on.set()
            await gate.asked.wait()
        await cancelled(task)
        assert not (tmp_path / "token.json.lock").exists()

    run(main())


def test_a_store_that_hangs_holds_up_no_second_cancellation(tmp_path: Path) -> None:
    async def main() -> None:
        store = SlowStore(tmp_path / "token.json")
        task = asked(Scripted().client(token_store=store))
        assert await asyncio.to_thread(store.asked.wait, 20)
        task.cancel()
        await asyncio.sleep(0)
        await cancelled(task)
        assert not store.goes_on.is_set()
        store.goes_on.set()

    run(main())


def test_a_store_does_not_hold_up_the_loop(tmp_path: Path) -> None:
    async def main() -> None:
        store = SlowStore(tmp_path / "token.json")
        client = Scripted().client(token_store=store)
        task = asked(client)
        assert await asyncio.to_thread(store.asked.wait, 20)
        store.goes_on.set()
        assert await task == FOUND
        assert store.load() is not None

    run(main())


@pytest.mark.parametrize("end", ["close", "aclose"])
def test_a_result_that_is_closed_by_another_task(end: str) -> None:
    async def main() -> None:
        gates = {"me": Gate(), "other": Gate()}
        transport = Scripted(lambda request: gates[request.url.rpartition("/")[2]](request))
        client = transport.client()
        other = asked(client, "/api/v2/other")
        await gates["other"].asked.wait()
        result = client.call(*ME)
        reader = asyncio.ensure_future(result.json())
        await gates["me"].asked.wait()
        closing = getattr(result, end)()
        if closing is not None:
            await closing
        with pytest.raises(pegcount.CancelledError):
            await reader
        assert transport.cut == 1
        gates["other"].opened.set()
        assert await other == FOUND

    run(main())


def test_a_result_that_is_closed_while_its_reader_sleeps() -> None:
    async def main() -> None:
        gate = Gate(lambda _: token())
        client = Scripted(login=gate).client()
        first = asked(client)
        await gate.asked.wait()
        result = client.call(*ME)
        sleeper = asyncio.ensure_future(result.json())
        while not client._pump._sleepers:
            await asyncio.sleep(0)
        assert client._pump._timer is not None
        result.close()
        with pytest.raises(pegcount.CancelledError):
            await sleeper
        assert client._pump._timer is None, "it would ring for nobody"
        gate.opened.set()
        assert await first == FOUND

    run(main())


def test_a_result_that_is_closed_in_the_middle_of_a_log_in() -> None:
    async def main() -> None:
        gate = Gate(lambda _: token())
        transport = Scripted(login=gate)
        result = transport.client().call(*ME)
        reader = asyncio.ensure_future(result.json())
        await gate.asked.wait()
        await result.aclose()
        with pytest.raises(pegcount.CancelledError):
            await reader
        assert transport.cut == 1

    run(main())


@pytest.mark.parametrize("end", ["cancel", "aclose", "client"])
def test_a_job_that_nobody_wants_is_ended_on_the_server(end: str, clock: FakeClock) -> None:
    async def main() -> None:
        gate = Gate()
        look = ("GET", "/7d0b5a1e-1111-4222-8333-444455556666")
        transport = Scripted(
            lambda request: gate(request) if (request.method, request.url[-37:]) == look else job(request)
        )
        client = transport.client(clock=clock)
        result = client.report(JOB)
        reader = asyncio.ensure_future(result.read())
        await gate.asked.wait()
        if end == "cancel":
            await cancelled(reader)
        else:
            await (result.aclose() if end == "aclose" else client.close())
            with pytest.raises(pegcount.CancelledError):
                await reader
        assert transport.requests[-1].method == "DELETE"
        assert not client._pump._flying

    run(main())


def test_a_task_that_is_cancelled_while_rows_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, goes_on = threading.Event(), threading.Event()

    def decode(*_: object) -> dict[str, object]:
        begun.set()
        assert goes_on.wait(20)
        return {}

    monkeypatch.setattr(_native, "decode", decode)

    async def main() -> None:
        client = Scripted().client()
        result = client.call(*ME)
        reader = asyncio.ensure_future(result.read())
        assert await asyncio.to_thread(begun.wait, 20)
        await cancelled(reader)
        assert not client._pump._boxes
        goes_on.set()

    run(main())


def test_a_transport_that_does_not_end_holds_up_no_second_cancellation() -> None:
    async def main() -> None:
        begun, asked_to_end, ends = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def stubborn(_: pegcount.Request) -> pegcount.Response:
            begun.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                asked_to_end.set()
                await ends.wait()
            raise OSError("too late to be heard")

        task = asked(Scripted(stubborn).client())
        await begun.wait()
        task.cancel()
        await asked_to_end.wait()
        await cancelled(task)
        ends.set()
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0)

    run(main())


def test_closing_ends_what_is_open() -> None:
    async def main() -> None:
        gate = Gate()
        transport = Scripted(gate)
        async with transport.client() as client:
            untouched = client.call(*ME)
            reader = asked(client)
            await gate.asked.wait()
        assert transport.closed
        assert transport.cut == 1
        for ended in (reader, untouched.json()):
            with pytest.raises(pegcount.CancelledError) as caught:
                await ended
            assert caught.value.code == "cancelled"

    run(main())


def test_closing_in_the_middle_of_a_log_in(tmp_path: Path) -> None:
    async def main() -> None:
        gate = Gate(lambda _: token())
        transport = Scripted(login=gate)
        async with transport.client(token_store=tmp_path / "token.json") as client:
            readers = [asked(client) for _ in range(3)]
            await gate.asked.wait()
        for reader in readers:
            with pytest.raises(pegcount.CancelledError):
                await reader
        assert not (tmp_path / "token.json.lock").exists()

    run(main())


def test_a_result_that_is_let_go_is_cancelled() -> None:
    async def main() -> None:
        client = Scripted().client()
        abandoned, kept = client.call(*ME), client.call(*ME)
        del abandoned
        gc.collect()
        assert await kept.json() == FOUND
        assert not client._pump._boxes

    run(main())


def test_a_loop_that_is_left_early() -> None:
    async def main() -> None:
        async with Scripted().client() as client:
            async for page in client.call(*ME):
                assert page.json() == FOUND
                break
            async with client.call(*ME) as result:
                pass
            with pytest.raises(ValueError, match="was closed"):
                await result.read()
            assert await client.call(*ME).json() == FOUND

    run(main())


@pytest.mark.parametrize("seed", range(10))
def test_whoever_is_cancelled_the_others_get_what_they_asked_for(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)

    async def late(request: pegcount.Request) -> pegcount.Response:
        for _ in range(chance.randrange(6)):
            await asyncio.sleep(0)
        return token() if request.url.endswith("/oauth/token") else fine(request)

    async def crowd(client: pegcount.AsyncClient) -> None:
        tasks = [asked(client) for _ in range(40)]
        doomed = chance.sample(tasks, 25)
        for task in doomed:
            for _ in range(chance.randrange(3)):
                await asyncio.sleep(0)
            task.cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        for task, what in zip(tasks, found, strict=True):
            assert what == FOUND or (task in doomed and isinstance(what, asyncio.CancelledError))

    async def main() -> None:
        transport = Scripted(late, late)
        async with transport.client(max_in_flight=3, token_store=tmp_path / "token.json", pace=100_000) as client:
            await crowd(client)
            gc.collect()
            # Those that were cancelled before they began are forgotten at the next turn.
            assert await client.call(*ME).json() == FOUND
            assert not client._pump._boxes
            assert not client._pump._exchanges
            assert not client._pump._flying
        assert not (tmp_path / "token.json.lock").exists()

    run(main())
