"""Sending to one queue or topic: whatever waits goes out as one batch, one batch after another.

An AMQP sender must not be used by two coroutines at once, and takes half a second to open: so there is one per entity,
for the life of the process. While it sends a batch, the next one gathers. The busier, the larger the batches, and the
cheaper each message.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from azure.servicebus import ServiceBusMessageBatch
from azure.servicebus.aio import ServiceBusSender
from azure.servicebus.amqp import AmqpAnnotatedMessage
from azure.servicebus.exceptions import MessageSizeExceededError, ServiceBusServerBusyError

from infra.bus_links import LinkCloser
from infra.retries import retrying_bus, within_patience

ATTEMPT_SECONDS = 8.0
"""For one batch, opening the link included; and for one caller to see one attempt through."""
_PROPERTIES_BYTES = 512
"""What the properties of a message add to its body, at most: they are ids and a class name."""


@dataclass(slots=True, eq=False)
class _Call:
    """What one caller wants sent, and how much of it is."""

    messages: Sequence[AmqpAnnotatedMessage]
    done: asyncio.Future[None]
    sent: int = 0
    in_batch: int = 0

    @property
    def waiting(self) -> Sequence[AmqpAnnotatedMessage]:
        return self.messages[self.sent + self.in_batch :]

    def fits(self, batch: ServiceBusMessageBatch) -> bool:
        """Whether all that waits fits into `batch`; always into an empty one, which takes as much as it can."""
        if len(batch) == 0:
            return True
        size = sum(sum(len(part) for part in message.body) + _PROPERTIES_BYTES for message in self.waiting)
        return batch.size_in_bytes + size <= batch.max_size_in_bytes


class EntitySender:
    """Sends to `entity`. `open_sender` makes a new SDK sender, which replaces one that broke."""

    def __init__(self, entity: str, open_sender: Callable[[], ServiceBusSender], closer: LinkCloser) -> None:
        self._entity = entity
        self._open_sender = open_sender
        self._closer = closer
        self._sender: ServiceBusSender | None = None
        self._calls: deque[_Call] = deque()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the link ahead of the first message. Raises Unavailable."""
        await self.send(())

    async def send(self, messages: Sequence[AmqpAnnotatedMessage]) -> None:
        """Send `messages`, in order, in one batch where they fit into one; returns when all are acknowledged.

        A repeated attempt may send what had arrived, which duplicate detection drops. Raises Unavailable, and
        ValueError for a message that is larger than the bus takes.
        """
        try:
            await retrying_bus(lambda: self._attempt(messages))
        except MessageSizeExceededError as error:
            raise ValueError(f"{self._entity}: a message is too large for the bus: {error}") from error

    async def close(self) -> None:
        """Send what waits, then begin to close."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=ATTEMPT_SECONDS)
        self._discard()

    async def _attempt(self, messages: Sequence[AmqpAnnotatedMessage]) -> None:
        call = _Call(messages, asyncio.get_running_loop().create_future())
        self._calls.append(call)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._send_all(), name=f"send to {self._entity}")
        async with asyncio.timeout(within_patience(ATTEMPT_SECONDS)):  # cuts off the waiting, not the sending
            await call.done

    async def _send_all(self) -> None:
        while self._calls:
            calls: list[_Call] = []
            try:
                async with asyncio.timeout(ATTEMPT_SECONDS):
                    await self._send_batch(calls)
            except Exception as error:  # whatever it is, those who wait for these messages must hear of it
                self._fail(calls or list(self._calls), error)

    async def _send_batch(self, calls: list[_Call]) -> None:
        """Send the next batch. `calls` tells the caller whose messages are in it, even when that fails."""
        if self._sender is None:
            self._sender = self._open_sender()
        batch = await self._sender.create_message_batch()  # opens the link
        self._fill(batch, calls)
        if len(batch):
            await self._sender.send_messages(batch)
        for call in calls:
            call.sent, call.in_batch = call.sent + call.in_batch, 0
            if not call.waiting:
                self._finish(call)

    def _fill(self, batch: ServiceBusMessageBatch, calls: list[_Call]) -> None:
        for call in [call for call in self._calls if call.done.done()]:
            self._calls.remove(call)  # nobody waits for it any more
        for call in self._calls:
            if not call.fits(batch):
                return
            calls.append(call)
            for message in call.waiting:
                try:
                    batch.add_message(message)
                except MessageSizeExceededError:
                    if len(batch) == 0:
                        raise  # not even alone
                    return
                call.in_batch += 1

    def _finish(self, call: _Call) -> None:
        self._calls.remove(call)
        if not call.done.done():
            call.done.set_result(None)

    def _fail(self, calls: Sequence[_Call], error: Exception) -> None:
        if not isinstance(error, (MessageSizeExceededError, ServiceBusServerBusyError)):
            self._discard()
        for call in calls:
            self._calls.remove(call)
            if not call.done.done():
                call.done.set_exception(error)

    def _discard(self) -> None:
        if self._sender is not None:
            self._closer.close(self._sender)
            self._sender = None
