"""Every statement and every table, as Azure SQL would get it.

The statements are those written down in the modules, and those that the adapters really execute while they do all they
can once.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import ClauseElement, Delete, Executable, Insert, Select, Update, event
from sqlalchemy.dialects.mssql import pyodbc
from sqlalchemy.schema import CreateIndex, CreateTable

import infra.sql
from domain.conference_management.conference import (
    AddSeatType,
    DeleteSeatType,
    PublishConference,
    UpdateConference,
    UpdateSeatType,
)
from domain.conference_management.events import stream_id
from domain.kernel.errors import NotPossible
from infra.keyed_hash import KeyedHash
from infra.sql.database import Database
from infra.sql.engine import create_sql_engine
from infra.sql.housekeeping import Housekeeping
from infra.sql.open_orders import SqlOpenOrders
from infra.sql.personal_data_keys import SqlPersonalDataKeys
from infra.sql.process_store import SqlProcessStore
from infra.sql.tables import metadata
from tests.contract.process_store_contract import step
from tests.integration.sql.clocks import Clock
from tests.integration.sql.organizing import Organizing, seat_type
from tests.support.fakes import InMemoryBus
from tests.support.vocabulary import DETAILS, NOW

AZURE_SQL = pyodbc.dialect(deprecate_large_types=True)
AZURE_SQL.server_version_info = (12, 0, 2000, 8)  # what a connection to Azure SQL learns


def as_azure_sql_gets_it(statement: ClauseElement) -> str:
    return " ".join(str(statement.compile(dialect=AZURE_SQL)).split())


def written_down() -> dict[str, ClauseElement]:
    """The statements that stand in the modules of `infra.sql`, by name."""
    found: dict[str, ClauseElement] = {}
    for module in pkgutil.iter_modules(infra.sql.__path__, "infra.sql."):
        if module.ispkg:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, (Select, Insert, Update, Delete)):
                found[f"{module.name}.{name}"] = value
    return found


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> list[Executable]:
    """What the adapters execute while they do all they can."""
    engine = create_sql_engine(f"sqlite:///{tmp_path_factory.mktemp('sql')}/contoso.db")
    metadata.create_all(engine)
    statements: list[Executable] = []

    @event.listens_for(engine, "before_execute")
    def note(_connection: Any, statement: Executable, *_: Any) -> None:
        statements.append(statement)

    asyncio.run(_do_everything(Database(engine)))
    return statements


async def _do_everything(database: Database) -> None:
    clock = Clock()
    await _run_processes(SqlProcessStore(database, clock))
    await _organize(Organizing(database, InMemoryBus(), clock))
    await _keep_secrets(SqlPersonalDataKeys(database))
    await _limit(SqlOpenOrders(database, KeyedHash("secret"), clock))
    await Housekeeping(database, rows_at_a_time=1).run(NOW + timedelta(days=30))
    await database.ping()
    await database.close()


async def _run_processes(store: SqlProcessStore) -> None:
    order_id = uuid4()
    await store.transact([step(order_id, "first")])
    outbox = await store.transact([step(order_id, "first"), step(order_id), step(uuid4())])
    await store.unsent(NOW)
    await store.delete_sent([outbox_id for outbox_id, _ in outbox])


async def _keep_secrets(keys: SqlPersonalDataKeys) -> None:
    order_id = uuid4()
    await keys.keep(order_id, "a key")
    await keys.of([order_id])
    for each in (order_id, uuid4()):
        await keys.destroy(each, NOW)


async def _limit(open_orders: SqlOpenOrders) -> None:
    await open_orders.open("192.0.2.1", uuid4(), NOW, most=1)
    await open_orders.close([uuid4()])


async def _organize(organizing: Organizing) -> None:
    conference = await organizing.create(token="a token")
    added = seat_type()
    for command in (
        AddSeatType(conference_id=conference.id, seat_type=added),
        UpdateSeatType(conference_id=conference.id, seat_type=replace(added, quantity=1)),
        DeleteSeatType(conference_id=conference.id, seat_type_id=added.id),
        PublishConference(conference_id=conference.id),
        UpdateConference(conference_id=conference.id, details=replace(DETAILS, name="Another")),
    ):
        await organizing.do(command)
    await organizing.store.unpublished(NOW)
    await organizing.store.read_events(stream_id(conference.id))
    assert [stream async for stream in organizing.store.streams()]
    for access_code in ("ABC234", "WRONG2"):
        await organizing.management.sign_in(
            email="olive@example.com", access_code=access_code, client="192.0.2.1", token="t", now=NOW
        )
    await organizing.management.managed(code="cqrs-summit", token="a token", now=NOW)
    with pytest.raises(NotPossible):
        await organizing.create()


@pytest.mark.parametrize("statement", [pytest.param(value, id=name) for name, value in written_down().items()])
def test_every_statement_that_is_written_down_compiles(statement: ClauseElement) -> None:
    assert re.match(r"(SELECT|INSERT|UPDATE|DELETE) ", as_azure_sql_gets_it(statement))


def test_every_statement_that_is_executed_compiles(executed: list[Executable]) -> None:
    texts = {as_azure_sql_gets_it(statement) for statement in executed if isinstance(statement, ClauseElement)}
    assert len(texts) >= 30
    assert not [text for text in texts if " LIMIT " in text]


def test_every_table_is_read_and_written_by_what_is_executed(executed: list[Executable]) -> None:
    texts = " ".join(as_azure_sql_gets_it(each) for each in executed if isinstance(each, ClauseElement))
    for table in metadata.tables:
        assert f"INSERT INTO {table} " in texts
        assert f"FROM {table}" in texts


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_and_index_can_be_made(table: Any) -> None:
    texts = [as_azure_sql_gets_it(CreateTable(table)), *(as_azure_sql_gets_it(CreateIndex(i)) for i in table.indexes)]
    assert all(re.match(r"CREATE (UNIQUE |CLUSTERED |NONCLUSTERED )*(TABLE|INDEX) ", text) for text in texts)
    types = " ".join(texts)
    assert not re.search(r" (TEXT|NTEXT|DATETIME|CHAR\(32\)|BOOLEAN)\b", types)


def test_rows_to_be_changed_are_locked_when_they_are_read() -> None:
    texts = {name: as_azure_sql_gets_it(statement) for name, statement in written_down().items()}
    assert "FROM registration_processes WITH (UPDLOCK)" in texts["infra.sql.process_store._LOAD"]
    assert "FROM conferences WITH (UPDLOCK)" in texts["infra.sql.conference_store._BY_ID"]
    assert "FROM wrong_tries WITH (UPDLOCK, HOLDLOCK)" in texts["infra.sql.attempt_limiter._LATEST_LOCKED"]


def test_what_has_an_order_comes_in_it() -> None:
    texts = {name: as_azure_sql_gets_it(statement) for name, statement in written_down().items()}
    assert texts["infra.sql.conference_rows._SEAT_TYPES"].endswith("ORDER BY seat_types.position")
    for name in ("outbox._LEFT_BEHIND", "outbox._OF_CAUSES"):
        assert texts[f"infra.sql.{name}"].endswith("ORDER BY outbox.id")
    for name in ("conference_events._LEFT_BEHIND", "conference_events._UNPUBLISHED_OF_ONE"):
        in_order = "ORDER BY conference_events.conference_id, conference_events.version"
        assert texts[f"infra.sql.{name}"].endswith(in_order)


def test_keys_times_and_text_have_the_types_of_azure_sql() -> None:
    outbox = as_azure_sql_gets_it(CreateTable(metadata.tables["outbox"]))
    assert "id UNIQUEIDENTIFIER NOT NULL" in outbox
    assert "created_at DATETIMEOFFSET NOT NULL" in outbox
    assert "command NVARCHAR(max) NOT NULL" in outbox


def test_the_inbox_is_clustered_by_time_and_unique_by_message() -> None:
    inbox = metadata.tables["inbox"]
    assert "PRIMARY KEY NONCLUSTERED (consumer, message_id)" in as_azure_sql_gets_it(CreateTable(inbox))
    (by_time,) = inbox.indexes
    assert as_azure_sql_gets_it(CreateIndex(by_time)) == (
        "CREATE CLUSTERED INDEX ix_inbox_received_at ON inbox (received_at)"
    )


def test_unpublished_events_have_an_index_of_their_own() -> None:
    (unpublished,) = metadata.tables["conference_events"].indexes
    assert as_azure_sql_gets_it(CreateIndex(unpublished)).endswith("(occurred_at) WHERE is_unpublished = 1")
