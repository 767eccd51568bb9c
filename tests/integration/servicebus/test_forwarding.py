"""Messages and dead letters that are passed on by themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from azure.servicebus import ServiceBusMessage, ServiceBusReceiveMode, ServiceBusSubQueue
from azure.servicebus.exceptions import ServiceBusError

from .conftest import Bus, receive

Counts = Callable[[str], dict[str, int]]
DELETING = {"receive_mode": ServiceBusReceiveMode.RECEIVE_AND_DELETE}


def test_messages_and_dead_letters_are_forwarded(bus: Bus) -> None:
    bus.send("forwarding", ServiceBusMessage("x", application_properties={"kept": 1}))
    receiver = bus.receiver("forwarded")
    (message,) = receive(receiver)
    receiver.dead_letter_message(message, reason="unwanted")
    (buried,) = receive(bus.receiver("graveyard", **DELETING))
    assert (str(buried), buried.dead_letter_reason) == ("x", "unwanted")
    assert buried.dead_letter_source == "forwarded"
    assert buried.application_properties[b"kept"] == 1


def test_a_queue_forwards_to_a_topic(bus: Bus) -> None:
    bus.send("forwarding-to-topic", ServiceBusMessage("x"))
    (message,) = receive(bus.subscription("orders-again", "everything", **DELETING))
    assert str(message) == "x"


def test_four_hops_are_allowed_and_the_fifth_ends_among_the_dead_letters(bus: Bus, counts: Counts) -> None:
    bus.send("hop-1", ServiceBusMessage("four hops"))
    bus.send("hop-0", ServiceBusMessage("five hops"))
    (arrived,) = receive(bus.receiver("hop-5", **DELETING))
    assert str(arrived) == "four hops"
    (buried,) = receive(bus.receiver("hop-4", sub_queue=ServiceBusSubQueue.DEAD_LETTER, **DELETING))
    assert (str(buried), buried.dead_letter_reason) == ("five hops", "MaxTransferHopCountExceeded")
    assert counts("hop-5")["active"] == 0


def test_nothing_is_received_where_messages_are_forwarded(bus: Bus) -> None:
    with pytest.raises(ServiceBusError, match="auto-forwarding enabled"):
        bus.client.get_queue_receiver("forwarding").__enter__()


def test_dead_letters_may_go_round_in_a_circle_as_often_as_they_are_dead_lettered(bus: Bus) -> None:
    bus.send("circle-a", ServiceBusMessage("x"))
    for path in ("circle-a", "circle-b", "circle-a"):
        receiver = bus.receiver(path)
        (message,) = receive(receiver)
        receiver.dead_letter_message(message, reason=f"unwanted in {path}")
    (last,) = receive(bus.receiver("circle-b", **DELETING))
    assert (last.dead_letter_reason, last.dead_letter_source) == ("unwanted in circle-a", "circle-a")


def test_a_circle_that_turns_by_itself_comes_to_rest(bus: Bus, counts: Counts) -> None:
    bus.send("feeding-the-circle", ServiceBusMessage("nowhere to go"))
    (rested,) = receive(bus.receiver("strict-b", sub_queue=ServiceBusSubQueue.DEAD_LETTER, **DELETING))
    assert (str(rested), rested.dead_letter_reason) == ("nowhere to go", "Session id is null.")
    for path in ("strict-a", "strict-a/$DeadLetterQueue", "strict-b"):
        assert counts(path)["active"] == 0
