"""What keeps the product right, as far as one run can do without it.

The product has no switches for this. A store of the simulation leaves something undone (`Omission`), or a subclass
stands where the product's own class would.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from domain.kernel.aggregates import Aggregates, Loaded
from domain.kernel.messages import Envelope, RecordedEvent
from domain.kernel.ports import Reaction
from domain.kernel.projections import Projections
from domain.registration.process_manager import react
from domain.registration.registration_process import RegistrationProcess
from domain.registration.seats_availability import SeatsReserved


class Omission(Enum):
    """What a store can leave undone."""

    EVENT_VERSIONS = auto()
    EVENT_INBOX = auto()
    EVENT_OUTBOX = auto()
    PROCESS_VERSIONS = auto()
    PROCESS_INBOX = auto()
    PROCESS_OUTBOX = auto()
    ORDER_INDEX = auto()
    CONFERENCE_OUTBOX = auto()
    VIEW_TOKENS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mechanisms:
    """All of them, unless told otherwise."""

    omitted: frozenset[Omission] = frozenset()
    aggregates: type[Aggregates] = Aggregates
    projections: type[Projections] = Projections
    react: Callable[..., Reaction | None] = react


class WithoutVerification(Aggregates):
    """Believes what it remembers, also where nothing follows from it."""

    def _cached(self, stream_id: str) -> Loaded[Any] | None:
        known = super()._cached(stream_id)
        return known and replace(known, fresh=True)


class WithoutGapRepair(Projections):
    """Applies what comes, whatever is missing before it."""

    async def _unseen(self, event: RecordedEvent[Any], seen: int) -> Sequence[RecordedEvent[Any]]:
        return (event,) if event.version > seen else ()


class WithoutMemory(Projections):
    """Applies what comes, also what it has applied before."""

    async def _unseen(self, event: RecordedEvent[Any], seen: int) -> Sequence[RecordedEvent[Any]]:
        return await super()._unseen(event, min(seen, event.version - 1))


def react_without_correlation(
    process: RegistrationProcess | None, message: Envelope[Any], *, grace: timedelta
) -> Reaction | None:
    """Takes any SeatsReserved for the answer to the last MakeSeatReservation."""
    if process is not None and isinstance(message.message, SeatsReserved):
        message = replace(message, causation_id=process.reservation_command_id or "")
    return react(process, message, grace=grace)
