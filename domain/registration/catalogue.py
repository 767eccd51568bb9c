"""What is on offer, as the read models know it, and what of it an order may ask for."""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from domain.kernel.errors import DomainError, InvalidCommand, NotFound
from domain.registration.conference_view import ConferenceView
from domain.registration.order import Order, OrderState
from domain.registration.seats import MOST_SEATS_OF_A_KIND, SeatPrice, SeatQuantity, Seats, by_type


class SeatsUnavailable(DomainError):
    """More was asked for than the read model shows as left. `available` has what is left of each kind asked for."""

    def __init__(self, available: Seats) -> None:
        super().__init__("Not enough seats are left.")
        self.available = available


class UnknownSeatTypes(InvalidCommand):
    """The conference has no such kinds of seats."""

    def __init__(self, conference: str, seat_types: Sequence[UUID]) -> None:
        super().__init__(f"{conference} has no seat type {', '.join(map(str, seat_types))}.")
        self.seat_types = seat_types


class Catalogue(Protocol):
    """The published conferences."""

    async def conference(self, code: str, *, seats: Seats = ()) -> ConferenceView | None:
        """The conference, as fresh as a decision to sell `seats` needs it; None unless it is published."""

    async def name(self, code: str) -> str | None:
        """What the conference is called, published or not; None if there is none."""


def prices_of(seats: Seats, conference: ConferenceView) -> tuple[SeatPrice, ...]:
    """What `seats`, each of a known type, are called and cost now."""
    types = {seat_type.id: seat_type for seat_type in conference.seat_types}
    return tuple(
        SeatPrice(
            seat_type=seat.seat_type,
            description=types[seat.seat_type].name,
            unit_price=types[seat.seat_type].price,
        )
        for seat in seats
    )


def refuse_more_than_left(seats: Seats, conference: ConferenceView) -> None:
    """Raise UnknownSeatTypes or SeatsUnavailable unless a new order may ask for `seats`."""
    _refuse_more_than(conference.available, seats, conference)


def refuse_more_than_left_for(order: Order, seats: Seats, conference: ConferenceView) -> None:
    """The same for an order there is, which keeps what it holds.

    While its seats are being reserved, nobody knows whether the read model counts them as hers already.
    """
    under_way, held = by_type(order.seats), by_type(order.reserved)

    def left(seat_type: UUID) -> int:
        if order.state is OrderState.PENDING_RESERVATION:
            return max(conference.available(seat_type), under_way.get(seat_type, 0))
        return conference.available(seat_type) + held.get(seat_type, 0)

    _refuse_more_than(left, seats, conference)


def refuse_more_than_asked_for(order: Order, seats: Seats, code: str) -> None:
    """Raise NotFound unless it asked for all of `seats` before: its conference is published no more.

    Orders already placed go on, and keep to what they have asked for.
    """
    before = by_type(order.seats)
    if any(seat.quantity > before.get(seat.seat_type, 0) for seat in seats):
        raise NotFound(f"Conference {code!r} is not published: its orders may ask for fewer seats, but no others.")


def _refuse_more_than(left_of: Callable[[UUID], int], seats: Seats, conference: ConferenceView) -> None:
    known = {seat_type.id for seat_type in conference.seat_types}
    if unknown := [seat.seat_type for seat in seats if seat.seat_type not in known]:
        raise UnknownSeatTypes(conference.details.name, unknown)
    left = {seat.seat_type: left_of(seat.seat_type) for seat in seats}
    if any(seat.quantity > left[seat.seat_type] for seat in seats):
        available = (
            SeatQuantity(seat_type=seat_type, quantity=min(quantity, MOST_SEATS_OF_A_KIND))
            for seat_type, quantity in left.items()
        )
        raise SeatsUnavailable(tuple(available))
