"""What registrants do once their order is confirmed: put people on its seats."""

import pytest

from domain.kernel.errors import NotFound, Unavailable
from domain.registration.seat_assignments import (
    SEAT_ASSIGNMENTS,
    AssignSeat,
    CreateSeatAssignments,
    UnassignSeat,
    assignments_id,
)
from tests.support import orders
from tests.support.backend import Backend
from tests.support.catalogue import caller
from tests.support.given_when_then import refused
from tests.support.seals import sealed
from tests.support.vocabulary import JANE, ORDER_ID, said, seats

SEATS_OF_THE_ORDER = assignments_id(ORDER_ID)


async def seats_created(backend: Backend) -> None:
    (general,) = orders.confirmed(seats(general=1)).seats
    command = CreateSeatAssignments(assignments_id=SEATS_OF_THE_ORDER, order_id=ORDER_ID, seats=(general,))
    await backend.worker().execute(SEAT_ASSIGNMENTS, SEATS_OF_THE_ORDER, said(command, "create"))


async def test_who_was_seated_or_unseated_is_in_the_answer(registration, backend) -> None:
    await seats_created(backend)
    seated = await registration.assign_seat(caller(), order_id=ORDER_ID, position=0, attendee=JANE)
    assert [seat.attendee for seat in seated.seats] == [sealed(JANE)]
    empty = await registration.assign_seat(caller(), order_id=ORDER_ID, position=0, attendee=None)
    assert [seat.attendee for seat in empty.seats] == [None]


async def test_nobody_is_seated_where_there_is_no_seat(registration, backend) -> None:
    with pytest.raises(NotFound, match=f"seat of order {ORDER_ID}"):
        await registration.assign_seat(caller(), order_id=ORDER_ID, position=0, attendee=JANE)
    await seats_created(backend)
    with refused(NotFound):
        await registration.assign_seat(caller(), order_id=ORDER_ID, position=1, attendee=JANE)


async def test_an_attendee_is_sealed_under_the_key_of_the_order(registration, backend, sealer) -> None:
    await seats_created(backend)
    await registration.assign_seat(caller(), order_id=ORDER_ID, position=0, attendee=JANE)
    assert sealer.keys == {ORDER_ID}


async def test_seating_waits_in_its_queue_while_the_store_does_not_answer(registration, backend) -> None:
    await seats_created(backend)
    backend.events.fail("read", Unavailable("no answer"), times=2)
    assert await registration.assign_seat(caller(), order_id=ORDER_ID, position=0, attendee=JANE) is None
    assert len(backend.bus.sent) == 1


async def test_seating_is_accepted_when_only_reading_it_gets_no_answer(registration, backend) -> None:
    await seats_created(backend)

    async def nothing_is_read() -> None:
        backend.events.fail("read", Unavailable("no answer"))

    backend.events.before("append", nothing_is_read)
    assert await registration.assign_seat(caller(), order_id=ORDER_ID, position=0, attendee=JANE) is None
    assert backend.events.events(SEAT_ASSIGNMENTS.stream_id(SEATS_OF_THE_ORDER))[-1].attendee == sealed(JANE)
    assert backend.bus.sent == []


async def test_whom_she_seats_names_its_request_and_belongs_to_the_conversation_about_her_order(
    registration, backend
) -> None:
    await seats_created(backend)
    for attendee, command in (
        (JANE, AssignSeat(assignments_id=SEATS_OF_THE_ORDER, position=0, attendee=sealed(JANE))),
        (None, UnassignSeat(assignments_id=SEATS_OF_THE_ORDER, position=0)),
    ):
        who = caller()
        await registration.assign_seat(who, order_id=ORDER_ID, position=0, attendee=attendee)
        kept = backend.events.streams[SEAT_ASSIGNMENTS.stream_id(SEATS_OF_THE_ORDER)][-1].cause
        assert kept == said(command, who.message_id, causation_id=who.message_id)
