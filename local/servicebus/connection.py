"""One client's connection: which node each link asks for, and whether it may."""

from __future__ import annotations

import logging
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import proton

from local.amqp import LARGEST_FRAME, AmqpConnection
from local.servicebus import management, security
from local.servicebus.errors import (
    ServiceBusError,
    not_allowed,
    not_supported,
    receiver_not_allowed,
    unauthorized,
)
from local.servicebus.frames import FormatWatch, FrameError
from local.servicebus.links import (
    SESSION_FILTER,
    PublisherLink,
    ReceiverLink,
    ServiceBusLink,
    SessionReceiverLink,
)
from local.servicebus.queue import Queue
from local.servicebus.requests import Answer, ReplyLink, RequestLink

if TYPE_CHECKING:
    from local.servicebus.broker import Broker

_SCHEME_AND_HOST = re.compile(r"^\w+://[^/]*/")
_CBS, _MANAGEMENT = "$cbs", "/$management"

log = logging.getLogger(__name__)


class ServiceBusConnection(AmqpConnection):
    """The broker's side of a connection. With a key to check, a client must first put a good token on `$cbs`."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(broker.flush_queue, is_server=True, container="local-service-bus")
        self.broker = broker
        self._formats = FormatWatch(LARGEST_FRAME)
        self._scopes = {""} if broker.key is None else set[str]()

    @property
    def message_format(self) -> int:
        """Of the message that is being received."""
        return self._formats.current

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.broker.connections.add(self)

    def disconnected(self, reason: Exception | None) -> None:
        self.broker.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        try:
            for run in self._formats.runs(data):
                self.push(run)
        except FrameError as fault:
            log.warning("Dropped a connection: %s", fault)
            self.abort()
        self.wake()

    def link_requested(self, engine: proton.Link) -> None:
        terminus = engine.remote_target if engine.is_receiver else engine.remote_source
        address = _SCHEME_AND_HOST.sub("", terminus.address or "").strip("/")
        try:
            if terminus.type == proton.Terminus.COORDINATOR:
                raise not_supported("Transactions are not supported.")
            if address.lower() != _CBS and not security.covers(self._scopes, address.lower()):
                raise unauthorized(f"Unauthorized access: put a token for '{address}' on $cbs before attaching to it.")
            self._attach(engine, address)
        except ServiceBusError as error:
            ServiceBusLink(self, engine).refuse(error)

    def _attach(self, engine: proton.Link, address: str) -> None:
        """Put the right link behind `engine`. Raises ServiceBusError."""
        node = address.lower()
        if node == _CBS:
            self._attach_requests(engine, node, self._put_token)
        elif node.endswith(_MANAGEMENT):
            entity = self.broker.find(address[: -len(_MANAGEMENT)])
            answer = partial(management.manage, entity, self.broker.max_message_size)
            self._attach_requests(engine, node, answer)
        elif engine.is_receiver:
            PublisherLink(self, engine).serve(self.broker.find(address))
        else:
            entity = self.broker.find(address)
            if not isinstance(entity, Queue):
                raise not_allowed(
                    f"Messages cannot be received from the topic '{address}', only from its subscriptions."
                )
            self._attach_receiver(engine, entity)

    def _attach_requests(self, engine: proton.Link, node: str, answer: Any) -> None:
        if engine.is_receiver:
            RequestLink(self, engine).serve(node, answer)
        else:
            ReplyLink(self, engine).serve(node)

    def _attach_receiver(self, engine: proton.Link, queue: Queue) -> None:
        # A dead-letter queue that forwards may hold what must not be forwarded once more.
        if queue.forwards_to is not None and queue.dead_letters is not None:
            raise receiver_not_allowed(queue.path, queue.forwards_to.path)
        wanted = _filters(engine.remote_source)
        if SESSION_FILTER in wanted:
            SessionReceiverLink(self, engine).serve_session(queue, wanted[SESSION_FILTER])
        else:
            ReceiverLink(self, engine).serve(queue)

    def _put_token(self, request: proton.Message) -> Answer:
        try:
            if self.broker.key is not None:
                self._scopes.add(security.check_token(str(request.body), self.broker.key))
        except ServiceBusError as error:
            return Answer({"status-code": proton.int32(error.status), "status-description": error.description})
        return Answer({"status-code": proton.int32(202), "status-description": "Accepted"})


def _filters(source: proton.Terminus) -> dict[str, Any]:
    """The source's filters by name; a described value stands for what it describes."""
    data = source.filter
    data.rewind()
    found = data.get_dict() if data.next() is not None else {}
    return {str(name): getattr(value, "value", value) for name, value in found.items()}
