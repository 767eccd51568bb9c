"""What is forgotten, and what is not."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import uuid4

import azure.functions as func
import pytest

from functions import schedules
from infra.keyed_hash import KeyedHash
from infra.sql.database import Database
from infra.sql.housekeeping import LOCKS_BEFORE_ESCALATION, ROWS_AT_A_TIME, Housekeeping
from infra.sql.open_orders import SqlOpenOrders
from infra.sql.process_store import SqlProcessStore
from tests.contract.process_store_contract import attempt_of, step
from tests.integration.sql.clocks import Clock
from tests.integration.sql.organizing import Organizing
from tests.support.fakes import InMemoryBus
from tests.support.vocabulary import NOW

HOST = Path(__file__).parents[3] / "host.json"
FORTNIGHT = timedelta(days=14)


@pytest.fixture
def housekeeping(database: Database) -> Housekeeping:
    return Housekeeping(database, rows_at_a_time=3)


async def test_messages_are_remembered_for_a_fortnight(
    housekeeping: Housekeeping, database: Database, clock: Clock
) -> None:
    store, order_id = SqlProcessStore(database, clock), uuid4()
    await store.transact([step(order_id, f"old {number}") for number in range(10)])
    clock.pass_by(timedelta(seconds=1))
    await store.transact([step(order_id, "younger")])

    assert await housekeeping.run(NOW + FORTNIGHT) == 0
    assert await housekeeping.run(NOW + FORTNIGHT + timedelta(seconds=1)) == 10
    assert await housekeeping.run(NOW + FORTNIGHT + timedelta(seconds=1)) == 0
    await store.transact([step(order_id, "younger"), step(order_id, "old 1")])
    assert await attempt_of(store, order_id) == 12


async def test_the_outbox_and_the_processes_are_kept_for_ever(
    housekeeping: Housekeeping, database: Database, clock: Clock
) -> None:
    store, order_id = SqlProcessStore(database, clock), uuid4()
    outbox = await store.transact([step(order_id)])
    await housekeeping.run(NOW + timedelta(days=3650))
    assert list(await store.unsent(NOW + timedelta(seconds=1))) == list(outbox)
    assert await attempt_of(store, order_id) == 1


async def test_tokens_wrong_tries_and_open_orders_go_when_they_are_over(
    housekeeping: Housekeeping, database: Database, clock: Clock
) -> None:
    organizing = Organizing(database, InMemoryBus(), clock)
    conference = await organizing.create(token="a token")
    for _ in range(4):
        async with organizing.limiter.guard("sign-in", "a@example.com", ""):
            pass
    open_orders = SqlOpenOrders(database, KeyedHash("secret"), clock)
    await open_orders.open("192.0.2.1", uuid4(), NOW + timedelta(minutes=15), most=1)
    assert await housekeeping.run(NOW + timedelta(minutes=15)) == 0
    assert await organizing.management.managed(code=conference.code, token="a token", now=NOW) == conference
    assert await housekeeping.run(NOW + timedelta(hours=8, seconds=1)) == 6
    assert await organizing.management.managed(code=conference.code, token="a token", now=NOW) is None


def test_nobody_is_locked_out_of_the_whole_inbox_while_rows_are_deleted() -> None:
    batch = json.loads(HOST.read_bytes())["extensions"]["serviceBus"]["maxMessageBatchSize"]
    assert ROWS_AT_A_TIME + batch < LOCKS_BEFORE_ESCALATION  # the rows of a batch are of one time


async def test_the_timer_sees_to_it(
    housekeeping: Housekeeping, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def app() -> SimpleNamespace:
        return SimpleNamespace(housekeeping=housekeeping)

    monkeypatch.setattr(schedules, "app", app)
    monkeypatch.setattr(schedules, "now", lambda: NOW + FORTNIGHT + timedelta(seconds=1))
    store, order_id = SqlProcessStore(database, clock), uuid4()
    await store.transact([step(order_id, "old")])

    await schedules.forget_old_messages(cast("func.TimerRequest", None))

    await store.transact([step(order_id, "old")])
    assert await attempt_of(store, order_id) == 2
