"""Process managers as rows, with inbox and outbox, changed in one transaction for a whole batch of messages."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, insert, select, update

from domain.kernel.errors import ConcurrencyConflict
from domain.kernel.messages import Envelope, OutgoingCommand
from domain.kernel.ports import React
from domain.registration.registration_process import RegistrationProcess
from infra.serialization import decode_document, encode_document
from infra.sql import inbox, outbox
from infra.sql.database import Database
from infra.sql.sequential_guid import new_sequential_guid
from infra.sql.tables import registration_processes as processes

CONSUMER = "RegistrationProcessManager"

Step = tuple[UUID, Envelope[Any], React]

_LOAD = (
    select(processes.c.order_id, processes.c.version, processes.c.state)
    .where(processes.c.order_id.in_(bindparam("order_ids", expanding=True)))
    .with_hint(processes, "WITH (UPDLOCK)", "mssql")
)
"""The lock makes a second worker wait here instead of doing its work in vain."""
_INSERT = insert(processes)
_UPDATE = (
    update(processes)
    .where(processes.c.order_id == bindparam("of_order"), processes.c.version == bindparam("of_version"))
    .values(version=bindparam("new_version"), state=bindparam("new_state"))
)


def _now() -> datetime:
    return datetime.now(UTC)


class SqlProcessStore:
    """The ProcessStore of the registration process. `clock` dates inbox and outbox rows."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock

    async def transact(self, steps: Sequence[Step]) -> Sequence[tuple[UUID, OutgoingCommand]]:
        """As the port says. What messages seen before left in the outbox comes first: a crash may have kept it there.

        At most 1000 steps: their ids are parameters of one statement.
        """
        if not steps:
            return ()
        return await self._database.write(lambda connection: self._transact(connection, steps))

    async def delete_sent(self, outbox_ids: Sequence[UUID]) -> None:
        """These were sent."""
        if outbox_ids:
            await self._database.write(lambda connection: outbox.remove(connection, outbox_ids))

    async def unsent(self, older_than: datetime) -> Sequence[tuple[UUID, OutgoingCommand]]:
        """What has stayed in the outbox since before `older_than`, oldest first, at most 1000."""
        return await self._database.read(lambda connection: outbox.left_behind(connection, older_than))

    def _transact(self, connection: Connection, steps: Sequence[Step]) -> list[outbox.Entry]:
        handled = inbox.seen(connection, CONSUMER, {message.message_id for _, message, _ in steps})
        left_behind = outbox.of_causes(connection, handled) if handled else []
        rows = _Rows(connection, {order_id for order_id, message, _ in steps if message.message_id not in handled})
        new: set[str] = set()
        commands: list[OutgoingCommand] = []
        for order_id, message, react in steps:
            if message.message_id in handled or message.message_id in new:
                continue
            new.add(message.message_id)
            reaction = react(rows.state(order_id))
            if reaction is not None:
                if reaction.state is not None:
                    rows.change(order_id, reaction.state)
                commands.extend(reaction.commands)
        rows.save(connection)
        now = self._clock()
        if new:
            inbox.remember(connection, CONSUMER, new, now)
        return left_behind + (outbox.add(connection, commands, now) if commands else [])


class _Rows:
    """The processes of a batch: read at once, changed in memory, written at once."""

    def __init__(self, connection: Connection, order_ids: Collection[UUID]) -> None:
        self._versions: dict[UUID, int] = {}
        self._states: dict[UUID, RegistrationProcess] = {}
        self._changed: set[UUID] = set()
        if order_ids:
            for order_id, version, state in connection.execute(_LOAD, {"order_ids": list(order_ids)}):
                self._versions[order_id] = version
                self._states[order_id] = decode_document(RegistrationProcess, state)

    def state(self, order_id: UUID) -> RegistrationProcess | None:
        return self._states.get(order_id)

    def change(self, order_id: UUID, state: RegistrationProcess) -> None:
        self._states[order_id] = state
        self._changed.add(order_id)

    def save(self, connection: Connection) -> None:
        """Raises ConcurrencyConflict when a row is not as it was read; the unique index sees to new ones."""
        insertions: list[dict[str, Any]] = []
        updates: list[dict[str, Any]] = []
        for order_id in self._changed:
            version, state = self._versions.get(order_id), encode_document(self._states[order_id]).decode()
            if version is None:
                insertions.append({"id": new_sequential_guid(), "order_id": order_id, "version": 1, "state": state})
            else:
                of_version = {"of_order": order_id, "of_version": version}
                updates.append(of_version | {"new_version": version + 1, "new_state": state})
        if insertions:
            connection.execute(_INSERT, insertions)
        # One by one: pyodbc would do no other with many at once, and count no rows.
        updated = sum(connection.execute(_UPDATE, row).rowcount for row in updates)
        if updated != len(updates):
            raise ConcurrencyConflict(f"{len(updates) - updated} of {len(updates)} processes changed meanwhile")
