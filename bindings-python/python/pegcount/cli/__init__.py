"""The command line. Data goes to standard output, talk to standard error."""

from __future__ import annotations

import signal
import sys

from ..errors import PegcountError
from .talk import Talk

__all__ = ["main"]

OWN_FAULT, USAGE, INTERRUPTED, TERMINATED = 1, 2, 130, 143


class UsageError(Exception):
    """The command was written in a way that cannot be meant."""


def main(argv: list[str] | None = None) -> int:
    """Runs one command and answers its exit code."""
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["sandbox"]:
        from .sandbox import run_sandbox

        return run_sandbox(argv[1:])
    from .arguments import parser

    # A scheduler that ends us lets us take away what is half written.
    signal.signal(signal.SIGTERM, _terminated)
    options = parser().parse_args(argv)
    talk = Talk(as_json=options.json, verbose=options.verbose, quiet=options.quiet)
    try:
        options.run(options, talk)
        sys.stdout.flush()
        return 0
    except KeyboardInterrupt:
        talk.trouble("interrupted", "cancelled")
        return INTERRUPTED
    except PegcountError as error:
        talk.error(error)
        return _exit_code(error)
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep the interpreter from complaining about it on its way out.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, UsageError) as error:
        talk.trouble(str(error), "usage")
        return USAGE
    except Exception:
        import traceback

        talk.trouble(f"this is a fault of pegcount itself:\n{traceback.format_exc()}", "internal")
        return OWN_FAULT


def _terminated(*_: object) -> None:
    sys.exit(TERMINATED)


def _exit_code(error: PegcountError) -> int:
    from .. import _native

    return next(int(kind["exit_code"]) for kind in _native.kinds() if kind["code"] == error.code)
