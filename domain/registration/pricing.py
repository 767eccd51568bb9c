"""What an order costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from domain.kernel.errors import InvalidCommand
from domain.kernel.money import Money
from domain.registration.seats import SeatPrice, Seats


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One kind of seat on an order."""

    seat_type: UUID
    description: str
    unit_price: Money
    quantity: int
    line_total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTotal:
    """The lines of an order and their sum."""

    lines: tuple[OrderLine, ...]
    total: Money


def calculate_total(seats: Seats, prices: Iterable[SeatPrice]) -> OrderTotal:
    """Price `seats`. Raises InvalidCommand for a seat type without a price."""
    price_list = {price.seat_type: price for price in prices}
    if unknown := [str(seat.seat_type) for seat in seats if seat.seat_type not in price_list]:
        raise InvalidCommand(f"No price is known for seat type {', '.join(unknown)}.")
    lines = tuple(
        OrderLine(
            seat_type=seat.seat_type,
            description=price_list[seat.seat_type].description,
            unit_price=price_list[seat.seat_type].unit_price,
            quantity=seat.quantity,
            line_total=price_list[seat.seat_type].unit_price * seat.quantity,
        )
        for seat in seats
    )
    return OrderTotal(lines=lines, total=sum(line.line_total for line in lines))
