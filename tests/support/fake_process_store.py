"""The kernel's ProcessStore in memory, which reads and commits in two steps, as a database does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from domain.kernel.errors import ConcurrencyConflict
from domain.kernel.messages import Envelope, OutgoingCommand
from domain.kernel.ports import React
from tests.support.fakes import Interruptible
from tests.support.vocabulary import NOW

Row = tuple[int, Any]
"""The version and the state of a process."""


class InMemoryProcessStore(Interruptible):
    """ProcessStore. A transaction reads first and writes last; it is refused when others wrote meanwhile what it read.

    `clock` dates the rows of the outbox.
    """

    def __init__(self, clock: Callable[[], datetime] = lambda: NOW) -> None:
        super().__init__()
        self.rows: dict[UUID, Row] = {}
        """By order."""
        self.inbox: set[str] = set()
        self.outbox: dict[UUID, tuple[datetime, OutgoingCommand]] = {}
        self._clock = clock
        self._numbers = count(1)

    @property
    def states(self) -> dict[UUID, Any]:
        """States by order."""
        return {order_id: state for order_id, (_, state) in self.rows.items()}

    async def transact(
        self, steps: Sequence[tuple[UUID, Envelope[Any], React]]
    ) -> Sequence[tuple[UUID, OutgoingCommand]]:
        await self._called("transact")
        handled = self._seen({message.message_id for _, message, _ in steps})
        read = {order_id: self.rows.get(order_id) for order_id, _, _ in steps}
        states = {order_id: row[1] for order_id, row in read.items() if row}
        new: set[str] = set()
        changed: dict[UUID, Any] = {}
        commands: list[OutgoingCommand] = []
        for order_id, message, react in steps:
            if message.message_id in handled or message.message_id in new:
                continue
            new.add(message.message_id)
            if (reaction := react(states.get(order_id))) is not None:
                states[order_id] = changed[order_id] = reaction.state
                commands += reaction.commands
        await self._called("commit")
        self._refuse_conflicts(read, changed, new)
        left_behind = self._caused_by(handled)
        for order_id, state in changed.items():
            self._write(order_id, read[order_id], state)
        self.inbox |= new
        return left_behind + self._put(commands)

    async def delete_sent(self, outbox_ids: Sequence[UUID]) -> None:
        await self._called("delete_sent")
        for outbox_id in outbox_ids:
            self.outbox.pop(outbox_id, None)

    async def unsent(self, older_than: datetime) -> Sequence[tuple[UUID, OutgoingCommand]]:
        await self._called("unsent")
        left = [(outbox_id, command) for outbox_id, (at, command) in self.outbox.items() if at < older_than]
        return left[:1000]

    def _seen(self, message_ids: Collection[str]) -> frozenset[str]:
        return frozenset(self.inbox.intersection(message_ids))

    def _refuse_conflicts(
        self, read: Mapping[UUID, Row | None], changed: Collection[UUID], new: Collection[str]
    ) -> None:
        """The primary key of the inbox, the unique index on the order, and the versions of rows."""
        if self._seen(new):
            raise ConcurrencyConflict("somebody else handles the same message")
        for order_id in changed:
            if self.rows.get(order_id) != read[order_id]:
                self._refuse(order_id, begun=read[order_id] is not None)

    def _refuse(self, order_id: UUID, *, begun: bool) -> None:
        raise ConcurrencyConflict(f"the process of order {order_id} {'was changed' if begun else 'began'} meanwhile")

    def _write(self, order_id: UUID, row: Row | None, state: Any) -> None:
        if state is not None:
            self.rows[order_id] = (row[0] + 1 if row else 1, state)

    def _caused_by(self, message_ids: Collection[str]) -> list[tuple[UUID, OutgoingCommand]]:
        return [
            (outbox_id, command)
            for outbox_id, (_, command) in self.outbox.items()
            if command.envelope.causation_id in message_ids
        ]

    def _put(self, commands: Sequence[OutgoingCommand]) -> list[tuple[UUID, OutgoingCommand]]:
        added = [(UUID(int=next(self._numbers)), command) for command in commands]
        self.outbox |= {outbox_id: (self._clock(), command) for outbox_id, command in added}
        return added
