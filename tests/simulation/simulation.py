"""A run: from a seed to what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from domain.kernel.projections import Projections
from domain.registration.order import ORDER
from infra.rebuild import VIEWS, rebuild
from infra.stream_reader import AllStreams
from tests.simulation.aftermath import Aftermath, Stored
from tests.simulation.chance import SeededChance
from tests.simulation.faults import weather_of
from tests.simulation.garbage import collected_between_runs
from tests.simulation.invariants import check
from tests.simulation.ledger import Violation
from tests.simulation.mechanisms import Mechanisms
from tests.simulation.organizer import Organizer, until_she_gives_up
from tests.simulation.promises import Promises
from tests.simulation.registrant import Registrant, Wish
from tests.simulation.stores import Entity, Tables, WorkerViews
from tests.simulation.virtual_loop import VirtualLoop
from tests.simulation.world import World
from tests.support.fakes import InMemoryEventStore
from tests.support.vocabulary import COCKTAIL, FREE, GENERAL, WORKSHOP

KINDS = (GENERAL, FREE, WORKSHOP, COCKTAIL)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Which registrants come, when (between so many seconds), and for how many seats of each kind."""

    registrants: tuple[int, ...]
    come: tuple[float, float]
    quantities: dict[UUID, int]
    changes: int


@dataclass(frozen=True, slots=True)
class Run:
    """What a seed came to."""

    seed: int
    scenario: Scenario
    incidents: Sequence[str]
    violation: Violation | None
    counts: Counter[str] = field(default_factory=Counter)


def scenario_of(seed: int) -> Scenario:
    """The crowd of a seed: many for few seats, mostly."""
    draw = Random(seed)
    kinds = draw.sample(KINDS, draw.choice([1, 2, 3]))
    crowd = draw.randint(4, 18)
    amounts = [0, draw.randint(1, 6), crowd, crowd, 2 * crowd, 2 * crowd]
    return Scenario(
        registrants=tuple(range(1, crowd + 1)),
        come=(0.0, draw.choice([2.0, 60.0, 600.0])),
        quantities={kind: draw.choice(amounts) for kind in kinds},
        changes=draw.choice([0, 1, 2, 4]),
    )


def run(
    seed: int,
    *,
    registrants: Collection[int] | None = None,
    only: Collection[str] | None = None,
    mechanisms: Mechanisms | None = None,
    script: list[str] | None = None,
) -> Run:
    """Run a seed to its end. `registrants` and `only` (incidents) leave out all others."""
    scenario, chance = scenario_of(seed), SeededChance(seed, only)
    crowd = tuple(number for number in scenario.registrants if registrants is None or number in registrants)
    world = World(chance, weather_of(seed), mechanisms, script=script)
    violation: Violation | None = None
    try:
        play(world, scenario, crowd, seed)
    except Violation as found:
        violation = found
    return Run(seed, scenario, tuple(chance.happened), violation, _counts(world, len(crowd)))


def play(world: World, scenario: Scenario, crowd: Sequence[int], seed: object) -> None:
    """Let a scenario with those of `crowd` come to its end. Raises Violation."""
    promises = Promises()
    organizer = Organizer(world, scenario.quantities, scenario.changes, Random(f"{seed} organizer"))
    wish = Wish(scenario.come, list(scenario.quantities))
    people: list[Callable[[], Awaitable[None]]] = [lambda: until_she_gives_up(organizer)]
    for number in crowd:
        draw = Random(f"{seed} registrant {number}")
        people.append(Registrant(world, number, wish=wish, promises=promises, draw=draw).lives)
    with collected_between_runs():
        world.run(people)
        check(Aftermath(world, promises, rebuilt(world)))


def rebuilt(world: Stored) -> dict[tuple[str, str], Entity]:
    """All views, built anew by the product's own code from all that ever happened."""
    tables = Tables()
    views: Any = WorkerViews(tables)
    streams: Any = _Streams(world.events)
    reader = AllStreams(world.events, world.conferences)
    app: Any = SimpleNamespace(
        views=views,
        projections=Projections(views, reader),
        streams=reader,
        event_store=streams,
        conference_store=world.conferences,
    )

    async def rebuild_all() -> None:
        for view in VIEWS.values():
            await rebuild(app, view)

    with closing(VirtualLoop()) as loop:
        loop.run_until_complete(rebuild_all())
    return tables.entities


@dataclass(frozen=True, slots=True)
class _Streams:
    events: InMemoryEventStore

    async def streams(self, category: str) -> AsyncIterator[str]:
        for stream_id, commits in list(self.events.streams.items()):
            if commits and stream_id.startswith(f"{category}-"):
                yield stream_id


def _counts(world: World, registrants: int) -> Counter[str]:
    counts = world.counts + Counter(
        registrants=registrants,
        steps=world.loop.steps,
        deliveries=world.bus.delivered,
        redeliveries=world.bus.redelivered,
        seconds=int(world.loop.time()),
    )
    for stream_id, commits in world.events.streams.items():
        if commits and stream_id.startswith(f"{ORDER.category}-"):
            state = ORDER.fold(ORDER.initial, tuple(event for commit in commits for event in commit.events)).state
            counts["orders"] += 1
            counts[f"orders {state}"] += 1
    return counts
