"""What may be sent, and when it arrives."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from azure.servicebus import ServiceBusMessage, ServiceBusMessageState, ServiceBusReceiveMode, ServiceBusSubQueue
from azure.servicebus.amqp import AmqpAnnotatedMessage, AmqpMessageBodyType
from azure.servicebus.exceptions import (
    MessageNotFoundError,
    MessageSizeExceededError,
    MessagingEntityNotFoundError,
    ServiceBusError,
)

from tests.support.patience import eventually

from .conftest import Bus, bodies, receive

Counts = Callable[[str], dict[str, int]]
EMPTY = {"active": 0, "locked": 0, "deferred": 0, "scheduled": 0, "sessions": 0}
DELETING = {"receive_mode": ServiceBusReceiveMode.RECEIVE_AND_DELETE}


def test_a_full_batch_arrives_whole_and_in_order(bus: Bus) -> None:
    sender = bus.sender("sending")
    batch = sender.create_message_batch()
    count = 0
    while batch.size_in_bytes < batch.max_size_in_bytes - 2000:
        batch.add_message(ServiceBusMessage(f"{count:04}" + "z" * 1000))
        count += 1
    sender.send_messages(batch)
    received = receive(bus.receiver("sending", **DELETING), count)
    assert [str(message)[:4] for message in received] == [f"{number:04}" for number in range(count)]


def test_an_oversized_message_is_refused_and_the_sender_lives_on(bus: Bus) -> None:
    with pytest.raises(MessageSizeExceededError):
        bus.send("sending", ServiceBusMessage("x" * 300_000))
    bus.send("sending", ServiceBusMessage("small"))
    assert bodies(receive(bus.receiver("sending", **DELETING))) == ["small"]


def test_messages_that_make_no_batch_together_are_refused_together(bus: Bus, counts: Counts) -> None:
    with pytest.raises(MessageSizeExceededError):
        bus.send("refusing", *(ServiceBusMessage("x" * 100_000) for _ in range(3)))
    batch = bus.sender("refusing").create_message_batch()
    batch.add_message(ServiceBusMessage("x" * 200_000))
    with pytest.raises(MessageSizeExceededError):
        batch.add_message(ServiceBusMessage("x" * 100_000))
    with pytest.raises(MessageSizeExceededError):
        bus.sender("refusing").schedule_messages(
            [ServiceBusMessage("small"), ServiceBusMessage("x" * 300_000)], datetime.now(UTC) + timedelta(hours=1)
        )
    assert counts("refusing") == EMPTY


def test_every_property_survives_the_journey(bus: Bus) -> None:
    properties = {"text": "ä", "number": 7, "fraction": 1.5, "flag": True, "id": uuid.UUID(int=1)}
    sent = ServiceBusMessage(
        b"\x00\xff",
        application_properties=properties,
        message_id="m1",
        session_id="s1",
        subject="Subject",
        correlation_id="c1",
        content_type="application/json",
        to="somewhere",
        reply_to="sender",
        reply_to_session_id="r1",
        partition_key="s1",
        time_to_live=timedelta(minutes=3),
    )
    before = datetime.now(UTC) - timedelta(seconds=1)
    bus.send("bodies", sent)
    (got,) = receive(bus.receiver("bodies", **DELETING))
    assert b"".join(got.body) == b"\x00\xff"
    assert {name.decode(): value for name, value in got.application_properties.items()} == {
        **properties,
        "text": "ä".encode(),
    }
    for name in ("message_id", "session_id", "subject", "correlation_id", "content_type", "to", "reply_to"):
        assert getattr(got, name) == getattr(sent, name), name
    assert (got.reply_to_session_id, got.partition_key, got.time_to_live) == ("r1", "s1", timedelta(minutes=3))
    assert before < got.enqueued_time_utc < datetime.now(UTC) + timedelta(seconds=1)
    assert got.expires_at_utc == got.enqueued_time_utc + timedelta(minutes=3)


def test_a_message_without_id_gets_one(bus: Bus) -> None:
    bus.send("bodies", ServiceBusMessage("x"), ServiceBusMessage("y", subject="kept"))
    first, second = receive(bus.receiver("bodies", **DELETING), 2)
    assert first.message_id
    assert second.message_id not in (None, first.message_id)
    assert (first.subject, second.subject, bodies([first, second])) == (None, "kept", ["x", "y"])


def test_every_kind_of_body_survives_also_one_that_looks_like_a_message(bus: Bus) -> None:
    sender = bus.sender("bodies")
    sender.send_messages(AmqpAnnotatedMessage(value_body={"a": [1, 2.5, True, None]}))
    sender.send_messages(AmqpAnnotatedMessage(sequence_body=[[1, 2], [3]]))
    sender.send_messages(AmqpAnnotatedMessage(data_body=[b"p1", b"p2"]))
    sender.send_messages(ServiceBusMessage(b"\x00\x53\x75\xa0\x02hi"))
    sender.send_messages([ServiceBusMessage(""), ServiceBusMessage(b"\x00Sxq")])
    value, sequence, parts, nested, empty, odd = receive(bus.receiver("bodies", **DELETING), 6)
    assert value.body_type is AmqpMessageBodyType.VALUE
    assert value.body == {b"a": [1, 2.5, True, None]}
    assert sequence.body_type is AmqpMessageBodyType.SEQUENCE
    assert list(parts.body) == [b"p1", b"p2"]
    assert [b"".join(each.body) for each in (nested, empty, odd)] == [b"\x00\x53\x75\xa0\x02hi", b"", b"\x00Sxq"]


def test_a_duplicate_within_the_window_is_dropped_and_the_window_passes(bus: Bus, counts: Counts) -> None:
    def send(*pairs: tuple[str, str]) -> None:
        bus.send("deduplicated", *(ServiceBusMessage(body, message_id=message_id) for body, message_id in pairs))

    receiver = bus.receiver("deduplicated", **DELETING)
    send(("first", "a"))
    send(("again", "a"))
    send(("in a batch", "a"), ("new", "b"))
    assert counts("deduplicated")["active"] == 2
    assert bodies(receive(receiver, 2)) == ["first", "new"]

    def accepted_again() -> bool:
        send(("later", "a"))
        return counts("deduplicated")["active"] == 1

    eventually(accepted_again, "a duplicate that is accepted again")
    assert bodies(receive(receiver)) == ["later"]


def test_scheduled_messages_wait_can_be_cancelled_and_arrive(bus: Bus, counts: Counts) -> None:
    sender, receiver = bus.sender("scheduled"), bus.receiver("scheduled", **DELETING)
    soon, never = datetime.now(UTC) + timedelta(seconds=1.5), datetime.now(UTC) + timedelta(hours=1)
    sender.send_messages(ServiceBusMessage("by annotation", scheduled_enqueue_time_utc=soon))
    (by_request, cancelled) = sender.schedule_messages([ServiceBusMessage("by request"), ServiceBusMessage("no")], soon)
    (far,) = sender.schedule_messages(ServiceBusMessage("far"), never)
    sender.cancel_scheduled_messages([cancelled, far])
    with pytest.raises(MessageNotFoundError):
        sender.cancel_scheduled_messages(cancelled)
    assert counts("scheduled")["scheduled"] == 2
    peeked = receiver.peek_messages(10)
    assert bodies(peeked) == ["by annotation", "by request"]
    assert {message.state for message in peeked} == {ServiceBusMessageState.SCHEDULED}

    arrived = receive(receiver, 2)
    assert datetime.now(UTC) >= soon - timedelta(milliseconds=1)
    assert bodies(arrived) == ["by annotation", "by request"]
    assert min(message.sequence_number for message in arrived) > by_request, "they join the end of the queue"
    assert all(message.enqueued_time_utc >= soon - timedelta(milliseconds=1) for message in arrived)


def test_an_expired_message_is_gone_or_dead_lettered_as_the_queue_says(bus: Bus, counts: Counts) -> None:
    bus.send("expiring", ServiceBusMessage("x", time_to_live=timedelta(seconds=1)))
    bus.send("expiring-to-dead-letters", ServiceBusMessage("by the queue's default"))
    bus.send("expiring-to-dead-letters", ServiceBusMessage("its own", time_to_live=timedelta(seconds=1)))
    eventually(lambda: counts("expiring")["active"] == 0, "an expired message that is gone")
    assert counts("expiring/$DeadLetterQueue")["active"] == 0
    graveyard = bus.receiver("expiring-to-dead-letters", sub_queue=ServiceBusSubQueue.DEAD_LETTER, **DELETING)
    expired = receive(graveyard, 2)
    assert bodies(expired) == ["its own", "by the queue's default"]
    assert {message.dead_letter_reason for message in expired} == {"TTLExpiredException"}
    assert counts("expiring-to-dead-letters")["active"] == 0


def test_a_deferred_message_does_not_expire(bus: Bus, counts: Counts) -> None:
    bus.send("expiring-deferred", ServiceBusMessage("deferred"), ServiceBusMessage("left"))
    receiver = bus.receiver("expiring-deferred")
    (deferred,) = receive(receiver)
    receiver.defer_message(deferred)
    eventually(lambda: counts("expiring-deferred")["active"] == 0, "an expired message that is gone")
    assert bodies(receiver.peek_messages(10, sequence_number=1)) == ["deferred"]
    (retrieved,) = receiver.receive_deferred_messages([deferred.sequence_number])
    receiver.complete_message(retrieved)


@pytest.mark.parametrize("path", ["nowhere", "orders/Subscriptions/nobody"])
def test_an_unknown_entity_is_named_as_such(bus: Bus, path: str) -> None:
    with pytest.raises(MessagingEntityNotFoundError, match=path):
        bus.client.get_queue_receiver(path).__enter__()


def test_nothing_can_be_sent_to_a_dead_letter_queue(bus: Bus) -> None:
    with pytest.raises(ServiceBusError, match="dead-letter queue"):
        bus.send("sending/$DeadLetterQueue", ServiceBusMessage("x"))
