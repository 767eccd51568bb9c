"""CosmosEventStore keeps the contract of its port, and what it promises beyond."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

import pytest

import infra.cosmos_event_store
from infra.cosmos_event_store import CosmosEventStore
from tests.contract.event_store_contract import LATER, EventStoreContract, commit, new_stream, pending
from tests.support.vocabulary import NOW


class TestCosmosEventStore(EventStoreContract):
    """Inherits the contract; `store` is the fixture of conftest.py."""


async def test_a_stream_of_many_pages_is_read_whole(store: CosmosEventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(infra.cosmos_event_store, "PAGE", 3)
    stream = new_stream()
    batch = [commit(stream, 2 * number - 1, events=2) for number in range(1, 10)]
    await store.append(batch)
    assert list(await store.read(stream)) == batch


async def test_more_than_a_batch_is_not_taken_apart(store: CosmosEventStore) -> None:
    stream = new_stream()
    with pytest.raises(ValueError, match="101 commits cannot be all or nothing"):
        await store.append([commit(stream, version) for version in range(1, 102)])
    assert list(await store.read(stream)) == []


async def test_a_batch_of_two_streams_is_refused(store: CosmosEventStore) -> None:
    with pytest.raises(ValueError, match="of one stream"):
        await store.append([commit(new_stream(), 1), commit(new_stream(), 2)])


async def test_a_batch_with_a_message_twice_is_refused(store: CosmosEventStore) -> None:
    stream = new_stream()
    with pytest.raises(ValueError, match="one commit per message"):
        await store.append([commit(stream, 1, message_id="m1"), commit(stream, 2, message_id="m1")])


async def test_a_batch_with_a_gap_is_refused(store: CosmosEventStore) -> None:
    stream = new_stream()
    with pytest.raises(ValueError, match="no gaps"):
        await store.append([commit(stream, 1, events=2), commit(stream, 2)])


async def test_appending_nothing_does_nothing(store: CosmosEventStore) -> None:
    await store.append([])


async def test_commits_of_many_streams_and_batches_are_marked_at_once(store: CosmosEventStore) -> None:
    stream, other = new_stream(), new_stream()
    batches = [[commit(stream, version) for version in range(first, first + 75)] for first in (1, 76)]
    for batch in [*batches, [commit(other, 1)]]:
        await store.append(batch)
    await store.mark_published([*await store.read(stream), *await store.read(other)])
    assert await pending(store, stream) + await pending(store, other) == []


async def test_pending_commits_of_more_streams_than_a_page_come_stream_by_stream(
    store: CosmosEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(infra.cosmos_event_store, "PAGE", 3)
    streams = [new_stream() for _ in range(5)]
    for stream in streams:
        await store.append([commit(stream, version) for version in (1, 2, 3, 4)])
    left_behind = [stored async for stored in store.pending(LATER) if stored.stream_id in streams]
    by_stream = [(stream, list(group)) for stream, group in groupby(left_behind, key=lambda stored: stored.stream_id)]
    assert sorted(stream for stream, _ in by_stream) == sorted(streams)
    assert all([stored.version for stored in group] == [1, 2, 3, 4] for _, group in by_stream)


async def test_a_younger_pending_commit_goes_out_before_an_older_one_that_came_after_it(
    store: CosmosEventStore,
) -> None:
    stream = new_stream()
    younger, younger_still = LATER + timedelta(seconds=1), LATER + timedelta(seconds=2)
    await store.append(
        [commit(stream, 1, time=younger), commit(stream, 2, time=NOW), commit(stream, 3, time=younger_still)]
    )
    assert await pending(store, stream) == [1, 2]


async def test_a_category_lists_its_streams_and_no_other(
    store: CosmosEventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(infra.cosmos_event_store, "PAGE", 3)
    mine, others = [new_stream("lists") for _ in range(7)], [new_stream("listsmore"), new_stream("order")]
    for stream in [*mine, *others]:
        await store.append([commit(stream, 1), commit(stream, 2)])
    assert [stream async for stream in store.streams("lists")] == sorted(mine)
