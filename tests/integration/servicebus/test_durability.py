"""What was acknowledged survives kill -9, again and again."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusReceiveMode, ServiceBusSubQueue
from azure.servicebus.exceptions import ServiceBusError

from .conftest import SDK_LEAVES_SOCKETS, BrokerProcess, Bus, bodies, receive
from .sdk import Sdk

StartBroker = Callable[..., BrokerProcess]
DELETING = {"receive_mode": ServiceBusReceiveMode.RECEIVE_AND_DELETE}
EACH = 100
pytestmark = SDK_LEAVES_SOCKETS


def test_every_message_is_where_it_was_after_a_kill(
    sdk: Sdk, own_broker: StartBroker, free_port: Callable[[], int]
) -> None:
    broker = own_broker("--http-port", str(health_port := free_port()))
    broker.health_port = health_port
    before = Bus(sdk, broker.connection_string())
    kinds = ("completed", "deferred", "dead", "abandoned", "locked", "untouched")
    before.send("sending", *(ServiceBusMessage(f"{kind} {number}") for kind in kinds for number in range(EACH)))
    receiver = before.receiver("sending")
    received = receive(receiver, 5 * EACH)
    completed, deferred, dead, abandoned, locked = (
        received[start : start + EACH] for start in range(0, 5 * EACH, EACH)
    )
    for message in completed:
        receiver.complete_message(message)
    for message in deferred:
        receiver.defer_message(message)
    for message in dead:
        receiver.dead_letter_message(message, reason="bad")
    for message in abandoned:
        receiver.abandon_message(message)
    later = datetime.now(UTC) + timedelta(hours=1)
    numbers = before.sender("sending").schedule_messages([ServiceBusMessage("scheduled") for _ in range(EACH)], later)
    broker.kill()
    before.close()

    broker.start()
    waiting = {"active": 3 * EACH, "locked": 0, "deferred": EACH, "scheduled": EACH, "sessions": 0}
    assert broker.counts("sending") == waiting
    assert broker.counts("sending/$DeadLetterQueue")["active"] == EACH
    after = Bus(sdk, broker.connection_string())
    receiver = after.receiver("sending", **DELETING)
    again = receive(receiver, 3 * EACH)
    assert bodies(again) == [f"{kind} {number}" for kind in kinds[3:] for number in range(EACH)]
    assert [message.delivery_count for message in again] == [1] * EACH + [0] * (2 * EACH), (
        "counts survive, locks do not"
    )
    assert {message.sequence_number for message in again} >= {message.sequence_number for message in abandoned + locked}
    retrieved = receiver.receive_deferred_messages([message.sequence_number for message in deferred])
    assert bodies(retrieved) == bodies(deferred)
    buried = receive(after.receiver("sending", sub_queue=ServiceBusSubQueue.DEAD_LETTER, **DELETING), EACH)
    assert [(str(message), message.dead_letter_reason) for message in buried] == [(str(each), "bad") for each in dead]
    after.sender("sending").cancel_scheduled_messages(numbers)
    after.send("sending", ServiceBusMessage("new"))
    (new,) = receive(receiver)
    assert new.sequence_number > max(numbers), "no number is used twice"
    assert not any(broker.counts("sending").values())
    after.close()


def test_sessions_copies_schedules_and_duplicates_are_remembered_after_a_kill(
    sdk: Sdk, own_broker: StartBroker
) -> None:
    broker = own_broker()
    before = Bus(sdk, broker.connection_string())
    before.topic_sender("orders").send_messages(ServiceBusMessage("shared", subject="OrderPlaced", session_id="s"))
    before.topic_sender("deduplicated-topic").send_messages(ServiceBusMessage("first", message_id="a"))
    soon = datetime.now(UTC) + timedelta(seconds=2)
    (scheduled,) = before.sender("scheduled").schedule_messages(ServiceBusMessage("scheduled"), soon)
    before.send("sessions", *(ServiceBusMessage(text, session_id="A") for text in ("deferred", "locked")))
    with before.client.get_queue_receiver("sessions", session_id="A") as session:
        session.session.set_state("remembered")
        deferred, _ = receive(session, 2)
        session.defer_message(deferred)
        broker.kill()
    before.close()

    broker.start()
    after = Bus(sdk, broker.connection_string())
    after.topic_sender("deduplicated-topic").send_messages(
        [ServiceBusMessage("again", message_id="a"), ServiceBusMessage("second", message_id="b")]
    )
    copies = receive(after.subscription("deduplicated-topic", "everything", **DELETING), 2)
    assert bodies(copies) == ["first", "second"]
    for subscription in ("everything", "by-type"):
        assert bodies(receive(after.subscription("orders", subscription, **DELETING))) == ["shared"]
    with after.client.get_queue_receiver("sessions", session_id="A") as session:
        assert bytes(session.session.get_state()) == b"remembered"
        (locked,) = receive(session)
        (retrieved,) = session.receive_deferred_messages([deferred.sequence_number])
        assert bodies([locked, retrieved]) == ["locked", "deferred"]
    (arrived,) = receive(after.receiver("scheduled", **DELETING))
    assert (str(arrived), arrived.enqueued_time_utc >= soon - timedelta(milliseconds=1)) == ("scheduled", True)
    assert arrived.sequence_number > scheduled
    after.close()


class Traffic:
    """A client that sends numbers, each once, and one that receives and completes them, whatever becomes of the bus."""

    def __init__(self, connection_string: str) -> None:
        self._connection_string = connection_string
        self._stopping = threading.Event()
        self.attempted = 0
        self.acknowledged: set[int] = set()
        self.deliveries: list[int] = []
        self.completed: set[int] = set()
        self.came_back: list[int] = []

    def send(self) -> None:
        with self._client() as client, client.get_queue_sender("competing") as sender:
            for number in itertools.takewhile(lambda _: not self._stopping.is_set(), itertools.count()):
                self.attempted += 1
                try:
                    sender.send_messages(ServiceBusMessage(str(number)))
                    self.acknowledged.add(number)
                except ServiceBusError:
                    self._stopping.wait(0.05)  # not acknowledged: it may be lost

    def receive(self) -> None:
        with self._client() as client:
            receiver = client.get_queue_receiver("competing")
            while not self._stopping.is_set():
                try:
                    for message in receiver.receive_messages(20, max_wait_time=5):
                        self.delivered(message)
                        receiver.complete_message(message)
                        self.completed.add(int(str(message)))
                except ServiceBusError:
                    self._stopping.wait(0.05)
            receiver.close()

    def delivered(self, message: Any) -> None:
        number = int(str(message))
        self.deliveries.append(number)
        if number in self.completed:
            self.came_back.append(number)

    def wait_for_more(self, count: int) -> None:
        """Until `count` more messages were acknowledged, and as many more completed."""
        goals = len(self.acknowledged) + count, len(self.completed) + count
        while len(self.acknowledged) < goals[0] or len(self.completed) < goals[1]:
            assert not self._stopping.wait(0.01)

    def stop(self) -> None:
        self._stopping.set()

    def _client(self) -> ServiceBusClient:
        return ServiceBusClient.from_connection_string(self._connection_string, retry_total=0)


def test_nothing_acknowledged_is_lost_and_nothing_completed_comes_back_under_repeated_kills(
    own_broker: StartBroker,
) -> None:
    broker = own_broker()
    traffic = Traffic(broker.connection_string())
    workers = [threading.Thread(target=traffic.send), threading.Thread(target=traffic.receive)]
    for worker in workers:
        worker.start()
    try:
        for _ in range(5):
            traffic.wait_for_more(200)
            broker.kill()
            broker.start()
        traffic.wait_for_more(100)
    finally:
        traffic.stop()
        for worker in workers:
            worker.join()
    broker.kill()  # whatever the receiver still held is unlocked by that
    broker.start()
    with (
        ServiceBusClient.from_connection_string(broker.connection_string()) as client,
        client.get_queue_receiver("competing", **DELETING) as receiver,
    ):
        while left := receiver.receive_messages(500, max_wait_time=1):
            for message in left:
                traffic.delivered(message)
    received = set(traffic.deliveries)
    print(
        f"{traffic.attempted} sends, {len(traffic.acknowledged)} acknowledged, {len(received)} received,"
        f" {len(traffic.deliveries) - len(received)} of them twice, {len(traffic.completed)} completed; 6 kills"
    )
    assert traffic.acknowledged <= received
    assert received <= set(range(traffic.attempted))
    assert traffic.came_back == []
