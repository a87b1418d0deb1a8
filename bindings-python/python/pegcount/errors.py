"""What can go wrong: one class for the first word of each code.

The classes and their codes come from the core; the text of an error is made to be read by whoever is on call.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = [
    "AnswerError",
    "AuthError",
    "CancelledError",
    "ConfigError",
    "Explanation",
    "ForbiddenError",
    "JobError",
    "LimitError",
    "NetworkError",
    "NotFoundError",
    "PegcountError",
    "QueryError",
    "Retry",
    "ServerError",
]


class Explanation:
    """Why something was refused: prints as a short text."""

    __slots__ = ("_text", "belief", "cause", "certainty", "code", "evidence", "missing", "nearest", "remedy", "resume")

    code: str
    """The stable code, such as ``forbidden.permission``."""
    cause: str
    """One sentence: what happened."""
    evidence: list[str]
    """What was seen that points to the cause."""
    remedy: list[str]
    """The steps that mend it, in order."""
    certainty: str
    """``certain``, ``likely`` or ``possible``."""
    missing: list[str]
    """Missing permissions and divisions, by their real names."""
    nearest: list[str]
    """The real names nearest to one that does not exist."""
    belief: str | None
    """A widespread false belief that this answers, if one shows."""
    resume: str | None
    """Where a report ended early: given as ``resume`` with the same report, it goes on there."""

    _text: str

    def __init__(self, shape: Mapping[str, Any]) -> None:
        self.code = shape["code"]
        self.cause = shape["cause"]
        self.evidence = shape["evidence"]
        self.remedy = shape["remedy"]
        self.certainty = shape["certainty"]
        self.missing = shape["missing"]
        self.nearest = shape["nearest"]
        self.belief = shape.get("belief")
        self.resume = shape.get("resume")
        self._text = shape["text"]

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Explanation {self.code}: {self.cause}>"

    def to_dict(self) -> dict[str, Any]:
        """The parts as plain data."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "_text"}


class Retry:
    """Whether asking again can help."""

    __slots__ = ("advice", "after")

    advice: str
    """``never``, ``later``, or ``may_be_done``: look on the server before asking again."""
    after: float | None
    """Seconds from the moment of the error, where the server said how many."""

    def __init__(self, shape: Mapping[str, Any]) -> None:
        self.advice = shape["advice"]
        after = shape.get("after_ms")
        self.after = None if after is None else after / 1000

    def __str__(self) -> str:
        return self.advice if self.after is None else f"{self.advice}, after {self.after:g} s"

    def __repr__(self) -> str:
        return f"<Retry {self}>"


class PegcountError(Exception):
    """Anything that this library raises on purpose."""

    code: str
    """The stable code, such as ``limit.rate``."""
    status: int | None
    """The HTTP status, if an answer came."""
    message: str
    """The server's own words, or ours where the server said nothing."""
    request_id: str | None
    """The id to give to Genesys support."""
    retry: Retry
    """Whether asking again can help."""
    operation: str | None
    """Method and path of the operation."""
    attempts: int
    """How many times the request was sent; 0 when nothing was sent."""
    explanation: Explanation
    """Why, and what to do."""
    severity: str = "error"
    """``warning`` for what only looks wrong: in what `lint` finds."""

    def __init__(self, shape: Mapping[str, Any]) -> None:
        super().__init__(shape["message"])
        self._shape = shape
        self.code = shape["code"]
        self.status = shape.get("status")
        self.message = shape["message"]
        self.request_id = shape.get("request_id")
        self.retry = Retry(shape["retry"])
        self.operation = shape.get("operation")
        self.attempts = shape["attempts"]
        self.explanation = Explanation(shape["explanation"])

    def __str__(self) -> str:
        lines = [f"{self.message} [{self.code}]"]
        if self.explanation.cause != self.message:
            lines.append(self.explanation.cause)
        if self.explanation.nearest:
            lines.append(f"did you mean {', '.join(self.explanation.nearest[:3])}?")
        lines += [f"-> {step}" for step in self.explanation.remedy[:1]]
        seen = {"operation": self.operation, "request": self.request_id}
        lines += [f"{name}: {value}" for name, value in seen.items() if value]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, code={self.code!r}, status={self.status})"

    def __reduce__(self) -> tuple[Any, ...]:
        return of, (self._shape,)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain data, as ``pegcount --json`` prints it."""
        return dict(self._shape)


class ConfigError(PegcountError):
    """The configuration cannot be used."""


class QueryError(PegcountError):
    """The question is wrong: nothing was sent, or the server said so."""


class AuthError(PegcountError):
    """The log-in was refused."""


class ForbiddenError(PegcountError):
    """Logged in, but not allowed."""


class NotFoundError(PegcountError):
    """It does not exist."""


class LimitError(PegcountError):
    """A limit was met."""


class ServerError(PegcountError):
    """The server's fault."""


class NetworkError(PegcountError):
    """The network's fault."""


class AnswerError(PegcountError):
    """The answer cannot be read."""


class JobError(PegcountError):
    """An asynchronous job ended badly."""


class CancelledError(PegcountError):
    """The caller cancelled."""


def of(shape: Mapping[str, Any]) -> PegcountError:
    """The exception of an error in the core's shape: the class is found by its name."""
    kind: type[PegcountError] = globals()[shape["class"] + "Error"]
    return kind(shape)


def unreadable(message: str, request_id: str | None) -> PegcountError:
    """An answer that is whole, and still more than Python can take."""
    return _own(
        "Answer", "answer.unexpected", message, "take the bytes from `page.body`", attempts=1, request_id=request_id
    )


def too_long(name: str) -> PegcountError:
    """A time that is more than Python can wait for."""
    step = "give seconds, not milliseconds; without a deadline give none"
    return _own("Config", "config.value", f"{name} is more than thirty years", step)


def absent(library: str, extra: str) -> PegcountError:
    """A library that is needed and not installed, and the extra that brings it."""
    message = f"{library} is needed for this and is not installed"
    return _own("Config", "config.value", message, f"pip install 'pegcount[{extra}]'")


def closed() -> PegcountError:
    """A report was asked of a client that was closed."""
    return _own("Cancelled", "cancelled", "the client is closed", "make another client, or close this one later")


def _own(
    kind: str, code: str, message: str, step: str, attempts: int = 0, request_id: str | None = None
) -> PegcountError:
    """An error that only Python can know of."""
    explanation = {"code": code, "cause": message, "certainty": "certain", "text": f"{message}\nwhat to do: {step}"}
    parts: dict[str, Any] = {"evidence": [], "remedy": [step], "missing": [], "nearest": []}
    shape = {"code": code, "class": kind, "message": message, "request_id": request_id, "attempts": attempts}
    return of({**shape, "retry": {"advice": "never"}, "explanation": {**explanation, **parts}})
