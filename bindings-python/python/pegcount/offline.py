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

__all__ = ["Advice", "Plan", "advise", "decode", "explain", "interval", "lint", "plan"]


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


class Plan:
    """What a report would cost, before anything is sent."""

    __slots__ = ("exact", "first", "lane", "operation", "requests", "seconds", "warnings", "windows")

    def __init__(self, shape: Mapping[str, Any]) -> None:
        self.operation: str = shape["operation"]
        """The operation that gives the report its name."""
        self.lane: str = shape["lane"]
        """``query``, ``job``, ``auto``, ``listing`` or ``ids``: how it is asked."""
        self.requests: int = shape["requests"]
        """So many at the least, log-ins not counted."""
        self.exact: bool = shape["exact"]
        """Whether it is just so many: how many pages there are is known to the server alone."""
        self.seconds: int = shape["seconds"]
        """What these requests take at the pace, at the least."""
        self.windows: list[str] = shape.get("windows", [])
        """The intervals that are sent, where there are several."""
        self.first: dict[str, Any] = shape["first"]
        """The first request: ``method``, ``path``, ``query``, ``body``."""
        self.warnings: list[PegcountError] = [of(warning) for warning in shape["warnings"]]
        """What looks wrong and may be right."""

    def __str__(self) -> str:
        least = "" if self.exact else "at least "
        several = "" if self.requests == 1 else "s"
        text = f"{self.operation} ({self.lane}): {least}{self.requests} request{several}"
        return f"{text}, {self.seconds} s at the pace" if self.seconds else text

    def __repr__(self) -> str:
        return f"<Plan {self}>"

    def to_dict(self) -> dict[str, Any]:
        """The parts as plain data."""
        parts = {name: getattr(self, name) for name in self.__slots__}
        return {**parts, "warnings": [warning.to_dict() for warning in self.warnings]}


def plan(report: Mapping[str, Any], *, pace: int = 300, now: float | None = None) -> Plan:
    """Says what a report would cost at a pace of so many requests a minute. Nothing is sent."""
    return Plan(_native.plan(dict(report), pace, _wall(now)))


class Advice:
    """Which grant fits. Prints as a short text."""

    __slots__ = ("_text", "caveats", "grant", "steps", "why", "will_not_work")

    def __init__(self, shape: Mapping[str, Any]) -> None:
        self.grant: str = shape["grant"]
        """``client_credentials``, ``authorization_code``, ``pkce`` or ``saml2_bearer``."""
        self.why: str = shape["why"]
        """Why this one."""
        self.steps: list[str] = shape["steps"]
        """What to set up, in the words of the administration pages."""
        self.caveats: list[str] = shape["caveats"]
        """What to know beforehand."""
        self.will_not_work: list[str] = shape["will_not_work"]
        """What will not work, and why."""
        self._text: str = shape["text"]

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Advice {self.grant}>"

    def to_dict(self) -> dict[str, Any]:
        """The parts as plain data."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "_text"}


def advise(
    *,
    interactive: bool = False,
    can_keep_secret: bool = True,
    browser: bool = False,
    saml: bool = False,
    wanted: str | None = None,
) -> Advice:
    """Says which grant fits: whether a person can log in, a secret can be kept, it runs in a browser, an identity
    provider gives assertions; ``wanted`` is the grant that was thought of."""
    situation = {"interactive": interactive, "can_keep_secret": can_keep_secret, "browser": browser, "saml": saml}
    return Advice(_native.advise({**situation, "wanted": wanted}))


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
