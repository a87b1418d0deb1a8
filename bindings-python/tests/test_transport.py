"""One exchange: what can go wrong on the wire, and whether the server may have received the request."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import itertools
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pegcount
import pytest
import trustme
from standin import StandIn, answer, trickle


class AiohttpTransport:
    """The transport of tasks, for tests that know nothing of them."""

    def __init__(self, **settings: Any) -> None:
        self._transport = pegcount.AiohttpTransport(**settings)
        self._runner = asyncio.Runner()

    def send(self, request: pegcount.Request, timeout: float) -> pegcount.Response:
        return self._runner.run(self._transport.send(request, timeout))

    def close(self) -> None:
        self._runner.run(self._transport.close())
        self._runner.close()


# Ours read the environment themselves, and keep time to the last byte.
OURS = [pegcount.Urllib3Transport, AiohttpTransport]
TRANSPORTS = [*OURS, pegcount.RequestsTransport, pegcount.HttpxTransport]


@pytest.fixture(params=TRANSPORTS, ids=lambda kind: kind.__name__)
def transport(request: pytest.FixtureRequest) -> Any:
    made = request.param()
    yield made
    made.close()


@pytest.fixture(params=OURS, ids=lambda kind: kind.__name__)
def ours(request: pytest.FixtureRequest) -> Any:
    made = request.param()
    yield made
    made.close()


def get(transport: Any, url: str, timeout: float = 10, **more: Any) -> pegcount.Response:
    headers = [("Authorization", "Bearer tok-SECRET")]
    response: pegcount.Response = transport.send(pegcount.Request("GET", url, headers, **more), timeout)
    return response


def failure(transport: Any, url: str, timeout: float = 10, **more: Any) -> tuple[str, bool]:
    with pytest.raises(pegcount.TransportError) as caught:
        get(transport, url, timeout, **more)
    assert "SECRET" not in str(caught.value)
    return caught.value.cause, caught.value.sent


def test_an_answer_comes_back_whatever_its_status(transport: Any, server: StandIn) -> None:
    server.queue.append(answer('{"a":1}', "418 I'm a teapot", ININ_Correlation_Id="x-1"))
    response = get(transport, server.url)
    assert (response.status, response.body) == (418, b'{"a":1}')
    assert ("inin-correlation-id", "x-1") in [(name.lower(), value) for name, value in response.headers]


def test_the_request_goes_out_as_it_is(transport: Any, server: StandIn, tmp_path: Any) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password else\n")
    server.queue.append(answer("{}"))
    body = '{"é":1}'.encode()
    transport.send(pegcount.Request("POST", server.url + "/x?a=b%2Fc", [("Authorization", "Bearer t")], body), 10)
    sent = server.requests[0]
    assert sent.startswith(b"POST /x?a=b%2Fc HTTP/1.1\r\n")
    assert b"authorization: bearer t\r\n" in sent.lower()
    assert sent.endswith(b"\r\n\r\n" + body)


def test_no_header_is_added_that_means_something(ours: Any, server: StandIn) -> None:
    server.queue.append(answer("{}"))
    ours.send(pegcount.Request("POST", server.url, [("X", "y")], b"{}"), 10)
    names = {line.split(b":")[0].lower() for line in server.requests[0].split(b"\r\n")[1:]}
    assert not names & {b"accept", b"authorization", b"content-type", b"cookie"}


def test_a_redirect_is_handed_back_and_not_followed(transport: Any, server: StandIn) -> None:
    server.queue.append(answer("", "302 Found", Location=server.url + "/elsewhere"))
    assert get(transport, server.url).status == 302
    assert len(server.requests) == 1


def test_a_connection_serves_again(transport: Any, server: StandIn) -> None:
    for _ in range(3):
        server.queue.append(answer("{}"))
        get(transport, server.url)
    assert server.connections == 1


def test_nothing_is_sent_twice(transport: Any, server: StandIn) -> None:
    server.queue.extend([answer("{}"), lambda connection: None, answer("{}")])
    get(transport, server.url)
    assert failure(transport, server.url) == ("broken", True)
    assert len(server.requests) == 2


def test_no_cookie_is_kept(ours: Any, server: StandIn) -> None:
    # Jars do not keep what comes from an address.
    url = server.url.replace("127.0.0.1", "localhost")
    server.queue.extend([answer("{}", Set_Cookie="session=1; Path=/"), answer("{}")])
    get(ours, url)
    get(ours, url)
    assert b"cookie" not in server.requests[1].lower()


def test_a_long_header(transport: Any, server: StandIn) -> None:
    server.queue.append(answer("{}", "302 Found", Location="/" + "x" * 30_000))
    headers = {name.lower(): value for name, value in get(transport, server.url).headers}
    assert len(headers["location"]) == 30_001


def nobody() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_nobody_listens(transport: Any) -> None:
    assert failure(transport, nobody()) == ("refused", False)


def test_a_name_that_does_not_exist(transport: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert failure(transport, "http://login.mypurecloud.example") == ("dns", False)


def test_no_tls_there(transport: Any, server: StandIn) -> None:
    def not_tls(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    plain = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = plain.accept()
        with connection:
            not_tls(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    cause, _ = failure(transport, f"https://127.0.0.1:{plain.getsockname()[1]}")
    thread.join()
    plain.close()
    assert cause == "tls"


def test_the_server_never_answers(transport: Any, server: StandIn) -> None:
    server.queue.append(lambda connection: connection.recv(1) and None)
    assert failure(transport, server.url, timeout=0.2) == ("timeout", True)


def test_an_answer_that_trickles_ends_with_the_timeout(transport: Any, server: StandIn) -> None:
    server.queue.append(trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"))
    assert failure(transport, server.url, timeout=0.2) == ("timeout", True)


def test_a_head_that_trickles_ends_with_the_timeout(ours: Any, server: StandIn) -> None:
    server.queue.append(trickle(b"HTTP/1.1 200 OK\r\nX: "))
    assert failure(ours, server.url, timeout=0.2) == ("timeout", True)


def test_an_answer_that_stops_in_the_middle(transport: Any, server: StandIn) -> None:
    server.queue.append(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"))
    assert failure(transport, server.url) == ("broken", True)


def test_a_connection_that_is_reset(transport: Any, server: StandIn) -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    server.queue.append(reset)
    assert failure(transport, server.url) == ("broken", True)


def test_what_is_no_http(transport: Any, server: StandIn) -> None:
    server.queue.append(lambda connection: connection.sendall(b"220 smtp.example.com ESMTP\r\n"))
    assert failure(transport, server.url) == ("broken", True)


def test_compressed_answers(transport: Any, server: StandIn) -> None:
    text = b'{"conversations":[]}' * 1000
    for packed, encoding in [(gzip.compress(text), "gzip"), (zlib.compress(text), "deflate")]:
        server.queue.append(answer(packed, Content_Encoding=encoding))
        assert get(transport, server.url).body == text


def test_compressed_answers_in_pieces(ours: Any, server: StandIn) -> None:
    server.queue.append(answer(gzip.compress(b"{") + gzip.compress(b"}"), Content_Encoding="gzip"))
    server.queue.append(answer(gzip.compress(b"{}") + bytes(9), Content_Encoding="gzip"))
    server.queue.append(answer(b"", Content_Encoding="gzip"))
    assert get(ours, server.url).body == b"{}"
    assert get(ours, server.url).body == b"{}"
    assert get(ours, server.url).body == b""
    server.queue.append(answer(gzip.compress(b"{}" * 100)[:-9], Content_Encoding="gzip"))
    assert failure(ours, server.url) == ("broken", True)


def test_a_small_body_that_holds_gigabytes(transport: Any, server: StandIn) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    server.queue.append(answer(bomb, Content_Encoding="gzip"))
    assert failure(transport, server.url, max_body=1 << 20) == ("too_large", True)


def test_a_body_without_end(transport: Any, server: StandIn) -> None:
    def flood(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in itertools.count():
            connection.sendall(b"10000\r\n" + bytes(1 << 16) + b"\r\n")

    server.queue.append(flood)
    assert failure(transport, server.url, max_body=1 << 20) == ("too_large", True)
    server.queue.append(answer("{}"))
    assert get(transport, server.url).body == b"{}"


def test_proxies_come_from_the_environment(ours: Any, server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url.replace("http://", "http://user:word@"))
    server.queue.append(answer('{"by":"proxy"}'))
    assert get(ours, "http://api.mypurecloud.example/x").body == b'{"by":"proxy"}'
    assert server.requests[0].startswith(b"GET http://api.mypurecloud.example/x HTTP/1.1\r\n")
    assert b"proxy-authorization: basic dxnlcjp3b3jk" in server.requests[0].lower()
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server.queue.append(answer("{}"))
    get(ours, server.url + "/direct")
    assert server.requests[1].startswith(b"GET /direct ")


def test_a_proxy_that_is_not_there(ours: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", nobody())
    assert failure(ours, "https://api.mypurecloud.example") == ("proxy", False)


def test_a_proxy_that_refuses(ours: Any, server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", server.url)
    server.queue.append(answer("", "407 Proxy Authentication Required"))
    assert failure(ours, "https://api.mypurecloud.example") == ("proxy", False)


@pytest.fixture
def tls() -> Iterator[tuple[str, trustme.CA]]:
    """A server with a certificate of an authority that nobody knows."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _ = listener.accept()
                with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
                    connection.recv(1 << 16)
                    connection.sendall(answer("{}"))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}", authority
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_a_certificate_of_a_stranger(tls: tuple[str, trustme.CA], transport: Any) -> None:
    assert failure(transport, tls[0])[0] == "tls"


@pytest.mark.parametrize("kind", OURS)
def test_certificates_from_a_file(tls: tuple[str, trustme.CA], kind: Any, tmp_path: Path) -> None:
    tls[1].cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with contextlib.closing(kind(ca_file=str(tmp_path / "ca.pem"))) as transport:
        assert get(transport, tls[0]).body == b"{}"


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_certificates_from_the_environment(
    tls: tuple[str, trustme.CA], ours: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls[1].cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv(name, str(tmp_path / "ca.pem"))
    assert get(ours, tls[0]).body == b"{}"


def test_a_certificate_file_that_is_not_there(ours: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "absent.pem"))
    assert failure(ours, "https://127.0.0.1:9") == ("tls", False)


def test_a_header_that_would_split_the_request(ours: Any, server: StandIn) -> None:
    request = pegcount.Request("GET", server.url, [("Authorization", "Bearer tok-SECRET\r\nX: y")])
    with pytest.raises(pegcount.TransportError) as caught:
        ours.send(request, 10)
    assert not server.requests
    assert "SECRET" not in str(caught.value) + repr(request)
