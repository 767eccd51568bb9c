"""Service Bus triggers without sessions."""

from __future__ import annotations

import asyncio
import logging

import proton

from local.amqp import Delivery
from local.functions_host.message_pump import Pump, PumpContext
from local.functions_host.pumps import make_pump
from local.functions_host.receiver import Receiver

log = logging.getLogger(__name__)
_PAUSE_AFTER_REFUSAL = 1.0


class EntityListener:
    """Listens on a queue or subscription without sessions, with one receiver."""

    def __init__(self, context: PumpContext) -> None:
        self._context = context
        self._receiver: Receiver | None = None
        self._pump: Pump | None = None
        self._retry: asyncio.TimerHandle | None = None
        self._is_stopping = False

    def connected(self) -> None:
        self._forget_retry()
        if self._is_stopping or self._receiver is not None or not self._context.bus.is_up:
            return
        self._receiver = Receiver(self._context.bus, self._context.trigger.entity, self, next_session=False)
        self._pump = make_pump(self._context, self._receiver, self)

    def stop(self) -> None:
        """Take nothing more; what runs goes on and is settled."""
        self._is_stopping = True
        self._forget_retry()
        if self._pump is not None:
            self._pump.stop()

    def _forget_retry(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None

    # ReceiverOwner and PumpOwner

    def receiver_opened(self) -> None:
        assert self._pump is not None
        if self._context.trigger.is_batch:
            self._pump.poll()
        else:
            self._pump.wait()

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
        assert self._pump is not None
        self._pump.wait()

    def became_busy(self) -> None:
        """Nothing depends on it without sessions."""

    def receiver_lost(self, error: proton.Condition | None) -> None:
        if self._pump is not None:
            self._pump.lost()
        self._pump = self._receiver = None
        if self._is_stopping or not self._context.bus.is_up:
            return  # a new connection calls `connected`
        if error is not None:
            log.warning("%s cannot listen to %s: %s", self._context.function.name, self._context.trigger.entity, error)
        self._retry = asyncio.get_running_loop().call_later(_PAUSE_AFTER_REFUSAL, self.connected)
