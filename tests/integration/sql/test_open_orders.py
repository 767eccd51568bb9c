"""How many unpaid orders a client may have, counted in a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import azure.functions as func
import pytest
from sqlalchemy import event, text

from domain.kernel.errors import InvalidCommand
from functions import open_orders as functions_open_orders
from functions.open_orders import one_of_few_open_orders
from infra.keyed_hash import KeyedHash
from infra.sql.database import Database
from infra.sql.engine import create_sql_engine
from infra.sql.open_orders import SqlOpenOrders, TooManyOpenOrders
from tests.integration.sql.clocks import Clock
from tests.support.vocabulary import NOW

CLIENT = "192.0.2.1"
REQUEST = func.HttpRequest("POST", "http://site/api", headers={"X-Forwarded-For": CLIENT}, body=b"")
UNTIL = NOW + timedelta(minutes=15)


@pytest.fixture
def open_orders(database: Database, clock: Clock) -> SqlOpenOrders:
    return SqlOpenOrders(database, KeyedHash("secret"), clock)


async def place(open_orders: SqlOpenOrders, *, client: str = CLIENT, order_id: UUID | None = None) -> datetime | None:
    return await open_orders.open(client, order_id or uuid4(), UNTIL, most=3)


async def test_one_more_than_allowed_is_refused_until_the_first_expires(
    open_orders: SqlOpenOrders, clock: Clock
) -> None:
    for _ in range(3):
        assert await place(open_orders)
    with pytest.raises(TooManyOpenOrders) as refusal:
        await place(open_orders)
    assert (len(refusal.value.orders), refusal.value.retry_after) == (3, 15 * 60)
    clock.pass_by(timedelta(minutes=15))
    assert await place(open_orders)


async def test_clients_are_counted_apart(open_orders: SqlOpenOrders) -> None:
    for _ in range(3):
        await place(open_orders)
    assert await place(open_orders, client="192.0.2.2")


async def test_the_same_order_counts_once(open_orders: SqlOpenOrders) -> None:
    order_id = uuid4()
    assert [await place(open_orders, order_id=order_id) for _ in range(5)] == [UNTIL, None, None, None, None]
    for _ in range(2):
        assert await place(open_orders)
    with pytest.raises(TooManyOpenOrders):
        await place(open_orders)


async def test_an_order_that_lapsed_is_opened_again(open_orders: SqlOpenOrders, clock: Clock) -> None:
    order_id = uuid4()
    for _ in range(2):
        assert await place(open_orders, order_id=order_id) == UNTIL
        clock.pass_by(timedelta(minutes=15))


async def test_a_first_order_costs_one_look_and_one_row(sql_url: str, clock: Clock) -> None:
    engine, statements = create_sql_engine(sql_url), []
    event.listen(
        engine, "before_cursor_execute", lambda _, __, statement, *___: statements.append(statement.split()[0])
    )
    database = Database(engine)
    await place(SqlOpenOrders(database, KeyedHash("secret"), clock))
    await database.close()
    assert statements == ["BEGIN", "SELECT", "INSERT"]


async def test_an_order_that_was_refused_does_not_count(open_orders: SqlOpenOrders) -> None:
    for _ in range(3):
        order_id = uuid4()
        opened = await place(open_orders, order_id=order_id)
        assert opened is not None
        for _ in range(2):
            await open_orders.withdraw(CLIENT, order_id, opened)
    for _ in range(3):
        assert await place(open_orders)


@pytest.fixture
def limited(open_orders: SqlOpenOrders, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app, with three unpaid orders for each client, at a time that stands still."""
    settings = SimpleNamespace(
        trusted_proxies=1, open_holds_per_client=3, reservation_expiry_seconds=900, reservation_grace_seconds=0
    )

    async def app() -> SimpleNamespace:
        return SimpleNamespace(settings=settings, open_orders=open_orders, views=SimpleNamespace(get=nothing))

    async def nothing(*_: object) -> None:
        return None

    monkeypatch.setattr(functions_open_orders, "app", app)
    monkeypatch.setattr(functions_open_orders, "now", lambda: NOW)


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("opening", [("refused", "placed"), ("placed", "refused")], ids="-".join)
@pytest.mark.parametrize("ending", [("refused", "placed"), ("placed", "refused")], ids="-".join)
async def test_an_order_that_is_placed_counts_although_another_request_for_it_is_refused_meanwhile(
    opening: Sequence[str], ending: Sequence[str]
) -> None:
    """Two requests at once with the same id, one of which names no seat type that there is."""
    for _ in range(3):
        requests, order_id = {}, uuid4()
        for which in opening:
            requests[which] = one_of_few_open_orders(REQUEST, order_id)
            await requests[which].__aenter__()
        for which in ending:
            error = InvalidCommand("no such seat type") if which == "refused" else None
            assert not await requests[which].__aexit__(type(error) if error else None, error, None)
    with pytest.raises(TooManyOpenOrders):
        await one_of_few_open_orders(REQUEST, uuid4()).__aenter__()


async def test_a_closed_order_makes_room(open_orders: SqlOpenOrders) -> None:
    order_id = uuid4()
    for each in (order_id, uuid4(), uuid4()):
        await place(open_orders, order_id=each)
    for _ in range(2):
        await open_orders.close([order_id])
    assert await place(open_orders)


async def test_of_many_orders_at_the_same_time_as_many_as_allowed_are_open(
    open_database: Callable[[], Database], clock: Clock
) -> None:
    workers = [SqlOpenOrders(open_database(), KeyedHash("secret"), clock) for _ in range(3)]
    results = await asyncio.gather(*(place(workers[number % 3]) for number in range(12)), return_exceptions=True)
    assert sum(result == UNTIL for result in results) == 3
    assert sum(isinstance(result, TooManyOpenOrders) for result in results) == 9


async def test_no_address_of_a_client_is_kept(open_orders: SqlOpenOrders, database: Database) -> None:
    await place(open_orders)
    rows = await database.read(lambda connection: connection.execute(text("SELECT * FROM open_orders")).all())
    assert len(rows) == 1
    assert CLIENT not in str(rows)
