"""The event store on Cosmos DB: one commit is one document, partitioned by stream.

Creating a document is at once the concurrency check (`version` is a unique key of the partition), the inbox (so is
`id`, the message that caused the commit) and the outbox (`pending`).

A write that timed out may have been done. Tried again, it is refused because of itself, and that shows as
DuplicateMessage although nobody had handled the message before. This is as right as it would be for any other
duplicate: the commit that is found is the one that this message causes, it has happened once, and the caller, who reads
the stream to see what it did, finds it pending and publishes it. So no commit is ever compared with what is stored.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from azure.cosmos.aio import ContainerProxy
from azure.cosmos.exceptions import CosmosBatchOperationError, CosmosResourceExistsError

from domain.kernel.errors import ConcurrencyConflict, DuplicateMessage
from domain.kernel.messages import Commit, RecordedEvent
from infra.commit_documents import Document, commit_of, document_of, sortable
from infra.cosmos_calls import requiring_container

LARGEST_BATCH = 100
"""Operations in one transactional batch, by rule of Cosmos."""
PAGE = 500
"""Rows asked for at a time, so that a long stream takes many short calls, each with its own retries."""

_TAKEN = 409
_PUBLISHED = [{"op": "set", "path": "/pending", "value": False}]
"""Not `remove`, which fails where there is nothing to remove."""


class CosmosEventStore:
    """EventStore and StreamReader over one container, described in `cosmos.json`."""

    def __init__(self, container: ContainerProxy) -> None:
        self._container = container

    async def read(self, stream_id: str, after: int = 0) -> Sequence[Commit]:
        """The commits whose first event is numbered above `after`, oldest first; empty for an unknown stream."""
        query = f"SELECT TOP {PAGE} * FROM c WHERE c.version > @after ORDER BY c.version"
        commits: list[Commit] = []
        while True:
            page = await self._query(query, {"@after": after}, stream_id)
            commits += map(commit_of, page)
            if len(page) < PAGE:
                return commits
            after = commits[-1].version

    async def append(self, commits: Sequence[Commit]) -> None:
        """Write the commits of ONE stream, in order, all or none; at most LARGEST_BATCH, else ValueError.

        Raises DuplicateMessage (naming those) when any of their causes was committed to this stream before, else
        ConcurrencyConflict when a version is taken.
        """
        if not commits:
            return
        _refuse_what_is_no_batch(commits)
        stream_id, documents = commits[0].stream_id, [document_of(commit) for commit in commits]
        try:
            await requiring_container(lambda: self._create(stream_id, documents))
        except (CosmosResourceExistsError, CosmosBatchOperationError) as error:
            if error.status_code != _TAKEN:
                raise
            if repeated := await self.handled(stream_id, [commit.message_id for commit in commits]):
                raise DuplicateMessage(repeated) from error
            raise ConcurrencyConflict(f"{stream_id} has a version {commits[0].version} already") from error

    async def handled(self, stream_id: str, message_ids: Collection[str]) -> frozenset[str]:
        """Those of `message_ids` that caused a commit of this stream."""
        query = "SELECT VALUE c.id FROM c WHERE ARRAY_CONTAINS(@ids, c.id)"
        return frozenset(await self._query(query, {"@ids": list(message_ids)}, stream_id))

    async def mark_published(self, commits: Sequence[Commit]) -> None:
        """Their events are on the bus. Harmless when repeated."""
        by_stream: dict[str, list[str]] = {}
        for commit in commits:
            by_stream.setdefault(commit.stream_id, []).append(commit.message_id)
        for stream_id, ids in by_stream.items():
            for first in range(0, len(ids), LARGEST_BATCH):
                await self._mark(stream_id, ids[first : first + LARGEST_BATCH])

    async def pending(self, older_than: datetime) -> AsyncIterator[Commit]:
        """Commits not marked published whose cause is older than `older_than`, stream by stream, each in order.

        A younger one that an older one of its stream has overtaken comes before it.
        """
        of_a_stream = "SELECT * FROM c WHERE c.pending = true ORDER BY c.version"
        left_behind = {"@time": sortable(older_than)}
        async for stream_id in self._stream_ids("c.pending = true AND c.time < @time", left_behind):
            commits = [commit_of(document) for document in await self._query(of_a_stream, {}, stream_id)]
            while commits and commits[-1].cause.time >= older_than:
                commits.pop()
            for commit in commits:
                yield commit

    async def read_events(self, stream_id: str, after: int = 0) -> Sequence[RecordedEvent[Any]]:
        """Events numbered above `after`, in order."""
        commits = await self.read(stream_id, after)
        if after and (not commits or commits[0].version > after + 1):
            # What comes next is inside the commit that begins at or before `after`.
            query = "SELECT TOP 1 * FROM c WHERE c.version <= @after ORDER BY c.version DESC"
            around = await self._query(query, {"@after": after}, stream_id)
            commits = [*map(commit_of, around), *commits]
        return [event for commit in commits for event in commit.recorded() if event.version > after]

    def streams(self, category: str) -> AsyncIterator[str]:
        """All streams of a category, such as `order`, in the order of their names."""
        begins = "c.version = 1 AND STARTSWITH(c.streamId, @prefix)"
        return self._stream_ids(begins, {"@prefix": f"{category}-"})

    async def ping(self) -> None:
        """Really ask the store. Raises Unavailable."""
        await self.handled("ping", ["ping"])

    async def _create(self, stream_id: str, documents: list[Document]) -> None:
        if len(documents) == 1:
            await self._container.create_item(documents[0], no_response=True)
        else:
            operations = [("create", (document,)) for document in documents]
            await self._container.execute_item_batch(operations, partition_key=stream_id)

    async def _mark(self, stream_id: str, ids: list[str]) -> None:
        async def mark() -> None:
            if len(ids) == 1:
                await self._container.patch_item(
                    ids[0], partition_key=stream_id, patch_operations=_PUBLISHED, no_response=True
                )
            else:
                operations = [("patch", (message_id, _PUBLISHED)) for message_id in ids]
                await self._container.execute_item_batch(operations, partition_key=stream_id)

        await requiring_container(mark)

    async def _stream_ids(self, condition: str, parameters: Mapping[str, Any]) -> AsyncIterator[str]:
        query = (
            f"SELECT TOP {PAGE} VALUE c.streamId FROM c WHERE c.streamId > @last AND {condition} ORDER BY c.streamId"
        )
        last = ""
        while True:
            page: list[str] = await self._query(query, {"@last": last, **parameters})
            for stream_id in dict.fromkeys(page):
                yield stream_id
            if len(page) < PAGE:
                return
            last = page[-1]

    async def _query(self, query: str, parameters: Mapping[str, Any], stream_id: str | None = None) -> list[Any]:
        """All rows; of one stream, or (None) of all, which costs a call per physical partition."""
        given = [{"name": name, "value": value} for name, value in parameters.items()]
        options: dict[str, Any] = {} if stream_id is None else {"partition_key": stream_id}

        async def rows() -> list[Any]:
            return [row async for row in self._container.query_items(query, parameters=given, **options)]

        return await requiring_container(rows)


def _refuse_what_is_no_batch(commits: Sequence[Commit]) -> None:
    if len(commits) > LARGEST_BATCH:
        raise ValueError(f"{len(commits)} commits cannot be all or nothing; Cosmos takes {LARGEST_BATCH} in a batch")
    if len({commit.stream_id for commit in commits}) > 1:
        raise ValueError("a batch is of one stream")
    if len({commit.message_id for commit in commits}) < len(commits):
        raise ValueError("a batch has one commit per message")
    if any(later.version != earlier.last_version + 1 for earlier, later in pairwise(commits)):
        raise ValueError("a batch has no gaps: each commit begins after the last event of the one before")
