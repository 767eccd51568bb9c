"""The event store as Azure has it, described by infra/cosmos.json, on a local Cosmos DB."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path

import pytest
from azure.cosmos.aio import DatabaseProxy

import infra.retries
from infra.azure_clients import cosmos_client, http_transport
from infra.cosmos_event_store import CosmosEventStore
from infra.snapshots import CosmosSnapshots
from local.cosmos.auth import EMULATOR_KEY
from local.provision import provision_cosmos

DESCRIPTION = Path("infra/cosmos.json")
DATABASE = "contoso"


@contextmanager
def running(database: Path, *options: str, port: int = 0) -> Iterator[str]:
    """A local Cosmos DB over a database file; gives its URL. Killed at the end, as a power cut would."""
    command = [sys.executable, "-m", "local.cosmos", "--port", str(port), "--db", str(database), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        ready_line = process.stdout.readline()
        assert "ready on " in ready_line, f"the server did not start: {ready_line!r}"
        try:
            yield ready_line.split("ready on ")[1].strip()
        finally:
            process.kill()


@pytest.fixture
def no_second_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy would make it too late."""
    monkeypatch.setattr(infra.retries, "_jitter", lambda _: float("inf"))


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for all tests, with the containers of infra/cosmos.json."""
    with running(tmp_path_factory.mktemp("cosmos") / "cosmos.db") as url:
        provision_cosmos(url, EMULATOR_KEY, DESCRIPTION)
        yield url


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a server of the test's own, `start("--throttle-percent", "50")`; gives its URL."""
    with ExitStack() as servers:
        yield lambda *options, port=0: servers.enter_context(running(tmp_path / "cosmos.db", *options, port=port))


@pytest.fixture
async def connect() -> AsyncIterator[Callable[..., DatabaseProxy]]:
    """Opens the database at a URL as the app does."""
    async with AsyncExitStack() as clients:

        def open_database(url: str, key: str = EMULATOR_KEY) -> DatabaseProxy:
            client = cosmos_client(url, key, http_transport())
            clients.push_async_callback(client.close)
            return client.get_database_client(DATABASE)

        yield open_database


@pytest.fixture
async def database(server_url: str, connect: Callable[..., DatabaseProxy]) -> DatabaseProxy:
    return connect(server_url)


@pytest.fixture
def store(database: DatabaseProxy) -> CosmosEventStore:
    return CosmosEventStore(database.get_container_client("events"))


@pytest.fixture
def snapshots(database: DatabaseProxy) -> CosmosSnapshots:
    return CosmosSnapshots(database.get_container_client("snapshots"))
