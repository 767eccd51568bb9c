"""Feeds one function from one receiver, message by message."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from local.amqp import Delivery
from local.functions_host.bus_connection import BusConnection
from local.functions_host.invocation import Invoker
from local.functions_host.locks import LockRenewer, MessageLock
from local.functions_host.received_message import ReceivedMessage, decode_message
from local.functions_host.receiver import Receiver
from local.functions_host.service_bus_values import single_value
from local.functions_host.settings import ServiceBusOptions
from local.functions_host.triggers import Function, ServiceBusTrigger

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PumpContext:
    """What every pump of a function needs."""

    function: Function
    trigger: ServiceBusTrigger
    options: ServiceBusOptions
    bus: BusConnection
    invoker: Invoker
    renewer: LockRenewer

    async def run(self, make_value: Callable[[], Any]) -> bool:
        """Run the function with what `make_value` gives. False if that fails; the log says why then."""
        try:
            value = make_value()
        except Exception:
            log.exception("What came from %s cannot be given to %s", self.trigger.entity, self.function.name)
            return False
        try:
            await self.invoker.invoke(self.function, value)
        except Exception:  # the invoker has logged and counted it
            return False
        return True


class PumpOwner(Protocol):
    """Who holds the receiver of a pump."""

    def ran_empty(self) -> None:
        """Nothing waits and nothing runs. Call `wait` on the pump, or close the receiver."""

    def became_busy(self) -> None:
        """A message came."""


class Pump(Protocol):
    """Asks a receiver for messages, runs the function with them, and settles them."""

    def poll(self) -> None:
        """Ask for what is there now. The owner hears `ran_empty` if that is nothing."""

    def wait(self) -> None:
        """Take messages as they come."""

    def received(self, delivery: Delivery, raw: bytes) -> None: ...
    def credit_changed(self) -> None: ...
    def acknowledged(self) -> None: ...

    def stop(self) -> None:
        """Take nothing more; what runs goes on."""

    def lost(self) -> None:
        """The receiver is gone, but not the locks: what came by then is worked on."""


def decode_or_abandon(receiver: Receiver, delivery: Delivery, raw: bytes) -> ReceivedMessage | None:
    """The message, or None after giving one back that cannot be decoded."""
    try:
        return decode_message(raw, delivery.context)
    except (ValueError, IndexError, KeyError):
        log.exception("A message cannot be decoded and is abandoned")
        receiver.abandon(delivery)
        return None


class MessagePump:
    """Runs a function of cardinality one, at most `limit` calls at once, with `prefetchCount` messages in hand.

    A completed message asks for the next in the same breath. An abandoned one asks only when the bus has it back,
    so that within a session it comes again before those behind it.
    """

    def __init__(
        self, context: PumpContext, receiver: Receiver, owner: PumpOwner, limit: int, *, is_session: bool
    ) -> None:
        self._context, self._receiver, self._owner = context, receiver, owner
        self._limit, self._is_session = limit, is_session
        self._window = limit + context.options.prefetch_count
        self._running = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand: deque[tuple[Delivery, ReceivedMessage]] = deque()
        self._came_up_empty = self._is_polling = self._is_stopping = False

    def poll(self) -> None:
        self._came_up_empty = False
        if wanted := self._wanted():
            self._is_polling = True
            self._receiver.drain(wanted)

    def wait(self) -> None:
        if wanted := self._wanted():
            self._receiver.give_credit(wanted)

    def stop(self) -> None:
        self._is_stopping = True
        while self._in_hand:
            self._receiver.release(self._in_hand.popleft()[0])

    def lost(self) -> None:
        """Nothing changes for what is in hand; a receiver that is gone is asked for nothing."""

    def received(self, delivery: Delivery, raw: bytes) -> None:
        if self._is_stopping:
            self._receiver.release(delivery)
            return
        self._came_up_empty = self._is_polling = False
        message = decode_or_abandon(self._receiver, delivery, raw)
        if message is None:
            return
        self._owner.became_busy()
        if self._running < self._limit:
            self._begin(delivery, message)
        else:
            self._in_hand.append((delivery, message))

    def credit_changed(self) -> None:
        if self._is_session and not self._receiver.credit:
            self._is_polling = False
            self._came_up_empty = not self._in_hand
            self._step()

    def acknowledged(self) -> None:
        if self._is_session:
            self._step()
        else:
            self.wait()

    def _wanted(self) -> int:
        """How much more credit the window has room for."""
        receiver = self._receiver
        if self._is_stopping or receiver.is_closing:
            return 0
        return max(0, self._window - self._running - len(self._in_hand) - receiver.credit)

    def _step(self) -> None:
        """In a session: once nothing runs and the last poll is answered, poll again or be done."""
        if self._running or self._receiver.credit or self._receiver.unacknowledged or self._is_stopping:
            return
        if self._is_polling:
            return  # the answer has come along with that to an outcome, and is told next
        if self._came_up_empty:
            self._came_up_empty = False
            self._owner.ran_empty()
        else:
            self.poll()

    def _begin(self, delivery: Delivery, message: ReceivedMessage) -> None:
        self._running += 1
        task = asyncio.get_running_loop().create_task(self._run(delivery, message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, delivery: Delivery, message: ReceivedMessage) -> None:
        context = self._context
        lock = None if self._is_session else self._hold_lock(message)
        succeeded = await context.run(partial(single_value, message, context.trigger.is_binary))
        if lock is not None:
            context.renewer.drop(lock)
        self._finish(delivery, succeeded=succeeded)

    def _finish(self, delivery: Delivery, *, succeeded: bool) -> None:
        self._running -= 1
        if not succeeded:
            self._receiver.abandon(delivery)
        elif self._context.options.auto_complete_messages:
            self._receiver.complete(delivery)
        if self._in_hand and not self._is_stopping:
            self._begin(*self._in_hand.popleft())
        elif succeeded and self._is_session:
            self.poll()
        elif succeeded:
            self.wait()

    def _hold_lock(self, message: ReceivedMessage) -> MessageLock:
        context = self._context
        longest = context.options.max_auto_lock_renewal
        lock = MessageLock(context.bus, context.trigger.entity, longest, message)
        context.renewer.hold(lock)
        return lock
