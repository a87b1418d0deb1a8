"""What a report yields: pages, pulled one by one, and tables."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext

from . import _native
from .errors import PegcountError, of, unreadable
from .table import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import TracebackType
    from typing import Any

    from .orders import BasePump
    from .progress import Progress
    from .pump import Pump

# What the API calls the rows of a page.
_ROWS = ("entities", "conversations", "results")

__all__ = ["Page", "Result", "Summary", "Tables"]


class Summary:
    """What a finished report did."""

    __slots__ = ("duplicates", "items", "outside", "pages", "requests", "retries", "waited")

    def __init__(self, shape: Mapping[str, Any]) -> None:
        self.pages: int = shape["pages"]
        """Pages delivered."""
        self.items: int = shape["items"]
        """Conversations or entities delivered; an answer that lists neither counts as one."""
        self.outside: int = shape["outside"]
        """Conversations left out because they start outside the asked interval."""
        self.duplicates: int = shape["duplicates"]
        """Conversations left out because an earlier page had them."""
        self.requests: int = shape["requests"]
        """Requests sent, repeated ones included, log-ins not."""
        self.retries: int = shape["retries"]
        """Requests repeated."""
        self.waited: float = shape["waited"] / 1000
        """Seconds waited for limits and retries."""

    def __repr__(self) -> str:
        return f"<Summary {' '.join(f'{name}={getattr(self, name)}' for name in self.__slots__)}>"

    def to_dict(self) -> dict[str, Any]:
        """The parts as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}


class Tables(Mapping[str, Table]):
    """Tables by name, the main one first. Read from the bytes when first asked for: one alone, or all at once."""

    def __init__(self, load: Callable[[list[str] | None], dict[str, _native.Table]]) -> None:
        self._load = load
        self._read: dict[str, Table] = {}
        self._whole = False

    @property
    def table(self) -> Table:
        """The main table: the only one of aggregates and listings."""
        for table in self.values():
            return table
        raise LookupError("there are no tables")

    def __getitem__(self, name: str) -> Table:
        if name not in self._read and not self._whole:
            # One alone costs a part of what all of them cost; from the fourth on it is cheaper to have them all.
            try:
                self._fill([name] if len(self._read) < 3 else None)
            except PegcountError:
                # Is it the name, or the answer?
                self._fill(None)
        try:
            return self._read[name]
        except KeyError:
            raise KeyError(f"{name}: there are {', '.join(self)}") from None

    def __iter__(self) -> Iterator[str]:
        self._fill(None)
        return iter(self._read)

    def __len__(self) -> int:
        self._fill(None)
        return len(self._read)

    def _fill(self, names: list[str] | None) -> None:
        if not self._whole:
            self._whole = names is None
            # Rebuilt where all are read, so that they come in the order of the documentation.
            kept = {} if self._whole else self._read
            self._read = kept | {name: Table(native) for name, native in self._load(names).items()}

    def __repr__(self) -> str:
        return f"<Tables {', '.join(f'{name}: {len(table)} rows' for name, table in self.items())}>"


class Page:
    """One answer of the server: its bytes, and the tables in it when they are asked for."""

    def __init__(self, context: dict[str, Any], body: bytes) -> None:
        self.body = body
        """The answer as it came."""
        self._context = context
        self._tables: Tables | None = None

    @property
    def number(self) -> int:
        """1 for the first page."""
        return int(self._context["number"])

    @property
    def request_id(self) -> str | None:
        """The id to give to Genesys support."""
        return self._context.get("request_id")

    @property
    def tables(self) -> Tables:
        """The rows of this page, read when first asked for."""
        if self._tables is None:
            # Not through `self`: a page that holds itself would stay until the collector comes by.
            context, body = self._context, self.body
            self._tables = Tables(lambda names: _native.decode(context, body, names))
        return self._tables

    @property
    def table(self) -> Table:
        """The main table of this page."""
        return self.tables.table

    def json(self) -> Any:
        """The answer as Python objects; None if it is empty."""
        import json

        try:
            return json.loads(self.body) if self.body.strip() else None
        except (RecursionError, ValueError) as error:
            # The core found it to be JSON: it is nested deeper, or its numbers are longer, than Python reads.
            raise unreadable(f"Python cannot read this answer: {type(error).__name__}", self.request_id) from None

    def __repr__(self) -> str:
        return f"<Page {self.number}, {len(self.body)} bytes>"


