"""The whole of registration in memory: orders, seats, payments, processes, and the messages on their way between them.

The kernel is the real one, on the fakes; two workers share the stores, so that their caches are stale by turns. Whoever
drives a world decides what is delivered when, how often, by which worker, and when time passes.
"""

from __future__ import annotations

from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar, get_args
from uuid import UUID

from domain.kernel.aggregates import Aggregates
from domain.kernel.decider import Decider
from domain.kernel.errors import DomainError, Unavailable
from domain.kernel.messages import Envelope
from domain.kernel.processes import Processes
from domain.payments.third_party_processor_payment import PAYMENT, PaymentCommand
from domain.registration.order import ORDER
from domain.registration.order_messages import OrderCommand, OrderConfirmed
from domain.registration.process_manager import react
from domain.registration.registration_process import RegistrationProcessMessage, order_of
from domain.registration.seat_assignments import SEAT_ASSIGNMENTS, CreateSeatAssignments, assignments_id
from domain.registration.seats_availability import SEATS_AVAILABILITY, SeatsAvailabilityCommand
from tests.support.backend import Backend
from tests.support.fakes import InMemoryProcessStore
from tests.support.vocabulary import GRACE, NOW

T = TypeVar("T")


def at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of what never really waits, as nothing does that runs on the fakes; much faster than an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as finished:
        result: T = finished.value
        return result
    coroutine.close()
    raise AssertionError("it waited")


def aggregate_of(command: Any) -> tuple[Decider[Any], UUID]:
    """Whom a command is for."""
    if isinstance(command, OrderCommand):
        return ORDER, command.order_id
    if isinstance(command, SeatsAvailabilityCommand):
        return SEATS_AVAILABILITY, command.conference_id
    if isinstance(command, PaymentCommand):
        return PAYMENT, command.payment_id
    assert isinstance(command, CreateSeatAssignments)
    return SEAT_ASSIGNMENTS, command.assignments_id


@dataclass(frozen=True, kw_only=True)
class OnItsWay:
    """A message that may be delivered from `not_before`, and is dropped after `not_after`."""

    envelope: Envelope[Any]
    to_process: bool
    not_before: datetime | None = None
    not_after: datetime | None = None


