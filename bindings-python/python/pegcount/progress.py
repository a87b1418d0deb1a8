"""How far a report has come, on one line of a terminal."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import IO

    from .notice import Notice


class Progress:
    """Talks to a terminal, and to nothing else: logs and pipes stay clean."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._watches: dict[int, Watch] = {}

    @classmethod
    def on_terminal(cls) -> Progress | None:
        """One on standard error, if that is a terminal."""
        out = sys.stderr
        return cls(out) if out is not None and out.isatty() else None

    def watch(self, call: int, report: str) -> Watch:
        """A report begins."""
        return Watch(self, call, report)

    def tell(self, notice: Notice) -> None:
        """Shows a notice while something is being watched: how far it is on the line, anything else above it."""
        if not self._watches:
            return
        watch = self._watches.get(notice.call or 0)
        if notice.kind == "progress" and watch is not None:
            watch.text = notice.text
        elif notice.kind not in ("minted", "shared", "progress"):
            self._out.write(f"\r\x1b[2K{notice.text}\n")
        self.draw()

    def draw(self) -> None:
        """Writes the line again, or clears it when nothing is left to watch."""
        line = "  ".join(f"{watch.report}: {watch.text}" for watch in self._watches.values())
        self._out.write(f"\r\x1b[2K{line}")
        self._out.flush()


class Watch:
    """One report under way."""

    def __init__(self, progress: Progress, call: int, report: str) -> None:
        self.report = report
        self.text = "…"
        self._progress = progress
        self._call = call

    def __enter__(self) -> Watch:
        self._progress._watches[self._call] = self
        self._progress.draw()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del self._progress._watches[self._call]
        self._progress.draw()
