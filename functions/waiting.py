"""Waiting for a read model to catch up, so that clients need no timers of their own."""

import time
from collections.abc import Callable
from typing import TypeVar

from domain.kernel.views import View
from infra.table_views import TableViewStore

D = TypeVar("D")

FIRST_PAUSE_SECONDS = 0.025
PAUSE_WHERE_PROJECTED_SECONDS = 0.5
"""This process has projected the document before, and most likely will do so again."""
LONGEST_PAUSE_SECONDS = 4.0


async def wait_for(
    views: TableViewStore, view: View[D], key: str, seconds: float, good_enough: Callable[[D], bool] = lambda _: True
) -> D | None:
    """Read until it is there and good enough, or `seconds` are over; gives what was seen last.

    Who waits is told what this process projects meanwhile, without reading; what others project is read, with growing
    pauses. What this process remembers from before is no answer: another may have written the document since.
    """
    if seconds < FIRST_PAUSE_SECONDS:
        return await views.get(view, key)
    deadline = time.monotonic() + seconds
    remembered = views.known(view, key)
    pause = PAUSE_WHERE_PROJECTED_SECONDS if remembered else FIRST_PAUSE_SECONDS
    seen: D | None = None
    if remembered is not None and good_enough(remembered):
        seen = await views.get(view, key)
    while (seen is None or not good_enough(seen)) and (left := deadline - time.monotonic()) > 0:
        if await views.changed(view, key, min(pause, left)):
            seen = views.known(view, key) or seen
            pause = max(pause, PAUSE_WHERE_PROJECTED_SECONDS)
        else:
            seen = await views.get(view, key)
            pause = min(pause * 4, LONGEST_PAUSE_SECONDS)
    return seen
