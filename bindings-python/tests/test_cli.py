"""The command line: data on standard output, talk on standard error, exit codes."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars
import pyarrow.ipc
import pyarrow.parquet
import pytest
from conftest import Sandbox


class Pegcount:
    """Runs the command."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.environment = {**os.environ, **sandbox.environment()}

    def __call__(
        self, *words: str, code: int = 0, text: str = "", who: str = "reporting"
    ) -> subprocess.CompletedProcess[str]:
        done = self.raw(*words, text=text, who=who)
        told = subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())
        assert told.returncode == code, told
        return told

    def raw(self, *words: str, text: str = "", who: str = "reporting") -> subprocess.CompletedProcess[bytes]:
        environment = {**self.environment, **self.sandbox.environment(who)}
        program = [sys.executable, "-m", "pegcount", *words]
        return subprocess.run(program, input=text.encode(), capture_output=True, env=environment, timeout=60)


@pytest.fixture
def pegcount(sandbox: Sandbox) -> Pegcount:
    return Pegcount(sandbox)


def test_rows_in_every_format(pegcount: Pegcount, tmp_path: Path) -> None:
    ask = ("directory", "queues", "-f")
    csv = pegcount(*ask, "csv").stdout
    assert csv.startswith("id,name,")
    names = polars.read_csv(csv.encode())["name"].to_list()
    lines = [json.loads(line) for line in pegcount(*ask, "ndjson").stdout.splitlines()]
    assert [line["name"] for line in lines] == names
    assert pyarrow.ipc.open_stream(pegcount.raw(*ask, "arrow").stdout).read_all()["name"].to_pylist() == names
    pegcount(*ask, "parquet", "-o", str(tmp_path / "q"))
    assert pyarrow.parquet.read_table(tmp_path / "q")["name"].to_pylist() == names
    table = pegcount(*ask, "table").stdout.splitlines()
    assert table[0].split()[:2] == ["id", "name"]
    assert all(name in line for name, line in zip(names, table[2:], strict=True))
    assert pegcount(*ask, "csv", "-o", "-").stdout == csv
    pegcount("directory", "queues", "-o", str(tmp_path / "q.parquet"))
    assert pyarrow.parquet.read_table(tmp_path / "q.parquet").num_rows == len(names)


def test_conversations(pegcount: Pegcount, tmp_path: Path) -> None:
    interval = pegcount.sandbox.interval
    whole = polars.read_csv(pegcount("conversations", interval).stdout.encode(), infer_schema_length=None)
    assert whole.height > 100
    assert whole["conversation_id"].n_unique() == whole.height
    target = tmp_path / "segments.parquet"
    pegcount("conversations", interval, "--table", "segments", "-f", "parquet", "-o", str(target))
    assert set(polars.read_parquet(target)["conversation_id"]) == set(whole["conversation_id"])
    where = ("--where", "mediaType=chat", "--where", "mediaType=email", "--where", 'conversationEnd={"exists": true}')
    some = polars.read_csv(pegcount("conversations", interval, *where).stdout.encode(), infer_schema_length=None)
    assert 0 < some.height < whole.height


def test_aggregates_and_observations(pegcount: Pegcount) -> None:
    words = (
        "--group-by",
        "mediaType",
        "--metrics",
        "nOffered,tHandle",
        "--granularity",
        "PT1H",
        "--tz",
        "Europe/Paris",
    )
    rows = polars.read_csv(pegcount("aggregates", "conversations", "yesterday", *words).stdout.encode())
    assert set(rows["metric"]) == {"nOffered", "tHandle"}
    assert "observations" not in pegcount("observations", "queues", "-f", "ndjson").stderr


def test_a_report_from_a_file(pegcount: Pegcount, tmp_path: Path) -> None:
    report = json.dumps({"report": "directory", "of": "divisions"})
    (tmp_path / "r.json").write_text(report)
    assert pegcount("report", str(tmp_path / "r.json")).stdout == pegcount("report", text=report).stdout != ""
    pegcount("report", text="[]", code=2)
    pegcount("report", text="{", code=2)
    pegcount("report", str(tmp_path / "absent.json"), code=2)


def test_any_operation(pegcount: Pegcount, tmp_path: Path) -> None:
    assert json.loads(pegcount("call", "GET", "/api/v2/organizations/me").stdout)["name"]
    (tmp_path / "q.json").write_text(json.dumps({"interval": pegcount.sandbox.interval, "paging": {"pageSize": 2}}))
    path = "/api/v2/analytics/conversations/details/query"
    answer = json.loads(pegcount("call", "POST", path, "--body", f"@{tmp_path / 'q.json'}").stdout.splitlines()[0])
    assert len(answer["conversations"]) == 2
    few = pegcount("call", "GET", "/api/v2/routing/skills", "--param", "pageSize=3", "--param", "pageNumber=2").stdout
    assert json.loads(few.splitlines()[0])["pageSize"] == 3


