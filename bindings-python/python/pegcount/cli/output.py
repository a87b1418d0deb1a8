"""Where the data goes: a file, a pipe, or a terminal."""

from __future__ import annotations

import os
import sys

from ..write import FORMATS, Writer
from . import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import IO

    from .grid import Grid
    from .talk import Talk


def rows(path: str | None, format: str | None, talk: Talk) -> AbstractContextManager[Writer | Grid]:
    """Opens what the user named for tables of the same columns, one after another."""
    terminal = path is None and sys.stdout.isatty()
    ending = os.path.splitext(path or "")[1].removeprefix(".")
    wanted = format or (ending if ending in FORMATS else "table" if terminal else "csv")
    if terminal and wanted in ("parquet", "arrow"):
        raise UsageError(f"{wanted} is not for a terminal: give it a file with -o")
    if wanted == "table":
        from .grid import Grid

        return Grid(path, talk)
    return Writer(wanted, sys.stdout.buffer if path is None else path)


def binary(path: str | None) -> AbstractContextManager[IO[bytes]]:
    """Opens what the user named for bytes."""
    from contextlib import nullcontext

    return nullcontext(sys.stdout.buffer) if path is None else open(path, "wb")
