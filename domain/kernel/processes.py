"""The one way to run a process manager: react in one transaction, then send what it left in the outbox.

A process manager's state, the ids of the messages it has seen (inbox) and the commands it wants sent (outbox) change
together or not at all. Sending comes after; what a crash leaves behind, the timer sends.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.kernel.errors import ConcurrencyConflict, Unavailable
from domain.kernel.messages import Envelope, OutgoingCommand
from domain.kernel.ports import MessageBus, ProcessStore, React

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 20


class Processes:
    """Feeds messages to process managers and sends the commands they ask for."""

    def __init__(self, store: ProcessStore, bus: MessageBus) -> None:
        self._store = store
        self._bus = bus

    async def react(self, steps: Sequence[tuple[UUID, Envelope[Any], React]]) -> None:
        """Take each step (order id, message, reaction). A repeated message changes nothing.

        Raises DomainError when a reaction does (nothing was changed), ConcurrencyConflict and Unavailable.
        """
        for _ in range(MAX_ATTEMPTS):
            try:
                outbox = await self._store.transact(steps)
            except ConcurrencyConflict:
                continue
            await self._dispatch(outbox)
            return
        raise ConcurrencyConflict(f"gave up after {MAX_ATTEMPTS} attempts on {len(steps)} messages")

    async def send_unsent(self, older_than: datetime) -> int:
        """Send what has stayed in the outbox since before `older_than`; gives how many. Raises Unavailable."""
        outbox = await self._store.unsent(older_than)
        await self._send(outbox)
        return len(outbox)

    async def _dispatch(self, outbox: Sequence[tuple[UUID, OutgoingCommand]]) -> None:
        try:
            await self._send(outbox)
        except Unavailable as unavailable:
            # Saved is done: the timer sends them.
            logger.warning("%d commands stay in the outbox: %s", len(outbox), unavailable)

    async def _send(self, outbox: Sequence[tuple[UUID, OutgoingCommand]]) -> None:
        if outbox:
            await self._bus.send([command for _, command in outbox])
            await self._store.delete_sent([outbox_id for outbox_id, _ in outbox])
