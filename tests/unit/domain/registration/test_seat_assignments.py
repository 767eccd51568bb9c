"""SeatAssignments: who sits on the seats of a confirmed order."""

from dataclasses import replace

import pytest

from domain.kernel.errors import NotFound
from domain.kernel.ids import derive
from domain.registration.order_messages import ConfirmedSeats
from domain.registration.personal_info import PersonalInfo
from domain.registration.seat_assignments import (
    SEAT_ASSIGNMENTS,
    AssignSeat,
    CreateSeatAssignments,
    Seat,
    SeatAssigned,
    SeatAssignmentsCreated,
    SeatAssignmentUpdated,
    SeatUnassigned,
    UnassignSeat,
    assignments_id,
)
from tests.support.given_when_then import given
from tests.support.vocabulary import ANOTHER_ORDER_ID, GENERAL, JANE, JOHN, ORDER_ID, WORKSHOP

ID = assignments_id(ORDER_ID)
CREATE = CreateSeatAssignments(
    assignments_id=ID,
    order_id=ORDER_ID,
    seats=(
        ConfirmedSeats(seat_type=GENERAL, seat_name="General admission", quantity=2),
        ConfirmedSeats(seat_type=WORKSHOP, seat_name="CQRS Workshop", quantity=1),
    ),
)
CREATED = SeatAssignmentsCreated(
    assignments_id=ID,
    order_id=ORDER_ID,
    seats=(
        Seat(position=0, seat_type=GENERAL, seat_name="General admission"),
        Seat(position=1, seat_type=GENERAL, seat_name="General admission"),
        Seat(position=2, seat_type=WORKSHOP, seat_name="CQRS Workshop"),
    ),
)


def assign(position: int, attendee: PersonalInfo) -> AssignSeat:
    return AssignSeat(assignments_id=ID, position=position, attendee=attendee)


def assigned(position: int, attendee: PersonalInfo) -> SeatAssigned:
    return SeatAssigned(assignments_id=ID, order_id=ORDER_ID, position=position, attendee=attendee)


def unassign(position: int) -> UnassignSeat:
    return UnassignSeat(assignments_id=ID, position=position)


def unassigned(position: int) -> SeatUnassigned:
    return SeatUnassigned(assignments_id=ID, order_id=ORDER_ID, position=position)


def renamed(position: int, attendee: PersonalInfo) -> SeatAssignmentUpdated:
    return SeatAssignmentUpdated(assignments_id=ID, order_id=ORDER_ID, position=position, attendee=attendee)


def test_a_confirmed_order_gets_one_position_per_seat() -> None:
    given(SEAT_ASSIGNMENTS).when(CREATE).then(CREATED)


def test_a_confirmed_order_gets_its_positions_once() -> None:
    given(SEAT_ASSIGNMENTS, CREATED).when(CREATE).then_nothing()
    given(SEAT_ASSIGNMENTS, CREATED, assigned(0, JANE)).when(CREATE).then_nothing()


def test_an_order_has_one_id_for_its_assignments_and_no_two_orders_share_it() -> None:
    assert assignments_id(ORDER_ID) == assignments_id(ORDER_ID) != assignments_id(ANOTHER_ORDER_ID)


def test_assignments_once_stored_are_found_by_every_later_release() -> None:
    assert assignments_id(ORDER_ID) == derive(ORDER_ID, "SeatAssignments")


def test_somebody_is_seated() -> None:
    given(SEAT_ASSIGNMENTS, CREATED).when(assign(2, JANE)).then(assigned(2, JANE))
    given(SEAT_ASSIGNMENTS, CREATED, assigned(0, JANE)).when(assign(1, JOHN)).then(assigned(1, JOHN))


def test_the_same_person_again_is_nothing() -> None:
    given(SEAT_ASSIGNMENTS, CREATED, assigned(0, JANE)).when(assign(0, JANE)).then_nothing()


def test_the_same_person_may_have_several_seats() -> None:
    given(SEAT_ASSIGNMENTS, CREATED, assigned(0, JANE)).when(assign(1, JANE)).then(assigned(1, JANE))


def test_another_person_is_seated_after_the_first_was_unseated() -> None:
    given(SEAT_ASSIGNMENTS, CREATED, assigned(0, JANE)).when(assign(0, JOHN)).then(unassigned(0), assigned(0, JOHN))


@pytest.mark.parametrize(
    "correction",
    [
        replace(JANE, last_name="Roe"),
        replace(JANE, first_name="Janet"),
        replace(JANE, email="JANE@Example.com"),
        replace(JANE, last_name="Roe", email="JANE@Example.com"),
    ],
)
def test_the_same_address_ignoring_case_is_the_same_person_spelt_otherwise(correction: PersonalInfo) -> None:
    given(SEAT_ASSIGNMENTS, CREATED, assigned(0, JANE)).when(assign(0, correction)).then(renamed(0, correction))
    history = (CREATED, assigned(0, JANE), renamed(0, correction))
    given(SEAT_ASSIGNMENTS, *history).when(assign(0, correction)).then_nothing()


def test_another_address_with_the_same_name_is_another_person() -> None:
    namesake = replace(JANE, email="jane@elsewhere.example.com")
    given(SEAT_ASSIGNMENTS, CREATED, assigned(0, JANE)).when(assign(0, namesake)).then(
        unassigned(0), assigned(0, namesake)
    )


def test_somebody_is_unseated_once() -> None:
    given(SEAT_ASSIGNMENTS, CREATED, assigned(0, JANE)).when(unassign(0)).then(unassigned(0))
    given(SEAT_ASSIGNMENTS, CREATED, assigned(0, JANE), unassigned(0)).when(unassign(0)).then_nothing()
    given(SEAT_ASSIGNMENTS, CREATED).when(unassign(0)).then_nothing()


def test_an_unseated_seat_is_free_for_anybody() -> None:
    given(SEAT_ASSIGNMENTS, CREATED, assigned(0, JANE), unassigned(0)).when(assign(0, JANE)).then(assigned(0, JANE))


@pytest.mark.parametrize("position", [-1, 3, 100])
def test_there_are_no_seats_beyond_those_of_the_order(position: int) -> None:
    given(SEAT_ASSIGNMENTS, CREATED).when(assign(position, JANE)).then_refused(NotFound)
    given(SEAT_ASSIGNMENTS, CREATED).when(unassign(position)).then_refused(NotFound)


def test_there_are_no_seats_before_the_order_is_confirmed() -> None:
    given(SEAT_ASSIGNMENTS).when(assign(0, JANE)).then_refused(NotFound)
    given(SEAT_ASSIGNMENTS).when(unassign(0)).then_refused(NotFound)


def test_seating_somebody_leaves_the_other_seats_alone() -> None:
    state = given(SEAT_ASSIGNMENTS, CREATED, assigned(0, JANE)).when(assign(2, JOHN)).state_after()
    assert state.attendees == (JANE, None, JOHN)
