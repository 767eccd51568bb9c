"""Rules that clients add and remove while the broker runs. The Python SDKs can do that over HTTP only: this is AMQP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import proton
from azure.servicebus import ServiceBusMessage
from azure.servicebus.aio import ServiceBusClient

from local.amqp import AmqpConnection, FlushQueue, connect
from local.functions_host.bus_requests import RequestLinks

from .conftest import SDK_LEAVES_SOCKETS, BrokerProcess

SUBSCRIPTION = "ruled/Subscriptions/changing"
LARGE = {"sql-filter": {"expression": "seats > 10"}, "sql-rule-action": {"expression": "SET size = 'large'"}}
URGENT = {"correlation-filter": {"label": "urgent", "properties": {"region": "eu"}}}
SQL, TRUE, CORRELATION = 0x1370000006, 0x1370000007, 0x1370000009
EMPTY_ACTION, SQL_ACTION = 0x13700000005, 0x13700000006
Ask = Callable[..., Any]
pytestmark = SDK_LEAVES_SOCKETS


@asynccontextmanager
async def management(broker: BrokerProcess, entity: str) -> AsyncIterator[Ask]:
    """Asks for operations of an entity's `$management`; returns status, error condition and body."""
    connection = AmqpConnection(FlushQueue(), is_server=False, container="tests", hostname="localhost")
    await connect(connection, "127.0.0.1", broker.port)
    links = RequestLinks(connection, connection.session(), f"{entity}/$management")

    async def ask(operation: str, **body: Any) -> tuple[int, str | None, Any]:
        named = {name.replace("_", "-"): value for name, value in body.items()}
        answer = await links.ask(named, {"operation": f"com.microsoft:{operation}"})
        properties: Any = answer.properties
        return properties["statusCode"], properties.get("errorCondition"), answer.body

    yield ask
    connection.close()
    await asyncio.wait_for(connection.lost, 5)


async def rules(ask: Ask, top: int = 100, skip: int = 0) -> list[tuple[str, int, list[Any], int, list[Any]]]:
    """Name, filter and action of each rule."""
    status, _, body = await ask("enumerate-rules", top=proton.int32(top), skip=proton.int32(skip))
    if status == 204:
        return []
    found = [each["rule-description"].value for each in body["rules"]]
    return [(name, taking.descriptor, taking.value, act.descriptor, act.value) for taking, act, name in found]


async def received(broker: BrokerProcess, *messages: ServiceBusMessage) -> list[tuple[str, dict[bytes, Any]]]:
    """What the subscription gets of `messages`, and of one more that is known to be the last."""
    last = ServiceBusMessage("last", subject="urgent", application_properties={"seats": 11, "region": "eu"})
    found: list[tuple[str, dict[bytes, Any]]] = []
    async with (
        ServiceBusClient.from_connection_string(broker.connection_string()) as client,
        client.get_topic_sender("ruled") as sender,
        client.get_subscription_receiver("ruled", "changing") as receiver,
    ):
        await sender.send_messages([*messages, last])
        while not found or found[-1][0] != "last":
            for message in await receiver.receive_messages(1, max_wait_time=5):
                await receiver.complete_message(message)
                found.append((str(message), dict(message.application_properties or {})))
    return found[:-1]


async def test_rules_are_added_told_of_and_removed_and_outlive_a_kill(own_broker: Callable[..., BrokerProcess]) -> None:
    broker = own_broker()
    async with management(broker, SUBSCRIPTION) as ask:
        assert await rules(ask) == [("$Default", TRUE, [], EMPTY_ACTION, [])]
        assert (await ask("add-rule", rule_name="Large", rule_description=LARGE))[0] == 200
        assert (await ask("add-rule", rule_name="Urgent", rule_description=URGENT))[0] == 200
        assert (await ask("remove-rule", rule_name="$Default"))[0] == 200
    for _ in range(2):
        async with management(broker, SUBSCRIPTION) as ask:
            assert await rules(ask) == [
                ("Large", SQL, ["seats > 10"], SQL_ACTION, ["SET size = 'large'"]),
                ("Urgent", CORRELATION, [None] * 4 + ["urgent"] + [None] * 3 + [{"region": "eu"}], EMPTY_ACTION, []),
            ]
            assert [rule[0] for rule in await rules(ask, top=1, skip=1)] == ["Urgent"]
            assert await rules(ask, top=1, skip=2) == []
        broker.kill()
        broker.start()
    small = ServiceBusMessage("small", application_properties={"seats": 10, "region": "eu"})
    large = ServiceBusMessage("large", application_properties={"seats": 11})
    urgent = ServiceBusMessage("urgent", subject="urgent", application_properties={"region": "eu"})
    assert await received(broker, small, large, urgent) == [
        ("large", {b"seats": 11, b"size": b"large", b"RuleName": b"Large"}),
        ("urgent", {b"region": b"eu"}),
    ]


async def test_what_cannot_be_done_with_a_rule_is_refused_with_the_reason(shared_broker: BrokerProcess) -> None:
    wrong_filter, wrong_action = (
        {"sql-filter": {"expression": "seats >"}},
        {**LARGE, "sql-rule-action": {"expression": "x"}},
    )
    async with management(shared_broker, "orders/Subscriptions/everything") as ask:
        for name, description, refusal in (
            ("$default", LARGE, (409, "com.microsoft:entity-already-exists")),
            ("wrong", wrong_filter, (400, "com.microsoft:argument-error")),
            ("wrong", wrong_action, (400, "com.microsoft:argument-error")),
            ("wrong", {}, (400, "amqp:decode-error")),
            ("wrong", {"correlation-filter": {}}, (400, "amqp:decode-error")),
        ):
            assert (await ask("add-rule", rule_name=name, rule_description=description))[:2] == refusal
        assert (await ask("remove-rule", rule_name="nobody"))[:2] == (404, "amqp:not-found")
        assert [rule[0] for rule in await rules(ask)] == ["$Default"]
    async with management(shared_broker, "sending") as ask:
        assert (await ask("add-rule", rule_name="x", rule_description=LARGE))[:2] == (400, "amqp:not-allowed")
        assert (await ask("no-such-operation"))[:2] == (501, "amqp:not-implemented")
