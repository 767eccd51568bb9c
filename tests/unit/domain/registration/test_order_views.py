"""What the registrant sees of her order, how she finds it again, and its seats."""

from functools import reduce
from uuid import UUID

from domain.kernel.messages import RecordedEvent
from domain.registration.order import ORDER, OrderState
from domain.registration.order_views import (
    ASSIGNMENTS,
    ORDER_LOCATIONS,
    ORDERS,
    AssignmentsView,
    OrderLineView,
    OrderLocation,
    OrderView,
    SeatView,
)
from domain.registration.seat_assignments import (
    SEAT_ASSIGNMENTS,
    Seat,
    SeatAssigned,
    SeatAssignmentsCreated,
    SeatAssignmentUpdated,
    SeatUnassigned,
    assignments_id,
)
from tests.support import orders
from tests.support.orders import (
    confirmed,
    expired,
    partially_reserved,
    placed,
    refund_required,
    registrant_assigned,
    reinstated,
    reservation_completed,
    updated,
)
from tests.support.vocabulary import (
    ACCESS_CODE,
    ANOTHER_PAYMENT_ID,
    CODE,
    CONFERENCE,
    EXPIRES,
    GENERAL,
    JANE,
    JOHN,
    NAMES,
    ORDER_ID,
    UNIT_PRICES,
    WORKSHOP,
    recorded,
    seats,
)

THREE = seats(general=3)
BOTH = seats(general=2, workshop=1)


def shown(*events: object) -> OrderView:
    stream = recorded(ORDER.stream_id(ORDER_ID), *events)
    view = reduce(ORDERS.evolve, stream, None)
    assert view is not None
    return view


def line(seat_type: UUID, requested: int, reserved: int | None, priced: int | None = None) -> OrderLineView:
    return OrderLineView(
        seat_type=seat_type,
        description=NAMES[seat_type],
        requested_quantity=requested,
        reserved_quantity=reserved,
        unit_price=UNIT_PRICES[seat_type],
        line_total=UNIT_PRICES[seat_type] * (requested if priced is None else priced),
    )


def test_a_placed_order_shows_its_price_at_once_and_that_its_seats_are_being_reserved() -> None:
    assert shown(*placed(BOTH)) == OrderView(
        order_id=ORDER_ID,
        conference_id=CONFERENCE,
        conference_code=CODE,
        access_code=ACCESS_CODE,
        state=OrderState.PENDING_RESERVATION,
        version=2,
        reservation_expires_at=EXPIRES,
        lines=(line(GENERAL, 2, None), line(WORKSHOP, 1, None)),
        total=898_00,
        is_free_of_charge=False,
    )


def test_an_order_of_free_seats_says_so() -> None:
    view = shown(*placed(seats(free=1)))
    assert (view.total, view.is_free_of_charge) == (0, True)


def test_a_reserved_order_shows_what_is_held() -> None:
    view = shown(*placed(BOTH), reservation_completed(BOTH))
    assert (view.state, view.version) == (OrderState.RESERVATION_COMPLETED, 3)
    assert view.lines == (line(GENERAL, 2, 2), line(WORKSHOP, 1, 1))


def test_a_partially_reserved_order_shows_what_can_be_had_and_what_that_costs() -> None:
    view = shown(*placed(THREE), *partially_reserved(seats(general=2)))
    assert view.state is OrderState.PARTIALLY_RESERVED
    assert view.lines == (line(GENERAL, 3, 2, priced=2),)
    assert view.total == 398_00


def test_a_kind_that_is_sold_out_stays_on_the_order_and_costs_nothing() -> None:
    view = shown(*placed(BOTH), *partially_reserved(seats(general=2)))
    assert view.lines == (line(GENERAL, 2, 2), line(WORKSHOP, 1, 0, priced=0))
    assert view.total == 398_00


def test_a_changed_order_shows_its_new_seats_and_waits_again() -> None:
    view = shown(*placed(THREE), *partially_reserved(seats(general=2)), *updated(seats(workshop=1)))
    assert view.state is OrderState.PENDING_RESERVATION
    assert view.lines == (line(WORKSHOP, 1, None),)
    assert view.total == 500_00
    assert view.reservation_expires_at == EXPIRES


def test_the_registrant_is_shown_as_last_corrected() -> None:
    assert shown(*placed(THREE), registrant_assigned(JANE), registrant_assigned(JOHN)).registrant == JOHN


def test_a_confirmed_order_expires_no_more_and_leads_to_its_seats() -> None:
    view = shown(*placed(BOTH), reservation_completed(BOTH), confirmed(BOTH))
    assert (view.state, view.reservation_expires_at) == (OrderState.CONFIRMED, None)
    assert view.assignments_id == assignments_id(ORDER_ID)


def test_an_expired_order_says_so_and_leads_nowhere() -> None:
    view = shown(*placed(BOTH), reservation_completed(BOTH), expired())
    assert (view.state, view.reservation_expires_at, view.assignments_id) == (OrderState.REJECTED, None, None)
    assert not view.refund_due


