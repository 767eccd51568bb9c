"""One conference, its registrants, the workers of the app, and everything between them, for one run.

A run is a discrete-event simulation on a virtual clock. Everything that takes time is on the agenda of one loop, and
how long it takes is up to chance; so chance decides what overtakes what, and a run is the same each time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from domain.kernel.messages import Commit
from functions.schedules import LEFT_BEHIND_AFTER
from tests.simulation.app import compose, product_at_work
from tests.simulation.bus import SimulatedServiceBus
from tests.simulation.chance import Chance
from tests.simulation.faults import LEAP_SECONDS, MOST_SKEW_SECONDS, TIME_LEAPS, Weather
from tests.simulation.ledger import Ledger, Violation
from tests.simulation.mechanisms import Mechanisms
from tests.simulation.shared import (
    SharedConferences,
    SharedEvents,
    SharedProcesses,
    SharedSnapshots,
    SharedTables,
)
from tests.simulation.stores import Keys, Log
from tests.simulation.triggers import run_timer
from tests.simulation.virtual_loop import VirtualLoop
from tests.simulation.workers import WORK, Worker, at_work

T = TypeVar("T")

BEGINNING = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
WORKERS = 3
TICK_SECONDS = 15.0
"""How often the timer runs, and how closely the bus watches its locks."""
LONGEST_SECONDS = 24 * 3600.0
"""Everything must have come to its end long before."""


class ConnectionLost(Exception):
    """The worker died before it answered."""


class World:
    """All there is in one run. `script` collects what happens, in words, when somebody wants to read it."""

    def __init__(
        self,
        chance: Chance,
        weather: Weather,
        mechanisms: Mechanisms | None = None,
        *,
        script: list[str] | None = None,
        observe: Callable[[str], None] | None = None,
    ) -> None:
        self.chance = chance
        self.weather = weather
        self.mechanisms = mechanisms or Mechanisms()
        self.observe = observe
        self.script = script
        self.loop = VirtualLoop()
        self.ledger = Ledger()
        self.counts: Counter[str] = Counter()
        self.violation: Violation | None = None
        self.events = SharedEvents(self)
        self.snapshots = SharedSnapshots()
        self.processes = SharedProcesses(self)
        self.conferences = SharedConferences(self)
        self.tables = SharedTables(self)
        self.keys = Keys()
        self.log = Log()
        self.bus = SimulatedServiceBus(self)
        self.busy = 0
        """People who have not finished."""
        self._lives: Counter[int] = Counter()
        self.workers = [self._start_worker(number) for number in range(WORKERS)]

    # Time

    def time(self, skew: float = 0.0) -> datetime:
        """The time of day; `skew` seconds ahead of the true one."""
        return BEGINNING + timedelta(seconds=self.loop.time() + skew)

    def seconds(self, moment: datetime) -> float:
        """When that is on the clock of the loop."""
        return (moment - BEGINNING).total_seconds()

    def note(self, what: str) -> None:
        """Write down what happens."""
        if self.script is not None:
            self.script.append(f"{self.time():%H:%M:%S.%f}"[:-3] + f"  {what}")

    # A run

    def run(self, people: Sequence[Callable[[], Awaitable[None]]]) -> None:
        """Let `people` do what they do, and everything come to its end. Raises Violation."""
        with product_at_work(self.mechanisms), closing(self.loop):
            self.loop.run_until_complete(self._live(people))
        if self.violation is not None:
            raise self.violation

    def fail(self, violation: Violation) -> None:
        """What must hold does not: stop as soon as can be."""
        self.violation = self.violation or violation
        self.note(f"VIOLATION  {violation}")

    async def _live(self, people: Sequence[Callable[[], Awaitable[None]]]) -> None:
        self.busy = len(people)
        for person in people:
            self.loop.create_task(self._lead(person))
        while not (self.violation or self._all_is_done()):
            await self.loop.pause(TICK_SECONDS)
            await self._tick()

    async def _lead(self, person: Callable[[], Awaitable[None]]) -> None:
        try:
            await person()
        except Exception as error:
            self.fail(Violation("people are answered in words they know", repr(error)))
        self.busy -= 1

    def _all_is_done(self) -> bool:
        working = any(worker.pieces_of_work for worker in self.workers)
        return not (self.busy or working or self._is_anything_left_behind()) and self.bus.is_empty()

    def _is_anything_left_behind(self) -> bool:
        return bool(self.events.unpublished or self.processes.outbox or self.conferences.events.unpublished)

    async def _tick(self) -> None:
        self.counts["ticks"] += 1
        name = f"tick {self.counts['ticks']}"
        self.bus.release_what_is_overdue()
        if self.chance.happens(f"{name}: {TIME_LEAPS}", self.weather.time_leaps):
            self.loop.leap(self.chance.between(f"leap at {name}", *LEAP_SECONDS))
            self.note("everything stops, and goes on now")
        if self._is_anything_left_behind() and self.loop.time() > LEFT_BEHIND_AFTER.total_seconds():
            worker = self.chance.one_of(f"who has {name}", self.workers)
            self.loop.create_task(run_timer(worker, name))
        if self.loop.time() > LONGEST_SECONDS:
            self.fail(Violation("everything comes to an end", f"not within {LONGEST_SECONDS / 3600:.0f} hours"))

    # Workers

    async def kill(self, worker: Worker) -> None:
        """It dies here and now, and another one starts in its place. Never returns to whom it was working for."""
        if worker.alive:
            worker.alive = False
            self.counts["crashes"] += 1
            self.note(f"{worker} dies, and starts anew")
            if self.chance.between(f"links of {worker} {self.counts['crashes']}", 0, 1) < 0.5:
                self.bus.release_those_of(worker)
            for request in worker.requests:
                request.set_exception(ConnectionLost())
            self.workers[worker.number] = self._start_worker(worker.number)
        await worker.rest_in_peace()

    def _start_worker(self, number: int) -> Worker:
        self._lives[number] += 1
        life = f"skew of worker {number} in life {self._lives[number]}"
        worker = Worker(self, number, self.chance.between(life, -MOST_SKEW_SECONDS, MOST_SKEW_SECONDS))
        worker.app = compose(worker)
        return worker

    # Work

    async def ask(self, name: str, request: Callable[[Worker], Awaitable[T]]) -> T:
        """The answer of some worker to a person. Raises what the request does, and ConnectionLost."""
        worker = self.chance.one_of(f"who answers {name}", self.workers)
        answer: asyncio.Future[T] = self.loop.create_future()
        worker.requests.add(answer)
        self.loop.create_task(self._answer(worker, name, request, answer))
        return await answer

    async def _answer(
        self, worker: Worker, name: str, request: Callable[[Worker], Awaitable[T]], answer: asyncio.Future[T]
    ) -> None:
        with at_work(worker, name):
            try:
                result = await request(worker)
            except Exception as error:
                answer.set_exception(error)
            else:
                answer.set_result(result)
            worker.requests.discard(answer)

    def happened(self, commits: Sequence[Commit]) -> None:
        """Events are written."""
        for commit in commits:
            self.counts["commits"] += 1
            if self.script is not None:
                events = ", ".join(type(event).__name__ for event in commit.events)
                self.note(f"{WORK.get().worker}: {commit.stream_id} has {events}")
            for event in commit.events:
                try:
                    self.ledger.enter(event)
                except Violation as violation:
                    self.fail(violation)
