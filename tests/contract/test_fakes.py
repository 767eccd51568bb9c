"""The fakes that the kernel's tests stand on keep the contracts of the ports."""

from __future__ import annotations

import pytest

from tests.contract.event_store_contract import EventStoreContract
from tests.support.fakes import InMemoryEventStore


class TestInMemoryEventStore(EventStoreContract):
    @pytest.fixture
    def store(self) -> InMemoryEventStore:
        return InMemoryEventStore()
