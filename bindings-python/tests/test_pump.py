"""The pump: threads, forks, interrupts, waits. The machine's own rules are tested in the core."""

from __future__ import annotations

import gc
import os
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any, ClassVar

import pegcount
import pytest
from conftest import FakeClock, Sandbox
from standin import StandIn, answer
from tasks import JOB, fine, job

ME = ("GET", "/api/v2/users/me")


def client(server: StandIn, **settings: Any) -> pegcount.Client:
    places = {"api_url": server.url, "login_url": server.url, "client_id": "id", "client_secret": "secret-SECRET"}
    return pegcount.Client(**(places | {"token_store": False} | settings))


class Scripted:
    """A transport that answers at once with what a test made up."""

    def __init__(self, respond: Callable[[pegcount.Request], pegcount.Response]) -> None:
        self.respond = respond
        self.requests: list[pegcount.Request] = []
        self.timeouts: list[float] = []

    def send(self, request: pegcount.Request, timeout: float) -> pegcount.Response:
        self.requests.append(request)
        self.timeouts.append(timeout)
        if request.url.endswith("/oauth/token"):
            return pegcount.Response(200, [], b'{"access_token":"tok-SECRET-1","expires_in":86400}')
        return self.respond(request)


def scripted(
    respond: Callable[[pegcount.Request], pegcount.Response], **settings: Any
) -> tuple[pegcount.Client, Scripted]:
    transport = Scripted(respond)
    made = pegcount.Client("eu-west-1", "id", "secret-SECRET", token_store=False, transport=transport, **settings)
    return made, transport


def test_one_log_in_serves_all_calls() -> None:
    made, transport = scripted(fine)
    for _ in range(3):
        assert made.call(*ME).json() == {"id": "me"}
    assert [request.url.rpartition("/")[2] for request in transport.requests] == ["token", "me", "me", "me"]
    assert dict(transport.requests[1].headers)["authorization"] == "Bearer tok-SECRET-1"


def test_nothing_is_sent_before_a_page_is_asked_for() -> None:
    made, transport = scripted(fine)
    result = made.call(*ME)
    assert not transport.requests
    pages = list(result)
    assert [page.number for page in pages] == [1]
    assert result.request_ids == ["x-1"]
    assert result.summary is not None
    assert (result.summary.pages, result.summary.requests) == (1, 1)
    assert list(result) == []


def test_a_wait_is_sat_out_on_the_clock(clock: FakeClock) -> None:
    answers = iter([pegcount.Response(429, [("Retry-After", "7")], b"{}"), fine])
    made, _ = scripted(lambda request: found(request) if callable(found := next(answers)) else found, clock=clock)
    assert made.call(*ME).json() == {"id": "me"}
    assert 7 <= sum(clock.waits) < 9
    assert len(clock.waits) <= 2, "it sleeps once, it does not look again and again"
    assert made.last_notice is not None
    assert made.last_notice.kind == "limit"
    assert made.last_notice.wait is not None
    assert made.last_notice.wait >= 7


def test_a_deadline_ends_a_call_that_waits(clock: FakeClock) -> None:
    made, _ = scripted(lambda _: pegcount.Response(503, [], b"{}"), clock=clock)
    began = clock.now
    with pytest.raises(pegcount.PegcountError) as caught:
        made.call(*ME, deadline=1).json()
    assert caught.value.code in ("limit.budget", "server.unavailable")
    assert clock.now - began <= 1.1


def test_timeouts_reach_the_transport() -> None:
    made, transport = scripted(fine, timeout=12)
    made.call(*ME).json()
    made.call(*ME, timeout=3).json()
    assert transport.timeouts == [12, 12, 3]


def test_a_clock_that_jumps(clock: FakeClock) -> None:
    made, transport = scripted(fine, clock=clock)
    made.call(*ME).json()
    clock.now -= 500
    clock.wall += 10 * 365 * 86_400
    assert made.call(*ME).json() == {"id": "me"}
    clock.wall = -5
    assert made.call(*ME).json() == {"id": "me"}
    clock.now += 100 * 86_400
    assert made.call(*ME).json() == {"id": "me"}
    assert sum(request.url.endswith("/oauth/token") for request in transport.requests) == 2


def test_threads_share_a_client(server: StandIn) -> None:
    made = client(server)
    server.queue.extend(answer(f'{{"n":{n}}}') for n in range(24))
    found: list[Any] = []

    def ask() -> None:
        for _ in range(3):
            found.append(made.call(*ME).json()["n"])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(found) == list(range(24))
    assert server.logins == 1


