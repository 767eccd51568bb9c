"""The fakes that the kernel's tests stand on keep the contracts of the ports."""

from __future__ import annotations

import pytest

from tests.contract.event_store_contract import EventStoreContract
from tests.contract.snapshots_contract import SnapshotsContract
from tests.support.fakes import InMemoryEventStore, InMemorySnapshots


class TestInMemoryEventStore(EventStoreContract):
    @pytest.fixture
    def store(self) -> InMemoryEventStore:
        return InMemoryEventStore()


class TestInMemorySnapshots(SnapshotsContract):
    @pytest.fixture
    def snapshots(self) -> InMemorySnapshots:
        return InMemorySnapshots()
