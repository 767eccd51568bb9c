"""The largest order that the API takes, with the longest names, fits whatever carries and keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.kernel.messages import Commit, OutgoingCommand
from domain.registration.managed_orders import MANAGED_ORDERS
from domain.registration.order import ORDER
from domain.registration.order_messages import ConfirmedSeats
from domain.registration.order_views import ASSIGNMENTS
from domain.registration.seat_assignments import SEAT_ASSIGNMENTS, CreateSeatAssignments, SeatAssigned, assignments_id
from domain.registration.seats import MOST_SEATS, SeatPrice, SeatQuantity
from functions.schemas import EditSeatType, Person
from infra.bus_messages import command_message, event_messages
from infra.bus_routes import command_route, event_route
from infra.personal_data import PersonalDataVault
from infra.serialization import encode_document
from infra.table_entities import split_text
from tests.support import orders
from tests.support.vocabulary import NOW, ORDER_ID, recorded, said

A_MESSAGE = 256 * 1024 - 4096
"""Bytes that the Standard tier of Service Bus takes, less what a message has beside its body."""
KINDS = [uuid4() for _ in range(MOST_SEATS // 2)]
PLACE: dict[str, UUID] = {"assignments_id": assignments_id(ORDER_ID), "order_id": ORDER_ID}


class Keys:
    """Of one order."""

    async def keep(self, order_id: UUID, key: str) -> str:
        return key


@pytest.fixture(params=["漢", "𠮷", "ῷ"], ids=["three bytes", "four bytes", "nine bytes in an address"])
def letter(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def seat_name(letter: str) -> str:
    return EditSeatType(name=letter * 70, description=letter, quantity=1, price="1.00").name


@pytest.fixture
def person(letter: str) -> Person:
    email = f"{letter * 64}@{letter * 189}"
    return Person(firstName=letter * 100, lastName=letter * 100, email=email)


def messages(stream_id: str, command: Any, events: tuple[Any, ...]) -> Iterator[Any]:
    """The command in its queue, and what goes to the topic once it is handled."""
    yield command_message(OutgoingCommand(envelope=said(command)), command_route(command), NOW)
    commit = Commit(stream_id=stream_id, version=1, cause=said(command), events=events)
    yield from event_messages([commit], event_route(stream_id))


def size(message: Any) -> int:
    return sum(len(part) for part in message.body)


def test_it_fits_a_message(seat_name: str) -> None:
    two_of_each = tuple(SeatQuantity(seat_type=kind, quantity=2) for kind in KINDS)
    prices = tuple(SeatPrice(seat_type=kind, description=seat_name, unit_price=1_00) for kind in KINDS)
    register = orders.register(two_of_each, prices=prices)
    placed = ORDER.decide(register, ORDER.initial, NOW)
    bought = tuple(ConfirmedSeats(seat_type=kind, seat_name=seat_name, quantity=2) for kind in KINDS)
    create = CreateSeatAssignments(**PLACE, seats=bought)
    created = SEAT_ASSIGNMENTS.decide(create, SEAT_ASSIGNMENTS.initial, NOW)
    assert len(created[0].seats) == MOST_SEATS

    sent = [
        *messages(ORDER.stream_id(ORDER_ID), register, placed),
        *messages(SEAT_ASSIGNMENTS.stream_id(PLACE["assignments_id"]), create, created),
    ]
    assert max(size(message) for message in sent) < A_MESSAGE


async def test_it_fits_an_entity_of_each_read_model(seat_name: str, person: Person) -> None:
    attendee = await PersonalDataVault(Keys()).seal(ORDER_ID, person.as_personal_info())
    bought = ConfirmedSeats(seat_type=KINDS[0], seat_name=seat_name, quantity=MOST_SEATS)
    create = CreateSeatAssignments(**PLACE, seats=(bought,))
    seated = (
        *SEAT_ASSIGNMENTS.decide(create, SEAT_ASSIGNMENTS.initial, NOW),
        *(SeatAssigned(**PLACE, position=position, attendee=attendee) for position in range(MOST_SEATS)),
    )
    placed = (*orders.placed(()), orders.registrant_assigned(attendee))
    assignments = reduce(ASSIGNMENTS.evolve, recorded("assignments-1", *seated), None)
    managed = reduce(MANAGED_ORDERS.evolve, recorded("order-1", *placed, *seated), None)
    for document in (assignments, managed):
        assert [seat.attendee for seat in document.seats] == [attendee] * MOST_SEATS
        assert split_text("document", encode_document(document).decode())
