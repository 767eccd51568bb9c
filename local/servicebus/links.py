"""The links of clients that send to an entity, or receive from one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import proton

from local.amqp import ACCEPTED, MODIFIED, REJECTED, Delivery, Link
from local.servicebus.entity import Entity
from local.servicebus.errors import (
    ServiceBusError,
    message_too_large,
    no_session_in_time,
    not_allowed,
    session_lock_lost,
    session_required,
)
from local.servicebus.message import Message
from local.servicebus.meters import (
    ACCEPT_SESSION,
    ACCEPT_SESSION_EMPTY,
    DELIVER,
    RECEIVE_EMPTY,
    SEND,
    TRANSFERS,
)
from local.servicebus.payload import parse_messages
from local.servicebus.queue import Queue
from local.servicebus.session import Session

if TYPE_CHECKING:
    from local.servicebus.connection import ServiceBusConnection

SESSION_FILTER = "com.microsoft:session-filter"
_CREDIT = 1000
_TICKS_AT_EPOCH = 621_355_968_000_000_000
_TICKS_PER_MILLISECOND = 10_000
_DEFAULT_SESSION_WAIT = 60_000


class ServiceBusLink(Link):
    """A link of the broker. It is made when the client attaches, and answered by `accept` or `refuse`."""

    connection: ServiceBusConnection

    def accept(self, properties: dict[Any, Any] | None = None, session_id: str | None = None) -> None:
        """Answer the attach: what the client proposed, echoed, with the id of the session it got."""
        engine = self.engine
        engine.source.copy(engine.remote_source)
        engine.target.copy(engine.remote_target)
        engine.snd_settle_mode = engine.remote_snd_settle_mode
        engine.rcv_settle_mode = engine.remote_rcv_settle_mode
        engine.max_message_size = self.connection.broker.max_message_size
        engine.properties = properties
        if session_id is not None:
            engine.source.filter.clear()
            engine.source.filter.put_dict({proton.symbol(SESSION_FILTER): session_id})
        self.open()

    def refuse(self, error: ServiceBusError) -> None:
        """Answer the attach without source and target, then detach with the reason, as AMQP has it."""
        self.engine.source.type = self.engine.target.type = proton.Terminus.UNSPECIFIED
        self.open()
        self.close(error.as_condition())


class PublisherLink(ServiceBusLink):
    """A client sends to an entity."""

    entity: Entity

    def serve(self, entity: Entity) -> None:
        self.entity = entity
        size = proton.uint(self.connection.broker.max_message_size)
        self.accept({proton.symbol("com.microsoft:max-message-batch-size"): size})
        self.give_credit(_CREDIT)

    def message_received(self, delivery: Delivery, body: bytes) -> None:
        if self.credit < _CREDIT // 2:
            self.give_credit(_CREDIT - self.credit)
        try:
            self._publish(body)
            delivery.update(ACCEPTED)
        except ServiceBusError as error:
            delivery.update(REJECTED, error=error.as_condition())
        delivery.settle()

    def _publish(self, body: bytes) -> None:
        """Take in a message, or all of a batch or none. Raises ServiceBusError."""
        if len(body) > self.connection.broker.max_message_size:
            raise message_too_large(len(body), self.connection.broker.max_message_size)
        self.entity.store.room.require(len(body))
        payloads = parse_messages(body, self.connection.message_format)
        for payload in payloads:
            self.entity.check(payload)
        for payload in payloads:
            self.entity.submit(payload)
            self.entity.meter.count_message(SEND, len(payload.bare))
        self.entity.meter[TRANSFERS] += 1


class ReceiverLink(ServiceBusLink):
    """A client receives from a queue without sessions."""

    queue: Queue
    session: Session | None = None
    deletes_on_receive = False

    def serve(self, queue: Queue) -> None:
        self.queue = queue
        self.deletes_on_receive = self.engine.remote_snd_settle_mode == proton.Link.SND_SETTLED
        if queue.settings.requires_session:
            self.refuse(session_required())
        else:
            self.accept()

    def deliver(self, message: Message) -> None:
        encoded = message.encode()
        self.queue.meter.count_message(DELIVER, len(encoded))
        if message.lock_token is None:
            self.send(message.sequence.to_bytes(16, "big"), encoded, settled=True)
        else:
            self.send(message.lock_token, encoded, context=message.lock_token)

    def credit_changed(self) -> None:
        credit = self.credit
        self.serve_credit()
        if self.is_drain_requested:
            if credit and self.credit == credit:
                self.queue.meter[RECEIVE_EMPTY] += 1
            self.drained()

    def serve_credit(self) -> None:
        self.queue.serve(self)

    def detached(self, error: proton.Condition | None) -> None:
        self.queue.leave(self)

    def delivery_updated(self, delivery: Delivery) -> None:
        outcome = delivery.outcome
        if not outcome and not delivery.is_settled_by_peer:
            return
        try:
            self._settle(delivery, outcome)
            if not delivery.is_settled_by_peer:
                delivery.update(outcome, undeliverable_here=delivery.is_undeliverable_here)
        except ServiceBusError as error:
            delivery.update(REJECTED, error=error.as_condition())
        delivery.settle()

    def _settle(self, delivery: Delivery, outcome: int) -> None:
        """Complete, defer, abandon, dead-letter or release. Raises ServiceBusError if the lock is lost."""
        queue, message = self.queue, self._locked(delivery.context)
        queue.meter.count_settlement(outcome, is_deferred=outcome == MODIFIED and delivery.is_undeliverable_here)
        if outcome == ACCEPTED:
            queue.complete(message)
        elif outcome == MODIFIED:
            queue.modify(message, _properties(delivery.annotations))
            if delivery.is_undeliverable_here:
                queue.defer(message)
            else:
                queue.release(message)
        elif outcome == REJECTED:
            queue.dead_letter(message, _properties(delivery.error.info if delivery.error is not None else None))
        else:
            queue.release(message, counts=False)

    def _locked(self, token: bytes) -> Message:
        return self.queue.locked(token, None)


class SessionReceiverLink(ReceiverLink):
    """A client receives the messages of one session, which nobody else has meanwhile."""

    _timeout: asyncio.TimerHandle | None = None

    def serve_session(self, queue: Queue, session_id: str | None) -> None:
        """Accept the session `session_id`, or (None) the next that is free; the answer may have to wait for one."""
        self.queue = queue
        self.deletes_on_receive = self.engine.remote_snd_settle_mode == proton.Link.SND_SETTLED
        if not queue.settings.requires_session:
            text = "A sessionful message receiver cannot be created on an entity that does not require sessions."
            self.refuse(not_allowed(text))
        elif session_id is None:
            if not queue.accept_next_session(self):
                self._wait_for_session()
        else:
            try:
                queue.accept_session(session_id, self)
            except ServiceBusError as error:
                self.refuse(error)

    def session_granted(self, session: Session) -> None:
        self._stop_waiting()
        self.queue.meter[ACCEPT_SESSION] += 1
        self.session = session
        ticks = _TICKS_AT_EPOCH + session.locked_until * _TICKS_PER_MILLISECOND
        self.accept(
            {
                proton.symbol("com.microsoft:locked-until-utc"): ticks,
                proton.symbol("com.microsoft:entity-type"): proton.int32(0),
            },
            session.id,
        )

    def session_lost(self) -> None:
        self.close(session_lock_lost().as_condition())

    def serve_credit(self) -> None:
        if self.session is not None and self.session.holder is self:
            self.queue.serve_session(self.session)

    def detached(self, error: proton.Condition | None) -> None:
        self._stop_waiting()
        if self.session is not None and self.session.holder is self:
            self.queue.release_session(self.session, counts=False)

    def _locked(self, token: bytes) -> Message:
        if self.session is None or self.session.holder is not self:
            raise session_lock_lost()
        return self.queue.locked(token, self.session)

    def _wait_for_session(self) -> None:
        wait = int((self.engine.remote_properties or {}).get("com.microsoft:timeout") or _DEFAULT_SESSION_WAIT)
        self._timeout = asyncio.get_running_loop().call_later(wait / 1000, self._give_up, wait)

    def _give_up(self, wait: int) -> None:
        self._stop_waiting()
        self.queue.meter[ACCEPT_SESSION_EMPTY] += 1
        self.refuse(no_session_in_time(wait))

    def _stop_waiting(self) -> None:
        self.queue.sessions.waiting.pop(self, None)
        if self._timeout is not None:
            self._timeout.cancel()
            self._timeout = None


def _properties(found: Any) -> dict[str, Any]:
    """The application properties that a settlement sets; a reason that is not given is null on the wire."""
    return {str(name): value for name, value in found.items() if value is not None} if isinstance(found, dict) else {}
