"""Every command and event, kept for audit in table storage: who said what, when, and because of what.

A partition is a minute of UTC, so that a batch costs one transaction, and an hour or a day can be read as a range. The
row is the message's id: recording a message again changes nothing.
Source: CQRS Journey, Infrastructure.Azure/MessageLog.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient

from domain.kernel.messages import Envelope, RecordedEvent
from infra.serialization import encode_document, type_name
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

    async def record(self, envelopes: Sequence[Envelope[Any]]) -> None:
        """Keep `envelopes`; harmless when repeated. Raises Unavailable."""
        by_partition: dict[str, dict[str, Entity]] = {}
        for envelope in envelopes:
            entity = _entity(envelope)
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


def _entity(envelope: Envelope[Any]) -> Entity:
    time = envelope.time.astimezone(UTC)
    entity: Entity = {
        "PartitionKey": time.strftime("%Y-%m-%dT%H:%M"),
        "RowKey": safe_key(envelope.message_id),
        "kind": "event" if isinstance(envelope, RecordedEvent) else "command",
        "type": type_name(envelope.message),
        "correlationId": envelope.correlation_id,
        "causationId": envelope.causation_id,
        "time": time.isoformat(),
        **split_text("payload", encode_document(envelope.message).decode()),
    }
    if isinstance(envelope, RecordedEvent):
        entity["streamId"] = envelope.stream_id
        entity["version"] = envelope.version
    return entity
