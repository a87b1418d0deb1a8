"""Tables: what other libraries take, and files."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas
import pegcount
import polars
import pyarrow
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import pytest

BODY = json.dumps(
    {
        "conversations": [
            {
                "conversationId": f"1bc96a39-6725-40c4-9345-db72aa67b8c{n}",
                "conversationStart": "2026-03-09T12:27:53.386Z",
                "conversationEnd": "2026-03-09T12:30:00.000Z",
                "originatingDirection": "inbound",
                "divisionIds": ["a,b", 'c"d'],
                "somethingNew": {"n": n},
                "participants": [
                    {
                        "participantId": "p",
                        "participantName": 'Zoë, the "quick"\nfox',
                        "purpose": "customer",
                        "sessions": [
                            {"sessionId": "s", "mediaType": "voice", "metrics": [{"name": "tTalk", "value": 1.5}]}
                        ],
                    }
                ],
            }
            for n in range(3)
        ]
    }
)
REPORT = {"report": "conversations"}


@pytest.fixture
def table() -> pegcount.Table:
    return pegcount.decode(REPORT, BODY)["conversations"]


def test_the_tables_of_an_answer() -> None:
    tables = pegcount.decode(REPORT, BODY)
    assert next(iter(tables)) == "conversations"
    assert tables.table is tables["conversations"]
    assert (len(tables["conversations"]), len(tables["participants"]), len(tables["segments"])) == (3, 3, 0)
    assert "segments" in tables
    assert "nonsense" not in tables
    with pytest.raises(KeyError, match="there are conversations, participants"):
        tables["nonsense"]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, bytes.decode])
def test_bytes_of_every_kind(kind: Any) -> None:
    assert len(pegcount.decode(REPORT, kind(BODY.encode())).table) == 3


def test_some_tables_are_what_they_are_among_all():
    some, all_ = pegcount.decode(REPORT, BODY, tables=["participants"]), pegcount.decode(REPORT, BODY)
    assert list(some) == ["participants"]
    assert some["participants"].to_pylist() == all_["participants"].to_pylist()
    with pytest.raises(pegcount.QueryError, match="segmets"):
        pegcount.decode(REPORT, BODY, tables=["segmets"])


def test_rows_need_no_other_library(table: pegcount.Table) -> None:
    first = table.to_pylist()[0]
    assert first["conversation_id"] == "1bc96a39-6725-40c4-9345-db72aa67b8c0"
    assert first["conversation_start"] == datetime(2026, 3, 9, 12, 27, 53, 386000, tzinfo=UTC)
    assert first["division_ids"] == ["a,b", 'c"d']
    assert first["duration_ms"] == 126_614
    assert json.loads(first["_extra"]) == {"somethingNew": {"n": 0}}
    assert list(first) == table.column_names
    assert list(table.rows(size=2)) == table.to_pylist()


def test_rows_without_an_arrow_library() -> None:
    program = f"""
