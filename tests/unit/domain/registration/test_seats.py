"""Quantities of seats by type, and back."""

from domain.registration.seats import as_seats, by_type
from tests.support.vocabulary import COCKTAIL, GENERAL, WORKSHOP, seats


def test_seats_are_counted_by_type() -> None:
    assert by_type(seats(general=3, workshop=0, cocktail=-1)) == {GENERAL: 3, WORKSHOP: 0, COCKTAIL: -1}


def test_quantities_are_written_without_zero_entries_in_their_order() -> None:
    assert as_seats({COCKTAIL: -1, WORKSHOP: 0, GENERAL: 3}) == seats(cocktail=-1, general=3)
