"""What registrants do, over the ports: place an order, change it, say who registers, seat people."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from domain.kernel.aggregates import Aggregates, Outcome
from domain.kernel.decider import Decider
from domain.kernel.errors import DomainError, NotFound, NotPossible, Unavailable
from domain.kernel.ids import derive
from domain.kernel.messages import Commit, Envelope, OutgoingCommand, RecordedEvent
from domain.kernel.ports import EventStore, MessageBus
from domain.registration.catalogue import (
    Catalogue,
    prices_of,
    refuse_more_than_asked_for,
    refuse_more_than_left,
    refuse_more_than_left_for,
)
from domain.registration.order import ORDER, asked_for, refuse_when_over
from domain.registration.order_messages import (
    AssignRegistrantDetails,
    ForgetRegistrant,
    OrderPlaced,
    RegisterToConference,
)
from domain.registration.order_views import AssignmentsView, OrderView, evolve_assignments, evolve_order
from domain.registration.personal_info import PersonalInfo, Sealer
from domain.registration.seat_assignments import SEAT_ASSIGNMENTS, AssignSeat, UnassignSeat, assignments_id
from domain.registration.seats import Seats, by_type

D = TypeVar("D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks and when: the ids drawn and the time read at the edge."""

    message_id: str
    now: datetime

    def command(self, message: Any, correlation_id: UUID, message_id: str | None = None) -> Envelope[Any]:
        """The envelope of a command of hers."""
        return Envelope(
            message=message,
            message_id=message_id or self.message_id,
            correlation_id=str(correlation_id),
            causation_id=self.message_id,
            time=self.now,
        )


