"""What becomes of a message that was received."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from azure.servicebus import ServiceBusMessage, ServiceBusReceiveMode, ServiceBusSubQueue
from azure.servicebus.exceptions import MessageLockLostError, MessageNotFoundError, ServiceBusError

from .conftest import Bus, bodies, receive

Counts = Callable[[str], dict[str, int]]
EMPTY = {"active": 0, "locked": 0, "deferred": 0, "scheduled": 0, "sessions": 0}


def test_each_way_to_settle_leads_where_it_should(bus: Bus, counts: Counts) -> None:
    bus.send("settlement", *(ServiceBusMessage(body) for body in ("completed", "abandoned", "deferred", "dead")))
    receiver = bus.receiver("settlement")
    completed, abandoned, deferred, dead = receive(receiver, 4)
    receiver.complete_message(completed)
    receiver.defer_message(deferred)
    receiver.dead_letter_message(dead, reason="bad", error_description="really bad")
    receiver.abandon_message(abandoned)

    (again,) = receive(receiver)
    assert (str(again), again.delivery_count) == ("abandoned", 1)
    receiver.complete_message(again)

    (retrieved,) = receiver.receive_deferred_messages([deferred.sequence_number])
    assert str(retrieved) == "deferred"
    receiver.complete_message(retrieved)
    with pytest.raises(MessageNotFoundError):
        receiver.receive_deferred_messages([deferred.sequence_number])

    graveyard = bus.receiver("settlement", sub_queue=ServiceBusSubQueue.DEAD_LETTER)
    (buried,) = receive(graveyard)
    assert (buried.dead_letter_reason, buried.dead_letter_error_description) == ("bad", "really bad")
    with pytest.raises(ServiceBusError, match="cannot be dead-lettered"):
        graveyard.dead_letter_message(buried, reason="again")
    assert counts("settlement") == EMPTY


def test_a_deferred_message_can_be_settled_in_every_way(bus: Bus, counts: Counts) -> None:
    bus.send("deliveries", *(ServiceBusMessage(body) for body in ("abandoned", "dead", "deferred again")))
    receiver = bus.receiver("deliveries")
    messages = receive(receiver, 3)
    for message in messages:
        receiver.defer_message(message)
    numbers = [message.sequence_number for message in messages]
    abandoned, dead, deferred = receiver.receive_deferred_messages(numbers)
    receiver.abandon_message(abandoned)
    receiver.dead_letter_message(dead, reason="no use")
    receiver.defer_message(deferred)
    assert counts("deliveries")["deferred"] == 2, "an abandoned deferred message stays deferred"
    for message in receiver.receive_deferred_messages([numbers[0], numbers[2]]):
        receiver.complete_message(message)
    assert counts("deliveries") == EMPTY
    assert counts("deliveries/$DeadLetterQueue")["active"] == 1


def test_the_last_allowed_delivery_leads_to_the_dead_letters(bus: Bus) -> None:
    bus.send("deliveries", ServiceBusMessage("poison", application_properties={"kept": "yes"}))
    receiver = bus.receiver("deliveries")
    for attempt in range(3):
        (message,) = receive(receiver)
        assert message.delivery_count == attempt
        receiver.abandon_message(message)
    graveyard = bus.receiver("deliveries", sub_queue=ServiceBusSubQueue.DEAD_LETTER)
    while str(buried := receive(graveyard)[0]) != "poison":
        graveyard.complete_message(buried)
    assert buried.dead_letter_reason == "MaxDeliveryCountExceeded"
    assert buried.application_properties[b"kept"] == b"yes"
    assert buried.enqueued_sequence_number == message.enqueued_sequence_number
    graveyard.complete_message(buried)


def test_a_lock_that_ran_out_is_lost_and_the_message_comes_again(bus: Bus) -> None:
    bus.send("short-locks", ServiceBusMessage("x"))
    receiver = bus.receiver("short-locks")
    (first,) = receive(receiver)
    (second,) = receive(receiver)
    assert second.delivery_count == 1
    first._expiry = datetime.now(UTC) + timedelta(minutes=1)  # so that the broker must refuse, not the SDK
    with pytest.raises(MessageLockLostError):
        receiver.complete_message(first)
    receiver.complete_message(second)


def test_a_renewed_lock_outlives_its_first_duration(bus: Bus) -> None:
    bus.send("short-locks", ServiceBusMessage("x"))
    receiver = bus.receiver("short-locks")
    (message,) = receive(receiver)
    until = message.locked_until_utc
    while datetime.now(UTC) < until + timedelta(milliseconds=300):
        assert receiver.renew_message_lock(message) > until
        assert not receiver.receive_messages(1, max_wait_time=0.2)
    receiver.complete_message(message)
    message._settled = False
    message._expiry = datetime.now(UTC) + timedelta(minutes=1)
    with pytest.raises(MessageLockLostError):
        receiver.renew_message_lock(message)


def test_receive_and_delete_leaves_nothing_behind(bus: Bus, counts: Counts) -> None:
    bus.send("deleting", *(ServiceBusMessage(str(number)) for number in range(50)))
    receiver = bus.receiver("deleting", receive_mode=ServiceBusReceiveMode.RECEIVE_AND_DELETE)
    assert bodies(receive(receiver, 50)) == [str(number) for number in range(50)]
    assert counts("deleting") == EMPTY


def test_competing_receivers_share_without_overlap(bus: Bus, counts: Counts) -> None:
    first = bus.receiver("competing", prefetch_count=10)
    bus.send("competing", *(ServiceBusMessage(str(number)) for number in range(40)))
    seen: list[int] = []
    with bus.client.get_queue_receiver("competing", prefetch_count=10) as second:
        while len(seen) < 40:
            for receiver in (first, second):
                for message in receiver.receive_messages(10, max_wait_time=0.2):
                    seen.append(int(str(message)))
                    receiver.complete_message(message)
    assert sorted(seen) == list(range(40))
    assert counts("competing") == EMPTY
