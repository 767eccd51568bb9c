"""Request and response over AMQP, as `$cbs` and `$management` nodes want it."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from typing import Any

import proton
from proton import Link as Engine

from local.amqp import ACCEPTED, AmqpConnection, Delivery, Link


class RequestRefused(Exception):
    """The bus answered a request with an error."""


class RequestLinks:
    """A sender and a receiver on one node. Answers find their request by correlation id."""

    def __init__(self, amqp: AmqpConnection, session: proton.Session, address: str) -> None:
        self._waiting: dict[str, asyncio.Future[proton.Message]] = {}
        self._reply_to = f"reply-{uuid.uuid4()}"
        self._tags = itertools.count(1)
        self._open_ends = 0
        self._is_open = asyncio.Event()
        self.is_lost = False
        receiver = session.receiver(f"{address}-receiver-{self._reply_to}")
        receiver.source.address, receiver.target.address = address, self._reply_to
        sender = session.sender(f"{address}-sender-{self._reply_to}")
        sender.source.address, sender.target.address = self._reply_to, address
        receiver.rcv_settle_mode = Engine.RCV_FIRST
        self._receiver, self._sender = _End(amqp, receiver, self), _End(amqp, sender, self)
        self._receiver.open()
        self._sender.open()
        self._receiver.give_credit(50)

    async def ask(self, body: Any, properties: dict[str, Any]) -> proton.Message:
        """Send a request and wait for its answer. Raises ConnectionError when the node or the line is lost."""
        await self._is_open.wait()
        if self.is_lost:
            raise ConnectionError("the request links were refused or lost")
        request_id = str(uuid.uuid4())
        request = proton.Message(body=body, id=request_id, reply_to=self._reply_to, properties=properties)
        answer: asyncio.Future[proton.Message] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = answer
        try:
            self._sender.send(str(next(self._tags)).encode(), request.encode(), settled=True)
            return await answer
        finally:
            self._waiting.pop(request_id, None)

    def opened(self) -> None:
        self._open_ends += 1
        if self._open_ends == 2:
            self._is_open.set()

    def answered(self, raw: bytes) -> None:
        answer = proton.Message()
        answer.decode(raw)
        waiting = self._waiting.get(str(answer.correlation_id))
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
        self._receiver.give_credit(1)

    def lost(self, error: proton.Condition | None) -> None:
        self.is_lost = True
        self._is_open.set()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError(f"the request links were lost: {error or 'no reason given'}"))


class _End(Link):
    def __init__(self, amqp: AmqpConnection, engine: proton.Link, owner: RequestLinks) -> None:
        super().__init__(amqp, engine)
        self._owner = owner

    def opened(self) -> None:
        self._owner.opened()

    def message_received(self, delivery: Delivery, body: bytes) -> None:
        delivery.update(ACCEPTED)
        delivery.settle()
        self._owner.answered(body)

    def detached(self, error: proton.Condition | None) -> None:
        self._owner.lost(error)
