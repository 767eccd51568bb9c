"""When alarms ring."""

from __future__ import annotations

import asyncio

import pytest

from local.servicebus import alarm
from local.servicebus.alarm import Alarm

HOUR = 3_600_000


async def test_what_fell_due_while_the_machine_slept_rings_soon_after(monkeypatch: pytest.MonkeyPatch) -> None:
    now = alarm.clock()
    monkeypatch.setattr(alarm, "clock", lambda: now)
    monkeypatch.setattr(alarm, "_LONGEST_SLEEP", 10)
    rung: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def ring(at: int) -> int | None:
        if at < start + HOUR:
            return start + HOUR
        rung.set_result(at)
        return None

    start = now
    Alarm(ring).no_later_than(start + HOUR)
    now += 2 * HOUR
    async with asyncio.timeout(5):
        assert await rung == start + 2 * HOUR
