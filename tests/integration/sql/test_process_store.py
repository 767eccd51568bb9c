"""The process store on SQLite: its contract, and what it does against other processes, crashes and locks."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import IntegrityError

from domain.kernel.errors import ConcurrencyConflict, Unavailable
from domain.kernel.processes import Processes
from domain.registration.order_messages import RejectOrder
from infra.retries import patience
from infra.sql.database import Database
from infra.sql.engine import create_sql_engine
from infra.sql.process_store import SqlProcessStore
from tests.contract.process_store_contract import ProcessStoreContract, attempt_of, counting, message, step
from tests.integration.sql.clocks import Clock
from tests.support.fakes import InMemoryBus
from tests.support.vocabulary import NOW


@pytest.fixture
def store(database: Database, clock: Clock) -> SqlProcessStore:
    return SqlProcessStore(database, clock)


class TestContract(ProcessStoreContract):
    """Everything the port promises."""


async def test_eight_threads_race_on_one_row_and_lose_nothing(sql_url: str, store: SqlProcessStore) -> None:
    order_id = uuid4()
    failures: list[BaseException] = []

    async def work() -> None:
        database = Database.open(sql_url)
        processes = Processes(SqlProcessStore(database), InMemoryBus())
        for _ in range(25):
            await processes.react([step(order_id)])
        await database.close()

    def run() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    assert failures == []
    assert await attempt_of(store, order_id) == 200


async def test_of_many_that_handle_the_same_message_one_does(open_database: Callable[[], Database]) -> None:
    order_id, bus = uuid4(), InMemoryBus()
    workers = [Processes(SqlProcessStore(open_database()), bus) for _ in range(6)]
    said = message()
    await asyncio.gather(*(worker.react([(order_id, said, counting(order_id, said))]) for worker in workers))
    assert await attempt_of(SqlProcessStore(open_database()), order_id) == 1
    assert {command.envelope.message_id for command in bus.sent} == {
        said.caused(RejectOrder(order_id=order_id)).message_id
    }


async def test_a_row_that_changed_between_reading_and_writing_is_a_conflict(
    sql_url: str, store: SqlProcessStore
) -> None:
    order_id, another = uuid4(), uuid4()
    await store.transact([step(order_id), step(another)])
    engine = create_sql_engine(sql_url)

    @event.listens_for(engine, "before_cursor_execute")
    def be_faster(connection: object, cursor: sqlite3.Cursor, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE registration_processes"):
            cursor.execute("UPDATE registration_processes SET version = version + 1 WHERE order_id = ?", [order_id.hex])

    overtaken = SqlProcessStore(Database(engine))
    with pytest.raises(ConcurrencyConflict, match="1 of 2 processes changed meanwhile"):
        await overtaken.transact([step(order_id), step(another)])
    with pytest.raises(ConcurrencyConflict, match="1 of 1 processes changed meanwhile"):
        await overtaken.transact([step(order_id)])
    engine.dispose()
    assert await attempt_of(store, order_id) == 1
    assert await attempt_of(store, another) == 1


async def test_a_second_process_for_the_same_order_cannot_exist(sql_url: str, store: SqlProcessStore) -> None:
    order_id = uuid4()
    await store.transact([step(order_id)])
    engine = create_engine(sql_url)
    with engine.begin() as connection, pytest.raises(IntegrityError, match="UNIQUE constraint failed"):
        connection.exec_driver_sql(
            "INSERT INTO registration_processes (id, order_id, version, state) VALUES ('another', ?, 1, '{}')",
            (order_id.hex,),
        )
    engine.dispose()


async def test_a_crash_between_the_commit_and_the_sending_leaves_it_to_the_timer(
    open_database: Callable[[], Database], clock: Clock
) -> None:
    order_id, said = uuid4(), message()
    crashed = SqlProcessStore(open_database(), clock)
    ((_, saved),) = await crashed.transact([(order_id, said, counting(order_id, said))])

    bus, timer = InMemoryBus(), SqlProcessStore(open_database(), clock)
    processes = Processes(timer, bus)
    assert await processes.send_unsent(clock.now) == 0
    clock.pass_by(timedelta(seconds=31))
    assert await processes.send_unsent(clock.now - timedelta(seconds=30)) == 1
    assert bus.sent == [saved]
    assert await processes.send_unsent(clock.now) == 0


async def test_a_crash_between_the_sending_and_its_note_sends_the_same_again(
    store: SqlProcessStore, clock: Clock
) -> None:
    bus = InMemoryBus()
    outbox = await store.transact([step(uuid4())])
    await bus.send([command for _, command in outbox])
    clock.pass_by(timedelta(seconds=31))
    assert await Processes(store, bus).send_unsent(clock.now) == 1
    assert bus.sent == [command for _, command in outbox] * 2


async def test_a_message_that_comes_again_after_a_crash_is_not_taken_again_but_sends_what_it_left(
    store: SqlProcessStore,
) -> None:
    order_id, said, bus = uuid4(), message(), InMemoryBus()
    steps = [(order_id, said, counting(order_id, said))]
    ((_, saved),) = await store.transact(steps)
    await Processes(store, bus).react(steps)
    await Processes(store, bus).react(steps)
    assert bus.sent == [saved]
    assert await attempt_of(store, order_id) == 1


async def test_while_the_bus_is_away_the_state_is_kept_and_the_command_waits(
    store: SqlProcessStore, clock: Clock
) -> None:
    order_id, bus = uuid4(), InMemoryBus()
    bus.fail("send", Unavailable("no bus"))
    await Processes(store, bus).react([step(order_id)])
    assert await attempt_of(store, order_id) == 1
    assert len(await store.unsent(clock.now + timedelta(seconds=1))) == 1


async def test_a_database_that_stays_locked_is_unavailable_and_then_available_again(
    store: SqlProcessStore, sql_url: str
) -> None:
    path = make_url(sql_url).database
    assert path is not None
    locker = sqlite3.connect(path, isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    order_id = uuid4()
    with patience(0.1), pytest.raises(Unavailable, match="locked"):
        await store.transact([step(order_id)])
    locker.execute("ROLLBACK")
    locker.close()
    assert len(await store.transact([step(order_id)])) == 1


KILLED = """
import asyncio, sys
from uuid import UUID
from infra.sql.database import Database
from infra.sql.process_store import SqlProcessStore
from tests.contract.process_store_contract import step

async def work(url):
    store = SqlProcessStore(Database.open(url))
    for number in range(100_000):
        await store.transact([step(UUID(int=number))])
        print(number, flush=True)

asyncio.run(work(sys.argv[1]))
"""


def acknowledged_until_killed(sql_url: str) -> list[int]:
    """What a worker said it had committed before it was killed in the middle of its work."""
    arguments, root = [sys.executable, "-c", KILLED, sql_url], Path(__file__).parents[3]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=root) as worker:
        assert worker.stdout is not None
        acknowledged = [int(worker.stdout.readline()) for _ in range(300)]
        worker.kill()
        return acknowledged + [int(line) for line in worker.stdout.read().splitlines() if line.isdigit()]


async def test_what_was_acknowledged_survives_kill_9(sql_url: str, store: SqlProcessStore) -> None:
    acknowledged = await asyncio.to_thread(acknowledged_until_killed, sql_url)
    unsent = await store.unsent(NOW + timedelta(days=100_000))
    kept = {command.envelope.message.order_id for _, command in unsent}
    assert {UUID(int=number) for number in acknowledged[:1000]} <= kept
    assert await attempt_of(store, UUID(int=acknowledged[-1])) == 1
