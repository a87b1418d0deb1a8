"""The client for tasks of asyncio."""

from __future__ import annotations

from ..base import BaseClient
from .pump import AsyncPump
from .result import AsyncResult
from .transport import AiohttpTransport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from .. import _native
    from ..clock import Clock
    from ..orders import Keep
    from .transport import AsyncTransport

__all__ = ["AsyncClient"]


class AsyncClient(BaseClient[AsyncResult, "AsyncTransport"]):
    """Asks one organisation for reports. Tasks of one event loop may share it; another loop needs another client."""

    _pump: AsyncPump

    async def close(self) -> None:
        """Cancels what is open and closes the connections. What is asked afterwards raises `CancelledError`.

        Who waits for an answer hears of it at once. A thread of `Client` that is still connecting, or that sends
        through another library than urllib3, hears of it when the answer or its timeout has come.
        """
        await self._pump.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _pumping(
        self, session: _native.Session, transport: AsyncTransport | None, keep: Keep, clock: Clock
    ) -> AsyncPump:
        return AsyncPump(session, transport or AiohttpTransport(), keep, clock)

    def _result(self, call: int, report: dict[str, Any]) -> AsyncResult:
        return AsyncResult(self._pump, call, report, self._progress)
