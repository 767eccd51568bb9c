"""What queues and topics share: sequence numbers, duplicate detection, messages scheduled for later."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections import OrderedDict
from typing import Any, NamedTuple

from local.servicebus.alarm import Alarm
from local.servicebus.edits import with_system_property
from local.servicebus.errors import message_not_found
from local.servicebus.message import Message, State, clock
from local.servicebus.meters import Meter
from local.servicebus.payload import MESSAGE_ID, Payload
from local.servicebus.sequences import Agenda
from local.servicebus.store import Store
from local.servicebus.topology import EntitySettings

_SEQUENCES_RESERVED = 1000


class Origin(NamedTuple):
    """Where a forwarded or dead-lettered message came from, and how often it was forwarded."""

    enqueued_sequence: int
    dead_letter_source: str | None = None
    hops: int = 0


class DuplicateHistory:
    """The message ids seen within the window, which is all that is remembered. A window of 0 remembers nothing."""

    def __init__(self, window: int, entity_id: int, store: Store) -> None:
        self._window = window
        self._entity_id = entity_id
        self._store = store
        self._seen: OrderedDict[str, int] = OrderedDict(store.seen_messages(entity_id))

    def __len__(self) -> int:
        return len(self._seen)

    def is_duplicate(self, message_id: Any, now: int) -> bool:
        """Whether `message_id` was seen within the window; if not, it is noted now."""
        if not self._window or message_id is None:
            return False
        self.prune(now)
        key = message_id if isinstance(message_id, str) else f"{type(message_id).__name__}:{message_id}"
        if key in self._seen:
            return True
        self._seen[key] = now
        self._store.set_seen(self._entity_id, key, now)
        return False

    def prune(self, now: int) -> None:
        while self._seen:
            key, seen_at = next(iter(self._seen.items()))
            if seen_at > now - self._window:
                return
            del self._seen[key]
            self._store.set_seen(self._entity_id, key, None)


class Entity(ABC):
    """A queue, topic or subscription. Its methods change memory and tell the store; the broker commits."""

    def __init__(self, path: str, settings: EntitySettings, store: Store) -> None:
        self.path = path
        self.settings = settings
        self.store = store
        self.id, self._last_sequence = store.entity(path.lower())
        self._reserved_to = self._last_sequence
        self.messages: dict[int, Message] = {}
        self.meter = Meter()
        self.duplicates = DuplicateHistory(settings.duplicate_window, self.id, store)
        self.alarm = Alarm(self._ring)
        self._scheduled = Agenda(self._is_scheduled_for)

    @abstractmethod
    def enqueue(self, payload: Payload, now: int, origin: Origin | None = None) -> int:
        """Take a message in, active at once. Returns its sequence number, 0 if it went elsewhere."""

    def check(self, payload: Payload) -> None:
        """Refuse a message that must not be sent here, before anything is changed. Raises ServiceBusError."""
        return

    def submit(self, payload: Payload, origin: Origin | None = None) -> int:
        """Take in what was sent or forwarded here: now, or when it is scheduled. A duplicate is dropped: 0."""
        now = clock()
        if payload.message_id is None:
            payload = with_system_property(payload, MESSAGE_ID, uuid.uuid4().hex)  # clients rely on there being one
        if self.duplicates.is_duplicate(payload.message_id, now):
            return 0
        if payload.scheduled_for > now:
            return self._schedule(payload, now)
        return self.enqueue(payload, now, origin)

    def cancel_scheduled(self, sequences: list[int]) -> None:
        """Remove scheduled messages, all or none. Raises ServiceBusError (message-not-found)."""
        for sequence in sequences:
            message = self.messages.get(sequence)
            if message is None or message.state is not State.SCHEDULED:
                raise message_not_found(sequence)
        for sequence in sequences:
            self._forget(self.messages[sequence])

    def restore(self, message: Message) -> None:
        """Take back a stored message, in ascending order, while the broker starts."""
        self._file(message)
        if message.state is State.SCHEDULED:
            self._await_schedule(message)

    def _new_message(self, payload: Payload, now: int) -> Message:
        return Message(payload, self._next_sequence(), now)

    def _next_sequence(self) -> int:
        """Numbers are reserved in blocks, which saves a write per message; a restart leaves the rest of one out."""
        self._last_sequence += 1
        if self._last_sequence > self._reserved_to:
            self._reserved_to = self._last_sequence + _SEQUENCES_RESERVED
            self.store.set_last_sequence(self.id, self._reserved_to)
        return self._last_sequence

    def _file(self, message: Message) -> None:
        """Note the message in memory."""
        self.messages[message.sequence] = message

    def _forget(self, message: Message) -> None:
        """Remove the message from memory and store."""
        del self.messages[message.sequence]
        self.store.delete(self.id, message)

    def _schedule(self, payload: Payload, now: int) -> int:
        message = self._new_message(payload, now)
        message.state = State.SCHEDULED
        self._file(message)
        self.store.save(self.id, message)
        self._await_schedule(message)
        return message.sequence

    def _await_schedule(self, message: Message) -> None:
        when = message.payload.scheduled_for
        self._scheduled.add(when, message.sequence, len(self.messages))
        self.alarm.no_later_than(when)

    def _is_scheduled_for(self, when: int, sequence: int) -> bool:
        message = self.messages.get(sequence)
        return message is not None and message.state is State.SCHEDULED

    def _ring(self, now: int) -> int | None:
        """Do what is due, and say when the next thing is."""
        for sequence in self._scheduled.take_due(now):
            message = self.messages[sequence]
            self.enqueue(message.payload, now)  # a new number: it joins the end of the queue, as in Azure
            self._forget(message)
        self.store.commit()
        return self._scheduled.next_due
