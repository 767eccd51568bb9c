"""Read models of orders, as pure functions of events: the registrant's order, how to find it again, and its seats."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.kernel.messages import RecordedEvent
from domain.kernel.money import Money
from domain.kernel.views import View
from domain.registration.order import ORDER, OrderState
from domain.registration.order_messages import (
    OrderConfirmed,
    OrderEvent,
    OrderExpired,
    OrderPartiallyReserved,
    OrderPlaced,
    OrderRefundRequired,
    OrderRegistrantAssigned,
    OrderRegistrantForgotten,
    OrderReinstated,
    OrderReservationCompleted,
    OrderTotalsCalculated,
    OrderUpdated,
)
from domain.registration.personal_info import PersonalInfo
from domain.registration.pricing import OrderLine
from domain.registration.seat_assignments import (
    SEAT_ASSIGNMENTS,
    SeatAssigned,
    SeatAssignmentsCreated,
    SeatAssignmentUpdated,
    SeatUnassigned,
    assignments_id,
)
from domain.registration.seats import Seats, by_type


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineView:
    """One kind of seat: as asked for, and (None while nobody knows) as held."""

    seat_type: UUID
    description: str
    requested_quantity: int
    reserved_quantity: int | None
    unit_price: Money
    line_total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """The order as its registrant sees it. `version` is that of the order's stream.

    `refund_due` says that money was taken that buys nothing, and `refund_amount` how much, of all such payments.
    """

    order_id: UUID
    conference_id: UUID
    conference_code: str
    access_code: str
    state: OrderState
    version: int
    reservation_expires_at: datetime | None
    lines: tuple[OrderLineView, ...] = ()
    total: Money = 0
    is_free_of_charge: bool = False
    registrant: PersonalInfo | None = None
    assignments_id: UUID | None = None
    refund_due: bool = False
    refund_amount: Money = 0
    registrant_forgotten: bool = False


def evolve_order(view: OrderView | None, recorded: RecordedEvent[Any]) -> OrderView | None:
    """The registrant's order after an event of the Order."""
    event = recorded.message
    if isinstance(event, OrderPlaced):
        return OrderView(
            order_id=event.order_id,
            conference_id=event.conference_id,
            conference_code=event.conference_code,
            access_code=event.access_code,
            state=OrderState.PENDING_RESERVATION,
            version=recorded.version,
            reservation_expires_at=event.reservation_auto_expiration,
            lines=_requested(event.seats),
        )
    return view and replace(_evolve_placed(view, event), version=recorded.version)


def _evolve_placed(view: OrderView, event: OrderEvent) -> OrderView:
    match event:
        case OrderUpdated(seats=seats):
            return replace(view, state=OrderState.PENDING_RESERVATION, lines=_requested(seats))
        case OrderTotalsCalculated(lines=lines, total=total, is_free_of_charge=free):
            return replace(view, lines=_priced(view.lines, lines), total=total, is_free_of_charge=free)
        case OrderReservationCompleted(seats=seats) | OrderReinstated(seats=seats):
            return replace(view, state=OrderState.RESERVATION_COMPLETED, lines=_reserved(view.lines, seats))
        case OrderPartiallyReserved(seats=seats):
            return replace(view, state=OrderState.PARTIALLY_RESERVED, lines=_reserved(view.lines, seats))
        case OrderRegistrantAssigned(registrant=registrant):
            return replace(view, registrant=registrant)
        case OrderRegistrantForgotten():
            return replace(view, registrant=None, registrant_forgotten=True)
        case OrderConfirmed():
            return replace(
                view,
                state=OrderState.CONFIRMED,
                reservation_expires_at=None,
                assignments_id=assignments_id(view.order_id),
            )
        case OrderExpired():
            return replace(view, state=OrderState.REJECTED, reservation_expires_at=None)
        case OrderRefundRequired(amount=amount):
            return replace(view, refund_due=True, refund_amount=view.refund_amount + amount)
        case _:
            return view


