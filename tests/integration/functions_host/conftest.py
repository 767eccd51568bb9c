"""A broker for all tests, and functions hosts for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.servicebus import ServiceBusClient

from tests.integration.functions_host.hosting import Broker, FunctionsHost


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    started = Broker(tmp_path_factory.mktemp("broker"))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def bus(broker: Broker) -> Iterator[ServiceBusClient]:
    with ServiceBusClient.from_connection_string(broker.connection) as client:
        yield client


@pytest.fixture
def start_host(tmp_path: Path, broker: Broker) -> Iterator[Callable[..., FunctionsHost]]:
    """Starts hosts for one test and stops them after it."""
    hosts: list[FunctionsHost] = []

    def start(
        source: str, *, host: dict[str, Any] | None = None, worker: int = 0, directory: str = "", **settings: str
    ) -> FunctionsHost:
        """In a `directory` of its own, unless it is to go on where another host was."""
        root = tmp_path / (directory or f"app{len(hosts)}")
        hosts.append(FunctionsHost(root, source, {"Bus": broker.connection, **settings}, host or {}, worker=worker))
        return hosts[-1]

    yield start
    for each in hosts:
        each.stop()