import sys
for name in ("pyarrow", "polars", "pandas", "numpy"): sys.modules[name] = None
import pegcount
print(len(pegcount.decode({REPORT!r}, {BODY!r}).table.to_pylist()))
"""
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert shown == "3\n"


def test_other_libraries_take_a_table(table: pegcount.Table) -> None:
    rows, table_ = table.to_pylist(), table
    assert len(table_) == 3
    assert pyarrow.table(table).to_pylist() == rows
    assert table.to_pyarrow().schema == pyarrow.schema(table)
    assert polars.DataFrame(table).to_dicts() == table.to_polars().to_dicts() == rows
    assert duckdb.sql("select count(*), min(duration_ms) from table_").fetchall() == [(3, 126_614)]
    frame = table.to_pandas()
    assert list(frame["conversation_id"]) == [row["conversation_id"] for row in rows]
    assert frame["conversation_start"][0] == pandas.Timestamp("2026-03-09T12:27:53.386Z")


def test_types_are_exact(table: pegcount.Table) -> None:
    schema = pyarrow.schema(table)
    assert schema.field("conversation_start").type == pyarrow.timestamp("ms", "UTC")
    assert schema.field("duration_ms").type == pyarrow.int64()
    assert schema.field("division_ids").type.value_type == pyarrow.string()
    assert list(table.schema) == schema.names


def test_a_table_outlives_what_it_was_read_from() -> None:
    taken = pyarrow.table(pegcount.decode(REPORT, BODY).table)
    assert taken.num_rows == 3
    stream = pegcount.decode(REPORT, BODY).table.__arrow_c_stream__()
    del stream


def test_an_empty_answer_has_columns() -> None:
    empty = pegcount.decode(REPORT, "{}").table
    assert len(empty) == 0
    assert empty.to_pylist() == []
    assert "conversation_id" in empty.column_names
    assert empty.to_polars().shape == (0, len(empty.column_names))


def test_files_hold_the_same_rows(table: pegcount.Table, tmp_path: Path) -> None:
    for ending in ("csv", "ndjson", "parquet", "arrow"):
        getattr(table, f"to_{ending}")(tmp_path / f"t.{ending}")
    assert pyarrow.parquet.read_table(tmp_path / "t.parquet").to_pylist() == table.to_pylist()
    assert pyarrow.feather.read_table(tmp_path / "t.arrow").to_pylist() == table.to_pylist()
    assert (
        polars.read_csv(tmp_path / "t.csv")["conversation_id"].to_list()
        == table.to_polars()["conversation_id"].to_list()
    )
    lines = [json.loads(line) for line in (tmp_path / "t.ndjson").read_text().splitlines()]
    assert [line["duration_ms"] for line in lines] == [126_614] * 3
    assert sorted(file.name for file in tmp_path.glob("t.*")) == ["t.arrow", "t.csv", "t.ndjson", "t.parquet"]


def test_files_that_are_open_already(table: pegcount.Table) -> None:
    text = table.to_csv()
    assert text is not None
    assert text.startswith("conversation_id,")
    written = io.StringIO(newline="")
    table.to_csv(written)
    assert written.getvalue() == text
    out = io.BytesIO()
    table.to_parquet(out)
    out.seek(0)
    assert pyarrow.parquet.read_table(out).num_rows == 3
    with pytest.raises(TypeError, match="binary"):
        table.to_parquet(io.StringIO())


def test_a_pipe_gets_the_streaming_format(table: pegcount.Table) -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as out:
        table.to_arrow(out)
    with os.fdopen(reader, "rb") as source:
        assert pyarrow.ipc.open_stream(source.read()).read_all().num_rows == 3


def test_a_file_is_whole_or_not_there(table: pegcount.Table, tmp_path: Path) -> None:
    from pegcount.write import Writer

    target = tmp_path / "t.parquet"
    with pytest.raises(RuntimeError), Writer("parquet", target) as writer:
        writer.write(table)
        raise RuntimeError
    assert not list(tmp_path.glob("t.parquet*"))
    with pytest.raises(FileNotFoundError):
        table.to_csv(tmp_path / "absent" / "t.csv")


def test_a_named_pipe_stays_one(table: pegcount.Table, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    read = subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE)
    table.to_csv(tmp_path / "pipe")
    assert read.communicate(timeout=20)[0].startswith(b"conversation_id,")
    assert (tmp_path / "pipe").is_fifo()


def test_many_pages_in_one_file(table: pegcount.Table, tmp_path: Path) -> None:
    from pegcount.write import Writer

    for ending in ("csv", "parquet", "arrow", "ndjson"):
        with Writer(ending, tmp_path / ending) as writer:
            for _ in range(4):
                writer.write(table)
    assert pyarrow.parquet.read_table(tmp_path / "parquet").num_rows == 12
    assert pyarrow.feather.read_table(tmp_path / "arrow").num_rows == 12
    assert polars.read_csv(tmp_path / "csv").height == 12
    assert len((tmp_path / "ndjson").read_text().splitlines()) == 12


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "answer.truncated"),
        ("<html>", "answer.not_json"),
        (BODY[:-20], "answer.truncated"),
        ('"text"', "answer.unexpected"),
        (b"\xff\xfe", "answer.not_json"),
    ],
)
def test_bytes_that_are_no_answer(body: str | bytes, code: str) -> None:
    with pytest.raises(pegcount.AnswerError) as caught:
        pegcount.decode(REPORT, body)
    assert caught.value.code == code


def test_nesting_without_end() -> None:
    deep = '{"conversations":[],"x":' + "[" * 10_000 + "]" * 10_000 + "}"
    try:
        assert len(pegcount.decode(REPORT, deep).table) == 0
    except pegcount.AnswerError as error:
        assert error.code.startswith("answer.")
