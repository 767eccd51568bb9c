"""Topics: who gets a copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from azure.servicebus import NEXT_AVAILABLE_SESSION, ServiceBusMessage, ServiceBusReceiveMode, ServiceBusSubQueue

from .conftest import Bus, bodies, receive

DELETING = {"receive_mode": ServiceBusReceiveMode.RECEIVE_AND_DELETE}


def test_each_subscription_gets_what_its_rules_take(bus: Bus, counts: Callable[[str], dict[str, int]]) -> None:
    sender = bus.topic_sender("orders")
    sender.send_messages(
        [
            ServiceBusMessage("placed", subject="OrderPlaced", session_id="s"),
            ServiceBusMessage("large", subject="Other", application_properties={"Seats": 11, "Region": "eu-west"}),
            ServiceBusMessage("small", subject="Other", application_properties={"Seats": 10, "Region": "eu-west"}),
            ServiceBusMessage("far", subject="OrderPlaced", application_properties={"Region": "antarctica"}),
        ]
    )
    sender.send_messages(ServiceBusMessage("updated", subject="OrderUpdated"))

    everything = receive(bus.subscription("orders", "everything", **DELETING), 5)
    assert bodies(everything) == ["placed", "large", "small", "far", "updated"]
    by_type = receive(bus.subscription("orders", "by-type", **DELETING), 3)
    assert bodies(by_type) == ["placed", "far", "updated"]
    assert bodies(receive(bus.subscription("orders", "by-property", **DELETING), 2)) == ["large", "far"]
    originals = {str(message): message.enqueued_sequence_number for message in everything}
    assert all(message.enqueued_sequence_number == originals[str(message)] for message in by_type)
    with bus.client.get_subscription_receiver("orders", "ordered", session_id=NEXT_AVAILABLE_SESSION) as receiver:
        (message,) = receive(receiver)
        assert (receiver.session.session_id, str(message)) == ("s", "placed")
        receiver.complete_message(message)
    # A subscription cannot refuse a message to its sender: what has no session is dead-lettered there.
    assert counts("orders/Subscriptions/ordered")["active"] == 0
    graveyard = bus.subscription("orders", "ordered", sub_queue=ServiceBusSubQueue.DEAD_LETTER, **DELETING)
    refused = receive(graveyard, 4)
    assert {message.dead_letter_reason for message in refused} == {"Session id is null."}


def test_a_copy_is_settled_without_touching_the_others(bus: Bus) -> None:
    bus.topic_sender("reminders").send_messages(ServiceBusMessage("x"))
    receiver = bus.subscription("reminders", "everything")
    (message,) = receive(receiver)
    receiver.dead_letter_message(message, reason="mine only")
    graveyard = bus.subscription("reminders", "everything", sub_queue=ServiceBusSubQueue.DEAD_LETTER)
    (buried,) = receive(graveyard)
    assert buried.dead_letter_reason == "mine only"
    graveyard.complete_message(buried)


def test_a_topic_holds_scheduled_messages_until_their_time(bus: Bus) -> None:
    sender, receiver = bus.topic_sender("reminders"), bus.subscription("reminders", "everything")
    soon = datetime.now(UTC) + timedelta(seconds=1)
    sender.schedule_messages(ServiceBusMessage("later"), soon)
    (cancelled,) = sender.schedule_messages(ServiceBusMessage("never"), soon)
    sender.cancel_scheduled_messages(cancelled)
    assert receiver.peek_messages(1) == []
    (message,) = receive(receiver)
    assert str(message) == "later"
    assert message.enqueued_time_utc >= soon - timedelta(milliseconds=1)
    receiver.complete_message(message)
    assert receiver.peek_messages(1, sequence_number=1) == []
