"""One broker and bus for the tests that only look, and a bus of its own for each test that takes the broker away."""

from __future__ import annotations

import gc
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from azure.servicebus.aio import ServiceBusClient

from infra.service_bus import ServiceBusMessageBus
from tests.integration.service_bus_adapter.broker import Broker, Onlooker


@contextmanager
def running_broker(directory: Path) -> Iterator[Broker]:
    broker = Broker(directory)
    broker.start()
    try:
        yield broker
    finally:
        broker.thaw()
        broker.kill()


@asynccontextmanager
async def connected_bus(broker: Broker) -> AsyncIterator[ServiceBusMessageBus]:
    bus = ServiceBusMessageBus(ServiceBusClient.from_connection_string(broker.connection, retry_total=0))
    yield bus
    await bus.close()
    with warnings.catch_warnings():
        # Where a connection broke the SDK forgets its socket: let it be found now, and not in another test.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@asynccontextmanager
async def watching(broker: Broker) -> AsyncIterator[Onlooker]:
    onlooker = Onlooker(broker.connection)
    yield onlooker
    await onlooker.close()


@pytest.fixture(scope="module")
def shared_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with running_broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bus(shared_broker: Broker) -> AsyncIterator[ServiceBusMessageBus]:
    async with connected_bus(shared_broker) as bus:
        yield bus


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def onlooker(shared_broker: Broker) -> AsyncIterator[Onlooker]:
    async with watching(shared_broker) as onlooker:
        yield onlooker


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    with running_broker(tmp_path) as broker:
        yield broker


@pytest.fixture
async def own_bus(own_broker: Broker) -> AsyncIterator[ServiceBusMessageBus]:
    async with connected_bus(own_broker) as bus:
        yield bus


@pytest.fixture
async def own_onlooker(own_broker: Broker) -> AsyncIterator[Onlooker]:
    async with watching(own_broker) as onlooker:
        yield onlooker
