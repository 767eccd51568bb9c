"""Workers: processes of the app with caches and clocks of their own, that may die at any moment.

What a worker does for one request or batch is a piece of work; `WORK` knows which one runs. Everything a piece of work
does to the world goes through a `Remote`, and there it may wait, fail, lose the answer, or die with its worker.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.kernel.errors import ConcurrencyConflict, Unavailable
from domain.kernel.messages import Commit
from tests.simulation.faults import FOR_LONG, LATENCY_SECONDS, Fault

if TYPE_CHECKING:
    from tests.simulation.app import SimulatedApp
    from tests.simulation.world import World


class Worker:
    """One life of a process."""

    app: SimulatedApp

    def __init__(self, world: World, number: int, skew: float) -> None:
        self.world = world
        self.number = number
        self.skew = skew
        self.alive = True
        self.pieces_of_work = 0
        """How many have not ended."""
        self.requests: set[asyncio.Future[Any]] = set()
        """People who wait for its answers."""
        self.grave: list[asyncio.Future[None]] = []

    def now(self) -> datetime:
        """What its clock says."""
        return self.world.time(self.skew)

    async def rest_in_peace(self) -> None:
        """Nothing it was doing goes on."""
        never = self.world.loop.create_future()
        self.grave.append(never)
        await never

    def __str__(self) -> str:
        return f"worker {self.number}"


class Work:
    """What a worker does for one request or batch. `name` tells it from all others of a run."""

    __slots__ = ("calls", "name", "worker")

    def __init__(self, worker: Worker, name: str) -> None:
        self.worker = worker
        self.name = name
        self.calls = 0

    def next_call(self, call: str) -> str:
        """The name of the next thing it does to the world."""
        self.calls += 1
        return f"{self.name} / {self.calls} {call}"


WORK: ContextVar[Work] = ContextVar("work")


@contextmanager
def at_work(worker: Worker, name: str) -> Iterator[None]:
    """A piece of work, for the task that this runs in and for those it starts."""
    WORK.set(Work(worker, name))
    worker.pieces_of_work += 1
    yield
    worker.pieces_of_work -= 1


def time_at_work() -> datetime:
    """What the clock of the worker says that is at work."""
    return WORK.get().worker.now()


class Remote:
    """A port as one worker reaches it. Every call takes its time, and has its dangers."""

    def __init__(self, name: str, port: Any, worker: Worker) -> None:
        self._name = name
        self._port = port
        self._worker = worker

    def __getattr__(self, call: str) -> Callable[..., Awaitable[Any]]:
        perform = getattr(self._port, call)
        worker, name = self._worker, f"{self._name}.{call}"

        async def travel(*arguments: Any) -> Any:
            return await reach(worker, name, lambda: perform(*arguments))

        setattr(self, call, travel)
        return travel


class RemoteEventStore(Remote):
    """The event store, one method of which gives commits one at a time."""

    async def pending(self, older_than: datetime) -> AsyncIterator[Commit]:
        """As the port says; every commit is a call of its own."""
        async for commit in self._port.pending(older_than):

            async def give(commit: Commit = commit) -> Commit:
                return commit

            yield await reach(self._worker, "events.pending", give)


async def reach(worker: Worker, call: str, perform: Callable[[], Awaitable[Any]]) -> Any:
    """The result of `await perform()` over the network. Raises Unavailable and ConcurrencyConflict as fate will."""
    world, name = worker.world, WORK.get().next_call(call)
    fault = world.chance.which(name, world.weather.calls[call])
    latency = world.chance.between(name, *LATENCY_SECONDS)
    await world.loop.pause(latency if fault != Fault.STALLS else world.chance.between(name, *FOR_LONG))
    if not worker.alive:
        await worker.rest_in_peace()
    if world.observe is not None:
        world.observe(name)
    if fault is None:
        return await perform()
    return await _suffer(worker, call, Fault(fault), perform)


async def _suffer(worker: Worker, call: str, fault: Fault, perform: Callable[[], Awaitable[Any]]) -> Any:
    worker.world.note(f"{worker}: {call} {fault}")
    match fault:
        case Fault.DIES_BEFORE:
            await worker.world.kill(worker)
        case Fault.NO_ANSWER:
            raise Unavailable(f"{call}: no answer")
        case Fault.CONFLICT:
            raise ConcurrencyConflict(f"{call}: somebody else was faster")
    result = await perform()
    match fault:
        case Fault.DIES_AFTER:
            await worker.world.kill(worker)
        case Fault.LOST_ANSWER:
            raise Unavailable(f"{call}: the answer was lost")
        case Fault.REPEATED:
            return await perform()
    return result
