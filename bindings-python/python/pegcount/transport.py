"""One exchange over HTTP, and nothing else: no retries, no redirects, no judgement of what came back.

A transport is any object with ``send(request, timeout) -> response``. It raises `TransportError` when no answer came.
"""

from __future__ import annotations

import time

from .messages import CHUNK, Body, Request, Response, TransportError, compressible, kind_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class Transport(Protocol):
        """Performs exchanges. Called from many threads at once."""

        def send(self, request: Request, timeout: float) -> Response:
            """Sends a request and reads the whole answer within ``timeout`` seconds."""


__all__ = ["HttpxTransport", "RequestsTransport", "Urllib3Transport"]


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


def _untouched(request: Any) -> Any:
    """Keeps a library from replacing `Authorization` by what it finds in a .netrc file."""
    return request
