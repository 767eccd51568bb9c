"""A receiving link on a queue, a subscription, or the next free session of one."""

from __future__ import annotations

import itertools
import logging
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import proton
from proton import Link as Engine
from proton import Terminus, symbol

from local.amqp import ACCEPTED, MODIFIED, REJECTED, RELEASED, Delivery, Link
from local.functions_host.bus_connection import BusConnection
from local.functions_host.late_settlement import LateSettlement

log = logging.getLogger(__name__)
_SESSION_FILTER = symbol("com.microsoft:session-filter")
_LOCKED_UNTIL = symbol("com.microsoft:locked-until-utc")
_DOTNET_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_TICKS_PER_MICROSECOND = 10
_NUMBERS = itertools.count(1)


class ReceiverOwner(Protocol):
    """Who hears what happens on a receiver."""

    def receiver_opened(self) -> None: ...
    def received(self, delivery: Delivery, raw: bytes) -> None: ...
    def credit_changed(self) -> None: ...
    def acknowledged(self) -> None: ...
    def receiver_lost(self, error: proton.Condition | None) -> None: ...


class Receiver(Link):
    """Receives in peek-lock mode. With `next_session` the bus attaches it when a session is free,
    or refuses it after a minute.

    `context` of a delivery is its lock token. The lock on a message outlives the link, unless it is that of a session.
    """

    def __init__(self, bus: BusConnection, entity: str, owner: ReceiverOwner, *, next_session: bool) -> None:
        assert bus.amqp is not None
        assert bus.session is not None
        engine = bus.session.receiver(f"{entity}-{next(_NUMBERS)}")
        engine.source.address = entity
        engine.snd_settle_mode, engine.rcv_settle_mode = Engine.SND_UNSETTLED, Engine.RCV_SECOND
        if next_session:
            engine.source.filter.put_dict({_SESSION_FILTER: None})
        super().__init__(bus.amqp, engine)
        self._bus, self._entity, self._owner = bus, entity, owner
        self._late = None if next_session else LateSettlement(bus, entity)
        self._told: dict[Delivery, int] = {}
        self.open()

    @property
    def unacknowledged(self) -> int:
        """How many outcomes were told that the bus has not answered yet."""
        return len(self._told)

    @property
    def session_id(self) -> str:
        """The session the bus chose."""
        return str(_plain(_map(self.engine.remote_source.filter).get("com.microsoft:session-filter")))

    @property
    def session_locked_until(self) -> datetime:
        properties = self.engine.remote_properties or {}
        ticks = int(properties.get(_LOCKED_UNTIL) or 0)
        return _DOTNET_EPOCH + timedelta(microseconds=ticks // _TICKS_PER_MICROSECOND)

    def complete(self, delivery: Delivery) -> None:
        self._tell(delivery, ACCEPTED)

    def abandon(self, delivery: Delivery) -> None:
        self._tell(delivery, MODIFIED)

    def release(self, delivery: Delivery) -> None:
        """Give a message back untouched: its delivery is not counted."""
        self._tell(delivery, RELEASED)

    def _tell(self, delivery: Delivery, outcome: int) -> None:
        if not delivery.is_live:
            self._tell_late(delivery, outcome)
            return
        self._told[delivery] = outcome
        self._bus.unacknowledged += 1
        delivery.update(outcome)

    def _tell_late(self, delivery: Delivery, outcome: int) -> None:
        if self._late is not None:
            self._late.settle(delivery.context, outcome)
        else:
            log.warning("The lock on a session of %s was lost before a message could be settled", self._entity)

    # Link

    def opened(self) -> None:
        if self.engine.remote_source.type != Terminus.UNSPECIFIED:  # otherwise a detach follows and says why
            self._owner.receiver_opened()

    def message_received(self, delivery: Delivery, body: bytes) -> None:
        delivery.context = _lock_token(delivery.tag)
        self._owner.received(delivery, body)

    def credit_changed(self) -> None:
        self._owner.credit_changed()

    def delivery_updated(self, delivery: Delivery) -> None:
        if not delivery.is_settled_by_peer:
            return
        told = self._told.pop(delivery, None)
        if delivery.outcome == REJECTED and told != REJECTED:
            log.warning("A message of %s was not settled: %s", self._entity, delivery.error)
        if told is not None:
            self._bus.unacknowledged -= 1
        delivery.settle()
        self._owner.acknowledged()

    def detached(self, error: proton.Condition | None) -> None:
        unanswered, self._told = self._told, {}
        self._bus.unacknowledged -= len(unanswered)
        if self._late is not None:
            for delivery, outcome in unanswered.items():
                self._late.settle(delivery.context, outcome)
        self._owner.receiver_lost(error)


def _lock_token(tag: bytes) -> uuid.UUID:
    return uuid.UUID(bytes_le=tag) if len(tag) == 16 else uuid.UUID(int=0)


def _map(data: proton.Data) -> dict[str, Any]:
    data.rewind()
    return {str(key): value for key, value in data.get_dict().items()} if data.next() else {}


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, proton.Described) else value
