"""A local Cosmos DB in a process of its own, and the real SDK in both flavours behind one face."""

from __future__ import annotations

import asyncio
import inspect
import json
import signal
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from azure.cosmos import CosmosClient, PartitionKey, exceptions
from azure.cosmos.aio import CosmosClient as AsyncCosmosClient

from tests.support.patience import PATIENCE_SECONDS, PAUSE_SECONDS

KEY = "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw=="
EVENTS = {
    "partition_key": PartitionKey(path="/streamId"),
    "default_ttl": -1,
    "unique_key_policy": {"uniqueKeys": [{"paths": ["/version"]}]},
    "indexing_policy": {
        "includedPaths": [{"path": "/version/?"}, {"path": "/pending/?"}],
        "excludedPaths": [{"path": "/*"}],
    },
}


class Server:
    """`python -m local.cosmos` on a free port."""

    def __init__(self, database: Path, *options: str) -> None:
        self.database = database
        self._options = options
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "local.cosmos", "--port", "0", "--db", str(self.database)]
        self.process = subprocess.Popen([*command, *self._options], stdout=subprocess.PIPE, text=True)
        ready_line = self.process.stdout.readline()
        assert "ready on " in ready_line, f"the server did not start: {ready_line!r}"
        self.url = ready_line.split("ready on ")[1].strip()

    def stop(self, how: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(timeout=20)
        self.process.stdout.close()
        return code

    def health(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
            return json.load(answer)


class Flavoured:
    """A proxy of the SDK, sync or aio. Every method is awaited; what can be iterated comes as a list."""

    def __init__(self, proxy: Any) -> None:
        self.proxy = proxy

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def call(*arguments: Any, **options: Any) -> Any:
            result = getattr(self.proxy, name)(*arguments, **options)
            if inspect.isawaitable(result):
                result = await result
            if hasattr(result, "__aiter__"):
                return [item async for item in result]
            return list(result) if hasattr(result, "by_page") else result

        return call

    async def query(self, text: str, partition: Any = None, **parameters: Any) -> list[Any]:
        return await self.query_items(text, **self._query_options(partition, parameters))

    async def pages(self, text: str, size: int, partition: Any, token: str | None = None) -> AsyncIterator[list[Any]]:
        """Page by page, each asked for with the continuation of the one before it."""
        while True:
            options = self._query_options(partition, {})
            pager = self.proxy.query_items(text, max_item_count=size, **options).by_page(token)
            page = await anext(pager) if hasattr(pager, "__anext__") else next(pager)
            yield [item async for item in page] if hasattr(page, "__aiter__") else list(page)
            token = pager.continuation_token
            if not token:
                return

    def _query_options(self, partition: Any, parameters: dict[str, Any]) -> dict[str, Any]:
        where: dict[str, Any] = {} if partition is None else {"partition_key": partition}
        if partition is None and not type(self.proxy).__module__.startswith("azure.cosmos.aio"):
            where["enable_cross_partition_query"] = True  # the asynchronous client crosses partitions unasked
        return {"parameters": [{"name": f"@{name}", "value": value} for name, value in parameters.items()], **where}


class Account:
    """A client of the SDK in one flavour."""

    def __init__(self, client: Any) -> None:
        self.client = Flavoured(client)
        self.database = Flavoured(None)

    async def open(self) -> None:
        self.database = Flavoured(await self.client.create_database(f"db-{uuid.uuid4()}"))

    async def new_container(self, **settings: Any) -> Flavoured:
        settings = {"partition_key": PartitionKey(path="/streamId"), **settings}
        return Flavoured(await self.database.create_container(f"c-{uuid.uuid4()}", **settings))


@contextmanager
def starting_servers(directory: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers with options; they are gone after it."""
    servers: list[Server] = []

    def start(*options: str) -> Server:
        servers.append(Server(directory / f"cosmos{len(servers)}.db", *options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop(signal.SIGKILL)


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers of the test's own."""
    with starting_servers(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def start_shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers for all tests of a module."""
    with starting_servers(tmp_path_factory.mktemp("cosmos")) as start:
        yield start


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests that look after a database of their own."""
    shared = Server(tmp_path_factory.mktemp("cosmos") / "cosmos.db")
    yield shared
    assert shared.stop() == 0


@asynccontextmanager
async def connected(flavour: str, server: Server, **options: Any) -> AsyncIterator[Account]:
    """A client with a database of its own."""
    if flavour == "sync":
        with CosmosClient(server.url, KEY, **options) as client:
            account = Account(client)
            await account.open()
            yield account
    else:
        async with AsyncCosmosClient(server.url, KEY, **options) as client:
            account = Account(client)
            await account.open()
            yield account


@pytest.fixture(params=["sync", "aio"])
def flavour(request: pytest.FixtureRequest) -> str:
    """Which of the two Python clients."""
    return str(request.param)


@pytest.fixture
def connect(flavour: str) -> Callable[..., AbstractAsyncContextManager[Account]]:
    """Connects that client to a server, with options for the client."""
    return partial(connected, flavour)


@pytest.fixture
async def account(flavour: str, server: Server) -> AsyncIterator[Account]:
    async with connected(flavour, server, retry_total=1) as account:
        yield account


@pytest.fixture
async def container(account: Account) -> Flavoured:
    """Empty, partitioned by /streamId, without unique keys."""
    return await account.new_container()


@pytest.fixture
async def events(account: Account) -> Flavoured:
    """Empty, with the settings of an event store."""
    return await account.new_container(**EVENTS)


@pytest.fixture
async def stream(account: Account) -> Flavoured:
    """25 documents q000 to q024 in partition q1, versions 1 to 25, and five of the same ids in q2."""
    composite = [{"path": "/type", "order": "descending"}, {"path": "/version", "order": "ascending"}]
    container = await account.new_container(
        indexing_policy={"includedPaths": [{"path": "/*"}], "compositeIndexes": [composite]}
    )
    documents = [
        {
            "id": f"q{number:03d}",
            "streamId": "q1",
            "version": number + 1,
            "type": f"T{number % 3}",
            "tags": ["even" if number % 2 == 0 else "odd", number],
            "nested": {"name": f"Name {number}", "flag": number % 2 == 0},
        }
        for number in range(25)
    ]
    await container.execute_item_batch([("create", (document,)) for document in documents], "q1")
    of_other = [{"id": f"q{number:03d}", "streamId": "q2", "version": number + 1} for number in range(5)]
    await container.execute_item_batch([("create", (document,)) for document in of_other], "q2")
    return container


@pytest.fixture
def until() -> Callable[[Callable[[], Awaitable[bool]]], Awaitable[None]]:
    """Waits for a condition that takes asking for."""

    async def wait(condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                if await condition():
                    return
                await asyncio.sleep(PAUSE_SECONDS)

    return wait


@pytest.fixture
def refused() -> Callable[[int], Any]:
    """A block that must be refused by the server with an HTTP status."""
    return lambda status: pytest.raises(exceptions.CosmosHttpResponseError, check=lambda e: e.status_code == status)
