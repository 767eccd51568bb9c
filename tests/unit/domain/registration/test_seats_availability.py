"""SeatsAvailability: how many seats are left, and who holds the others."""

from uuid import UUID

import pytest

from domain.kernel.errors import InvalidCommand
from domain.registration.seats_availability import SEATS_AVAILABILITY as SEATS
from domain.registration.seats_availability import PendingReservation
from tests.support.availability import (
    add,
    cancel,
    cancelled,
    changed,
    commit,
    committed,
    remove,
    reserve,
    reserved,
)
from tests.support.given_when_then import given
from tests.support.orders import of
from tests.support.vocabulary import (
    ANOTHER_ORDER_ID,
    COCKTAIL,
    GENERAL,
    NOW,
    ORDER_ID,
    UNKNOWN_SEAT_TYPE,
    WORKSHOP,
    seats,
)

TEN = changed(seats(general=10))

# What the organizer offers


def test_seats_are_added() -> None:
    given(SEATS).when(add(10)).then(changed(seats(general=10)))
    assert given(SEATS, TEN).when(add(5)).state_after().remaining == {GENERAL: 15}


def test_a_kind_of_which_there_are_none_yet_is_known_and_sold_out() -> None:
    given(SEATS, changed(seats(general=0))).when(reserve(seats(general=1))).then(reserved(()))


def test_seats_are_removed() -> None:
    given(SEATS, TEN).when(remove(4)).then(changed(seats(general=-4)))


def test_removing_more_than_are_left_leaves_a_debt_and_takes_nobody_s_seat() -> None:
    result = given(SEATS, TEN, reserved(seats(general=8))).when(remove(5))
    result.then(changed(seats(general=-5)))
    state = result.state_after()
    assert state.remaining == {GENERAL: -3}
    assert state.pending[ORDER_ID].seats == seats(general=8)


def test_a_debt_offers_nothing_and_is_paid_back_by_cancellations_first() -> None:
    in_debt = (TEN, reserved(seats(general=8)), changed(seats(general=-5)))
    given(SEATS, *in_debt).when(reserve(seats(general=1), reservation=ANOTHER_ORDER_ID)).then(
        reserved((), reservation=ANOTHER_ORDER_ID)
    )
    paid_back = (*in_debt, cancelled(seats(general=8)))
    given(SEATS, *paid_back).when(reserve(seats(general=6), reservation=ANOTHER_ORDER_ID)).then(
        reserved(seats(general=5), reservation=ANOTHER_ORDER_ID)
    )


def test_a_reservation_keeps_what_it_holds_while_there_is_a_debt() -> None:
    in_debt = (TEN, reserved(seats(general=8)), changed(seats(general=-5)))
    given(SEATS, *in_debt).when(reserve(seats(general=9), attempt=2)).then(
        reserved(seats(general=8), change=(), attempt=2)
    )


def test_seats_of_an_unknown_kind_are_not_removed() -> None:
    given(SEATS, TEN).when(remove(1, UNKNOWN_SEAT_TYPE)).then_refused(InvalidCommand)


# Reserve


def test_what_is_asked_for_is_held_while_there_is_enough() -> None:
    result = given(SEATS, TEN).when(reserve(seats(general=3)))
    result.then(reserved(seats(general=3), change=seats(general=-3)))
    state = result.state_after()
    assert state.remaining == {GENERAL: 7}
    assert dict(state.pending) == {ORDER_ID: PendingReservation(seats=seats(general=3), attempt=1)}


def test_what_is_left_is_held_where_there_is_not_enough() -> None:
    given(SEATS, TEN, changed(seats(workshop=1))).when(reserve(seats(general=2, workshop=2))).then(
        reserved(seats(general=2, workshop=1))
    )


def test_eighteen_of_twenty_are_taken_and_three_asked_for_so_two_are_held() -> None:
    history = (changed(seats(general=20)), reserved(seats(general=18), reservation=ANOTHER_ORDER_ID))
    given(SEATS, *history).when(reserve(seats(general=3))).then(reserved(seats(general=2)))


def test_kinds_that_are_sold_out_are_left_out() -> None:
    history = (changed(seats(general=0)), changed(seats(workshop=5)))
    given(SEATS, *history).when(reserve(seats(general=2, workshop=2))).then(reserved(seats(workshop=2)))


def test_a_reservation_that_got_nothing_holds_nothing() -> None:
    result = given(SEATS, changed(seats(general=0))).when(reserve(seats(general=2)))
    result.then(reserved((), change=()))
    assert dict(result.state_after().pending) == {}


def test_seats_of_an_unknown_kind_cannot_be_reserved_and_nothing_else_is_held() -> None:
    wanted = (*seats(general=1), *of({UNKNOWN_SEAT_TYPE: 1}))
    given(SEATS, TEN).when(reserve(wanted)).then_refused(InvalidCommand)


def test_every_unknown_kind_is_named() -> None:
    with pytest.raises(InvalidCommand, match=f"{WORKSHOP}, {UNKNOWN_SEAT_TYPE}"):
        given(SEATS, TEN).when(reserve(of({UNKNOWN_SEAT_TYPE: 1, GENERAL: 1, WORKSHOP: 1}))).events()


def test_kinds_of_which_none_are_wanted_are_left_out() -> None:
    given(SEATS, TEN, changed(seats(workshop=5))).when(reserve(seats(general=0, workshop=2))).then(
        reserved(seats(workshop=2))
    )


def test_fewer_than_no_seats_cannot_be_reserved() -> None:
    given(SEATS, TEN).when(reserve(seats(general=-2))).then_refused(InvalidCommand)


