"""Feeds one function from one receiver, batch by batch."""

from __future__ import annotations

import asyncio
from functools import partial

from local.amqp import Delivery
from local.functions_host.message_pump import PumpContext, PumpOwner, decode_or_abandon
from local.functions_host.received_message import ReceivedMessage
from local.functions_host.receiver import Receiver
from local.functions_host.service_bus_values import batch_value


class BatchPump:
    """Runs a function of cardinality many, one batch at a time, completed or abandoned whole.

    A batch is everything that waits at the bus, up to `maxMessageBatchSize`: the receiver is drained, so no
    message is locked here while the function is busy with others. With fewer than `minMessageBatchSize` it waits
    for more, up to `maxBatchWaitTime`.
    """

    def __init__(self, context: PumpContext, receiver: Receiver, owner: PumpOwner) -> None:
        self._context, self._receiver, self._owner = context, receiver, owner
        self._least = context.options.min_message_batch_size
        self._most = context.options.max_message_batch_size
        self._gathered: list[tuple[Delivery, ReceivedMessage]] = []
        self._run: asyncio.Task[None] | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._is_stopping = self._must_poll = False

    def poll(self) -> None:
        if not self._is_stopping and not self._receiver.is_closing:
            self._receiver.drain(self._most - len(self._gathered) - self._receiver.credit)

    def wait(self) -> None:
        if not self._is_stopping and not self._receiver.is_closing:
            self._receiver.give_credit(self._most - len(self._gathered) - self._receiver.credit)

    def stop(self) -> None:
        self._is_stopping = True
        self._stop_waiting()
        if self._run is None:
            for delivery, _ in self._gathered:
                self._receiver.release(delivery)
            self._gathered.clear()

    def lost(self) -> None:
        self._stop_waiting()
        if self._gathered and self._run is None:
            self._dispatch()

    def received(self, delivery: Delivery, raw: bytes) -> None:
        if self._is_stopping:
            self._receiver.release(delivery)
            return
        message = decode_or_abandon(self._receiver, delivery, raw)
        if message is None:
            return
        self._owner.became_busy()
        self._gathered.append((delivery, message))
        if not self._receiver.credit:
            self._gathering_is_whole()
        elif len(self._gathered) == self._least:
            self._receiver.drain(0)  # take what else waits, and no more
        elif self._patience is None and len(self._gathered) < self._least:
            self._wait_for_more()

    def credit_changed(self) -> None:
        if not self._receiver.credit and self._run is None:
            self._gathering_is_whole()

    def acknowledged(self) -> None:
        if self._must_poll and not self._receiver.unacknowledged:
            self._must_poll = False
            self.poll()

    def _gathering_is_whole(self) -> None:
        if self._is_stopping:
            return
        if not self._gathered:
            if not (self._must_poll and self._receiver.unacknowledged):
                self._owner.ran_empty()
        elif len(self._gathered) >= self._least:
            self._dispatch()
        else:
            if self._patience is None:
                self._wait_for_more()
            self.wait()

    def _wait_for_more(self) -> None:
        loop = asyncio.get_running_loop()
        self._patience = loop.call_later(self._context.options.max_batch_wait, self._patience_is_over)

    def _patience_is_over(self) -> None:
        self._patience = None
        if not self._gathered or self._run is not None:
            return
        if self._receiver.credit:
            self._least = len(self._gathered)
            self._receiver.drain(0)
        else:
            self._dispatch()

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _dispatch(self) -> None:
        self._stop_waiting()
        self._least = self._context.options.min_message_batch_size
        batch, self._gathered = self._gathered, []
        self._run = asyncio.get_running_loop().create_task(self._invoke(batch))

    async def _invoke(self, batch: list[tuple[Delivery, ReceivedMessage]]) -> None:
        context, receiver = self._context, self._receiver
        messages = [message for _, message in batch]
        succeeded = await context.run(partial(batch_value, messages, context.trigger.is_binary))
        self._run = None
        if not succeeded:
            self._must_poll = True  # once the bus has all of them back, so that they come again in order
            for delivery, _ in batch:
                receiver.abandon(delivery)
            return
        if context.options.auto_complete_messages:
            for delivery, _ in batch:
                receiver.complete(delivery)
        self.poll()
