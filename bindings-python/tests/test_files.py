"""Files that an answer names by a signed URL, fetched by hand: of another origin, without the token."""

from __future__ import annotations

import pegcount
import pytest
from conftest import Sandbox


@pytest.fixture
def url(sandbox: Sandbox) -> str:
    """The signed URL of a call's transcript."""
    client = sandbox.client("admin")
    # Whether a session has a transcript only the operation itself can tell.
    sessions = client.conversations(sandbox.interval).read(["sessions"])["sessions"].to_pylist()
    spoken = (row for row in sessions if row["media_type"] == "voice" and row["recording"])
    for row in spoken:
        place = f"conversations/{row['conversation_id']}/communications/{row['session_id']}"
        try:
            found = client.call("GET", f"/api/v2/speechandtextanalytics/{place}/transcripturl").json()
        except pegcount.NotFoundError:
            continue
        return str(found["url"])
    raise AssertionError("no call has a transcript")


def test_a_transcript_is_fetched_without_the_token(sandbox: Sandbox, url: str) -> None:
    assert url.startswith(sandbox.ready["files"])
    transcript = sandbox.client("admin").call("GET", url).json()
    (one,) = transcript["transcripts"]
    assert one["phrases"][0]["words"]
    # The origin refuses whoever shows a token, so that it was given says that none was shown.
    assert sandbox.requests(f"{transcript['communicationId']}.json")[-1]["status"] == 200


def test_a_url_that_is_over(sandbox: Sandbox, url: str) -> None:
    sandbox.advance(3_601)
    with pytest.raises(pegcount.ForbiddenError) as caught:
        sandbox.client("admin").call("GET", url).json()
    assert caught.value.code == "forbidden.url"
    assert "X-Amz-Signature" not in str(caught.value)


def test_a_url_that_is_not_whole(sandbox: Sandbox, url: str) -> None:
    with pytest.raises(pegcount.ForbiddenError) as caught:
        sandbox.client("admin").call("GET", url[:-1]).json()
    assert caught.value.code == "forbidden.url"
