"""The published conference that registrants find in the tests."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from uuid import UUID

from domain.registration.conference_view import ConferenceView, SeatType
from domain.registration.seats import Seats
from domain.registration.use_cases import Caller
from tests.support.vocabulary import (
    COCKTAIL,
    CODE,
    CONFERENCE,
    DETAILS,
    FREE,
    GENERAL,
    NAMES,
    NOW,
    UNIT_PRICES,
    WORKSHOP,
)

_CALLS = count(1)


def caller() -> Caller:
    """Somebody calls, once."""
    return Caller(message_id=f"call {next(_CALLS)}", now=NOW)


class PublishedConference:
    """Catalogue of one conference, with ten seats of every kind."""

    def __init__(self) -> None:
        kinds = (GENERAL, WORKSHOP, COCKTAIL, FREE)
        self.published: ConferenceView | None = ConferenceView(
            conference_id=CONFERENCE,
            code=CODE,
            details=DETAILS,
            is_published=True,
            seat_types=tuple(
                SeatType(id=kind, name=NAMES[kind], description="", price=UNIT_PRICES[kind], quantity=10)
                for kind in kinds
            ),
            remaining=dict.fromkeys(kinds, 10),
        )
        self.asked_for: list[Seats] = []

    async def conference(self, code: str, *, seats: Seats = ()) -> ConferenceView | None:
        self.asked_for.append(seats)
        return self.published if code.lower() == CODE else None

    async def name(self, code: str) -> str | None:
        return DETAILS.name if code.lower() == CODE else None

    def has_left(self, **left: int) -> None:
        """So many are left of these kinds."""
        assert self.published is not None
        kinds = {"general": GENERAL, "workshop": WORKSHOP, "cocktail": COCKTAIL, "free": FREE}
        remaining: dict[UUID, int] = {kinds[kind]: quantity for kind, quantity in left.items()}
        self.published = replace(self.published, remaining=self.published.remaining | remaining)
