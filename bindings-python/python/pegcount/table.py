"""Tables: Arrow memory that other libraries take without a copy."""

from __future__ import annotations

from . import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from typing import IO, Any

    import pandas
    import polars
    import pyarrow

    Target = str | os.PathLike[str] | IO[Any]

__all__ = ["Table"]


class Table:
    """Rows of one kind.

    Everything that speaks the Arrow PyCapsule interface takes it: ``pyarrow.table(t)``, ``polars.DataFrame(t)``,
    ``duckdb.sql("from t")``.
    """

    def __init__(self, native: _native.Table) -> None:
        self.native = native

    def __len__(self) -> int:
        return len(self.native)

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, in order."""
        return self.native.column_names

    @property
    def schema(self) -> dict[str, str]:
        """The columns and their Arrow types, as text."""
        return self.native.schema

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.native.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self.native.__arrow_c_schema__()

    def to_pylist(self) -> list[dict[str, Any]]:
        """The rows as dictionaries; needs no other library. Times are aware datetimes, durations milliseconds."""
        return self.native.to_pylist()

    def rows(self, size: int = 1000) -> Iterator[dict[str, Any]]:
        """The rows one by one, made ``size`` at a time."""
        for start in range(0, len(self), size):
            yield from self.native.to_pylist(start, size)

    def to_pyarrow(self) -> pyarrow.Table:
        """A `pyarrow.Table` on the same memory."""
        import pyarrow

        return pyarrow.table(self)

    def to_polars(self) -> polars.DataFrame:
        """A `polars.DataFrame`."""
        import polars

        return polars.DataFrame(self)

    def to_pandas(self) -> pandas.DataFrame:
        """A `pandas.DataFrame`, made by pandas itself or through pyarrow, whichever is there."""
        import pandas

        read = getattr(pandas.DataFrame, "from_arrow", None)
        return self.to_pyarrow().to_pandas() if read is None else read(self)

    def to_csv(self, target: Target | None = None) -> str | None:
        """CSV, with a header, into a file or as text."""
        return self._text("csv", target)

    def to_ndjson(self, target: Target | None = None) -> str | None:
        """One JSON object a line, into a file or as text."""
        return self._text("ndjson", target)

    def to_parquet(self, target: Target) -> None:
        """A Parquet file, compressed with Snappy."""
        self._write("parquet", target)

    def to_arrow(self, target: Target) -> None:
        """An Arrow IPC file."""
        self._write("arrow", target)

    def _write(self, format: str, target: Target) -> None:
        from .write import Writer

        with Writer(format, target) as writer:
            writer.write(self)

    def _text(self, format: str, target: Target | None) -> str | None:
        if target is not None:
            self._write(format, target)
            return None
        import io

        out = io.BytesIO()
        self._write(format, out)
        return out.getvalue().decode()

    def __repr__(self) -> str:
        return f"<Table {len(self)} rows: {', '.join(self.column_names)}>"
