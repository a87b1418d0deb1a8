"""What `Client` and `AsyncClient` have in common: settings, reports, notices. No I/O but the reading of settings."""

from __future__ import annotations

import os
import time
from abc import ABC, abstractmethod

from . import _native
from .errors import too_long
from .orders import Keep
from .store import FileStore, folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from typing import Any, Generic, TypeVar

    from . import shapes
    from .clock import Clock
    from .notice import Notice
    from .orders import BasePump
    from .progress import Progress
    from .store import TokenStore

    # A result and a transport, of threads or of tasks.
    R = TypeVar("R")
    T = TypeVar("T")

    Asked = str | Sequence[datetime | str]
    Where = Mapping[str, Any]
else:
    # `typing` takes longer to import than all that is here.
    class Generic:
        def __class_getitem__(cls, _: object) -> type:
            return cls

    R = T = None


# Seconds: thirty years. Ten times as long is more than a socket takes.
LONGEST = 1e9


class BaseClient(ABC, Generic[R, T]):
    """One credential, one region, one rate allowance."""

    _pump: BasePump

    def __init__(
        self,
        region: str | None = None,
        client_id: str | None = None,
        client_secret: str | None = None,
        token: str | None = None,
        *,
        credentials: Callable[[], Any] | None = None,
        grant: str | None = None,
        code: str | None = None,
        redirect_uri: str | None = None,
        code_verifier: str | None = None,
        refresh_token: str | None = None,
        saml_assertion: str | None = None,
        org: str | None = None,
        account: str | None = None,
        profile: str | None = None,
        api_url: str | None = None,
        login_url: str | None = None,
        client_auth: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        max_in_flight: int | None = None,
        max_body: int | None = None,
        pace: int | None = None,
        max_calls: int | None = None,
        user_agent: str | None = None,
        token_store: bool | str | os.PathLike[str] | TokenStore = True,
        transport: T | None = None,
        progress: bool = True,
        clock: Clock | None = None,
        seed: int | None = None,
    ) -> None:
        """What is not given comes from the environment or a profile.

        Times are in seconds: ``timeout`` for one exchange, ``deadline`` for a whole report with its waits, both also
        to be given to each report; ``pace`` is requests a minute, ``max_calls`` how many may be sent at all.
        ``token_store`` is the user's cache folder unless it is a path, an object with ``load``, ``lock``, ``save`` and
        ``unlock``, or False. ``progress`` is shown on a terminal unless it is False.

        ``credentials`` is asked for id and secret, and again when they are refused, so that a rotated secret is picked
        up: it returns a mapping, a pair, or the secret alone. A user's log-in is begun by `Login`, whose `finish` gives
        ``code``, ``redirect_uri`` and ``code_verifier``; ``grant="authorization_code"`` alone means the log-in that
        lies in the token store. ``account`` keeps the tokens of several users of one client apart.
        """
        arguments = {
            "region": region,
            "client_id": client_id,
            "client_secret": client_secret,
            "token": token,
            "grant": grant,
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": code_verifier,
            "refresh_token": refresh_token,
            "saml_assertion": saml_assertion,
            "org": org,
            "account": account,
            "provider": None if credentials is None else True,
            "profile": profile,
            "api_url": api_url,
            "login_url": login_url,
            "client_auth": client_auth,
            "timeout_ms": _milliseconds("timeout", timeout),
            "deadline_ms": _milliseconds("deadline", deadline),
            "max_in_flight": max_in_flight,
            "max_body": max_body,
            "pace": pace,
            "max_calls": max_calls,
            "user_agent": user_agent,
            "share": token_store is not False,
            "seed": int.from_bytes(os.urandom(8), "big") if seed is None else seed,
        }
        session = _native.Session(arguments, *places())
        self.token_store: TokenStore | None = _store(token_store, session.token_key)
        self._api = session.api
        self._progress = _progress() if progress else None
        self._pump = self._pumping(session, transport, Keep(self.token_store, credentials), clock or time)
        if self._progress is not None:
            self._pump.listener = self._progress.tell

    @property
    def notices(self) -> deque[Notice]:
        """What the client waited for and why: the latest thousand."""
        return self._pump.notices

    @property
    def last_notice(self) -> Notice | None:
        """The latest notice, if there was one."""
        return self._pump.notices[-1] if self._pump.notices else None

    def listen(self, listener: Callable[[Notice], None]) -> None:
        """Has every notice told to a function; on a terminal, progress stays where it is.

        It is called in the thread or task that happens to be there, and must not block.
        """
        shown = self._progress

        def tell(notice: Notice) -> None:
            if notice.kind == "progress" and shown is not None:
                shown.tell(notice)
            else:
                listener(notice)

        self._pump.listener = tell

    def conversations(
        self,
        interval: Asked | None = None,
        *,
        ids: Sequence[str] | None = None,
        where: Where | None = None,
        via: str | None = None,
        job: str | None = None,
        partial: bool | None = None,
        time_zone: str | None = None,
        query: Mapping[str, Any] | None = None,
        page_size: int | None = None,
        keep_outside: bool | None = None,
        strict: bool | None = None,
        resume: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        max_calls: int | None = None,
    ) -> R:
        """Conversation details by interval or by ids.

        ``via="job"`` brings the attributes of participants, hours later; ``job`` is one that was submitted earlier, and
        ``partial`` takes what there is where the data of jobs ends before the interval does. ``resume`` goes on where
        the same report ended early: it is the ``explanation.resume`` of the error.
        """
        return self._start("conversations", locals())

    def aggregates(
        self,
        of: str,
        interval: Asked | None = None,
        *,
        group_by: Sequence[str] | None = None,
        metrics: Sequence[str] | None = None,
        granularity: str | None = None,
        time_zone: str | None = None,
        where: Where | None = None,
        query: Mapping[str, Any] | None = None,
        via: str | None = None,
        job: str | None = None,
        wide: bool | None = None,
        strict: bool | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        max_calls: int | None = None,
    ) -> R:
        """Aggregated metrics over an interval: a row a group, bucket and metric; ``wide`` makes a column a metric."""
        return self._start("aggregates", locals())

    def observations(
        self,
        of: str = "queues",
        *,
        where: Where | None = None,
        metrics: Sequence[str] | None = None,
        detail_metrics: Sequence[str] | None = None,
        query: Mapping[str, Any] | None = None,
        strict: bool | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        max_calls: int | None = None,
    ) -> R:
        """What is going on at the moment."""
        return self._start("observations", locals())

    def availability(
        self,
        of: str = "conversations",
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        max_calls: int | None = None,
    ) -> R:
        """Up to when the data that jobs read is complete: ``conversations`` or ``users``."""
        return self._start("availability", locals())

    def directory(
        self,
        of: str,
        *,
        params: Mapping[str, Any] | None = None,
        page_size: int | None = None,
        resume: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        max_calls: int | None = None,
    ) -> R:
        """Listings that turn ids into names: ``users``, ``queues``, ``skills``, ``wrapup_codes``, ``divisions``, …"""
        return self._start("directory", locals())

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        paging: str | None = None,
        page_size: int | None = None,
        strict: bool | None = None,
        resume: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        max_calls: int | None = None,
    ) -> R:
        """Any operation, with the same log-in, limits, retries and errors. ``paging="none"`` asks for one page only."""
        return self._start("call", locals())

    def report(
        self,
        report: shapes.Report | Mapping[str, Any],
        *,
        timeout: float | None = None,
        deadline: float | None = None,
        max_calls: int | None = None,
    ) -> R:
        """Any report as plain data: ``{"report": "conversations", "interval": "yesterday"}``."""
        return self._run(dict(report), timeout, deadline, max_calls)

    def __repr__(self) -> str:
        # A traceback may show one whose construction failed.
        return f"<{type(self).__name__} {getattr(self, '_api', 'without configuration')}>"

    def _start(self, name: str, wishes: dict[str, Any]) -> R:
        """Starts a report from the arguments of its method: their names are those of the report's fields."""
        options = [wishes.pop(option) for option in ("timeout", "deadline", "max_calls")]
        report = {key: _plain(value) for key, value in wishes.items() if value is not None and key != "self"}
        return self._run({"report": name, **report}, *options)

    def _run(self, report: dict[str, Any], timeout: float | None, deadline: float | None, max_calls: int | None) -> R:
        if isinstance(interval := report.get("interval"), (tuple, list)):
            report["interval"] = "/".join(str(_plain(end)) for end in interval)
        options = {
            "timeout": _milliseconds("timeout", timeout),
            "deadline": _milliseconds("deadline", deadline),
            "max_calls": max_calls,
        }
        return self._result(self._pump.start(report, options), report)

    @abstractmethod
    def _pumping(self, session: _native.Session, transport: T | None, keep: Keep, clock: Clock) -> Any:
        """The pump of this kind of client."""

    @abstractmethod
    def _result(self, call: int, report: dict[str, Any]) -> R:
        """The result of this kind of client."""


