"""The broker: a namespace of entities behind one AMQP port, kept in one database."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from local.amqp import FlushQueue
from local.servicebus.connection import ServiceBusConnection
from local.servicebus.entity import Entity
from local.servicebus.errors import ServiceBusError, entity_not_found
from local.servicebus.queue import Queue
from local.servicebus.store import Store
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
    ) -> None:
        """Open the store and bring every entity to where it was. Raises sqlite3.Error."""
        self.key = key
        self.max_message_size = max_message_size
        self.connections: set[ServiceBusConnection] = set()
        self.flush_queue = FlushQueue(self._commit)
        self.failed: asyncio.Future[sqlite3.Error] = asyncio.get_running_loop().create_future()
        self.entities: dict[str, Entity] = {}
        self._server: asyncio.Server | None = None
        self._store = Store(database)
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
        """Tell every client, give them a moment to close, and close the store."""
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
        if not self.failed.done():
            self._store.close()

    def _commit(self) -> None:
        try:
            self._store.commit()
        except sqlite3.Error as fault:
            if not self.failed.done():
                self.failed.set_result(fault)
            raise

    def _build(self, config: NamespaceConfig) -> None:
        forwarding: list[tuple[Queue, str]] = []
        for queue_config in config.queues:
            self._add_queue(queue_config.name, queue_config.settings, forwarding)
        for topic_config in config.topics:
            topic = Topic(topic_config.name, topic_config.settings, self._store)
            self.entities[topic.path.lower()] = topic
            for each in topic_config.subscriptions:
                path = f"{topic_config.name}/Subscriptions/{each.name}"
                topic.subscribe(self._add_queue(path, each.settings, forwarding), list(each.rules.values()))
        for queue, target in forwarding:
            queue.link_forwarding(self.find(target))

    def _add_queue(self, path: str, settings: EntitySettings, forwarding: list[tuple[Queue, str]]) -> Queue:
        dead_letter_settings = EntitySettings(lock_duration=settings.lock_duration, time_to_live=0)
        dead_letters = Queue(path + _DEAD_LETTER_SUFFIX, dead_letter_settings, self._store)
        queue = Queue(path, settings, self._store, dead_letters)
        for each in (queue, dead_letters):
            self.entities[each.path.lower()] = each
        if settings.forward_to is not None:
            forwarding.append((queue, settings.forward_to))
        if settings.forward_dead_letters_to is not None:
            forwarding.append((dead_letters, settings.forward_dead_letters_to))
        return queue

    def _restore(self) -> None:
        by_id = {entity.id: entity for entity in self.entities.values()}
        for entity in self.entities.values():
            if isinstance(entity, Queue):
                for session_id, state in self._store.session_states(entity.id):
                    entity.restore_session_state(session_id, state)
        for entity_id, message in self._store.messages(set(by_id)):
            by_id[entity_id].restore(message)
        self._store.commit()
