"""A queue, a subscription or a dead-letter queue: how messages come in, and how they leave."""

from __future__ import annotations

import itertools

from local.servicebus.dispatch import Dispatcher
from local.servicebus.entity import Entity, Origin
from local.servicebus.errors import message_lock_lost, message_not_found, not_allowed, session_id_missing
from local.servicebus.message import Message, Payload, State, clock
from local.servicebus.session import Session
from local.servicebus.store import Store
from local.servicebus.topology import EntitySettings


class Queue(Dispatcher):
    """`dead_letters` is its dead-letter queue, None if it is one itself."""

    def __init__(self, path: str, settings: EntitySettings, store: Store, dead_letters: Queue | None = None) -> None:
        super().__init__(path, settings, store)
        self.dead_letters = dead_letters
        self._forward_to: Entity | None = None

    def link_forwarding(self, target: Entity) -> None:
        """Pass on everything that arrives from now on."""
        self._forward_to = target

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
        if self._forward_to is not None:
            self._forward_to.submit(payload, origin)
            return 0
        if self.settings.requires_session and payload.session_id is None and self.dead_letters is not None:
            # Forwarding and topics cannot refuse a message to its sender, so Azure dead-letters it.
            reason = _dead_letter_reason(payload, "Session id is null.", "The entity requires sessions.")
            return self.dead_letters.enqueue_here(reason, now, origin)
        return self.enqueue_here(payload, now, origin)

    def enqueue_here(self, payload: Payload, now: int, origin: Origin | None) -> int:
        """Take a message in without forwarding it."""
        message = self._new_message(payload, now)
        if origin is not None:
            message.enqueued_sequence, message.dead_letter_source = origin
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
                self.dead_letter(message, "MaxDeliveryCountExceeded", text)
                return
            self.store.save(self.id, message)
        if message.expires_at and message.expires_at <= clock():
            self._expire(message, clock())
        elif message.state is State.ACTIVE:
            self._make_ready(message)

    def defer(self, message: Message) -> None:
        """Set a message aside; only its sequence number gets it back."""
        self._unlock(message)
        if message.state is not State.DEFERRED:
            message.state = State.DEFERRED
            self._deferred_count += 1
        message.delivery_count += 1
        self.store.save(self.id, message)

    def dead_letter(self, message: Message, reason: str | None, description: str | None) -> None:
        """Move a message to the dead-letter queue. Raises ServiceBusError if this is one."""
        if self.dead_letters is None:
            raise not_allowed("A message of a dead-letter queue cannot be dead-lettered.")
        payload = _dead_letter_reason(message.payload, reason, description)
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
            self.dead_letter(message, "TTLExpiredException", "The message expired and was dead lettered.")
        else:
            self._forget(message)

    def _ring(self, now: int) -> int | None:
        for sequence in self._expiries.take_due(now):
            message = self.messages[sequence]
            if message.lock_token is None:  # a locked one is left to its receiver; `release` looks again
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


def _dead_letter_reason(payload: Payload, reason: str | None, description: str | None) -> Payload:
    return payload.with_application_properties({"DeadLetterReason": reason, "DeadLetterErrorDescription": description})
