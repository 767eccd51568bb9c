"""Settles messages whose link is gone. Their locks outlive it, so what was done with them need not be done again.

As the SDK under the real host does: by lock token, over the `$management` node of a new connection.
Source: azure-sdk-for-net, `AmqpReceiver.DisposeMessagesAsync` and `DisposeMessageRequestResponseAsync`
"""

from __future__ import annotations

import asyncio
import logging
import uuid

import proton

from local.amqp import ACCEPTED, MODIFIED
from local.functions_host.bus_connection import BusConnection
from local.functions_host.bus_requests import RequestRefused

log = logging.getLogger(__name__)
_STATUS = {ACCEPTED: "completed", MODIFIED: "abandoned"}
_PATIENCE = 60.0
_PAUSE = 0.1


class LateSettlement:
    """Settles messages of one entity without sessions, each in a task of its own."""

    def __init__(self, bus: BusConnection, entity: str) -> None:
        self._bus, self._entity = bus, entity
        self._tasks: set[asyncio.Task[None]] = set()

    def settle(self, lock_token: uuid.UUID, outcome: int) -> None:
        """Complete or abandon a message once there is a connection. One to be released is free when its lock ends."""
        if (status := _STATUS.get(outcome)) is not None:
            task = asyncio.get_running_loop().create_task(self._settle(lock_token, status))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _settle(self, lock_token: uuid.UUID, status: str) -> None:
        self._bus.unacknowledged += 1
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._ask(lock_token, status)
        except (RequestRefused, TimeoutError) as error:
            reason = str(error) or "the bus did not answer in time"
            log.warning("A message of %s could not be %s: %s", self._entity, status, reason)
        finally:
            self._bus.unacknowledged -= 1

    async def _ask(self, lock_token: uuid.UUID, status: str) -> None:
        tokens = proton.Array(proton.UNDESCRIBED, proton.Data.UUID, lock_token)  # type: ignore[arg-type]
        while True:
            await self._bus.up()
            try:
                await self._bus.request(
                    self._entity, "update-disposition", {"disposition-status": status, "lock-tokens": tokens}
                )
            except ConnectionError:  # lost once more
                await asyncio.sleep(_PAUSE)
            else:
                return
