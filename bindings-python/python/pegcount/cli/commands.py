"""What each command does."""

from __future__ import annotations

import sys
import time

from .. import _native
from ..client import Client
from ..store import FileStore
from ..transport import Urllib3Transport
from . import USAGE, UsageError, output
from .talk import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from typing import Any

    from ..result import Result, Tables
    from ..table import Table
    from .talk import Talk

# The options that are wishes of a report, by the names of its fields.
_WISHES = (
    "of",
    "interval",
    "ids",
    "where",
    "group_by",
    "metrics",
    "granularity",
    "time_zone",
    "via",
    "job",
    "partial",
    "wide",
    "strict",
    "query",
)


def report(options: Namespace, talk: Talk) -> None:
    """A report by its name."""
    wishes = {name: getattr(options, name, None) for name in _WISHES}
    wishes["where"] = _where(wishes["where"] or [])
    for name in ("group_by", "metrics"):
        wishes[name] = [part for parts in wishes[name] or [] for part in parts]
    wishes["query"] = None if wishes["query"] is None else _json(wishes["query"])
    _write({"report": options.report, **{name: wish for name, wish in wishes.items() if wish}}, options, talk)


def report_file(options: Namespace, talk: Talk) -> None:
    """A report from a file."""
    _write(_asked(f"@{options.file}"), options, talk)


def decode(options: Namespace, talk: Talk) -> None:
    """Rows of an answer that was saved."""
    from ..offline import decode as decoded

    asked = _asked(options.asked) if options.asked.startswith(("{", "@")) else {"report": options.asked}
    tables = decoded(asked if options.of is None else {**asked, "of": options.of}, _bytes(options.file))
    with output.rows(options.output, options.format, talk) as out:
        out.write(_chosen(tables, options.table or asked["report"], options.table))


def lint(options: Namespace, talk: Talk) -> None:
    """What is wrong with a report."""
    import json

    from ..offline import lint as linted

    findings = linted(_asked(f"@{options.file}"))
    for finding in findings:
        told = {"severity": finding.severity, **finding.to_dict()}
        print(json.dumps(told) if options.json else f"{finding.severity}: {finding}")
    if any(finding.severity == "error" for finding in findings):
        sys.exit(USAGE)


def plan(options: Namespace, talk: Talk) -> None:
    """What a report would cost."""
    import json

    from ..offline import plan as planned

    told = planned(_asked(f"@{options.file}"), pace=options.pace)
    if options.json:
        print(json.dumps(told.to_dict()))
        return
    print(told)
    for line in (*(f"interval: {window}" for window in told.windows), *(f"warning: {one}" for one in told.warnings)):
        print(line)


def advise(options: Namespace, talk: Talk) -> None:
    """Which grant fits."""
    from ..offline import advise as advised

    told = advised(
        interactive=options.interactive,
        can_keep_secret=not options.no_secret,
        browser=options.browser,
        saml=options.saml,
        wanted=options.wanted,
    )
    if options.json:
        import json

        print(json.dumps(told.to_dict()))
    else:
        print(told)


def login(options: Namespace, talk: Talk) -> None:
    """Logs a person in."""
    from .login import log_in

    log_in(options, talk)


def call(options: Namespace, talk: Talk) -> None:
    """Any operation."""
    import json

    body = None if options.body is None else _json(options.body)
    params = _where(options.param)
    with _client(options, talk) as client, output.binary(options.output) as out:
        result = client.call(options.method, options.path, params=params or None, body=body)
        for page in result:
            text = json.dumps(page.json(), indent=2, ensure_ascii=False).encode() if out.isatty() else page.body
            out.write(text.rstrip() + b"\n")
        talk.summary(result.summary)


def explain(options: Namespace, talk: Talk) -> None:
    """Explains a pasted answer."""
    from ..offline import explain as explained

    status, headers, body = _pasted(_read(options.file))
    told = explained(options.status or status, body, headers=headers, method=options.method, path=options.path)
    if options.json:
        import json

        print(json.dumps(told.to_dict()))
    else:
        print(f"[{told.code}] {told}")


