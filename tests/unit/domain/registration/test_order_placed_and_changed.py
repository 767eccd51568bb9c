"""RegisterToConference: the first time places an order, later ones say anew which seats."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.kernel.errors import InvalidCommand, NotFound
from domain.registration.order import ORDER, OrderState
from domain.registration.order_messages import AssignRegistrantDetails, OrderPlaced, RejectOrder, RequireRefund
from domain.registration.seats import Seats
from tests.support import orders
from tests.support.given_when_then import given
from tests.support.orders import (
    confirmed,
    expired,
    placed,
    register,
    registrant_assigned,
    reservation_completed,
    updated,
)
from tests.support.vocabulary import (
    ANOTHER_CONFERENCE,
    EXPIRES,
    EXPIRY_SECONDS,
    JANE,
    JOHN,
    NOW,
    ORDER_ID,
    PRICES,
    UNKNOWN_SEAT_TYPE,
    seats,
)

ONE = seats(general=1)
TWO = seats(general=2, cocktail=1)


def test_an_order_is_placed_and_priced_at_once() -> None:
    given(ORDER).when(register(TWO)).then(*placed(TWO))


def test_an_order_expires_so_many_seconds_after_it_was_placed() -> None:
    (order_placed, _) = given(ORDER).when(register(ONE, expiry_seconds=60), now=NOW).events()
    assert order_placed.reservation_auto_expiration == NOW + timedelta(minutes=1)


def test_an_order_has_fifteen_minutes() -> None:
    (order_placed, _) = given(ORDER).when(register(ONE, expiry_seconds=EXPIRY_SECONDS)).events()
    assert order_placed.reservation_auto_expiration - NOW == timedelta(minutes=15)


def test_an_order_of_free_seats_is_free_of_charge() -> None:
    (_, totals) = given(ORDER).when(register(seats(free=1))).events()
    assert (totals.total, totals.is_free_of_charge) == (0, True)
    (_, totals) = given(ORDER).when(register(ONE)).events()
    assert (totals.total, totals.is_free_of_charge) == (199_00, False)


def test_kinds_of_which_none_are_wanted_are_left_out() -> None:
    given(ORDER).when(register(seats(general=1, workshop=0))).then(*placed(ONE))


NONSENSE = [(), seats(general=0), seats(general=-1), seats(general=2, cocktail=-1), seats(general=1) + seats(general=2)]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_an_order_needs_seats_each_kind_once_and_more_than_none(nonsense: Seats) -> None:
    given(ORDER).when(register(nonsense)).then_refused(InvalidCommand)
    given(ORDER, *placed(ONE)).when(register(nonsense)).then_refused(InvalidCommand)


def test_an_order_has_a_hundred_seats_at_most_of_all_kinds_together() -> None:
    most, too_many = seats(general=60, workshop=40), seats(general=60, workshop=41)
    given(ORDER).when(register(most)).then(*placed(most))
    given(ORDER).when(register(too_many)).then_refused_because("too-many-seats")
    given(ORDER, *placed(ONE)).when(register(most)).then(*updated(most))
    given(ORDER, *placed(ONE)).when(register(too_many)).then_refused_because("too-many-seats")


def test_an_order_of_more_seats_from_before_that_was_a_rule_goes_on() -> None:
    more = seats(general=101)
    history = (*placed(more), reservation_completed(more))
    given(ORDER, *history).when(orders.confirm(101 * 199_00)).then(confirmed(more))
    given(ORDER, *history).when(register(TWO)).then(*updated(TWO))


def test_a_seat_without_a_price_cannot_be_ordered() -> None:
    unknown = orders.of({UNKNOWN_SEAT_TYPE: 1})
    given(ORDER).when(register(unknown)).then_refused(InvalidCommand)
    given(ORDER, *placed(ONE)).when(register(unknown)).then_refused(InvalidCommand)


def test_other_seats_are_priced_anew_and_count_as_the_next_revision() -> None:
    given(ORDER, *placed(ONE)).when(register(TWO)).then(*updated(TWO, revision=2))
    given(ORDER, *placed(ONE), *updated(TWO)).when(register(ONE)).then(*updated(ONE, revision=3))


def test_changing_an_order_does_not_give_it_more_time() -> None:
    late = NOW + timedelta(minutes=14)
    (order_updated, _) = given(ORDER, *placed(ONE)).when(register(TWO), now=late).events()
    assert order_updated.reservation_auto_expiration == NOW + timedelta(seconds=EXPIRY_SECONDS)


@pytest.mark.parametrize("late", [timedelta(), timedelta(minutes=10)])
def test_an_order_whose_time_is_up_is_not_changed_but_keeps_what_it_has(late: timedelta) -> None:
    held = (*placed(TWO), reservation_completed(TWO))
    given(ORDER, *held).when(register(ONE), now=EXPIRES + late).then_refused_because("order-expired")
    given(ORDER, *held).when(register(TWO), now=EXPIRES + late).then_nothing()
    given(ORDER, *held).when(orders.confirm(448_00), now=EXPIRES + late).then(confirmed(TWO))


def test_a_changed_order_is_charged_at_the_prices_of_the_change() -> None:
    dearer = tuple(replace(price, unit_price=price.unit_price * 2) for price in PRICES)
    (_, totals) = given(ORDER, *placed(ONE)).when(register(ONE, prices=dearer)).events()
    assert totals.total == 398_00


def test_an_order_cannot_move_to_another_conference() -> None:
    given(ORDER, *placed(ONE)).when(register(TWO, conference_id=ANOTHER_CONFERENCE)).then_refused(InvalidCommand)


def test_a_changed_order_waits_for_its_reservation_again() -> None:
    order = given(ORDER, *placed(ONE), reservation_completed(ONE)).when(register(TWO)).state_after()
    assert (order.state, order.reserved, order.seats) == (OrderState.PENDING_RESERVATION, (), TWO)


def test_asking_again_for_the_seats_that_are_held_changes_nothing() -> None:
    given(ORDER, *placed(TWO), reservation_completed(TWO)).when(register(TWO)).then_nothing()


def test_a_partially_reserved_order_can_ask_again_for_all_it_wanted() -> None:
    three = seats(general=3)
    partially = orders.partially_reserved(seats(general=2))
    given(ORDER, *placed(three), *partially).when(register(three)).then(*updated(three))


def test_a_partially_reserved_order_can_be_changed_to_what_could_be_had() -> None:
    partially = orders.partially_reserved(seats(general=2))
    given(ORDER, *placed(seats(general=3)), *partially).when(register(seats(general=2))).then(
        *updated(seats(general=2))
    )


def test_a_confirmed_order_is_not_changed() -> None:
    given(ORDER, *placed(ONE), reservation_completed(ONE), confirmed(ONE)).when(register(TWO)).then_refused_because(
        "order-settled"
    )


def test_an_expired_order_is_not_changed() -> None:
    given(ORDER, *placed(ONE), expired()).when(register(TWO)).then_refused_because("order-expired")


def test_who_registers_is_said_once_and_may_be_corrected() -> None:
    jane, john = (AssignRegistrantDetails(order_id=ORDER_ID, registrant=who) for who in (JANE, JOHN))
    given(ORDER, *placed(ONE)).when(jane).then(registrant_assigned(JANE))
    given(ORDER, *placed(ONE), registrant_assigned(JANE)).when(jane).then_nothing()
    given(ORDER, *placed(ONE), registrant_assigned(JANE)).when(john).then(registrant_assigned(JOHN))
    given(ORDER, *placed(ONE), registrant_assigned(JANE), registrant_assigned(JOHN)).when(jane).then(
        registrant_assigned(JANE)
    )


def test_who_registers_can_still_be_corrected_once_the_order_is_confirmed() -> None:
    john = AssignRegistrantDetails(order_id=ORDER_ID, registrant=JOHN)
    given(ORDER, *placed(ONE), registrant_assigned(JANE), reservation_completed(ONE), confirmed(ONE)).when(john).then(
        registrant_assigned(JOHN)
    )


def test_nobody_registers_for_an_expired_order() -> None:
    jane = AssignRegistrantDetails(order_id=ORDER_ID, registrant=JANE)
    given(ORDER, *placed(ONE), expired()).when(jane).then_refused_because("order-expired")


@pytest.mark.parametrize(
    "command",
    [
        orders.mark_reserved(ONE),
        AssignRegistrantDetails(order_id=ORDER_ID, registrant=JANE),
        orders.confirm(),
        orders.confirm(199_00),
        RejectOrder(order_id=ORDER_ID),
        orders.reinstate(199_00, ONE),
        RequireRefund(order_id=ORDER_ID, paid=orders.paid(199_00)),
    ],
    ids=lambda command: type(command).__name__,
)
def test_without_an_order_there_is_nothing_to_command(command: object) -> None:
    given(ORDER).when(command).then_refused(NotFound)


def test_an_order_stored_before_revisions_existed_is_its_first() -> None:
    fields = {field: getattr(placed(ONE)[0], field) for field in OrderPlaced.__slots__ if field != "revision"}
    assert OrderPlaced(**fields).revision == 1
