"""What the client of Cosmos leaves out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from azure.cosmos.aio import DatabaseProxy

from domain.kernel.errors import Unavailable
from infra.cosmos_event_store import CosmosEventStore
from infra.retries import patience
from local.cosmos.auth import EMULATOR_KEY
from local.provision import provision_cosmos
from tests.contract.event_store_contract import commit, new_stream
from tests.integration.cosmos_event_store.conftest import DESCRIPTION
from tests.integration.cosmos_event_store.lossy_proxy import LossyProxy

Start = Callable[..., str]
Connect = Callable[..., DatabaseProxy]


def store_of(database: DatabaseProxy) -> CosmosEventStore:
    return CosmosEventStore(database.get_container_client("events"))


@pytest.mark.usefixtures("no_second_attempt")
async def test_it_does_not_try_a_throttled_call_again_by_itself(start: Start, connect: Connect) -> None:
    url = await asyncio.to_thread(start, "--throttle-percent", "100")
    await asyncio.to_thread(provision_cosmos, url, EMULATOR_KEY, DESCRIPTION)
    proxy = LossyProxy(url)
    async with proxy.running() as url_of_proxy:
        with patience(60), pytest.raises(Unavailable):
            await store_of(connect(url_of_proxy)).append([commit(new_stream(), 1)])
        assert proxy.requests["POST"] == 1


@pytest.mark.usefixtures("no_second_attempt")
async def test_it_does_not_try_a_broken_connection_again_by_itself(server_url: str, connect: Connect) -> None:
    proxy = LossyProxy(server_url)
    async with proxy.running() as url:
        store = store_of(connect(url))
        await store.ping()
        proxy.requests.clear()
        proxy.away = True
        with patience(60), pytest.raises(Unavailable, match="in 1 attempts"):
            await store.append([commit(new_stream(), 1)])
        assert proxy.requests["POST"] == 1


async def test_it_asks_no_proxy_of_the_environment(
    server_url: str, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    await store_of(connect(server_url)).ping()