# Reserve again


def test_asking_again_changes_what_is_left_by_the_difference_only() -> None:
    history = (TEN, reserved(seats(general=6)))
    given(SEATS, *history).when(reserve(seats(general=8), attempt=2)).then(
        reserved(seats(general=8), change=seats(general=-2), attempt=2)
    )
    given(SEATS, *history).when(reserve(seats(general=1), attempt=2)).then(
        reserved(seats(general=1), change=seats(general=5), attempt=2)
    )
    given(SEATS, *history).when(reserve(seats(general=6), attempt=2)).then(
        reserved(seats(general=6), change=(), attempt=2)
    )


def test_asking_again_counts_what_is_held_as_hers() -> None:
    given(SEATS, TEN, reserved(seats(general=6))).when(reserve(seats(general=12), attempt=2)).then(
        reserved(seats(general=10), change=seats(general=-4), attempt=2)
    )


def test_asking_for_another_kind_gives_the_first_kind_back() -> None:
    history = (TEN, changed(seats(workshop=5)), changed(seats(cocktail=5)), reserved(seats(general=6, cocktail=1)))
    result = given(SEATS, *history).when(reserve(seats(workshop=2, cocktail=1), attempt=2))
    result.then(reserved(seats(workshop=2, cocktail=1), change=seats(general=6, workshop=-2), attempt=2))
    assert result.state_after().remaining == {GENERAL: 10, WORKSHOP: 3, COCKTAIL: 4}


def test_asking_again_for_what_is_sold_out_ends_the_reservation() -> None:
    history = (TEN, changed(seats(workshop=0)), reserved(seats(general=6)))
    result = given(SEATS, *history).when(reserve(seats(workshop=1), attempt=2))
    result.then(reserved((), change=seats(general=6), attempt=2))
    assert dict(result.state_after().pending) == {}


@pytest.mark.parametrize("attempt", [1, 2])
def test_an_attempt_that_was_overtaken_on_its_way_changes_nothing(attempt: int) -> None:
    history = (TEN, reserved(seats(general=6), attempt=2))
    given(SEATS, *history).when(reserve(seats(general=9), attempt=attempt)).then_nothing()


# Commit and cancel


def test_held_seats_are_sold() -> None:
    result = given(SEATS, TEN, reserved(seats(general=6))).when(commit())
    result.then(committed())
    state = result.state_after()
    assert (state.remaining, dict(state.pending)) == ({GENERAL: 4}, {})


def test_held_seats_are_given_back() -> None:
    result = given(SEATS, TEN, reserved(seats(general=6))).when(cancel())
    result.then(cancelled(seats(general=6)))
    state = result.state_after()
    assert (state.remaining, dict(state.pending)) == ({GENERAL: 10}, {})


@pytest.mark.parametrize("command", [commit(), cancel()], ids=["commit", "cancel"])
def test_an_unknown_reservation_is_neither_sold_nor_given_back(command) -> None:
    given(SEATS).when(command).then_nothing()
    given(SEATS, TEN, reserved(seats(general=1), reservation=ANOTHER_ORDER_ID)).when(command).then_nothing()


@pytest.mark.parametrize("end", [committed(), cancelled(seats(general=6))], ids=["sold", "given back"])
@pytest.mark.parametrize("command", [commit(), cancel()], ids=["commit", "cancel"])
def test_a_reservation_ends_once(command, end) -> None:
    given(SEATS, TEN, reserved(seats(general=6)), end).when(command).then_nothing()


def test_giving_back_what_was_reserved_anew_since_changes_nothing() -> None:
    history = (TEN, reserved(seats(general=6), attempt=2))
    given(SEATS, *history).when(cancel(attempt=1)).then_nothing()
    given(SEATS, *history).when(cancel(attempt=2)).then(cancelled(seats(general=6)))
    given(SEATS, *history).when(cancel(attempt=3)).then(cancelled(seats(general=6)))


def test_reservations_do_not_touch_each_other() -> None:
    history = (TEN, reserved(seats(general=2)), reserved(seats(general=3), reservation=ANOTHER_ORDER_ID))
    state = given(SEATS, *history).when(commit()).state_after()
    assert dict(state.pending) == {ANOTHER_ORDER_ID: PendingReservation(seats=seats(general=3), attempt=1)}
    assert state.remaining == {GENERAL: 5}


# Quotas of the acceptance tests


def ask_one_after_another(quotas: dict, wanted, registrants: int) -> tuple[int, int]:
    """How many of them were reserved in full, and how many in part or not at all."""
    state = SEATS.initial
    for seat_type, quantity in quotas.items():
        state = SEATS.fold(state, (changed(of({seat_type: quantity})),))
    complete = 0
    for number in range(registrants):
        command = reserve(wanted, reservation=UUID(int=number))
        events = SEATS.decide(command, state, NOW)
        complete += events[0].reservation_details == wanted
        state = SEATS.fold(state, events)
    return complete, registrants - complete


@pytest.mark.parametrize(
    ("quotas", "wanted", "registrants", "complete", "partial"),
    [
        ({GENERAL: 10}, seats(general=1), 20, 10, 10),
        ({GENERAL: 4}, seats(general=2), 4, 2, 2),
        ({GENERAL: 200}, seats(general=2), 200, 100, 100),
        ({WORKSHOP: 200, GENERAL: 100}, seats(workshop=1, general=2), 200, 50, 150),
    ],
)
def test_a_quota_serves_exactly_as_many_as_it_can(quotas, wanted, registrants, complete, partial) -> None:
    assert ask_one_after_another(quotas, wanted, registrants) == (complete, partial)
