"""The token file: four plain operations, each all or nothing."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pegcount
import pytest
from conftest import Sandbox
from pegcount.store import FileStore, folder, perform


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "pegcount" / "token.json")


def test_a_record_comes_back_and_is_nobody_elses(store: FileStore) -> None:
    assert store.load() is None
    store.save("first")
    store.save("second")
    assert store.load() == "second"
    path = Path(store.path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["token.json"]


def test_a_lock_has_one_owner(store: FileStore) -> None:
    assert store.lock("a", None) == "a"
    assert store.lock("b", None) == "a"
    store.unlock("b")
    assert store.lock("b", None) == "a"
    store.unlock("a")
    assert store.lock("b", None) == "b"
    assert stat.S_IMODE(Path(store.path + ".lock").stat().st_mode) == 0o600


def test_a_lock_is_taken_over_from_who_was_seen_only(store: FileStore) -> None:
    store.lock("a", None)
    assert store.lock("b", "someone else") == "a"
    assert store.lock("b", "a") == "b"
    assert store.lock("c", "a") == "b"


def test_many_take_a_lock_and_one_gets_it(store: FileStore) -> None:
    start, holders = threading.Barrier(16), []

    def take(name: str) -> None:
        start.wait()
        if store.lock(name, None) == name:
            holders.append(name)

    threads = [threading.Thread(target=take, args=(str(n),)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(holders) == 1


@pytest.mark.skipif(os.name == "nt", reason="no such limit there")
def test_a_lock_that_cannot_be_written_does_not_stay(store: FileStore) -> None:
    store.save("record")
    script = """
import errno, resource, sys
from pegcount.store import FileStore

store = FileStore(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
for operation in (lambda: store.lock("a", None), lambda: store.save("another")):
    try:
        operation()
    except OSError as error:
        assert error.errno == errno.EFBIG
    else:
        raise AssertionError("it was written")
"""
    subprocess.run([sys.executable, "-c", script, store.path], check=True)
    assert [file.name for file in Path(store.path).parent.iterdir()] == ["token.json"]
    assert (store.lock("b", None), store.load()) == ("b", "record")


def test_orders_are_answered_in_the_shape_of_the_core(store: FileStore) -> None:
    assert perform(store, {"op": "load"}) == {"loaded": None}
    assert perform(store, {"op": "lock", "owner": "a", "takeover": None}) == "locked"
    assert perform(store, {"op": "lock", "owner": "b", "takeover": None}) == {"busy": "a"}
    assert perform(store, {"op": "save", "record": "r"}) == "done"
    assert perform(store, {"op": "load"}) == {"loaded": "r"}
    assert perform(store, {"op": "unlock", "owner": "a"}) == "done"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = FileStore(tmp_path / "file" / "token.json")
    answer = perform(store, {"op": "save", "record": "tok-SECRET"})
    assert list(answer) == ["failed"]
    assert "SECRET" not in answer["failed"]


@pytest.mark.parametrize("mode", [0o644, 0o620, 0o601])
def test_a_file_that_is_open_to_others_is_not_read(store: FileStore, mode: int) -> None:
    store.save("tok-SECRET")
    os.chmod(store.path, mode)
    why = f"{store.path} has mode {mode:04o}, which lets others at the token: chmod 600 {store.path}"
    assert perform(store, {"op": "load"}) == {"failed": f"PermissionError: {why}"}
    os.chmod(store.path, 0o400)
    assert store.load() == "tok-SECRET"


def test_a_log_in_goes_on_without_a_file_that_is_open_to_others(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "token.json"

    def asked() -> list[tuple[str, str]]:
        client = sandbox.client(token_store=str(path))
        client.directory("queues").read()
        return [(notice.kind, notice.text) for notice in client.notices]

    assert [kind for kind, _ in asked()] == ["minted"]
    path.chmod(0o644)
    (kind, told), (after, _) = asked()
    assert (kind, after) == ("store", "minted")
    assert f"mode 0644, which lets others at the token: chmod 600 {path}" in told
    assert json.loads(path.read_text())["access_token"] not in told
    path.chmod(0o600)
    assert [kind for kind, _ in asked()] == ["shared"]


def test_a_file_that_is_no_text_is_replaced(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "token.json"

    def asked() -> list[str]:
        client = sandbox.client(token_store=str(path))
        client.directory("queues").read()
        return [notice.kind for notice in client.notices]

    assert asked() == ["minted"]
    record = path.read_bytes()
    # Of a damaged token as little is used as of any other bytes.
    start = record.index(b'"access_token":"') + len(b'"access_token":"')
    for damaged in (b"\x80\xff\x00", record[: start + 3] + b"\xff" + record[start + 4 :]):
        path.write_bytes(damaged)
        assert FileStore(path).load() == "\ufffd"
        assert (asked(), asked()) == (["minted"], ["shared"])
        json.loads(path.read_bytes())


def test_clearing(store: FileStore) -> None:
    assert store.clear() is False
    store.save("x")
    assert store.clear() is True
    assert store.load() is None


def test_the_file_lies_in_the_cache_one_for_each_host_and_client(tmp_path: Path) -> None:
    def path(*credentials: str) -> str:
        store = pegcount.Client(*credentials).token_store
        assert isinstance(store, FileStore)
        return store.path

    assert folder("cache") == str(tmp_path / "cache" / "pegcount")
    paths = {path("mypurecloud.ie", "a", "s"), path("mypurecloud.ie", "b", "s"), path("mypurecloud.de", "a", "s")}
    assert len(paths) == 3
    assert path("eu-west-1", "a", "other") in paths
    assert {str(Path(path).parent) for path in paths} == {folder("cache")}
    assert pegcount.Client("mypurecloud.ie", token="t").token_store is None
    assert pegcount.Client("mypurecloud.ie", "a", "s", token_store=False).token_store is None
    assert path("mypurecloud.ie", "a", "s").endswith(".json")
