"""The message bus when the broker is killed, frozen, and comes back."""

from __future__ import annotations

import asyncio
import time
from uuid import UUID, uuid4

import pytest

from domain.kernel.errors import Unavailable
from infra import bus_sender
from infra.retries import patience
from tests.integration.service_bus_adapter.order_events import commit, first_versions

pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
"""Where a connection breaks, the SDK forgets its socket without closing it."""


async def test_many_publishers_lose_nothing_and_keep_the_order_of_each_stream(own_bus, own_onlooker):
    orders, versions = [uuid4() for _ in range(40)], range(1, 11)

    async def publish_all(order_id):
        for version in versions:
            await own_bus.publish([commit(order_id, version)])

    await asyncio.gather(*(publish_all(order_id) for order_id in orders))

    messages = await own_onlooker.queue("message-log", len(orders) * len(versions))
    assert first_versions(messages) == {f"order-{order_id}": list(versions) for order_id in orders}


async def test_a_broker_killed_and_restarted_under_load_loses_nothing_and_keeps_order(
    own_bus, own_broker, own_onlooker
):
    orders = [uuid4() for _ in range(10)]
    enough, killed_for_the_last_time = asyncio.Event(), asyncio.Event()
    published: dict[UUID, int] = dict.fromkeys(orders, 0)

    async def publish_until_the_end(order_id):
        while not killed_for_the_last_time.is_set() or published[order_id] < 20:
            await own_bus.publish([commit(order_id, published[order_id] + 1)])
            published[order_id] += 1
            if sum(published.values()) % 50 == 0:
                enough.set()

    async def kill_thrice():
        for _ in range(3):
            enough.clear()
            await enough.wait()
            own_broker.kill()
            await asyncio.to_thread(own_broker.start)
        killed_for_the_last_time.set()

    await asyncio.gather(kill_thrice(), *(publish_until_the_end(order_id) for order_id in orders))

    # Duplicate detection outlives the broker too, so each commit is there once.
    messages = await own_onlooker.queue("message-log", sum(published.values()))
    assert first_versions(messages) == {
        f"order-{order_id}": list(range(1, count + 1)) for order_id, count in published.items()
    }


async def test_sending_goes_on_soon_after_the_broker_is_back(own_bus, own_broker):
    await own_bus.publish([commit(uuid4(), 1)])
    own_broker.kill()
    sending = asyncio.create_task(own_bus.publish([commit(uuid4(), 1)]))
    await asyncio.sleep(3)  # long enough for the pauses between attempts to have grown
    assert not sending.done()
    await asyncio.to_thread(own_broker.start)

    async with asyncio.timeout(4):
        await sending


async def test_a_bus_that_is_away_is_unavailable_and_nothing_else_leaks(own_bus, own_broker):
    own_broker.kill()
    with patience(1), pytest.raises(Unavailable):
        await own_bus.publish([commit(uuid4(), 1)])


async def test_a_bus_that_says_nothing_any_more_is_given_up_and_found_again(own_bus, own_broker, monkeypatch):
    monkeypatch.setattr(bus_sender, "ATTEMPT_SECONDS", 1.0)
    await own_bus.publish([commit(uuid4(), 1)])
    own_broker.freeze()
    with patience(2), pytest.raises(Unavailable):
        await own_bus.publish([commit(uuid4(), 1)])
    own_broker.thaw()

    await own_bus.publish([commit(uuid4(), 1)])


@pytest.mark.parametrize("fault", ["kill", "freeze"])
async def test_the_health_check_really_asks_the_bus(own_bus, own_broker, fault):
    await own_bus.ping()
    getattr(own_broker, fault)()

    began = time.perf_counter()
    with pytest.raises(Unavailable):
        await own_bus.ping()
    assert time.perf_counter() - began < 3.5
    own_broker.thaw() if fault == "freeze" else own_broker.start()
    await own_bus.ping()
