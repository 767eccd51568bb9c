"""Looking at messages without taking them, and taking them before they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from azure.servicebus import ServiceBusMessage, ServiceBusMessageState

from .conftest import Bus, bodies, receive

Counts = Callable[[str], dict[str, int]]


def test_peeking_goes_on_from_any_number_and_locks_nothing(bus: Bus, counts: Counts) -> None:
    bus.send("peeking", *(ServiceBusMessage(str(number)) for number in range(20)))
    receiver = bus.receiver("peeking")
    first = receiver.peek_messages(5)
    assert bodies(first) == ["0", "1", "2", "3", "4"]
    rest = receiver.peek_messages(100, sequence_number=first[-1].sequence_number + 1)
    assert bodies(rest) == [str(number) for number in range(5, 20)]
    assert counts("peeking")["locked"] == 0
    for message in receive(receiver, 20)[3:7]:
        receiver.complete_message(message)
    assert bodies(receiver.peek_messages(6, sequence_number=1)) == ["0", "1", "2", "7", "8", "9"]


def test_a_peek_shows_what_is_locked_deferred_or_scheduled_too(bus: Bus) -> None:
    sender, receiver = bus.sender("peeking-at-all"), bus.receiver("peeking-at-all")
    bus.send("peeking-at-all", *(ServiceBusMessage(text) for text in ("locked", "deferred", "active")))
    sender.schedule_messages(ServiceBusMessage("scheduled"), datetime.now(UTC) + timedelta(hours=1))
    locked, deferred = receive(receiver, 2)
    receiver.defer_message(deferred)
    peeked = receiver.peek_messages(10, sequence_number=1)
    assert [(str(message), message.state) for message in peeked] == [
        ("locked", ServiceBusMessageState.ACTIVE),
        ("deferred", ServiceBusMessageState.DEFERRED),
        ("active", ServiceBusMessageState.ACTIVE),
        ("scheduled", ServiceBusMessageState.SCHEDULED),
    ]
    assert [message.sequence_number for message in peeked] == sorted(message.sequence_number for message in peeked)
    receiver.complete_message(locked)


def test_prefetched_messages_are_locked_before_they_are_asked_for(bus: Bus, counts: Counts) -> None:
    bus.send("prefetching", *(ServiceBusMessage(str(number)) for number in range(30)))
    with bus.client.get_queue_receiver("prefetching", prefetch_count=20) as receiver:
        (first,) = receiver.receive_messages(1, max_wait_time=5)
        assert counts("prefetching")["locked"] >= 20
        receiver.complete_message(first)
        rest: list[str] = []
        while len(rest) < 29:
            messages = receiver.receive_messages(29 - len(rest), max_wait_time=5)
            assert messages, f"{len(rest)} came"
            for message in messages:
                receiver.complete_message(message)
            rest += bodies(messages)
    assert [str(first), *rest] == [str(number) for number in range(30)]
    assert counts("prefetching")["active"] == 0
