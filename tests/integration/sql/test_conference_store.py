"""The conference store on a real database keeps the contract."""

from __future__ import annotations

import pytest

from infra.sql.conference_store import SqlConferenceStore
from infra.sql.database import Database
from tests.contract.conference_store_contract import ConferenceStoreContract


class TestSqlConferenceStore(ConferenceStoreContract):
    @pytest.fixture
    def store(self, database: Database) -> SqlConferenceStore:
        return SqlConferenceStore(database)
