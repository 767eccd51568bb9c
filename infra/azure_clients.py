"""How clients of Azure services are opened: what costs much and gives us nothing is left out."""

from contextlib import AsyncExitStack
from functools import cache
from typing import Any

import aiohttp
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline.transport import AioHttpTransport
from azure.cosmos.aio import CosmosClient
from azure.data.tables.aio import TableServiceClient
from azure.servicebus.aio import ServiceBusClient

from infra.retries import ATTEMPT_SECONDS
from infra.settings import Settings
from infra.tables import TABLE_CLIENT_OPTIONS

KEEP_ALIVE_SECONDS = 110.0
"""How long a connection may be idle. Load balancers of Azure drop it after 240 s; a call on one that is gone already
is made again by `infra.retries`."""
DNS_SECONDS = 120
CONNECTIONS_PER_HOST = 100
_NONE = -1
"""The Cosmos client takes 0 for "as usual"."""


class AzureClients:
    """The clients of one process, by keys and connection strings where the settings have them, else by its identity.

    They connect with their first call. To be made inside the event loop, as aiohttp demands.
    """

    def __init__(self, settings: Settings) -> None:
        self._opened = AsyncExitStack()
        identity = cache(self._identity)
        transport = http_transport()
        self.cosmos = cosmos_client(settings.cosmos_endpoint, settings.cosmos_key or identity(), transport)
        self._opened.push_async_callback(self.cosmos.close)
        options: dict[str, Any] = {"transport": transport, **TABLE_CLIENT_OPTIONS}
        if settings.tables_connection:
            self.tables = TableServiceClient.from_connection_string(settings.tables_connection, **options)
        else:
            self.tables = TableServiceClient(settings.tables_endpoint, credential=identity(), **options)
        self._opened.push_async_callback(self.tables.close)
        options = {"retry_total": 0}  # infra.retries does it
        if settings.service_bus_connection:
            self.bus = ServiceBusClient.from_connection_string(settings.service_bus_connection, **options)
        else:
            self.bus = ServiceBusClient(settings.service_bus_namespace, identity(), **options)

    async def close(self) -> None:
        """Close all connections but those of the bus, which its adapter closes; those for tokens last."""
        await self._opened.aclose()

    def _identity(self) -> AsyncTokenCredential:
        from azure.identity.aio import DefaultAzureCredential  # noqa: PLC0415 - slow to import, and not needed locally

        identity = DefaultAzureCredential()
        self._opened.push_async_callback(identity.close)
        return identity


def http_transport() -> AioHttpTransport:
    """A transport for several clients, of which the first that is closed closes it for all.

    It keeps connections for longer than aiohttp's 15 s: at ordinary traffic many a call would begin with a TLS
    handshake. And it does not look for a proxy and a .netrc before every request: aiohttp looks in two other threads,
    which is half of what a call costs a client here.
    """
    connector = aiohttp.TCPConnector(
        keepalive_timeout=KEEP_ALIVE_SECONDS, ttl_dns_cache=DNS_SECONDS, limit=0, limit_per_host=CONNECTIONS_PER_HOST
    )
    session = aiohttp.ClientSession(
        connector=connector,
        trust_env=False,
        cookie_jar=aiohttp.DummyCookieJar(),  # this and the next as azure-core has them
        auto_decompress=False,
    )
    return AioHttpTransport(session=session)


def cosmos_client(endpoint: str, credential: str | AsyncTokenCredential, transport: AioHttpTransport) -> CosmosClient:
    """A client for the life of the process. It connects with its first call; close it with `await client.close()`.

    The account's consistency must be Strong (or, in one region, Bounded Staleness, which is the same there): who is
    told that a version is taken must find what took it, and a read is the proof that there was nothing to do.
    """
    return CosmosClient(
        endpoint,
        credential,
        transport=transport,
        connection_timeout=ATTEMPT_SECONDS,
        read_timeout=ATTEMPT_SECONDS,
        retry_total=0,  # `infra.retries` does it
        retry_throttle_total=_NONE,
        enable_endpoint_discovery=False,  # one region; else the client fails over by itself, and asks what there is
        enable_compact_utf8_item_writes=True,
        no_response_on_write=True,
    )
