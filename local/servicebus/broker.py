"""The broker: a namespace of entities behind one AMQP port, kept in one database."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from local.amqp import FlushQueue
from local.servicebus.connection import ServiceBusConnection
from local.servicebus.entity import Entity
from local.servicebus.errors import ServiceBusError, entity_not_found
from local.servicebus.queue import Queue
from local.servicebus.store import Store
from local.servicebus.subscription import Subscription
from local.servicebus.topic import Topic
from local.servicebus.topology import EntitySettings, NamespaceConfig

DEFAULT_MAX_MESSAGE_SIZE = 256 * 1024
"""What the Standard tier and the emulator allow, in bytes, for a message or a batch."""

_SECONDS_TO_CLOSE = 0.5  # an idle sync client does not read, so it cannot answer
_DEAD_LETTER_SUFFIX = "/$DeadLetterQueue"


class Broker:
    """Made within a running event loop. `failed` is set when the store cannot go on: the process must then end."""

    def __init__(
        self,
        config: NamespaceConfig,
        database: Path,
        *,
        key: str | None = None,
        max_message_size: int = DEFAULT_MAX_MESSAGE_SIZE,
        max_bytes: int = 0,
    ) -> None:
        """Open the store and bring every entity to where it was. Raises sqlite3.Error.

        `max_bytes` limits what it may hold; with 0 the disk does.
        """
        self.key = key
        self.max_message_size = max_message_size
        self.connections: set[ServiceBusConnection] = set()
        self.failed: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self.entities: dict[str, Entity] = {}
        self._server: asyncio.Server | None = None
        self._store = Store(database, max_bytes, self.failed.set_result)
        self.flush_queue = FlushQueue(self._store.commit)
        self._build(config)
        self._restore()

    def find(self, path: str) -> Entity:
        """The entity at `path`, whatever its case. Raises ServiceBusError (amqp:not-found)."""
        entity = self.entities.get(path.lower())
        if entity is None:
            raise entity_not_found(path)
        return entity

    async def listen(self, host: str, port: int) -> int:
        """Take connections; returns the port, which was chosen if `port` is 0. Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: ServiceBusConnection(self), host, port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def close(self) -> None:
        """Tell every client, give them a moment to close, and close the store, which may be what sets `failed`."""
        if self._server is not None:
            self._server.close()
        reason = ServiceBusError("amqp:connection:forced", "The broker is stopping.").as_condition()
        for connection in self.connections:
            connection.close(reason)
        ending = [connection.lost for connection in self.connections]
        if ending:
            await asyncio.wait(ending, timeout=_SECONDS_TO_CLOSE)
        for connection in list(self.connections):
            connection.abort()
        for entity in self.entities.values():
            entity.alarm.cancel()
        with contextlib.suppress(Exception):
            self._store.close()

    def _build(self, config: NamespaceConfig) -> None:
        forwarding: list[tuple[Queue, str]] = []
        for queue_config in config.queues:
            path, settings = queue_config.name, queue_config.settings
            self._add_queue(Queue(path, settings, self._store, self._dead_letters(path, settings)), forwarding)
        for topic_config in config.topics:
            topic = Topic(topic_config.name, topic_config.settings, self._store)
            self.entities[topic.path.lower()] = topic
            for each in topic_config.subscriptions:
                path = f"{topic_config.name}/Subscriptions/{each.name}"
                dead_letters = self._dead_letters(path, each.settings)
                subscription = Subscription(path, each.settings, self._store, dead_letters, each.rules)
                self._add_queue(subscription, forwarding)
                topic.subscribe(subscription)
        for queue, target in forwarding:
            queue.forwards_to = self.find(target)

    def _dead_letters(self, path: str, settings: EntitySettings) -> Queue:
        own = EntitySettings(lock_duration=settings.lock_duration, time_to_live=0)
        return Queue(path + _DEAD_LETTER_SUFFIX, own, self._store)

    def _add_queue(self, queue: Queue, forwarding: list[tuple[Queue, str]]) -> None:
        assert queue.dead_letters is not None
        for each in (queue, queue.dead_letters):
            self.entities[each.path.lower()] = each
        if queue.settings.forward_to is not None:
            forwarding.append((queue, queue.settings.forward_to))
        if queue.settings.forward_dead_letters_to is not None:
            forwarding.append((queue.dead_letters, queue.settings.forward_dead_letters_to))

    def _restore(self) -> None:
        by_id = {entity.id: entity for entity in self.entities.values()}
        for entity in self.entities.values():
            if isinstance(entity, Queue):
                for state in self._store.session_states(entity.id):
                    entity.restore_session_state(*state)
        for entity_id, message in self._store.messages(set(by_id)):
            by_id[entity_id].restore(message)
        for entity in self.entities.values():
            if isinstance(entity, Queue):
                entity.forward_backlog()
        self._store.commit()