class BaseResult:
    """What results of threads and of tasks have in common."""

    def __init__(self, pump: BasePump, call: int, report: dict[str, Any], progress: Progress | None) -> None:
        self.request_ids: list[str] = []
        """The ids of the answers so far, to give to Genesys support."""
        self.summary: Summary | None = None
        """What the report did, once it has ended."""
        self._pump = pump
        self._call = call
        self._report = report
        self._progress = progress
        self._open = True

    def nothing(self) -> Tables:
        """The tables without rows: they still have their columns."""
        return Tables(lambda names: _native.decode({"report": self._report}, b"{}", names))

    def close(self) -> None:
        """Gives up what was not read."""
        if self._open:
            self._open = False
            self._pump.cancel(self._call)

    def _heard(self, event: Mapping[str, Any]) -> Page | None:
        """The page of an event; None if it is the end."""
        if event["event"] == "page":
            page = Page(event["page"], event["body"])
            if page.request_id is not None:
                self.request_ids.append(page.request_id)
            return page
        self._open = False
        self._pump.end(self._call)
        if event["event"] == "failed":
            raise of(event["error"])
        self.summary = Summary(event["summary"])
        return None

    def _still_open(self) -> None:
        if not self._open:
            raise ValueError("this result has ended or was closed: keep what `read` gave, or ask again")

    def _watch(self) -> AbstractContextManager[object]:
        """Progress on a terminal, while the pages come."""
        return nullcontext() if self._progress is None else self._progress.watch(self._call, self._report["report"])

    def _whole(self, pages: Sequence[Mapping[str, _native.Table]]) -> Tables:
        """One table of each name, of those of the pages."""
        if not pages:
            return self.nothing()
        parts: dict[str, list[_native.Table]] = {}
        for page in pages:
            for name, native in page.items():
                parts.setdefault(name, []).append(native)
        whole = {name: _native.Table.concat(natives) for name, natives in parts.items()}
        return Tables(lambda _: whole)

    def __del__(self) -> None:
        if getattr(self, "_open", False):
            self._pump.forget(self._call)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._report['report']}, {'open' if self._open else 'ended'}>"


class Result(BaseResult):
    """A report under way: iterate it for pages, or `read` it whole.

    Nothing is sent before the first page is asked for, and no further page is fetched before the one at hand is done
    with: memory stays flat.
    """

    _pump: Pump

    def __iter__(self) -> Iterator[Page]:
        return self

    def __next__(self) -> Page:
        if not self._open:
            raise StopIteration
        try:
            event = self._pump.next(self._call)
        except BaseException:
            self._open = False
            raise
        page = self._heard(event)
        if page is None:
            raise StopIteration
        return page

    def read(self, tables: list[str] | None = None) -> Tables:
        """All pages that are left as tables, one of each name, or those named only. Shows progress on a terminal.

        A result is read once: afterwards it raises ``ValueError``.
        """
        self._still_open()
        return self._whole([_native.decode(page._context, page.body, tables) for page in self.watched()])

    def json(self) -> Any:
        """The answer as Python objects. Of several pages, the first with the rows of all of them."""
        self._still_open()
        return joined([page.json() for page in self.watched()])

    def watched(self) -> Iterator[Page]:
        """The pages, with progress on a terminal."""
        with self._watch():
            yield from self

    def __enter__(self) -> Result:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def joined(pages: list[Any]) -> Any:
    """One answer of several pages: the first with the rows of all of them."""
    if len(pages) < 2:
        return pages[0] if pages else None
    key = next((key for key in _ROWS if all(isinstance(page, dict) and key in page for page in pages)), None)
    return pages if key is None else {**pages[0], key: [row for page in pages for row in page[key]]}
