"""Service Bus triggers with sessions."""

from __future__ import annotations

import asyncio
import logging

import proton

from local.amqp import Delivery
from local.functions_host.locks import SessionLock
from local.functions_host.message_pump import Pump, PumpContext
from local.functions_host.pumps import make_pump
from local.functions_host.receiver import Receiver

log = logging.getLogger(__name__)
_PAUSE_AFTER_REFUSAL = 1.0
_NO_SESSION_FREE = "com.microsoft:timeout"


class SessionListener:
    """Listens on an entity with sessions, keeping `maxConcurrentSessions` receivers that wait for one or hold one.

    A function that takes batches has one receiver, and so works one session after another. A session that ran empty is
    held for `sessionIdleTimeout`; but where several receivers all hold one, others may be waiting, and the one that has
    been idle longest goes.
    """

    def __init__(self, context: PumpContext) -> None:
        self.context = context
        self._most = 1 if context.trigger.is_batch else context.options.max_concurrent_sessions
        self._waiting: set[HeldSession] = set()
        self._held: set[HeldSession] = set()
        self._idle: dict[HeldSession, None] = {}
        self._retry: asyncio.TimerHandle | None = None
        self._is_stopping = False

    def connected(self) -> None:
        self._forget_retry()
        self._fill()

    def stop(self) -> None:
        """Take nothing more; what runs goes on and is settled."""
        self._is_stopping = True
        self._forget_retry()
        for session in [*self._waiting, *self._idle]:
            session.close()
        for session in self._held:
            session.stop()

    def _forget_retry(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None

    def _fill(self) -> None:
        if self._is_stopping or not self.context.bus.is_up:
            return
        while len(self._waiting) + len(self._held) < self._most:
            self._waiting.add(HeldSession(self))

    # What a session tells

    def accepted(self, session: HeldSession) -> None:
        self._waiting.discard(session)
        self._held.add(session)
        self._make_room()

    def ran_empty(self, session: HeldSession) -> None:
        self._idle[session] = None
        session.rest(self.context.options.session_idle_timeout)
        self._make_room()

    def became_busy(self, session: HeldSession) -> None:
        self._idle.pop(session, None)

    def released(self, session: HeldSession) -> None:
        self._idle.pop(session, None)
        self._held.discard(session)
        self._fill()

    def refused(self, session: HeldSession, error: proton.Condition | None) -> None:
        """The session's receiver is gone without our doing: no session was free, or something is wrong."""
        was_waiting = session in self._waiting
        self._waiting.discard(session)
        self._idle.pop(session, None)
        self._held.discard(session)
        if self._is_stopping or not self.context.bus.is_up:
            return  # a new connection calls `connected`
        if error is None or error.name == _NO_SESSION_FREE or not was_waiting:
            asyncio.get_running_loop().call_soon(self._fill)
        elif self._retry is None:
            name, entity = self.context.function.name, self.context.trigger.entity
            log.warning("%s cannot listen to the sessions of %s: %s", name, entity, error)
            self._retry = asyncio.get_running_loop().call_later(_PAUSE_AFTER_REFUSAL, self.connected)

    def _make_room(self) -> None:
        if self._most > 1 and not self._waiting and self._idle:
            next(iter(self._idle)).close()


class HeldSession:
    """One receiver that waits for a session, and then holds it until it is released or lost."""

    def __init__(self, listener: SessionListener) -> None:
        self._listener, self._context = listener, listener.context
        self._pump: Pump | None = None
        self._lock: SessionLock | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._receiver = Receiver(self._context.bus, self._context.trigger.entity, self, next_session=True)

    def rest(self, longest: float) -> None:
        """Hold the empty session for up to `longest` seconds."""
        assert self._pump is not None
        self._rest = asyncio.get_running_loop().call_later(longest, self.close)
        self._pump.wait()

    def stop(self) -> None:
        if self._pump is not None:
            self._pump.stop()

    def close(self) -> None:
        """Let the session go. Messages that still arrive go back to the bus with it."""
        if self._is_closed:
            return
        self._is_closed = True
        self._forget()
        self._receiver.close()
        self._listener.released(self)

    def _forget(self) -> None:
        self._context.renewer.drop(self._lock)
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    # ReceiverOwner and PumpOwner

    def receiver_opened(self) -> None:
        receiver, context = self._receiver, self._context
        if not context.trigger.is_batch:
            longest = context.options.max_auto_lock_renewal
            self._lock = SessionLock(context.bus, context.trigger.entity, longest, receiver)
            context.renewer.hold(self._lock)
        self._pump = make_pump(context, receiver, self)
        self._listener.accepted(self)
        if not self._is_closed:
            self._pump.poll()

    def received(self, delivery: Delivery, raw: bytes) -> None:
        assert self._pump is not None
        self._pump.received(delivery, raw)

    def credit_changed(self) -> None:
        if self._pump is not None:
            self._pump.credit_changed()

    def acknowledged(self) -> None:
        if self._pump is not None:
            self._pump.acknowledged()

    def ran_empty(self) -> None:
        self._listener.ran_empty(self)

    def became_busy(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
            self._listener.became_busy(self)

    def receiver_lost(self, error: proton.Condition | None) -> None:
        if self._pump is not None:
            self._pump.stop()
        if self._is_closed:
            return
        self._is_closed = True
        self._forget()
        if error is not None and error.name != _NO_SESSION_FREE and self._pump is not None:
            log.warning("%s lost a session: %s", self._context.function.name, error)
        self._listener.refused(self, error)
