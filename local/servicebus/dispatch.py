"""How a queue's messages reach their receivers: who is served next, what is locked, who holds which session.

The cost of an operation does not depend on how many messages or sessions wait (see `sequences`).
"""

from __future__ import annotations

import heapq
import itertools
import os
from abc import abstractmethod
from collections import OrderedDict

from local.servicebus.backlog import Backlog
from local.servicebus.errors import message_lock_lost, session_cannot_be_locked, session_lock_lost
from local.servicebus.message import Message, State, clock
from local.servicebus.session import Consumer, Session, SessionConsumer
from local.servicebus.store import Store
from local.servicebus.topology import EntitySettings

# Lock tokens need only differ, also from those of an earlier run; drawing random ones would cost more.
_RUN = os.urandom(8)
_lock_numbers = itertools.count(1)
_FEWEST_TO_REBUILD = 64


class Dispatcher(Backlog):
    """A backlog with receivers."""

    def __init__(self, path: str, settings: EntitySettings, store: Store) -> None:
        super().__init__(path, settings, store)
        self.locks: OrderedDict[bytes, Message] = OrderedDict()  # without sessions; the lock that ends first is first
        self._ready: list[int] = []  # a heap, as in `Session`
        self._hungry: OrderedDict[Consumer, None] = OrderedDict()  # with credit; the next to be served first

    @abstractmethod
    def release(self, message: Message, *, counts: bool = True) -> None:
        """Give a locked message back."""

    def serve(self, consumer: Consumer) -> None:
        """A consumer without session has new credit."""
        if consumer.credit > 0:
            self._hungry[consumer] = None
            self._pump()

    def leave(self, consumer: Consumer) -> None:
        """A consumer without session goes. What it locked stays locked until the locks run out, as in Azure."""
        self._hungry.pop(consumer, None)

    def serve_session(self, session: Session) -> None:
        """The holder of `session` has new credit, or the session has new messages."""
        holder = session.holder
        while holder is not None and holder.credit > 0:
            message = self._take(session.ready)
            if message is None:
                return
            self._hand_over(message, holder)

    def _pump(self) -> None:
        while self._ready and self._hungry:
            consumer = next(iter(self._hungry))
            if consumer.credit <= 0:
                del self._hungry[consumer]
                continue
            message = self._take(self._ready)
            if message is None:
                return
            self._hungry.move_to_end(consumer)
            self._hand_over(message, consumer)

    def _hand_over(self, message: Message, consumer: Consumer) -> None:
        if consumer.deletes_on_receive:
            self._forget(message)
        else:
            self._lock(message)
        consumer.deliver(message)

    def _make_ready(self, message: Message) -> None:
        session = message.session
        heap, live = (self._ready, self.messages) if session is None else (session.ready, session.index)
        heapq.heappush(heap, message.sequence)
        if len(heap) > _FEWEST_TO_REBUILD + 2 * len(live):
            heap[:] = [each for each in heap if self._is_ready(each)]
            heapq.heapify(heap)
        if session is None:
            self._pump()
        elif session.holder is not None:
            self.serve_session(session)
        else:
            self._offer_ready(session)

    def _is_ready(self, sequence: int) -> bool:
        message = self.messages.get(sequence)
        return message is not None and message.state is State.ACTIVE and message.lock_token is None

    def _take(self, heap: list[int]) -> Message | None:
        """The first ready message, removed from `heap`; on the way there what expired goes."""
        now = 0
        while heap:
            sequence = heapq.heappop(heap)
            if not self._is_ready(sequence):
                continue
            message = self.messages[sequence]
            if message.expires_at:
                now = now or clock()
                if message.expires_at <= now:
                    self._expire(message, now)
                    continue
            return message
        return None

    # Locks

    def _lock(self, message: Message) -> None:
        token = message.lock_token = _RUN + next(_lock_numbers).to_bytes(8, "big")
        if message.session is not None:
            message.locked_until = message.session.locked_until
            message.session.locks[token] = message
            return
        message.locked_until = clock() + self.settings.lock_duration
        self.locks[token] = message
        self.alarm.no_later_than(message.locked_until)

    def _unlock(self, message: Message) -> None:
        token, message.lock_token = message.lock_token, None
        if token is not None:
            locks = self.locks if message.session is None else message.session.locks
            locks.pop(token, None)

    def locked(self, token: bytes, session: Session | None) -> Message:
        """The message locked under `token`. Raises ServiceBusError if the lock is lost."""
        message = (self.locks if session is None else session.locks).get(token)
        if message is None or (session is None and message.locked_until <= clock()):
            raise message_lock_lost()
        return message

    def renew_lock(self, token: bytes) -> int:
        """Extend a message's lock; returns when it ends now. Raises ServiceBusError if it is lost."""
        message = self.locked(token, None)
        message.locked_until = clock() + self.settings.lock_duration
        self.locks.move_to_end(token)
        return message.locked_until

    # Sessions

    def accept_session(self, session_id: str, consumer: SessionConsumer) -> None:
        """Give `consumer` the session. Raises ServiceBusError if another holds it."""
        session = self.sessions.get_or_add(session_id)
        if session.holder is not None:
            raise session_cannot_be_locked(session_id)
        self._grant(session, consumer)

    def accept_next_session(self, consumer: SessionConsumer) -> bool:
        """Give `consumer` the free session that waited longest, or have it wait for one (False)."""
        while session := self.sessions.take_offered():
            if session.holder is None and self._has_ready(session):
                self._grant(session, consumer)
                return True
        self.sessions.waiting[consumer] = None
        return False

    def held_session(self, session_id: str) -> Session:
        """The session, which somebody must hold. Raises ServiceBusError if its lock is lost."""
        session = self.sessions.by_id.get(session_id)
        if session is None or session.holder is None:
            raise session_lock_lost()
        return session

    def renew_session(self, session: Session) -> None:
        self.sessions.extend(session, clock() + self.settings.lock_duration)

    def set_session_state(self, session: Session, state: bytes | None) -> None:
        session.state, session.updated_at = state, clock()
        self.store.set_session_state(self.id, session.id, state, session.updated_at)

    def release_session(self, session: Session, *, counts: bool) -> None:
        """Take the session from its holder. What it locked is ready again; a lost lock counts as a delivery."""
        self.sessions.release(session)
        for message in list(session.locks.values()):
            self.release(message, counts=counts)
        self._offer(session)

    def _grant(self, session: Session, consumer: SessionConsumer) -> None:
        until = clock() + self.settings.lock_duration
        self.sessions.hold(session, consumer, until)
        self.alarm.no_later_than(until)
        consumer.session_granted(session)

    def _offer(self, session: Session) -> None:
        if session.holder is not None:
            return
        if self._has_ready(session):
            self._offer_ready(session)
        else:
            self.sessions.drop_if_needless(session)

    def _offer_ready(self, session: Session) -> None:
        if self.sessions.waiting:
            consumer, _ = self.sessions.waiting.popitem(last=False)
            self._grant(session, consumer)
        else:
            self.sessions.offer(session)

    def _has_ready(self, session: Session) -> bool:
        message = self._take(session.ready)
        if message is not None:
            heapq.heappush(session.ready, message.sequence)
        return message is not None

    def _forget(self, message: Message) -> None:
        self._unlock(message)
        super()._forget(message)
