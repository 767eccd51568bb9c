"""Seats as the registration context counts and prices them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from domain.kernel.money import Money

MOST_SEATS_OF_A_KIND = 20
"""In one order."""

MOST_SEATS = 100
"""In one order. Read models keep all of its seats, and who sits there, in one document, which may not pass 1 MB however
long the names are, in any script."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatQuantity:
    """So many seats of a kind; negative only where it is a change."""

    seat_type: UUID
    quantity: int


Seats = tuple[SeatQuantity, ...]
"""At most one entry per seat type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPrice:
    """What a seat of this type is called and costs at the moment it is ordered."""

    seat_type: UUID
    description: str
    unit_price: Money


def by_type(seats: Iterable[SeatQuantity]) -> dict[UUID, int]:
    """Quantities by seat type."""
    return {seat.seat_type: seat.quantity for seat in seats}


def after_change(quantities: dict[UUID, int], changes: Seats) -> dict[UUID, int]:
    """Quantities by seat type once `changes` are added to them."""
    return quantities | {change.seat_type: quantities.get(change.seat_type, 0) + change.quantity for change in changes}


def as_seats(quantities: Mapping[UUID, int]) -> Seats:
    """The other way round, zero entries left out."""
    return tuple(SeatQuantity(seat_type=seat_type, quantity=n) for seat_type, n in quantities.items() if n)