def test_a_slow_call_does_not_hold_up_the_others() -> None:
    slow_asked, slow_goes_on = threading.Event(), threading.Event()

    def respond(request: pegcount.Request) -> pegcount.Response:
        if request.url.endswith("slow"):
            slow_asked.set()
            assert slow_goes_on.wait(20)
        return fine(request)

    made, _ = scripted(respond)
    thread = threading.Thread(target=lambda: made.call("GET", "/api/v2/slow").json())
    thread.start()
    assert slow_asked.wait(20)
    assert made.call(*ME).json() == {"id": "me"}
    slow_goes_on.set()
    thread.join(20)


def test_one_thread_waits_for_the_log_in_of_another() -> None:
    asked, go_on = threading.Event(), threading.Event()
    made, transport = scripted(fine)
    send = transport.send

    def slow_login(request: pegcount.Request, timeout: float) -> pegcount.Response:
        if request.url.endswith("/oauth/token"):
            asked.set()
            assert go_on.wait(20)
        return send(request, timeout)

    transport.send = slow_login  # type: ignore[method-assign]
    found: list[Any] = []
    threads = [threading.Thread(target=lambda: found.append(made.call(*ME).json())) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert asked.wait(20)
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert found == [{"id": "me"}] * 4
    assert sum(request.url.endswith("/oauth/token") for request in transport.requests) == 1


def test_a_transport_with_answers_of_its_own() -> None:
    class Answer:
        status = 200
        headers: ClassVar = {"Content-Type": "application/json", "X-Count": 3}
        body = bytearray(b'{"id":"me"}')

    made, _ = scripted(lambda _: Answer())  # type: ignore[arg-type,return-value]
    assert made.call(*ME).json() == {"id": "me"}


def test_threads_that_wait_do_not_wake_each_other() -> None:
    asked, go_on = threading.Event(), threading.Event()
    polls: list[int] = []

    class Counting:
        time = staticmethod(time.time)

        @staticmethod
        def monotonic() -> float:
            polls.append(1)
            return time.monotonic()

    made, transport = scripted(fine, clock=Counting)
    send = transport.send

    def slow_login(request: pegcount.Request, timeout: float) -> pegcount.Response:
        if request.url.endswith("/oauth/token"):
            asked.set()
            go_on.wait(20)
        return send(request, timeout)

    transport.send = slow_login  # type: ignore[method-assign]
    threads = [threading.Thread(target=lambda: made.call(*ME).json()) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert asked.wait(20)
    go_on.wait(0.1)
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert len(polls) < 400


def test_a_result_that_is_closed_by_another_thread() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def respond(request: pegcount.Request) -> pegcount.Response:
        asked.set()
        assert go_on.wait(20)
        return fine(request)

    made, _ = scripted(respond)
    result = made.call(*ME)
    ended: list[BaseException] = []

    def read() -> None:
        try:
            result.json()
        except pegcount.CancelledError as error:
            ended.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    assert asked.wait(20)
    result.close()
    go_on.set()
    thread.join(20)
    assert [type(error).__name__ for error in ended] == ["CancelledError"]


def test_a_page_that_is_done_with_is_gone_at_once(sandbox: Sandbox) -> None:
    gc.disable()
    try:
        page = next(iter(sandbox.client().conversations(sandbox.interval)))
        assert len(page.tables["segments"]) > 0
        gone = weakref.ref(page.tables)
        del page
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("where", ["/oauth/token", "/me"])
def test_an_interrupt_cancels_the_call_and_nothing_else(where: str) -> None:
    made, transport = scripted(fine)
    send, interrupted = transport.send, []

    def interrupt(request: pegcount.Request, timeout: float) -> pegcount.Response:
        if request.url.endswith(where) and not interrupted:
            interrupted.append(request)
            raise KeyboardInterrupt
        return send(request, timeout)

    transport.send = interrupt  # type: ignore[method-assign]
    result = made.call(*ME)
    with pytest.raises(KeyboardInterrupt):
        result.json()
    assert list(result) == []
    assert made.call(*ME).json() == {"id": "me"}


def test_an_interrupt_leaves_no_lock_behind(tmp_path: Any) -> None:
    def interrupt(request: pegcount.Request) -> pegcount.Response:
        raise KeyboardInterrupt

    store = pegcount.FileStore(tmp_path / "token.json")
    made = pegcount.Client("eu-west-1", "id", "s", token_store=store, transport=Scripted(interrupt))
    with pytest.raises(KeyboardInterrupt):
        made.call(*ME).json()
    assert not (tmp_path / "token.json.lock").exists()
    assert store.load() is not None


def test_a_job_that_nobody_wants_is_ended_on_the_server(clock: FakeClock) -> None:
    def respond(request: pegcount.Request) -> pegcount.Response:
        if request.method == "GET" and not request.url.endswith("/availability"):
            raise KeyboardInterrupt
        return job(request)

    made, transport = scripted(respond, clock=clock)
    with pytest.raises(KeyboardInterrupt):
        made.report(JOB).read()
    assert transport.requests[-1].method == "DELETE"


def test_a_result_that_is_let_go_is_cancelled() -> None:
    made, _ = scripted(fine)
    abandoned = made.call(*ME)
    kept = made.call(*ME)
    del abandoned
    gc.collect()
    assert kept.json() == {"id": "me"}
    assert len(made._pump._boxes) == 0


def test_closing_ends_what_is_open() -> None:
    made, _ = scripted(fine)
    with made:
        result = made.call(*ME)
    with pytest.raises(pegcount.CancelledError) as caught:
        result.json()
    assert caught.value.code == "cancelled"


def test_a_transport_that_fails_in_its_own_way_is_explained() -> None:
    class StrangeError(Exception):
        pass

    def fail(_: pegcount.Request) -> pegcount.Response:
        raise StrangeError("Bearer tok-SECRET-1 in the text of a stranger")

    made, _ = scripted(fail, clock=FakeClock())
    with pytest.raises(pegcount.NetworkError) as caught:
        made.call(*ME).json()
    assert caught.value.code == "network.broken"
    told = "".join(map(str, made.notices)) + str(caught.value) + str(caught.value.explanation)
    assert "SECRET" not in told
    assert "StrangeError" in told


def test_a_mistake_in_a_transport_comes_to_light() -> None:
    def fail(_: pegcount.Request) -> pegcount.Response:
        raise AttributeError("no such thing")

    made, _ = scripted(fail, clock=FakeClock())
    with pytest.raises(AttributeError, match="no such thing"):
        made.call(*ME).json()


def test_a_result_is_read_once() -> None:
    made, _ = scripted(fine)
    result = made.call(*ME)
    result.json()
    for again in (result.json, result.read):
        with pytest.raises(ValueError, match="has ended"):
            again()
    assert list(result) == []
    closed = made.call(*ME)
    closed.close()
    with pytest.raises(ValueError, match="was closed"):
        closed.read()


@pytest.mark.parametrize("span", [0, -1, float("nan"), float("inf")])
def test_a_time_that_is_no_span_is_refused_at_once(span: float) -> None:
    made, _ = scripted(fine)
    for wish in ("timeout", "deadline"):
        with pytest.raises(pegcount.ConfigError) as caught:
            made.call(*ME, **{wish: span})
        assert "above 0" in str(caught.value)


@pytest.mark.parametrize("span", [1e10, 1e300, 1.7e308, 10**400])
def test_a_time_that_nobody_can_wait_for_is_refused_by_name(span: float) -> None:
    made, _ = scripted(fine)
    for wish in ("timeout", "deadline"):
        for ask in (made.call, lambda *_, **wishes: scripted(fine, **wishes)):
            with pytest.raises(pegcount.ConfigError, match=f"^{wish} is more than thirty years") as caught:
                ask(*ME, **{wish: span})
            assert caught.value.code == "config.value"


def test_a_transport_that_ignores_the_limit_of_the_body(clock: FakeClock) -> None:
    made, _ = scripted(lambda _: pegcount.Response(200, [], bytes(2000)), max_body=1000, clock=clock)
    with pytest.raises(pegcount.LimitError) as caught:
        made.call(*ME).json()
    assert caught.value.code == "limit.answer_too_large"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_after_a_fork_both_processes_go_on(server: StandIn) -> None:
    made = client(server)
    server.queue.extend([answer('{"n":1}'), answer('{"n":2}'), answer('{"n":3}')])
    assert made.call(*ME).json() == {"n": 1}
    child = os.fork()
    if child == 0:
        os._exit(made.call(*ME).json()["n"])
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 2
    assert made.call(*ME).json() == {"n": 3}
    assert server.logins == 1
    assert server.connections == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_while_another_thread_asks() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def respond(request: pegcount.Request) -> pegcount.Response:
        if request.url.endswith("slow"):
            asked.set()
            assert go_on.wait(20)
        return fine(request)

    made, _ = scripted(respond, max_in_flight=1)
    thread = threading.Thread(target=lambda: made.call("GET", "/api/v2/slow").json())
    thread.start()
    assert asked.wait(20)
    child = os.fork()
    if child == 0:
        os._exit(0 if made.call(*ME).json() == {"id": "me"} else 1)
    go_on.set()
    thread.join(20)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_a_store_that_fails_is_told_and_the_report_goes_on() -> None:
    class Broken:
        def load(self) -> str | None:
            raise OSError(28, "No space left on device")

        lock = save = unlock = load

    made = pegcount.Client("eu-west-1", "id", "s", token_store=Broken(), transport=Scripted(fine))  # type: ignore[arg-type]
    assert made.call(*ME).json() == {"id": "me"}
    assert any(notice.kind == "store" and "No space left" in notice.text for notice in made.notices)
