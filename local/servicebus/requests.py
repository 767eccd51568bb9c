"""Request and answer over a pair of links: the nodes `$cbs` and `…/$management`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import proton

from local.amqp import ACCEPTED, REJECTED, Delivery
from local.servicebus.errors import malformed
from local.servicebus.links import ServiceBusLink

_CREDIT = 1000


class Answer(NamedTuple):
    """Application properties and body of a reply."""

    properties: dict[str, Any]
    body: Any = None


class ReplyLink(ServiceBusLink):
    """A client receives the answers of a node."""

    node: str
    _sent = 0

    def serve(self, node: str) -> None:
        self.node = node
        self.accept()

    def reply(self, request: proton.Message, answer: Answer) -> None:
        message = proton.Message(body=answer.body, correlation_id=request.id, properties=answer.properties)
        self._sent += 1
        self.send(self._sent.to_bytes(8, "big"), bytes(message.encode()), settled=True)


class RequestLink(ServiceBusLink):
    """A client sends requests to a node."""

    node: str
    _answer: Callable[[proton.Message], Answer]

    def serve(self, node: str, answer: Callable[[proton.Message], Answer]) -> None:
        self.node = node
        self._answer = answer
        self.accept()
        self.give_credit(_CREDIT)

    def message_received(self, delivery: Delivery, body: bytes) -> None:
        self.give_credit(1)
        request = proton.Message()
        try:
            request.decode(body)
        except proton.ProtonException as fault:
            delivery.update(REJECTED, error=malformed(f"The request cannot be decoded: {fault}.").as_condition())
        else:
            delivery.update(ACCEPTED)
            link = self._reply_link(request)
            if link is not None:
                link.reply(request, self._answer(request))
        delivery.settle()

    def _reply_link(self, request: proton.Message) -> ReplyLink | None:
        """Where the answer goes: the link it names in reply-to, else that of the same AMQP session and node."""
        candidates = [
            link
            for link in self.connection.links.values()
            if isinstance(link, ReplyLink) and link.node == self.node and not link.is_closing
        ]
        for link in candidates:
            if request.reply_to and link.engine.remote_target.address == request.reply_to:
                return link
        for link in candidates:
            if link.engine.session == self.engine.session:
                return link
        return None
