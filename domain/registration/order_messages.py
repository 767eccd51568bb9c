"""The words of the Order: its events and commands.

WARNING: events are stored for ever. Add fields with defaults; for anything else make a new version and an upcaster.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.kernel.money import Money
from domain.registration.personal_info import PersonalInfo
from domain.registration.pricing import OrderLine
from domain.registration.seats import SeatPrice, Seats

# Events


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced:
    """A registrant asked for seats. `revision` counts how often she has said which: 1."""

    order_id: UUID
    conference_id: UUID
    conference_code: str
    seats: Seats
    reservation_auto_expiration: datetime
    access_code: str
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderUpdated:
    """She asked for other seats."""

    order_id: UUID
    conference_id: UUID
    seats: Seats
    reservation_auto_expiration: datetime
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTotalsCalculated:
    """What it costs now."""

    order_id: UUID
    lines: tuple[OrderLine, ...]
    total: Money
    is_free_of_charge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReservationCompleted:
    """All seats are held."""

    order_id: UUID
    seats: Seats
    reservation_expiration: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPartiallyReserved:
    """Only these seats could be held."""

    order_id: UUID
    seats: Seats
    reservation_expiration: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRegistrantAssigned:
    """Who registers."""

    order_id: UUID
    registrant: PersonalInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedSeats:
    """Seats of one kind that are hers now."""

    seat_type: UUID
    seat_name: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderConfirmed:
    """Paid, or free: the seats are sold. `payment_id` is None for a free order."""

    order_id: UUID
    conference_id: UUID
    seats: tuple[ConfirmedSeats, ...]
    payment_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderExpired:
    """Not paid in time, or rejected."""

    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReinstated:
    """Paid after it had expired, and the seats could be had again. OrderConfirmed follows in the same commit."""

    order_id: UUID
    seats: Seats


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRefundRequired:
    """This payment was taken and buys nothing: it must be given back."""

    order_id: UUID
    payment_id: UUID
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRegistrantForgotten:
    """Who registered, and who sits on her seats, is to be unreadable from now on."""

    order_id: UUID


OrderEvent = (
    OrderPlaced
    | OrderUpdated
    | OrderTotalsCalculated
    | OrderReservationCompleted
    | OrderPartiallyReserved
    | OrderRegistrantAssigned
    | OrderConfirmed
    | OrderExpired
    | OrderReinstated
    | OrderRefundRequired
    | OrderRegistrantForgotten
)

# Commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterToConference:
    """Place an order, or say anew which seats. `prices` are those of the moment, for every type in `seats`."""

    order_id: UUID
    conference_id: UUID
    conference_code: str
    seats: Seats
    prices: tuple[SeatPrice, ...]
    access_code: str
    reservation_expiry_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSeatsAsReserved:
    """These seats are held for revision `revision` of the order."""

    order_id: UUID
    seats: Seats
    expiration: datetime
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignRegistrantDetails:
    """Say who registers."""

    order_id: UUID
    registrant: PersonalInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """A payment that the processor has taken."""

    payment_id: UUID
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmOrder:
    """The order is paid, or (`paid` None) needs no payment."""

    order_id: UUID
    paid: Paid | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectOrder:
    """Its time is up."""

    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinstateOrder:
    """Confirm it although it had expired: it is paid, and `seats` are held for it again."""

    order_id: UUID
    paid: Paid
    seats: Seats


@dataclass(frozen=True, slots=True, kw_only=True)
class RequireRefund:
    """The payment came too late and the seats are gone."""

    order_id: UUID
    paid: Paid


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetRegistrant:
    """Forget who registered. Seats and money stay as they are."""

    order_id: UUID


OrderCommand = (
    RegisterToConference
    | MarkSeatsAsReserved
    | AssignRegistrantDetails
    | ConfirmOrder
    | RejectOrder
    | ReinstateOrder
    | RequireRefund
    | ForgetRegistrant
)
