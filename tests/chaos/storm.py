"""Troubles as orders come: each when its share of the orders is placed, or when nothing has happened for too long."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.chaos.crowd import Crowd
from tests.chaos.plan import Plan, Trouble
from tests.chaos.troubles import Troublemaker

SHORTEST_GAP_SECONDS = 0.1
PROGRESS_SECONDS = 10.0
SECONDS_PER_ORDER, SECONDS_AT_LEAST = 2.0, 600.0
"""After so long in all, something is wrong."""


def rage(plan: Plan, crowd: Crowd, maker: Troublemaker, say: Callable[[str], None]) -> None:
    """All troubles of `plan`, while the crowd comes; ends when everybody has gone. Raises TimeoutError."""
    waiting = plan.troubles()
    in_all = len(waiting)
    began = last = said = time.monotonic()
    deadline = began + SECONDS_AT_LEAST + SECONDS_PER_ORDER * plan.orders + plan.longest_wait
    while waiting or not crowd.is_gone:
        now = time.monotonic()
        maker.wake_up()
        if waiting and _is_time(crowd, waiting[0], now - last):
            maker.make(waiting.pop(0))
            last = time.monotonic()
        if now - said >= PROGRESS_SECONDS:
            said, done = now, in_all - len(waiting)
            say(f"{now - began:6.0f} s  {len(crowd.promises.orders):6,} orders, {done} of {in_all} troubles")
        if crowd.complaints:
            say(f"answered as nobody should be: {crowd.complaints[0]}")
            return
        if now > deadline:
            raise TimeoutError(f"{len(crowd.promises.orders)} of {plan.orders} orders in {now - began:.0f} s")
        time.sleep(0.02)


def _is_time(crowd: Crowd, trouble: Trouble, gap: float) -> bool:
    """Whether the trouble is due, `gap` seconds after the last one."""
    if gap < SHORTEST_GAP_SECONDS:
        return False
    return crowd.share >= trouble.share or crowd.is_gone