def places() -> tuple[dict[str, str], str | None, str | None]:
    """Where a configuration comes from beside arguments: the environment, and the texts of the two files."""
    environment = {name: os.environ[name] for name in _native.variables() if name in os.environ}
    own = _text(os.path.join(folder("config"), "pegcount.toml"))
    return environment, own, _text(os.path.expanduser("~/.gc/config.toml"))


def _plain(value: Any) -> Any:
    """Plain data of what people hold in hand: times, sets, tuples, mappings."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "items"):
        return {key: _plain(item) for key, item in value.items()}
    if hasattr(value, "__iter__") and not isinstance(value, (str, bytes)):
        return [_plain(item) for item in value]
    return value


def _milliseconds(name: str, seconds: float | None) -> int | None:
    if seconds is None:
        return None
    # What is no span of time is 0, which the core refuses.
    if not 0 < seconds < float("inf"):
        return 0
    if seconds > LONGEST:
        raise too_long(name)
    return int(seconds * 1000)


def _text(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return None


def _store(wish: bool | str | os.PathLike[str] | TokenStore, key: str | None) -> TokenStore | None:
    if wish is False or key is None:
        return None
    if wish is True:
        return FileStore(os.path.join(folder("cache"), key + ".json"))
    if isinstance(wish, (str, os.PathLike)):
        return FileStore(wish)
    return wish


def _progress() -> Progress | None:
    from .progress import Progress

    return Progress.on_terminal()