def test_an_order_paid_too_late_shows_that_money_is_due_back() -> None:
    view = shown(*placed(BOTH), expired(), refund_required(898_00))
    assert (view.refund_due, view.refund_amount) == (True, 898_00)


def test_an_order_shows_what_is_due_back_of_all_payments_that_bought_nothing_whatever_it_costs_now() -> None:
    view = shown(
        *placed(BOTH),
        refund_required(199_00),
        refund_required(50_00, ANOTHER_PAYMENT_ID),
        reservation_completed(BOTH),
        confirmed(BOTH),
    )
    assert (view.state, view.total, view.refund_amount) == (OrderState.CONFIRMED, 898_00, 249_00)


def test_a_reinstated_order_is_shown_as_confirmed_with_its_seats() -> None:
    view = shown(*placed(BOTH), expired(), reinstated(BOTH), confirmed(BOTH))
    assert view.state is OrderState.CONFIRMED
    assert view.lines == (line(GENERAL, 2, 2), line(WORKSHOP, 1, 1))
    assert view.total == 898_00


def test_the_order_shows_the_version_of_its_stream() -> None:
    history = (*placed(BOTH), registrant_assigned(), reservation_completed(BOTH))
    assert [shown(*history[:length]).version for length in range(1, 5)] == [1, 2, 3, 4]


def test_an_order_is_shown_without_a_price_only_until_that_is_calculated() -> None:
    (order_placed, _) = placed(seats(general=2))
    view = shown(order_placed)
    unpriced = OrderLineView(
        seat_type=GENERAL, description="", requested_quantity=2, reserved_quantity=None, unit_price=0, line_total=0
    )
    assert (view.lines, view.total) == ((unpriced,), 0)


def test_an_order_is_kept_under_its_id() -> None:
    assert {ORDERS.key(event) for event in (*placed(BOTH), confirmed(BOTH), expired())} == {str(ORDER_ID)}


def test_an_order_that_was_never_placed_is_not_shown() -> None:
    (late,) = recorded(ORDER.stream_id(ORDER_ID), expired(), first_version=3)
    assert ORDERS.evolve(None, late) is None


# Found again


def test_an_order_is_found_by_its_access_code_from_the_moment_it_is_placed() -> None:
    (order_placed, totals) = recorded(ORDER.stream_id(ORDER_ID), *placed(BOTH))
    assert ORDER_LOCATIONS.key(order_placed.message) == f"{ACCESS_CODE}/{ORDER_ID}"
    location = ORDER_LOCATIONS.evolve(None, order_placed)
    assert location == OrderLocation(order_id=ORDER_ID)
    assert ORDER_LOCATIONS.evolve(location, totals) == location
    assert ORDER_LOCATIONS.evolve(None, totals) is None


# Its seats

ASSIGNMENTS_ID = assignments_id(ORDER_ID)
PLACE = {"assignments_id": ASSIGNMENTS_ID, "order_id": ORDER_ID}
CREATED = SeatAssignmentsCreated(
    **PLACE,
    seats=(
        Seat(position=0, seat_type=GENERAL, seat_name="General admission"),
        Seat(position=1, seat_type=WORKSHOP, seat_name="CQRS Workshop"),
    ),
)


def seated(*events: object) -> list[RecordedEvent]:
    return recorded(SEAT_ASSIGNMENTS.stream_id(ASSIGNMENTS_ID), CREATED, *events)


def attendees(*events: object) -> list[object]:
    view = reduce(ASSIGNMENTS.evolve, seated(*events), None)
    return [seat.attendee for seat in view.seats]


def test_the_seats_of_a_confirmed_order_are_shown_by_position_with_nobody_on_them() -> None:
    assert reduce(ASSIGNMENTS.evolve, seated(), None) == AssignmentsView(
        assignments_id=ASSIGNMENTS_ID,
        order_id=ORDER_ID,
        seats=(
            SeatView(position=0, seat_type=GENERAL, seat_name="General admission"),
            SeatView(position=1, seat_type=WORKSHOP, seat_name="CQRS Workshop"),
        ),
    )


def test_who_was_seated_renamed_or_unseated_is_shown_so() -> None:
    jane = SeatAssigned(**PLACE, position=1, attendee=JANE)
    renamed = SeatAssignmentUpdated(**PLACE, position=1, attendee=JOHN)
    assert attendees(jane) == [None, JANE]
    assert attendees(jane, renamed) == [None, JOHN]
    assert attendees(jane, renamed, SeatUnassigned(**PLACE, position=1)) == [None, None]


def test_seats_are_kept_under_the_order() -> None:
    assert ASSIGNMENTS.key(CREATED) == str(ORDER_ID)


def test_seats_that_were_never_created_are_not_shown() -> None:
    (jane,) = recorded("assignments-1", SeatAssigned(**PLACE, position=1, attendee=JANE), first_version=2)
    assert ASSIGNMENTS.evolve(None, jane) is None


def test_other_events_of_the_order_do_not_touch_its_seats() -> None:
    assert attendees(orders.expired()) == [None, None]
