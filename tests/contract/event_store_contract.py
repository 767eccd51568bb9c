"""What every EventStore owes the kernel. A test class of an adapter inherits this and gives a fixture `store`."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.kernel.errors import ConcurrencyConflict, DuplicateMessage
from domain.kernel.messages import Commit
from tests.support.availability import add, changed
from tests.support.vocabulary import NOW, said, seats

LATER = NOW + timedelta(minutes=1)


def new_stream(category: str = "seats") -> str:
    return f"{category}-{uuid4()}"


def commit(stream_id: str, version: int, *, events: int = 1, message_id: str | None = None, **envelope: Any) -> Commit:
    """A commit of so many events, caused by a command of its own unless `message_id` says which."""
    return Commit(
        stream_id=stream_id,
        version=version,
        cause=said(add(7), message_id=message_id or str(uuid4()), **envelope),
        events=tuple(changed(seats(general=number)) for number in range(1, events + 1)),
    )


async def pending(store: Any, stream_id: str) -> list[int]:
    return [commit.version async for commit in store.pending(LATER) if commit.stream_id == stream_id]


class EventStoreContract:
    async def test_an_unknown_stream_is_empty(self, store: Any) -> None:
        assert list(await store.read(new_stream())) == []

    async def test_a_commit_is_read_as_it_was_written(self, store: Any) -> None:
        written = commit(new_stream(), 1, events=2)
        await store.append([written])
        assert list(await store.read(written.stream_id)) == [written]

    async def test_a_stream_is_read_in_order_and_from_where_one_stands(self, store: Any) -> None:
        stream = new_stream()
        batch = [commit(stream, 1, events=2), commit(stream, 3), commit(stream, 4)]
        await store.append(batch)
        assert list(await store.read(stream)) == batch
        assert list(await store.read(stream, 2)) == batch[1:]
        assert list(await store.read(stream, 4)) == []

    async def test_a_version_that_is_taken_is_a_conflict(self, store: Any) -> None:
        first = commit(new_stream(), 1)
        await store.append([first])
        with pytest.raises(ConcurrencyConflict):
            await store.append([commit(first.stream_id, 1)])
        assert list(await store.read(first.stream_id)) == [first]

    async def test_a_message_that_was_handled_is_a_duplicate(self, store: Any) -> None:
        first = commit(new_stream(), 1, message_id="m1")
        await store.append([first])
        with pytest.raises(DuplicateMessage) as refused:
            await store.append([commit(first.stream_id, 2, message_id="m1")])
        assert refused.value.message_ids == {"m1"}
        assert list(await store.read(first.stream_id)) == [first]

    async def test_a_duplicate_whose_version_is_taken_too_is_a_duplicate(self, store: Any) -> None:
        stream = new_stream()
        await store.append([commit(stream, 1, message_id="m1")])
        with pytest.raises(DuplicateMessage):
            await store.append([commit(stream, 1, message_id="m1")])

    async def test_the_same_message_may_change_two_streams(self, store: Any) -> None:
        one, other = new_stream(), new_stream()
        await store.append([commit(one, 1, message_id="m1")])
        await store.append([commit(other, 1, message_id="m1")])
        assert len(await store.read(other)) == 1

    async def test_of_a_batch_with_a_duplicate_nothing_is_written_and_only_the_duplicate_is_named(
        self, store: Any
    ) -> None:
        stream = new_stream()
        await store.append([commit(stream, 1, message_id="m1")])
        with pytest.raises(DuplicateMessage) as refused:
            await store.append([commit(stream, 2, message_id="m2"), commit(stream, 3, message_id="m1")])
        assert refused.value.message_ids == {"m1"}
        assert [stored.version for stored in await store.read(stream)] == [1]

    async def test_of_a_batch_with_a_conflict_nothing_is_written(self, store: Any) -> None:
        stream = new_stream()
        await store.append([commit(stream, 1), commit(stream, 2)])
        with pytest.raises(ConcurrencyConflict):
            await store.append([commit(stream, 2), commit(stream, 3)])
        assert [stored.version for stored in await store.read(stream)] == [1, 2]

    async def test_a_hundred_commits_are_one_batch(self, store: Any) -> None:
        stream = new_stream()
        batch = [commit(stream, version) for version in range(1, 101)]
        await store.append(batch)
        assert list(await store.read(stream)) == batch

    async def test_of_sixteen_who_append_at_once_one_wins_each_time(self, store: Any) -> None:
        stream = new_stream()

        async def append_until_it_is_in() -> int:
            conflicts = 0
            while True:
                version = len(await store.read(stream)) + 1
                try:
                    await store.append([commit(stream, version)])
                except ConcurrencyConflict:
                    conflicts += 1
                else:
                    return conflicts

        await asyncio.gather(*(append_until_it_is_in() for _ in range(16)))
        assert [stored.version for stored in await store.read(stream)] == list(range(1, 17))

    async def test_of_sixteen_deliveries_of_one_message_one_is_handled(self, store: Any) -> None:
        stream = new_stream()
        deliveries = (store.append([commit(stream, 1, message_id="m1")]) for _ in range(16))
        results = await asyncio.gather(*deliveries, return_exceptions=True)
        assert results.count(None) == 1
        assert sum(isinstance(result, DuplicateMessage) for result in results) == 15

    async def test_it_tells_which_messages_were_handled(self, store: Any) -> None:
        stream = new_stream()
        await store.append([commit(stream, 1, message_id="m1"), commit(stream, 2, message_id="m2")])
        await store.append([commit(new_stream(), 1, message_id="m3")])
        assert await store.handled(stream, ["m1", "m2", "m3", "m4"]) == {"m1", "m2"}

    async def test_what_is_not_marked_published_is_pending_in_order(self, store: Any) -> None:
        stream = new_stream()
        await store.append([commit(stream, 1, events=2), commit(stream, 3)])
        await store.append([commit(stream, 4)])
        assert await pending(store, stream) == [1, 3, 4]

    async def test_what_is_marked_published_is_not_pending(self, store: Any) -> None:
        stream = new_stream()
        batch = [commit(stream, version) for version in (1, 2, 3, 4)]
        await store.append(batch)
        await store.mark_published(batch[:1])
        await store.mark_published(batch[1:3])
        assert await pending(store, stream) == [4]
        assert [stored.pending for stored in await store.read(stream)] == [False, False, False, True]

    async def test_marking_again_is_harmless(self, store: Any) -> None:
        stream = new_stream()
        batch = [commit(stream, 1), commit(stream, 2)]
        await store.append(batch)
        await store.mark_published(batch[:1])
        await store.mark_published(batch[:1])
        await store.mark_published(batch)
        assert await pending(store, stream) == []

    async def test_only_what_is_older_is_pending(self, store: Any) -> None:
        stream = new_stream()
        await store.append([commit(stream, 1, time=NOW), commit(stream, 2, time=LATER)])
        assert await pending(store, stream) == [1]

    async def test_events_are_read_from_the_middle_of_a_commit(self, store: Any) -> None:
        stream = new_stream()
        batch = [commit(stream, 1, events=3), commit(stream, 4, events=2)]
        await store.append(batch)
        recorded = [event for stored in batch for event in stored.recorded()]
        for after in range(6):
            assert list(await store.read_events(stream, after)) == recorded[after:]
