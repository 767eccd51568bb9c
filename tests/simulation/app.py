"""The app of one worker: the product's own classes, on ports that lead into the simulated world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, tzinfo
from types import ModuleType
from typing import Any, cast

from azure.servicebus.amqp import AmqpAnnotatedMessage

import infra.service_bus
from domain.conference_management.use_cases import ConferenceManagement
from domain.kernel.aggregates import Aggregates
from domain.kernel.processes import Processes
from domain.kernel.projections import Projections
from domain.payments.use_cases import Payments
from domain.registration.use_cases import Registration
from functions import aggregates, personal_data, process_managers, projections, schedules, service_bus
from infra.catalogue import CachedCatalogue
from infra.parking import Parking
from infra.personal_data import PersonalDataVault
from infra.service_bus import ServiceBusMessageBus
from infra.settings import Settings
from infra.stream_reader import AllStreams
from tests.simulation.mechanisms import Mechanisms
from tests.simulation.stores import WorkerViews
from tests.simulation.workers import WORK, Remote, RemoteEventStore, Worker, time_at_work

SETTINGS = Settings(
    service_bus_connection="simulated",
    cosmos_endpoint="simulated",
    tables_connection="simulated",
    sql_url="simulated",
    payment_callback_secret="simulated",
    public_base_url="simulated",
)
CACHE_SIZE = 6
"""Streams a worker remembers: few, so that some are forgotten."""
WITH_AN_APP = (service_bus, aggregates, personal_data, process_managers, projections, schedules)
WITH_A_CLOCK = (process_managers, schedules)
"""Modules of the product that ask for the app of their process, or for the time."""
SNAPSHOT_EVERY = 7


class WorkerBus(ServiceBusMessageBus):
    """The product's bus; only its transport leads into the simulation."""

    def __init__(self, transport: Remote) -> None:
        super().__init__(cast("Any", None))
        self._transport = transport

    async def deliver(self, entity: str, messages: Sequence[AmqpAnnotatedMessage]) -> None:
        await self._transport.deliver(entity, messages)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedApp:
    """What triggers and people call; the parts of `infra.bootstrap.App` that they need."""

    settings: Settings
    registration: Registration
    payments: Payments
    conferences: ConferenceManagement
    aggregates: Aggregates
    processes: Processes
    projections: Projections
    catalogue: CachedCatalogue
    views: WorkerViews
    vault: PersonalDataVault
    parking: Parking
    bus: WorkerBus
    message_log: Any


def compose(worker: Worker) -> SimulatedApp:
    """Put an app together, with nothing in its caches."""
    world, mechanisms = worker.world, worker.world.mechanisms
    events: Any = RemoteEventStore("events", world.events, worker)
    conference_store: Any = Remote("conferences", world.conferences, worker)
    views: Any = WorkerViews(Remote("views", world.tables, worker))
    processes: Any = Remote("processes", world.processes, worker)
    snapshots: Any = Remote("snapshots", world.snapshots, worker)
    bus = WorkerBus(Remote("bus", world.bus, worker))
    handler = mechanisms.aggregates(events, snapshots, bus, cache_size=CACHE_SIZE, snapshot_every=SNAPSHOT_EVERY)
    catalogue = CachedCatalogue(views, clock=world.loop.time)
    keys: Any = Remote("keys", world.keys, worker)
    vault = PersonalDataVault(keys, clock=worker.now, ticks=world.loop.time)
    nobody: Any = None
    return SimulatedApp(
        settings=SETTINGS,
        registration=Registration(handler, events, bus, catalogue, vault),
        payments=Payments(handler, bus, catalogue),
        conferences=ConferenceManagement(conference_store, nobody, nobody, bus),
        aggregates=handler,
        processes=Processes(processes, bus),
        projections=mechanisms.projections(views, AllStreams(events, conference_store)),
        catalogue=catalogue,
        views=views,
        vault=vault,
        parking=Parking(bus),
        bus=bus,
        message_log=Remote("log", world.log, worker),
    )


async def _app_at_work() -> SimulatedApp:
    return WORK.get().worker.app


class _ClockAtWork:
    """Stands in for `datetime` where the product reads the time of day."""

    @staticmethod
    def now(zone: tzinfo) -> datetime:
        return time_at_work().astimezone(zone)


@contextmanager
def product_at_work(mechanisms: Mechanisms) -> Iterator[None]:
    """While this lasts, triggers find the app and the clock of the worker they run in."""
    replacements: list[tuple[ModuleType, str, Any]] = [
        *((module, "app", _app_at_work) for module in WITH_AN_APP),
        *((module, "now", time_at_work) for module in WITH_A_CLOCK),
        (infra.service_bus, "datetime", _ClockAtWork),
        (process_managers, "react", mechanisms.react),
    ]
    originals = [(module, name, getattr(module, name)) for module, name, _ in replacements]
    for module, name, replacement in replacements:
        setattr(module, name, replacement)
    try:
        yield
    finally:
        for module, name, original in originals:
            setattr(module, name, original)
