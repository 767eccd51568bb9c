"""The Order: what a registrant asked for, what she got, what it costs, and how it ended.

The Order is the arbiter of its own end. Only OrderConfirmed makes seats sold and only OrderExpired gives them back, so
a payment and an expiry that cross on their way can never both win.
Source: CQRS Journey, Registration/Order.cs; the rules beyond it are marked.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.kernel.decider import Decider
from domain.kernel.errors import InvalidCommand, NotFound, NotPossible
from domain.kernel.money import Money
from domain.registration.order_messages import (
    AssignRegistrantDetails,
    ConfirmedSeats,
    ConfirmOrder,
    ForgetRegistrant,
    MarkSeatsAsReserved,
    OrderCommand,
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
    Paid,
    RegisterToConference,
    ReinstateOrder,
    RejectOrder,
    RequireRefund,
)
from domain.registration.personal_info import PersonalInfo
from domain.registration.pricing import OrderLine, calculate_total
from domain.registration.seats import MOST_SEATS, SeatPrice, Seats, by_type

Events = tuple[OrderEvent, ...]


class OrderState(StrEnum):
    """Where an order stands, in the words of the contract."""

    PENDING_RESERVATION = "pendingReservation"
    PARTIALLY_RESERVED = "partiallyReserved"
    RESERVATION_COMPLETED = "reservationCompleted"
    REJECTED = "rejected"
    CONFIRMED = "confirmed"


SETTLED = (OrderState.CONFIRMED, OrderState.REJECTED)
"""The ends of an order. A rejected one may still be reinstated by a late payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What decisions need. `placed` is None until there is an order."""

    placed: OrderPlaced | None = None
    state: OrderState = OrderState.PENDING_RESERVATION
    revision: int = 0
    seats: Seats = ()
    prices: tuple[SeatPrice, ...] = ()
    total: Money = 0
    reserved: Seats = ()
    registrant: PersonalInfo | None = None
    registrant_forgotten: bool = False
    payment_id: UUID | None = None
    refunds: frozenset[UUID] = frozenset()

    @property
    def is_free_of_charge(self) -> bool:
        """Nothing to pay."""
        return self.total == 0

    def has_settled(self, paid: Paid) -> bool:
        """This payment bought the order, or is to be given back. Either is for good."""
        return paid.payment_id == self.payment_id or paid.payment_id in self.refunds


def decide(command: OrderCommand, order: Order, now: datetime) -> Events:
    """What happens when `command` meets `order`. Raises NotFound, NotPossible or InvalidCommand."""
    if isinstance(command, RegisterToConference):
        return _place(command, now) if order.placed is None else _update(command, order, order.placed, now)
    if order.placed is None:
        raise NotFound(f"There is no order {command.order_id}.")
    match command:
        case MarkSeatsAsReserved():
            return _mark_reserved(command, order)
        case AssignRegistrantDetails(registrant=registrant):
            return _assign_registrant(order, order.placed, registrant)
        case ConfirmOrder(paid=paid):
            return _confirm_paid(order, order.placed, paid) if paid else _confirm_free(order, order.placed)
        case RejectOrder():
            return () if order.state in SETTLED else (OrderExpired(order_id=command.order_id),)
        case ReinstateOrder():
            return _reinstate(command, order, order.placed)
        case RequireRefund(paid=paid):
            return _require_refund(order, order.placed, paid)
        case ForgetRegistrant():
            return _forget_registrant(order, order.placed)
        case _ as unreachable:
            assert_never(unreachable)


def _place(command: RegisterToConference, now: datetime) -> Events:
    seats = asked_for(command.seats)
    placed = OrderPlaced(
        order_id=command.order_id,
        conference_id=command.conference_id,
        conference_code=command.conference_code,
        seats=seats,
        reservation_auto_expiration=now + timedelta(seconds=command.reservation_expiry_seconds),
        access_code=command.access_code,
    )
    return (placed, _totals(command.order_id, seats, command.prices))


def _update(command: RegisterToConference, order: Order, placed: OrderPlaced, now: datetime) -> Events:
    refuse_when_over(order)
    if command.conference_id != placed.conference_id:
        raise InvalidCommand(f"Order {placed.order_id} is for another conference.")
    seats = asked_for(command.seats)
    if order.state is OrderState.RESERVATION_COMPLETED and by_type(seats) == by_type(order.seats):
        return ()  # she has them already
    if now >= placed.reservation_auto_expiration:
        # What she has can be paid for a little longer, but nothing is reserved any more: to change it would be to lose
        # it, paid for or not (beyond the reference).
        raise NotPossible("order-expired", "The time to change the order is over.")
    updated = OrderUpdated(
        order_id=placed.order_id,
        conference_id=placed.conference_id,
        seats=seats,
        reservation_auto_expiration=placed.reservation_auto_expiration,
        revision=order.revision + 1,
    )
    return (updated, _totals(placed.order_id, seats, command.prices))


def refuse_when_over(order: Order) -> None:
    """Raise NotPossible for an order that is confirmed or expired."""
    if order.state is OrderState.CONFIRMED:
        raise NotPossible("order-settled", "The order is confirmed already.")
    if order.state is OrderState.REJECTED:
        raise NotPossible("order-expired", "The order has expired; its seats were given back.")


def asked_for(wanted: Seats) -> Seats:
    """What an order is for, zero entries left out. Raises InvalidCommand, and NotPossible `too-many-seats`."""
    seats = tuple(seat for seat in wanted if seat.quantity)
    if not seats or len(by_type(seats)) != len(seats) or any(seat.quantity < 0 for seat in seats):
        raise InvalidCommand("An order needs seats, each type at most once, each quantity above zero.")
    if sum(seat.quantity for seat in seats) > MOST_SEATS:
        raise NotPossible(
            "too-many-seats", f"An order has at most {MOST_SEATS} seats. Ask for the others in another order."
        )
    return seats


def _totals(order_id: UUID, seats: Seats, prices: tuple[SeatPrice, ...]) -> OrderTotalsCalculated:
    totals = calculate_total(seats, prices)
    return OrderTotalsCalculated(
        order_id=order_id, lines=totals.lines, total=totals.total, is_free_of_charge=totals.total == 0
    )


def _mark_reserved(command: MarkSeatsAsReserved, order: Order) -> Events:
    # Late news about an order that is over, or about seats she no longer asks for, is no news (beyond the reference).
    if order.state in SETTLED or command.revision != order.revision:
        return ()
    got, wanted = by_type(command.seats), by_type(order.seats)
    if order.state is not OrderState.PENDING_RESERVATION and got == by_type(order.reserved):
        return ()
    if all(got.get(seat_type, 0) >= quantity for seat_type, quantity in wanted.items()):
        completed = OrderReservationCompleted(
            order_id=command.order_id, seats=command.seats, reservation_expiration=command.expiration
        )
        if order.state is not OrderState.PARTIALLY_RESERVED:
            return (completed,)
        return (completed, _totals(command.order_id, order.seats, order.prices))  # it cost less until now
    partially = OrderPartiallyReserved(
        order_id=command.order_id, seats=command.seats, reservation_expiration=command.expiration
    )
    return (partially, _totals(command.order_id, command.seats, order.prices))


def _confirm_free(order: Order, placed: OrderPlaced) -> Events:
    if order.state is OrderState.CONFIRMED:
        return ()
    refuse_unready(order)
    if not order.is_free_of_charge:
        raise NotPossible("payment-required", "The order is not free of charge.")
    return (_confirmed(order, placed, order.seats, None),)


def refuse_unready(order: Order) -> None:
    """Raise NotPossible unless the order can be paid for now."""
    refuse_when_over(order)
    if order.state is OrderState.PENDING_RESERVATION:
        raise NotPossible("reservation-pending", "The seats are still being reserved; try again in a moment.")
    if order.state is OrderState.PARTIALLY_RESERVED:
        raise NotPossible("partially-reserved", "Not all seats could be reserved; choose among what is left.")


def _confirm_paid(order: Order, placed: OrderPlaced, paid: Paid) -> Events:
    if order.has_settled(paid) or order.state is OrderState.REJECTED:
        return ()  # dealt with already; or expired, and the process manager will try to reserve again
    if order.state is OrderState.RESERVATION_COMPLETED and paid.amount == order.total:
        return (_confirmed(order, placed, order.seats, paid.payment_id),)
    return _require_refund(order, placed, paid)


def _reinstate(command: ReinstateOrder, order: Order, placed: OrderPlaced) -> Events:
    if order.state is not OrderState.REJECTED or order.has_settled(command.paid):
        return _confirm_paid(order, placed, command.paid)
    price = calculate_total(order.seats, order.prices).total
    if command.paid.amount != price or by_type(command.seats) != by_type(order.seats):
        return _require_refund(order, placed, command.paid)
    reinstated = OrderReinstated(order_id=placed.order_id, seats=command.seats)
    return (reinstated, _confirmed(order, placed, command.seats, command.paid.payment_id))


def _require_refund(order: Order, placed: OrderPlaced, paid: Paid) -> Events:
    if order.has_settled(paid):
        return ()
    return (OrderRefundRequired(order_id=placed.order_id, payment_id=paid.payment_id, amount=paid.amount),)


def _confirmed(order: Order, placed: OrderPlaced, seats: Seats, payment_id: UUID | None) -> OrderConfirmed:
    names = {price.seat_type: price.description for price in order.prices}
    return OrderConfirmed(
        order_id=placed.order_id,
        conference_id=placed.conference_id,
        seats=tuple(
            ConfirmedSeats(seat_type=seat.seat_type, seat_name=names[seat.seat_type], quantity=seat.quantity)
            for seat in seats
        ),
        payment_id=payment_id,
    )


def _assign_registrant(order: Order, placed: OrderPlaced, registrant: PersonalInfo) -> Events:
    if order.registrant_forgotten:
        raise NotPossible("registrant-forgotten", "Who registered has been forgotten, as was asked for.")
    if order.state is OrderState.REJECTED:
        raise NotPossible("order-expired", "The order has expired; its seats were given back.")
    if registrant == order.registrant:
        return ()
    return (OrderRegistrantAssigned(order_id=placed.order_id, registrant=registrant),)


def _forget_registrant(order: Order, placed: OrderPlaced) -> Events:
    """Only when nobody waits for the order any more: a registrant under way is still needed."""
    if order.registrant_forgotten:
        return ()
    if order.state not in SETTLED:
        raise NotPossible("order-open", "The order is under way; ask again when it is confirmed or expired.")
    return (OrderRegistrantForgotten(order_id=placed.order_id),)


def evolve(order: Order, event: OrderEvent) -> Order:
    """The order after `event`."""
    match event:
        case OrderPlaced(seats=seats, revision=revision):
            return replace(order, placed=event, seats=seats, revision=revision)
        case OrderUpdated(seats=seats, revision=revision):
            return replace(order, seats=seats, revision=revision, reserved=(), state=OrderState.PENDING_RESERVATION)
        case OrderTotalsCalculated(lines=lines, total=total):
            return replace(order, prices=_prices_known(order.prices, lines), total=total)
        case OrderReservationCompleted(seats=seats):
            return replace(order, reserved=seats, state=OrderState.RESERVATION_COMPLETED)
        case OrderPartiallyReserved(seats=seats):
            return replace(order, reserved=seats, state=OrderState.PARTIALLY_RESERVED)
        case OrderRegistrantAssigned(registrant=registrant):
            return replace(order, registrant=registrant)
        case OrderRegistrantForgotten():
            return replace(order, registrant=None, registrant_forgotten=True)
        case OrderConfirmed(payment_id=payment_id):
            return replace(order, payment_id=payment_id, state=OrderState.CONFIRMED)
        case OrderExpired():
            return replace(order, reserved=(), state=OrderState.REJECTED)
        case OrderReinstated(seats=seats):
            return replace(order, reserved=seats, state=OrderState.RESERVATION_COMPLETED)
        case OrderRefundRequired(payment_id=payment_id):
            return replace(order, refunds=order.refunds | {payment_id})
        case _ as unreachable:
            assert_never(unreachable)


def _prices_known(known: tuple[SeatPrice, ...], lines: tuple[OrderLine, ...]) -> tuple[SeatPrice, ...]:
    """A price once given to this registrant holds, also for a kind of seat that a partial reservation left out."""
    prices = {price.seat_type: price for price in known}
    for line in lines:
        prices[line.seat_type] = SeatPrice(
            seat_type=line.seat_type, description=line.description, unit_price=line.unit_price
        )
    return tuple(prices.values())


ORDER = Decider(category="order", initial=Order(), decide=decide, evolve=evolve)
