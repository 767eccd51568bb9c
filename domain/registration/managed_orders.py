"""The organizer's read model of orders: who ordered, what it came to, and who sits where."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.kernel.messages import RecordedEvent
from domain.kernel.money import Money
from domain.kernel.views import View
from domain.registration.order import ORDER
from domain.registration.order_messages import (
    OrderConfirmed,
    OrderExpired,
    OrderPlaced,
    OrderRefundRequired,
    OrderRegistrantAssigned,
    OrderRegistrantForgotten,
    OrderTotalsCalculated,
)
from domain.registration.order_views import SeatView, seats_after, seats_created
from domain.registration.personal_info import PersonalInfo
from domain.registration.seat_assignments import SEAT_ASSIGNMENTS, SeatAssignmentsCreated


class ManagedOrderStatus(StrEnum):
    """What the organizer needs to know of an order's state."""

    PENDING = "pending"
    PAID = "paid"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedOrder:
    """One order of the conference.

    `refund_due` says that money was taken that buys nothing, and `refund_amount` how much, of all such payments.
    """

    order_id: UUID
    conference_id: UUID
    placed_at: datetime
    access_code: str
    status: ManagedOrderStatus = ManagedOrderStatus.PENDING
    total: Money = 0
    registrant: PersonalInfo | None = None
    seats: tuple[SeatView, ...] = ()
    refund_due: bool = False
    refund_amount: Money = 0
    registrant_forgotten: bool = False


def evolve_managed_order(view: ManagedOrder | None, recorded: RecordedEvent[Any]) -> ManagedOrder | None:
    """The organizer's order after an event of the Order or of its SeatAssignments."""
    event = recorded.message
    if isinstance(event, OrderPlaced):
        return ManagedOrder(
            order_id=event.order_id,
            conference_id=event.conference_id,
            placed_at=recorded.time,
            access_code=event.access_code,
        )
    if view is None:
        return None
    match event:
        case OrderTotalsCalculated(total=total):
            return replace(view, total=total)
        case OrderRegistrantAssigned(registrant=registrant):
            return replace(view, registrant=registrant)
        case OrderRegistrantForgotten():
            return replace(view, registrant=None, registrant_forgotten=True)
        case OrderConfirmed():
            return replace(view, status=ManagedOrderStatus.PAID)
        case OrderExpired():
            return replace(view, status=ManagedOrderStatus.EXPIRED)
        case OrderRefundRequired(amount=amount):
            return replace(view, refund_due=True, refund_amount=view.refund_amount + amount)
        case SeatAssignmentsCreated():
            return replace(view, seats=seats_created(event))
        case _:
            return replace(view, seats=seats_after(view.seats, event))


_END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)


def newest_first(placed_at: datetime, order_id: UUID) -> str:
    """A row that sorts later orders first; those of one millisecond stand in any order."""
    return f"{int((_END_OF_TIME - placed_at).total_seconds() * 1000):015d}-{order_id}"


MANAGED_ORDERS = View(
    name="managedorders",
    document=ManagedOrder,
    sources=(ORDER.category, SEAT_ASSIGNMENTS.category),
    key=lambda event: str(event.order_id),
    evolve=evolve_managed_order,
    founded_by=lambda event: ORDER.stream_id(event.order_id),
    listed_at=lambda order: (str(order.conference_id), newest_first(order.placed_at, order.order_id)),
)
