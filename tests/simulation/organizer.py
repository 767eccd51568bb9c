"""The organizer: offers a conference, and changes her mind about it while people register."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from uuid import UUID

from domain.conference_management.conference import (
    AddSeatType,
    Conference,
    ConferenceChange,
    CreateConference,
    PublishConference,
    SeatType,
    UnpublishConference,
    UpdateConference,
    UpdateSeatType,
)
from domain.kernel.messages import Envelope
from tests.simulation.people import GaveUp, Person
from tests.simulation.world import World
from tests.support.vocabulary import CODE, CONFERENCE, DETAILS, NAMES, UNIT_PRICES

CHANGES = (-3, -2, -1, 1, 2, 4)


class Organizer(Person):
    """Offers `quantities` of seats by type, and changes something up to `changes` times."""

    def __init__(self, world: World, quantities: dict[UUID, int], changes: int, draw: Random) -> None:
        super().__init__(world, "the organizer", draw)
        self._quantities = dict(quantities)
        self._changes = changes
        self._commands = 0

    async def lives(self) -> None:
        """Offer it, and then change something now and then."""
        await self._offers()
        for number in range(self._changes):
            await self.waits(1.0, 400.0)
            change = self.draw.choice(
                [*4 * [self._changes_a_quantity], self._finds_other_words, self._closes_for_a_while]
            )
            if self.feels_like(f"changes something ({number})", 0.9):
                await change()

    async def _offers(self) -> None:
        await self._says(
            CreateConference(
                conference_id=CONFERENCE,
                code=CODE,
                details=DETAILS,
                owner_name="Olive",
                owner_email="olive@example.com",
            )
        )
        for kind in self._quantities:
            await self._says(AddSeatType(conference_id=CONFERENCE, seat_type=self._seat_type(kind)))
        await self._says(PublishConference(conference_id=CONFERENCE))

    async def _changes_a_quantity(self) -> None:
        kind = self.draw.choice(list(self._quantities))
        self._quantities[kind] = max(0, self._quantities[kind] + self.draw.choice(CHANGES))
        await self._says(UpdateSeatType(conference_id=CONFERENCE, seat_type=self._seat_type(kind)))

    async def _finds_other_words(self) -> None:
        details = replace(DETAILS, tagline=f"As said in command {self._commands}")
        await self._says(UpdateConference(conference_id=CONFERENCE, details=details))

    async def _closes_for_a_while(self) -> None:
        await self._says(UnpublishConference(conference_id=CONFERENCE))
        await self.waits(0.0, 30.0)
        await self._says(PublishConference(conference_id=CONFERENCE))

    async def _says(self, command: CreateConference | ConferenceChange) -> Conference:
        """The same command with the same id each time it is tried."""
        self._commands += 1
        envelope: Envelope[ConferenceChange] = Envelope(
            message=command,  # type: ignore[arg-type]
            message_id=f"{self.name}, command {self._commands}",
            correlation_id=str(CONFERENCE),
            causation_id=self.name,
            time=self.world.time(),
        )
        if isinstance(command, CreateConference):
            return await self.ask(
                "CreateConference",
                lambda app, _: app.conferences.create(envelope, access_code="ABC234", token="token"),  # type: ignore[arg-type]
            )
        return await self.ask(type(command).__name__, lambda app, _: app.conferences.change(envelope))

    def _seat_type(self, kind: UUID) -> SeatType:
        return SeatType(
            id=kind, name=NAMES[kind], description="", quantity=self._quantities[kind], price=UNIT_PRICES[kind]
        )


async def until_she_gives_up(organizer: Organizer) -> None:
    """A conference that nobody answered about long enough is not offered, or stays as it is."""
    try:
        await organizer.lives()
    except GaveUp as gave_up:
        organizer.world.note(str(gave_up))
