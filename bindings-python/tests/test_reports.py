"""Every report, end to end against the sandbox: requests, pages, rows, faults on the way."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pegcount
import pytest
from conftest import KINDS, FakeClock, Sandbox

FAULTS = ["408", "429", "502", "503", "504", "500", "reset-before", "reset-after", "truncated", "revoked"]


@pytest.fixture(params=KINDS, ids=["threads", "tasks"])
def sandbox(sandbox: Sandbox, request: pytest.FixtureRequest) -> Sandbox:
    """The sandbox, asked by clients of both kinds."""
    sandbox.kind = request.param
    return sandbox


of_threads = pytest.mark.parametrize("sandbox", [pegcount.Client], indirect=True)


def test_conversations_page_by_page(sandbox: Sandbox) -> None:
    result = sandbox.client().conversations(sandbox.interval)
    seen: list[str] = []
    for page in result:
        rows = page.tables["conversations"].to_pylist()
        assert [row["conversation_id"] for row in rows] == [
            row["conversationId"] for row in page.json()["conversations"]
        ]
        seen += [row["conversation_id"] for row in rows]
        # Nothing is fetched ahead of the reader.
        assert len(sandbox.requests("/details/query")) == page.number
    assert len(seen) == len(set(seen)) > 100
    assert result.summary is not None
    assert result.summary.items == len(seen)
    assert len(result.request_ids) == result.summary.pages


def test_conversations_as_whole_tables(sandbox: Sandbox) -> None:
    tables = sandbox.client().conversations(sandbox.interval, page_size=25).read()
    conversations = {row["conversation_id"] for row in tables["conversations"].to_pylist()}
    segments = tables["segments"].to_polars()
    assert set(segments["conversation_id"]) == conversations
    assert segments.height == len(tables["segments"])
    assert tables["conversations"].to_pyarrow().column("conversation_id").num_chunks > 1
    starts = tables["conversations"].to_polars()["conversation_start"]
    found = pegcount.interval(sandbox.interval)
    assert found.start <= starts.min() <= starts.max() < found.end  # type: ignore[operator]


def test_some_tables_only(sandbox: Sandbox) -> None:
    tables = sandbox.client().conversations(sandbox.interval).read(["segments"])
    assert list(tables) == ["segments"]
    with pytest.raises(pegcount.QueryError) as caught:
        sandbox.client().conversations(sandbox.interval).read(["segmnts"])
    assert "segments" in str(caught.value)


def test_conversations_that_match(sandbox: Sandbox) -> None:
    client = sandbox.client()
    sessions = client.conversations(sandbox.interval, where={"mediaType": ["chat", "email"]}).read()["sessions"]
    assert {"chat", "email"} <= set(sessions.to_polars()["media_type"])
    everything = client.conversations(sandbox.interval).read().table
    assert 0 < len(set(sessions.to_polars()["conversation_id"])) < len(everything)


def test_conversations_by_id(sandbox: Sandbox) -> None:
    client = sandbox.client()
    ids = [row["conversation_id"] for row in client.conversations(sandbox.interval).read().table.rows()][:7]
    found = client.conversations(ids=ids).read().table
    assert sorted(row["conversation_id"] for row in found.rows()) == sorted(ids)


def test_intervals_as_python_has_them(sandbox: Sandbox) -> None:
    client = sandbox.client()
    end = datetime.now(UTC)
    last_hours = client.conversations((end - timedelta(hours=6), end)).read().table
    assert len(last_hours) > 0
    start, end_text = sandbox.interval.split("/")
    assert len(client.conversations((start, end_text)).read().table) > 0
    with pytest.raises(pegcount.QueryError) as caught:
        client.conversations((datetime(2026, 3, 9), datetime(2026, 3, 10)))
    assert caught.value.code == "query.interval"


def test_no_rows_have_columns(sandbox: Sandbox) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    tables = sandbox.client().conversations(sandbox.interval, where={"queueId": nobody}).read()
    assert len(tables.table) == 0
    assert "conversation_id" in tables.table.column_names
    sandbox.fault("empty")
    assert len(sandbox.client().conversations(sandbox.interval, page_size=100).read()["segments"]) >= 0


def test_aggregates(sandbox: Sandbox) -> None:
    client = sandbox.client()
    asked = {"group_by": ["mediaType"], "metrics": ["nOffered", "tHandle"]}
    long = client.aggregates("conversations", sandbox.interval, **asked).read().table.to_polars()
    assert {"media_type", "metric", "stat", "value"} <= set(long.columns)
    assert set(long["metric"]) == {"nOffered", "tHandle"}
    wide = client.aggregates("conversations", sandbox.interval, wide=True, **asked).read().table
    assert len(wide) == len(set(long["media_type"]))
    hours = client.aggregates("conversations", sandbox.interval, metrics=["nOffered"], granularity="PT1H").read().table
    assert len({row["interval_start"] for row in hours.rows()}) > 12


def test_observations(sandbox: Sandbox) -> None:
    tables = sandbox.client().observations("queues").read()
    assert {row["metric"] for row in tables.table.rows()} >= {"oActiveUsers", "oOnQueueUsers"}
    assert tables.table is tables["observations"]


@pytest.mark.parametrize("of", ["users", "queues", "wrapup_codes", "divisions", "skills", "languages"])
def test_directory(sandbox: Sandbox, of: str) -> None:
    table = sandbox.client().directory(of, page_size=5).read().table
    assert len({row["id"] for row in table.rows()}) == len(table) > 2
    assert all(row["name"] for row in table.rows())


def test_any_operation(sandbox: Sandbox) -> None:
    client = sandbox.client()
    assert client.call("GET", "/api/v2/organizations/me").json()["name"]
    few = client.call("GET", "/api/v2/routing/skills", params={"pageSize": 5}).json()["entities"]
    one = client.call("GET", "/api/v2/routing/skills", params={"pageSize": 5}, paging="none").json()["entities"]
    assert len(one) == 5
    assert len(few) >= 5
    body = {"interval": sandbox.interval, "paging": {"pageSize": 3, "pageNumber": 1}}
    answer = client.call("POST", "/api/v2/analytics/conversations/details/query", body=body).json()
    assert len(answer["conversations"]) == 3


def test_a_report_as_data(sandbox: Sandbox) -> None:
    client = sandbox.client()
    same = client.report({"report": "directory", "of": "queues"}).read().table.to_pylist()
    assert same == client.directory("queues").read().table.to_pylist()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_on_the_way_changes_no_row(sandbox: Sandbox, fault: str) -> None:
    def ids(client: pegcount.Client) -> list[str]:
        return [
            row["conversation_id"]
            for row in client.conversations(sandbox.interval).read(["conversations"]).table.rows()
        ]

    undisturbed = ids(sandbox.client())
    clock = FakeClock()
    clock.wall = time.time()
    client = sandbox.client(clock=clock)
    sandbox.fault(fault, arg=0 if fault == "429" else None, count=1)
    assert ids(client) == undisturbed
    if fault != "revoked":
        assert any(notice.kind in ("retry", "limit") for notice in client.notices)


def test_a_limit_is_waited_out_in_sight(sandbox: Sandbox) -> None:
    client = sandbox.client(token_store=False)
    sandbox.fault("429", arg=1, count=1)
    client.directory("queues").read()
    notice = client.last_notice
    assert notice is not None
    assert (notice.kind, notice.wait is not None and notice.wait >= 1) == ("limit", True)


def test_a_token_that_is_refused_before_its_time(sandbox: Sandbox) -> None:
    client = sandbox.client()
    client.directory("queues").read()
    sandbox.control("POST", "/tokens/revoke")
    client.directory("queues").read()
    assert len(sandbox.requests("/oauth/token")) == 2
    assert [notice.kind for notice in client.notices] == ["minted", "token_refused", "minted"]


@of_threads
def test_threads_read_side_by_side(sandbox: Sandbox) -> None:
    client = sandbox.client()
    found: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(len(client.conversations(sandbox.interval).read(["conversations"]).table))
        )
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 6
    assert len(set(found)) == 1
    assert len(sandbox.requests("/oauth/token")) == 1


@of_threads
@pytest.mark.parametrize("name", ["RequestsTransport", "HttpxTransport"])
def test_through_other_libraries(sandbox: Sandbox, name: str) -> None:
    with sandbox.client(transport=getattr(pegcount, name)()) as client:
        assert len(client.directory("queues").read().table) > 2
