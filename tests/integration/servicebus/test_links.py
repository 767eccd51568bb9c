"""One connection with many session links, as the Functions host uses the broker, on `local.amqp` as the client."""

from __future__ import annotations

import asyncio

import proton
from azure.servicebus import ServiceBusMessage

from local.amqp import ACCEPTED, AmqpConnection, Delivery, FlushQueue, Link, connect

from .conftest import BrokerProcess, Bus

SESSION_FILTER = proton.symbol("com.microsoft:session-filter")


class SessionLink(Link):
    """Takes the next session, completes its one message and closes."""

    def __init__(self, connection: AmqpConnection, session: proton.Session, name: str) -> None:
        super().__init__(connection, session.receiver(name))
        self.session_id: str | None = None
        self.bodies: list[bytes] = []
        self.ended = asyncio.get_running_loop().create_future()
        self.engine.source.address = "linked-sessions"
        self.engine.source.filter.put_dict({SESSION_FILTER: None})
        self.engine.properties = {proton.symbol("com.microsoft:timeout"): proton.uint(5000)}
        self.engine.rcv_settle_mode = proton.Link.RCV_SECOND
        self.open()

    def opened(self) -> None:
        found = self.engine.remote_source.filter
        found.rewind()
        if found.next() is not None:
            self.session_id = found.get_dict()[SESSION_FILTER]
            self.give_credit(10)

    def message_received(self, delivery: Delivery, body: bytes) -> None:
        message = proton.Message()
        message.decode(body)
        self.bodies.append(bytes(message.body))
        delivery.update(ACCEPTED)

    def delivery_updated(self, delivery: Delivery) -> None:
        assert delivery.outcome == ACCEPTED
        delivery.settle()
        self.close()

    def detached(self, error: proton.Condition | None) -> None:
        self.ended.set_result(error)


async def test_a_connection_takes_many_sessions_one_after_the_other(broker: BrokerProcess, bus: Bus) -> None:
    texts = [f"{number:03}" for number in range(400)]
    bus.send("linked-sessions", *(ServiceBusMessage(text, session_id=text) for text in texts))
    connection = AmqpConnection(FlushQueue(), is_server=False, container="tests", hostname="localhost")
    await connect(connection, "127.0.0.1", broker.port)
    session = connection.session()
    seen: list[str | None] = []
    for start in range(0, len(texts), 8):
        links = [SessionLink(connection, session, f"link-{start + number}") for number in range(8)]
        assert await asyncio.gather(*(link.ended for link in links)) == [None] * 8
        assert all([body.decode() for body in link.bodies] == [link.session_id] for link in links)
        seen += [link.session_id for link in links]
    assert sorted(str(each) for each in seen) == texts
    waiting = SessionLink(connection, session, "the last")
    connection.close()
    await asyncio.wait_for(connection.lost, 5)
    assert await waiting.ended is None
    assert not connection.links


class RefusedLink(Link):
    """Asks for an entity that is not there, or (with no address) for transactions."""

    def __init__(self, connection: AmqpConnection, session: proton.Session, address: str | None) -> None:
        super().__init__(connection, session.sender("refused"))
        self.ended = asyncio.get_running_loop().create_future()
        if address is None:
            self.engine.target.type = proton.Terminus.COORDINATOR
        else:
            self.engine.target.address = address
        self.open()

    def detached(self, error: proton.Condition | None) -> None:
        self.ended.set_result(error)


async def test_a_refused_link_says_why_and_leaves_the_connection(shared_broker: BrokerProcess) -> None:
    connection = AmqpConnection(FlushQueue(), is_server=False, container="tests", hostname="localhost")
    await connect(connection, "127.0.0.1", shared_broker.port)
    session = connection.session()
    for address, condition, reason in (
        ("nowhere", "amqp:not-found", "'nowhere' could not be found"),
        (None, "amqp:not-implemented", "Transactions are not supported"),
        ("nowhere/else", "amqp:not-found", "'nowhere/else' could not be found"),
    ):
        error = await asyncio.wait_for(RefusedLink(connection, session, address).ended, 5)
        assert error.name == condition
        assert reason in error.description
    connection.close()
    await asyncio.wait_for(connection.lost, 5)
