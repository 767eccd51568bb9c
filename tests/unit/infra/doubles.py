"""A Service Bus sender without a bus, and messages as the Functions host hands them over."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import azure.functions as func
from azure.functions.servicebus import ServiceBusMessage
from azure.servicebus import ServiceBusMessageBatch

from domain.kernel.messages import Envelope
from infra.serialization import encode_envelope

ENQUEUED = datetime(2027, 3, 1, 12, 0, 1, tzinfo=UTC)


class ScriptedSender:
    """Takes the place of the SDK's sender: writes down each batch, and waits or fails when a test says so."""

    def __init__(self, max_batch_bytes: int = 256 * 1024) -> None:
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failures: list[Exception] = []
        self.started = asyncio.Event()
        self.closed = self.closed_while_sending = False
        self._max_batch_bytes = max_batch_bytes
        self._busy = False

    async def create_message_batch(self) -> ServiceBusMessageBatch:
        return ServiceBusMessageBatch(max_size_in_bytes=self._max_batch_bytes)

    async def send_messages(self, batch: ServiceBusMessageBatch) -> None:
        assert not self._busy, "an AMQP sender must not be used twice at once"
        self._busy = True
        self.started.set()
        try:
            await self.gate.wait()
            if self.failures:
                raise self.failures.pop(0)
            self.batches.append([str(message.message_id) for message in batch._messages])
        finally:
            self._busy = False

    async def close(self) -> None:
        self.closed, self.closed_while_sending = True, self._busy


def received(
    body: bytes, *, message_id: str = "a message", delivery_count: int = 1, session_id: str | None = "a session"
) -> func.ServiceBusMessage:
    """A message with `body` as a trigger gets it."""
    return ServiceBusMessage(
        body=body,
        application_properties={},
        user_properties={},
        message_id=message_id,
        delivery_count=delivery_count,
        session_id=session_id,
        correlation_id="a conversation",
        subject="OrderPlaced",
        content_type="application/json",
        to="order-events",
        enqueued_time_utc=ENQUEUED.replace(tzinfo=None),
    )


def received_envelope(envelope: Envelope[Any], *, delivery_count: int = 1) -> func.ServiceBusMessage:
    """A message that carries `envelope`."""
    return received(encode_envelope(envelope), message_id=envelope.message_id, delivery_count=delivery_count)
