"""SeatAssignments: who sits on the seats of a confirmed order, one position per seat.

Source: CQRS Journey, Registration/SeatAssignments.cs.

WARNING: events are stored for ever. Add fields with defaults; for anything else make a new version and an upcaster.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never
from uuid import UUID

from domain.kernel.decider import Decider
from domain.kernel.errors import NotFound
from domain.kernel.ids import derive
from domain.registration.order_messages import ConfirmedSeats
from domain.registration.personal_info import PersonalInfo

# Events


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One seat of the order, still without anybody on it."""

    position: int
    seat_type: UUID
    seat_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAssignmentsCreated:
    """The order was confirmed; these are its seats."""

    assignments_id: UUID
    order_id: UUID
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAssigned:
    """Somebody got the seat."""

    assignments_id: UUID
    order_id: UUID
    position: int
    attendee: PersonalInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatUnassigned:
    """The seat is free again for anybody."""

    assignments_id: UUID
    order_id: UUID
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAssignmentUpdated:
    """The same person, spelt otherwise."""

    assignments_id: UUID
    order_id: UUID
    position: int
    attendee: PersonalInfo


SeatAssignmentsEvent = SeatAssignmentsCreated | SeatAssigned | SeatUnassigned | SeatAssignmentUpdated

# Commands


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSeatAssignments:
    """Make one position per confirmed seat."""

    assignments_id: UUID
    order_id: UUID
    seats: tuple[ConfirmedSeats, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignSeat:
    """Put this person on the seat."""

    assignments_id: UUID
    position: int
    attendee: PersonalInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class UnassignSeat:
    """Take whoever sits there off the seat."""

    assignments_id: UUID
    position: int


SeatAssignmentsCommand = CreateSeatAssignments | AssignSeat | UnassignSeat

# State


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAssignments:
    """Attendees by position. `order_id` is None until the assignments exist."""

    order_id: UUID | None = None
    attendees: tuple[PersonalInfo | None, ...] = ()


def assignments_id(order_id: UUID) -> UUID:
    """The one id the seat assignments of this order can have."""
    return derive(order_id, "SeatAssignments")


def decide(command: SeatAssignmentsCommand, state: SeatAssignments, now: datetime) -> tuple[SeatAssignmentsEvent, ...]:
    """What happens when `command` meets `state`. Raises NotFound for a seat that is not there."""
    if isinstance(command, CreateSeatAssignments):
        return () if state.order_id else (_create(command),)
    if state.order_id is None or not 0 <= command.position < len(state.attendees):
        raise NotFound(f"There is no seat {command.position} in assignments {command.assignments_id}.")
    seated = state.attendees[command.position]
    unassigned = SeatUnassigned(
        assignments_id=command.assignments_id, order_id=state.order_id, position=command.position
    )
    match command:
        case UnassignSeat():
            return (unassigned,) if seated else ()
        case AssignSeat(attendee=attendee):
            if seated == attendee:
                return ()
            place = {"assignments_id": command.assignments_id, "order_id": state.order_id}
            if seated and seated.has_email_of(attendee):
                return (SeatAssignmentUpdated(**place, position=command.position, attendee=attendee),)
            assigned = SeatAssigned(**place, position=command.position, attendee=attendee)
            return (unassigned, assigned) if seated else (assigned,)
        case _ as unreachable:
            assert_never(unreachable)


def _create(command: CreateSeatAssignments) -> SeatAssignmentsCreated:
    kinds = [kind for kind in command.seats for _ in range(kind.quantity)]
    return SeatAssignmentsCreated(
        assignments_id=command.assignments_id,
        order_id=command.order_id,
        seats=tuple(
            Seat(position=position, seat_type=kind.seat_type, seat_name=kind.seat_name)
            for position, kind in enumerate(kinds)
        ),
    )


def evolve(state: SeatAssignments, event: SeatAssignmentsEvent) -> SeatAssignments:
    """The state after `event`."""
    match event:
        case SeatAssignmentsCreated(order_id=order_id, seats=seats):
            return SeatAssignments(order_id=order_id, attendees=(None,) * len(seats))
        case SeatAssigned(position=position, attendee=attendee):
            return _seat(state, position, attendee)
        case SeatAssignmentUpdated(position=position, attendee=attendee):
            return _seat(state, position, attendee)
        case SeatUnassigned(position=position):
            return _seat(state, position, None)
        case _ as unreachable:
            assert_never(unreachable)


def _seat(state: SeatAssignments, position: int, attendee: PersonalInfo | None) -> SeatAssignments:
    attendees = (*state.attendees[:position], attendee, *state.attendees[position + 1 :])
    return replace(state, attendees=attendees)


SEAT_ASSIGNMENTS = Decider(category="assignments", initial=SeatAssignments(), decide=decide, evolve=evolve)
