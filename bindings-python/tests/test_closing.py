"""A client that is closed: nothing is asked of it any more, and nothing of it is left."""

from __future__ import annotations

import contextlib
import gc
import socket
import ssl
import threading
import warnings
from pathlib import Path
from typing import Any

import pegcount
import pytest
import trustme
from conftest import Sandbox
from standin import TOKEN, StandIn, answer, received
from tasks import run


def refused(client: Any) -> None:
    with pytest.raises(pegcount.CancelledError, match="the client is closed") as caught:
        client.directory("queues")
    assert caught.value.code == caught.value.explanation.code == "cancelled"


def test_a_closed_client_says_so(sandbox: Sandbox) -> None:
    with sandbox.client() as client:
        assert client.directory("queues").read()
        untouched = client.directory("queues")
    client.close()
    refused(client)
    with pytest.raises(pegcount.CancelledError, match="cancelled by the caller"):
        untouched.read()
    assert len(sandbox.requests("/queues")) == 1


def test_a_closed_client_of_tasks_says_so(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with pegcount.AsyncClient(**sandbox.settings(), token_store=False) as client:
            assert await client.directory("queues").read()
            untouched = client.directory("queues")
        await client.close()
        refused(client)
        with pytest.raises(pegcount.CancelledError, match="cancelled by the caller"):
            await untouched.read()

    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always", ResourceWarning)
        run(main())
        gc.collect()
    assert not [str(one.message) for one in left if "Unclosed" in str(one.message)]
    assert len(sandbox.requests("/queues")) == 1


ENDS = {
    "client": lambda client, result: client.close(),
    "result": lambda client, result: result.close(),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
def test_a_thread_that_waits_for_an_answer_is_woken(secure: bool, end: str, tmp_path: Path) -> None:
    asked, gone = threading.Event(), threading.Event()
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        plain, _ = listener.accept()
        connection = context.wrap_socket(plain, server_side=True) if secure else plain
        with connection, connection.makefile("rb") as stream:
            assert received(stream).startswith(b"POST /oauth/token")
            connection.sendall(TOKEN)
            assert received(stream).startswith(b"GET /api/v2/users/me")
            asked.set()
            with contextlib.suppress(OSError):
                # Nothing more comes until the client goes.
                assert stream.read(1) == b""
            gone.set()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    url = f"{'https' if secure else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    transport = pegcount.Urllib3Transport(ca_file=str(tmp_path / "ca.pem"))
    places = {"api_url": url, "login_url": url, "token_store": False, "transport": transport}
    client = pegcount.Client(client_id="id", client_secret="s", timeout=600, **places)  # type: ignore[arg-type]
    result = client.call("GET", "/api/v2/users/me")
    ended: list[BaseException] = []

    def read() -> None:
        try:
            result.json()
        except pegcount.CancelledError as error:
            ended.append(error)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    assert asked.wait(20)
    ENDS[end](client, result)
    reader.join(20)
    assert [str(error.code) for error in ended] == ["cancelled"]
    assert gone.wait(20)
    server.join(20)
    listener.close()


def test_an_exchange_that_is_over_stops_no_later_one(server: StandIn) -> None:
    stops: list[Any] = []

    class Watched(pegcount.Request):
        """A request whose way to be stopped a test keeps."""

        __slots__ = ()

        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, value)
            if name == "stop" and value is not None:
                stops.append(value)

    def late(connection: socket.socket) -> None:
        stops[0]()
        connection.sendall(answer('{"n":2}'))

    server.queue.extend([answer('{"n":1}'), late])
    transport = pegcount.Urllib3Transport()
    bodies = [transport.send(Watched("GET", server.url + "/me", []), 20).body for _ in range(2)]
    assert (bodies, server.connections, len(stops)) == ([b'{"n":1}', b'{"n":2}'], 1, 2)


def test_a_request_that_was_given_up_is_not_sent(server: StandIn) -> None:
    request = pegcount.Request("GET", server.url + "/me", [])
    request.aborted = True
    with pytest.raises(pegcount.TransportError) as caught:
        pegcount.Urllib3Transport().send(request, 20)
    assert (caught.value.cause, caught.value.sent, server.requests) == ("cancelled", False, [])
