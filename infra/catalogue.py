"""The published conferences, cached by how many seats are left.

Reading is never the truth about seats: SeatsAvailability is. A conference with many seats left, or none, hardly
changes for its readers, so it is read again seldom; one that sells its last seats is read again every time.
The list tells nothing of seats. To read it is to read every conference there ever was, so it is read every few seconds.
Whoever wants to sell gets what is a few seconds old at most: so late may a conference be booked that another process
knows to be published no more, or at a price that has changed.
Source: CQRS Journey, chapter 7, "Caching conference information".
"""

import re
import time
from collections.abc import Callable, Sequence
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
        self._cache: dict[str, tuple[float, ConferenceView]] = {}
        self._list: tuple[float, Sequence[ConferenceView]] = (0.0, ())
        self._times_forgotten = 0

    async def conference(self, code: str, *, seats: Seats = ()) -> ConferenceView | None:
        """The conference, None unless published. An order that would sell the last seats always reads afresh."""

        def seconds(known: ConferenceView) -> float:
            if _would_sell_the_last(known, seats):
                return 0
            return min(seconds_to_cache(known), SALE_SECONDS) if seats else seconds_to_cache(known)

        conference = await self._reading(code, seconds)
        return conference if conference and conference.is_published else None

    async def name(self, code: str) -> str | None:
        """What the conference is called, published or not, within NAME_SECONDS of a change; None if there is none."""
        conference = await self._reading(code, lambda _: NAME_SECONDS)
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
        for code, (_, conference) in list(self._cache.items()):
            if conference.conference_id == conference_id:
                del self._cache[code]
        self._times_forgotten += 1

    def forget_list(self) -> None:
        """Read the list afresh: what it says of a conference changed."""
        self._list = (0.0, ())
        self._times_forgotten += 1

    async def _reading(self, code: str, seconds: Callable[[ConferenceView], float]) -> ConferenceView | None:
        """The conference, published or not, as it was at most `seconds` ago."""
        if _SLUG.fullmatch(code) is None:
            return None
        code = code.lower()
        if (known := self._cache.get(code)) is not None:
            read_at, conference = known
            if self._clock() - read_at < seconds(conference):
                return conference
        now, before = self._clock(), self._times_forgotten
        found = await self._views.get_listed(CONFERENCES, CONFERENCES_PARTITION, code)
        if before == self._times_forgotten:  # else this reading may be older than what was heard meanwhile
            self._remember(code, now, found)
        return found

    def _remember(self, code: str, read_at: float, conference: ConferenceView | None) -> None:
        if conference is None:
            self._cache.pop(code, None)
        else:
            self._cache[code] = (read_at, conference)


def _would_sell_the_last(conference: ConferenceView, seats: Seats) -> bool:
    return any(seat.quantity >= conference.available(seat.seat_type) for seat in seats)
