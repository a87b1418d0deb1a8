"""A client that is closed: nothing is asked of it any more, and nothing of it is left."""

from __future__ import annotations

import gc
import warnings
from typing import Any

import pegcount
import pytest
from conftest import Sandbox
from tasks import run


def refused(client: Any) -> None:
    with pytest.raises(pegcount.CancelledError, match="the client is closed") as caught:
        client.directory("queues")
    assert caught.value.code == caught.value.explanation.code == "cancelled"


def test_a_closed_client_says_so(sandbox: Sandbox) -> None:
    with sandbox.client() as client:
        assert client.directory("queues").read()
        untouched = client.directory("queues")
    client.close()
    refused(client)
    with pytest.raises(pegcount.CancelledError, match="cancelled by the caller"):
        untouched.read()
    assert len(sandbox.requests("/queues")) == 1


def test_a_closed_client_of_tasks_says_so(sandbox: Sandbox) -> None:
    async def main() -> None:
        async with pegcount.AsyncClient(**sandbox.settings(), token_store=False) as client:
            assert await client.directory("queues").read()
            untouched = client.directory("queues")
        await client.close()
        refused(client)
        with pytest.raises(pegcount.CancelledError, match="cancelled by the caller"):
            await untouched.read()

    with warnings.catch_warnings(record=True) as left:
        warnings.simplefilter("always", ResourceWarning)
        run(main())
        gc.collect()
    assert not [str(one.message) for one in left if "Unclosed" in str(one.message)]
    assert len(sandbox.requests("/queues")) == 1
