"""What was acknowledged survives kill -9."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusReceiveMode, ServiceBusSubQueue
from azure.servicebus.exceptions import ServiceBusError

from .conftest import SDK_LEAVES_SOCKETS, BrokerProcess, Bus, bodies, receive

StartBroker = Callable[..., BrokerProcess]
pytestmark = SDK_LEAVES_SOCKETS


def test_every_kind_of_state_survives_a_kill(own_broker: StartBroker) -> None:
    broker = own_broker()
    before = Bus(broker.connection_string())
    before.send("sending", *(ServiceBusMessage(text) for text in ("completed", "deferred", "dead", "abandoned")))
    receiver = before.receiver("sending")
    completed, deferred, dead, abandoned = receive(receiver, 4)
    receiver.complete_message(completed)
    receiver.defer_message(deferred)
    receiver.dead_letter_message(dead, reason="bad")
    receiver.abandon_message(abandoned)
    receive(receiver)  # the abandoned one is locked as the broker dies
    before.topic_sender("orders").send_messages(ServiceBusMessage("shared", subject="OrderPlaced", session_id="s"))
    soon = datetime.now(UTC) + timedelta(seconds=2)
    (scheduled,) = before.sender("sending").schedule_messages(ServiceBusMessage("scheduled"), soon)
    with before.client.get_queue_receiver("sessions", session_id="A") as session_receiver:
        session_receiver.session.set_state("remembered")
    broker.kill()
    before.close()

    broker.start()
    after = Bus(broker.connection_string())
    receiver = after.receiver("sending")
    (again,) = receive(receiver)
    assert (str(again), again.delivery_count) == ("abandoned", 1), "locks do not survive, counts do"
    receiver.complete_message(again)
    (retrieved,) = receiver.receive_deferred_messages([deferred.sequence_number])
    receiver.complete_message(retrieved)
    (buried,) = receive(after.receiver("sending", sub_queue=ServiceBusSubQueue.DEAD_LETTER))
    assert (str(buried), buried.dead_letter_reason) == ("dead", "bad")
    (arrived,) = receive(receiver)
    assert str(arrived) == "scheduled"
    assert arrived.sequence_number > scheduled, "sequence numbers go on"
    for subscription in ("everything", "by-type"):
        assert bodies(receive(after.subscription("orders", subscription))) == ["shared"]
    with after.client.get_queue_receiver("sessions", session_id="A") as session_receiver:
        assert bytes(session_receiver.session.get_state()) == b"remembered"
    after.close()


def test_a_completed_message_does_not_come_back_and_a_number_is_not_used_twice(own_broker: StartBroker) -> None:
    broker = own_broker()
    before = Bus(broker.connection_string())
    before.send("sending", ServiceBusMessage("first"))
    (first,) = receive(before.receiver("sending"))
    before.receiver("sending").complete_message(first)
    broker.kill()
    before.close()
    broker.start()
    after = Bus(broker.connection_string())
    after.send("sending", ServiceBusMessage("second"))
    (second,) = receive(after.receiver("sending"))
    assert str(second) == "second"
    assert second.sequence_number > first.sequence_number
    after.close()


def test_nothing_acknowledged_is_lost_under_load(own_broker: StartBroker) -> None:
    broker = own_broker()
    acknowledged: list[int] = []
    completed: list[int] = []
    stopping = threading.Event()

    def send() -> None:
        with (
            ServiceBusClient.from_connection_string(broker.connection_string()) as client,
            client.get_queue_sender("competing") as sender,
        ):
            for number in itertools.takewhile(lambda _: not stopping.is_set(), itertools.count()):
                try:
                    sender.send_messages(ServiceBusMessage(str(number)))
                    acknowledged.append(number)
                except ServiceBusError:
                    continue  # not acknowledged: it may be lost

    def complete() -> None:
        with ServiceBusClient.from_connection_string(broker.connection_string()) as client:
            receiver = client.get_queue_receiver("competing")
            while not stopping.is_set():
                try:
                    for message in receiver.receive_messages(20, max_wait_time=0.5):
                        completed.append(int(str(message)))
                        receiver.complete_message(message)
                except ServiceBusError:
                    continue
            receiver.close()

    def wait_for_more(count: int) -> None:
        goal = len(acknowledged) + count
        while len(acknowledged) < goal:
            assert not stopping.wait(0.01)

    workers = [threading.Thread(target=send), threading.Thread(target=complete)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(2):
            wait_for_more(300)
            broker.kill()
            broker.start()
        wait_for_more(100)
    finally:
        stopping.set()
        for worker in workers:
            worker.join()
    broker.kill()  # whatever the receiver still held is unlocked by that
    broker.start()
    options = {"receive_mode": ServiceBusReceiveMode.RECEIVE_AND_DELETE}
    with (
        ServiceBusClient.from_connection_string(broker.connection_string()) as client,
        client.get_queue_receiver("competing", **options) as receiver,
    ):
        while left := receiver.receive_messages(500, max_wait_time=1):
            completed += [int(str(message)) for message in left]
    assert set(acknowledged) <= set(completed)
