"""Counting an app's SQL in the functions host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text

from local.functions_host.sql_meter import SqlMeter


@pytest.fixture
def meter() -> Iterator[SqlMeter]:
    meter = SqlMeter()
    meter.start()
    yield meter
    meter.stop()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'some.db'}")
    yield engine
    engine.dispose()


def test_transactions_and_their_statements_are_counted(meter: SqlMeter, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("SELECT 1"))
        connection.execute(text("SELECT 2"))
    counted = meter.as_json()
    assert (counted["transactions"], counted["statements"]) == (1, 2)
    assert counted["seconds"] > 0


def test_a_transaction_that_is_rolled_back_counts(meter: SqlMeter, engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        connection.rollback()
    assert meter.as_json()["transactions"] == 1


def test_what_an_engine_says_to_begin_is_no_statement_of_the_app(meter: SqlMeter, engine: Engine) -> None:
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with engine.begin() as connection:
        connection.execute(text("SELECT 1"))
    assert meter.as_json()["statements"] == 1


def test_nothing_is_counted_after_the_stop(meter: SqlMeter, engine: Engine) -> None:
    meter.stop()
    with engine.begin() as connection:
        connection.execute(text("SELECT 1"))
    assert meter.as_json()["transactions"] == 0
