"""The loop of the simulation: time passes only by what is due, and everything has one order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.simulation.virtual_loop import NothingLeftToHappen, VirtualLoop


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    with closing(VirtualLoop()) as virtual:
        yield virtual


def test_time_leaps_to_whatever_is_due_next(loop: VirtualLoop) -> None:
    seen: list[tuple[float, str]] = []

    async def wakes(after: float, name: str) -> None:
        await asyncio.sleep(after)
        seen.append((loop.time(), name))
        await loop.pause(after)
        seen.append((loop.time(), name))

    async def all_of_them() -> None:
        await asyncio.gather(wakes(3600.0, "late"), wakes(1.0, "early"))

    loop.run_until_complete(all_of_them())
    assert seen == [(1.0, "early"), (2.0, "early"), (3600.0, "late"), (7200.0, "late")]


def test_what_is_due_at_one_moment_comes_in_the_order_in_which_it_was_asked_for(loop: VirtualLoop) -> None:
    seen: list[int] = []

    async def wakes(number: int) -> None:
        await loop.pause(1.0)
        seen.append(number)

    async def all_of_them() -> None:
        await asyncio.gather(*map(wakes, range(5)))

    loop.run_until_complete(all_of_them())
    assert seen == [0, 1, 2, 3, 4]


def test_a_time_out_ends_what_takes_too_long(loop: VirtualLoop) -> None:

    async def takes_too_long() -> None:
        async with asyncio.timeout(1.0):
            await asyncio.sleep(60.0)

    with pytest.raises(TimeoutError):
        loop.run_until_complete(takes_too_long())
    assert loop.time() == 1.0


def test_after_a_leap_what_was_due_meanwhile_comes_at_once(loop: VirtualLoop) -> None:

    async def leaps() -> float:
        waiting = loop.create_task(loop.pause(1.0))
        await asyncio.sleep(0)
        loop.leap(100.0)
        await waiting
        return loop.time()

    assert loop.run_until_complete(leaps()) == 100.0


def test_waiting_for_nothing_is_a_mistake(loop: VirtualLoop) -> None:

    async def waits() -> None:
        await loop.create_future()

    with pytest.raises(NothingLeftToHappen):
        loop.run_until_complete(waits())
