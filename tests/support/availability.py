"""The words of SeatsAvailability, for the one conference."""

from __future__ import annotations

from uuid import UUID

from domain.registration.seats import Seats, as_seats, by_type
from domain.registration.seats_availability import (
    SEATS_AVAILABILITY,
    AddSeats,
    AvailableSeatsChanged,
    CancelSeatReservation,
    CommitSeatReservation,
    MakeSeatReservation,
    RemoveSeats,
    SeatsReservationCancelled,
    SeatsReservationCommitted,
    SeatsReserved,
)
from tests.support.vocabulary import CONFERENCE, GENERAL, ORDER_ID

STREAM = SEATS_AVAILABILITY.stream_id(CONFERENCE)


def add(quantity: int, seat_type: UUID = GENERAL) -> AddSeats:
    """The organizer offers so many more."""
    return AddSeats(conference_id=CONFERENCE, seat_type=seat_type, quantity=quantity)


def remove(quantity: int, seat_type: UUID = GENERAL) -> RemoveSeats:
    """The organizer offers so many fewer."""
    return RemoveSeats(conference_id=CONFERENCE, seat_type=seat_type, quantity=quantity)


def reserve(seats: Seats, *, reservation: UUID = ORDER_ID, attempt: int = 1) -> MakeSeatReservation:
    """Hold these."""
    return MakeSeatReservation(conference_id=CONFERENCE, reservation_id=reservation, seats=seats, attempt=attempt)


def commit(reservation: UUID = ORDER_ID) -> CommitSeatReservation:
    """They are sold."""
    return CommitSeatReservation(conference_id=CONFERENCE, reservation_id=reservation)


def cancel(reservation: UUID = ORDER_ID, *, attempt: int = 1) -> CancelSeatReservation:
    """Give them back."""
    return CancelSeatReservation(conference_id=CONFERENCE, reservation_id=reservation, attempt=attempt)


def changed(seats: Seats) -> AvailableSeatsChanged:
    """So many were added, or (negative) removed."""
    return AvailableSeatsChanged(conference_id=CONFERENCE, seats=seats)


def reserved(
    seats: Seats, change: Seats | None = None, *, reservation: UUID = ORDER_ID, attempt: int = 1
) -> SeatsReserved:
    """The reservation holds `seats`; without `change`, all of them were taken from what was left."""
    taken = as_seats({seat_type: -quantity for seat_type, quantity in by_type(seats).items()})
    return SeatsReserved(
        conference_id=CONFERENCE,
        reservation_id=reservation,
        reservation_details=seats,
        available_seats_changed=taken if change is None else change,
        attempt=attempt,
    )


def committed(reservation: UUID = ORDER_ID) -> SeatsReservationCommitted:
    """They were sold."""
    return SeatsReservationCommitted(conference_id=CONFERENCE, reservation_id=reservation)


def cancelled(seats: Seats, reservation: UUID = ORDER_ID) -> SeatsReservationCancelled:
    """They were given back."""
    return SeatsReservationCancelled(
        conference_id=CONFERENCE, reservation_id=reservation, available_seats_changed=seats
    )
