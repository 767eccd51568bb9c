"""The ViewStore that unit tests use keeps the same contract as the one in table storage."""

from __future__ import annotations

import pytest

from tests.contract.view_store_contract import ViewStoreContract, sample
from tests.support.fakes import InMemoryViewStore

__all__ = ["sample"]


@pytest.fixture
def stores():
    store = InMemoryViewStore()
    return store, store


class TestInMemoryViewStore(ViewStoreContract):
    pass
