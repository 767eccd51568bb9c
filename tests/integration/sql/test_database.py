"""Transactions on SQLite: who waits for whom, what lasts, and what is tried again."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, make_url, text

from domain.kernel.errors import ConcurrencyConflict
from infra.sql.database import Database

ADD = text("INSERT INTO inbox (consumer, message_id, received_at) VALUES ('test', :message_id, 'now')")
COUNT = text("SELECT count(*) FROM inbox")


def count(connection: Connection) -> int:
    found: int = connection.execute(COUNT).scalar_one()
    return found


def add(message_id: str) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        connection.execute(ADD, {"message_id": message_id})

    return work


async def test_whoever_is_going_to_write_lets_nobody_write_in_between(database: Database, sql_url: str) -> None:
    path = make_url(sql_url).database
    assert path is not None

    def work(connection: Connection) -> None:
        count(connection)
        other = sqlite3.connect(path, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO inbox VALUES ('test', 'in between', 'now')")
        other.close()

    await database.write(work)


async def test_readers_wait_for_no_writer(database: Database) -> None:
    begun, finish = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        add("slow")(connection)
        begun.set()
        assert finish.wait(30)

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 30)
    assert await database.read(count) == 0
    await database.ping()
    finish.set()
    await writing
    assert await database.read(count) == 1


async def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    def fail(connection: Connection) -> None:
        add("half")(connection)
        raise LookupError("in the middle")

    with pytest.raises(LookupError):
        await database.write(fail)
    assert await database.read(count) == 0


async def test_a_unique_index_that_says_no_is_a_conflict(database: Database) -> None:
    await database.write(add("once"))
    with pytest.raises(ConcurrencyConflict, match="UNIQUE"):
        await database.write(add("once"))


async def test_whoever_insists_finds_what_was_there_first(database: Database) -> None:
    await database.write(add("once"))
    assert await database.insist(add("twice"), count) is None
    assert await database.insist(add("once"), count) == 2
    with pytest.raises(ConcurrencyConflict):
        await database.insist(add("once"))


async def test_writes_of_many_at_once_queue_up_and_all_happen(database: Database) -> None:
    await asyncio.gather(*(database.write(add(str(number))) for number in range(100)))
    assert await database.read(count) == 100


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)])
async def test_commits_are_durable_and_references_hold(database: Database, pragma: str, value: object) -> None:
    def ask(connection: Connection) -> object:
        return connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one()

    assert await database.write(ask) == value
