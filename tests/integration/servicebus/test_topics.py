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


def test_actions_change_the_copies_they_make(bus: Bus) -> None:
    properties = {"color": "red", "quantity": 9}
    bus.topic_sender("acting").send_messages(
        [
            ServiceBusMessage(b"\x00x", subject="urgent", application_properties=properties),
            ServiceBusMessage("plain", application_properties={"color": "blue"}),
        ]
    )
    plain, halved, high, blue = receive(bus.subscription("acting", "acted-on", **DELETING), 4)
    assert plain.application_properties == {b"color": b"red", b"quantity": 9}
    assert halved.application_properties == {b"quantity": 4, b"RuleName": b"red"}
    assert (halved.subject, b"".join(halved.body)) == ("halved", b"\x00x")
    assert high.application_properties == {
        b"color": b"red",
        b"quantity": 9,
        b"priority": b"high",
        b"RuleName": b"by-label",
    }
    assert (str(blue), blue.application_properties) == ("plain", {b"color": b"blue"})


def test_a_topics_time_to_live_counts_for_its_subscriptions(bus: Bus, counts: Callable[[str], dict[str, int]]) -> None:
    bus.topic_sender("short-lived").send_messages(ServiceBusMessage("x", time_to_live=timedelta(hours=1)))
    options = {"sub_queue": ServiceBusSubQueue.DEAD_LETTER, **DELETING}
    (buried,) = receive(bus.subscription("short-lived", "burying", **options))
    assert buried.dead_letter_reason == "TTLExpiredException"
    for path in ("dropping", "dropping/$DeadLetterQueue"):
        assert counts(f"short-lived/Subscriptions/{path}")["active"] == 0


def test_a_topic_drops_duplicates_before_it_copies(bus: Bus, counts: Callable[[str], dict[str, int]]) -> None:
    for text in ("first", "again"):
        bus.topic_sender("deduplicated-topic").send_messages(ServiceBusMessage(text, message_id="same"))
    assert counts("deduplicated-topic/Subscriptions/everything")["active"] == 1
    assert bodies(receive(bus.subscription("deduplicated-topic", "everything", **DELETING))) == ["first"]
