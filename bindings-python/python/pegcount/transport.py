"""One exchange over HTTP, and nothing else: no retries, no redirects, no judgement of what came back.

A transport is any object with ``send(request, timeout) -> response``. It raises `TransportError` when no answer came.
"""

from __future__ import annotations

import time
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Protocol

    class Transport(Protocol):
        """Performs exchanges. Called from many threads at once."""

        def send(self, request: Request, timeout: float) -> Response:
            """Sends a request and reads the whole answer within ``timeout`` seconds."""


__all__ = ["HttpxTransport", "Request", "RequestsTransport", "Response", "TransportError", "Urllib3Transport"]

CHUNK = 1 << 16


class Request:
    """What to send. Never printed: the headers hold a token, the body of a log-in may hold a secret."""

    __slots__ = ("aborted", "body", "headers", "max_body", "method", "url")

    def __init__(
        self, method: str, url: str, headers: list[tuple[str, str]], body: bytes | None = None, max_body: int = 1 << 27
    ) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.max_body = max_body
        """The largest body to accept, in decompressed bytes; above it: `TransportError` with ``too_large``."""
        self.aborted = False
        """Set when the answer is no longer wanted."""

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.url.split('?')[0]}>"


class Response:
    """What came back: the status, every header, and the body with its content encoding removed."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Iterable[tuple[str, str]] | Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = list(headers.items() if hasattr(headers, "items") else headers)
        self.body = body

    def __repr__(self) -> str:
        return f"<Response {self.status}, {len(self.body)} bytes>"


class TransportError(Exception):
    """No answer came.

    ``cause`` is one of ``broken``, ``cancelled``, ``dns``, ``proxy``, ``redirected``, ``refused``, ``timeout``,
    ``tls``, ``too_large``; ``sent`` tells whether the server may have received the request.
    """

    def __init__(self, cause: str, *, sent: bool, detail: str = "") -> None:
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause = cause
        self.sent = sent
        self.detail = detail


class Urllib3Transport:
    """The default transport. Connections are kept and shared by threads.

    Proxies are taken from ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY``, unless ``proxy`` is given
    (an empty string for none). Certificates are checked against ``ca_file``, ``REQUESTS_CA_BUNDLE``, ``SSL_CERT_FILE``
    or ``CURL_CA_BUNDLE``, else the operating system's trust store (by `truststore`, if that is installed).
    """

    def __init__(self, *, proxy: str | None = None, ca_file: str | None = None, connections: int = 8) -> None:
        self._proxy = proxy
        self._ca_file = ca_file
        self._connections = connections
        self._pools: dict[str, Any] = {}

    def send(self, request: Request, timeout: float) -> Response:
        from .exchange import exchange

        return exchange(self._pool(request.url), request, timeout)

    def close(self) -> None:
        """Closes the connections. The transport may be used again."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.clear()

    def after_fork(self) -> None:
        """Forgets the connections without closing them: they are the parent's."""
        self._pools = {}

    def _pool(self, url: str) -> Any:
        # One for each origin: to ask the environment for its proxy takes a third of a request's time.
        origin = "/".join(url.split("/", 3)[:3])
        found = self._pools.get(origin)
        if found is None:
            from .exchange import pool
            from .surroundings import proxy_for

            found = self._pools[origin] = pool(url, proxy_for(url, self._proxy), self._ca_file, self._connections)
        return found


class RequestsTransport:
    """Sends through a `requests.Session`, for those who have one that is set up."""

    def __init__(self, session: Any = None) -> None:
        if session is None:
            import requests

            session = requests.Session()
        self._session = session

    def send(self, request: Request, timeout: float) -> Response:
        import requests

        deadline = time.monotonic() + timeout
        try:
            answer = self._session.request(
                request.method,
                request.url,
                headers=dict(compressible(request)),
                data=request.body,
                timeout=timeout,
                allow_redirects=False,
                stream=True,
                auth=_untouched,
            )
            with answer:
                # What has arrived, not a chunk that fills: the deadline is looked at in between.
                chunks = iter(lambda: answer.raw.read1(CHUNK, decode_content=False), b"")
                body = Body(request, answer.headers, deadline).take_all(chunks)
                return Response(answer.status_code, answer.headers.items(), body)
        except requests.exceptions.ProxyError as error:
            raise TransportError("proxy", sent=False, detail=kind_of(error)) from None
        except requests.exceptions.SSLError as error:
            raise TransportError("tls", sent=True, detail=kind_of(error)) from None
        except requests.exceptions.ConnectTimeout as error:
            raise TransportError("timeout", sent=False, detail=kind_of(error)) from None
        except (requests.exceptions.Timeout, TimeoutError) as error:
            raise TransportError("timeout", sent=True, detail=kind_of(error)) from None
        except requests.exceptions.ConnectionError as error:
            from .exchange import connection_cause

            cause = connection_cause(error)
            raise TransportError(cause or "broken", sent=cause is None, detail=kind_of(error)) from None
        except TransportError:
            raise
        except Exception as error:
            raise TransportError("broken", sent=True, detail=kind_of(error)) from None

    def close(self) -> None:
        self._session.close()


