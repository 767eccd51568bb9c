"""Azurite with the tables of `infra/tables.json`, for the tests of this directory."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from azure.data.tables import TableServiceClient as BlockingTableServiceClient
from azure.data.tables.aio import TableServiceClient

from infra.azure_clients import http_transport
from infra.table_views import TableViewStore
from infra.tables import TABLE_CLIENT_OPTIONS
from local.azurite import StorageEndpoints, command, install
from local.ports import free_ports
from tests.support.patience import eventually

TABLES = json.loads((Path(__file__).parents[3] / "infra" / "tables.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StorageEndpoints]:
    endpoints = StorageEndpoints(*free_ports(3))
    process = subprocess.Popen(
        command(*install(), tmp_path_factory.mktemp("azurite"), endpoints), stdout=subprocess.DEVNULL
    )
    eventually(lambda: _answers(endpoints), "Azurite answers")
    with BlockingTableServiceClient.from_connection_string(endpoints.connection) as service:
        for table in TABLES:
            service.create_table(table)
    yield endpoints
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture
async def service(storage: StorageEndpoints) -> AsyncIterator[TableServiceClient]:
    options: dict[str, Any] = {"transport": http_transport(), **TABLE_CLIENT_OPTIONS}
    async with TableServiceClient.from_connection_string(storage.connection, **options) as service:
        yield service


@pytest.fixture
def stores(service: TableServiceClient) -> tuple[TableViewStore, TableViewStore]:
    """Two stores over the same tables, with caches of their own, as two processes have."""
    return TableViewStore(service), TableViewStore(service)


@pytest.fixture
def views(stores: tuple[TableViewStore, TableViewStore]) -> TableViewStore:
    return stores[0]


def _answers(endpoints: StorageEndpoints) -> bool:
    try:
        urllib.request.urlopen(endpoints.table_url, timeout=1).close()
    except urllib.error.HTTPError as refusal:
        refusal.close()
    except OSError:
        return False
    return True
