"""What a client tells while it works."""

from __future__ import annotations

from collections.abc import Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["Notice"]


class Notice:
    """What a person would like to know while waiting."""

    __slots__ = ("call", "kind", "text", "wait")

    def __init__(self, shape: Mapping[str, Any]) -> None:
        self.call: int | None = shape.get("call")
        """The number of the report it concerns, if it concerns one."""
        self.kind: str = shape["kind"]
        """``job``, ``limit``, ``lint``, ``minted``, ``pace``, ``retry``, ``shared``, ``store`` or ``token_refused``"""
        self.text: str = shape["text"]
        """One sentence."""
        wait = shape.get("wait")
        self.wait: float | None = None if wait is None else wait / 1000
        """Seconds of the wait, where there is one."""

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Notice {self.kind}: {self.text}>"

    def to_dict(self) -> dict[str, Any]:
        """The parts as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}
