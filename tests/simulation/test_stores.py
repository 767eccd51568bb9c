"""The stores of the simulation keep the contracts that the adapters keep.

The contract of the ConferenceStore stands here, so its adapter is held to it here too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from infra.sql.conference_store import SqlConferenceStore
from infra.sql.database import Database
from infra.sql.engine import create_sql_engine
from infra.sql.tables import metadata
from tests.contract.process_store_contract import ProcessStoreContract
from tests.contract.view_store_contract import Stores, ViewStoreContract, sample
from tests.simulation.conference_store_contract import ConferenceStoreContract
from tests.simulation.stores import InMemoryConferenceStore, Tables, WorkerViews
from tests.support.fake_process_store import InMemoryProcessStore
from tests.support.vocabulary import NOW

__all__ = ["sample"]


class Clock:
    """What the store takes for the time."""

    def __init__(self) -> None:
        self.now: datetime = NOW


class TestInMemoryProcessStore(ProcessStoreContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def store(self, clock: Clock) -> InMemoryProcessStore:
        return InMemoryProcessStore(clock=lambda: clock.now)


class TestWorkerViews(ViewStoreContract):
    @pytest.fixture
    def stores(self) -> Stores:
        tables = Tables()
        return WorkerViews(tables), WorkerViews(tables)


class TestInMemoryConferenceStore(ConferenceStoreContract):
    @pytest.fixture
    def store(self) -> InMemoryConferenceStore:
        return InMemoryConferenceStore()


class TestSqlConferenceStore(ConferenceStoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[SqlConferenceStore]:
        url = f"sqlite:///{tmp_path / 'conferences.db'}"
        engine = create_sql_engine(url)
        metadata.create_all(engine)
        engine.dispose()
        database = Database.open(url)
        yield SqlConferenceStore(database)
        await database.close()
