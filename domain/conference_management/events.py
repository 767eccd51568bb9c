"""What organizers bring about. Saved with the change itself, in one transaction, and then published.

WARNING: events are stored for ever. Add fields with defaults; for anything else make a new version and an upcaster.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceDetails:
    """What the public reads about a conference."""

    name: str
    description: str
    location: str
    tagline: str | None
    twitter_search: str | None
    start_date: date
    end_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceCreated:
    """There is a conference, not published yet. `code` is its slug, unique for ever whatever its letter case."""

    conference_id: UUID
    code: str
    details: ConferenceDetails
    owner_name: str
    owner_email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceUpdated:
    """It reads otherwise now."""

    conference_id: UUID
    details: ConferenceDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferencePublished:
    """It can be read and booked."""

    conference_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceUnpublished:
    """It cannot any more."""

    conference_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatCreated:
    """A kind of seat is on offer. Said at the earliest when the conference is first published."""

    conference_id: UUID
    seat_type: UUID
    name: str
    description: str
    quantity: int
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatUpdated:
    """It reads or costs otherwise, or there are more or fewer of it, by `quantity_change`."""

    conference_id: UUID
    seat_type: UUID
    name: str
    description: str
    quantity: int
    price: Money
    quantity_change: int


ConferenceEvent = (
    ConferenceCreated | ConferenceUpdated | ConferencePublished | ConferenceUnpublished | SeatCreated | SeatUpdated
)

CATEGORY = "conference"


def stream_id(conference_id: UUID) -> str:
    """The stream of a conference's events, named as those of aggregates are."""
    return f"{CATEGORY}-{conference_id}"
