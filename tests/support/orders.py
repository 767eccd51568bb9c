"""The words of the Order and of its payment, for the one order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.kernel.money import Money
from domain.payments.third_party_processor_payment import (
    InitiateThirdPartyProcessorPayment,
    PaymentCompleted,
    PaymentInitiated,
    PaymentRejected,
)
from domain.registration.order_messages import (
    ConfirmedSeats,
    ConfirmOrder,
    MarkSeatsAsReserved,
    OrderConfirmed,
    OrderExpired,
    OrderPartiallyReserved,
    OrderPlaced,
    OrderRefundRequired,
    OrderRegistrantAssigned,
    OrderReinstated,
    OrderReservationCompleted,
    OrderTotalsCalculated,
    OrderUpdated,
    Paid,
    RegisterToConference,
    ReinstateOrder,
    RequireRefund,
)
from domain.registration.personal_info import PersonalInfo
from domain.registration.pricing import calculate_total
from domain.registration.seats import SeatPrice, SeatQuantity, Seats
from tests.support.vocabulary import (
    ACCESS_CODE,
    CODE,
    CONFERENCE,
    EXPIRES,
    EXPIRY_SECONDS,
    JANE,
    NAMES,
    ORDER_ID,
    PAYMENT_ID,
    PRICES,
)

Events = tuple[Any, ...]


def of(quantities: Mapping[UUID, int]) -> Seats:
    """Seats by the ids of their types."""
    return tuple(SeatQuantity(seat_type=seat_type, quantity=quantity) for seat_type, quantity in quantities.items())


def register(
    seats: Seats,
    *,
    order_id: UUID = ORDER_ID,
    conference_id: UUID = CONFERENCE,
    prices: tuple[SeatPrice, ...] = PRICES,
    expiry_seconds: int = EXPIRY_SECONDS,
) -> RegisterToConference:
    """She wants these seats."""
    return RegisterToConference(
        order_id=order_id,
        conference_id=conference_id,
        conference_code=CODE,
        seats=seats,
        prices=prices,
        access_code=ACCESS_CODE,
        reservation_expiry_seconds=expiry_seconds,
    )


def totals(seats: Seats, prices: tuple[SeatPrice, ...] = PRICES) -> OrderTotalsCalculated:
    """What `seats` cost."""
    sum_of = calculate_total(seats, prices)
    return OrderTotalsCalculated(
        order_id=ORDER_ID, lines=sum_of.lines, total=sum_of.total, is_free_of_charge=sum_of.total == 0
    )


def placed(seats: Seats) -> Events:
    """She asked for these seats."""
    order_placed = OrderPlaced(
        order_id=ORDER_ID,
        conference_id=CONFERENCE,
        conference_code=CODE,
        seats=seats,
        reservation_auto_expiration=EXPIRES,
        access_code=ACCESS_CODE,
    )
    return (order_placed, totals(seats))


def updated(seats: Seats, *, revision: int = 2) -> Events:
    """She asked for other seats."""
    order_updated = OrderUpdated(
        order_id=ORDER_ID,
        conference_id=CONFERENCE,
        seats=seats,
        reservation_auto_expiration=EXPIRES,
        revision=revision,
    )
    return (order_updated, totals(seats))


def mark_reserved(seats: Seats, *, revision: int = 1) -> MarkSeatsAsReserved:
    """These are held for her."""
    return MarkSeatsAsReserved(order_id=ORDER_ID, seats=seats, expiration=EXPIRES, revision=revision)


def reservation_completed(seats: Seats) -> OrderReservationCompleted:
    """All of them are held for her."""
    return OrderReservationCompleted(order_id=ORDER_ID, seats=seats, reservation_expiration=EXPIRES)


def partially_reserved(seats: Seats) -> Events:
    """Only these are held for her, and cost less."""
    partially = OrderPartiallyReserved(order_id=ORDER_ID, seats=seats, reservation_expiration=EXPIRES)
    return (partially, totals(seats))


def registrant_assigned(registrant: PersonalInfo = JANE) -> OrderRegistrantAssigned:
    """Who she is."""
    return OrderRegistrantAssigned(order_id=ORDER_ID, registrant=registrant)


def paid(amount: Money, payment_id: UUID = PAYMENT_ID) -> Paid:
    """Money the processor took."""
    return Paid(payment_id=payment_id, amount=amount)


def confirm(amount: Money | None = None, payment_id: UUID = PAYMENT_ID) -> ConfirmOrder:
    """It is paid with this amount, or needs no payment."""
    return ConfirmOrder(order_id=ORDER_ID, paid=None if amount is None else paid(amount, payment_id))


def reinstate(amount: Money, seats: Seats, payment_id: UUID = PAYMENT_ID) -> ReinstateOrder:
    """It was paid too late, and these seats are held again."""
    return ReinstateOrder(order_id=ORDER_ID, paid=paid(amount, payment_id), seats=seats)


def require_refund(amount: Money, payment_id: UUID = PAYMENT_ID) -> RequireRefund:
    """It was paid too late, and the seats are gone."""
    return RequireRefund(order_id=ORDER_ID, paid=paid(amount, payment_id))


def confirmed(seats: Seats, payment_id: UUID | None = PAYMENT_ID) -> OrderConfirmed:
    """They are hers."""
    return OrderConfirmed(
        order_id=ORDER_ID,
        conference_id=CONFERENCE,
        seats=tuple(
            ConfirmedSeats(seat_type=seat.seat_type, seat_name=NAMES[seat.seat_type], quantity=seat.quantity)
            for seat in seats
        ),
        payment_id=payment_id,
    )


def expired() -> OrderExpired:
    """Her time was up."""
    return OrderExpired(order_id=ORDER_ID)


def reinstated(seats: Seats) -> OrderReinstated:
    """It counts again."""
    return OrderReinstated(order_id=ORDER_ID, seats=seats)


def refund_required(amount: Money, payment_id: UUID = PAYMENT_ID) -> OrderRefundRequired:
    """This payment buys nothing."""
    return OrderRefundRequired(order_id=ORDER_ID, payment_id=payment_id, amount=amount)


def initiate_payment(
    amount: Money = 199_00, payment_id: UUID = PAYMENT_ID, *, order_id: UUID = ORDER_ID
) -> InitiateThirdPartyProcessorPayment:
    """She is about to pay."""
    return InitiateThirdPartyProcessorPayment(
        payment_id=payment_id,
        order_id=order_id,
        conference_id=CONFERENCE,
        description="Registration for CQRS summit",
        total_amount=amount,
    )


def payment_initiated(amount: Money = 199_00, payment_id: UUID = PAYMENT_ID) -> PaymentInitiated:
    """She is on her way to the processor."""
    return PaymentInitiated(
        payment_id=payment_id,
        order_id=ORDER_ID,
        conference_id=CONFERENCE,
        description="Registration for CQRS summit",
        total_amount=amount,
    )


def payment_completed(amount: Money = 199_00, payment_id: UUID = PAYMENT_ID) -> PaymentCompleted:
    """The processor took the money."""
    return PaymentCompleted(payment_id=payment_id, order_id=ORDER_ID, total_amount=amount)


def payment_rejected(payment_id: UUID = PAYMENT_ID) -> PaymentRejected:
    """The processor did not."""
    return PaymentRejected(payment_id=payment_id, order_id=ORDER_ID)
