"""What a stack's stores have in the end, in the form in which the simulation's invariants read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from domain.registration.registration_process import RegistrationProcess
from infra.bus_routes import PARKED_MESSAGES
from infra.rebuild import VIEWS
from tests.simulation.aftermath import Aftermath
from tests.simulation.invariants import INVARIANTS
from tests.simulation.ledger import Ledger, Violation
from tests.simulation.promises import Promises
from tests.simulation.simulation import rebuilt
from tests.simulation.stores import Entity, InMemoryConferenceStore, Keys, Log, Tables
from tests.support.bus import FailedMessage
from tests.support.fakes import InMemoryEventStore
from tests.support.stores import Stores

MOST_DETAILS = 5


@dataclass(slots=True)
class Processes:
    """Rows by order."""

    states: dict[UUID, RegistrationProcess]
    doubled: set[UUID]


@dataclass(slots=True)
class GivenUp:
    """Messages in dead-letter queues, and parked ones."""

    dead: list[Any]
    waiting: dict[str, list[Any]]


@dataclass(slots=True, kw_only=True)
class StoredWorld:
    """A world of the simulation, as far as invariants look at one."""

    events: InMemoryEventStore
    conferences: InMemoryConferenceStore
    processes: Processes
    keys: Keys
    tables: Tables
    log: Log
    bus: GivenUp
    ledger: Ledger = field(default_factory=Ledger)
    violations: list[Violation] = field(default_factory=list)
    """What the ledger found."""


def read_world(stores: Stores, failed: list[FailedMessage]) -> StoredWorld:
    """Everything that is stored."""
    world = StoredWorld(
        events=InMemoryEventStore(),
        conferences=InMemoryConferenceStore(),
        processes=_processes(stores),
        keys=Keys(),
        tables=Tables(),
        log=Log(),
        bus=_given_up(failed),
    )
    world.keys.rows |= stores.personal_data_keys()
    world.events.streams |= stores.commits()
    world.conferences.events.streams |= stores.conference_commits()
    world.conferences.rows |= {conference.id: (version, conference) for version, conference in stores.conferences()}
    for name in VIEWS:
        for key, row in stores.view(name):
            world.tables.entities[name, key] = Entity(row.document, row.versions, etag=0)
    world.log.rows |= dict(stores.logged())
    _enter(world)
    return world


def violations(world: StoredWorld, promises: Promises) -> Iterator[str]:
    """Every invariant that does not hold, with a few details."""
    yield from map(str, world.violations)
    after = Aftermath(world, promises, rebuilt(world))
    for invariant in INVARIANTS:
        details = list(invariant(after))
        for detail in details[:MOST_DETAILS]:
            yield f"{invariant.__doc__}: {detail}"
        if len(details) > MOST_DETAILS:
            yield f"{invariant.__doc__}: and {len(details) - MOST_DETAILS} more"


def _enter(world: StoredWorld) -> None:
    for commits in world.events.streams.values():
        for event in (event for commit in commits for event in commit.events):
            try:
                world.ledger.enter(event)
            except Violation as violation:
                world.violations.append(violation)


def _processes(stores: Stores) -> Processes:
    rows = stores.processes()
    times = Counter(order_id for order_id, _ in rows)
    return Processes(states=dict(rows), doubled={order_id for order_id, count in times.items() if count > 1})


def _given_up(failed: list[FailedMessage]) -> GivenUp:
    def copy(message: FailedMessage) -> Any:
        said, place = SimpleNamespace(subject=f"{message.subject}"), f"{message.where} ({message.reason})"
        return SimpleNamespace(message=said, place=SimpleNamespace(path=place))

    return GivenUp(
        dead=[copy(message) for message in failed if message.where != PARKED_MESSAGES],
        waiting={PARKED_MESSAGES: [copy(message) for message in failed if message.where == PARKED_MESSAGES]},
    )
