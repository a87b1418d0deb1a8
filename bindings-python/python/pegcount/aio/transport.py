"""One exchange over HTTP for asyncio, and nothing else: no retries, no redirects, no cookies.

A transport is any object with ``async send(request, timeout) -> response``. It raises `TransportError` when no answer
came, and ends an exchange whose task is cancelled.
"""

from __future__ import annotations

import asyncio
import time

from ..errors import absent
from ..messages import Body, Request, Response, TransportError, compressible, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from typing import Any, Protocol

    class AsyncTransport(Protocol):
        """Performs exchanges. Called from many tasks at once."""

        async def send(self, request: Request, timeout: float) -> Response:
            """Sends a request and reads the whole answer within ``timeout`` seconds."""


__all__ = ["AiohttpTransport"]

# The longest line of a head: as long as that of `http.client`.
LINE = 1 << 16


class AiohttpTransport:
    """The default transport of `AsyncClient`. Connections are kept and shared by tasks of one event loop.

    Proxies and certificates are those of `Urllib3Transport`.
    """

    def __init__(self, *, proxy: str | None = None, ca_file: str | None = None) -> None:
        try:
            import aiohttp  # noqa: F401
        except ImportError:
            raise absent("aiohttp", "async") from None
        self._proxy = proxy
        self._ca_file = ca_file
        self._session: Any = None
        self._trust: ssl.SSLContext | None = None
        self._proxies: dict[str, str | None] = {}

    async def send(self, request: Request, timeout: float) -> Response:
        exchange = _Exchange()
        deadline = time.monotonic() + timeout
        try:
            async with asyncio.timeout(timeout):
                return await self._exchanged(request, deadline, exchange)
        except TransportError:
            raise
        except Exception as error:
            raise exchange.failure(error) from None

    async def close(self) -> None:
        """Closes the connections. The transport may be used again."""
        session, self._session = self._session, None
        self._proxies = {}
        if session is not None:
            await session.close()

    async def _exchanged(self, request: Request, deadline: float, exchange: _Exchange) -> Response:
        from yarl import URL

        if self._session is None:
            self._session = _session()
        proxy = self._proxy_for(request.url)
        if self._trust is None and (request.url.startswith("https:") or (proxy or "").startswith("https:")):
            from ..surroundings import trust

            # Reading the trust store takes longer than importing all the rest.
            self._trust = trust(self._ca_file)
        async with self._session.request(
            request.method,
            # As it is: what is quoted stays so.
            URL(request.url, encoded=True),
            headers=compressible(request),
            data=request.body,
            proxy=proxy,
            ssl=self._trust or True,
            allow_redirects=False,
            trace_request_ctx=exchange,
        ) as answer:
            body = Body(request, answer.headers, deadline)
            async for chunk in answer.content.iter_any():
                body.take(chunk)
            return Response(answer.status, answer.headers.items(), body.whole())

    def _proxy_for(self, url: str) -> str | None:
        # Asked once for each origin: to look at the environment takes long.
        origin = "/".join(url.split("/", 3)[:3])
        if origin not in self._proxies:
            from ..surroundings import proxy_for

            self._proxies[origin] = proxy_for(url, self._proxy)
        return self._proxies[origin]


class _Exchange:
    """Whether an exchange has a connection: from then on the server may have received the request."""

    connected = False

    def connects(self) -> None:
        if self.connected:
            # What aiohttp believes to be repeatable it sends once more over another connection.
            raise TransportError("broken", sent=True, detail="the server closed the connection")

    def failure(self, error: Exception) -> TransportError:
        """Why no answer came."""
        import ssl

        import aiohttp

        from ..exchange import connection_cause

        match error:
            case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
                cause = "proxy"
            case TimeoutError():
                cause = "timeout"
            case aiohttp.ClientSSLError() | ssl.SSLError():
                cause = "tls"
            case aiohttp.ClientConnectorError():
                cause = connection_cause(error) or "refused"
            case _ if not self.connected:
                cause = connection_cause(error) or "broken"
            case _:
                cause = "broken"
        return TransportError(cause, sent=self.connected, detail=kind_of(error))


def _session() -> Any:
    import aiohttp

    async def connects(_: object, context: Any, __: object) -> None:
        context.trace_request_ctx.connects()

    async def connected(_: object, context: Any, __: object) -> None:
        context.trace_request_ctx.connected = True

    trace = aiohttp.TraceConfig()
    trace.on_connection_create_start.append(connects)
    trace.on_connection_create_end.append(connected)
    trace.on_connection_reuseconn.append(connects)
    trace.on_connection_reuseconn.append(connected)
    return aiohttp.ClientSession(
        # How many at once is the core's business.
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        # The whole exchange has a time-out of its own.
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        skip_auto_headers=("Accept", "Content-Type", "User-Agent"),
        auto_decompress=False,
        max_line_size=LINE,
        max_field_size=LINE,
        trace_configs=[trace],
    )
