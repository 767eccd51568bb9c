"""Waiting for a read model to catch up, so that clients need no timers of their own."""

import time
from collections.abc import Callable
from typing import TypeVar

from domain.kernel.views import View
from infra.table_views import TableViewStore

D = TypeVar("D")

FIRST_PAUSE_SECONDS = 0.025
LONGEST_PAUSE_SECONDS = 0.5


async def wait_for(
    views: TableViewStore, view: View[D], key: str, seconds: float, good_enough: Callable[[D], bool] = lambda _: True
) -> D | None:
    """Read until it is there and good enough, or `seconds` are over; gives what was read last.

    Between two reads it waits for this process to project a change, with growing pauses for the changes of others.
    """
    deadline = time.monotonic() + seconds
    pause = FIRST_PAUSE_SECONDS
    while True:
        seen = await views.get(view, key)
        left = deadline - time.monotonic()
        if (seen is not None and good_enough(seen)) or left <= 0:
            return seen
        await views.changed(view, key, min(pause, left))
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
