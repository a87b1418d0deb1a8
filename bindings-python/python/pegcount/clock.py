"""What tells a client the time. Imported for types alone."""

from typing import Protocol


class Clock(Protocol):
    """Two clocks: the module `time` is one. A clock may also have ``wait(waiter, seconds)``, to pass the time in its
    own way."""

    def monotonic(self) -> float: ...
    def time(self) -> float: ...