@pytest.mark.parametrize(
    ("words", "who", "code", "exit_code"),
    [
        (("conversations", "2026-03-10/2026-03-09"), "reporting", "query.interval", 2),
        (("conversations", "last-1h"), "disabled", "auth.disabled_client", 3),
        (("conversations", "last-1h"), "no-analytics", "forbidden.permission", 4),
        (("call", "GET", "/api/v2/analytics/reporting/queues/summary"), "reporting", "not_found.operation", 5),
    ],
)
def test_refusals_have_exit_codes(
    pegcount: Pegcount, words: tuple[str, ...], who: str, code: str, exit_code: int
) -> None:
    told = pegcount(*words, who=who, code=exit_code)
    assert told.stdout == ""
    assert f"[{code}]" in told.stderr
    data = json.loads(pegcount(*words, "--json", who=who, code=exit_code).stderr.splitlines()[-1])
    assert data["error"]["code"] == code
    assert data["error"]["explanation"]["remedy"]


@pytest.mark.parametrize(("fault", "exit_code"), [("retry-after", 6), ("html", 8)])
def test_faults_have_exit_codes(pegcount: Pegcount, fault: str, exit_code: int) -> None:
    pegcount.sandbox.fault(fault, count=0)
    pegcount("directory", "queues", code=exit_code)


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("conversations", "yesterday", "--where", "mediaType"),
        ("conversations", "yesterday", "--query", "{"),
        ("conversations", "yesterday", "--table", "nonsense"),
        ("directory", "queues", "-o", "/nowhere/at/all.csv"),
    ],
)
def test_usage_that_cannot_be_meant(pegcount: Pegcount, words: tuple[str, ...]) -> None:
    told = pegcount(*words, code=2)
    assert "Traceback" not in told.stderr


def test_explain_what_was_pasted(pegcount: Pegcount) -> None:
    refusal = {
        "message": "Unable to perform the requested action. You must have at least one of the following permissions "
        "assigned: [analytics:conversationDetail:view]",
        "code": "missing.any.permissions",
        "status": 403,
    }
    told = pegcount("explain", "--status", "403", text=json.dumps(refusal)).stdout
    assert told.startswith("[forbidden.permission] ")
    assert "analytics:conversationDetail:view" in told
    pasted = f"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\n\r\n{json.dumps(refusal)}"
    data = json.loads(pegcount("explain", "--json", text=pasted).stdout)
    assert (data["code"], data["missing"]) == ("forbidden.permission", ["analytics:conversationDetail:view"])


def test_explain_what_was_saved_by_anything(pegcount: Pegcount, tmp_path: Path) -> None:
    refusal = '{"message": "né", "code": "missing.any.permissions", "status": 403}'
    saved = tmp_path / "saved.txt"
    for data in (refusal.encode("utf-16"), refusal.encode("utf-8-sig"), refusal.encode("latin-1"), b"\xff\xfe\x00"):
        saved.write_bytes(data)
        assert pegcount("explain", str(saved)).stdout.startswith("[")
    saved.write_bytes(refusal.encode("utf-16"))
    assert pegcount("explain", str(saved)).stdout.startswith("[forbidden.permission]")


def test_saved_answers_become_rows(pegcount: Pegcount, tmp_path: Path) -> None:
    saved = tmp_path / "page.json"
    saved.write_bytes(b'\xef\xbb\xbf{"conversations":[{"conversationId":"c","participants":[{"purpose":"agent"}]}]}')
    assert pegcount("decode", "conversations", str(saved)).stdout.splitlines()[1].startswith("c,")
    rows = pegcount("decode", "conversations", str(saved), "--table", "participants", "-f", "ndjson").stdout
    assert json.loads(rows)["purpose"] == "agent"
    listing = '{"entities":[{"id":"q","name":"Sales"}]}'
    for words in (("directory", "-", "--of", "queues"), ('{"report":"directory","of":"queues"}',)):
        assert pegcount("decode", *words, text=listing).stdout.splitlines()[1].startswith("q,Sales,")
    assert "answer.truncated" in pegcount("decode", "conversations", text='{"conversations":[', code=9).stderr
    pegcount("decode", "nonsense", text="{}", code=2)


def test_a_report_is_checked(pegcount: Pegcount) -> None:
    assert pegcount("lint", text='{"report":"conversations","interval":"yesterday"}').stdout == ""
    doubt = '{"report":"aggregates","interval":"yesterday","metrics":["nOfered"]}'
    assert pegcount("lint", text=doubt).stdout.startswith("warning: ")
    wrong = json.loads(pegcount("lint", "--json", text='{"report":"conversations"}', code=2).stdout)
    assert (wrong["severity"], wrong["code"]) == ("error", "query.interval")


