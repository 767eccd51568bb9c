"""SeatsAvailability: how many seats of each type a conference has left, and who holds the others.

Never oversold: seats committed + held ≤ seats added - removed, whatever is repeated, late or out of order.
Source: CQRS Journey, Registration/SeatsAvailability.cs. Beyond it, a reservation's commands are numbered by the process
manager (`attempt`), so that one that was overtaken on its way cannot undo a later one.

WARNING: events are stored for ever. Add fields with defaults; for anything else make a new version and an upcaster.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from immutables import Map

from domain.kernel.decider import Decider
from domain.kernel.errors import InvalidCommand
from domain.registration.seats import SeatQuantity, Seats, after_change, as_seats, by_type

# Events


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableSeatsChanged:
    """Seats were added (positive) or removed (negative)."""

    conference_id: UUID
    seats: Seats


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsReserved:
    """The reservation now holds `reservation_details`; availability changed by `available_seats_changed`."""

    conference_id: UUID
    reservation_id: UUID
    reservation_details: Seats
    available_seats_changed: Seats
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsReservationCommitted:
    """The held seats are sold."""

    conference_id: UUID
    reservation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsReservationCancelled:
    """The held seats were given back."""

    conference_id: UUID
    reservation_id: UUID
    available_seats_changed: Seats


SeatsAvailabilityEvent = AvailableSeatsChanged | SeatsReserved | SeatsReservationCommitted | SeatsReservationCancelled

# Commands


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSeats:
    """The organizer offers more."""

    conference_id: UUID
    seat_type: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSeats:
    """The organizer offers fewer. What is sold stays sold: the remainder may go below zero, and is paid back later."""

    conference_id: UUID
    seat_type: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeSeatReservation:
    """Hold these seats, or as many of them as there are, instead of what the reservation holds now."""

    conference_id: UUID
    reservation_id: UUID
    seats: Seats
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSeatReservation:
    """They are sold."""

    conference_id: UUID
    reservation_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSeatReservation:
    """Give them back, unless a later attempt than `attempt` has reserved them anew."""

    conference_id: UUID
    reservation_id: UUID
    attempt: int


SeatsAvailabilityCommand = AddSeats | RemoveSeats | MakeSeatReservation | CommitSeatReservation | CancelSeatReservation

# State


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingReservation:
    """Seats held, as of the process manager's attempt number `attempt`."""

    seats: Seats
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsAvailability:
    """What is left of each type (below zero where sold seats were removed), and what is held by whom.

    `pending` is a persistent map: it grows with the open reservations, and copying it whole for each event would make
    the cost of one event grow with it.
    """

    remaining: dict[UUID, int]
    pending: Map[UUID, PendingReservation]


def decide(
    command: SeatsAvailabilityCommand, state: SeatsAvailability, now: datetime
) -> tuple[SeatsAvailabilityEvent, ...]:
    """What happens when `command` meets `state`. Raises InvalidCommand for a wrong quantity or an unknown seat type."""
    match command:
        case AddSeats(conference_id=conference, seat_type=seat_type, quantity=quantity):
            return _change(conference, seat_type, quantity)
        case RemoveSeats(conference_id=conference, seat_type=seat_type, quantity=quantity):
            _refuse_unknown(state, {seat_type})
            return _change(conference, seat_type, -quantity)
        case MakeSeatReservation():
            return _reserve(command, state)
        case CommitSeatReservation(conference_id=conference, reservation_id=reservation):
            if reservation not in state.pending:
                return ()
            return (SeatsReservationCommitted(conference_id=conference, reservation_id=reservation),)
        case CancelSeatReservation():
            return _cancel(command, state)
        case _ as unreachable:
            assert_never(unreachable)


def _change(conference: UUID, seat_type: UUID, quantity: int) -> tuple[SeatsAvailabilityEvent, ...]:
    changed = (SeatQuantity(seat_type=seat_type, quantity=quantity),)
    return (AvailableSeatsChanged(conference_id=conference, seats=changed),)


def _refuse_unknown(state: SeatsAvailability, seat_types: set[UUID]) -> None:
    if unknown := seat_types - state.remaining.keys():
        raise InvalidCommand(f"The conference has no seat type {', '.join(sorted(map(str, unknown)))}.")


def _reserve(command: MakeSeatReservation, state: SeatsAvailability) -> tuple[SeatsAvailabilityEvent, ...]:
    held = state.pending.get(command.reservation_id)
    if held is not None and command.attempt <= held.attempt:
        return ()
    if any(seat.quantity < 0 for seat in command.seats):
        raise InvalidCommand(f"Reservation {command.reservation_id} asks for fewer than no seats.")
    wanted, had = by_type(command.seats), by_type(held.seats) if held else {}
    _refuse_unknown(state, wanted.keys() | had.keys())
    details = {
        seat_type: min(quantity, max(state.remaining[seat_type], 0) + had.get(seat_type, 0))
        for seat_type, quantity in wanted.items()
    }
    changed = {
        seat_type: had.get(seat_type, 0) - details.get(seat_type, 0) for seat_type in details.keys() | had.keys()
    }
    return (
        SeatsReserved(
            conference_id=command.conference_id,
            reservation_id=command.reservation_id,
            reservation_details=as_seats(details),
            available_seats_changed=as_seats(dict(sorted(changed.items()))),
            attempt=command.attempt,
        ),
    )


def _cancel(command: CancelSeatReservation, state: SeatsAvailability) -> tuple[SeatsAvailabilityEvent, ...]:
    held = state.pending.get(command.reservation_id)
    if held is None or held.attempt > command.attempt:
        return ()
    return (
        SeatsReservationCancelled(
            conference_id=command.conference_id,
            reservation_id=command.reservation_id,
            available_seats_changed=held.seats,
        ),
    )


def evolve(state: SeatsAvailability, event: SeatsAvailabilityEvent) -> SeatsAvailability:
    """The state after `event`."""
    match event:
        case AvailableSeatsChanged(seats=seats):
            return replace(state, remaining=after_change(state.remaining, seats))
        case SeatsReserved(reservation_id=reservation, reservation_details=details, available_seats_changed=changed):
            pending = (
                state.pending.set(reservation, PendingReservation(seats=details, attempt=event.attempt))
                if details
                else _without(state.pending, reservation)
            )
            return SeatsAvailability(remaining=after_change(state.remaining, changed), pending=pending)
        case SeatsReservationCommitted(reservation_id=reservation):
            return replace(state, pending=_without(state.pending, reservation))
        case SeatsReservationCancelled(reservation_id=reservation, available_seats_changed=changed):
            return SeatsAvailability(
                remaining=after_change(state.remaining, changed), pending=_without(state.pending, reservation)
            )
        case _ as unreachable:
            assert_never(unreachable)


def _without(pending: Map[UUID, PendingReservation], reservation: UUID) -> Map[UUID, PendingReservation]:
    return pending.delete(reservation) if reservation in pending else pending


SEATS_AVAILABILITY = Decider(
    category="seats",
    initial=SeatsAvailability(remaining={}, pending=Map()),
    decide=decide,
    evolve=evolve,
    snapshots=True,
)
