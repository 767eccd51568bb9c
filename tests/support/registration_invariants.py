"""What must hold of a registration world, counted from its events and not from the states that decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from domain.kernel.money import Money
from domain.payments.third_party_processor_payment import PAYMENT, PaymentState
from domain.registration.order import ORDER, OrderState
from domain.registration.order_messages import OrderRefundRequired
from domain.registration.pricing import calculate_total
from domain.registration.registration_process import ProcessState
from domain.registration.seat_assignments import SEAT_ASSIGNMENTS, assignments_id
from domain.registration.seats import by_type
from domain.registration.seats_availability import (
    AvailableSeatsChanged,
    SeatsReservationCancelled,
    SeatsReservationCommitted,
    SeatsReserved,
)
from tests.support.availability import STREAM
from tests.support.registration_world import World
from tests.support.vocabulary import PRICES


class Ledger:
    """Seats by type: offered, and held and sold by reservation."""

    def __init__(self, events: Iterable[Any]) -> None:
        self.offered: Counter[UUID] = Counter()
        self.held: dict[UUID, Counter[UUID]] = {}
        self.sold: dict[UUID, Counter[UUID]] = {}
        for event in events:
            self._enter(event)

    def _enter(self, event: Any) -> None:
        match event:
            case AvailableSeatsChanged(seats=seats):
                self.offered.update(by_type(seats))
            case SeatsReserved(reservation_id=reservation, reservation_details=details):
                self.held[reservation] = Counter(by_type(details))
            case SeatsReservationCommitted(reservation_id=reservation):
                assert reservation not in self.sold, "sold twice"
                self.sold[reservation] = self.held.pop(reservation)
            case SeatsReservationCancelled(reservation_id=reservation):
                del self.held[reservation]

    def taken(self, seat_type: UUID) -> int:
        """Held and sold."""
        return sum(seats[seat_type] for seats in (*self.held.values(), *self.sold.values()))


def ledger(world: World) -> Ledger:
    """The ledger of the one conference."""
    return Ledger(world.backend.events.events(STREAM))


def nothing_is_oversold(world: World) -> None:
    """Seats held and sold never exceed those offered."""
    counted = ledger(world)
    for seat_type, offered in counted.offered.items():
        assert counted.taken(seat_type) <= offered


def everything_has_ended(world: World, orders: Collection[UUID], payments: Collection[UUID]) -> None:
    """Nothing hangs: no message, no seat, no order, no process; and every payment bought an order or is given back."""
    assert world.on_their_way == []
    assert world.process_store.outbox == {}
    assert world.parked == []
    counted = ledger(world)
    assert not any(seats.total() for seats in counted.held.values())
    for order_id in orders:
        _order_has_ended(world, order_id, dict(counted.sold.get(order_id, {})))
    for payment_id in payments:
        _money_bought_an_order_or_is_given_back(world, payment_id)


def _order_has_ended(world: World, order_id: UUID, sold: dict[UUID, int]) -> None:
    order = world.state_of(ORDER, order_id)
    process = world.process_store.states.get(order_id)
    if order.placed is None:
        assert process is None
        return
    assert process is not None
    assert process.completed
    seated = world.state_of(SEAT_ASSIGNMENTS, assignments_id(order_id)).attendees
    if order.state is not OrderState.CONFIRMED:
        assert (order.state, process.state) == (OrderState.REJECTED, ProcessState.EXPIRED)
        assert (sold, seated) == ({}, ())
        return
    assert process.state is ProcessState.CONFIRMED
    assert sold == by_type(order.seats)
    assert len(seated) == sum(sold.values())
    price = calculate_total(order.seats, PRICES).total
    assert price == (_amount_taken(world, order.payment_id) if order.payment_id else 0)


def _money_bought_an_order_or_is_given_back(world: World, payment_id: UUID) -> None:
    payment = world.state_of(PAYMENT, payment_id)
    if payment.state is not PaymentState.ACCEPTED:
        return
    assert payment.initiated is not None
    order_id = payment.initiated.order_id
    order = world.state_of(ORDER, order_id)
    given_back = [
        event.amount
        for event in world.backend.events.events(ORDER.stream_id(order_id))
        if isinstance(event, OrderRefundRequired) and event.payment_id == payment_id
    ]
    bought = order.state is OrderState.CONFIRMED and order.payment_id == payment_id
    assert given_back == ([] if bought else [payment.initiated.total_amount])


def _amount_taken(world: World, payment_id: UUID) -> Money:
    payment = world.state_of(PAYMENT, payment_id)
    assert payment.state is PaymentState.ACCEPTED
    assert payment.initiated is not None
    return payment.initiated.total_amount
