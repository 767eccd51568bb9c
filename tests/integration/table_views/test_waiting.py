"""Who waits for a document is never told of an older one than she could read, whichever process writes it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from domain.registration.order_views import ORDERS
from functions.waiting import wait_for
from infra.table_views import TableViewStore
from tests.contract.view_store_contract import Sample

LONG = 30.0
Stores = tuple[TableViewStore, TableViewStore]


async def write(views: TableViewStore, sample: Sample, version: int) -> None:
    before = await views.load(sample.view, sample.key)
    await views.save(sample.view, sample.key, sample.stored(version, token=before.token if before else None))


async def until_it_waits(task: asyncio.Task[Any], views: TableViewStore) -> None:
    while not (views._waiting or task.done()):  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.001)
    assert not task.done(), task.result()


@pytest.fixture
async def sample(stores: Stores) -> Sample:
    """Written by this process, and since then by the other one too."""
    views, other = stores
    sample = Sample(ORDERS)
    await write(views, sample, 1)
    await write(other, sample, 2)
    return sample


@pytest.fixture
def reads(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What this process reads from the table."""
    table, read = stores[0]._table(ORDERS.name), []

    async def noted(partition: str, row: str, get: Any = table.get_entity) -> Any:
        read.append(partition)
        return await get(partition, row)

    monkeypatch.setattr(table, "get_entity", noted)
    return read


@pytest.mark.parametrize("seconds", [0.0, 1e-9, LONG])
async def test_what_another_process_wrote_since_is_the_answer(
    stores: Stores, sample: Sample, reads: list[str], seconds: float
) -> None:
    assert (await wait_for(stores[0], sample.view, sample.key, seconds)).total == 2
    assert len(reads) == 1


async def test_what_was_good_enough_and_is_so_no_more_is_waited_for(stores: Stores, sample: Sample) -> None:
    views, other = stores
    waiting = asyncio.create_task(wait_for(views, sample.view, sample.key, LONG, lambda order: order.total != 2))
    await until_it_waits(waiting, views)
    await write(other, sample, 3)
    assert (await waiting).total == 3


async def test_what_this_process_writes_meanwhile_is_told_without_reading(stores: Stores, reads: list[str]) -> None:
    views, sample = stores[0], Sample(ORDERS)
    await write(views, sample, 1)
    reads.clear()
    waiting = asyncio.create_task(wait_for(views, sample.view, sample.key, LONG, lambda order: order.total > 1))
    await until_it_waits(waiting, views)
    await write(views, sample, 2)
    assert (await waiting).total == 2
    assert reads == []