@dataclass
class World:
    """All state there is."""

    now: datetime = NOW
    backend: Backend = field(default_factory=Backend)
    process_store: InMemoryProcessStore = field(default_factory=InMemoryProcessStore)
    on_their_way: list[OnItsWay] = field(default_factory=list)
    parked: list[tuple[Envelope[Any], DomainError]] = field(default_factory=list)
    numbers: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.workers: list[Aggregates] = [self.backend.worker(snapshot_every=7), self.backend.worker()]
        self.processes = Processes(self.process_store, self.backend.bus)

    # What people do

    def say(self, command: Any, conversation: UUID) -> Envelope[Any]:
        """A command that somebody gives right now."""
        return Envelope(
            message=command,
            message_id=f"said {next(self.numbers)}",
            correlation_id=str(conversation),
            causation_id="somebody",
            time=self.now,
        )

    def handle_at_once(self, command: Any, conversation: UUID, *, worker: int = 0) -> None:
        """Handle it in process, as HTTP does; a refusal is the caller's to see and changes nothing."""
        with suppress(DomainError, Unavailable):
            self._execute(worker, self.say(command, conversation))
        self._collect()

    def send(self, command: Any, conversation: UUID) -> None:
        """Put it on its way."""
        self.on_their_way.append(OnItsWay(envelope=self.say(command, conversation), to_process=False))

    def state_of(self, decider: Decider[T], aggregate_id: UUID) -> T:
        """The state by all that was ever stored, with no regard to caches and snapshots."""
        return decider.fold(decider.initial, tuple(self.backend.events.events(decider.stream_id(aggregate_id))))

    # What becomes of messages

    def deliverable(self) -> list[OnItsWay]:
        """What may be delivered now."""
        self.on_their_way = [one for one in self.on_their_way if one.not_after is None or self.now <= one.not_after]
        return [one for one in self.on_their_way if one.not_before is None or one.not_before <= self.now]

    def deliver(self, one: OnItsWay, *, worker: int = 0, and_again: bool = False) -> None:
        """Deliver it; one that cannot be handled right now stays, one that never can is parked."""
        if not and_again:
            self.on_their_way.remove(one)
        envelope = replace(one.envelope, time=self.now)
        try:
            if one.to_process:
                self._react(envelope)
            else:
                self._execute(worker, envelope)
        except DomainError as refusal:
            self.parked.append((envelope, refusal))
        except Unavailable:
            if not and_again:
                self.on_their_way.append(one)
        self._collect()

    def deliver_batch(self, decider: Decider[Any], aggregate_id: UUID, *, worker: int = 0) -> None:
        """Deliver all that waits for this aggregate in one batch."""
        batch = [
            one
            for one in self.deliverable()
            if not one.to_process and aggregate_of(one.envelope.message) == (decider, aggregate_id)
        ]
        envelopes = [replace(one.envelope, time=self.now) for one in batch]
        try:
            results = at_once(self.workers[worker].execute_all(decider, aggregate_id, envelopes))
        except Unavailable:
            return
        finally:
            self._collect()
        self.parked.extend(
            (envelope, result)
            for envelope, result in zip(envelopes, results, strict=True)
            if isinstance(result, DomainError)
        )
        self.on_their_way = [one for one in self.on_their_way if all(one is not other for other in batch)]

    def run_timers(self) -> None:
        """Publish what stayed pending, and send what stayed in outboxes."""
        for commits in list(self.backend.events.streams.values()):
            if pending := [commit for commit in commits if commit.pending]:
                at_once(self.workers[0].publish_pending(pending))
        at_once(self.processes.send_unsent(self.now + timedelta(days=1)))
        self._collect()

    def left_behind(self) -> bool:
        """Whether anything waits for a timer."""
        streams = self.backend.events.streams.values()
        return bool(self.process_store.outbox) or any(commit.pending for stream in streams for commit in stream)

    def next_time(self) -> datetime | None:
        """When the next scheduled message comes."""
        return min((one.not_before for one in self.on_their_way if one.not_before), default=None)

    def _execute(self, worker: int, envelope: Envelope[Any]) -> None:
        decider, aggregate_id = aggregate_of(envelope.message)
        at_once(self.workers[worker].execute(decider, aggregate_id, envelope))

    def _react(self, envelope: Envelope[Any]) -> None:
        def reaction(process: Any) -> Any:
            return react(process, envelope, grace=GRACE)

        at_once(self.processes.react([(order_of(envelope.message), envelope, reaction)]))

    def _collect(self) -> None:
        """What the bus was given is on its way."""
        bus = self.backend.bus
        for commit in bus.published:
            for event in commit.recorded():
                if isinstance(event.message, get_args(RegistrationProcessMessage)):
                    self.on_their_way.append(OnItsWay(envelope=event, to_process=True))
                if isinstance(event.message, OrderConfirmed):
                    self.on_their_way.append(OnItsWay(envelope=_assignments(event), to_process=False))
        for command in bus.sent:
            to_process = isinstance(command.envelope.message, get_args(RegistrationProcessMessage))
            self.on_their_way.append(
                OnItsWay(
                    envelope=command.envelope,
                    to_process=to_process,
                    not_before=command.not_before,
                    not_after=command.not_after,
                )
            )
        bus.published.clear()
        bus.sent.clear()


def _assignments(confirmed: Envelope[OrderConfirmed]) -> Envelope[Any]:
    order_id = confirmed.message.order_id
    return confirmed.caused(
        CreateSeatAssignments(assignments_id=assignments_id(order_id), order_id=order_id, seats=confirmed.message.seats)
    )
