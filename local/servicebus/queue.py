"""A queue, a subscription or a dead-letter queue: how messages come in, and how they leave."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from local.servicebus.codec import MalformedValueError
from local.servicebus.dispatch import Dispatcher
from local.servicebus.edits import with_application_properties
from local.servicebus.entity import Entity, Origin
from local.servicebus.errors import (
    bad_argument,
    message_lock_lost,
    message_not_found,
    not_allowed,
    session_id_missing,
)
from local.servicebus.message import Message, State, clock
from local.servicebus.meters import FORWARD
from local.servicebus.payload import Payload
from local.servicebus.session import Session
from local.servicebus.store import Store
from local.servicebus.topology import EntitySettings

MOST_HOPS = 4
"""How often a message may be forwarded. Source: Microsoft Learn, "Chaining Service Bus entities"."""


class Queue(Dispatcher):
    """`dead_letters` is its dead-letter queue, None if it is one itself."""

    def __init__(self, path: str, settings: EntitySettings, store: Store, dead_letters: Queue | None = None) -> None:
        super().__init__(path, settings, store)
        self.dead_letters = dead_letters
        self.forwards_to: Entity | None = None

    def counts(self) -> dict[str, int]:
        """How many messages are in which state, and sessions."""
        locked = len(self.locks) + sum(len(session.locks) for session in self.sessions.held.values())
        return {
            "active": len(self.messages) - self._deferred_count - self._scheduled_count,
            "locked": locked,
            "deferred": self._deferred_count,
            "scheduled": self._scheduled_count,
            "sessions": len(self.sessions.by_id),
        }

    # Arrival

    def check(self, payload: Payload) -> None:
        if self.dead_letters is None:
            raise not_allowed(f"Messages cannot be sent to the dead-letter queue {self.path}.")
        if self.settings.requires_session and payload.session_id is None:
            raise session_id_missing()

    def enqueue(self, payload: Payload, now: int, origin: Origin | None = None) -> int:
        if self.forwards_to is not None:
            return self._forward(self.forwards_to, payload, now, origin)
        if self.settings.requires_session and payload.session_id is None and self.dead_letters is not None:
            # Forwarding and topics cannot refuse a message to its sender, so Azure dead-letters it.
            return self._bury(payload, now, origin, "Session id is null.", "The entity requires sessions.")
        return self._keep(payload, now, origin)

    def forward_backlog(self) -> None:
        """Pass on what came before forwarding was configured: nobody can receive it any more."""
        if self.forwards_to is None or self.dead_letters is None:
            return
        for message in [each for each in self.messages.values() if each.state is State.ACTIVE]:
            self.forwards_to.submit(message.payload, Origin(message.enqueued_sequence, hops=1))
            self._forget(message)

    def _forward(self, target: Entity, payload: Payload, now: int, origin: Origin | None) -> int:
        origin = origin or Origin(self._next_sequence())
        if origin.hops < MOST_HOPS:
            self.meter.count_message(FORWARD, len(payload.bare))
            target.submit(payload, origin._replace(hops=origin.hops + 1))
            return 0
        if self.dead_letters is None:
            return self._keep(payload, now, origin)
        text = f"The maximum number of allowed hops when forwarding between queues, {MOST_HOPS}, has been exceeded."
        return self._bury(payload, now, origin, "MaxTransferHopCountExceeded", text)

    def _bury(self, payload: Payload, now: int, origin: Origin | None, reason: str, description: str) -> int:
        assert self.dead_letters is not None
        origin = (origin or Origin(self._next_sequence()))._replace(dead_letter_source=self.path)
        return self.dead_letters.enqueue(_with(payload, _reason(reason, description)), now, origin)

    def _keep(self, payload: Payload, now: int, origin: Origin | None) -> int:
        message = self._new_message(payload, now)
        if origin is not None:
            message.enqueued_sequence, message.dead_letter_source, _ = origin
        if self.dead_letters is not None:
            limits = [limit for limit in (payload.time_to_live, self.settings.time_to_live) if limit]
            message.expires_at = now + min(limits) if limits else 0
        self._file(message)
        self.store.save(self.id, message)
        self._watch_expiry(message)
        self._make_ready(message)
        return message.sequence

    def restore(self, message: Message) -> None:
        super().restore(message)
        if message.state is not State.SCHEDULED:
            self._watch_expiry(message)
        if message.state is State.ACTIVE:
            self._make_ready(message)

    # Settlement

    def complete(self, message: Message) -> None:
        self._forget(message)

    def release(self, message: Message, *, counts: bool = True) -> None:
        """Give a locked message back. If that counts as a delivery, it may have been the last."""
        self._unlock(message)
        if counts:
            message.delivery_count += 1
            if message.delivery_count >= self.settings.max_delivery_count and self.dead_letters is not None:
                limit = self.settings.max_delivery_count
                text = f"Message could not be consumed after {limit} delivery attempts."
                self.dead_letter(message, _reason("MaxDeliveryCountExceeded", text))
                return
            self.store.save(self.id, message)
        if message.state is not State.ACTIVE:
            return
        if message.expires_at and message.expires_at <= clock():
            self._expire(message, clock())
        else:
            self._make_ready(message)

    def defer(self, message: Message) -> None:
        """Set a message aside; only its sequence number gets it back."""
        self._unlock(message)
        if message.state is not State.DEFERRED:
            message.state = State.DEFERRED
            self._deferred_count += 1
        message.delivery_count += 1
        self.store.save(self.id, message)

    def modify(self, message: Message, properties: Mapping[str, Any]) -> None:
        """Set application properties of a message. Raises ServiceBusError if one cannot be."""
        if properties:
            self.store.set_payload(self.id, message, _with(message.payload, properties))

    def dead_letter(self, message: Message, properties: Mapping[str, Any]) -> None:
        """Move a message to the dead-letter queue, with its reason in `properties`.

        Raises ServiceBusError if this is such a queue, or if a property cannot be set.
        """
        if self.dead_letters is None:
            raise not_allowed("A message of a dead-letter queue cannot be dead-lettered.")
        payload = _with(message.payload, properties)
        self.dead_letters.enqueue(payload, clock(), Origin(message.enqueued_sequence, self.path))
        self._forget(message)

    def receive_deferred(self, sequences: list[int], session: Session | None, *, deletes: bool) -> list[Message]:
        """Lock (or delete) deferred messages, all or none. Raises ServiceBusError."""
        found = []
        for sequence in sequences:
            message = self.messages.get(sequence)
            if message is None or message.state is not State.DEFERRED or message.session is not session:
                raise message_not_found(sequence)
            if message.lock_token is not None:
                raise message_lock_lost()
            found.append(message)
        for message in found:
            if deletes:
                self._forget(message)
            else:
                self._lock(message)
        return found

    # Time

    def _expire(self, message: Message, now: int) -> None:
        if self.settings.dead_letters_expired and self.dead_letters is not None:
            self.dead_letter(message, _reason("TTLExpiredException", "The message expired and was dead lettered."))
        else:
            self._forget(message)

    def _ring(self, now: int) -> int | None:
        for sequence in self._expiries.take_due(now):
            message = self.messages[sequence]
            # A locked one is left to its receiver; `release` looks again. A deferred one does not expire.
            if message.lock_token is None and message.state is State.ACTIVE:
                self._expire(message, now)
        while self.locks and (first := next(iter(self.locks.values()))).locked_until <= now:
            self.release(first)
        while self.sessions.held and (held := next(iter(self.sessions.held.values()))).locked_until <= now:
            holder = held.holder
            self.release_session(held, counts=True)
            if holder is not None:
                holder.session_lost()
        due = [super()._ring(now), self._expiries.next_due]
        due += [message.locked_until for message in itertools.islice(self.locks.values(), 1)]
        due += [session.locked_until for session in itertools.islice(self.sessions.held.values(), 1)]
        return min((when for when in due if when is not None), default=None)


def _reason(reason: str, description: str) -> dict[str, str]:
    return {"DeadLetterReason": reason, "DeadLetterErrorDescription": description}


def _with(payload: Payload, properties: Mapping[str, Any]) -> Payload:
    try:
        return with_application_properties(payload, properties)
    except MalformedValueError as fault:
        raise bad_argument(f"The properties cannot be set: {fault}.") from fault
