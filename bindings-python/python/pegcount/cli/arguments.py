"""What can be written on the command line."""

from __future__ import annotations

import argparse

from .. import _native
from ..write import FORMATS
from . import commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    # Before or after the command: what is not written behind it must not undo what is written before.
    common, reach, rows = _common(argparse.SUPPRESS), _reach(), _rows()
    about = "Headless reporting from Genesys Cloud."
    top = argparse.ArgumentParser(prog="pegcount", description=about, parents=[_common(False)])
    top.add_argument("--version", action="version", version=f"pegcount {_native.__version__}")
    subs = top.add_subparsers(metavar="COMMAND", required=True)

    def command(
        name: str, run: Callable[..., None], text: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        sub = subs.add_parser(name, help=text, description=text, parents=[*parents, common])
        sub.set_defaults(run=run, report=name)
        return sub

    sub = command("conversations", commands.report, "Conversation details", rows, reach)
    _interval(sub, nargs="?")
    sub.add_argument("--ids", nargs="+", metavar="ID", help="instead of an interval")
    sub.add_argument("--partial", action="store_true", help="by job: take what there is, where its data ends early")
    _wishes(sub, "where", "tz", "via", "job", "resume", "strict", "query")

    sub = command("aggregates", commands.report, "Aggregated metrics", rows, reach)
    sub.add_argument("of", metavar="OF", help="conversations")
    _interval(sub, nargs="?")
    sub.add_argument("--granularity", metavar="PERIOD", help="PT15M, PT30M, PT1H, P1D, …")
    _wishes(sub, "group-by", "metrics", "where", "tz", "via", "job", "wide", "strict", "query")

    sub = command("observations", commands.report, "What is going on at the moment", rows, reach)
    sub.add_argument("of", metavar="OF", help="queues")
    _wishes(sub, "metrics", "where", "strict", "query")

    sub = command("directory", commands.report, "Listings that turn ids into names", rows, reach)
    sub.add_argument("of", metavar="OF", help="users, queues, skills, wrapup_codes, divisions, …")

    sub = command("availability", commands.report, "Up to when the data of jobs is complete", rows, reach)
    sub.add_argument("of", nargs="?", metavar="OF", help="conversations, users")

    sub = command("report", commands.report_file, "Any report as data", rows, reach)
    sub.add_argument("file", nargs="?", default="-", metavar="FILE.json", help="default: standard input")

    sub = command("call", commands.call, "Any operation; prints the answer", reach)
    sub.add_argument("method", metavar="METHOD")
    sub.add_argument("path", metavar="PATH")
    sub.add_argument("--param", action="append", type=_pair, default=[], metavar="K=V", help="of the query string")
    sub.add_argument("--body", metavar="JSON", help="or @FILE, or @- for standard input")
    sub.add_argument("-o", "--output", type=_target, metavar="FILE", help="instead of standard output")

    sub = command("explain", commands.explain, "Why an answer was a refusal: paste it")
    sub.add_argument("file", nargs="?", default="-", metavar="FILE", help="default: standard input")
    sub.add_argument("--status", type=int, metavar="N")
    sub.add_argument("--method", metavar="M")
    sub.add_argument("--path", metavar="P")

    sub = command("decode", commands.decode, "Rows of an answer that was saved", rows)
    sub.add_argument("asked", metavar="REPORT", help="its name, or the report as JSON or @FILE")
    sub.add_argument("file", nargs="?", default="-", metavar="FILE", help="default: standard input")
    sub.add_argument("--of", metavar="OF", help="of the report: users, queues, …")

    sub = command("lint", commands.lint, "What is wrong with a report; nothing is sent")
    sub.add_argument("file", nargs="?", default="-", metavar="FILE.json", help="default: standard input")

    sub = command("plan", commands.plan, "What a report would cost; nothing is sent")
    sub.add_argument("file", nargs="?", default="-", metavar="FILE.json", help="default: standard input")
    sub.add_argument("--pace", type=int, default=300, metavar="N", help="requests a minute")

    sub = command("advise", commands.advise, "Which grant fits, and how to set it up")
    sub.add_argument("--interactive", action="store_true", help="a person can log in")
    sub.add_argument("--no-secret", action="store_true", help="it cannot keep a secret")
    sub.add_argument("--browser", action="store_true", help="it runs in a browser")
    sub.add_argument("--saml", action="store_true", help="there are SAML assertions")
    sub.add_argument("--wanted", metavar="GRANT", help="the one that was thought of")

    sub = command("login", commands.login, "Log in as a person; later commands go on with `--user`", reach)
    sub.add_argument("--pkce", action="store_true", help="without the secret, even where one is configured")
    sub.add_argument("--client-id", metavar="ID", help="of the OAuth client; default: the configured one")
    sub.add_argument("--port", type=int, default=8085, metavar="N", help="of http://localhost:N/callback")
    sub.add_argument("--org", metavar="NAME", help="with --provider: past the page of the platform")
    sub.add_argument("--provider", metavar="NAME", help="the organisation's own log-in, such as okta")
    sub.add_argument("--no-browser", action="store_true", help="only print the address")

    sub = command("token", commands.token, "The token that processes of this user share", reach)
    sub.add_argument("what", nargs="?", choices=("status", "clear"), default="status")

    subs.add_parser("sandbox", help="A simulated contact centre (pip install 'pegcount[sandbox]')", add_help=False)
    return top


def _common(default: Any) -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    talk = common.add_argument_group("talk")
    flag: dict[str, Any] = {"action": "store_true", "default": default}
    talk.add_argument("--json", **flag, help="talk and errors as JSON, one object a line")
    talk.add_argument("-v", "--verbose", **flag, help="show requests, with secrets cut out")
    talk.add_argument("-q", "--quiet", **flag, help="errors only")
    return common


def _reach() -> argparse.ArgumentParser:
    reach = argparse.ArgumentParser(add_help=False)
    how = reach.add_argument_group("client", "Credentials come from the environment or a profile, never from here.")
    how.add_argument("--profile", help="of pegcount.toml or ~/.gc/config.toml")
    how.add_argument("--region", help="in any spelling: eu-west-1, mypurecloud.ie, …")
    how.add_argument("--timeout", type=float, metavar="S", help="seconds for one exchange")
    how.add_argument("--deadline", type=float, metavar="S", help="seconds for the whole report, waits included")
    how.add_argument("--pace", type=int, metavar="N", help="requests a minute")
    how.add_argument("--max-calls", type=int, metavar="N", help="requests that may be sent at all")
    how.add_argument("--user", action="store_true", help="as the person who logged in by `pegcount login`")
    how.add_argument("--no-token-store", action="store_true", help="log in anew and share the token with nobody")
    return reach


def _rows() -> argparse.ArgumentParser:
    rows = argparse.ArgumentParser(add_help=False)
    out = rows.add_argument_group("output")
    told = "default: what FILE ends with, else table on a terminal and csv elsewhere"
    out.add_argument("-f", "--format", choices=("table", *FORMATS), help=told)
    out.add_argument("-o", "--output", type=_target, metavar="FILE", help="instead of standard output")
    out.add_argument("--table", metavar="NAME", help="of the report's tables; default: the main one")
    return rows


def _interval(sub: argparse.ArgumentParser, nargs: str | None = None) -> None:
    told = "yesterday, last-1h, 2026-03, 2026-03-09/2026-03-10, …"
    sub.add_argument("interval", nargs=nargs, metavar="INTERVAL", help=told)


def _wishes(sub: argparse.ArgumentParser, *names: str) -> None:
    several = {"nargs": "+", "type": _names}
    known: dict[str, dict[str, Any]] = {
        "group-by": {**several, "metavar": "DIMENSION"},
        "metrics": {**several, "metavar": "METRIC"},
        "query": {"metavar": "JSON", "help": "the API's own body, or @FILE; sent as it is"},
        "strict": {"action": "store_true", "help": "unknown names are errors"},
        "tz": {"dest": "time_zone", "metavar": "ZONE", "help": "whose days are meant, such as Europe/Paris"},
        "resume": {"metavar": "PLACE", "help": "go on where the same report ended: what its error named"},
        "job": {"metavar": "ID", "help": "one that was submitted earlier: read its results"},
        "via": {"metavar": "WAY", "help": "auto, query, job"},
        "wide": {"action": "store_true", "help": "a column a metric"},
        "where": {"action": "append", "type": _pair, "metavar": "K=V", "help": "repeat a name for several values"},
    }
    for name in names:
        sub.add_argument(f"--{name}", **known[name])


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form name=value")
    return name, value


def _target(text: str) -> str | None:
    return None if text == "-" else text


def _names(text: str) -> list[str]:
    return [name for name in text.split(",") if name]
