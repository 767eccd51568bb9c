"""Every command and event, kept for audit in table storage: who said what, when, and because of what.

A row is a commit: the command, its payload, and the events it caused with theirs, numbered from `version`. A partition
is a minute of UTC, so that a batch costs one transaction, and an hour or a day can be read as a range. The row's key
follows from the commit: recording it again changes nothing.
Source: CQRS Journey, Infrastructure.Azure/MessageLog.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient

from domain.kernel.messages import Commit
from infra.commit_documents import document_of
from infra.serialization import encode_document
from infra.table_entities import safe_key, split_text
from infra.tables import call_table

MAX_OPERATIONS = 100
_TRANSACTION_CHARACTERS = 80_000
"""Up to twelve bytes each in the SDK's JSON: a transaction takes 4 MiB, and aiohttp warns of bodies over 1 MiB."""

Entity = dict[str, Any]


class MessageLog:
    """Writes the table `messagelog`."""

    def __init__(self, table: TableClient) -> None:
        self._table = table

    async def record(self, commits: Sequence[Commit]) -> None:
        """Keep `commits`; harmless when repeated. Raises Unavailable."""
        by_partition: dict[str, dict[str, Entity]] = {}
        for commit in commits:
            entity = _entity(commit)
            # A transaction may name a row only once.
            by_partition.setdefault(entity["PartitionKey"], {})[entity["RowKey"]] = entity
        for entities in by_partition.values():
            for chunk in _transactions(list(entities.values())):
                await self._write(chunk)

    async def _write(self, entities: Sequence[Entity]) -> None:
        name = self._table.table_name
        if len(entities) == 1:
            await call_table(name, lambda: self._table.upsert_entity(entities[0], UpdateMode.REPLACE))
            return
        operations = [("upsert", entity, {"mode": UpdateMode.REPLACE}) for entity in entities]
        await call_table(name, lambda: self._table.submit_transaction(operations))


def _transactions(entities: Sequence[Entity]) -> Iterator[Sequence[Entity]]:
    """`entities` of one partition, cut into what one transaction takes."""
    chunk: list[Entity] = []
    size = 0
    for entity in entities:
        characters = sum(len(str(value)) for value in entity.values())
        if chunk and (len(chunk) == MAX_OPERATIONS or size + characters > _TRANSACTION_CHARACTERS):
            yield chunk
            chunk, size = [], 0
        chunk.append(entity)
        size += characters
    if chunk:
        yield chunk


def _entity(commit: Commit) -> Entity:
    document = document_of(commit)
    return {
        "PartitionKey": commit.cause.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M"),
        "RowKey": safe_key(f"{commit.message_id}:{commit.stream_id}"),
        "command": document["cause"]["type"],
        "messageId": commit.message_id,
        "correlationId": commit.cause.correlation_id,
        "causationId": commit.cause.causation_id,
        "time": document["time"],
        "streamId": commit.stream_id,
        "version": commit.version,
        "eventTypes": " ".join(event["type"] for event in document["events"]),
        **split_text("payload", encode_document(document["cause"]["data"]).decode()),
        **split_text("events", encode_document(document["events"]).decode()),
    }
