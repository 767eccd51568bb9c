"""The public read model of a conference: what it is, what its seats cost and how many are left."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from domain.conference_management.events import (
    CATEGORY,
    ConferenceCreated,
    ConferenceDetails,
    ConferencePublished,
    ConferenceUnpublished,
    ConferenceUpdated,
    SeatCreated,
    SeatUpdated,
    stream_id,
)
from domain.kernel.messages import RecordedEvent
from domain.kernel.money import Money
from domain.kernel.views import View
from domain.registration.seats import after_change
from domain.registration.seats_availability import (
    SEATS_AVAILABILITY,
    AvailableSeatsChanged,
    SeatsReservationCancelled,
    SeatsReserved,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatType:
    """A kind of seat on offer."""

    id: UUID
    name: str
    description: str
    price: Money
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceView:
    """A conference. `remaining` counts by seat type, and may know a type before `seat_types` does."""

    conference_id: UUID
    code: str
    details: ConferenceDetails
    is_published: bool = False
    seat_types: tuple[SeatType, ...] = ()
    remaining: dict[UUID, int] = field(default_factory=dict)

    def available(self, seat_type: UUID) -> int:
        """What is left to sell; never below zero, though more may have been removed than was left."""
        return max(self.remaining.get(seat_type, 0), 0)


def evolve_conference(view: ConferenceView | None, recorded: RecordedEvent[Any]) -> ConferenceView | None:
    """The conference after an event of its management or of its seats' availability."""
    event = recorded.message
    if isinstance(event, ConferenceCreated):
        return ConferenceView(conference_id=event.conference_id, code=event.code, details=event.details)
    if view is None:
        return None
    match event:
        case ConferenceUpdated(details=details):
            return replace(view, details=details)
        case ConferencePublished():
            return replace(view, is_published=True)
        case ConferenceUnpublished():
            return replace(view, is_published=False)
        case SeatCreated() | SeatUpdated():
            return replace(view, seat_types=_with(view.seat_types, event))
        case AvailableSeatsChanged(seats=seats):
            return replace(view, remaining=after_change(view.remaining, seats))
        case (
            SeatsReserved(available_seats_changed=changed) | SeatsReservationCancelled(available_seats_changed=changed)
        ):
            return replace(view, remaining=after_change(view.remaining, changed))
        case _:
            return view


def _with(seat_types: tuple[SeatType, ...], event: SeatCreated | SeatUpdated) -> tuple[SeatType, ...]:
    seat_type = SeatType(
        id=event.seat_type,
        name=event.name,
        description=event.description,
        price=event.price,
        quantity=event.quantity,
    )
    if all(known.id != seat_type.id for known in seat_types):
        return (*seat_types, seat_type)
    return tuple(seat_type if known.id == seat_type.id else known for known in seat_types)


CONFERENCES_PARTITION = "conference"

CONFERENCES = View(
    name="conferences",
    document=ConferenceView,
    sources=(CATEGORY, SEATS_AVAILABILITY.category),
    key=lambda event: str(event.conference_id),
    evolve=evolve_conference,
    founded_by=lambda event: stream_id(event.conference_id),
    listed_at=lambda conference: (CONFERENCES_PARTITION, conference.code.lower()),
)
