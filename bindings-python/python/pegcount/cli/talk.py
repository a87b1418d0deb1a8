"""What is said on standard error: to a person, or as one JSON object a line."""

from __future__ import annotations

import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ..errors import PegcountError
    from ..messages import Request, Response
    from ..notice import Notice
    from ..result import Summary
    from ..transport import Transport

# What a token or a secret could stand in.
_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie"})


class Talk:
    """Says things to whoever runs the command."""

    def __init__(self, *, as_json: bool, verbose: bool, quiet: bool) -> None:
        self.verbose = verbose
        self._as_json = as_json
        self._quiet = quiet
        # A line of progress may stand there.
        self._begin = "\r\x1b[2K" if sys.stderr.isatty() else ""

    @property
    def progress(self) -> bool:
        """Whether the client should draw its progress: it is no JSON, and nothing to mix with requests."""
        return not (self._as_json or self._quiet or self.verbose)

    def say(self, text: str) -> None:
        """Says something that matters less than an error."""
        if self._as_json:
            self._data({"notice": text})
        elif not self._quiet:
            self._line(text)

    def notice(self, notice: Notice) -> None:
        """Passes on what the client told."""
        if self._as_json:
            self._data({"notice": notice.text, "kind": notice.kind, "wait": notice.wait})
        elif self.verbose or notice.kind not in ("minted", "shared", "progress"):
            self.say(notice.text)

    def summary(self, summary: Summary | None) -> None:
        """Says what the report did, where somebody wants to know."""
        if summary is not None and self._as_json:
            self._data({"summary": summary.to_dict()})
        elif summary is not None and self.verbose:
            self.say(", ".join(f"{name} {value}" for name, value in summary.to_dict().items()))

    def error(self, error: PegcountError) -> None:
        """Says why it ended."""
        if self._as_json:
            self._data({"error": error.to_dict()})
            return
        told = str(error.explanation).removeprefix(error.message).lstrip("\n")
        seen = {"operation": error.operation, "status": error.status, "request id": error.request_id}
        lines = [f"{error.message} [{error.code}]", told]
        lines += [f"{name}: {value}" for name, value in seen.items() if value is not None]
        if error.attempts > 1:
            lines.append(f"attempts: {error.attempts}")
        self._line("\n".join(filter(None, lines)))

    def trouble(self, text: str, code: str) -> None:
        """Says what is wrong outside the core's taxonomy."""
        if self._as_json:
            self._data({"error": {"code": code, "message": text}})
        else:
            self._line(text)

    def _line(self, text: str) -> None:
        print(f"{self._begin}pegcount: {text}", file=sys.stderr)

    def _data(self, data: dict[str, Any]) -> None:
        import json

        print(json.dumps(data), file=sys.stderr)


class Shown:
    """A transport that shows every exchange, with the secrets cut out. Bodies are never shown."""

    def __init__(self, transport: Transport, talk: Talk) -> None:
        self._transport = transport
        self._talk = talk

    def send(self, request: Request, timeout: float) -> Response:
        # What goes without the token is a file by a signed URL: its query string is the secret.
        has_token = any(name.lower() == "authorization" for name, _ in request.headers)
        url = request.url if has_token else request.url.partition("?")[0]
        self._show(">", f"{request.method} {url}", request.headers)
        began = time.perf_counter()
        response = self._transport.send(request, timeout)
        took = (time.perf_counter() - began) * 1000
        self._show("<", f"{response.status}, {len(response.body)} bytes in {took:.0f} ms", response.headers)
        return response

    def _show(self, mark: str, first: str, headers: list[tuple[str, str]]) -> None:
        self._talk.say(f"{mark} {first}")
        for name, value in headers:
            self._talk.say(f"{mark}   {name}: {'[redacted]' if name.lower() in _SECRET_HEADERS else value}")
