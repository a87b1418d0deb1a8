"""What a report yields to a task."""

from __future__ import annotations

import asyncio

from .. import _native
from ..result import BaseResult, joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from types import TracebackType
    from typing import Any

    from ..result import Page, Tables
    from .pump import AsyncPump

__all__ = ["AsyncResult"]


class AsyncResult(BaseResult):
    """A report under way: iterate it for pages, or `read` it whole.

    Nothing is sent before the first page is asked for, and no further page is fetched before the one at hand is done
    with: memory stays flat.
    """

    _pump: AsyncPump

    def __aiter__(self) -> AsyncIterator[Page]:
        return self

    async def __anext__(self) -> Page:
        if not self._open:
            raise StopAsyncIteration
        try:
            event = await self._pump.next(self._call)
        except BaseException:
            self._open = False
            raise
        page = self._heard(event)
        if page is None:
            raise StopAsyncIteration
        return page

    async def read(self, tables: list[str] | None = None) -> Tables:
        """All pages that are left as tables, one of each name, or those named only. Shows progress on a terminal.

        A result is read once: afterwards it raises ``ValueError``.
        """
        self._still_open()
        parts: list[dict[str, _native.Table]] = []
        with self._watch():
            async for page in self:
                try:
                    # Rows are made without Python's lock: meanwhile the loop has a life of its own.
                    parts.append(await asyncio.to_thread(_native.decode, page._context, page.body, tables))
                except asyncio.CancelledError:
                    self.close()
                    raise
        return self._whole(parts)

    async def json(self) -> Any:
        """The answer as Python objects. Of several pages, the first with the rows of all of them."""
        self._still_open()
        with self._watch():
            return joined([page.json() async for page in self])

    async def watched(self) -> AsyncIterator[Page]:
        """The pages, with progress on a terminal."""
        with self._watch():
            async for page in self:
                yield page

    async def aclose(self) -> None:
        """Gives up what was not read, and waits until nothing of it is left."""
        self.close()
        await self._pump.settle()

    async def __aenter__(self) -> AsyncResult:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
