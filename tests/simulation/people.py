"""What organizers and registrants have in common: they ask, and ask again when nobody answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

from domain.kernel.errors import ConcurrencyConflict, DomainError, Unavailable
from domain.registration.use_cases import Caller
from tests.simulation.app import SimulatedApp
from tests.simulation.workers import Worker
from tests.simulation.world import ConnectionLost, World

T = TypeVar("T")

PATIENCE = 40
"""How often somebody asks before she goes away."""
PAUSE_SECONDS = (0.5, 8.0)


class GaveUp(Exception):
    """Nobody answered for too long."""


class Person:
    """Somebody in front of a browser. `draw` decides what she wants; chance, what whims she has."""

    def __init__(self, world: World, name: str, draw: Random) -> None:
        self.world = world
        self.name = name
        self.draw = draw
        self._requests = 0

    async def ask(self, what: str, request: Callable[[SimulatedApp, Caller], Awaitable[T]]) -> T:
        """The answer, asked for until there is one. Raises the refusal if it is one, and GaveUp."""
        for _ in range(PATIENCE):
            self._requests += 1
            name = f"{self.name}, request {self._requests}"
            self.world.note(f"{self.name}: {what}")

            def call(worker: Worker, name: str = name) -> Awaitable[T]:
                return request(worker.app, Caller(message_id=name, now=worker.now()))

            try:
                return await self.world.ask(name, call)
            except (Unavailable, ConcurrencyConflict, ConnectionLost) as error:
                self.world.note(f"{self.name}: no answer ({type(error).__name__})")
            await self.waits(*PAUSE_SECONDS)
        raise GaveUp(f"{self.name}: {what}")

    async def waits(self, low: float, high: float) -> None:
        """Some seconds pass."""
        await self.world.loop.pause(self.draw.uniform(low, high))

    def feels_like(self, whim: str, rate: float) -> bool:
        """Whether she does something that she could as well leave."""
        return self.world.chance.happens(f"{self.name} {whim}", rate)

    async def does_both(self, one: Callable[[], Awaitable[object]], other: Callable[[], Awaitable[object]]) -> None:
        """In two tabs at the same time; what one is refused the other may get. Raises what both were refused with."""
        tabs = [self.world.loop.create_task(_refusal_of(act)) for act in (one, other)]
        refusals = [refusal for refusal in [await tab for tab in tabs] if refusal]
        if len(refusals) == len(tabs):
            raise refusals[0]


async def _refusal_of(act: Callable[[], Awaitable[object]]) -> Exception | None:
    try:
        await act()
    except (DomainError, GaveUp) as refusal:
        return refusal
    return None
