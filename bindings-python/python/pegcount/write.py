"""Files from tables, written page by page: whatever passes through, the memory stays flat."""

from __future__ import annotations

import os

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import IO, Any

    from .table import Table, Target

FORMATS = ("csv", "ndjson", "parquet", "arrow")


class Writer:
    """Writes tables of the same columns one after another into a path or an open file.

    ``arrow`` is the IPC file format, or the stream format where the target cannot seek (a pipe).
    """

    def __init__(self, format: str, target: Target) -> None:
        if format not in FORMATS:
            raise ValueError(f"{format!r} is none of {', '.join(FORMATS)}")
        self._format = format
        self._path = os.fspath(target) if isinstance(target, (str, os.PathLike)) else None
        # A file appears under its name when it is whole; a device or a named pipe is there already.
        whole = self._path is None or (os.path.exists(self._path) and not os.path.isfile(self._path))
        self._partial = self._path if whole else f"{self._path}.partial"
        self._out: IO[Any] = target if self._partial is None else open(self._partial, "wb")  # type: ignore[assignment]
        self._text = hasattr(self._out, "encoding")
        self._encoder: _native.ParquetWriter | _native.ArrowWriter | None = None
        self._begun = False

    def write(self, table: Table) -> None:
        """Adds the rows of a table."""
        native = table.native
        match self._format:
            case "csv":
                self._put(native.to_csv(not self._begun))
            case "ndjson":
                self._put(native.to_ndjson())
            case _:
                if self._encoder is None:
                    self._encoder = self._begin(native)
                self._put(self._encoder.write(native))
        self._begun = True

    def _begin(self, like: _native.Table) -> _native.ParquetWriter | _native.ArrowWriter:
        if self._text:
            raise TypeError(f"{self._format} needs a file opened in binary mode")
        if self._format == "parquet":
            return _native.ParquetWriter(like)
        return _native.ArrowWriter(like, stream=self._path is None and not self._out.seekable())

    def _put(self, data: bytes) -> None:
        self._out.write(data.decode() if self._text else data)

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and self._encoder is not None:
                self._put(self._encoder.close())
        finally:
            if self._path is None or self._partial is None:
                self._out.flush()
            else:
                self._out.close()
                if self._partial != self._path:
                    os.replace(self._partial, self._path) if kind is None else os.unlink(self._partial)
