"""The token file, which many processes and languages share.

Every decision (when to load, lock, take a lock over, save) is the core's; here are the four plain operations.
"""

from __future__ import annotations

import os
import sys

from ._native import TokenFile
from .messages import Unfit, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class TokenStore(Protocol):
        """Where a token is kept for others. A store that raises means no sharing, never a failed report."""

        def load(self) -> str | bytes | None:
            """The record, or None if there is none. Takes no lock."""

        def lock(self, owner: str, takeover: str | None) -> str | bytes:
            """Makes the lock if nobody holds it, or puts ``owner`` in the place of ``takeover`` if that one still
            holds it. Answers who holds the lock afterwards."""

        def save(self, record: str) -> None:
            """Replaces the record, all or nothing."""

        def unlock(self, owner: str) -> None:
            """Removes the lock if ``owner`` holds it."""


__all__ = ["FileStore"]


def folder(kind: str) -> str:
    """The user's ``cache`` or ``config`` folder of this program."""
    home = os.path.expanduser("~")
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA" if kind == "cache" else "APPDATA") or home
    elif kind == "cache":
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(
            home, *(("Library", "Caches") if sys.platform == "darwin" else (".cache",))
        )
    else:
        base = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    return os.path.join(base, "pegcount")


class FileStore:
    """A token in a file of mode 0600, and a ``.lock`` file beside it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self._file = TokenFile(self.path)

    def __repr__(self) -> str:
        return f"FileStore({self.path!r})"

    def load(self) -> str | None:
        """The record. A file that is open to others, or theirs, is not read: ``PermissionError``."""
        return self._file.load()

    def lock(self, owner: str, takeover: str | None) -> str:
        return self._file.lock(owner, takeover)

    def save(self, record: str) -> None:
        self._file.save(record)

    def unlock(self, owner: str) -> None:
        self._file.unlock(owner)

    def clear(self) -> bool:
        """Forgets the token. Answers whether there was one."""
        return self._file.clear()


def _text(method: str, given: Any, wanted: str) -> str:
    """What a method answered, if it is text; bytes are what a server of keys and values gives."""
    if isinstance(given, (bytes, bytearray)):
        try:
            return given.decode()
        except UnicodeDecodeError:
            raise Unfit(f"{method} gave bytes that are not UTF-8") from None
    if not isinstance(given, str):
        raise Unfit(f"{method} gave {type(given).__name__}: {wanted} was expected")
    return whole(method, given)


def perform(store: TokenStore | None, order: dict[str, Any]) -> Any:
    """Carries out one order of the core and answers in its shape."""
    if store is None:
        return {"failed": "there is none"}
    try:
        match order["op"]:
            case "load":
                record = store.load()
                return {"loaded": None if record is None else _text("load", record, "a record or None")}
            case "lock":
                holder = _text("lock", store.lock(order["owner"], order["takeover"]), "who holds the lock")
                return "locked" if holder == order["owner"] else {"busy": holder}
            case "save":
                store.save(order["record"])
            case "unlock":
                store.unlock(order["owner"])
    except Unfit as error:
        return {"failed": str(error)}
    except Exception as error:
        # The text of an unknown store's error could hold the record.
        why = error.strerror if isinstance(error, OSError) else None
        return {"failed": f"{type(error).__name__}: {why}" if why else type(error).__name__}
    return "done"
