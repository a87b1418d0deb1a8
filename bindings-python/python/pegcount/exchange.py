"""How `Urllib3Transport` uses urllib3: imported with the first request, not with the package."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import time
from contextlib import suppress
from functools import partial

import urllib3
import urllib3.connection
import urllib3.connectionpool
import urllib3.exceptions

from .messages import CHUNK, Body, Request, Response, TransportError, kind_of
from .surroundings import trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# What this thread sends, and whether it has a connection: from then on the server may have received the request.
_exchange = threading.local()


class _Limited(io.RawIOBase):
    """A socket's bytes until a deadline: a socket's own timeout begins anew with every byte that trickles in."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: float) -> None:
        self._raw = raw
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, deadline: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_Limited(sock.makefile("rb", 0), sock, deadline), CHUNK)


class _Connection(urllib3.connection.HTTPConnection):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whose exchange it carries: read and written by several threads.
        self._turn = threading.Lock()
        self._carries: Request | None = None

    def connect(self) -> None:
        super().connect()
        self._carry()

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            self._carry()
        super().request(*args, **kwargs)

    def _carry(self) -> None:
        request: Request = _exchange.request
        with self._turn:
            self._carries = request
        request.stop = partial(self._stop, request)
        # Only now: whoever aborts either finds what to call, or was here before.
        if request.aborted:
            raise TransportError("cancelled", sent=False)
        _exchange.connected = True

    def _stop(self, request: Request) -> None:
        """Ends an exchange from another thread. A later one, which the connection carries by now, goes on."""
        with self._turn:
            if self._carries is request:
                # TLS within TLS, to a proxy, lies around the socket.
                sock = getattr(self.sock, "socket", self.sock)
                if isinstance(sock, socket.socket):
                    with suppress(OSError):
                        # Not the method of TLS, which would take its state away from the thread that reads.
                        socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def getresponse(self) -> Any:
        # urllib3 sets what is left of the total as the timeout of each read.
        deadline = time.monotonic() + (self.timeout or 0)
        self.response_class = partial(_Response, deadline=deadline)  # type: ignore[assignment]
        try:
            return super().getresponse()
        finally:
            # The answer of a proxy to CONNECT is read by the class's own.
            del self.response_class


class _SecureConnection(_Connection, urllib3.connection.HTTPSConnection):
    pass


class _Pool(urllib3.connectionpool.HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(urllib3.connectionpool.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def pool(url: str, proxy: str | None, ca_file: str | None, connections: int) -> urllib3.PoolManager:
    """A pool of connections to the origin of a URL, straight or through a proxy."""
    settings: dict[str, Any] = {"maxsize": connections, "block": False, "retries": False}
    if url.startswith("https:") or (proxy or "").startswith("https:"):
        # Reading the trust store takes longer than importing all the rest.
        settings["ssl_context"] = trust(ca_file)
    manager: urllib3.PoolManager
    if proxy is None:
        manager = urllib3.PoolManager(**settings)
    else:
        address = urllib3.util.parse_url(proxy)
        headers = urllib3.make_headers(proxy_basic_auth=address.auth) if address.auth else None
        manager = urllib3.ProxyManager(address._replace(auth=None).url, proxy_headers=headers, **settings)
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return manager


def exchange(manager: urllib3.PoolManager, request: Request, timeout: float) -> Response:
    """Sends a request and reads the whole answer."""
    _exchange.connected = False
    _exchange.request = request
    headers = urllib3.HTTPHeaderDict(request.headers)
    headers.setdefault("Accept-Encoding", "gzip")
    try:
        answer = manager.urlopen(
            request.method,
            request.url,
            headers=headers,
            body=request.body,
            timeout=urllib3.Timeout(total=timeout),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        try:
            # The deadline is kept by the connection; this one ends what decompresses for too long.
            body = Body(request, answer.headers, time.monotonic() + timeout).take_all(_chunks(answer))
            answer.release_conn()
        finally:
            # What was not read to its end must not be used again.
            answer.close()
        return Response(answer.status, answer.headers.items(), body)
    except TransportError:
        raise
    except Exception as error:
        raise _failure(error) from None
    finally:
        # The connection holds the request: neither shall hold the other.
        request.stop = _exchange.request = None


def _chunks(answer: Any) -> Iterator[bytes]:
    while chunk := answer.read(CHUNK):
        yield chunk


def _failure(error: Exception) -> TransportError:
    connected = bool(_exchange.connected)
    match error:
        case urllib3.exceptions.ProxyError():
            cause = "proxy"
        case urllib3.exceptions.NewConnectionError():
            # To urllib3 it is a timeout, too.
            cause = connection_cause(error) or "refused"
        case urllib3.exceptions.TimeoutError() | TimeoutError():
            cause = "timeout"
        case urllib3.exceptions.SSLError() | ssl.SSLError():
            cause = "tls"
        case _ if not connected:
            cause = connection_cause(error) or "broken"
        case _:
            cause = "broken"
    return TransportError(cause, sent=connected, detail=kind_of(error))


def connection_cause(error: BaseException | None) -> str | None:
    """Why no connection came about, read from the errors that led to this one; None if that does not show."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        match error:
            case urllib3.exceptions.NameResolutionError() | socket.gaierror():
                return "dns"
            case ssl.SSLError() | ssl.CertificateError():
                return "tls"
            case ConnectionRefusedError() | urllib3.exceptions.NewConnectionError():
                return "refused"
        inner = getattr(error, "reason", None)
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__
    return None
