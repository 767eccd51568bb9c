"""What orders cost: general admission 199, CQRS workshop 500, additional cocktail party 50."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.errors import InvalidCommand
from domain.kernel.money import format_money
from domain.registration.pricing import OrderLine, calculate_total
from domain.registration.seats import SeatPrice, as_seats
from tests.support.orders import of
from tests.support.vocabulary import COCKTAIL, GENERAL, PRICES, UNIT_PRICES, UNKNOWN_SEAT_TYPE, seats


@pytest.mark.parametrize(
    ("general", "workshop", "cocktail", "total"),
    [
        (1, 0, 1, "249.00"),
        (1, 1, 1, "749.00"),
        (3, 1, 2, "1197.00"),
        (2, 0, 2, "498.00"),
        (2, 0, 0, "398.00"),
    ],
)
def test_the_totals_of_the_acceptance_tests(general: int, workshop: int, cocktail: int, total: str) -> None:
    asked_for = seats(general=general, workshop=workshop, cocktail=cocktail)
    assert format_money(calculate_total(asked_for, PRICES).total) == total


def test_a_free_seat_costs_nothing_and_others_their_price() -> None:
    hundred = SeatPrice(seat_type=GENERAL, description="General admission", unit_price=100_00)
    free = SeatPrice(seat_type=COCKTAIL, description="Free seat", unit_price=0)
    assert calculate_total(seats(cocktail=1), [free]).total == 0
    assert calculate_total(seats(cocktail=2, general=3), [free, hundred]).total == 300_00


def test_each_kind_of_seat_is_a_line_with_its_name_price_and_sum() -> None:
    priced = calculate_total(seats(general=3, cocktail=1), PRICES)
    assert priced.lines == (
        OrderLine(
            seat_type=GENERAL,
            description="General admission",
            unit_price=199_00,
            quantity=3,
            line_total=597_00,
        ),
        OrderLine(
            seat_type=COCKTAIL,
            description="Additional cocktail party",
            unit_price=50_00,
            quantity=1,
            line_total=50_00,
        ),
    )


def test_no_seats_cost_nothing() -> None:
    total = calculate_total((), PRICES)
    assert (total.lines, total.total) == ((), 0)


def test_seats_without_a_price_are_named_and_refused() -> None:
    with pytest.raises(InvalidCommand, match=f"{COCKTAIL}, {UNKNOWN_SEAT_TYPE}"):
        calculate_total((*seats(general=1, cocktail=1), *of({UNKNOWN_SEAT_TYPE: 1})), PRICES[:2])


@given(st.dictionaries(st.sampled_from(sorted(UNIT_PRICES)), st.integers(0, 20)))
def test_a_total_is_the_sum_of_its_lines_to_the_cent(quantities) -> None:
    asked_for = as_seats(quantities)
    priced = calculate_total(asked_for, PRICES)
    assert priced.total == sum(UNIT_PRICES[seat_type] * quantity for seat_type, quantity in quantities.items())
    assert priced.total == sum(line.unit_price * line.quantity for line in priced.lines)
    assert tuple((line.seat_type, line.quantity) for line in priced.lines) == tuple(
        (seat.seat_type, seat.quantity) for seat in asked_for
    )
