"""The published conferences, cached by how many seats are left.

Reading is never the truth about seats: SeatsAvailability is. A conference with many seats left, or none, hardly
changes for its readers, so it is read again seldom; one that sells its last seats is read again every time.
The list tells nothing of seats. To read it is to read every conference there ever was, so it is read every few seconds.
Whoever orders gets what is a few seconds old at most, but for the seats left: so late may a conference be booked that
another process knows to be published no more, or at a price that has changed. A crowd that comes at once is told the
same of the seats, and whoever of them is too late has an order that could be reserved in part.
Source: CQRS Journey, chapter 7, "Caching conference information".
"""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.registration.conference_view import CONFERENCES, CONFERENCES_PARTITION, ConferenceView
from domain.registration.seats import Seats
from infra.table_views import TableViewStore

LIST_SECONDS = 5.0
"""For how long a reading of the list is good enough: so late may another process than this be in showing a change."""

SALE_SECONDS = 5.0
"""The same for a conference that somebody wants to order seats of."""
NAME_SECONDS = 300.0

_SLUG = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def seconds_to_cache(conference: ConferenceView) -> float:
    """For how long a reading of this conference is good enough.

    Not at all before it is on offer: that comes within moments, and may be heard of by another process than this.
    """
    counted = [seat_type.id in conference.remaining for seat_type in conference.seat_types]
    if not conference.is_published or not counted or not all(counted):
        return 0
    left = [conference.available(seat_type.id) for seat_type in conference.seat_types]
    if all(seats > 200 for seats in left) or not any(left):
        return 300
    if any(seats < 30 for seats in left):
        return 0
    return 20 if any(seats < 100 for seats in left) else 60


class CachedCatalogue:
    """Conferences as the public sees them. One per process; `forget` what is known to be outdated."""

    def __init__(self, views: TableViewStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._views = views
        self._clock = clock
        self._cache: dict[str, _Reading] = {}
        self._list: tuple[float, Sequence[ConferenceView]] = (0.0, ())
        self._times_forgotten = 0

    async def conference(self, code: str, *, seats: Seats = ()) -> ConferenceView | None:
        """The conference, None unless published. An order that would sell the last seats always reads afresh."""
        known = self._cache.get(code.lower())
        if known is None or self._are_outdated(known, seats):
            conference = await self._read(code)
        elif seats and self._is_older(known.at, SALE_SECONDS):
            conference = await self._read(code, seats_as=known)
        else:
            conference = known.conference
        return conference if conference and conference.is_published else None

    async def name(self, code: str) -> str | None:
        """What the conference is called, published or not, within NAME_SECONDS of a change; None if there is none."""
        known = self._cache.get(code.lower())
        fresh = known is not None and not self._is_older(known.at, NAME_SECONDS)
        conference = known.conference if known and fresh else await self._read(code)
        return conference.details.name if conference else None

    async def conferences(self) -> Sequence[ConferenceView]:
        """All that are published, soonest first, as they were at most LIST_SECONDS ago."""
        good_until, published = self._list
        if good_until <= self._clock():
            before = self._times_forgotten
            conferences, _ = await self._views.list(CONFERENCES, CONFERENCES_PARTITION)
            published = sorted(
                (conference for conference in conferences if conference.is_published),
                key=lambda conference: (conference.details.start_date, conference.code),
            )
            if before == self._times_forgotten:
                self._list = (self._clock() + LIST_SECONDS, published)
        return published

    def forget(self, conference_id: UUID) -> None:
        """Read this conference afresh: it changed, or has seats again."""
        for code, known in list(self._cache.items()):
            if known.conference.conference_id == conference_id:
                del self._cache[code]
        self._times_forgotten += 1

    def forget_list(self) -> None:
        """Read the list afresh: what it says of a conference changed."""
        self._list = (0.0, ())
        self._times_forgotten += 1

    async def _read(self, code: str, seats_as: "_Reading | None" = None) -> ConferenceView | None:
        """The conference as it is now, but with the seats left as another reading has them, if one is given."""
        if _SLUG.fullmatch(code) is None:
            return None
        code, now, before = code.lower(), self._clock(), self._times_forgotten
        found = await self._views.get_listed(CONFERENCES, CONFERENCES_PARTITION, code)
        reading = _Reading(found, at=now, seats_at=now) if found else None
        if reading and seats_as:
            reading = _Reading(_with_seats(reading.conference, seats_as.conference), at=now, seats_at=seats_as.seats_at)
        if before == self._times_forgotten:  # else this reading may be older than what was heard meanwhile
            self._remember(code, reading)
        return reading.conference if reading else None

    def _remember(self, code: str, reading: "_Reading | None") -> None:
        if reading is None:
            self._cache.pop(code, None)
        else:
            self._cache[code] = reading

    def _are_outdated(self, known: "_Reading", seats: Seats) -> bool:
        """The seats left, to somebody who wants to order `seats`."""
        seconds = seconds_to_cache(known.conference)
        return self._is_older(known.seats_at, seconds) or _would_sell_the_last(known.conference, seats)

    def _is_older(self, read_at: float, seconds: float) -> bool:
        return self._clock() - read_at >= seconds


@dataclass(frozen=True, slots=True)
class _Reading:
    """A conference as it was `at` a time of the clock, with the seats left as they were `seats_at`."""

    conference: ConferenceView
    at: float
    seats_at: float


def _with_seats(conference: ConferenceView, other: ConferenceView) -> ConferenceView:
    return replace(conference, remaining=conference.remaining | other.remaining)


def _would_sell_the_last(conference: ConferenceView, seats: Seats) -> bool:
    return any(seat.quantity >= conference.available(seat.seat_type) for seat in seats)
