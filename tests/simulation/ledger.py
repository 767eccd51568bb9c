"""Seats counted from the events alone, as they are written: what must hold at every moment.

A reservation takes no seat that is not there. More seats than there are can be taken only where the organizer took some
away afterwards (the remainder goes below zero), and then nobody gets another one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any
from uuid import UUID

from domain.registration.order_messages import OrderConfirmed
from domain.registration.seat_assignments import SeatAssignmentsCreated
from domain.registration.seats import by_type
from domain.registration.seats_availability import (
    AvailableSeatsChanged,
    SeatsReservationCancelled,
    SeatsReservationCommitted,
    SeatsReserved,
)


class Violation(AssertionError):
    """Something that must hold does not. `invariant` says what, in words."""

    def __init__(self, invariant: str, detail: str) -> None:
        super().__init__(f"{invariant}: {detail}")
        self.invariant = invariant


class Ledger:
    """Seats by type: offered; and held and sold by reservation."""

    def __init__(self) -> None:
        self.offered: Counter[UUID] = Counter()
        self.taken: Counter[UUID] = Counter()
        self.held: defaultdict[UUID, Counter[UUID]] = defaultdict(Counter)
        self.sold: dict[UUID, Counter[UUID]] = {}
        self.confirmed: set[UUID] = set()
        self.seated: set[UUID] = set()

    def enter(self, event: Any) -> None:
        """Count `event`. Raises Violation."""
        match event:
            case AvailableSeatsChanged(seats=seats):
                self.offered.update(by_type(seats))
            case SeatsReserved(reservation_id=reservation, reservation_details=details):
                self._hold(reservation, Counter(by_type(details)))
            case SeatsReservationCancelled(reservation_id=reservation):
                self._hold(reservation, Counter())
            case SeatsReservationCommitted(reservation_id=reservation):
                if reservation in self.sold:
                    raise Violation("no seat is sold twice", f"reservation {reservation} is committed again")
                self.sold[reservation] = self.held.pop(reservation, Counter())
            case OrderConfirmed(order_id=order_id):
                _once("an order is confirmed once", order_id, self.confirmed)
            case SeatAssignmentsCreated(order_id=order_id):
                _once("an order has one set of assignments", order_id, self.seated)

    def _hold(self, reservation: UUID, seats: Counter[UUID]) -> None:
        before = self.held[reservation]
        self.held[reservation] = seats
        for seat_type in seats | before:
            more = seats[seat_type] - before[seat_type]
            self.taken[seat_type] += more
            if more > 0 and self.taken[seat_type] > self.offered[seat_type]:
                raise Violation(
                    "no seat is oversold",
                    f"{self.taken[seat_type]} of {self.offered[seat_type]} seats {seat_type} are committed or held",
                )


def _once(invariant: str, thing: UUID, known: set[UUID]) -> None:
    if thing in known:
        raise Violation(invariant, f"order {thing}: again")
    known.add(thing)
