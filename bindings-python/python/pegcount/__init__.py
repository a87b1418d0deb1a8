"""Headless reporting from Genesys Cloud: tables, and a plain word on why something was refused.

>>> import pegcount
>>> client = pegcount.Client()                                    # environment or profile
>>> tables = client.conversations("yesterday").read()
>>> tables["segments"].to_polars()
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._native import __version__ as __version__
    from .aio.client import AsyncClient as AsyncClient
    from .aio.result import AsyncResult as AsyncResult
    from .aio.transport import AiohttpTransport as AiohttpTransport
    from .client import Client as Client
    from .errors import AnswerError as AnswerError
    from .errors import AuthError as AuthError
    from .errors import CancelledError as CancelledError
    from .errors import ConfigError as ConfigError
    from .errors import Explanation as Explanation
    from .errors import ForbiddenError as ForbiddenError
    from .errors import JobError as JobError
    from .errors import LimitError as LimitError
    from .errors import NetworkError as NetworkError
    from .errors import NotFoundError as NotFoundError
    from .errors import PegcountError as PegcountError
    from .errors import QueryError as QueryError
    from .errors import Retry as Retry
    from .errors import ServerError as ServerError
    from .login import Login as Login
    from .messages import Request as Request
    from .messages import Response as Response
    from .messages import TransportError as TransportError
    from .notice import Notice as Notice
    from .offline import Advice as Advice
    from .offline import Plan as Plan
    from .offline import advise as advise
    from .offline import decode as decode
    from .offline import explain as explain
    from .offline import interval as interval
    from .offline import lint as lint
    from .offline import plan as plan
    from .result import Page as Page
    from .result import Result as Result
    from .result import Summary as Summary
    from .result import Tables as Tables
    from .store import FileStore as FileStore
    from .table import Table as Table
    from .transport import HttpxTransport as HttpxTransport
    from .transport import RequestsTransport as RequestsTransport
    from .transport import Urllib3Transport as Urllib3Transport

# What is imported when it is first asked for: a command line that prints a version should not load an HTTP client.
_HOMES = {
    "_native": ["__version__"],
    "aio.client": ["AsyncClient"],
    "aio.result": ["AsyncResult"],
    "aio.transport": ["AiohttpTransport"],
    "client": ["Client"],
    "errors": [
        "PegcountError",
        "ConfigError",
        "QueryError",
        "AuthError",
        "ForbiddenError",
        "NotFoundError",
        "LimitError",
        "ServerError",
        "NetworkError",
        "AnswerError",
        "JobError",
        "CancelledError",
        "Explanation",
        "Retry",
    ],
    "login": ["Login"],
    "offline": ["Advice", "Plan", "advise", "decode", "explain", "interval", "lint", "plan"],
    "notice": ["Notice"],
    "result": ["Page", "Result", "Summary", "Tables"],
    "store": ["FileStore"],
    "table": ["Table"],
    "messages": ["Request", "Response", "TransportError"],
    "transport": ["HttpxTransport", "RequestsTransport", "Urllib3Transport"],
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__})
