"""Reports by job, against the sandbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pegcount
import pytest
from conftest import KINDS, FakeClock, Sandbox

JOBS = "/api/v2/analytics/conversations/details/jobs"


@pytest.fixture(params=KINDS, ids=["threads", "tasks"], autouse=True)
def kind(request: pytest.FixtureRequest, sandbox: Sandbox) -> Any:
    sandbox.kind = request.param
    return request.param


def earlier(sandbox: Sandbox) -> str:
    """A day whose last threads are over, and whose data has reached the lake."""
    start, _ = pegcount.interval(sandbox.interval)
    return f"{start - timedelta(days=10):%Y-%m-%d}/{start - timedelta(days=9):%Y-%m-%d}"


def quick(sandbox: Sandbox, **settings: Any) -> Any:
    """A client whose waits take no time, at a sandbox whose clock goes with them."""

    class Clock(FakeClock):
        def wait(self, waiter: object, seconds: float) -> None:
            super().wait(waiter, seconds)
            sandbox.control("POST", "/clock", {"advance_ms": int(seconds * 1000)})

    return sandbox.client(clock=Clock(), **settings)


def ids(table: Any) -> list[str]:
    return sorted(row["conversation_id"] for row in table.to_pylist())


def test_a_job_gives_what_the_query_gives_and_attributes_too(sandbox: Sandbox) -> None:
    client, day = quick(sandbox), earlier(sandbox)
    asked = client.conversations(day).read()
    given = client.conversations(day, via="job", page_size=50).read()
    assert ids(asked["conversations"]) == ids(given["conversations"])
    assert len(given["segments"]) == len(asked["segments"])
    assert len(given["participant_attributes"]) > 0
    lines = [line for line in sandbox.requests() if line["path"].startswith(JOBS)]
    methods = [line["method"] for line in lines]
    assert methods.count("POST") == 1
    assert sum(line["path"].endswith("/results") for line in lines) > 1
    assert any(notice.kind == "job" for notice in client.notices)


def test_aggregates_by_job_are_those_of_the_query(sandbox: Sandbox) -> None:
    client, day = quick(sandbox), earlier(sandbox)
    wishes: dict[str, Any] = {"group_by": ["queueId", "mediaType"], "metrics": ["nOffered", "tHandle"]}

    def rows(tables: Any) -> list[str]:
        return sorted(str(row) for row in tables.table.to_pylist())

    asked = client.aggregates("conversations", day, **wishes).read()
    given = client.aggregates("conversations", day, via="job", query={"pageSize": 2}, **wishes).read()
    assert rows(asked) == rows(given)
    assert rows(asked)


def test_a_known_job_is_taken_up_again(sandbox: Sandbox) -> None:
    client, day = quick(sandbox), earlier(sandbox)
    first = client.conversations(day, via="job").read()
    job = next(notice.text.split()[2] for notice in client.notices if notice.kind == "job")
    again = client.conversations(job=job, interval=day).read()
    assert ids(first["conversations"]) == ids(again["conversations"])


def test_nothing_is_asked_past_the_data_that_exists(sandbox: Sandbox) -> None:
    client = quick(sandbox)
    now = datetime.fromisoformat(sandbox.ready["now"])
    with pytest.raises(pegcount.JobError) as behind:
        client.conversations((now - timedelta(hours=1), now), via="job").read()
    assert behind.value.code == "job.behind"
    assert behind.value.retry.after > 0
    day = client.availability().read().table.to_pylist()[0]
    assert day["of"] == "conversations"
    assert day["data_availability_date"] < now
    given = client.conversations((now - timedelta(days=1), now), via="job", partial=True).read()
    assert len(given["conversations"]) > 0
    assert any("complete up to" in notice.text for notice in client.notices)


@pytest.mark.parametrize(("fault", "code"), [("job-fails", "job.failed"), ("job-expires", "job.expired")])
def test_a_job_that_does_not_end_well(sandbox: Sandbox, fault: str, code: str) -> None:
    sandbox.fault(fault)
    with pytest.raises(pegcount.PegcountError) as ended:
        quick(sandbox).conversations(earlier(sandbox), via="job").read()
    assert ended.value.code in (code, "not_found.entity")


def test_a_job_outlives_the_deadline_of_a_call(sandbox: Sandbox) -> None:
    sandbox.fault("job-slow", 3600)
    client = quick(sandbox, deadline=30.0)
    result = client.conversations(earlier(sandbox), via="job")
    with pytest.raises(pegcount.LimitError) as late:
        next(iter(result))
    assert "can be taken up again" in str(late.value.explanation)
    assert "DELETE" not in {line["method"] for line in sandbox.requests()}, "it goes on, on the server"


def test_cursors_are_followed(sandbox: Sandbox) -> None:
    client = quick(sandbox)
    pages = list(client.call("GET", "/api/v2/routing/queues", page_size=2, paging="next"))
    names = {entity["id"] for page in pages for entity in page.json()["entities"]}
    assert len(pages) == 2
    assert names == {row["id"] for row in client.directory("queues").read().table.to_pylist()}


def test_a_job_that_nobody_wants_is_ended_on_the_server(sandbox: Sandbox) -> None:
    class Impatient(FakeClock):
        def wait(self, waiter: object, seconds: float) -> None:
            raise KeyboardInterrupt

    result = sandbox.client(clock=Impatient()).conversations(earlier(sandbox), via="job")
    with pytest.raises(KeyboardInterrupt):
        next(iter(result))
    last = sandbox.requests()[-1]
    assert (last["method"], last["path"][: len(JOBS)]) == ("DELETE", JOBS)
