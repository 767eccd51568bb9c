"""Read models while things go on: events happen, come in any order and number, and two workers with caches write views.

After every step each document is what its stream came to up to some event, and in the end up to the last.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.kernel.decider import Decider
from domain.kernel.errors import DomainError
from domain.kernel.messages import Commit, RecordedEvent
from domain.kernel.projections import Projections
from domain.kernel.views import View
from domain.registration.managed_orders import MANAGED_ORDERS
from domain.registration.order import ORDER
from domain.registration.order_messages import AssignRegistrantDetails, RejectOrder
from domain.registration.order_views import ASSIGNMENTS, ORDER_LOCATIONS, ORDERS
from domain.registration.seat_assignments import SEAT_ASSIGNMENTS, AssignSeat, CreateSeatAssignments, assignments_id
from infra.serialization import encode_document
from tests.simulation.stores import Tables, WorkerViews
from tests.simulation.virtual_loop import VirtualLoop
from tests.support import orders
from tests.support.fakes import InMemoryEventStore
from tests.support.vocabulary import JANE, JOHN, NOW, ORDER_ID, said, seats

VIEWS: tuple[View[Any], ...] = (ORDERS, ORDER_LOCATIONS, ASSIGNMENTS, MANAGED_ORDERS)
ASSIGNMENTS_ID = assignments_id(ORDER_ID)
ORDER_STREAM, SEATS_STREAM = ORDER.stream_id(ORDER_ID), SEAT_ASSIGNMENTS.stream_id(ASSIGNMENTS_ID)
DECIDERS: dict[str, Decider[Any]] = {ORDER_STREAM: ORDER, SEATS_STREAM: SEAT_ASSIGNMENTS}
COMMANDS: tuple[Any, ...] = (
    orders.register(seats(general=2)),
    orders.register(seats(general=1, workshop=1)),
    orders.mark_reserved(seats(general=2)),
    orders.mark_reserved(seats(general=1)),
    orders.confirm(398_00),
    RejectOrder(order_id=ORDER_ID),
    AssignRegistrantDetails(order_id=ORDER_ID, registrant=JANE),
    AssignRegistrantDetails(order_id=ORDER_ID, registrant=JOHN),
    CreateSeatAssignments(
        assignments_id=ASSIGNMENTS_ID, order_id=ORDER_ID, seats=orders.confirmed(seats(general=2)).seats
    ),
    AssignSeat(assignments_id=ASSIGNMENTS_ID, position=0, attendee=JANE),
    AssignSeat(assignments_id=ASSIGNMENTS_ID, position=0, attendee=JOHN),
)


class ViewsWhileThingsGoOn(RuleBasedStateMachine):
    """One order, its assignments, and the four views made of them."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.events = InMemoryEventStore()
        self.tables = Tables()
        self.workers = [self.started(), self.started()]
        self.number = 0

    def started(self) -> Projections:
        return Projections(WorkerViews(self.tables), self.events)

    def recorded(self) -> list[RecordedEvent[Any]]:
        return [event for stream_id in DECIDERS for event in self.events.recorded(stream_id)]

    @rule(command=st.sampled_from(COMMANDS))
    def something_happens(self, command: Any) -> None:
        stream_id = SEATS_STREAM if hasattr(command, "assignments_id") else ORDER_STREAM
        decider, happened = DECIDERS[stream_id], tuple(self.events.events(stream_id))
        if stream_id == SEATS_STREAM and not self.events.events(ORDER_STREAM):
            return  # there are no seats without an order
        try:
            events = decider.decide(command, decider.fold(decider.initial, happened), NOW)
        except DomainError:
            return
        if events:
            self.number += 1
            cause = said(command, f"command {self.number}")
            commit = Commit(stream_id=stream_id, version=len(happened) + 1, cause=cause, events=events)
            self.loop.run_until_complete(self.events.append([commit]))

    @precondition(lambda self: self.recorded())
    @rule(chosen=st.lists(st.integers(0, 1000), min_size=1, max_size=6), worker=st.integers(0, 1))
    def some_of_it_is_heard(self, chosen: list[int], worker: int) -> None:
        recorded = self.recorded()
        self.hear([recorded[number % len(recorded)] for number in chosen], worker)

    @rule(worker=st.integers(0, 1))
    def a_worker_starts_anew(self, worker: int) -> None:
        self.workers[worker] = self.started()

    def hear(self, events: list[RecordedEvent[Any]], worker: int) -> None:
        for view in VIEWS:
            self.loop.run_until_complete(self.workers[worker].apply(view, events))

    @invariant()
    def every_document_is_what_its_streams_came_to(self) -> None:
        for view in VIEWS:
            for (name, _), entity in self.tables.entities.items():
                if name == view.name:
                    assert entity.document == self.come_to(view, entity.versions)

    def come_to(self, view: View[Any], versions: dict[str, int]) -> bytes:
        document: Any = None
        for event in self.recorded():
            if view.takes(event) and event.version <= versions.get(event.stream_id, 0):
                document = view.evolve(document, event)
        return encode_document(document)

    def teardown(self) -> None:
        with closing(self.loop):
            recorded = self.recorded()
            self.hear(recorded[::-1], 0)
            self.every_document_is_what_its_streams_came_to()
            last = {event.stream_id: event.version for event in recorded}
            for view in (ORDERS, ASSIGNMENTS, MANAGED_ORDERS):
                entity = self.tables.entities.get((view.name, str(ORDER_ID)))
                seen = {stream_id: version for stream_id, version in last.items() if self.is_source(view, stream_id)}
                assert (entity.versions if entity else {}) == seen

    def is_source(self, view: View[Any], stream_id: str) -> bool:
        return stream_id.partition("-")[0] in view.sources


TestViewsWhileThingsGoOn = ViewsWhileThingsGoOn.TestCase
TestViewsWhileThingsGoOn.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
