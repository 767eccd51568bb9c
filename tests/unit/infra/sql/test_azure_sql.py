"""What the ODBC driver is asked to do for a transaction in Azure SQL."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection

from infra.retries import ATTEMPT_SECONDS
from infra.sql import inbox
from infra.sql.database import Database
from infra.sql.engine import create_sql_engine
from tests.support.vocabulary import NOW
from tests.unit.infra.sql.odbc import Driver

URL = "mssql+pyodbc://user:secret@contoso.database.windows.net/contoso?driver=ODBC+Driver+18+for+SQL+Server"


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> Driver:
    driver = Driver()
    monkeypatch.setitem(sys.modules, "pyodbc", driver)
    return driver


@pytest.fixture
async def database(driver: Driver) -> AsyncIterator[Database]:
    """Connected already, which takes some questions."""
    database = Database.open(URL)
    await database.ping()
    driver.told.clear()
    yield database
    await database.close()


@pytest.mark.usefixtures("database")
def test_neither_a_connection_nor_a_statement_of_the_app_takes_longer_than_an_attempt(driver: Driver) -> None:
    (connection,) = driver.connections
    assert connection.options == {"timeout": ATTEMPT_SECONDS}
    assert connection.timeout == ATTEMPT_SECONDS


def test_a_migration_takes_as_long_as_it_takes(driver: Driver) -> None:
    engine = create_sql_engine(URL)
    engine.connect().close()
    (connection,) = driver.connections
    assert (connection.options, connection.timeout) == ({"timeout": 0}, 0)


async def test_a_transaction_costs_no_more_than_its_statements_and_its_end(database: Database, driver: Driver) -> None:
    await database.ping()
    assert driver.told == ["SELECT 1", "COMMIT"]


async def test_a_transaction_that_fails_is_rolled_back_before_its_connection_is_used_again(
    database: Database, driver: Driver
) -> None:
    def fail(_: Connection) -> None:
        raise LookupError("in the middle")

    with pytest.raises(LookupError):
        await database.write(fail)
    assert driver.told == ["ROLLBACK"]


async def test_rows_go_in_by_one_statement_so_that_any_of_them_can_make_it_fail(
    database: Database, driver: Driver
) -> None:
    await database.write(lambda connection: inbox.remember(connection, "a consumer", ["1", "2", "3"], NOW))
    statement, *_ = driver.told
    assert statement.endswith("VALUES (?, ?, ?), (?, ?, ?), (?, ?, ?)")