def _requested(seats: Seats) -> tuple[OrderLineView, ...]:
    """Lines that OrderTotalsCalculated, in the same commit, will price."""
    return tuple(
        OrderLineView(
            seat_type=seat.seat_type,
            description="",
            requested_quantity=seat.quantity,
            reserved_quantity=None,
            unit_price=0,
            line_total=0,
        )
        for seat in seats
    )


def _priced(lines: tuple[OrderLineView, ...], totals: tuple[OrderLine, ...]) -> tuple[OrderLineView, ...]:
    priced = {line.seat_type: line for line in totals}
    return tuple(
        replace(line, description=new.description, unit_price=new.unit_price, line_total=new.line_total)
        if (new := priced.get(line.seat_type))
        else replace(line, line_total=0)
        for line in lines
    )


def _reserved(lines: tuple[OrderLineView, ...], seats: Seats) -> tuple[OrderLineView, ...]:
    held = by_type(seats)
    return tuple(replace(line, reserved_quantity=held.get(line.seat_type, 0)) for line in lines)


ORDERS = View(
    name="orders",
    document=OrderView,
    sources=(ORDER.category,),
    key=lambda event: str(event.order_id),
    evolve=evolve_order,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLocation:
    """Where an access code leads. Whose order it is, the order itself says."""

    order_id: UUID


def evolve_location(view: OrderLocation | None, recorded: RecordedEvent[Any]) -> OrderLocation | None:
    """An order can be looked for from the moment it is placed."""
    event = recorded.message
    return OrderLocation(order_id=event.order_id) if isinstance(event, OrderPlaced) else view


ORDER_LOCATIONS = View(
    name="orderlocations",
    document=OrderLocation,
    sources=(ORDER.category,),
    only=OrderPlaced,
    key=lambda event: f"{event.access_code}/{event.order_id}",
    evolve=evolve_location,
)
"""Access codes are not unique: a partition may list several orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """One seat, and who sits there."""

    position: int
    seat_type: UUID
    seat_name: str
    attendee: PersonalInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentsView:
    """The seats of a confirmed order, by position."""

    assignments_id: UUID
    order_id: UUID
    seats: tuple[SeatView, ...]


def evolve_assignments(view: AssignmentsView | None, recorded: RecordedEvent[Any]) -> AssignmentsView | None:
    """The seats of an order after an event of its SeatAssignments."""
    event = recorded.message
    if isinstance(event, SeatAssignmentsCreated):
        return AssignmentsView(assignments_id=event.assignments_id, order_id=event.order_id, seats=seats_created(event))
    return view and replace(view, seats=seats_after(view.seats, event))


def seats_created(event: SeatAssignmentsCreated) -> tuple[SeatView, ...]:
    """Seats with nobody on them."""
    return tuple(
        SeatView(position=seat.position, seat_type=seat.seat_type, seat_name=seat.seat_name) for seat in event.seats
    )


def seats_after(seats: tuple[SeatView, ...], event: Any) -> tuple[SeatView, ...]:
    """The seats after somebody was seated, renamed or unseated."""
    match event:
        case (
            SeatAssigned(position=position, attendee=attendee)
            | SeatAssignmentUpdated(position=position, attendee=attendee)
        ):
            return _seated(seats, position, attendee)
        case SeatUnassigned(position=position):
            return _seated(seats, position, None)
        case _:
            return seats


def _seated(seats: tuple[SeatView, ...], position: int, attendee: PersonalInfo | None) -> tuple[SeatView, ...]:
    return tuple(replace(seat, attendee=attendee) if seat.position == position else seat for seat in seats)


ASSIGNMENTS = View(
    name="assignments",
    document=AssignmentsView,
    sources=(SEAT_ASSIGNMENTS.category,),
    key=lambda event: str(event.order_id),
    evolve=evolve_assignments,
)
