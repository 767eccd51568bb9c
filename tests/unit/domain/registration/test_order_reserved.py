"""MarkSeatsAsReserved: the order learns what it got, in full or in part."""

import pytest

from domain.registration.order import ORDER, OrderState
from tests.support.given_when_then import given
from tests.support.orders import (
    confirmed,
    expired,
    mark_reserved,
    partially_reserved,
    placed,
    reservation_completed,
    totals,
    updated,
)
from tests.support.vocabulary import seats

THREE = seats(general=3)
BOTH = seats(general=2, workshop=1)


def test_all_seats_complete_the_reservation() -> None:
    given(ORDER, *placed(BOTH)).when(mark_reserved(BOTH)).then(reservation_completed(BOTH))


def test_eighteen_of_twenty_are_taken_and_three_asked_for_so_two_are_offered_for_398() -> None:
    result = given(ORDER, *placed(THREE)).when(mark_reserved(seats(general=2)))
    result.then(*partially_reserved(seats(general=2)))
    order = result.state_after()
    assert (order.state, order.total, order.seats) == (OrderState.PARTIALLY_RESERVED, 398_00, THREE)


@pytest.mark.parametrize("got", [seats(general=2), seats(workshop=1), seats(general=1, workshop=1), ()])
def test_fewer_of_any_kind_are_a_partial_reservation(got) -> None:
    given(ORDER, *placed(BOTH)).when(mark_reserved(got)).then(*partially_reserved(got))


def test_a_sold_out_order_costs_nothing_but_is_not_free_for_that() -> None:
    order = given(ORDER, *placed(THREE)).when(mark_reserved(())).state_after()
    assert (order.total, order.state) == (0, OrderState.PARTIALLY_RESERVED)


@pytest.mark.parametrize("events", [[reservation_completed(BOTH)], partially_reserved(BOTH)])
def test_the_same_reservation_twice_is_no_news(events) -> None:
    asked_for = BOTH if len(events) == 1 else seats(general=4, workshop=1)
    given(ORDER, *placed(asked_for), *events).when(mark_reserved(BOTH)).then_nothing()


def test_more_seats_than_the_first_time_complete_the_reservation_at_their_price() -> None:
    result = given(ORDER, *placed(THREE), *partially_reserved(seats(general=2))).when(mark_reserved(THREE))
    result.then(reservation_completed(THREE), totals(THREE))
    order = result.state_after()
    assert order.state is OrderState.RESERVATION_COMPLETED
    assert order.total == 597_00


def test_a_reservation_for_seats_she_no_longer_asks_for_is_no_news() -> None:
    given(ORDER, *placed(THREE), *updated(BOTH)).when(mark_reserved(THREE, revision=1)).then_nothing()
    given(ORDER, *placed(THREE), *updated(BOTH)).when(mark_reserved(BOTH, revision=2)).then(reservation_completed(BOTH))


def test_a_partial_reservation_of_a_changed_order_is_priced_as_the_change_was() -> None:
    got = seats(workshop=1)
    given(ORDER, *placed(THREE), *updated(BOTH)).when(mark_reserved(got, revision=2)).then(*partially_reserved(got))


def test_kinds_left_out_by_a_partial_reservation_keep_their_price() -> None:
    history = (*placed(BOTH), *partially_reserved(seats(workshop=1)))
    given(ORDER, *history).when(mark_reserved(seats(general=1))).then(*partially_reserved(seats(general=1)))


@pytest.mark.parametrize("end", [confirmed(THREE), expired()], ids=["confirmed", "expired"])
def test_a_reservation_for_an_order_that_is_over_is_no_news(end) -> None:
    given(ORDER, *placed(THREE), reservation_completed(THREE), end).when(mark_reserved(THREE)).then_nothing()
    given(ORDER, *placed(THREE), reservation_completed(THREE), end).when(mark_reserved(())).then_nothing()
