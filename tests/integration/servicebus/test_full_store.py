"""When there is no room left, messages are refused, and none that was taken is lost."""

from __future__ import annotations

import resource
from collections.abc import Callable

from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusReceiveMode
from azure.servicebus.exceptions import ServiceBusError, ServiceBusQuotaExceededError

from .conftest import SDK_LEAVES_SOCKETS, BrokerProcess

StartBroker = Callable[..., BrokerProcess]
LARGE = "x" * 200_000
pytestmark = SDK_LEAVES_SOCKETS


def fill(broker: BrokerProcess, refusal: type[ServiceBusError]) -> int:
    """Send until that is refused; returns how many messages were not."""
    acknowledged = 0
    with (
        ServiceBusClient.from_connection_string(broker.connection_string(), retry_total=0) as client,
        client.get_queue_sender("sending") as sender,
    ):
        while acknowledged < 1000:
            try:
                sender.send_messages(ServiceBusMessage(LARGE))
            except refusal:
                return acknowledged
            acknowledged += 1
    raise AssertionError(f"{acknowledged} messages were taken")


def drain(broker: BrokerProcess) -> int:
    """Receive and complete all there is."""
    count = 0
    with (
        ServiceBusClient.from_connection_string(broker.connection_string()) as client,
        client.get_queue_receiver("sending", receive_mode=ServiceBusReceiveMode.RECEIVE_AND_DELETE) as receiver,
    ):
        while messages := receiver.receive_messages(10, max_wait_time=1):
            count += len(messages)
    return count


def test_a_full_broker_refuses_messages_until_some_are_received(own_broker: StartBroker) -> None:
    broker = own_broker("--max-size", "4")
    acknowledged = fill(broker, ServiceBusQuotaExceededError)
    assert acknowledged >= 4_000_000 // len(LARGE) - 1
    broker.kill()
    broker.start()
    assert drain(broker) == acknowledged
    with (
        ServiceBusClient.from_connection_string(broker.connection_string()) as client,
        client.get_queue_sender("sending") as sender,
    ):
        sender.send_messages(ServiceBusMessage(LARGE))
    assert drain(broker) == 1


def test_a_disk_that_fills_up_unforeseen_ends_the_broker_and_loses_nothing(own_broker: StartBroker) -> None:
    broker, limit = own_broker(), 3 << 20
    resource.prlimit(broker.pid, resource.RLIMIT_FSIZE, (limit, limit))
    acknowledged = fill(broker, ServiceBusError)
    assert 0 < acknowledged < limit // len(LARGE)
    status, complaint = broker.ended()
    assert status == 1
    assert "stops, as its store failed" in complaint
    broker.start()
    assert acknowledged <= drain(broker) <= acknowledged + 1, "what was not acknowledged may be there all the same"