class HttpxTransport:
    """Sends through an `httpx.Client`, for those who have one that is set up."""

    def __init__(self, client: Any = None) -> None:
        if client is None:
            import httpx

            client = httpx.Client()
        self._client = client

    def send(self, request: Request, timeout: float) -> Response:
        import httpx

        deadline = time.monotonic() + timeout
        try:
            with self._client.stream(
                request.method,
                request.url,
                headers=compressible(request),
                content=request.body,
                timeout=timeout,
                follow_redirects=False,
                auth=_untouched,
            ) as answer:
                body = Body(request, answer.headers, deadline).take_all(answer.iter_raw())
                return Response(answer.status_code, answer.headers.multi_items(), body)
        except httpx.ProxyError as error:
            raise TransportError("proxy", sent=False, detail=kind_of(error)) from None
        except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TransportError("timeout", sent=False, detail=kind_of(error)) from None
        except (httpx.TimeoutException, TimeoutError) as error:
            raise TransportError("timeout", sent=True, detail=kind_of(error)) from None
        except httpx.ConnectError as error:
            from .exchange import connection_cause

            raise TransportError(connection_cause(error) or "refused", sent=False, detail=kind_of(error)) from None
        except TransportError:
            raise
        except Exception as error:
            raise TransportError("broken", sent=True, detail=kind_of(error)) from None

    def close(self) -> None:
        self._client.close()


def compressible(request: Request) -> list[tuple[str, str]]:
    """The headers of a request; they ask for no other compression than what is removed here."""
    return [("Accept-Encoding", "gzip"), *request.headers]


class Body:
    """The body of an answer as it comes in: neither too large nor too slow, its compression removed.

    A small body may hold gigabytes: it is decompressed in pieces of bounded size.
    """

    def __init__(self, request: Request, headers: Mapping[str, str], deadline: float) -> None:
        packing = headers.get("Content-Encoding", "").strip().lower()
        if packing not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise TransportError("broken", sent=True, detail="the answer has an encoding that was not asked for")
        self._request = request
        self._deadline = deadline
        self._decoder = None if packing in ("", "identity") else zlib.decompressobj(32 + zlib.MAX_WBITS)
        self._begun = False
        self._bytes = bytearray()

    def take(self, chunk: bytes) -> None:
        """Adds what has arrived."""
        if self._decoder is None:
            self._add(chunk)
            return
        while chunk:
            self._begun = True
            self._add(self._decoder.decompress(chunk, CHUNK))
            chunk = self._decoder.unconsumed_tail
            if self._decoder.eof:
                # A body may consist of several members, one after another; what is none of them is padding.
                chunk = self._decoder.unused_data
                if not chunk.startswith(b"\x1f"):
                    break
                self._decoder = zlib.decompressobj(32 + zlib.MAX_WBITS)

    def take_all(self, chunks: Iterable[bytes]) -> bytes:
        """The whole body, of all its pieces."""
        for chunk in chunks:
            self.take(chunk)
        return self.whole()

    def whole(self) -> bytes:
        """The body, when all has arrived."""
        if self._begun and self._decoder is not None and not self._decoder.eof:
            raise TransportError("broken", sent=True, detail="the compressed answer stops in the middle")
        return bytes(self._bytes)

    def _add(self, piece: bytes) -> None:
        self._bytes += piece
        if len(self._bytes) > self._request.max_body:
            raise TransportError("too_large", sent=True, detail=f"more than {self._request.max_body} bytes")
        if self._request.aborted:
            raise TransportError("cancelled", sent=True)
        if time.monotonic() >= self._deadline:
            raise TransportError("timeout", sent=True, detail="the answer trickles")


def kind_of(error: BaseException) -> str:
    """What failed, without the error's text: libraries put URLs and header values into it."""
    while (inner := error.__cause__ or error.__context__) is not None and not isinstance(error, OSError):
        error = inner
    reason = getattr(error, "strerror", None) or getattr(error, "verify_message", None)
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__


def _untouched(request: Any) -> Any:
    """Keeps a library from replacing `Authorization` by what it finds in a .netrc file."""
    return request