def test_the_shared_token(pegcount: Pegcount) -> None:
    assert "token: none" in pegcount("token").stdout
    pegcount("directory", "queues")
    state = json.loads(pegcount("token", "status", "--json").stdout)
    assert state["token"] == "live"
    assert datetime.fromisoformat(state["expires"]) > datetime.now(UTC)
    Path(state["file"]).chmod(0o640)
    told = pegcount("token", "status").stdout
    assert "token: not used" in told
    assert f"mode 0640, which lets others at the token: chmod 600 {state['file']}" in told
    Path(state["file"]).chmod(0o600)
    Path(state["file"]).write_bytes(b"\x80\xff")
    told = pegcount("token", "status").stdout
    assert "token: unreadable\nwhy: the file holds no record of a log-in" in told
    assert "cleared: True" in pegcount("token", "clear").stdout
    assert not Path(state["file"]).exists()
    pegcount("token", "--no-token-store", code=2)


def test_requests_are_shown_with_their_secrets_cut_out(pegcount: Pegcount) -> None:
    told = pegcount("directory", "queues", "-v").stderr
    assert "> GET http://127.0.0.1" in told
    assert "authorization: [redacted]" in told
    assert "Bearer" not in told
    assert "Basic" not in told
    assert pegcount.sandbox.credentials()["client_secret"] not in told


def test_a_signed_url_is_shown_without_its_signature(pegcount: Pegcount) -> None:
    document = f"{pegcount.sandbox.ready['login']}/.well-known/oauth-authorization-server"
    asked = pegcount("call", "GET", f"{document}?signature=5ecre7", "-v")
    assert json.loads(asked.stdout)["issuer"] == pegcount.sandbox.ready["login"]
    assert f"> GET {document}\n" in asked.stderr
    assert "5ecre7" not in asked.stderr


def test_talk_as_json_and_no_talk(pegcount: Pegcount) -> None:
    pegcount.sandbox.fault("429", arg=0, count=1)
    lines = [json.loads(line) for line in pegcount("directory", "queues", "--json").stderr.splitlines()]
    assert "limit" in [line.get("kind") for line in lines]
    assert lines[-1]["summary"]["items"] == 4
    assert pegcount("directory", "queues", "-q").stderr == ""
    assert (
        json.loads(pegcount("--json", "conversations", "sometime", code=2).stderr)["error"]["code"] == "query.interval"
    )


def test_a_reader_that_has_seen_enough(pegcount: Pegcount) -> None:
    command = f"{sys.executable} -m pegcount conversations {pegcount.sandbox.interval} | head -n 1"
    shown = subprocess.run(command, shell=True, capture_output=True, text=True, env=pegcount.environment, timeout=60)
    assert shown.stdout.startswith("conversation_id,")
    assert shown.stderr == ""


def test_an_interrupt(pegcount: Pegcount) -> None:
    pegcount.sandbox.fault("429", arg=60, count=1)
    program = [sys.executable, "-m", "pegcount", "directory", "queues"]
    process = subprocess.Popen(
        program, env=pegcount.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert "waiting" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in told


def test_a_scheduler_that_ends_it_leaves_no_half_of_a_file(pegcount: Pegcount, tmp_path: Path) -> None:
    pegcount.sandbox.fault("429", arg=60, count=1)
    program = [sys.executable, "-m", "pegcount", "directory", "queues", "-o", str(tmp_path / "queues.csv")]
    process = subprocess.Popen(program, env=pegcount.environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "waiting" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=20)
    assert (process.returncode, list(tmp_path.glob("queues*"))) == (143, []), told


def test_on_a_terminal(pegcount: Pegcount) -> None:
    def run(*words: str) -> tuple[int, str]:
        ours, theirs = pty.openpty()
        program = [sys.executable, "-m", "pegcount", *words]
        process = subprocess.Popen(program, env={**pegcount.environment, "COLUMNS": "60"}, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = b""
        while True:
            try:
                some = os.read(ours, 1 << 16)
            except OSError:
                break
            if not some:
                break
            shown += some
        os.close(ours)
        return process.wait(20), shown.decode()

    code, shown = run("directory", "queues")
    assert code == 0
    assert "columns are empty or do not fit" in shown
    assert all(
        len(line) <= 60 for line in shown.replace("\x1b[2K", "\r").replace("\r", "\n").splitlines() if "  " in line
    )
    code, shown = run("directory", "queues", "-f", "parquet")
    assert code == 2
    assert "-o" in shown


def test_the_sandbox_is_a_command(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "pegcount", "sandbox", "--seed", "2", "--org", "small"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready: dict[str, Any] = json.loads(process.stdout.readline())
        process.terminate()
    assert {"api", "login", "clients", "control", "interval"} <= set(ready)
    nowhere = {**os.environ, "PATH": str(tmp_path)}
    absent = """
import sysconfig
sysconfig.get_path = lambda *_: "/nowhere"
from pegcount.cli import main
raise SystemExit(main(["sandbox"]))
"""
    told = subprocess.run([sys.executable, "-c", absent], env=nowhere, capture_output=True, text=True)
    assert told.returncode == 2
    assert "pegcount[sandbox]" in told.stderr
