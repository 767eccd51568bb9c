"""What the event store does when Cosmos throttles it, is away, or its answers are lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from azure.cosmos.aio import DatabaseProxy

from domain.kernel.errors import DuplicateMessage, Unavailable
from infra.cosmos_event_store import CosmosEventStore
from infra.retries import patience
from local.cosmos.auth import EMULATOR_KEY
from local.ports import free_ports
from local.provision import provision_cosmos
from tests.contract.event_store_contract import commit, new_stream, pending
from tests.integration.cosmos_event_store.conftest import DESCRIPTION, running
from tests.integration.cosmos_event_store.lossy_proxy import LossyProxy
from tests.support.patience import eventually

Start = Callable[..., str]
Connect = Callable[..., DatabaseProxy]


def store_of(database: DatabaseProxy) -> CosmosEventStore:
    return CosmosEventStore(database.get_container_client("events"))


async def test_throttled_calls_are_tried_again(start: Start, connect: Connect) -> None:
    url = start("--throttle-percent", "40")
    provision_cosmos(url, EMULATOR_KEY, DESCRIPTION)
    store, stream = store_of(connect(url)), new_stream()
    for version in range(1, 11):
        await store.append([commit(stream, version)])
    await store.append([commit(stream, 11), commit(stream, 12)])
    await store.mark_published(await store.read(stream))
    assert [stored.version for stored in await store.read(stream)] == list(range(1, 13))
    assert await pending(store, stream) == []


async def test_a_commit_waits_for_a_store_that_is_away(
    tmp_path: Path, start: Start, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    with running(tmp_path / "cosmos.db") as url:
        provision_cosmos(url, EMULATOR_KEY, DESCRIPTION)
    store, stream = store_of(connect(url)), new_stream()
    with caplog.at_level(logging.INFO, "infra.retries"):
        appending = asyncio.create_task(store.append([commit(stream, 1)]))
        await asyncio.to_thread(eventually, lambda: "Cosmos DB, attempt 1" in caplog.text, "a first attempt")
    await asyncio.to_thread(start, port=urlsplit(url).port)
    await appending
    assert [stored.version for stored in await store.read(stream)] == [1]


async def test_a_store_that_stays_away_is_unavailable(connect: Connect) -> None:
    store = store_of(connect(f"http://127.0.0.1:{free_ports(1)[0]}"))
    with patience(0.5):
        with pytest.raises(Unavailable, match="Cosmos DB did not answer"):
            await store.append([commit(new_stream(), 1)])
        with pytest.raises(Unavailable):
            await store.ping()


async def test_a_missing_container_is_unavailable(database: DatabaseProxy) -> None:
    store = CosmosEventStore(database.get_container_client("not-there"))
    with pytest.raises(Unavailable, match="create the containers"):
        await store.append([commit(new_stream(), 1)])


@pytest.mark.usefixtures("no_second_attempt")
async def test_a_key_that_is_not_accepted_is_unavailable(server_url: str, connect: Connect) -> None:
    store = store_of(connect(server_url, EMULATOR_KEY[:-4] + "AAA="))
    with patience(60), pytest.raises(Unavailable, match="authorization token"):
        await store.ping()


async def test_a_commit_whose_answer_is_lost_is_found_to_be_done(server_url: str, connect: Connect) -> None:
    proxy = LossyProxy(server_url)
    async with proxy.running() as url:
        store, stream = store_of(connect(url)), new_stream()
        await store.ping()  # so that the next POST is the commit
        proxy.lose_answer_to = "POST"
        with pytest.raises(DuplicateMessage) as refused:
            await store.append([commit(stream, 1, message_id="m1")])
        assert proxy.lost == 1
        assert refused.value.message_ids == {"m1"}
        assert [(stored.message_id, stored.pending) for stored in await store.read(stream)] == [("m1", True)]


async def test_a_batch_whose_answer_is_lost_is_found_to_be_done(server_url: str, connect: Connect) -> None:
    proxy = LossyProxy(server_url)
    async with proxy.running() as url:
        store, stream = store_of(connect(url)), new_stream()
        await store.ping()
        proxy.lose_answer_to = "POST"
        with pytest.raises(DuplicateMessage) as refused:
            await store.append([commit(stream, 1, message_id="m1"), commit(stream, 2, message_id="m2")])
        assert proxy.lost == 1
        assert refused.value.message_ids == {"m1", "m2"}


async def test_a_mark_whose_answer_is_lost_is_made_again(server_url: str, connect: Connect) -> None:
    proxy = LossyProxy(server_url)
    async with proxy.running() as url:
        store, batch = store_of(connect(url)), [commit(new_stream(), 1)]
        await store.append(batch)
        proxy.lose_answer_to = "PATCH"
        await store.mark_published(batch)
        assert proxy.lost == 1
        assert await pending(store, batch[0].stream_id) == []
