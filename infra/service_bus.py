"""The message bus on Azure Service Bus."""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver
from azure.servicebus.amqp import AmqpAnnotatedMessage

from domain.kernel.errors import Unavailable
from domain.kernel.messages import Commit, OutgoingCommand
from infra.bus_links import LinkCloser
from infra.bus_messages import command_message, event_messages
from infra.bus_routes import PARKED_MESSAGES, QUEUES, TOPICS, command_route, event_route
from infra.bus_sender import EntitySender

logger = logging.getLogger(__name__)

PING_SECONDS = 3.0


class ServiceBusMessageBus:
    """Implements the port `MessageBus`. One per process; it owns the client, whose own retries must be off."""

    def __init__(self, client: ServiceBusClient) -> None:
        self._client = client
        self._senders: dict[str, EntitySender] = {}
        self._closer = LinkCloser()
        self._peeker: ServiceBusReceiver | None = None
        self._peeking = asyncio.Lock()

    async def publish(self, commits: Sequence[Commit]) -> None:
        """Send the events of `commits` to their topics, in order, and each commit whole.

        What belongs to one topic goes out together. Raises Unavailable.
        """
        by_topic: dict[str, list[AmqpAnnotatedMessage]] = {}
        for commit in commits:
            route = event_route(commit.stream_id)
            by_topic.setdefault(route.entity, []).extend(event_messages([commit], route))
        await _all(self.deliver(topic, messages) for topic, messages in by_topic.items())

    async def send(self, commands: Sequence[OutgoingCommand]) -> None:
        """Send commands to the queues of their aggregates; one that is over already is left out. Raises Unavailable."""
        now = datetime.now(UTC)
        by_queue: dict[str, list[AmqpAnnotatedMessage]] = {}
        for command in commands:
            route = command_route(command.envelope.message)
            if message := command_message(command, route, now):
                by_queue.setdefault(route.entity, []).append(message)
            else:
                name = type(command.envelope.message).__name__
                logger.warning(
                    "%s %s is not sent: it was over at %s", name, command.envelope.message_id, command.not_after
                )
        await _all(self.deliver(queue, messages) for queue, messages in by_queue.items())

    async def deliver(self, entity: str, messages: Sequence[AmqpAnnotatedMessage]) -> None:
        """Send `messages` as they are to a queue or topic. Raises Unavailable."""
        await self._sender(entity).send(messages)

    async def warm_up(self) -> None:
        """Open every link, which takes half a second each, before the first message needs it. Raises Unavailable."""
        senders = [self._sender(entity).open() for entity in sorted(QUEUES | TOPICS)]
        await _all([*senders, self.ping()])

    async def ping(self) -> None:
        """Ask the bus something. Raises Unavailable when it has not answered within PING_SECONDS."""
        try:
            async with asyncio.timeout(PING_SECONDS), self._peeking:
                await self._peek()
        except Exception as error:
            raise Unavailable(f"Service Bus does not answer: {error!r}") from error

    async def close(self) -> None:
        """Send what waits and close all connections."""
        await asyncio.gather(*(sender.close() for sender in self._senders.values()))
        self._discard_peeker()
        await self._closer.finish()
        await self._client.close()

    def _sender(self, entity: str) -> EntitySender:
        if entity not in self._senders:
            get_sender = self._client.get_topic_sender if entity in TOPICS else self._client.get_queue_sender
            self._senders[entity] = EntitySender(entity, lambda: get_sender(entity), self._closer)
        return self._senders[entity]

    async def _peek(self) -> None:
        if self._peeker is None:
            self._peeker = self._client.get_queue_receiver(PARKED_MESSAGES)
        try:
            await self._peeker.peek_messages(1, sequence_number=1)
        except BaseException:  # also when the time-out cuts in: half a request breaks the link
            self._discard_peeker()
            raise

    def _discard_peeker(self) -> None:
        if self._peeker is not None:
            self._closer.close(self._peeker)
            self._peeker = None


async def _all(calls: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Await all of `calls` at once, also when some fail; then raise the first failure."""
    for failure in await asyncio.gather(*calls, return_exceptions=True):
        if failure is not None:
            raise failure