class Registration:
    """The registrant's side of the system.

    A command is handled in process. When the event store does not answer, it goes to its queue instead, and the answer
    is None: accepted, to be read later. None too when it was handled and only the reading after it got no answer.
    Raises Unavailable when the bus does not answer either, and for want of what a command or an answer cannot be made
    without: the conference, the order to change or placed before, the key that names are sealed under.
    """

    def __init__(
        self, aggregates: Aggregates, events: EventStore, bus: MessageBus, catalogue: Catalogue, sealer: Sealer
    ) -> None:
        self._aggregates = aggregates
        self._events = events
        self._bus = bus
        self._catalogue = catalogue
        self._sealer = sealer

    async def place_order(
        self, caller: Caller, *, order_id: UUID, code: str, seats: Seats, access_code: str, expiry_seconds: int
    ) -> OrderView | None:
        """Place an order. The same id with the same seats answers as the first time did.

        Raises NotFound (no such published conference), UnknownSeatTypes, SeatsUnavailable, and NotPossible:
        `order-exists` for an id that is taken by another order, `too-many-seats`.
        """
        seats = asked_for(seats)
        conference = await self._catalogue.conference(code, seats=seats)
        try:
            if conference is None:
                raise NotFound(f"There is no conference {code!r}.")
            refuse_more_than_left(seats, conference)
        except DomainError:
            # Whoever repeats a request that succeeded gets her answer, even if nothing is left by now.
            if (first := await self._first_commit(order_id)) is None:
                raise
            return _same_order(first, code, seats)
        command = RegisterToConference(
            order_id=order_id,
            conference_id=conference.conference_id,
            conference_code=conference.code,
            seats=seats,
            prices=prices_of(seats, conference),
            access_code=access_code,
            reservation_expiry_seconds=expiry_seconds,
        )
        envelope = caller.command(command, order_id, str(derive(order_id, "RegisterToConference")))
        outcome = await self._handle(ORDER, order_id, envelope, assume_new=True)
        if outcome is None:
            return None
        first = outcome.commit or await self._first_commit(order_id)
        assert first is not None  # what changed nothing had been placed before
        return _same_order(first, code, seats)

    async def order(self, order_id: UUID) -> OrderView | None:
        """The order after all that has happened to it, whatever the read models know; None when there is none."""
        return await self._view(ORDER.stream_id(order_id), evolve_order)

    async def update_order(self, caller: Caller, *, order_id: UUID, seats: Seats) -> OrderView | None:
        """Ask for other seats; while the conference is not published, for some of those asked for before.

        Raises as `place_order`, and NotPossible when the order is confirmed or its time is up.
        """
        order = (await self._aggregates.load(ORDER, order_id)).state
        placed = order.placed
        if placed is None:
            raise NotFound(f"There is no order {order_id}.")
        refuse_when_over(order)
        seats = asked_for(seats)
        conference = await self._catalogue.conference(placed.conference_code, seats=seats)
        if conference is None:
            refuse_more_than_asked_for(order, seats, placed.conference_code)
        else:
            refuse_more_than_left_for(order, seats, conference)
        command = RegisterToConference(
            order_id=order_id,
            conference_id=placed.conference_id,
            conference_code=placed.conference_code,
            seats=seats,
            prices=prices_of(seats, conference) if conference else order.prices,
            access_code=placed.access_code,
            reservation_expiry_seconds=0,
        )
        return await self._then_read(ORDER, order_id, caller.command(command, order_id), evolve_order)

    async def assign_registrant(self, caller: Caller, *, order_id: UUID, registrant: PersonalInfo) -> OrderView | None:
        """Say who registers. Raises NotFound, and NotPossible when the order has expired or she was forgotten."""
        await self._refuse_unknown(ORDER, order_id, f"order {order_id}")
        sealed = await self._sealer.seal(order_id, registrant)
        command = AssignRegistrantDetails(order_id=order_id, registrant=sealed)
        return await self._then_read(ORDER, order_id, caller.command(command, order_id), evolve_order)

    async def forget_registrant(self, caller: Caller, *, order_id: UUID) -> None:
        """Make unreadable who registered and who attends; doing so again is harmless.

        Raises NotFound, and NotPossible `order-open` while the order is under way. When it raises Unavailable half-way,
        the key is destroyed on behalf of OrderRegistrantForgotten.
        """
        command = ForgetRegistrant(order_id=order_id)
        await self._aggregates.execute(ORDER, order_id, caller.command(command, order_id))
        await self._sealer.destroy_key(order_id)

    async def assign_seat(
        self, caller: Caller, *, order_id: UUID, position: int, attendee: PersonalInfo | None
    ) -> AssignmentsView | None:
        """Put somebody on a seat, or (None) nobody.

        Raises NotFound for a seat that is not there, and NotPossible when the registrant was forgotten.
        """
        assignments = assignments_id(order_id)
        command: AssignSeat | UnassignSeat = UnassignSeat(assignments_id=assignments, position=position)
        if attendee:
            await self._refuse_unknown(SEAT_ASSIGNMENTS, assignments, f"seat of order {order_id}")
            sealed = await self._sealer.seal(order_id, attendee)
            command = AssignSeat(assignments_id=assignments, position=position, attendee=sealed)
        envelope = caller.command(command, order_id)
        return await self._then_read(SEAT_ASSIGNMENTS, assignments, envelope, evolve_assignments)

    async def _refuse_unknown(self, decider: Decider[Any], aggregate_id: UUID, what: str) -> None:
        """So that no keys are drawn for orders that nobody placed. An unanswering store says no later, if it must."""
        with suppress(Unavailable):
            if (await self._aggregates.recall(decider, aggregate_id)).version == 0:
                raise NotFound(f"There is no {what}.")

    async def _then_read(
        self,
        decider: Decider[Any],
        aggregate_id: UUID,
        command: Envelope[Any],
        evolve: Callable[[D | None, RecordedEvent[Any]], D | None],
    ) -> D | None:
        if await self._handle(decider, aggregate_id, command) is not None:
            with suppress(Unavailable):  # the command has succeeded
                return await self._view(decider.stream_id(aggregate_id), evolve)
        return None

    async def _handle(
        self, decider: Decider[Any], aggregate_id: UUID, command: Envelope[Any], *, assume_new: bool = False
    ) -> Outcome[Any] | None:
        try:
            return await self._aggregates.execute(decider, aggregate_id, command, assume_new=assume_new)
        except Unavailable:
            await self._bus.send([OutgoingCommand(envelope=command)])
            return None

    async def _first_commit(self, order_id: UUID) -> Commit | None:
        commits = await self._events.read(ORDER.stream_id(order_id))
        return commits[0] if commits else None

    async def _view(self, stream_id: str, evolve: Callable[[D | None, RecordedEvent[Any]], D | None]) -> D | None:
        """The view after all that has happened: what the projection will come to."""
        return _fold(evolve, await self._events.read(stream_id))


def _same_order(first: Commit, code: str, seats: Seats) -> OrderView:
    """The answer that its first commit gave, if it is the same order that is asked for now."""
    placed: OrderPlaced = first.events[0]
    if placed.conference_code.lower() != code.lower() or by_type(placed.seats) != by_type(seats):
        raise NotPossible("order-exists", "This orderId is taken by another order; to change its seats, PUT its items.")
    view = _fold(evolve_order, [first])
    assert view is not None  # OrderPlaced makes one
    return view


def _fold(evolve: Callable[[D | None, RecordedEvent[Any]], D | None], commits: Sequence[Commit]) -> D | None:
    view: D | None = None
    for commit in commits:
        for event in commit.recorded():
            view = evolve(view, event)
    return view
