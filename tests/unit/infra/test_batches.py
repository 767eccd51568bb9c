"""A message that can never succeed does not take its neighbours along."""

from __future__ import annotations

import logging

import pytest

from domain.kernel.errors import ConcurrencyConflict, NotFound, Unavailable, UnreadableMessage
from domain.registration.order_messages import RejectOrder
from infra.batches import MAX_FAULTY_DELIVERIES, handle_batch
from infra.parking import Parking
from tests.support.vocabulary import ORDER_ID, said
from tests.unit.infra.doubles import ENQUEUED, received, received_envelope

LAST = MAX_FAULTY_DELIVERIES
REFUSAL = NotFound("there is no order")


class RecordingBus:
    """Takes what is delivered, or fails."""

    def __init__(self):
        self.delivered = []
        self.failure = None

    async def deliver(self, entity, messages):
        if self.failure:
            raise self.failure
        self.delivered += [(entity, message) for message in messages]

    @property
    def parked(self):
        return [message.application_properties for _, message in self.delivered]


class Handler:
    """Handles what it is given, unless one of the messages named in `faults` is in the batch."""

    def __init__(self, **faults):
        self.faults = faults
        self.refused = []
        self.batches = []

    async def __call__(self, envelopes):
        ids = [envelope.message_id for envelope in envelopes]
        self.batches.append(ids)
        for message_id in ids:
            if fault := self.faults.get(message_id):
                raise fault
        return [(envelope, REFUSAL) for envelope in envelopes if envelope.message_id in self.refused]


@pytest.fixture
def bus():
    return RecordingBus()


@pytest.fixture
def parking(bus):
    return Parking(bus)


def command(message_id, delivery_count=1):
    return received_envelope(said(RejectOrder(order_id=ORDER_ID), message_id), delivery_count=delivery_count)


def parked_ids(bus):
    return [properties["messageId"] for properties in bus.parked]


async def test_a_batch_is_handled_in_one_call(bus, parking):
    handler = Handler()
    await handle_batch([command("a"), command("b")], handler, parking)

    assert handler.batches == [["a", "b"]]
    assert bus.delivered == []


async def test_an_unreadable_message_is_parked_and_its_neighbours_handled(bus, parking):
    handler = Handler()
    await handle_batch([command("a"), received(b"{", message_id="rubbish"), command("b")], handler, parking)

    assert handler.batches == [["a", "b"]]
    assert parked_ids(bus) == ["rubbish"]
    assert bus.parked[0]["errorType"] == UnreadableMessage.__name__


async def test_a_batch_of_nothing_readable_reaches_no_handler(bus, parking):
    handler = Handler()
    await handle_batch([received(b"\xff", message_id="rubbish")], handler, parking)

    assert handler.batches == []
    assert parked_ids(bus) == ["rubbish"]


async def test_a_refused_message_is_parked_with_the_reason(bus, parking):
    handler = Handler()
    handler.refused = ["b"]
    await handle_batch([command("a"), command("b")], handler, parking)

    assert parked_ids(bus) == ["b"]
    assert bus.parked[0]["reason"] == "there is no order"
    assert bus.parked[0]["errorType"] == "NotFound"
    assert bus.parked[0]["source"] == "order-events"


async def test_a_message_whose_command_is_refused_is_parked_in_its_place(bus, parking):
    async def handle(envelopes):
        return [(envelope.caused(RejectOrder(order_id=ORDER_ID)), REFUSAL) for envelope in envelopes]

    await handle_batch([command("a"), command("b")], handle, parking)

    assert parked_ids(bus) == ["a", "b"]


async def test_when_a_rule_says_no_to_the_batch_only_the_offender_is_parked(bus, parking):
    handler = Handler(b=REFUSAL)
    await handle_batch([command("a"), command("b"), command("c")], handler, parking)

    assert handler.batches == [["a", "b", "c"], ["a"], ["b"], ["c"]]
    assert parked_ids(bus) == ["b"]


@pytest.mark.parametrize("fault", [Unavailable("later"), ConcurrencyConflict("again")])
async def test_what_may_pass_gives_the_batch_back_however_often(bus, parking, fault):
    messages = [received(b"{", message_id="rubbish"), command("a", delivery_count=LAST + 10)]
    with pytest.raises(type(fault)):
        await handle_batch(messages, Handler(a=fault), parking)

    assert bus.delivered == []


async def test_a_fault_that_nobody_foresaw_gives_the_batch_back_at_first(bus, parking):
    with pytest.raises(KeyError):
        await handle_batch([command("a", delivery_count=LAST - 1)], Handler(a=KeyError("a bug")), parking)

    assert bus.delivered == []


async def test_a_fault_that_nobody_foresaw_parks_the_offender_in_the_end(bus, parking):
    handler = Handler(b=KeyError("a bug"))
    await handle_batch([command("a"), command("b", delivery_count=LAST)], handler, parking)

    assert parked_ids(bus) == ["b"]
    assert bus.parked[0]["errorType"] == "KeyError"


async def test_a_newcomer_with_the_same_fault_is_not_parked_before_its_time(bus, parking):
    handler = Handler(a=KeyError("a bug"), b=KeyError("a bug"))
    with pytest.raises(KeyError):
        await handle_batch([command("a", delivery_count=LAST), command("b")], handler, parking)

    assert bus.delivered == []


async def test_a_store_that_goes_away_while_messages_are_taken_one_by_one_parks_nothing(bus, parking):
    handler = Handler(a=REFUSAL, b=Unavailable("later"))
    with pytest.raises(Unavailable):
        await handle_batch([command("a"), command("b")], handler, parking)

    assert bus.delivered == []


async def test_a_message_that_cannot_be_parked_is_not_completed(bus, parking):
    bus.failure = Unavailable("the bus is away")
    with pytest.raises(Unavailable):
        await handle_batch([command("a")], Handler(a=REFUSAL), parking)


async def test_a_parked_message_keeps_its_body_and_what_was_known_about_it(bus, parking, caplog):
    with caplog.at_level(logging.ERROR, "infra.parking"):
        await parking.park(received(b"as it was", message_id="m", delivery_count=3), "because")

    (entity, message) = bus.delivered[0]
    assert entity == "parked-messages"
    assert b"".join(message.body) == b"as it was"
    assert message.properties.subject == "OrderPlaced"
    assert message.application_properties == {
        "source": "order-events",
        "messageId": "m",
        "subject": "OrderPlaced",
        "sessionId": "a session",
        "correlationId": "a conversation",
        "enqueuedTimeUtc": ENQUEUED.isoformat(),
        "deliveryCount": 3,
        "reason": "because",
        "errorType": "Refused",
    }
    assert "parked message m (OrderPlaced, session a session, correlation a conversation)" in caplog.text
