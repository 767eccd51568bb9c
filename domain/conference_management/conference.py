"""What organizers do to a conference, as transaction scripts: pure functions that give the conference and its events.

SQL keeps the conference itself; its events are saved in the same transaction and tell everybody else. Nobody hears of a
seat type before the conference is first published, and until then it can still be deleted.
Source: CQRS Journey, Conference/ConferenceService.cs.

WARNING: commands are stored for ever with the events they caused. Add fields with defaults.
"""

from dataclasses import dataclass, replace
from typing import assert_never
from uuid import UUID

from domain.conference_management.events import (
    ConferenceCreated,
    ConferenceDetails,
    ConferenceEvent,
    ConferencePublished,
    ConferenceUnpublished,
    ConferenceUpdated,
    SeatCreated,
    SeatUpdated,
)
from domain.kernel.errors import NotFound, NotPossible
from domain.kernel.money import Money

MOST_SEAT_TYPES = 50
"""So that one order can name them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatType:
    """A kind of seat, and how many of it there are in all."""

    id: UUID
    name: str
    description: str
    quantity: int
    price: Money


# Commands


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateConference:
    """Begin a conference, unpublished. Its access code is a secret, and so no part of what is stored for ever."""

    conference_id: UUID
    code: str
    details: ConferenceDetails
    owner_name: str
    owner_email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateConference:
    """Say something else about it."""

    conference_id: UUID
    details: ConferenceDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishConference:
    """Let it be read and booked."""

    conference_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpublishConference:
    """Take it off the site. Orders already placed go on."""

    conference_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSeatType:
    """Offer another kind of seat."""

    conference_id: UUID
    seat_type: SeatType


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSeatType:
    """Offer it otherwise, or more or fewer of it."""

    conference_id: UUID
    seat_type: SeatType


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteSeatType:
    """Offer it no longer."""

    conference_id: UUID
    seat_type_id: UUID


ConferenceChange = (
    UpdateConference | PublishConference | UnpublishConference | AddSeatType | UpdateSeatType | DeleteSeatType
)

# State


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """A conference as its organizer sees it. `code` is its slug."""

    id: UUID
    code: str
    details: ConferenceDetails
    owner_name: str
    owner_email: str
    is_published: bool = False
    was_ever_published: bool = False
    seat_types: tuple[SeatType, ...] = ()

    def seat_type(self, seat_type_id: UUID) -> SeatType:
        """The seat type of this id. Raises NotFound, also for one of another conference."""
        for seat_type in self.seat_types:
            if seat_type.id == seat_type_id:
                return seat_type
        raise NotFound(f"Conference {self.code!r} has no seat type {seat_type_id}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The conference after a command, and what there is to tell; nothing for a repetition."""

    conference: Conference
    events: tuple[ConferenceEvent, ...] = ()


def create(command: CreateConference) -> Changed:
    """A new conference. Whether its code is still free, the store decides."""
    conference = Conference(
        id=command.conference_id,
        code=command.code,
        details=command.details,
        owner_name=command.owner_name,
        owner_email=command.owner_email,
    )
    created = ConferenceCreated(
        conference_id=command.conference_id,
        code=command.code,
        details=command.details,
        owner_name=command.owner_name,
        owner_email=command.owner_email,
    )
    return Changed(conference=conference, events=(created,))


def change(command: ConferenceChange, conference: Conference) -> Changed:
    """What `command` makes of `conference`.

    Raises NotFound for a seat type it does not have, and NotPossible: `too-many-seat-types` for adding one more, and
    `seat-type-published` for deleting one that may have been sold.
    """
    match command:
        case UpdateConference(details=details):
            if details == conference.details:
                return Changed(conference=conference)
            updated = ConferenceUpdated(conference_id=conference.id, details=details)
            return Changed(conference=replace(conference, details=details), events=(updated,))
        case PublishConference():
            return _publish(conference)
        case UnpublishConference():
            if not conference.is_published:
                return Changed(conference=conference)
            unpublished = ConferenceUnpublished(conference_id=conference.id)
            return Changed(conference=replace(conference, is_published=False), events=(unpublished,))
        case AddSeatType(seat_type=seat_type):
            return _add_seat_type(conference, seat_type)
        case UpdateSeatType(seat_type=seat_type):
            return _update_seat_type(conference, seat_type)
        case DeleteSeatType(seat_type_id=seat_type_id):
            return _delete_seat_type(conference, seat_type_id)
        case _ as unreachable:
            assert_never(unreachable)


def _publish(conference: Conference) -> Changed:
    if conference.is_published:
        return Changed(conference=conference)
    seats = () if conference.was_ever_published else conference.seat_types
    return Changed(
        conference=replace(conference, is_published=True, was_ever_published=True),
        events=(
            *(_seat_created(conference, seat_type) for seat_type in seats),
            ConferencePublished(conference_id=conference.id),
        ),
    )


def _add_seat_type(conference: Conference, seat_type: SeatType) -> Changed:
    if len(conference.seat_types) >= MOST_SEAT_TYPES:
        raise NotPossible(
            "too-many-seat-types",
            f"A conference has at most {MOST_SEAT_TYPES} seat types. Change one of them instead.",
        )
    events = (_seat_created(conference, seat_type),) if conference.was_ever_published else ()
    return Changed(conference=replace(conference, seat_types=(*conference.seat_types, seat_type)), events=events)


def _update_seat_type(conference: Conference, seat_type: SeatType) -> Changed:
    before = conference.seat_type(seat_type.id)
    if seat_type == before:
        return Changed(conference=conference)
    seat_types = tuple(seat_type if known.id == seat_type.id else known for known in conference.seat_types)
    events = (_seat_updated(conference, before, seat_type),) if conference.was_ever_published else ()
    return Changed(conference=replace(conference, seat_types=seat_types), events=events)


def _delete_seat_type(conference: Conference, seat_type_id: UUID) -> Changed:
    deleted = conference.seat_type(seat_type_id)
    if conference.was_ever_published:
        raise NotPossible(
            "seat-type-published",
            "The conference was published, so seats of this type may be sold. Set its quantity to 0 instead.",
        )
    kept = tuple(seat_type for seat_type in conference.seat_types if seat_type != deleted)
    return Changed(conference=replace(conference, seat_types=kept))


def _seat_created(conference: Conference, seat_type: SeatType) -> SeatCreated:
    return SeatCreated(
        conference_id=conference.id,
        seat_type=seat_type.id,
        name=seat_type.name,
        description=seat_type.description,
        quantity=seat_type.quantity,
        price=seat_type.price,
    )


def _seat_updated(conference: Conference, before: SeatType, after: SeatType) -> SeatUpdated:
    return SeatUpdated(
        conference_id=conference.id,
        seat_type=after.id,
        name=after.name,
        description=after.description,
        quantity=after.quantity,
        price=after.price,
        quantity_change=after.quantity - before.quantity,
    )