def token(options: Namespace, talk: Talk) -> None:
    """Shows or clears the token that is shared."""
    with _client(options, talk) as client:
        store = client.token_store
    if not isinstance(store, FileStore):
        raise UsageError("no token is shared: there is none to show or clear")
    cleared = {"cleared": store.clear()} if options.what == "clear" else _token_state(store)
    state = {"file": store.path, **cleared}
    if options.json:
        import json

        print(json.dumps(state))
    else:
        print("\n".join(f"{name}: {value}" for name, value in state.items()))


def _token_state(store: FileStore) -> dict[str, str]:
    try:
        record = store.load()
    except OSError as error:
        return {"token": "not used", "why": error.strerror or str(error)}
    if record is None:
        return {"token": "none"}
    state: dict[str, str] = _native.token_state(record, int(time.time() * 1000))
    if state["token"] == "unreadable":
        state["why"] = "the file holds no record of a log-in: the next log-in replaces it"
    return state


def _client(options: Namespace, talk: Talk) -> Client:
    # Rows and progress on one terminal would write over each other.
    to_terminal = getattr(options, "output", None) is None and sys.stdout.isatty()
    client = Client(
        region=options.region,
        profile=options.profile,
        timeout=options.timeout,
        deadline=options.deadline,
        pace=options.pace,
        max_calls=options.max_calls,
        grant="authorization_code" if options.user else None,
        token_store=not options.no_token_store,
        progress=talk.progress and not to_terminal,
        transport=Shown(Urllib3Transport(), talk) if talk.verbose else None,
    )
    client.listen(talk.notice)
    return client


def _write(data: dict[str, Any], options: Namespace, talk: Talk) -> None:
    # The main table of most reports has the report's name: then the others need not be read.
    name = options.table or data.get("report", "")
    with _client(options, talk) as client:
        result = client.report(data)
        with output.rows(options.output, options.format, talk) as out:
            for tables in _pages(result):
                out.write(_chosen(tables, name, options.table))
        talk.summary(result.summary)


def _chosen(tables: Tables, name: str, asked: str | None) -> Table:
    """The table of a name; the main one, where none was asked for."""
    if name in tables:
        return tables[name]
    if asked is None:
        return tables.table
    raise UsageError(f"there is no table {name!r} in this report, but: {', '.join(tables)}")


def _asked(text: str) -> dict[str, Any]:
    """A report as data."""
    data = _json(text)
    if not isinstance(data, dict):
        raise UsageError('a report is a JSON object: {"report": "conversations", "interval": "yesterday"}')
    return data


def _pages(result: Result) -> Iterator[Tables]:
    """The tables of each page; of an empty result, its columns."""
    empty = True
    for page in result.watched():
        empty = False
        yield page.tables
    if empty:
        yield result.nothing()


def _where(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """One value a name, or a list of those that were repeated. A value in braces is JSON."""
    where: dict[str, Any] = {}
    for name, text in pairs:
        value = _json(text) if text.startswith("{") else text
        if name not in where:
            where[name] = value
        elif isinstance(where[name], list):
            where[name].append(value)
        else:
            where[name] = [where[name], value]
    return where


def _json(text: str) -> Any:
    import json

    try:
        return json.loads(_read(text[1:]) if text.startswith("@") else text)
    except ValueError as error:
        raise UsageError(f"this is no JSON: {error}") from None


def _read(file: str) -> str:
    return _text(_bytes(file))


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    with open(file, "rb") as source:
        return source.read()


def _text(data: bytes) -> str:
    """Text in whatever way it was saved: a byte order mark tells, and what is no text is replaced."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def _pasted(text: str) -> tuple[int | None, list[tuple[str, str]], str]:
    """Takes a pasted answer apart, where it begins with a status line: status, headers, body."""
    first, _, rest = text.lstrip().replace("\r\n", "\n").partition("\n")
    words = first.split()
    if len(words) < 2 or not words[0].startswith("HTTP/") or not words[1].isdigit():
        return None, [], text
    head, _, body = rest.partition("\n\n")
    lines = (line.partition(":") for line in head.splitlines())
    return int(words[1]), [(name.strip(), value.strip()) for name, colon, value in lines if colon], body
