"""A table to look at."""

from __future__ import annotations

import os
import shutil
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Any

    from ..table import Table
    from .talk import Talk

    # A name, a width, and whether the cells are numbers.
    Column = tuple[str, int, bool]

# Longer than an id of Genesys, shorter than most remarks.
WIDEST = 40
GAP = "  "


class Grid:
    """Writes rows under each other. Widths and columns are settled by the first page, so that memory stays flat.

    Columns that are empty, and on a terminal those that do not fit, are left out, and said so.
    """

    def __init__(self, path: str | None, talk: Talk) -> None:
        self._path = path
        self._out = sys.stdout if path is None else open(path, "w", encoding="utf-8")
        self._width = shutil.get_terminal_size().columns if self._out.isatty() else None
        self._talk = talk
        self._columns: list[Column] | None = None

    def write(self, table: Table) -> None:
        """Adds the rows of a table."""
        rows = table.to_pylist()
        if self._columns is None:
            self._columns = self._settle(table.column_names, rows)
            self._line([name for name, _, _ in self._columns])
            self._line(["-" * width for _, width, _ in self._columns])
        for row in rows:
            self._line([text(row.get(name)) for name, _, _ in self._columns])

    def _settle(self, names: list[str], rows: list[dict[str, Any]]) -> list[Column]:
        columns = []
        for name in names:
            cells = [row[name] for row in rows if row[name] not in (None, [])]
            if rows and not cells:
                continue
            width = min(WIDEST, max([len(name), *(len(text(cell)) for cell in cells)]))
            columns.append(
                (
                    name,
                    width,
                    all(isinstance(cell, (int, float)) and cell is not True and cell is not False for cell in cells),
                )
            )
        shown = columns if self._width is None else list(_fitting(columns, self._width))
        if len(shown) < len(names):
            hidden = len(names) - len(shown)
            self._talk.say(f"{hidden} of {len(names)} columns are empty or do not fit: -f csv has them all")
        return shown

    def _line(self, cells: list[str]) -> None:
        padded = (
            cell.rjust(width) if number else _cut(cell, width).ljust(width)
            for cell, (_, width, number) in zip(cells, self._columns or (), strict=True)
        )
        self._out.write(GAP.join(padded).rstrip() + "\n")

    def __enter__(self) -> Grid:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._path is None:
            self._out.flush()
            return
        self._out.close()
        if kind is not None:
            os.unlink(self._path)


def text(cell: Any) -> str:
    """A cell as a person reads it."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return f"{cell:.6g}"
        case list():
            return ", ".join(map(text, cell))
        case _ if hasattr(cell, "isoformat"):
            return f"{cell:%Y-%m-%d %H:%M:%S}"
    # No escape sequence of a stranger's text reaches the terminal.
    return "".join(letter if letter.isprintable() else "?" for letter in str(cell))


def _cut(cell: str, width: int) -> str:
    return cell if len(cell) <= width else cell[: width - 1] + "…"


def _fitting(columns: list[Column], room: int) -> Iterator[Column]:
    for column in columns:
        room -= column[1]
        if room < 0:
            return
        yield column
        room -= len(GAP)
