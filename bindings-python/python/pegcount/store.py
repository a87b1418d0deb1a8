"""The token file, which many processes and languages share.

Every decision (when to load, lock, take a lock over, save) is the core's; here are the four plain operations.
"""

from __future__ import annotations

import errno
import os
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class TokenStore(Protocol):
        """Where a token is kept for others. A store that raises means no sharing, never a failed report."""

        def load(self) -> str | None:
            """The record, or None if there is none. Takes no lock."""

        def lock(self, owner: str, takeover: str | None) -> str:
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
        self._lock = self.path + ".lock"

    def __repr__(self) -> str:
        return f"FileStore({self.path!r})"

    def load(self) -> str | None:
        """The record. A file that is open to others, or theirs, is not read: ``PermissionError``."""
        return _read(self.path, private=True)

    def lock(self, owner: str, takeover: str | None) -> str:
        if takeover is not None and _read(self._lock) == takeover:
            self._replace(self._lock, owner)
        elif self._create(owner):
            return owner
        # Between two that take over at once, the last rename wins: so look.
        return _read(self._lock) or ""

    def save(self, record: str) -> None:
        self._replace(self.path, record)

    def unlock(self, owner: str) -> None:
        if _read(self._lock) == owner:
            os.unlink(self._lock)

    def clear(self) -> bool:
        """Forgets the token. Answers whether there was one."""
        try:
            os.unlink(self.path)
        except FileNotFoundError:
            return False
        return True

    def _create(self, owner: str) -> bool:
        self._folder()
        try:
            file = os.open(self._lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return False
        with os.fdopen(file, "w", encoding="utf-8") as lock:
            lock.write(owner)
        return True

    def _replace(self, path: str, text: str) -> None:
        self._folder()
        # A name of its own for each writer; mode 0600 before the first byte.
        temporary = f"{path}.{os.getpid()}.{os.urandom(4).hex()}"
        file = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(file, "w", encoding="utf-8") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise

    def _folder(self) -> None:
        os.makedirs(os.path.dirname(self.path) or ".", mode=0o700, exist_ok=True)


def _read(path: str, *, private: bool = False) -> str | None:
    try:
        with open(path, encoding="utf-8") as file:
            if private and os.name != "nt" and (why := _exposed(path, os.fstat(file.fileno()), os.geteuid())):
                raise PermissionError(errno.EACCES, why)
            return file.read()
    except FileNotFoundError:
        return None


def _exposed(path: str, found: os.stat_result, user: int) -> str | None:
    """What is wrong with the file of a token, if others can read or replace what is in it."""
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077:
        return f"{path} has mode {mode:04o}, which lets others at the token: chmod 600 {path}"
    if found.st_uid not in (user, 0):
        return f"{path} (mode {mode:04o}) belongs to another user: make it yours, then chmod 600 {path}"
    return None


def perform(store: TokenStore | None, order: dict[str, Any]) -> Any:
    """Carries out one order of the core and answers in its shape."""
    if store is None:
        return {"failed": "there is none"}
    try:
        match order["op"]:
            case "load":
                return {"loaded": store.load()}
            case "lock":
                holder = store.lock(order["owner"], order["takeover"])
                return "locked" if holder == order["owner"] else {"busy": holder}
            case "save":
                store.save(order["record"])
            case "unlock":
                store.unlock(order["owner"])
    except Exception as error:
        # The text of an unknown store's error could hold the record.
        why = error.strerror if isinstance(error, OSError) else None
        return {"failed": f"{type(error).__name__}: {why}" if why else type(error).__name__}
    return "done"
