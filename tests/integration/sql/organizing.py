"""An organizer at work, without HTTP in between."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from domain.conference_management.conference import (
    AddSeatType,
    Conference,
    ConferenceChange,
    CreateConference,
    SeatType,
)
from domain.conference_management.use_cases import ConferenceManagement
from domain.kernel.messages import Envelope
from domain.kernel.ports import MessageBus
from infra.keyed_hash import KeyedHash
from infra.sql.attempt_limiter import SqlAttemptLimiter
from infra.sql.conference_store import SqlConferenceStore
from infra.sql.database import Database
from infra.sql.organizer_access import SqlOrganizerAccess
from infra.sql.sequential_guid import new_sequential_guid
from tests.integration.sql.clocks import Clock
from tests.support.vocabulary import DETAILS, NOW

OWNER = "Olive@Example.com"
ACCESS_CODE = "ABC234"


def said(command: Any, *, message_id: str | None = None, now: datetime = NOW) -> Envelope[Any]:
    """The envelope of a command of hers."""
    return Envelope(
        message=command,
        message_id=message_id or str(uuid4()),
        correlation_id=str(command.conference_id),
        causation_id="a request",
        time=now,
    )


def creation(code: str = "cqrs-summit", *, owner: str = OWNER) -> CreateConference:
    """The command that begins a conference."""
    return CreateConference(
        conference_id=new_sequential_guid(),
        code=code,
        details=DETAILS,
        owner_name="Olive Organizer",
        owner_email=owner,
    )


def seat_type(quantity: int = 10) -> SeatType:
    """A kind of seat."""
    return SeatType(id=new_sequential_guid(), name="General admission", description="x", quantity=quantity, price=1)


class Organizing:
    """Conference management on a real database, with a bus that can be looked into."""

    def __init__(self, database: Database, bus: MessageBus, clock: Clock) -> None:
        self.store = SqlConferenceStore(database, clock)
        self.limiter = SqlAttemptLimiter(database, KeyedHash("secret"), per_client=25, clock=clock)
        self.management = ConferenceManagement(
            store=self.store, organizers=SqlOrganizerAccess(database), attempts=self.limiter, bus=bus
        )

    async def create(
        self, code: str = "cqrs-summit", *, owner: str = OWNER, access_code: str = ACCESS_CODE, token: str | None = None
    ) -> Conference:
        """A new conference."""
        command = said(creation(code, owner=owner))
        return await self.management.create(command, access_code=access_code, token=token or str(uuid4()))

    async def do(self, command: ConferenceChange, *, message_id: str | None = None) -> Conference:
        """Change a conference."""
        return await self.management.change(said(command, message_id=message_id))

    async def add_seats(self, conference_id: UUID, quantity: int = 10) -> SeatType:
        """Offer another kind of seat."""
        added = seat_type(quantity)
        await self.do(AddSeatType(conference_id=conference_id, seat_type=added))
        return added
