"""Many processes with one token: one of them logs in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Sandbox

PROGRAM = """
import sys, pegcount
sys.stdin.readline()
print(len(pegcount.Client().directory("queues").read().table))
"""


def test_twenty_processes_log_in_once(sandbox: Sandbox) -> None:
    environment = {**os.environ, **sandbox.environment()}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(20)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    found = {process.communicate(timeout=120)[0].strip() for process in started}
    assert found == {"4"}
    assert len(sandbox.requests("/oauth/token")) == 1


def test_a_second_run_logs_in_no_more(sandbox: Sandbox, tmp_path: Path) -> None:
    for _ in range(2):
        sandbox.client().directory("queues").read()
    assert len(sandbox.requests("/oauth/token")) == 1
    (file,) = (tmp_path / "cache" / "pegcount").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_lock_of_one_who_died_is_taken_over(sandbox: Sandbox) -> None:
    from conftest import FakeClock

    clock = FakeClock()
    client = sandbox.client(clock=clock)
    assert client.token_store is not None
    client.token_store.lock("one who died", None)
    assert len(client.directory("queues").read().table) == 4
    assert 40 <= clock.now - 1_000 < 60
    assert client.token_store.lock("next", None) == "next"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_forked_workers_share_what_the_parent_began(sandbox: Sandbox) -> None:
    client = sandbox.client()
    client.directory("queues").read()
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            os._exit(len(client.directory("queues").read().table))
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [4] * 4
    assert len(client.directory("queues").read().table) == 4
    assert len(sandbox.requests("/oauth/token")) == 1
