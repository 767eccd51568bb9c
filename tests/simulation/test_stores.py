"""The stores of the simulation keep the contracts that the adapters keep."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.contract.conference_store_contract import ConferenceStoreContract
from tests.contract.personal_data_keys_contract import PersonalDataKeysContract
from tests.contract.process_store_contract import ProcessStoreContract
from tests.contract.view_store_contract import Stores, ViewStoreContract, sample
from tests.simulation.stores import InMemoryConferenceStore, Keys, Tables, WorkerViews
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


class TestKeys(PersonalDataKeysContract):
    @pytest.fixture
    def keys(self) -> Keys:
        return Keys()


class TestInMemoryConferenceStore(ConferenceStoreContract):
    @pytest.fixture
    def store(self) -> InMemoryConferenceStore:
        return InMemoryConferenceStore()
