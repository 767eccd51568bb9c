"""Messages, documents and states go through JSON unharmed, and what cannot be read is said to be so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from immutables import Map

from domain.kernel.errors import UnreadableMessage
from domain.kernel.messages import Envelope, RecordedEvent
from domain.registration.order import Order
from domain.registration.order_messages import OrderExpired, OrderPlaced, Paid
from domain.registration.seats_availability import PendingReservation, SeatsAvailability
from infra.serialization import (
    decode,
    decode_document,
    decode_envelope,
    encode_document,
    encode_envelope,
    from_builtins,
    to_builtins,
    type_name,
)
from tests.support.vocabulary import (
    ACCESS_CODE,
    CODE,
    CONFERENCE,
    EXPIRES,
    GENERAL,
    NOW,
    ORDER_ID,
    PAYMENT_ID,
    WORKSHOP,
    recorded,
    said,
    seats,
)

PLACED = OrderPlaced(
    order_id=ORDER_ID,
    conference_id=CONFERENCE,
    conference_code=CODE,
    seats=seats(general=2),
    reservation_auto_expiration=EXPIRES,
    access_code=ACCESS_CODE,
)
HELD = PendingReservation(seats=seats(general=1, workshop=2), attempt=3)
AVAILABILITY = SeatsAvailability(remaining={GENERAL: 5, WORKSHOP: -1}, pending=Map({ORDER_ID: HELD}))


def as_json(envelope: Envelope[Any]) -> dict[str, Any]:
    return json.loads(encode_envelope(envelope))


@pytest.mark.parametrize("envelope", [said(PLACED), *recorded("order-1", PLACED)], ids=["command", "recorded"])
def test_an_envelope_is_read_as_it_was_written(envelope: Envelope[Any]) -> None:
    read = decode_envelope(encode_envelope(envelope))
    assert read == envelope
    assert type(read) is type(envelope)


def test_nothing_stands_at_the_top_of_an_envelope_that_could_hide_metadata_of_the_bus() -> None:
    (event,) = recorded("order-1", PLACED)
    assert set(as_json(event)) == {"header", "payload"}


def test_members_that_a_later_release_added_are_ignored() -> None:
    document = as_json(said(PLACED))
    document["header"]["colour"] = document["payload"]["colour"] = document["colour"] = "blue"
    assert decode_envelope(json.dumps(document)) == said(PLACED)


def test_members_that_an_earlier_release_lacked_have_their_defaults() -> None:
    document = as_json(said(PLACED))
    del document["payload"]["revision"]
    assert decode_envelope(json.dumps(document)) == said(PLACED)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda document: document.pop("header"), "missing required field `header`"),
        (lambda document: document.pop("payload"), "missing required field `payload`"),
        (lambda document: document["header"].update(type="registration.OrderEaten.v1"), "no message called"),
        (lambda document: document["header"].update(time="2027-03-01T12:00:00"), "timezone"),
        (lambda document: document["payload"].pop("order_id"), "missing required field `order_id`"),
        (lambda document: document["payload"].update(order_id="not an id"), "order_id"),
    ],
)
def test_what_is_no_message_of_ours_is_unreadable(change: Any, complaint: str) -> None:
    document = as_json(said(PLACED))
    change(document)
    with pytest.raises(UnreadableMessage, match=complaint):
        decode_envelope(json.dumps(document))


@pytest.mark.parametrize("data", [b"", b"\xff", b'{"header": {"type": "\xff"}}', b"[", b"null", "text"])
def test_what_is_no_json_of_an_envelope_is_unreadable(data: bytes | str) -> None:
    with pytest.raises(UnreadableMessage):
        decode_envelope(data)


def test_a_message_of_an_earlier_version_is_upcast_from_an_envelope() -> None:
    document = as_json(said(PLACED))
    document["header"]["type"] = "registration.OrderPaymentConfirmed.v1"
    document["payload"] = {"order_id": str(ORDER_ID), "conference_id": str(CONFERENCE), "seats": []}
    assert type(decode_envelope(json.dumps(document)).message).__name__ == "OrderConfirmed"


def test_a_message_of_an_earlier_version_is_upcast_from_a_stored_document() -> None:
    payload = {"order_id": str(ORDER_ID), "conference_id": str(CONFERENCE), "seats": []}
    assert type(decode("registration.OrderPaymentConfirmed.v1", payload)).__name__ == "OrderConfirmed"


def test_an_unknown_stored_type_is_unreadable() -> None:
    with pytest.raises(UnreadableMessage, match="OrderEaten"):
        decode("registration.OrderEaten.v1", {})


def test_types_are_named_by_the_registry_and_not_by_their_module() -> None:
    assert type_name(OrderExpired(order_id=ORDER_ID)) == "registration.OrderExpired.v1"


def test_a_message_nobody_registered_is_a_mistake_that_is_named() -> None:
    @dataclass(frozen=True)
    class OrderEaten:
        pass

    with pytest.raises(LookupError, match=r"OrderEaten is missing from infra\.message_types\.REGISTRY"):
        type_name(OrderEaten())


@pytest.mark.parametrize(
    "state",
    [
        AVAILABILITY,
        Order(placed=PLACED, refunds=frozenset({PAYMENT_ID})),
        Paid(payment_id=PAYMENT_ID, amount=199_00),
    ],
    ids=lambda state: type(state).__name__,
)
def test_states_and_documents_are_read_as_they_were_written(state: Any) -> None:
    assert decode_document(type(state), encode_document(state)) == state
    assert from_builtins(type(state), to_builtins(state)) == state
    assert json.loads(encode_document(state)) == json.loads(json.dumps(to_builtins(state)))


def test_the_map_of_pending_reservations_comes_back_as_a_map() -> None:
    assert isinstance(decode_document(SeatsAvailability, encode_document(AVAILABILITY)).pending, Map)


@pytest.mark.parametrize("value", [{"remaining": {}}, {"remaining": {}, "pending": {"x": 1}}, []])
def test_a_document_not_in_its_form_is_unreadable(value: Any) -> None:
    with pytest.raises(UnreadableMessage, match="SeatsAvailability"):
        from_builtins(SeatsAvailability, value)
    with pytest.raises(UnreadableMessage, match="SeatsAvailability"):
        decode_document(SeatsAvailability, json.dumps(value))


def test_a_document_too_deep_to_read_is_unreadable() -> None:
    with pytest.raises(UnreadableMessage, match="list"):
        decode_document(list, b"[" * 100_000)


def test_what_has_no_json_form_is_a_mistake_that_is_named() -> None:
    with pytest.raises(NotImplementedError, match="no JSON form is known for object"):
        encode_document(object())


def test_the_header_of_an_envelope_has_times_with_their_offset() -> None:
    assert datetime.fromisoformat(as_json(said(PLACED))["header"]["time"]) == NOW


def test_a_recorded_event_knows_its_stream() -> None:
    (event,) = recorded("order-1", PLACED, first_version=7)
    read = decode_envelope(encode_envelope(event))
    assert isinstance(read, RecordedEvent)
    assert (read.stream_id, read.version) == ("order-1", 7)
