"""The client for threads."""

from __future__ import annotations

from .base import BaseClient
from .pump import Pump
from .result import Result
from .transport import Urllib3Transport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from . import _native
    from .clock import Clock
    from .orders import Keep
    from .transport import Transport

__all__ = ["Client"]


class Client(BaseClient[Result, "Transport"]):
    """Asks one organisation for reports. Threads may share it; after a fork it still works."""

    _pump: Pump

    def close(self) -> None:
        """Cancels what is open and closes the connections. What is asked afterwards raises `CancelledError`.

        Who waits for an answer hears of it at once. A thread of `Client` that is still connecting, or that sends
        through another library than urllib3, hears of it when the answer or its timeout has come.
        """
        self._pump.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _pumping(self, session: _native.Session, transport: Transport | None, keep: Keep, clock: Clock) -> Pump:
        return Pump(session, transport or Urllib3Transport(), keep, clock)

    def _result(self, call: int, report: dict[str, Any]) -> Result:
        return Result(self._pump, call, report, self._progress)
