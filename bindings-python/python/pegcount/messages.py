"""What a transport takes and gives: a request, an answer read whole, or the reason why there is none."""

from __future__ import annotations

import time
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Request", "Response", "TransportError"]

CHUNK = 1 << 16


class Request:
    """What to send. Never printed: the headers hold a token, the body of a log-in may hold a secret."""

    __slots__ = ("aborted", "body", "headers", "max_body", "method", "stop", "url")

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
        self.stop: Callable[[], None] | None = None
        """What a transport of threads may leave here: called then, by another thread, it ends the exchange at once."""

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


class Unfit(Exception):
    """What a store or a provider answered is no answer. The text names who and the type, never what it was."""


def whole(who: str, text: str) -> str:
    """Text that can be written down: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unfit(f"{who} gave text that is not Unicode") from None
    return text


def kind_of(error: BaseException) -> str:
    """What failed, without the error's text: libraries put URLs and header values into it."""
    while (inner := error.__cause__ or error.__context__) is not None and not isinstance(error, OSError):
        error = inner
    reason = getattr(error, "strerror", None) or getattr(error, "verify_message", None)
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__
