"""What needs no network: reading intervals, checking reports, explaining refusals, decoding saved answers."""

from __future__ import annotations

import time

from . import _native
from .errors import Explanation, PegcountError, of
from .result import Tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import Any

__all__ = ["decode", "explain", "interval", "lint"]


class Interval(tuple["datetime", "datetime"]):
    """From one instant to another, the end not included. Prints as the API writes it."""

    __slots__ = ()

    @property
    def start(self) -> datetime:
        return self[0]

    @property
    def end(self) -> datetime:
        return self[1]

    def __str__(self) -> str:
        return "/".join(f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z" for at in self)


def interval(text: str, *, time_zone: str | None = None, now: float | None = None) -> Interval:
    """Reads an interval as people write it: ``yesterday``, ``last-1h``, ``2026-03``, ``2026-03-09/2026-03-10``.

    ``now`` is in seconds since 1970, the present unless given.
    """
    from datetime import UTC, datetime, timedelta

    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    # What ends with the year 9999 ends where datetimes do.
    bounds = (min(bound, 253_402_300_799_999) for bound in _native.interval(text, time_zone, _wall(now)))
    return Interval(epoch + timedelta(milliseconds=bound) for bound in bounds)


def lint(report: Mapping[str, Any], *, now: float | None = None) -> list[PegcountError]:
    """Says what is wrong with a report, without sending anything: an empty list if nothing is.

    What the server would certainly refuse has ``severity`` ``error``, what only looks wrong ``warning``.
    """
    found = []
    for shape in _native.lint(dict(report), _wall(now)):
        finding = of(shape["error"])
        finding.severity = shape["severity"]
        found.append(finding)
    return found


def explain(
    status: int | None = None,
    body: str | bytes | Mapping[str, Any] | None = None,
    *,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
    method: str | None = None,
    path: str | None = None,
    domain: str | None = None,
    login: bool | None = None,
) -> Explanation:
    """Explains an answer that was pasted or caught by another library. Everything may be missing.

    ``domain`` is that of the region that was asked; ``login`` tells whether the token endpoint answered.
    """
    if isinstance(body, str):
        body = body.encode("utf-8", "replace")
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    elif body is not None and not isinstance(body, str):
        import json

        body = json.dumps(body)
    fields: Any = headers or ()
    pairs = fields.items() if hasattr(fields, "items") else fields
    case = {
        "status": None if status is None else int(status),
        "headers": [(str(name), str(value)) for name, value in pairs],
        "body": body,
        "method": method,
        "path": path,
        "domain": domain,
        "login": login,
    }
    return Explanation(_native.explain(case)["explanation"])


def decode(
    report: Mapping[str, Any], body: bytes | bytearray | memoryview | str, tables: Iterable[str] | None = None
) -> Tables:
    """Turns bytes that were saved from anywhere into tables: all of them, or those named, which is faster."""
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
    wanted = None if tables is None else list(tables)
    found = Tables(lambda names: _native.decode({"report": dict(report)}, data, names or wanted))
    len(found)  # what is wrong with the bytes is said here, not later
    return found


def _wall(now: float | None) -> int:
    return int((time.time() if now is None else now) * 1000)
