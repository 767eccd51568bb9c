"""The composition root: which adapter stands behind which port. Nothing connects before the first call needs it."""

import asyncio
from dataclasses import dataclass
from functools import cache

from domain.conference_management.use_cases import ConferenceManagement
from domain.kernel.aggregates import Aggregates
from domain.kernel.processes import Processes
from domain.kernel.projections import Projections
from domain.payments.use_cases import Payments
from domain.registration.use_cases import Registration
from infra.azure_clients import AzureClients
from infra.catalogue import CachedCatalogue
from infra.cosmos_event_store import CosmosEventStore
from infra.keyed_hash import KeyedHash
from infra.message_log import MessageLog
from infra.parking import Parking
from infra.payment_signatures import PaymentSignatures
from infra.personal_data import PersonalDataVault
from infra.service_bus import ServiceBusMessageBus
from infra.settings import Settings, read_settings
from infra.snapshots import CosmosSnapshots
from infra.sql.attempt_limiter import SqlAttemptLimiter
from infra.sql.conference_store import SqlConferenceStore
from infra.sql.database import Database
from infra.sql.housekeeping import Housekeeping
from infra.sql.open_orders import SqlOpenOrders
from infra.sql.organizer_access import SqlOrganizerAccess
from infra.sql.personal_data_keys import SqlPersonalDataKeys
from infra.sql.process_store import SqlProcessStore
from infra.stream_reader import AllStreams
from infra.table_views import TableViewStore

MESSAGE_LOG_TABLE = "messagelog"


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Everything a trigger can call."""

    settings: Settings
    registration: Registration
    payments: Payments
    conferences: ConferenceManagement
    aggregates: Aggregates
    processes: Processes
    projections: Projections
    catalogue: CachedCatalogue
    views: TableViewStore
    event_store: CosmosEventStore
    conference_store: SqlConferenceStore
    streams: AllStreams
    bus: ServiceBusMessageBus
    database: Database
    parking: Parking
    message_log: MessageLog
    attempts: SqlAttemptLimiter
    open_orders: SqlOpenOrders
    vault: PersonalDataVault
    housekeeping: Housekeeping
    signatures: PaymentSignatures
    clients: AzureClients

    async def close(self) -> None:
        """Send what waits and close all connections."""
        await self.bus.close()
        await self.database.close()
        await self.clients.close()


@cache
def app() -> "asyncio.Task[App]":
    """The one App of this process: `await app()`. Raises SettingsError.

    A task, so that all who ask while it is being put together get the same one. The worker has one event loop for good.
    """
    return asyncio.get_running_loop().create_task(compose(read_settings()))


async def compose(settings: Settings) -> App:
    """Put everything together for these settings."""
    database, clients = Database.open(settings.sql_url), AzureClients(settings)
    containers = clients.cosmos.get_database_client(settings.cosmos_database)
    event_store = CosmosEventStore(containers.get_container_client("events"))
    snapshots = CosmosSnapshots(containers.get_container_client("snapshots"))
    hashed = KeyedHash(settings.payment_callback_secret)
    conference_store = SqlConferenceStore(database)
    attempts = SqlAttemptLimiter(database, hashed, per_client=settings.wrong_tries_per_client)
    vault = PersonalDataVault(SqlPersonalDataKeys(database))
    views, bus = TableViewStore(clients.tables), ServiceBusMessageBus(clients.bus)
    streams = AllStreams(event_store, conference_store)
    aggregates, catalogue = Aggregates(event_store, snapshots, bus), CachedCatalogue(views)
    return App(
        settings=settings,
        registration=Registration(aggregates, event_store, bus, catalogue, vault),
        payments=Payments(aggregates, bus, catalogue),
        conferences=ConferenceManagement(conference_store, SqlOrganizerAccess(database), attempts, bus),
        aggregates=aggregates,
        processes=Processes(SqlProcessStore(database), bus),
        projections=Projections(views, streams),
        catalogue=catalogue,
        views=views,
        event_store=event_store,
        conference_store=conference_store,
        streams=streams,
        bus=bus,
        database=database,
        parking=Parking(bus),
        message_log=MessageLog(clients.tables.get_table_client(MESSAGE_LOG_TABLE)),
        attempts=attempts,
        open_orders=SqlOpenOrders(database, hashed),
        vault=vault,
        housekeeping=Housekeeping(database),
        signatures=PaymentSignatures(hashed),
        clients=clients,
    )
