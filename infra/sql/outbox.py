"""Commands to be sent: written in the transaction that decides on them, deleted once the bus has them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from domain.kernel.messages import OutgoingCommand
from infra.serialization import decode_envelope, encode_envelope
from infra.sql.sequential_guid import new_sequential_guid
from infra.sql.tables import outbox

Entry = tuple[UUID, OutgoingCommand]

_ADD = insert(outbox)
_DELETE = delete(outbox).where(outbox.c.id.in_(bindparam("ids", expanding=True)))
_ENTRIES = select(outbox.c.id, outbox.c.command, outbox.c.not_before, outbox.c.not_after).order_by(outbox.c.id)
_OF_CAUSES = _ENTRIES.where(outbox.c.cause_id.in_(bindparam("cause_ids", expanding=True)))
_LEFT_BEHIND = _ENTRIES.where(outbox.c.created_at < bindparam("older_than")).limit(1000)


def add(connection: Connection, commands: Sequence[OutgoingCommand], now: datetime) -> list[Entry]:
    """Put `commands` in, in this order."""
    entries = [(new_sequential_guid(), command) for command in commands]
    connection.execute(_ADD, [_to_row(entry_id, command, now) for entry_id, command in entries])
    return entries


def of_causes(connection: Connection, cause_ids: Collection[str]) -> list[Entry]:
    """What these messages brought about and is still there."""
    return [_from_row(row) for row in connection.execute(_OF_CAUSES, {"cause_ids": list(cause_ids)})]


def left_behind(connection: Connection, older_than: datetime) -> list[Entry]:
    """What has been there since before `older_than`, oldest first, at most 1000."""
    return [_from_row(row) for row in connection.execute(_LEFT_BEHIND, {"older_than": older_than})]


def remove(connection: Connection, entry_ids: Collection[UUID]) -> None:
    """These are on the bus."""
    connection.execute(_DELETE, {"ids": list(entry_ids)})


def _to_row(entry_id: UUID, command: OutgoingCommand, now: datetime) -> dict[str, Any]:
    return {
        "id": entry_id,
        "cause_id": command.envelope.causation_id,
        "command": encode_envelope(command.envelope).decode(),
        "not_before": command.not_before,
        "not_after": command.not_after,
        "created_at": now,
    }


def _from_row(row: Row[*tuple[Any, ...]]) -> Entry:
    return row.id, OutgoingCommand(
        envelope=decode_envelope(row.command), not_before=row.not_before, not_after=row.not_after
    )
